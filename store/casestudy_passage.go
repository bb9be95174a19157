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

// PassageRow is a passage of a section that a coder marks with a term of a
// reference list: characters Begins to Ends of the section, half-open.
type PassageRow struct {
	ID      string        `json:"id"`
	Case    string        `json:"case"`
	Number  int           `json:"number"` // version of the record
	Coder   journal.Actor `json:"coder"`
	Section string        `json:"section"`
	Begins  int           `json:"begins"`
	Ends    int           `json:"ends"`
	List    string        `json:"list"`
	Code    string        `json:"code"`
	At      time.Time     `json:"at"`
}

// PutPassage marks a passage; the same mark of the same coder is kept once.
//
// Error: Invalid for a passage outside the section; NotFound.
func (d *DB) PutPassage(ctx context.Context, p PassageRow, now time.Time) (err error) {
	defer wrap(&err, "codage d’un passage")
	v, err := d.CaseVersion(ctx, p.Case, p.Number)
	if err != nil {
		return err
	}
	if p.Begins < 0 || p.Ends <= p.Begins || p.Ends > len([]rune(v.Record.Sections[p.Section])) || p.List == "" || p.Code == "" {
		return fault.Invalidf("sélectionnez quelques mots d’une partie, et un terme d’une liste", "passage impossible")
	}
	id := strings.ToLower(rand.Text())
	return d.inTx(ctx, func(tx *sql.Tx) error {
		fresh, err := inserted(tx.ExecContext(ctx, `
			INSERT INTO casestudy_passage (id, casestudy, number, coder, section, begins, ends, list, code, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
			ON CONFLICT DO NOTHING`, id, p.Case, v.Number, string(p.Coder), p.Section, p.Begins, p.Ends, p.List, p.Code, utc(now)))
		if err != nil || !fresh {
			return err
		}
		if err := codeCases(ctx, tx); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, caseAct(p.Coder, account.CodeCase, p.Case, nil, map[string]string{"passage": id, "list": p.List, "code": p.Code}))
	})
}

// DropPassage takes a mark away, by who made it.
//
// Error: NotFound for a mark that is none or somebody else's.
func (d *DB) DropPassage(ctx context.Context, coder journal.Actor, id, passage string, now time.Time) (err error) {
	defer wrap(&err, "codage d’un passage")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		gone, err := inserted(tx.ExecContext(ctx, `DELETE FROM casestudy_passage WHERE id = $1 AND casestudy = $2 AND coder = $3`, passage, id, string(coder)))
		if err != nil {
			return err
		}
		if !gone {
			_, err := only([]PassageRow(nil), nil, "passage", passage)
			return err
		}
		if err := codeCases(ctx, tx); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, caseAct(coder, account.CodeCase, id, map[string]string{"passage": passage}, nil))
	})
}

// Passages returns the marks of a case, of every case for "".
func (d *DB) Passages(ctx context.Context, id string) (all []PassageRow, err error) {
	defer wrap(&err, "lecture des passages codés")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   id, casestudy, number, coder, section, begins, ends, list, code, created_at
		FROM     casestudy_passage
		WHERE    $1 = '' OR casestudy = $1
		ORDER BY casestudy, number, section, begins, ends, list, code, coder`, id)
	return collect(rows, err, func(rows *sql.Rows, p *PassageRow) error {
		err := rows.Scan(&p.ID, &p.Case, &p.Number, &p.Coder, &p.Section, &p.Begins, &p.Ends, &p.List, &p.Code, &p.At)
		p.At = p.At.UTC()
		return err
	})
}

// codeCases notes that the coding of the base changes.
func codeCases(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE casestudy_stamp SET coded = coded + 1 WHERE one = 1`)
	return err
}

// CodingStamp returns a number that grows whenever a passage is marked, or a mark
// is taken away.
func (d *DB) CodingStamp(ctx context.Context) (n int64, err error) {
	defer wrap(&err, "lecture des passages codés")
	err = d.read.QueryRowContext(ctx, `SELECT coded FROM casestudy_stamp WHERE one = 1`).Scan(&n)
	return n, err
}
