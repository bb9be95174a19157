package store

import (
	"context"
	"database/sql"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// Disable shuts a person out at once: their sessions and links end, and their
// tokens serve no more as long as they are disabled. It does nothing to one who
// already is.
//
// Error: NotFound; Conflict when nobody would be left to administer.
func (d *DB) Disable(ctx context.Context, by journal.Actor, id string, now time.Time) (err error) {
	defer wrap(&err, "désactivation d’un compte")
	return d.setDisabled(ctx, by, id, 1, "person.disable", now)
}

// Enable lets a person who was disabled in again.
//
// Error: NotFound; Conflict for an account that was erased.
func (d *DB) Enable(ctx context.Context, by journal.Actor, id string, now time.Time) (err error) {
	defer wrap(&err, "réactivation d’un compte")
	return d.setDisabled(ctx, by, id, 0, "person.enable", now)
}

func (d *DB) setDisabled(ctx context.Context, by journal.Actor, id string, disabled int, action string, now time.Time) error {
	row, err := d.Person(ctx, id)
	switch {
	case err != nil:
		return err
	case row.Erased:
		return errErased()
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE account
			SET    disabled = $1, version = version + 1, changed_by = $2, changed_at = $3
			WHERE  id = $4 AND disabled <> $1 AND erased_at IS NULL`, disabled, string(by), utc(now), id)
		if changed, err := inserted(result, err); err != nil || !changed {
			return err
		}
		if disabled == 1 {
			if _, err := endSessions(ctx, tx, id, ""); err != nil {
				return err
			}
			if err := endSecrets(ctx, tx, id); err != nil {
				return err
			}
		}
		return d.enterKeeping(ctx, tx, now, personAct(by, action, id, nil, nil))
	})
}

func errErased() error {
	return &fault.Error{Kind: fault.Conflict, What: "ce compte a été effacé", Do: "invitez la personne à nouveau"}
}

// personal lists what belongs to a person and to nobody else, which erasing
// the account removes: constants of ours.
var personal = []string{
	`DELETE FROM mail
	 WHERE  recipient <> '' AND (recipient = (SELECT mail FROM account WHERE id = $1) OR recipient IN (SELECT mail FROM secret WHERE account = $1))`,
	`DELETE FROM session WHERE account = $1`,
	`DELETE FROM secret WHERE account = $1`,
	`DELETE FROM token WHERE account = $1`,
	`DELETE FROM recovery WHERE account = $1`,
	`DELETE FROM factor WHERE account = $1`,
	`DELETE FROM passkey WHERE account = $1`,
	`DELETE FROM identity WHERE account = $1`,
	`DELETE FROM challenge WHERE account = $1`,
	`DELETE FROM casestudy_alert WHERE account = $1`,
	`DELETE FROM account_role WHERE account = $1`,
}

// Erase removes everything personal of an account: mail, name, roles, factors,
// sessions, links, tokens and letters that wait. The identifier stays, never to
// be given again, and so does what Remains counts. It does nothing to an account
// that is erased already.
//
// Error: NotFound; Conflict when nobody would be left to administer.
func (d *DB) Erase(ctx context.Context, by journal.Actor, id string, now time.Time) (err error) {
	defer wrap(&err, "effacement d’un compte")
	row, err := d.Person(ctx, id)
	if err != nil || row.Erased {
		return err
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		for _, statement := range personal { // the letters first: they are found by the mail
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		result, err := tx.ExecContext(ctx, `
			UPDATE account
			SET    mail = NULL, name = '', disabled = 1, erased_at = $1, version = version + 1, changed_by = $2, changed_at = $1
			WHERE  id = $3 AND erased_at IS NULL`, utc(now), string(by), id)
		if changed, err := inserted(result, err); err != nil || !changed {
			return err
		}
		return d.enterKeeping(ctx, tx, now, personAct(by, "person.erase", id, nil, nil))
	})
}

// Remains is what erasing an account leaves: the entries of the journal that
// name its identifier, by what the person did or what was done to the account.
type Remains struct {
	Entries int  `json:"entries"`
	Last    bool `json:"last"` // nobody else administers: it cannot be erased, nor disabled
}

// Remains says what would be left of a person, before anything is erased.
func (d *DB) Remains(ctx context.Context, id string) (r Remains, err error) {
	defer wrap(&err, "lecture d’un compte")
	person, program := journal.PersonActor(id), journal.TokenActor(id, "")
	var left, others int
	err = d.read.QueryRowContext(ctx, `
		SELECT (SELECT count(*) FROM journal WHERE actor = $1 OR object = $1 OR substr(actor, 1, length($2)) = $2),
		       (SELECT count(*) FROM account a JOIN account_role r ON r.account = a.id
		        WHERE  r.role = 'administrator' AND r.scope = '' AND a.disabled = 0 AND a.erased_at IS NULL AND a.id <> $3),
		       (SELECT count(*) FROM account WHERE erased_at IS NULL AND id <> $3)`, string(person), string(program), id).Scan(&r.Entries, &left, &others)
	r.Last = left == 0 && others > 0
	return r, err
}
