package territory

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// formerTable lists the regions on 1 January 2015, the last year before their
// merger, with the region each is in now and its départements.
//
// Source: Insee, code officiel géographique 2015; loi n° 2015-29 du 16 janvier
// 2015, article 1.
//
//go:embed former.csv
var formerTable string

// FormerYear is the last year of the 22 metropolitan regions.
const FormerYear = 2015

// formerRegion is a region before 2016.
type formerRegion struct {
	code, now    Code
	label        string
	departements []Code
}

var formerRegions = sync.OnceValue(func() []formerRegion {
	var all []formerRegion
	for _, line := range strings.Split(strings.TrimSpace(formerTable), "\n")[1:] {
		cell := strings.Split(line, ",")
		r := formerRegion{code: Code(cell[0]), label: cell[1], now: Code(cell[2])}
		for _, d := range strings.Fields(cell[3]) {
			r.departements = append(r.departements, Code("DEP-"+d))
		}
		all = append(all, r)
	}
	return all
})

// Before2016 returns the geography of 2015 as far as regions and départements
// go: the national entries and the départements of a later vintage, these in
// the 22 + 5 regions of the time. It has neither EPCI nor communes. The
// population of a region is that of its départements in the later vintage.
func Before2016(now *Vintage) *Vintage {
	v := &Vintage{Year: FormerYear, index: map[Code]int32{}, span: map[Level][2]int{}}
	v.Territories = append(v.Territories, now.ByLevel(National)...)
	v.span[National] = [2]int{0, len(v.Territories)}
	region := map[Code]Code{}
	for _, r := range formerRegions() {
		t := Territory{Code: r.code, Label: r.label, Level: Region}
		for _, c := range r.departements {
			region[c] = r.code
			if d, ok := now.Get(c); ok {
				t.Population += d.Population
				t.Overseas = d.Overseas
			}
		}
		v.Territories = append(v.Territories, t)
	}
	first := v.span[National][1]
	v.span[Region] = [2]int{first, len(v.Territories)}
	for _, d := range now.ByLevel(Departement) {
		d.Region = region[d.Code]
		v.Territories = append(v.Territories, d)
	}
	v.span[Departement] = [2]int{v.span[Region][1], len(v.Territories)}
	for _, l := range []Level{EPCI, Commune} {
		v.span[l] = [2]int{len(v.Territories), len(v.Territories)}
	}
	for i := range v.ByLevel(National) {
		n := &v.Territories[i]
		n.Population, n.Communes = 0, 0
	}
	for i := range v.Territories {
		v.index[v.Territories[i].Code] = int32(i)
	}
	v.settle()
	return v
}

// RegionYear says which geography the region codes of a file are of: 2015 when
// one of them is a region merged since, 2016 when one is a region born of the
// merger, 0 when all exist in both or there is none. mixed reports both sorts,
// which no one geography has; the other codes are not looked at.
func RegionYear(codes []Code) (year int, mixed bool) {
	var gone, born bool
	for _, c := range codes {
		switch regionSort(c) {
		case FormerYear:
			gone = true
		case FormerYear + 1:
			born = true
		}
	}
	switch {
	case gone && born:
		return 0, true
	case gone:
		return FormerYear, false
	case born:
		return FormerYear + 1, false
	}
	return 0, false
}

// regionSort returns 2015 for a region merged since, 2016 for one born of a
// merger, 0 for any other code.
func regionSort(c Code) int {
	for _, r := range formerRegions() {
		if r.code == c && r.now != c {
			return FormerYear
		}
		if r.now == c && r.code != c && !slices.ContainsFunc(formerRegions(), func(o formerRegion) bool { return o.code == c }) {
			return FormerYear + 1
		}
	}
	return 0
}
