package territory

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// people gives made-up populations to the communes of a vintage.
func people(v *Vintage) func(Code) float64 {
	return func(c Code) float64 {
		t, ok := v.Get(c)
		if !ok {
			return 0
		}
		return float64(100 + len(t.Label))
	}
}

// TestCrossing: every old territory is wholly shared out, every code is in
// exactly one list, and the way back has the same parts.
func TestCrossing(t *testing.T) {
	c := passage(t).Crossing(people(vintage(t, 2021)))
	back := c.Reversed()
	for _, level := range []Level{Region, Departement, EPCI, Commune} {
		var codes []Code
		for _, old := range c.From.ByLevel(level) {
			codes = append(codes, old.Code)
			sum := 0.0
			for _, p := range c.Parts(old.Code) {
				sum += p.Share
				if p.Code != "" && !slices.ContainsFunc(back.Into(old.Code), func(b Part) bool { return b.Code == p.Code }) {
					t.Errorf("%s lies in %s, which does not come back", old.Code, p.Code)
				}
			}
			if !(math.Abs(sum-1) < 1e-9) {
				t.Errorf("parts of %s sum to %v", old.Code, sum)
			}
		}
		j := c.Join(append(codes, "COM-99999"))
		all := slices.Concat(j.Matched, j.Recoded, j.Merged, j.Split, j.Lost)
		slices.Sort(all)
		if len(all) != len(codes)+1 || len(slices.Compact(all)) != len(codes)+1 {
			t.Errorf("%s: %d codes in the lists, %d given", level, len(all), len(codes)+1)
		}
		t.Logf("%s: %d matched, %d recoded, %d merged, %d split, %d lost, %d events, %d moves of communes", level,
			len(j.Matched), len(j.Recoded), len(j.Merged), len(j.Split), len(j.Lost), len(c.Events(level)), len(c.Moves(Commune, level)))
	}
}

// TestCrossingAgreesWithSameGround: an EPCI keeps its ground for one when it
// does for the other.
func TestCrossingAgreesWithSameGround(t *testing.T) {
	p := passage(t)
	c := p.Crossing(nil)
	for _, e := range p.Old.ByLevel(EPCI) {
		to, ok := c.Alone(e.Code)
		if same := ok && to == e.Code; same != p.SameGround(e.Code) {
			t.Errorf("%s %s: SameGround %v, Alone %v %v", e.Code, e.Label, p.SameGround(e.Code), to, ok)
		}
	}
}

func TestEvents(t *testing.T) {
	p := passage(t)
	c := p.Crossing(nil)
	find := func(level Level, code Code) Event {
		for _, e := range c.Events(level) {
			if e.Code == code {
				return e
			}
		}
		return Event{}
	}
	cases := []struct {
		level Level
		code  Code
		kind  ChangeKind
	}{
		{Commune, "COM-01039", MergedInto}, {Commune, "COM-15141", GroundChanged}, {Commune, "COM-15031", Created},
		{Commune, "COM-49069", CodeChanged}, {Commune, "COM-60054", GroundChanged}, {Commune, "COM-60694", Created}, {Commune, "COM-01001", ""},
	}
	for _, x := range cases {
		if got := find(x.level, x.code); got.Kind != x.kind {
			t.Errorf("%s: %+v; want %q", x.code, got, x.kind)
		}
	}
	if len(c.Events(Departement)) != 0 {
		t.Errorf("départements have events: %+v", c.Events(Departement))
	}
	if len(c.Moves(Commune, EPCI)) == 0 {
		t.Error("no commune changed EPCI")
	}
}

func TestHistory(t *testing.T) {
	h := &History{}
	h.Join(passage(t), nil)
	cases := []struct {
		code Code
		year int
		kind ChangeKind
		to   []Code
		says string
	}{
		{"COM-01039", 2026, MergedInto, []Code{"COM-01138"}, "réuni à d’autres dans COM-01138 Culoz-Béon en 2026"},
		{"REG-82", 2026, MergedInto, []Code{"REG-84"}, "REG-82 Rhône-Alpes (géographie 2015)"},
		{"REG-84", 2015, GroundChanged, nil, ""},
		{"COM-99999", 2026, "", nil, "inconnu"},
		{"COM-15031", 2021, Created, []Code{"COM-15141"}, "pris dans le territoire"},
	}
	for _, x := range cases {
		f := h.Became(x.code, x.year)
		if x.code == "REG-84" {
			if len(f.To) != 2 || f.Year != 2026 && f.Year != 2021 {
				t.Errorf("Became(REG-84, 2015) = %+v", f)
			}
			continue
		}
		if f.Kind != x.kind || !slices.Equal(f.To, x.to) || !strings.Contains(f.String(), x.says) {
			t.Errorf("Became(%s, %d) = %+v, %q", x.code, x.year, f, f)
		}
	}
}
