package casestudy

import (
	"math"
	"slices"

	"vigie/lang"
	"vigie/territory"
)

// Ground is where gaps are looked for: the regions and the domains that the base
// should speak of, and, when known, how fragile a region is in a domain, from 0
// to 100 the most fragile.
type Ground struct {
	Regions   []territory.Code
	Domains   []string
	Fragility func(region territory.Code, domain string) (score float64, ok bool)
}

// Gap is a domain of which the base has no case in a region, though it has cases
// of the domain and cases of the region. Expected is how many it would have if
// domains and regions had nothing to do with each other in the base.
type Gap struct {
	Region    territory.Code
	Domain    string
	Expected  float64
	Fragility float64 // of the region in the domain, NaN when not known
}

// Gaps is what the base does not speak of.
type Gaps struct {
	Regions []territory.Code // without any case
	Domains []string         // without any case
	Pairs   []Gap            // the most surprising first
	All     int              // pairs that could have had a case
}

// Gaps returns what the base lacks on a ground, regions and domains in its
// order. A pair comes before another when more cases were to be expected in it,
// the number multiplied by twice the share that the fragility makes of 100, so
// that at 50 it counts as it is; ties stay in the order of the ground.
func (b *Base) Gaps(g Ground) *Gaps {
	regions := make([]string, len(g.Regions))
	for i, r := range g.Regions {
		regions[i] = string(r)
	}
	x, out := b.Cross(Domain, Region, g.Domains, regions), &Gaps{}
	for i, d := range g.Domains {
		if x.RowBase[i] == 0 {
			out.Domains = append(out.Domains, d)
		}
	}
	for j, r := range g.Regions {
		if x.ColBase[j] == 0 {
			out.Regions = append(out.Regions, r)
			continue
		}
		for i, d := range g.Domains {
			if x.RowBase[i] == 0 {
				continue
			}
			out.All++
			if x.Cells[i][j].Count == 0 {
				out.Pairs = append(out.Pairs, Gap{r, d, x.Cells[i][j].Expected, g.fragility(r, d)})
			}
		}
	}
	slices.SortStableFunc(out.Pairs, func(a, b Gap) int { return compareDown(a.surprise(), b.surprise()) })
	return out
}

func (g Ground) fragility(region territory.Code, domain string) float64 {
	if g.Fragility != nil {
		if score, ok := g.Fragility(region, domain); ok {
			return score
		}
	}
	return math.NaN()
}

// surprise is what gaps are ordered by.
func (g Gap) surprise() float64 {
	if math.IsNaN(g.Fragility) {
		return g.Expected
	}
	return g.Expected * g.Fragility / 50
}

// Sentence says the gap: « aucun cas sur l’alimentation en Corse ». domain is
// the noun with its article, in the place with its preposition.
func (g Gap) Sentence(l lang.Lang, domain, in string) string {
	return lang.T(l, "base.gap", "domain", domain, "in", in)
}
