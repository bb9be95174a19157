package observatory_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie/edition"
	"vigie/lang"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// traceConverted: every figure of a sample that rests on a converted
// dataset walks back to lines of the file before the conversion, which the test
// opens, and is made again from them.
func traceConverted(t *testing.T, w *observatory.Walk) {
	t.Helper()
	c := republished(t, w)
	got := &origins{raw: rawFiles(t), from: observatory.Archive(t.Context(), w.DB, c), c: c}
	sample := []territory.Code{"COM-01001", "COM-01138", "COM-01187", "COM-14581", "COM-85084", "COM-60054", "COM-75056", "COM-97411"}
	for i, e := range c.Territory.ByLevel(territory.EPCI) {
		if i%6 == 0 {
			sample = append(sample, e.Code)
		}
	}
	for _, at := range sample {
		got.territory(t, at)
	}
	t.Logf("%d figures, %d of them of several lines, %d shared out, %d lines opened", got.figures, got.several, got.shared, got.lines)
	if got.figures < 2000 || got.several < 100 || got.shared == 0 || got.lines < 5000 {
		t.Error("too small a sample")
	}
	got.printed(t, "COM-01138")
	in, err := territory.Compose("Un valromey", 2026, []territory.Code{"COM-01138", "COM-01001", "COM-01005"})
	if err != nil {
		t.Fatal(err)
	}
	got.c = c.With(in)
	got.printed(t, in.Code)
	saysGeography(t, observatorytest.Content(t), c)
}

// saysGeography: what the pages say of geographies and estimates is true of the
// files at hand, not of those that the program was born with.
func saysGeography(t *testing.T, before, after *edition.Content) {
	t.Helper()
	for _, k := range []struct {
		c            *edition.Content
		has, has2021 bool
	}{{before, false, true}, {after, true, false}} {
		methods, err := report.Methods(k.c, report.Request{Lang: lang.FR, Path: "/methodes"})
		if err != nil {
			t.Fatal(err)
		}
		at, err := report.Territory(k.c, report.Request{Lang: lang.FR, Path: "/territoires/COM-01001"}, "COM-01001")
		if err != nil {
			t.Fatal(err)
		}
		epci, err := report.Domain(k.c, report.Request{Lang: lang.FR, Path: "/domaines/EMP", Query: map[string][]string{"niveau": {"epci"}}}, "EMP")
		if err != nil {
			t.Fatal(err)
		}
		said := textOf(methods) + textOf(at)
		for phrase, want := range map[string]bool{
			"converties":                                k.has,
			"Rien n’est estimé":                         k.c.Estimated() == 0,
			"la géographie de 2021":                     k.has2021,
			"valeurs sont estimées":                     k.c.Estimated() > 1,
			"territoires de 2026, d’après ceux de 2021": k.has,
		} {
			if strings.Contains(said, phrase) != want {
				t.Errorf("converted %v: %q said: %v", k.has, phrase, !want)
			}
		}
		years := fmt.Sprintf("périmètres de %d", k.c.Geographies(territory.EPCI)[0])
		figures := 0
		for _, s := range epci.Sections {
			for _, b := range s.Blocks {
				if b.Figure != nil && strings.Contains(b.Figure.Field, years) {
					figures++
				}
			}
		}
		if figures == 0 {
			t.Errorf("no figure of the EPCI says %q", years)
		}
	}
	if before.Geographies(territory.EPCI)[0] != 2021 || after.Geographies(territory.EPCI)[0] != 2026 {
		t.Errorf("the EPCI are in %v, then %v", before.Geographies(territory.EPCI), after.Geographies(territory.EPCI))
	}
}

// textOf is all that the paragraphs, notes and lists of a document say.
func textOf(d report.Document) string {
	var b strings.Builder
	for _, s := range d.Sections {
		for _, k := range s.Blocks {
			for _, t := range append([]report.Text{k.Text, k.Note}, k.List...) {
				b.WriteString(t.Plain() + "\n")
			}
		}
	}
	return b.String()
}

// republished computes and publishes what a walk holds, and loads it.
func republished(t *testing.T, w *observatory.Walk) *edition.Content {
	t.Helper()
	spec, err := observatory.StarterSpec(false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Compute(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	row, err := w.Publish(t.Context(), observatory.Publishing{Date: observatorytest.Day, Embargo: observatorytest.Now})
	if err != nil {
		t.Fatal(err)
	}
	c, err := observatory.Load(t.Context(), w.DB, row.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// origins walks derived figures back, and counts.
type origins struct {
	raw  map[string]*rawFile
	from report.Archive
	c    *edition.Content

	figures, several, shared, lines int
}

// territory walks back the derived lines of every figure of a territory.
func (o *origins) territory(t *testing.T, at territory.Code) {
	t.Helper()
	for _, ind := range o.c.Catalogue.All() {
		for _, v := range o.c.Series(ind.Code, at) {
			for _, b := range v.Basis {
				if b.Part.Derivation != nil {
					o.line(t, b)
				}
			}
		}
	}
}

// line walks one derived line back and makes it again.
func (o *origins) line(t *testing.T, b edition.Basis) {
	t.Helper()
	name := fmt.Sprintf("%s/%s/%s", b.Indicator, b.Territory, b.Period)
	b.Role = edition.Direct
	leaves, err := o.from.Behind(b)
	if err != nil {
		t.Fatal(err)
	}
	o.figures++
	if len(leaves) > 1 {
		o.several++
	}
	for _, l := range leaves {
		o.lines++
		if l.Factor < 1 {
			o.shared++
		}
		if err := o.raw[l.Part.Name].check(l.Basis); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	ind, _ := o.c.Catalogue.Get(b.Indicator)
	if got := edition.Redone(ind, leaves); len(leaves) == 0 || b.OK() && !(math.Abs(got-b.X) <= 1e-9*math.Max(1, math.Abs(b.X))) {
		t.Errorf("%s: the file says %v; its %d lines give %v", name, b.X, len(leaves), got)
	}
}

// printed follows a recomputed rate of a territory on its page and in the
// terminal: both name the lines, the sums are the same.
func (o *origins) printed(t *testing.T, at territory.Code) {
	t.Helper()
	v, ok := o.c.Latest("emp_activity_rate", at)
	if !ok || !v.OK() {
		t.Fatalf("no rate for %s", at)
	}
	figure := fmt.Sprintf("%s/%s/%s", v.Indicator.Code, at, v.Period)
	for _, whole := range []bool{false, true} {
		d, err := report.Trace(o.c, report.Request{Lang: lang.FR, Path: "/provenance/" + figure, Whole: whole}, figure, o.from)
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, s := range d.Sections {
			for _, b := range s.Blocks {
				switch {
				case b.Text != nil:
					said += b.Text.Plain() + "\n"
				case b.Code != nil:
					said += b.Code.Text
				}
			}
		}
		for _, member := range []string{"COM-01138", "COM-01039"} {
			b, _ := o.c.Territory.Get(at)
			if !strings.Contains(said, ","+member+",") || b == nil {
				t.Errorf("whole %v: the lines of %s are not printed:\n%s", whole, member, said)
			}
		}
		if !strings.Contains(said, "Refait sur ces lignes") || strings.Contains(said, "alors que l’édition") {
			t.Errorf("the sum is not done again, or differs:\n%s", said)
		}
	}
}

// checkRebuilt walks figures of a rebuilt observatory back to the producers'
// files, and opens the communal one at every line.
func checkRebuilt(t *testing.T, w *observatory.Walk) {
	t.Helper()
	c := republished(t, w)
	from := observatory.Archive(t.Context(), w.DB, c)
	figures, lines := 0, map[string]map[int]float64{}
	parts := map[string]edition.Part{}
	for _, at := range []territory.Code{"EPCI-200041630", "DEP-08", "DEP-14", "DEP-2A", "DEP-971", "REG-44", "REG-94", "FM", "FR"} {
		for _, ind := range c.Catalogue.All() {
			v, ok := c.Latest(ind.Code, at)
			if !ok || len(v.Basis) == 0 || v.Basis[0].Part.Derivation == nil {
				continue
			}
			leaves, err := from.Behind(v.Basis[0])
			if err != nil {
				t.Fatal(err)
			}
			figures++
			if x := edition.Redone(&ind, leaves); len(leaves) == 0 || v.OK() && !(math.Abs(x-v.Basis[0].X) <= 1e-9*math.Max(1, math.Abs(x))) {
				t.Errorf("%s %s: the derived file says %v; its %d lines give %v", ind.Code, at, v.Basis[0].X, len(leaves), x)
			}
			for _, l := range leaves {
				if l.Part.Derivation != nil {
					t.Errorf("%s %s: a leaf is derived: %+v", ind.Code, at, l)
				}
				if l.Part.Name == "insee_comparateur" && l.Indicator == "ctx_population_census" {
					parts[l.Part.Dataset] = l.Part
					if lines[l.Part.Dataset] == nil {
						lines[l.Part.Dataset] = map[int]float64{}
					}
					lines[l.Part.Dataset][int(l.Line)] = l.X
				}
			}
		}
	}
	opened := 0
	for id, want := range lines {
		text, err := from.Lines(parts[id], slices.Collect(maps.Keys(want)))
		if err != nil {
			t.Fatal(err)
		}
		for n, x := range want {
			opened++
			if !strings.Contains(text[n], ";"+strconv.FormatFloat(x, 'f', -1, 64)+";") {
				t.Errorf("line %d is %q; want %v in it", n, text[n], x)
			}
		}
	}
	t.Logf("%d derived figures made again; %d communal lines opened", figures, opened)
	if figures < 150 || opened < 30_000 {
		t.Error("too small a sample")
	}
}
