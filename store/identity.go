package store

import (
	"context"
	"database/sql"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// Identity is who somebody is for an outside provider: the issuer and the
// subject of its tokens, which never name anybody else. The journal knows the
// issuer only.
type Identity struct {
	Issuer    string
	Subject   string
	CreatedAt time.Time
	UsedAt    time.Time // zero when it never was
}

func errOutside() error {
	return &fault.Error{Kind: fault.Conflict, What: "ce compte se connecte par un fournisseur extérieur : il n’a pas de mot de passe",
		Do: "connectez-vous par ce fournisseur, ou demandez à un administrateur d’en détacher le compte"}
}

// Identities returns those of a person.
func (d *DB) Identities(ctx context.Context, person string) (all []Identity, err error) {
	defer wrap(&err, "lecture des identités")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   issuer, subject, created_at, used_at
		FROM     identity
		WHERE    account = $1
		ORDER BY issuer`, person)
	return collect(rows, err, func(rows *sql.Rows, i *Identity) error {
		var used sql.NullTime
		err := rows.Scan(&i.Issuer, &i.Subject, &i.CreatedAt, &used)
		i.CreatedAt = i.CreatedAt.UTC()
		if used.Valid {
			i.UsedAt = used.Time.UTC()
		}
		return err
	})
}

// PersonByIdentity returns the account of an outside identity, and notes that
// it was used.
//
// Error: NotFound when no account has it.
func (d *DB) PersonByIdentity(ctx context.Context, issuer, subject string, now time.Time) (row PersonRow, err error) {
	defer wrap(&err, "lecture d’une identité")
	row, err = d.person(ctx, `a.id = (SELECT account FROM identity WHERE issuer = $1 AND subject = $2)`, issuer, subject)
	if err != nil {
		return row, err
	}
	_, err = d.write.ExecContext(ctx, `UPDATE identity SET used_at = $1 WHERE issuer = $2 AND subject = $3`, utc(now), issuer, subject)
	return row, err
}

// LinkIdentity lets an outside identity sign in to an account, and tells its
// person by a letter.
//
// Error: Conflict when the identity is somebody else's, when the person has
// another one of the same provider, or for an erased account; NotFound.
func (d *DB) LinkIdentity(ctx context.Context, by journal.Actor, person string, i Identity, now time.Time) (err error) {
	defer wrap(&err, "ajout d’une identité")
	act := personAct(by, "identity.link", person, nil, map[string]string{"issuer": i.Issuer})
	return d.changeFactor(ctx, act, person, OutsideNotice, now, func(tx *sql.Tx) error {
		return insertIdentity(ctx, tx, person, i, now)
	})
}

func insertIdentity(ctx context.Context, tx *sql.Tx, person string, i Identity, now time.Time) error {
	fresh, err := inserted(tx.ExecContext(ctx, `
		INSERT INTO identity (issuer, subject, account, created_at)
		VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, i.Issuer, i.Subject, person, utc(now)))
	if err == nil && !fresh {
		err = &fault.Error{Kind: fault.Conflict, What: "cette identité est déjà celle d’un compte, ou ce compte en a déjà une de ce fournisseur",
			Do: "détachez d’abord celle qui est là"}
	}
	return err
}

// AcceptOutside uses an invitation with an outside identity in place of a
// password: the account signs in by that provider from then on.
//
// Error: as for Redeem; Conflict as for LinkIdentity, and when the account has
// a password.
func (d *DB) AcceptOutside(ctx context.Context, purpose account.Purpose, hash string, i Identity, now time.Time) (row PersonRow, err error) {
	defer wrap(&err, "usage d’une invitation")
	s, err := d.Secret(ctx, purpose, hash, now)
	if err != nil {
		return row, err
	}
	before, err := d.Person(ctx, s.Account)
	switch {
	case err != nil:
		return row, err
	case before.Disabled:
		return row, errDisabled()
	case before.Password:
		return row, &fault.Error{Kind: fault.Conflict, What: "ce compte a déjà un mot de passe", Do: "connectez-vous, puis ajoutez cette identité depuis la page de votre compte"}
	}
	by := journal.PersonActor(before.ID)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := spend(ctx, tx, purpose, hash, now); err != nil {
			return err
		}
		if err := insertIdentity(ctx, tx, before.ID, i, now); err != nil {
			return err
		}
		if err := d.notify(ctx, tx, &before, OutsideNotice, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, personAct(by, "identity.link", before.ID, nil, map[string]string{"issuer": i.Issuer, "by": string(purpose)}))
	})
	if err != nil {
		return row, err
	}
	return d.Person(ctx, before.ID)
}

// PendingInvitation returns the hash of an invitation that a person can still
// use, for an account that nobody has taken: no password, no passkey, no
// identity.
//
// Error: NotFound for any other account.
func (d *DB) PendingInvitation(ctx context.Context, person string, now time.Time) (hash string, err error) {
	defer wrap(&err, "lecture d’une invitation")
	row, err := d.Person(ctx, person)
	if err != nil {
		return "", err
	}
	if row.Disabled || row.Erased || row.Password || row.Passkeys > 0 || row.Outside {
		return "", errNoPerson()
	}
	err = d.read.QueryRowContext(ctx, `
		SELECT hash
		FROM   secret
		WHERE  account = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`, person, string(account.Invitation), utc(now)).Scan(&hash)
	if err == sql.ErrNoRows {
		err = errNoPerson()
	}
	return hash, err
}

// DropIdentity takes the identity of a provider away from a person, ends their
// sessions but except, and tells them by a letter. Somebody else may do it even
// when nothing is left to sign in with: a new invitation then opens the account.
//
// Error: NotFound when the person has none of that provider; Conflict when a
// person would shut themselves out.
func (d *DB) DropIdentity(ctx context.Context, by journal.Actor, person, issuer, except string, now time.Time) (err error) {
	defer wrap(&err, "retrait d’une identité")
	act := personAct(by, "identity.unlink", person, map[string]string{"issuer": issuer}, nil)
	return d.changeFactor(ctx, act, person, OutsideLessNotice, now, func(tx *sql.Tx) error {
		dropped, err := inserted(tx.ExecContext(ctx, `DELETE FROM identity WHERE account = $1 AND issuer = $2`, person, issuer))
		if err == nil && !dropped {
			err = fault.NotFoundf("rechargez la page", "ce compte n’a pas d’identité de ce fournisseur")
		}
		if err == nil && by == journal.PersonActor(person) {
			err = wayLeft(ctx, tx, person)
		}
		if err != nil {
			return err
		}
		_, err = endSessions(ctx, tx, person, except)
		return err
	})
}
