package store

import (
	"database/sql"
	"errors"
	"testing"
	"time"

	"vigie/journal"
)

// TestCause puts a run, a letter and an entry in one transaction: all are kept
// with it, or none.
func TestCause(t *testing.T) {
	newDB(t, func(t *testing.T, d *DB, _ string, _ Options) {
		if err := d.migrate(t.Context(), migrations); err != nil {
			t.Fatal(err)
		}
		now, failed := time.Date(2026, 3, 12, 8, 0, 0, 0, time.UTC), errors.New("essai")
		for _, end := range []error{failed, nil} {
			err := d.inTx(t.Context(), func(tx *sql.Tx) error {
				if _, err := d.enqueue(t.Context(), tx, RunInput{Kind: "import", What: "x", By: journal.System}, now); err != nil {
					return err
				}
				if _, err := d.post(t.Context(), tx, Letter{Event: "x", To: "essai@exemple.fr", Subject: "x"}, now); err != nil {
					return err
				}
				if err := d.enter(t.Context(), tx, now, journal.Act{Actor: journal.System, Action: "essai", Object: "x"}); err != nil {
					return err
				}
				return end
			})
			if err != end {
				t.Fatalf("inTx = %v; want %v", err, end)
			}
			want := 0
			if end == nil {
				want = 1
			}
			runs, err1 := d.Runs(t.Context(), RunFilter{})
			letters, err2 := d.Mail(t.Context(), 10)
			head, err3 := d.VerifyJournal(t.Context())
			if err := errors.Join(err1, err2, err3); err != nil || len(runs) != want || len(letters) != want || head.Seq != int64(want) {
				t.Errorf("after %v: %d runs, %d letters, %d entries, %v; want %d of each", end, len(runs), len(letters), head.Seq, err, want)
			}
		}
	})
}
