package report_test

import (
	"math"
	"strings"
	"testing"

	"vigie/dataset"
	"vigie/edition"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// built returns the starter edition with one composed territory.
func built(t testing.TB, name string, codes ...territory.Code) (*edition.Content, territory.Code) {
	t.Helper()
	c := observatorytest.Content(t)
	in, err := territory.Compose(name, c.Territory.Year, codes)
	if err != nil {
		t.Fatal(err)
	}
	return c.With(in), in.Code
}

// communesOf lists the first n communes of territories of the edition.
func communesOf(t testing.TB, n int, of ...territory.Code) []territory.Code {
	t.Helper()
	var out []territory.Code
	for _, code := range of {
		for _, m := range observatorytest.Content(t).Territory.Children(code, territory.Commune) {
			out = append(out, m.Code)
		}
	}
	return out[:min(n, len(out))]
}

// TestComposedDocuments composes every document of territories of several
// shapes and looks at them as at any other.
func TestComposedDocuments(t *testing.T) {
	whole := communesOf(t, 1000, "EPCI-200041630")
	shapes := map[string][]territory.Code{
		"Un pays":       {"COM-08105", "COM-08362", "COM-08490"},
		"":              communesOf(t, 500, "DEP-08", "DEP-51"),
		"Un EPCI":       whole,
		"Deux régions":  {"COM-08105", "COM-59350", "COM-97105"},
		"Une absente":   {"COM-08105", "COM-99999"},
		"Un dép. outre": communesOf(t, 1000, "DEP-976"),
		"Tout":          communesOf(t, 40000, "REG-44", "REG-32"),
	}
	for name, codes := range shapes {
		c, code := built(t, name, codes...)
		k := newChecker(c)
		for _, l := range lang.Langs {
			for suffix, make := range map[string]func(*edition.Content, report.Request, territory.Code) (report.Document, error){
				"": report.Territory, "/rapport": report.Printed, "/synthese": report.Note} {
				d, err := make(c, report.Request{Lang: l, Path: "/territoires/" + string(code) + suffix}, code)
				if err != nil {
					t.Fatalf("%q%s: %v", name, suffix, err)
				}
				k.document(t, d)
			}
			for _, other := range []string{"DEP-08", "REG-44", "COM-08105"} {
				d, err := report.Compare(c, report.Request{Lang: l, Path: "/comparer", Query: map[string][]string{"t": {string(code), other}}})
				if err != nil {
					t.Fatalf("%q: %v", name, err)
				}
				k.document(t, d)
			}
		}
	}
}

// TestComposedIsTheSum: a territory that is exactly a département has, for every
// ratio that communes give, the ratio of the sums of its communes; and a whole
// département takes over the counts that only the département publishes.
func TestComposedIsTheSum(t *testing.T) {
	c, code := built(t, "", communesOf(t, 1000, "DEP-08")...)
	seen := 0
	for i := range c.Catalogue.All() {
		ind := &c.Catalogue.All()[i]
		for _, v := range c.Series(ind.Code, code) {
			own, ok := c.Value(ind.Code, "DEP-08", v.Period)
			if !v.OK() || !ok || !own.OK() || !v.Coverage.Complete() {
				continue
			}
			seen++
			if d := math.Abs(v.X-own.X) / math.Max(1e-9, math.Abs(own.X)); d > 0.005 && math.Abs(v.X-own.X) > 0.051 {
				t.Errorf("%s %s: composed %g, département %g", ind.Code, v.Period, v.X, own.X)
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d figures compared; want 20 at least", seen)
	}
}

// TestComposedTrace: the terms add up to the figure.
func TestComposedTrace(t *testing.T) {
	c, code := built(t, "Un pays", communesOf(t, 34, "DEP-08")...)
	const ind = "log_vacancy_rate"
	v, ok := c.Latest("log_vacancy_rate", code)
	if !ok || !v.OK() {
		for i := range c.Catalogue.All() {
			k := &c.Catalogue.All()[i]
			if w, ok := c.Latest(k.Code, code); ok && w.OK() && k.Numerator != "" {
				v = w
				break
			}
		}
	}
	if !v.OK() {
		t.Fatalf("no ratio for %s (%s)", code, ind)
	}
	figure := string(v.Indicator.Code) + "/" + string(code) + "/" + v.Period
	tr, err := c.Trace(figure)
	if err != nil {
		t.Fatal(err)
	}
	num, den := 0.0, 0.0
	for _, b := range tr.Bases() {
		switch b.Role {
		case edition.Numerator:
			num += b.X
		case edition.Denominator:
			den += b.X
		}
	}
	if got := num / den * v.Indicator.Scale(); math.Abs(got-v.X) > 1e-9 || len(tr.Members) != 34 {
		t.Errorf("%s: the %d terms give %g; the figure is %g", figure, len(tr.Members), got, v.X)
	}
	lines := func(p edition.Part, want []int) (map[int]string, error) {
		out := map[int]string{}
		for _, n := range want {
			out[n] = "ligne"
		}
		return out, nil
	}
	d, err := report.Trace(c, report.Request{Lang: lang.FR, Path: "/provenance/" + figure}, figure, report.Archive{Lines: lines})
	if err != nil {
		t.Fatal(err)
	}
	newChecker(c).document(t, d)
	for _, s := range d.Sections {
		if s.ID == "termes" && len(s.Blocks[0].Table.Rows) != 35 {
			t.Errorf("%d rows of terms; want 34 and their sum", len(s.Blocks[0].Table.Rows))
		}
	}
}

// TestComposedTraceWhole: of a territory of very many communes the page counts
// by département and prints the first lines; a file and the terminal have every
// part and every line.
func TestComposedTraceWhole(t *testing.T) {
	c, code := built(t, "Très grand", communesOf(t, 2500, "DEP-08", "DEP-51", "DEP-10", "DEP-52", "DEP-54", "DEP-55", "DEP-57")...)
	figure := "log_vacancy_rate/" + string(code) + "/2018"
	lines := func(_ edition.Part, want []int) (map[int]string, error) {
		out := map[int]string{}
		for _, n := range want {
			out[n] = "ligne"
		}
		return out, nil
	}
	for _, whole := range []bool{false, true} {
		d, err := report.Trace(c, report.Request{Lang: lang.FR, Path: "/provenance/" + figure, Whole: whole}, figure, report.Archive{Lines: lines})
		if err != nil {
			t.Fatal(err)
		}
		parts, printed := 0, 0
		for _, s := range d.Sections {
			for _, b := range s.Blocks {
				if s.ID == "termes" {
					parts = len(b.Table.Rows)
				}
				if b.Code != nil {
					printed += strings.Count(b.Code.Text, "\n")
				}
			}
		}
		if whole && (parts < 2500 || printed < 5000) || !whole && (parts > 10 || printed > 2000) {
			t.Errorf("whole %v: %d rows of parts, %d lines", whole, parts, printed)
		}
	}
}

// TestComposedSecret: one secret part hides the sum, in every form.
func TestComposedSecret(t *testing.T) {
	base := observatorytest.Content(t)
	c, code := built(t, "Un secret", communesOf(t, 5, "DEP-08")...)
	hidden := *c
	hidden.Observation = map[territory.Level][]edition.Observed{}
	for level, list := range base.Observation {
		hidden.Observation[level] = list
	}
	var ind string
	for _, o := range base.Observation[territory.Commune] {
		copied := &dataset.Table{Columns: append([]dataset.Column(nil), o.Table.Columns...)}
		for i := range copied.Columns {
			col := &copied.Columns[i]
			if col.Indicator != "log_vacant_dwellings" {
				continue
			}
			ind = string(col.Indicator)
			col.X, col.Status = append([]float64(nil), col.X...), append([]dataset.Status(nil), col.Status...)
			for k, t := range col.Territory {
				if t == "COM-08001" {
					col.X[k], col.Status[k] = math.NaN(), dataset.Secret
				}
			}
		}
		hidden.Observation[territory.Commune] = []edition.Observed{{Part: o.Part, Table: copied}}
	}
	if ind == "" {
		t.Fatal("no communal count of vacant dwellings in this edition")
	}
	in, _ := c.Territory.Composition(code)
	h := (&hidden).With(in.Composition)
	found := false
	for i := range h.Catalogue.All() {
		k := &h.Catalogue.All()[i]
		if k.Numerator != "log_vacant_dwellings" && k.Code != "log_vacant_dwellings" {
			continue
		}
		found = true
		v, ok := h.Latest(k.Code, code)
		if !ok || v.OK() || v.Status != dataset.Secret || v.Coverage.Secret != 1 {
			t.Errorf("%s = %v (status %c, %+v); want secret", k.Code, v.X, v.Status, v.Coverage)
		}
	}
	if !found {
		t.Fatal("no series of vacant dwellings")
	}
	d, err := report.Territory(h, report.Request{Lang: lang.FR, Path: "/territoires/" + string(code)}, code)
	if err != nil {
		t.Fatal(err)
	}
	newChecker(h).document(t, d)
	said := false
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Table != nil {
				for _, r := range b.Table.Rows {
					for _, cell := range r.Cells {
						said = said || strings.Contains(cell.Text, "une secrète")
					}
				}
			}
		}
	}
	if !said {
		t.Error("the page does not say that a part is secret")
	}
}

func BenchmarkComposed500(b *testing.B) {
	codes := communesOf(b, 500, "DEP-08", "DEP-51")
	base := observatorytest.Content(b)
	in, err := territory.Compose("Cinq cents", base.Territory.Year, codes)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c := base.With(in)
		if _, err := report.Territory(c, report.Request{Lang: lang.FR, Path: "/territoires/" + string(in.Code)}, in.Code); err != nil {
			b.Fatal(err)
		}
	}
}
