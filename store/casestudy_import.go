package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
)

// CaseStanding is where a case of a network stands when it brings cases again:
// the newest version of the record, and the record that the network brought
// last, zero when it never did.
type CaseStanding struct {
	ID      string
	Version int // of the row
	State   casestudy.State
	Pending bool
	Newest  casestudy.Record
	Brought casestudy.Record
	Moved   bool // the newest is not what was brought: somebody has written since
}

// CaseStandings returns the cases of a network by their external identifiers.
func (d *DB) CaseStandings(ctx context.Context, network string) (all map[string]CaseStanding, err error) {
	defer wrap(&err, "lecture des fiches d’un réseau")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   c.external_id, c.id, c.version, c.state, c.published > 0 AND c.latest > c.published, v.record, b.record
		FROM     casestudy c
		JOIN     casestudy_version v ON v.casestudy = c.id AND v.number = c.latest
		LEFT     JOIN casestudy_brought b ON b.casestudy = c.id
		WHERE    c.network = $1 AND c.external_id <> ''
		ORDER BY c.external_id`, network)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all = map[string]CaseStanding{}
	for rows.Next() {
		var external, newest string
		var brought sql.NullString
		var s CaseStanding
		if err := rows.Scan(&external, &s.ID, &s.Version, &s.State, &s.Pending, &newest, &brought); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(newest), &s.Newest); err != nil {
			return nil, err
		}
		if brought.Valid {
			if err := json.Unmarshal([]byte(brought.String), &s.Brought); err != nil {
				return nil, err
			}
		}
		s.Moved = brought.String != newest
		all[external] = s
	}
	return all, rows.Err()
}

// CaseDelivery is many cases that a network brings, all or none. Publish shows
// them at once, unread by an editor: it is for a base that was shown elsewhere.
type CaseDelivery struct {
	Network string
	State   casestudy.State // of new cases: Draft or Submitted
	Publish bool
	Remark  string
	By      journal.Actor
	Rows    []DeliveredCase
	Tell    func(done int) // may be nil
}

// DeliveredCase is one of them. ID and Version are of the case that is there,
// "" and 0 for a new one. Brought is the record as the network has it, Record
// what becomes of it; Notes say what an editor should look at.
type DeliveredCase struct {
	ID         string
	Version    int
	ExternalID string
	Slug       string // wanted at the first publication; "" makes one of the title
	Record     casestudy.Record
	Brought    casestudy.Record
	Within     []string
	Notes      []CaseNoteInput
}

// BringCases keeps many cases, in one transaction. A new one is in d's State, an
// old one gets a new version.
//
// Error: *Changed when somebody took a step of one of them since it was read;
// Conflict for an external identifier that came meanwhile; Invalid.
func (d *DB) BringCases(ctx context.Context, in CaseDelivery, now time.Time) (err error) {
	defer wrap(&err, "versement de fiches")
	if len(in.Rows) == 0 {
		return nil
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		b := bringing{d: d, tx: tx, in: &in, now: now}
		if in.Publish {
			if err := b.slugs(ctx); err != nil {
				return err
			}
		}
		for i := range in.Rows {
			if err := b.bring(ctx, &in.Rows[i]); err != nil {
				return err
			}
			if in.Tell != nil {
				in.Tell(i + 1)
			}
		}
		if b.shown > 0 {
			if err := showCases(ctx, tx); err != nil {
				return err
			}
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: in.By, Action: string(account.ImportCase), Object: "casestudy:",
			After: entered(map[string]any{"network": in.Network, "new": b.fresh, "changed": len(in.Rows) - b.fresh, "published": b.shown, "remark": in.Remark})})
	})
}

// bringing is a delivery being kept.
type bringing struct {
	d            *DB
	tx           *sql.Tx
	in           *CaseDelivery
	now          time.Time
	taken        map[string]bool // addresses
	fresh, shown int
}

func (b *bringing) slugs(ctx context.Context) error {
	rows, err := b.tx.QueryContext(ctx, `SELECT slug FROM casestudy WHERE slug IS NOT NULL ORDER BY slug`)
	all, err := collect(rows, err, func(rows *sql.Rows, s *string) error { return rows.Scan(s) })
	b.taken = make(map[string]bool, len(all))
	for _, s := range all {
		b.taken[s] = true
	}
	return err
}

func (b *bringing) bring(ctx context.Context, r *DeliveredCase) error {
	text, err := caseText(&r.Record)
	if err != nil {
		return err
	}
	brought, err := caseText(&r.Brought)
	if err != nil {
		return err
	}
	if r.ID == "" {
		err = b.create(ctx, r, text)
	} else {
		err = b.change(ctx, r)
	}
	if err != nil {
		return err
	}
	if _, err := b.tx.ExecContext(ctx, `
		INSERT INTO casestudy_brought (casestudy, record)
		VALUES ($1, $2)
		ON CONFLICT (casestudy) DO UPDATE SET record = excluded.record`, r.ID, brought); err != nil {
		return err
	}
	if len(r.Notes) == 0 {
		return nil
	}
	row, err := caseIn(ctx, b.tx, r.ID)
	for _, n := range r.Notes {
		if err == nil {
			_, err = insertNote(ctx, b.tx, r.ID, row.Latest, n, b.in.By, b.now)
		}
	}
	return err
}

func (b *bringing) create(ctx context.Context, r *DeliveredCase, text string) error {
	r.ID = key("casestudy", b.in.Network, r.ExternalID)[:26] // of a network's name for it: the same wherever it is brought
	in := CaseInput{Record: r.Record, State: b.in.State, Network: b.in.Network, ExternalID: r.ExternalID, Within: r.Within, Remark: b.in.Remark, By: b.in.By}
	if in.State == "" {
		in.State = casestudy.Submitted
	}
	fresh, err := insertCase(ctx, b.tx, r.ID, &in, "", text, b.now)
	switch {
	case err != nil:
		return err
	case !fresh:
		return errKnownCase(b.in.Network, r.ExternalID)
	}
	b.fresh++
	if !b.in.Publish {
		return nil
	}
	wanted := slugOf(r.Record.Title)
	if r.Slug != "" {
		wanted = slugOf(r.Slug)
	}
	slug := nextSlug(wanted, b.taken)
	b.taken[slug] = true
	b.shown++
	_, err = b.tx.ExecContext(ctx, `
		UPDATE casestudy
		SET    state = 'published', published = 1, slug = $2, published_at = $3, public_at = $3
		WHERE  id = $1`, r.ID, slug, utc(b.now))
	return err
}

// change adds a version to a case that is there, if it changes something; with
// Publish readers see it, unless something of ours waits.
func (b *bringing) change(ctx context.Context, r *DeliveredCase) error {
	before, err := caseIn(ctx, b.tx, r.ID)
	if err != nil {
		return err
	}
	if before.Network != b.in.Network || before.ExternalID != r.ExternalID {
		return &fault.Error{Kind: fault.Conflict, What: "la fiche « " + r.ExternalID + " » est d’un autre réseau", Do: "recommencez le versement"}
	}
	t := CaseTurn{ID: r.ID, Version: r.Version, By: b.in.By, At: b.now}
	number, err := b.d.writeCase(ctx, b.tx, &t, r.Record, r.Within, b.in.Remark, 0)
	if err != nil || !b.in.Publish || before.Pending() || !before.State.Public() || number == before.Latest {
		return err
	}
	b.shown++
	_, err = b.tx.ExecContext(ctx, `UPDATE casestudy SET published = latest, public_at = $2 WHERE id = $1`, r.ID, utc(b.now))
	return err
}
