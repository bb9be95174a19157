package fragility

import (
	"cmp"
	"math"
	"slices"

	"vigie/stat/cluster"
)

// Typology groups the territories of a level that look alike in their domain
// scores. It rests on the reference set; others are placed on its types.
type Typology struct {
	Domains []string `json:"domains"`        // that count, in order
	Left    []string `json:"left,omitempty"` // measured, but for too few territories
	Types   []Type   `json:"types"`          // from the most to the least fragile on average
	Members []Member `json:"members"`        // one a unit of the result
	Choices []Choice `json:"choices"`        // the numbers of types tried
	Sound   bool     `json:"sound"`          // the number of types meets the rule
	Draws   int      `json:"draws"`          // resamples of territories
	Methods int      `json:"methods"`        // draws of method, 0 when no domain varies
}

// Type is one group of alike territories. Slices hold one value a domain.
type Type struct {
	Size       int       `json:"size"`       // reference units that made it
	Mean       []float64 `json:"mean"`       // of their scores
	Difference []float64 `json:"difference"` // from the mean of the reference set, in its standard deviations
	Apart      []bool    `json:"apart"`      // the difference is large and beyond what the members' spread explains
	// How well the type is found again, as the mean Jaccard coefficient in [0, 1]:
	// when territories are resampled, and when the choices of method vary.
	Resampled float64 `json:"resampled"`
	Varied    float64 `json:"varied,omitempty"`
}

// Stability is the lower of the two.
func (t *Type) Stability() float64 {
	if t.Varied > 0 {
		return min(t.Resampled, t.Varied)
	}
	return t.Resampled
}

// Member is one territory in its type, Type −1 without any. Placed says that
// it did not make the types: outside the reference set or short of a domain.
type Member struct {
	Type       int     `json:"type"`
	Silhouette float64 `json:"silhouette"` // −1 to 1; 0 when placed
	Next       int     `json:"next"`       // the type that comes second
	Changed    float64 `json:"changed"`    // share of draws of method in which it is with others
	Placed     bool    `json:"placed,omitempty"`
	Unsure     bool    `json:"unsure,omitempty"` // between two types
}

// Choice is a number of types that was tried.
type Choice struct {
	Types      int     `json:"types"`
	Silhouette float64 `json:"silhouette"` // mean over territories
	Weakest    float64 `json:"weakest"`    // the least stable type, over resamples
	Smallest   int     `json:"smallest"`   // members of the smallest type
}

// fits reports whether a decoded typology speaks of n units and names types and
// domains that it has.
func (t *Typology) fits(n int) bool {
	if t == nil {
		return true
	}
	for _, o := range t.Types {
		if d := len(t.Domains); len(o.Mean) != d || len(o.Difference) != d || len(o.Apart) != d {
			return false
		}
	}
	return len(t.Members) == n && !slices.ContainsFunc(t.Members, func(m Member) bool {
		return m.Type < -1 || m.Type >= len(t.Types) || m.Next < -1 || m.Next >= len(t.Types)
	})
}

// The rule of a typology: see doc/methods/typology.md.
const (
	leastMembers  = 30   // territories for a typology to be made at all
	mostMembers   = 3000 // their distances are held two by two: memory and time grow as the square
	leastDomains  = 8    // and domains
	measuredShare = 0.98 // of the reference set, for a domain to count
	placedShare   = 0.75 // of the domains, for a territory to be placed
	fewestTypes   = 3
	mostTypes     = 8
	draws         = 200 // resamples of territories, and draws of method, unless the specification draws less
	fewDraws      = 50  // where there are more territories than many
	many          = 500
	dissolved     = 0.5 // Jaccard under which a type is not found again (Hennig 2007)
	leastDistance = 0.5 // standard deviations, for a domain to mark a type
)

// typology returns the types of a result, nil when it has too few territories
// or domains, or too many territories. A territory is between two types when it is with others in more
// than a share mostChanged of the draws of method, or as near to others.
func typology(r *Result, mostChanged float64) *Typology {
	t := &typing{r: r, out: &Typology{Draws: min(draws, r.Provenance.Draws)}}
	if !t.read() {
		return nil
	}
	if len(t.fitted) > many {
		t.out.Draws = min(fewDraws, t.out.Draws)
	}
	t.choose()
	t.order()
	t.describe()
	t.vary()
	t.place(mostChanged)
	return t.out
}

// typing is the state of one typology: fitted are the units that make the
// types, x their scores by domain on the scale of their standard deviations.
type typing struct {
	r      *Result
	out    *Typology
	parts  []*Part
	fitted []int
	x      [][]float64
	mean   []float64
	sd     []float64
	group  []int // of each fitted unit
}

// read picks the domains and the territories that count.
func (t *typing) read() bool {
	reference := 0
	for _, u := range t.r.Units {
		if u.Reference {
			reference++
		}
	}
	for _, p := range t.r.Kinds(OfDomain) {
		switch {
		case p.Ranked == 0:
		case float64(p.Ranked) >= measuredShare*float64(reference):
			t.parts = append(t.parts, p)
			t.out.Domains = append(t.out.Domains, p.Code)
		default:
			t.out.Left = append(t.out.Left, p.Code)
		}
	}
	for i, u := range t.r.Units {
		if u.Reference && t.present(i) == len(t.parts) {
			t.fitted = append(t.fitted, i)
		}
	}
	if len(t.parts) < leastDomains || len(t.fitted) < leastMembers || len(t.fitted) > mostMembers {
		return false
	}
	for _, p := range t.parts {
		x := make([]float64, len(t.fitted))
		for k, i := range t.fitted {
			x[k] = p.Cells[i].Score
		}
		mean, sd := moments(x)
		for k := range x {
			x[k] = (x[k] - mean) / sd
		}
		t.x, t.mean, t.sd = append(t.x, x), append(t.mean, mean), append(t.sd, sd)
	}
	return true
}

// present counts the domains that count in which a unit has a score.
func (t *typing) present(unit int) int {
	n := 0
	for _, p := range t.parts {
		if p.Cells[unit].OK() {
			n++
		}
	}
	return n
}

// moments are a mean and a standard deviation, with divisor n; 1 for values
// that are all equal, which tell nothing apart.
func moments(x []float64) (mean, sd float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		sd += (v - mean) * (v - mean) / float64(len(x))
	}
	if sd == 0 {
		return mean, 1
	}
	return mean, math.Sqrt(sd)
}

// choose tries each number of types and keeps the one of the largest mean
// silhouette among those whose types are all found again when territories are
// resampled; without any, the one whose weakest type is the most stable.
func (t *typing) choose() {
	n := len(t.fitted)
	var groups []int
	for k := fewestTypes; k <= mostTypes; k++ {
		groups = append(groups, k)
	}
	distances := cluster.NewDistances(n, t.x)
	best := -1
	rungs := cluster.Ladder(n, t.x, groups, t.out.Draws, t.r.Provenance.Seed)
	for k, rung := range rungs {
		silhouette, _ := moments(cluster.Silhouette(distances, rung.Group))
		c := Choice{Types: groups[k], Silhouette: silhouette, Weakest: slices.Min(rung.Jaccard), Smallest: slices.Min(sizes(rung.Group))}
		t.out.Choices = append(t.out.Choices, c)
		if best < 0 || better(c, t.out.Choices[best]) {
			best = k
		}
	}
	t.out.Sound = sound(t.out.Choices[best])
	t.group = rungs[best].Group
	t.out.Types = make([]Type, groups[best])
	for g, j := range rungs[best].Jaccard {
		t.out.Types[g].Resampled = j
	}
}

func sound(c Choice) bool { return c.Weakest >= dissolved && c.Smallest >= fewestTypes }

// better compares two numbers of types, the second the smaller one.
func better(c, than Choice) bool {
	switch a, b := sound(c), sound(than); {
	case a != b:
		return a
	case a:
		return c.Silhouette > than.Silhouette
	}
	return c.Weakest > than.Weakest
}

func sizes(group []int) []int {
	out := make([]int, slices.Max(group)+1)
	for _, g := range group {
		out[g]++
	}
	return out
}

// order numbers the types from the most to the least fragile on average.
func (t *typing) order() {
	k := len(t.out.Types)
	level, size := make([]float64, k), sizes(t.group)
	for _, x := range t.x {
		for i, g := range t.group {
			level[g] += x[i] / float64(size[g])
		}
	}
	by := make([]int, k)
	for g := range by {
		by[g] = g
	}
	slices.SortStableFunc(by, func(a, b int) int { return cmp.Compare(level[b], level[a]) })
	types, to := make([]Type, k), make([]int, k)
	for at, g := range by {
		types[at], to[g] = t.out.Types[g], at
	}
	t.out.Types = types
	for i, g := range t.group {
		t.group[i] = to[g]
	}
}

// describe says what sets each type apart. A domain does when the mean of the
// type is half a standard deviation away and three standard errors, as many
// means are looked at.
func (t *typing) describe() {
	for g, n := range sizes(t.group) {
		o := &t.out.Types[g]
		o.Size = n
		for d, x := range t.x {
			var own []float64
			for i, of := range t.group {
				if of == g {
					own = append(own, x[i])
				}
			}
			mean, sd := moments(own)
			o.Mean = append(o.Mean, t.mean[d]+mean*t.sd[d])
			o.Difference = append(o.Difference, mean)
			o.Apart = append(o.Apart, n > 1 && math.Abs(mean) >= max(leastDistance, 3*sd/math.Sqrt(float64(n-1))))
		}
	}
	t.out.Members = slices.Repeat([]Member{{Type: -1, Next: -1}}, len(t.r.Units))
	s := cluster.Silhouette(cluster.NewDistances(len(t.fitted), t.x), t.group)
	for k, i := range t.fitted {
		t.out.Members[i] = Member{Type: t.group[k], Silhouette: s[k], Next: -1}
	}
}

// vary groups the territories again under each draw of method: in the order
// that the draw gives them in each domain, at the scores of the published one.
func (t *typing) vary() {
	for _, p := range t.parts {
		if p.spread != nil {
			t.out.Methods = min(t.out.Draws, p.spread.Draws)
		}
	}
	if t.out.Methods == 0 {
		return
	}
	x, ladders := slices.Clone(t.x), make([][]float64, len(t.parts))
	for d, p := range t.parts {
		if p.spread != nil {
			x[d], ladders[d] = make([]float64, len(t.fitted)), t.ladder(d)
		}
	}
	k, sum := len(t.out.Types), make([]float64, len(t.out.Types))
	for draw := range t.out.Methods {
		for d, p := range t.parts {
			if p.spread == nil {
				continue
			}
			for at, i := range t.fitted {
				x[d][at] = ladders[d][p.spread.Order[i*p.spread.Draws+draw]-1]
			}
		}
		group := cluster.Partition(len(t.fitted), x, k, t.r.Provenance.Seed)
		jaccard, match := cluster.Alike(t.group, group)
		for g, j := range jaccard {
			sum[g] += j
		}
		for at, i := range t.fitted {
			if group[at] != match[t.group[at]] {
				t.out.Members[i].Changed += 1 / float64(t.out.Methods)
			}
		}
	}
	for g := range sum {
		t.out.Types[g].Varied = sum[g] / float64(t.out.Methods)
	}
}

// ladder is the standardised scores of all territories in a domain, the most
// fragile first: what a place among them is worth.
func (t *typing) ladder(d int) []float64 {
	var out []float64
	for _, c := range t.parts[d].Cells {
		if c.OK() {
			out = append(out, (c.Score-t.mean[d])/t.sd[d])
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// place says which type comes second for each territory, puts those that did
// not make the types in the nearest one, and marks those that are between two.
func (t *typing) place(mostChanged float64) {
	for i := range t.out.Members {
		m := &t.out.Members[i]
		present := t.present(i)
		if m.Type < 0 && float64(present) < placedShare*float64(len(t.parts)) {
			continue
		}
		near := t.nearest(i)
		if m.Type < 0 {
			m.Type, m.Placed = near[0], true
		}
		m.Next = near[0]
		if m.Next == m.Type {
			m.Next = near[1]
		}
		m.Unsure = !m.Placed && (m.Silhouette <= 0 || m.Changed > mostChanged)
	}
}

// nearest orders the types by the distance of a unit to their means, over the
// domains in which it has a score.
func (t *typing) nearest(unit int) []int {
	distance := make([]float64, len(t.out.Types))
	for d, p := range t.parts {
		if c := p.Cells[unit]; c.OK() {
			for g := range t.out.Types {
				gap := (c.Score-t.mean[d])/t.sd[d] - t.out.Types[g].Difference[d]
				distance[g] += gap * gap
			}
		}
	}
	order := make([]int, len(distance))
	for g := range order {
		order[g] = g
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(distance[a], distance[b]) })
	return order
}
