package mail

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"vigie/fault"
)

// File puts each message in a folder, as a file that mail programs open: for
// trials, and where another program does the sending.
type File struct {
	Dir string
}

// Send writes the message, unless its event is there already.
func (f *File) Send(_ context.Context, m Message, _ func() error) (err error) {
	b, err := m.Bytes()
	if err != nil {
		return err
	}
	path := filepath.Join(f.Dir, m.name()+".eml")
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	defer func() {
		if err != nil {
			err = &fault.Error{Kind: fault.Unavailable, What: "dossier des courriels impossible à écrire",
				Do: "vérifiez les droits du dossier et la place sur le disque", Err: err}
		}
	}()
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(f.Dir, ".part-*") // read by its owner alone
	if err != nil {
		return err
	}
	_, err = part.Write(b)
	if err = errors.Join(err, part.Sync(), part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		if gone := os.Remove(part.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	return err
}
