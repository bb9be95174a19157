package casestudy

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestParseQuery(t *testing.T) {
	v, err := url.ParseQuery("q=+garage%0A solidaire &domaine=MOB&domaine=EMP&domaine=MOB&region=REG-84&de=2000&a=2020&tri=titre&par=50&apres=50&ignored=1")
	if err != nil {
		t.Fatal(err)
	}
	q, refused := ParseQuery(v)
	want := Query{Text: "garage solidaire", Facets: map[Facet][]string{Domain: {"EMP", "MOB"}, Region: {"REG-84"}},
		From: 2000, To: 2020, Sort: ByTitle, Limit: 50, Offset: 50}
	if d := cmp.Diff(want, q); d != "" || len(refused) > 0 {
		t.Errorf("%v %s", refused, d)
	}
	if got := q.Values().Encode(); got != "a=2020&apres=50&de=2000&domaine=EMP&domaine=MOB&par=50&q=garage+solidaire&region=REG-84&tri=titre" {
		t.Errorf("Values = %s", got)
	}
	if len((Query{Limit: DefaultLimit, Sort: ByRelevance}).Values()) > 0 {
		t.Error("what is usual is in the address")
	}
}

func TestParseQueryRefuses(t *testing.T) {
	for parameters, want := range map[string]string{
		"q=" + strings.Repeat("a", MostText+1):   "trop longue",
		"q=" + strings.Repeat("a+", MostWords+1): "trop de mots",
		"tri=prix":                               "« prix » n'existe pas",
		"de=12":                                  "n'est pas une année",
		"a=deux":                                 "n'est pas une année",
		"de=2020&a=2010":                         "est vide",
		"par=7":                                  "20, 50 ou 100",
		"apres=-1":                               "rang de résultat",
		"domaine=" + strings.Repeat("x", longestValue+1): "filtre « domaine »",
		"reseau=a%00b": "filtre « reseau »",
		"odd=" + strings.Join(manyNumbers(MostValues+1), "&odd="): "trop de valeurs",
	} {
		v, _ := url.ParseQuery(parameters)
		q, refused := ParseQuery(v)
		if len(refused) != 1 || !strings.Contains(refused[0], want) {
			t.Errorf("%.40s: %q; want %q", parameters, refused, want)
		}
		if _, again := ParseQuery(q.Values()); len(again) > 0 {
			t.Errorf("%.40s: what was kept is refused: %q", parameters, again)
		}
	}
}

func manyNumbers(n int) []string {
	var out []string
	for i := range n {
		out = append(out, strings.Repeat("1", i+1))
	}
	return out
}

func TestWithAndWithout(t *testing.T) {
	q := Query{Text: "a", Offset: 40}
	with := q.With(Domain, "MOB").With(Domain, "EMP").With(Domain, "MOB")
	if d := cmp.Diff(Query{Text: "a", Facets: map[Facet][]string{Domain: {"EMP", "MOB"}}}, with); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"MOB"}, with.Without(Domain, "EMP").Facets[Domain]); d != "" {
		t.Error(d)
	}
	if with.Without(Domain, "").Facets != nil || len(with.Facets[Domain]) != 2 {
		t.Error("Without has changed the query it was given, or left an empty facet")
	}
}

// FuzzParseQuery asks that any parameters give a query whose address gives it
// back, nothing being refused the second time.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{"q=l%27eau&domaine=EMP", "q=%ff&de=2000&a=1999", "tri=recent&par=100&apres=3", "q=%22a+b%22+-c&reseau=%C3%A9", "odd=1&odd=01&odd="} {
		f.Add(s)
	}
	b := NewBase([]Entry{{Slug: "a", State: Published, Record: Record{Text: Text{Title: "L'eau et l'énergie", Summary: "Une association d'habitants"}}}}, Names{})
	f.Fuzz(func(t *testing.T, s string) {
		v, _ := url.ParseQuery(s)
		q, _ := ParseQuery(v)
		again, refused := ParseQuery(q.Values())
		if d := cmp.Diff(q, again); d != "" || len(refused) > 0 {
			t.Fatalf("%q: %v %s", s, refused, d)
		}
		if q.Values().Encode() != again.Values().Encode() {
			t.Fatalf("%q: two addresses of one query", s)
		}
		found := b.Search(q)
		for _, h := range found.Hits {
			for _, m := range h.Excerpt.Marks {
				if !utf8.ValidString(h.Excerpt.Text[m.Start:m.End]) {
					t.Fatalf("%q: mark %v of %q", s, m, h.Excerpt.Text)
				}
			}
		}
	})
}
