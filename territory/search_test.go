package territory

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vigie/lang"
)

var extras = []Entry{
	{Kind: "domain", LabelFR: "Emploi, chômage & insertion professionnelle", LabelEN: "Employment", Href: "/domaines/EMP", Words: []string{"EMP"}, Weight: 1 << 40},
	{Kind: "domain", LabelFR: "Santé & accès aux soins", LabelEN: "Health & access to care", Href: "/domaines/SAN", Words: []string{"SAN"}, Weight: 1 << 40},
	{Kind: "indicator", LabelFR: "Taux de chômage localisé", LabelEN: "Unemployment rate", Href: "/indicateurs/emp_unemployment_rate", Words: []string{"emp_unemployment_rate"}},
	{Kind: "indicator", LabelFR: "Part des 75 ans et plus", LabelEN: "Share of people over 75", Href: "/indicateurs/aut"},
}

func realSearch(t testing.TB) *Search {
	t.Helper()
	p, err := ParsePostcodes(starter(t, "postcodes.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return NewSearch(vintage(t, 2026), p, extras)
}

// name is what a test expects of a hit: a code, or the address of an entry.
func name(h Hit) string {
	if h.Code != "" {
		return string(h.Code)
	}
	return h.Href
}

func TestFind(t *testing.T) {
	s := realSearch(t)
	cases := []struct {
		query string
		want  string // the first hits, in order
		match Match  // of the first
	}{
		{"Charleville-Mézières", "COM-08105", Exact},
		{"charleville mezieres", "COM-08105", Exact},
		{"CHARLEVILLE", "COM-51129 COM-08105", Exact},
		{"charleville-m", "COM-08105", Prefix},
		{"st etienne", "COM-42218", Exact},
		{"saint-étienne", "COM-42218", Exact},
		{"ste marie la mer", "COM-66182", Exact},
		{"saint denis", "COM-97411 COM-93066", Exact},
		{"saint denis 93", "COM-93066", ByWord},
		{"Saint-Denis (Seine-Saint-Denis)", "COM-93066", Exact},
		{"Saint-Denis (974)", "COM-97411", Exact},
		{"saint denis reunion", "COM-97411", ByWord},
		{"l'hay les roses", "COM-94038", Exact},
		{"rochelle", "COM-17300 EPCI-241700434", Exact},
		{"lyon", "COM-69123 EPCI-200046977", Exact},
		{"stras", "COM-67482", Prefix},
		{"st", "COM-67482", Prefix},
		{"st d", "COM-97411 COM-93066", Prefix},
		{"le havre", "COM-76351", Exact},
		{"havre", "COM-76351", Exact},
		{"reunion", "REG-04", Exact},
		{"ardennes", "DEP-08", Exact},
		{"bretagne", "REG-53", Exact},
		{"france", "FR", Exact},
		{"métropole de lyon", "EPCI-200046977", Exact},
		{"communaute de communes bugey sud", "EPCI-200040350", Exact},
		{"CC Bugey Sud", "EPCI-200040350", Exact},
		{"bugey sud", "EPCI-200040350", Exact},
		{"08", "DEP-08", ByCode},
		{"8", "DEP-08", ByCode},
		{"2a", "DEP-2A", ByCode},
		{"974", "DEP-974", ByCode},
		{"75011", "COM-75056", ByPostcode},
		{"08000", "COM-08105", ByPostcode},
		{"2A004", "COM-2A004", ByCode},
		{"2a00", "COM-2A004", ByCode},
		{"COM-01001", "COM-01001", ByCode},
		{"dep-08", "DEP-08", ByCode},
		{"200040350", "EPCI-200040350", ByCode},
		{"emploi", "/domaines/EMP", Prefix},
		{"chomage", "/domaines/EMP /indicateurs/emp_unemployment_rate", ByWord},
		{"insertion chomage", "/domaines/EMP", ByWord},
		{"sante", "/domaines/SAN", Prefix},
		{"health", "/domaines/SAN", Prefix},
		{"emp", "/domaines/EMP", Exact},
		{"emp_unemployment_rate", "/indicateurs/emp_unemployment_rate", Exact},
		{"charlevile mezieres", "COM-08105", Typo},
		{"charlevlile", "COM-51129 COM-08105", Typo},
		{"marsielle", "COM-13055", Typo},
		{"bordaux", "COM-33063", Typo},
		{"strabsourg", "COM-67482", Typo},
		{"zzzzzz", "", ""},
		{"", "", ""},
		{" -' ", "", ""},
		{"99999", "", ""},
	}
	for _, c := range cases {
		hits := s.Find(c.query, 8)
		var got []string
		for _, h := range hits {
			got = append(got, name(h))
		}
		if c.want == "" {
			if len(hits) > 0 {
				t.Errorf("Find(%q) = %v; want nothing", c.query, got)
			}
			continue
		}
		want := strings.Split(c.want, " ")
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) || hits[0].Match != c.match {
			t.Errorf("Find(%q) = %v (%v); want %v (%s)", c.query, got, hits, want, c.match)
		}
	}
}

func TestFindTellsNamesakesApart(t *testing.T) {
	s := realSearch(t)
	want := []string{"La Réunion (974)", "Seine-Saint-Denis (93)"}
	hits := s.Find("Saint-Denis", 2)
	if d := cmp.Diff(want, []string{hits[0].Detail, hits[1].Detail}); d != "" {
		t.Error(d)
	}
	h := s.Find("27 novembre", 1)
	if len(h) != 0 {
		t.Errorf("Find(27 novembre) = %v", h)
	}
	e := s.Find("EPCI-200040350", 1)[0]
	if e.Label(lang.FR) != "Communauté de communes Bugey Sud" || e.Detail != "Ain (01)" || e.Kind != "epci" {
		t.Errorf("EPCI hit = %+v", e)
	}
	if got := s.Find("emploi", 1)[0].Label(lang.EN); got != "Employment" {
		t.Errorf("English label %q", got)
	}
	st := s.Find("st", 40)
	if !slices.ContainsFunc(st, func(h Hit) bool { return strings.HasPrefix(h.LabelFR, "Saint") }) {
		t.Errorf("Find(st) = %v", st)
	}
}

// Every commune is found by its own name, with and without accents, and by its
// official code; answers never repeat nor exceed the limit.
func TestEveryCommuneIsFound(t *testing.T) {
	s := realSearch(t)
	communes := s.v.ByLevel(Commune)
	for i := 0; i < len(communes); i += 331 {
		c := communes[i]
		for _, q := range []string{c.Label, lang.Fold(c.Label), c.Code.Official(), string(c.Code)} {
			hits := s.Find(q, 60)
			if !slices.ContainsFunc(hits, func(h Hit) bool { return h.Code == c.Code }) {
				t.Errorf("Find(%q) misses %s", q, c.Code)
			}
			for k, h := range hits {
				if slices.ContainsFunc(hits[:k], func(o Hit) bool { return name(o) == name(h) }) {
					t.Errorf("Find(%q) repeats %s", q, name(h))
				}
			}
		}
	}
}

// Anything typed gives an ordered answer within the limit, the same each time.
func TestFindProperties(t *testing.T) {
	s := realSearch(t)
	rapid.Check(t, func(r *rapid.T) {
		q := rapid.OneOf(rapid.StringMatching(`[a-eéSt' 0-9-]{0,9}`), rapid.String()).Draw(r, "query")
		limit := rapid.IntRange(0, 12).Draw(r, "limit")
		a, b := s.Find(q, limit), s.Find(q, limit)
		if d := cmp.Diff(a, b); d != "" || len(a) > limit {
			r.Fatalf("Find(%q, %d): %d hits\n%s", q, limit, len(a), d)
		}
	})
}

func FuzzFind(f *testing.F) {
	v, err := ParseVintage(2026, small())
	if err != nil {
		f.Fatal(err)
	}
	s := NewSearch(v, Postcodes{{"75001", "COM-75056"}, {"98000", "COM-98001"}}, extras)
	for _, q := range []string{"paris", "75", "75001", "st denis reunion", "prais", "\xff", "2A", "com-75056"} {
		f.Add(q)
	}
	f.Fuzz(func(t *testing.T, q string) {
		for _, h := range s.Find(q, 5) {
			if !utf8.ValidString(h.LabelFR) || h.LabelFR == "" {
				t.Errorf("Find(%q) = %+v", q, h)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	s := realSearch(b)
	for _, q := range []string{"paris", "s", "saint", "saint denis reunion", "charlevlile mezieres", "emploi", "zzzzzz qqq", "75"} {
		b.Run(q, func(b *testing.B) {
			for b.Loop() {
				s.Find(q, 10)
			}
		})
	}
}

func BenchmarkNewSearch(b *testing.B) {
	v := vintage(b, 2026)
	p, err := ParsePostcodes(starter(b, "postcodes.csv.gz"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		NewSearch(v, p, extras)
	}
}
