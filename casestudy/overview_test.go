package casestudy

import (
	"fmt"
	"math"
	"reflect"
	"testing"
	"time"

	"vigie/lang"
	"vigie/stat/trend"
	"vigie/territory"
)

// made is a base of made-up cases: domains, then relation types, region, start
// year.
func made(cases ...Record) *Base {
	var entries []Entry
	for i, r := range cases {
		r.Title = fmt.Sprintf("Cas %d", i)
		e := Entry{ID: fmt.Sprintf("c%03d", i), Slug: fmt.Sprintf("cas-%03d", i), State: Published, Record: r}
		if i%2 == 0 {
			e.ReviewedAt = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
		}
		entries = append(entries, e)
	}
	return NewBase(entries, Names{})
}

func in(region territory.Code, year int, domains ...string) Record {
	return Record{Domains: domains, Territories: []territory.Code{region}, StartYear: year}
}

// The table of two by two of R: chisq.test(rbind(c(3, 7), c(9, 46)),
// correct = FALSE)$stdres gives ±1.02236986322039.
func TestCross(t *testing.T) {
	var cases []Record
	for i := range 65 {
		r := Record{Domains: []string{"B"}, Relations: []string{"y"}}
		if i < 10 {
			r.Domains = []string{"A"}
		}
		if i < 3 || i >= 56 {
			r.Relations = []string{"x"}
		}
		cases = append(cases, r)
	}
	cases = append(cases, Record{Domains: []string{"A"}}, Record{Relations: []string{"x"}})
	x := made(cases...).Cross(Domain, Relation, nil, nil)
	c := x.Cells[0][0]
	if x.All != 65 || x.Left != 2 || c.Count != 3 || c.Base != 10 || math.Abs(c.Expected-10*12/65.) > 1e-12 {
		t.Errorf("%d cases, %d left, %+v", x.All, x.Left, c)
	}
	if math.Abs(c.Residual-1.02236986322039) > 1e-12 || math.Abs(x.Cells[1][0].Residual+1.02236986322038) > 1e-12 {
		t.Errorf("residuals %v, %v", c.Residual, x.Cells[1][0].Residual)
	}
	if c.Share != 0.3 || !(c.Lo < 0.3 && 0.3 < c.Hi) {
		t.Errorf("share %+v", c)
	}
	if got := x.Marked(2); got != nil {
		t.Errorf("marked %+v", got)
	}
	if got := x.Marked(1); len(got) != 4 || got[0].Row != "A" || got[0].Col != "x" {
		t.Errorf("marked %+v", got)
	}
}

// A case counts once in a row, however many of its values meet there, and a
// value asked that no case has is a row of none.
func TestCrossOfManyValues(t *testing.T) {
	b := made(
		Record{Domains: []string{"A", "B"}, Actors: []Actor{{Name: "1", Profile: "p"}, {Name: "2", Profile: "p"}, {Name: "3", Profile: "q"}}},
		Record{Domains: []string{"A"}, Actors: []Actor{{Name: "1", Profile: "q"}}},
	)
	x := b.Cross(Domain, Profile, []string{"B", "A", "Z"}, []string{"p", "q"})
	if !reflect.DeepEqual(x.RowBase, []int{1, 2, 0}) || !reflect.DeepEqual(x.ColBase, []int{1, 2}) {
		t.Errorf("bases %v, %v", x.RowBase, x.ColBase)
	}
	counts := [][]int{{1, 1}, {1, 2}, {0, 0}}
	for i := range counts {
		for j, want := range counts[i] {
			if got := x.Cells[i][j]; got.Count != want || got.Base != x.RowBase[i] {
				t.Errorf("cell %d, %d: %+v; want %d", i, j, got, want)
			}
		}
	}
	if z := x.Cells[2][0]; !math.IsNaN(z.Share) || !math.IsNaN(z.Residual) || z.Lo != 0 || z.Hi != 1 {
		t.Errorf("a value of no case: %+v", z)
	}
}

func TestGaps(t *testing.T) {
	const corse, paca, guyane = territory.Code("REG-94"), territory.Code("REG-93"), territory.Code("REG-03")
	b := made(in(corse, 0, "ENV"), in(corse, 0, "ENV"), in(paca, 0, "ALI"), in(paca, 0, "ALI"), in(paca, 0, "ALI", "MOB"), in(paca, 0, "ENV"))
	g := Ground{Regions: []territory.Code{corse, paca, guyane}, Domains: []string{"ALI", "ENV", "MOB", "SEC"}}
	got := b.Gaps(g)
	if !reflect.DeepEqual(got.Regions, []territory.Code{guyane}) || !reflect.DeepEqual(got.Domains, []string{"SEC"}) || got.All != 6 {
		t.Errorf("%+v", got)
	}
	if len(got.Pairs) != 2 || got.Pairs[0].Domain != "ALI" || got.Pairs[0].Expected != 1 || got.Pairs[1].Domain != "MOB" {
		t.Errorf("pairs %+v", got.Pairs)
	}
	g.Fragility = func(r territory.Code, d string) (float64, bool) { return 90, d == "MOB" }
	if again := b.Gaps(g); again.Pairs[0].Domain != "ALI" || again.Pairs[1].Fragility != 90 {
		t.Errorf("a fragile pair that is little expected: %+v", again.Pairs)
	}
	g.Fragility = func(r territory.Code, d string) (float64, bool) {
		return map[string]float64{"MOB": 90, "ALI": 10}[d], true
	}
	if again := b.Gaps(g); again.Pairs[0].Domain != "MOB" {
		t.Errorf("by fragility: %+v", again.Pairs)
	}
	if s := got.Pairs[0].Sentence(lang.FR, "l’alimentation", "en Corse"); s != "aucun cas sur l’alimentation en Corse" {
		t.Errorf("sentence %q", s)
	}
}

func TestOverview(t *testing.T) {
	var cases []Record
	for y := 2010; y < 2020; y++ {
		for range 6 {
			cases = append(cases, in("REG-94", y, "ENV"))
		}
	}
	for k := range 7 {
		cases = append(cases, in("REG-93", 2015+k%2, "ALI"))
	}
	cases = append(cases, in("", 0, "MOB"), Record{Sources: []Source{{Title: "a"}, {Title: "b"}}})
	b := made(cases...)
	o := b.Overview()
	if o.Cases != 69 || o.Dated != 67 || o.From != 2010 || o.To != 2019 || o.Years != 10 || o.Reviewed != 35 || o.Placed != 67 || o.Sourced != 1 || o.Sources != 2 {
		t.Errorf("%+v", o)
	}
	if d := o.Sides[Domain]; len(d) != 3 || d[0].Value != "ALI" || d[0].Count != 7 || d[0].Base != 68 || o.Unnamed[Domain] != 1 || Most(d)[0].Value != "ENV" {
		t.Errorf("domains %+v, %d without", d, o.Unnamed[Domain])
	}
	if len(o.Bursts) != 3 {
		t.Fatalf("bursts %+v", o.Bursts)
	}
	food, env, mob := o.Bursts[0], o.Bursts[1], o.Bursts[2]
	if len(food.Bursts) != 1 || food.Bursts[0].From != 2015 || food.Bursts[0].To != 2016 || food.Bursts[0].Hits != 7 || food.Bursts[0].Chance > 0.01 || food.Dated != 7 || food.Of != 67 {
		t.Errorf("food %+v", food)
	}
	if env.Err != trend.ErrCommon || mob.Err != trend.ErrFew {
		t.Errorf("env %v, mob %v", env.Err, mob.Err)
	}
	if !reflect.DeepEqual(o, readOverview(b)) {
		t.Error("read twice, two overviews")
	}
	if empty := NewBase(nil, Names{}).Overview(); empty.Cases != 0 || empty.Bursts != nil {
		t.Errorf("an empty base %+v", empty)
	}
}
