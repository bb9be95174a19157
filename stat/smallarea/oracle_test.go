package smallarea_test

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"vigie/stat/smallarea"
	"vigie/stat/survey"
)

// reference holds what another program found for one case.
type reference struct {
	ID     string `json:"id"`
	Expect struct {
		EBLUP    []float64 `json:"eblup"`
		MSE      []float64 `json:"mse"`
		RefVar   []float64 `json:"refvar"`
		ErrorVar []float64 `json:"errorvar"`
		Beta     []float64 `json:"beta"`
		BetaSE   []float64 `json:"beta_se"`
		LogLike  []float64 `json:"loglike"`
		AIC      []float64 `json:"AIC"`
		BIC      []float64 `json:"BIC"`
	} `json:"expect"`
}

// oracle reads the reference cases and a folder of their data.
func oracle(t *testing.T) (map[string]reference, string) {
	t.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "oracles", "survey")
	b, err := os.ReadFile(filepath.Join(dir, "ref", "14_small_area.json"))
	if os.IsNotExist(err) && os.Getenv("VIGIE_STRICT") != "1" {
		t.Skip("left out: the reference cases are not there (set VIGIE_SHARED)")
	} else if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []reference }
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	byID := map[string]reference{}
	for _, c := range file.Cases {
		byID[c.ID] = c
	}
	return byID, filepath.Join(dir, "data")
}

// columns reads the numbers of a csv by column.
func columns(t *testing.T, path string) map[string][]float64 {
	t.Helper()
	h, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	rows, err := csv.NewReader(h).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for _, row := range rows[1:] {
		for j, cell := range row {
			x, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				x = math.NaN()
			}
			out[rows[0][j]] = append(out[rows[0][j]], x)
		}
	}
	return out
}

// near fails when a number is off by more than tol of the largest wanted.
func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if want == nil {
		return
	}
	worst := 0.0
	for i := range want {
		if d := math.Abs(got[i]-want[i]) / math.Abs(want[i]); !(d <= worst) {
			worst = d
		}
	}
	if !(worst <= tol) || len(got) != len(want) {
		t.Errorf("%s: %d values for %d, off by %.2e", what, len(got), len(want), worst)
	}
	t.Logf("%s: off by %.2e", what, worst)
}

// TestOracleFayHerriot: R stops at a relative change of 1e-4 of the variance,
// hence the tolerance.
func TestOracleFayHerriot(t *testing.T) {
	cases, dir := oracle(t)
	milk := columns(t, filepath.Join(dir, "milk.csv"))
	n := len(milk["yi"])
	variance := make([]float64, n)
	for i, sd := range milk["SD"] {
		variance[i] = sd * sd
	}
	area := (&survey.Column{Name: "MajorArea", Number: milk["MajorArea"]}).Categorical()
	byArea := survey.Model{Intercept: true, Terms: [][]*survey.Column{{area}}}.Matrix(n)
	constant := survey.Model{Intercept: true}.Matrix(n)
	for _, c := range []struct {
		id     string
		model  *survey.Matrix
		method smallarea.Method
	}{
		{"14/milk.REML", byArea, smallarea.REML}, {"14/milk.ML", byArea, smallarea.ML},
		{"14/milk.FH", byArea, smallarea.Moment}, {"14/milk.int.REML", constant, smallarea.REML},
	} {
		f, err := smallarea.FayHerriot(smallarea.Areas{Response: "yi", Direct: milk["yi"], Variance: variance, Model: c.model}, c.method)
		if err != nil {
			t.Errorf("%s: %v", c.id, err)
			continue
		}
		want := cases[c.id].Expect
		near(t, c.id+" eblup", f.Estimate, want.EBLUP, 1e-4)
		near(t, c.id+" mse", f.MSE, want.MSE, 1e-4)
		near(t, c.id+" variance", []float64{f.Between}, want.RefVar, 1e-4)
		near(t, c.id+" beta", f.Beta, want.Beta, 1e-4)
		near(t, c.id+" beta se", f.BetaSE, want.BetaSE, 1e-4)
		near(t, c.id+" loglike", []float64{f.LogLike}, want.LogLike, 1e-4)
		near(t, c.id+" AIC", []float64{f.AIC}, want.AIC, 1e-4)
		near(t, c.id+" BIC", []float64{f.BIC}, want.BIC, 1e-4)
	}
}

func TestOracleUnitLevel(t *testing.T) {
	cases, dir := oracle(t)
	corn, means := columns(t, filepath.Join(dir, "cornsoybean.csv")), columns(t, filepath.Join(dir, "cornsoybeanmeans.csv"))
	corn["CornHec"][32] = math.NaN() // the segment that Battese et al. leave out
	n := len(corn["CornHec"])
	model := survey.Model{Intercept: true, Terms: [][]*survey.Column{{{Name: "CornPix", Number: corn["CornPix"]}}, {{Name: "SoyBeansPix", Number: corn["SoyBeansPix"]}}}}
	u := smallarea.Units{Response: "CornHec", Y: corn["CornHec"], Model: model.Matrix(n), Size: means["PopnSegments"]}
	for _, county := range corn["County"] {
		u.Area = append(u.Area, int(county)-1)
	}
	ones := make([]float64, len(u.Size))
	for i := range ones {
		ones[i] = 1
	}
	u.Mean = [][]float64{ones, means["MeanCornPixPerSeg"], means["MeanSoyBeansPixPerSeg"]}
	f, err := smallarea.UnitLevel(u, smallarea.REML)
	if err != nil {
		t.Fatal(err)
	}
	want := cases["14/corn.bhf"].Expect
	near(t, "eblup", f.Estimate, want.EBLUP, 1e-7)
	near(t, "beta", f.Beta, want.Beta, 1e-6)
	near(t, "between", []float64{f.Between}, want.RefVar, 1e-6)
	near(t, "within", []float64{f.Within}, want.ErrorVar, 1e-6)
}
