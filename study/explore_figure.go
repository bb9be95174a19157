package study

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"vigie/stat/descr"
	"vigie/stat/survey"
)

// moveVariance is that of a published count: of the table of passage, and of
// the part of a person.
const moveVariance = crossVariance + 1.0/12

// figures are those of an item in the published cells of a grid, by line then
// rank of the cell among the published ones.
type figures struct {
	g     *grid
	rank  []int // of each cell among the published ones, -1 for the others
	lines []figureLine
}

// figureLine is one figure in every published cell. deff is what the design
// makes of its variance, own cell by cell; value, variance and n are of
// published counts.
type figureLine struct {
	*ratioLine
	value, spread, variance []float64
	n, true                 []int
	deff                    []float64
	cov                     *mat.SymDense // of the design, on the answers
}

// figures counts, moves and estimates every line of the item.
func (g *grid) figures() (*figures, error) {
	var all []*counted
	for k := range g.x.parts {
		all = append(all, g.count(&g.x.parts[k]))
	}
	f := &figures{g: g, rank: make([]int, len(g.n))}
	count := 0
	for at := range f.rank {
		if f.rank[at] = -1; g.shown[at] {
			f.rank[at] = count
			count++
		}
	}
	group := make([]int32, len(g.group))
	for i, at := range g.group {
		if group[i] = -1; at >= 0 {
			group[i] = int32(f.rank[at])
		}
	}
	for _, c := range all {
		for l := range c.p.lines {
			line, err := f.line(c, &c.p.lines[l], group, count)
			if err != nil {
				return nil, err
			}
			f.lines = append(f.lines, *line)
		}
	}
	slices.SortFunc(f.lines, func(a, b figureLine) int { return a.at - b.at })
	f.widen(count)
	return f, nil
}

// line estimates one line: the figure from published counts, its design effect
// from the answers.
func (f *figures) line(c *counted, l *ratioLine, group []int32, count int) (*figureLine, error) {
	out := &figureLine{ratioLine: l, value: make([]float64, count), spread: make([]float64, count), variance: make([]float64, count), n: make([]int, count), true: make([]int, count), deff: make([]float64, count)}
	num, den := make([]float64, len(group)), make([]float64, len(group))
	in := slices.Clone(group)
	for i, code := range c.p.code {
		if code == outside || in[i] < 0 || l.den[code] == 0 {
			in[i] = -1
			continue
		}
		num[i], den[i] = l.num[code], l.den[code]
	}
	value, cov, err := f.g.e.sectors.Ratio(num, den, in, count)
	if err != nil {
		return nil, err
	}
	out.cov = cov
	for at, r := range f.rank {
		if r >= 0 {
			out.estimate(c, at, r)
			out.deff[r] = out.effect(c, at, value[r], cov.At(r, r))
		}
	}
	return out, nil
}

// estimate sets the figure of one cell from its published counts.
func (l *figureLine) estimate(c *counted, at, r int) {
	var top, bottom float64
	w := make([]float64, c.p.size)
	for a := range w {
		k := at*c.p.size + a
		w[a] = c.estimate(k)
		top, bottom = top+l.num[a]*w[a], bottom+l.den[a]*w[a]
		if l.den[a] > 0 {
			l.n[r] += c.moved[k]
			l.true[r] += c.n[k]
		}
	}
	if bottom == 0 {
		l.n[r] = 0
		return
	}
	l.value[r] = top / bottom
	mean := c.g.weight[at] / float64(c.g.n[at]) // of a record of the cell
	for a, v := range w {
		away := l.num[a] - l.value[r]*l.den[a]
		l.spread[r] += v * away * away / bottom
		l.variance[r] += away * away * mean * mean / (bottom * bottom) * moveVariance
	}
}

// effect is the variance under the design over that of a simple sample, on the
// answers; 0 when they do not differ.
func (l *figureLine) effect(c *counted, at int, value, variance float64) float64 {
	var spread, weight float64
	n := 0
	for a := range l.num {
		if k := at*c.p.size + a; l.den[a] > 0 {
			away := l.num[a] - value
			spread, weight, n = spread+c.weight[k]*away*away, weight+c.weight[k], n+c.n[k]
		}
	}
	if !(spread > 0) {
		return 0
	}
	return variance / (spread / weight / float64(n))
}

// widen makes the variance of each figure: that of a simple sample of the
// published base, times the design effect, and that of the moves. The design
// effect is the mean one of the lines of a cell of that kind, since that of one
// figure would tell of the true counts.
func (f *figures) widen(count int) {
	for _, percent := range []bool{true, false} {
		for r := range count {
			sum, n := 0.0, 0.0
			for _, l := range f.lines {
				if l.percent == percent && l.deff[r] > 0 && l.true[r] >= f.g.e.minBase {
					sum, n = sum+l.deff[r], n+1
				}
			}
			deff := 1.0
			if n > 0 {
				deff = max(sum/n, 0.1)
			}
			for _, l := range f.lines {
				if l.percent == percent {
					l.deff[r] = deff
				}
			}
		}
	}
	for _, l := range f.lines {
		for r := range count {
			if l.n[r] > 0 {
				l.variance[r] += l.deff[r] * l.spread[r] / float64(l.n[r])
			}
		}
	}
}

// cells lays out the figures of one cell of the grid; what one of the published
// columns withholds, it withholds too.
func (f *figures) cells(at int, published ...*Column) []Cell {
	out := []Cell{}
	r := f.rank[at]
	for _, l := range f.lines {
		few := !l.percent && min(l.n[r], l.true[r]) < f.g.e.minBase
		switch {
		case few || hiddenLine(l.name, published...):
			out = append(out, Cell{Line: l.name, Percent: l.percent, Secret: true})
		case l.n[r] > 0:
			out = append(out, f.cell(&l, at))
		}
	}
	return out
}

func (f *figures) cell(l *figureLine, at int) Cell {
	r, g := f.rank[at], f.g
	digits := meanDigits
	if l.percent {
		digits = shareDigits
	}
	se := math.Sqrt(l.variance[r])
	out := Cell{Line: l.name, Percent: l.percent, Value: rounded(l.value[r], digits), SE: rounded(se, digits)}
	effective := float64(g.moved[at]) * g.weight[at] * g.weight[at] / g.square[at] / float64(g.n[at])
	low, high := survey.IntervalOf(l.value[r], se, max(1, int(float64(l.n[r])/l.deff[r])), l.percent, 0.95, g.e.df)
	if !finite(low, high) {
		low, high = l.value[r], l.value[r]
		out.Imprecise = true
	}
	out.Low, out.High = rounded(low, digits), rounded(high, digits)
	limit := g.e.limit
	width := limit.HalfWidth * l.scale
	if l.scale == 0 {
		width = 2 * limit.HalfWidth * math.Abs(l.value[r])
	}
	out.Imprecise = out.Imprecise || effective < limit.Base || (high-low)/2 > width
	return out
}

// compare writes the letters of the columns of one row of the grid: Student's
// tests of what is published, p-values adjusted over the line (Holm).
func (f *figures) compare(row int, columns []Column) {
	g := f.g
	if !(g.e.df > 0) {
		return
	}
	for _, l := range f.lines {
		var pairs [][2]int
		var p []float64
		for a := range columns {
			for b := range a {
				if t, ok := l.apart(f, row, b, a, columns); ok {
					pairs = append(pairs, [2]int{b, a})
					p = append(p, 2*distuv.StudentsT{Mu: 0, Sigma: 1, Nu: g.e.df}.Survival(math.Abs(t)))
				}
			}
		}
		for k, adjusted := range descr.Holm(p) {
			if adjusted >= 0.05 {
				continue
			}
			above, below := pairs[k][0], pairs[k][1]
			if l.value[f.rank[row*g.cols+above]] < l.value[f.rank[row*g.cols+below]] {
				above, below = below, above
			}
			cell, _ := columns[above].Cell(l.name)
			cell.Higher = joined(cell.Higher, columns[below].Letter)
		}
	}
}

// joined adds a letter to letters, in their order.
func joined(letters, more string) string {
	all := append(strings.Fields(letters), more)
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return strings.Join(all, " ")
}

// apart is the distance of two columns in standard errors; false when they are
// not compared.
func (l *figureLine) apart(f *figures, row, a, b int, columns []Column) (float64, bool) {
	for _, j := range []int{a, b} {
		cell, ok := columns[j].Cell(l.name)
		if columns[j].Secret || !ok || cell.Secret || columns[j].Effective < survey.WeakBase {
			return 0, false
		}
	}
	x, y := f.rank[row*f.g.cols+a], f.rank[row*f.g.cols+b]
	alike := 0.0
	if own := l.cov.At(x, x) * l.cov.At(y, y); own > 0 {
		alike = l.cov.At(x, y) / math.Sqrt(own)
	}
	variance := l.variance[x] + l.variance[y] - 2*alike*math.Sqrt(l.variance[x]*l.variance[y])
	return (l.value[x] - l.value[y]) / math.Sqrt(variance), variance > 0
}
