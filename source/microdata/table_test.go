package microdata_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/fault"
	"vigie/source/microdata"
	"vigie/stat/survey"
)

func TestTable(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		what, file string
		options    microdata.Options
		want       []*survey.Column
	}{
		{"numbers, texts, gaps", "a,b,c\n1,x,\n,,2.5\n-3e2,é,0\n", microdata.Options{}, []*survey.Column{
			{Name: "a", Number: []float64{1, nan, -300}},
			{Name: "b", Code: []int32{0, -1, 1}, Levels: []string{"x", "é"}},
			{Name: "c", Number: []float64{nan, 2.5, 0}},
		}},
		{"a text after numbers keeps the texts of the numbers", "a\n01\n1.0\n\"  \"\nB\nb\n", microdata.Options{}, []*survey.Column{
			{Name: "a", Code: []int32{0, 1, -1, 2, 3}, Levels: []string{"01", "1.0", "B", "b"}},
		}},
		{"French dialect", "a;b\n1,5;Non\n2;Oui\n", microdata.Options{}, []*survey.Column{
			{Name: "a", Number: []float64{1.5, 2}},
			{Name: "b", Code: []int32{0, 1}, Levels: []string{"Non", "Oui"}},
		}},
		{"a comma in quotes is no decimal mark of a comma file", "a,b\n\"1,5\",2\n", microdata.Options{}, []*survey.Column{
			{Name: "a", Code: []int32{0}, Levels: []string{"1,5"}},
			{Name: "b", Number: []float64{2}},
		}},
		{"codes too long for a number stay apart", "id\n90071992547409931\n90071992547409932\n", microdata.Options{}, []*survey.Column{
			{Name: "id", Code: []int32{0, 1}, Levels: []string{"90071992547409931", "90071992547409932"}},
		}},
		{"asked as text", "dep\n01\n75\n\n13\n", microdata.Options{Text: []string{"dep"}}, []*survey.Column{
			{Name: "dep", Code: []int32{0, 2, 1}, Levels: []string{"01", "13", "75"}},
		}},
		{"column without a name, blanks around numbers", ",b\n 1 ,2\n", microdata.Options{}, []*survey.Column{
			{Name: "colonne_1", Number: []float64{1}}, {Name: "b", Number: []float64{2}},
		}},
		{"windows-1252", "a\n\xe9t\xe9\n", microdata.Options{}, []*survey.Column{{Name: "a", Code: []int32{0}, Levels: []string{"été"}}}},
	} {
		got, err := c.options.Parse("f.csv", []byte(c.file))
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if d := cmp.Diff(c.want, got.Columns, cmpopts.EquateNaNs()); d != "" {
			t.Errorf("%s:\n%s", c.what, d)
		}
	}
}

func TestTableRefused(t *testing.T) {
	for _, c := range []struct{ file, want string }{
		{"", "f.csv : fichier vide"},
		{"a,b\n", "f.csv : aucune ligne de données"},
		{"a,b,a\n1,2,3\n", "f.csv, ligne 1 : deux colonnes (1 et 3) s'appellent « a »"},
		{"a,b\n1,2\n3\n4,5\n", "f.csv, ligne 3 : 1 cellule(s) sur 2, la ligne s'arrête avant la variable « b »"},
		{"a,b\n1,2\n3,4,5\n", "f.csv, ligne 3 : 3 cellule(s) sur 2, la ligne continue après la dernière variable, « b »"},
		{"a,b\n1,\"2\n", "f.csv, ligne 2 : guillemet ouvert"},
	} {
		_, err := microdata.Parse("folder/f.csv", []byte(c.file))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || fault.Do(err) == "" {
			t.Errorf("%q: %v; want %s", c.file, err, c.want)
		}
	}
	_, err := microdata.Parse("f.pdf", []byte("x"))
	if e, ok := errors.AsType[*fault.Error](err); !ok || e.Kind != fault.Invalid {
		t.Errorf("a pdf: %v", err)
	}
}

// survey50 makes a csv of n answers to 48 questions.
func survey50(n int) []byte {
	var b bytes.Buffer
	b.WriteString("id,region,sexe,age,poids")
	for j := range 43 {
		fmt.Fprintf(&b, ",q%d", j)
	}
	x := uint64(1)
	for i := range n {
		x = x*6364136223846793005 + 1442695040888963407
		fmt.Fprintf(&b, "\n%d,R%02d,%c,%d-%d,%.6f", i, x>>40%13, "FH"[x>>50&1], x>>45%4*15, x>>45%4*15+14, float64(x>>33)/1e6)
		for j := range 43 {
			b.WriteByte(',')
			b.WriteByte('0' + byte(x>>(j%40)&1))
		}
	}
	return b.Bytes()
}

func BenchmarkCSV200000(b *testing.B) {
	data := survey50(200_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := microdata.Parse("f.csv", data); err != nil {
			b.Fatal(err)
		}
	}
}
