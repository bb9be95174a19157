package casestudy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/territory"
)

// answer is a made-up public case: its domains, main first, its places, main
// first, the level of its evidence and the year that it began.
func answer(slug string, domains []string, places []territory.Code, level string, year int) Entry {
	e := Entry{ID: slug, Slug: slug, State: Published, Record: Record{Domains: domains, Territories: places, StartYear: year}}
	if level != "" {
		e.Record.Evidence = []Evidence{{Claim: "c"}, {Claim: "d", Level: level}}
	}
	return e
}

// grid are the names of a made-up country: DEP-ij is of region REG-0i, COM-ijk is
// a commune of DEP-ij.
var grid = Names{
	Dimension: func(d string) string {
		return map[string]string{"EMP": "eco", "NIV": "eco", "SAN": "soc", "LOG": "soc"}[d]
	},
	Ancestors: func(c territory.Code) []territory.Code {
		switch s := string(c); c.Level() {
		case territory.Commune:
			return []territory.Code{territory.Code("DEP-" + s[4:6]), territory.Code("REG-0" + s[4:5]), territory.France}
		case territory.Departement:
			return []territory.Code{territory.Code("REG-0" + s[4:5]), territory.France}
		}
		return []territory.Code{territory.France}
	},
}

// employment asks for cases in a country where two places are alike by their
// second digit; nothing tells of regions.
func employment(at territory.Code) Need {
	return Need{Domain: "EMP", Territory: at, Resemblance: func(place territory.Code, year int) (Resemblance, bool) {
		if place.Level() == territory.Region {
			return Resemblance{}, false
		}
		gap := float64(place[5]) - float64(at[5])
		return Resemblance{Share: 1 - max(gap, -gap)/10, Of: place, With: at, From: fmt.Sprint(year), To: fmt.Sprint(year)}, true
	}}
}

func slugs(list []Matched) []string {
	out := []string{}
	for _, m := range list {
		out = append(out, m.Entry.Slug)
	}
	return out
}

func keys(m Matched) []string {
	var out []string
	for _, r := range m.Why {
		out = append(out, r.Key)
	}
	return out
}

func TestMatchRanksByEachFactor(t *testing.T) {
	at := func(codes ...territory.Code) []territory.Code { return codes }
	cases := []struct {
		name string
		all  []Entry
		want []string
	}{
		{"the main domain before a secondary one before one of its dimension; no other", []Entry{
			answer("other", []string{"SAN"}, at("DEP-21"), "", 2015), answer("dimension", []string{"NIV", "SAN"}, at("DEP-21"), "", 2015),
			answer("secondary", []string{"NIV", "EMP"}, at("DEP-21"), "", 2015), answer("main", []string{"EMP"}, at("DEP-21"), "", 2015),
		}, []string{"main", "secondary", "dimension"}},
		{"the most alike first, what nobody knows in the middle", []Entry{
			answer("far", []string{"EMP"}, at("DEP-29"), "", 2015), answer("national", []string{"EMP"}, nil, "", 2015),
			answer("country", []string{"EMP"}, at("FR", "DEP-21"), "", 2015), answer("unknown", []string{"EMP"}, at("REG-03"), "", 2015),
			answer("near", []string{"EMP"}, at("DEP-22"), "", 2015),
		}, []string{"near", "country", "national", "unknown", "far"}},
		{"evidence from the weakest to the best, none below all", []Entry{
			answer("none", []string{"EMP"}, at("DEP-21"), "", 2015), answer("unread", []string{"EMP"}, at("DEP-21"), "hearsay", 2014),
			answer("announced", []string{"EMP"}, at("DEP-21"), "announced", 2015), answer("reported", []string{"EMP"}, at("DEP-21"), "reported", 2015),
			answer("measured", []string{"EMP"}, at("DEP-21"), "measured", 2015), answer("compared", []string{"EMP"}, at("DEP-21"), "compared", 2015),
			answer("evaluated", []string{"EMP"}, at("DEP-21"), "evaluated", 2015),
		}, []string{"evaluated", "compared", "measured", "reported", "announced", "none", "unread"}},
		{"a secondary domain at home’s twin is worth less than the main one there, more than the main one far away", []Entry{
			answer("far", []string{"EMP"}, at("DEP-29"), "", 2015), answer("twin", []string{"NIV", "EMP"}, at("DEP-21"), "", 2015),
		}, []string{"twin", "far"}},
		{"ties: read by an editor, begun later, name", func() []Entry {
			read := answer("z", []string{"EMP"}, at("DEP-21"), "", 2000)
			read.ReviewedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			return []Entry{answer("b", []string{"EMP"}, at("DEP-21"), "", 2010), answer("a", []string{"EMP"}, at("DEP-21"), "", 2010),
				answer("later", []string{"EMP"}, at("DEP-21"), "", 2012), read}
		}(), []string{"z", "later", "a", "b"}},
	}
	for _, c := range cases {
		got := NewBase(c.all, grid).Match(employment("DEP-11"))
		if diff := cmp.Diff(c.want, slugs(got.Elsewhere)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestMatchTellsOneOwnCasesApart(t *testing.T) {
	all := []Entry{
		answer("own", []string{"EMP"}, []territory.Code{"DEP-11"}, "", 2015),
		answer("inside", []string{"EMP"}, []territory.Code{"DEP-21", "COM-11001"}, "", 2015),
		answer("region", []string{"EMP"}, []territory.Code{"REG-01"}, "", 2015),
		answer("beside", []string{"EMP"}, []territory.Code{"DEP-12"}, "", 2015),
	}
	got := NewBase(all, grid).Match(employment("DEP-11"))
	if diff := cmp.Diff([]string{"inside", "own"}, slugs(got.Own)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"beside", "region"}, slugs(got.Elsewhere)); diff != "" {
		t.Error(diff)
	}
	if got.Total != 4 {
		t.Errorf("%d matches, want 4", got.Total)
	}
	commune := NewBase(all, grid).Match(employment("COM-11002"))
	if diff := cmp.Diff([]string{"own"}, slugs(commune.Own)); diff != "" {
		t.Errorf("the département that holds a commune: %s", diff)
	}
	country := NewBase(all, grid).Match(employment("FR"))
	if len(country.Own) > 0 || len(country.Elsewhere) != 4 {
		t.Errorf("for a country every case is from one place: %v, %v", slugs(country.Own), slugs(country.Elsewhere))
	}
}

func TestMatchSaysWhy(t *testing.T) {
	read := answer("a", []string{"NIV", "EMP"}, []territory.Code{"DEP-21"}, "measured", 2015)
	read.ReviewedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	all := []Entry{read, answer("b", []string{"NIV"}, nil, "", 0), answer("c", []string{"EMP"}, []territory.Code{"REG-03"}, "", 2015),
		answer("d", []string{"EMP"}, []territory.Code{"COM-11001"}, "", 2015)}
	got := NewBase(all, grid).Match(employment("DEP-11"))
	want := map[string][]string{"a": {WhySecondary, WhyAlike, WhyEvidence}, "b": {WhyDimension, WhyUnplaced, WhyUnproved, WhyUnreviewed},
		"c": {WhyMain, WhyUnknown, WhyUnproved, WhyUnreviewed}, "d": {WhyMain, WhyOwn, WhyUnproved, WhyUnreviewed}}
	for _, m := range slices.Concat(got.Elsewhere, got.Own) {
		if diff := cmp.Diff(want[m.Entry.Slug], keys(m)); diff != "" {
			t.Errorf("%s: %s", m.Entry.Slug, diff)
		}
		product := m.Factors.Domain * m.Factors.Place * m.Factors.Evidence
		if m.Score != product || m.Score <= 0 || m.Score > 1 {
			t.Errorf("%s: score %v, of %+v", m.Entry.Slug, m.Score, m.Factors)
		}
	}
	if r := got.Elsewhere[slices.Index(slugs(got.Elsewhere), "a")].Why[1]; r.Year != 2015 || r.Resemblance.From != "2015" || r.Place != "DEP-21" {
		t.Errorf("a resemblance says where and when: %+v", r)
	}
}

func TestMatchLeavesOutWhatIsNotPublic(t *testing.T) {
	for _, s := range []State{Draft, Submitted, InReview, Archived, Merged} {
		e := answer("a", []string{"EMP"}, nil, "", 2015)
		e.State = s
		if got := NewBase([]Entry{e}, grid).Match(Need{Domain: "EMP"}); got.Total != 0 {
			t.Errorf("%s is matched", s)
		}
	}
	due := answer("a", []string{"EMP"}, nil, "", 2015)
	due.State = ToUpdate
	if got := NewBase([]Entry{due}, grid).Match(Need{Domain: "EMP"}); got.Total != 1 {
		t.Error("a case to bring up to date is still read")
	}
}

// synthetic are made-up cases over 101 départements.
func synthetic(n int) []Entry {
	r := rand.New(rand.NewPCG(7, 7))
	domains := []string{"EMP", "NIV", "DEV", "NUM", "PAU", "SAN", "LOG", "AUT", "ENV", "ENE", "MOB", "ALI", "EDU", "LIE", "SEC", "CUL"}
	levels := []string{"", "", "announced", "reported", "measured", "compared", "evaluated"}
	out := make([]Entry, n)
	for i := range out {
		out[i] = answer(fmt.Sprintf("synthetic-%05d", i), []string{domains[r.IntN(16)], domains[r.IntN(16)]},
			[]territory.Code{territory.Code(fmt.Sprintf("DEP-%02d", r.IntN(101)))}, levels[r.IntN(7)], 1990+r.IntN(35))
	}
	return out
}

var dimensions = Names{Dimension: func(d string) string {
	return map[string]string{"EMP": "e", "NIV": "e", "DEV": "e", "NUM": "e"}[d]
}}

func syntheticNeed(asks int) Need {
	n := Need{Domain: "EMP", Territory: territory.Code(fmt.Sprintf("DEP-%02d", asks)), Limit: 3}
	n.Resemblance = func(p territory.Code, _ int) (Resemblance, bool) {
		return Resemblance{Share: float64(p[5]%10) / 10}, true
	}
	return n
}

func TestMatchDoesNotDependOnTheOrder(t *testing.T) {
	all := synthetic(500)
	want := slugs(NewBase(all, dimensions).Match(syntheticNeed(3)).Elsewhere)
	back := slices.Clone(all)
	slices.Reverse(back)
	if diff := cmp.Diff(want, slugs(NewBase(back, dimensions).Match(syntheticNeed(3)).Elsewhere)); diff != "" {
		t.Error(diff)
	}
}

// BenchmarkMatch tells the bound stated in doc/methods/match.md: 10,000 cases,
// the needs of 101 départements.
func BenchmarkMatch(b *testing.B) {
	base := NewBase(synthetic(10_000), dimensions)
	for i := 0; b.Loop(); i++ {
		base.Match(syntheticNeed(i % 101))
	}
}
