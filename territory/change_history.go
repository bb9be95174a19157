package territory

import (
	"slices"
	"strconv"

	"vigie/lang"
)

// Fate is what is known of a code outside the geography of a file.
type Fate struct {
	Kind  ChangeKind // "" when no geography knows the code
	Code  Code
	Label string
	Year  int    // of the geography that knows the code
	To    []Code // what holds its ground in the geography asked for
	Names []string
	Asked int // the year of that geography
}

// History is what is known of territories through time: geographies joined by
// passages, and the regions before 2016. The zero value knows nothing. It is not
// to be changed while it is asked.
type History struct {
	crossings []*Crossing // both ways
}

// Join adds a passage, with what is known of the regions before 2016.
// population gives the persons of an old commune; nil is that of its vintage.
func (h *History) Join(p *Passage, population func(Code) float64) {
	h.add(p.Crossing(population))
	h.With(p.New)
	h.With(p.Old)
}

// With adds the regions before 2016 to what is known of a vintage.
func (h *History) With(v *Vintage) {
	if v.Year > FormerYear {
		h.add(FormerCrossing(Before2016(v), v))
	}
}

func (h *History) add(c *Crossing) {
	for _, has := range h.crossings {
		if has.From.Year == c.From.Year && has.To.Year == c.To.Year {
			return
		}
	}
	h.crossings = append(h.crossings, c, c.Reversed())
}

// Crossing returns the way between two geographies, false when there is none.
func (h *History) Crossing(from, to int) (*Crossing, bool) {
	for _, c := range h.crossings {
		if c.From.Year == from && c.To.Year == to {
			return c, true
		}
	}
	return nil, false
}

// Became returns what is known of a code that the geography of a year does not
// have: the geography closest in time that knows it, and what it is there.
func (h *History) Became(code Code, year int) Fate {
	best := Fate{Code: code, Asked: year}
	for _, c := range h.crossings {
		t, ok := c.From.Get(code)
		if !ok || c.To.Year != year || best.Year != 0 && gap(c.From.Year, year) >= gap(best.Year, year) {
			continue
		}
		best = Fate{Code: code, Label: t.Label, Year: c.From.Year, Asked: year, To: codesOf(c.parts[code])}
		for _, to := range best.To {
			best.Names = append(best.Names, c.To.Label(to))
		}
		if e, ok := c.event(*t); ok {
			best.Kind = e.Kind
		} else {
			best.Kind = Unchanged
		}
		if back := c.From.Year > year; back && best.Kind == MergedInto {
			best.Kind = Created // later on, on ground that the code in To held
		}
	}
	return best
}

// Ground returns the communes, by code, that hold in the geography of a year the
// ground of a territory that it does not have, and the year of the geography
// that has it, the closest in time; none for a code that no geography knows. A
// commune that was merged with others is there whole.
func (h *History) Ground(code Code, year int) (communes []Code, known int) {
	for _, c := range h.crossings {
		if _, ok := c.From.Get(code); !ok || c.To.Year != year || known != 0 && gap(c.From.Year, year) >= gap(known, year) {
			continue
		}
		communes, known = c.ground(code), c.From.Year
	}
	return communes, known
}

// ground returns the new communes that lie, at least in part, in an old
// territory.
func (c *Crossing) ground(code Code) []Code {
	level := Commune
	if len(c.From.ByLevel(Commune)) == 0 {
		level = Departement
	}
	var parts []Part
	if code.Level() == level {
		parts = c.Parts(code)
	}
	for _, m := range c.From.Children(code, level) {
		parts = append(parts, c.Parts(m.Code)...)
	}
	var out []Code
	for _, p := range parts {
		if level == Commune && p.Code != "" {
			out = append(out, p.Code)
		}
		if level == Departement {
			for _, m := range c.To.Children(p.Code, Commune) {
				out = append(out, m.Code)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func gap(a, b int) int { return max(a-b, b-a) }

// String returns the sentence of a join report, in French, without full stop.
func (f Fate) String() string {
	who := string(f.Code)
	if f.Label != "" {
		who += " " + f.Label + " (géographie " + strconv.Itoa(f.Year) + ")"
	}
	var to []string
	for i, c := range f.To {
		to = append(to, string(c)+" "+f.Names[i])
	}
	list := lang.List(lang.FR, to)
	asked := " en " + strconv.Itoa(f.Asked)
	switch {
	case f.Kind == "":
		return who + " : code inconnu de toutes les géographies tenues"
	case len(to) == 0:
		return who + " : sans équivalent" + asked
	case f.Kind == MergedInto:
		return who + " : réuni à d’autres dans " + list + asked
	case f.Kind == CodeChanged:
		return who + " : a pour code " + list + asked
	case f.Kind == Created:
		return who + " : pris dans le territoire de " + list + asked
	case f.Kind == GroundChanged, f.Kind == Dissolved:
		return who + " : réparti entre " + list + asked
	}
	return who + " : " + list + asked
}
