package sav

import (
	"encoding/binary"
	"fmt"
	"math"

	"vigie/fault"
)

const again = "téléchargez-le de nouveau, ou demandez-le au producteur ; PSPP ou SPSS peuvent aussi le réenregistrer"

// byteOrder is binary.LittleEndian or binary.BigEndian.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// cursor walks through the bytes of a dictionary. A read past the end panics
// with *fault.Error, which Parse returns.
type cursor struct {
	file  string
	what  string // the record being read, in French
	order byteOrder
	data  []byte
	at    int
}

// fail stops the reading.
func (c *cursor) fail(format string, args ...any) {
	panic(fault.Invalidf(again, "%s : "+format, append([]any{c.file}, args...)...))
}

// catch turns the panic of fail into an error; anything else goes on.
func catch(err *error) {
	switch f := recover().(type) {
	case nil:
	case *fault.Error:
		*err = f
	default:
		panic(f)
	}
}

func (c *cursor) bytes(n int) []byte {
	if n < 0 || n > len(c.data)-c.at {
		c.fail("%s : fichier tronqué ou abîmé (octet %d)", c.what, c.at)
	}
	b := c.data[c.at : c.at+n : c.at+n]
	c.at += n
	return b
}

func (c *cursor) left() int { return len(c.data) - c.at }

func (c *cursor) int32() int32 { return int32(c.order.Uint32(c.bytes(4))) }

func (c *cursor) int64() int64 { return int64(c.order.Uint64(c.bytes(8))) }

func (c *cursor) float() float64 { return math.Float64frombits(c.order.Uint64(c.bytes(8))) }

// count reads a number of things of at least size bytes each.
func (c *cursor) count(size int) int {
	n := int(c.int32())
	if n < 0 || n > c.left()/size {
		c.fail("%s : %d annoncé(s), plus que le fichier n'en peut tenir", c.what, n)
	}
	return n
}

// inside returns a cursor over the next n bytes.
func (c *cursor) inside(n int, format string, args ...any) *cursor {
	return &cursor{file: c.file, what: fmt.Sprintf(format, args...), order: c.order, data: c.bytes(n)}
}
