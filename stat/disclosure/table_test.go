package disclosure

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// line is a total with its parts.
func line(values map[string]float64, total string, parts ...string) ([]Cell, []Sum) {
	cells := []Cell{{Key: total, Value: values[total]}}
	for _, p := range parts {
		cells = append(cells, Cell{Key: p, Value: values[p]})
	}
	return cells, []Sum{{total, parts}}
}

func TestTableRefusals(t *testing.T) {
	flat := Dimension{"taille", "T", []Sum{{"T", []string{"a", "b"}}}}
	cells := func(values ...float64) []Cell {
		list := []Cell{{Key: "T"}, {Key: "a"}, {Key: "b"}}
		for i, v := range values {
			list[i].Value = v
		}
		return list
	}
	for name, c := range map[string]struct {
		dimensions []Dimension
		cells      []Cell
		want       string
	}{
		"nothing":         {[]Dimension{flat}, nil, "vide"},
		"no dimension":    {nil, cells(3, 1, 2), "n’en croisent pas autant"},
		"twice":           {[]Dimension{flat}, append(cells(3, 1, 2), Cell{Key: "a"}), "figure deux fois"},
		"below zero":      {[]Dimension{flat}, cells(1, -1, 2), "vaut -1"},
		"does not add up": {[]Dimension{flat}, cells(4, 1, 2), "ne s’additionne pas"},
		"a cell too few":  {[]Dimension{flat}, cells(3, 1, 2)[:2], "n’en croisent pas autant"},
		"another key":     {[]Dimension{flat}, []Cell{{Key: "T"}, {Key: "a"}, {Key: "c"}}, "« b » manque"},
		"a loop":          {[]Dimension{{"x", "T", []Sum{{"T", []string{"a"}}, {"a", []string{"T"}}}}}, cells(3, 1, 2), "au-dessous de lui-même"},
		"out of reach":    {[]Dimension{{"x", "T", []Sum{{"T", []string{"a"}}, {"b", []string{"c"}}}}}, cells(3, 1, 2), "n’est pas sous"},
		"a bar in a code": {[]Dimension{{"x", "T", []Sum{{"T", []string{"a|b"}}}}}, cells(3, 1, 2), "contient « | »"},
		"a sum of itself": {[]Dimension{{"x", "T", []Sum{{"T", []string{"a", "a", "b"}}}}}, cells(3, 1, 2), "figure deux fois dans la somme"},
		"no parts":        {[]Dimension{{"x", "T", []Sum{{"T", []string{"a", "b"}}, {"a", nil}}}}, cells(3, 1, 2), "n’a pas de parties"},
	} {
		_, err := Cross(c.dimensions, c.cells)
		var r *Refusal
		if !errors.As(err, &r) || !strings.Contains(r.What, c.want) || r.Do == "" {
			t.Errorf("%s: %v, want « %s » and a remedy", name, err, c.want)
		}
	}
	if _, err := Linked(cells(3, 1, 2), []Sum{{"T", []string{"a", "z"}}}); err == nil {
		t.Error("a sum of an unknown cell is taken")
	}
}

// A code with two hierarchies adds up along both.
func TestTableTwoHierarchies(t *testing.T) {
	d := Dimension{"territoire", "R", []Sum{{"R", []string{"D1", "D2"}}, {"R", []string{"E1", "E2"}},
		{"D1", []string{"c1", "c2"}}, {"D2", []string{"c3"}}, {"E1", []string{"c1"}}, {"E2", []string{"c2", "c3"}}}}
	value := map[string]float64{"R": 9, "D1": 5, "D2": 4, "E1": 2, "E2": 7, "c1": 2, "c2": 3, "c3": 4}
	var cells []Cell
	for _, key := range []string{"R", "D1", "D2", "E1", "E2", "c1", "c2", "c3"} {
		cells = append(cells, Cell{Key: key, Value: value[key]})
	}
	table, err := Cross([]Dimension{d}, cells)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.Sums, table.Sums()); diff != "" {
		t.Error(diff)
	}
	bounds, err := Attack(table, []string{"c1", "c2", "D1", "E2"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Bound{{"c1", 2, 2}, {"c2", 3, 3}, {"D1", 5, 5}, {"E2", 7, 7}}; !cmp.Equal(bounds, want) {
		t.Errorf("%v, want %v: E1 is published and c1 its only part", bounds, want)
	}
}

func TestJoin(t *testing.T) {
	first, _ := Linked(line(map[string]float64{"T": 6, "a": 1, "b": 2, "c": 3}, "T", "a", "b", "c"))
	second, _ := Linked(line(map[string]float64{"S": 3, "a": 1, "b": 2}, "S", "a", "b"))
	both, err := Join(first, second)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := Attack(first, []string{"a", "b", "c"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	together, err := Attack(both, []string{"a", "b", "c"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if alone[2].High != 6 || together[2] != (Bound{"c", 3, 3}) {
		t.Errorf("c is %v alone and %v together; the second table tells it", alone[2], together[2])
	}
	other, _ := Linked(line(map[string]float64{"S": 4, "a": 2, "b": 2}, "S", "a", "b"))
	if _, err := Join(first, other); err == nil || !strings.Contains(err.Error(), "« a » vaut 1") {
		t.Errorf("a cell of two values: %v", err)
	}
}

// FuzzTable builds tables of anything: refused with a remedy, or one whose
// primary cells are protected and whose pattern holds, never a panic.
func FuzzTable(f *testing.F) {
	f.Add([]byte(`{"cells":[{"Key":"T","Value":6},{"Key":"a","Value":1},{"Key":"b","Value":2},{"Key":"c","Value":3}],"sums":[{"Total":"T","Parts":["a","b","c"]}]}`), 1.0)
	f.Add([]byte(`{"cells":[{"Key":"T","Value":0.3},{"Key":"a","Value":0.1,"N":1},{"Key":"b","Value":0.2}],"sums":[{"Total":"T","Parts":["a","b"]}]}`), 0.05)
	f.Add([]byte(`{"cells":[{"Key":"T","Value":1e300}],"sums":[]}`), 1e300)
	f.Add([]byte(`{"cells":[{"Key":"x|y"}],"dims":[{"Root":"x"},{"Root":"y"}]}`), 0.0)
	f.Fuzz(func(t *testing.T, raw []byte, protection float64) {
		var given struct {
			Cells []Cell
			Sums  []Sum
			Dims  []Dimension
		}
		if json.Unmarshal(raw, &given) != nil || len(given.Cells) > 12 || len(given.Sums) > 12 {
			return
		}
		table, err := Linked(given.Cells, given.Sums)
		if len(given.Dims) > 0 {
			table, err = Cross(given.Dims, given.Cells)
		}
		if err != nil {
			remedied(t, err)
			return
		}
		sensitive := []Sensitive{{given.Cells[0].Key, min(protection, given.Cells[0].Value), protection}}
		p, err := Suppress(table, sensitive, Choice{Singletons: true})
		if err != nil {
			remedied(t, err)
			return
		}
		if v, err := Audit(table, sensitive, p.Keys, true); err != nil || !v.Safe {
			t.Errorf("%v is not safe: %v %v", p.Keys, v, err)
		}
	})
}

func remedied(t *testing.T, err error) {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.What == "" || r.Do == "" {
		t.Errorf("not a refusal with a remedy: %v", err)
	}
}
