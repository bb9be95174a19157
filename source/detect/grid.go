package detect

import (
	"context"
	"strings"

	"vigie/source/sheet"
)

// Of a long sheet the first rows, the last, and rows evenly taken between them
// are looked at.
const (
	firstKept = 400
	mostKept  = 6000
	lastKept  = 60
	mostOdd   = 300
)

type line struct {
	n       int // as the sheet counts
	cells   []string
	kinds   []sheet.Kind
	numbers int // cells that are numbers, or stand for one
}

func (l line) cell(i int) string {
	if i < len(l.cells) {
		return l.cells[i]
	}
	return ""
}

func (l line) kind(i int) sheet.Kind {
	if i < len(l.kinds) {
		return l.kinds[i]
	}
	return sheet.Text
}

// filled counts the cells that are not empty.
func (l line) filled() int {
	n := 0
	for _, c := range l.cells {
		if c != "" {
			n++
		}
	}
	return n
}

// lead returns the first cell that is not empty.
func (l line) lead() string {
	for _, c := range l.cells {
		if c != "" {
			return c
		}
	}
	return ""
}

// grid is a sample of a sheet, in order.
type grid struct {
	sheet sheet.Sheet
	rows  []line
	total int

	numeric []int // columns of numbers in the first rows
}

// held is a row kept as bytes, its memory used again for a later one.
type held struct {
	n     int
	bytes []byte
	ends  []int
	kinds []sheet.Kind
}

func (h *held) take(r sheet.Row) {
	h.n, h.bytes, h.ends = r.Line, h.bytes[:0], h.ends[:0]
	for _, c := range r.Cells {
		h.bytes = append(h.bytes, c...)
		h.ends = append(h.ends, len(h.bytes))
	}
	h.kinds = append(h.kinds[:0], r.Kinds...)
}

func (h *held) line() line {
	l := line{n: h.n, cells: make([]string, len(h.ends)), kinds: append([]sheet.Kind{}, h.kinds...)}
	start := 0
	for k, end := range h.ends {
		l.cells[k] = spaced(string(h.bytes[start:end]))
		start = end
	}
	return l
}

// sample reads a sheet. With an error it returns what was read before.
func sample(ctx context.Context, f *sheet.File, i int) (*grid, error) {
	g := &grid{}
	step, odd := 1, 0
	var tail [lastKept]held
	err := f.Rows(ctx, i, func(r sheet.Row) error {
		h := &tail[g.total%lastKept]
		h.take(r)
		g.total++
		switch {
		case g.total <= firstKept:
			l := h.line()
			l.count()
			g.rows = append(g.rows, l)
		case g.total%step == 0:
			g.rows = append(g.rows, h.line())
		case odd < mostOdd && g.odd(r):
			g.rows, odd = append(g.rows, h.line()), odd+1
		}
		if len(g.rows) > mostKept {
			kept := g.rows[:firstKept]
			for k := firstKept; k < len(g.rows); k += 2 {
				kept = append(kept, g.rows[k])
			}
			g.rows, step = kept, step*2
		}
		return nil
	})
	last := 0
	if len(g.rows) > 0 {
		last = g.rows[len(g.rows)-1].n
	}
	for k := max(0, g.total-lastKept); k < g.total; k++ {
		if h := &tail[k%lastKept]; h.n > last {
			l := h.line()
			l.count()
			g.rows = append(g.rows, l)
		}
	}
	return g, err
}

// odd reports whether a row has a text where the first rows have numbers.
func (g *grid) odd(r sheet.Row) bool {
	if g.numeric == nil {
		g.numeric = []int{}
		for i := range g.rows[firstKept/2].cells {
			filled, numbers := 0, 0
			for _, l := range g.rows[firstKept/4 : firstKept] {
				if c := l.cell(i); c != "" {
					filled++
					if looksNumeric(c) {
						numbers++
					}
				}
			}
			if filled > 0 && numbers*10 >= filled*9 {
				g.numeric = append(g.numeric, i)
			}
		}
	}
	for _, i := range g.numeric {
		if i >= len(r.Cells) || len(r.Cells[i]) == 0 || r.Kind(i) == sheet.Number {
			continue
		}
		if c := r.Cells[i]; (c[0] < '0' || c[0] > '9') && !looksNumeric(string(c)) {
			return true
		}
	}
	return false
}

// count counts the numbers of a row.
func (l *line) count() {
	l.numbers = 0
	for _, c := range l.cells {
		if c != "" && (isNumber(c) || dayCell.MatchString(c)) {
			l.numbers++
		}
	}
}

// spaced folds spaces of every kind.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
