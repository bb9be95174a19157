package main

import (
	"errors"
	"io"
	"os"

	"vigie/fault"
	"vigie/store"
)

// readFile reads a small file that a person named: a description, a list.
func readFile(name string) ([]byte, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return b, nil
}

// openFile opens a file that a person named, of any size; Close it.
func openFile(name string) (*store.OpenedFile, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(name, errors.Join(err, f.Close()))
	}
	return &store.OpenedFile{SectionReader: io.NewSectionReader(f, 0, info.Size()), Closer: f}, nil
}

func unreadable(name string, err error) error {
	return &fault.Error{Kind: fault.NotFound, What: "fichier « " + name + " » illisible", Do: "vérifiez son nom et ses droits", Err: err}
}

// writeFile lets write fill a file, which takes its name once it is whole: a
// write that fails leaves what stood there.
func writeFile(name string, write func(io.Writer) error) error {
	if st, err := os.Stat(name); err == nil && !st.Mode().IsRegular() {
		return writeInto(name, write) // a terminal, a pipe
	}
	part := name + ".part"
	if err := writeInto(part, write); err != nil {
		return errors.Join(err, remove(part))
	}
	if err := os.Rename(part, name); err != nil {
		return errors.Join(unwritable(name, err), remove(part))
	}
	return nil
}

func writeInto(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return unwritable(name, err)
	}
	return errors.Join(write(f), f.Close())
}

// remove takes away a file that may not exist.
func remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func unwritable(name string, err error) error {
	return &fault.Error{Kind: fault.Invalid, What: "« " + name + " » ne peut pas être écrit", Do: "vérifiez le dossier et ses droits", Err: errors.Unwrap(err)}
}
