package conformance

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// The cases made for this project. Those on the figures of others are with the
// shared ones.
func TestDisclosureCases(t *testing.T) {
	r := agree(t, "disclosure", "testdata/disclosure", 105)
	shown := 0
	for _, g := range r.Groups {
		shown += len(g.Answers)
	}
	if shown != 10 {
		t.Errorf("%d patterns and roundings are told; want 10", shown)
	}
}

// Without what is expected, the same answers are given, twice the same bytes,
// and each is what the other run compared.
func TestDisclosureBlind(t *testing.T) {
	whole := os.DirFS("testdata/disclosure")
	blind := fstest.MapFS{}
	err := fs.WalkDir(whole, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".json") {
			return err
		}
		raw, err := fs.ReadFile(whole, name)
		if err == nil && name == "cases.json" {
			raw, err = withoutExpected(raw)
		}
		blind[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	answers := func(dir fs.FS) []byte {
		r, err := Run(t.Context(), dir, "disclosure", Options{})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := r.WriteAnswers(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	r, err := Run(t.Context(), blind, "disclosure", Options{})
	if err != nil || r.Unchecked != 105 || r.Agreed != 0 {
		t.Fatalf("%d unchecked, %v", r.Unchecked, err)
	}
	if !bytes.Equal(answers(blind), answers(whole)) {
		t.Error("the answers depend on what is expected")
	}
}

func withoutExpected(raw []byte) ([]byte, error) {
	var l map[string]any
	if err := json.Unmarshal(raw, &l); err != nil {
		return nil, err
	}
	for _, c := range l["cases"].([]any) {
		m := c.(map[string]any)
		delete(m, "expect")
		delete(m, "tol")
		delete(m, "compare")
	}
	return json.Marshal(l)
}

// made is a directory of one case on tables made for the test.
func made(function, params, compare, expect string) fstest.MapFS {
	return fstest.MapFS{
		"cases.json": {Data: []byte(`{"format":"vigie-cases/1","family":"disclosure","cases":[{"id":"a","group":"g","function":"` + function +
			`","params":` + params + `,"compare":"` + compare + `","tol":1e-6,"expect":` + expect + `}]}`)},
		"line.json":   {Data: []byte(`{"cells":[{"key":"T","value":28},{"key":"A","value":1},{"key":"B","value":20},{"key":"C","value":7},{"key":"D","value":0}],"tables":[{"name":"l","sums":[["T",["A","B","C","D"]]]}]}`)},
		"broken.json": {Data: []byte(`{"cells":[{"key":"T","value":30},{"key":"A","value":1}],"tables":[{"name":"l","sums":[["T",["A"]]]}]}`)},
		"counts.json": {Data: []byte(`{"n":{"z a":2,"z b":8,"z c":9}}`)},
		"people.json": {Data: []byte(`{"p":[{"r":"x","v":1,"w":2},{"r":"x","v":2,"w":2},{"r":"y","v":5,"w":1}]}`)},
	}
}

func TestDisclosureMadeCases(t *testing.T) {
	const half = `{"1":{"p":{"0":0.5,"2":0.5}}}`
	primary := `"primary":{"A":{"lower_protection":1,"upper_protection":1}}`
	cases := []struct {
		what, function, params, compare, expect string
		field                                   string // of the disagreement, "" for none
	}{
		{"weights of records", "primary_table", `{"records":{"file":"people.json","path":"p"},"rows":"r","value":"v","weight":"w","rule":{"min_units":3,"units":"sum_of_weights"}}`, "set", `{"sensitive":["y"]}`, ""},
		{"another set", "primary_table", `{"records":{"file":"people.json","path":"p"},"rows":"r","value":"v","rule":{"min_units":2}}`, "set", `{"sensitive":["x"]}`, "sensitive[0]"},
		{"records in the case", "primary_table", `{"records":[{"r":"x"}],"rows":"r","rule":{"min_units":2}}`, "set", `{"sensitive":["x"]}`, ""},
		{"a rule that is not known", "primary_cell", `{"contributions":[1],"rule":{"min_unit":3}}`, "exact", `{"sensitive":true}`, "function"},
		{"a contribution that is missing", "primary_cell", `{"contributions":[1,null],"rule":{"min_units":3}}`, "exact", `{"error":true}`, ""},
		{"a value that is missing", "primary_table", `{"records":[{"r":"x"}],"rows":"r","value":"v","rule":{"min_units":2}}`, "exact", `{"error":true}`, ""},
		{"a row that moves zeros", "check_transition_table", `{"table":{"0":{"0":0.5,"1":0.5},"1":{"0":0.5,"2":0.5}},"max_deviation":1,"variance":1}`, "absolute", `{"valid":false}`, ""},
		{"no largest known", "primary_cells", `{"table":"line.json","cell_fields":{"key":"key","value":"value","units":null,"largest":null},"rule":{"dominance":{"n":1,"k":85}},"protection":{"minimum":1}}`, "set", `{"error":true}`, ""},
		{"counts are their units", "primary_cells", `{"table":"line.json","cell_fields":{"key":"key","value":"value","units":null,"largest":null},"rule":{"frequency_min":3},"zero_cells_sensitive":true,"protection":{"minimum":1}}`, "set", `{"primary":["D","A"],"protection":{"A":1,"D":1}}`, ""},
		{"an unbounded cell", "attack", `{"table":"line.json","pattern":["T","A"]}`, "relative", `{"bounds":{"T":[27,null],"A":[0,null]}}`, ""},
		{"a pattern that is not safe", "audit", `{"table":"line.json",` + primary + `,"pattern":["A"]}`, "exact", `{"safe":false}`, ""},
		{"a list of sensitive cells", "audit", `{"table":"line.json","primary":["A"],"pattern":["A","C"]}`, "exact", `{"safe":true}`, ""},
		{"a table that does not add up", "audit", `{"table":"broken.json","primary":["A"],"pattern":["A"]}`, "exact", `{"safe":true}`, "error"},
		{"another attacker", "audit", `{"table":"line.json","primary":["A"],"pattern":["A"],"attacker":{"knows":["everything"]}}`, "exact", `{"safe":true}`, "function"},
		{"three sums of two", "query_sequence", `{"counts":{"file":"counts.json","path":"n"},"key_prefix":"z ","threshold":3,"queries":[["a","b"],["b","c"],["a","c"]],"answer":"count"}`, "exact", `{"allowed":false}`, ""},
		{"another answer", "query_sequence", `{"counts":{"file":"counts.json","path":"n"},"key_prefix":"z ","threshold":3,"queries":[["a"]],"answer":"names"}`, "exact", `{"allowed":false}`, "function"},
		{"a table of passage", "check_transition_table", `{"table":` + half + `,"max_deviation":1,"variance":1}`, "absolute", `{"valid":true,"sum":1,"mean_deviation":0,"variance":1}`, ""},
		{"one with too large deviations", "check_transition_table", `{"table":` + half + `,"max_deviation":0,"variance":1}`, "absolute", `{"valid":false}`, ""},
		{"a count that depends on its key", "cell_key_property", `{"table":` + half + `,"count":1}`, "property", `{"always":1}`, "always"},
		{"one record fewer", "cell_key_property", `{"table":` + half + `,"remove_records":1}`, "property", `{"key_changes":true}`, ""},
		{"no property", "cell_key_property", `{"table":` + half + `}`, "property", `{"always":0}`, "function"},
		{"moments", "cell_key_simulation", `{"table":` + half + `,"cells":20000,"count_min":1,"max_deviation":1}`, "property", `{"mean_deviation_abs_max":0.03,"variance_relative_error_max":0.01,"deviation_abs_max":1}`, ""},
		{"moments that are too small", "cell_key_simulation", `{"table":` + half + `,"cells":20000,"count_min":1,"max_deviation":1}`, "property", `{"deviation_abs_max":0.5}`, "deviation_abs_max"},
		{"rounding", "controlled_rounding", `{"table":"line.json","base":5,"conditions":["multiple_of_base","adjacent_multiple","additive"]}`, "rounding_check", `{"valid":true,"optimum":6,"gap_allowed":0,"objective":"sum_abs_change"}`, ""},
		{"rounding dearer than it could be", "controlled_rounding", `{"table":"line.json","base":5}`, "rounding_check", `{"valid":true,"optimum":5,"gap_allowed":0}`, "sum_abs_change"},
		{"rounding to what", "controlled_rounding", `{"table":"line.json","base":5,"conditions":["pretty"]}`, "rounding_check", `{"valid":true}`, "function"},
		{"suppression", "suppress", `{"table":"line.json",` + primary + `,"cost":"value","zero_cells_suppressible":false}`, "attacker_check", `{"valid":true,"optimum":8,"gap_allowed":0}`, ""},
		{"suppression dearer than it could be", "suppress", `{"table":"line.json",` + primary + `,"cost":"count","zero_cells_suppressible":false}`, "attacker_check", `{"valid":true,"optimum":1,"gap_allowed":0}`, "cost"},
		{"too few cells added", "suppress", `{"table":"line.json",` + primary + `,"cost":"count","zero_cells_suppressible":false}`, "at_least", `{"additional_suppressions_min":3}`, "additional_suppressions"},
		{"a mode that is not known", "audit", `{"table":"line.json","primary":["A"],"pattern":["A"]}`, "roughly", `{"safe":true}`, "function"},
		{"a function that is not known", "guess", `{}`, "exact", `{"safe":true}`, "function"},
	}
	for _, c := range cases {
		r, err := Run(t.Context(), made(c.function, c.params, c.compare, c.expect), "disclosure", Options{})
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		got := ""
		if f := r.Groups[0].Failures; len(f) > 0 {
			got = f[0].Field
		}
		if got != c.field {
			t.Errorf("%s: disagreement on %q; want %q (%+v)", c.what, got, c.field, r.Groups[0].Failures)
		}
	}
}

// Whatever a case asks, it is answered or refused: nothing panics.
func FuzzDisclosureCase(f *testing.F) {
	raw, err := os.ReadFile("testdata/disclosure/cases.json")
	if err != nil {
		f.Fatal(err)
	}
	var l list
	if err := json.Unmarshal(raw, &l); err != nil {
		f.Fatal(err)
	}
	for i, c := range l.Cases {
		if params, err := json.Marshal(c.Tree["params"]); err == nil && i%5 == 0 {
			f.Add(c.Function, params)
		}
	}
	dir := os.DirFS("testdata/disclosure")
	f.Fuzz(func(t *testing.T, function string, params []byte) {
		var tree map[string]any
		if json.Unmarshal(params, &tree) != nil || disclosureFunctions[function] == nil || len(params) > 2000 {
			return
		}
		for _, key := range []string{"cells", "repeat", "add_records", "count_min", "tables"} {
			if n, ok := tree[key].(float64); ok && n > 1000 {
				return // long, not wrong
			}
		}
		c := &Case{ID: "a", Tree: map[string]any{"params": tree}}
		if answer, err := disclosureFunctions[function](newAsked(dir, c)); err == nil && answer == nil {
			t.Errorf("%s(%s): neither an answer nor a refusal", function, params)
		}
	})
}
