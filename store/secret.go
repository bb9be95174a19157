package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
)

// SecretInput is a one-purpose secret to keep: a link or a code sent to one
// person. Hash is all that is known of it; it expires after the lifetime of its
// purpose.
type SecretInput struct {
	Hash    string
	Purpose account.Purpose
	Account string
	Mail    string // of MailChange: the new address
	Letter  Letter // posted with it, unless it has no event
}

// SecretRow is a one-purpose secret.
type SecretRow struct {
	SecretInput
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero as long as it is not used
}

// PutSecret keeps a secret; one of the same purpose and person that was not
// used serves no more.
//
// Error: NotFound without such an account; Invalid for an impossible mail.
func (d *DB) PutSecret(ctx context.Context, by journal.Actor, in SecretInput, now time.Time) (err error) {
	defer wrap(&err, "préparation d’un lien")
	row, err := d.Person(ctx, in.Account)
	if err != nil {
		return err
	}
	if row.Erased {
		return errErased()
	}
	if in.Purpose == account.MailChange {
		if in.Mail, err = account.ParseMail(in.Mail); err != nil {
			return err
		}
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertSecret(ctx, tx, &in, now); err != nil {
			return err
		}
		if err := d.postWith(ctx, tx, in.Letter, now); err != nil {
			return err
		}
		if in.Purpose == account.Step { // half of a sign-in, entered when it is whole
			return nil
		}
		return d.enter(ctx, tx, now, personAct(by, "secret.make", in.Account, nil, map[string]account.Purpose{"purpose": in.Purpose}))
	})
}

func insertSecret(ctx context.Context, tx *sql.Tx, in *SecretInput, now time.Time) error {
	if in.Purpose != account.Step { // two windows may be signing in
		if _, err := tx.ExecContext(ctx, `
			DELETE FROM secret
			WHERE  account = $1 AND purpose = $2 AND used_at IS NULL`, in.Account, string(in.Purpose)); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO secret (hash, purpose, account, mail, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		in.Hash, string(in.Purpose), in.Account, in.Mail, utc(now), utc(now.Add(in.Purpose.Lifetime())))
	return err
}

// postWith posts the letter that tells a secret, if there is one.
func (d *DB) postWith(ctx context.Context, tx *sql.Tx, l Letter, now time.Time) error {
	if l.Event == "" {
		return nil
	}
	_, err := d.post(ctx, tx, l, now)
	return err
}

// endSecrets removes the links of a person that were not used.
func endSecrets(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM secret WHERE account = $1 AND used_at IS NULL`, id)
	return err
}

const selectSecret = `
	SELECT hash, purpose, account, mail, created_at, expires_at, used_at
	FROM   secret
	WHERE  hash = $1 AND purpose = $2`

type rowScanner interface{ Scan(...any) error }

func scanSecret(row rowScanner, s *SecretRow) error {
	var used sql.NullTime
	err := row.Scan(&s.Hash, &s.Purpose, &s.Account, &s.Mail, &s.CreatedAt, &s.ExpiresAt, &used)
	s.CreatedAt, s.ExpiresAt = s.CreatedAt.UTC(), s.ExpiresAt.UTC()
	if used.Valid {
		s.UsedAt = used.Time.UTC()
	}
	return err
}

// Secret returns a secret that can be used, without using it.
//
// Error: NotFound for one that is unknown or of another purpose; Conflict when
// it was used; Denied when it has expired.
func (d *DB) Secret(ctx context.Context, purpose account.Purpose, hash string, now time.Time) (s SecretRow, err error) {
	defer wrap(&err, "lecture d’un lien")
	err = scanSecret(d.read.QueryRowContext(ctx, selectSecret, hash, string(purpose)), &s)
	return s, usable(&s, err, now)
}

// usable says why a secret cannot be used.
func usable(s *SecretRow, err error, now time.Time) error {
	const do = "demandez-en un nouveau"
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFoundf("vérifiez que vous l’avez copié en entier, ou "+do, "ce lien ou ce code n’est pas connu")
	case err != nil:
		return err
	case !s.UsedAt.IsZero():
		return &fault.Error{Kind: fault.Conflict, What: "ce lien ou ce code a déjà servi", Do: "connectez-vous, ou " + do}
	case !now.Before(s.ExpiresAt):
		return &fault.Error{Kind: fault.Denied, What: "ce lien ou ce code a expiré le " + s.ExpiresAt.In(lang.Paris).Format("02/01/2006 à 15:04") + " (heure de Paris)", Do: do}
	}
	return nil
}

// UseSecret uses a secret, once: of any number that try at the same time, one
// succeeds.
//
// Error: as for Secret.
func (d *DB) UseSecret(ctx context.Context, purpose account.Purpose, hash string, now time.Time) (s SecretRow, err error) {
	defer wrap(&err, "usage d’un lien")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		s, err = spend(ctx, tx, purpose, hash, now)
		return err
	})
	return s, err
}

// spend uses a secret within a transaction.
func spend(ctx context.Context, tx *sql.Tx, purpose account.Purpose, hash string, now time.Time) (s SecretRow, err error) {
	result, err := tx.ExecContext(ctx, `
		UPDATE secret
		SET    used_at = $1
		WHERE  hash = $2 AND purpose = $3 AND used_at IS NULL AND expires_at > $1`, utc(now), hash, string(purpose))
	spent, err := inserted(result, err)
	if err != nil {
		return s, err
	}
	err = scanSecret(tx.QueryRowContext(ctx, selectSecret, hash, string(purpose)), &s)
	if err == nil && spent {
		return s, nil
	}
	return s, usable(&s, err, now)
}

// Redeemed is what somebody gives with a link: a password's hash, and their
// name and language when they are asked for them ("" leaves them).
type Redeemed struct {
	Password string
	Name     string
	Lang     string
}

// Redeem uses an invitation, a first link or a reset, and sets the password
// with it, at once; the person's sessions end.
//
// Error: as for Secret; Invalid for an impossible name or language; Denied for
// a disabled account.
func (d *DB) Redeem(ctx context.Context, purpose account.Purpose, hash string, in Redeemed, now time.Time) (row PersonRow, err error) {
	defer wrap(&err, "usage d’un lien")
	s, err := d.Secret(ctx, purpose, hash, now)
	if err != nil {
		return row, err
	}
	before, err := d.Person(ctx, s.Account)
	if err != nil {
		return row, err
	}
	p := before.Person
	if in.Name != "" {
		p.Name = in.Name
	}
	if in.Lang != "" {
		p.Lang = in.Lang
	}
	if err := checkPerson(&p); err != nil {
		return row, err
	}
	if p.Disabled {
		return row, errDisabled()
	}
	by := journal.PersonActor(p.ID)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := spend(ctx, tx, purpose, hash, now); err != nil {
			return err
		}
		if err := setPassword(ctx, tx, p.ID, in.Password, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE account
			SET    name = $1, lang = $2, version = version + 1, changed_by = $3, changed_at = $4
			WHERE  id = $5`, p.Name, p.Lang, string(by), utc(now), p.ID); err != nil {
			return err
		}
		if _, err := endSessions(ctx, tx, p.ID, ""); err != nil {
			return err
		}
		if purpose == account.Reset {
			if err := d.notify(ctx, tx, &before, PasswordNotice, now); err != nil {
				return err
			}
		}
		return d.enter(ctx, tx, now, personAct(by, "password.set", p.ID, nil, map[string]account.Purpose{"by": purpose}))
	})
	if err != nil {
		return row, err
	}
	return d.Person(ctx, p.ID)
}

func errDisabled() error {
	return &fault.Error{Kind: fault.Denied, What: "ce compte est désactivé", Do: "demandez à un administrateur de le réactiver"}
}

// RedeemMail uses the link that was sent to a new address: it becomes that of
// the person, and the old one is told. Links sent to the old one serve no more.
//
// Error: as for Secret; Conflict when the address has an account by now; Denied
// for a disabled account.
func (d *DB) RedeemMail(ctx context.Context, hash string, now time.Time) (row PersonRow, err error) {
	defer wrap(&err, "changement d’adresse")
	s, err := d.Secret(ctx, account.MailChange, hash, now)
	if err != nil {
		return row, err
	}
	before, err := d.Person(ctx, s.Account)
	if err != nil {
		return row, err
	}
	if before.Disabled {
		return row, errDisabled()
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if s, err = spend(ctx, tx, account.MailChange, hash, now); err != nil {
			return err
		}
		if err := mailFree(ctx, tx, s.Mail, s.Account); err != nil {
			return err
		}
		by := journal.PersonActor(s.Account)
		if _, err := tx.ExecContext(ctx, `
			UPDATE account
			SET    mail = $1, version = version + 1, changed_by = $2, changed_at = $3
			WHERE  id = $4 AND erased_at IS NULL`, s.Mail, string(by), utc(now), s.Account); err != nil {
			return err
		}
		if err := endSecrets(ctx, tx, s.Account); err != nil {
			return err
		}
		if err := d.notify(ctx, tx, &before, MailNotice, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, personAct(by, "mail.change", s.Account, nil, nil))
	})
	if err != nil {
		return row, err
	}
	return d.Person(ctx, s.Account)
}
