package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
)

// PersonRow is an account as those who look after accounts see it.
type PersonRow struct {
	account.Person
	Version   int // to be given back with a change
	ChangedBy journal.Actor
	ChangedAt time.Time
	Erased    bool
	Password  bool // has one; without it, and without another way in, the invitation is not accepted yet
	TOTP      bool
	Recovery  int       // codes left
	Passkeys  int       // that are good
	Outside   bool      // signs in by an outside provider
	SeenAt    time.Time // in the sessions that are open; zero when there is none
}

// Taken reports whether the person has some way in: a password, a passkey or an
// outside identity.
func (r *PersonRow) Taken() bool { return r.Password || r.Outside || r.Passkeys > 0 }

// selectPerson gives one row for each grant, and one for a person without.
const selectPerson = `
	SELECT    a.id, a.mail, a.name, a.lang, a.disabled, a.erased_at IS NOT NULL, a.version, a.changed_by, a.changed_at, a.created_at,
	          coalesce(f.password, '') <> '', coalesce(f.totp, '') <> '',
	          (SELECT count(*) FROM recovery c WHERE c.account = a.id),
	          (SELECT count(*) FROM passkey k WHERE k.account = a.id AND k.copied_at IS NULL),
	          EXISTS (SELECT 1 FROM identity i WHERE i.account = a.id),
	          s.seen_at, r.role, r.scope
	FROM      account a
	LEFT JOIN factor f ON f.account = a.id
	LEFT JOIN (SELECT account, max(seen_at) AS seen_at FROM session GROUP BY account) s ON s.account = a.id
	LEFT JOIN account_role r ON r.account = a.id`

func scanPerson(rows *sql.Rows, r *PersonRow) error {
	var mail, role, scope sql.NullString
	var disabled int
	var seen instant
	err := rows.Scan(&r.ID, &mail, &r.Name, &r.Lang, &disabled, &r.Erased, &r.Version, &r.ChangedBy, &r.ChangedAt, &r.Created,
		&r.Password, &r.TOTP, &r.Recovery, &r.Passkeys, &r.Outside, &seen, &role, &scope)
	r.Mail, r.Disabled, r.SeenAt = mail.String, disabled != 0, seen.Time
	r.ChangedAt, r.Created = r.ChangedAt.UTC(), r.Created.UTC()
	if role.Valid {
		r.Grants = []account.Grant{{Role: account.Role(role.String), Scope: scope.String}}
	}
	return err
}

// foldPersons joins the rows of one person, which follow one another.
func foldPersons(all []PersonRow) []PersonRow {
	var folded []PersonRow
	for _, r := range all {
		if n := len(folded); n > 0 && folded[n-1].ID == r.ID {
			folded[n-1].Grants = append(folded[n-1].Grants, r.Grants...)
			continue
		}
		folded = append(folded, r)
	}
	for i := range folded {
		folded[i].Grants = account.SortGrants(folded[i].Grants)
	}
	return folded
}

// People returns all accounts by name, those erased last.
func (d *DB) People(ctx context.Context) (all []PersonRow, err error) {
	defer wrap(&err, "lecture des comptes")
	rows, err := d.read.QueryContext(ctx, selectPerson+`
		ORDER BY a.erased_at IS NOT NULL, a.name, a.mail, a.id`)
	all, err = collect(rows, err, scanPerson)
	return foldPersons(all), err
}

// CountPeople returns how many accounts there are, without those erased: an
// observatory that has none has no back office yet.
func (d *DB) CountPeople(ctx context.Context) (n int, err error) {
	defer wrap(&err, "lecture des comptes")
	err = d.read.QueryRowContext(ctx, `SELECT count(*) FROM account WHERE erased_at IS NULL`).Scan(&n)
	return n, err
}

// Person returns one account, erased or not.
//
// Error: NotFound.
func (d *DB) Person(ctx context.Context, id string) (row PersonRow, err error) {
	defer wrap(&err, "lecture d’un compte")
	return d.person(ctx, `a.id = $1`, id)
}

// PersonByMail returns the account of an address, in any case.
//
// Error: NotFound; the address is not in the message.
func (d *DB) PersonByMail(ctx context.Context, mail string) (row PersonRow, err error) {
	defer wrap(&err, "lecture d’un compte")
	mail, err = account.ParseMail(mail)
	if err != nil {
		return row, errNoPerson()
	}
	return d.person(ctx, `a.mail = $1`, mail)
}

// person returns the one account of a condition, a constant of ours.
func (d *DB) person(ctx context.Context, where string, keys ...any) (row PersonRow, err error) {
	rows, err := d.read.QueryContext(ctx, selectPerson+`
		WHERE    `+where+`
		ORDER BY a.id`, keys...)
	all, err := collect(rows, err, scanPerson)
	if err != nil {
		return row, err
	}
	if len(all) == 0 {
		return row, errNoPerson()
	}
	return foldPersons(all)[0], nil
}

func errNoPerson() error {
	return fault.NotFoundf("regardez la liste des comptes", "aucun compte ne correspond")
}

// Invite creates the account of somebody, without a password, and keeps the
// secret that lets them choose one, all at once. The person's identifier is
// new; so is the secret.
//
// Error: Invalid for an impossible mail, name, language or role; Conflict when
// the mail has an account.
func (d *DB) Invite(ctx context.Context, by journal.Actor, p account.Person, secret SecretInput, now time.Time) (row PersonRow, err error) {
	defer wrap(&err, "création d’un compte")
	if err := checkPerson(&p); err != nil {
		return row, err
	}
	secret.Account = p.ID
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertPerson(ctx, tx, by, &p, now); err != nil {
			return err
		}
		if err := replaceGrants(ctx, tx, p.ID, p.Grants); err != nil {
			return err
		}
		if err := insertSecret(ctx, tx, &secret, now); err != nil {
			return err
		}
		if err := d.postWith(ctx, tx, secret.Letter, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, personAct(by, "person.invite", p.ID, nil, grantsEntered(p.Grants)))
	})
	if err != nil {
		return row, err
	}
	return d.Person(ctx, p.ID)
}

func checkPerson(p *account.Person) (err error) {
	if p.Mail, err = account.ParseMail(p.Mail); err != nil {
		return err
	}
	if p.Name, err = account.ParseName(p.Name); err != nil {
		return err
	}
	if p.Lang != "fr" && p.Lang != "en" {
		return fault.Invalidf("donnez fr ou en", "langue impossible pour un compte")
	}
	p.Grants = account.SortGrants(p.Grants)
	return checkGrants(p.Grants)
}

func checkGrants(grants []account.Grant) error {
	for _, g := range grants {
		if err := g.Check(); err != nil {
			return err
		}
	}
	return nil
}

func insertPerson(ctx context.Context, tx *sql.Tx, by journal.Actor, p *account.Person, now time.Time) error {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO account (id, mail, name, lang, changed_by, changed_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, p.ID, p.Mail, p.Name, p.Lang, string(by), utc(now), utc(now))
	fresh, err := inserted(result, err)
	if err == nil && !fresh {
		err = ErrMailTaken()
	}
	return err
}

// ErrMailTaken is the Conflict of an address that has an account.
func ErrMailTaken() error {
	return &fault.Error{Kind: fault.Conflict, What: "cette adresse a déjà un compte", Do: "modifiez ce compte, ou donnez une autre adresse"}
}

// replaceGrants gives a person these grants and no other.
func replaceGrants(ctx context.Context, tx *sql.Tx, id string, grants []account.Grant) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM account_role WHERE account = $1`, id); err != nil {
		return err
	}
	for _, g := range grants {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO account_role (account, role, scope)
			VALUES ($1, $2, $3)`, id, string(g.Role), g.Scope); err != nil {
			return err
		}
	}
	return nil
}

// Rename changes how a person is called and spoken to. version is that of the
// row which the change was made from.
//
// Error: Conflict when somebody has changed the account since; NotFound;
// Invalid.
func (d *DB) Rename(ctx context.Context, by journal.Actor, id, name, lang string, version int, now time.Time) (row PersonRow, err error) {
	defer wrap(&err, "modification d’un compte")
	return d.correct(ctx, by, id, version, now, func(p *account.Person) { p.Name, p.Lang = name, lang })
}

// Correct is Rename for an account that nobody has taken yet, with its address:
// the links for the one before serve no more, and it is told.
//
// Error: as for Rename; Conflict too for an account that somebody has taken,
// whose address they confirm themselves, and for an address that has one.
func (d *DB) Correct(ctx context.Context, by journal.Actor, p account.Person, version int, now time.Time) (row PersonRow, err error) {
	defer wrap(&err, "modification d’un compte")
	return d.correct(ctx, by, p.ID, version, now, func(to *account.Person) { to.Mail, to.Name, to.Lang = p.Mail, p.Name, p.Lang })
}

func (d *DB) correct(ctx context.Context, by journal.Actor, id string, version int, now time.Time, change func(*account.Person)) (row PersonRow, err error) {
	before, err := d.Person(ctx, id)
	if err != nil {
		return row, err
	}
	if before.Erased {
		return row, errErased()
	}
	p := before.Person
	change(&p)
	if err := checkPerson(&p); err != nil {
		return row, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := d.turnPerson(ctx, tx, by, id, version, now); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE account SET name = $1, lang = $2 WHERE id = $3`, p.Name, p.Lang, id); err != nil {
			return err
		}
		var after any
		if p.Mail != before.Mail {
			after = map[string]bool{"address": true}
			if err := d.readdress(ctx, tx, &before, p.Mail, now); err != nil {
				return err
			}
		}
		return d.enter(ctx, tx, now, personAct(by, "person.rename", id, nil, after))
	})
	if err != nil {
		return row, err
	}
	return d.Person(ctx, id)
}

// readdress gives an account that nobody has taken another address.
func (d *DB) readdress(ctx context.Context, tx *sql.Tx, before *PersonRow, mail string, now time.Time) error {
	if before.Taken() {
		return &fault.Error{Kind: fault.Conflict, What: "cette personne a pris son compte entre-temps", Do: "demandez le changement à nouveau : elle le confirmera par un lien"}
	}
	if err := mailFree(ctx, tx, mail, before.ID); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE account SET mail = $1 WHERE id = $2`, mail, before.ID); err != nil {
		return err
	}
	if err := endSecrets(ctx, tx, before.ID); err != nil {
		return err
	}
	return d.notify(ctx, tx, before, MailNotice, now)
}

// mailFree refuses an address that another account has.
func mailFree(ctx context.Context, tx *sql.Tx, mail, id string) error {
	var taken int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM account WHERE mail = $1 AND id <> $2`, mail, id).Scan(&taken)
	if err == nil && taken > 0 {
		err = ErrMailTaken()
	}
	return err
}

// SetGrants gives a person these roles and no other, and ends their sessions:
// the rights of a session never change under it. version is that of the row
// which the change was made from.
//
// Error: Conflict when somebody has changed the account since, or when nobody
// would be left to administer; NotFound; Invalid.
func (d *DB) SetGrants(ctx context.Context, by journal.Actor, id string, grants []account.Grant, version int, now time.Time) (row PersonRow, err error) {
	defer wrap(&err, "attribution de rôles")
	grants = account.SortGrants(grants)
	if err := checkGrants(grants); err != nil {
		return row, err
	}
	before, err := d.Person(ctx, id)
	if err != nil || slices.Equal(before.Grants, grants) && before.Version == version {
		return before, err
	}
	if before.Erased {
		return row, errErased()
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := d.turnPerson(ctx, tx, by, id, version, now); err != nil {
			return err
		}
		if err := replaceGrants(ctx, tx, id, grants); err != nil {
			return err
		}
		if _, err := endSessions(ctx, tx, id, ""); err != nil {
			return err
		}
		return d.enterKeeping(ctx, tx, now, personAct(by, "person.grant", id, grantsEntered(before.Grants), grantsEntered(grants)))
	})
	if err != nil {
		return row, err
	}
	return d.Person(ctx, id)
}

// turnPerson takes the next version of an account, if version is the current.
func (d *DB) turnPerson(ctx context.Context, tx *sql.Tx, by journal.Actor, id string, version int, now time.Time) error {
	result, err := tx.ExecContext(ctx, `
		UPDATE account
		SET    version = version + 1, changed_by = $1, changed_at = $2
		WHERE  id = $3 AND version = $4`, string(by), utc(now), id, version)
	if turned, err := inserted(result, err); err != nil || turned {
		return err
	}
	return changedBy(tx.QueryRowContext(ctx, `SELECT changed_by, changed_at FROM account WHERE id = $1`, id))
}

// changedBy makes the Conflict of who changed an object and when, the two
// columns of a row.
func changedBy(row *sql.Row) error {
	var who string
	var at time.Time
	if err := row.Scan(&who, &at); err != nil {
		return err
	}
	return &Changed{By: journal.Actor(who), At: at.UTC()}
}

// Changed is the Conflict of two persons who change one object: the second is
// told who changed it and when, by the actor's identifier.
type Changed struct {
	By journal.Actor
	At time.Time
}

// Error says it without naming anyone.
func (c *Changed) Error() string { return c.fault().What }

// Unwrap returns the fault, so that its kind and remedy are found.
func (c *Changed) Unwrap() error { return c.fault() }

func (c *Changed) fault() *fault.Error {
	what := "modifié entre-temps"
	if !c.At.IsZero() {
		what += c.At.In(lang.Paris).Format(", le 02/01/2006 à 15:04 (heure de Paris)")
	}
	return &fault.Error{Kind: fault.Conflict, What: what, Do: "relisez ce qui est écrit maintenant, puis refaites votre changement"}
}

// enterKeeping is enter for an act that may take the last administrator away,
// which it refuses. The journal's end is held by now: two such acts wait for
// each other, so they cannot take one each.
func (d *DB) enterKeeping(ctx context.Context, tx *sql.Tx, now time.Time, a journal.Act) error {
	if err := d.enter(ctx, tx, now, a); err != nil {
		return err
	}
	var left, all int
	err := tx.QueryRowContext(ctx, `
		SELECT coalesce(sum(CASE WHEN a.disabled = 0 AND r.role IS NOT NULL THEN 1 ELSE 0 END), 0), count(*)
		FROM      account a
		LEFT JOIN account_role r ON r.account = a.id AND r.role = 'administrator' AND r.scope = ''
		WHERE     a.erased_at IS NULL`).Scan(&left, &all)
	if err == nil && left == 0 && all > 0 {
		err = &fault.Error{
			Kind: fault.Conflict, What: "il ne resterait personne pour administrer l’observatoire",
			Do: "donnez d’abord le rôle administrator à quelqu’un d’autre",
		}
	}
	return err
}

func personAct(by journal.Actor, action, id string, before, after any) journal.Act {
	return journal.Act{Actor: by, Action: action, Object: "person:" + id, Before: entered(before), After: entered(after)}
}

// grantsEntered is what the journal says of grants.
func grantsEntered(grants []account.Grant) any {
	texts := make([]string, len(grants))
	for i, g := range grants {
		texts[i] = g.String()
	}
	return map[string][]string{"grants": texts}
}

// instant scans an instant that may be missing, and that SQLite gives as text
// when it comes from an aggregate.
type instant struct{ time.Time }

// Scan reads a column.
func (i *instant) Scan(v any) (err error) {
	switch v := v.(type) {
	case nil:
		i.Time = time.Time{}
	case time.Time:
		i.Time = v.UTC()
	case string:
		i.Time, err = time.Parse("2006-01-02 15:04:05-07:00", v)
		i.Time = i.Time.UTC()
	default:
		err = fmt.Errorf("instant illisible : %T", v)
	}
	return err
}
