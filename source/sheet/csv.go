package sheet

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"slices"

	"vigie/fault"
)

// text is a csv file: one sheet without name.
type text struct {
	p         *part
	encoding  string
	delimiter byte // 0: found
}

func newText(p *part, o Options) (*text, error) {
	t := &text{p: p}
	var ok bool
	if t.encoding, ok = encodingOf(o.Encoding); !ok {
		return nil, fault.Invalidf("dites auto, utf-8, utf-16, windows-1252, iso-8859-15, macintosh ou cp850", "%s : encodage « %s » inconnu", p.where(), o.Encoding)
	}
	switch {
	case o.Delimiter == "" || o.Delimiter == "auto":
	case len(o.Delimiter) == 1 && o.Delimiter[0] < 0x80 && o.Delimiter != "\"" && o.Delimiter != "\n" && o.Delimiter != "\r":
		t.delimiter = o.Delimiter[0]
	default:
		return nil, fault.Invalidf("donnez un seul caractère : , ; | ou \\t", "%s : séparateur « %s » refusé", p.where(), o.Delimiter)
	}
	return t, nil
}

func (t *text) names() []string { return []string{""} }

// ctxStep is the number of rows between two looks at the context.
const ctxStep = 4096

func (t *text) rows(ctx context.Context, _ int, each func(Row) error) error {
	in, err := t.p.open()
	if err != nil {
		return t.p.unreadable(err)
	}
	defer in.Close()
	r, err := t.records(in)
	if err != nil {
		return t.p.unreadable(err)
	}
	var faults fault.List
	before := 0
	for n := 0; !faults.Full(); n++ {
		if n%ctxStep == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		switch err := r.read(); {
		case err == io.EOF:
			return faults.Err()
		case isMisplaced(err):
			faults = append(faults, r.asFault(t.p, err))
			continue
		case err != nil:
			return t.p.unreadable(err)
		}
		if r.cut && len(r.fields) > 1 && len(r.fields) < before {
			faults = append(faults, fault.Invalidf("téléchargez le fichier de nouveau, ou ôtez cette ligne si le reste suffit",
				"%s, ligne %d : dernière ligne coupée, champs : %d au lieu de %d ; le fichier est tronqué", t.p.where(), r.line, len(r.fields), before))
			return faults.Err()
		}
		before = len(r.fields)
		if err := each(Row{Line: r.line, Cells: r.fields, Raw: r.raw, Cut: r.cut && n > 0 && !bytes.HasSuffix(r.raw, []byte(`"`))}); err != nil {
			return err
		}
	}
	return faults.Err()
}

// headSize is what the dialect of a csv is found on.
const headSize = 64 << 10

// records starts the reading of records, once the dialect is known.
func (t *text) records(in io.Reader) (*records, error) {
	b, table, err := decoded(bufio.NewReaderSize(in, 256<<10), t.encoding)
	if err != nil {
		return nil, err
	}
	r := &records{in: b, comma: t.delimiter, table: table, sure: t.encoding != ""}
	head, err := b.Peek(headSize)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if d, n := declared(head); n > 0 { // « sep=; » of a spreadsheet
		if r.comma == 0 {
			r.comma = d
		}
		if _, err := b.Discard(n); err != nil {
			return nil, err
		}
		r.ahead++
		head = head[n:]
	}
	if r.comma == 0 {
		r.comma = delimiter(head)
	}
	if loneReturns(head) {
		r.in = bufio.NewReaderSize(&returns{b}, 256<<10)
	}
	return r, nil
}

// declared reads a first line « sep=; »; n is its length with its end.
func declared(head []byte) (d byte, n int) {
	if len(head) < 6 || string(head[:4]) != "sep=" || head[4] >= 0x80 {
		return 0, 0
	}
	for n = 5; n < len(head) && n < 8; n++ {
		if head[n] == '\n' {
			return head[4], n + 1
		}
		if head[n] != '\r' {
			return 0, 0
		}
	}
	return 0, 0
}

// loneReturns reports whether lines end with a carriage return alone.
func loneReturns(head []byte) bool {
	n := 0
	for i, b := range head {
		if b == '\n' {
			return false
		}
		if b == '\r' && i+1 < len(head) {
			n++
		}
	}
	return n > 0
}

// returns turns carriage returns into line ends.
type returns struct{ r io.Reader }

func (t *returns) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// delimiter finds what separates the cells: the candidate that cuts most
// records in the same number of cells, the larger number when equal.
func delimiter(head []byte) byte {
	best, bestScore := byte(','), 0.0
	for _, d := range []byte{';', ',', '\t', '|'} {
		counts := widths(head, d)
		if len(counts) == 0 {
			continue
		}
		mode, times := mode(counts)
		if mode < 2 {
			continue
		}
		score := float64(times)/float64(len(counts)) + float64(min(mode, 100))/1000
		if score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

// widths counts the cells of up to 200 records of head cut by d.
func widths(head []byte, d byte) []int {
	var counts []int
	s, n, empty := fieldStart, 1, true
	for _, b := range head {
		if b == '\n' && s != inQuotes {
			if !empty {
				counts = append(counts, n)
			}
			if len(counts) == 200 {
				return counts
			}
			s, n, empty = fieldStart, 1, true
			continue
		}
		if b == '\r' {
			continue
		}
		empty = false
		if b == d && s != inQuotes {
			n++
		}
		s = next(s, b, d)
	}
	if len(counts) == 0 && !empty {
		counts = append(counts, n)
	}
	return counts
}

// mode returns the most frequent width above 1 and how often it comes; the
// larger of two equally frequent.
func mode(counts []int) (width, times int) {
	counts = slices.Sorted(slices.Values(counts))
	for i := 0; i < len(counts); {
		j := i
		for j < len(counts) && counts[j] == counts[i] {
			j++
		}
		if counts[i] > 1 && j-i >= times {
			width, times = counts[i], j-i
		}
		i = j
	}
	return width, times
}
