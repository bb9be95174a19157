package casestudy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/territory"
)

// shownWords writes runs as « un [-deux][+trois] ».
func shownWords(list []Word) string {
	var b strings.Builder
	for _, w := range list {
		if w.Op == ' ' {
			b.WriteString(w.Text)
			continue
		}
		b.WriteString("[" + string(w.Op) + w.Text + "]")
	}
	return b.String()
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"la commune prête un terrain", "la commune vend un terrain", "la commune [-prête][+vend] un terrain"},
		{"l'eau de Vittel", "l'air de Vittel", "l'[-eau][+air] de Vittel"},
		{"l’eau", "l’eau potable", "l’eau[+ potable]"},
		{"un deux trois quatre", "un cinq six quatre", "un [-deux trois][+cinq six] quatre"},
		{"", "un", "[+un]"},
		{"un", "", "[-un]"},
		{"un", "un", "un"},
		{"44 colocations", "60 colocations", "[-44][+60] colocations"},
		{"a b c d", "a x c d", "a [-b][+x] c d"},
		{"Déjà, ici.", "Déjà ici.", "Déjà[-,] ici."},
	} {
		if got := shownWords(Words(c.before, c.after)); got != c.want {
			t.Errorf("Words(%q, %q) = %s; want %s", c.before, c.after, got, c.want)
		}
	}
}

// The runs give both texts back, and no telling by words is shorter.
func TestWordsProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`([abc][ '’,]?){0,9}`), rapid.String())
		a, b := text.Draw(r, "a"), text.Draw(r, "b")
		var before, after strings.Builder
		for _, w := range Words(a, b) {
			if w.Text == "" {
				r.Fatalf("Words(%q, %q): an empty run", a, b)
			}
			if w.Op != '+' {
				before.WriteString(w.Text)
			}
			if w.Op != '-' {
				after.WriteString(w.Text)
			}
		}
		if before.String() != a || after.String() != b {
			r.Fatalf("Words(%q, %q) tells %q, %q", a, b, before.String(), after.String())
		}
		x, y := cutWords(a), cutWords(b)
		if strings.Join(x, "") != a {
			r.Fatalf("cutWords(%q) = %q", a, x)
		}
		if trace := reach(x, y); len(trace)-1 != len(x)+len(y)-2*longestCommon(x, y) {
			r.Fatalf("%q to %q in %d edits; %d is the least", a, b, len(trace)-1, len(x)+len(y)-2*longestCommon(x, y))
		}
	})
}

// longestCommon is the textbook length of the longest common subsequence.
func longestCommon(a, b []string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1] + 1
			default:
				d[i][j] = max(d[i-1][j], d[i][j-1])
			}
		}
	}
	return d[len(a)][len(b)]
}

// Two long texts without a word in common take no longer than they should.
func TestWordsOfStrangers(t *testing.T) {
	a, b := strings.Repeat("un ", 20000), strings.Repeat("deux. ", 20000)
	if got := Words(a, b); len(got) < 2 || len(got) > 4 {
		t.Errorf("%d runs", len(got))
	}
}

func TestDiff(t *testing.T) {
	a := full()
	b, _ := Merge(Record{}, a, Record{})
	if d := Diff(a, b); len(d) > 0 {
		t.Errorf("Diff of a copy: %v", d)
	}
	b.Title = "Titre nouveau"
	b.Territories = []territory.Code{"REG-27", "COM-25056"}
	b.Actors = []Actor{{"État", "state", ""}, {"Ville de Besançon", "local_authority", "funder"}}
	b.Sources = []Source{{Title: "Neuf", Address: "https://neuf.fr"}, a.Sources[0]}
	b.Evidence[0].Source = 2
	b.EndYear = 0
	b.Translations = nil
	want := []Change{
		{"title", "Titre", "Titre nouveau", []Word{{' ', "Titre"}, {'+', " nouveau"}}},
		{"territories", "COM-25056\nREG-27", "REG-27\nCOM-25056", nil},
		{"actors.1.name", "", "État", nil},
		{"actors.1.profile", "", "state", nil},
		{"actors.2.role", "lead", "funder", nil},
		{"actors.2.name", "Régie", "", nil},
		{"actors.2.profile", "company", "", nil},
		{"actors.2.role", "partner", "", nil},
		{"end_year", "2021", "", nil},
		{"sources.1.title", "", "Neuf", nil},
		{"sources.1.address", "", "https://neuf.fr", nil},
		{"translations.en.title", "Title", "", nil},
		{"translations.en.summary", "Summary", "", nil},
		{"translations.en.sections.context", "context", "", nil},
	}
	if d := cmp.Diff(want, Diff(a, b)); d != "" {
		t.Error(d)
	}
}

// Two records differ in some field if and only if they are not the same.
func TestDiffProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := record(r, "a")
		b := edited(r, a)
		got := Diff(a, b)
		if (len(got) == 0) != cmp.Equal(a, b) {
			r.Fatalf("%d changes\n%s", len(got), cmp.Diff(a, b))
		}
		if d := cmp.Diff(got, Diff(a, b)); d != "" {
			r.Fatal(d)
		}
	})
}

func FuzzWords(f *testing.F) {
	f.Add("l'eau", "l’air")
	f.Add("\xff a", "a \xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		var before, after string
		for _, w := range Words(a, b) {
			if w.Op != '+' {
				before += w.Text
			}
			if w.Op != '-' {
				after += w.Text
			}
		}
		if before != a || after != b {
			t.Errorf("Words(%q, %q) tells %q, %q", a, b, before, after)
		}
	})
}
