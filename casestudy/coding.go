package casestudy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"vigie/fault"
	"vigie/lang"
	lexis "vigie/stat/text"
)

// Passage is a stretch of a section that a coder marks with a term: characters
// Start to End, half-open, of the section as it stands in one version.
type Passage struct {
	Section string
	Start   int
	End     int
	List    string
	Code    string
	Coder   string
}

// Check refuses a passage outside the text, empty or of space only, one marked
// with a term that no list has, and one by nobody.
//
// Error: a fault that says what to do.
func (p Passage) Check(t Text, n Names) error {
	body := []rune(t.Sections[p.Section])
	switch {
	case len(body) == 0:
		return fault.Invalidf("marquez un passage d’une partie écrite", "la partie « %s » est vide dans cette version", p.Section)
	case p.Start < 0 || p.End > len(body) || p.Start >= p.End:
		return fault.Invalidf("sélectionnez de nouveau le passage", "le passage %d à %d sort de la partie « %s », qui a %d caractères", p.Start, p.End, p.Section, len(body))
	case strings.TrimSpace(string(body[p.Start:p.End])) == "":
		return fault.Invalidf("sélectionnez au moins un mot", "le passage ne contient que des espaces")
	case p.Coder == "":
		return fault.Invalidf("dites qui code", "passage sans auteur")
	case n.complete().Term(p.List, p.Code, lang.FR) == "":
		return fault.Invalidf("choisissez un terme des listes de référence", "terme inconnu : « %s » de la liste « %s »", p.Code, p.List)
	}
	return nil
}

// Unit is what coders are compared on: one sentence of a section, in
// characters.
type Unit struct {
	Section    string
	Number     int // in its section, from 1
	Start, End int
	Text       string
}

// Units returns the sentences of the sections of a text, in reading order.
func Units(t Text) []Unit {
	var out []Unit
	for _, code := range sectionsOf(t) {
		body := t.Sections[code]
		runes, bytes := 0, 0
		for i, s := range lexis.Sentences(body) {
			runes += utf8.RuneCountInString(body[bytes:s.Start])
			said := body[s.Start:s.End]
			end := runes + utf8.RuneCountInString(said)
			out = append(out, Unit{code, i + 1, runes, end, said})
			runes, bytes = end, s.End
		}
	}
	return out
}

// touches tells whether a passage has a character of the unit.
func (u *Unit) touches(p Passage) bool {
	return u.Section == p.Section && p.Start < u.End && u.Start < p.End
}

// Carry takes passages from one version of a text to another. A passage whose
// sentences stand in the new section, unchanged and in the same order, one
// after the other, goes with them; where a sentence stands twice, with the one
// nearest in order. The others are lost: their sentence has changed, or gone,
// and somebody must mark it again. Both lists are in the order given.
func Carry(from, to Text, passages []Passage) (kept, lost []Passage) {
	before, after := bySection(Units(from)), bySection(Units(to))
	for _, p := range passages {
		if moved, ok := carried(p, before[p.Section], after[p.Section]); ok {
			kept = append(kept, moved)
		} else {
			lost = append(lost, p)
		}
	}
	return kept, lost
}

func bySection(units []Unit) map[string][]Unit {
	out := map[string][]Unit{}
	for _, u := range units {
		out[u.Section] = append(out[u.Section], u)
	}
	return out
}

func carried(p Passage, before, after []Unit) (Passage, bool) {
	first := slices.IndexFunc(before, func(u Unit) bool { return u.touches(p) })
	if first < 0 {
		return p, false
	}
	last := first
	for last+1 < len(before) && before[last+1].touches(p) {
		last++
	}
	at, found := 0, false
	for i := 0; i+last-first < len(after); i++ {
		same := slices.EqualFunc(before[first:last+1], after[i:i+last-first+1], func(a, b Unit) bool { return a.Text == b.Text })
		if same && (!found || apart(i, first) < apart(at, first)) {
			at, found = i, true
		}
	}
	if !found {
		return p, false
	}
	begin, end := after[at], after[at+last-first]
	p.Start = begin.Start + max(0, p.Start-before[first].Start)
	p.End = end.End - max(0, before[last].End-p.End)
	return p, true
}

func apart(i, j int) int { return max(i-j, j-i) }

// term is a code of a list.
type term struct{ list, code string }

// compareTerms orders codes by list, then by code, SDGs by number.
func compareTerms(a, b term) int {
	x, errX := strconv.Atoi(a.code)
	y, errY := strconv.Atoi(b.code)
	if a.list == b.list && errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return cmp.Or(strings.Compare(a.list, b.list), strings.Compare(a.code, b.code))
}
