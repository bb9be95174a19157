package store

import (
	"context"
	"database/sql"
	"time"

	"vigie/account"
)

// expiry is a kind of rows that are kept for a time, then go: how long, which
// have passed at $1, and how they go.
type expiry struct {
	noun  string
	kept  time.Duration
	query string // of those that have passed
	end   string
}

const day = 24 * time.Hour

// expiries says for how long what is personal, or of no more use, is kept. The
// journal and what was published stay.
var expiries = []expiry{
	{"session", account.SessionMost, `FROM session WHERE created_at < $1`, `DELETE FROM session WHERE created_at < $1`},
	{"secret", 30 * day, `FROM secret WHERE expires_at < $1`, `DELETE FROM secret WHERE expires_at < $1`}, // until then its link says that it has expired
	{"challenge", 0, `FROM challenge WHERE expires_at < $1`, `DELETE FROM challenge WHERE expires_at < $1`},
	{"attempt", 2 * day, `FROM attempt WHERE last_at < $1`, `DELETE FROM attempt WHERE last_at < $1`},
	{"run", 90 * day, `FROM run WHERE state IN ('done', 'failed') AND ended_at < $1`, `DELETE FROM run WHERE state IN ('done', 'failed') AND ended_at < $1`},
	{"recipient", 7 * day, `FROM mail WHERE state IN ('done', 'failed') AND recipient <> '' AND ended_at < $1`, // the event stays: it is not told again
		`UPDATE mail SET recipient = '', subject = '', body = '' WHERE state IN ('done', 'failed') AND recipient <> '' AND ended_at < $1`},
}

// Expired counts, by noun, the rows kept longer than they should be, by more
// than a margin: those that a server would have removed.
func (d *DB) Expired(ctx context.Context, now time.Time, margin time.Duration) (counts map[string]int64, err error) {
	defer wrap(&err, "lecture de ce qui a expiré")
	counts = map[string]int64{}
	for _, e := range expiries {
		var n int64
		if err := d.read.QueryRowContext(ctx, `SELECT count(*) `+e.query, utc(now.Add(-e.kept-margin))).Scan(&n); err != nil {
			return nil, err
		}
		if n > 0 {
			counts[e.noun] = n
		}
	}
	return counts, nil
}

// Tidy removes what has expired, and counts it by noun. It can be run at any
// time, any number of times.
func (d *DB) Tidy(ctx context.Context, now time.Time) (counts map[string]int64, err error) {
	defer wrap(&err, "effacement de ce qui a expiré")
	counts = map[string]int64{}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		for _, e := range expiries {
			result, err := tx.ExecContext(ctx, e.end, utc(now.Add(-e.kept)))
			if err != nil {
				return err
			}
			if n, err := result.RowsAffected(); err != nil {
				return err
			} else if n > 0 {
				counts[e.noun] = n
			}
		}
		return endLapsed(ctx, tx, now)
	})
	return counts, err
}

// Retention is for how long a kind of rows is kept after its end.
type Retention struct {
	Noun string        `json:"noun"`
	Kept time.Duration `json:"kept"`
}

// Retentions lists what is kept for a time, then goes.
func Retentions() []Retention {
	var all []Retention
	for _, e := range expiries {
		all = append(all, Retention{e.noun, e.kept})
	}
	return all
}
