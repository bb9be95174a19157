package fragility

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"vigie/fault"
	"vigie/indicator"
	"vigie/stat/composite"
	"vigie/territory"
)

// magic opens an encoded result; its number changes with the format.
const magic = "vigie-fragility/2\n"

// mostDraws bounds the memory of a decoded result; a specification asks for no more.
const mostDraws = 20_000

// most is the largest decoded size accepted, in bytes.
const most = 512 << 20

// Encode returns a result as bytes, the same for the same result: a line that
// names the format, then, compressed by gzip without a date, the length of a
// JSON text, that text, and the orders drawn.
func Encode(r *Result) ([]byte, error) {
	text, err := json.Marshal(pack(r))
	if err != nil {
		return nil, fmt.Errorf("coder l'indice : %w", err)
	}
	var buf bytes.Buffer
	buf.WriteString(magic)
	z := gzip.NewWriter(&buf)
	head := binary.LittleEndian.AppendUint32(nil, uint32(len(text)))
	for _, block := range append([][]byte{head, text}, drawn(r)...) {
		if _, err := z.Write(block); err != nil {
			return nil, fmt.Errorf("coder l'indice : %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("coder l'indice : %w", err)
	}
	return buf.Bytes(), nil
}

// drawn returns one block an assessed part, two bytes or one an order.
func drawn(r *Result) [][]byte {
	var out [][]byte
	for i := range r.Parts {
		s := r.Parts[i].spread
		if s == nil {
			continue
		}
		b := make([]byte, 0, width(len(r.Units))*len(s.Order))
		for _, o := range s.Order {
			if b = append(b, byte(o)); width(len(r.Units)) == 2 {
				b = append(b, byte(o>>8))
			}
		}
		out = append(out, b)
	}
	return out
}

// width is the number of bytes that an order takes.
func width(units int) int {
	if units <= math.MaxUint8 {
		return 1
	}
	return 2
}

// Decode reads what Encode wrote. Error: an Invalid fault when the bytes are
// no such result.
func Decode(raw []byte) (*Result, error) {
	rest, ok := bytes.CutPrefix(raw, []byte(magic))
	if !ok {
		return nil, unreadable(nil)
	}
	z, err := gzip.NewReader(bytes.NewReader(rest))
	if err != nil {
		return nil, unreadable(err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, most+1))
	if err != nil || len(plain) > most || len(plain) < 4 {
		return nil, unreadable(err)
	}
	n := int(binary.LittleEndian.Uint32(plain))
	if n > len(plain)-4 {
		return nil, unreadable(nil)
	}
	var p packed
	if err := json.Unmarshal(plain[4:4+n], &p); err != nil {
		return nil, unreadable(err)
	}
	r, ok := p.unpack(plain[4+n:])
	if !ok {
		return nil, unreadable(nil)
	}
	return r.index(), nil
}

func unreadable(err error) error {
	f := fault.Invalidf("recalculez l'indice, ou vérifiez que l'artefact vient de cette version de Vigie", "résultat de fragilité illisible")
	f.Err = err
	return f
}

// number is a float64 that JSON can hold: NaN is null.
type number float64

// MarshalJSON writes null for NaN.
func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads null as NaN.
func (n *number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}

func numbers(x []float64) []number {
	out := make([]number, len(x))
	for i, v := range x {
		out[i] = number(v)
	}
	return out
}

func floats(x []number) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// packed is the JSON text: columns instead of cells.
type packed struct {
	Level      territory.Level  `json:"level"`
	Provenance Provenance       `json:"provenance"`
	Units      []territory.Code `json:"units"`
	Reference  []int            `json:"reference"` // 1 for units of the reference set
	Columns    []packedColumn   `json:"columns"`
	Absent     []Absent         `json:"absent"`
	Parts      []packedPart     `json:"parts"`
	Typology   *Typology        `json:"typology,omitempty"`
}

type packedColumn struct {
	Indicator indicator.Code `json:"indicator"`
	Domain    string         `json:"domain"`
	Period    string         `json:"period"`
	Direction int            `json:"direction"`
	Weight    float64        `json:"weight"`
	At0       float64        `json:"at_0"`
	At100     float64        `json:"at_100"`
	Drawn     int            `json:"drawn_in"`
	Share     float64        `json:"share"`
	Score     []number       `json:"score"`
	Beyond    []int          `json:"beyond"`
}

type packedPart struct {
	Code     string    `json:"code"`
	Kind     Kind      `json:"kind"`
	Weight   float64   `json:"weight"`
	Below    int       `json:"below"`
	Of       int       `json:"of"`
	Ranked   int       `json:"ranked"`
	Assessed bool      `json:"assessed"`
	Limits   []float64 `json:"limits"`
	Score    []number  `json:"score"`
	Rank     []int     `json:"rank"`
	Place    []int     `json:"place"`
	Lo       []int     `json:"lo"`
	Hi       []int     `json:"hi"`
	Step     []int     `json:"step"`
	Unsure   []int     `json:"unsure"`
	Have     []int     `json:"have"`
	Worst    []number  `json:"worst,omitempty"`
	Effects  []Effect  `json:"effects,omitempty"`
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func pack(r *Result) packed {
	p := packed{Level: r.Level, Provenance: r.Provenance, Absent: r.Absent, Typology: r.Typology}
	for _, u := range r.Units {
		p.Units, p.Reference = append(p.Units, u.Code), append(p.Reference, bit(u.Reference))
	}
	for _, c := range r.Columns {
		k := packedColumn{c.Indicator, c.Domain, c.Period, c.Direction, c.Weight, c.At0, c.At100, c.Drawn, c.Share, numbers(c.Score), nil}
		for _, b := range c.Beyond {
			k.Beyond = append(k.Beyond, bit(b))
		}
		p.Columns = append(p.Columns, k)
	}
	for _, t := range r.Parts {
		k := packedPart{Code: t.Code, Kind: t.Kind, Weight: t.Weight, Below: t.Below, Of: t.Of, Ranked: t.Ranked, Assessed: t.Assessed, Limits: t.Limits, Effects: t.Effects}
		for _, c := range t.Cells {
			k.Score = append(k.Score, number(c.Score))
			k.Rank, k.Place, k.Step = append(k.Rank, c.Rank), append(k.Place, c.Place), append(k.Step, c.Step)
			k.Lo, k.Hi = append(k.Lo, c.Lo), append(k.Hi, c.Hi)
			k.Unsure, k.Have = append(k.Unsure, bit(c.Unsure)), append(k.Have, c.Have)
			if t.Assessed {
				k.Worst = append(k.Worst, number(c.Worst))
			}
		}
		p.Parts = append(p.Parts, k)
	}
	return p
}

// unpack rebuilds the result from the text and the orders; false when lengths
// disagree.
func (p *packed) unpack(orders []byte) (*Result, bool) {
	n := len(p.Units)
	r := &Result{Level: p.Level, Provenance: p.Provenance, Absent: p.Absent, Typology: p.Typology}
	if len(p.Reference) != n || !p.Typology.fits(n) {
		return nil, false
	}
	for i, code := range p.Units {
		r.Units = append(r.Units, Unit{code, p.Reference[i] == 1})
	}
	for _, c := range p.Columns {
		if len(c.Score) != n || len(c.Beyond) != n {
			return nil, false
		}
		s := Scaled{c.Indicator, c.Domain, c.Period, c.Direction, c.Weight, c.At0, c.At100, c.Drawn, c.Share, floats(c.Score), make([]bool, n)}
		for i, b := range c.Beyond {
			s.Beyond[i] = b == 1
		}
		r.Columns = append(r.Columns, s)
	}
	for _, t := range p.Parts {
		part, ok := t.part(n)
		if !ok {
			return nil, false
		}
		if t.Assessed {
			if part.spread, orders, ok = readOrders(orders, n, p.Provenance.Draws); !ok {
				return nil, false
			}
		}
		r.Parts = append(r.Parts, part)
	}
	return r, len(orders) == 0
}

func (t *packedPart) part(n int) (Part, bool) {
	for _, l := range [...]int{len(t.Score), len(t.Rank), len(t.Place), len(t.Lo), len(t.Hi), len(t.Step), len(t.Unsure), len(t.Have)} {
		if l != n {
			return Part{}, false
		}
	}
	p := Part{
		Code: t.Code, Kind: t.Kind, Weight: t.Weight, Below: t.Below, Of: t.Of,
		Ranked: t.Ranked, Assessed: t.Assessed, Limits: t.Limits, Cells: make([]Cell, n), Effects: t.Effects,
	}
	if t.Worst != nil && len(t.Worst) != n {
		return Part{}, false
	}
	for i := range p.Cells {
		p.Cells[i] = Cell{float64(t.Score[i]), t.Rank[i], t.Place[i], t.Lo[i], t.Hi[i], t.Step[i], t.Unsure[i] == 1, math.NaN(), t.Have[i]}
		if t.Worst != nil {
			p.Cells[i].Worst = float64(t.Worst[i])
		}
	}
	return p, true
}

// readOrders takes one part's orders from the front of b.
func readOrders(b []byte, units, draws int) (*composite.Spread, []byte, bool) {
	w := width(units)
	if draws < 1 || draws > mostDraws || len(b) < units*draws*w {
		return nil, nil, false
	}
	s := &composite.Spread{Draws: draws, Order: make([]uint16, units*draws)}
	for i := range s.Order {
		if s.Order[i] = uint16(b[i*w]); w == 2 {
			s.Order[i] |= uint16(b[i*w+1]) << 8
		}
	}
	return s, b[units*draws*w:], true
}
