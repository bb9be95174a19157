package index

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"vigie/fault"
)

// passage is a table of passages from old units to new ones.
func passage(from, to []string, weight ...float64) *Table {
	return &Table{Name: "passage.csv", First: 2, Rows: len(from), Columns: []Column{{Name: "old", Text: from}, {Name: "new", Text: to}, numeric("weight", weight...)}}
}

// named gives the units of a table other codes.
func named(t *Table, codes ...string) *Table { return t.with(Column{Name: "code", Text: codes}) }

func side(s *Spec, t *Table) Side { return Side{Spec: s, Table: t} }

// conserved checks that the causes add up to the change, for scores and places.
func conserved(t testing.TB, c *Change) (complete int) {
	for _, e := range c.Elements {
		for i := range c.Units {
			for name, x := range map[string]Causes{"score": e.Score, "place": e.Place} {
				sum := float64(x.Old[i] + x.Boundary[i] + x.Method[i] + x.Period[i])
				if math.IsNaN(sum) {
					continue
				}
				complete++
				if math.Abs(sum-float64(x.New[i])) > 1e-9 {
					t.Fatalf("%s of %s, unit %s: %v + %v + %v + %v is not %v", name, e.Code, c.Units[i].Code, x.Old[i], x.Boundary[i], x.Method[i], x.Period[i], x.New[i])
				}
			}
		}
	}
	return complete
}

// Any two specifications, tables and passages: the three causes add up to the
// change, of each score and of each place.
func TestCausesAddUp(t *testing.T) {
	complete := 0
	rapid.Check(t, func(r *rapid.T) {
		value := rapid.Custom(func(r *rapid.T) float64 {
			return math.Round(rapid.Float64Range(1, 100).Draw(r, "value")*8) / 8
		})
		table := func(name string) *Table {
			column := rapid.SliceOfNDistinct(value, 6, 6, rapid.ID)
			return units(numeric("x", column.Draw(r, name+" x")...), numeric("y", column.Draw(r, name+" y")...),
				numeric("z", column.Draw(r, name+" z")...), numeric("p", column.Draw(r, name+" p")...))
		}
		method := func(name string) *Spec {
			text := small
			if rapid.Bool().Draw(r, name+" divided") {
				text = strings.Replace(text, `code = "z"`, "code = \"z\"\ndenominator = \"p\"", 1)
			}
			text = strings.Replace(text, "[uncertainty]", "[normalisation]\nmethod = \""+rapid.SampledFrom([]string{"minmax", "zscore", "percentile"}).Draw(r, name+" method")+"\"\n[uncertainty]", 1)
			return parsed(t, text)
		}
		var steps *Table
		if rapid.Bool().Draw(r, "passage") {
			from := []string{"u1", "u2", "u3", "u3"}
			to := []string{"u1", "u1", "u4", "n"}
			from, to = append(from, "u4"), append(to, "u4")
			steps = passage(from, to, rapid.SliceOfN(rapid.Float64Range(1, 9), 5, 5).Draw(r, "weights")...)
		}
		after := table("after")
		if steps != nil {
			after = named(after, "u1", "n", "u4", "u5", "u6", "new")
		}
		c, err := Since(side(method("old"), table("before")), side(method("new"), after), steps)
		if err != nil {
			r.Fatal(err)
		}
		complete += conserved(t, c)
	})
	if complete == 0 {
		t.Error("no change of a unit that has all causes was checked")
	}
}

// zero tells that a cause moves nothing.
func zero(x []Number) bool {
	return !slices.ContainsFunc(x, func(v Number) bool { return math.Abs(float64(v)) > 1e-12 })
}

// What changes alone is the only cause.
func TestCausesOneAtATime(t *testing.T) {
	same, other := parsed(t, small), parsed(t, strings.Replace(small, "direction = -1", "direction = -1\nweight = 3", 1))
	later := full().with(numeric("x", 4, 1, 2, 3))
	for _, c := range []struct {
		name                     string
		now                      *Spec
		after                    *Table
		boundary, method, period bool // moves nothing
	}{
		{"nothing", same, full(), true, true, true},
		{"method", other, full(), true, false, true},
		{"values", same, later, true, true, false},
		{"both", other, later, true, false, false},
	} {
		got, err := Since(side(same, full()), side(c.now, c.after), nil)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		top := got.Elements[len(got.Elements)-1]
		if zero(top.Score.Boundary) != c.boundary || zero(top.Score.Method) != c.method || zero(top.Score.Period) != c.period {
			t.Errorf("%s: %+v", c.name, top.Score)
		}
		conserved(t, got)
	}
	// Only the units change: values are those carried.
	merged, err := Since(side(same, full()), side(same, named(units(numeric("x", 1.75, 3, 4), numeric("y", 2.5, 1, 3), numeric("z", 17.5, 15, 12)), "m", "u3", "u4")),
		passage([]string{"u1", "u2"}, []string{"m", "m"}, 1, 3))
	if err != nil {
		t.Fatal(err)
	}
	top := merged.Elements[len(merged.Elements)-1]
	if !zero(top.Score.Method) || !zero(top.Score.Period) || zero(top.Score.Boundary) || top.Score.Old[0].OK() {
		t.Errorf("units alone: %+v", top.Score)
	}
	conserved(t, merged)
}

// Counts are divided like the weight and summed, other numbers averaged by the
// weight; texts come from the largest piece; a gap stays a gap.
func TestCarry(t *testing.T) {
	before := units(numeric("x", 10, 20, 40, 5), numeric("y", 1, nan, 3, 4), numeric("z", 100, 200, 300, 400), numeric("p", 10, 20, 30, 40),
		Column{Name: "name", Text: []string{"Un", "Deux", "Trois", "Quatre"}})
	s := parsed(t, strings.Replace(small, `code = "z"`, "code = \"z\"\ndenominator = \"p\"", 1))
	c, err := newCarrier(s, s, before, passage([]string{"u1", "u2", "u3", "u3"}, []string{"m", "m", "m", "n"}, 1, 3, 4, 12), map[string]bool{"m": true, "n": true})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.table()
	if err != nil {
		t.Fatal(err)
	}
	want := []Column{
		{Name: "code", Text: []string{"m", "n"}},
		numeric("x", (10+60+160)/8.0, 40), numeric("y", nan, 3),
		numeric("z", 100+200+75, 225), numeric("p", 10+20+7.5, 22.5),
		{Name: "name", Text: []string{"Trois", "Trois"}},
	}
	if d := cmp.Diff(want, got.Columns, cmpopts.EquateNaNs(), cmpopts.EquateApprox(0, 1e-12)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"u4"}, c.gone); d != "" {
		t.Errorf("gone (-want +got):\n%s", d)
	}
}

// An indicator without old value enters by the method, units without old value
// are told and have no cause but the last.
func TestWhatIsNewIsTold(t *testing.T) {
	now := parsed(t, strings.Replace(small, "code = \"z\"\nparent = \"B\"", "code = \"z\"\nparent = \"B\"\n[[indicator]]\ncode = \"w\"\nparent = \"B\"", 1))
	after := named(full(), "u1", "u2", "u3", "v").with(numeric("w", 9, 1, 5, 7))
	c, err := Since(side(parsed(t, small), full()), side(now, after), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !cmp.Equal(c.Held, []string{"w"}) || !cmp.Equal(c.Appeared, []string{"v"}) || !cmp.Equal(c.Gone, []string{"u4"}) {
		t.Errorf("held %v, appeared %v, gone %v", c.Held, c.Appeared, c.Gone)
	}
	b := c.Elements[1]
	if b.Code != "B" || b.Score.Method[3].OK() || b.Score.Old[3].OK() || !b.Score.New[3].OK() {
		t.Errorf("element %+v", b)
	}
	conserved(t, c)
}

// Over years, in units that change: the last year is compared, and what carries
// values along time reads the years of both tables.
func TestSinceOverYears(t *testing.T) {
	text := strings.NewReplacer(`unit = "code"`, "unit = \"code\"\nperiod = \"year\"",
		"[uncertainty]", "[imputation]\nmethod = \"last_observed\"\nmost = 0\n[uncertainty]").Replace(small)
	now := parsed(t, strings.NewReplacer(`"year"`, `"an"`, "direction = -1", "direction = -1\nweight = 2").Replace(text))
	before, after := years(0), years(0)
	before.Column("x").Number[7] = nan // the second unit in 2024
	for i := range after.Columns {
		if after.Columns[i].Name == "year" {
			after.Columns[i].Name = "an"
		}
	}
	c, err := Since(side(parsed(t, text), before), side(now, after), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Units) != 6 || c.Units[0].Period != "2024" || conserved(t, c) != 2*3*6 {
		t.Errorf("%d units, first %+v", len(c.Units), c.Units[0])
	}
}

func TestSinceRefused(t *testing.T) {
	s := parsed(t, small)
	dated := parsed(t, strings.Replace(small, `unit = "code"`, "unit = \"code\"\nperiod = \"year\"", 1))
	for _, c := range []struct {
		name  string
		now   *Spec
		after *Table
		steps *Table
		want  string
	}{
		{"periods in one only", dated, full().with(numeric("year", 1, 1, 1, 1)), nil, "une seule des deux spécifications a une colonne des périodes"},
		{"no column", s, full(), &Table{Name: "passage.csv", First: 2, Rows: 1, Columns: []Column{{Name: "old", Text: []string{"u1"}}}}, "passage.csv, il n’y a pas de colonne « new »"},
		{"no weight", s, full(), passage([]string{"u1", "u2"}, []string{"u1", "u1"}, 1, nan), "passage.csv, ligne 3 : old, new ou weight manque"},
		{"a unit that grows", s, full(), passage([]string{"u2"}, []string{"u1"}, 1), "l’unité « u1 » garde son code et en reçoit d’autres"},
		{"nothing in common", s, named(full(), "a", "b", "c", "d"), nil, "aucune unité n’a de valeur dans celles de l’indice nouveau"},
	} {
		_, err := Since(side(s, full()), side(c.now, c.after), c.steps)
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.Do(err) == "" {
			t.Errorf("%s: %v; want %s", c.name, err, c.want)
		}
	}
}
