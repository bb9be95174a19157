package store_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
)

// Twenty race to use what serves once: one wins.
func TestUsedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		p := invite(t, db, "eve@exemple.fr", admin)
		step := secret(t)
		if err := db.PutSecret(ctx, local, store.SecretInput{Hash: step, Purpose: account.Step, Account: p.ID}, at); err != nil {
			t.Fatal(err)
		}
		if err := db.SetTOTP(ctx, local, p.ID, "JBSWY3DPEHPK3PXP", 100, []string{secret(t), step}, "", at); err != nil {
			t.Fatal(err)
		}
		for name, use := range map[string]func() (bool, error){
			"secret": func() (bool, error) { return won(one(db.UseSecret(ctx, account.Step, step, at))) },
			"invitation": func() (bool, error) {
				return won(one(db.Redeem(ctx, account.Invitation, account.HashSecret(p.ID), store.Redeemed{Password: "hash"}, at)))
			},
			"step":     func() (bool, error) { return db.UseTOTPStep(ctx, p.ID, 101) },
			"recovery": func() (bool, error) { return db.UseRecovery(ctx, p.ID, step, at) },
		} {
			var wait sync.WaitGroup
			var wins atomic.Int32
			for range 20 {
				wait.Go(func() {
					ok, err := use()
					if err != nil {
						t.Errorf("%s: %v", name, err)
					}
					if ok {
						wins.Add(1)
					}
				})
			}
			wait.Wait()
			if wins.Load() != 1 {
				t.Errorf("%s: %d of 20 won; want 1", name, wins.Load())
			}
		}
		for step, want := range map[int64]bool{100: false, 101: false, 99: false} {
			if ok, err := db.UseTOTPStep(ctx, p.ID, step); ok != want || err != nil {
				t.Errorf("UseTOTPStep(%d) after 101 = %v, %v", step, ok, err)
			}
		}
		if c, err := db.Credential(ctx, p.ID); err != nil || c.TOTP != "JBSWY3DPEHPK3PXP" || c.TOTPStep != 101 || c.Recovery != 1 || c.Password != "hash" {
			t.Errorf("Credential = %+v, %v", c, err)
		}
	})
}

// won tells a Conflict, of one who came second, from a failure.
func won(err error) (bool, error) {
	if fault.KindOf(err) == fault.Conflict {
		return false, nil
	}
	return err == nil, err
}

func TestSecret(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		p := invite(t, db, "eve@exemple.fr", admin)
		put := func(purpose account.Purpose, mail string) string {
			hash := secret(t)
			if err := db.PutSecret(ctx, local, store.SecretInput{Hash: hash, Purpose: purpose, Account: p.ID, Mail: mail}, at); err != nil {
				t.Fatal(err)
			}
			return hash
		}
		reset := put(account.Reset, "")
		cases := []struct {
			name    string
			purpose account.Purpose
			hash    string
			after   time.Duration
			want    fault.Kind
		}{
			{"unknown", account.Reset, secret(t), 0, fault.NotFound},
			{"another purpose", account.Invitation, reset, 0, fault.NotFound},
			{"expired", account.Reset, reset, account.Reset.Lifetime(), fault.Denied},
			{"empty", account.Reset, "", 0, fault.NotFound},
		}
		for _, c := range cases {
			_, peek := db.Secret(ctx, c.purpose, c.hash, at.Add(c.after))
			_, use := db.UseSecret(ctx, c.purpose, c.hash, at.Add(c.after))
			for _, err := range []error{peek, use} {
				if err == nil || fault.KindOf(err) != c.want || fault.Do(err) == "" {
					t.Errorf("%s: %v; want kind %v", c.name, err, c.want)
				}
			}
		}
		if s, err := db.Secret(ctx, account.Reset, reset, at); err != nil || s.Account != p.ID || !s.ExpiresAt.Equal(kept.Add(time.Hour)) {
			t.Errorf("Secret = %+v, %v", s, err)
		}
		newer := put(account.Reset, "")
		if _, err := db.UseSecret(ctx, account.Reset, reset, at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the reset before = %v; want NotFound", err)
		}
		s := account.Session{ID: newID(t), Hash: secret(t), Person: p.Person}
		if err := db.OpenSession(ctx, s, at); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Redeem(ctx, account.Reset, newer, store.Redeemed{Password: "hash"}, at); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Session(ctx, s.Hash, at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a session after a reset = %v; want NotFound", err)
		}
		if _, err := db.Redeem(ctx, account.Reset, newer, store.Redeemed{Password: "other"}, at); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "déjà servi") {
			t.Errorf("the reset again = %v; want Conflict", err)
		}
		if row, err := db.RedeemMail(ctx, put(account.MailChange, "New@exemple.fr"), at); err != nil || row.Mail != "new@exemple.fr" {
			t.Errorf("RedeemMail = %v, %v", row.Mail, err)
		}
		invite(t, db, "taken@exemple.fr")
		taken := put(account.MailChange, "taken@exemple.fr")
		if _, err := db.RedeemMail(ctx, taken, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("RedeemMail(taken) = %v; want Conflict", err)
		}
		if err := db.PutSecret(ctx, local, store.SecretInput{Hash: secret(t), Purpose: account.MailChange, Account: p.ID, Mail: "a\nb@c.fr"}, at); fault.KindOf(err) != fault.Invalid {
			t.Errorf("PutSecret(bad mail) = %v; want Invalid", err)
		}
	})
}
