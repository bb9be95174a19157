package sav_test

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/source/sav"
)

var nan = math.NaN()

// everything is a file that uses what the format has.
func everything() *sav.File {
	long := strings.Repeat("Une réponse ouverte, longue. ", 30)
	return &sav.File{
		Label: "Baromètre d'essai", Created: time.Date(2026, 11, 7, 8, 30, 0, 0, time.UTC), Encoding: "UTF-8", Weight: "poids",
		Product:    "SPSS DATA FILE - Vigie",
		Documents:  []string{"Première ligne", "Seconde ligne, à 80 signes près"},
		Attributes: []sav.Attribute{{Name: "Version", Values: []string{"1"}}, {Name: "Notes", Values: []string{"a", "b c"}}},
		Sets: []sav.Set{
			{Name: "$canaux", Label: "Canaux", Dichotomy: true, Counted: "1", Variables: []string{"canal_1", "canal_2"}},
			{Name: "$prio", Label: "Priorités", Variables: []string{"satisfaction", "age"}},
		},
		Rows: 5,
		Variables: []*sav.Variable{
			{Name: "poids", Label: "Pondération", Print: sav.Numeric(12, 6), Write: sav.Numeric(12, 6), Measure: sav.Scale, Align: sav.Right, Columns: 12,
				Number: []float64{0.5, 1.25, 1e-7, 123456.789, 2}},
			{Name: "satisfaction", Label: "Êtes-vous satisfait·e ?", Print: sav.Numeric(2, 0), Write: sav.Numeric(2, 0), Measure: sav.Ordinal, Columns: 8,
				Missing: sav.Missing{Values: []float64{8, 9}}, Align: sav.Right,
				Labels: []sav.Label{{Value: 1, Label: "Très satisfait"}, {Value: 2, Label: "Peu"}, {Value: 8, Label: "NSP"}, {Value: 9, Label: "Refus"}},
				Number: []float64{1, 2, 8, nan, 9}},
			{Name: "age", Print: sav.Numeric(3, 0), Write: sav.Numeric(3, 0), Measure: sav.Scale, Columns: 8, Align: sav.Right,
				Missing: sav.Missing{Range: true, Low: math.Inf(-1), High: 0, Values: []float64{999}}, Number: []float64{18, -1, 999, 102, 152}},
			{Name: "canal_1", Label: "Site", Print: sav.Numeric(1, 0), Write: sav.Numeric(1, 0), Measure: sav.Nominal, Columns: 8, Align: sav.Right, Number: []float64{1, 0, 1, 0, nan}},
			{Name: "canal_2", Label: "Presse", Print: sav.Numeric(1, 0), Write: sav.Numeric(1, 0), Measure: sav.Nominal, Columns: 8, Align: sav.Right, Number: []float64{0, 0, 1, 1, nan}},
			{Name: "jour", Print: sav.Day, Write: sav.Day, Measure: sav.Scale, Columns: 10, Align: sav.Right,
				Missing: sav.Missing{Range: true, Low: 5, High: 6},
				Number:  []float64{sav.Seconds(time.Date(2026, 11, 7, 0, 0, 0, 0, time.UTC)), nan, 0, 5, 86400}},
			{Name: "code", Width: 3, Measure: sav.Nominal, Columns: 3, Labels: []sav.Label{{Text: "2A", Label: "Corse-du-Sud"}, {Text: "971", Label: "Guadeloupe"}},
				Missing: sav.Missing{Texts: []string{"ZZ"}}, Text: []string{"2A", "971", "ZZ", "", "é"}},
			{Name: "commune_de_residence", Label: "Commune", Width: 40, Measure: sav.Nominal, Columns: 20,
				Labels: []sav.Label{{Text: "Saint-Étienne-du-Rouvray", Label: "Seine-Maritime"}}, Missing: sav.Missing{Texts: []string{"INCONNUE"}},
				Text: []string{"Saint-Étienne-du-Rouvray", "        L'Haÿ", "", "INCONNUE", "Y"}, Attributes: []sav.Attribute{{Name: "Question", Values: []string{"Où ?"}}}},
			{Name: "ouverte", Width: 900, Measure: sav.Nominal, Columns: 40, Text: []string{long[:len(long)-1], "", "x", strings.Repeat("abcde", 180), strings.Repeat("z", 255) + "é"}},
			{Name: "commune_de_travail", Width: 255, Measure: sav.Nominal, Columns: 40, Text: []string{"a", "b", "", strings.Repeat("y", 255), "d"}},
		},
	}
}

// same compares files, the display formats of strings aside.
func same(a, b *sav.File) string {
	return cmp.Diff(a, b, cmpopts.EquateNaNs(), cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(sav.Variable{}),
		cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Print" || p.Last().String() == ".Write" },
			cmp.Comparer(func(a, b sav.Format) bool { return a == b || a.Type <= 1 && b.Type <= 1 })))
}

func written(t testing.TB, f *sav.File, c sav.Compression) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Write(&b, "f.sav", c); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var compressions = []sav.Compression{sav.Plain, sav.Bytecode, sav.Blocks}

func TestWriteThenParse(t *testing.T) {
	want := everything()
	for _, c := range compressions {
		got, err := sav.Parse("f.sav", written(t, want, c), "")
		if err != nil {
			t.Errorf("compression %d: %v", c, err)
		} else if d := same(want, got); d != "" {
			t.Errorf("compression %d:\n%s", c, d)
		}
		var b bytes.Buffer
		if err := want.WriteBigEndian(&b, c); err != nil {
			t.Fatal(err)
		}
		if got, err = sav.Parse("f.sav", b.Bytes(), ""); err != nil {
			t.Errorf("big endian, compression %d: %v", c, err)
		} else if d := same(want, got); d != "" {
			t.Errorf("big endian, compression %d:\n%s", c, d)
		}
	}
}
