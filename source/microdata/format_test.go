package microdata_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"vigie/fault"
	"vigie/source/microdata"
	"vigie/source/sav"
	"vigie/stat/survey"
)

var nan = math.NaN()

// shared returns a folder of the real files, which a clone does not have.
func shared(t testing.TB, elements ...string) string {
	t.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	dir = filepath.Join(append([]string{dir}, elements...)...)
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skipf("left out: %s is not there (set VIGIE_SHARED)", dir)
	}
	return dir
}

func load(t testing.TB, o microdata.Options, path string) *survey.Frame {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := o.Parse(path, b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func diff(a, b *survey.Frame) string {
	return cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.EquateEmpty())
}

// TestSameContentSameFrame reads one survey in three formats.
func TestSameContentSameFrame(t *testing.T) {
	dir := shared(t, "data", "enquetes", "hdv2003")
	want := load(t, microdata.Options{}, filepath.Join(dir, "hdv2003.csv"))
	if want.Rows != 2000 || len(want.Columns) != 20 {
		t.Fatalf("%d rows, %d columns", want.Rows, len(want.Columns))
	}
	for _, c := range want.Columns { // SPSS has other names for some
		c.Name = strings.ReplaceAll(c.Name, ".", "_")
	}
	for _, name := range []string{"hdv2003.sav", "hdv2003.zsav", "hdv2003.dta"} {
		got := load(t, microdata.Options{}, filepath.Join(dir, name))
		if d := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateApprox(1e-14, 0)); d != "" { // R writes 15 digits in the csv
			t.Errorf("%s: %s", name, d[:min(len(d), 3000)])
		}
	}
	codes := load(t, microdata.Options{Codes: true}, filepath.Join(dir, "hdv2003.sav")).Column("sexe")
	if codes.Number[0] != 2 || codes.Labels["2"] != "Femme" || codes.Categorical().Levels[0] != "1" {
		t.Errorf("codes: %v %v", codes.Number[:3], codes.Labels)
	}
}

func frame(columns ...*survey.Column) *survey.Frame {
	return &survey.Frame{Rows: columns[0].Rows(), Columns: columns}
}

// TestWriteThenParse writes any frame in any format and reads it again.
func TestWriteThenParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "rows")
		f := &survey.Frame{Rows: n}
		for j := range rapid.IntRange(1, 6).Draw(t, "columns") {
			c := &survey.Column{Name: rapid.SampledFrom([]string{"q", "Âge", "a b", "with", "revenu.net", "1x"}).Draw(t, "name") + string(rune('a'+j))}
			if rapid.Bool().Draw(t, "number") {
				for range n {
					x := rapid.SampledFrom([]float64{nan, 0, 1, -99, 100, 152, 0.1, 1e-9, 123456789.25, -2e15}).Draw(t, "x")
					c.Number = append(c.Number, x)
				}
			} else {
				list := []string{"x"} // one text at least, for the csv
				for range n - 1 {
					list = append(list, rapid.SampledFrom([]string{"", "Oui", "Non", "Ne sait pas, « refus »", "é\"è", "01", strings.Repeat("long ", 30) + "."}).Draw(t, "s"))
				}
				*c = *survey.Category(c.Name, list)
			}
			f.Columns = append(f.Columns, c)
		}
		for _, name := range []string{"f.csv", "f.parquet", "f.sav", "f.zsav"} {
			var b, again bytes.Buffer
			if err := microdata.Write(&b, name, f); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := microdata.Write(&again, name, f); err != nil || !bytes.Equal(b.Bytes(), again.Bytes()) {
				t.Fatalf("%s: other bytes the second time, %v", name, err)
			}
			got, err := microdata.Parse(name, b.Bytes())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if d := diff(f, got); d != "" {
				t.Fatalf("%s: %s", name, d)
			}
		}
	})
}

// TestDictionary: labels, order and declared missing answers survive where the
// format has them.
func TestDictionary(t *testing.T) {
	f := frame(
		&survey.Column{Name: "note", Label: "Note de 0 à 10", Number: []float64{0, 7, nan, nan, 10}, Labels: map[string]string{"0": "Pas du tout", "10": "Tout à fait"},
			Declared: []survey.Declared{{Code: "98", Label: "NSP"}, {Code: "99"}}, Why: []int32{-1, -1, 0, 1, -1}},
		&survey.Column{Name: "accord", Label: "Êtes-vous d’accord ?", Levels: []string{"Oui", "Plutôt", "Non"}, Code: []int32{0, 2, 1, -1, 0}},
	)
	for _, name := range []string{"f.sav", "f.zsav", "f.parquet"} {
		want := f
		if name == "f.parquet" { // a missing answer is only that
			note := *f.Columns[0]
			note.Declared, note.Why = nil, nil
			want = frame(&note, f.Columns[1])
		}
		var b bytes.Buffer
		if err := microdata.Write(&b, name, f); err != nil {
			t.Fatal(err)
		}
		got, err := microdata.Parse(name, b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if d := diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestSystemFile reads what only SPSS has: declared ranges, partial labels,
// labels twice, dates, ordered measures.
func TestSystemFile(t *testing.T) {
	f := &sav.File{Rows: 4, Variables: []*sav.Variable{
		{Name: "partiel", Number: []float64{0, 5, 10, 11}, Labels: []sav.Label{{Value: 0, Label: "Non"}, {Value: 10, Label: "Oui"}, {Value: 11, Label: "NSP"}},
			Missing: sav.Missing{Range: true, Low: 11, High: math.Inf(1)}},
		{Name: "double", Number: []float64{1, 2, 3, 3}, Labels: []sav.Label{{Value: 1, Label: "A"}, {Value: 2, Label: "B"}, {Value: 3, Label: "A"}}},
		{Name: "rang", Measure: sav.Ordinal, Number: []float64{3, 1, 2, nan}, Labels: []sav.Label{{Value: 1, Label: "Haut"}, {Value: 2, Label: "Bas"}, {Value: 3, Label: "Au milieu"}}},
		{Name: "jour", Print: sav.Day, Write: sav.Day, Number: []float64{13659840000, nan, 13659840000 + 2*86400, 13659840000}},
		{Name: "code", Width: 3, Text: []string{"F", "ZZ", "", "H"}, Labels: []sav.Label{{Text: "F", Label: "Femme"}, {Text: "H", Label: "Homme"}, {Text: "ZZ", Label: "Refus"}},
			Missing: sav.Missing{Texts: []string{"ZZ"}}},
	}}
	var b bytes.Buffer
	if err := f.Write(&b, "f.sav", sav.Bytecode); err != nil {
		t.Fatal(err)
	}
	got, err := microdata.Parse("f.sav", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	want := frame(
		&survey.Column{Name: "partiel", Number: []float64{0, 5, 10, nan}, Labels: map[string]string{"0": "Non", "10": "Oui"},
			Declared: []survey.Declared{{Code: "11", Label: "NSP"}}, Why: []int32{-1, -1, -1, 0}},
		&survey.Column{Name: "double", Levels: []string{"A (1)", "A (3)", "B"}, Code: []int32{0, 2, 1, 1}},
		&survey.Column{Name: "rang", Levels: []string{"Haut", "Bas", "Au milieu"}, Code: []int32{2, 0, 1, -1}},
		&survey.Column{Name: "jour", Levels: []string{"2015-08-25", "2015-08-27"}, Code: []int32{0, -1, 1, 0}},
		&survey.Column{Name: "code", Levels: []string{"Femme", "Homme"}, Code: []int32{0, -1, -1, 1},
			Declared: []survey.Declared{{Code: "ZZ", Label: "Refus"}}, Why: []int32{-1, 0, -1, -1}},
	)
	if d := diff(want, got); d != "" {
		t.Error(d)
	}
	for _, spoilt := range []string{"f.sav", "f.zsav", "f.parquet"} {
		if _, err := microdata.Parse(spoilt, []byte("PAR1 not really")); err == nil || !strings.HasPrefix(err.Error(), spoilt) || fault.Do(err) == "" {
			t.Errorf("%s: %v", spoilt, err)
		}
	}
}
