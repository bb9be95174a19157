package source

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/dataset"
)

// realTrap is a trap of a real file and what becomes of it: with the edits, the
// description forgets the trap.
type realTrap struct {
	trap, name string
	path       string // "" for the file of the full run
	edits      []string
	refused    string // words of the faults, "" when the file is read
	found      string // words of a finding
	unread     string // a column that nothing reads
	left       LeftOut
	facts      []total
	secret     int // secret observations of the first fact's column
}

// realTraps are the traps of the issue, then others of the same files. Values
// were read in the files by other means.
var realTraps = []realTrap{
	{trap: "totals mixed with parts", name: "insee_naissances_2022", edits: []string{`'^Départements d.outre-mer$'`, `'^never$'`},
		refused: "natality_2022.xlsx, feuille « NBNAIS », ligne 121, colonne « Mois de naissance » : territoire « Départements d'outre-mer » inconnu"},
	{trap: "totals of some regions", name: "insee_pib", edits: []string{`"total d'une partie des régions"`, `"x"`, `'^(Dom|`, `'^(never|`},
		refused: "feuille « PIB en valeur 1990-2022 », ligne 26, colonne « Année » : territoire « Dom » inconnu"},
	{trap: "Paris, Lyon and Marseille twice", name: "insee_comparateur", edits: []string{`'^(751\d\d|132\d\d|6938\d)$'`, `'^$'`},
		refused: "ligne 34967, colonne « CODGEO » : territoire « 13201 » inconnu dans la géographie 2021 (arrondissement municipal de Marseille"},
	{trap: "Paris, Lyon and Marseille once; secret cells that are no zeros", name: "insee_comparateur", secret: 30_571,
		left:  LeftOut{"arrondissement municipal, déjà compté dans sa ville", 32 * 45},
		facts: []total{{"pau_poverty_rate", "COM-75056", "2019", 15, 0}, {"ctx_population_census", "commune", "2018", 66_732_538, 0}}},
	{trap: "targets read as measures", name: "barometre_action_publique_2024", edits: []string{`"indic_va"`, `"indic_vc"`},
		refused: "aucune observation gardée"},
	{trap: "targets dated in the future", name: "barometre_action_publique_2024", edits: []string{`"indic_va"`, `"indic_vc"`, `published = "2024-10-31"`, `published = "2030-12-31"`},
		found: "edu_maths_grade6, 2026, DEP-01 (ligne 3210) : la période commence après le 31"},
	{trap: "last line cut", name: "sdmx_bpe_departement", path: "sdmx/insee-bpe-2021/BPE_NUTS3.csv",
		refused: "BPE_NUTS3.csv, ligne 9598 : dernière ligne coupée, champs : 3 au lieu de 4"},
	{trap: "2009**", name: "drees_minima_sociaux",
		facts: []total{{"drees_old_age_minimum_recipients", "FR", "2009", 569_390, 0}, {"drees_old_age_minimum_recipients", "DEP-01", "2009", 2_870, 0}}},
	{trap: "2009** not read", name: "drees_minima_sociaux", edits: []string{`( ?\(\d\)|\*+)?$`, `$`}, unread: "2009**"},
	{trap: "spaces in numbers", name: "autres_revenus", facts: []total{{"autres_revenu_mensuel", "DEP-75", "2022", 4_269, 0}}},
	{trap: "22 regions among the 13", name: "eurostat_nuts", edits: []string{"vintage   = 2015", "vintage   = 2026"},
		refused: "eurostat_FR_nuts0-2.csv, ligne 215, colonne « geo » : territoire « FRC1 » inconnu dans la géographie 2026"},
	{trap: "22 regions by their names", name: "insee_naissances_2012", edits: []string{"vintage = 2012", "vintage = 2022"},
		refused: "natality_2012.xlsx, feuille « n1de », ligne 31, colonne « #1 » : territoire « Champagne-Ardenne » inconnu"},
	{trap: "a France row that is an average", name: "derive_departement", edits: []string{
		`leave = [{ column = "code", in = ["00FR"], reason = "moyenne des départements, pas un total" }]`, "",
		"level  = \"departement\"\n", "level  = \"departement\"\nrewrite = { \"00FR\" = \"FR\" }\n"},
		found: "derive_population, 2023, FR (ligne 2) : la ligne n’est pas un total, elle est plus petite que la plus grande de ses parties"},
	{trap: "a total that counts each region twice", name: "barometre_action_publique_2024", edits: []string{`, enforce_zone_id = "~^[DR]"`, ""},
		facts: []total{{"bap_ind_887", "FR", "2023", 4_968, 0}},
		found: "bap_ind_887, 2023, FR (ligne 62248) : le total compte deux fois chaque partie ; 4 968 ici, 2 477 pour la somme de ses 18 régions"},
	{trap: "the same as shipped: the regions alone", name: "barometre_action_publique_2024", facts: []total{{"bap_ind_887", "region", "2023", 2_477, 0}}},
	{trap: "latin-1 declared UTF-8", name: "drees_prevalences_aide_sociale", edits: []string{`"windows-1252"`, `"utf-8"`},
		refused: "ASDEPprevalaidessoc.csv.gz, ligne 8 : octets qui ne sont pas de l'UTF-8"},
	{trap: "levels mixed in one table", name: "communes_eloignement", edits: []string{`unmatched = "report"`, `unmatched = "refuse"`,
		"level_column = \"scale\"\nlevel_marks  = { Commune = \"commune\", \"Département\" = \"departement\", \"Région\" = \"region\" }\n", "level = \"commune\"\n"},
		refused: "eloignement.xlsx, feuille « Data », ligne 34947, colonne « code_insee » : territoire « 1.0 » inconnu"},
	{trap: "a decimal comma", name: "ssmsi_delinquance", edits: []string{`decimal   = ","`, `decimal   = "."`},
		refused: "ligne 2, colonne « taux_pour_mille » : « 0,0078318 » n'est pas un nombre"},
	{trap: "codes without their zero", name: "sante_cnam_pathologies", edits: []string{"pad    = 2\n", ""},
		refused: "ligne 266, colonne « dept » : « 9 » n'est pas un code de département : il a perdu ses zéros de gauche"},
}

// TestTrapsOfRealFiles leaves in, one at a time, the traps of the real files: the
// file is refused at the line, or what is read is found implausible. As shipped,
// a description counts what it leaves out and reads the value beside the trap.
func TestTrapsOfRealFiles(t *testing.T) {
	dir := sharedData(t)
	for _, c := range realTraps {
		t.Run(c.trap, func(t *testing.T) {
			d := edited(t, c.name, c.edits...)
			path := c.path
			if i := slices.IndexFunc(real, func(s shipped) bool { return s.name == c.name }); path == "" && i >= 0 {
				path = real[i].path
			}
			file, r, size := delivery(t, filepath.Join(dir, filepath.FromSlash(path)))
			env := Env{Vintage: geography(t, d), Catalogue: catalogue(t).With(d.Indicators())}
			table, report, err := Read(t.Context(), d, file, r, size, env)
			if (err != nil) != (c.refused != "") {
				t.Fatalf("%v; want %q", err, c.refused)
			}
			if err != nil {
				if words := said(t, err); !strings.Contains(words, c.refused) || table != nil {
					t.Errorf("no %q in %s", c.refused, words)
				}
				return
			}
			c.check(t, table, &report, dataset.Checking{Vintage: env.Vintage, Catalogue: env.Catalogue, Today: "2024-10-31"})
		})
	}
}

// check holds what was read to what the trap says of it.
func (c *realTrap) check(t *testing.T, table *dataset.Table, report *Report, in dataset.Checking) {
	t.Helper()
	if c.left.Rows > 0 && !slices.Contains(report.LeftOut, c.left) {
		t.Errorf("left out %v; want %v", report.LeftOut, c.left)
	}
	if c.unread != "" && !slices.ContainsFunc(report.Sheets, func(s SheetReport) bool { return slices.Contains(s.Unread, c.unread) }) {
		t.Errorf("no column %q among those that nothing reads", c.unread)
	}
	for _, f := range c.facts {
		if got := f.sum(table); got != f.x {
			t.Errorf("%s of %s in %s: %v, want %v", f.code, f.of, f.period, got, f.x)
		}
	}
	if c.secret > 0 {
		col := table.Column(c.facts[0].code, c.facts[0].period)
		secret, zero := 0, 0
		for i, s := range col.Status {
			if s == dataset.Secret {
				secret++
			} else if col.X[i] == 0 {
				zero++
			}
		}
		if secret != c.secret || zero > 0 {
			t.Errorf("%d secret, %d zeros; want %d and none", secret, zero, c.secret)
		}
	}
	if c.found != "" && !slices.ContainsFunc(dataset.Check(table, in), func(f dataset.Finding) bool {
		return strings.Contains(strings.ReplaceAll(f.String(), "\u00a0", " "), c.found)
	}) {
		t.Errorf("not found: %q", c.found)
	}
}
