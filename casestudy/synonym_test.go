package casestudy

import (
	"strings"
	"testing"
)

func TestOwnSynonyms(t *testing.T) {
	s := ownSynonyms()
	for _, c := range []struct {
		typed, found string
		related      bool
	}{
		{"PTCE", "pôle territorial de coopération économique", false},
		{"pole territorial de cooperation economique", "PTCE", false},
		{"personnes agees", "senior", false},
		{"désert médical", "centre de santé", true},
	} {
		ok := false
		key := expressions(c.typed, false)[0].key
		for _, e := range s.forms[key] {
			ok = ok || e.Text == c.found && e.Related == c.related
		}
		if !ok {
			t.Errorf("%q does not lead to %q: %+v", c.typed, c.found, s.forms[key])
		}
	}
	for _, e := range s.forms[keyOf("café")] {
		if strings.Contains(e.Text, "allocations") {
			t.Errorf("café leads to %q", e.Text)
		}
	}
	if !s.weak[keyOf("projets")] || s.weak[keyOf("emploi")] {
		t.Error("weak words")
	}
}

func TestParseSynonymsRefuses(t *testing.T) {
	for list, want := range map[string]string{
		"forms\na\n":                      "colonne « related »",
		"forms,related\n,b\n":             "ligne 2, colonne « forms »",
		"forms,related\nvélo|à la rue,\n": "« à la rue » ne garde qu'un mot",
		"forms,related\n\"a,b\n":          "CSV mal formé",
	} {
		if _, err := ParseSynonyms([]byte(list), []byte("word\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", list, err, want)
		}
	}
	if _, err := ParseSynonyms([]byte("forms,related\nvélo|bicyclette,\n"), []byte("words\n")); err == nil {
		t.Error("a list of weak words without its column passes")
	}
}
