package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
)

// Letter is a mail to send. Event is what it tells, invitation:ID: an event is
// told once, however often it is posted.
type Letter struct {
	Event   string `json:"event"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

// LetterRow is what can be seen of a letter. Its body is never shown: it may
// hold a one-purpose link.
type LetterRow struct {
	ID        string    `json:"id"`
	Event     string    `json:"event"`
	To        string    `json:"to,omitempty"` // "" once forgotten
	Subject   string    `json:"subject"`
	State     job.State `json:"state"`
	FaultWhat string    `json:"fault_what,omitempty"`
	FaultDo   string    `json:"fault_do,omitempty"`
	Attempt   int       `json:"attempt"`
	Perhaps   bool      `json:"perhaps"` // it failed when its last byte may have gone: a person decides
	At        time.Time `json:"at"`      // the next attempt, of a waiting one
	CreatedAt time.Time `json:"created_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
}

// PostMail puts a letter in the queue, and reports whether its event is new.
// Sending is a worker's work.
func (d *DB) PostMail(ctx context.Context, l Letter, now time.Time) (fresh bool, err error) {
	defer wrap(&err, "envoi d’un courriel")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		fresh, err = d.post(ctx, tx, l, now)
		return err
	})
	return fresh && err == nil, err
}

// post is PostMail within the transaction that is the cause of the letter.
func (d *DB) post(ctx context.Context, tx *sql.Tx, l Letter, now time.Time) (fresh bool, err error) {
	if l.Event == "" || l.To == "" || l.Subject == "" {
		return false, &fault.Error{What: "courriel sans motif, sans destinataire ou sans objet", Do: "signalez ce défaut"}
	}
	return inserted(tx.ExecContext(ctx, `
		INSERT INTO mail (id, event, recipient, subject, body, state, handed, fault_what, fault_do, attempt,
		                  next_at, holder, lease_until, created_at)
		VALUES ($1, $2, $3, $4, $5, 'waiting', 0, '', '', 0, $6, '', $6, $6)
		ON CONFLICT (event) DO NOTHING`, newID(now), l.Event, l.To, l.Subject, l.Body, utc(now)))
}

// postAll is post for several letters.
func (d *DB) postAll(ctx context.Context, tx *sql.Tx, all []Letter, now time.Time) error {
	for _, l := range all {
		if _, err := d.post(ctx, tx, l, now); err != nil {
			return err
		}
	}
	return nil
}

// MailTable is the table of the letters, for a job.Worker. The arguments of a
// task are its Letter.
type MailTable struct {
	db *DB
}

// MailTable returns the letters, to send.
func (d *DB) MailTable() *MailTable { return &MailTable{d} }

const (
	cutWhat = "envoi interrompu au dernier instant : le courriel est peut-être parti"
	cutDo   = "demandez au destinataire ; s’il n’a rien reçu, renvoyez-le"
)

// dueMail is a letter that can be taken at $1.
const dueMail = `(state = 'waiting' AND next_at <= $1 OR state = 'running' AND lease_until < $1)`

// Due reports whether a letter can be taken.
func (t *MailTable) Due(ctx context.Context, now time.Time) (due bool, err error) {
	defer wrap(&err, "lecture des courriels")
	var n int
	err = t.db.read.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM mail WHERE `+dueMail+` LIMIT 1) AS due`, utc(now)).Scan(&n)
	return n > 0, err
}

// Take gives the letter that has waited longest to a holder. One whose sender
// was cut off when the last byte may have gone is not sent again by itself: its
// body stays, with its address, until a person decides (see ResendMail).
func (t *MailTable) Take(ctx context.Context, holder string, now, until time.Time) (task job.Task, ok bool, err error) {
	defer wrap(&err, "prise d’un courriel")
	err = t.db.inTx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `
			UPDATE mail
			SET    state = 'failed', holder = '', ended_at = $1, fault_what = $2, fault_do = $3
			WHERE  state = 'running' AND handed = 1 AND lease_until < $1`, utc(now), cutWhat, cutDo); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `
			UPDATE mail
			SET    state = 'running', attempt = attempt + 1, holder = $2, lease_until = $3, handed = 0
			WHERE  id = (SELECT id FROM mail WHERE `+dueMail+` ORDER BY next_at, created_at, id LIMIT 1) AND `+dueMail+`
			RETURNING id, attempt, holder, event, recipient, subject, body`, utc(now), holder, utc(until))
		all, err := collect(rows, err, scanLetter)
		if ok = err == nil && len(all) > 0; ok {
			task = all[0]
		}
		return err
	})
	return task, ok && err == nil, err
}

func scanLetter(rows *sql.Rows, t *job.Task) error {
	var l Letter
	if err := rows.Scan(&t.ID, &t.Attempt, &t.Holder, &l.Event, &l.To, &l.Subject, &l.Body); err != nil {
		return err
	}
	b, err := json.Marshal(l)
	t.Kind, t.Args = "mail", b
	return err
}

// Hand notes that the last byte of a letter is about to go: from here on it is
// not sent a second time.
//
// Error: job.ErrLost when the letter is another's.
func (t *MailTable) Hand(ctx context.Context, task job.Task) (err error) {
	held, err := inserted(t.db.write.ExecContext(ctx, `
		UPDATE mail SET handed = 1 WHERE id = $1 AND holder = $2 AND state = 'running'`, task.ID, task.Holder))
	if err == nil && !held {
		return job.ErrLost
	}
	wrap(&err, "envoi d’un courriel")
	return err
}

// Renew holds a letter longer.
func (t *MailTable) Renew(ctx context.Context, task job.Task, _ job.Progress, until time.Time) (held bool, err error) {
	defer wrap(&err, "envoi d’un courriel")
	return inserted(t.db.write.ExecContext(ctx, `
		UPDATE mail SET lease_until = $3 WHERE id = $1 AND holder = $2 AND state = 'running'`, task.ID, task.Holder, utc(until)))
}

// Settle ends a letter, or lets it wait for another attempt. What it said goes
// as soon as it will not be sent again. One that is given back when its last
// byte may have gone has failed: nobody knows.
func (t *MailTable) Settle(ctx context.Context, task job.Task, o job.Outcome, now time.Time) (err error) {
	defer wrap(&err, "fin d’un courriel")
	if o.Back {
		cut, err := inserted(t.db.write.ExecContext(ctx, `
			UPDATE mail
			SET    state = 'failed', holder = '', ended_at = $3, fault_what = $4, fault_do = $5
			WHERE  id = $1 AND holder = $2 AND state = 'running' AND handed = 1`, task.ID, task.Holder, utc(now), cutWhat, cutDo))
		if err != nil || cut {
			return err
		}
	}
	back := 0
	if o.Back {
		back = 1
	}
	var ended sql.NullTime
	if o.State != job.Waiting {
		ended = sql.NullTime{Time: utc(now), Valid: true}
	}
	_, err = t.db.write.ExecContext(ctx, `
		UPDATE mail
		SET    state = $3, fault_what = $4, fault_do = $5, next_at = $6, attempt = attempt - $7, ended_at = $8, holder = '', handed = 0,
		       body = CASE $3 WHEN 'waiting' THEN body ELSE '' END
		WHERE  id = $1 AND holder = $2 AND state = 'running'`,
		task.ID, task.Holder, string(o.State), o.What, o.Do, utc(o.At), back, ended)
	return err
}

// Mail returns the letters, the last one posted first, most of them at most.
func (d *DB) Mail(ctx context.Context, most int) (all []LetterRow, err error) {
	defer wrap(&err, "lecture des courriels")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   id, event, recipient, subject, state, fault_what, fault_do, attempt, next_at, created_at, ended_at,
		         CASE WHEN state = 'failed' AND handed = 1 AND body <> '' THEN 1 ELSE 0 END
		FROM     mail
		ORDER BY created_at DESC, id DESC
		LIMIT    $1`, most)
	return collect(rows, err, scanLetterRow)
}

func scanLetterRow(rows *sql.Rows, r *LetterRow) error {
	var ended sql.NullTime
	var perhaps int
	err := rows.Scan(&r.ID, &r.Event, &r.To, &r.Subject, &r.State, &r.FaultWhat, &r.FaultDo, &r.Attempt, &r.At, &r.CreatedAt, &ended, &perhaps)
	r.At, r.CreatedAt, r.Perhaps = r.At.UTC(), r.CreatedAt.UTC(), perhaps == 1
	if ended.Valid {
		r.EndedAt = ended.Time.UTC()
	}
	return err
}

// ResendMail puts a letter that may have gone in the queue again: somebody
// knows, or chooses, that it did not arrive.
//
// Error: NotFound; Conflict for any other letter.
func (d *DB) ResendMail(ctx context.Context, by journal.Actor, id string, now time.Time) (err error) {
	defer wrap(&err, "renvoi d’un courriel")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		again, err := inserted(tx.ExecContext(ctx, `
			UPDATE mail
			SET    state = 'waiting', handed = 0, attempt = 0, next_at = $2, ended_at = NULL, fault_what = '', fault_do = ''
			WHERE  id = $1 AND state = 'failed' AND handed = 1 AND body <> '' AND recipient <> ''`, id, utc(now)))
		if err != nil {
			return err
		}
		var event string
		err = tx.QueryRowContext(ctx, `SELECT event FROM mail WHERE id = $1`, id).Scan(&event)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			_, err = only([]LetterRow(nil), nil, "courriel", id)
			return err
		case err != nil:
			return err
		case !again:
			return &fault.Error{Kind: fault.Conflict, What: "ce courriel ne se renvoie pas : il attend, il est parti, ou il n’est plus gardé",
				Do: "recommencez l’action qui l’envoie s’il en faut un autre"}
		}
		about, _, _ := strings.Cut(event, ":") // the rest may be of a person
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: string(account.ResendMail), Object: "mail:" + id, After: entered(map[string]string{"about": about})})
	})
}
