package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"vigie/journal"
)

// Enter writes in the journal an act that changes no row: a sign-in, an export.
func (d *DB) Enter(ctx context.Context, now time.Time, a journal.Act) (err error) {
	defer wrap(&err, "écriture du journal")
	return d.inTx(ctx, func(tx *sql.Tx) error { return d.enter(ctx, tx, now, a) })
}

// enter writes an act in the journal, within the transaction that does it:
// both are kept or neither is. Call it last: it holds the end of the journal
// until the transaction ends, and two that enter wait for each other.
func (d *DB) enter(ctx context.Context, tx *sql.Tx, now time.Time, a journal.Act) error {
	if err := a.Check(); err != nil {
		return err
	}
	var head journal.Head
	// An update that changes nothing locks the row, on both engines.
	err := tx.QueryRowContext(ctx, `UPDATE journal_head SET seq = seq WHERE one = 1 RETURNING seq, hash`).Scan(&head.Seq, &head.Hash)
	if err != nil {
		return err
	}
	e := journal.Next(head, now, a)
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO journal (seq, at, actor, action, object, before_act, after_act, previous, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.Seq, e.At, string(e.Actor), e.Action, e.Object, string(e.Before), string(e.After), e.Previous, e.Hash); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE journal_head SET seq = $1, hash = $2 WHERE one = 1`, e.Seq, e.Hash)
	return err
}

// entered is what an object was or is, for the journal: a struct or a map, nil
// when there is nothing to say.
func entered(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: entered(%T): %v", v, err))
	}
	return b
}

// JournalFilter says which entries to read. The zero value is all of them.
type JournalFilter struct {
	Actor, Action, Object string    // beginnings: person:, edition., dataset:
	Person                string    // identifier: what they did, themselves or by a program of theirs
	From, To              time.Time // half-open; zero: no bound
	Below                 int64     // only entries before this one, to turn the page; 0: from the last
	Most                  int       // as many entries, 100 when 0
}

const selectJournal = `
	SELECT seq, at, actor, action, object, before_act, after_act, previous, hash
	FROM   journal`

func scanEntry(rows *sql.Rows, e *journal.Entry) error {
	var before, after string
	err := rows.Scan(&e.Seq, &e.At, &e.Actor, &e.Action, &e.Object, &before, &after, &e.Previous, &e.Hash)
	e.At = e.At.UTC()
	if before != "" {
		e.Before = json.RawMessage(before)
	}
	if after != "" {
		e.After = json.RawMessage(after)
	}
	return err
}

// Journal returns entries, the last one first.
func (d *DB) Journal(ctx context.Context, f JournalFilter) (all []journal.Entry, err error) {
	defer wrap(&err, "lecture du journal")
	var person journal.Actor
	if f.Person != "" {
		person = journal.PersonActor(f.Person)
	}
	if f.To.IsZero() {
		f.To = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if f.Below <= 0 {
		f.Below = 1 << 62
	}
	if f.Most <= 0 {
		f.Most = 100
	}
	rows, err := d.read.QueryContext(ctx, selectJournal+`
		WHERE    seq < $1 AND at >= $2 AND at < $3
		AND      substr(actor, 1, length($4)) = $4
		AND      substr(action, 1, length($5)) = $5
		AND      substr(object, 1, length($6)) = $6
		AND      ($8 = '' OR actor = $8 OR substr(actor, 1, length($9)) = $9)
		ORDER BY seq DESC
		LIMIT    $7`, f.Below, f.From.UTC(), f.To.UTC(), f.Actor, f.Action, f.Object, f.Most, string(person), string(journal.TokenActor(f.Person, "")))
	return collect(rows, err, scanEntry)
}

// JournalActions returns the actions that the journal has entries of.
func (d *DB) JournalActions(ctx context.Context) (all []string, err error) {
	defer wrap(&err, "lecture du journal")
	return d.texts(ctx, `SELECT DISTINCT action FROM journal ORDER BY action`)
}

// JournalHead returns the last entry's number and hash.
func (d *DB) JournalHead(ctx context.Context) (h journal.Head, err error) {
	defer wrap(&err, "lecture du journal")
	err = d.read.QueryRowContext(ctx, `SELECT seq, hash FROM journal_head WHERE one = 1`).Scan(&h.Seq, &h.Hash)
	return h, err
}

// JournalEntries reads the whole journal, the first entry first.
func (d *DB) JournalEntries(ctx context.Context) iter.Seq2[journal.Entry, error] {
	const page = 1000
	return func(yield func(journal.Entry, error) bool) {
		for last, n := int64(-1<<62), page; n == page; {
			rows, err := d.read.QueryContext(ctx, selectJournal+`
				WHERE    seq > $1
				ORDER BY seq
				LIMIT    $2`, last, page)
			all, err := collect(rows, err, scanEntry)
			if err != nil {
				wrap(&err, "lecture du journal")
				yield(journal.Entry{}, err)
				return
			}
			n = len(all)
			for _, e := range all {
				last = e.Seq
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// VerifyJournal reads the whole journal and returns its head. Each of the
// stated heads, noted elsewhere before, must be found in it.
//
// Error: a *journal.Break that names the first broken entry.
func (d *DB) VerifyJournal(ctx context.Context, stated ...journal.Head) (journal.Head, error) {
	before, err := d.JournalHead(ctx)
	if err != nil {
		return before, err
	}
	last, err := journal.Verify(d.JournalEntries(ctx), append(stated, before)...)
	if err != nil {
		return last, err
	}
	after, err := d.JournalHead(ctx) // others may have entered meanwhile
	if err == nil && last.Seq > after.Seq {
		err = &journal.Break{Seq: after.Seq + 1, How: journal.Surplus}
	}
	return last, err
}
