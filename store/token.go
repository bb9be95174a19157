package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// TokenInput is an API token to keep: Hash is all that is known of it.
type TokenInput struct {
	ID        string
	Hash      string
	Person    string
	Name      string // what it is for, for people
	Scopes    []account.Scope
	ExpiresAt time.Time
}

// TokenRow is an API token.
type TokenRow struct {
	ID        string
	Name      string
	Scopes    []account.Scope
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // to the minute; zero when it was never used
}

// tokenMost is how long a token may live.
const tokenMost = 366 * 24 * time.Hour

// PutToken keeps a token of a person.
//
// Error: NotFound without such a person; Invalid without a name of 1 to 80
// characters, without a scope, or when it expires before now or after a year.
func (d *DB) PutToken(ctx context.Context, by journal.Actor, in TokenInput, now time.Time) (err error) {
	defer wrap(&err, "création d’un jeton")
	name := strings.Join(strings.Fields(in.Name), " ")
	if name == "" || len(name) > 80 {
		return fault.Invalidf("dites à quoi il sert, en 80 caractères au plus", "jeton sans nom, ou nom trop long")
	}
	if !in.ExpiresAt.After(now) || in.ExpiresAt.After(now.Add(tokenMost)) {
		return fault.Invalidf("choisissez une échéance dans l’année qui vient", "échéance de jeton impossible")
	}
	scopes := joinScopes(in.Scopes)
	if _, err := account.ParseScopes(scopes); err != nil {
		return err
	}
	act := journal.Act{Actor: by, Action: "token.make", Object: "token:" + in.ID, After: entered(map[string]any{
		"person": in.Person, "scopes": in.Scopes, "expires": in.ExpiresAt.UTC().Format(time.DateOnly),
	})}
	return d.changeFactor(ctx, act, in.Person, "", now, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO token (id, hash, account, name, scopes, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			in.ID, in.Hash, in.Person, name, scopes, utc(now), utc(in.ExpiresAt))
		return err
	})
}

func joinScopes(all []account.Scope) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

func splitScopes(s string) (all []account.Scope) {
	for _, word := range strings.Fields(s) {
		all = append(all, account.Scope(word))
	}
	return all
}

// Tokens returns the tokens of a person that have not expired, the newest
// first.
func (d *DB) Tokens(ctx context.Context, person string, now time.Time) (all []TokenRow, err error) {
	defer wrap(&err, "lecture des jetons")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   id, name, scopes, created_at, expires_at, used_at
		FROM     token
		WHERE    account = $1 AND expires_at > $2
		ORDER BY created_at DESC, id`, person, utc(now))
	return collect(rows, err, func(rows *sql.Rows, t *TokenRow) error {
		var scopes string
		var used sql.NullTime
		err := rows.Scan(&t.ID, &t.Name, &scopes, &t.CreatedAt, &t.ExpiresAt, &used)
		t.Scopes, t.CreatedAt, t.ExpiresAt = splitScopes(scopes), t.CreatedAt.UTC(), t.ExpiresAt.UTC()
		if used.Valid {
			t.UsedAt = used.Time.UTC()
		}
		return err
	})
}

// Token returns the program that bears a token, with its person and their
// grants, and notes its use, to the minute.
//
// Error: NotFound when there is no such token, it has expired, or its person
// is disabled: they answer alike.
func (d *DB) Token(ctx context.Context, hash string, now time.Time) (p account.Program, err error) {
	defer wrap(&err, "lecture d’un jeton")
	var id, scopes, person string
	var used sql.NullTime
	err = d.read.QueryRowContext(ctx, `
		SELECT t.id, t.scopes, t.account, t.used_at
		FROM   token t
		JOIN   account a ON a.id = t.account AND a.disabled = 0
		WHERE  t.hash = $1 AND t.expires_at > $2`, hash, utc(now)).Scan(&id, &scopes, &person, &used)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFoundf("vérifiez le jeton, ou faites-en un nouveau", "jeton inconnu ou terminé")
	}
	if err != nil {
		return p, err
	}
	row, err := d.Person(ctx, person)
	if err != nil {
		return p, err
	}
	if !used.Valid || now.Sub(used.Time) >= time.Minute {
		err = d.inTx(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE token SET used_at = $1 WHERE id = $2`, utc(now).Truncate(time.Minute), id)
			return err
		})
	}
	return account.Program{Person: row.Person, Token: id, Factor: row.TOTP || row.Passkeys > 0, Scopes: splitScopes(scopes)}, err
}

// EndToken removes a token of a person.
//
// Error: NotFound when that person has no such token.
func (d *DB) EndToken(ctx context.Context, by journal.Actor, person, id string, now time.Time) (err error) {
	defer wrap(&err, "retrait d’un jeton")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM token WHERE account = $1 AND id = $2`, person, id)
		ended, err := inserted(result, err)
		if err == nil && !ended {
			err = fault.NotFoundf("regardez la liste des jetons", "jeton inconnu ou terminé")
		}
		if err != nil {
			return err
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: "token.end", Object: "token:" + id})
	})
}
