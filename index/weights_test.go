package index

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
)

// weighed is small with another [weights], and files by name.
func weighed(t *testing.T, weights, weightings string, table *Table, file *Table) (*Plan, error) {
	t.Helper()
	raw := strings.Replace(small, "[uncertainty]\ndraws = 0", "[weights]\n"+weights+"\n[uncertainty]\ndraws = 0\nweightings = ["+weightings+"]", 1)
	s, err := ParseSpec("essai.toml", []byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return s.Plan(table, Options{Load: func(name string) (*Table, error) {
		if file == nil || name != file.Name {
			return nil, errors.New("no file " + name)
		}
		return file, nil
	}})
}

func jury(columns ...Column) *Table {
	t := &Table{Name: "jury.csv", First: 2, Columns: columns}
	t.Rows = max(len(columns[0].Number), len(columns[0].Text))
	return t
}

// Two jurors weigh the indicators of one element; the other keeps its weights.
// What draws take from them is of the same jurors throughout.
func TestBudgetWeights(t *testing.T) {
	file := jury(Column{Name: "nom", Text: []string{"Ana", "Bo"}}, numeric("x", 30, 1), numeric("y", 10, 1), numeric("A", 4, 0), numeric("B", 0, 4))
	p, err := weighed(t, `method = "budget"`+"\n"+`file = "jury.csv"`, `"given", "respondents"`, full(), file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]float64{{0.625, 0.375}, {1}, {0.5, 0.5}}, p.Method.Weights); d != "" {
		t.Errorf("weights (-want +got):\n%s", d)
	}
	w := p.weighing
	if w.Method != "budget" || w.Respondents != 2 || len(w.Elements) != 4 || w.Elements[0].Code != "x" || math.Abs(float64(*w.Elements[0].SD)-0.25/math.Sqrt2) > 1e-12 {
		t.Errorf("told %+v", w)
	}
	sets := p.Simulation.Sets
	if len(sets) != 2 || sets[0] != nil || len(sets[1]) != drawnSets {
		t.Fatalf("%d alternatives of sets", len(sets))
	}
	seen := map[string]int{}
	for _, s := range sets[1] {
		seen[fmt.Sprint(s)]++
	}
	// Ana twice, both, Bo twice: one, two and one chance in four.
	for s, want := range map[string]float64{"[[0.75 0.25] [1] [1 0]]": 0.25, "[[0.625 0.375] [1] [0.5 0.5]]": 0.5, "[[0.5 0.5] [1] [0 1]]": 0.25} {
		if got := float64(seen[s]) / drawnSets; math.Abs(got-want) > 0.08 {
			t.Errorf("%s drawn in %v of sets, want %v; all: %v", s, got, want, seen)
		}
	}
}

func TestPollWeights(t *testing.T) {
	file := jury(Column{Name: "element", Text: []string{"A", "B"}}, numeric("share", 0.8, 0.2), numeric("se", 0.02, 0.02))
	p, err := weighed(t, `method = "poll"`+"\n"+`file = "jury.csv"`, `"poll"`, full(), file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]float64{{1, 1}, {1}, {0.8, 0.2}}, p.Method.Weights); d != "" {
		t.Errorf("weights (-want +got):\n%s", d)
	}
	var sum, square float64
	for _, s := range p.Simulation.Sets[0] {
		sum, square = sum+s[2][0], square+s[2][0]*s[2][0]
	}
	n := float64(drawnSets)
	if m := sum / n; math.Abs(m-0.8) > 0.005 || math.Abs(math.Sqrt(square/n-m*m)-0.02) > 0.003 {
		t.Errorf("drawn weights of mean %v, spread %v; want 0.8, 0.02", m, math.Sqrt(square/n-m*m))
	}
}

// Each refusal names the file, the line, the respondent and the remedy.
func TestWeightFilesRefused(t *testing.T) {
	name := Column{Name: "nom", Text: []string{"Ana", "Bo"}}
	budget, poll := `method = "budget"`+"\n"+`file = "jury.csv"`, `method = "poll"`+"\n"+`file = "jury.csv"`
	for _, c := range []struct {
		name, weights, weightings string
		file                      *Table
		want                      string
	}{
		{"no file named", `method = "budget"`, "", nil, "essai.toml, ligne 6 : clé « weights.file » : les poids « budget » viennent d’un fichier"},
		{"negative", budget, "", jury(name, numeric("x", 1, -2), numeric("y", 1, 1)), "jury.csv, ligne 3 (répondant « Bo »), colonne « x » : -2 point est négatif"},
		{"missing", budget, "", jury(name, numeric("x", nan, 2), numeric("y", 1, 1)), "jury.csv, ligne 2 (répondant « Ana »), colonne « x » : le nombre de points manque"},
		{"nothing", budget, "", jury(name, numeric("x", 1, 0), numeric("y", 1, 0)), "jury.csv, ligne 3 (répondant « Bo ») : aucun point n’est donné à ce que « A » réunit"},
		{"a sibling forgotten", budget, "", jury(name, numeric("x", 1, 1)), "jury.csv ne dit rien de « y »"},
		{"unknown element", budget, "", jury(name, numeric("x", 1, 1), numeric("y", 1, 1), numeric("w", 1, 1)), "jury.csv, colonne « w » : aucun élément de l’indice n’a ce code"},
		{"no element", budget, "", jury(name), "jury.csv ne nomme aucun élément de l’indice"},
		{"respondents without a budget", `method = "equal"`, `"respondents"`, nil, "« respondents » demande les poids « budget »"},
		{"poll without errors", poll, "", jury(Column{Name: "element", Text: []string{"x", "y"}}, numeric("share", 0.5, 0.5)), "le fichier n’a pas de colonne « se »"},
		{"poll of an unknown element", poll, "", jury(Column{Name: "element", Text: []string{"x", "v"}}, numeric("mean", 5, 5), numeric("se", 1, 1)), "jury.csv, ligne 3 : aucun élément de l’indice n’a le code « v »"},
		{"poll twice", poll, "", jury(Column{Name: "element", Text: []string{"x", "x"}}, numeric("mean", 5, 5), numeric("se", 1, 1)), "jury.csv, lignes 2 et 3 : « x » est donné deux fois"},
		{"shares of more than one", poll, "", jury(Column{Name: "element", Text: []string{"x", "y"}}, numeric("share", 0.5, 0.9), numeric("se", 0.1, 0.1)), "jury.csv, « A » : ces valeurs ne font pas des poids"},
		{"negative error", poll, "", jury(Column{Name: "element", Text: []string{"x", "y"}}, numeric("mean", 5, 9), numeric("se", 1, -1)), "jury.csv, ligne 3, « y », colonne « se » : un nombre nul ou positif est attendu"},
		{"level", `method = "pca"` + "\nlevel = 5", "", nil, "essai.toml, ligne 8 : clé « weights.level » : aucun élément ne réunit 2 éléments ou plus, tous du niveau 5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := weighed(t, c.weights, c.weightings, full(), c.file)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v; want %s", err, c.want)
			}
			if fault.Do(err) == "" {
				t.Errorf("no remedy for %v", err)
			}
		})
	}
}

// Points given to an indicator that is left out go to no other.
func TestBudgetOfAnIndicatorLeftOut(t *testing.T) {
	file := jury(numeric("x", 50, 10), numeric("y", 50, 90))
	p, err := weighed(t, `method = "budget"`+"\n"+`file = "jury.csv"`, `"respondents"`, full().with(numeric("y", 2, 2, 2, 2)), file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]float64{{0.3}, {1}, {1, 1}}, p.Method.Weights); d != "" {
		t.Errorf("weights (-want +got):\n%s", d)
	}
}

// Two indicators of one element weigh alike in its first component, whatever
// their spread; when they oppose each other, the weights are refused by name.
func TestPCAWeights(t *testing.T) {
	p, err := weighed(t, `method = "pca"`, "", full(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if w := p.Method.Weights[0]; math.Abs(w[0]-0.5) > 1e-12 || math.Abs(w[1]-0.5) > 1e-12 || p.Method.Weights[1][0] != 1 {
		t.Errorf("weights %v", p.Method.Weights)
	}
	// x rises and y, counted downwards, falls less: r = 0.4, a component of (1 + r)/2.
	if w := p.weighing.Elements; len(w) != 2 || math.Abs(float64(*w[0].Variance)-0.7) > 1e-12 {
		t.Errorf("told %+v", w)
	}
	_, err = weighed(t, `method = "pca"`, "", full().with(numeric("y", 1, 2, 3, 5)), nil)
	if err == nil || !strings.Contains(err.Error(), "pèserait négativement dans « A » (coefficient −0,707 sur la première composante)") || fault.Do(err) == "" {
		t.Errorf("opposed indicators: %v", err)
	}
}

// Optimised weights undo unequal spreads: with two uncorrelated columns, the
// index ends as near to one as to the other.
func TestOptimisedWeights(t *testing.T) {
	// Min–max makes the spreads of x and y equal but for the middle values.
	table := units(numeric("x", 0, 0, 10, 10, 5, 5), numeric("y", 0, 10, 0, 10, 0, 10), numeric("z", 1, 2, 3, 4, 5, 6))
	p, err := weighed(t, `method = "optimised"`, "", table, nil)
	if err != nil {
		t.Fatal(err)
	}
	// The variances of the two are 2/3 and 1 to each other: weights w and v with w²·2/3 = v²·1.
	if w := p.Method.Weights[0]; math.Abs(w[0]/w[1]-math.Sqrt(1.5)) > 1e-2 || p.weighing.Objective == nil {
		t.Errorf("weights %v, told %+v", w, p.weighing)
	}
}

// The benefit of the doubt scores the elements of the level by the best weights
// of each unit: one that nobody exceeds everywhere has the top of the scale.
func TestBenefitWeights(t *testing.T) {
	raw := strings.Replace(small, "[uncertainty]", "[weights]\nmethod = \"benefit\"\n[normalisation]\nrange = [0, 50]\n[uncertainty]", 1)
	s, err := ParseSpec("essai.toml", []byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Run(context.Background(), s, units(numeric("x", 10, 5, 5, 0), numeric("y", 7, 0, 4, 7), numeric("z", 1, 2, 3, 4)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	// In min–max, x is 1, ½, ½, 0 and y, counted downwards, 0, 1, 3/7, 0. The last
	// one has nothing; the third is under the first two: ½ + 3/14 … of weights 1, ½.
	got := r.Elements[3].Score
	want := []float64{50, 50, 50 * (0.5 + 3.0/14), 0}
	for i := range want {
		if math.Abs(float64(got[i])-want[i]) > 1e-9 {
			t.Errorf("scores %v; want %v", got, want)
			break
		}
	}
}
