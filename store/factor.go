package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// Credential is what a person's proofs are compared with. Nobody sees it.
type Credential struct {
	Password string // hash, "" without
	TOTP     string // secret in base32, "" without
	TOTPStep int64  // last step used
	Recovery int    // codes left
}

// Credential returns that of a person, empty when they have set nothing.
//
// Error: Unavailable when the observatory's key does not open the TOTP secret.
func (d *DB) Credential(ctx context.Context, person string) (c Credential, err error) {
	defer wrap(&err, "lecture d’un facteur")
	err = d.read.QueryRowContext(ctx, `
		SELECT password, totp, totp_step, (SELECT count(*) FROM recovery WHERE account = $1)
		FROM   factor
		WHERE  account = $1`, person).Scan(&c.Password, &c.TOTP, &c.TOTPStep, &c.Recovery)
	if errors.Is(err, sql.ErrNoRows) {
		return Credential{}, nil
	}
	if err != nil || c.TOTP == "" {
		return c, err
	}
	keys, err := d.keys()
	if err == nil {
		c.TOTP, err = keys.Open(c.TOTP, person)
	}
	return c, err
}

// SetPassword keeps the hash of a new password and ends the person's sessions
// but the one with the identifier except, "" for none; their links end too.
//
// Error: NotFound; Conflict for an erased account.
func (d *DB) SetPassword(ctx context.Context, by journal.Actor, person, hash, except string, now time.Time) (err error) {
	defer wrap(&err, "changement de mot de passe")
	return d.changeFactor(ctx, personAct(by, "password.set", person, nil, nil), person, PasswordNotice, now, func(tx *sql.Tx) error {
		if err := setPassword(ctx, tx, person, hash, now); err != nil {
			return err
		}
		if err := endSecrets(ctx, tx, person); err != nil {
			return err
		}
		_, err := endSessions(ctx, tx, person, except)
		return err
	})
}

// RehashPassword replaces a stale hash by one of the same password, unless the
// password was changed meanwhile.
func (d *DB) RehashPassword(ctx context.Context, person, stale, hash string) (err error) {
	defer wrap(&err, "renouvellement d’un mot de passe")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE factor SET password = $1 WHERE account = $2 AND password = $3`, hash, person, stale)
		return err
	})
}

// changeFactor does a change to the factors of an account that is there, tells
// its person by a letter, and enters it.
func (d *DB) changeFactor(ctx context.Context, act journal.Act, person string, n Notice, now time.Time, do func(*sql.Tx) error) error {
	row, err := d.Person(ctx, person)
	switch {
	case err != nil:
		return err
	case row.Erased:
		return errErased()
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		if err := d.notify(ctx, tx, &row, n, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, act)
	})
}

// setPassword keeps a password, but for who signs in by an outside provider
// alone: there, the provider says who works here.
func setPassword(ctx context.Context, tx *sql.Tx, person, hash string, now time.Time) error {
	if hash == "" {
		return fault.Invalidf("choisissez un mot de passe", "mot de passe vide")
	}
	var outside int
	if err := tx.QueryRowContext(ctx, `
		SELECT count(*)
		FROM   identity i
		WHERE  i.account = $1 AND NOT EXISTS (SELECT 1 FROM factor f WHERE f.account = $1 AND f.password <> '')`, person).Scan(&outside); err != nil {
		return err
	}
	if outside > 0 {
		return errOutside()
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO factor (account, password, password_at)
		VALUES ($1, $2, $3)
		ON CONFLICT (account) DO UPDATE SET password = excluded.password, password_at = excluded.password_at`, person, hash, utc(now))
	return err
}

// SetTOTP keeps a TOTP secret, whose first code was verified at step, and the
// hashes of new recovery codes in place of those before. Other sessions of the
// person end: except is the one that stays.
//
// Error: NotFound; Conflict for an erased account; Unavailable or Invalid when
// the observatory has no good key.
func (d *DB) SetTOTP(ctx context.Context, by journal.Actor, person, secret string, step int64, recovery []string, except string, now time.Time) (err error) {
	defer wrap(&err, "enregistrement d’un second facteur")
	keys, err := d.keys()
	if err != nil {
		return err
	}
	sealed, err := keys.Seal(rand.Reader, secret, person)
	if err != nil {
		return err
	}
	return d.changeFactor(ctx, personAct(by, "factor.set", person, nil, map[string]string{"factor": "totp"}), person, FactorNotice, now, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO factor (account, totp, totp_step, totp_at)
			VALUES ($1, $2, $3, $4)
			ON CONFLICT (account) DO UPDATE SET totp = excluded.totp, totp_step = excluded.totp_step, totp_at = excluded.totp_at`,
			person, sealed, step, utc(now)); err != nil {
			return err
		}
		if err := replaceRecovery(ctx, tx, person, recovery); err != nil {
			return err
		}
		_, err := endSessions(ctx, tx, person, except)
		return err
	})
}

// DropTOTP removes a person's TOTP secret, and their recovery codes unless they
// have a passkey, and ends their sessions but except.
//
// Error: NotFound; Conflict for an erased account.
func (d *DB) DropTOTP(ctx context.Context, by journal.Actor, person, except string, now time.Time) (err error) {
	defer wrap(&err, "retrait d’un second facteur")
	return d.changeFactor(ctx, personAct(by, "factor.drop", person, nil, map[string]string{"factor": "totp"}), person, FactorLessNotice, now, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE factor SET totp = '', totp_step = 0, totp_at = NULL WHERE account = $1`, person); err != nil {
			return err
		}
		if err := endRecovery(ctx, tx, person); err != nil {
			return err
		}
		_, err := endSessions(ctx, tx, person, except)
		return err
	})
}

// SetRecovery keeps the hashes of new recovery codes in place of those before.
//
// Error: NotFound; Conflict for an erased account.
func (d *DB) SetRecovery(ctx context.Context, by journal.Actor, person string, recovery []string, now time.Time) (err error) {
	defer wrap(&err, "enregistrement des codes de secours")
	return d.changeFactor(ctx, personAct(by, "recovery.set", person, nil, nil), person, RecoveryNotice, now, func(tx *sql.Tx) error {
		return replaceRecovery(ctx, tx, person, recovery)
	})
}

func replaceRecovery(ctx context.Context, tx *sql.Tx, person string, hashes []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM recovery WHERE account = $1`, person); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.ExecContext(ctx, `INSERT INTO recovery (account, hash) VALUES ($1, $2)`, person, h); err != nil {
			return err
		}
	}
	return nil
}

// UseTOTPStep marks a step as used and reports whether it was later than the
// last one: of two that give the same code, one succeeds.
func (d *DB) UseTOTPStep(ctx context.Context, person string, step int64) (ok bool, err error) {
	defer wrap(&err, "usage d’un code")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE factor
			SET    totp_step = $1
			WHERE  account = $2 AND totp <> '' AND totp_step < $1`, step, person)
		ok, err = inserted(result, err)
		return err
	})
	return ok, err
}

// UseRecovery uses a recovery code, by its hash, and reports whether it was one
// of the person's; it serves once.
func (d *DB) UseRecovery(ctx context.Context, person, hash string, now time.Time) (ok bool, err error) {
	defer wrap(&err, "usage d’un code de secours")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM recovery WHERE account = $1 AND hash = $2`, person, hash)
		if ok, err = inserted(result, err); err != nil || !ok {
			return err
		}
		return d.enter(ctx, tx, now, personAct(journal.PersonActor(person), "recovery.use", person, nil, nil))
	})
	return ok, err
}
