package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"vigie/account"
	"vigie/fault"
)

// keyFile is the observatory's own key, when Options.SecretFile gives no other.
// A TOTP secret cannot be hashed, since it is read again at each sign-in: sealed
// with a key outside the base, a dump of the base or its backup gives nobody's
// codes. Beside the base by default, so that there is nothing to set up; put
// elsewhere, it also resists the loss of the whole folder.
const keyFile = "secret.key"

// CheckKey verifies that the key that seals TOTP secrets is there and good. A
// file of the observatory's own is made at the first need; one that
// Options.SecretFile names never is.
//
// Error: Unavailable when it is missing, Denied when others may read it,
// Invalid when it is weak or no key.
func (d *DB) CheckKey() (err error) {
	defer wrap(&err, "clé secrète")
	_, err = d.keys()
	return err
}

// keys reads the key file.
func (d *DB) keys() (account.Keys, error) {
	path := d.secretFile
	if path == "" {
		path = filepath.Join(d.dir, keyFile)
		if err := makeKey(path); err != nil {
			return nil, err
		}
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &fault.Error{
			Kind: fault.Unavailable, What: "le fichier de clé que donne VIGIE_SECRET_FILE n’existe pas",
			Do: "remettez-le, ou faites-en un nouveau, lisible de son seul propriétaire : head -c 32 /dev/urandom | base64",
		}
	}
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, &fault.Error{
			Kind: fault.Denied, What: fmt.Sprintf("le fichier de clé %s peut être lu par d’autres", filepath.Base(path)),
			Do: "retirez-leur ce droit : chmod 600 " + filepath.Base(path),
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return account.ParseKeys(b)
}

// makeKey makes a key file unless there is one; of two that make it at the same
// time, one does.
func makeKey(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	line, err := account.NewKey(rand.Reader)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(line)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Reseal seals again with the first key what was sealed with another, which
// can be dropped from the key file afterwards, and returns how many secrets it
// was.
//
// Error: Unavailable when no key opens one of them.
func (d *DB) Reseal(ctx context.Context) (n int, err error) {
	defer wrap(&err, "changement de clé secrète")
	keys, err := d.keys()
	if err != nil {
		return 0, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT account, totp FROM factor WHERE totp <> '' ORDER BY account`)
		all, err := collect(rows, err, func(rows *sql.Rows, f *[2]string) error { return rows.Scan(&f[0], &f[1]) })
		for _, f := range all {
			if err != nil || keys.Fresh(f[1]) {
				continue
			}
			n++
			err = reseal(ctx, tx, keys, f[0], f[1])
		}
		return err
	})
	return n, err
}

func reseal(ctx context.Context, tx *sql.Tx, keys account.Keys, person, sealed string) error {
	text, err := keys.Open(sealed, person)
	if err != nil {
		return err
	}
	fresh, err := keys.Seal(rand.Reader, text, person)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE factor SET totp = $1 WHERE account = $2 AND totp = $3`, fresh, person, sealed)
	return err
}
