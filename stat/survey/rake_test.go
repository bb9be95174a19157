package survey

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// margin counts a category under weights w.
func marginOf(c *Column, w []float64) Margin {
	m := Margin{c, map[string]float64{}}
	for i, k := range c.Code {
		m.Counts[c.Levels[k]] += w[i]
	}
	return m
}

// Raking meets every margin, and is the calibration by raking ratio.
func TestRakeProperty(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		m := makeSample(t, seed, rapid.IntRange(30, 150).Draw(r, "n"))
		w := m.perturbed(seed)
		margins := []Margin{marginOf(m.sex, w), marginOf(m.age, w), marginOf(m.region, w)}
		raked, err := m.design.Rake(margins, 0)
		if err != nil {
			r.Fatal(err)
		}
		c := Calibration{Distance: Raking}
		for _, margin := range margins {
			got := marginOf(margin.Column, raked.Weights())
			for _, level := range margin.Column.Levels {
				if away := math.Abs(got.Counts[level] - margin.Counts[level]); away > 1e-8*margin.Counts[level] {
					r.Fatalf("%s %s: %g; want %g", margin.Column.Name, level, got.Counts[level], margin.Counts[level])
				}
				c.Totals = append(c.Totals, Constraint{margin.Column, level, margin.Counts[level]})
			}
		}
		calibrated, err := m.design.Calibrate(c)
		if err != nil {
			r.Fatal(err)
		}
		for i, v := range calibrated.Weights() {
			if math.Abs(v-raked.Weights()[i]) > 1e-7*v {
				r.Fatalf("record %d: %g raked, %g calibrated", i+1, raked.Weights()[i], v)
			}
		}
	})
}

func TestRakeRefusals(t *testing.T) {
	m := makeSample(t, 8, 60)
	sum := total(m.design.weights)
	half := Margin{m.sex, map[string]float64{"F": sum / 2, "H": sum / 2}}
	cases := []struct {
		name    string
		margins []Margin
		texts   []string
	}{
		{"none", nil, []string{"sans marge"}},
		{"level without count", []Margin{{m.sex, map[string]float64{"F": 10}}}, []string{"sexe", "« H »", "pas d’effectif"}},
		{"count without respondent", []Margin{{m.sex, map[string]float64{"F": 10, "H": 10, "X": 5}}}, []string{"sexe", "« X »", "regroupez"}},
		{"negative", []Margin{{m.sex, map[string]float64{"F": 10, "H": -1}}}, []string{"sexe", "« H »", "-1"}},
		{"disagree", []Margin{half, {m.age, map[string]float64{"jeune": sum, "moyen": 1, "vieux": 1}}}, []string{"age", "sexe", "même total"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := m.design.Rake(c.margins, 0)
			refused(t, err, c.texts...)
		})
	}
	_, err := m.design.PostStratify(Margin{m.sex, map[string]float64{"F": 10, "H": 10, "X": 5}})
	refused(t, err, "« X »")
	// Two categories that are one, with other shares: no table has them.
	twin := &Column{Name: "jumeau", Code: m.sex.Code, Levels: m.sex.Levels}
	_, err = m.design.Rake([]Margin{half, {twin, map[string]float64{"F": sum / 4, "H": sum * 3 / 4}}}, 0)
	refused(t, err, "ne converge pas", "« F »")
}

func TestTrim(t *testing.T) {
	d, err := New(4, Sample{Weights: []float64{5, 10, 20, 45}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		trim Trimming
		want []float64
	}{
		// 45 loses 15 and 5 gains 3: the two others share 12.
		{Trimming{Lower: 8, Upper: 30}, []float64{8, 16, 26, 30}},
		{Trimming{Lower: 8, Upper: 24}, []float64{8, 19, 29, 24}},
		// 29 is brought back to 24; 5 goes to the three others, of which the
		// last is beyond 24 again, until the room is found.
		{Trimming{Lower: 8, Upper: 24, Strict: true}, []float64{11.0 + 1.0/3 + 2, 24, 24, 24}},
		{Trimming{Lower: math.Inf(-1), Upper: math.Inf(1)}, []float64{5, 10, 20, 45}},
	} {
		got, err := d.Trim(c.trim)
		if err != nil {
			t.Errorf("%+v: %v", c.trim, err)
			continue
		}
		if sum := total(got.Weights()); math.Abs(sum-80) > 1e-9 {
			t.Errorf("%+v: sum %g; want 80", c.trim, sum)
		}
		for i, w := range got.Weights() {
			if !c.trim.Strict && math.Abs(w-c.want[i]) > 1e-9 || c.trim.Strict && (w < 8 || w > 24+1e-9) {
				t.Errorf("%+v: %v; want %v", c.trim, got.Weights(), c.want)
				break
			}
		}
	}
	for _, c := range []Trimming{{Lower: 1, Upper: 19, Strict: true}, {Lower: 3, Upper: 2}, {Lower: 22, Upper: 23}} {
		_, err := d.Trim(c)
		refused(t, err, "bornes")
	}
}

func TestNonresponse(t *testing.T) {
	class := Category("classe", []string{"a", "a", "a", "b", "b"})
	d, err := New(5, Sample{Weights: []float64{1, 2, 3, 4, 6}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Nonresponse([]*Column{class}, []bool{true, false, true, false, true})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1.5, 0, 4.5, 0, 10} {
		if math.Abs(got.Weights()[i]-want) > 1e-12 {
			t.Fatalf("weights %v", got.Weights())
		}
	}
	_, err = d.Nonresponse([]*Column{class}, []bool{true, true, true, false, false})
	refused(t, err, "classe", "« b »", "regroupez")
}

func TestStandardise(t *testing.T) {
	age := Category("age", []string{"j", "v", "v", "j", "v", "j"})
	area := Category("zone", []string{"n", "n", "n", "s", "s", "s"})
	d, err := New(6, Sample{Weights: []float64{1, 1, 1, 1, 1, 1}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := d.Standardise(age, []*Column{area}, []float64{3, 1})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{2.25, .375, .375, 1.125, .75, 1.125} {
		if math.Abs(got.Weights()[i]-want) > 1e-12 {
			t.Fatalf("weights %v", got.Weights())
		}
	}
	_, err = d.Standardise(age, []*Column{Category("zone", []string{"n", "n", "n", "s", "s", "t"})}, []float64{3, 1})
	refused(t, err, "age", "« t »")
	_, err = d.Standardise(age, nil, []float64{1})
	refused(t, err, "1 parts pour 2")
}

func TestRanking(t *testing.T) {
	nan := math.NaN()
	first, second := &Column{Name: "r1", Number: []float64{2, 1, nan}}, &Column{Name: "r2", Number: []float64{1, nan, nan}}
	got, err := Ranking([]*Column{first, second}, 2, []float64{2, 1})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]float64{
		"top2_1": {1, 1, 0}, "top1_1": {0, 1, 0}, "borda_1": {1, 2, 0}, "rank_1": {2, 1, nan},
		"top2_2": {1, 0, 0}, "top1_2": {1, 0, 0}, "borda_2": {2, 0, 0}, "rank_2": {1, nan, nan},
	}
	for _, c := range got {
		for i, v := range c.Number {
			if w := want[c.Name][i]; v != w && !(math.IsNaN(v) && math.IsNaN(w)) {
				t.Errorf("%s = %v; want %v", c.Name, c.Number, want[c.Name])
				break
			}
		}
	}
	p := Preference("1 à 2", got[3].Number, got[7].Number)
	if p.Number[0] != 0 || p.Number[1] != 1 || !math.IsNaN(p.Number[2]) {
		t.Errorf("Preference = %v; want 0, 1, missing", p.Number)
	}
	_, err = Ranking([]*Column{{Name: "r1", Number: []float64{3}}}, 2, []float64{1})
	refused(t, err, "r1", "enregistrement 1", "« 3 »")
}
