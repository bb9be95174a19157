package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/index"
)

// Neighbours from outlines and from pairs whose codes begin with a zero are the
// same; the files are in the record, the tables in the workbook.
func TestIndexNeighbours(t *testing.T) {
	t.Chdir(t.TempDir())
	table, pairs := "code,cas,pop,x\n", "from,to\n"
	var outlines []string
	for i := range 40 {
		table += fmt.Sprintf("%02d,%d,%d,%d\n", i+1, i%4, 100+40*(i%7), i*i%23)
		if i > 0 {
			pairs += fmt.Sprintf("%02d,%02d\n", i, i+1)
		}
		outlines = append(outlines, fmt.Sprintf(`{"type":"Feature","properties":{"code":"%02d"},"geometry":{"type":"Polygon","coordinates":[[[%d,0],[%d,0],[%d,1],[%d,1],[%d,0]]]}}`, i+1, i, i+1, i+1, i, i))
	}
	put(t, "table.csv", []byte(table))
	put(t, "paires.csv", []byte(pairs))
	put(t, "contours.geojson", []byte(`{"type":"FeatureCollection","features":[`+strings.Join(outlines, ",")+"]}"))
	spec := `version = "1"
title = { fr = "Essai" }
data = { file = "table.csv", unit = "code" }
element = [{ code = "e" }]
indicator = [{ code = "taux", parent = "e", column = "cas", denominator = "pop", smooth = "local" }, { code = "x", parent = "e" }]
uncertainty = { draws = 0 }
space = { neighbours = %q, file = %q, tests = ["moran", "geary", "getis_ord", "lisa"], permutations = 99, regions = 4 }
`
	put(t, "paires.toml", fmt.Appendf(nil, spec, "pairs", "paires.csv"))
	put(t, "contours.toml", fmt.Appendf(nil, spec, "boundaries", "contours.geojson"))
	read := func(line string) (out struct {
		Data     []readings
		Map      index.Map
		Smoothed []index.Smoothed
	}) {
		if err := json.Unmarshal([]byte(perform(t, line, false)), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	a, b := read("vigie index paires.toml --json"), read("vigie index contours.toml --json --xlsx resultat.xlsx")
	if b.Map.Links != 39 || len(b.Map.Tests) != 3 || len(b.Map.Local) != 1 || len(b.Map.Regions.Unit) != 40 || len(b.Smoothed[0].Local) != 40 || len(b.Data) != 2 || b.Data[1].Path != "contours.geojson" {
		t.Errorf("%d links, %+v", b.Map.Links, b.Data)
	}
	a.Map.Neighbours, a.Data = b.Map.Neighbours, b.Data
	if d := cmp.Diff(a, b, cmp.AllowUnexported(readings{}), cmp.Comparer(func(x, y index.Number) bool { return x == y || !x.OK() && !y.OK() })); d != "" {
		t.Errorf("-pairs +outlines\n%s", d)
	}
	for _, sheet := range []string{"carte", "foyers", "régions", "lissage"} { // no heading twice
		perform(t, "vigie answers resultat.xlsx --sheet "+sheet, false)
	}
}
