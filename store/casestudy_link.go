package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// CaseLinkInput is a secret address by which a network contributes without
// accounts: Hash is all that is known of it.
type CaseLinkInput struct {
	Hash    string
	Label   string // for whom, in words
	Network string
	Expires time.Time
	Quota   int // how many cases it may bring
	By      journal.Actor
}

// CaseLink is such a link as editors see it.
type CaseLink struct {
	ID        string        `json:"id"`
	Label     string        `json:"label"`
	Network   string        `json:"network,omitempty"`
	Expires   time.Time     `json:"expires"`
	Quota     int           `json:"quota"`
	Used      int           `json:"used"`
	By        journal.Actor `json:"by"`
	At        time.Time     `json:"at"`
	RevokedAt time.Time     `json:"revoked_at,omitzero"`
}

// Serves reports whether the link can bring a case now.
func (l *CaseLink) Serves(now time.Time) bool {
	return l.RevokedAt.IsZero() && now.Before(l.Expires) && l.Used < l.Quota
}

// The longest a link may serve, and the most that it may bring.
const (
	mostLinkTime  = 400 * day
	mostLinkQuota = 1000
)

// PutCaseLink keeps a link.
//
// Error: Invalid for an empty label, a lifetime or a quota out of bounds.
func (d *DB) PutCaseLink(ctx context.Context, in CaseLinkInput, now time.Time) (l CaseLink, err error) {
	defer wrap(&err, "préparation d’un lien de contribution")
	in.Label, in.Network = strings.TrimSpace(in.Label), strings.TrimSpace(in.Network)
	switch {
	case in.Label == "" || len(in.Label) > mostSpecName || len(in.Network) > mostSpecName:
		return l, fault.Invalidf("dites en 120 signes au plus à qui vous le donnez", "lien sans destinataire")
	case !in.Expires.After(now) || in.Expires.After(now.Add(mostLinkTime)):
		return l, fault.Invalidf("choisissez un jour à venir, dans treize mois au plus", "durée du lien impossible")
	case in.Quota < 1 || in.Quota > mostLinkQuota:
		return l, fault.Invalidf("choisissez entre 1 et 1 000 fiches", "nombre de fiches impossible")
	}
	id := strings.ToLower(rand.Text())
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO casestudy_link (id, hash, label, network, expires_at, quota, used, by_actor, created_at, revoked_by)
			VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, '')`, id, in.Hash, in.Label, in.Network, utc(in.Expires), in.Quota, string(in.By), utc(now)); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, linkAct(in.By, id, map[string]any{"network": in.Network, "quota": in.Quota, "expires": utc(in.Expires)}))
	})
	if err != nil {
		return l, err
	}
	return d.caseLink(ctx, id, "")
}

func linkAct(by journal.Actor, id string, after any) journal.Act {
	return journal.Act{Actor: by, Action: string(account.LinkCase), Object: "casestudy_link:" + id, After: entered(after)}
}

// RevokeCaseLink ends a link. It can be done again.
//
// Error: NotFound.
func (d *DB) RevokeCaseLink(ctx context.Context, by journal.Actor, id string, now time.Time) (err error) {
	defer wrap(&err, "retrait d’un lien de contribution")
	if _, err := d.caseLink(ctx, id, ""); err != nil {
		return err
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		revoked, err := inserted(tx.ExecContext(ctx, `
			UPDATE casestudy_link
			SET    revoked_by = $1, revoked_at = $2
			WHERE  id = $3 AND revoked_at IS NULL`, string(by), utc(now), id))
		if err != nil || !revoked {
			return err
		}
		return d.enter(ctx, tx, now, linkAct(by, id, map[string]bool{"revoked": true}))
	})
}

// useCaseLink counts a contribution against the quota of a link, and returns the
// link's identifier.
func useCaseLink(ctx context.Context, tx *sql.Tx, hash string, now time.Time) (id string, err error) {
	err = tx.QueryRowContext(ctx, `
		UPDATE casestudy_link
		SET    used = used + 1
		WHERE  hash = $1 AND revoked_at IS NULL AND expires_at > $2 AND used < quota
		RETURNING id`, hash, utc(now)).Scan(&id)
	if err == sql.ErrNoRows {
		err = errLink()
	}
	return id, err
}

func errLink() error {
	return &fault.Error{Kind: fault.Denied, What: "ce lien ne sert plus, ou a déjà servi autant de fois que prévu", Do: "demandez-en un autre à qui vous l’a donné"}
}

// CaseLinkOf returns the link of a hash, if it serves.
//
// Error: Denied for one that is none or serves no more: it does not say which.
func (d *DB) CaseLinkOf(ctx context.Context, hash string, now time.Time) (l CaseLink, err error) {
	l, err = d.caseLink(ctx, "", hash)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return l, err
	}
	if err != nil || !l.Serves(now) {
		return CaseLink{}, errLink()
	}
	return l, nil
}

const selectCaseLink = `
	SELECT id, label, network, expires_at, quota, used, by_actor, created_at, revoked_at
	FROM   casestudy_link `

func scanCaseLink(rows *sql.Rows, l *CaseLink) error {
	var revoked instant
	err := rows.Scan(&l.ID, &l.Label, &l.Network, &l.Expires, &l.Quota, &l.Used, &l.By, &l.At, &revoked)
	l.Expires, l.At, l.RevokedAt = l.Expires.UTC(), l.At.UTC(), revoked.Time
	return err
}

// caseLink returns a link by its identifier or its hash, the other one "".
func (d *DB) caseLink(ctx context.Context, id, hash string) (l CaseLink, err error) {
	defer wrap(&err, "lecture d’un lien de contribution")
	rows, err := d.read.QueryContext(ctx, selectCaseLink+`WHERE id = $1 OR hash = $2 ORDER BY id`, id, hash)
	all, err := collect(rows, err, scanCaseLink)
	return only(all, err, "lien de contribution", id)
}

// CaseLinks returns the links, the last first.
func (d *DB) CaseLinks(ctx context.Context) (all []CaseLink, err error) {
	defer wrap(&err, "lecture des liens de contribution")
	rows, err := d.read.QueryContext(ctx, selectCaseLink+`ORDER BY created_at DESC, id`)
	return collect(rows, err, scanCaseLink)
}
