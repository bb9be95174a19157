package edition

import (
	"slices"

	"vigie/indicator"
	"vigie/territory"
)

// coveredShare is the share of a tier's territories that a period must reach
// to be shown first: a newer period with a handful of values waits.
const coveredShare = 0.5

// CoveredPeriod returns the latest period at which at least half as many
// territories of a tier have a number as at the best covered period; "" when
// the indicator is not published for the tier.
func (c *Content) CoveredPeriod(code indicator.Code, level territory.Level) string {
	periods := c.Periods(code, level)
	counts := make([]int, len(periods))
	best := 0
	for i, p := range periods {
		for _, t := range c.Territory.ByLevel(level) {
			if v, ok := c.Value(code, t.Code, p); ok && v.OK() {
				counts[i]++
			}
		}
		best = max(best, counts[i])
	}
	for i := len(periods) - 1; i >= 0; i-- {
		if counts[i] > 0 && float64(counts[i]) >= coveredShare*float64(best) {
			return periods[i]
		}
	}
	return ""
}

// CommuneSeries counts the indicators of a domain, counts left out, that are
// published for communes or can be recomputed for them.
func (c *Content) CommuneSeries(domain string) int {
	n := 0
	for _, ind := range c.Catalogue.ByDomain(domain) {
		if ind.Nature != indicator.Count && len(c.Periods(ind.Code, territory.Commune)) > 0 {
			n++
		}
	}
	return n
}

// Rows counts the observations of the edition.
func (c *Content) Rows() int {
	n := 0
	for _, p := range c.Manifest.Parts {
		if p.Role == RoleObservation {
			n += p.Rows
		}
	}
	return n
}

// FromFormer reports whether some file of a tier is in the former geography.
func (c *Content) FromFormer(level territory.Level) bool {
	return slices.ContainsFunc(c.tables(level), func(t Observed) bool { return !t.Today })
}

// Join says how the communes of the files' vintage meet today's.
func (c *Content) Join() territory.Join {
	return c.join()
}
