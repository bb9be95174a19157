package territory

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Zoning cuts a country in zones made of communes: zones d'emploi, aires
// d'attraction des villes. A commune is in one zone of it at most.
type Zoning struct {
	Code    string `json:"code"`
	LabelFR string `json:"label_fr"` // of one zone: « zone d'emploi 2020 »
	LabelEN string `json:"label_en"`
	Year    int    `json:"year"`  // geography of the communes
	Zones   []Zone `json:"zones"` // by code
}

// Zone is one zone of a zoning.
type Zone struct {
	Code    string   `json:"code"`
	Label   string   `json:"label"`
	Members []Member `json:"members"` // by commune
}

// Member is a commune of a zone, with the line of the file that says so.
type Member struct {
	Commune Code `json:"commune"`
	Line    int  `json:"line"`
}

// Communes returns the codes of a zone, in order.
func (z *Zone) Communes() []Code {
	out := make([]Code, len(z.Members))
	for i, m := range z.Members {
		out[i] = m.Commune
	}
	return out
}

// Zone returns a zone by its code, false when the zoning has none.
func (z *Zoning) Zone(code string) (*Zone, bool) {
	i, ok := slices.BinarySearchFunc(z.Zones, code, func(x Zone, code string) int { return cmp.Compare(x.Code, code) })
	if !ok {
		return nil, false
	}
	return &z.Zones[i], true
}

// Name names the territory that a zone makes: « Dijon (zone d'emploi 2020) »,
// the same in every language, so that it has one address; without the zoning
// when both are too long for a name.
func (z *Zoning) Name(of *Zone) string {
	if name := of.Label + " (" + z.LabelFR + ")"; utf8.RuneCountInString(name) <= longestName {
		return name
	}
	if r := []rune(of.Label); len(r) > longestName {
		return string(r[:longestName])
	}
	return of.Label
}

// Today returns the zoning in the geography of now. A commune is in the zone
// that the file gives to its code; one whose code the file does not have is in
// that of the first commune it was made of, p says of which. The communes of
// neither are in no zone. p may be nil.
func (z *Zoning) Today(now *Vintage, p *Passage) *Zoning {
	type place struct{ zone, line int }
	in := map[Code]place{}
	out := *z
	out.Year, out.Zones = now.Year, make([]Zone, len(z.Zones))
	for i, zone := range z.Zones {
		out.Zones[i] = Zone{Code: zone.Code, Label: zone.Label}
		for _, m := range zone.Members {
			in[m.Commune] = place{i, m.Line}
		}
	}
	for i := range now.ByLevel(Commune) {
		code := now.ByLevel(Commune)[i].Code
		at, ok := in[code]
		if !ok && p != nil {
			for _, old := range p.sources[code] {
				if at, ok = in[old]; ok {
					break
				}
			}
		}
		if ok {
			to := &out.Zones[at.zone]
			to.Members = append(to.Members, Member{code, at.line})
		}
	}
	out.Zones = slices.DeleteFunc(out.Zones, func(x Zone) bool { return len(x.Members) == 0 })
	return &out
}

// Same returns the zone that has exactly some communes, in order, false when
// none has.
func (z *Zoning) Same(communes []Code) (*Zone, bool) {
	for i := range z.Zones {
		if zone := &z.Zones[i]; len(zone.Members) == len(communes) &&
			slices.EqualFunc(zone.Members, communes, func(m Member, c Code) bool { return m.Commune == c }) {
			return zone, true
		}
	}
	return nil, false
}
