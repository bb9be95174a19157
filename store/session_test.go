package store_test

import (
	"errors"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
)

func TestSessionEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		invite(t, db, "admin@exemple.fr", admin)
		p := invite(t, db, "eve@exemple.fr", analyst)
		open := func(at time.Time) account.Session {
			s := account.Session{ID: newID(t), Hash: secret(t), Person: p.Person, Method: "password"}
			if err := db.OpenSession(ctx, s, at); err != nil {
				t.Fatal(err)
			}
			return s
		}
		alive := func(s account.Session, at time.Time) bool {
			_, err := db.Session(ctx, s.Hash, at)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				t.Fatal(err)
			}
			return err == nil
		}
		s := open(at)
		if !alive(s, at.Add(119*time.Minute)) || alive(s, at.Add(2*time.Hour)) {
			t.Error("a session does not end after two idle hours")
		}
		for n := range 11 { // in use every hour
			if err := db.TouchSession(ctx, s.Hash, at.Add(time.Duration(n+1)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if !alive(s, at.Add(12*time.Hour-2*time.Second)) || alive(s, at.Add(12*time.Hour)) {
			t.Error("a session in use does not end after twelve hours")
		}
		if err := db.TouchSession(ctx, s.Hash, at); err != nil { // a clock put back
			t.Fatal(err)
		}
		if got, err := db.Session(ctx, s.Hash, at.Add(time.Minute)); err != nil || !got.Seen.Equal(kept.Add(11*time.Hour)) {
			t.Errorf("seen %v, %v; want no step back", got.Seen, err)
		}
		fresh := secret(t)
		if err := db.ConfirmSession(ctx, s.Hash, fresh, "totp", at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		got, err := db.Session(ctx, fresh, at.Add(time.Hour))
		if err != nil || got.ID != s.ID || !got.Recent(at.Add(time.Hour)) || !got.Created.Equal(kept) || alive(s, at) {
			t.Errorf("ConfirmSession: %+v, %v; want the same session under another hash", got, err)
		}
		other, third := open(at), open(at)
		if err := db.EndSession(ctx, local, "somebody-else", other.ID, at); fault.KindOf(err) != fault.NotFound || !alive(other, at) {
			t.Errorf("EndSession of another person = %v", err)
		}
		if err := db.EndSession(ctx, local, p.ID, other.ID, at); err != nil || alive(other, at) {
			t.Errorf("EndSession = %v", err)
		}
		if all, err := db.Sessions(ctx, p.ID, at.Add(time.Hour)); err != nil || len(all) != 2 {
			t.Errorf("Sessions = %d, %v; want 2", len(all), err)
		}
		if n, err := db.EndSessions(ctx, local, p.ID, third.ID, at); err != nil || n != 1 || !alive(third, at) {
			t.Errorf("EndSessions but one = %d, %v", n, err)
		}
		for name, end := range map[string]func() error{
			"password":  func() error { return db.SetPassword(ctx, local, p.ID, "hash", "", at) },
			"factor":    func() error { return db.SetTOTP(ctx, local, p.ID, "JBSWY3DPEHPK3PXP", 1, nil, "", at) },
			"no factor": func() error { return db.DropTOTP(ctx, local, p.ID, "", at) },
			"roles": func() error {
				row, err := db.Person(ctx, p.ID)
				if err == nil {
					_, err = db.SetGrants(ctx, local, p.ID, append(row.Grants, account.Grant{Role: account.Editor}), row.Version, at)
				}
				return err
			},
			"disabled": func() error { return errors.Join(db.Disable(ctx, local, p.ID, at), db.Enable(ctx, local, p.ID, at)) },
		} {
			s := open(at)
			if err := end(); err != nil || alive(s, at) {
				t.Errorf("%s: a session goes on, %v", name, err)
			}
		}
		if err := db.Disable(ctx, local, p.ID, at); err != nil {
			t.Fatal(err)
		}
		if err := db.OpenSession(ctx, account.Session{ID: newID(t), Hash: secret(t), Person: p.Person}, at); fault.KindOf(err) != fault.Denied {
			t.Errorf("OpenSession of a disabled person = %v; want Denied", err)
		}
	})
}
