package territory

import (
	"cmp"
	"maps"
	"slices"
)

// settle works out what the communes say of the larger territories: members,
// counts, the départements of an EPCI, national populations.
func (v *Vintage) settle() {
	communes := v.ByLevel(Commune)
	v.in = make(map[Code][]*Territory, 1_500)
	for i := range communes {
		c := &communes[i]
		for _, larger := range []Code{c.Region, c.Departement, c.EPCI} {
			if larger != "" {
				v.in[larger] = append(v.in[larger], c)
			}
		}
	}
	for i := range v.Territories {
		if t := &v.Territories[i]; t.Level == Region || t.Level == Departement || t.Level == EPCI {
			t.Communes = len(v.in[t.Code])
		}
	}
	for i := range v.ByLevel(EPCI) {
		v.settleEPCI(&v.ByLevel(EPCI)[i])
	}
	for i := range v.ByLevel(National) {
		v.settleNation(&v.ByLevel(National)[i])
	}
}

// settleEPCI lists the départements of an EPCI and chooses the one with most
// communes, the first by code among equals, when the file names none.
func (v *Vintage) settleEPCI(e *Territory) {
	count := map[Code]int{}
	for _, c := range v.in[e.Code] {
		count[c.Departement]++
	}
	e.Departements = slices.Sorted(maps.Keys(count))
	if e.Departement == "" && len(e.Departements) > 0 {
		e.Departement = slices.MinFunc(e.Departements, func(a, b Code) int {
			return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
		})
	}
	if d, ok := v.Get(e.Departement); ok {
		e.Region, e.Overseas = d.Region, d.Overseas
	}
}

// settleNation sums the regions of France or of its metropolitan part.
func (v *Vintage) settleNation(n *Territory) {
	for _, r := range v.ByLevel(Region) {
		if n.Code == France || !r.Overseas {
			n.Population += r.Population
			n.Communes += r.Communes
		}
	}
}
