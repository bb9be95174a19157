package sav

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"hash/adler32"
	"io"
	"math"

	"vigie/fault"
)

// blockSize is the bytecode of one compressed block.
const blockSize = 0x3ff000

// packer writes the answers.
type packer struct {
	*encoder
	w      io.Writer
	coded  bool
	held   []byte // written and not sent yet
	codes  []byte // bytecode of the group being filled
	values []byte // its literal values
	eight  [8]byte
	send   func(last bool) error
}

// answers writes the records after the dictionary.
func (e *encoder) answers(w io.Writer, c Compression) error {
	p := &packer{encoder: e, w: w, coded: c != Plain}
	p.send = p.plain
	var z *blockWriter
	if c == Blocks {
		z = &blockWriter{packer: p, start: int64(len(e.out))}
		p.send = z.send
	}
	encoded := make([]map[string][]byte, len(e.file.Variables))
	for i := range encoded {
		encoded[i] = map[string][]byte{}
	}
	for n := range e.file.Rows {
		for i, v := range e.file.Variables {
			if v.Width == 0 {
				p.number(v, n)
			} else {
				p.text(v, n, encoded[i])
			}
		}
		if len(p.held) >= blockSize {
			if err := p.send(false); err != nil {
				return err
			}
		}
	}
	if len(p.codes) > 0 {
		p.codes = append(p.codes, make([]byte, 8-len(p.codes))...)
		p.flush()
	}
	if err := p.send(true); err != nil {
		return err
	}
	if z != nil {
		return z.close()
	}
	return nil
}

func (p *packer) plain(bool) error {
	_, err := p.w.Write(p.held)
	p.held = p.held[:0]
	return err
}

// code appends one code, with its 8 bytes when it is 253.
func (p *packer) code(code byte, value []byte) {
	p.codes, p.values = append(p.codes, code), append(p.values, value...)
	if len(p.codes) == 8 {
		p.flush()
	}
}

func (p *packer) flush() {
	p.held = append(append(p.held, p.codes...), p.values...)
	p.codes, p.values = p.codes[:0], p.values[:0]
}

func (p *packer) number(v *Variable, n int) {
	x := v.Number[n]
	switch {
	case math.IsInf(x, 0):
		panic(fault.Invalidf("videz cette valeur", "%s, enregistrement %d, variable « %s » : nombre infini", p.name, n+1, v.Name))
	case x != x && p.coded:
		p.code(255, nil)
		return
	case x != x:
		x = sysmis
	case p.coded && x == math.Trunc(x) && x >= -99 && x <= 151:
		p.code(byte(x+100), nil)
		return
	}
	p.order.PutUint64(p.eight[:], math.Float64bits(x))
	p.group(p.eight[:])
}

// group writes 8 bytes as they are.
func (p *packer) group(b []byte) {
	if p.coded {
		p.code(253, b)
	} else {
		p.held = append(p.held, b...)
	}
}

// text writes a string, cut in segments, each filled up with spaces.
func (p *packer) text(v *Variable, n int, encoded map[string][]byte) {
	b, ok := encoded[v.Text[n]]
	if !ok {
		b = p.encoder.text(v.Text[n], v.Width, fmt.Sprintf("enregistrement %d, variable « %s »", n+1, v.Name))
		encoded[v.Text[n]] = b
	}
	for i := range segments(v.Width) {
		part := b[:min(len(b), segmentBytes(v.Width, i))]
		b = b[len(part):]
		for range elements(segmentWidth(v.Width, i)) {
			copy(p.eight[copy(p.eight[:], part):], spaces)
			part = part[min(8, len(part)):]
			if p.coded && string(p.eight[:]) == spaces {
				p.code(254, nil)
			} else {
				p.group(p.eight[:])
			}
		}
	}
}

// segmentBytes returns how many bytes of the text segment i holds.
func segmentBytes(width, i int) int {
	if i < segments(width)-1 {
		return chunk
	}
	return segmentWidth(width, i)
}

// blockWriter compresses the bytecode block by block, and writes all at the
// end, since the addresses come first.
type blockWriter struct {
	*packer
	start int64
	out   bytes.Buffer
	sizes [][2]int // of each block, before and after compression
}

func (z *blockWriter) send(last bool) error {
	for len(z.held) >= blockSize || last && len(z.held) > 0 {
		n, before := min(len(z.held), blockSize), z.out.Len()
		w, err := zlib.NewWriterLevel(&z.out, zlib.BestSpeed) // the usual level is ten times slower on answers of few values
		if err != nil {
			return err
		}
		if _, err := w.Write(z.held[:n]); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		if z.out.Len()-before > n { // readers refuse a block that compression has grown by more than a little
			z.out.Truncate(before)
			z.store(z.held[:n])
		}
		z.sizes = append(z.sizes, [2]int{n, z.out.Len() - before})
		z.held = append(z.held[:0], z.held[n:]...)
	}
	return nil
}

// store appends bytes as they are, in the form of zlib (RFC 1950, 1951).
func (z *blockWriter) store(b []byte) {
	z.out.Write([]byte{0x78, 0x01})
	sum := adler32.Checksum(b)
	for first := true; first || len(b) > 0; first = false {
		part := b[:min(len(b), math.MaxUint16)]
		b = b[len(part):]
		last := byte(0)
		if len(b) == 0 {
			last = 1
		}
		size := uint16(len(part))
		z.out.Write([]byte{last, byte(size), byte(size >> 8), ^byte(size), ^byte(size >> 8)})
		z.out.Write(part)
	}
	z.out.Write([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// close writes the addresses, the blocks and their list.
func (z *blockWriter) close() error {
	trailer := z.start + 24 + int64(z.out.Len())
	var head, tail []byte
	for _, n := range []int64{z.start, trailer, int64(24 + 24*len(z.sizes))} {
		head = z.order.AppendUint64(head, uint64(n))
	}
	bias := int64(-100)
	tail = z.order.AppendUint64(z.order.AppendUint64(tail, uint64(bias)), 0)
	tail = z.order.AppendUint32(z.order.AppendUint32(tail, blockSize), uint32(len(z.sizes)))
	plain, packed := z.start, z.start+24
	for _, s := range z.sizes {
		tail = z.order.AppendUint64(z.order.AppendUint64(tail, uint64(plain)), uint64(packed))
		tail = z.order.AppendUint32(z.order.AppendUint32(tail, uint32(s[0])), uint32(s[1]))
		plain, packed = plain+int64(s[0]), packed+int64(s[1])
	}
	for _, b := range [][]byte{head, z.out.Bytes(), tail} {
		if _, err := z.w.Write(b); err != nil {
			return err
		}
	}
	return nil
}
