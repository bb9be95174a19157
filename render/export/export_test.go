package export

import (
	"encoding/json"
	"math"
	"testing"

	"vigie/fault"
	"vigie/report"
)

// syntheticDocument has a figure, a named and an unnamed table.
func syntheticDocument() report.Document {
	table := syntheticTable()
	named := syntheticTable()
	named.ID = "couverture"
	return report.Document{
		ID: "territoire/SYN", Title: "Page synthétique", Lang: "fr",
		Edition: report.Edition{Number: "2026-1", Date: "2026-11-22", Permanent: "/editions/2026-1/x"},
		Sections: []report.Section{{Blocks: []report.Block{
			{Figure: &report.Figure{ID: "carte", Title: "Carte", Chart: &report.Map{Tier: "region"}, Table: table}},
			{Table: &table}, {Table: &named},
		}}},
	}
}

func TestFind(t *testing.T) {
	cases := []struct {
		id, want string
		found    bool
	}{
		{"", "carte", true},
		{"carte", "carte", true},
		{"tableau-1", "tableau-1", true},
		{"couverture", "couverture", true},
		{"absente", "", false},
	}
	for _, c := range cases {
		got, err := Find(syntheticDocument(), c.id)
		if got.ID != c.want || (err == nil) != c.found {
			t.Errorf("Find(%q) = %q, %v; want %q", c.id, got.ID, err, c.want)
		}
		if !c.found && fault.KindOf(err) != fault.NotFound {
			t.Errorf("Find(%q) = %v; want a NotFound fault", c.id, err)
		}
	}
	if _, err := Find(report.Document{}, ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("Find in an empty document = %v; want a NotFound fault", err)
	}
}

func TestFindChart(t *testing.T) {
	for id, found := range map[string]bool{"": true, "carte": true, "couverture": false, "absente": false} {
		if f, err := FindChart(syntheticDocument(), id); (err == nil) != found || (f != nil) != found {
			t.Errorf("FindChart(%q) = %v, %v; want found %v", id, f, err, found)
		}
	}
	if _, err := FindChart(report.Document{}, ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("FindChart in an empty document = %v; want a NotFound fault", err)
	}
}

func TestItemJSON(t *testing.T) {
	d := syntheticDocument()
	for _, id := range []string{"carte", "couverture"} {
		item, err := Find(d, id)
		if err != nil {
			t.Fatal(err)
		}
		out, err := ItemJSON(d, item)
		if err != nil {
			t.Fatal(err)
		}
		var got cube
		if err := json.Unmarshal(stripChart(out), &got); err != nil {
			t.Fatal(err)
		}
		if got.Edition.Permanent == "" || (got.Figure == nil) == (got.Table == nil) {
			t.Errorf("ItemJSON(%q) = %s; want the edition and exactly one of figure and table", id, out)
		}
	}
}

// stripChart removes the drawing, which decodes into an interface.
func stripChart(in []byte) []byte {
	var v map[string]any
	if err := json.Unmarshal(in, &v); err != nil {
		return in
	}
	if f, ok := v["figure"].(map[string]any); ok {
		delete(f, "chart")
	}
	out, err := json.Marshal(v)
	if err != nil {
		return in
	}
	return out
}

func TestJSONRefusesNaN(t *testing.T) {
	d := syntheticDocument()
	if out, err := JSON(d); err != nil || !json.Valid(out) {
		t.Fatalf("JSON = %v", err)
	}
	d.Sections[0].Blocks[1].Table.Rows[0].Cells[2].Value = num(math.NaN())
	if _, err := JSON(d); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("JSON with NaN = %v; want an Internal fault", err)
	}
}
