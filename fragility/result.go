package fragility

import (
	"math"

	"vigie/index"
	"vigie/indicator"
	"vigie/stat/composite"
	"vigie/territory"
)

// Result is the index of one level: immutable, and the same bytes for the
// same spec, input, seed and versions.
type Result struct {
	Level      territory.Level
	Provenance Provenance
	Units      []Unit    // in increasing order of codes
	Columns    []Scaled  // the indicators used, in the order of the input
	Absent     []Absent  // the indicators of the spec that are not
	Parts      []Part    // domains, dimensions, then the overall index
	Typology   *Typology // nil for too few territories or domains

	at   map[territory.Code]int
	part map[string]int
}

// Provenance says what a result was made from.
type Provenance struct {
	SpecVersion string   `json:"spec_version"`
	SpecHash    string   `json:"spec_hash"` // SHA-256 of the spec's bytes
	Datasets    []string `json:"datasets"`
	Seed        uint64   `json:"seed"`
	Draws       int      `json:"draws"`
	Go          string   `json:"go"`
	Code        string   `json:"code"` // version of Vigie

	// The thresholds of the spec that the result's answers rest on.
	Interval float64 `json:"interval"`
	Reversal float64 `json:"reversal"`

	Failed []index.Failure `json:"failed,omitempty"` // draws that gave no index
}

// Scaled is one indicator on the scale of fragility. At0 and At100 are the
// values, in the indicator's unit, at 0 and 100 points; under the methods
// z-score and percentile they are those of the least and the most fragile
// reference unit. Weight is the one inside the domain.
type Scaled struct {
	Indicator  indicator.Code
	Domain     string
	Period     string
	Direction  int
	Weight     float64
	At0, At100 float64
	Drawn      int       // reference units drawn in as outliers
	Share      float64   // share of the reference units that have a value
	Score      []float64 // 0–100, one a unit, NaN where missing
	Beyond     []bool    // units whose value lies outside what the reference set spans
}

// Kind says what a part of a result is.
type Kind string

// The kinds of parts.
const (
	OfDomain    Kind = "domain"
	OfDimension Kind = "dimension"
	OfAll       Kind = "overall"
)

// Part is one score of the result: a domain, a dimension or the overall index.
type Part struct {
	Code   string
	Kind   Kind
	Weight float64
	// Below counts the indicators that the part rests on at this level. With
	// fewer than two nothing can be varied: no interval, nothing assessed.
	Below int
	// Of is what Cell.Have is counted against: indicators of the domain used
	// at this level, domains of the dimension, all domains.
	Of       int
	Ranked   int       // reference units that have a score
	Assessed bool      // intervals, uncertain classes and reversals exist
	Limits   []float64 // the Steps - 1 limits of the classes; nil without score
	Cells    []Cell    // one a unit
	Effects  []Effect  // of each choice that varies; nil where they were not asked for

	spread *composite.Spread // nil unless Assessed
}

// Cell is one unit in one part. Without score (Score NaN) Rank, Place, Lo, Hi
// and Step are 0.
type Cell struct {
	Score float64 // 0–100, 100 the most fragile
	Rank  int     // among the reference set, 1 the most fragile; 0 for units outside it
	Place int     // reference units that are more fragile, plus one; equals Rank inside the set
	Lo    int     // interval of the place, 0 unless the part is assessed
	Hi    int
	Step  int // class, 1 to Steps
	// Unsure says that the class differs in more draws than the spec allows.
	Unsure bool
	// Worst is the share of draws in which the unit is in the most fragile class,
	// in [0, 1]; NaN where it is not known.
	Worst float64
	// Have counts the indicators present (domain) or the domains that enter the
	// score (dimension; overall: those of dimensions that have a score).
	Have int
}

// OK reports whether the cell has a score.
func (c Cell) OK() bool { return !math.IsNaN(c.Score) }

// HasInterval reports whether Lo and Hi hold an interval.
func (c Cell) HasInterval() bool { return c.Lo > 0 }

// index prepares the look-ups; New results and decoded ones call it.
func (r *Result) index() *Result {
	r.at, r.part = make(map[territory.Code]int, len(r.Units)), make(map[string]int, len(r.Parts))
	for i, u := range r.Units {
		r.at[u.Code] = i
	}
	for i, p := range r.Parts {
		r.part[p.Code] = i
	}
	return r
}

// Part returns the domain, dimension or overall index of that code, nil when
// the result has none.
func (r *Result) Part(code string) *Part {
	if i, ok := r.part[code]; ok {
		return &r.Parts[i]
	}
	return nil
}

// Kinds returns the parts of one kind, in order.
func (r *Result) Kinds(k Kind) []*Part {
	var out []*Part
	for i := range r.Parts {
		if r.Parts[i].Kind == k {
			out = append(out, &r.Parts[i])
		}
	}
	return out
}

// Unit returns the position of a territory among Units, false when the level
// has none of that code.
func (r *Result) Unit(code territory.Code) (int, bool) {
	i, ok := r.at[code]
	return i, ok
}

// Cell returns a territory's cell in a part, false when there is no such part,
// territory or score.
func (r *Result) Cell(part string, code territory.Code) (Cell, bool) {
	p, i, ok := r.find(part, code)
	if !ok || !p.Cells[i].OK() {
		return Cell{Score: math.NaN()}, false
	}
	return p.Cells[i], true
}

func (r *Result) find(part string, code territory.Code) (*Part, int, bool) {
	p := r.Part(part)
	i, ok := r.at[code]
	return p, i, p != nil && ok
}

// Covered returns how many domains have a score for at least one unit.
func (r *Result) Covered() int {
	n := 0
	for _, p := range r.Kinds(OfDomain) {
		if p.Limits != nil {
			n++
		}
	}
	return n
}

// Verdict is the answer to "can these two be told apart?".
type Verdict int

// The verdicts. NotAssessed: the part rests on one series, or one of the two
// has no score.
const (
	NotAssessed Verdict = iota
	Distinct
	Indistinct
)

// Reversal returns the share of draws, in [0, 1], in which the order of two
// territories in a part is the reverse of the published one, ties counting for
// one half; 0.5 when their scores are equal. NaN when not assessed.
func (r *Result) Reversal(part string, a, b territory.Code) float64 {
	p, i, ok := r.find(part, a)
	_, j, also := r.find(part, b)
	if !ok || !also || p.spread == nil || !p.Cells[i].OK() || !p.Cells[j].OK() {
		return math.NaN()
	}
	switch x, y := p.Cells[i].Score, p.Cells[j].Score; {
	case i == j:
		return 0
	case x == y:
		return 0.5
	case x > y:
		return p.spread.Reversal(i, j)
	default:
		return p.spread.Reversal(j, i)
	}
}

// Compare says whether two territories can be told apart in a part: they
// cannot when their order reverses in more draws than the spec's threshold.
func (r *Result) Compare(part string, a, b territory.Code) Verdict {
	share := r.Reversal(part, a, b)
	switch {
	case math.IsNaN(share):
		return NotAssessed
	case share > r.Provenance.Reversal:
		return Indistinct
	}
	return Distinct
}

// Same returns the other territories that cannot be told apart from one in a
// part, in the order of Units. Nil also when nothing is assessed: see
// Part.Assessed.
func (r *Result) Same(part string, code territory.Code) []territory.Code {
	var out []territory.Code
	for _, u := range r.Units {
		if u.Code != code && r.Compare(part, code, u.Code) == Indistinct {
			out = append(out, u.Code)
		}
	}
	return out
}

// Contribution explains a domain's score by one indicator. Share is its part
// of the weight present, in [0, 1]; Points = Share × Score add up to the
// domain's score when the spec aggregates by the arithmetic mean.
type Contribution struct {
	Column *Scaled
	Score  float64 // of the indicator, NaN where missing
	Share  float64
	Points float64
	Beyond bool
}

// Contributions returns one entry a column of the domain, in order.
func (r *Result) Contributions(domain string, code territory.Code) []Contribution {
	i, ok := r.at[code]
	if !ok {
		return nil
	}
	var out []Contribution
	total := 0.0
	for k := range r.Columns {
		c := &r.Columns[k]
		if c.Domain != domain {
			continue
		}
		out = append(out, Contribution{Column: c, Score: c.Score[i], Beyond: c.Beyond[i]})
		if !math.IsNaN(c.Score[i]) {
			total += c.Weight
		}
	}
	for k := range out {
		if o := &out[k]; !math.IsNaN(o.Score) {
			o.Share = o.Column.Weight / total
			o.Points = o.Share * o.Score
		}
	}
	return out
}
