package study

import (
	"context"
	"math"
	"slices"
	"strings"

	"vigie/stat/survey"
)

// column is one column of a table before secrecy, with the records that it
// rests on: what is protected. A remainder is no column of a table: it is the
// people that a reader can tell apart by taking columns from one another.
type column struct {
	by, level int // ranks of the breakdown and of the level; -1 for everybody
	in        []bool
	base      int   // records that answered
	cited     []int // records by line: who gives the option, or has a mean
	sum       []float64
	weighted  []float64
	remainder bool
}

// crossing is one item over everybody and every level, before secrecy.
type crossing struct {
	*asked
	columns []column // everybody, then the levels of each breakdown
	weights []float64
	banner  *survey.BannerBlock
	place   []int // of each column in the banner, -1 when it has nobody
	tests   []*Test
}

// Tabulate crosses every item by everybody and by each breakdown, and takes out
// what the rule of secrecy withholds: the whole of what may be published, and
// nothing else. version is that of the program.
//
// Error: what stat refuses, at the item; ctx is looked at between two items.
func (r *Reading) Tabulate(ctx context.Context, answers, version string) (*Tabulation, error) {
	p := r.plan
	t := &Tabulation{Wave: p.Wave, Audience: p.Audience, Synthetic: p.Synthetic, Plan: p.Hash, Answers: answers, Version: version,
		Mode: p.Mode, Overlap: p.Overlap, Weighting: r.Weighting(), Records: r.Respondents(),
		Secrecy:    Secrecy{Rule: p.Secrecy.Rule, MinBase: p.Secrecy.MinBase, MinCell: p.Secrecy.MinCell},
		Breakdowns: []Breakdown{}, Items: []ItemTable{}}
	for _, b := range p.Breakdowns {
		out := Breakdown{Code: b.Code, Label: b.Label, Territory: b.Territory}
		for _, l := range b.Levels {
			out.Levels = append(out.Levels, Option{Code: l.Code, Label: l.Label})
		}
		t.Breakdowns = append(t.Breakdowns, out)
	}
	for i, a := range r.items {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		x, err := r.cross(a)
		if err != nil {
			return nil, p.told(p.itemPath(i), err)
		}
		hidden, err := p.withhold(x)
		if err != nil {
			return nil, err
		}
		t.Secrecy.Primary += hidden.primary
		t.Secrecy.Secondary += hidden.secondary
		t.Items = append(t.Items, r.table(x, hidden))
	}
	return t, nil
}

// Frame returns the answers, which are microdata: for a disclosure report, never
// for a page.
func (r *Reading) Frame() *survey.Frame { return r.frame }

// Respondents returns the number of records of the domain.
func (r *Reading) Respondents() int {
	n := 0
	for _, w := range r.design.Weights() {
		if w > 0 {
			n++
		}
	}
	return n
}

// cross estimates one item in every column.
func (r *Reading) cross(a *asked) (*crossing, error) {
	b, err := r.design.BannerOf(a.lines, a.base, a.unknown, r.by, survey.BannerOption{Adjustment: "holm"})
	if err != nil {
		return nil, err
	}
	x := &crossing{asked: a, weights: r.design.Weights(), banner: &b.Blocks[0], tests: make([]*Test, len(r.by)), columns: []column{{by: -1, level: -1}}, place: []int{0}}
	for k, c := range r.by {
		for level, code := range c.Levels {
			at := slices.IndexFunc(b.Columns, func(h survey.BannerColumn) bool { return h.Letter != "" && h.Variable == c.Name && h.Level == code })
			x.columns, x.place = append(x.columns, column{by: k, level: level}), append(x.place, at)
		}
		if a.category != nil {
			x.tests[k] = r.independent(a.category, c)
		}
	}
	for c := range x.columns {
		col := &x.columns[c]
		col.in = make([]bool, r.frame.Rows)
		for i, w := range r.design.Weights() {
			col.in[i] = w > 0 && a.base[i] && (col.by < 0 || int(r.by[col.by].Code[i]) == col.level)
		}
		x.count(col, r.design.Weights())
	}
	return x, nil
}

// count counts the records of a column by line.
func (x *crossing) count(c *column, weights []float64) {
	c.cited, c.sum, c.weighted = make([]int, len(x.lines)), make([]float64, len(x.lines)), make([]float64, len(x.lines))
	for i, in := range c.in {
		if !in {
			continue
		}
		c.base++
		for l, line := range x.lines {
			if line.Den[i] == 0 || line.Percent && line.Num[i] == 0 {
				continue
			}
			c.cited[l]++
			c.sum[l] += line.Num[i]
			c.weighted[l] += weights[i]
		}
	}
}

// independent tests that the answers do not depend on a breakdown, nil when the
// design cannot tell.
func (r *Reading) independent(answers, by *survey.Column) *Test {
	t, err := r.design.Independence(answers, by, survey.AssociationF)
	if err != nil || len(t.Parameter) != 2 || !finite(t.Statistic, t.P, t.Parameter[0], t.Parameter[1]) {
		return nil
	}
	return &Test{t.Statistic, t.Parameter[0], t.Parameter[1], t.P}
}

func finite(values ...float64) bool {
	return !slices.ContainsFunc(values, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) })
}

// table lays an item out without what is withheld.
func (r *Reading) table(x *crossing, hidden *withheld) ItemTable {
	it := x.item
	out := ItemTable{Item: Item{Code: it.Code, Construct: it.Construct, Kind: it.Kind, Wording: it.Wording, Scale: it.Scale, Differs: it.Differs}}
	for _, o := range it.Options {
		out.Options = append(out.Options, Option{Code: o.Code, Label: o.Label, Domain: o.Domain})
	}
	for by := -1; by < len(r.by); by++ {
		t := Table{}
		if by >= 0 {
			t.By = r.plan.Breakdowns[by].Code
		}
		whole := true
		for c := range x.columns {
			if x.columns[c].by != by {
				continue
			}
			column := r.column(x, c, hidden)
			whole = whole && !column.Secret && !slices.ContainsFunc(column.Cells, func(c Cell) bool { return c.Secret })
			t.Columns = append(t.Columns, column)
		}
		if by >= 0 && whole {
			t.Test = x.tests[by] // a test of withheld cells would tell of them
		}
		out.Tables = append(out.Tables, t)
	}
	return out
}

// column lays one column out.
func (r *Reading) column(x *crossing, c int, hidden *withheld) Column {
	col := &x.columns[c]
	out := Column{Cells: []Cell{}}
	if col.by >= 0 {
		out.Level, out.Letter = r.plan.Breakdowns[col.by].Levels[col.level].Code, survey.Letter(col.level)
	}
	if hidden.column(c) || x.place[c] < 0 {
		out.Secret = true
		return out
	}
	base := x.banner.Bases[x.place[c]]
	out.Base, out.Effective = base.N, base.Effective
	if col.by < 0 && (base.Unknown == 0 || base.Unknown >= max(r.plan.Secrecy.MinCell, 1)) {
		out.Unknown = base.UnknownShare
	}
	for l, name := range x.names {
		line := &x.banner.Lines[l]
		f := line.Figures[x.place[c]]
		switch {
		case hidden.cell(l, c):
			out.Cells = append(out.Cells, Cell{Line: name, Percent: line.Percent, Secret: true})
		case finite(f.Value, f.SE):
			out.Cells = append(out.Cells, r.cell(x, l, c, f, hidden))
		}
	}
	if hidden.rounded() {
		out.Effective = math.Round(out.Effective)
		out.Unknown = rounded(out.Unknown, shareDigits)
	}
	return out
}

// cell lays one figure out, rounded when figures of its item are withheld.
func (r *Reading) cell(x *crossing, l, c int, f survey.Figure, hidden *withheld) Cell {
	line := &x.banner.Lines[l]
	out := Cell{Line: x.names[l], Percent: line.Percent, Value: f.Value, SE: f.SE, Low: f.Low, High: f.High}
	if !finite(f.Low, f.High) {
		out.Low, out.High = f.Value, f.Value
		out.Imprecise = true
	}
	limit := r.plan.Imprecise
	width := limit.HalfWidth * x.scale(l)
	if !line.Percent && x.scale(l) == 0 {
		width = 2 * limit.HalfWidth * math.Abs(f.Value)
	}
	out.Imprecise = out.Imprecise || x.banner.Bases[x.place[c]].Effective < limit.Base || (out.High-out.Low)/2 > width
	out.Higher = x.higher(l, c, hidden)
	if hidden.rounded() {
		digits := meanDigits
		if line.Percent {
			digits = shareDigits
		}
		out.Value, out.SE = rounded(out.Value, digits), rounded(out.SE, digits)
		out.Low, out.High = rounded(out.Low, digits), rounded(out.High, digits)
	}
	return out
}

// scale is how far the figures of a line may stand from one another: 1 for a
// share, 0 when nothing bounds them.
func (x *crossing) scale(l int) float64 {
	switch it := x.item; {
	case x.lines[l].Percent:
		return 1
	case it.Range != nil:
		return it.Range[1] - it.Range[0]
	case it.Kind == string(survey.LikertQuestion):
		return float64(len(it.Options) - 1)
	case it.Kind == string(survey.RankedQuestion):
		return float64(len(it.X) - 1)
	}
	return 0
}

// higher lists the letters of the columns shown that this one is higher than.
func (x *crossing) higher(l, c int, hidden *withheld) string {
	var letters []string
	for other := range x.columns {
		if x.columns[other].by != x.columns[c].by || x.place[other] < 0 || hidden.column(other) || hidden.cell(l, other) {
			continue
		}
		for _, p := range x.banner.Lines[l].Pairs {
			above, below := p.A, p.B
			if p.Diff < 0 {
				above, below = below, above
			}
			if above == x.place[c] && below == x.place[other] && p.Holm < 0.05 {
				letters = append(letters, survey.Letter(x.columns[other].level))
			}
		}
	}
	return strings.Join(letters, " ")
}

// The digits kept of figures when others of their item are withheld: fewer than
// would tell, with the weights that margins give away, how many people make up
// what is not shown.
const (
	shareDigits = 3
	meanDigits  = 2
)

func rounded(v float64, digits int) float64 {
	by := math.Pow(10, float64(digits))
	return math.Round(v*by) / by
}
