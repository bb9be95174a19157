package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
)

// CaseRow is a case and where it stands, without its record: that of version
// Latest is the newest, that of Published what readers see, 0 when they see
// none.
type CaseRow struct {
	ID          string          `json:"id"`
	Slug        string          `json:"slug,omitempty"` // "" until the first publication
	State       casestudy.State `json:"state"`
	Title       string          `json:"title"` // of the newest version
	Latest      int             `json:"latest"`
	Published   int             `json:"published,omitempty"`
	Network     string          `json:"network,omitempty"`
	ExternalID  string          `json:"external_id,omitempty"`
	Within      []string        `json:"-"`              // its territories and those that contain them
	Author      journal.Actor   `json:"author"`         // of the first version
	Writer      journal.Actor   `json:"writer"`         // of the newest
	Link        string          `json:"link,omitempty"` // identifier of the secret link that it came by
	Reason      string          `json:"reason,omitempty"`
	MergedInto  string          `json:"merged_into,omitempty"`
	ReviewedBy  journal.Actor   `json:"reviewed_by,omitempty"`
	ReviewedAt  time.Time       `json:"reviewed_at,omitzero"`
	ReviewDue   string          `json:"review_due,omitempty"` // ISO day
	CreatedAt   time.Time       `json:"created_at"`
	PublishedAt time.Time       `json:"published_at,omitzero"`
	PublicAt    time.Time       `json:"public_at,omitzero"`
	Version     int             `json:"version"` // of the row: what a change is made from
	ChangedBy   journal.Actor   `json:"changed_by"`
	ChangedAt   time.Time       `json:"changed_at"`
}

// Pending reports whether a newer version than the one shown waits to be
// published.
func (r *CaseRow) Pending() bool { return r.Published > 0 && r.Latest > r.Published }

// Object is the case as far as rights go. Who wrote it is whose work somebody
// else reads: the author, then the writer of what waits behind the version shown.
func (r *CaseRow) Object() account.Object {
	by := r.Author
	if r.Published > 0 {
		by = r.Writer
	}
	o := account.Object{State: account.State(r.State), Scopes: r.Within, By: by.Person()}
	if r.Network != "" {
		o.Scopes = append(append([]string(nil), r.Within...), "reseau:"+r.Network)
	}
	return o
}

// CaseTurn is one step in the life of a case: who takes it, when, and the
// version of the row that they had before their eyes. Letters go out with it, or
// not at all.
type CaseTurn struct {
	ID      string
	Version int
	By      journal.Actor
	At      time.Time
	Letters []Letter
}

const caseColumns = `
	c.id, c.slug, c.state, c.title, c.latest, c.published, c.network, c.external_id, c.within, c.author, c.writer, c.link, c.reason,
	c.merged_into, c.reviewed_by, c.reviewed_at, c.review_due, c.created_at, c.published_at, c.public_at, c.version, c.changed_by, c.changed_at`

const selectCase = `SELECT ` + caseColumns + ` FROM casestudy c `

func scanCase(rows interface{ Scan(...any) error }, r *CaseRow) error {
	var slug, into sql.NullString
	var within string
	var reviewed, published, public instant
	err := rows.Scan(&r.ID, &slug, &r.State, &r.Title, &r.Latest, &r.Published, &r.Network, &r.ExternalID, &within, &r.Author, &r.Writer, &r.Link, &r.Reason,
		&into, &r.ReviewedBy, &reviewed, &r.ReviewDue, &r.CreatedAt, &published, &public, &r.Version, &r.ChangedBy, &r.ChangedAt)
	r.Slug, r.MergedInto, r.Within = slug.String, into.String, strings.Fields(within)
	r.CreatedAt, r.ChangedAt = r.CreatedAt.UTC(), r.ChangedAt.UTC()
	r.ReviewedAt, r.PublishedAt, r.PublicAt = reviewed.Time, published.Time, public.Time
	return err
}

// CaseFilter says which cases to list. The zero value is all of them.
type CaseFilter struct {
	States  []casestudy.State // nil: any
	Network *string           // nil: any
	Author  journal.Actor     // "": anybody
	Due     string            // ISO day: those shown whose review is due by then
}

// Cases lists cases, the last changed first.
func (d *DB) Cases(ctx context.Context, f CaseFilter) (all []CaseRow, err error) {
	defer wrap(&err, "lecture des fiches")
	network, any := "", 1
	if f.Network != nil {
		network, any = *f.Network, 0
	}
	states := ""
	if len(f.States) > 0 {
		states = inStates(f.States...)
	}
	rows, err := d.read.QueryContext(ctx, selectCase+`
		WHERE    ($1 = '' OR $1 LIKE '%,' || c.state || ',%')
		AND      ($2 = 1 OR c.network = $3)
		AND      ($4 = '' OR c.author = $4)
		AND      ($5 = '' OR c.review_due <> '' AND c.review_due <= $5 AND c.state IN ('published', 'to_update'))
		ORDER BY c.changed_at DESC, c.id`, states, any, network, string(f.Author), f.Due)
	return collect(rows, err, func(rows *sql.Rows, r *CaseRow) error { return scanCase(rows, r) })
}

// Case returns one case, by its identifier or its address.
//
// Error: NotFound.
func (d *DB) Case(ctx context.Context, id string) (row CaseRow, err error) {
	defer wrap(&err, "lecture d’une fiche")
	rows, err := d.read.QueryContext(ctx, selectCase+`WHERE c.id = $1 OR c.slug = $1 ORDER BY c.id`, id)
	all, err := collect(rows, err, func(rows *sql.Rows, r *CaseRow) error { return scanCase(rows, r) })
	return only(all, err, "fiche", id)
}

// inStates is the list of states as turnCase reads it: ,draft,submitted,
func inStates(all ...casestudy.State) string {
	var b strings.Builder
	for _, s := range all {
		b.WriteString("," + string(s))
	}
	return b.String() + ","
}

// turnCase takes the next version of a case that is in one of the states, if
// t.Version is the current one, and returns the case, otherwise as it was. The
// row is held until the transaction ends.
//
// Error: *Changed; Conflict for a case in another state; NotFound.
func (d *DB) turnCase(ctx context.Context, tx *sql.Tx, t *CaseTurn, from ...casestudy.State) (row CaseRow, err error) {
	turned, err := inserted(tx.ExecContext(ctx, `
		UPDATE casestudy
		SET    version = version + 1, changed_by = $1, changed_at = $2
		WHERE  id = $3 AND version = $4 AND $5 LIKE '%,' || state || ',%'`, string(t.By), utc(t.At), t.ID, t.Version, inStates(from...)))
	if err != nil {
		return row, err
	}
	if row, err = caseIn(ctx, tx, t.ID); err != nil || turned {
		return row, err
	}
	if row.Version != t.Version {
		return row, &Changed{By: row.ChangedBy, At: row.ChangedAt}
	}
	return row, errCaseState(row.State)
}

// caseIn reads a case within a transaction. Error: NotFound.
func caseIn(ctx context.Context, tx *sql.Tx, id string) (row CaseRow, err error) {
	err = scanCase(tx.QueryRowContext(ctx, selectCase+`WHERE c.id = $1`, id), &row)
	if err == sql.ErrNoRows {
		_, err = only([]CaseRow(nil), nil, "fiche", id)
	}
	return row, err
}

// caseWords say in which state a case is.
var caseWords = map[casestudy.State]string{
	casestudy.Draft: "un brouillon", casestudy.Submitted: "proposée, et attend d’être relue", casestudy.InReview: "en relecture",
	casestudy.Published: "publiée", casestudy.ToUpdate: "publiée, à mettre à jour", casestudy.Archived: "archivée", casestudy.Merged: "réunie à une autre",
}

func errCaseState(s casestudy.State) error {
	return &fault.Error{Kind: fault.Conflict, What: "cela ne se peut pas : cette fiche est " + caseWords[s], Do: "rechargez sa page pour voir ce qui est possible"}
}

// putCase writes where a case stands, which turnCase holds.
func putCase(ctx context.Context, tx *sql.Tx, r *CaseRow) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE casestudy
		SET    slug = $2, state = $3, title = $4, latest = $5, published = $6, within = $7, writer = $8, reason = $9, merged_into = $10,
		       reviewed_by = $11, reviewed_at = $12, review_due = $13, published_at = $14, public_at = $15
		WHERE  id = $1`,
		r.ID, null(r.Slug), string(r.State), r.Title, r.Latest, r.Published, strings.Join(r.Within, " "), string(r.Writer), r.Reason, null(r.MergedInto),
		string(r.ReviewedBy), nullTime(r.ReviewedAt), r.ReviewDue, nullTime(r.PublishedAt), nullTime(r.PublicAt))
	return err
}

// nullTime is the column of an instant that may be none.
func nullTime(t time.Time) sql.NullTime { return sql.NullTime{Time: utc(t), Valid: !t.IsZero()} }

// showCases notes that what readers see of the base changes.
func showCases(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE casestudy_stamp SET turn = turn + 1 WHERE one = 1`)
	return err
}

// endTurn posts the letters of a step and enters it in the journal, last.
func (d *DB) endTurn(ctx context.Context, tx *sql.Tx, t *CaseTurn, a account.Action, before, after any) error {
	if err := d.postAll(ctx, tx, t.Letters, t.At); err != nil {
		return err
	}
	return d.enter(ctx, tx, t.At, caseAct(t.By, a, t.ID, before, after))
}

func caseAct(by journal.Actor, a account.Action, id string, before, after any) journal.Act {
	return journal.Act{Actor: by, Action: string(a), Object: "casestudy:" + id, Before: entered(before), After: entered(after)}
}

// caseStood is a case in the journal.
type caseStood struct {
	State   casestudy.State `json:"state,omitempty"`
	Version int             `json:"version,omitempty"` // of the record
	Slug    string          `json:"slug,omitempty"`
	Reason  string          `json:"reason,omitempty"`
	Into    string          `json:"into,omitempty"`
	Due     string          `json:"due,omitempty"`
}
