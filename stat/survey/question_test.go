package survey

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func numbers(name string, v ...float64) *Column { return &Column{Name: name, Number: v} }

// figuresOf returns the values of the lines of a question by name.
func figuresOf(t *testing.T, d *Design, q Question) (map[string]float64, Base) {
	t.Helper()
	b, err := d.Banner([]Question{q}, nil, BannerOption{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, l := range b.Blocks[0].Lines {
		out[l.Name] = l.Figures[0].Value
	}
	return out, b.Blocks[0].Bases[0]
}

func TestQuestionsByHand(t *testing.T) {
	d, err := New(5, Sample{Weights: []float64{1, 1, 2, 2, 4}})
	if err != nil {
		t.Fatal(err)
	}
	scale := numbers("s", 5, 4, 1, 9, nan())
	cases := []struct {
		name string
		q    Question
		want map[string]float64
		base Base
	}{
		{"likert without don't know", Question{Kind: LikertQuestion, Columns: []*Column{scale}, Top: 1, Unknown: []string{"9"}},
			map[string]float64{"5": .25, "4": .25, "1": .5, "1 niveaux les plus hauts": .25, "1 niveaux les plus bas": .5, "Solde": -.25, "Moyenne (1 à 3)": 1.75},
			Base{3, 4, 16.0 / 6, 1, 2.0 / 6}},
		{"don't know counted", Question{Kind: SingleQuestion, Columns: []*Column{scale}, Unknown: []string{"9"}, CountUnknown: true},
			map[string]float64{"5": 1.0 / 6, "1": 2.0 / 6, "Ne sait pas": 2.0 / 6}, Base{4, 6, 3.6, 1, 2.0 / 6}},
		{"score", Question{Kind: ScoreQuestion, Columns: []*Column{numbers("n", 10, 9, 8, 0, 6)}},
			map[string]float64{"Moyenne": 5.9, "Promoteurs (9 et 10)": .2, "Passifs (7 et 8)": .2, "Détracteurs (0 à 6)": .6, "Promoteurs − détracteurs": -.4, "10": .1},
			Base{5, 10, 100.0 / 26, 0, 0}},
		{"multiple", Question{Kind: MultipleQuestion, Items: []string{"x", "y"}, Columns: []*Column{numbers("a", 1, 1, 0, 0, nan()), numbers("b", 0, 1, 1, 0, nan())}},
			map[string]float64{"x": 2.0 / 6, "y": .5, "x (part des citations)": .4, "Nombre moyen de citations": 5.0 / 6}, Base{4, 6, 3.6, 0, 0}},
		{"ranking of three", Question{Kind: RankedQuestion, Everyone: true, Columns: []*Column{numbers("p1", 1, 2, 3, 1, nan()), numbers("p2", 2, 1, nan(), 3, nan())}},
			map[string]float64{"1 (cité)": .4, "1 (en premier)": .3, "1 (rang moyen)": 1.25, "1 (points)": (2 + 1 + 4) / 10.0, "3 (points)": (4 + 2) / 10.0, "3 (rang moyen)": 1.5}, Base{5, 10, 100.0 / 26, 0, 0}},
		{"number", Question{Kind: NumberQuestion, Columns: []*Column{numbers("n", 10, 10, 4, nan(), nan())}}, map[string]float64{"Moyenne": 7}, Base{3, 4, 16.0 / 6, 0, 0}},
	}
	for _, c := range cases {
		got, base := figuresOf(t, d, c.q)
		for line, want := range c.want {
			if v, ok := got[line]; !ok || !agree(v, want, 1e-12) {
				t.Errorf("%s: %s = %v (%v); want %v", c.name, line, v, ok, want)
			}
		}
		if base.N != c.base.N || base.Weighted != c.base.Weighted || !agree(base.Effective, c.base.Effective, 1e-12) || base.Unknown != c.base.Unknown || !agree(base.UnknownShare, c.base.UnknownShare, 1e-12) {
			t.Errorf("%s: base %+v; want %+v", c.name, base, c.base)
		}
	}
}

func TestPreferences(t *testing.T) {
	q := Question{Kind: RankedQuestion, Columns: []*Column{numbers("p1", 1, 2, 3, 1), numbers("p2", 2, 1, nan(), 3)}}
	lines, err := q.Preferences(equalSample(t, 4))
	if err != nil {
		t.Fatal(err)
	}
	// 1 before 2 for records 1 and 4, after it for record 2, none cited by record 3.
	f, err := equalSample(t, 4).Figure(lines[0], 0.95)
	if err != nil || lines[0].Name != "1 plutôt que 2" || !agree(f.Value, 2.0/3, 1e-12) || f.N != 3 {
		t.Errorf("Preferences: %s %+v, %v", lines[0].Name, f, err)
	}
}

func TestQuestionRefusals(t *testing.T) {
	d := equalSample(t, 3)
	one, half := numbers("x", 1, 2, 3), numbers("x", 1, .5, 0)
	for _, c := range []struct {
		q    Question
		what string
	}{
		{Question{Kind: SingleQuestion, Columns: []*Column{one, one}}, "colonnes"},
		{Question{Kind: "autre", Columns: []*Column{one}}, "inconnue"},
		{Question{Kind: MultipleQuestion, Columns: []*Column{one}}, "ni 0 ni 1"},
		{Question{Kind: ScoreQuestion, Columns: []*Column{half}}, "score entier"},
		{Question{Kind: NumberQuestion, Columns: []*Column{Category("x", []string{"a", "b", "c"})}}, "nombres"},
		{Question{Kind: SingleQuestion, Columns: []*Column{numbers("x", nan(), nan(), nan())}}, "personne"},
		{Question{Kind: RankedQuestion, Items: []string{"a", "b"}, Columns: []*Column{one}}, "item"},
	} {
		if _, err := d.Banner([]Question{c.q}, nil, BannerOption{}); err == nil || !strings.Contains(err.Error(), c.what) {
			t.Errorf("%+v: %v; want « %s »", c.q.Kind, err, c.what)
		}
	}
}

// The shares of a question add up to one in every column of a banner, bases to
// that of the whole, and letters agree with the pairs.
func TestBannerProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := makeSample(t, rapid.Uint64().Draw(rt, "seed"), 400)
		b, err := m.design.Banner([]Question{{Kind: SingleQuestion, Name: "région", Columns: []*Column{m.region}}}, []*Column{m.sex, m.age}, BannerOption{Adjustment: "none"})
		if err != nil {
			rt.Fatal(err)
		}
		block := b.Blocks[0]
		for c := range b.Columns {
			sum := 0.0
			for _, l := range block.Lines {
				sum += l.Figures[c].Value
			}
			if !agree(sum, 1, 1e-9) {
				rt.Errorf("column %v: shares add up to %v", b.Columns[c], sum)
			}
		}
		if n := block.Bases[1].N + block.Bases[2].N; n != block.Bases[0].N || n != 400 {
			rt.Errorf("bases %v", block.Bases)
		}
		for _, l := range block.Lines {
			for _, p := range l.Pairs {
				above, below := p.A, p.B
				if p.Diff < 0 {
					above, below = below, above
				}
				marked := strings.Contains(" "+l.Letters[above]+" ", " "+b.Columns[below].Letter+" ")
				if marked != (p.P < 0.05) || p.Holm < p.P || p.BH < p.P || p.BH > p.Holm {
					rt.Errorf("%s: pair %+v, letters %v", l.Name, p, l.Letters)
				}
			}
		}
	})
}

func TestBannerWeakBase(t *testing.T) {
	m := makeSample(t, 5, 100)
	small := make([]string, 100)
	for i := range small {
		if small[i] = "petit"; i >= 20 {
			small[i] = "grand"
		}
	}
	b, err := m.design.Banner([]Question{{Kind: NumberQuestion, Columns: []*Column{m.income}}}, []*Column{Category("taille", small)}, BannerOption{})
	if err != nil {
		t.Fatal(err)
	}
	line := b.Blocks[0].Lines[0]
	if !b.Blocks[0].Bases[2].Weak() || b.Blocks[0].Bases[0].Weak() || len(line.Pairs) != 0 || line.Letters[1]+line.Letters[2] != "" {
		t.Errorf("a base of twenty: %+v, %+v", b.Blocks[0].Bases, line)
	}
}

// Paired waves: the variance of the difference is that of the differences of
// persons; unpaired ones add theirs.
func TestTrendByHand(t *testing.T) {
	before, after := []float64{3, 5, 4, 8}, []float64{4, 5, 6, 8}
	y := numbers("y", append(before, after...)...)
	wave := Category("vague", []string{"2018", "2018", "2018", "2018", "2021", "2021", "2021", "2021"})
	in := func(person []string) *Trend {
		d, err := New(8, Sample{Clusters: []*Column{Category("personne", person)}})
		if err != nil {
			t.Fatal(err)
		}
		lines, _, _, err := (&Question{Kind: NumberQuestion, Columns: []*Column{y}}).Lines(d)
		if err != nil {
			t.Fatal(err)
		}
		trend, err := d.Trend(lines[0], wave, nil, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		return trend
	}
	paired := in([]string{"a", "b", "c", "d", "a", "b", "c", "d"})
	// Differences 1 0 2 0: mean 0.75, Σ(δ − 0.75)² = 2.75, over n(n−1) = 12.
	if s := paired.Steps[0]; !agree(s.Value, .75, 1e-12) || !agree(s.SE, math.Sqrt(2.75/12), 1e-12) || paired.Shared != 4 || paired.DF != 3 {
		t.Errorf("paired: %+v, shared %d, df %v", s, paired.Shared, paired.DF)
	}
	apart := in([]string{"a", "b", "c", "d", "e", "f", "g", "h"})
	// Σ(y−ȳ)² = 14 and 8.75, each over 16, times 8/7.
	if s := apart.Steps[0]; !agree(s.SE, math.Sqrt(8.0/7*22.75/16), 1e-12) || apart.Shared != 0 {
		t.Errorf("apart: %+v, shared %d", s, apart.Shared)
	}
	// Two waves: slope, overall and equality say the same.
	if !agree(paired.Slope.Value, .25, 1e-12) || !agree(paired.Slope.P, paired.Overall.P, 1e-9) || !agree(paired.Equality.P, paired.Overall.P, 1e-9) || paired.Curvature != nil {
		t.Errorf("paired: %+v", paired)
	}
}

// Figures on a line have their slope, and no curvature.
func TestTrendLine(t *testing.T) {
	n := 300
	wave, y := make([]string, n), &Column{Name: "y", Number: make([]float64, n)}
	person := make([]string, n)
	for i := range n {
		k := i % 3
		wave[i], person[i] = []string{"2015", "2018", "2024"}[k], string(rune('A'+i/3%26))+string(rune('a'+i/78))
		y.Number[i] = 2*[]float64{2015, 2018, 2024}[k] + float64(i*i%7) - float64((i-k)*(i-k)%7)
		if k == 0 {
			y.Number[i] += float64(i % 5)
		} else {
			y.Number[i] += float64((i - k) % 5)
		}
	}
	d, err := New(n, Sample{Clusters: []*Column{Category("personne", person)}})
	if err != nil {
		t.Fatal(err)
	}
	lines, _, _, err := (&Question{Kind: NumberQuestion, Columns: []*Column{y}}).Lines(d)
	if err != nil {
		t.Fatal(err)
	}
	trend, err := d.Trend(lines[0], Category("vague", wave), nil, 0.9)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(trend.Slope.Value-2) > 0.1 || trend.Slope.P > 1e-6 || len(trend.Steps) != 2 || trend.Curvature == nil || !agree(trend.Overall.Value, trend.Steps[0].Value+trend.Steps[1].Value, 1e-9) {
		t.Errorf("slope %+v, overall %+v, curvature %+v", trend.Slope, trend.Overall, trend.Curvature)
	}
	if _, err := d.Trend(lines[0], Category("vague", wave), []float64{1, 3, 2}, 0.95); err == nil {
		t.Error("dates that decrease: no refusal")
	}
	if _, err := d.Trend(lines[0], Category("vague", wave), []float64{1, 3}, 0.95); err == nil {
		t.Error("two dates for three waves: no refusal")
	}
}
