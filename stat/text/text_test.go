package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"L’économie d'énergie", "économie énergie"},
		{"Qu’est-ce qu'un PTCE ?", "est ce un ptce"},
		{"jusqu'à l'an 2000, aujourd’hui", "à an 2000 aujourdhui"},
		{"Clus'Ter Jura, Log'ins, Rêv'Elles, Bout' à Bout'", "cluster jura logins rêvelles bout à bout"},
		{"un P.T.C.E. ou une S.C.I.C", "un ptce ou une scic"},
		{"M. Dupont. A. et B.", "m dupont a et b"},
		{"co-voiturage, Co‑construction, tiers-lieu", "covoiturage co construction tiers lieu"},
		{norm.NFD.String("Élève à l'œuvre"), "élève à œuvre"},
		{"10 000 m², 3,5 %", "10 000 m 3 5"},
		{"", ""}, {"« » – !", ""}, {"d'", "d"}, {"co-", "co"},
	} {
		var got []string
		for _, token := range Tokens(c.text) {
			got = append(got, token.Word)
		}
		if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
			t.Errorf("Tokens(%q): %s", c.text, d)
		}
	}
}

func TestTokensSayWhereTheyStand(t *testing.T) {
	s := "À l’économie d'énergie du P.T.C.E."
	var got []string
	for _, token := range Tokens(s) {
		got = append(got, s[token.Start:token.End])
	}
	if d := cmp.Diff([]string{"À", "économie", "énergie", "du", "P.T.C.E"}, got); d != "" {
		t.Error(d)
	}
}

func TestAnalyzeMeets(t *testing.T) {
	for _, c := range [][2]string{
		{"l’économie d'énergie", "economies ENERGIE"},
		{"les personnes âgées", "personne agée"},
		{"des éoliennes", "éolienne"},
		{"coopératives d'intérêt collectif", "COOPERATIVE INTERET COLLECTIFS"},
		{"cœur de bœuf", "coeurs bœufs"},
		{"chômeurs de longue durée", "chômeur longues durées"},
	} {
		a, b := strings.Join(Analyze(c[0]), " "), strings.Join(Analyze(c[1]), " ")
		if a != b {
			t.Errorf("Analyze(%q) = %q; Analyze(%q) = %q", c[0], a, c[1], b)
		}
	}
}

// TestStems asks that a word and the same without accents share a stem.
func TestStems(t *testing.T) {
	for _, word := range []string{"âgées", "retraités", "énergétique", "santé", "médiation", "sécurité", "décrochés", "fragilité", "bénévoles", "élèves", "été", "forêt", "marché"} {
		plain := Stems(Fold(word))[0]
		if !strings.Contains(" "+strings.Join(Stems(word), " ")+" ", " "+plain+" ") {
			t.Errorf("Stems(%q) = %v lacks %q, the stem of %q", word, Stems(word), plain, Fold(word))
		}
	}
}

func TestStop(t *testing.T) {
	for word, want := range map[string]bool{"les": true, "où": true, "ou": true, "été": false, "comment": true, "emploi": false, "tiers": false, "même": true, "meme": true} {
		if Stop(word) != want {
			t.Errorf("Stop(%q) = %v", word, !want)
		}
	}
	if !StopEnglish("the") || StopEnglish("health") || StemEnglish("cities") != StemEnglish("city") {
		t.Error("English words are not known")
	}
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{"Œuvre d’Été, ÆGIR": "oeuvre d ete  aegir", "déjà vu": "deja vu", "Straße": "strasse", "ИВАН": "иван"} {
		if got := Fold(text); got != want {
			t.Errorf("Fold(%q) = %q; want %q", text, got, want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"l’économie", "P.T.C.E.", "co-voiturage", "a'b'c'd", "\xff\xfe", "e\u0301", "ﬁn d'", "Ⅳ İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, token := range Tokens(s) {
			if token.Start < last || token.End <= token.Start || token.End > len(s) {
				t.Fatalf("Tokens(%q): %+v after %d", s, token, last)
			}
			last = token.End
			if utf8.ValidString(s) && !utf8.ValidString(s[token.Start:token.End]) {
				t.Fatalf("Tokens(%q): %+v cuts a letter", s, token)
			}
		}
		Analyze(s)
		Trigrams(s)
		if Fold(Fold(s)) != Fold(s) && utf8.ValidString(s) {
			t.Fatalf("Fold(%q) = %q; again %q", s, Fold(s), Fold(Fold(s)))
		}
	})
}
