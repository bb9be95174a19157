package composite

import (
	"fmt"
	"math"
)

// Build computes the index once. Error: a *Refusal, which says what cannot be
// built and where; an index is built whole or not at all.
func (x *Index) Build(m Method) (*Built, error) {
	y, err := x.lay()
	if err != nil {
		return nil, err
	}
	if err := y.checkMethod(m); err != nil {
		return nil, err
	}
	b := &Built{
		Imputed: make([][]float64, y.leaves), Filled: make([][]bool, y.leaves), Fits: make([][]Fit, y.leaves),
		Treated: make([][]float64, y.leaves), Normalised: make([][]float64, y.leaves),
	}
	c := maker{layout: y}
	for l := range y.leaves {
		b.Imputed[l], b.Filled[l] = c.impute(l, x.Indicators[l].X, m.Imputation)
		b.Treated[l], b.Normalised[l] = make([]float64, y.rows), make([]float64, y.rows)
		if b.Fits[l], err = c.fit(l, b.Imputed[l], m.Treatment); err != nil {
			return nil, err
		}
		if err = c.scale(l, b.Imputed[l], b.Fits[l], m.Scale, b.Treated[l], b.Normalised[l]); err != nil {
			return nil, err
		}
		if err = finite(b.Normalised[l], l); err != nil {
			return nil, err
		}
	}
	return b, y.combine(b, m)
}

// Combine is Build from columns already scaled: new weights or means, the same
// indicators. It fills Normalised, Score, Rank and Place. Error: as Build.
func (x *Index) Combine(scaled [][]float64, m Method) (*Built, error) {
	y, err := x.lay()
	if err != nil {
		return nil, err
	}
	if err := y.checkMethod(m); err != nil {
		return nil, err
	}
	b := &Built{Normalised: scaled}
	return b, y.combine(b, m)
}

func (y *layout) combine(b *Built, m Method) error {
	e := newEvaluator(y, m.Means, true)
	for l, x := range b.Normalised {
		e.x[l] = forward(x, e.spaces[y.parent[l]-y.leaves])
	}
	e.mask = y.presence(m.Weights, func(l int) []float64 { return b.Normalised[l] })
	e.weights, e.top = m.Weights, m.Scale.Hi
	if err := e.all(nil); err != nil {
		return err
	}
	var s sorter
	for k := range y.Parts {
		score := e.y[k]
		e.spaces[k].back(score)
		if err := finite(score, y.leaves+k); err != nil {
			return err
		}
		rank, place := make([]int, y.rows), make([]int, y.rows)
		for _, rows := range y.periods {
			above, last := 0, 0
			list := s.descending(score, rows)
			level(score, list, plain)
			for i, k := range list {
				u := int(k)
				if i == 0 || score[u] != score[list[i-1]] {
					last = above + 1
				}
				place[u] = last
				if y.ranked(u) {
					rank[u], above = last, above+1
				}
			}
		}
		b.Score, b.Rank, b.Place = append(b.Score, score), append(b.Rank, rank), append(b.Place, place)
	}
	return nil
}

// layout is an index that has been checked.
type layout struct {
	*Index
	leaves, rows int
	parent       []int     // by number, -1 at the top
	lowest       []bool    // by part: made of indicators only
	periods      [][]int32 // rows of each; nil for all
	fitted       [][]int32 // rows of each fit: periods, or all at once
}

func (y *layout) ranked(row int) bool { return y.Reference == nil || y.Reference[row] }

func (x *Index) lay() (*layout, error) {
	if len(x.Indicators) == 0 || len(x.Parts) == 0 {
		panic(fmt.Sprintf("composite.Index: %d indicators, %d parts", len(x.Indicators), len(x.Parts)))
	}
	y := &layout{Index: x, leaves: len(x.Indicators), rows: len(x.Indicators[0].X)}
	if x.Reference != nil && len(x.Reference) != y.rows || x.Period != nil && len(x.Period) != y.rows {
		panic(fmt.Sprintf("composite.Index: %d rows, reference of %d, periods of %d", y.rows, len(x.Reference), len(x.Period)))
	}
	if y.rows == 0 {
		return nil, refuse(ErrEmpty, 0)
	}
	for l, c := range x.Indicators {
		if len(c.X) != y.rows || c.SE != nil && len(c.SE) != y.rows {
			panic(fmt.Sprintf("composite.Index: indicator %d has %d values and %d errors for %d rows", l, len(c.X), len(c.SE), y.rows))
		}
		if r := finite(c.X, l); r != nil {
			return nil, r
		}
		if r := finite(c.SE, l); r != nil {
			return nil, r
		}
	}
	y.split()
	return y, y.link()
}

func finite(x []float64, number int) error {
	for i, v := range x {
		if math.IsInf(v, 0) {
			r := refuse(ErrFinite, number)
			r.Row = i
			return r
		}
	}
	return nil
}

// split lists the rows of each period.
func (y *layout) split() {
	y.periods = [][]int32{nil}
	if y.Period != nil {
		y.periods = nil
		for i, p := range y.Period {
			for len(y.periods) <= p {
				y.periods = append(y.periods, []int32{})
			}
			y.periods[p] = append(y.periods[p], int32(i))
		}
	}
	if y.fitted = y.periods; y.Pooled {
		y.fitted = [][]int32{nil}
	}
}

// link checks the tree.
func (y *layout) link() error {
	y.parent = make([]int, y.leaves+len(y.Parts))
	y.lowest = make([]bool, len(y.Parts))
	for i := range y.parent {
		y.parent[i] = -1
	}
	for k, p := range y.Parts {
		number := y.leaves + k
		y.lowest[k] = true
		for c, child := range p.Children {
			switch {
			case child < 0 || child >= number:
				return &Refusal{ErrTree, number, c, -1, -1}
			case y.parent[child] >= 0:
				return &Refusal{ErrTwice, number, c, -1, -1}
			}
			y.parent[child] = number
			y.lowest[k] = y.lowest[k] && child < y.leaves
		}
	}
	for l := range y.leaves {
		if y.parent[l] < 0 {
			return refuse(ErrTree, l)
		}
	}
	return nil
}

func (y *layout) checkMethod(m Method) error {
	if len(m.Weights) != len(y.Parts) || len(m.Means) != len(y.Parts) {
		panic(fmt.Sprintf("composite.Index: %d parts, weights of %d, means of %d", len(y.Parts), len(m.Weights), len(m.Means)))
	}
	for k, p := range y.Parts {
		if len(m.Weights[k]) != len(p.Children) {
			panic(fmt.Sprintf("composite.Index: part %d has %d children, %d weights", k, len(p.Children), len(m.Weights[k])))
		}
		if len(p.Children) == 0 {
			continue
		}
		sum := 0.0
		for c, w := range m.Weights[k] {
			if !(w >= 0) || math.IsInf(w, 1) {
				return &Refusal{ErrWeights, y.leaves + k, c, -1, -1}
			}
			sum += w
		}
		if sum == 0 {
			return refuse(ErrWeights, y.leaves+k)
		}
		if most := m.Means[k].most(); most > 0 && y.longest() > most {
			return refuse(ErrSize, y.leaves+k)
		}
	}
	return nil
}

// longest is the number of rows of the longest period.
func (y *layout) longest() int {
	n := 0
	for _, rows := range y.periods {
		if n = max(n, len(rows)); rows == nil {
			n = y.rows
		}
	}
	return n
}
