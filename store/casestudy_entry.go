package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"vigie/casestudy"
)

// CaseStamp returns a number that grows whenever what readers see of the base
// changes.
func (d *DB) CaseStamp(ctx context.Context) (n int64, err error) {
	defer wrap(&err, "lecture de la base de fiches")
	err = d.read.QueryRowContext(ctx, `SELECT turn FROM casestudy_stamp WHERE one = 1`).Scan(&n)
	return n, err
}

// Entries returns what readers see of every case that they see or saw, by
// address, with the stamp of that moment: an archived or merged case keeps its
// title, and its domains, by which harvesters ask for it.
func (d *DB) Entries(ctx context.Context) (all []casestudy.Entry, stamp int64, err error) {
	defer wrap(&err, "lecture de la base de fiches")
	// The stamp first: what changes meanwhile is read again.
	if stamp, err = d.CaseStamp(ctx); err != nil {
		return nil, 0, err
	}
	rows, err := d.read.QueryContext(ctx, `
		SELECT   c.id, c.slug, c.state, c.published, c.network, c.external_id, c.reason, c.merged_into, c.reviewed_at, c.review_due,
		         c.published_at, c.public_at, v.record
		FROM     casestudy c
		JOIN     casestudy_version v ON v.casestudy = c.id AND v.number = c.published
		WHERE    c.published > 0 AND c.state IN ('published', 'to_update', 'archived', 'merged')
		ORDER BY c.slug`)
	all, err = collect(rows, err, scanEntryOfCase)
	return all, stamp, err
}

func scanEntryOfCase(rows *sql.Rows, e *casestudy.Entry) error {
	var text string
	var into sql.NullString
	var reviewed, published, public instant
	if err := rows.Scan(&e.ID, &e.Slug, &e.State, &e.Version, &e.Network, &e.ExternalID, &e.Reason, &into, &reviewed, &e.ReviewDue, &published, &public, &text); err != nil {
		return err
	}
	e.MergedInto, e.ReviewedAt, e.PublishedAt, e.ChangedAt = into.String, reviewed.Time, published.Time, public.Time
	if err := json.Unmarshal([]byte(text), &e.Record); err != nil {
		return err
	}
	if !e.State.Public() {
		e.Record = casestudy.Record{Text: casestudy.Text{Title: e.Record.Title}, Language: e.Record.Language, Domains: e.Record.Domains}
	}
	return nil
}
