package detect

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Where a header is looked for, and how tall it may be.
const (
	deepest = 40
	tallest = 3
)

// findHeader chooses the rows whose texts best name the columns under them.
func (t *table) findHeader(n *names) bool {
	best := 0.0
	for h := 0; h < min(len(t.rows), deepest); h++ {
		if t.rows[h].filled() < 2 {
			continue
		}
		for tall := 1; tall <= tallest && h+tall < len(t.rows); tall++ {
			if tall > 1 && t.rows[h+tall-1].n != t.rows[h].n+tall-1 {
				break
			}
			if s := t.headerScore(n, h, tall); s > best {
				best, t.first, t.headers = s, h, tall
			}
		}
	}
	if t.headers == 0 {
		return false
	}
	names := joined(t.rows[t.first : t.first+t.headers])
	width := len(names)
	for _, l := range t.rows[t.first+t.headers:] {
		if l.filled() > 1 {
			width = max(width, len(l.cells))
		}
	}
	seen := map[string]int{}
	for _, name := range names {
		seen[name]++
	}
	for i := range width {
		c := &column{index: i}
		if i < len(names) {
			c.name = names[i]
		}
		if c.ref = c.name; c.name == "" || seen[c.name] > 1 || strings.HasPrefix(c.name, "#") || strings.HasPrefix(c.name, "~") {
			c.ref = fmt.Sprintf("#%d", i+1)
		}
		t.columns = append(t.columns, c)
	}
	for _, l := range t.rows[:t.first] {
		t.titles += " " + strings.Join(l.cells, " ")
	}
	return true
}

// joined names the columns as package source does: rows joined by " | ", an
// empty cell of an upper row takes the text on its left.
func joined(rows []line) []string {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.cells))
	}
	out := make([]string, width)
	for k, r := range rows {
		left := ""
		for i := range width {
			text := r.cell(i)
			if text == "" && k < len(rows)-1 {
				text = left
			}
			left = text
			if text != "" && out[i] != "" {
				out[i] += " | "
			}
			out[i] += text
		}
	}
	return out
}

// headerScore says how well rows name what is under them.
func (t *table) headerScore(n *names, h, tall int) float64 {
	names := joined(t.rows[h : h+tall])
	body := t.rows[h+tall : min(len(t.rows), h+tall+40)]
	score := -0.6 * float64(tall-1)
	periods := false
	for k := range tall {
		l := t.rows[h+k]
		many := manyPeriods(l.cells)
		if p := n.placesIn(l.cells[:min(3, len(l.cells))]); p > 0 && n.placesIn(l.cells) <= 3 {
			return -1
		}
		periods = periods || many
		if l.filled() < 2 && k < tall-1 {
			score -= 4
		}
		if many {
			continue
		}
		if l.numbers*5 >= l.filled()*2 && (k > 0 || l.numbers*2 > l.filled()) {
			return -1
		}
		score -= 0.4 * float64(l.numbers)
	}
	for _, l := range t.rows[:h] { // data passed over
		if l.numbers >= 2 {
			score--
		}
	}
	if len(body) > 0 && body[0].numbers == 0 && body[0].filled()*5 >= t.rows[h+tall-1].filled()*4 && mostlyNumbers(body[1:]) {
		score -= 2 // a row of codes or units still belongs to the header
	}
	seen := map[string]bool{}
	for i, name := range names {
		filled, numbers, same := 0, 0, false
		for _, l := range body {
			c := l.cell(i)
			if c == "" {
				continue
			}
			filled++
			same = same || c == name
			if looksNumeric(c) {
				numbers++
			}
		}
		switch {
		case name == "" && filled*2 > len(body):
			score--
		case name == "" || filled == 0:
		case periods && periodHeader(strings.TrimSpace(name[strings.LastIndexByte(name, '|')+1:])):
			score += 2
		case n.isCode(name):
			score -= 1.5
		case looksNumeric(name):
			score -= 0.7
		case same:
			score--
		case numbers*10 >= filled*6 && seen[name]:
			score++
		case numbers*10 >= filled*6:
			score += 2
		case seen[name]:
			score -= 0.3
		default:
			score += 0.5
		}
		seen[name] = true
	}
	return score
}

func mostlyNumbers(rows []line) bool {
	n := 0
	for _, l := range rows {
		if l.numbers > 0 {
			n++
		}
	}
	return n > 0 && n*10 >= len(rows)*8
}

// looksNumeric is a quick guess: starts with a digit or a sign, or is empty of
// letters.
func looksNumeric(c string) bool {
	if c[0] >= '0' && c[0] <= '9' || c[0] == '-' && len(c) > 1 && c[1] >= '0' && c[1] <= '9' {
		_, ok := numberOf(c)
		return ok || len(c) < 12 && isNumber(c)
	}
	_, known := knownMarks[strings.ToLower(c)]
	return known
}

// manyPeriods reports whether cells are mostly periods of a header: three or
// more different ones.
func manyPeriods(cells []string) bool {
	seen := map[string]bool{}
	for _, c := range cells {
		if periodHeader(c) {
			seen[c] = true
		}
	}
	filled := line{cells: cells}.filled()
	return len(seen)*5 >= filled*2 && (len(seen) >= 3 || len(seen) == 2 && filled <= 5)
}

var startOfNote = regexp.MustCompile(`(?i)^(\*|\(|sources?\b|notes?\b|champ\b|lecture\b|nb\b|remarque|avertissement|p ?:|nd ?:|données|figure|tableau)`)

// findEnd cuts the notes under the table and keeps its rows.
func (t *table) findEnd(n *names) {
	body := t.rows[t.first+t.headers:]
	last := len(body)
	for last > 0 && !dataRow(body[last-1]) {
		last--
	}
	for i, l := range body[:last] { // notes between two tables
		if l.filled() <= 2 && startOfNote.MatchString(l.lead()) && !n.isPlace(l.lead()) && i > 3 && l.numbers == 0 {
			last = i
			break
		}
	}
	t.body = slices.Clone(body[:last])
	if last == len(body) || last == 0 {
		return
	}
	lead := []rune(body[last].lead())
	for _, size := range []int{12, 24, 48} {
		text := string(lead[:min(len(lead), size)])
		if !slices.ContainsFunc(t.body, func(l line) bool { return strings.HasPrefix(l.lead(), text) }) {
			t.end = "^" + regexp.QuoteMeta(text)
			return
		}
	}
}

// dataRow reports whether a row has the look of data: two cells or more, one
// of them a number or all of them short.
func dataRow(l line) bool {
	if l.filled() < 2 || startOfNote.MatchString(l.lead()) && l.numbers == 0 {
		return false
	}
	return true
}
