package casestudy

import (
	"cmp"
	"slices"
	"strings"

	"vigie/lang"
)

// align finds for each item of to the one of from that it is, -1 for a new one:
// first the equal ones, then those of the same key, then, when like is true,
// those whose texts are mostly the same. No item of from is given twice.
func (f *field) align(from, to []item, like bool) []int {
	at := make([]int, len(to))
	for j := range at {
		at[j] = -1
	}
	taken := make([]bool, len(from))
	pair := func(same func(a, b item) bool) {
		for j, b := range to {
			for i, a := range from {
				if at[j] < 0 && !taken[i] && same(a, b) {
					at[j], taken[i] = i, true
				}
			}
		}
	}
	pair(func(a, b item) bool { return slices.Equal(a, b) })
	pair(func(a, b item) bool { return f.key(a) != "" && f.key(a) == f.key(b) })
	if like && f.parts != nil {
		f.alignAlike(from, to, at, taken)
	}
	return at
}

// mostlySame is the share of words in common from which a renamed item is
// still the same one.
const mostlySame = 0.5

// alignAlike pairs what is left by the words of the texts, the most alike first.
func (f *field) alignAlike(from, to []item, at []int, taken []bool) {
	type couple struct {
		i, j int
		like float64
	}
	var all []couple
	for j, b := range to {
		for i, a := range from {
			if at[j] < 0 && !taken[i] {
				if like := shared(a, b); like >= mostlySame {
					all = append(all, couple{i, j, like})
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b couple) int { return cmp.Compare(b.like, a.like) })
	for _, c := range all {
		if at[c.j] < 0 && !taken[c.i] {
			at[c.j], taken[c.i] = c.i, true
		}
	}
}

// shared returns twice the words that two items share over all their words,
// the first two parts of each being read: a name and what comes with it.
func shared(a, b item) float64 {
	left := strings.Fields(lang.Fold(a[0] + " " + a[1]))
	right := strings.Fields(lang.Fold(b[0] + " " + b[1]))
	n := len(left) + len(right)
	if n == 0 {
		return 0
	}
	common := 0
	for _, w := range left {
		if k := slices.Index(right, w); k >= 0 {
			right = slices.Delete(right, k, k+1)
			common++
		}
	}
	return 2 * float64(common) / float64(n)
}
