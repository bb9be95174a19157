package microdata

import (
	"bytes"
	"testing"

	"vigie/stat/survey"
)

// A csv of answers holds no formula; the raw variant, which says so in its
// name, holds what was answered.
func TestHarmlessAnswers(t *testing.T) {
	f := &survey.Frame{Rows: 2, Columns: []*survey.Column{
		{Name: "=nom", Code: []int32{0, 1}, Levels: []string{"=HYPERLINK(1)", "-5"}},
		{Name: "nombre", Number: []float64{-1.5, 2}},
	}}
	for name, want := range map[string]string{
		"a.csv":      "'=nom,nombre\n'=HYPERLINK(1),-1.5\n-5,2\n",
		"a.brut.csv": "=nom,nombre\n=HYPERLINK(1),-1.5\n-5,2\n",
	} {
		var out bytes.Buffer
		if err := Write(&out, name, f); err != nil || out.String() != want {
			t.Errorf("%s = %q, %v; want %q", name, out.String(), err, want)
		}
	}
}
