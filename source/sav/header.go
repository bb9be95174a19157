package sav

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"vigie/fault"
)

// Compression is how the answers are packed.
type Compression int32

// The compressions: a .sav is Plain or Bytecode, a .zsav Blocks.
const (
	Plain    Compression = iota // values of 8 bytes
	Bytecode                    // one byte for what is usual
	Blocks                      // bytecode in blocks compressed by zlib
)

// header is the first record of a file.
type header struct {
	product     string
	label       []byte
	compression Compression
	weight      int32 // index of the weight variable, 1-based, 0 none
	cases       int   // -1 when the file does not say
	bias        float64
	created     time.Time
}

const headerSize = 176

// header reads the first record and finds the byte order.
func (c *cursor) header() header {
	c.what = "en-tête"
	switch magic := c.data[:min(4, len(c.data))]; {
	case bytes.Equal(magic, []byte("$FL2")), bytes.Equal(magic, []byte("$FL3")):
	case bytes.Equal(magic, []byte{0x5b, 0xc6, 0xd3, 0xf2}):
		panic(fault.Invalidf("réenregistrez-le avec un SPSS d'aujourd'hui", "%s : fichier en EBCDIC, que Vigie ne lit pas", c.file))
	default:
		panic(fault.Invalidf("vérifiez que c'est le bon fichier ; un .por, un .dta ou un .xpt se réenregistre en .sav avec PSPP, R ou SPSS",
			"%s : pas un fichier SPSS (.sav ou .zsav)", c.file))
	}
	if len(c.data) < headerSize {
		c.fail("en-tête de %d octets sur %d : fichier tronqué", len(c.data), headerSize)
	}
	h := header{product: strings.TrimRight(string(c.bytes(64)[4:]), " \x00")}
	h.product = strings.TrimSpace(strings.TrimPrefix(h.product, "@(#)"))
	switch layout := c.bytes(4); {
	case isLayout(binary.LittleEndian.Uint32(layout)):
		c.order = binary.LittleEndian
	case isLayout(binary.BigEndian.Uint32(layout)):
		c.order = binary.BigEndian
	default:
		c.fail("ordre des octets inconnu")
	}
	c.int32() // values by case, often wrong
	h.compression, h.weight, h.cases, h.bias = Compression(c.int32()), c.int32(), int(c.int32()), c.float()
	if h.compression < Plain || h.compression > Blocks {
		c.fail("compression %d inconnue", h.compression)
	}
	if h.cases < -1 {
		c.fail("%d enregistrements annoncés", h.cases)
	}
	h.created = created(string(c.bytes(9)), string(c.bytes(8)))
	h.label = c.bytes(64)
	c.bytes(3)
	return h
}

func isLayout(code uint32) bool { return code == 2 || code == 3 }

// created reads « 07 Nov 26 » and « 08:30:00 »; years 69 to 99 are 19xx.
func created(day, hour string) time.Time {
	t, err := time.Parse("02 Jan 06 15:04:05", day+" "+hour)
	if err != nil {
		return time.Time{}
	}
	return t
}
