package lang

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTypography(t *testing.T) {
	cases := []struct{ in, want string }{
		{"l'emploi d'abord", "l’emploi d’abord"},
		{`dit "oui" et "non"`, "dit «\u00A0oui\u00A0» et «\u00A0non\u00A0»"},
		{"« déjà »", "«\u00A0déjà\u00A0»"},
		{"«collé»", "«\u00A0collé\u00A0»"},
		{"Pourquoi ? Ah ! bien ; ici : là", "Pourquoi\u202F? Ah\u202F! bien\u202F; ici\u00A0: là"},
		{"Pourquoi? Ah! bien; ici: là", "Pourquoi\u202F? Ah\u202F! bien\u202F; ici\u00A0: là"},
		{"Quoi ?!", "Quoi\u202F?!"},
		{"12,5 % et 3%", "12,5\u00A0% et 3\u00A0%"},
		{"{x} %, {x}%", "{x}\u00A0%, {x}\u00A0%"},
		{"20 €", "20\u00A0€"},
		{"pour 1 000 habitants et 68 042 591 personnes", "pour 1\u202F000 habitants et 68\u202F042\u202F591 personnes"},
		{"en 2026 100 communes, COM-01 001, 01 000", "en 2026 100 communes, COM-01 001, 01 000"},
		{"https://exemple.fr/a?b=c%20d à 12:30", "https://exemple.fr/a?b=c%20d à 12:30"},
		{"n° 4", "n°\u00A04"},
		{"et...", "et…"},
		{"{ok|vraiment ?|non : jamais}", "{ok|vraiment\u202F?|non\u00A0: jamais}"},
		{"« sûr ? »", "«\u00A0sûr\u202F?\u00A0»"},
		{"", ""}, {"?", "?"}, {"rien à faire", "rien à faire"},
	}
	for _, c := range cases {
		if got := Typography(c.in); got != c.want {
			t.Errorf("Typography(%q) = %q; want %q", c.in, got, c.want)
		}
		if again := Typography(c.want); again != c.want {
			t.Errorf("Typography is not idempotent: %q becomes %q", c.want, again)
		}
	}
	if got := Typeset(EN, `it's "here"...`); got != "it’s “here”…" {
		t.Errorf("Typeset(en) = %q", got)
	}
}

// Setting adds, removes or changes spaces, quotes, apostrophes and dots only.
func TestTypographyKeepsWords(t *testing.T) {
	words := strings.NewReplacer(" ", "", NBSP, "", Narrow, "", "'", "", "’", "", `"`, "", "«", "", "»", "", "…", "", ".", "")
	rapid.Check(t, func(r *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("ab1230 é':;!?%€«»\".{}|\u00A0\u202F"))).Draw(r, "s")
		once := Typography(s)
		if words.Replace(s) != words.Replace(once) {
			r.Fatalf("Typography(%q) = %q changes words", s, once)
		}
		if twice := Typography(once); twice != once {
			r.Fatalf("Typography(%q) = %q, then %q", s, once, twice)
		}
	})
}

func TestFold(t *testing.T) {
	cases := []struct{ in, want string }{
		{"Saint-Étienne", "saint etienne"},
		{"St Etienne", "saint etienne"},
		{"Ste-Mère-l'Église", "sainte mere l eglise"},
		{"L’Haÿ-les-Roses", "l hay les roses"},
		{"Œuilly", "oeuilly"},
		{"Cœur d'Ostrevent  [C.C.C.O.]", "coeur d ostrevent c c c o"},
		{"Ærø straße", "aerø strasse"},
		{"ÉMILE", "emile"},
		{"  ", ""},
		{"2A004", "2a004"},
	}
	for _, c := range cases {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q; want %q", c.in, got, c.want)
		}
	}
	if Compare("Étampes", "Evry") >= 0 || Compare("a", "a") != 0 || Compare("é", "e") == 0 {
		t.Error("Compare does not order as French readers do")
	}
}

func TestDate(t *testing.T) {
	cases := []struct {
		l        Lang
		in, want string
	}{
		{FR, "2026-11-22", "22\u00A0novembre 2026"},
		{FR, "2026-01-01", "1er\u00A0janvier 2026"},
		{EN, "2026-01-01", "1\u00A0January 2026"},
		{FR, "2026-11", "novembre 2026"},
		{FR, "2022", "2022"},
		{FR, "2022-Q3", "3e trimestre 2022"},
		{FR, "2022-Q1", "1er trimestre 2022"},
		{EN, "2022-Q3", "3rd quarter of 2022"},
		{FR, "2015-2017", "2015-2017"},
		{FR, "2026-13-01", "2026-13-01"},
		{FR, "2026-1-1", "2026-1-1"},
		{FR, "2026-00", "2026-00"},
		{FR, "-", "-"},
		{FR, "2022-Q5", "2022-Q5"},
	}
	for _, c := range cases {
		if got := Period(c.l, c.in); got != c.want {
			t.Errorf("Period(%s, %q) = %q; want %q", c.l, c.in, got, c.want)
		}
	}
}

func TestListAndSentence(t *testing.T) {
	cases := []struct{ got, want string }{
		{List(FR, nil), ""},
		{List(FR, []string{"a"}), "a"},
		{List(FR, []string{"a", "b"}), "a et b"},
		{List(FR, []string{"a", "b", "c"}), "a, b et c"},
		{List(EN, []string{"a", "b", "c"}), "a, b and c"},
		{Either(FR, []string{"a", "b", "c"}), "a, b ou c"},
		{Sentence("élan"), "Élan"},
		{Sentence(""), ""},
		{Sentence("les Ardennes"), "Les Ardennes"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("got %q; want %q", c.got, c.want)
		}
	}
	if l, ok := Parse("en"); l != EN || !ok || l.Other() != FR || FR.Other() != EN {
		t.Error("Parse or Other is wrong")
	}
	if _, ok := Parse("de"); ok {
		t.Error("Parse accepts de")
	}
}
