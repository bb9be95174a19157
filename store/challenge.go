package store

import (
	"context"
	"database/sql"
	"time"

	"vigie/fault"
)

// Challenge is what was asked of a browser and waits for its answer: of a
// passkey, or of an outside provider. Hash is that of a secret which the
// browser holds.
type Challenge struct {
	Hash    string
	Kind    string
	Account string // whose, "" when nobody has signed in
	Data    string
}

// ChallengeLife is how long an answer is waited for.
const ChallengeLife = 10 * time.Minute

// PutChallenge keeps a challenge until it is taken or has expired.
func (d *DB) PutChallenge(ctx context.Context, c Challenge, now time.Time) (err error) {
	defer wrap(&err, "préparation d’une question")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO challenge (hash, kind, account, data, expires_at)
			VALUES ($1, $2, $3, $4, $5)`,
			c.Hash, c.Kind, sql.NullString{String: c.Account, Valid: c.Account != ""}, c.Data, utc(now.Add(ChallengeLife)))
		return err
	})
}

// TakeChallenge returns a challenge and removes it: of any number that take it
// at the same time, one succeeds.
//
// Error: NotFound when there is none of that kind, or it has expired or was
// taken.
func (d *DB) TakeChallenge(ctx context.Context, kind, hash string, now time.Time) (c Challenge, err error) {
	defer wrap(&err, "lecture d’une question")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			DELETE FROM challenge
			WHERE  hash = $1 AND kind = $2
			RETURNING hash, kind, coalesce(account, ''), data, expires_at`, hash, kind)
		var until time.Time
		all, err := collect(rows, err, func(rows *sql.Rows, c *Challenge) error {
			return rows.Scan(&c.Hash, &c.Kind, &c.Account, &c.Data, &until)
		})
		if err == nil && len(all) == 1 && utc(now).Before(until) {
			c = all[0]
		}
		return err
	})
	if err == nil && c.Hash == "" {
		err = fault.NotFoundf("recommencez", "cette demande n’est pas connue, a expiré ou a déjà reçu sa réponse")
	}
	return c, err
}
