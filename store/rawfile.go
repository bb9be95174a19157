package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// RawFile is a file as a person gave it, read in pieces: a bytes.Reader or an
// io.SectionReader over an open file.
type RawFile interface {
	io.ReaderAt
	Size() int64
}

// OpenedFile is an artifact open for reading, by offset or as a stream.
type OpenedFile struct {
	*io.SectionReader
	io.Closer
}

// Sum returns the key of a file's bytes, their SHA-256 in hexadecimal.
func Sum(ctx context.Context, f RawFile) (id string, err error) {
	defer wrap(&err, "lecture d’un fichier")
	h := sha256.New()
	if err := stream(ctx, h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// stream writes the whole of a file to w, piece by piece.
func stream(ctx context.Context, w io.Writer, f RawFile) error {
	n, err := io.CopyBuffer(struct{ io.Writer }{w}, &patient{ctx, io.NewSectionReader(f, 0, f.Size())}, make([]byte, 1<<18))
	if err == nil && n != f.Size() {
		err = errMoved()
	}
	return err
}

// patient is a reader that stops when its context is cancelled.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
