package sav

import "vigie/fault"

// entry is a variable record as it stands: raw bytes, since the encoding comes
// later in the file.
type entry struct {
	name    []byte
	label   []byte
	width   int // of this segment
	missing []float64
	texts   [][]byte // missing texts
	ranged  bool
	print   Format
	write   Format
	labels  []rawLabel
	index   int // 0-based among the 8-byte elements
}

type rawLabel struct {
	value [8]byte
	label []byte
}

// raw is a dictionary before its texts are decoded.
type raw struct {
	header     header
	entries    []*entry
	at         map[int]*entry // by index
	elements   int
	documents  [][]byte
	extensions map[int32]*cursor
	float      int32 // representation of numbers, 0 unsaid
	page       int32
}

// dictionary reads all records up to the answers.
func (c *cursor) dictionary() *raw {
	r := &raw{header: c.header(), at: map[int]*entry{}, extensions: map[int32]*cursor{}}
	for {
		c.what = "dictionnaire"
		switch kind := c.int32(); kind {
		case 2:
			r.variable(c)
		case 3:
			r.labels(c)
		case 6:
			c.what = "documents"
			for range c.count(80) {
				r.documents = append(r.documents, c.bytes(80))
			}
		case 7:
			r.extension(c)
		case 999:
			c.int32()
			if r.elements == 0 {
				c.fail("aucune variable")
			}
			return r
		default:
			c.fail("enregistrement de type %d inconnu (octet %d)", kind, c.at-4)
		}
	}
}

// variable reads a record of type 2: a variable, or what a string takes beyond
// its first 8 bytes.
func (r *raw) variable(c *cursor) {
	at := r.elements
	r.elements++
	width := int(c.int32())
	labelled, missing := c.int32(), c.int32()
	print, write := formatOf(uint32(c.int32())), formatOf(uint32(c.int32()))
	name := c.bytes(8)
	if width == -1 {
		c.skipMissing(labelled, missing)
		return
	}
	c.what = "variable « " + printable(name) + " »"
	if width < 0 || width > chunk {
		c.fail("%s : largeur %d", c.what, width)
	}
	e := &entry{name: name, width: width, print: print, write: write, index: at}
	if labelled != 0 {
		n := c.count(1)
		e.label = c.bytes((n + 3) / 4 * 4)[:n]
	}
	if missing < -3 || missing > 3 || missing == -1 {
		c.fail("%s : %d valeurs manquantes déclarées", c.what, missing)
	}
	e.ranged = missing < 0
	for range abs(missing) {
		if width > 0 {
			e.texts = append(e.texts, c.bytes(8))
		} else {
			e.missing = append(e.missing, c.float())
		}
	}
	r.entries, r.at[at] = append(r.entries, e), e
}

// skipMissing passes over what a continuation record has no reason to hold.
func (c *cursor) skipMissing(labelled, missing int32) {
	if labelled != 0 {
		c.bytes((c.count(1) + 3) / 4 * 4)
	}
	c.bytes(8 * int(min(abs(missing), 3)))
}

func abs(n int32) int32 {
	if n < 0 {
		return -n
	}
	return n
}

// printable is a raw name for a message.
func printable(name []byte) string {
	out := []byte{}
	for _, b := range name {
		if b > ' ' && b < 0x7f {
			out = append(out, b)
		}
	}
	return string(out)
}

// labels reads a record of type 3 and the record of type 4 that says of which
// variables.
func (r *raw) labels(c *cursor) {
	c.what = "étiquettes de valeurs"
	list := make([]rawLabel, c.count(16))
	for i := range list {
		copy(list[i].value[:], c.bytes(8))
		n := int(c.bytes(1)[0])
		list[i].label = c.bytes((n+8)/8*8 - 1)[:n]
	}
	if kind := c.int32(); kind != 4 {
		c.fail("étiquettes de valeurs sans variable (enregistrement %d au lieu de 4)", kind)
	}
	for range c.count(4) {
		at := int(c.int32())
		e := r.at[at-1]
		if e == nil {
			c.fail("étiquettes de la variable n° %d, qui n'existe pas", at)
		}
		e.labels = append(e.labels, list...)
	}
}

// extension keeps a record of type 7 for later, and reads at once those that
// say how to read numbers and texts.
func (r *raw) extension(c *cursor) {
	c.what = "enregistrement complémentaire"
	subtype, size := c.int32(), int(c.int32())
	n := int(c.int32())
	if size < 1 || n < 0 || n > c.left()/size {
		c.fail("enregistrement complémentaire %d : %d × %d octets annoncés, fichier tronqué ou abîmé", subtype, n, size)
	}
	in := c.inside(size*n, "enregistrement complémentaire %d", subtype)
	switch {
	case subtype == 3 && len(in.data) >= 32:
		in.at = 16
		r.float = in.int32()
		in.at = 28
		r.page = in.int32()
		if r.float > 1 {
			panic(fault.Invalidf("réenregistrez-le sur une machine d'aujourd'hui", "%s : nombres au format IBM ou VAX, que Vigie ne lit pas", c.file))
		}
	case subtype == 16 && len(in.data) >= 16:
		in.int64()
		n := in.int64()
		if said := int64(r.header.cases); n < -1 || said >= 0 && n >= 0 && n != said {
			c.fail("nombre d'enregistrements contradictoire : %d et %d", said, n)
		}
		r.header.cases = int(max(n, int64(r.header.cases)))
	default:
		r.extensions[subtype] = in
	}
}
