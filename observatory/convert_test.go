package observatory_test

import (
	"bytes"
	"strings"
	"testing"

	"vigie/dataset"
	"vigie/fault"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// TestConvert brings the starter's communes and EPCI to today's geography: the
// origin stays, every observation is accounted for, the country's population
// does not move, and each line of the derived file holds its observation.
func TestConvert(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	for _, name := range []string{"vigie_starter_epci", "vigie_starter_commune"} { // the EPCI while the communes are in its geography
		got, err := w.Convert(t.Context(), name, 2026)
		if err != nil {
			t.Fatal(err)
		}
		refused := got.Said.Rows() - got.Said.Matched - got.Said.Converted - got.Said.Estimated
		t.Logf("%s: %d matched, %d converted, %d estimated, %d refused in %d groups", name, got.Said.Matched, got.Said.Converted, got.Said.Estimated, refused, len(got.Said.Refused))
		if got.Said.Rows() != got.Origin.Rows || got.Said.Converted == 0 || got.Row.ID == got.Origin.ID {
			t.Errorf("%s: %d of %d observations accounted for", name, got.Said.Rows(), got.Origin.Rows)
		}
		before, after := tableOf(t, w, got.Origin), tableOf(t, w, got.Row)
		if name == "vigie_starter_commune" {
			if a, b := population(before), population(after); a != b {
				t.Errorf("population %v becomes %v", a, b)
			}
		}
		checkDerived(t, w, got, after)
	}
	if _, err := w.Convert(t.Context(), "vigie_starter_commune", 2026); fault.KindOf(err) != fault.Conflict {
		t.Errorf("converting twice: %v", err)
	}
	if _, err := w.Convert(t.Context(), "nobody", 2026); fault.KindOf(err) != fault.NotFound {
		t.Errorf("converting what is not there: %v", err)
	}
	if _, err := w.Convert(t.Context(), "vigie_starter_region", 1990); fault.KindOf(err) != fault.Conflict {
		t.Errorf("converting to a geography that is not held: %v", err)
	}
	t.Run("traced", func(t *testing.T) { traceConverted(t, w) })
}

// checkDerived reads the derived file by the test's own means.
func checkDerived(t *testing.T, w *observatory.Walk, got observatory.Converted, table *dataset.Table) {
	t.Helper()
	file, err := w.DB.Artifact(t.Context(), got.Row.File)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(file), "\n")
	for i := range table.Columns {
		c := &table.Columns[i]
		for k := range c.X {
			if line := lines[c.Line[k]-1]; !strings.HasPrefix(line, string(c.Indicator)+","+string(c.Territory[k])+","+c.Period+",") {
				t.Fatalf("line %d is %q; the table says %s %s %s", c.Line[k], line, c.Indicator, c.Territory[k], c.Period)
			}
		}
	}
	text, err := w.DB.Artifact(t.Context(), got.Row.Source)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte(got.Origin.ID[:12])) || !bytes.Contains(text, []byte(got.Origin.File)) {
		t.Errorf("the description does not name the origin:\n%s", text)
	}
	if !bytes.Contains(got.Row.Note, []byte(`"Matched"`)) {
		t.Errorf("the note does not tell the conversion: %.200s", got.Row.Note)
	}
}

func tableOf(t *testing.T, w *observatory.Walk, row store.DatasetRow) *dataset.Table {
	t.Helper()
	table, err := w.DB.Table(t.Context(), row)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// population is the sum of the communes' persons, whole numbers all.
func population(t *dataset.Table) float64 {
	sum := 0.0
	for _, x := range t.Column("ctx_population_census", "2018").X {
		if x == x {
			sum += x
		}
	}
	return sum
}
