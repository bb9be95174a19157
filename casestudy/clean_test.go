package casestudy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestCleanText(t *testing.T) {
	for _, c := range []struct {
		in, want           string
		lines, marked, bad bool
	}{
		{"Une  ressourcerie\t à Dole ", "Une ressourcerie à Dole", false, false, false},
		{"<p>Une <b>ferme</b></p><p>deux</p>", "Une ferme\n\ndeux", true, true, false},
		{"<p>Une <b>ferme</b></p><p>deux</p>", "Une ferme deux", false, true, false},
		{"avant<script>alert('x')</script>après", "avantaprès", false, true, false},
		{"avant<script>alert('x')", "avant", false, true, false},
		{"avant <img src=x onerror=alert(1)", "avant", false, true, false},
		{"<svg onload=alert(1)><text>x</text></svg>ici", "ici", false, true, false},
		{"&lt;script&gt;alert(1)&lt;/script&gt;bon", "bon", false, true, false},
		{"&amp;lt;b&amp;gt;gras", "gras", false, true, false},
		{"3 < 5 et 5 > 3, R&D, M&Ms, <3", "3 < 5 et 5 > 3, R&D, M&Ms, <3", false, false, false},
		{"L&#39;eau &eacute;cologique", "L'eau écologique", false, true, false},
		{"un\r\ndeux\r\n\r\n\r\n\r\ntrois", "un\ndeux\n\ntrois", true, false, false},
		{"a\x00b\x07c", "abc", false, false, true},
		{"sûr\u202Etxt.exe", "sûrtxt.exe", false, false, true},
		{"\uFEFFdébut", "début", false, false, false},
		{"\xff\xfeoctets", "octets", false, false, true},
		{"e\u0301te\u0301", "été", false, false, false},
		{"qui\u202F? « oui\u00A0»", "qui\u202F? « oui\u00A0»", false, false, false},
		{"=HYPERLINK(\"https://x\")", "=HYPERLINK(\"https://x\")", false, false, false},
	} {
		got, marked, bad := cleanText(c.in, c.lines)
		if got != c.want || marked != c.marked || bad != c.bad {
			t.Errorf("cleanText(%q) = %q, %v, %v; want %q, %v, %v", c.in, got, marked, bad, c.want, c.marked, c.bad)
		}
	}
}

func TestClean(t *testing.T) {
	r := full()
	r.Title = "  <em>Titre</em> "
	r.Sources = append([]Source{{}}, r.Sources...)
	r.Evidence[0].Source = 2
	r.Domains = []string{"AUT", "", "AUT", "LOG"}
	r.SDGs = []int{11, 3, 11}
	want := full()
	got, said := Clean(r)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(said) != 1 || said[0].Field != "title" || Severe(said) {
		t.Errorf("told %v", said)
	}
}

// A text that has no place in a record is told, not lost.
func TestCleanTellsTextsOfNoPlace(t *testing.T) {
	r := full()
	r.Sections[""] = "perdu"
	r.Translations["e.n"] = Text{Title: "lost"}
	_, said := Clean(r)
	if len(said) != 2 || !Severe(said) || said[0].Field != "sections." || said[1].Field != "translations.e.n.title" {
		t.Errorf("told %+v", said)
	}
}

// Cleaning twice changes nothing and has nothing more to tell; no text that
// comes out holds a tag.
func TestCleanProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		in := record(r, "record")
		in.Summary = rapid.OneOf(rapid.StringMatching(`([<>&;/a-c !'"=#0-9\n]|lt|gt|amp|script|svg|p){0,20}`), rapid.String()).Draw(r, "summary")
		in.Actors = append(in.Actors, Actor{Name: in.Summary})
		once, _ := Clean(in)
		twice, said := Clean(once)
		if d := cmp.Diff(once, twice); d != "" || len(said) > 0 {
			r.Fatalf("%v\n%s", said, d)
		}
		if tagLike.MatchString(once.Summary) {
			r.Fatalf("%q leaves %q", in.Summary, once.Summary)
		}
	})
}

func FuzzCleanText(f *testing.F) {
	for _, s := range []string{"<p>a</p>", "&lt;b>", "\x00", "<!-- a", "a<b c", "<<p>", "&#60;p>", "<plaintext>a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, _, _ := cleanText(s, true)
		twice, marked, bad := cleanText(once, true)
		if twice != once || marked || bad || strings.ContainsRune(once, 0) {
			t.Errorf("cleanText(%q) = %q, then %q (%v, %v)", s, once, twice, marked, bad)
		}
	})
}
