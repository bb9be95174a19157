package observatory

import (
	"context"
	"crypto/rand"
	"time"

	"vigie/account"
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
