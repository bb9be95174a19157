package study

import (
	"cmp"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/stat/survey"
)

// alike compares two texts in [0, 1], without case nor accents: 1 minus the
// edits that make one of the other over the length of the longer.
func alike(a, b string) float64 {
	x, y := []rune(lang.Fold(a)), []rune(lang.Fold(b))
	longest := max(len(x), len(y))
	if longest == 0 {
		return 0
	}
	return 1 - float64(edits(x, y))/float64(longest)
}

// edits returns the least number of letters added, removed or changed.
//
// Source: Levenshtein (1966), Soviet Physics Doklady 10(8), 707-710.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal, row[j+1] = row[j+1], min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// nearEnough is how alike a name must be to be proposed.
const nearEnough = 0.5

// proposed names the variables of a file most like a name or, by their label, a
// wording: at most three, the nearest first.
func proposed(f *survey.Frame, name, wording string) string {
	type candidate struct {
		text string
		like float64
	}
	var found []candidate
	for _, c := range f.Columns {
		like := max(alike(name, c.Name), alike(wording, c.Label))
		if short, long := lang.Fold(name), lang.Fold(c.Name); len(short) > 2 && (strings.Contains(long, short) || strings.Contains(short, long) && len(long) > 2) {
			like = max(like, 0.75)
		}
		if like < nearEnough {
			continue
		}
		text := quoted(c.Name)
		if c.Label != "" {
			text += " (" + c.Label + ")"
		}
		found = append(found, candidate{text, like})
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.like, a.like) })
	var out []string
	for _, c := range found[:min(3, len(found))] {
		out = append(out, c.text)
	}
	return strings.Join(out, ", ")
}

func quoted(s string) string { return "«\u00a0" + s + "\u00a0»" }
