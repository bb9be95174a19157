package sheet

import (
	"encoding/binary"
	"unicode/utf16"

	"vigie/fault"
)

// compound is an OLE compound file (MS-CFB), the container of binary
// workbooks, held in memory.
type compound struct {
	bytes  []byte
	size   int      // of a sector
	next   []uint32 // sector → next sector of its chain
	small  []uint32 // the same of the small sectors
	mini   []byte   // the small sectors, end to end
	cutoff uint32   // streams below are in small sectors
}

const (
	sectorSmall = 64
	lastRegular = 0xfffffffa
)

// openCompound reads the tables of the container; nil when they are wrong.
func openCompound(b []byte) (*compound, map[string]stream) {
	if len(b) < 512 {
		return nil, nil
	}
	shift := binary.LittleEndian.Uint16(b[30:])
	if shift != 9 && shift != 12 {
		return nil, nil
	}
	c := &compound{bytes: b, size: 1 << shift, cutoff: binary.LittleEndian.Uint32(b[56:])}
	for _, s := range c.difat() {
		sector := c.sector(s)
		for i := 0; i+4 <= len(sector); i += 4 {
			c.next = append(c.next, binary.LittleEndian.Uint32(sector[i:]))
		}
	}
	small := c.chain(binary.LittleEndian.Uint32(b[60:]))
	for i := 0; i+4 <= len(small); i += 4 {
		c.small = append(c.small, binary.LittleEndian.Uint32(small[i:]))
	}
	streams := map[string]stream{}
	for dir := c.chain(binary.LittleEndian.Uint32(b[48:])); len(dir) >= 128; dir = dir[128:] {
		n := int(binary.LittleEndian.Uint16(dir[64:]))
		if n < 2 || n > 64 {
			continue
		}
		s := stream{binary.LittleEndian.Uint32(dir[116:]), binary.LittleEndian.Uint32(dir[120:])}
		switch dir[66] {
		case 5: // the root holds the small sectors
			c.mini = c.chain(s.start)
		case 2:
			streams[utf16Text(dir[:n-2])] = s
		}
	}
	return c, streams
}

type stream struct{ start, size uint32 }

// difat lists the sectors of the allocation table.
func (c *compound) difat() []uint32 {
	var list []uint32
	for i := 76; i < 512; i += 4 {
		list = append(list, binary.LittleEndian.Uint32(c.bytes[i:]))
	}
	at := binary.LittleEndian.Uint32(c.bytes[68:])
	for n := 0; at < lastRegular && n <= len(c.bytes)/c.size; n++ {
		sector := c.sector(at)
		if sector == nil {
			break
		}
		for i := 0; i < c.size-4; i += 4 {
			list = append(list, binary.LittleEndian.Uint32(sector[i:]))
		}
		at = binary.LittleEndian.Uint32(sector[c.size-4:])
	}
	seen := map[uint32]bool{}
	kept := list[:0]
	for _, s := range list {
		if s < lastRegular && !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}

// sector returns a sector, padded with zeros when the file ends in it, nil
// past the end.
func (c *compound) sector(n uint32) []byte {
	start := (int64(n) + 1) * int64(c.size)
	if n >= lastRegular || start >= int64(len(c.bytes)) {
		return nil
	}
	if end := start + int64(c.size); end <= int64(len(c.bytes)) {
		return c.bytes[start:end]
	}
	return append(make([]byte, 0, c.size), c.bytes[start:]...)[:c.size]
}

// chain returns the bytes of a chain of sectors; a loop ends it.
func (c *compound) chain(at uint32) []byte {
	var out []byte
	for n := 0; n <= len(c.bytes)/c.size; n++ {
		sector := c.sector(at)
		if sector == nil {
			break
		}
		out = append(out, sector...)
		if int(at) >= len(c.next) {
			break
		}
		at = c.next[at]
	}
	return out
}

// read returns a stream, shorter than said when its chain is broken.
func (c *compound) read(s stream) []byte {
	if s.size >= c.cutoff {
		b := c.chain(s.start)
		return b[:min(len(b), int(s.size))]
	}
	var out []byte
	at := s.start
	for n := 0; n <= len(c.mini)/sectorSmall; n++ {
		start := int64(at) * sectorSmall
		if start+sectorSmall > int64(len(c.mini)) {
			break
		}
		out = append(out, c.mini[start:start+sectorSmall]...)
		if int(at) >= len(c.small) {
			break
		}
		at = c.small[at]
	}
	return out[:min(len(out), int(s.size))]
}

func utf16Text(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

// workbookStream returns the stream of a binary workbook, or says what the
// container holds instead.
func (p *part) workbookStream() (book []byte, macros bool, err error) {
	b, err := p.all()
	if err != nil {
		return nil, false, err
	}
	c, streams := openCompound(b)
	if c == nil {
		return nil, false, fault.Invalidf("ouvrez-le dans votre tableur et enregistrez-le en xlsx", "%s : classeur xls abîmé", p.where())
	}
	_, macros = streams["_VBA_PROJECT"]
	s, ok := streams["Workbook"]
	switch _, sealed := streams["EncryptedPackage"]; {
	case sealed:
		return nil, false, fault.Invalidf("enregistrez-le sans mot de passe", "%s : classeur protégé par un mot de passe", p.where())
	case ok:
		return c.read(s), macros, nil
	}
	if _, old := streams["Book"]; old {
		return nil, false, fault.Invalidf("enregistrez-le en xlsx ou en csv", "%s : classeur d'avant Excel 97, que Vigie ne lit pas", p.where())
	}
	if _, word := streams["WordDocument"]; word {
		return nil, false, fault.Invalidf("demandez le tableau au producteur en csv ou en xlsx", "%s : document Word, et non un classeur", p.where())
	}
	return nil, false, fault.Invalidf("ouvrez-le dans votre tableur et enregistrez-le en xlsx", "%s : pas de classeur dans ce fichier, ou fichier tronqué", p.where())
}
