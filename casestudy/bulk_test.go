package casestudy

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"vigie/territory"
)

// namedPlaces knows a few names, as a search of territories would.
func namedPlaces(name string) []PlaceMatch {
	switch name {
	case "Besançon", "besancon":
		return []PlaceMatch{{"COM-25056", "Besançon", true}}
	case "Bezançon":
		return []PlaceMatch{{"COM-25056", "Besançon", false}, {"COM-55049", "Bézange", false}}
	case "Saint-Denis":
		return []PlaceMatch{{"COM-97411", "Saint-Denis (974)", true}, {"COM-93066", "Saint-Denis (93)", true}}
	}
	return nil
}

// bulkOf reads a table of « column: cell » lines and one identifier.
func bulkOf(t testing.TB, table ...string) Row {
	t.Helper()
	header, cells := []string{"Identifiant", "Titre"}, []string{"f1", "Une ressourcerie"}
	for _, line := range table {
		name, cell, _ := strings.Cut(line, ": ")
		header, cells = append(header, name), append(cells, cell)
	}
	in := lists(t)
	in.Place = func(c territory.Code) bool { return c != "COM-99999" }
	b, l := NewBulk(header, in, namedPlaces)
	if len(l) > 0 {
		t.Fatalf("header: %v", l)
	}
	return b.Row(7, cells)
}

func TestBulkRow(t *testing.T) {
	row := bulkOf(t,
		"RESUME: <p>Une <b>ressourcerie</b></p>", "Territoires: besancon ; DEP-25 | REG-27", "Échelle: Locale", "thématiques: emploi ; LOG", "ODD: 8, ODD 11;12",
		"Partenaires: Ville de Besançon (Collectivités territoriales, Porteur) | SNCF (Société nationale) | Ademe (funder, état & institutions nationales) | Habitants",
		"Types de relation: Mécénat", "Formes: partnership", "objectifs: Innovation", "Phase: R&D", "Début: 01/09/2008", "Année de fin: 2021.0",
		"Contexte et besoin: Un contexte", "keys: Des clés", "Effet confiance: On se parle.",
		"Preuves: Emplois = 12,5 équivalents temps plein (2021, announced, source 2) | Un fait sans chiffre | Surface = 1 800 m²",
		"Sources: Un article <https://journal.fr/a> | www.ville.fr/page", "Contacts: Ville : mailto:contact@ville.fr", "Licence: CC BY 4.0", "Accord de: Ville", "Date de l'accord: 2026-01-02")
	jobs, area := 12.5, 1800.0
	want := Record{
		Text:     Text{"Une ressourcerie", "Une ressourcerie", map[string]string{"context": "Un contexte", "keys": "Des clés"}},
		Language: "fr", Territories: []territory.Code{"COM-25056", "DEP-25", "REG-27"}, Scope: "local", Domains: []string{"EMP", "LOG"}, SDGs: []int{8, 11, 12},
		Actors:    []Actor{{"Ville de Besançon", "local_authority", "lead"}, {"SNCF (Société nationale)", "", ""}, {"Ademe", "state", "funder"}, {"Habitants", "", ""}},
		Relations: []string{"patronage"}, Forms: []string{"partnership"}, Objectives: []string{"innovation"}, Phase: "rd", StartYear: 2008, EndYear: 2021,
		Impacts: []Impact{{Axis: "trust", Text: "On se parle."}},
		Evidence: []Evidence{
			{"Emplois", &jobs, "équivalents temps plein", "2021", 2, "announced"}, {Claim: "Un fait sans chiffre"}, {Claim: "Surface", Value: &area, Unit: "m²"},
		},
		Sources:  []Source{{"Un article", "https://journal.fr/a", ""}, {"ville.fr", "https://www.ville.fr/page", ""}},
		Contacts: []Contact{{"Ville", "mailto:contact@ville.fr"}}, Licence: "CC BY 4.0", Consent: Consent{"Ville", "2026-01-02"},
	}
	if d := cmp.Diff(want, row.Record); d != "" {
		t.Error(d)
	}
	if row.Line != 7 || row.ExternalID != "f1" || Severe(row.Faults) {
		t.Errorf("%+v", row)
	}
	var told []string
	for _, f := range row.Faults {
		told = append(told, f.Field)
	}
	if d := cmp.Diff([]string{"sources.2.title", "summary"}, told); d != "" {
		t.Error(d)
	}
}

func TestBulkFaults(t *testing.T) {
	cases := []struct {
		column   string
		field    string
		said     string // in What or Do
		severe   bool
		proposed string // the code of the first proposal
	}{
		{"Domaines: Emploie", "domains.1", "voulez-vous dire « EMP »", true, "EMP"},
		{"Domaines: qqqqqq", "domains.1", "« qqqqqq »", true, ""},
		{"Territoires: Bezançon", "territories.1", "voulez-vous dire « Besançon » (COM-25056)", true, "COM-25056"},
		{"Territoires: Saint-Denis", "territories.1", "plusieurs territoires", true, "COM-97411"},
		{"Territoires: Xyz", "territories.1", "« Xyz » inconnu", true, ""},
		{"Territoires: COM-99999", "territories.1", "COM-99999", true, ""},
		{"ODD: 18", "sdgs.1", "1 à 17", true, ""},
		{"Année de début: bientôt", "start_year", "« bientôt »", true, ""},
		{"Année de fin: 1066", "end_year", "1066", true, ""},
		{"Acteurs: Régie (company, patron)", "actors.1.role", "actor_role", true, ""},
		{"Acteurs: Régie (entreprise, porteur)", "actors.1.profile", "« company »", true, "company"},
		{"Phase: deploiment", "phase", "« deployment »", true, "deployment"},
		{"Résumé: <script>alert(1)</script>Bon", "summary", "HTML", false, ""},
		{"Résumé: =1+1", "summary", "commence par « = »", false, ""},
		{"Résumé: @SUM(A1)", "summary", "commence par « @ »", false, ""},
		{"Preuves: =HYPERLINK(\"http://x\")", "evidence.1.claim", "commence par « = »", false, ""},
		{"Résumé: a\x00b", "summary", "invisibles", false, ""},
		{"Résumé: " + strings.Repeat("a", 4001), "summary", "4001 caractères", true, ""},
		{"Résumé: <b>" + strings.Repeat("a", 4001) + "</b>", "summary", "4001 caractères", true, ""},
		{"Sources: Page <http://127.0.0.1/admin>", "sources.1.address", "privée", true, ""},
		{"Sources: Page <javascript:alert(1)>", "sources.1.address", "http", true, ""},
		{"Preuves: Emplois = 12 emplois (2021, source 4)", "evidence.1.source", "source 4", true, ""},
		{"Contacts: Régie : https://regie.fr", "consent", "accord", true, ""},
		{"Licence: libre", "licence", "libre", true, ""},
	}
	for _, c := range cases {
		row := bulkOf(t, c.column)
		at := slices.IndexFunc(row.Faults, func(f Fault) bool { return f.Field == c.field && strings.Contains(f.What+f.Do, c.said) })
		if at < 0 || row.Faults[at].Severe != c.severe {
			t.Errorf("%.60s: %+v", c.column, row.Faults)
			continue
		}
		got := ""
		if len(row.Proposals) > 0 {
			got = row.Proposals[0].Code
		}
		if got != c.proposed {
			t.Errorf("%.60s: proposes %q; want %q", c.column, got, c.proposed)
		}
	}
}

func TestBulkHeader(t *testing.T) {
	for _, c := range []struct {
		header, said string
		severe       bool
	}{
		{"Identifiant,Titre", "", false},
		{"external_id,title,sections.context,relationship_types", "", false},
		{"Titre", "pas de colonne « Identifiant »", true},
		{"Identifiant", "pas de colonne « Titre »", true},
		{"Identifiant,Titre,Nom", "gardez une seule", true},
		{"Identifiant,Titre,Resumes", "voulez-vous dire « Résumé »", false},
		{"Identifiant,Titre,zzzz", "elle n'est pas lue", false},
		{"Identifiant,Titre,,", "", false},
	} {
		_, l := NewBulk(strings.Split(c.header, ","), lists(t), nil)
		if Severe(l) != c.severe || (len(l) == 0) != (c.said == "") || len(l) > 0 && !strings.Contains(l[0].What+l[0].Do, c.said) {
			t.Errorf("%s: %+v", c.header, l)
		}
	}
}

func TestBulkIdentifiers(t *testing.T) {
	b, _ := NewBulk([]string{"Identifiant", "Titre"}, lists(t), nil)
	for line, c := range [][]string{{"a", "Un"}, {"b", "Deux"}, {" a ", "Trois"}, {"", "Quatre"}, {"c", ""}, {"d", "Cinq", "de trop"}} {
		row := b.Row(line+2, c)
		want := []string{"", "", "déjà donné ligne 2", "identifiant absent", "titre absent", "dépasse la première ligne"}[line]
		if Severe(row.Faults) != (want != "") || want != "" && !strings.Contains(row.Faults[0].What, want) {
			t.Errorf("line %d: %+v", row.Line, row.Faults)
		}
	}
}

// What the base exports in JSON comes back as it was.
func TestBulkJSON(t *testing.T) {
	_, records := seeds(t)
	var all []map[string]any
	for i, r := range records {
		raw, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		m := map[string]any{}
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		m["external_id"] = fmt.Sprint("k", i)
		all = append(all, m)
	}
	array, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	var lined strings.Builder
	for _, m := range all {
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		lined.Write(raw)
		lined.WriteByte('\n')
	}
	for _, data := range []string{string(array), "\uFEFF" + lined.String()} {
		b, _ := NewBulk(nil, lists(t), nil)
		rows, err := b.JSON([]byte(data))
		if err != nil || len(rows) != 65 {
			t.Fatal(len(rows), err)
		}
		for i, row := range rows {
			if d := cmp.Diff(records[i], row.Record); d != "" || len(row.Faults) > 0 || row.ExternalID != fmt.Sprint("k", i) {
				t.Errorf("%v\n%s", row.Faults, d)
			}
		}
	}
	for data, want := range map[string]string{
		``: "aucune fiche", `[]`: "aucune fiche", `[{}`: "mal formé", `nope`: "mal formé", `[{}] {}`: "après la dernière",
	} {
		b, _ := NewBulk(nil, lists(t), nil)
		if _, err := b.JSON([]byte(data)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("JSON(%s): %v", data, err)
		}
	}
	b, _ := NewBulk(nil, lists(t), nil)
	rows, err := b.JSON([]byte(`{"external_id":"a","title":"A","colour":"x"} {"external_id":"b","title":3} {"external_id":"c","title":"C","media":[{"artifact":"x"}],"domains":["Emploi"]}`))
	if err != nil || len(rows) != 3 || !strings.Contains(rows[0].Faults[0].What, "champ inconnu colour") || !strings.Contains(rows[1].Faults[0].What, "type dans title") {
		t.Fatalf("%+v %v", rows, err)
	}
	if r := rows[2]; len(r.Record.Media) > 0 || Severe(r.Faults) || r.Faults[0].Field != "media" || r.Record.Domains[0] != "EMP" {
		t.Errorf("%+v", r)
	}
}

// The guide names every column that is read.
func TestGuideNamesColumns(t *testing.T) {
	guide, err := os.ReadFile("../doc/operate/cases.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range columns {
		if !strings.Contains(string(guide), "| "+c.name+" |") {
			t.Errorf("the guide does not name the column « %s »", c.name)
		}
	}
	for _, term := range lists(t).Terms.Terms("case_section") {
		if !strings.Contains(string(guide), "| "+term.LabelFR+" |") {
			t.Errorf("the guide does not name the section « %s »", term.LabelFR)
		}
	}
}

// Whatever a row holds, it is read without losing it silently: the record is
// clean, and a cell that gave nothing has a fault.
func FuzzBulkRow(f *testing.F) {
	for _, s := range []string{"f1\x1fTitre\x1fRégie (company, lead) | x\x1fEmplois = 12 (2021)", "\x1f\x1f((\x1f= = =", "a\x1f<b>\x1f)(\x1f=(,,,)", "é\x1f@x\x1f;|;\x1f1e9 = 9999999999999999999999"} {
		f.Add(s)
	}
	in := lists(f)
	f.Fuzz(func(t *testing.T, s string) {
		b, _ := NewBulk([]string{"Identifiant", "Titre", "Acteurs", "Preuves", "Territoires", "Domaines", "ODD", "Année de début", "Sources", "Contacts"}, in, namedPlaces)
		row := b.Row(1, strings.Split(s, "\x1f"))
		again, said := Clean(row.Record)
		if d := cmp.Diff(row.Record, again); d != "" || len(said) > 0 {
			t.Errorf("%q is not clean: %v\n%s", s, said, d)
		}
		for _, l := range Leaves(row.Record) {
			if !utf8.ValidString(l.Value) || strings.ContainsRune(l.Value, 0) {
				t.Errorf("%q leaves %q in %s", s, l.Value, l.Path)
			}
		}
		if !Severe(row.Faults) && (row.ExternalID == "" || row.Record.Title == "") {
			t.Errorf("%q is accepted: %+v", s, row)
		}
	})
}

func BenchmarkBulkRow(b *testing.B) {
	in := lists(b)
	for b.Loop() {
		k, _ := NewBulk([]string{"Identifiant", "Titre", "Acteurs", "Preuves", "Territoires", "Domaines", "Résumé"}, in, namedPlaces)
		k.Row(1, []string{"a", "Titre", "Régie (company, lead) | Ville (local_authority)", "Emplois = 12 (2021)", "Besançon", "emploi ; LOG", strings.Repeat("Un mot. ", 100)})
	}
}
