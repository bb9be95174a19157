package study_test

import (
	"math"
	"slices"
	"testing"

	"vigie/study"
	"vigie/territory"
)

func trends(tb testing.TB, construct, audience, domain string) []study.PublishedTrend {
	tb.Helper()
	all := study.PublishedTrends(figures(tb), register(tb), lists(tb), construct)
	return slices.DeleteFunc(all, func(t study.PublishedTrend) bool {
		return t.Audience != audience || domain != "" && t.Domain != domain || !slices.Equal(t.Territories, []territory.Code{"FR"})
	})
}

func TestPublishedTrendWithMargins(t *testing.T) {
	all := trends(t, "partnership_source_of_innovation", "citizens", "")
	if len(all) != 1 || len(all[0].Points) != 3 {
		t.Fatalf("%+v", all)
	}
	p := all[0].Points
	if p[0].Figure.ID != "F007" || !p[0].More || p[0].Size != 2000 || p[1].Size != 2400 || p[2].Range != nil {
		t.Errorf("%+v", p)
	}
	// R: prop.test(1380, 2000, correct = FALSE) and prop.test(1776, 2400, correct = FALSE)
	for i, want := range []study.SimpleRange{{66.9372, 70.9891}, {72.2079, 75.7153}} {
		if r := p[i].Range; r == nil || math.Abs(r.Low-want.Low) > 0.01 || math.Abs(r.High-want.High) > 0.01 {
			t.Errorf("interval %d: %+v, want %+v", i, r, want)
		}
	}
	s := p[1].Step
	if s.Verdict != study.Apart || s.Difference != 5 || s.Low < 2 || s.High > 8 || !s.Comparable || !slices.Equal(s.Breaks, []study.PublishedBreak{study.BreakWording}) {
		t.Errorf("%+v", s)
	}
	if s := p[2].Step; s.Verdict != study.NoMargin || !slices.Contains(s.Breaks, study.BreakSynthesis) {
		t.Errorf("%+v", s)
	}
}

// A value quoted later from the same study is no new measure; two values of one
// answer stay side by side.
func TestPublishedTrendRepeatsAndRivals(t *testing.T) {
	all := trends(t, "partnership_source_of_innovation", "companies", "")
	if len(all) != 1 || len(all[0].Points) != 2 {
		t.Fatalf("%+v", all)
	}
	p := all[0].Points
	if ids(p[0].Repeats)[0] != "F067" || p[0].Date.Start != "2015-10" || ids(p[1].Rivals)[0] != "F101" || p[1].Step.Verdict != study.NoMargin {
		t.Errorf("%+v", p)
	}
	all = trends(t, "fragility_concern", "citizens", "SEC")
	if len(all) != 1 || len(all[0].Points) != 2 || ids(all[0].Points[0].Rivals)[0] != "F117" || all[0].Points[0].Range != nil {
		t.Errorf("%+v", all)
	}
}

func TestPublishedTrendBreaks(t *testing.T) {
	all := trends(t, "partnership_engaged", "associations", "")
	if len(all) != 2 || len(all[0].Points) != 2 || ids([]study.PublishedFigure{all[0].Undated[0].Figure})[0] != "F003" || len(all[1].Points) != 1 {
		t.Fatalf("%+v", all)
	}
	if b := all[0].Points[1].Step.Breaks; !slices.Contains(b, study.BreakAudience) || !slices.Contains(b, study.BreakWording) {
		t.Errorf("%v", b)
	}
	nothing := trends(t, "fragility_concern", "citizens", "EMP")[0].Points[1].Step
	if len(nothing.Breaks) != 0 || math.Abs(nothing.Difference+0.7) > 1e-9 || nothing.Verdict != study.NoMargin || !nothing.Comparable {
		t.Errorf("%+v", nothing)
	}
}

// The sample of the country is not that of a region.
func TestPublishedTrendOfRegion(t *testing.T) {
	for _, tr := range study.PublishedTrends(figures(t), register(t), lists(t), "fragility_priority") {
		for _, p := range tr.Points {
			if national := p.Figure.Covers("FR"); national != (p.Range != nil) && tr.Audience == "citizens" {
				t.Errorf("%s: %+v", p.Figure.ID, p.Range)
			}
		}
	}
}

// Made-up figures: within the least margin nothing is told; a rival value that
// is within it too.
func TestPublishedTrendNotApart(t *testing.T) {
	head := "id,programme,study,date,audience,sample_size,mode,item_fr,value,unit,domain,territory,construct,rival_of,source\n"
	line := func(id, date, n, value, rival string) string {
		return id + ",,Étude inventée " + date + "," + date + ",citoyens," + n + ",,Question," + value + ",percent,,FR,alliance_duty," + rival + ",inventé\n"
	}
	for _, c := range []struct {
		text string
		want study.PublishedVerdict
	}{
		{line("A", "2020", "1000", "50", "") + line("B", "2021", "1000", "53", ""), study.NotApart},
		{line("A", "2020", "1000", "50", "") + line("B", "2021", "1000", "56", ""), study.Apart},
		{line("A", "2020", "1000", "50", "") + line("B", "2021", "1000", "56", "") + line("C", "2021", "", "52", "B"), study.NotApart},
		{line("A", "2020", "1000", "50", "") + line("B", "2021", "", "56", ""), study.NoMargin},
	} {
		f, err := study.ParsePublishedFigures("essai.csv", []byte(head+c.text), nil, lists(t))
		if err != nil {
			t.Fatal(err)
		}
		all := study.PublishedTrends(f, &study.Register{}, lists(t), "alliance_duty")
		if len(all) != 1 || len(all[0].Points) != 2 || all[0].Points[1].Step.Verdict != c.want {
			t.Errorf("%s: %+v", c.text, all)
		}
	}
}
