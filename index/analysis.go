package index

import (
	"math"

	"vigie/stat/composite"
	"vigie/stat/descr"
)

// Multivariate is what the columns say of each other, over the reference units
// of the last period: values as the index adds them up, in their direction.
type Multivariate struct {
	Period       string        `json:"period,omitempty"`
	Method       string        `json:"method"` // pearson, spearman, kendall
	Correlations []Correlation `json:"correlations,omitempty"`
	Parents      []Coherence   `json:"parents,omitempty"`
}

// Correlation is that of two columns over the units that have both.
type Correlation struct {
	// Kind says what they are to each other: siblings, parent (A is a child of B),
	// top (B is the index), denominator (B divides indicators of the index), link
	// (B is an outside variable).
	Kind string `json:"kind"`
	A    string `json:"a"`
	B    string `json:"b"`
	R    Number `json:"r"`
	N    int    `json:"n"`
	P    Number `json:"p"` // two-sided, of no correlation (Student's t)
	// Flag is high (one of the two says nothing more), low (they contradict each
	// other), or size (the value follows a denominator).
	Flag string `json:"flag,omitempty"`
}

// Coherence is how far the children of one element measure one thing.
type Coherence struct {
	Code     string   `json:"code"`
	Children []string `json:"children"`
	Alpha    Number   `json:"alpha"` // Cronbach's, of children on the scale of the index
	Rows     int      `json:"rows"`  // units that have all children
	// Components holds the share of the variance of each principal component of
	// the standardised children, Loadings their part in the first one, positive on
	// the side of most. Both are empty where a child does not vary.
	Components []Number `json:"components,omitempty"`
	Loadings   []Number `json:"loadings,omitempty"`
	// Against lists the children whose loading is negative.
	Against []string `json:"against,omitempty"`
}

// sample is what correlations are computed on: the reference units of the last
// period, and every column of the index there, by number.
type sample struct {
	period  string
	rows    []int // of the index
	columns [][]float64
	method  descr.Method
}

func (r *run) sample() sample {
	s := sample{method: map[string]descr.Method{"pearson": descr.Pearson, "spearman": descr.Spearman, "kendall": descr.Kendall}[r.Spec.Analysis.Correlation]}
	if n := len(r.Periods); n > 0 {
		s.period = r.Periods[n-1]
	}
	for i, u := range r.Units {
		if u.Reference && u.Period == s.period {
			s.rows = append(s.rows, i)
		}
	}
	for _, node := range r.Node {
		s.columns = append(s.columns, at(r.column(node), s.rows))
	}
	return s
}

// analyse compares the columns of the index with each other.
func (r *run) analyse() {
	s := r.sample()
	m := &Multivariate{Period: s.period, Method: r.Spec.Analysis.Correlation}
	leaves := len(r.Index.Indicators)
	top := len(r.Node) - 1
	for k, part := range r.Index.Parts {
		parent := leaves + k
		for i, a := range part.Children {
			for _, b := range part.Children[i+1:] {
				m.Correlations = append(m.Correlations, r.correlate(s, "siblings", a, b))
			}
			kind := "parent"
			if parent == top {
				kind = "top"
			}
			m.Correlations = append(m.Correlations, r.correlate(s, kind, a, parent))
			if parent != top {
				m.Correlations = append(m.Correlations, r.correlate(s, "top", a, top))
			}
		}
		if len(part.Children) > 1 {
			m.Parents = append(m.Parents, r.coherence(s, parent, part.Children))
		}
	}
	m.Correlations = append(m.Correlations, r.withDenominators(s)...)
	r.out.Analysis = m
}

// correlate compares two columns of the index. Siblings are flagged on both
// sides; a child is flagged when it goes against what it is part of.
func (r *run) correlate(s sample, kind string, a, b int) Correlation {
	c := s.correlation(kind, s.columns[a], s.columns[b])
	c.A, c.B = r.code(a), r.code(b)
	switch limits := r.Spec.Analysis; {
	case kind == "siblings" && float64(c.R) > limits.FlagHigh:
		c.Flag = "high"
	case float64(c.R) < min(0, limits.FlagLow):
		c.Flag = "low"
	}
	return c
}

func (s sample) correlation(kind string, x, y []float64) Correlation {
	v, n := descr.Correlation(x, y, s.method)
	return Correlation{Kind: kind, R: Number(v), N: n, P: Number(descr.CorrelationP(v, n))}
}

// code names a number of the index.
func (r *run) code(number int) string { return r.Tree.Nodes[r.Node[number]].Code }

// withDenominators compares each indicator, as it enters the index, with each
// variable that divides one of them: what still follows the size of units was
// perhaps to be divided.
func (r *run) withDenominators(s sample) []Correlation {
	var out []Correlation
	told := map[string]bool{}
	for _, d := range r.Spec.Indicators {
		if d.Denominator == "" || told[d.Denominator] {
			continue
		}
		told[d.Denominator] = true
		size := at(at(r.table.Column(d.Denominator).Number, r.rows), s.rows)
		for number, node := range r.Node[:len(r.Index.Indicators)] {
			c := s.correlation("denominator", at(r.before[r.Tree.Nodes[node].Indicator], s.rows), size)
			c.A, c.B = r.code(number), d.Denominator
			if math.Abs(float64(c.R)) > r.Spec.Analysis.FlagHigh {
				c.Flag = "size"
			}
			out = append(out, c)
		}
	}
	return out
}

// coherence tells how far children measure one thing.
func (r *run) coherence(s sample, parent int, children []int) Coherence {
	columns := at(s.columns, children)
	c := Coherence{Code: r.code(parent), Alpha: Number(descr.Alpha(columns))}
	for _, child := range children {
		c.Children = append(c.Children, r.code(child))
	}
	for i := range s.rows {
		whole := true
		for _, x := range columns {
			whole = whole && !math.IsNaN(x[i])
		}
		if whole {
			c.Rows++
		}
	}
	pca, err := composite.PCA(columns, true)
	if err != nil || len(pca.SD) == 0 {
		return c
	}
	c.Components = numbersOf(pca.Share)
	sum := 0.0
	for _, row := range pca.Rotation {
		sum += row[0]
	}
	for k, row := range pca.Rotation {
		v := row[0] * math.Copysign(1, sum)
		if c.Loadings = append(c.Loadings, Number(v)); v < 0 {
			c.Against = append(c.Against, c.Children[k])
		}
	}
	return c
}

// links compares the index and its elements with the outside variables that
// the specification names.
func (r *run) links() error {
	s := r.sample()
	for i, l := range r.Spec.Links {
		x, err := r.Spec.numbers(r.table, item("link", i, "column"), l.Column)
		if err != nil {
			return err
		}
		outside := at(at(x, r.rows), s.rows)
		linked := Linked{Column: l.Column, NameFR: l.NameFR, NameEN: l.NameEN, Period: s.period}
		for number := len(r.Index.Indicators); number < len(r.Node); number++ {
			c := s.correlation("link", s.columns[number], outside)
			c.A, c.B = r.code(number), l.Column
			linked.Correlations = append(linked.Correlations, c)
		}
		r.out.Links = append(r.out.Links, linked)
	}
	return nil
}

// Linked compares the elements of the index with another variable of the table.
type Linked struct {
	Column       string        `json:"column"`
	NameFR       string        `json:"name_fr,omitempty"`
	NameEN       string        `json:"name_en,omitempty"`
	Period       string        `json:"period,omitempty"`
	Correlations []Correlation `json:"correlations"` // by element, the index last
}
