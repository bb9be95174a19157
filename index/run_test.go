package index

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// steps returns small with other steps.
func steps(text string) string {
	return strings.Replace(small, "[uncertainty]", text+"\n[uncertainty]", 1)
}

// close compares columns, gaps included.
var almost = cmp.Options{cmpopts.EquateNaNs(), cmp.Comparer(func(a, b Number) bool {
	return math.IsNaN(float64(a)) && math.IsNaN(float64(b)) || math.Abs(float64(a-b)) < 1e-9
})}

// TestAudit follows each value through the steps: divided, filled, drawn in.
func TestAudit(t *testing.T) {
	table := units(
		numeric("x", 10, 20, 30, 40, 50, 60, 900),
		numeric("y", 7, 6, 5, nan, 3, 2, 1),
		numeric("z", 10, 30, 60, 100, 150, 210, 280),
		numeric("n", 1, 2, 3, 4, 0, 6, nan),
	)
	text := strings.Replace(steps("[imputation]\nmethod = \"median\"\n[treatment]\nmethod = \"winsorise\"\npoints = 1\nskewness = 1"),
		"code = \"z\"", "code = \"z\"\ndenominator = \"n\"\ndenominator_scale = 10", 1)
	text = strings.Replace(text, "code = \"y\"", "code = \"y\"\ntreatment = { method = \"none\" }", 1)
	r := ran(t, text, table)
	want := []Step{
		{"denomination", "denominator_zero", "z", "u5", "", 150, Number(nan)},
		{"denomination", "denominator_missing", "z", "u7", "", 280, Number(nan)},
		{"imputation", "median", "y", "u4", "", Number(nan), 4},
		{"imputation", "median", "z", "u5", "", Number(nan), 200},
		{"imputation", "median", "z", "u7", "", Number(nan), 200},
		{"treatment", "winsorised_above", "x", "u7", "", 900, 60},
	}
	if diff := cmp.Diff(want, r.Audit, almost); diff != "" {
		t.Error(diff)
	}
	z := r.element("z")
	if diff := cmp.Diff(Numbers{100, 150, 200, 250, Number(nan), 350, Number(nan)}, z.Value, almost); diff != "" {
		t.Errorf("z divided: %s", diff)
	}
	if diff := cmp.Diff(Numbers{0, 20, 40, 60, 40, 100, 40}, z.Score, almost); diff != "" {
		t.Errorf("z scaled: %s", diff)
	}
	x := r.Summaries[0]
	if x.Treatment != "winsorise" || x.Drawn != 1 || x.Before.Max != 900 || x.After.Max != 60 || x.Before.N != 7 {
		t.Errorf("summary of x: %+v", x)
	}
	if y := r.Summaries[1]; y.Treatment != "none" || y.Imputed != 1 || y.Before.Missing != 1 || y.After.Missing != 0 {
		t.Errorf("summary of y: %+v", y)
	}
	if !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.HasPrefix(w, "2 valeur(s) sans dénominateur") }) {
		t.Errorf("warnings %q", r.Warnings)
	}
}

// TestMost: an indicator with more gaps than the share keeps them all.
func TestMost(t *testing.T) {
	table := units(numeric("x", 1, nan, nan, 4), numeric("y", 1, 2, nan, 4), numeric("z", 1, 2, 3, 4))
	r := ran(t, steps("[imputation]\nmethod = \"mean\"\nmost = 0.25"), table)
	if x := r.element("x"); x.Imputed != nil || x.Score[1].OK() {
		t.Errorf("x has half of its values missing, filled: %v", x.Imputed)
	}
	if diff := cmp.Diff(Numbers{1, 2, 7.0 / 3, 4}, r.element("y").Imputed, almost); diff != "" {
		t.Error(diff)
	}
	if len(r.Warnings) != 1 || !strings.HasPrefix(r.Warnings[0], "Indicateur « x » : 2 valeur(s) restent manquantes") {
		t.Errorf("warnings %q", r.Warnings)
	}
}

// TestScreening: units, then indicators, that have too little are left out and
// told, and count for nothing in what follows.
func TestScreening(t *testing.T) {
	table := units(numeric("x", 1, 0, 3, 900), numeric("y", 1, 0, 3, nan), numeric("z", nan, 5, 7, nan))
	share := func(x float64) *Number { n := Number(x); return &n }
	r := ran(t, steps("[screening]\navailable = 0.5\nnonzero = 0.5"), table)
	want := []LeftOut{
		{Kind: "unit", Code: "u2", Row: 3, Why: "nonzero", Share: share(1.0 / 3)},
		{Kind: "unit", Code: "u4", Row: 5, Why: "available", Share: share(1.0 / 3)},
		{Kind: "indicator", Code: "z", Why: "constant"}, // among those left
	}
	if diff := cmp.Diff(want, r.LeftOut, almost); diff != "" {
		t.Error(diff)
	}
	if len(r.Units) != 2 || !cmp.Equal(r.element("x").Raw, Numbers{1, 3}) || r.element("x").Score[1] != 100 {
		t.Errorf("units %v, x %v", r.Units, r.element("x"))
	}
	r = ran(t, steps("[screening]\nindicator = 0.6"), table)
	if want := []LeftOut{{Kind: "indicator", Code: "z", Why: "available", Share: share(0.5)}}; !cmp.Equal(r.LeftOut, want, almost) {
		t.Errorf("left out %v; want %v", r.LeftOut, want)
	}
}

// TestReference: the other units are placed on the scale of the reference, not
// ranked; groups rank those of the reference.
func TestReference(t *testing.T) {
	table := full().with(numeric("in", 1, 1, 1, 0)).with(Column{Name: "g", Text: []string{"a", "b", "a", "a"}}).with(numeric("x", 1, 2, 3, 9))
	r := ran(t, strings.Replace(small, "unit = \"code\"", "unit = \"code\"\nreference = \"in\"\ngroups = [\"g\"]", 1), table)
	x := r.element("x")
	if diff := cmp.Diff(Numbers{0, 50, 100, 100}, x.Score, almost); diff != "" {
		t.Errorf("x: %s", diff) // 9 is drawn in to what the reference spans
	}
	if !cmp.Equal(x.Rank, []int{3, 2, 1, 0}) || !cmp.Equal(x.Place, []int{3, 2, 1, 1}) || !cmp.Equal(x.GroupRank, [][]int{{2, 1, 1, 0}}) {
		t.Errorf("ranks %v, places %v, in groups %v", x.Rank, x.Place, x.GroupRank)
	}
	if want := (Step{"normalisation", "clamped_above", "x", "u4", "", 9, 3}); !slices.Contains(r.Audit, want) {
		t.Errorf("audit %v; want %v", r.Audit, want)
	}
	free := ran(t, strings.Replace(steps("[normalisation]\nclamp = false"), "unit = \"code\"", "unit = \"code\"\nreference = \"in\"", 1), table)
	if got := free.element("x").Score[3]; got != 400 {
		t.Errorf("without clamp 9 is at %v; want 400", got)
	}
}

// TestNormalisations: each word of the language is the method it says.
func TestNormalisations(t *testing.T) {
	table := units(numeric("x", 10, 30, 20, 60), numeric("y", 1, 2, 3, 4), numeric("z", 1, 2, 3, 4))
	cases := map[string]Numbers{
		"minmax":          {0, 40, 20, 100},
		"zscore":          {50 - 20/sdOf4*100/6, 50, 50 - 10/sdOf4*100/6, 50 + 30/sdOf4*100/6},
		"rank":            {1, 3, 2, 4},
		"percentile":      {0, 200.0 / 3, 100.0 / 3, 100},
		"borda":           {0, 2, 1, 3},
		"target":          {0, 80, 40, 100},
		"distance_to_max": {0, 40, 20, 100},
		"fraction_of_max": {100.0 / 6, 50, 100.0 / 3, 100},
		"goalposts":       {10, 30, 20, 60},
	}
	if len(cases) != len(normalisations) {
		t.Fatalf("%d methods tried, the language has %d", len(cases), len(normalisations))
	}
	text := strings.NewReplacer("code = \"x\"", "code = \"x\"\ntarget = 35\ngoalposts = [0, 100]",
		"direction = -1", "target = 9\ngoalposts = [0, 100]", "code = \"z\"", "code = \"z\"\ntarget = 9\ngoalposts = [0, 100]")
	for method, want := range cases {
		r := ran(t, text.Replace(steps("[normalisation]\nmethod = \""+method+"\"")), table)
		if diff := cmp.Diff(want, r.element("x").Score, almost); diff != "" {
			t.Errorf("%s: %s", method, diff)
		}
	}
}

// sdOf4 is the standard deviation of 10, 30, 20 and 60.
var sdOf4 = Number(math.Sqrt((400 + 0 + 100 + 900) / 3.0))

// TestAggregations: each word of the language is the mean it says, its points
// add up, and an element's own word prevails.
func TestAggregations(t *testing.T) {
	table := units(numeric("x", 20, 40), numeric("y", 80, 40), numeric("z", 1, 2))
	goal := strings.NewReplacer("code = \"x\"", "code = \"x\"\ngoalposts = [0, 100]", "code = \"y\"\nparent = \"A\"\ndirection = -1", "code = \"y\"\nparent = \"A\"\ngoalposts = [0, 100]\nweight = 3",
		"code = \"z\"", "code = \"z\"\ngoalposts = [0, 100]")
	cases := map[string]float64{
		"arithmetic": 65, "geometric": math.Pow(20*80*80*80, 0.25), "harmonic": 4 / (1/20.0 + 3/80.0),
		"power": math.Sqrt((400 + 3*6400) / 4.0), "mazziotta": 65 - (45*45+3*15*15)/4.0/65, "median": 80, "copeland": 1,
	}
	if len(cases) != len(aggregations) {
		t.Fatalf("%d methods tried, the language has %d", len(cases), len(aggregations))
	}
	for method, want := range cases {
		r := ran(t, goal.Replace(steps("[normalisation]\nmethod = \"goalposts\"\n[aggregation]\npower = 2\nby_level = [\""+method+"\", \"arithmetic\"]")), table)
		a := r.element("A")
		if math.Abs(float64(a.Score[0])-want) > 1e-9 || a.Method != method || r.element("I").Method != "arithmetic" {
			t.Errorf("%s = %v; want %v", method, a.Score[0], want)
		}
		x, y := float64(r.element("x").Points[0]), float64(r.element("y").Points[0])
		if sum := x + y; method == "median" || method == "copeland" {
			if !math.IsNaN(sum) {
				t.Errorf("%s is no sum of its children, points %v", method, sum)
			}
		} else if math.Abs(sum-want) > 1e-9 {
			t.Errorf("%s: points add up to %v; want %v", method, sum, want)
		}
		own := ran(t, goal.Replace(strings.Replace(steps("[normalisation]\nmethod = \"goalposts\"\n[aggregation]\npower = 2"), "code = \"A\"", "code = \"A\"\naggregation = \""+method+"\"", 1)), table)
		if got := own.element("A").Score[0]; got != a.Score[0] {
			t.Errorf("%s of the element itself = %v; want %v", method, got, a.Score[0])
		}
	}
}

// TestPeriods: ranks and scales are those of each period, or scales those of
// all; a period in which an indicator says nothing loses its values.
func TestPeriods(t *testing.T) {
	table := &Table{Rows: 6, Columns: []Column{
		{Name: "code", Text: []string{"a", "b", "c", "a", "b", "c"}}, numeric("year", 2020, 2020, 2020, 2021, 2021, 2021),
		numeric("x", 1, 2, 3, 4, 5, 6), numeric("y", 3, 2, 1, 3, 2, 1), numeric("z", 1, 2, 4, 7, 7, 7),
	}}
	text := strings.Replace(small, "unit = \"code\"", "unit = \"code\"\nperiod = \"year\"", 1)
	r := ran(t, text, table)
	if !cmp.Equal(r.Periods, []string{"2020", "2021"}) || !cmp.Equal(r.element("x").Rank, []int{3, 2, 1, 3, 2, 1}) || !cmp.Equal(r.element("I").Rank, []int{3, 2, 1, 3, 2, 1}) {
		t.Errorf("periods %v, ranks %v and %v", r.Periods, r.element("x").Rank, r.element("I").Rank)
	}
	if diff := cmp.Diff(Numbers{0, 50, 100, 0, 50, 100}, r.element("x").Score, almost); diff != "" {
		t.Errorf("x by period: %s", diff)
	}
	if want := []LeftOut{{Kind: "indicator", Code: "z", Period: "2021", Why: "constant"}}; !cmp.Equal(r.LeftOut, want) {
		t.Errorf("left out %v; want %v", r.LeftOut, want)
	}
	joint := ran(t, strings.Replace(text, "[uncertainty]", "[normalisation]\nscope = \"all_periods\"\n[uncertainty]", 1), table)
	if diff := cmp.Diff(Numbers{0, 20, 40, 60, 80, 100}, joint.element("x").Score, almost); diff != "" {
		t.Errorf("x over all periods: %s", diff)
	}
	if z := joint.element("z"); len(joint.LeftOut) > 0 || z.Score[3] != 100 || z.Rank[5] != 1 {
		t.Errorf("z over all periods: %v, ranks %v, left out %v", z.Score, z.Rank, joint.LeftOut)
	}
	twice := *table
	twice.Columns = slices.Clone(table.Columns)
	twice.Columns[1] = numeric("year", 2020, 2020, 2020, 2020, 2021, 2021)
	if _, err := parsed(t, text).Plan(&twice, Options{}); err == nil || !strings.Contains(err.Error(), "lignes 1 et 4 : « a » en 2020 est donné deux fois") {
		t.Errorf("error %v; want the unit given twice in a period", err)
	}
}

// TestErrors: standard errors follow their value through a division and a
// logarithm.
func TestErrors(t *testing.T) {
	table := full().with(numeric("e", 1, 2, nan, 4)).with(numeric("n", 2, 4, 5, 8))
	p, err := parsed(t, strings.Replace(small, "code = \"z\"", "code = \"z\"\nse = \"e\"\ndf = 12\ndenominator = \"n\"\nlog = true\nbounds = [0, 100]", 1)).Plan(table, Options{})
	if err != nil {
		t.Fatal(err)
	}
	z := p.Index.Indicators[2]
	want := []float64{0.1, 0.1, nan, 4.0 / 12} // e/n over z/n
	if diff := cmp.Diff(want, z.SE, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-12, 0)); diff != "" || z.DF != 12 || !math.IsInf(z.Least, -1) || z.Most != math.Log(100) {
		t.Errorf("errors %s, df %v, bounds %v and %v", diff, z.DF, z.Least, z.Most)
	}
	if !p.Simulation.Sampling {
		t.Error("an indicator with errors is not drawn")
	}
}
