package fragility

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"vigie/dataset"
	"vigie/index"
	"vigie/indicator"
	"vigie/territory"
)

// domains16 is the taxonomy of the observatory, as the default spec expects it.
var domains16 = []Domain{
	{"EMP", "economic"}, {"NIV", "economic"}, {"DEV", "economic"}, {"NUM", "economic"},
	{"PAU", "social"}, {"SAN", "social"}, {"LOG", "social"}, {"AUT", "social"},
	{"ENV", "environmental"}, {"ENE", "environmental"}, {"MOB", "environmental"}, {"ALI", "environmental"},
	{"EDU", "societal"}, {"LIE", "societal"}, {"SEC", "societal"}, {"CUL", "societal"},
}

// starter returns the folder of the real starter figures, or skips.
func starter(t testing.TB) string {
	t.Helper()
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = "../../shared"
	}
	dir := filepath.Join(root, "starter")
	if _, err := os.Stat(filepath.Join(dir, "indicators.csv")); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatalf("the starter figures are missing: %v", err)
		}
		t.Skipf("the starter figures are not here (VIGIE_SHARED): %v", err)
	}
	return dir
}

func sheet(t testing.TB, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for k, h := range rows[0] {
			m[h] = r[k]
		}
		out = append(out, m)
	}
	return out
}

func defaultSpec(t testing.TB) *index.Spec {
	t.Helper()
	raw, err := os.ReadFile("../data/spec/fragility.toml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseSpec(raw)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func catalogue(t testing.TB) []indicator.Indicator {
	var out []indicator.Indicator
	for _, r := range sheet(t, filepath.Join(starter(t), "indicators.csv")) {
		d, _ := strconv.Atoi(r["direction"])
		out = append(out, indicator.Indicator{
			Code: indicator.Code(r["code"]), Domain: r["domain"], Direction: d,
			Nature: indicator.Nature(r["nature"]), InIndex: r["in_index"] == "yes",
		})
	}
	return out
}

func units(t testing.TB, level territory.Level) []Unit {
	file := map[territory.Level]string{territory.Region: "regions", territory.Departement: "departements", territory.EPCI: "epci"}[level]
	var out []Unit
	for _, r := range sheet(t, filepath.Join(starter(t), "territories", file+".csv")) {
		metro := r["zone"] == "metro" || r["main_region"] > "REG-06"
		out = append(out, Unit{territory.Code(r["code"]), metro})
	}
	return out
}

// realInput assembles the starter figures of one level under the default spec.
func realInput(t testing.TB, level territory.Level) (*index.Spec, *Input) {
	t.Helper()
	spec, cat := defaultSpec(t), catalogue(t)
	wanted := map[indicator.Code]bool{}
	for _, i := range cat {
		wanted[i.Code] = i.InIndex
	}
	var rows []dataset.Observation
	for n, r := range sheet(t, filepath.Join(starter(t), "observations_"+string(level)+".csv")) {
		code := territory.Code(r["territory"])
		if !wanted[indicator.Code(r["indicator"])] || code.Level() != level {
			continue
		}
		x, err := strconv.ParseFloat(strings.TrimSpace(r["value"]), 64)
		if err != nil {
			x = math.NaN()
		}
		rows = append(rows, dataset.Observation{
			Indicator: indicator.Code(r["indicator"]), Territory: code, Period: r["period"],
			X: x, Status: dataset.Status(r["status"][0]), Line: int32(n + 2),
		})
	}
	in, err := Assemble(spec, domains16, cat, dataset.NewTable(rows), units(t, level))
	if err != nil {
		t.Fatal(err)
	}
	return spec, in
}

// computed are the results of the starter figures, each computed once: a test that
// changes one copies it first.
var computed = map[territory.Level]*Result{}

func realResult(t testing.TB, level territory.Level) *Result {
	t.Helper()
	if computed[level] == nil {
		spec, in := realInput(t, level)
		r, err := Compute(t.Context(), spec, in, Run{})
		if err != nil {
			t.Fatal(err)
		}
		computed[level] = r
	}
	return computed[level]
}
