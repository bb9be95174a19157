package store_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// Two people change one account: the second is told who and when, and nothing
// is overwritten.
func TestAccountChangedMeanwhile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		invite(t, db, "admin@exemple.fr", admin)
		p := invite(t, db, "eve@exemple.fr")
		first, err := db.SetGrants(ctx, journal.PersonActor("a"), p.ID, []account.Grant{analyst}, p.Version, at)
		if err != nil || first.Version != p.Version+1 || first.ChangedBy != journal.PersonActor("a") || !slices.Equal(first.Grants, []account.Grant{analyst}) {
			t.Fatalf("SetGrants = %+v, %v", first, err)
		}
		_, err = db.SetGrants(ctx, journal.PersonActor("b"), p.ID, nil, p.Version, at.Add(time.Hour))
		changed, ok := errors.AsType[*store.Changed](err)
		if !ok || changed.By != journal.PersonActor("a") || !changed.At.Equal(kept) || fault.KindOf(err) != fault.Conflict || fault.Do(err) == "" {
			t.Errorf("SetGrants of an old version = %v; want what changed by a", err)
		}
		if _, err := db.Rename(ctx, local, p.ID, "Autre Nom", "fr", p.Version, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("Rename of an old version = %v; want Conflict", err)
		}
		got, err := db.Rename(ctx, local, p.ID, "Ève  Dupont", "en", first.Version, at)
		if err != nil || got.Name != "Ève Dupont" || got.Lang != "en" || !slices.Equal(got.Grants, first.Grants) {
			t.Errorf("Rename = %+v, %v", got, err)
		}
		for name, err := range map[string]error{
			"name": one(db.Rename(ctx, local, p.ID, "", "fr", got.Version, at)), "lang": one(db.Rename(ctx, local, p.ID, "Ève", "de", got.Version, at)),
			"role": one(db.SetGrants(ctx, local, p.ID, []account.Grant{{Role: "roi"}}, got.Version, at)),
		} {
			if fault.KindOf(err) != fault.Invalid || err == nil {
				t.Errorf("%s: %v; want Invalid", name, err)
			}
		}
		if err := one(db.SetGrants(ctx, local, "nobody", nil, 1, at)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("SetGrants(nobody) = %v; want NotFound", err)
		}
	})
}

func one[T any](_ T, err error) error { return err }

// An account that nobody has taken can be given another address: the links for
// the one before serve no more, it is told, and the journal names neither. One
// that is taken keeps its own.
func TestCorrect(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		invite(t, db, "admin@exemple.fr", admin)
		p := invite(t, db, "faute@exemple.fr", analyst)
		linked := func() []string {
			ids, err := db.Invited(ctx, at)
			if err != nil {
				t.Fatal(err)
			}
			return ids
		}
		if !slices.Contains(linked(), p.ID) {
			t.Error("Invited does not name who was just invited")
		}
		to := p.Person
		to.Mail, to.Name = "eve@exemple.fr", "Ève Dupont"
		of := to
		of.Mail = "admin@exemple.fr"
		if err := one(db.Correct(ctx, local, of, p.Version, at)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the address of somebody else = %v; want Conflict", err)
		}
		if err := one(db.Correct(ctx, local, to, p.Version+1, at)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("Correct of another version = %v; want Conflict", err)
		}
		got, err := db.Correct(ctx, local, to, p.Version, at)
		if err != nil || got.Mail != to.Mail || got.Name != to.Name || got.Version != p.Version+1 {
			t.Fatalf("Correct = %+v, %v", got, err)
		}
		if slices.Contains(linked(), p.ID) {
			t.Error("the invitation sent to the old address still serves")
		}
		letters, err := db.Mail(ctx, 10)
		if err != nil || len(letters) != 1 || letters[0].To != "faute@exemple.fr" || !strings.HasPrefix(letters[0].Event, "notice:mail:") {
			t.Errorf("letters %+v, %v; want a notice to the old address", letters, err)
		}
		for e, err := range db.JournalEntries(ctx) {
			if text := string(e.Before) + string(e.After); err != nil || strings.Contains(text, "exemple.fr") || strings.Contains(text, "Ève") {
				t.Errorf("the journal says %s, %v", text, err)
			}
		}
		code := secret(t)
		if err := db.PutSecret(ctx, local, store.SecretInput{Hash: code, Purpose: account.Invitation, Account: p.ID}, at); err != nil {
			t.Fatal(err)
		}
		taken, err := db.Redeem(ctx, account.Invitation, code, store.Redeemed{Password: "x"}, at)
		if err != nil || !taken.Taken() {
			t.Fatalf("%+v, %v", taken, err)
		}
		to.Mail = "autre@exemple.fr"
		if err := one(db.Correct(ctx, local, to, taken.Version, at)); fault.KindOf(err) != fault.Conflict || fault.Do(err) == "" {
			t.Errorf("another address for an account that is taken = %v; want Conflict", err)
		}
	})
}

// What is left of an account is counted before it is erased, and the last
// administrator is known.
func TestRemains(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		only := invite(t, db, "admin@exemple.fr", admin)
		if left, err := db.Remains(ctx, only.ID); err != nil || left.Last {
			t.Errorf("alone in the observatory: %+v, %v", left, err)
		}
		p := invite(t, db, "eve@exemple.fr", analyst)
		for i, by := range []journal.Actor{journal.PersonActor(p.ID), journal.TokenActor(p.ID, "t"), journal.PersonActor(only.ID), local} {
			if err := db.Enter(ctx, at, journal.Act{Actor: by, Action: "essai", Object: fmt.Sprintf("essai:%d", i)}); err != nil {
				t.Fatal(err)
			}
		}
		left, err := db.Remains(ctx, p.ID)
		if want := (store.Remains{Entries: 3}); err != nil || left != want { // invited, and two acts
			t.Errorf("Remains = %+v, %v; want %+v", left, err, want)
		}
		if left, err := db.Remains(ctx, only.ID); err != nil || !left.Last {
			t.Errorf("of the last administrator: %+v, %v", left, err)
		}
		other := invite(t, db, "autre@exemple.fr", admin)
		if left, err := db.Remains(ctx, only.ID); err != nil || left.Last {
			t.Errorf("of one administrator out of two: %+v, %v", left, err)
		}
		if err := db.Disable(ctx, local, other.ID, at); err != nil {
			t.Fatal(err)
		}
		if left, err := db.Remains(ctx, only.ID); err != nil || !left.Last {
			t.Errorf("the other one disabled: %+v, %v", left, err)
		}
	})
}

// Two administrators shut each other out at the same time: one stays.
func TestLastAdministrator(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		last := invite(t, db, "first@exemple.fr", admin)
		for round := range 5 {
			a := invite(t, db, fmt.Sprintf("a%d@exemple.fr", round), admin)
			b := invite(t, db, fmt.Sprintf("b%d@exemple.fr", round), admin)
			if err := db.Erase(ctx, local, last.ID, at); err != nil {
				t.Fatal(err)
			}
			var wait sync.WaitGroup
			var errs [2]error
			wait.Go(func() { errs[0] = one(db.SetGrants(ctx, local, a.ID, nil, a.Version, at)) })
			wait.Go(func() { errs[1] = db.Disable(ctx, local, b.ID, at) })
			wait.Wait()
			if (errs[0] == nil) == (errs[1] == nil) || fault.KindOf(errors.Join(errs[0], errs[1])) != fault.Conflict {
				t.Fatalf("%v; %v: want one Conflict", errs[0], errs[1])
			}
			if last = a; errs[1] != nil {
				last = b
			}
			if err := db.Erase(ctx, local, last.ID, at); fault.KindOf(err) != fault.Conflict {
				t.Fatalf("Erase of the last = %v; want Conflict", err)
			}
		}
	})
}

// Erasing leaves the identifier and nothing that was the person's, in any
// column of any table, the journal's too: it never had it, and still verifies.
func TestErase(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		ctx, dir := t.Context(), filepath.Join(t.TempDir(), "o")
		db, err := store.Init(ctx, dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		invite(t, db, "admin@exemple.fr", admin)
		p := invite(t, db, "eve.personnelle@exemple.fr", analyst)
		_, err = db.Redeem(ctx, account.Invitation, account.HashSecret(p.ID), store.Redeemed{Password: "personal-hash", Name: "Ève Personnelle"}, at)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{
			db.SetTOTP(ctx, local, p.ID, "PERSONALSECRET22", 1, []string{secret(t)}, "", at),
			db.OpenSession(ctx, account.Session{ID: newID(t), Hash: secret(t), Person: p.Person, Address: "192.0.2.0/24", Agent: "personal agent"}, at),
			db.PutSecret(ctx, local, store.SecretInput{Hash: secret(t), Purpose: account.MailChange, Account: p.ID, Mail: "autre.personnelle@exemple.fr"}, at),
			db.PutToken(ctx, local, store.TokenInput{ID: newID(t), Hash: secret(t), Person: p.ID, Name: "personal token", Scopes: []account.Scope{account.ScopeRead}, ExpiresAt: at.AddDate(0, 1, 0)}, at),
			one(db.PostMail(ctx, store.Letter{Event: "a", To: p.Mail, Subject: "s", Body: "personal letter"}, at)),
			one(db.PostMail(ctx, store.Letter{Event: "b", To: "autre.personnelle@exemple.fr", Subject: "s", Body: "personal letter"}, at)),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		raw := storetest.Raw(t, dir, opts)
		before := dump(t, raw, db.Engine())
		for _, personal := range []string{"personnelle", "personal"} {
			if !strings.Contains(strings.ToLower(before), personal) {
				t.Fatalf("%q is not in the tables: the test would see nothing", personal)
			}
		}
		if err := db.Erase(ctx, local, p.ID, at); err != nil {
			t.Fatal(err)
		}
		after := strings.ToLower(dump(t, raw, db.Engine()))
		for _, personal := range []string{"personnelle", "personal", "192.0.2"} {
			if i := strings.Index(after, personal); i >= 0 {
				t.Errorf("after erasing, %q is still there: %s", personal, after[max(0, i-200):i+60])
			}
		}
		row, err := db.Person(ctx, p.ID)
		if err != nil || !row.Erased || !row.Disabled || row.Mail != "" || row.Name != "" || len(row.Grants) > 0 {
			t.Errorf("Person = %+v, %v", row, err)
		}
		for name, err := range map[string]error{
			"enable": db.Enable(ctx, local, p.ID, at), "rename": one(db.Rename(ctx, local, p.ID, "Ève", "fr", row.Version, at)),
			"grant": one(db.SetGrants(ctx, local, p.ID, []account.Grant{analyst}, row.Version, at)), "password": db.SetPassword(ctx, local, p.ID, "h", "", at),
			"link": db.PutSecret(ctx, local, store.SecretInput{Hash: secret(t), Purpose: account.Reset, Account: p.ID}, at),
		} {
			if fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s of an erased account = %v; want Conflict", name, err)
			}
		}
		if err := db.Erase(ctx, local, p.ID, at); err != nil {
			t.Errorf("Erase again = %v", err)
		}
		if again := invite(t, db, "eve.personnelle@exemple.fr"); again.ID == p.ID {
			t.Error("the identifier was given again")
		}
		if _, err := db.VerifyJournal(ctx); err != nil {
			t.Error(err)
		}
	})
}

// dump writes every column of every table as text.
func dump(t *testing.T, db *sql.DB, engine string) string {
	t.Helper()
	list := `SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`
	if engine == "postgres" {
		list = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`
	}
	var text strings.Builder
	for _, table := range rowsOf(t, db, list) {
		fmt.Fprintf(&text, "%s: %s\n", table, rowsOf(t, db, "SELECT * FROM "+strings.Trim(table, "[]\"")))
	}
	return text.String()
}

// rowsOf returns each row of a query as text.
func rowsOf(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		cells, pointers := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			pointers[i] = &cells[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			t.Fatal(err)
		}
		var line []string
		for _, c := range cells {
			line = append(line, c.String)
		}
		all = append(all, strings.Join(line, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
