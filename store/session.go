package store

import (
	"context"
	"database/sql"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// selectSession gives one row for each of the person's grants, and one for a
// person without: the whole of a request's rights in one query.
const selectSession = `
	SELECT    s.id, s.hash, s.created_at, s.seen_at, s.signed_at, s.method, s.address, s.agent,
	          a.id, a.mail, a.name, a.lang, a.disabled, a.created_at, r.role, r.scope
	FROM      session s
	JOIN      account a ON a.id = s.account AND a.erased_at IS NULL
	LEFT JOIN account_role r ON r.account = a.id`

func scanSession(rows *sql.Rows, s *account.Session) error {
	var role, scope sql.NullString
	var disabled int
	p := &s.Person
	err := rows.Scan(&s.ID, &s.Hash, &s.Created, &s.Seen, &s.Signed, &s.Method, &s.Address, &s.Agent,
		&p.ID, &p.Mail, &p.Name, &p.Lang, &disabled, &p.Created, &role, &scope)
	s.Created, s.Seen, s.Signed, p.Created = s.Created.UTC(), s.Seen.UTC(), s.Signed.UTC(), p.Created.UTC()
	p.Disabled = disabled != 0
	if role.Valid {
		p.Grants = []account.Grant{{Role: account.Role(role.String), Scope: scope.String}}
	}
	return err
}

// foldSessions joins the rows of one session, which follow one another.
func foldSessions(all []account.Session) []account.Session {
	var folded []account.Session
	for _, s := range all {
		if n := len(folded); n > 0 && folded[n-1].Hash == s.Hash {
			folded[n-1].Person.Grants = append(folded[n-1].Person.Grants, s.Person.Grants...)
			continue
		}
		folded = append(folded, s)
	}
	for i := range folded {
		folded[i].Person.Grants = account.SortGrants(folded[i].Person.Grants)
	}
	return folded
}

// OpenSession signs a person in: Hash, ID, Person.ID, Method, Address and Agent
// are read, the instants are now. Sessions that have ended are removed.
//
// Error: NotFound without such a person; Denied for one who is disabled.
func (d *DB) OpenSession(ctx context.Context, s account.Session, now time.Time) (err error) {
	defer wrap(&err, "ouverture d’une session")
	row, err := d.Person(ctx, s.Person.ID)
	if err != nil {
		return err
	}
	if row.Disabled {
		return errDisabled()
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			DELETE FROM session
			WHERE  seen_at <= $1 OR created_at <= $2`, utc(now.Add(-account.SessionIdle)), utc(now.Add(-account.SessionMost))); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO session (hash, id, account, created_at, seen_at, signed_at, method, address, agent)
			VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7)`,
			s.Hash, s.ID, row.ID, utc(now), s.Method, s.Address, s.Agent); err != nil {
			return err
		}
		act := personAct(journal.PersonActor(row.ID), string(account.SignIn), row.ID, nil, map[string]string{"method": s.Method})
		return d.enter(ctx, tx, now, act)
	})
}

// Session returns the session of a hash with its person and their grants.
//
// Error: NotFound when there is none, or it has ended, or its person is
// disabled.
func (d *DB) Session(ctx context.Context, hash string, now time.Time) (s account.Session, err error) {
	defer wrap(&err, "lecture d’une session")
	ask, err := d.asking(ctx)
	if err != nil {
		return s, err
	}
	rows, err := ask.QueryContext(ctx, hash)
	all, err := collect(rows, err, scanSession)
	if err != nil {
		return s, err
	}
	if all = foldSessions(all); len(all) == 0 || !all[0].Alive(now) {
		return s, errNoSession()
	}
	return all[0], nil
}

// asking returns the query of Session, prepared once: every request asks it.
func (d *DB) asking(ctx context.Context) (*sql.Stmt, error) {
	if ask := d.session.Load(); ask != nil {
		return ask, nil
	}
	ask, err := d.read.PrepareContext(ctx, selectSession+`
		WHERE    s.hash = $1
		ORDER BY s.hash`)
	if err == nil && !d.session.CompareAndSwap(nil, ask) { // another was quicker
		err, ask = ask.Close(), d.session.Load()
	}
	return ask, err
}

func errNoSession() error {
	return fault.NotFoundf("connectez-vous à nouveau", "session inconnue ou terminée")
}

// Sessions returns the open sessions of a person, the last seen first.
func (d *DB) Sessions(ctx context.Context, person string, now time.Time) (open []account.Session, err error) {
	defer wrap(&err, "lecture des sessions")
	rows, err := d.read.QueryContext(ctx, selectSession+`
		WHERE    s.account = $1
		ORDER BY s.seen_at DESC, s.hash`, person)
	all, err := collect(rows, err, scanSession)
	for _, s := range foldSessions(all) {
		if s.Alive(now) {
			open = append(open, s)
		}
	}
	return open, err
}

// TouchSession notes that a session is in use; more often than once a minute it
// does nothing.
func (d *DB) TouchSession(ctx context.Context, hash string, now time.Time) (err error) {
	defer wrap(&err, "suivi d’une session")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE session
			SET    seen_at = $1
			WHERE  hash = $2 AND seen_at <= $3`, utc(now), hash, utc(now.Add(-time.Minute)))
		return err
	})
}

// ConfirmSession notes that the person of a session has proved again who they
// are, and gives the session another identifier, of hash fresh.
//
// Error: NotFound when the session has ended.
func (d *DB) ConfirmSession(ctx context.Context, hash, fresh, method string, now time.Time) (err error) {
	defer wrap(&err, "confirmation d’une session")
	s, err := d.Session(ctx, hash, now)
	if err != nil {
		return err
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			UPDATE session
			SET    hash = $1, signed_at = $2, seen_at = $2, method = $3
			WHERE  hash = $4`, fresh, utc(now), method, hash)
		if changed, err := inserted(result, err); err != nil || !changed {
			if err == nil {
				err = errNoSession()
			}
			return err
		}
		id := s.Person.ID
		return d.enter(ctx, tx, now, personAct(journal.PersonActor(id), "session.confirm", id, nil, map[string]string{"method": method}))
	})
}

// EndSession ends one session of a person, by its identifier in the list.
//
// Error: NotFound when that person has no such session.
func (d *DB) EndSession(ctx context.Context, by journal.Actor, person, id string, now time.Time) (err error) {
	defer wrap(&err, "fin d’une session")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM session WHERE account = $1 AND id = $2`, person, id)
		ended, err := inserted(result, err)
		if err == nil && !ended {
			err = errNoSession()
		}
		if err != nil {
			return err
		}
		return d.enter(ctx, tx, now, personAct(by, "session.end", person, nil, nil))
	})
}

// EndSessions ends all sessions of a person but the one with the identifier
// except, "" for none, and returns how many.
func (d *DB) EndSessions(ctx context.Context, by journal.Actor, person, except string, now time.Time) (n int64, err error) {
	defer wrap(&err, "fin des sessions")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if n, err = endSessions(ctx, tx, person, except); err != nil || n == 0 {
			return err
		}
		return d.enter(ctx, tx, now, personAct(by, "session.end", person, nil, map[string]int64{"ended": n}))
	})
	return n, err
}

func endSessions(ctx context.Context, tx *sql.Tx, person, except string) (int64, error) {
	result, err := tx.ExecContext(ctx, `DELETE FROM session WHERE account = $1 AND id <> $2`, person, except)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
