package store

import (
	"errors"
	"io"
	"os"
)

// Scratch is a file for what is on its way in. It has no name: what it holds is
// gone once it is closed, or once the program has ended, however it ended.
type Scratch struct {
	file *os.File
	size int64
}

// Scratch opens an empty one in the observatory's own folder; Close it.
func (d *DB) Scratch() (*Scratch, error) { return NewScratch(d.bucket.dir) }

// NewScratch opens an empty one in a folder, the system's for temporary files
// when it is ""; Close it.
func NewScratch(folder string) (s *Scratch, err error) {
	defer wrap(&err, "fichier de passage")
	f, err := os.CreateTemp(folder, partName)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Scratch{file: f}, nil
}

// Write adds to the file.
func (s *Scratch) Write(b []byte) (int, error) {
	n, err := s.file.Write(b)
	s.size += int64(n)
	return n, err
}

// ReadAt reads what was written.
func (s *Scratch) ReadAt(b []byte, at int64) (int, error) { return s.file.ReadAt(b, at) }

// Size returns the number of bytes written.
func (s *Scratch) Size() int64 { return s.size }

// Opened is what was written so far, as a file to read that closes the scratch.
func (s *Scratch) Opened() *OpenedFile {
	return &OpenedFile{io.NewSectionReader(s, 0, s.size), s}
}

// Close lets go of the file.
func (s *Scratch) Close() error { return s.file.Close() }
