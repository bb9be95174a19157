package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

func taken(t *testing.T, db *store.DB, mail string, grants ...account.Grant) store.PersonRow {
	t.Helper()
	secret := account.HashSecret("invitation of " + mail)
	p := account.Person{ID: (mail + strings.Repeat("x", 26))[:26], Mail: mail, Name: "Essai", Lang: "fr", Grants: grants}
	if _, err := db.Invite(t.Context(), journal.System, p, store.SecretInput{Hash: secret, Purpose: account.Invitation}, at); err != nil {
		t.Fatal(err)
	}
	row, err := db.Redeem(t.Context(), account.Invitation, secret, store.Redeemed{Password: "hash"}, at)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func TestPasskeys(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := taken(t, db, "a@exemple.fr"), taken(t, db, "b@exemple.fr")
		k := store.Passkey{ID: strings.Repeat("k", 26), Account: a.ID, Name: "Téléphone", Credential: []byte{0, 255, 7}, PublicKey: []byte("key"), Count: 3, Transports: []string{"usb", "nfc"}, Flags: 0x1d}
		if err := db.AddPasskey(ctx, journal.PersonActor(a.ID), k, []string{account.HashRecovery("aaaa")}, "", at); err != nil {
			t.Fatal(err)
		}
		other := k
		other.ID, other.Account = strings.Repeat("l", 26), b.ID
		if err := db.AddPasskey(ctx, journal.PersonActor(b.ID), other, nil, "", at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the same credential twice: %v", err)
		}
		all, err := db.Passkeys(ctx, a.ID)
		if err != nil || len(all) != 1 || string(all[0].Credential) != string(k.Credential) || all[0].Count != 3 || len(all[0].Transports) != 2 {
			t.Fatalf("Passkeys = %+v, %v", all, err)
		}
		if row, _ := db.Person(ctx, a.ID); row.Passkeys != 1 || row.Recovery != 1 {
			t.Errorf("person %+v", row)
		}
		if err := db.RenamePasskey(ctx, journal.PersonActor(b.ID), b.ID, k.ID, "volée", at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("RenamePasskey of another's = %v", err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 4 { // the same answer at the same time
			wg.Go(func() {
				ok, err := db.UsePasskey(ctx, a.ID, k.Credential, 4, 0x1d, at)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				} else if ok {
					won++
				}
			})
		}
		wg.Wait()
		if won != 1 {
			t.Errorf("one answer served %d times", won)
		}
		if ok, err := db.UsePasskey(ctx, a.ID, k.Credential, 9, 0x1d, at); ok || err != nil {
			t.Errorf("a copied passkey serves: %v, %v", ok, err)
		}
		if row, _ := db.Person(ctx, a.ID); row.Passkeys != 0 {
			t.Error("a copied passkey counts as good")
		}
		copied := 0
		letters, err := db.Mail(ctx, 100)
		for _, l := range letters {
			if strings.HasPrefix(l.Event, "notice:copied:") {
				copied++
			}
		}
		if copied != 1 || err != nil {
			t.Errorf("%d letters about the copy, %v", copied, err)
		}
		if err := db.DropPasskey(ctx, journal.PersonActor(a.ID), a.ID, k.ID, "", at); err != nil {
			t.Error(err)
		}
		if row, _ := db.Person(ctx, a.ID); row.Recovery != 0 {
			t.Error("recovery codes stay without a second factor")
		}
	})
}

func TestChallengeServesOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, hash := t.Context(), account.HashSecret("c")
		put := func() {
			if err := db.PutChallenge(ctx, store.Challenge{Hash: hash, Kind: "essai", Data: "{}"}, at); err != nil {
				t.Fatal(err)
			}
		}
		put()
		if _, err := db.TakeChallenge(ctx, "autre", hash, at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another kind: %v", err)
		}
		if c, err := db.TakeChallenge(ctx, "essai", hash, at); err != nil || c.Data != "{}" {
			t.Errorf("TakeChallenge = %+v, %v", c, err)
		}
		if _, err := db.TakeChallenge(ctx, "essai", hash, at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("twice: %v", err)
		}
		put()
		if _, err := db.TakeChallenge(ctx, "essai", hash, at.Add(store.ChallengeLife)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("expired: %v", err)
		}
		put()
		if n, err := db.Tidy(ctx, at.Add(store.ChallengeLife+time.Second)); err != nil || n["challenge"] != 1 {
			t.Errorf("Tidy = %v, %v", n, err)
		}
	})
}

func TestIdentities(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		a, b := taken(t, db, "a@exemple.fr"), taken(t, db, "b@exemple.fr")
		one := store.Identity{Issuer: "https://id.example", Subject: "1"}
		if err := db.LinkIdentity(ctx, journal.PersonActor(a.ID), a.ID, one, at); err != nil {
			t.Fatal(err)
		}
		for person, i := range map[string]store.Identity{b.ID: one, a.ID: {Issuer: one.Issuer, Subject: "2"}} {
			if err := db.LinkIdentity(ctx, journal.System, person, i, at); fault.KindOf(err) != fault.Conflict {
				t.Errorf("LinkIdentity of %v = %v", i, err)
			}
		}
		if row, err := db.PersonByIdentity(ctx, one.Issuer, "1", at); err != nil || row.ID != a.ID || !row.Outside {
			t.Errorf("PersonByIdentity = %+v, %v", row, err)
		}
		if _, err := db.PersonByIdentity(ctx, "https://autre.example", "1", at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("another issuer: %v", err)
		}
		if err := db.SetPassword(ctx, journal.PersonActor(a.ID), a.ID, "neuf", "", at); err != nil {
			t.Errorf("who has a password changes it: %v", err)
		}

		// Who accepts an invitation by a provider has no password and gets none.
		hash := account.HashSecret("invitation of c")
		c := account.Person{ID: strings.Repeat("c", 26), Mail: "c@exemple.fr", Name: "Essai", Lang: "fr"}
		if _, err := db.Invite(ctx, journal.System, c, store.SecretInput{Hash: hash, Purpose: account.Invitation}, at); err != nil {
			t.Fatal(err)
		}
		if got, err := db.PendingInvitation(ctx, c.ID, at); err != nil || got != hash {
			t.Errorf("PendingInvitation = %q, %v", got, err)
		}
		two := store.Identity{Issuer: one.Issuer, Subject: "3"}
		if _, err := db.AcceptOutside(ctx, account.Invitation, hash, two, at); err != nil {
			t.Fatal(err)
		}
		if _, err := db.AcceptOutside(ctx, account.Invitation, hash, two, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("an invitation twice: %v", err)
		}
		if _, err := db.PendingInvitation(ctx, c.ID, at); fault.KindOf(err) != fault.NotFound {
			t.Errorf("PendingInvitation after: %v", err)
		}
		if err := db.SetPassword(ctx, journal.PersonActor(c.ID), c.ID, "neuf", "", at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a password for who signs in by a provider alone: %v", err)
		}
		reset := account.HashSecret("reset of c")
		if err := db.PutSecret(ctx, journal.System, store.SecretInput{Hash: reset, Purpose: account.Reset, Account: c.ID}, at); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Redeem(ctx, account.Reset, reset, store.Redeemed{Password: "neuf"}, at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a password by a reset: %v", err)
		}
		if err := db.DropIdentity(ctx, journal.PersonActor(c.ID), c.ID, one.Issuer, "", at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("shut out by oneself: %v", err)
		}
		if err := db.DropIdentity(ctx, journal.LocalActor("essai"), c.ID, one.Issuer, "", at); err != nil {
			t.Error(err)
		}
		if _, err := db.Redeem(ctx, account.Reset, reset, store.Redeemed{Password: "neuf"}, at); err != nil {
			t.Errorf("a password once no provider is left: %v", err)
		}
	})
}
