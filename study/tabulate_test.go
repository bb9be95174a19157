package study_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/estimate"
	"vigie/fault"
	"vigie/source/microdata"
	"vigie/stat/disclosure"
	"vigie/stat/survey"
	"vigie/study"
	"vigie/territory"
)

// madeUp is where the made-up survey stands.
const madeUp = "../conformance/testdata/survey/data/barometre.csv"

// loadExample reads the made-up answers, whatever name a plan gives them, and
// the other files of testdata; more are files of one test.
func loadExample(more map[string]string) estimate.Load {
	return func(f estimate.File) (*survey.Frame, error) {
		name, path := f.Path, filepath.Join("testdata", f.Path)
		if f.Path == "barometre.sav" {
			name, path = "barometre.csv", madeUp
		}
		raw, ok := []byte(more[f.Path]), more[f.Path] != ""
		if !ok {
			var err error
			if raw, err = os.ReadFile(path); err != nil {
				return nil, err
			}
		}
		return microdata.Options{Text: f.Text, Codes: f.Codes}.Parse(name, raw)
	}
}

// example reads the plan of testdata, changed by pairs of texts.
func example(t *testing.T, changes ...string) (*study.Plan, error) {
	t.Helper()
	raw, err := os.ReadFile("testdata/citizens_2021.toml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the plan has no %q", changes[i])
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	p, err := study.ParsePlan("plan.toml", []byte(text))
	if err != nil {
		return nil, err
	}
	return p, p.Settle(lists(t), france(t))
}

func tabulated(t *testing.T, more map[string]string, changes ...string) *study.Tabulation {
	t.Helper()
	if len(changes) == 0 {
		once.Do(func() { asIs = tabulate(t, nil) })
		return asIs
	}
	return tabulate(t, more, changes...)
}

// asIs is the example as it stands, tabulated once.
var (
	once sync.Once
	asIs *study.Tabulation
)

// withoutRanking takes the longest question to protect out of the example.
func withoutRanking(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/citizens_2021.toml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	from, to := strings.Index(text, "[[item]]\ncode = \"fragility_priority\""), strings.Index(text, "[[item]]\ncode = \"channel\"")
	return text[from:to]
}

func tabulate(t *testing.T, more map[string]string, changes ...string) *study.Tabulation {
	t.Helper()
	p, err := example(t, changes...)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Read(context.Background(), loadExample(more), vintages(t))
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.Tabulate(context.Background(), "answers", "test")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// france is the regions of the vintages of the shared lists.
func france(t *testing.T) *territory.Vintage {
	t.Helper()
	v, err := territory.ParseVintage(2021, territory.Files{
		National: read(t, "starter/territories/national.csv"), Regions: read(t, "starter/territories/regions.csv"),
		Departements: []byte("code,label,region\n"), EPCI: []byte("code,label\n"), Communes: []byte("code,label,departement,region,epci\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func vintages(t *testing.T) study.Vintages {
	return func(year int) (*territory.Vintage, bool) { return france(t), year == 2021 }
}

// sameAnalysis is the same survey as an analysis of vigie estimate.
const sameAnalysis = `
[design]
data = "barometre.sav"
strata = ["region"]
weights = "pw"
fpc = ["Nreg"]
categorical = ["wave"]

[[prep]]
kind = "domain"
where = { all = [{ is = ["wave", "==", 2021] }, { is = ["public", "==", "citoyens"] }] }

[[prep]]
kind = "rake"
margins = "marges.csv"
tolerance = 1e-6

[[estimate]]
name = "tables"
op = "banner"
by = ["urb"]
questions = [
  { kind = "likert", x = "satisfaction" },
  { kind = "number", x = "confiance" },
  { kind = "single", x = "coop" },
  { kind = "ranking", x = ["prio1", "prio2", "prio3"] },
  { kind = "multiple", x = ["canal1", "canal2", "canal3"] },
]

[[estimate]]
name = "test"
op = "chisq"
rows = "coop"
cols = "urb"
statistic = "F"
`

// The figures of a tabulation are those that vigie estimate gives of the same
// answers, to the last bit.
func TestTabulationIsTheEstimate(t *testing.T) {
	got := tabulated(t, nil, "min_base = 30", "min_base = 11", "min_cell = 5", "min_cell = 0", regions(t), "")
	a, err := estimate.Parse("analysis.toml", []byte(sameAnalysis))
	if err != nil {
		t.Fatal(err)
	}
	r, err := estimate.Run(context.Background(), a, loadExample(nil))
	if err != nil {
		t.Fatal(err)
	}
	banner := r.Estimates[0].Value.(map[string]any)
	// levels of urb in byte order: metropole, rural, ville
	columns := map[string]int{"": 0, "metropolis": 1, "rural": 2, "town": 3}
	lines := map[string]map[string]int{
		"satisfaction": {"1": 0, "2": 1, "3": 2, "4": 3, "5": 4, study.MeanLine: 8}, "confidence": {study.MeanLine: 0},
		"cooperation": {"no": 0, "yes": 1}, "fragility_priority": {"EMP": 0, study.RankLine + ":EMP": 2, "NIV": 4, "CUL": 60, study.RankLine + ":CUL": 62},
		"channel": {"press": 0, "townhall": 1, "online": 2},
	}
	compared, withheld := 0, 0
	for q, block := range banner["questions"].([]any) {
		item := got.Items[q]
		bases := block.(map[string]any)["bases"].([]any)
		for _, by := range []string{"", "urban"} {
			table, _ := item.By(by)
			for _, c := range table.Columns {
				at := columns[c.Level]
				base := bases[at].(map[string]any)
				if float64(c.Base) != base["n"] || math.Abs(c.Effective-base["effective"].(float64)) > 0.5 || item.Kind != "ranking" && (c.Effective != base["effective"] || by == "" && c.Unknown != base["unknown_share"]) {
					t.Errorf("%s %s: base %d, %v, unknown %v; want %v", item.Code, c.Level, c.Base, c.Effective, c.Unknown, base)
				}
				for line, k := range lines[item.Code] {
					want := block.(map[string]any)["lines"].([]any)[k].(map[string]any)
					cell, ok := c.Cell(line)
					number := func(name string) float64 { return want[name].([]any)[at].(float64) }
					if !ok || cell.Secret {
						withheld++
						continue
					}
					near := func(got, want float64) bool { return got == want }
					if item.Kind == "ranking" { // mean ranks of few are withheld, so the others are rounded
						near = func(got, want float64) bool { return math.Abs(got-want) <= 0.00501 }
					}
					if !near(cell.Value, number("est")) || !near(cell.SE, number("se")) || !near(cell.Low, number("ci_low")) || !near(cell.High, number("ci_high")) {
						t.Errorf("%s %s %s: %+v, want %v", item.Code, c.Level, line, cell, want)
					}
					compared++
				}
			}
		}
	}
	if compared < 60 || withheld > 5 {
		t.Errorf("%d figures compared, %d withheld", compared, withheld)
	}
	item, _ := got.Item("cooperation")
	table, _ := item.By("urban")
	want := r.Estimates[1].Value.(map[string]any)
	if table.Test == nil || table.Test.P != want["p_value"] && table.Test.P != want["p"] {
		t.Errorf("test %+v, want %v", table.Test, want)
	}
	w := got.Weighting
	if w.Method != "rake" || w.Iterations < 2 || w.DesignDF != r.DF || len(w.Quantiles) != 9 || math.Abs(w.Effective*w.DesignKish-float64(got.Records)) > 1e-9 {
		t.Errorf("weighting %+v, %v degrees of freedom", w, r.DF)
	}
	for _, m := range w.Margins {
		if math.Abs(m.After-m.Target) > 1e-6 || m.Before == m.After || m.Source != "marges inventées, 2021" {
			t.Errorf("margin %+v", m)
		}
	}
}

// regions is the text of the first breakdown of the example.
func regions(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/citizens_2021.toml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	from := strings.Index(text, "[[breakdown]]")
	return text[from : from+strings.Index(text[from+1:], "[[breakdown]]")+1]
}

func TestTabulationIsTheSameBytes(t *testing.T) {
	var first []byte
	for range 2 {
		raw, err := tabulate(t, nil, withoutRanking(t), "").Encode()
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = raw
		} else if !bytes.Equal(first, raw) {
			t.Error("the same plan and answers give other bytes")
		}
	}
	if _, err := study.DecodeTabulation(first); err != nil {
		t.Error(err)
	}
}

// Where a figure is withheld nothing of it is there, and it cannot be worked out.
func TestTabulationWithholds(t *testing.T) {
	got := tabulated(t, nil)
	if got.Secrecy.Primary == 0 || got.Secrecy.Secondary == 0 {
		t.Fatalf("nothing withheld: %+v", got.Secrecy)
	}
	for _, item := range got.Items {
		for _, table := range item.Tables {
			hidden := false
			for _, c := range table.Columns {
				if c.Secret != (c.Base == 0) || c.Secret && (len(c.Cells) > 0 || c.Effective != 0 || c.Unknown != 0) || !c.Secret && c.Base < 30 {
					t.Errorf("%s %s %s: %+v", item.Code, table.By, c.Level, c)
				}
				hidden = hidden || c.Secret
				for _, cell := range c.Cells {
					if cell.Secret && cell != (study.Cell{Line: cell.Line, Percent: cell.Percent, Secret: true}) {
						t.Errorf("%s %s %s: a withheld cell holds %+v", item.Code, table.By, c.Level, cell)
					}
					hidden = hidden || cell.Secret
				}
			}
			if hidden && table.Test != nil {
				t.Errorf("%s by %s: a test of figures withheld", item.Code, table.By)
			}
		}
	}
}

// One line of a table withheld alone would be known by what is left: each line
// and, of a question with one answer, each column that withholds one figure
// withholds another.
func TestNothingIsWithheldAlone(t *testing.T) {
	got := tabulated(t, nil)
	for _, item := range got.Items {
		everybody, _ := item.By("")
		for _, table := range item.Tables[1:] {
			for _, whole := range everybody.Columns[0].Cells {
				if whole.Secret {
					continue
				}
				n := 0
				for _, c := range table.Columns {
					if cell, ok := c.Cell(whole.Line); c.Secret || ok && cell.Secret {
						n++
					}
				}
				if n == 1 {
					t.Errorf("%s by %s: %s is withheld once", item.Code, table.By, whole.Line)
				}
			}
			for _, c := range table.Columns {
				n := 0
				for _, cell := range c.Cells {
					if cell.Secret && cell.Percent {
						n++
					}
				}
				if n == 1 && item.Kind == "single" {
					t.Errorf("%s by %s, %s: one answer withheld", item.Code, table.By, c.Level)
				}
			}
		}
	}
}

func TestPlanRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		changes  []string
		more     map[string]string
		what, do string
	}{
		"unknown key":       {changes: []string{"synthetic = true", "sinthetic = true"}, what: "plan.toml, ligne 7 : clé inconnue « sinthetic »"},
		"format":            {changes: []string{"format = 1", "format = 2"}, what: "format 2 inconnu"},
		"margin year":       {changes: []string{"year = 2021\nsource", "year = 2015\nsource"}, what: "les marges sont de 2015, le terrain de 2021", do: "reason"},
		"margin source":     {changes: []string{`source = "marges inventées"`, ""}, what: "sans année ni source"},
		"base":              {changes: []string{"min_base = 30", "min_base = 5"}, what: "moins de 11 répondants"},
		"renamed question":  {changes: []string{`x = ["satisfaction"]`, `x = ["satisfaction_2021"]`}, what: "la variable «\u00a0satisfaction_2021\u00a0» n’est pas dans le fichier", do: "«\u00a0satisfaction\u00a0»"},
		"unlabelled code":   {changes: []string{`  { code = "5", answers = ["5"], label = { fr = "Tout à fait", en = "Fully" } },`, ""}, what: "la réponse «\u00a05\u00a0» n’a pas de libellé dans le plan"},
		"unlabelled level":  {changes: []string{`answers = ["R13"]`, `answers = ["R14"]`}, what: "la réponse «\u00a0R13\u00a0» n’a pas de libellé"},
		"unknown territory": {changes: []string{`code = "REG-94"`, `code = "REG-95"`}, what: "le territoire « REG-95 » est inconnu"},
		"one mayor":         {changes: []string{`audience = "citizens"`, `audience = "local_elected"`, `code = "REG-94"`, `code = "COM-2A004"`}, what: "un maire est seul dans sa commune"},
		"unknown audience":  {changes: []string{`audience = "citizens"`, `audience = "cats"`}, what: "le public « cats » est inconnu"},
		"unknown construct": {changes: []string{`construct = "partnership_engaged"`, `construct = "love"`}, what: "le construit « love » est inconnu"},
		"off the scale":     {changes: []string{"range = [0, 10]", "range = [1, 10]"}, what: "hors de l’échelle de 1 à 10"},
		"margin of nobody":  {changes: []string{`margins = "marges.csv"`, `margins = "fausses.csv"`}, more: map[string]string{"fausses.csv": "variable,level,total\nsexe,F,10\nsexe,H,10\nsexe,X,3\n"}, what: "n’a aucun répondant"},
		"margin of no column": {changes: []string{`margins = "marges.csv"`, `margins = "fausses.csv"`}, more: map[string]string{"fausses.csv": "variable,level,total\nsexes,F,10\n"},
			what: "«\u00a0sexes\u00a0» n’est pas dans les réponses", do: "«\u00a0sexe\u00a0»"},
		"weights of others": {changes: []string{"[secrecy]", "[weight_file]\ndata = \"poids.csv\"\nby = \"id\"\n\n[secrecy]"}, more: map[string]string{"poids.csv": "id,poids\n1,2\n9000,3\n"},
			what: "1 de ses 2 lignes ne sont à personne (la première : ligne 3, répondant «\u00a09000\u00a0»)"},
		"weights twice": {changes: []string{"[secrecy]", "[weight_file]\ndata = \"poids.csv\"\nby = \"id\"\n\n[secrecy]"}, more: map[string]string{"poids.csv": "id,poids\n1,2\n1,3\n"},
			what: "y est deux fois"},
		"weights that miss": {changes: []string{`weights = "pw"`, `weights = "poids"`, "[secrecy]", "[weight_file]\ndata = \"poids.csv\"\nby = \"id\"\n\n[secrecy]"}, more: map[string]string{"poids.csv": "id,poids\n1,2\n3,3\n"},
			what: "enregistrement 2 : le poids manque"},
		"one variable twice": {changes: []string{`x = ["coop"]`, `x = ["satisfaction"]`}, what: "la variable « satisfaction » est déjà lue par la question « satisfaction »"},
		"item and breakdown": {changes: []string{`x = "urb"`, `x = "coop"`}, what: "la variable « coop » est déjà lue par le croisement « urban »"},
		"hidden calibration": {changes: []string{`kind = "domain"`, `kind = "rake"`}, what: "valeur inconnue"},
		"design key":         {changes: []string{`fpc = ["Nreg"]`, `fcp = ["Nreg"]`}, what: "design.fcp"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := example(t, c.changes...)
			if err == nil {
				_, err = p.Read(context.Background(), loadExample(c.more), vintages(t))
			}
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), c.what) || !strings.Contains(fault.Do(err), c.do) {
				t.Errorf("%v\n%s", err, fault.Do(err))
			}
			if fault.KindOf(err) == fault.Internal {
				t.Error("told as a defect")
			}
		})
	}
}

// The margins of the territories are those of the observatory's vintage.
func TestMarginsOfTheObservatory(t *testing.T) {
	got := tabulated(t, nil, `margins = "marges.csv"`, "", "tolerance = 1e-6", "[[calibration.territory]]\nbreakdown = \"region\"\nvintage = 2021", withoutRanking(t), "")
	i := slices.IndexFunc(got.Weighting.Margins, func(m study.Margin) bool { return m.Level.FR == "Corse" })
	if i < 0 || math.Abs(got.Weighting.Margins[i].After-got.Weighting.Margins[i].Target) > 1e-9 || !strings.Contains(got.Weighting.Margins[i].Source, "2021") {
		t.Errorf("%+v", got.Weighting.Margins)
	}
	p, err := example(t, `margins = "marges.csv"`, "", "tolerance = 1e-6", "reason = \"le seul chargé\"\n[[calibration.territory]]\nbreakdown = \"region\"\nvintage = 2019")
	if err == nil {
		_, err = p.Read(context.Background(), loadExample(nil), vintages(t))
	}
	if err == nil || !strings.Contains(err.Error(), "n’a pas le code officiel géographique de 2019") {
		t.Error(err)
	}
}

// The rule is one of the observatory's, and a plan asks for no less.
func TestPlanObeysTheRules(t *testing.T) {
	regimes, err := disclosure.ParseRules(bytes.NewReader(read(t, "disclosure/rule.csv")))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct{ from, to, what string }{
		"unknown":  {`rule = "survey"`, `rule = "none"`, "la règle de secret « none » est inconnue"},
		"too weak": {"rule = \"survey\"\nmin_base = 30", "rule = \"wealth_tax\"\nmin_base = 30", "demande 50 répondants, le plan 30"},
		"obeyed":   {`rule = "survey"`, `rule = "survey"`, ""},
	} {
		p, err := example(t, c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Obey(regimes, day); (err == nil) != (c.what == "") || err != nil && !strings.Contains(err.Error(), c.what) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The mean of amounts of a column where one person gives nearly all is withheld,
// however many answer; that of others is not.
func TestAmountsOfOne(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("id,sexe,don\n")
	for i := range 90 {
		amount := 10 + i%7
		if i == 3 {
			amount = 90_000
		}
		fmt.Fprintf(&csv, "%d,%c,%d\n", i, "FHX"[i%3], amount)
	}
	const plan = `format = 1
wave = "DONS"
audience = "associations"
year = 2026
mode = "en ligne"
synthetic = true
[design]
data = "dons.csv"
[secrecy]
rule = "survey"
min_base = 11
[[breakdown]]
code = "sex"
x = "sexe"
label = { fr = "Sexe", en = "Sex" }
levels = [
  { code = "F", answers = ["F"], label = { fr = "F", en = "F" } },
  { code = "H", answers = ["H"], label = { fr = "H", en = "H" } },
  { code = "X", answers = ["X"], label = { fr = "X", en = "X" } },
]
[[item]]
code = "gift"
kind = "number"
x = ["don"]
wording = { fr = "Combien ?", en = "How much?" }
`
	regimes, err := disclosure.ParseRules(bytes.NewReader(read(t, "disclosure/rule.csv")))
	if err != nil {
		t.Fatal(err)
	}
	p, err := study.ParsePlan("plan.toml", []byte(plan))
	if err == nil {
		err = p.Settle(lists(t), france(t))
	}
	if err == nil {
		err = p.Obey(regimes, time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC))
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Read(context.Background(), loadExample(map[string]string{"dons.csv": csv.String()}), vintages(t))
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Tabulate(context.Background(), "answers", "test")
	if err != nil {
		t.Fatal(err)
	}
	item, _ := got.Item("gift")
	table, _ := item.By("sex")
	shown := 0
	for _, c := range table.Columns {
		cell, ok := c.Cell(study.MeanLine)
		if ok && !cell.Secret {
			shown++
		}
		if c.Level == "F" && ok && !cell.Secret { // where the 90 000 is
			t.Errorf("the amount of one is told: %+v", cell)
		}
	}
	everybody, _ := item.By("")
	if cell, ok := everybody.Columns[0].Cell(study.MeanLine); ok && !cell.Secret {
		t.Errorf("everybody's mean tells the amount of one: %+v", cell)
	}
	if shown == 0 {
		t.Error("every mean is withheld")
	}
}

// The four audiences and the two waves of the file are eight samples; each is
// tabulated from the same plan but for its head and its filter.
func TestAudiencesAndWaves(t *testing.T) {
	for _, c := range []struct {
		audience, public, wave string
		records                int
	}{{"local_elected", "maires", "2021", 172}, {"companies", "entreprises", "2021", 175}, {"associations", "associations", "2021", 167}, {"citizens", "citoyens", "2018", 684}} {
		got := tabulated(t, nil, `audience = "citizens"`, `audience = "`+c.audience+`"`, `"citoyens"`, `"`+c.public+`"`, `"==", 2021`, `"==", `+c.wave,
			"method = \"rake\"", "", "margins = \"marges.csv\"", "", withoutRanking(t), "")
		if got.Records != c.records || got.Audience != c.audience || got.Weighting.Method != "none" || got.Secrecy.Primary == 0 {
			t.Errorf("%s %s: %d records, %+v", c.audience, c.wave, got.Records, got.Secrecy)
		}
		everybody, _ := got.Items[2].By("")
		if yes, ok := everybody.Columns[0].Cell("yes"); !ok || yes.Secret || yes.Value <= 0 {
			t.Errorf("%s %s: %+v", c.audience, c.wave, yes)
		}
	}
}
