package observatory_test

import (
	"bytes"
	"encoding/csv"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie/data"
	"vigie/dataset"
	"vigie/indicator"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/territory"
)

// originals is the folder of the producers' files, outside the tree.
func originals(t *testing.T) string {
	t.Helper()
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = "../../shared"
	}
	dir := filepath.Join(root, "data")
	if _, err := os.Stat(filepath.Join(dir, "MANIFEST.md")); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skipf("original files not found (set VIGIE_SHARED): %v", err)
	}
	return dir
}

// compared counts what became of the starter's observations of one series.
type compared struct {
	code                      indicator.Code
	equal, different, lacking int
	provisional               int      // equal, but for the mark of a provisional denominator
	said                      []string // what is not equal
}

// TestRebuild: the starter figures are what the shipped descriptions make of
// the original files, wherever both exist; differences are listed in
// doc/methods/rebuild.md.
func TestRebuild(t *testing.T) {
	whole(t)
	dir := originals(t)
	db, err := store.Init(t.Context(), filepath.Join(t.TempDir(), "observatoire"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := observatorytest.New(db)
	got, err := w.Rebuild(t.Context(), os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range got.Refused {
		t.Errorf("%s: %.1500v", name, err)
	}
	for _, name := range got.Missing {
		t.Errorf("%s: no file", name)
	}
	has := map[string]dataset.Observation{}
	for _, row := range slices.Concat(got.Imported, got.Derived) {
		t.Logf("%s: %d rows", row.Name, row.Rows)
		table, err := db.Table(t.Context(), row)
		if err != nil {
			t.Fatal(err)
		}
		for i := range table.Columns {
			c := &table.Columns[i]
			for k, at := range c.Territory {
				key := string(c.Indicator) + "," + string(at) + "," + c.Period
				if _, twice := has[key]; !twice {
					has[key] = dataset.Observation{X: c.X[k], Status: c.Status[k]}
				}
			}
		}
	}
	told(t, compare(t, has))
	checkRebuilt(t, w)
}

// compare looks for every starter observation among the rebuilt ones.
func compare(t *testing.T, has map[string]dataset.Observation) map[string]*compared {
	t.Helper()
	out := map[string]*compared{}
	cat := starterCatalogue(t)
	for _, level := range []string{"region", "departement", "epci", "commune"} {
		text, err := data.Read("starter/observations_" + level + ".csv.gz")
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		decimals := map[string]int{}
		for _, r := range rows[1:] {
			_, after, _ := strings.Cut(r[3], ".")
			decimals[r[0]] = max(decimals[r[0]], len(after))
		}
		for _, r := range rows[1:] {
			key := r[0] + " " + string(territory.Code(r[1]).Level())
			c := out[key]
			if c == nil {
				c = &compared{code: indicator.Code(r[0])}
				out[key] = c
			}
			o, ok := has[r[0]+","+r[1]+","+r[2]]
			i, _ := cat.Get(c.code)
			under := has[string(i.Denominator)+","+r[1]+","+r[2]]
			c.add(r, o, ok, rounding(i, decimals[r[0]]), under.Status == dataset.Provisional)
		}
	}
	return out
}

// rounding returns what the starter's rounding may change of a value x. A ratio
// has four decimals below 1, three below 100, then two; the comparateur's
// communal counts had been rounded before they were added up or divided; the
// others have half a unit of the last decimal of their series.
func rounding(i *indicator.Indicator, decimals int) func(x float64) float64 {
	half := 0.5001 * math.Pow10(-decimals)
	rounded := strings.HasPrefix(i.SourceTitle, "Base du comparateur")
	return func(x float64) float64 {
		x = math.Abs(x)
		switch {
		case i.Numerator != "" && rounded:
			return 0.003 + 5e-5*x
		case i.Numerator != "" && x < 1:
			return 1.1e-4
		case i.Numerator != "":
			return 5.1e-4 + 5e-5*x
		case rounded:
			return half + 0.25 + 1e-5*x
		}
		return half + 1e-9*x
	}
}

func starterCatalogue(t *testing.T) *indicator.Catalogue {
	t.Helper()
	text, err := data.Read("starter/indicators.csv")
	if err != nil {
		t.Fatal(err)
	}
	cat, err := indicator.ParseCatalogue(bytes.NewReader(text), "indicators.csv")
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// add compares one row of the starter. A ratio has the worst mark of its two
// counts; the starter gives it that of its numerator, so that one over a
// provisional population is not marked there.
func (c *compared) add(r []string, o dataset.Observation, ok bool, rounding func(float64) float64, provisional bool) {
	said := ""
	switch x, err := strconv.ParseFloat(r[3], 64); {
	case !ok:
		c.lacking++
		said = "lacking"
	case err != nil && !o.Status.HasValue() && r[4] == string(rune(o.Status)):
		c.equal++
	case err == nil && o.Status.HasValue() && math.Abs(x-o.X) <= rounding(x) && r[4] == string(rune(o.Status)):
		c.equal++
	case err == nil && o.Status == dataset.Provisional && math.Abs(x-o.X) <= rounding(x) && r[4] == "A" && provisional:
		c.provisional++
	default:
		c.different++
		said = strconv.FormatFloat(o.X, 'g', -1, 64) + " " + string(rune(o.Status))
	}
	if said != "" {
		c.said = append(c.said, strings.Join(r, ",")+" : "+said)
	}
}

// explained are the starter observations that the original files do not give,
// or give otherwise, by series and tier: how many, and why.
var explained = map[string]struct {
	different, lacking int
	why                string
}{
	"niv_d9d1 departement":          {0, 96, filosofi},
	"niv_median_income departement": {0, 96, filosofi},
	"pau_poverty_rate departement":  {0, 96, filosofi},
	"pau_rsa_recipients national":   {2, 0, overseasRMI},
	"pau_rsa_per_1000 national":     {2, 0, overseasRMI},
}

const (
	filosofi    = "Filosofi 2013, départements: no file of it is here, the producer's or another's"
	overseasRMI = "France 2009 and 2010: the starter took the line of the overseas départements; here the sum of the départements"
)

// told fails on what is not explained, and on an explanation that no longer is
// needed.
func told(t *testing.T, all map[string]*compared) {
	t.Helper()
	equal, provisional, different, lacking := 0, 0, 0, 0
	for _, k := range slices.Sorted(maps.Keys(all)) {
		c := all[k]
		equal, provisional, different, lacking = equal+c.equal, provisional+c.provisional, different+c.different, lacking+c.lacking
		why := explained[k]
		if c.different != why.different || c.lacking != why.lacking {
			t.Errorf("%s: %d equal, %d different, %d lacking (%d and %d explained): %s", k, c.equal, c.different, c.lacking, why.different, why.lacking,
				strings.Join(c.said[:min(12, len(c.said))], " ; "))
		}
	}
	t.Logf("%d equal, %d more but for the mark of a provisional denominator, %d different, %d lacking", equal, provisional, different, lacking)
}
