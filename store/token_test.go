package store_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/account"
	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
)

func TestToken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		invite(t, db, "admin@exemple.fr", admin)
		p := invite(t, db, "eve@exemple.fr", analyst)
		in := store.TokenInput{ID: newID(t), Hash: secret(t), Person: p.ID, Name: " import  de nuit ", Scopes: []account.Scope{account.ScopeImport, account.ScopeRead}, ExpiresAt: at.Add(24 * time.Hour)}
		if err := db.PutToken(ctx, local, in, at); err != nil {
			t.Fatal(err)
		}
		program, err := db.Token(ctx, in.Hash, at)
		if d := cmp.Diff(account.Program{Person: p.Person, Token: in.ID, Scopes: in.Scopes}, program); err != nil || d != "" {
			t.Errorf("Token: %v %s", err, d)
		}
		all, err := db.Tokens(ctx, p.ID, at)
		if err != nil || len(all) != 1 || all[0].Name != "import de nuit" || !all[0].UsedAt.Equal(kept) {
			t.Errorf("Tokens = %+v, %v", all, err)
		}
		missing := func(name, hash string, at time.Time) {
			t.Helper()
			if _, err := db.Token(ctx, hash, at); fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: Token = %v; want NotFound", name, err)
			}
		}
		missing("unknown", secret(t), at)
		missing("expired", in.Hash, at.Add(24*time.Hour))
		if err := db.Disable(ctx, local, p.ID, at); err != nil {
			t.Fatal(err)
		}
		missing("disabled", in.Hash, at)
		if err := db.Enable(ctx, local, p.ID, at); err != nil {
			t.Fatal(err)
		}
		if err := db.EndToken(ctx, local, "somebody-else", in.ID, at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("EndToken of another person = %v; want NotFound", err)
		}
		if err := db.EndToken(ctx, local, p.ID, in.ID, at); err != nil {
			t.Fatal(err)
		}
		missing("ended", in.Hash, at)
		for name, spoil := range map[string]func(*store.TokenInput){
			"no name": func(in *store.TokenInput) { in.Name = " " }, "long name": func(in *store.TokenInput) { in.Name = strings.Repeat("x", 81) },
			"no scope": func(in *store.TokenInput) { in.Scopes = nil }, "scope": func(in *store.TokenInput) { in.Scopes = []account.Scope{"all"} },
			"past": func(in *store.TokenInput) { in.ExpiresAt = at }, "far": func(in *store.TokenInput) { in.ExpiresAt = at.AddDate(2, 0, 0) },
		} {
			bad := in
			spoil(&bad)
			if err := db.PutToken(ctx, local, bad, at); fault.KindOf(err) != fault.Invalid || err == nil {
				t.Errorf("%s: PutToken = %v; want Invalid", name, err)
			}
		}
	})
}

// Tries are counted one by one however many come at once, survive the process,
// and are told alike for an account and for none.
func TestAttempt(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		ctx, dir := t.Context(), filepath.Join(t.TempDir(), "o")
		db, err := store.Init(ctx, dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		p := invite(t, db, "eve@exemple.fr", admin)
		for _, mail := range []string{p.Mail, "nobody@exemple.fr", "not a mail"} {
			var wait sync.WaitGroup
			var tried atomic.Int32
			for range 20 {
				wait.Go(func() {
					pause, err := db.Attempt(ctx, account.Attempt{Mail: mail}, at)
					if err != nil {
						t.Error(err)
					}
					if pause == 0 {
						tried.Add(1)
					}
				})
			}
			wait.Wait()
			if n := int(tried.Load()); n != account.ByAccount.Free {
				t.Errorf("%s: %d tries at once; want %d", mail, n, account.ByAccount.Free)
			}
		}
		for range account.ByAccount.Free {
			if _, err := db.Attempt(ctx, account.Attempt{Second: p.ID}, at); err != nil {
				t.Fatal(err)
			}
		}
		slowed, err := db.Journal(ctx, store.JournalFilter{Action: "session.slow"})
		if err != nil || len(slowed) != 2 || slowed[0].Object != "person:"+p.ID || slowed[1].Object != "person:"+p.ID {
			t.Errorf("the journal says %v, %v; want the person twice, and nobody else", slowed, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if db, err = store.Open(ctx, dir, opts); err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		try := func(mail, address string, at time.Time) time.Duration {
			pause, err := db.Attempt(ctx, account.Attempt{Mail: mail, Address: address}, at)
			if err != nil {
				t.Fatal(err)
			}
			return pause
		}
		if got := try(p.Mail, "", at); got <= 0 || got > time.Second {
			t.Errorf("after a restart the wait is %v; want up to 1 s", got)
		}
		if got := try(p.Mail, "", at.Add(2*time.Second)); got != 0 {
			t.Errorf("two seconds later the wait is %v; want none", got)
		}
		if got := try(p.Mail, "", at.Add(2*time.Second)); got < time.Second {
			t.Errorf("the next wait is %v; want 2 s", got)
		}
		if err := db.Succeeded(ctx, account.Attempt{Mail: p.Mail}, at); err != nil {
			t.Fatal(err)
		}
		if got := try(p.Mail, "", at); got != 0 {
			t.Errorf("after a success the wait is %v; want none", got)
		}
		if got := try("nobody@exemple.fr", "", at.Add(account.ByAccount.Forget)); got != 0 {
			t.Errorf("a day later the wait is %v; want none", got)
		}
		for n := range account.ByAddress.Free { // many accounts from one address
			if got := try(fmt.Sprintf("x%d@exemple.fr", n), "192.0.2.0/24", at); got != 0 {
				t.Fatalf("try %d from one address waits %v", n, got)
			}
		}
		if got := try("other@exemple.fr", "192.0.2.0/24", at); got <= 0 {
			t.Error("an address is not slowed down")
		}
		if err := db.Succeeded(ctx, account.Attempt{Mail: "x1@exemple.fr", Address: "192.0.2.0/24"}, at); err != nil {
			t.Fatal(err)
		}
		if got := try("other@exemple.fr", "192.0.2.0/24", at); got != 0 {
			t.Errorf("after one success the wait is %v; want its own try forgotten", got)
		}
		if got := try("other@exemple.fr", "192.0.2.0/24", at); got <= 0 {
			t.Error("one success has forgotten the failures of an address")
		}
	})
}
