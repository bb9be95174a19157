package store_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"vigie/account"
	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
)

// The key is changed without anybody losing their second factor; a file that is
// missing, weak or readable by others is refused.
func TestKey(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		ctx, dir := t.Context(), filepath.Join(t.TempDir(), "o")
		db, err := store.Init(ctx, dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var wait sync.WaitGroup
		for range 8 { // one of them makes the file
			wait.Go(func() {
				if err := db.CheckKey(); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		path := filepath.Join(dir, "secret.key")
		first, err := os.ReadFile(path)
		if info, errStat := os.Stat(path); err != nil || errStat != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("secret.key: %v, %v, %v; want 0600", err, errStat, info)
		}
		p := invite(t, db, "eve@exemple.fr", admin)
		if err := db.SetTOTP(ctx, local, p.ID, "JBSWY3DPEHPK3PXP", 1, nil, "", at); err != nil {
			t.Fatal(err)
		}
		opens := func() error {
			c, err := db.Credential(ctx, p.ID)
			if err == nil && c.TOTP != "JBSWY3DPEHPK3PXP" {
				t.Errorf("the secret is %q", c.TOTP)
			}
			return err
		}
		fresh, err := account.NewKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		write := func(text string, mode os.FileMode) {
			t.Helper()
			if err := os.WriteFile(path, []byte(text), mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		write(fresh, 0o600) // the old one dropped too soon
		if err := opens(); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("without the old key: %v; want Unavailable", err)
		}
		if n, err := db.Reseal(ctx); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("Reseal without the old key = %d, %v; want Unavailable", n, err)
		}
		write(fresh+string(first), 0o600)
		for _, want := range []int{1, 0} {
			if n, err := db.Reseal(ctx); err != nil || n != want {
				t.Errorf("Reseal = %d, %v; want %d", n, err, want)
			}
		}
		write(fresh, 0o600)
		if err := opens(); err != nil {
			t.Errorf("with the new key alone: %v", err)
		}
		write(fresh, 0o640)
		if err := db.CheckKey(); fault.KindOf(err) != fault.Denied {
			t.Errorf("CheckKey of a file that others read = %v; want Denied", err)
		}
		write("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", 0o600)
		if err := db.CheckKey(); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("CheckKey of zeroes = %v; want Invalid", err)
		}
		opts.SecretFile = filepath.Join(dir, "absent.key")
		elsewhere, err := store.Open(ctx, dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer elsewhere.Close()
		if err := elsewhere.CheckKey(); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("CheckKey of a missing file = %v; want Unavailable", err)
		}
	})
}
