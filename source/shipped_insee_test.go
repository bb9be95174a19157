package source

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The row counts are those of the files, cell by cell; the figures are those
// that Insee publishes beside them.
func init() {
	real = append(real,
		shipped{"insee_comparateur", "insee-comparateur/base_cc_comparateur_csv.zip", 1_118_880, []total{
			{"ctx_population_census", "commune", "2018", 66_732_538, 0}, // 70,295,051 with the arrondissements
			{"ctx_population_census", "commune", "2013", 65_564_756, 0},
			{"niv_median_income", "COM-75056", "2019", 28_570, 0},
			{"pau_poverty_rate", "COM-75056", "2019", 15, 0},
			{"dev_jobs_change_5y", "COM-01001", "2018", 14.70, 0.005},
		}},
		shipped{"insee_chomage", "insee-chomage/famille_TAUX-CHOMAGE_*.xlsx", 20_349, []total{
			{"emp_unemployment_rate", "FR", "2022-Q4", 7.1, 0},
			{"emp_unemployment_rate", "DEP-66", "2022-Q4", 11.6, 0},
			{"emp_unemployment_rate", "DEP-15", "2022-Q4", 4.0, 0},
			{"emp_unemployment_rate", "REG-04", "2022-Q4", 17.0, 0},
		}},
		shipped{"insee_pib", "insee-pib/PIB_regionaux_*.xlsx", 2_640, []total{
			{"dev_gdp", "FR", "2022", 2_634_133, 0.5},
			{"dev_gdp", "region", "2022", 2_637_480, 0.5}, // with Mayotte's 3,347
			{"dev_gdp", "REG-06", "2022", 3_347, 0},
			{"dev_gdp_per_capita", "REG-06", "2022", 11_579, 0},
		}},
		shipped{"insee_population", "insee-population/estim-pop-dep-sexe-aq-*.xls", 133_146, []total{
			{"ctx_population", "FR", "2023", 68_042_591, 0},
			{"ctx_population", "departement", "2023", 68_042_591, 0},
			{"ctx_population", "departement", "1990", 57_998_429, 0},
			{"ctx_population", "FM", "1975", 52_600_000, 0},
			{"ctx_population_65plus", "FM", "1975", 7_049_353, 0},
			{"ctx_population_5_9", "FM", "2016", 4_011_185, 0},
		}},
		shipped{"insee_immigres", "insee-population/EM_DEPARTEMENTS_2021.xlsx", 121, []total{
			{"imm_immigrant_share", "DEP-976", "2021", 34.7, 0.05},
			{"imm_immigrant_share", "REG-44", "2021", 9.5, 0},
			{"imm_immigrant_share", "FR", "2021", 10.2, 0},
		}},
		shipped{"insee_naissances_2012", "insee-naissances/natality_2012.xlsx", 762, []total{
			{"civ_births", "FM", "2012", 788_603, 0},
			{"civ_births", "region", "2012", 788_603 + 30_588, 0},
			{"civ_births", "departement", "2012", 788_603 + 30_588, 0},
			{"civ_births", "REG-82", "2012", 82_889, 0}, // Rhône-Alpes, a region of then
		}},
		shipped{"insee_naissances_2022", "insee-naissances/natality_2022.xlsx", 1_573, []total{
			{"civ_births", "FR", "2022", 724_777, 0},
			{"civ_births", "departement", "2022", 724_777, 0},
			{"civ_births", "region", "2022", 724_777, 0},
			{"civ_births_month", "departement", "2022-01", 60_351, 0},
		}},
		shipped{"insee_rp_communes", "insee-rp-communes/rp2018.csv.gz", 295_460, []total{
			{"rp_population", "commune", "2018", 51_561_555, 0}, // 55,124,068 with the arrondissements
			{"rp_population", "COM-75056", "2018", 2_175_601, 0},
		}},
	)
}

// TestInseeTraps leaves in, one at a time, the traps of the Insee files: each is
// refused with its place, nothing is read.
func TestInseeTraps(t *testing.T) {
	cases := []struct {
		trap, name string
		edits      []string
		want       []string
	}{
		{"arrondissements counted with their city", "insee_comparateur", []string{`'^(751\d\d|132\d\d|6938\d)$'`, `'^never$'`}, []string{"ligne 11", "« 75101 »"}},
		{"an empty cell that is a zero", "insee_chomage", []string{`"(O)" = "M"`, `"(O)" = "A"`}, []string{"marque \"(O)\""}},
		{"a mark that nobody explained", "insee_chomage", []string{`"(O)" = "M"`, ``}, []string{"valeurs_trimestrielles", "« (O) »"}},
		{"figures that are no number", "insee_pib", []string{`"n.d." = "M"`, ``}, []string{"PIB en valeur", "« n.d. »"}},
		{"estimates that are no number", "insee_pib", []string{`'\s*\(e\)$' = "E"`, ``}, []string{"PIB en valeur", "« 1(e) »"}},
		{"totals mixed with parts", "insee_pib", []string{`"total d'une partie des régions"`, `"x"`, `'^(Dom|`, `'^(never|`}, []string{"« Dom »"}},
		{"the second block of a sheet", "insee_population", []string{`end = '^(Ensemble|`, `end = '^(`}, []string{"feuille « 1990 »", "ligne 104"}},
		{"regions of then in today's geography", "insee_naissances_2012", []string{"vintage = 2012", "vintage = 2022"}, []string{"« Nord-Pas-de-Calais »"}},
		{"a total of some regions", "insee_naissances_2022", []string{`'^Départements d.outre-mer$'`, `'^never$'`}, []string{"« Départements d'outre-mer »"}},
	}
	for _, c := range cases {
		t.Run(c.trap, func(t *testing.T) {
			text := shippedText(t, c.name)
			for i := 0; i < len(c.edits); i += 2 {
				if !strings.Contains(text, c.edits[i]) {
					t.Fatalf("%q is not in the description", c.edits[i])
				}
				text = strings.ReplaceAll(text, c.edits[i], c.edits[i+1])
			}
			d, err := ParseDescription([]byte(text))
			if err == nil {
				file, r, size := delivery(t, "testdata/"+c.name+"/*")
				_, _, err = Read(t.Context(), d, file, r, size, Env{Vintage: geography(t, d), Catalogue: catalogue(t)})
			}
			if err == nil {
				t.Fatal("read without a fault")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in %v", want, err)
				}
			}
		})
	}
}

// BenchmarkInseeComparateur reads the original zip into a table.
func BenchmarkInseeComparateur(b *testing.B) {
	raw, err := os.ReadFile(filepath.Join(sharedData(b), "insee-comparateur", "base_cc_comparateur_csv.zip"))
	if err != nil {
		b.Fatal(err)
	}
	d, env := description(b, "insee_comparateur"), Env{Vintage: vintage(b, 2021), Catalogue: catalogue(b)}
	b.ReportAllocs()
	for b.Loop() {
		table, _, err := Read(b.Context(), d, "base_cc_comparateur_csv.zip", bytes.NewReader(raw), int64(len(raw)), env)
		if err != nil || table.Rows() != 1_118_880 {
			b.Fatal(table.Rows(), err)
		}
	}
}
