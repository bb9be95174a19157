package casestudy

import (
	"strings"

	"vigie/lang"
)

type weighting struct{}

var ranking weighting

type searchIndex struct{ folded []string }

func newSearchIndex(entries []Entry, _ Names, _ weighting) *searchIndex {
	x := &searchIndex{}
	for i := range entries {
		x.folded = append(x.folded, lang.Fold(entries[i].Record.Title+" "+entries[i].Record.Summary))
	}
	return x
}

type match struct {
	set, whole bitset
	scores     []float32
	suggestion string
	corrected  bool
	unknown    []string
	expanded   []string
}

func (x *searchIndex) match(query string, _ lang.Lang) *match {
	m := &match{set: newBitset(len(x.folded)), whole: newBitset(len(x.folded))}
	for i, s := range x.folded {
		if strings.Contains(s, lang.Fold(query)) {
			m.set.add(int32(i))
			m.whole.add(int32(i))
		}
	}
	return m
}

func (b *Base) hit(i int32, _ *match, _ Query) Hit { return Hit{Entry: &b.entries[i]} }
