package estimate

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/stat/survey"
)

// answers is a frame of six made-up records.
func answers() *survey.Frame {
	return &survey.Frame{Rows: 6, Columns: []*survey.Column{
		survey.Category("type", []string{"E", "H", "", "M", "E", "H"}),
		survey.Category("sexe", []string{"F", "H", "F", "F", "H", "H"}),
		{Name: "score", Number: []float64{1, 4, 2, math.NaN(), 5, 2}},
		{Name: "wave", Number: []float64{2018, 2021, 2018, 2021, 2018, 2021}},
		{Name: "pw", Number: []float64{10, 20, 10, 20, 10, 20}},
	}}
}

// decoded is the tree of a JSON text.
func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestExpressions(t *testing.T) {
	na := math.NaN()
	cases := []struct {
		text   string
		number []float64
		levels string // of a categorical one
	}{
		{`"score"`, []float64{1, 4, 2, na, 5, 2}, ""},
		{`{"is":["score",">=",2]}`, []float64{0, 1, 1, na, 1, 1}, ""},
		{`{"is":["score","!=","2"]}`, []float64{1, 1, 0, na, 1, 0}, ""},
		{`{"is":["type","==","E"]}`, []float64{1, 0, na, 0, 1, 0}, ""},
		{`{"is":["type",">","E"]}`, []float64{0, 1, na, 1, 0, 1}, ""},
		{`{"is":["type","==",3]}`, []float64{0, 0, na, 0, 0, 0}, ""},
		{`{"is":[{"categorical":"wave"},"==",2021]}`, []float64{0, 1, 0, 1, 0, 1}, ""},
		{`{"is":["type","==","E"],"as":"categorical"}`, []float64{1, 0, na, 0, 1, 0}, "false true"},
		{`{"is":["sexe","==","X"],"as":"categorical"}`, []float64{0, 0, 0, 0, 0, 0}, "false"},
		{`{"all":[{"is":["type","==","E"]},{"is":["score",">=",2]}]}`, []float64{0, 0, na, 0, 1, 0}, ""},
		{`{"all":[{"is":["type","==","E"]},{"is":["score",">",9]}]}`, []float64{0, 0, 0, 0, 0, 0}, ""},
		{`{"answered":"type"}`, []float64{1, 1, 0, 1, 1, 1}, ""},
		{`{"log":"pw"}`, []float64{math.Log(10), math.Log(20), math.Log(10), math.Log(20), math.Log(10), math.Log(20)}, ""},
		{`{"square":"score"}`, []float64{1, 16, 4, na, 25, 4}, ""},
		{`{"difference":["pw","score"]}`, []float64{9, 16, 8, na, 5, 18}, ""},
		{`{"sum":["pw","score",{"answered":"type"}]}`, []float64{12, 25, 12, na, 16, 23}, ""},
		{`{"categorical":"wave"}`, []float64{0, 1, 0, 1, 0, 1}, "2018 2021"},
		{`{"level_number":"type"}`, []float64{1, 2, na, 3, 1, 2}, ""},
		{`{"level_number":"wave"}`, []float64{1, 2, 1, 2, 1, 2}, ""},
	}
	for _, c := range cases {
		d := &desk{frame: answers()}
		got := d.variable(node{"x", decoded(t, c.text)})
		for i, want := range c.number {
			have := math.NaN()
			switch {
			case got.Missing(i):
			case got.Number != nil:
				have = got.Number[i]
			default:
				have = float64(got.Code[i])
			}
			if have != want && !(math.IsNaN(have) && math.IsNaN(want)) {
				t.Errorf("%s[%d] = %v; want %v", c.text, i, have, want)
			}
		}
		if strings.Join(got.Levels, " ") != c.levels {
			t.Errorf("%s: levels %q; want %q", c.text, got.Levels, c.levels)
		}
	}
}

// The first factor varies fastest, and cells that nobody is in do not exist.
func TestCross(t *testing.T) {
	d := &desk{frame: answers()}
	got := d.variable(node{"x", decoded(t, `{"cross":["sexe","type"]}`)})
	if want := []string{"F.E", "H.E", "H.H", "F.M"}; !slices.Equal(got.Levels, want) || !slices.Equal(got.Code, []int32{0, 2, -1, 3, 1, 2}) {
		t.Errorf("cross = %v %v; want %v", got.Levels, got.Code, want)
	}
}

func TestExpressionRefusals(t *testing.T) {
	cases := []struct{ text, want string }{
		{`"scor"`, "la variable « scor » n’est pas dans les données"},
		{`3`, "un texte est attendu"},
		{`{"log":"score"}`, ""},
		{`{"log":{"difference":["score","score"]}}`, "enregistrement 1 : 0 n’a pas de logarithme"},
		{`{"lag":"score"}`, "variable inconnue"},
		{`{"is":["score","=",2]}`, "comparaison inconnue « = »"},
		{`{"is":["score","=="]}`, "trois éléments sont attendus"},
		{`{"is":["score","==","E"]}`, "« score » est une variable numérique"},
		{`{"is":["score","==",2],"as":"text"}`, "valeur inconnue « text »"},
		{`{"answered":"score","as":"categorical"}`, "n’accompagne"},
		{`{"square":"type"}`, "« type » est une variable de catégories"},
		{`{"difference":["pw"]}`, "deux variables sont attendues"},
		{`{"sum":[]}`, "aucune variable"},
		{`{"cross":["pw"]}`, "deux variables au moins"},
		{`{"sum":["pw"],"difference":["pw","pw"]}`, "clé inconnue"},
	}
	for _, c := range cases {
		err := attempt(func() { (&desk{frame: answers()}).variable(node{"x", decoded(t, c.text)}) })
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.text, err)
			}
			continue
		}
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Do == "" || !strings.Contains(plainSpaces(err.Error()), c.want) {
			t.Errorf("%s: %v; want %q and what to do", c.text, err, c.want)
		}
	}
}

// plainSpaces replaces the typographic spaces of French.
func plainSpaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }
