package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"vigie/fault"
)

// mostDecoded bounds what one file may hold once decompressed, in bytes.
const mostDecoded = 1 << 30

var errTooBig = errors.New("plus de 1 Gio une fois décompressé")

// decoded returns r's text: decompressed, in UTF-8 unless the bytes are wrong
// (the record reader says where), without byte-order mark.
func (d *Description) decoded(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	head, err := in.Peek(2)
	if err != nil && err != io.EOF {
		return nil, err
	}
	packed := len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b
	if packed {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = bufio.NewReaderSize(&bounded{z, mostDecoded}, 256<<10)
	} else {
		in = bufio.NewReaderSize(&bounded{in, mostDecoded}, 256<<10)
	}
	if in, err = d.transcoded(in); err != nil {
		return nil, err
	}
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, err := in.Discard(3)
		return in, err
	}
	return in, nil
}

// transcoded applies the description's encoding. With auto the whole text is
// held in memory: only its last byte tells whether it is UTF-8.
func (d *Description) transcoded(in *bufio.Reader) (*bufio.Reader, error) {
	switch d.File.Encoding {
	case "windows-1252":
		return bufio.NewReaderSize(charmap.Windows1252.NewDecoder().Reader(in), 256<<10), nil
	case "auto":
		text, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		if !utf8.Valid(text) {
			if text, err = charmap.Windows1252.NewDecoder().Bytes(text); err != nil {
				return nil, err
			}
		}
		return bufio.NewReaderSize(bytes.NewReader(text), 256<<10), nil
	}
	return in, nil
}

// bounded fails with errTooBig once left bytes were read and more come.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, errTooBig
	}
	return n, err
}

// unreadable puts an error of the byte layer in our words.
func unreadable(file string, err error) *fault.Error {
	do := "vérifiez que le fichier existe encore et peut être lu"
	switch {
	case errors.Is(err, errTooBig):
		do = "coupez le fichier en plusieurs parties"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF), isCorrupt(err):
		do = "téléchargez le fichier de nouveau : il est tronqué, abîmé ou n'est pas compressé par gzip"
	}
	return &fault.Error{Kind: fault.Invalid, What: file + " : illisible", Do: do, Err: err}
}

// comma is the delimiter of a delimited text.
func (d *Description) comma() byte {
	if d.File.Delimiter == "auto" {
		return ','
	}
	return d.File.Delimiter[0]
}
