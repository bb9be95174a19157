package store

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"time"

	"vigie/account"
	"vigie/journal"
)

// Attempt counts a try to prove who one is, before it is looked at: any number
// at the same time are counted one by one, and a restart forgets none. It
// returns how long to wait, 0 when the try may be made; a try that is to wait
// is not counted. Call Succeeded when it succeeds.
//
// A person whose account begins to be slowed down is entered in the journal,
// by the identifier; an unknown mail is counted the same way and entered
// nowhere.
func (d *DB) Attempt(ctx context.Context, a account.Attempt, now time.Time) (wait time.Duration, err error) {
	defer wrap(&err, "comptage des essais")
	keys := a.Keys()
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		slowed := false
		for _, key := range slices.Sorted(maps.Keys(keys)) { // one order: two transactions never wait for each other
			failed, pause, err := countAttempt(ctx, tx, key, keys[key], now)
			if err != nil {
				return err
			}
			wait = max(wait, pause)
			slowed = slowed || pause == 0 && keys[key] == account.ByAccount && failed == account.ByAccount.Free
		}
		if wait > 0 {
			return errWait
		}
		if !slowed {
			return nil
		}
		return d.enterSlowed(ctx, tx, a, now)
	})
	if errors.Is(err, errWait) { // rolled back: nothing was counted
		err = nil
	}
	return wait, err
}

var errWait = errors.New("attendre")

// countAttempt adds one to a count and returns it, or the wait when the count
// before asks for one.
func countAttempt(ctx context.Context, tx *sql.Tx, key string, rule account.Throttle, now time.Time) (failed int, wait time.Duration, err error) {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO attempt (key, failed, last_at)
		VALUES ($1, 0, $2)
		ON CONFLICT (key) DO UPDATE SET failed = CASE WHEN attempt.last_at <= $3 THEN 0 ELSE attempt.failed END`,
		key, utc(now), utc(now.Add(-rule.Forget))); err != nil { // the row is ours until the transaction ends
		return 0, 0, err
	}
	var last time.Time
	if err := tx.QueryRowContext(ctx, `SELECT failed, last_at FROM attempt WHERE key = $1`, key).Scan(&failed, &last); err != nil {
		return 0, 0, err
	}
	if wait = rule.Wait(failed, last, now); wait > 0 {
		return failed, wait, nil
	}
	_, err = tx.ExecContext(ctx, `UPDATE attempt SET failed = failed + 1, last_at = $1 WHERE key = $2`, utc(now), key)
	return failed + 1, 0, err
}

// enterSlowed enters that the tries on an account begin to be slowed down.
func (d *DB) enterSlowed(ctx context.Context, tx *sql.Tx, a account.Attempt, now time.Time) error {
	id := a.Second
	if mail, err := account.ParseMail(a.Mail); id == "" && err == nil { // an impossible mail has no account
		err = tx.QueryRowContext(ctx, `SELECT id FROM account WHERE mail = $1`, mail).Scan(&id)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	if id == "" {
		return nil
	}
	return d.enter(ctx, tx, now, personAct(journal.System, "session.slow", id, nil, map[string]int{"failed": account.ByAccount.Free}))
}

// Succeeded forgets the failures of an account after a success; of an address,
// which others may share, only this try. Counts that are too old are removed.
func (d *DB) Succeeded(ctx context.Context, a account.Attempt, now time.Time) (err error) {
	defer wrap(&err, "comptage des essais")
	keys := a.Keys()
	return d.inTx(ctx, func(tx *sql.Tx) error {
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			statement := `UPDATE attempt SET failed = failed - 1 WHERE key = $1 AND failed > 0`
			if keys[key] == account.ByAccount {
				statement = `DELETE FROM attempt WHERE key = $1`
			}
			if _, err := tx.ExecContext(ctx, statement, key); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM attempt WHERE last_at <= $1`, utc(now.Add(-account.ByAccount.Forget)))
		return err
	})
}
