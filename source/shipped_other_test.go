package source

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/data"
	"vigie/dataset"
	"vigie/fault"
)

// The row counts are those of an independent reading of the files; the figures
// are those published, or sums made apart.
func init() {
	real = append(real,
		shipped{name: "transition_irpe", path: "transition-ecologique/irpe/[0-9]*.json", rows: 2_536, totals: []total{
			{"env_land_consumption", "REG-53", "2009", 2_407.9555, 0},
			{"ali_organic_area_share_long", "REG-03", "2008", 8.97, 0},
			{"env_permanent_grassland", "REG-84", "2020", 1_950_591, 0},
			{"ene_services_consumption", "REG-02", "2013", 792.0395322360603, 0},
		}},
		shipped{name: "sante_cepidc_mortalite", path: "sante/cepidc_mortalite_toutes_causes_2010-2023.csv", rows: 1_410, totals: []total{
			{"san_mortality_rate", "DEP-01", "2010", 1_076.1, 0},
			{"san_mortality_rate", "DEP-976", "2023", 1_574.9, 0},
		}},
		shipped{name: "sante_cepidc_causes", path: "sante/cepidc_mortalite_2023_standardise_all.csv.gz", rows: 18 * 101, totals: []total{
			{"san_mortality_covid", "DEP-974", "2023", 31.4, 0},
			{"san_mortality_covid", "DEP-976", "2023", 4.4, 0},
		}},
		shipped{name: "sante_cnam_pathologies", path: "sante/cnam_pathologie_clean.csv.gz", rows: 7*9*13 + 52, totals: []total{
			{"san_prevalence_diabetes", "DEP-09", "2015", 6.09, 0},
		}},
		shipped{name: "sante_medecins_2018", path: "sante/medecins-2018/france_dept.csv", rows: 192, totals: []total{
			{"san_gps", "departement", "2018", 99_569, 0},
			{"san_physicians", "departement", "2018", 220_398, 0},
		}},
		shipped{name: "elections_2022_t1", path: "elections/presidentielle-2022-t1-circonscriptions.xlsx", rows: 2 * 102, totals: []total{
			{"cul_registered_voters", "FR", "2022", 48_747_876, 0},
			{"cul_voters", "FR", "2022", 35_923_707, 0},
			{"cul_registered_voters", "DEP-971", "2022", 316_023, 0},
		}},
		shipped{name: "elections_2012_t1", path: "elections/presidentielle_2012_t1.csv.gz", rows: 2 * 102, totals: []total{
			{"cul_registered_voters", "FR", "2012", 46_028_542, 0},
			{"cul_voters", "FR", "2012", 36_584_399, 0},
		}},
		shipped{name: "elections_2012_t2", path: "elections/presidentielle_2012_t2.csv.gz", rows: 2 * 102, totals: []total{
			{"cul_registered_voters_t2", "FR", "2012", 46_066_307, 0},
			{"cul_voters_t2", "FR", "2012", 37_016_309, 0},
		}},
		shipped{name: "elections_2017_t2", path: "elections/Presidentielle_2017_Resultats_Tour_2.xlsx", rows: 2 * (1 + 18 + 101), totals: []total{
			{"cul_registered_voters_t2", "FR", "2017", 46_837_183, 0},
			{"cul_registered_voters_t2", "region", "2017", 45_871_385, 0},
			{"cul_registered_voters_t2", "departement", "2017", 45_871_385, 0},
			{"cul_voters_t2", "region", "2017", 34_673_734, 0},
		}},
		shipped{name: "communes_cyclabilite", path: "communes-indicateurs/cyclabilite.xlsx", rows: 2 * 34_836, totals: []total{
			{"mob_cyclable_roads_30", "COM-2A004", "2021", 0.089, 0},
		}},
		shipped{name: "communes_eloignement", path: "communes-indicateurs/eloignement.xlsx", rows: 3 * (34_944 + 101 + 18), totals: []total{ // 27676 was born in 2022
			{"mob_far_proximity_share", "COM-01002", "2021", 100, 0},
			{"mob_far_intermediate_share", "REG-94", "2021", 29.1, 0},
		}},
		shipped{name: "communes_suroccupation", path: "communes-indicateurs/suroccupation.xlsx", rows: 34_944 + 101 + 18, totals: []total{
			{"log_overcrowding_share", "COM-01004", "2020", 3.1, 0},
			{"log_overcrowding_share", "REG-94", "2020", 5.4, 0},
		}},
		shipped{name: "communes_securite", path: "communes-indicateurs/securite.xlsx", rows: 4 * (34_944 + 101 + 18), totals: []total{
			{"sec_local_burglary_per_1000", "COM-01004", "2022", 5.9, 0},
			{"sec_local_drug_use_per_1000", "REG-94", "2022", 2.2, 0},
		}},
		shipped{name: "communes_parcelles_bio", path: "communes-indicateurs/parcelles_bio.xlsx", rows: 34_944, totals: []total{
			{"ali_organic_conversion_share", "COM-97616", "2023", 7.9, 0},
		}},
		shipped{name: "communes_impermeabilisation", path: "communes-indicateurs/surface_impermeable.xlsx", rows: 34_813 + 95 + 13, totals: []total{
			{"env_sealed_area_share", "REG-94", "2021", 1.052243076018034, 0},
		}},
		shipped{name: "communes_couvert_forestier", path: "communes-indicateurs/couvert_forestier.xlsx", rows: 34_813 + 95 + 13, totals: []total{
			{"env_tree_cover_share", "REG-44", "2021", 28.99819026631244, 0},
		}},
		shipped{name: "communes_atmo", path: "communes-indicateurs/atmo.xlsx", rows: 376},
		shipped{name: "communes_eaux_souterraines", path: "communes-indicateurs/qualite_eaux_souterraines.xlsx", rows: 1_373},
		shipped{name: "communes_secheresse", path: "communes-indicateurs/secheresse.xlsx", rows: 933},
		shipped{name: "rna_associations", path: "rna-associations/rna_import_*.csv.gz", rows: 942, totals: []total{
			{"lie_register_associations", "COM-23096", "2025", 562, 0},
		}},
		shipped{name: "sdmx_bpe_commune", path: "sdmx/insee-bpe-2021/BPE_TOWN_SAMPLE.csv", rows: 28, totals: []total{
			{"bpe_town_halls", "commune", "2021", 6, 0},
		}},
		shipped{name: "sdmx_bpe_detail", path: "sdmx/insee-bpe-2021/BPE_DETAIL_SAMPLE.csv.gz", rows: 6_371, totals: []total{
			{"bpe_sample_equipment", "commune", "2021", 20_000, 0},
		}},
		shipped{name: "sdmx_population_legale", path: "sdmx/insee-bpe-2021/LEGAL_POP_NUTS3.csv", rows: 300, totals: []total{
			{"ctx_population_census", "departement", "2021", 67_408_052, 0},
			{"ctx_population_legal_total", "departement", "2021", 68_620_565, 0},
			{"ctx_communes", "departement", "2021", 34_928, 0},
		}},
		shipped{name: "sdmx_insee_cna", path: "sdmx/tests/INSEE/CNA-2010-CONSO-SI-A17.xml", rows: 2, totals: []total{
			{"ctx_public_consumption_price", "FR", "2014", 89.9, 0},
		}},
		shipped{name: "sdmx_insee_ipi", path: "sdmx/tests/INSEE/IPI-2010-A21.xml.gz", rows: 10 * 310, totals: []total{
			{"dev_production_extraction_raw", "FM", "2015-10", 105.61, 0},
		}},
		shipped{name: "sdmx_insee_bdm", path: "sdmx/tests/INSEE/bug-series-freq-data.xml.gz", rows: 3 * 252, totals: []total{
			{"emp_jobseekers_a", "FM", "2016-11", 3_548_500, 0},
		}},
		shipped{name: "autres_population", path: "autres-departement/density-*.csv", rows: 200, totals: []total{
			{"autres_population_municipale", "departement", "2012", 65_241_241, 0},
			{"autres_population_municipale", "departement", "2022", 67_760_573, 0},
		}},
		shipped{name: "autres_niveau_de_vie", path: "autres-departement/median_2022.xlsx", rows: 96, totals: []total{
			{"autres_niveau_de_vie_median", "DEP-75", "2022", 29_730, 0},
		}},
		shipped{name: "autres_revenus", path: "autres-departement/revenus_2022.csv", rows: 101, totals: []total{
			{"autres_revenu_mensuel", "DEP-75", "2022", 4_269, 0},
			{"autres_revenu_mensuel", "departement", "2022", 227_097, 0},
		}},
		shipped{name: "derive_departement", path: "derive-tiers/agg_dep.json.gz", rows: 3 * 96, totals: []total{
			{"derive_population", "departement", "2022", 65_846_255, 0},
		}},
		shipped{name: "derive_region", path: "derive-tiers/agg_reg.json.gz", rows: 3 * 13, totals: []total{
			{"derive_population", "region", "2022", 65_846_255, 0},
		}},
	)
	refusals["sdmx_bpe_departement"] = refusal{"sdmx/insee-bpe-2021/BPE_NUTS3.csv", "BPE_NUTS3.csv, ligne 9598 : dernière ligne coupée, champs : 3 au lieu de 4"}
	refusals["sdmx_json_departement"] = refusal{"sdmx/sdmx-json/agri.json", "colonne « TYPEQU » absente"}
}

// TestShippedRefused reads the real files that are refused whole.
func TestShippedRefused(t *testing.T) {
	dir := sharedData(t)
	for name, s := range refusals {
		d := description(t, name)
		file, r, size := delivery(t, filepath.Join(dir, filepath.FromSlash(s.path)))
		table, _, err := Read(t.Context(), d, file, r, size, Env{Vintage: geography(t, d), Catalogue: catalogue(t)})
		if table != nil || err == nil || !strings.Contains(err.Error(), s.words) {
			t.Errorf("%s: table %v, error %v, want a refusal with %q", name, table, err, s.words)
		}
	}
}

// TestShippedForeign reads the exchange messages that speak of other countries
// or hold no data: nothing is read, and the fault says what was found.
func TestShippedForeign(t *testing.T) {
	dir := filepath.Join(sharedData(t), "sdmx")
	foreign := `name = "foreign"
title = "t"
producer = "p"
licence = "l"
files = ["*"]
levels = ["national"]
vintage = 2021
[[table]]
[table.territory]
column = "COUNTRY"
level = "national"
[table.period]
column = "TIME_PERIOD"
[table.value]
column = "OBS_VALUE"
status = "OBS_STATUS"
[[table.series]]
code = "births"
when = { DEMO = "LBIRTHST" }
label = "Naissances"
unit = "count"
`
	for _, c := range []struct{ path, column, want string }{
		{"tests/ESTAT/demography-xs.xml", "COUNTRY", "ligne 4, colonne « COUNTRY » : territoire « BE » inconnu"},
		{"sdmx-json/agri.json", "REF_AREA", "colonne « DEMO » absente"},
		{"sdmx-json/exr-time-series.json", "CURRENCY", "colonne « DEMO » absente"},
		{"tests/ESTAT/footer.xml", "COUNTRY", "sans données"},
		{"tests/INSEE/gh-205.xml", "COUNTRY", "sans données"},
	} {
		d, err := ParseDescription([]byte(strings.Replace(foreign, "COUNTRY", c.column, 1)))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(c.path)))
		if err != nil {
			t.Fatal(err)
		}
		table, _, err := readAs(t, d, filepath.Base(c.path), b)
		if table != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: table %v, error %v, want %q", c.path, table, err, c.want)
		}
	}
}

// edited is a shipped description with parts of its text replaced, as an
// analyst who leaves a trap in would write it.
func edited(t *testing.T, name string, pairs ...string) *Description {
	t.Helper()
	raw, err := data.Read("source/" + name + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s: %q is not in the description", name, pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	d, err := ParseDescription([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// madeUp is the made-up file of a shipped description.
func madeUp(t *testing.T, name string) (string, []byte) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("testdata", name, "*_valeurs_inventees.*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v, %v", name, found, err)
	}
	b, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(found[0]), b
}

func readAs(t *testing.T, d *Description, file string, b []byte) (*dataset.Table, Report, error) {
	t.Helper()
	return Read(context.Background(), d, file, bytes.NewReader(b), int64(len(b)), Env{Vintage: vintage(t, d.Vintage), Catalogue: catalogue(t)})
}

// said is all that the faults of a reading tell a person.
func said(t *testing.T, err error) string {
	t.Helper()
	l, ok := errors.AsType[fault.List](err)
	if !ok {
		t.Fatalf("not faults: %v", err)
	}
	var b strings.Builder
	for _, f := range l {
		b.WriteString(f.What + " → " + f.Do + "\n")
	}
	return b.String()
}

// TestTrapsRefused leaves in, one at a time, the traps that the descriptions
// know: each is refused, nothing is read, and the fault names the place.
func TestTrapsRefused(t *testing.T) {
	for _, c := range []struct {
		trap, name string
		edits      []string
		more       string // added to the made-up file
		want       []string
	}{
		{trap: "last line cut", name: "sdmx_bpe_departement", more: "\"55\";\"F303\";\"2021\"", want: []string{"ligne 6", "tronqué"}},
		{trap: "codes without their zero", name: "sante_cnam_pathologies", edits: []string{"pad    = 2\n", ""}, want: []string{"ligne 3", "« dept »", "« 9 »", "pad = 2"}},
		{trap: "cantons taken for départements", name: "elections_2012_t1", edits: []string{"sum    = true\n", ""}, want: []string{"lignes 2 et 3", "DEP-01"}},
		{trap: "territories of no département", name: "elections_2022_t1", edits: []string{`"ZX", "ZZ"]`, `"ZX"]`}, want: []string{"ligne 8", "« ZZ »"}},
		{trap: "IRIS among communes", name: "communes_couvert_forestier", edits: []string{"  { column = \"niveau\", in = [\"Iris\"], reason = \"IRIS : maille plus fine que la commune\" },\n", ""}, want: []string{"feuille « Sheet1 »", "ligne 2", "« Iris »"}},
		{trap: "a text in a column of numbers", name: "communes_securite", edits: []string{"\"N/A - résultat non disponible\" = \"S\"\n", ""}, want: []string{"feuille « Data »", "ligne 2", "N/A - résultat non disponible"}},
		{trap: "a formula error", name: "communes_cyclabilite", edits: []string{"\"#N/A\" = \"M\"\n", ""}, want: []string{"feuille « COMMUNES »", "ligne 4", "#N/A"}},
		{trap: "a division by zero in words", name: "communes_suroccupation", edits: []string{"\"N/A - division par 0\"          = \"M\" # no dwelling to share\n", ""}, want: []string{"ligne 3", "division par 0"}},
		{trap: "a name in several départements", name: "rna_associations", edits: []string{"within = { column = \"gestion\", match = '^(?P<territory>..)' }\n", "", "unmatched = \"report\"", "unmatched = \"refuse\""}, want: []string{"ligne 4", "« AUBUSSON »", "COM-23008"}},
		{trap: "no code at all", name: "autres_revenus", more: "\nÎle inventée,1 000", want: []string{"ligne 6", "« Île inventée »", "rewrite"}},
		{trap: "a mean called France", name: "derive_departement", edits: []string{`leave = [{ column = "code", in = ["00FR"], reason = "moyenne des départements, pas un total" }]`, ""}, want: []string{"ligne 2", "« 00FR »"}},
	} {
		t.Run(c.trap, func(t *testing.T) {
			d := edited(t, c.name, c.edits...)
			file, b := madeUp(t, c.name)
			table, _, err := readAs(t, d, file, append(b, c.more...))
			if err == nil || table != nil {
				t.Fatalf("read: table %v, error %v", table, err)
			}
			for _, want := range append(c.want, file) {
				if !strings.Contains(said(t, err), want) {
					t.Errorf("no %q in %s", want, said(t, err))
				}
			}
		})
	}
}

// TestMeanTakenForTotal takes the row « 00FR » for France: the declared control
// refuses it, since the parts do not add up to it.
func TestMeanTakenForTotal(t *testing.T) {
	d := edited(t, "derive_departement",
		`leave = [{ column = "code", in = ["00FR"], reason = "moyenne des départements, pas un total" }]`, "",
		"level  = \"departement\"\n", "level  = \"departement\"\nrewrite = { \"00FR\" = \"FR\" }\n")
	file, b := madeUp(t, d.Name)
	table, _, err := readAs(t, d, file, b)
	if err != nil {
		t.Fatal(err)
	}
	in := dataset.Checking{Vintage: vintage(t, d.Vintage), Catalogue: catalogue(t)}
	for _, c := range d.Checks {
		in.Controls = append(in.Controls, dataset.Control{Kind: c.Kind, Series: c.Series, Of: c.Of, Is: c.Is, Tolerance: c.Tolerance})
	}
	refused := dataset.Refused(dataset.Check(table, in))
	if len(refused) == 0 || refused[0].Territory != "FR" {
		t.Errorf("refused %v, want the total of France", refused)
	}
}

// TestMessagesWithoutData refuses the messages that hold no observation, with
// what they say instead.
func TestMessagesWithoutData(t *testing.T) {
	const head = `<?xml version="1.0"?><m:%s xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" xmlns:f="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message/footer" xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"><m:Header><m:ID>I</m:ID></m:Header>`
	for _, c := range []struct{ root, body, want string }{
		{"Structure", `<m:Structures/>`, "Structure"},
		{"GenericData", `<f:Footer><f:Message code="413"><c:Text>La réponse sera écrite ailleurs</c:Text></f:Message></f:Footer>`, "La réponse sera écrite ailleurs"},
	} {
		d := description(t, "sdmx_insee_cna")
		text := strings.Replace(head, "%s", c.root, 1) + c.body + "</m:" + c.root + ">"
		if _, _, err := readAs(t, d, "CNA-2010-CONSO-SI-A17.xml", []byte(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.root, err, c.want)
		}
	}
}

// TestRegisterIsNoRate holds the register of associations to counts: no
// denominator, no creation, never in the index.
func TestRegisterIsNoRate(t *testing.T) {
	for _, i := range description(t, "rna_associations").Indicators() {
		if i.Nature != "count" || i.Denominator != "" || i.Unit != "count" || i.InIndex {
			t.Errorf("%s: %+v", i.Code, i)
		}
	}
}
