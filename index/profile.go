package index

import (
	"math"
	"slices"

	"vigie/stat/composite"
	"vigie/stat/descr"
)

// ProfileOf is one unit's strengths and weaknesses among the indicators: the
// values that it has, none imputed, by its place from the better end. No
// indicator is both.
type ProfileOf struct {
	Unit       int      `json:"unit"`                 // position among Units
	Strengths  []Placed `json:"strengths,omitempty"`  // best place first
	Weaknesses []Placed `json:"weaknesses,omitempty"` // worst place first
}

// Placed is where a unit stands in one indicator.
type Placed struct {
	Code  string `json:"code"`
	Place int    `json:"place"` // from the better end: reference units before it, plus one
	Of    int    `json:"of"`    // reference units of the period that have a value
	Value Number `json:"value"` // as the index reads it, divided
}

// profiles tells the strengths and weaknesses of each unit.
func (r *run) profiles() {
	top := r.Spec.Profile.Top
	if top == 0 {
		return
	}
	leaves := len(r.Index.Indicators)
	columns, ranks, of := make([][]float64, leaves), make([][]float64, leaves), make([][]int, leaves)
	parent := make([]string, leaves)
	for k := range leaves {
		node := r.Node[k]
		columns[k] = r.before[r.Tree.Nodes[node].Indicator]
		ranks[k], of[k] = r.fromBetterEnd(k, columns[k])
		parent[k] = r.Tree.Nodes[r.Tree.Nodes[node].Parent].Code
	}
	for u := range r.Units {
		list := composite.Places(columns, ranks, parent, u)
		n := min(top, len(list)/2)
		p := ProfileOf{Unit: u}
		for i, l := range list {
			if i >= n && i < len(list)-n {
				continue
			}
			one := Placed{Code: r.code(l.Column), Place: int(l.Rank), Of: of[l.Column][u], Value: Number(l.Value)}
			if i < n {
				p.Strengths = append(p.Strengths, one)
			} else {
				p.Weaknesses = append(p.Weaknesses, one)
			}
		}
		slices.Reverse(p.Weaknesses)
		r.out.Profiles = append(r.out.Profiles, p)
	}
}

// fromBetterEnd places each unit in a column among the reference units of its
// period, and counts these.
func (r *run) fromBetterEnd(number int, x []float64) (place []float64, of []int) {
	place, of = make([]float64, len(x)), make([]int, len(x))
	sign := float64(r.Index.Indicators[number].Direction)
	if r.Spec.Output.Worst == "high" {
		sign = -sign
	}
	r.byPeriod(func(_ int, units []int) {
		var among []float64
		for _, u := range units {
			if r.Units[u].Reference && !math.IsNaN(x[u]) {
				among = append(among, -sign*x[u])
			}
		}
		slices.Sort(among)
		for _, u := range units {
			better, _ := slices.BinarySearch(among, -sign*x[u])
			place[u], of[u] = float64(better+1), len(among)
			if math.IsNaN(x[u]) {
				place[u] = math.NaN()
			}
		}
	})
	return place, of
}

// Without is the index without one element: its siblings keep their relative
// weights; the only child of an element takes that element with it.
type Without struct {
	Code string `json:"code"`
	// Shift is the mean absolute difference of places in the index over the
	// reference units, Largest the largest; null where nothing would be left.
	Shift   Number `json:"shift"`
	Largest Number `json:"largest"`
	// Place holds the places by unit, as Scores.Place of the index, unless there
	// are more than whatIfPlaces units.
	Place []int `json:"place,omitempty"`
}

// whatIfPlaces bounds the units whose place without each element is kept.
const whatIfPlaces = 5000

// whatIf builds the index without each element in turn.
func (r *run) whatIf() error {
	if !r.Spec.Profile.WhatIf {
		return nil
	}
	nominal := r.built.Place[len(r.Index.Parts)-1]
	for number := range r.Node[:len(r.Node)-1] {
		one := Without{Code: r.code(number), Shift: Number(math.NaN()), Largest: Number(math.NaN())}
		if m, ok := r.without(number); ok {
			b, err := r.Index.Combine(r.built.Normalised, m)
			if err != nil {
				return r.Told(err)
			}
			place := b.Place[len(r.Index.Parts)-1]
			if one.Shift, one.Largest = r.shift(nominal, place); len(place) <= whatIfPlaces {
				one.Place = place
			}
		}
		r.out.WhatIf = append(r.out.WhatIf, one)
	}
	return nil
}

// without gives a number the weight zero, and its parent when nothing else is
// below; false when this reaches the index itself.
func (r *run) without(number int) (composite.Method, bool) {
	m := r.Method
	m.Weights = slices.Clone(m.Weights)
	leaves, below := len(r.Index.Indicators), r.below()
	for number != len(r.Node)-1 {
		k := slices.IndexFunc(r.Index.Parts, func(p composite.Part) bool { return slices.Contains(p.Children, number) })
		if k < 0 {
			return m, false // its parent has nothing that weighs
		}
		w, left := slices.Clone(m.Weights[k]), 0
		for j, child := range r.Index.Parts[k].Children {
			if child == number {
				w[j] = 0
			} else if w[j] > 0 {
				left += below[child]
			}
		}
		if left > 0 {
			m.Weights[k] = w
			return m, true
		}
		number = leaves + k
	}
	return m, false
}

// shift compares places of reference units that have both.
func (r *run) shift(a, b []int) (mean, largest Number) {
	var d []float64
	for u := range a {
		if r.Units[u].Reference && a[u] > 0 && b[u] > 0 {
			d = append(d, math.Abs(float64(a[u]-b[u])))
		}
	}
	if len(d) == 0 {
		return Number(math.NaN()), Number(math.NaN())
	}
	return Number(descr.Mean(d)), Number(slices.Max(d))
}
