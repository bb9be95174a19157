package study

import (
	"cmp"
	"slices"

	"vigie/stat/descr"
	"vigie/stat/survey"
)

// Reconciliation is how answers of several audiences are set against each
// other.
type Reconciliation string

// The reconciliations, from the strongest: the figures are of one scale and
// their differences are tested; only the order of the options can be compared;
// nothing can, the figures stand side by side.
const (
	SameScale  Reconciliation = "same"
	ByRank     Reconciliation = "rank"
	SideBySide Reconciliation = "beside"
)

// Obstacle is why figures are not compared one to one.
type Obstacle string

// The obstacles. FewOptions is why not even ranks are compared.
const (
	KindDiffers    Obstacle = "kind"
	ScaleDiffers   Obstacle = "scale"
	OptionsDiffer  Obstacle = "options"
	WordingDiffers Obstacle = "wording"
	FewOptions     Obstacle = "few"
)

// leastRanked is the number of options under which an order says nothing.
const leastRanked = 4

// CrossView is a regard croisé: one item as several audiences answered it.
type CrossView struct {
	Voices    []Voice
	How       Reconciliation
	Obstacles []Obstacle // why not more; none of SameScale
	Lines     []CrossLine
	Ranked    int      // options that have a place
	Accords   []Accord // a pair of audiences each, when places are compared
}

// CrossLine is one figure over the audiences. Cells and Places have an entry an
// audience; a cell is nil when it was not asked or the column is withheld.
type CrossLine struct {
	Line   string
	Label  Words
	Domain string
	Cells  []*Cell
	Places []Place
	Gaps   []CrossGap // the pairs of audiences that can be tested
}

// CrossGap is the difference between two audiences, B less A. Adjusted is the
// p-value adjusted (Holm) over the pairs of its line, Overall over all those of
// the view.
type CrossGap struct {
	A, B int
	Gap
	Adjusted, Overall float64
}

// Told reports whether the two audiences can be told apart on this line.
func (g CrossGap) Told() bool { return g.Adjusted < 0.05 }

// Place is where an option stands among those that every audience shows: its
// rank, 1 for the highest figure, the mean one of equal ones; the ranks that
// its interval leaves possible, for all options at once; and its figure over
// the options' mean and spread. Not OK: it has none.
type Place struct {
	OK        bool
	Rank      float64
	Low, High int
	Standard  float64
}

// Accord says whether two audiences order the options alike. Of all pairs of
// options, Same have an order that both establish and share, Opposite one that
// they establish and reverse; the others cannot be told. Tau is Kendall's
// coefficient of the figures, Low and High the bounds that the pairs told leave.
type Accord struct {
	A, B                  int
	Pairs, Same, Opposite int
	Tau, Low, High        float64
}

// Cross sets one item of several audiences side by side, and compares what can
// be: figures of the same question on the same scale by their differences,
// other figures of the same options by their order. A figure that is secret or
// imprecise is neither tested nor ranked, and the ranks of the others have no
// gap: nothing is to be learned of it.
//
// Each voice is another sample: the same survey twice, or surveys that overlap,
// must not be given.
//
// Source: Holm (1979); Klein, Wright and Wieczorek (2020), JRSS A 183, 913-934.
func Cross(voices []Voice) CrossView {
	v := CrossView{Voices: voices, How: SameScale}
	v.gather()
	v.reconcile()
	switch v.How {
	case SameScale:
		v.test()
		v.rank()
	case ByRank:
		v.rank()
	}
	if v.How == ByRank && v.Ranked < leastRanked {
		v.How, v.Accords = SideBySide, nil
		v.Obstacles = append(v.Obstacles, FewOptions)
	}
	v.order()
	return v
}

func (v *CrossView) gather() {
	for _, l := range beside(v.Voices) {
		v.Lines = append(v.Lines, CrossLine{Line: l.Line, Label: l.Label, Domain: l.Domain, Cells: l.cells, Places: make([]Place, len(v.Voices))})
	}
}

// besides is a line of several voices, a cell each, nil where one has none.
type besides struct {
	ItemLine
	cells []*Cell
}

// beside collects the lines of all voices, in the order of the first that has
// them.
func beside(voices []Voice) (out []besides) {
	at := map[string]int{}
	for k, voice := range voices {
		for _, l := range voice.Item.Lines() {
			i, known := at[l.Line]
			if !known {
				i = len(out)
				at[l.Line] = i
				out = append(out, besides{l, make([]*Cell, len(voices))})
			}
			if c, ok := voice.Column.Cell(l.Line); ok && !voice.Column.Secret {
				out[i].cells[k] = c
			}
		}
	}
	return out
}

// ItemLine is one line of an item: an option, or the mean.
type ItemLine struct {
	Line   string
	Label  Words
	Domain string
}

// Lines returns the lines of an item's figures: its options, or its mean when
// it has none. Mean ranks are no line of a comparison.
func (i *Item) Lines() []ItemLine {
	if len(i.Options) == 0 {
		return []ItemLine{{Line: MeanLine}}
	}
	var out []ItemLine
	for _, o := range i.Options {
		out = append(out, ItemLine{o.Code, o.Label, o.Domain})
	}
	return out
}

// Things reports whether the options of an item are things that were each
// cited or noted, so that their order means something; those of a single answer
// or of a scale of agreement are degrees.
func (i *Item) Things() bool {
	switch survey.QuestionKind(i.Kind) {
	case survey.MultipleQuestion, survey.RankedQuestion, survey.ScoreQuestion:
		return len(i.Options) > 0
	}
	return false
}

// obstacles lists what keeps the figures of two items from being compared.
func obstacles(a, b *Item) []Obstacle {
	var out []Obstacle
	if a.Kind != b.Kind {
		out = append(out, KindDiffers)
	}
	if a.Scale != b.Scale {
		out = append(out, ScaleDiffers)
	}
	if !sameOptions(a, b) {
		out = append(out, OptionsDiffer)
	}
	if a.Differs != b.Differs {
		out = append(out, WordingDiffers)
	}
	return out
}

func sameOptions(a, b *Item) bool {
	codes := func(i *Item) []string {
		var out []string
		for _, o := range i.Options {
			out = append(out, o.Code)
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(codes(a), codes(b))
}

// reconcile finds how much can be compared between all voices.
func (v *CrossView) reconcile() {
	things := true
	for k := range v.Voices {
		things = things && v.Voices[k].Item.Things()
		if k == 0 {
			continue
		}
		for _, o := range obstacles(&v.Voices[0].Item.Item, &v.Voices[k].Item.Item) {
			if !slices.Contains(v.Obstacles, o) {
				v.Obstacles = append(v.Obstacles, o)
			}
		}
	}
	switch {
	case len(v.Obstacles) == 0:
	case things:
		v.How = ByRank
	default:
		v.How = SideBySide
	}
}

// test fills the differences of each pair of audiences on each line.
func (v *CrossView) test() {
	var all []*CrossGap
	for i := range v.Lines {
		l := &v.Lines[i]
		var p []float64
		for b := range v.Voices {
			for a := range b {
				x, okA := v.Voices[a].estimate(l.Line)
				y, okB := v.Voices[b].estimate(l.Line)
				if okA && okB {
					g := CrossGap{A: a, B: b, Gap: gap(x, y)}
					l.Gaps, p = append(l.Gaps, g), append(p, g.P)
				}
			}
		}
		for k, adjusted := range descr.Holm(p) {
			l.Gaps[k].Adjusted = adjusted
			all = append(all, &l.Gaps[k])
		}
	}
	p := make([]float64, len(all))
	for i, g := range all {
		p[i] = g.P
	}
	for i, adjusted := range descr.Holm(p) {
		all[i].Overall = adjusted
	}
}

// order puts first the lines that every audience shows, the highest first; the
// others follow as they were asked, so that the order tells nothing of them.
func (v *CrossView) order() {
	height := func(l *CrossLine) (float64, bool) {
		sum := 0.0
		for k, c := range l.Cells {
			switch {
			case c == nil || c.Secret:
				return 0, false
			case v.How == SameScale:
				sum += c.Value
			case !l.Places[k].OK:
				return 0, false
			default:
				sum -= l.Places[k].Rank
			}
		}
		return sum, true
	}
	if v.How == SideBySide || len(v.Voices) == 0 || !v.Voices[0].Item.Things() {
		return
	}
	slices.SortStableFunc(v.Lines, func(a, b CrossLine) int {
		x, okX := height(&a)
		y, okY := height(&b)
		if okX != okY {
			if okX {
				return -1
			}
			return 1
		}
		return cmp.Compare(y, x)
	})
}
