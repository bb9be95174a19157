package source

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/source/sheet"
	"vigie/territory"
)

// zoningNames lists the descriptions of zonings.
func zoningNames(t *testing.T) []string {
	t.Helper()
	names := slices.DeleteFunc(producerNames(t), func(name string) bool { return !description(t, name).HasZonings() })
	if len(names) == 0 {
		t.Fatal("no description of zonings")
	}
	return names
}

// readZonings reads a delivery as its description says.
func readZonings(t *testing.T, name, pattern string) ([]territory.Zoning, Report) {
	t.Helper()
	d := description(t, name)
	file, r, size := delivery(t, pattern)
	all, report, err := ReadZonings(t.Context(), d, file, r, size, Env{Vintage: geography(t, d)})
	if err != nil {
		t.Fatal(err)
	}
	lost := report.Rows - report.Kept - report.Join.Lost()
	for _, l := range report.LeftOut {
		lost -= l.Rows
	}
	if lost != 0 {
		t.Errorf("%d rows of %d are neither kept nor counted as left out", lost, report.Rows)
	}
	return all, report
}

// TestZoningGolden reads the made-up file of each description of zonings: the
// golden file holds each commune with its line, then what was left out.
func TestZoningGolden(t *testing.T) {
	for _, name := range zoningNames(t) {
		dir := filepath.Join("testdata", name)
		all, report := readZonings(t, name, filepath.Join(dir, "*"))
		var b strings.Builder
		w := csv.NewWriter(&b)
		rows := [][]string{{"zoning", "zone", "name", "commune", "line"}}
		for _, z := range all {
			for _, zone := range z.Zones {
				for _, m := range zone.Members {
					rows = append(rows, []string{z.Code, zone.Code, zone.Label, string(m.Commune), strconv.Itoa(m.Line)})
				}
			}
		}
		for _, l := range report.LeftOut {
			rows = append(rows, []string{"# left out", l.Reason, strconv.Itoa(l.Rows)})
		}
		for _, j := range report.Join.Unmatched {
			rows = append(rows, []string{"# unmatched", j.Text, strconv.Itoa(j.Rows)})
		}
		if err := w.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, "golden.csv")
		if *update {
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s: -golden +read (rewrite with -update):\n%s", name, diff)
		}
	}
}

// TestZoningReal reads the real table of membership whole: each zone that it
// names has the number of communes that the file itself counts in it, but those
// that the geography at hand does not know, which are listed.
func TestZoningReal(t *testing.T) {
	pattern := filepath.Join(sharedData(t), "insee-comparateur", "table-appartenance-geo-communes-22.xlsx")
	all, report := readZonings(t, "insee_appartenance", pattern)
	want := []ZoningReport{{"zone_emploi_2020", 306, 34_955}, {"aire_attraction_2020", 699, 26_027}, {"bassin_vie_2012", 1_663, 34_938},
		{"unite_urbaine_2020", 2_467, 7_578}, {"epci_2022", 1_255, 34_951}, {"arrondissement_2022", 332, 34_938}}
	if diff := cmp.Diff(want, report.Zonings); diff != "" {
		t.Errorf("-want +read:\n%s", diff)
	}
	counted := countedZones(t, pattern)
	for i, mark := range []string{"ZE2020", "AAV2020", "BV2012", "UU2020", "EPCI", "ARR"} {
		for _, zone := range all[i].Zones {
			if got, want := fmt.Sprint(len(zone.Members), " ", zone.Label), counted[mark+" "+zone.Code]; got != want {
				t.Errorf("%s %s: %s, the file says %s", mark, zone.Code, got, want)
			}
		}
	}
}

// countedZones reads the sheet of zones: how many communes each has, its name.
func countedZones(t *testing.T, pattern string) map[string]string {
	t.Helper()
	name, r, size := delivery(t, pattern)
	f, err := sheet.Open(name, r, size, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]string{}
	at := slices.IndexFunc(f.Sheets(), func(s sheet.Sheet) bool { return s.Name == "Zones_supra_communales" })
	err = f.Rows(t.Context(), at, func(row sheet.Row) error {
		if len(row.Cells) >= 4 {
			out[string(row.Cells[0])+" "+string(row.Cells[1])] = string(row.Cells[3]) + " " + spaced(string(row.Cells[2]))
		}
		return nil
	})
	if err != nil || len(out) < 1000 {
		t.Fatal(len(out), err)
	}
	return out
}

// oneZoning is a description of a plain table commune → zone, the name beside
// the code.
const oneZoning = `
name = "made"
title = "Essai"
producer = "Personne"
licence = "Aucune"
vintage = 2021
levels = ["commune"]
[[table]]
[table.territory]
column = "insee"
level = "commune"
[[table.zoning]]
code = "pays"
label = "pays"
label_en = "pays"
column = "pays"
name = "nom"
none = '^$|^-$'
`

// A plain table is read, or refused whole with the place.
func TestZoningTable(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"zones with their names", "insee,pays,nom\n01001,B,Bresse\n01004,A,\n01005,B,Bresse\n01007,-,\n", "A A COM-01004:3 | B Bresse COM-01001:2 COM-01005:4"},
		{"an equal copy", "insee,pays,nom\n01001,B,Bresse\n01001,B,Bresse\n", "B Bresse COM-01001:2"},
		{"two zones", "insee,pays,nom\n01001,B,Bresse\n01001,C,Bugey\n", "t.csv, ligne 3, colonne « pays » : COM-01001 est dans deux zones : « B » et « C »"},
		{"two names", "insee,pays,nom\n01001,B,Bresse\n01004,B,Bugey\n", "t.csv, ligne 3, colonne « nom » : la zone « B » a deux noms : « Bresse » et « Bugey »"},
		{"an unknown commune", "insee,pays,nom\n99999,B,Bresse\n", "t.csv, ligne 2, colonne « insee » : territoire « 99999 » inconnu dans la géographie 2021"},
		{"a lost zero", "insee,pays,nom\n1001,B,Bresse\n", "t.csv, ligne 2, colonne « insee » : « 1001 » n'est pas un code de commune : il a perdu ses zéros de gauche ; écrivez pad = 5 dans [table.territory]"},
		{"no zone", "insee,pays,nom\n01001,-,\n", "t.csv : aucune commune dans le zonage « pays »"},
	}
	d, err := ParseDescription([]byte(oneZoning))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		all, _, err := ReadZonings(t.Context(), d, "t.csv", strings.NewReader(c.text), int64(len(c.text)), Env{Vintage: geography(t, d)})
		var got []string
		for _, z := range all {
			for _, zone := range z.Zones {
				s := zone.Code + " " + zone.Label
				for _, m := range zone.Members {
					s += fmt.Sprintf(" %s:%d", m.Commune, m.Line)
				}
				got = append(got, s)
			}
		}
		if err != nil {
			got = append(got, err.Error())
		}
		if s := strings.Join(got, " | "); s != c.want {
			t.Errorf("%s: %s; want %s", c.name, s, c.want)
		}
	}
}

// A description of zonings that lacks something, or mixes them with series, is
// refused by the key.
func TestZoningDescription(t *testing.T) {
	cases := []struct{ from, to, want string }{
		{`label_en = "pays"`, ``, "description, « table.zoning « pays ».label_en » : absent"},
		{`code = "pays"`, `code = "Le pays"`, `code "Le pays" refusé`},
		{`level = "commune"`, `level = "auto"`, "un zonage est fait de communes"},
		{"[[table.zoning]]", "[[table.series]]\ncode = \"x\"\n[[table.zoning]]", "séries et zonages ensemble"},
		{"[[table.zoning]]", "[table.zone]\ncode=\"c\"\nname=\"n\"\nof=\"o\"\nzonings={ P = \"autre\" }\n[[table.zoning]]", "« P » → « autre » inconnu"},
	}
	for _, c := range cases {
		if _, err := ParseDescription([]byte(strings.Replace(oneZoning, c.from, c.to, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s → %s: %v; want %s", c.from, c.to, err, c.want)
		}
	}
}

// FuzzReadZonings: whatever the table, each commune is in one zone at most of
// those returned, and a refused file gives none.
func FuzzReadZonings(f *testing.F) {
	f.Add("insee,pays,nom\n01001,B,Bresse\n01004,A,\n")
	f.Add("insee,pays,nom\n01001,B,Bresse\n01001,C,Bugey\n")
	f.Add("insee;pays;nom\n1001;-;\n;;\n")
	d, err := ParseDescription([]byte(oneZoning))
	if err != nil {
		f.Fatal(err)
	}
	v := vintage(f, 2021)
	f.Fuzz(func(t *testing.T, text string) {
		all, report, err := ReadZonings(t.Context(), d, "t.csv", strings.NewReader(text), int64(len(text)), Env{Vintage: v})
		if (err == nil) != (len(all) == 1) {
			t.Fatalf("%d zonings, %v", len(all), err)
		}
		if err != nil {
			return
		}
		seen := map[territory.Code]bool{}
		for _, zone := range all[0].Zones {
			for _, m := range zone.Members {
				if seen[m.Commune] || m.Line < 2 {
					t.Errorf("%s, line %d", m.Commune, m.Line)
				}
				seen[m.Commune] = true
			}
		}
		if len(seen) != report.Kept {
			t.Errorf("%d communes, %d said", len(seen), report.Kept)
		}
	})
}
