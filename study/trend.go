package study

import (
	"slices"
	"strings"
	"unicode"

	"vigie/lang"
	"vigie/stat/descr"
)

// Trend is one item as one audience answered it in several waves.
type Trend struct {
	Waves []Voice // in order of time
	Steps []Step  // from each wave to the next
	Lines []TrendLine
}

// Step is the passage from one wave to another.
type Step struct {
	From, To int
	Break    Break
}

// Break says what changed between two waves in how the question was asked.
// Overlap is true when their samples share persons, so that the error of a
// change is not known from their figures.
type Break struct {
	Wording, Scale, Options, Mode, Overlap bool
}

// Clear reports whether nothing keeps a difference from being one of opinion.
func (b Break) Clear() bool { return b == Break{} }

// Asked reports whether the question itself changed, or how answers to it are
// gathered.
func (b Break) Asked() bool { return b.Wording || b.Scale || b.Options || b.Mode }

// TrendLine is one figure over the waves; Cells has an entry a wave, nil when
// the line was not asked or the wave is withheld; Moves an entry a step.
// Overall is from the first to the last wave, of several steps.
type TrendLine struct {
	Line    string
	Label   Words
	Domain  string
	Cells   []*Cell
	Moves   []Move
	Overall Move
}

// Verdict is what may be said of a change.
type Verdict string

// The verdicts. Untested: the difference is shown, but the waves differ in more
// than their date or share persons. Uncompared: one of the figures is not there,
// says too little, or is on another scale.
const (
	Rise       Verdict = "rise"
	Fall       Verdict = "fall"
	NoChange   Verdict = "none"
	Untested   Verdict = "untested"
	Uncompared Verdict = "uncompared"
)

// Move is a change with its test; Adjusted is the p-value adjusted (Holm) over
// the lines of the item. Of Untested only Value is told.
type Move struct {
	Verdict Verdict
	Gap
	Adjusted float64
}

// Follow sets the waves of one item side by side, in order of time, and tests
// each change between samples that are independent and were asked the same in
// the same way.
//
// Source: Kish (1965), section 12.4; Holm (1979).
func Follow(waves []Voice) Trend {
	t := Trend{Waves: waves}
	for k := 1; k < len(waves); k++ {
		t.Steps = append(t.Steps, Step{k - 1, k, breakBetween(waves[k-1], waves[k])})
	}
	t.gather()
	for s, step := range t.Steps {
		for i, m := range t.moves(step) {
			t.Lines[i].Moves[s] = m
		}
	}
	if last := len(waves) - 1; last > 0 {
		for i, m := range t.moves(Step{0, last, t.between(0, last)}) {
			t.Lines[i].Overall = m
		}
	}
	return t
}

// between is the break between two waves, with whatever changed and changed
// back in the ones between them left out.
func (t *Trend) between(a, b int) Break { return breakBetween(t.Waves[a], t.Waves[b]) }

func (t *Trend) gather() {
	for _, l := range beside(t.Waves) {
		t.Lines = append(t.Lines, TrendLine{Line: l.Line, Label: l.Label, Domain: l.Domain, Cells: l.cells, Moves: make([]Move, len(t.Steps))})
	}
}

// moves returns the change of each line between two waves.
func (t *Trend) moves(s Step) []Move {
	from, to := t.Waves[s.From], t.Waves[s.To]
	out, p := make([]Move, len(t.Lines)), make([]float64, 0, len(t.Lines))
	var tested []int
	for i := range t.Lines {
		a, okA := from.estimate(t.Lines[i].Line)
		b, okB := to.estimate(t.Lines[i].Line)
		switch {
		case !okA || !okB || s.Break.Scale:
			out[i].Verdict = Uncompared
		case !s.Break.Clear():
			out[i] = Move{Verdict: Untested, Gap: Gap{Value: b.x - a.x}}
		default:
			out[i].Gap = gap(a, b)
			tested, p = append(tested, i), append(p, out[i].P)
		}
	}
	for k, adjusted := range descr.Holm(p) {
		out[tested[k]].judge(adjusted)
	}
	return out
}

// judge says what a tested change is.
func (m *Move) judge(adjusted float64) {
	m.Adjusted, m.Verdict = adjusted, NoChange
	switch {
	case adjusted >= 0.05:
	case m.Value > 0:
		m.Verdict = Rise
	default:
		m.Verdict = Fall
	}
}

// breakBetween says what differs between two waves besides their date.
func breakBetween(a, b Voice) Break {
	return Break{
		Wording: words(a.Item.Wording.FR) != words(b.Item.Wording.FR) || a.Item.Differs != b.Item.Differs,
		Scale:   a.Item.Kind != b.Item.Kind || a.Item.Scale != b.Item.Scale,
		Options: !sameOptions(&a.Item.Item, &b.Item.Item),
		Mode:    a.Survey.Mode != b.Survey.Mode,
		Overlap: slices.Contains(a.Survey.Overlap, b.Survey.Wave) || slices.Contains(b.Survey.Overlap, a.Survey.Wave),
	}
}

// words is a wording without case, accents and punctuation: what is left when
// only the typing changes.
func words(s string) string {
	return strings.Join(strings.FieldsFunc(lang.Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}
