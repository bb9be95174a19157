package observatory

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/store"
)

// Post writes the letters that hold a link. A letter is posted with what it
// tells, in one transaction, or not at all.
type Post struct {
	DB   *store.DB
	Site string // public address of the site, without final slash: a link never comes from a request
}

// letterWords are the words of each purpose's letter in the catalogue.
var letterWords = map[account.Purpose]string{
	account.First:      "letter.invitation",
	account.Invitation: "letter.invitation",
	account.Reset:      "letter.reset",
	account.MailChange: "letter.mail",
}

// Check says whether links can be written at all.
//
// Error: Unavailable when the site's address is not set.
func (p Post) Check() error {
	if p.Site != "" {
		return nil
	}
	return &fault.Error{
		Kind: fault.Unavailable, What: "aucun courriel avec un lien ne peut partir : l’adresse publique du site n’est pas réglée",
		Do: "donnez base_url dans vigie.toml, ou --base-url à vigie serve ; sans elle, un administrateur fait le lien par vigie user",
	}
}

// Invite creates the account of somebody and posts the letter with which they
// take it. p.ID is not read.
//
// Error: as for store.DB.Invite; Unavailable as Check says.
func (p Post) Invite(ctx context.Context, by journal.Actor, person account.Person, now time.Time) (row store.PersonRow, err error) {
	if err := p.Check(); err != nil {
		return row, err
	}
	if person.Mail, err = account.ParseMail(person.Mail); err != nil {
		return row, err
	}
	link, hash, err := newLink(account.Invitation, now)
	if err == nil {
		person.ID, err = account.NewID(rand.Reader)
	}
	if err != nil {
		return row, err
	}
	in := store.SecretInput{Hash: hash, Purpose: account.Invitation, Letter: p.letter(account.Invitation, &person, person.Mail, link, hash)}
	return p.DB.Invite(ctx, by, person, in, now)
}

// Link posts a new link to somebody who has an account: to their address, or to
// mail, the new one, for account.MailChange. A link of the same purpose that
// was not used serves no more.
//
// Error: as for store.DB.PutSecret; Unavailable as Check says.
func (p Post) Link(ctx context.Context, by journal.Actor, person account.Person, purpose account.Purpose, mail string, now time.Time) (err error) {
	if err := p.Check(); err != nil {
		return err
	}
	to := person.Mail
	if purpose == account.MailChange {
		if to, err = account.ParseMail(mail); err != nil {
			return err
		}
	}
	link, hash, err := newLink(purpose, now)
	if err != nil {
		return err
	}
	in := store.SecretInput{Hash: hash, Purpose: purpose, Account: person.ID, Mail: mail, Letter: p.letter(purpose, &person, to, link, hash)}
	return p.DB.PutSecret(ctx, by, in, now)
}

// OutsideLetter is for who asks for another password and has none: they sign in
// by the provider, at path.
func (p Post) OutsideLetter(person account.Person, provider, path string) store.Letter {
	l, _ := lang.Parse(person.Lang)
	return store.Letter{
		Event: "outside:" + strings.ToLower(rand.Text()), To: person.Mail, Subject: lang.T(l, "letter.reset_outside.subject"),
		Body: paragraphs(lang.T(l, "letter.hello", "name", person.Name), lang.T(l, "letter.reset_outside.body", "provider", provider),
			p.Site+path, lang.T(l, "letter.reset_outside.after")),
	}
}

func (p Post) letter(purpose account.Purpose, person *account.Person, to string, link Link, hash string) store.Letter {
	l, _ := lang.Parse(person.Lang)
	path := link.Path
	if l == lang.EN {
		path = "/en" + path
	}
	words := letterWords[purpose]
	day, clock := lang.Instant(l, link.Expires)
	return store.Letter{
		Event: string(purpose) + ":" + hash[:32], To: to, Subject: lang.T(l, words+".subject"),
		Body: paragraphs(lang.T(l, "letter.hello", "name", person.Name), lang.T(l, words+".body"), p.Site+path,
			lang.T(l, words+".after", "day", day, "time", clock)),
	}
}

// paragraphs sets the paragraphs of a letter apart.
func paragraphs(texts ...string) string { return strings.Join(texts, "\n\n") + "\n" }
