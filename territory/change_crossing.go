package territory

import (
	"cmp"
	"math"
	"slices"
)

// Part is one of the territories that an older or newer one is made of. Share
// is the part of the OLD territory's population that lies in the new one, in
// [0, 1]; NaN when the old one is in several and their populations are unknown.
type Part struct {
	Code  Code
	Share float64
}

// Crossing says how the territories of every level of one geography lie in
// those of another. It is safe for concurrent use.
type Crossing struct {
	From, To *Vintage

	base  []piece
	parts map[Code][]Part // old → new
	into  map[Code][]Part // new → old
}

// piece is the ground that an old and a new territory share, with its
// population; NaN when unknown. One of the codes is "" where a level does not
// cover the ground (a commune in no EPCI).
type piece struct {
	old, new Code
	weight   float64
}

// Crossing derives from what became of the communes what became of every
// territory. population gives the persons of an old commune, 0 when unknown;
// nil is the population of the old vintage. That of the new one is its own.
func (p *Passage) Crossing(population func(Code) float64) *Crossing {
	if population == nil {
		population = recorded(p.Old)
	}
	now := recorded(p.New)
	c := &Crossing{From: p.Old, To: p.New}
	for _, t := range p.Old.ByLevel(Commune) {
		for _, n := range p.targets[t.Code] {
			c.base = append(c.base, piece{t.Code, n, p.weigh(t.Code, n, population, now)})
		}
	}
	c.settle(Commune)
	return c
}

// recorded returns the populations that a vintage gives.
func recorded(v *Vintage) func(Code) float64 {
	return func(c Code) float64 {
		t, ok := v.Get(c)
		if !ok {
			return 0
		}
		return float64(t.Population)
	}
}

// weigh returns the population of what an old and a new commune share, NaN when
// neither says it.
func (p *Passage) weigh(from, to Code, before, now func(Code) float64) float64 {
	known := func(x float64) float64 {
		if x > 0 {
			return x
		}
		return math.NaN()
	}
	if len(p.targets[from]) == 1 {
		if x := before(from); x > 0 || len(p.sources[to]) > 1 {
			return known(x)
		}
	}
	x := now(to)
	for _, other := range p.sources[to] {
		if other != from {
			x -= before(other)
		}
	}
	return known(x)
}

// FormerCrossing says how the regions before 2016 lie in those of a later
// vintage: by their départements, which are the same. former is Before2016 of
// now.
func FormerCrossing(former, now *Vintage) *Crossing {
	c := &Crossing{From: former, To: now}
	for _, d := range former.ByLevel(Departement) {
		if _, ok := now.Get(d.Code); ok {
			c.base = append(c.base, piece{d.Code, d.Code, max(float64(d.Population), 1)})
		}
	}
	c.settle(Departement)
	return c
}

// Reversed returns the way back.
func (c *Crossing) Reversed() *Crossing {
	r := &Crossing{From: c.To, To: c.From, base: make([]piece, len(c.base))}
	for i, p := range c.base {
		r.base[i] = piece{p.new, p.old, p.weight}
	}
	smallest := Commune
	if len(c.base) > 0 {
		smallest = c.base[0].old.Level()
	}
	r.settle(smallest)
	return r
}

// settle works out the parts of every level from those of the smallest.
func (c *Crossing) settle(smallest Level) {
	c.parts, c.into = map[Code][]Part{}, map[Code][]Part{}
	for _, n := range c.From.ByLevel(National) {
		if _, ok := c.To.Get(n.Code); ok {
			c.record([]piece{{n.Code, n.Code, 1}})
		}
	}
	for _, level := range []Level{Region, Departement, EPCI, Commune} {
		if level == smallest {
			c.record(c.base)
			continue
		}
		if len(c.From.ByLevel(level)) == 0 || len(c.To.ByLevel(level)) == 0 {
			continue
		}
		up := make([]piece, len(c.base))
		for i, p := range c.base {
			up[i] = piece{c.From.Ancestor(p.old, level), c.To.Ancestor(p.new, level), p.weight}
		}
		c.record(up)
	}
}

// record adds the pieces of a level, those of one pair together.
func (c *Crossing) record(all []piece) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b piece) int { return cmp.Or(cmp.Compare(a.old, b.old), cmp.Compare(a.new, b.new)) })
	merged := all[:0]
	for _, p := range all {
		if n := len(merged); n > 0 && merged[n-1].old == p.old && merged[n-1].new == p.new {
			merged[n-1].weight += p.weight
			continue
		}
		merged = append(merged, p)
	}
	total, count := map[Code]float64{}, map[Code]int{}
	for _, p := range merged {
		total[p.old] += p.weight
		count[p.old]++
	}
	for _, p := range merged {
		share := p.weight / total[p.old]
		if count[p.old] == 1 {
			share = 1
		}
		if p.old != "" {
			c.parts[p.old] = append(c.parts[p.old], Part{p.new, share})
		}
		if p.new != "" {
			c.into[p.new] = append(c.into[p.new], Part{p.old, share})
		}
	}
}

// Parts returns the new territories, of the same level, in which an old one
// lies, by code; none for an unknown code. A part of code "" is ground that the
// level does not cover in the new geography.
func (c *Crossing) Parts(old Code) []Part { return c.parts[old] }

// Into returns the old territories that a new one is made of, by code, each
// with the share of it that came. A part of code "" is ground that the level
// did not cover in the old geography.
func (c *Crossing) Into(code Code) []Part { return c.into[code] }

// Alone returns the new territory that covers exactly the ground of an old one,
// under the same code or another; false when there is none.
func (c *Crossing) Alone(old Code) (Code, bool) {
	to := c.parts[old]
	if len(to) != 1 || to[0].Code == "" || len(c.into[to[0].Code]) != 1 {
		return "", false
	}
	return to[0].Code, true
}

// Join sorts the territories of a file, of any level, by what became of them;
// see Passage.Join.
func (c *Crossing) Join(codes []Code) Join {
	var j Join
	for _, code := range slices.Compact(slices.Sorted(slices.Values(codes))) {
		to := c.parts[code]
		alone, one := c.Alone(code)
		switch {
		case len(to) == 0 || len(to) == 1 && to[0].Code == "":
			j.Lost = append(j.Lost, code)
		case one && alone == code:
			j.Matched = append(j.Matched, code)
		case one:
			j.Recoded = append(j.Recoded, code)
		case len(to) > 1:
			j.Split = append(j.Split, code)
		default:
			j.Merged = append(j.Merged, code)
		}
	}
	return j
}
