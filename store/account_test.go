package store_test

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

// secret returns the hash of a new secret.
func secret(t testing.TB) string {
	t.Helper()
	_, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func newID(t testing.TB) string {
	t.Helper()
	id, err := account.NewID(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

const local = journal.Actor("local:test")

// invite creates an account with these roles; its invitation has the hash of
// its identifier.
func invite(t testing.TB, db *store.DB, mail string, grants ...account.Grant) store.PersonRow {
	t.Helper()
	id := newID(t)
	row, err := db.Invite(t.Context(), local, account.Person{ID: id, Mail: mail, Name: "Ève Martin", Lang: "fr", Grants: grants},
		store.SecretInput{Hash: account.HashSecret(id), Purpose: account.Invitation}, at)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

var (
	admin   = account.Grant{Role: account.Administrator}
	analyst = account.Grant{Role: account.Analyst}
)

func TestAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		occitanie := account.Grant{Role: account.Contributor, Scope: "REG-76"}
		p := invite(t, db, " Eve@Exemple.FR", analyst, occitanie, admin)
		want := account.Person{ID: p.ID, Mail: "eve@exemple.fr", Name: "Ève Martin", Lang: "fr", Grants: []account.Grant{occitanie, analyst, admin}, Created: kept}
		if d := cmp.Diff(want, p.Person); d != "" {
			t.Errorf("Invite: %s", d)
		}
		for _, read := range []func() (store.PersonRow, error){
			func() (store.PersonRow, error) { return db.Person(ctx, p.ID) },
			func() (store.PersonRow, error) { return db.PersonByMail(ctx, "EVE@exemple.fr ") },
			func() (store.PersonRow, error) { all, err := db.People(ctx); return all[0], err },
		} {
			if got, err := read(); err != nil || cmp.Diff(p, got) != "" {
				t.Errorf("read %v: %s", err, cmp.Diff(p, got))
			}
		}
		if _, err := db.PersonByMail(ctx, "nobody@exemple.fr"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("PersonByMail(unknown) = %v", err)
		}
		again := account.Person{ID: newID(t), Mail: p.Mail, Name: "Autre", Lang: "fr"}
		if _, err := db.Invite(ctx, local, again, store.SecretInput{Hash: secret(t), Purpose: account.Invitation}, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("Invite(same mail) = %v; want Conflict", err)
		}
		if n, err := db.CountPeople(ctx); err != nil || n != 1 {
			t.Errorf("CountPeople = %d, %v; want 1", n, err)
		}
		s := account.Session{ID: newID(t), Hash: secret(t), Person: p.Person, Method: "password", Address: "192.0.2.0/24", Agent: "Firefox, Linux"}
		if err := db.OpenSession(ctx, s, at); err != nil {
			t.Fatal(err)
		}
		got, err := db.Session(ctx, s.Hash, at.Add(time.Minute))
		s.Created, s.Seen, s.Signed = kept, kept, kept
		if d := cmp.Diff(s, got); err != nil || d != "" {
			t.Errorf("Session: %v %s", err, d)
		}
		if row, err := db.Person(ctx, p.ID); err != nil || !row.SeenAt.Equal(kept) {
			t.Errorf("SeenAt = %v, %v; want %v", row.SeenAt, err, kept)
		}
	})
}
