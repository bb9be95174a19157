package composite

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// oracles returns the folder of reference figures, or skips.
func oracles(t *testing.T) string {
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	dir := filepath.Join(root, "oracles", "composite")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatalf("the reference figures are missing: %v", err)
		}
		t.Skipf("left out: the reference figures are not here (set VIGIE_SHARED): %v", err)
	}
	return dir
}

// sheet reads a table by columns; text that is no number is NaN.
type sheet struct {
	text   map[string][]string
	number map[string][]float64
}

func readSheet(t *testing.T, path ...string) sheet {
	t.Helper()
	f, err := os.Open(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := sheet{map[string][]string{}, map[string][]float64{}}
	for _, r := range rows[1:] {
		for k, name := range rows[0] {
			v, err := strconv.ParseFloat(r[k], 64)
			if err != nil {
				v = nan
			}
			s.text[name], s.number[name] = append(s.text[name], r[k]), append(s.number[name], v)
		}
	}
	return s
}

// asem is the connectivity index of the reference: 49 indicators under 8, 2 and
// 1 parts, after imputation and screening.
func asem(t *testing.T, dir string) (*Index, Method, map[string]int) {
	t.Helper()
	meta, data := readSheet(t, dir, "data", "asem_imeta.csv"), readSheet(t, dir, "reference", "pipeline", "screened.csv")
	x, number := &Index{}, map[string]int{}
	m := Method{
		Treatment: Treatment{Kind: TreatWinsoriseLog, Limit: Limit{2, 3.5}, Points: 5, Ties: TiesBeyond},
		Scale:     Scale{Kind: ScaleMinMax, Lo: 0, Hi: 100},
	}
	for level := 1.0; level <= 4; level++ {
		for i, code := range meta.text["iCode"] {
			if meta.number["Level"][i] != level {
				continue
			}
			number[code] = len(number)
			if level == 1 {
				x.Indicators = append(x.Indicators, Indicator{X: data.number[code], Direction: int(meta.number["Direction"][i])})
				continue
			}
			p, w := Part{Assessed: level == 4}, []float64(nil)
			for j, parent := range meta.text["Parent"] {
				if parent == code && meta.number["Level"][j] == level-1 {
					p.Children, w = append(p.Children, number[meta.text["iCode"][j]]), append(w, meta.number["Weight"][j])
				}
			}
			x.Parts, m.Weights, m.Means = append(x.Parts, p), append(m.Weights, w), append(m.Means, Blend{Power: Arithmetic})
		}
	}
	return x, m, number
}

// noisy replaces the weights of the elements named in one set.
func noisy(x *Index, m Method, number map[string]int, sets sheet, set string) [][]float64 {
	out := equal(x, Blend{}).Weights
	for k, p := range x.Parts {
		copy(out[k], m.Weights[k])
		for c, child := range p.Children {
			for i, code := range sets.text["iCode"] {
				if level := sets.number["Level"][i]; sets.text["rep"][i] == set && number[code] == child && (level == 2 || level == 3) {
					out[k][c] = sets.number["Weight"][i]
				}
			}
		}
	}
	return out
}

// Every replicate of the reference's uncertainty and sensitivity analyses, 200
// and 300, comes out of the same path as a draw.
func TestReplicates(t *testing.T) {
	dir := oracles(t)
	x, m, number := asem(t, dir)
	sets := readSheet(t, dir, "reference", "sensitivity", "noisy_weights_100.csv")
	a := Alternatives{
		Scales: []Scale{{Kind: ScaleMinMax, Lo: 1, Hi: 100}, {Kind: ScaleZ, Lo: 10, Hi: 2}},
		Means:  [][]Blend{m.Means, equal(x, Blend{Power: Geometric}).Means},
	}
	for points := 1; points <= 5; points++ {
		one := m.Treatment
		one.Points = points
		a.Treatments = append(a.Treatments, one)
	}
	for set := range 100 {
		a.Weights = append(a.Weights, noisy(x, m, number, sets, strconv.Itoa(set+1)))
	}
	sim, err := x.simulator(m, a)
	if err != nil {
		t.Fatal(err)
	}
	top := len(x.Parts) - 1
	sim.targets = []int{top}
	w := newWorker(sim)
	rebuilt := func(p pick) []float64 {
		if err := w.carry(p); err != nil {
			t.Fatal(err)
		}
		out := make([]float64, sim.rows)
		w.score(0, top, 0, out)
		return out
	}
	for _, name := range []string{"ua_n200", "sa_n60"} {
		drawn := readSheet(t, dir, "reference", "sensitivity", name+"_parameters.csv")
		scores := readSheet(t, dir, "reference", "sensitivity", name+"_scores.csv")
		worst := 0.0
		compare := func(column string, got []float64) {
			for i, want := range scores.number[column] {
				worst = max(worst, math.Abs(got[i]-want)/math.Abs(want))
			}
		}
		if name == "ua_n200" { // the nominal index has another scale than the draws
			compare("Nominal", rebuilt(sim.nominal()))
		}
		alternative := func(column string, i int) int {
			if list := drawn.number[column]; list != nil {
				return int(list[i]) - 1
			}
			return 0
		}
		n := len(drawn.text["rep"])
		for i := range n {
			compare("r_"+drawn.text["rep"][i], rebuilt(pick{alternative: [discrete]int{
				ChoiceTreatment: alternative("Winmax", i), ChoiceScale: alternative("Normalisation", i),
				ChoiceMean: alternative("Aggregation", i), ChoiceWeights: alternative("Weights", i),
			}}))
		}
		if want := map[string]int{"ua_n200": 200, "sa_n60": 300}[name]; n != want || !(worst < 1e-11) {
			t.Errorf("%s: %d replicates of %d, worst relative difference %v", name, n, want, worst)
		}
	}
}
