package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// isDateID reports whether a built-in number format shows a date or an hour.
func isDateID(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// isDateFormat reports whether a number format of a workbook shows a date or
// an hour: a letter of d m y h s outside quotes, escapes and brackets.
func isDateFormat(code string) bool {
	if strings.HasPrefix(code, "General") || strings.HasPrefix(code, "Standard") || code == "@" {
		return false
	}
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; {
		case code[i] == ';': // the format of negative numbers
			return false
		case code[i] == '"':
			if i++; strings.IndexByte(code[i:], '"') < 0 {
				return false
			}
			i += strings.IndexByte(code[i:], '"')
		case code[i] == '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return false
			}
			if in := strings.ToLower(code[i+1 : i+end]); in == "h" || in == "hh" || in == "m" || in == "mm" || in == "s" || in == "ss" {
				return true
			}
			i += end
		case code[i] == '\\' || code[i] == '_' || code[i] == '*':
			i++
		case c == 'd' || c == 'm' || c == 'y' || c == 'h' || c == 's' || c == 'a' && strings.HasPrefix(strings.ToLower(code[i:]), "aaaa"):
			return true
		case code[i] == '0' || code[i] == '#' || code[i] == '?':
			return false
		}
	}
	return false
}

// isoDate writes a spreadsheet's day count as ISO text, ok false when it is
// none. base is 1900 or 1904.
func isoDate(serial float64, base int) (text string, ok bool) {
	if !(serial >= 0 && serial < 2_958_466) {
		return "", false
	}
	days := math.Floor(serial)
	seconds := math.Round((serial - days) * 86400)
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case base == 1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 0:
		return start.Add(time.Duration(seconds) * time.Second).Format("15:04:05"), true
	case days < 60: // 29 February 1900 of the spreadsheets
		days++
	}
	at := start.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return at.Format("2006-01-02"), true
	}
	return at.Format("2006-01-02T15:04:05"), true
}

// decimal appends the exact decimal text of a number as a workbook writes it.
func decimal(out, text []byte) ([]byte, bool) {
	if n := len(text); n > 0 && n <= 15 {
		plain := true
		for i, b := range text {
			plain = plain && (b >= '0' && b <= '9' || b == '.' && i > 0 && i < n-1 || b == '-' && i == 0 && n > 1)
		}
		if _, err := strconv.ParseFloat(string(text), 64); plain && err == nil {
			return append(out, text...), true
		}
	}
	x, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return out, false
	}
	return strconv.AppendFloat(out, x, 'f', -1, 64), true
}

// whole reads a small whole number without sign.
func whole(text []byte) (int, bool) {
	if len(text) == 0 || len(text) > 9 {
		return 0, false
	}
	n := 0
	for _, b := range text {
		if b < '0' || b > '9' {
			return 0, false
		}
		n = n*10 + int(b-'0')
	}
	return n, true
}

// row gathers the cells of one row of a workbook.
type row struct {
	line  int
	cells [][]byte
	kinds []Kind
	held  []byte // texts of the cells, end to end
	spans []span
	total int // cells given in all
}

type span struct {
	column     int
	start, end int
	kind       Kind
}

func (r *row) begin(line int) {
	r.line, r.held, r.spans = line, r.held[:0], r.spans[:0]
}

// put adds a cell whose text was appended to held since start.
func (r *row) put(column, start int, kind Kind) {
	if len(r.held) > start {
		r.spans = append(r.spans, span{column, start, len(r.held), kind})
	}
}

// row returns the cells up to the last that is not empty.
func (r *row) row() Row {
	width := 0
	for _, s := range r.spans {
		width = max(width, s.column+1)
	}
	if cap(r.cells) < width {
		r.cells, r.kinds = make([][]byte, width), make([]Kind, width)
	}
	r.cells, r.kinds = r.cells[:width], r.kinds[:width]
	clear(r.cells)
	clear(r.kinds)
	for _, s := range r.spans {
		r.cells[s.column], r.kinds[s.column] = r.held[s.start:s.end:s.end], s.kind
	}
	r.total += width
	return Row{Line: r.line, Cells: r.cells, Kinds: r.kinds}
}
