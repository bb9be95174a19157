package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"vigie/fault"
)

// RunArgs returns what a run of a kind was asked, empty for a command's own.
//
// Error: NotFound, also for a run of another kind.
func (d *DB) RunArgs(ctx context.Context, kind, id string) (args json.RawMessage, err error) {
	defer wrap(&err, "lecture d’un travail")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   args
		FROM     run
		WHERE    id = $1 AND kind = $2
		ORDER BY id`, id, kind)
	all, err := collect(rows, err, func(rows *sql.Rows, s *string) error { return rows.Scan(s) })
	text, err := only(all, err, "travail", id)
	return json.RawMessage(text), err
}

// RunOfEvent returns the run of an event, false when nobody has asked for it.
func (d *DB) RunOfEvent(ctx context.Context, event string) (row RunRow, asked bool, err error) {
	defer wrap(&err, "lecture d’un travail")
	rows, err := d.read.QueryContext(ctx, selectRun+`
		WHERE    event = $1
		ORDER BY id`, event)
	all, err := collect(rows, err, scanRun)
	if err != nil || len(all) == 0 {
		return row, false, err
	}
	return all[0], true, nil
}

// mostAsked is how many runs of a kind a person may ask for about files of
// theirs in a day.
const mostAsked = 100

// AskFile keeps a file in the bucket and asks for a run about it, which ask
// makes of the file's key. Interrupted, it leaves no run.
//
// Error: Conflict when who asks has asked too often in a day.
func (d *DB) AskFile(ctx context.Context, f RawFile, ask func(file string) RunInput, now time.Time) (id string, err error) {
	defer wrap(&err, "réception d’un fichier")
	kept, err := d.keepFile(ctx, "file", f, "")
	if err != nil {
		return "", err
	}
	in := ask(kept.id)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `
			SELECT count(*)
			FROM   run
			WHERE  kind = $1 AND by_actor = $2 AND created_at > $3`, in.Kind, string(in.By), utc(now.Add(-day))).Scan(&n); err != nil {
			return err
		}
		if n >= mostAsked {
			return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("vous avez déjà envoyé %d fichiers en un jour", n), Do: "revenez demain"}
		}
		if err := insertArtifacts(ctx, tx, now, kept); err != nil {
			return err
		}
		id, err = d.enqueue(ctx, tx, in, now)
		return err
	})
	return id, err
}
