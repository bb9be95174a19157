package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
)

// A table's file is an ordinary Parquet file with 32 more bytes just before
// its footer, where no offset points and any reader passes over: the SHA-256
// of all the others. It tells our tables from any other bytes.

// errSeal is the cause told for bytes that EncodeTable did not write.
var errSeal = errors.New("ces octets ne sont pas une table de Vigie")

// seal inserts the seal of a whole Parquet file.
func seal(b []byte) ([]byte, error) {
	at, ok := footer(b)
	if !ok {
		return nil, errSeal
	}
	sum := sha256.Sum256(b)
	sealed := make([]byte, 0, len(b)+len(sum))
	sealed = append(sealed, b[:at]...)
	sealed = append(sealed, sum[:]...)
	return append(sealed, b[at:]...), nil
}

func checkSeal(b []byte) error {
	at, ok := footer(b)
	if !ok || at < sha256.Size {
		return errSeal
	}
	h := sha256.New()
	h.Write(b[:at-sha256.Size])
	h.Write(b[at:])
	if !bytes.Equal(h.Sum(nil), b[at-sha256.Size:at]) {
		return errSeal
	}
	return nil
}

// footer returns where the footer of a Parquet file starts: its length is in
// the four bytes before the closing magic.
func footer(b []byte) (at int, ok bool) {
	if len(b) < 12 {
		return 0, false
	}
	size := int64(binary.LittleEndian.Uint32(b[len(b)-8:]))
	if size > int64(len(b)-12) {
		return 0, false
	}
	return len(b) - 8 - int(size), true
}
