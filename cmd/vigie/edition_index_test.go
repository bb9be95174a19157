package main

import (
	"encoding/json"
	"testing"

	"vigie/fragility"
	"vigie/index"
	"vigie/observatory/observatorytest"
	"vigie/territory"
)

// The files that an edition gives of a tier are, for vigie index, the scores,
// ranks, classes and intervals of the edition, and the effect of each choice.
func TestReplayEdition(t *testing.T) {
	content, dir := observatorytest.Content(t), observatorytest.Dir(t)
	t.Chdir(t.TempDir())
	for _, level := range []territory.Level{territory.Region, territory.Departement, territory.EPCI} {
		perform(t, "vigie edition index 2026-1 "+string(level)+" --dir "+dir, false)
		var got index.Result
		if err := json.Unmarshal([]byte(perform(t, "vigie index "+string(level)+".toml --json", false)), &got); err != nil {
			t.Fatal(err)
		}
		compareReplay(t, content.Fragility[level], &got)
	}
}

func compareReplay(t *testing.T, want *fragility.Result, got *index.Result) {
	t.Helper()
	intervals, effects := 0, 0
	for _, p := range want.Parts {
		var e *index.Scores
		for k := range got.Elements {
			if got.Elements[k].Code == p.Code {
				e = &got.Elements[k]
			}
		}
		if e == nil {
			t.Fatalf("%s: no element %s", want.Level, p.Code)
		}
		for i, u := range want.Units {
			c := p.Cells[i]
			if got.Units[i].Code != string(u.Code) || got.Units[i].Name == "" || e.Score[i].OK() != c.OK() || c.OK() && float64(e.Score[i]) != c.Score || e.Rank[i] != c.Rank || e.Place[i] != c.Place || e.Class[i] != c.Step {
				t.Fatalf("%s, %s: %+v: score %v, rank %d, place %d, class %d; the edition has %+v", p.Code, u.Code, got.Units[i], e.Score[i], e.Rank[i], e.Place[i], e.Class[i], c)
			}
			if !p.Assessed || !c.OK() {
				continue
			}
			intervals++
			unsure := float64(e.Spread.Moved[i]) > 1.0/3
			if e.Spread.Lo[i] != c.Lo || e.Spread.Hi[i] != c.Hi || unsure != c.Unsure {
				t.Fatalf("%s, %s: ranks %d to %d, class uncertain %v; the edition has %+v", p.Code, u.Code, e.Spread.Lo[i], e.Spread.Hi[i], unsure, c)
			}
		}
		if p.Kind != fragility.OfAll {
			continue
		}
		for k, x := range p.Effects {
			effects++
			if s := got.Sensitivity[k]; s.Choice != x.Choice || float64(s.Total) != x.Total.Value || float64(s.First) != x.First.Value {
				t.Errorf("%s, effect of %s: %+v; the edition has %+v", want.Level, x.Choice, s, x)
			}
		}
	}
	if intervals < 1000 && want.Level == territory.EPCI || intervals < 100 || effects == 0 && want.Level != territory.EPCI {
		t.Errorf("%s: %d intervals, %d effects compared", want.Level, intervals, effects)
	}
}
