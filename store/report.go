package store

import (
	"context"
	"database/sql"
	"time"
)

// ReportInput is a rendered report. Document identifies what it shows (a hash):
// as long as it is the same, the report need not be rendered again.
type ReportInput struct {
	Edition   string
	Territory string
	Kind      string // report or note
	Lang      string // fr or en
	Document  string
	PDF       []byte
	CreatedAt time.Time
}

// ReportRow is one rendered report. PDF is the key of an artifact.
type ReportRow struct {
	Edition   string
	Territory string
	Kind      string
	Lang      string
	Document  string
	PDF       string
	Size      int // of the PDF, in bytes
	CreatedAt time.Time
}

// PutReport keeps a report in the place of the one that was there before.
//
// Error: NotFound when the edition does not exist.
func (d *DB) PutReport(ctx context.Context, in ReportInput) (err error) {
	defer wrap(&err, "enregistrement du rapport %s %s", in.Edition, in.Territory)
	if _, err := d.Edition(ctx, in.Edition); err != nil { // editions are never deleted
		return err
	}
	pdf, err := d.keep(ctx, "pdf", in.PDF)
	if err != nil {
		return err
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, in.CreatedAt, pdf); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `
			INSERT INTO report (edition, territory, kind, lang, document, pdf, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (edition, territory, kind, lang) DO UPDATE
			SET document = excluded.document, pdf = excluded.pdf, created_at = excluded.created_at`,
			in.Edition, in.Territory, in.Kind, in.Lang, in.Document, pdf.id, utc(in.CreatedAt))
		return err
	})
}

const selectReport = `
	SELECT r.edition, r.territory, r.kind, r.lang, r.document, r.pdf, a.size, r.created_at
	FROM   report r
	JOIN   artifact a ON a.id = r.pdf`

func scanReport(rows *sql.Rows, r *ReportRow) error {
	err := rows.Scan(&r.Edition, &r.Territory, &r.Kind, &r.Lang, &r.Document, &r.PDF, &r.Size, &r.CreatedAt)
	r.CreatedAt = r.CreatedAt.UTC()
	return err
}

// Report returns one report.
//
// Error: NotFound.
func (d *DB) Report(ctx context.Context, edition, territory, kind, lang string) (row ReportRow, err error) {
	defer wrap(&err, "lecture d’un rapport")
	rows, err := d.read.QueryContext(ctx, selectReport+`
		WHERE    r.edition = $1 AND r.territory = $2 AND r.kind = $3 AND r.lang = $4
		ORDER BY r.edition`, edition, territory, kind, lang)
	all, err := collect(rows, err, scanReport)
	return only(all, err, "rapport", edition+" "+territory+" "+kind+" "+lang)
}

// Reports returns the reports of one edition, by territory, kind and language.
func (d *DB) Reports(ctx context.Context, edition string) (all []ReportRow, err error) {
	defer wrap(&err, "lecture des rapports de l’édition %s", edition)
	rows, err := d.read.QueryContext(ctx, selectReport+`
		WHERE    r.edition = $1
		ORDER BY r.territory, r.kind, r.lang`, edition)
	return collect(rows, err, scanReport)
}
