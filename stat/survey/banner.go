package survey

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/descr"
)

// BannerOption says how a banner is made: Level of the intervals and of the
// tests (0 for 0.95), and the p-values that letters come from: "holm" (the
// default), "bh" or "none".
type BannerOption struct {
	Level      float64
	Adjustment string
}

// Banner is a crossing of questions by columns: the whole sample, then the
// levels of each variable. Letter is "" for the whole.
type Banner struct {
	Columns []BannerColumn
	Blocks  []BannerBlock
}

// BannerColumn is a column of a banner.
type BannerColumn struct{ Variable, Level, Letter string }

// BannerBlock is one question of a banner: its bases and its lines, each with
// an entry a column.
type BannerBlock struct {
	Question string
	Bases    []Base
	Lines    []BannerLine
}

// BannerLine is one figure in every column. Letters[c] names the columns of
// the same variable that are significantly lower than column c. Pairs are the
// comparisons made.
type BannerLine struct {
	Name    string
	Percent bool
	Figures []Figure
	Letters []string
	Pairs   []BannerPair
}

// BannerPair compares columns A and B (ranks in Columns) of one variable. Holm
// and BH are adjusted over the pairs of that variable in that line.
type BannerPair struct {
	A, B                         int
	Diff, SE, T, DF, P, Holm, BH float64
}

// Banner returns the crossing of questions by the levels of variables, over
// the domain. Columns of one variable are compared two by two, with the
// covariance that shared clusters and calibration give them, by t tests on the
// degrees of freedom of the base; columns whose effective base is under
// WeakBase are not compared. With one question, no variable gives its plain
// results.
//
// Refusals: those of Question.Lines; a variable without a level.
//
// Source: Holm (1979); Benjamini and Hochberg (1995); Korn and Graubard (1999),
// Analysis of Health Surveys, section 3.3.
func (d *Design) Banner(questions []Question, by []*Column, o BannerOption) (*Banner, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	heads := newHeads(d, by)
	out := &Banner{Columns: heads.columns}
	for k := range questions {
		lines, base, unknown, err := questions[k].Lines(d)
		if err != nil {
			return nil, err
		}
		block, err := heads.block(d, lines, base, unknown, o)
		if err != nil {
			return nil, err
		}
		block.Question = questions[k].Name
		out.Blocks = append(out.Blocks, *block)
	}
	return out, nil
}

// BannerOf returns the crossing of lines already made, of one base, by the
// levels of variables: a Banner of one block. base and unknown tell of each
// record whether it answered, and whether it does not know.
//
// Refusals: those of Banner.
func (d *Design) BannerOf(lines []Line, base, unknown []bool, by []*Column, o BannerOption) (*Banner, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	check(d.n, len(base))
	check(d.n, len(unknown))
	heads := newHeads(d, by)
	block, err := heads.block(d, lines, base, unknown, o)
	if err != nil {
		return nil, err
	}
	return &Banner{Columns: heads.columns, Blocks: []BannerBlock{*block}}, nil
}

// block estimates lines of one base in every column.
func (h *heads) block(d *Design, lines []Line, base, unknown []bool, o BannerOption) (*BannerBlock, error) {
	block := &BannerBlock{}
	for c := range h.columns {
		block.Bases = append(block.Bases, d.baseOf(base, unknown, func(i int) bool { return h.in(c, i) }))
	}
	for _, l := range lines {
		line, err := h.line(d, l, block.Bases, o)
		if err != nil {
			return nil, err
		}
		block.Lines = append(block.Lines, *line)
	}
	return block, nil
}

// heads are the columns of a banner: the whole sample as a variable of one
// level, then each variable from its first column on.
type heads struct {
	columns   []BannerColumn
	variables []*Column
	first     []int
}

func newHeads(d *Design, by []*Column) *heads {
	keep := make([]bool, d.n)
	for i, w := range d.weights {
		keep[i] = w > 0
	}
	whole := &Column{Name: "Ensemble", Levels: []string{""}, Code: make([]int32, d.n)}
	h := &heads{}
	letter := 0
	for v, c := range append([]*Column{whole}, by...) {
		c = c.Categorical().within(keep)
		h.variables, h.first = append(h.variables, c), append(h.first, len(h.columns))
		for _, level := range c.Levels {
			head := BannerColumn{Variable: c.Name, Level: level}
			if label := c.Labels[level]; label != "" {
				head.Level = label
			}
			if v > 0 {
				head.Letter = Letter(letter)
				letter++
			}
			h.columns = append(h.columns, head)
		}
	}
	return h
}

// in tells whether record i belongs to column c.
func (h *heads) in(c, i int) bool {
	v := len(h.first) - 1
	for h.first[v] > c {
		v--
	}
	return int(h.variables[v].Code[i]) == c-h.first[v]
}

// line estimates one figure in every column and compares the columns of each
// variable.
func (h *heads) line(d *Design, l Line, bases []Base, o BannerOption) (*BannerLine, error) {
	out := &BannerLine{Name: l.Name, Percent: l.Percent, Letters: make([]string, len(h.columns))}
	for v, c := range h.variables {
		figures, cov, df, err := d.figures(l, c.Code, len(c.Levels), o.Level)
		if err != nil {
			return nil, err
		}
		pairs := pairsOf(figures, cov, df, bases[h.first[v]:])
		out.letters(pairs, h, v, o)
		for _, p := range pairs {
			p.A, p.B = p.A+h.first[v], p.B+h.first[v]
			out.Pairs = append(out.Pairs, p)
		}
		out.Figures = append(out.Figures, figures...)
	}
	return out, nil
}

// pairsOf compares the groups two by two, those with a weak base or without
// variance left out.
func pairsOf(f []Figure, cov [][]float64, df float64, bases []Base) []BannerPair {
	var out []BannerPair
	var p []float64
	for a := range f {
		for b := a + 1; b < len(f); b++ {
			variance := cov[a][a] + cov[b][b] - 2*cov[a][b]
			if bases[a].Weak() || bases[b].Weak() || !(variance > 0) || !(df > 0) {
				continue
			}
			pair := BannerPair{A: a, B: b, Diff: f[a].Value - f[b].Value, SE: math.Sqrt(variance), DF: df}
			pair.T = pair.Diff / pair.SE
			pair.P = studentTail(pair.T, df)
			out, p = append(out, pair), append(p, pair.P)
		}
	}
	holm, bh := descr.Holm(p), descr.BH(p)
	for k := range out {
		out[k].Holm, out[k].BH = holm[k], bh[k]
	}
	return out
}

// letters writes beside each column the letters of those significantly lower.
func (l *BannerLine) letters(pairs []BannerPair, h *heads, v int, o BannerOption) {
	for low := range h.variables[v].Levels {
		for _, p := range pairs {
			above, below, value := p.A, p.B, p.Holm
			if p.Diff < 0 {
				above, below = below, above
			}
			switch o.Adjustment {
			case "bh":
				value = p.BH
			case "none":
				value = p.P
			}
			if below == low && value < 1-o.Level {
				at := h.first[v] + above
				if l.Letters[at] != "" {
					l.Letters[at] += " "
				}
				l.Letters[at] += h.columns[h.first[v]+low].Letter
			}
		}
	}
}

// dense returns a matrix of covariances as a symmetric one.
func dense(cov [][]float64) *mat.SymDense {
	out := mat.NewSymDense(len(cov), nil)
	for a := range cov {
		for b := range a + 1 {
			out.SetSym(a, b, cov[a][b])
		}
	}
	return out
}
