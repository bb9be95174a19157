package study

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/stat/descr"
	"vigie/taxonomy"
	"vigie/territory"
)

// PublishedTrend is what was published over time of one question put to one
// audience. Points are in order of date; Undated those whose date is not known.
type PublishedTrend struct {
	Construct   string
	Audience    string // the widest: that of associations holds employers' too
	Unit        string
	Domain      string
	Territories []territory.Code
	Points      []PublishedPoint
	Undated     []PublishedPoint
}

// PublishedPoint is one published value with what is known of it.
type PublishedPoint struct {
	Figure  PublishedFigure
	Wave    *Wave             // nil when the register does not tell
	Date    Date              // of the figure, otherwise of the wave's publication
	Rivals  []PublishedFigure // other values that sources give of the same answer
	Repeats []PublishedFigure // the same value published again, and no new measure
	Size    int               // of the sample that the value is a share of, 0 when not published
	More    bool              // the source says more than Size
	Range   *SimpleRange      // nil when no margin can be given
	Step    PublishedStep     // since the point before, the zero value of the first one
}

// SimpleRange is the 95 % interval of a share under simple random sampling, of
// 100. No published design is that simple: it is the least that the uncertainty
// can be, a lower bound.
type SimpleRange struct{ Low, High float64 }

// PublishedBreak says why two points are not the same measure.
type PublishedBreak string

// The breaks.
const (
	BreakWording   PublishedBreak = "wording"   // the published wordings differ
	BreakAudience  PublishedBreak = "audience"  // a part of the audience, or all of it
	BreakMode      PublishedBreak = "mode"      // answers were not gathered the same way
	BreakSynthesis PublishedBreak = "synthesis" // a synthesis that does not name the study
)

// PublishedVerdict says what may be said of a difference.
type PublishedVerdict string

// The verdicts.
const (
	NoVerdict PublishedVerdict = ""
	NoMargin  PublishedVerdict = "no_margin" // a margin is not published: nothing can be told
	NotApart  PublishedVerdict = "not_apart" // within the least margin
	Apart     PublishedVerdict = "apart"     // beyond the least margin, under simple random sampling
)

// PublishedStep is what lies between a point and the one before it. Low and High are the
// 95 % interval of the difference under simple random sampling, the widest when
// sources give rival values, of 100.
type PublishedStep struct {
	Verdict    PublishedVerdict
	Difference float64
	Low, High  float64 // of Apart and NotApart
	Breaks     []PublishedBreak
	Comparable bool // the source says that the samples are comparable
}

// PublishedTrends gathers the published figures of a construct into trends,
// those with most dates first. Within one study, a second answer to the same
// construct is a trend of its own. A value that contradicts another is its
// rival, at the same date; one published again is a repeat.
func PublishedTrends(f *Figures, r *Register, lists *taxonomy.Set, construct string) []PublishedTrend {
	var out []PublishedTrend
	for _, p := range f.Select(Filter{Construct: construct}) {
		if p.RivalOf != "" {
			continue
		}
		point := pointOf(f, r, p)
		root := rootAudience(lists, p.Audience)
		placed := false
		for i := range out {
			if t := &out[i]; t.Audience == root && t.Unit == p.Unit && t.Domain == p.Domain && slices.Equal(t.Territories, p.Territories) && t.take(point) {
				placed = true
				break
			}
		}
		if !placed {
			t := PublishedTrend{Construct: construct, Audience: root, Unit: p.Unit, Domain: p.Domain, Territories: p.Territories}
			t.take(point)
			out = append(out, t)
		}
	}
	for i := range out {
		out[i].settle()
	}
	slices.SortStableFunc(out, func(a, b PublishedTrend) int { return cmp.Compare(len(b.Points), len(a.Points)) })
	return out
}

// rootAudience follows the parents of an audience up to the widest.
func rootAudience(lists *taxonomy.Set, code string) string {
	for range lists.Terms("audience") {
		t, ok := lists.Term("audience", code)
		if !ok || t.Parent == "" || t.ParentTaxonomy != "" {
			break
		}
		code = t.Parent
	}
	return code
}

func pointOf(f *Figures, r *Register, p PublishedFigure) PublishedPoint {
	point := PublishedPoint{Figure: p, Rivals: f.Rivals(p.ID), Date: p.Date}
	point.Wave, _ = r.WaveOf(&p)
	point.Size, point.More = p.SampleSize, p.SampleQualifier != ""
	if w := point.Wave; w != nil {
		if point.Date.Precision == NoDate {
			point.Date = w.Published
		}
		if point.Size == 0 {
			point.Size, point.More = w.SampleSize, w.SampleQualifier != ""
		}
	}
	// A sample of the country says nothing of how many answered in one region.
	if !slices.Contains(p.Territories, territory.France) && !slices.Contains(p.Territories, territory.Metropolis) {
		point.Size, point.More = 0, false
	}
	if p.Unit == Percent && point.Size > 0 {
		low, high := simple(p.Value, point.Size)
		point.Range = &SimpleRange{low, high}
	}
	return point
}

// z95 is the normal quantile of a two-sided 95 % interval.
const z95 = 1.959964

// simple is Wilson's interval of a share of 100 among n.
func simple(share float64, n int) (low, high float64) {
	low, high = descr.Wilson(int(math.Round(share*float64(n)/100)), n, z95)
	return 100 * low, 100 * high
}

// quoted reports whether the figure was published under another name than that
// of the study it comes from.
func (p *PublishedPoint) quoted() bool { return p.Wave != nil && p.Wave.Study != p.Figure.Study }

// take puts a point in the trend; false when its study has another answer
// there already.
func (t *PublishedTrend) take(p PublishedPoint) bool {
	for i := range t.Points {
		q := &t.Points[i]
		if !sameStudy(q, &p) {
			continue
		}
		switch {
		case p.quoted() == q.quoted():
			return false
		case p.Figure.Value == q.Figure.Value:
			q.Repeats = append(q.Repeats, p.Figure)
		default:
			q.Rivals = append(q.Rivals, p.Figure)
		}
		return true
	}
	t.Points = append(t.Points, p)
	return true
}

func sameStudy(a, b *PublishedPoint) bool {
	if a.Wave != nil || b.Wave != nil {
		return a.Wave == b.Wave
	}
	return a.Figure.Study == b.Figure.Study && a.Figure.Date == b.Figure.Date
}

// settle orders the points, sets those without date apart and says what lies
// between them.
func (t *PublishedTrend) settle() {
	all := t.Points
	t.Points = nil
	for _, p := range all {
		if p.Date.Precision == NoDate {
			t.Undated = append(t.Undated, p)
		} else {
			t.Points = append(t.Points, p)
		}
	}
	slices.SortStableFunc(t.Points, func(a, b PublishedPoint) int { return cmp.Compare(a.Date.SortKey(), b.Date.SortKey()) })
	for i := 1; i < len(t.Points); i++ {
		t.Points[i].Step = stepOf(&t.Points[i-1], &t.Points[i])
	}
}

func stepOf(a, b *PublishedPoint) PublishedStep {
	s := PublishedStep{Difference: b.Figure.Value - a.Figure.Value, Breaks: breaks(a, b)}
	s.Comparable = a.Wave != nil && b.Wave != nil && b.Wave.ComparableWith == a.Wave.ID
	if a.Range == nil || b.Range == nil {
		s.Verdict = NoMargin
		return s
	}
	s.Low, s.High = math.Inf(1), math.Inf(-1)
	for _, before := range a.values() {
		for _, after := range b.values() {
			low, high := difference(before, a.Size, after, b.Size)
			s.Low, s.High = min(s.Low, low), max(s.High, high)
		}
	}
	s.Verdict = NotApart
	if s.Low > 0 || s.High < 0 {
		s.Verdict = Apart
	}
	return s
}

// values are those that sources give of the point.
func (p *PublishedPoint) values() []float64 {
	out := []float64{p.Figure.Value}
	for _, r := range p.Rivals {
		out = append(out, r.Value)
	}
	return out
}

// difference is the 95 % interval of the difference of two shares of 100 of
// independent simple random samples: Newcombe's hybrid of Wilson's intervals.
//
// Source: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
func difference(before float64, m int, after float64, n int) (low, high float64) {
	l1, u1 := simple(after, n)
	l2, u2 := simple(before, m)
	d := after - before
	return d - math.Hypot(after-l1, u2-before), d + math.Hypot(u1-after, before-l2)
}

func breaks(a, b *PublishedPoint) []PublishedBreak {
	var out []PublishedBreak
	if wording(&a.Figure) != wording(&b.Figure) {
		out = append(out, BreakWording)
	}
	if a.Figure.Audience != b.Figure.Audience {
		out = append(out, BreakAudience)
	}
	if x, y := a.mode(), b.mode(); x != "" && y != "" && x != y {
		out = append(out, BreakMode)
	}
	if a.Synthesis() || b.Synthesis() {
		out = append(out, BreakSynthesis)
	}
	return out
}

// wording is the item as it is compared: no accents, no punctuation.
func wording(f *PublishedFigure) string { return strings.TrimSpace(lang.Fold(f.ItemFR)) }

func (p *PublishedPoint) mode() string {
	if p.Wave == nil {
		return ""
	}
	return p.Wave.Mode
}

// Synthesis reports whether the value was read in a synthesis that asked nobody
// itself.
func (p *PublishedPoint) Synthesis() bool { return p.Wave != nil && len(p.Wave.Audiences) == 0 }
