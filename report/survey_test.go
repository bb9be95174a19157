package report_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/render/chart"
	"vigie/report"
	"vigie/study"
	"vigie/study/studytest"
	"vigie/territory"
)

// surveyed is the edition of the tests with made-up surveys.
func surveyed(t *testing.T, surveys []*study.Tabulation) *edition.Content {
	t.Helper()
	c := *observatorytest.Content(t)
	c.Surveys = surveys
	return &c
}

// surveyPages composes every page that surveys make.
func surveyPages(t *testing.T, c *edition.Content, l lang.Lang) []report.Document {
	t.Helper()
	var out []report.Document
	add := func(d report.Document, err error) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	at := func(path string, query map[string][]string) report.Request {
		return report.Request{Lang: l, Path: path, Query: query}
	}
	add(report.CrossViews(c, at(report.CrossPath, nil)))
	for _, path := range report.SurveyPaths(c) {
		if item, ok := strings.CutPrefix(path, report.CrossPath+"/"); ok {
			add(report.CrossItem(c, at(path, nil), item))
			if strings.HasPrefix(item, "fragility") {
				add(report.CrossItem(c, at(path, map[string][]string{"annee": {"2024"}}), item))
				add(report.CrossItem(c, at(path, map[string][]string{"territoire": {"REG-24"}}), item))
			}
			continue
		}
		wave, item, _ := strings.Cut(strings.TrimPrefix(path, "/etudes/"), "/")
		add(report.SurveyItem(c, at(path, map[string][]string{"par": {"region"}}), wave, item))
	}
	for _, code := range []territory.Code{"REG-11", "REG-44", "REG-94"} {
		add(report.Territory(c, at("/territoires/"+string(code), nil), code))
	}
	return out
}

// TestSurveyPages: every page of surveys is complete in both languages, says
// that its figures are made up, and says its finding first.
func TestSurveyPages(t *testing.T) {
	c := surveyed(t, studytest.Surveys(1))
	k := newChecker(c)
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		for _, d := range surveyPages(t, c, l) {
			k.document(t, d)
			t.Logf("%s\n  %s", d.Path, answered(d))
			text, _ := json.Marshal(d.Sections) // marshalled a moment ago by the checker
			if slices.Contains([]string{"survey_item", "survey_weighting"}, d.Kind) && !(strings.Contains(string(text), "ynth") && strings.Contains(d.Kicker, "ynth")) {
				t.Errorf("%s: made-up figures do not say so", d.Path)
			}
		}
	}
	for _, path := range [][2]string{{"zzz", studytest.Priority}, {studytest.Wave("citizens", 2026), "zzz"}, {"", ""}} {
		if _, err := report.SurveyItem(c, report.Request{Lang: lang.FR, Path: "/etudes/x/y"}, path[0], path[1]); err == nil {
			t.Errorf("%v: a page", path)
		}
	}
}

// TestCrossViewsSay: the sentences are those that the figures allow.
func TestCrossViewsSay(t *testing.T) {
	c := surveyed(t, studytest.Surveys(1))
	for _, test := range []struct {
		item, year string
		want       []string
	}{
		{studytest.Priority, "2026", []string{"c’est sur «", "s’écartent le plus", "points"}},
		{studytest.Priority, "2024", []string{"l’échelle diffère", "seul l’ordre des réponses se compare", "tau de Kendall"}},
		{studytest.Innovation, "2026", []string{"ne répondent pas de même", "Oui"}},
	} {
		d, err := report.CrossItem(c, report.Request{Lang: lang.FR, Path: "/regards-croises/" + test.item, Query: map[string][]string{"annee": {test.year}}}, test.item)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range test.want {
			if !strings.Contains(answered(d), w) {
				t.Errorf("%s %s: %q lacks %q", test.item, test.year, answered(d), w)
			}
		}
	}
	d, err := report.SurveyItem(c, report.Request{Lang: lang.FR, Path: "/etudes/x/y"}, studytest.Wave("companies", 2026), studytest.Concern)
	if err != nil {
		t.Fatal(err)
	}
	text := spaced(t, d)
	for _, w := range []string{"Rupture entre 2024 et 2026", "le mode de recueil a changé", "écart montré, non testé"} {
		if !strings.Contains(text, w) {
			t.Errorf("a change of mode: no %q", w)
		}
	}
	d, err = report.SurveyItem(c, report.Request{Lang: lang.FR, Path: "/etudes/x/y"}, studytest.Wave("citizens", 2026), studytest.Concern)
	if err != nil {
		t.Fatal(err)
	}
	text = spaced(t, d)
	for _, w := range []string{"hausse", "« Santé", "pas d’évolution décelable", "hausse établie"} {
		if !strings.Contains(text, w) {
			t.Errorf("two waves of one question: no %q", w)
		}
	}
}

// spaced is all that a page says, with ordinary spaces.
func spaced(t *testing.T, d report.Document) string {
	t.Helper()
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(string(b))
}

// canary is how the withheld value would be seen, in any of the forms that a
// page, a drawing or a file give it.
var canary = regexp.MustCompile(`0[.,]31415|\b31[.,]4\d*|\b0[.,]314|\b31(\x{202f}|\x{00a0})%`)

// TestSecretNowhere: a value that secrecy withholds is in no page, no drawing
// and no table of any page, whatever the language.
func TestSecretNowhere(t *testing.T) {
	surveys := studytest.Surveys(1)
	clean := surveyPages(t, surveyed(t, surveys), lang.FR)
	own := map[string]int{} // what looks like it without any secret
	for _, d := range clean {
		own[d.Path] += len(canary.FindAll(everyForm(t, d), -1))
	}
	for _, s := range surveys {
		for _, item := range []string{studytest.Priority, studytest.Concern} {
			studytest.Withhold(s, item, "SEC")
		}
		studytest.Withhold(s, studytest.Innovation, "yes")
		studytest.Withhold(s, studytest.Innovation, "no")
	}
	seen := map[string]int{}
	c := surveyed(t, surveys)
	for _, d := range surveyPages(t, c, lang.FR) {
		all := everyForm(t, d)
		seen[d.Path] += len(canary.FindAll(all, -1))
		if bytes.Contains(all, []byte("0.314159")) || bytes.Contains(all, []byte("31.41592")) {
			t.Errorf("%s: tells a secret value", d.Path)
		}
	}
	for path, n := range seen {
		if n > own[path] {
			t.Errorf("%s: %d places look like the secret value, %d without it", path, n, own[path])
		}
	}
}

// everyForm is a document as JSON, with the drawings of its figures.
func everyForm(t *testing.T, d report.Document) []byte {
	t.Helper()
	out, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Figure == nil {
				continue
			}
			if _, isMap := b.Figure.Chart.(*report.Map); isMap {
				continue
			}
			svg, err := chart.Bytes(b.Figure, chart.Options{Theme: chart.Standalone})
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, svgText(svg)...)
		}
	}
	return out
}

// svgText is what a drawing says, without its coordinates.
func svgText(svg []byte) []byte {
	return bytes.Join(regexp.MustCompile(`>[^<]+<`).FindAll(svg, -1), []byte(" "))
}

// TestStudyLeadsToItsAnswers: a study whose answers are published leads to each
// question and to the weighting, and to nothing when they are not.
func TestStudyLeadsToItsAnswers(t *testing.T) {
	const wave = "IMPACT-Citoyens-2019"
	answers := studytest.Surveys(1)[0]
	for _, published := range []bool{false, true} {
		moved := *answers
		if published {
			moved.Wave = wave
		}
		c := surveyed(t, []*study.Tabulation{&moved})
		v, ok := c.Register.Wave(wave)
		if !ok {
			t.Fatalf("the register has no wave %s", wave)
		}
		d, err := report.Study(c, report.Request{Lang: lang.FR}, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := practiceSection(&d, "reponses")
		if ok != published {
			t.Fatalf("published %v: a section of answers %v", published, ok)
		}
		if text := said(s); published && (!strings.Contains(text, "/etudes/"+wave+"/"+moved.Items[0].Code) || !strings.Contains(text, "/etudes/"+wave+"/"+report.WeightingPart)) {
			t.Errorf("the answers are not led to: %s", text)
		}
	}
}

// TestSurveysOfOneWave: a wave that asked several audiences has a page for the
// answers of each.
func TestSurveysOfOneWave(t *testing.T) {
	one := *studytest.Surveys(1)[0]
	other := one
	other.Audience = "associations"
	if one.Audience == other.Audience {
		t.Fatal("the test wants two audiences")
	}
	c := surveyed(t, []*study.Tabulation{&one, &other})
	item := one.Items[0].Code
	path := "/etudes/" + one.Wave + "/" + item
	if paths := report.SurveyPaths(c); !slices.Contains(paths, path) || !slices.Contains(paths, path+"?public=associations") {
		t.Errorf("the pages are %q", paths)
	}
	for audience, want := range map[string]string{"": one.Audience, "associations": "associations"} {
		r := report.Request{Lang: lang.FR, Path: path, Query: map[string][]string{}}
		if audience != "" {
			r.Query["public"] = []string{audience}
		}
		d, err := report.SurveyItem(c, r, one.Wave, item)
		if err != nil {
			t.Fatal(err)
		}
		label, _ := c.Term("audience", want)
		if !strings.Contains(d.Kicker, label.LabelFR) || strings.Join(d.State["public"], "") != audience {
			t.Errorf("%q: « %s », state %v; want %s", audience, d.Kicker, d.State, label.LabelFR)
		}
	}
	if _, err := report.SurveyItem(c, report.Request{Lang: lang.FR, Query: map[string][]string{"public": {"inconnu"}}}, one.Wave, item); err == nil {
		t.Error("an audience that was not asked has a page")
	}
}
