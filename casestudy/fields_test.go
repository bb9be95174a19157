package casestudy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/lang"
	"vigie/territory"
)

// full is a record in which nothing is empty.
func full() Record {
	v := 1800.5
	return Record{
		Text:         Text{"Titre", "Résumé", map[string]string{"keys": "clés", "context": "contexte", "zzz": "autre"}},
		Language:     "fr",
		Translations: map[string]Text{"en": {"Title", "Summary", map[string]string{"context": "context"}}},
		Territories:  []territory.Code{"COM-25056", "REG-27"}, Scope: "local", Domains: []string{"AUT", "LOG"}, SDGs: []int{3, 11},
		Actors:    []Actor{{"Ville de Besançon", "local_authority", "lead"}, {"Régie", "company", "partner"}},
		Relations: []string{"patronage"}, Forms: []string{"partnership"}, Objectives: []string{"innovation"}, Phase: "rd", StartYear: 2008, EndYear: 2021,
		Impacts:  []Impact{{"trust", "Des voisins se parlent.", "la régie"}},
		Evidence: []Evidence{{"Personnes hébergées", &v, "personnes", "2021", 1, "announced"}},
		Media:    []Media{{"ab12", "image/png", 600, 400, "Une maison", "Régie"}},
		Contacts: []Contact{{"Régie", "https://regie.fr"}},
		Sources:  []Source{{"Article", "https://journal.fr/a", "2021-03"}},
		Licence:  "CC BY 4.0", Consent: Consent{"Régie", "2026-01-02"}, Parent: "k1",
	}
}

// Every text, number and code of the JSON of a record is a leaf, in a path of
// the same names; setting every leaf gives the record back.
func TestLeavesAreTheRecord(t *testing.T) {
	r := full()
	leaves := Leaves(r)
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := json.Unmarshal(raw, &tree); err != nil {
		t.Fatal(err)
	}
	var want []string
	walk("", tree, func(path string) { want = append(want, path) })
	var got []string
	for _, l := range leaves {
		got = append(got, l.Path)
	}
	if got[0] != "title" || got[2] != "sections.context" || got[4] != "sections.zzz" || got[5] != "territories.1" {
		t.Errorf("order: %v", got)
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := record(t, "record")
		same, _ := Merge(Record{}, r, Record{})
		if d := cmp.Diff(Leaves(r), Leaves(same)); d != "" {
			t.Fatal(d)
		}
	})
}

func walk(path string, v any, each func(string)) {
	switch v := v.(type) {
	case map[string]any:
		for k, in := range v {
			walk(strings.TrimPrefix(path+"."+k, "."), in, each)
		}
	case []any:
		for i, in := range v {
			walk(path+"."+itoa(i+1), in, each)
		}
	default:
		each(path)
	}
}

func TestLabel(t *testing.T) {
	for path, want := range map[string]string{
		"actors.2.role": "Acteur 2, rôle", "title": "Titre", "sections.context": "Contexte et besoin", "sections.zzz": "zzz",
		"translations.en.summary": "Résumé (en)", "consent.on": "Date de l’accord", "nothing.3.else": "nothing.3.else", "nothing": "nothing",
		"domains.1": "Domaine 1", "evidence.level": "Preuves, niveau de preuve",
	} {
		if got := Label(lang.FR, path); got != want {
			t.Errorf("Label(%q) = %q; want %q", path, got, want)
		}
	}
	for _, l := range Leaves(full()) {
		for _, in := range []lang.Lang{lang.FR, lang.EN} {
			if got := Label(in, l.Path); got == l.Path || strings.Contains(got, ".") {
				t.Errorf("Label(%s, %q) = %q", in, l.Path, got)
			}
		}
	}
}

func TestListOf(t *testing.T) {
	for path, want := range map[string]string{
		"domains.1": "domain", "domains": "domain", "actors.2.role": "actor_role", "actors.2.name": "", "actors": "", "phase": "evaluation_phase",
		"evidence.1.level": "evidence_level", "evidence.1.claim": "", "impacts.1.axis": "impact", "sdgs.1": "sdg", "title": "", "media.1.alt": "", "x": "",
	} {
		if got := ListOf(path); got != want {
			t.Errorf("ListOf(%q) = %q; want %q", path, got, want)
		}
	}
}
