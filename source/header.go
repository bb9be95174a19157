package source

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/source/sheet"
)

// header is the names of a sheet's columns.
type header struct {
	cells []string // rows of a tall header joined by " | ", spaces folded
	none  bool     // the sheet has no header: columns go by position
}

// newHeader joins header rows. In the upper rows an empty cell takes the text
// on its left, as under a merged cell.
func newHeader(rows [][]string) header {
	width := 0
	for _, row := range rows {
		width = max(width, len(row))
	}
	h := header{cells: make([]string, width)}
	for k, row := range rows {
		left := ""
		for i := range width {
			text := ""
			if i < len(row) {
				text = row[i]
			}
			if text == "" && k < len(rows)-1 {
				text = left
			}
			left = text
			if text != "" && h.cells[i] != "" {
				h.cells[i] += " | "
			}
			h.cells[i] += text
		}
	}
	return h
}

// texts copies the cells of a row, spaces folded.
func texts(row sheet.Row) []string {
	out := make([]string, len(row.Cells))
	for i, c := range row.Cells {
		out[i] = spaced(string(c))
	}
	return out
}

// spaced folds every run of spaces, line ends and no-break spaces into one.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// all returns the columns that a name of the description stands for: "#3",
// "~regexp", or the text of the header.
func (h header) all(name string) []int {
	if n, ok := strings.CutPrefix(name, "#"); ok {
		if i, err := strconv.Atoi(n); err == nil && i > 0 && (h.none || i <= len(h.cells)) {
			return []int{i - 1}
		}
	}
	if text, ok := strings.CutPrefix(name, "~"); ok {
		return h.matching(regexp.MustCompile(text))
	}
	name = spaced(name)
	var out []int
	for i, c := range h.cells {
		if c == name {
			out = append(out, i)
		}
	}
	return out
}

func (h header) matching(re *regexp.Regexp) []int {
	var out []int
	for i, c := range h.cells {
		if c != "" && re.MatchString(c) {
			out = append(out, i)
		}
	}
	return out
}

// name is a column's name in a fault.
func (h header) name(i int) string {
	if i < 0 || i >= len(h.cells) || h.cells[i] == "" {
		return fmt.Sprintf("#%d", i+1)
	}
	return h.cells[i]
}

// column returns the one column of a name, -1 after a fault.
func (p *plan) column(name string) int {
	found := p.header.all(name)
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) == 0:
		p.r.refuse("", p.headerRemedy(), "colonne « %s » absente ; colonnes trouvées : %v", name, columnList(p.header.cells))
	case strings.HasPrefix(name, "~"):
		p.r.refuse("", "précisez l'expression, ou dites la position : \"#"+strconv.Itoa(found[0]+1)+"\"", "l'expression « %s » désigne %d colonnes", name, len(found))
	default:
		p.r.refuse("", "gardez une seule colonne de ce nom, ou dites sa position : \"#"+strconv.Itoa(found[0]+1)+"\"", "colonne « %s » présente %d fois", name, len(found))
	}
	return -1
}

// optional is column for a name that may be "".
func (p *plan) optional(name string) int {
	if name == "" {
		return -1
	}
	return p.column(name)
}

// columnList is a header in a fault, kept whole up to forty columns.
type columnList []string

func (l columnList) String() string {
	var named []string
	for _, c := range l {
		if c != "" {
			named = append(named, c)
		}
	}
	if len(named) > 40 {
		named = append(slices.Clone(named[:40]), "…")
	}
	return strings.Join(named, ", ")
}

func (p *plan) headerRemedy() string {
	if len(p.header.cells) == 1 {
		for _, other := range []string{";", "\t", ",", "|"} {
			if strings.Contains(p.header.cells[0], other) {
				return fmt.Sprintf("le fichier semble séparé par %q : dites-le dans [file] delimiter de la description « %s »", other, p.r.d.Name)
			}
		}
	}
	return "renommez la colonne du fichier, ou corrigez son nom ou la ligne d'en-tête (header) dans la description « " + p.r.d.Name + " »"
}
