package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// Passkey is a credential of a person's authenticator, as WebAuthn gives it.
type Passkey struct {
	ID         string // names it in a list
	Account    string
	Name       string
	Credential []byte
	PublicKey  []byte
	Count      uint32
	Transports []string
	Flags      byte
	CopiedAt   time.Time // since when it is refused, zero for one that is good
	CreatedAt  time.Time
	UsedAt     time.Time // zero when it never was
}

// mostPasskeys is how many a person may have.
const mostPasskeys = 10

// Passkeys returns those of a person, the oldest first.
func (d *DB) Passkeys(ctx context.Context, person string) (all []Passkey, err error) {
	defer wrap(&err, "lecture des clés d’accès")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   id, account, name, credential, public_key, sign_count, transports, flags, copied_at, created_at, used_at
		FROM     passkey
		WHERE    account = $1
		ORDER BY created_at, id`, person)
	return collect(rows, err, scanPasskey)
}

func scanPasskey(rows *sql.Rows, k *Passkey) error {
	var credential, key, transports string
	var copied, used sql.NullTime
	err := rows.Scan(&k.ID, &k.Account, &k.Name, &credential, &key, &k.Count, &transports, &k.Flags, &copied, &k.CreatedAt, &used)
	if err == nil {
		k.Credential, err = base64.RawURLEncoding.DecodeString(credential)
	}
	if err == nil {
		k.PublicKey, err = base64.RawURLEncoding.DecodeString(key)
	}
	k.Transports, k.CreatedAt = strings.Fields(transports), k.CreatedAt.UTC()
	if copied.Valid {
		k.CopiedAt = copied.Time.UTC()
	}
	if used.Valid {
		k.UsedAt = used.Time.UTC()
	}
	return err
}

// AddPasskey keeps a new passkey, ends the person's sessions but except, and
// tells them by a letter. recovery are the hashes of recovery codes for who has
// none, nil to leave them.
//
// Error: Conflict for a passkey that is known, for one too many or for an
// erased account; Invalid for an impossible name; NotFound.
func (d *DB) AddPasskey(ctx context.Context, by journal.Actor, k Passkey, recovery []string, except string, now time.Time) (err error) {
	defer wrap(&err, "ajout d’une clé d’accès")
	if k.Name, err = passkeyName(k.Name); err != nil {
		return err
	}
	act := personAct(by, "passkey.add", k.Account, nil, map[string]string{"passkey": k.ID})
	return d.changeFactor(ctx, act, k.Account, PasskeyNotice, now, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			INSERT INTO passkey (id, credential, account, name, public_key, sign_count, transports, flags, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT DO NOTHING`,
			k.ID, base64.RawURLEncoding.EncodeToString(k.Credential), k.Account, k.Name, base64.RawURLEncoding.EncodeToString(k.PublicKey),
			int64(k.Count), strings.Join(k.Transports, " "), int64(k.Flags), utc(now))
		fresh, err := inserted(result, err)
		if err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM passkey WHERE account = $1`, k.Account).Scan(&n); err != nil {
			return err
		}
		if !fresh || n > mostPasskeys {
			return &fault.Error{Kind: fault.Conflict, What: "cette clé d’accès est déjà connue, ou il y en a trop",
				Do: "employez celle qui est là, ou retirez-en une (dix au plus)"}
		}
		if recovery != nil {
			if err := replaceRecovery(ctx, tx, k.Account, recovery); err != nil {
				return err
			}
		}
		_, err = endSessions(ctx, tx, k.Account, except)
		return err
	})
}

// passkeyName returns a name of a passkey with single spaces.
func passkeyName(name string) (string, error) {
	name, err := account.ParseName(name)
	if err != nil {
		return "", fault.Invalidf("par exemple : téléphone, ordinateur du bureau", "donnez un nom à cette clé d’accès, 100 caractères au plus")
	}
	return name, nil
}

// RenamePasskey gives a passkey of a person another name.
//
// Error: NotFound when that person has no such passkey; Invalid.
func (d *DB) RenamePasskey(ctx context.Context, by journal.Actor, person, id, name string, now time.Time) (err error) {
	defer wrap(&err, "changement de nom d’une clé d’accès")
	if name, err = passkeyName(name); err != nil {
		return err
	}
	act := personAct(by, "passkey.rename", person, nil, map[string]string{"passkey": id})
	return d.changeFactor(ctx, act, person, "", now, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `UPDATE passkey SET name = $1 WHERE account = $2 AND id = $3`, name, person, id)
		return foundPasskey(inserted(result, err))
	})
}

func foundPasskey(found bool, err error) error {
	if err == nil && !found {
		err = fault.NotFoundf("rechargez la page", "clé d’accès inconnue")
	}
	return err
}

// DropPasskey removes a passkey of a person, ends their sessions but except, and
// tells them by a letter. Recovery codes go with the last second factor.
//
// Error: NotFound when that person has no such passkey; Conflict when it is
// their only way in.
func (d *DB) DropPasskey(ctx context.Context, by journal.Actor, person, id, except string, now time.Time) (err error) {
	defer wrap(&err, "retrait d’une clé d’accès")
	act := personAct(by, "passkey.drop", person, nil, map[string]string{"passkey": id})
	return d.changeFactor(ctx, act, person, PasskeyLessNotice, now, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM passkey WHERE account = $1 AND id = $2`, person, id)
		if err := foundPasskey(inserted(result, err)); err != nil {
			return err
		}
		if err := wayLeft(ctx, tx, person); err != nil {
			return err
		}
		if err := endRecovery(ctx, tx, person); err != nil {
			return err
		}
		_, err = endSessions(ctx, tx, person, except)
		return err
	})
}

// wayLeft refuses to leave a person without any way to sign in.
func wayLeft(ctx context.Context, tx *sql.Tx, person string) error {
	var ways int
	err := tx.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM factor   WHERE account = $1 AND password <> '')
		     + (SELECT count(*) FROM passkey  WHERE account = $1 AND copied_at IS NULL)
		     + (SELECT count(*) FROM identity WHERE account = $1)`, person).Scan(&ways)
	if err == nil && ways == 0 {
		err = &fault.Error{Kind: fault.Conflict, What: "il ne resterait aucune façon de se connecter à ce compte",
			Do: "ajoutez-en d’abord une autre"}
	}
	return err
}

// endRecovery removes the recovery codes of who has no second factor left.
func endRecovery(ctx context.Context, tx *sql.Tx, person string) error {
	_, err := tx.ExecContext(ctx, `
		DELETE FROM recovery
		WHERE  account = $1
		AND    NOT EXISTS (SELECT 1 FROM factor WHERE account = $1 AND totp <> '')
		AND    NOT EXISTS (SELECT 1 FROM passkey WHERE account = $1)`, person)
	return err
}

// UsePasskey notes an answer that was verified, and reports whether the passkey
// serves: its count goes forward, or it keeps none. One whose count goes back
// has been copied: it serves no more, which its person is told by a letter.
func (d *DB) UsePasskey(ctx context.Context, person string, credential []byte, count uint32, flags byte, now time.Time) (ok bool, err error) {
	defer wrap(&err, "usage d’une clé d’accès")
	row, err := d.Person(ctx, person)
	if err != nil {
		return false, err
	}
	key := base64.RawURLEncoding.EncodeToString(credential)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE passkey
			SET    sign_count = $1, flags = $2, used_at = $3
			WHERE  account = $4 AND credential = $5 AND copied_at IS NULL AND (sign_count < $1 OR sign_count = 0 AND $1 = 0)`,
			int64(count), int64(flags), utc(now), person, key)
		if ok, err = inserted(result, err); err != nil || ok {
			return err
		}
		var id string
		err = tx.QueryRowContext(ctx, `
			UPDATE passkey
			SET    copied_at = $1
			WHERE  account = $2 AND credential = $3 AND copied_at IS NULL
			RETURNING id`, utc(now), person, key).Scan(&id)
		if err == sql.ErrNoRows { // known already, or removed meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		if err := d.notify(ctx, tx, &row, CopiedNotice, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, personAct(journal.System, "passkey.copied", person, nil, map[string]string{"passkey": id}))
	})
	return ok && err == nil, err
}
