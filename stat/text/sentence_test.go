package text

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct{ name, text string }{ // | between the sentences
		{"plain", "Une régie a vu le jour.| Elle emploie huit personnes !| Et demain ?"},
		{"title", "M. Durand et Mme. Petit président.| Le Dr. Roux suit.| Ste. Anne aussi."},
		{"initials", "Le prix J. Moulin et le fonds J.-P. Dupont.| Puis A. B. Martin."},
		{"numbers", "Le n° 3 coûte 12,5 M€ (art. 4, p. 12).| En 2019.| 18 communes suivent. "},
		{"abbreviations", "De sept. 2019 à déc. 2020, env. 300 hab. y vivent, etc.| La suite vient."},
		{"acronym", "Un P.T.C.E. rural, la S.N.C.F.| Elle paie 1.500 euros sur www.exemple.fr."},
		{"quotation", "Le maire dit : « C’est à nous. Nous le ferons. » dans la presse.| Puis il part."},
		{"end of a quotation", "« Nous le ferons ! »| Il est parti.| « Vraiment ? » dit-elle."},
		{"open quotation", "Il dit : « Venez.| Nous irons."},
		{"ellipsis", "On attend…| Puis rien... ou presque.| Fin?!| Oui"},
		{"brackets", "Elle cherche (encore.)| [Note.]| Voilà."},
		{"lines", "Premier point|\n|\nSecond point. |\r\n– Oui.| – Non."},
		{"item", "1. Faire avec les habitants.| 2. Recommencer."},
		{"thin spaces", "Est-ce vrai\u202f?| Oui\u00a0!| «\u00a0Bien.\u00a0»| Fin."},
		{"lower case", "Le projet (ex. a. b.) suit. et continue."},
		{"nothing", ""},
		{"space only", " \n\t "},
	} {
		var want, got []string
		for _, part := range strings.Split(c.text, "|") {
			if part = strings.TrimFunc(part, unicode.IsSpace); part != "" {
				want = append(want, part)
			}
		}
		whole := strings.ReplaceAll(c.text, "|", "")
		for _, s := range Sentences(whole) {
			got = append(got, whole[s.Start:s.End])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: Sentences(%q) = %q; want %q", c.name, whole, got, want)
		}
	}
}

// Sentences come in order, do not overlap, have no space around them, and leave
// out nothing but space.
func FuzzSentences(f *testing.F) {
	for _, s := range []string{"M. X. « Y. » Z.", "a.\xff. B", "« « »", "J.-. A", "\u2028. «. A»"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, one := range Sentences(s) {
			if one.Start < at || one.End <= one.Start || one.End > len(s) {
				t.Fatalf("%q: %+v after %d", s, one, at)
			}
			if strings.TrimSpace(s[at:one.Start]) != "" || strings.TrimSpace(s[one.Start:one.End]) != s[one.Start:one.End] {
				t.Fatalf("%q: %+v leaves out %q", s, one, s[at:one.Start])
			}
			at = one.End
		}
		if strings.TrimSpace(s[at:]) != "" {
			t.Fatalf("%q: leaves out %q", s, s[at:])
		}
	})
}
