package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/territory"
)

// small is the part of the starter description that the made-up files need.
const small = `
name = "small"
title = "Essai"
producer = "Personne"
licence = "Aucune"
levels = ["departement"]
vintage = 2026
[[table]]
[table.territory]
column = "territory"
form = "vigie"
[table.period]
column = "period"
[table.value]
indicator = "indicator"
column = "value"
status = "status"
`

func parse(t *testing.T, text string) *Description {
	t.Helper()
	d, err := ParseDescription([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const top = "indicator,territory,period,value,status\n"

func smallEnv(tb testing.TB) Env {
	return Env{Catalogue: catalogue(tb), Vintage: vintage(tb, 2026)}
}

// readText reads a made-up file.
func readText(t *testing.T, d *Description, name, text string, env Env) (*dataset.Table, Report, error) {
	t.Helper()
	return Read(t.Context(), d, name, strings.NewReader(text), int64(len(text)), env)
}

func TestReadFaults(t *testing.T) {
	const good = "emp_unemployment_rate,DEP-01,2022,7.1,A\n"
	cases := []struct{ name, text, want string }{
		{"empty file", "", "made_up.csv : fichier vide"},
		{"header only", top, "made_up.csv : aucune observation"},
		{"column absent", "indicator,territory,period,value\n", "ligne 1 : colonne « status » absente ; colonnes trouvées : indicator, territory, period, value"},
		{"column twice", "indicator,territory,period,value,status,status\n", "colonne « status » présente 2 fois"},
		{"unknown territory", top + good + "emp_unemployment_rate,DEP-20,2022,7.1,A\n", "ligne 3, colonne « territory » : territoire « DEP-20 » inconnu dans la géographie 2026"},
		{"level", top + "emp_unemployment_rate,REG-84,2022,7.1,A\n", "ligne 2, colonne « territory » : territoire « REG-84 » : ni departement"},
		{"unknown indicator", top + "nowhere,DEP-01,2022,7.1,A\n", "ligne 2, colonne « indicator » : indicateur « nowhere » inconnu"},
		{"duplicate", top + good + "emp_unemployment_rate,DEP-02,2022,7,A\n" + good, "lignes 2 et 4 : emp_unemployment_rate, DEP-01, 2022 présent deux fois"},
		{"not a number", top + "emp_unemployment_rate,DEP-01,2022,\"7,1\",A\n", "colonne « value » : « 7,1 » n'est pas un nombre"},
		{"NaN", top + "emp_unemployment_rate,DEP-01,2022,NaN,A\n", "« NaN » n'est pas un nombre"},
		{"hexadecimal", top + "emp_unemployment_rate,DEP-01,2022,0x1p-2,A\n", "n'est pas un nombre"},
		{"too large", top + "emp_unemployment_rate,DEP-01,2022,1e999,A\n", "n'est pas un nombre"},
		{"value of a secret", top + "emp_unemployment_rate,DEP-01,2022,7.1,S\n", "valeur « 7.1 » avec le statut « S », qui n'en a pas"},
		{"no value", top + "emp_unemployment_rate,DEP-01,2022,,A\n", "pas de valeur, mais statut « A »"},
		{"status", top + "emp_unemployment_rate,DEP-01,2022,7.1,T\n", "colonne « status » : statut « T » inconnu"},
		{"no status", top + "emp_unemployment_rate,DEP-01,2022,7.1,\n", "statut «  » inconnu"},
		{"period", top + "emp_unemployment_rate,DEP-01,2022-T5,7.1,A\n", "colonne « period » : période « 2022-T5 » refusée"},
		{"bytes", top + "emp_unemployment_rate,DEP-\xe9,2022,7.1,A\n", "ligne 2 : octets qui ne sont pas de l'UTF-8"},
		{"width", top + good + "emp_unemployment_rate,DEP-02\n", "ligne 3 : champs : 2 au lieu de 5"},
		{"stray quote", top + good + "emp_\"unemployment_rate,DEP-02,2022,1,A\n", "ligne 3 : guillemet mal placé"},
		{"long cell", top + "emp_unemployment_rate,DEP-01,2022," + strings.Repeat("é", 5000) + ",A\n", "« " + strings.Repeat("é", 60) + "… » n'est pas un nombre"},
		{"open quote", top + good + "\"emp_unemployment_rate,DEP-02,2022,1,A\n", "ligne 3 : guillemet ouvert et jamais refermé"},
	}
	d := parse(t, small)
	d.File.Encoding = "utf-8"
	for _, c := range cases {
		table, _, err := readText(t, d, "/any/where/made_up.csv", c.text, smallEnv(t))
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" || table != nil {
			t.Errorf("%s: %v, want %q with a remedy and no table", c.name, err, c.want)
		}
	}
}

func TestReadListsTwentyFaultsInOrder(t *testing.T) {
	text := top + strings.Repeat("emp_unemployment_rate,DEP-01,2022,x,A\n", 50)
	_, _, err := readText(t, parse(t, small), "made_up.csv", text, smallEnv(t))
	l, ok := errors.AsType[fault.List](err)
	if !ok || len(l) != fault.MostListed || !strings.Contains(l[0].What, "ligne 2,") || !strings.Contains(l[19].What, "ligne 21,") {
		t.Errorf("%v", err)
	}
}

// A text refused once is not refused again: twenty faults are twenty things
// to mend.
func TestReadNamesAnUnknownTerritoryOnce(t *testing.T) {
	text := top + "emp_unemployment_rate,DEP-20,2021,1,A\nemp_unemployment_rate,DEP-20,2022,1,A\nnowhere,DEP-01,2022,1,A\nnowhere,DEP-02,2022,1,A\n"
	_, _, err := readText(t, parse(t, small), "made_up.csv", text, smallEnv(t))
	if l, ok := errors.AsType[fault.List](err); !ok || len(l) != 2 {
		t.Errorf("%v", err)
	}
}

func TestReadAnotherProducersForm(t *testing.T) {
	raw, err := os.ReadFile("testdata/made_up_description.toml")
	if err != nil {
		t.Fatal(err)
	}
	d := parse(t, string(raw))
	file, err := os.ReadFile("testdata/made_up_windows_1252.csv")
	if err != nil {
		t.Fatal(err)
	}
	table, report, err := readText(t, d, "made_up_windows_1252.csv", string(file), smallEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	want := &dataset.Table{Columns: []dataset.Column{{
		Indicator: "emp_unemployment_rate", Period: "2022",
		Territory: []territory.Code{"DEP-01", "DEP-2A", "DEP-974"}, X: []float64{7.25, math.NaN(), math.NaN()},
		Status: []dataset.Status{dataset.Normal, dataset.Secret, dataset.Missing}, Line: []int32{2, 3, 5},
	}}}
	if diff := cmp.Diff(want, table, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	wantReport := Report{
		File: "made_up_windows_1252.csv", Format: "csv", Rows: 4, Join: Join{Matched: 3},
		Sheets: []SheetReport{{Read: true, First: 1, Header: 1, Unread: []string{"Libellé"}}}, Kept: 3, Indicators: 1, Territories: 3, Periods: []string{"2022"},
		LeftOut:  []LeftOut{{"série hors de la règle « keep » de la description", 1}},
		ByStatus: []StatusCount{{"A", 1}, {"S", 1}, {"M", 1}},
	}
	if diff := cmp.Diff(wantReport, report); diff != "" {
		t.Error(diff)
	}
	lines, err := Lines(t.Context(), d, "made_up_windows_1252.csv", bytes.NewReader(file), int64(len(file)), []int{5, 3, 5})
	if diff := cmp.Diff(map[int]string{3: `"emp_unemployment_rate";DEP-2A;"Corse ""du Sud""";s`, 5: "emp_unemployment_rate;DEP-974;\"La\nRéunion\";"}, lines); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := Lines(t.Context(), d, "made_up.csv", bytes.NewReader(file), int64(len(file)), []int{6}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a line inside a record: %v", err)
	}
}

func TestLeaveOut(t *testing.T) {
	env := smallEnv(t)
	env.Catalogue = env.Catalogue.WithoutSecondary()
	env.LeaveOut = map[indicator.Code]string{"niv_median_income": "série secondaire"}
	text := top + "emp_unemployment_rate,DEP-01,2022,1,A\nniv_median_income,DEP-01,2021,2,A\n"
	table, report, err := readText(t, parse(t, small), "made_up.csv", text, env)
	if err != nil || table.Rows() != 1 || report.Rows != 2 || !cmp.Equal(report.LeftOut, []LeftOut{{"série secondaire", 1}}) {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestReadCompressed(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(top + "emp_unemployment_rate,DEP-01,2022,1,A\n")) // a bytes.Buffer does not fail
	_ = z.Close()                                                           // likewise
	d := parse(t, small)
	if table, _, err := readText(t, d, "made_up.csv.gz", packed.String(), smallEnv(t)); err != nil || table.Rows() != 1 {
		t.Errorf("whole: %v", err)
	}
	for cut := 1; cut < packed.Len(); cut++ {
		_, _, err := readText(t, d, "made_up.csv.gz", string(packed.Bytes()[:packed.Len()-cut]), smallEnv(t))
		if err == nil {
			t.Errorf("%d bytes cut: read", cut)
		}
	}
}

func TestReadStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := Read(ctx, parse(t, small), "made_up.csv", strings.NewReader(top), int64(len(top)), smallEnv(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
