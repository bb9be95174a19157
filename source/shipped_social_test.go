package source

import (
	"archive/zip"
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/dataset"
	"vigie/territory"
)

// The row counts were found by another program, cell by cell; the figures are
// those that the producers publish beside them, or sums of the raw cells.
func init() {
	real = append(real,
		shipped{name: "ssmsi_delinquance", path: "ssmsi-delinquance/crime_2016_2024_departement.csv.gz", rows: 28_179, totals: []total{
			{"sec_burglary_count", "departement", "2024", 218_672, 0},
			{"sec_homicide_count", "departement", "2024", 997, 0},
			{"sec_homicide_per_100000", "DEP-01", "2016", 0.78318, 1e-9},
			{"ctx_population_crime_ref", "departement", "2016", 66_618_176, 0},
		}},
		shipped{name: "eurostat_nuts", path: "eurostat-nuts/eurostat_FR_nuts0-2.csv", rows: 3_525, totals: []total{
			{"estat_unemployment_rate", "REG-74", "2015", 8.9, 0}, // FRI2, Limousin
			{"estat_patents_per_million", "region", "2005", 2_258.66, 0.001},
			{"estat_regional_population", "region", "2015", 66_458_153, 0},
			{"estat_manufacturing_index", "FR", "2019-11", 104, 0},
		}},
		shipped{name: "anct_cohesion_2018", path: "anct-cohesion-2018", rows: 9_344, totals: []total{
			{"anct_net_migration_rate", "REG-94", "2009", 1.61, 0}, // 1999-2009
			{"edu_neet_share", "REG-84", "2014", 15.1, 0},
			{"lie_volunteers_per_100", "DEP-03", "2015", 10.2, 0},
		}},
		shipped{name: "barometre_action_publique_2023", path: "barometre-action-publique-2023", rows: 22_926, totals: []total{
			{"san_health_centres", "departement", "2022", 2_251, 0},
			{"san_health_centres", "region", "2022", 2_251, 0},
			{"emp_apprenticeship_contracts", "region", "2021", 731_785, 0},
			{"mob_road_deaths", "region", "2019", 3_406, 0}, // 18 regions × 12 months
		}},
		shipped{name: "barometre_action_publique_2024", path: "barometre-action-publique-2024", rows: 20_882, totals: []total{
			{"cul_pass_culture_share", "FR", "2024", 83.55, 0},
			{"bap_ind_311", "FR", "2023", 2_501, 0},
		}},
		shipped{name: "drees_minima_sociaux", path: "drees-aide-sociale/minima-sociaux-donnees-departementales-par-dispositif.xlsx", rows: 28_665, totals: []total{
			{"pau_rsa_recipients", "departement", "2019", 1_916_129, 0},
			{"pau_rsa_recipients", "FR", "2019", 1_916_100, 0},
			{"aut_aah_recipients", "departement", "2019", 1_221_474, 0},
			{"aut_aah_recipients", "FR", "2019", 1_221_500, 0},
			{"aut_aah_recipients", "DEP-01", "2016", 7_170, 0}, // 6,973 in the old way of counting
			{"pau_rsa_recipients", "DEP-01", "2009", 6_163, 0}, // 6 RMI and 6,157 RSA
		}},
		shipped{name: "drees_minima_sociaux_longues", path: "drees-aide-sociale/MINSOCsl.csv", rows: 25_738, totals: []total{
			{"pau_rsa_recipients", "departement", "2019", 1_916_129, 0},
			{"aut_aah_recipients", "departement", "2019", 1_221_474, 0},
			{"drees_rsa_covered", "FR", "2019", 3_867_600, 0},           // in the column RSAbenef
			{"drees_all_minima_recipients", "FM", "2001", 3_000_000, 0}, // « 3e+06 »
		}},
		shipped{name: "drees_aide_sociale", path: "drees-aide-sociale/beneficiaires-aide-sociale-series-longues-1996-2020.xlsx", rows: 90_732, totals: []total{
			{"aut_apa_recipients", "FM", "2019", 1_303_524, 0.5},
			{"aut_apa_recipients", "region", "2019", 1_337_821, 0.5},
			{"aut_apa_recipients", "DEP-69", "2019", 9_200 + 25_196, 0}, // new Rhône and metropolis of Lyon
			{"lie_ase_children", "region", "2019", 196_014, 0.5},
		}},
		shipped{name: "drees_aide_sociale_longues", path: "drees-aide-sociale/ASDEPslbenef.csv.gz", rows: 100_244, totals: []total{
			{"aut_apa_recipients", "FM", "2022", 1_301_065, 0.5},
			{"aut_apa_recipients", "DEP-69", "2022", 9_082 + 24_523, 0},
		}},
		shipped{name: "drees_prestations_mensuelles", path: "drees-aide-sociale/donnees-mensuelles-prestations-solidarite.xlsx", rows: 32_137, totals: []total{
			{"drees_rsa_monthly", "FR", "2020-10", 2_069_300, 0},
			{"drees_rsa_monthly", "departement", "2020-10", 2_069_380, 0},
		}},
		shipped{name: "drees_prevalences_aide_sociale", path: "drees-aide-sociale/ASDEPprevalaidessoc.csv.gz", rows: 372, totals: []total{
			{"drees_apa_home_85plus_share", "FR", "2019", 18.823139173147, 1e-9},
		}},
	)
}

// TestCrimeRates divides the counts by the denominators of the same file: the
// rates that the producer publishes come out, all of them.
func TestCrimeRates(t *testing.T) {
	file, r, size := delivery(t, filepath.Join(sharedData(t), "ssmsi-delinquance", "crime_2016_2024_departement.csv.gz"))
	table, _ := readShipped(t, description(t, "ssmsi_delinquance"), file, r, size)
	known, compared := catalogue(t), 0
	for i := range table.Columns {
		rate := &table.Columns[i]
		of, ok := known.Get(rate.Indicator)
		if !ok || of.Numerator == "" {
			continue
		}
		numerator, denominator := table.Column(of.Numerator, rate.Period), table.Column(of.Denominator, rate.Period)
		for k, place := range rate.Territory {
			n, _ := numerator.At(place)
			d, _ := denominator.At(place)
			if want := n.X / d.X * of.Scale(); math.Abs(rate.X[k]-want) > 1e-4*of.Scale()/1000 {
				t.Errorf("%s, %s, %s: %v published, %v divided", rate.Indicator, place, rate.Period, rate.X[k], want)
			}
			compared++
		}
	}
	if compared != 9_999 {
		t.Errorf("%d rates compared, want 11 × 101 × 9", compared)
	}
}

// TestSocialTrapsRefused leaves in, one at a time, the traps that the
// descriptions of the social sets know: each is refused, nothing is read, and
// the fault names the place.
func TestSocialTrapsRefused(t *testing.T) {
	for _, c := range []struct {
		trap, name string
		edits      []string
		more       string // added to the made-up file
		want       []string
	}{
		{trap: "last line cut", name: "ssmsi_delinquance", more: `"2A";"94";"2024";"Homi`, want: []string{"ligne 44"}},
		{trap: "a point for a decimal comma", name: "ssmsi_delinquance", edits: []string{`decimal   = ","`, `decimal   = "."`}, want: []string{"ligne 2", "« taux_pour_mille »", "0,0100000"}},
		{trap: "latin-1 said to be UTF-8", name: "drees_prevalences_aide_sociale", edits: []string{`"windows-1252"`, `"utf-8"`}, want: []string{"ligne 7"}},
		{trap: "two series under one identifier", name: "barometre_action_publique_2023", edits: []string{
			`indicateur = "Nombre de logements rénovés dans les villes moyennes (+ de 20 000 habitants)"`, `id_indicateur = "nb-logement-accompagnement"`,
		}, want: []string{"REG-94", "présent deux fois"}},
		{trap: "a zone that is no code", name: "barometre_action_publique_2024", edits: []string{`strip = "^[DR]", `, ""}, want: []string{"membre « ind-200.csv »", "ligne 2", "« D01 »"}},
		{trap: "zones d'emploi among EPCI", name: "anct_cohesion_2018", edits: []string{
			`leave     = [{ column = "codgeo", match = '^\d{4}$', reason = "zone d'emploi : pas un territoire du référentiel" }]`, "", `unmatched = "report"`, `unmatched = "refuse"`,
		}, want: []string{"membre « csv/carte_1_1.csv »", "ligne 2", "« 0050 »"}},
		{trap: "an interval of years", name: "anct_cohesion_2018", edits: []string{`period    = { strip = '^\d{4}-' }`, "period    = {}"}, want: []string{"membre « csv/histo_3_1.csv »", "ligne 2", "1999-2009"}},
		{trap: "EPCI that are gone", name: "anct_cohesion_2018", edits: []string{`unmatched = "report"`, `unmatched = "refuse"`}, want: []string{"membre « csv/carte_1_5.csv »", "ligne 5", "200012060"}},
		{trap: "regions nobody can place", name: "eurostat_nuts", edits: []string{`'^FRXX$'`, `'^-$'`}, want: []string{"ligne 7", "« FRXX »"}},
		{trap: "activity outside the regions", name: "eurostat_nuts", edits: []string{`'^FRZZ$'`, `'^-$'`}, want: []string{"ligne 16", "« FRZZ »"}},
		{trap: "Corsica coded 20A", name: "drees_minima_sociaux", edits: []string{`20A = "2A", `, ""}, want: []string{"feuille « Tableau 1 »", "ligne 5", "« 20A »"}},
		{trap: "two columns for 2016", name: "drees_minima_sociaux", edits: []string{`199\d|200\d|201[0-57-9])( ?`, `[12]\d{3})( ?`}, want: []string{"feuille « Tableau 1 »", "ligne 3", "« 2016 » et « 2016 (1) »"}},
		{trap: "nd without a mark", name: "drees_minima_sociaux", edits: []string{"\"nd\" = \"M\"\n", ""}, want: []string{"feuille « Tableau 3 »", "ligne 5", "« nd »"}},
		{trap: "ns without a mark", name: "drees_minima_sociaux", edits: []string{"\"ns\" = \"S\"\n", ""}, want: []string{"feuille « Tableau 3 »", "ligne 5", "« ns »"}},
		{trap: "totals among the départements", name: "drees_minima_sociaux", edits: []string{`where       = [{ column = "N° Dep", match = '^\d' }]`, ""}, want: []string{"feuille « Tableau 1 »", "ligne 7", "« N° Dep »"}},
		{trap: "the Rhône three times", name: "drees_aide_sociale", edits: []string{`'^69[DM]$'`, `'^-$'`}, want: []string{"feuille « Tab4-pa »", "ligne 12", "« 69D »"}},
		{trap: "Corsica as a département", name: "drees_aide_sociale", edits: []string{`'^20$'`, `'^-$'`}, want: []string{"feuille « Tab4-pa »", "ligne 8", "« 20 »"}},
		{trap: "the producer's own codes of regions", name: "drees_aide_sociale", edits: []string{`101 = "01", `, ""}, want: []string{"feuille « Tab4-pa »", "« 101 »"}},
		{trap: "France without Mayotte", name: "drees_aide_sociale_longues", edits: []string{`'hors Mayotte'`, `'^-$'`}, want: []string{"ligne 13", "hors Mayotte"}},
		{trap: "a nameless row whose values are years", name: "drees_minima_sociaux_longues", edits: []string{
			`where     = [{ column = "Territoire", in = ["France", "France métropolitaine"] }]`, `where     = [{ column = "TypeTerritoire", in = ["France"] }]`,
		}, want: []string{"ligne 11", "« DOM »"}},
		{trap: "cells that repeat nothing", name: "drees_minima_sociaux_longues", edits: []string{`"" = "-" # the table is wide and mostly empty`, ""}, want: []string{"DEP-47", "présent deux fois"}},
		{trap: "a département without its zero", name: "drees_prestations_mensuelles", edits: []string{", pad = 2", ""}, want: []string{"feuille « Tableau 2 »", "« 1 »"}},
		{trap: "a number with a star", name: "drees_prestations_mensuelles", edits: []string{`'\*+$' = "P"`, ""}, want: []string{"feuille « Tableau 1 »", "ligne 8", "2 023 700*"}},
	} {
		t.Run(c.trap, func(t *testing.T) {
			d := edited(t, c.name, c.edits...)
			file, b := madeUp(t, c.name)
			table, _, err := readAs(t, d, file, append(b, c.more...))
			if err == nil || table != nil {
				t.Fatalf("read: table %v, error %v", table, err)
			}
			for _, want := range append(c.want, file) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in %v", want, err)
				}
			}
		})
	}
}

// TestTargetIsNoMeasure reads the column of targets as an analyst in a hurry
// would: what ends after the delivery is left out and counted.
func TestTargetIsNoMeasure(t *testing.T) {
	d := edited(t, "barometre_action_publique_2024", `value     = { column = "indic_va" }`, `value     = { column = "indic_vc" }`, `{ column = "indic_va", match = '^$',`, `{ column = "indic_vc", match = '^$',`)
	file, b := madeUp(t, d.Name)
	table, report, err := readAs(t, d, file, b)
	if err != nil {
		t.Fatal(err)
	}
	targets := 0
	for _, l := range report.LeftOut {
		if l.Reason == targetPeriod {
			targets += l.Rows
		}
	}
	if periods := table.Periods("cul_pass_culture_share"); targets != 2 || len(periods) != 1 || periods[0].Period != "2023" {
		t.Errorf("%d targets left out, periods %v; want 2, 2023 alone", targets, report.Periods)
	}
}

// TestSameRegionTwoNomenclatures holds FR24 (NUTS 2010) and FRB0 (NUTS 2016)
// to be one region, and the regions of before 2016 to be themselves.
func TestSameRegionTwoNomenclatures(t *testing.T) {
	file, b := madeUp(t, "eurostat_nuts")
	table, _, err := readAs(t, description(t, "eurostat_nuts"), file, b)
	if err != nil {
		t.Fatal(err)
	}
	before, now := table.Column("estat_patents_per_million", "2005"), table.Column("estat_unemployment_rate", "2015")
	if before == nil || now == nil {
		t.Fatal("a series is absent")
	}
	for _, want := range []struct {
		in   *dataset.Column
		code territory.Code
	}{{before, "REG-24"}, {now, "REG-24"}, {now, "REG-74"}, {before, "REG-01"}, {now, "REG-06"}} {
		if _, ok := want.in.At(want.code); !ok {
			t.Errorf("%s, %s: no %s", want.in.Indicator, want.in.Period, want.code)
		}
	}
}

// TestSameFiguresTwoFormats reads the departmental summary of the barometer as
// csv, then as a workbook with one sheet for each département, among the other
// files of the delivery.
func TestSameFiguresTwoFormats(t *testing.T) {
	dir := filepath.Join(sharedData(t), "barometre-action-publique-2023")
	read := func(summary string, edits ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, name := range []string{"barometre-resultats-detail-regional.csv.gz", "barometre-resultats-jeunesse-culture-engagement-detail-departemental.csv.gz", "barometre-resultats-transition-ecologique-detail-departemental.csv.gz", summary} {
			raw, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write(raw)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		d := edited(t, "barometre_action_publique_2023", edits...)
		table, _, err := readAs(t, d, "barometre-action-publique-2023.zip", b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		return table.Long()
	}
	text := read("barometre-resultats-synthese-departemental.csv.gz")
	workbook := read("barometre-resultats-departements-synthese.xlsx", "*synthese-departemental*", "*departements-synthese*", "barometre-resultats-synthese-departemental.csv*", "barometre-resultats-departements-synthese.xlsx")
	if rows := bytes.Count(text, []byte("\n")) - 1; rows != 22_926 || !bytes.Equal(text, workbook) {
		t.Errorf("%d observations of the csv; the workbook differs: %s", rows, cmp.Diff(string(text), string(workbook)))
	}
}

// TestNamesOfDepartements joins by label every way of writing a département
// that DREES met in the answers to its survey: « COTES D ARMOR », « Reunion »…
func TestNamesOfDepartements(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(sharedData(t), "drees-aide-sociale", "synonymes-noms-departements.csv"))
	if err != nil {
		t.Fatal(err)
	}
	d, err := ParseDescription([]byte(`name = "names"
title = "Noms"
producer = "DREES"
licence = "EUPL 1.2"
levels = ["departement"]
vintage = 2021
keep = { unmatched = "report" }
[[table]]
territory = { column = "Synonyme.nom", join = "label", level = "departement", rewrite = { "Alpes de Hautes-Provence" = "DEP-04", "Lot-et-Graonne" = "DEP-47", "Réunion" = "DEP-974", "Département du Rhône" = "DEP-69", "Departement du Rhone" = "DEP-69" } }
period = { fixed = "2021" }
series = [{ code = "spellings", count = true, label = "Graphies", unit = "count" }]
`))
	if err != nil {
		t.Fatal(err)
	}
	table, report, err := readAs(t, d, "names.csv", b)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for _, record := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		name, _, _ := strings.Cut(record, ",")
		want[name]++
	}
	c := table.Column("spellings", "2021")
	for k, code := range c.Territory {
		if place, _ := vintage(t, 2021).Get(code); int(c.X[k]) != want[place.Label] {
			t.Errorf("%s, %s: %v spellings joined, want %d", code, place.Label, c.X[k], want[place.Label])
		}
	}
	var others []string
	for _, j := range report.Join.Unmatched {
		others = append(others, j.Text)
	}
	if len(c.Territory) != 101 || len(others) != 9 {
		t.Errorf("%d départements; not joined: %q; want 101, and the 9 names of no département", len(c.Territory), others)
	}
}
