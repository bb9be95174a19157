package territory

import (
	"slices"
	"strings"

	"vigie/lang"
)

// name reads a name: the one territory that is called so; a commune before
// larger ones, which is said; else it is unknown, with the nearest names.
func (r *listReader) name(e listEntry, s string, first bool) {
	folded := lang.Fold(s)
	exact := r.Search.called(folded)
	if before, in, ok := strings.Cut(s, "("); ok && len(exact) == 0 {
		exact = r.Search.calledIn(lang.Fold(before), lang.Fold(in))
		folded = lang.Fold(before)
	}
	same := slices.DeleteFunc(slices.Clone(exact), func(c Code) bool { return lang.Fold(r.v.Label(c)) != folded })
	if len(same) == 0 {
		same = exact
	}
	communes := 0
	for _, c := range same {
		if c.Level() == Commune {
			communes++
		}
	}
	switch {
	case len(same) == 0 && first && headings[folded]:
		r.remark(Heading, e, nil)
		r.out.Entries--
	case len(same) == 0:
		r.remark(Unknown, e, r.near(s))
	case len(same) == 1 || communes == 1:
		if i := slices.IndexFunc(same, func(c Code) bool { return c.Level() == Commune }); i > 0 {
			same[0], same[i] = same[i], same[0]
		}
		t, _ := r.v.Get(same[0]) // the search finds what the vintage has
		r.take(t)
		if len(same) > 1 {
			r.remark(Homonym, e, same)
		}
	default:
		r.remark(Ambiguous, e, same[:min(mostNamed, len(same))])
	}
}

// near returns the territories whose names are nearest.
func (r *listReader) near(s string) []Code {
	if r.guessed++; r.guessed > mostGuessed || len(s) > 100 {
		return nil
	}
	var out []Code
	for _, h := range r.Search.Find(s, 8) {
		if h.Code != "" && len(out) < 3 {
			out = append(out, h.Code)
		}
	}
	return out
}

// called returns the territories of which a folded name is the whole name, or
// the whole name without its article or its kind, the best known first.
func (s *Search) called(folded string) []Code {
	if folded == "" {
		return nil
	}
	var items []int32
	for _, w := range s.starting(folded + "\n") {
		if r := &s.rows[w.row]; w.at == r.start && s.items[r.item].territory != nil {
			items = append(items, r.item)
		}
	}
	return s.codesOf(items)
}

// calledIn is called for a name in a département or region.
func (s *Search) calledIn(folded, place string) []Code {
	var items []int32
	for _, code := range s.called(folded) {
		if i := s.where[code]; s.isAround(i, strings.Split(place, " ")) {
			items = append(items, i)
		}
	}
	return s.codesOf(items)
}

// codesOf returns the codes of items, each once, the best known first.
func (s *Search) codesOf(items []int32) []Code {
	slices.Sort(items)
	var out []Code
	for _, i := range slices.Compact(items) {
		out = append(out, s.items[i].territory.Code)
	}
	return out
}

// headings are the words that open a column of territories.
var headings = map[string]bool{"code": true, "codgeo": true, "code insee": true, "insee": true, "insee com": true, "code commune": true,
	"codes": true, "commune": true, "communes": true, "com": true, "nom": true, "nom commune": true, "libelle": true, "libgeo": true, "lib com": true,
	"territoire": true, "territory": true, "code postal": true, "cp": true, "postcode": true, "epci": true, "code epci": true, "siren": true,
	"siren epci": true, "departement": true, "dep": true, "name": true, "label": true, "depcom": true, "codecommune": true, "code insee commune": true, "insee commune": true, "codeinsee": true, "code geographique": true}
