package source

import (
	"context"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/source/sheet"
)

// Spot is where something is in a file. Sheet is as sheet.Sheet.String says it,
// Line as a person counts in that sheet, Column a header's text, "#3", or "".
type Spot struct {
	Sheet  string
	Line   int
	Column string
}

// SheetName says a sheet as a Spot does.
func SheetName(member, name string) string { return sheet.Sheet{Member: member, Name: name}.String() }

var placed = regexp.MustCompile(`^(?:(.+), )?ligne (\d+)(?:, colonne «[\s\x{a0}\x{202f}](.+?)[\s\x{a0}\x{202f}]»)? : `)

// SpotOf returns where a fault of a file's reading is, false when it names no
// line.
func SpotOf(fileName string, f *fault.Error) (Spot, bool) {
	text, ok := strings.CutPrefix(f.What, path.Base(fileName)+", ")
	if !ok {
		return Spot{}, false
	}
	m := placed.FindStringSubmatch(text)
	if m == nil {
		return Spot{}, false
	}
	line, err := strconv.Atoi(m[2])
	return Spot{m[1], line, m[3]}, err == nil
}

// Excerpt is what stands around a spot: some rows, some columns. First is the
// number, from 1, of the first column shown after the row's first one; At the
// place in Header and Cells of the spot's column, −1 when it is not known.
type Excerpt struct {
	Sheet  string        `json:"sheet,omitempty"`
	Header []string      `json:"header,omitempty"`
	First  int           `json:"first"`
	At     int           `json:"at"`
	Rows   []ExcerptLine `json:"rows"`
}

// ExcerptLine is one row of an excerpt. Here says that it is that of the spot.
type ExcerptLine struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
	Here  bool     `json:"here,omitempty"`
}

// What an excerpt shows around a spot.
const (
	rowsAround    = 2
	columnsAround = 2
	excerptWide   = 8
	excerptText   = 60
)

// Excerpts shows what stands around spots of a file that d reads, in their
// order, nil for one that is nowhere. headers gives the line of the header of a
// sheet, by its name; 1 when it says nothing. A file that stops being readable
// is shown as far as it goes.
func Excerpts(ctx context.Context, d *Description, fileName string, r io.ReaderAt, size int64, spots []Spot, headers map[string]int) ([]*Excerpt, error) {
	out := make([]*Excerpt, len(spots))
	f, err := sheet.Open(path.Base(fileName), r, size, d.options())
	if err != nil {
		return out, nil //nolint:nilerr // nothing to show: the reading has said why
	}
	defer f.Close() // what was read is read
	for i, s := range f.Sheets() {
		here := slices.ContainsFunc(spots, func(p Spot) bool { return p.Sheet == s.String() })
		if !here {
			continue
		}
		rows, err := rowsOfSpots(ctx, f, i, s.String(), spots, headers)
		if err != nil {
			return nil, err
		}
		for k, p := range spots {
			if p.Sheet == s.String() {
				out[k] = excerpt(p, rows, headerLine(headers, p.Sheet))
			}
		}
	}
	return out, nil
}

func headerLine(headers map[string]int, name string) int {
	if n, ok := headers[name]; ok {
		return n
	}
	return 1
}

// rowsOfSpots returns the rows near the spots of one sheet, by their lines.
func rowsOfSpots(ctx context.Context, f *sheet.File, at int, name string, spots []Spot, headers map[string]int) (map[int][]string, error) {
	wanted := map[int]bool{headerLine(headers, name): true}
	last := 0
	for _, p := range spots {
		if p.Sheet == name {
			for line := p.Line - rowsAround; line <= p.Line+rowsAround; line++ {
				wanted[line] = true
			}
			last = max(last, p.Line+rowsAround)
		}
	}
	rows := map[int][]string{}
	err := f.Rows(ctx, at, func(row sheet.Row) error {
		if row.Line > last {
			return errPassed
		}
		if wanted[row.Line] {
			cells := make([]string, len(row.Cells))
			for i, c := range row.Cells {
				cells[i] = strings.ToValidUTF8(string(c), "\uFFFD")
			}
			rows[row.Line] = cells
		}
		return nil
	})
	if err != nil && !errors.Is(err, errPassed) && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return rows, nil
}

// excerpt cuts the rows around a spot.
func excerpt(p Spot, rows map[int][]string, headerAt int) *Excerpt {
	head := rows[headerAt]
	if headerAt >= p.Line-rowsAround {
		head = nil // it stands among the rows
	}
	column := columnOf(p.Column, rows[headerAt])
	first, wide := 1, excerptWide // columns after the first one
	if column > excerptWide-columnsAround {
		first = column - excerptWide/2
	}
	cut := func(cells []string) []string {
		var out []string
		for i, c := range cells {
			if i == 0 || i >= first && i < first+wide-1 {
				out = append(out, shortened(c))
			}
		}
		return out
	}
	e := &Excerpt{Sheet: p.Sheet, Header: cut(head), First: first + 1, At: column}
	if column > 0 {
		e.At = column - first + 1
	}
	for line := max(1, p.Line-rowsAround); line <= p.Line+rowsAround; line++ {
		if cells, ok := rows[line]; ok {
			e.Rows = append(e.Rows, ExcerptLine{Line: line, Cells: cut(cells), Here: line == p.Line})
		}
	}
	if len(e.Rows) == 0 {
		return nil
	}
	return e
}

// columnOf returns the place of a column named in a fault, −1 when it is not
// found.
func columnOf(name string, head []string) int {
	if n, ok := strings.CutPrefix(name, "#"); ok {
		if i, err := strconv.Atoi(n); err == nil && i > 0 {
			return i - 1
		}
	}
	if name == "" {
		return -1
	}
	return slices.IndexFunc(head, func(c string) bool { return spaced(c) == name })
}

func shortened(text string) string {
	if runes := []rune(text); len(runes) > excerptText {
		return string(runes[:excerptText]) + "…"
	}
	return text
}
