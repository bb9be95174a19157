package source

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/territory"
)

// dep is a made-up description of a départements' file, whose value column is n.
var dep = fmt.Sprintf(head, `"departement"`) + "[[table]]\n[table.territory]\ncolumn=\"dep\"\nlevel=\"departement\"\n[table.period]\nfixed=\"2020\"\n" + births + "column=\"n\"\n"

// The traps of real files are refused with the place and the remedy.
func TestTraps(t *testing.T) {
	commune := strings.NewReplacer(`"departement"`, `"commune"`).Replace(dep)
	cases := []struct{ name, description, text, want, do string }{
		{"lost zero", dep, "dep,n\n1,5\n", "ligne 2, colonne « dep » : « 1 » n'est pas un code de département : il a perdu ses zéros de gauche ; écrivez pad = 2", "pad"},
		{"lost zero of a commune", commune, "dep,n\n1004,5\n", "« 1004 » n'est pas un code de commune : il a perdu ses zéros de gauche ; écrivez pad = 5", "pad"},
		{"total mixed with parts", dep, "dep,n\n01,5\nTotal,5\n", "ligne 3, colonne « dep » : territoire « Total » inconnu", "leave"},
		{"no territory", dep, "dep,n\n,5\n", "territoire absent", "leave"},
		{"footnote", dep, "dep,n\n01,5*\n", "« 5* » n'est pas un nombre", "[flags]"},
		{"the other decimal mark", dep, "dep,n\n01,\"1 234,5\"\n", "« 1 234,5 » n'est pas un nombre", "marque décimale"},
		{"formula", dep, "dep,n\n01,#N/A\n", "« #N/A » n'est pas un nombre", "[marks]"},
		{"header twice", dep, "dep,n,n\n01,5,6\n", "colonne « n » présente 2 fois", "#2"},
		{"header elsewhere", dep, "Titre\n\ndep,n\n", "colonne « dep » absente ; colonnes trouvées : Titre", "header"},
		{"cut line", dep, "dep,n\n01,5\n02\n", "ligne 3 : champs : 1 au lieu de 2", "coupée"},
		{"ambiguous label", strings.Replace(commune, `level="commune"`, "level=\"commune\"\njoin=\"label\"", 1), "dep,n\nSaint-Denis,5\n", "territoire « Saint-Denis » ambigu : COM-", "within"},
		{"unknown label", strings.Replace(dep, `level="departement"`, "level=\"departement\"\njoin=\"label\"", 1), "dep,n\nAtlantide,5\n", "territoire « Atlantide » inconnu", "rewrite"},
		{"nothing kept", dep + "[keep]\nseries=[\"other\"]\n", "dep,n\n01,5\n", "aucune observation gardée sur 1", "keep"},
		{"same period twice", strings.NewReplacer("fixed=\"2020\"", "header='(?P<period>\\d{4})'", "column=\"n\"", "").Replace(dep), "dep,2020,n2020\n01,5,6\n", "colonnes « 2020 » et « n2020 » : même série, même période 2020", "colonnes"},
		{"no sheet", strings.Replace(dep, "[[table]]", "[[table]]\nmembers=[\"other*\"]", 1), "dep,n\n01,5\n", "aucune feuille pour la partie n° 1 (other*)", "members"},
		{"header never found", strings.Replace(dep, "[[table]]", "[[table]]\nheader_find='^Code'", 1), "dep,n\n01,5\n", "aucune ligne d'en-tête : nulle cellule ne répond à « ^Code »", "header_find"},
		{"two values", dep, "dep,n\n01,5\n02,6\n01,7\n", "lignes 2 et 4 : made_births, DEP-01, 2020 présent deux fois", "une seule"},
	}
	for _, c := range cases {
		table, _, err := readText(t, parse(t, c.description), "made.csv", c.text, smallEnv(t))
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.KindOf(err) != fault.Invalid || table != nil {
			t.Errorf("%s: %v, want %q and no table", c.name, err, c.want)
			continue
		}
		if do := fault.Do(err); !strings.Contains(do, c.do) {
			t.Errorf("%s: the remedy is %q, want %q in it", c.name, do, c.do)
		}
	}
}

// Targets are counted, never kept; a code of another year is kept and said.
func TestTargetsAndOtherVintages(t *testing.T) {
	d := parse(t, strings.NewReplacer("fixed=\"2020\"", "column=\"an\"", "vintage = 2026", "vintage = 2026\npublished = \"2024-12-31\"").Replace(dep))
	env := smallEnv(t)
	env.Became = func(c territory.Code) string {
		if c == "DEP-20" {
			return "DEP-20 Corse"
		}
		return ""
	}
	table, report, err := readText(t, d, "made.csv", "dep,an,n\n01,2024,5\n01,2027,9\n20,2024,6\n", env)
	if err != nil || table.Rows() != 2 || len(report.LeftOut) != 1 || report.LeftOut[0] != (LeftOut{targetPeriod, 1}) {
		t.Errorf("%+v, %v", report, err)
	}
	if j := report.Join; j.Matched != 1 || len(j.Converted) != 1 || j.Converted[0] != (Joined{"20", "DEP-20", "DEP-20 Corse", 1, 4}) {
		t.Errorf("%+v", j)
	}
}

// Whatever the rows, each is kept, left out for a reason, unmatched or a fault,
// and the counts are those of an independent reading of the text.
func TestNothingIsDropped(t *testing.T) {
	d := parse(t, strings.NewReplacer("fixed=\"2020\"", "header='^(?P<period>\\d{4})$'", "column=\"n\"", "", "vintage = 2026", "vintage = 2026\npublished = \"2024-12-31\"",
		"[[table]]", "[[table]]\nend='^Source'\nleave=[ { match='^Total', reason=\"total\" } ]\nwhere=[ { column=\"sexe\", in=[\"E\"] } ]").Replace(dep)+`[marks]
"s" = "S"
"-" = "-"
[keep]
unmatched = "report"
`)
	places := []string{"01", "02", "2A", "974", "99", "Total", "", "20"}
	values := []string{"5", "0", "", "s", "-", "1 234"}
	rng := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		var b strings.Builder
		b.WriteString("dep,sexe,2019,2020,2030\n")
		rows, kept, seen := 0, 0, map[string]bool{}
		over := false
		for range rng.IntN(30) {
			place, sexe := places[rng.IntN(len(places))], []string{"E", "F"}[rng.IntN(2)]
			if rng.IntN(40) == 0 {
				place = "Source : nous"
			}
			cells := []string{values[rng.IntN(len(values))], values[rng.IntN(len(values))], values[rng.IntN(len(values))]}
			known := place == "01" || place == "02" || place == "2A" || place == "974"
			if known && seen[place] {
				continue
			}
			fmt.Fprintf(&b, "%s,%s,%s\n", place, sexe, strings.Join(cells, ","))
			over = over || strings.HasPrefix(place, "Source")
			if over {
				rows++
				continue
			}
			rows += 3
			if !known || sexe != "E" {
				continue
			}
			seen[place] = true
			for _, c := range cells[:2] {
				if c != "-" {
					kept++
				}
			}
		}
		env := smallEnv(t)
		table, report, err := readText(t, d, "made.csv", b.String(), env)
		if err != nil {
			if kept > 0 || table != nil {
				t.Fatalf("%v in\n%s", err, b.String())
			}
			continue
		}
		balanced(t, &report)
		if report.Rows != rows || report.Kept != kept || table.Rows() != kept {
			t.Fatalf("%d rows, %d kept; want %d and %d in\n%s%+v", report.Rows, report.Kept, rows, kept, b.String(), report)
		}
	}
}

func TestReadPeriod(t *testing.T) {
	cases := []struct{ text, lastOf, period, end string }{
		{"2022", "", "2022", "2022-12-31"}, {"2022-Q3", "", "2022-Q3", "2022-09-30"}, {"2022-T3", "", "2022-Q3", "2022-09-30"},
		{"T3_2022", "", "2022-Q3", "2022-09-30"}, {"2022T3", "", "2022-Q3", "2022-09-30"}, {"3e trimestre 2022", "", "2022-Q3", "2022-09-30"},
		{"1er trimestre 2022", "", "2022-Q1", "2022-03-31"}, {"2022-07", "", "2022-07", "2022-07-31"}, {"2022M07", "", "2022-07", "2022-07-31"},
		{"202207", "", "2022-07", "2022-07-31"}, {"juillet 2022", "", "2022-07", "2022-07-31"}, {"juil-22", "", "2022-07", "2022-07-31"},
		{"févr. 98", "", "1998-02", "1998-02-28"}, {"Août 2022", "", "2022-08", "2022-08-31"}, {"2022-12-31", "", "2022-12", "2022-12-31"},
		{"31/12/2022", "year", "2022", "2022-12-31"}, {"2022-01-01T00:00:00.000", "year", "2022", "2022-01-01"}, {"2022-05", "quarter", "2022-Q2", "2022-05-31"},
		{"mai 2022", "", "2022-05", "2022-05-31"}, {"juin 2022", "", "2022-06", "2022-06-30"}, {"mars-21", "", "2021-03", "2021-03-31"},
		{"31/02/2022", "", "", ""}, {"2022-13", "", "", ""}, {"", "", "", ""}, {"2022-2023", "", "", ""}, {"9999", "", "", ""}, {"total", "", "", ""}, {"j 22", "", "", ""},
	}
	for _, c := range cases {
		if period, end := readPeriod(c.text, c.lastOf); period != c.period || end != c.end {
			t.Errorf("readPeriod(%q, %q) = %q, %q; want %q, %q", c.text, c.lastOf, period, end, c.period, c.end)
		}
	}
}

func FuzzReadPeriod(f *testing.F) {
	f.Add("juil-22")
	f.Add("T3_2022")
	f.Fuzz(func(t *testing.T, text string) {
		if period, end := readPeriod(text, ""); (period == "") != (end == "") || period != "" && period[:4] != end[:4] {
			t.Errorf("readPeriod(%q) = %q, %q", text, period, end)
		}
	})
}

// The nomenclature's codes lead to territories of France, before or after 2016.
func TestNuts(t *testing.T) {
	now, before := vintage(t, 2026), vintage(t, 2015)
	departements := map[territory.Code]bool{}
	for text, code := range nuts() {
		_, today := now.Get(code)
		if _, then := before.Get(code); !today && !then {
			t.Errorf("%s is %s, which is nowhere", text, code)
		}
		if code.Level() == territory.Departement {
			departements[code] = true
		}
	}
	if len(departements) != 101 {
		t.Errorf("%d départements", len(departements))
	}
}

// One fault of two tables that read a sheet is told once, and neither table
// reads rows without its columns.
func TestFaultOfTwoTables(t *testing.T) {
	part := strings.TrimPrefix(dep, fmt.Sprintf(head, `"departement"`))
	d := parse(t, dep+strings.NewReplacer("made_births", "made_deaths").Replace(part))
	table, _, err := readText(t, d, "made.csv", "dep,m\n01,5\n02,6\n", smallEnv(t))
	if l, ok := errors.AsType[fault.List](err); !ok || len(l) != 1 || table != nil {
		t.Errorf("%v", err)
	}
}

// The faults of the form and those of the rows are twenty together.
func TestFaultsAreTwentyTogether(t *testing.T) {
	_, _, err := readText(t, parse(t, dep), "made.csv", "dep,n\n"+strings.Repeat("01,x\n", 15)+strings.Repeat("01,\"5\"6\n", 15), smallEnv(t))
	if l, ok := errors.AsType[fault.List](err); !ok || len(l) != fault.MostListed {
		t.Errorf("%d faults: %v", len(l), err)
	}
}
