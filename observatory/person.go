package observatory

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
)

// Link is a one-purpose secret to hand to one person, by mail or by hand. It is
// told once: the observatory keeps its hash.
type Link struct {
	Code    string    `json:"code"`
	Path    string    `json:"path"` // of the site, with the code
	Expires time.Time `json:"expires"`
}

// linkPath is where each purpose is served.
var linkPath = map[account.Purpose]string{
	account.First:      "/bienvenue/",
	account.Invitation: "/bienvenue/",
	account.Reset:      "/mot-de-passe/",
	account.MailChange: "/adresse/",
}

func newLink(purpose account.Purpose, now time.Time) (l Link, hash string, err error) {
	code, hash, err := account.NewSecret(rand.Reader)
	return Link{code, linkPath[purpose] + code, now.Add(purpose.Lifetime()).UTC().Truncate(time.Second)}, hash, err
}

// Invite creates the account of somebody and the link with which they take it.
// purpose is account.Invitation, or account.First for an administrator made at
// the command line.
//
// Error: as for store.DB.Invite.
func Invite(ctx context.Context, db *store.DB, by journal.Actor, p account.Person, purpose account.Purpose, now time.Time) (row store.PersonRow, l Link, err error) {
	l, hash, err := newLink(purpose, now)
	if err == nil {
		p.ID, err = account.NewID(rand.Reader)
	}
	if err != nil {
		return row, l, err
	}
	row, err = db.Invite(ctx, by, p, store.SecretInput{Hash: hash, Purpose: purpose}, now)
	return row, l, err
}

// MakeLink makes a link for somebody who has an account; one of the same
// purpose that was not used serves no more. mail is the new address of
// account.MailChange.
//
// Error: as for store.DB.PutSecret.
func MakeLink(ctx context.Context, db *store.DB, by journal.Actor, person string, purpose account.Purpose, mail string, now time.Time) (Link, error) {
	l, hash, err := newLink(purpose, now)
	if err != nil {
		return l, err
	}
	return l, db.PutSecret(ctx, by, store.SecretInput{Hash: hash, Purpose: purpose, Account: person, Mail: mail}, now)
}

// Correction is what somebody who looks after accounts changes of one. Version
// is that of the row which it was made from.
type Correction struct {
	Name, Lang, Mail string
	Version          int
}

// Correct changes the name and the language of somebody's account. Another
// address is theirs once they have opened a link: by letter to the new address,
// or, by hand, the one that is returned. Who has not taken the account yet has
// the address at once, and the link is a new invitation.
//
// Error: as for store.DB.Correct; Unavailable as Check says.
func (p Post) Correct(ctx context.Context, by journal.Actor, row store.PersonRow, in Correction, byHand bool, now time.Time) (after store.PersonRow, l Link, err error) {
	if in.Mail, err = account.ParseMail(in.Mail); err != nil {
		return row, l, err
	}
	moves, taken := in.Mail != row.Mail, row.Taken()
	if moves && !byHand {
		if err := p.Check(); err != nil {
			return row, l, err
		}
	}
	to := row.Person
	to.Name, to.Lang = in.Name, in.Lang
	if !taken {
		to.Mail = in.Mail
	} else if moves {
		if _, err := p.DB.PersonByMail(ctx, in.Mail); err == nil {
			return row, l, store.ErrMailTaken()
		} else if fault.KindOf(err) != fault.NotFound {
			return row, l, err
		}
	}
	after, err = p.DB.Correct(ctx, by, to, in.Version, now)
	if err != nil || !moves {
		return after, l, err
	}
	purpose, mail := account.MailChange, in.Mail
	if !taken {
		purpose, mail = account.Invitation, ""
	}
	if byHand {
		l, err = MakeLink(ctx, p.DB, by, row.ID, purpose, mail, now)
	} else {
		err = p.Link(ctx, by, after.Person, purpose, mail, now)
	}
	return after, l, err
}

// ReadPeople returns all accounts to somebody who reads them (account.ReadPerson)
// or takes them away (account.ExportPerson): the journal says who did.
func ReadPeople(ctx context.Context, db *store.DB, by journal.Actor, a account.Action, now time.Time) ([]store.PersonRow, error) {
	rows, err := db.People(ctx)
	if err != nil {
		return nil, err
	}
	return rows, db.Enter(ctx, now, journal.Act{Actor: by, Action: string(a), Object: fmt.Sprintf("people:%d", len(rows))})
}

// ReadPerson is ReadPeople for one account; nobody is noted who reads their own.
func ReadPerson(ctx context.Context, db *store.DB, by journal.Actor, id string, now time.Time) (store.PersonRow, error) {
	row, err := db.Person(ctx, id)
	if err != nil || by.Person() == id {
		return row, err
	}
	return row, db.Enter(ctx, now, journal.Act{Actor: by, Action: string(account.ReadPerson), Object: "person:" + id})
}

// ReadMail returns the letters to somebody who reads them, the last one posted
// first: they say who was written to, so the journal says who read them.
func ReadMail(ctx context.Context, db *store.DB, by journal.Actor, most int, now time.Time) ([]store.LetterRow, error) {
	rows, err := db.Mail(ctx, most)
	if err != nil {
		return nil, err
	}
	return rows, db.Enter(ctx, now, journal.Act{Actor: by, Action: string(account.ReadMail), Object: fmt.Sprintf("letters:%d", len(rows))})
}

// MakeToken makes an API token and returns its identifier and its text, which
// is told once. in.ID and in.Hash are not read.
//
// Error: as for store.DB.PutToken.
func MakeToken(ctx context.Context, db *store.DB, by journal.Actor, in store.TokenInput, now time.Time) (id, text string, err error) {
	text, in.Hash, err = account.NewSecret(rand.Reader)
	if err == nil {
		in.ID, err = account.NewID(rand.Reader)
	}
	if err != nil {
		return "", "", err
	}
	return in.ID, text, db.PutToken(ctx, by, in, now)
}
