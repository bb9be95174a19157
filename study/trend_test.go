package study_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"testing"

	"vigie/stat/survey"
	"vigie/study"
	"vigie/study/studytest"
)

var pointers = regexp.MustCompile(`0x[0-9a-f]+`)

// TestTrendIsSurveyTrend: on independent samples of one size and one variance
// the change, its error, its interval and its test are those of a trend over
// the pooled file, each wave a stratum.
func TestTrendIsSurveyTrend(t *testing.T) {
	const n = 200
	rng := rand.New(rand.NewPCG(8, 1))
	wave, y := make([]string, 2*n), make([]float64, 2*n)
	for i := range 2 * n {
		wave[i], y[i] = "2024", 5+rng.NormFloat64()
		if i >= n {
			wave[i], y[i] = "2026", y[i-n]+0.3
		}
	}
	d, err := survey.New(2*n, survey.Sample{Strata: []*survey.Column{survey.Category("vague", wave)}})
	if err != nil {
		t.Fatal(err)
	}
	lines, _, _, err := (&survey.Question{Kind: survey.NumberQuestion, Columns: []*survey.Column{{Name: "y", Number: y}}}).Lines(d)
	if err != nil {
		t.Fatal(err)
	}
	pooled, err := d.Trend(lines[0], survey.Category("vague", wave), nil, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	var each []*study.Tabulation
	for k, f := range pooled.Figures {
		each = append(each, asked(pooled.Waves[k], "citizens", n-1, study.Item{Code: "q", Kind: "number"},
			study.Cell{Line: study.MeanLine, Value: f.Value, SE: f.SE}))
		each[k].Items[0].Options = nil
	}
	m, s := study.Follow(study.Voices(each, "q")).Lines[0].Moves[0], pooled.Steps[0]
	if !near(m.Value, s.Value) || !near(m.SE, s.SE) || !near(m.DF, pooled.DF) || !near(m.Low, s.Low) || !near(m.High, s.High) || !near(m.P, s.P) {
		t.Errorf("%+v, pooled %+v (df %v)", m, s, pooled.DF)
	}
	if m.Verdict != study.Rise {
		t.Errorf("a change of 0.3 with an error of %v is %s", m.SE, m.Verdict)
	}
}

// TestTrendVerdicts: each thing that may stand between two waves.
func TestTrendVerdicts(t *testing.T) {
	item := study.Item{Code: "q", Kind: "single", Scale: "yes/no", Wording: study.Words{FR: "Êtes-vous d'accord ?"}}
	with := func(change func(*study.Item)) study.Item {
		i := item
		change(&i)
		return i
	}
	for name, test := range map[string]struct {
		item    study.Item
		to      study.Cell
		change  func(*study.Tabulation)
		verdict study.Verdict
		broken  study.Break
	}{
		"rise":        {item: item, to: share("yes", .6, .02), verdict: study.Rise},
		"fall":        {item: item, to: share("yes", .4, .02), verdict: study.Fall},
		"no change":   {item: item, to: share("yes", .52, .02), verdict: study.NoChange},
		"typing":      {item: with(func(i *study.Item) { i.Wording.FR = "Etes-vous  d’accord ?" }), to: share("yes", .6, .02), verdict: study.Rise},
		"wording":     {item: with(func(i *study.Item) { i.Wording.FR = "Diriez-vous oui ?" }), to: share("yes", .6, .02), verdict: study.Untested, broken: study.Break{Wording: true}},
		"declared":    {item: with(func(i *study.Item) { i.Differs.FR = "autre" }), to: share("yes", .6, .02), verdict: study.Untested, broken: study.Break{Wording: true}},
		"scale":       {item: with(func(i *study.Item) { i.Scale = "0-10" }), to: share("yes", .6, .02), verdict: study.Uncompared, broken: study.Break{Scale: true}},
		"mode":        {item: item, to: share("yes", .6, .02), change: func(s *study.Tabulation) { s.Mode = "phone" }, verdict: study.Untested, broken: study.Break{Mode: true}},
		"overlap":     {item: item, to: share("yes", .6, .02), change: func(s *study.Tabulation) { s.Overlap = []string{"one"} }, verdict: study.Untested, broken: study.Break{Overlap: true}},
		"secret":      {item: item, to: study.Cell{Line: "yes", Percent: true, Secret: true, Value: studytest.Canary}, verdict: study.Uncompared},
		"imprecise":   {item: item, to: study.Cell{Line: "yes", Percent: true, Value: .9, SE: .2, Imprecise: true}, verdict: study.Uncompared},
		"withheld":    {item: item, to: share("yes", .6, .02), change: func(s *study.Tabulation) { s.Items[0].Tables[0].Columns[0].Secret = true }, verdict: study.Uncompared},
		"no freedom":  {item: item, to: share("yes", .6, .02), change: func(s *study.Tabulation) { s.Weighting.DesignDF = 0 }, verdict: study.Uncompared},
		"new options": {item: with(func(i *study.Item) { i.Options = []study.Option{{Code: "perhaps"}} }), to: share("yes", .6, .02), verdict: study.Untested, broken: study.Break{Options: true}},
	} {
		one, two := asked("one", "citizens", 500, item, share("yes", .5, .02)), asked("two", "citizens", 500, test.item, test.to)
		if test.change != nil {
			test.change(two)
		}
		tr := study.Follow(study.Voices([]*study.Tabulation{one, two}, "q"))
		if tr.Steps[0].Break != test.broken {
			t.Errorf("%s: break %+v", name, tr.Steps[0].Break)
		}
		for _, l := range tr.Lines {
			if l.Line != "yes" {
				continue
			}
			m := l.Moves[0]
			if m.Verdict != test.verdict || l.Overall.Verdict != test.verdict {
				t.Errorf("%s: %+v", name, m)
			}
			if m.Verdict == study.Untested && (m.SE != 0 || m.P != 0) || m.Verdict == study.Uncompared && m.Gap != (study.Gap{}) {
				t.Errorf("%s: tells of %+v", name, m)
			}
		}
	}
}

// TestTrendHolm: the changes of the lines of an item are judged together.
func TestTrendHolm(t *testing.T) {
	item := study.Item{Code: "q", Kind: "multiple", Scale: "n"}
	var before, after []study.Cell
	for k := range 10 {
		before = append(before, share(fmt.Sprint(k), .3, .02))
		after = append(after, share(fmt.Sprint(k), .3, .02))
	}
	after[4] = share("4", .36, .02) // t = 2.12, p = 0.034: one of ten lines
	v := study.Voices([]*study.Tabulation{asked("1", "x", 1e4, item, before...), asked("2", "x", 1e4, item, after...)}, "q")
	m := study.Follow(v).Lines[4].Moves[0]
	if m.Verdict != study.NoChange || !(m.P < 0.05) || math.Abs(m.Adjusted-10*m.P) > 1e-12 {
		t.Errorf("%+v", m)
	}
}
