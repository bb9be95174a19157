package sav

import (
	"encoding/binary"
	"io"
)

// WriteBigEndian writes the file as a machine of the other byte order did.
func (f *File) WriteBigEndian(w io.Writer, c Compression) error {
	return f.write(w, "f.sav", c, binary.BigEndian)
}
