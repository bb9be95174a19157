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

// CaseNoteInput is a word of a reviewer beside a field, "" for the whole record.
type CaseNoteInput struct {
	Field string
	Text  string
}

// CaseNote is a word beside a field of a version, open until somebody settles it.
type CaseNote struct {
	ID        string        `json:"id"`
	Case      string        `json:"case"`
	Number    int           `json:"number"` // version that it is about
	Field     string        `json:"field,omitempty"`
	Text      string        `json:"text"`
	By        journal.Actor `json:"by"`
	At        time.Time     `json:"at"`
	SettledBy journal.Actor `json:"settled_by,omitempty"`
	SettledAt time.Time     `json:"settled_at,omitzero"`
}

// Open reports whether nobody has settled the note.
func (n *CaseNote) Open() bool { return n.SettledAt.IsZero() }

func insertNote(ctx context.Context, tx *sql.Tx, id string, number int, n CaseNoteInput, by journal.Actor, now time.Time) (string, error) {
	n.Text = strings.TrimSpace(n.Text)
	if n.Text == "" || len(n.Text) > mostReason || len(n.Field) > mostSpecName {
		return "", fault.Invalidf("écrivez 2 000 signes au plus", "remarque vide ou trop longue")
	}
	note := strings.ToLower(rand.Text())
	_, err := tx.ExecContext(ctx, `
		INSERT INTO casestudy_note (id, casestudy, number, field, remark, by_actor, created_at, settled_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '')`, note, id, number, n.Field, n.Text, string(by), utc(now))
	return note, err
}

// PutCaseNote adds a note beside a field of the newest version of a case.
//
// Error: Invalid for an empty or too long text; NotFound.
func (d *DB) PutCaseNote(ctx context.Context, by journal.Actor, id string, n CaseNoteInput, now time.Time) (note string, err error) {
	defer wrap(&err, "remarque sur une fiche")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		row, err := caseIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if note, err = insertNote(ctx, tx, id, row.Latest, n, by, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, caseAct(by, account.ReviewCase, id, nil, map[string]string{"note": note, "field": n.Field}))
	})
	return note, err
}

// SettleCaseNote says that what a note asks was done or answered. It can be said
// again.
//
// Error: NotFound.
func (d *DB) SettleCaseNote(ctx context.Context, by journal.Actor, id, note string, now time.Time) (err error) {
	defer wrap(&err, "remarque sur une fiche")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		settled, err := inserted(tx.ExecContext(ctx, `
			UPDATE casestudy_note
			SET    settled_by = $1, settled_at = $2
			WHERE  id = $3 AND casestudy = $4 AND settled_at IS NULL`, string(by), utc(now), note, id))
		if err != nil {
			return err
		}
		if !settled {
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM casestudy_note WHERE id = $1 AND casestudy = $2`, note, id).Scan(&n); err != nil || n > 0 {
				return err
			}
			_, err := only([]CaseNote(nil), nil, "remarque", note)
			return err
		}
		return d.enter(ctx, tx, now, caseAct(by, account.WriteCase, id, nil, map[string]string{"settled": note}))
	})
}

// CaseNotes returns the notes of a case, open or not, the first one first.
func (d *DB) CaseNotes(ctx context.Context, id string) (all []CaseNote, err error) {
	defer wrap(&err, "lecture des remarques d’une fiche")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   id, casestudy, number, field, remark, by_actor, created_at, settled_by, settled_at
		FROM     casestudy_note
		WHERE    casestudy = $1
		ORDER BY created_at, id`, id)
	return collect(rows, err, func(rows *sql.Rows, n *CaseNote) error {
		var settled instant
		err := rows.Scan(&n.ID, &n.Case, &n.Number, &n.Field, &n.Text, &n.By, &n.At, &n.SettledBy, &settled)
		n.At, n.SettledAt = n.At.UTC(), settled.Time
		return err
	})
}
