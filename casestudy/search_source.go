package casestudy

import (
	"maps"
	"slices"
	"strconv"

	"vigie/lang"
	"vigie/territory"
)

// The fields that are searched, as Hit.Why names them.
const (
	inTitle = iota
	inSummary
	inActor
	inPlace
	inSection
	inLabel
	inClaim
	inSource
	searchedFields
)

var fieldNames = [searchedFields]string{"title", "summary", "actor", "place", "section", "label", "evidence", "source"}

// searchedText is one text of a case, in one language.
type searchedText struct {
	field    uint8
	language lang.Lang
	text     string
}

// searchedTexts lists what is searched of a case, always in the same order.
func searchedTexts(e *Entry, n Names) []searchedText {
	r := &e.Record
	var out []searchedText
	add := func(field uint8, l lang.Lang, texts ...string) {
		for _, s := range texts {
			if s != "" {
				out = append(out, searchedText{field, l, s})
			}
		}
	}
	written := func(language string, t Text) {
		l := lang.FR
		if language == string(lang.EN) {
			l = lang.EN
		}
		add(inTitle, l, t.Title)
		add(inSummary, l, t.Summary)
		for _, section := range sectionsOf(t) {
			add(inSection, l, t.Sections[section])
		}
	}
	written(r.Language, r.Text)
	for _, language := range slices.Sorted(maps.Keys(r.Translations)) {
		written(language, r.Translations[language])
	}
	for _, a := range r.Actors {
		add(inActor, lang.FR, a.Name)
	}
	for _, p := range searchedPlaces(r.Territories, n) {
		add(inPlace, lang.FR, n.Place(p))
	}
	add(inPlace, lang.FR, e.Network)
	label := func(list, code string) {
		for _, l := range lang.Langs {
			add(inLabel, l, n.Term(list, code, l))
		}
	}
	for i, d := range r.Domains {
		label("domain", d)
		if i == 0 { // the main one counts twice
			label("domain", d)
		}
	}
	for _, g := range r.SDGs {
		label("sdg", strconv.Itoa(g))
	}
	for _, p := range facetValues(e, Profile, n) {
		label("actor_profile", p)
	}
	for _, i := range r.Impacts {
		add(inClaim, lang.FR, i.Text)
	}
	for _, v := range r.Evidence {
		add(inClaim, lang.FR, v.Claim)
	}
	for _, s := range r.Sources {
		add(inSource, lang.FR, s.Title)
	}
	return out
}

// searchedPlaces returns the places of a case and the départements and regions
// they lie in, each once.
func searchedPlaces(codes []territory.Code, n Names) []territory.Code {
	var out []territory.Code
	for _, c := range codes {
		for _, p := range append([]territory.Code{c}, n.Ancestors(c)...) {
			if p.Level() != territory.National && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}
