package edition

import (
	"cmp"
	"math"
	"slices"

	"vigie/fragility"
	"vigie/territory"
)

// Likeness is a territory that resembles another, and why.
type Likeness struct {
	Code     territory.Code
	Distance float64 // root mean square difference of scores, in standard deviations
	Shared   int     // domains that both have
	// Weak says that they are no nearer than usual: nine pairs in ten of the tier
	// are farther apart than two that resemble each other.
	Weak   bool
	Common []Trait // domains in which both stand away from the mean, on one side
	Apart  []Trait // domains in which they differ most: More, the one that resembles
}

// Trait is a domain in which territories are more fragile, or less.
type Trait struct {
	Domain string
	More   bool
}

// The rule of likeness: see doc/methods/similar-territories.md.
const (
	leastShared = 4    // domains two territories must share
	sharedPart  = 0.75 // and this share of those the territory has
	awayFrom    = 0.5  // standard deviations, for a domain to be in common
	farApart    = 1.0  // and for one to set apart
	mostCommon  = 3
	mostApart   = 2
	usualPart   = 0.1 // of all pairs, those that are alike
)

// space is the domain scores of a tier on the scale of the deviations of the
// reference set, and the distance within which a pair is alike.
type space struct {
	r      *fragility.Result
	domain []*fragility.Part
	z      [][]float64 // by domain, then by unit; NaN without score
	usual  float64
	far    []float64 // distances of pairs of the reference set, at equal shares of them
}

// space returns that of a tier, made once; nil without result.
func (c *Content) space(level territory.Level) *space {
	key := "space/" + string(level)
	if kept, ok := c.same.Load(key); ok {
		return kept.(*space)
	}
	r := c.Fragility[level]
	if r == nil {
		return nil
	}
	s := newSpace(r, 1)
	c.same.Store(key, s)
	return s
}

// newSpace makes that of a result; one pair in every so many is looked at.
func newSpace(r *fragility.Result, every int) *space {
	s := &space{r: r}
	for _, p := range r.Kinds(fragility.OfDomain) {
		score := make([]float64, len(p.Cells))
		for i, c := range p.Cells {
			score[i] = c.Score
		}
		if z := deviations(r.Units, score); z != nil {
			s.domain, s.z = append(s.domain, p), append(s.z, z)
		}
	}
	var all []float64
	for i, u := range r.Units {
		for j := range i {
			if (i+j)%every > 0 || !u.Reference || !r.Units[j].Reference {
				continue
			}
			if d, _, ok := s.distance(i, j); ok {
				all = append(all, d)
			}
		}
	}
	if len(all) > 0 {
		slices.Sort(all)
		s.usual = all[int(usualPart*float64(len(all)))]
		s.far = steps(all)
	}
	return s
}

// deviations are scores on the scale of the deviations of the reference set, nil
// when they tell nothing apart.
func deviations(units []fragility.Unit, score []float64) []float64 {
	n, mean, square := 0.0, 0.0, 0.0
	for i, x := range score {
		if units[i].Reference && !math.IsNaN(x) {
			n++
			d := x - mean
			mean += d / n
			square += d * (x - mean)
		}
	}
	if n == 0 || square == 0 {
		return nil
	}
	z := make([]float64, len(score))
	for i, x := range score {
		z[i] = (x - mean) / math.Sqrt(square/n)
	}
	return z
}

// distance is that of two units over the domains they share, false when they
// share too few of those that the first one has.
func (s *space) distance(own, i int) (d float64, shared int, ok bool) {
	sum, has := 0.0, 0
	for _, z := range s.z {
		if gap := z[i] - z[own]; !math.IsNaN(gap) {
			sum += gap * gap
			shared++
		}
		if !math.IsNaN(z[own]) {
			has++
		}
	}
	return math.Sqrt(sum / float64(shared)), shared, shared >= leastShared && float64(shared) >= sharedPart*float64(has)
}

// Similar returns the n territories of the same tier whose domain scores lie
// nearest, nearest first, each with its reasons; none for a territory without
// scores.
func (c *Content) Similar(at territory.Code, n int) []Likeness {
	s := c.space(at.Level())
	if s == nil {
		return nil
	}
	own, ok := s.r.Unit(at)
	if !ok {
		return nil
	}
	var found []Likeness
	for i, u := range s.r.Units {
		if d, shared, ok := s.distance(own, i); ok && i != own {
			found = append(found, Likeness{Code: u.Code, Distance: d, Shared: shared, Weak: d > s.usual})
		}
	}
	slices.SortFunc(found, func(a, b Likeness) int {
		return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Code, b.Code))
	})
	found = found[:min(n, len(found))]
	for k := range found {
		i, _ := s.r.Unit(found[k].Code) // it was found among them
		found[k].Common, found[k].Apart = s.common(own, i), c.apart(s, own, i)
	}
	return found
}

// common returns the domains in which two units stand away from the mean on one
// side and near each other, those that mark both the most first.
func (s *space) common(own, i int) []Trait {
	weight := make([]float64, len(s.z))
	for d, z := range s.z {
		weight[d] = shared(z[own], z[i])
	}
	return s.traits(weight, mostCommon, func(d int) bool { return s.z[d][own] > 0 })
}

// shared is how much two deviations mark both on one side, 0 when they do not.
func shared(a, b float64) float64 {
	if least := min(math.Abs(a), math.Abs(b)); a*b > 0 && least >= awayFrom && math.Abs(a-b) < farApart {
		return least
	}
	return 0
}

// apart returns the domains in which two units lie farthest apart, of those in
// which they can be told apart.
func (c *Content) apart(s *space, own, i int) []Trait {
	weight := make([]float64, len(s.z))
	for d, z := range s.z {
		gap := math.Abs(z[i] - z[own])
		if gap >= farApart && c.Order(s.r.Units[own].Code, s.r.Units[i].Code, s.domain[d].Code) != Alike {
			weight[d] = gap
		}
	}
	return s.traits(weight, mostApart, func(d int) bool { return s.z[d][i] > s.z[d][own] })
}

// traits names the domains of the largest weights, at most n, none of weight 0.
func (s *space) traits(weight []float64, n int, more func(d int) bool) []Trait {
	order := make([]int, len(weight))
	for d := range order {
		order[d] = d
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(weight[b], weight[a]) })
	var out []Trait
	for _, d := range order[:min(n, len(order))] {
		if weight[d] > 0 {
			out = append(out, Trait{s.domain[d].Code, more(d)})
		}
	}
	return out
}
