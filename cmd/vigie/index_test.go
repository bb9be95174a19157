package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/index"
	"vigie/render/export"
)

// Each method that a specification may name has a French word.
func TestIndexWords(t *testing.T) {
	silent := []string{"low", "high", "n", "n-1", "below", "above", "each_period", "all_periods", // never in a table
		"pearson", "spearman", "kendall", "equal", "budget", "pca", "optimised", "benefit", "listed", "linked", "lisa"}
	for _, k := range index.Keys() {
		for _, word := range k.Words {
			if _, ok := words[word]; !ok && !strings.Contains(" "+strings.Join(silent, " ")+" ", " "+word+" ") {
				t.Errorf("%s may name %s, which has no French word", k.Path, word)
			}
		}
	}
}

// The same table as csv, as a workbook, as Parquet and as SPSS gives the same
// index.
func TestIndexFormats(t *testing.T) {
	table, err := os.ReadFile("../../doc/operate/index/bassins.csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	put(t, "bassins.csv", table)
	put(t, "bassins.xlsx", workbookOf(t, string(table)))
	put(t, "spec.toml", []byte(`version = "1"
title = { fr = "Essai" }
data = { unit = "code", name = "nom", period = "annee", groups = ["type"] }
element = [{ code = "e" }]
indicator = [
  { code = "chomage", parent = "e" },
  { code = "isolement", parent = "e", se = "isolement_et" },
  { code = "vacance", parent = "e" },
]
imputation = { method = "group_mean", group = "type" }
uncertainty = { draws = 100 }
`))
	perform(t, "vigie answers bassins.csv --to bassins.parquet", false)
	perform(t, "vigie answers bassins.csv --to bassins.sav", false)
	read := func(name string) map[string]any {
		var out map[string]any
		if err := json.Unmarshal([]byte(perform(t, "vigie index spec.toml --json --data "+name, false)), &out); err != nil {
			t.Fatal(err)
		}
		if data, ok := out["data"].([]any); !ok || len(data) != 1 || data[0].(map[string]any)["path"] != name {
			t.Errorf("%s: read from %v", name, out["data"])
		}
		delete(out, "data")
		return out
	}
	want := read("bassins.csv")
	perform(t, "vigie index spec.toml --data bassins.csv --xlsx results.xlsx", false)
	for _, sheet := range []string{"rangs", "profils", "évolutions", "corrélations", "audit"} { // no heading twice
		perform(t, "vigie answers results.xlsx --sheet "+sheet, false)
	}
	if units, ok := want["units"].([]any); !ok || len(units) != 60 {
		t.Fatalf("%d units", len(units))
	}
	for _, name := range []string{"bassins.xlsx", "bassins.parquet", "bassins.sav"} {
		if diff := cmp.Diff(want, read(name)); diff != "" {
			t.Errorf("%s: -csv +it\n%s", name, diff)
		}
	}
}

// workbookOf writes a csv without quotes as a workbook, numbers as numbers.
func workbookOf(t *testing.T, text string) []byte {
	t.Helper()
	var rows [][]any
	for line := range strings.Lines(text) {
		var row []any
		for v := range strings.SplitSeq(strings.TrimSpace(line), ",") {
			var x float64
			switch {
			case v == "":
				row = append(row, nil)
			case json.Unmarshal([]byte(v), &x) == nil:
				row = append(row, x)
			default:
				row = append(row, v)
			}
		}
		rows = append(rows, row)
	}
	out, err := export.XLSX([]export.Sheet{{Name: "bassins", Rows: rows}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An index that is interrupted writes nothing.
func TestIndexInterrupted(t *testing.T) {
	table, err := os.ReadFile("../../doc/operate/index/bassins.csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	put(t, "bassins.csv", table)
	put(t, "spec.toml", []byte(`version = "1"
title = { fr = "Essai" }
data = { file = "bassins.csv", unit = "code", period = "annee" }
element = [{ code = "e" }]
indicator = [{ code = "chomage", parent = "e" }, { code = "vacance", parent = "e" }]
`))
	ctx, stop := context.WithCancel(context.Background())
	stop()
	var out, talk bytes.Buffer
	status := dispatch(ctx, &env{stdout: &out, stderr: &talk, now: time.Now}, []string{"index", "spec.toml", "--csv", "a.csv"})
	if _, err := os.Stat("a.csv"); status == 0 || out.Len() > 0 || err == nil {
		t.Errorf("status %d, %d bytes written", status, out.Len())
	}
}

// The tables that a warning names are among those that --only takes.
func TestWarningsNameTables(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "t.csv", []byte("code,a,b\nu1,1,5\nu2,2,\nu3,3,2\nu4,,\nu5,9,4\n"))
	put(t, "spec.toml", []byte(`version = "1"
title = { fr = "Essai" }
data = { file = "t.csv", unit = "code" }
element = [{ code = "e" }]
indicator = [{ code = "a", parent = "e" }, { code = "b", parent = "e" }]
screening = { available = 0.5 }
uncertainty = { draws = 50, aggregations = ["arithmetic", "geometric"] }
`))
	said := perform(t, "vigie index spec.toml", false)
	for name, warning := range map[string]string{"tirages": "n’ont donné aucun indice", "audit": "écartée(s) faute de valeurs"} {
		if !strings.Contains(said, warning) || !strings.Contains(said, "le tableau « "+name+" »") || partOf(name).name != name {
			t.Errorf("« %s » does not lead to the table %s:\n%s", warning, name, said)
		}
		if shown := perform(t, "vigie index spec.toml --only "+name, false); !strings.Contains(shown, map[string]string{"tirages": "sans indice", "audit": "écarté"}[name]) {
			t.Errorf("the table %s does not tell it:\n%s", name, shown)
		}
	}
}

// Two specifications in two folders whose files have the same names: each
// reads its own, once, and the record tells them apart.
func TestSinceSameNames(t *testing.T) {
	t.Chdir(t.TempDir())
	for folder, points := range map[string]string{"avant": "80,20", "apres": "20,80"} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		put(t, folder+"/t.csv", []byte("code,a,b\nu1,0,10\nu2,5,10\nu3,10,0\n"))
		put(t, folder+"/poids.csv", []byte("a,b\n"+points+"\n"))
		put(t, folder+"/spec.toml", []byte(`version = "1"
title = { fr = "Essai" }
data = { file = "t.csv", unit = "code" }
element = [{ code = "e" }]
indicator = [{ code = "a", parent = "e", goalposts = [0, 10] }, { code = "b", parent = "e", goalposts = [0, 10] }]
normalisation = { method = "goalposts" }
weights = { method = "budget", file = "poids.csv" }
uncertainty = { draws = 0 }
`))
	}
	// The file that the command names stands where the command is run, even when a
	// specification gives the name to a file of its own.
	put(t, "poids.csv", []byte("old,new,weight\nu1,u1,1\n"))
	var got struct {
		Data  []struct{ Path, SHA256 string }
		Since index.Change
	}
	said := perform(t, "vigie index apres/spec.toml --since avant/spec.toml --passage poids.csv --json", false)
	if err := json.Unmarshal([]byte(said), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string][2]float64{"u1": {20, 80}, "u2": {60, 90}, "u3": {80, 20}}
	e := got.Since.Elements[0].Score
	for i, u := range got.Since.Units {
		if w := want[u.Code]; float64(e.Old[i]) != w[0] || float64(e.New[i]) != w[1] || float64(e.Method[i]) != w[1]-w[0] || e.Period[i] != 0 {
			t.Errorf("%s: from %v to %v, method %v, values %v; want %v, by the method alone", u.Code, e.Old[i], e.New[i], e.Method[i], e.Period[i], w)
		}
	}
	read := map[string]int{}
	for _, d := range got.Data {
		read[d.Path]++
	}
	if diff := cmp.Diff(map[string]int{"t.csv": 2, "poids.csv": 3, "spec.toml": 1}, read); diff != "" {
		t.Errorf("files of the record: %s", diff)
	}
	told := perform(t, "vigie index apres/spec.toml --since avant/spec.toml --passage poids.csv", false)
	for _, line := range []string{"\navant, spécification : spec.toml", "\navant, données : poids.csv", "\npassage : poids.csv"} {
		if !strings.Contains(told, line) {
			t.Errorf("no line %q in\n%s", line, told)
		}
	}
}
