package fragility

import (
	"math"
	"slices"

	"vigie/territory"
)

// Shift is how the territories of a tier would stand in another result: what a
// change of specification does, before anybody computes an edition with it.
type Shift struct {
	Level     territory.Level  `json:"level"`
	Units     []territory.Code `json:"units"`     // in increasing order
	Reference []int            `json:"reference"` // 1 for those that are ranked
	Parts     []ShiftedPart    `json:"parts"`     // domains, dimensions, the overall index
}

// ShiftedPart holds one part, unit by unit: 0 is no place, no class, no
// interval; a score without value is null. Lo and Hi are the interval of the
// place that was published. Of counts the ranked units that have a place in
// both results; Moved, those of them that change place; Beyond, those whose new
// place lies outside the interval; Classes, those that change class; Lost and
// Gained, those that have a score in one result only.
type ShiftedPart struct {
	Code      string   `json:"code"`
	Kind      Kind     `json:"kind"`
	Of        int      `json:"of"`
	Moved     int      `json:"moved"`
	Beyond    int      `json:"beyond"`
	Classes   int      `json:"classes"`
	Unsure    int      `json:"unsure"` // of Classes, those whose class was published as uncertain
	Lost      int      `json:"lost"`
	Gained    int      `json:"gained"`
	Largest   int      `json:"largest"` // places
	OldPlace  []int    `json:"old_place"`
	NewPlace  []int    `json:"new_place"`
	Lo        []int    `json:"lo"`
	Hi        []int    `json:"hi"`
	OldClass  []int    `json:"old_class"`
	NewClass  []int    `json:"new_class"`
	OldUnsure []int    `json:"old_unsure"`
	OldScore  []number `json:"old_score"`
	NewScore  []number `json:"new_score"`
}

// ShiftOf compares two results of a tier: was, as published, and is.
func ShiftOf(was, is *Result) *Shift {
	s := &Shift{Level: is.Level}
	for _, r := range []*Result{was, is} {
		for _, u := range r.Units {
			s.Units = append(s.Units, u.Code)
		}
	}
	slices.Sort(s.Units)
	s.Units = slices.Compact(s.Units)
	s.Reference = make([]int, len(s.Units))
	for i, code := range s.Units {
		for _, r := range []*Result{was, is} {
			if k, ok := r.Unit(code); ok {
				s.Reference[i] = bit(r.Units[k].Reference)
			}
		}
	}
	for _, p := range is.Parts {
		s.Parts = append(s.Parts, s.part(was, is, p.Code, p.Kind))
	}
	return s
}

func (s *Shift) part(was, is *Result, code string, kind Kind) ShiftedPart {
	p := ShiftedPart{Code: code, Kind: kind}
	for i, unit := range s.Units {
		a, _ := was.Cell(code, unit)
		b, _ := is.Cell(code, unit)
		p.OldPlace, p.NewPlace = append(p.OldPlace, a.Place), append(p.NewPlace, b.Place)
		p.Lo, p.Hi = append(p.Lo, a.Lo), append(p.Hi, a.Hi)
		p.OldClass, p.NewClass = append(p.OldClass, a.Step), append(p.NewClass, b.Step)
		p.OldUnsure = append(p.OldUnsure, bit(a.Unsure))
		p.OldScore, p.NewScore = append(p.OldScore, number(a.Score)), append(p.NewScore, number(b.Score))
		if s.Reference[i] == 0 {
			continue
		}
		switch {
		case a.OK() && b.OK():
			p.Of++
			p.count(i)
		case a.OK():
			p.Lost++
		case b.OK():
			p.Gained++
		}
	}
	return p
}

// count adds a ranked unit that has a place in both results.
func (p *ShiftedPart) count(i int) {
	if by := p.By(i); by != 0 {
		p.Moved++
		p.Largest = max(p.Largest, by, -by)
	}
	if p.Outside(i) {
		p.Beyond++
	}
	if p.OldClass[i] != p.NewClass[i] {
		p.Classes++
		p.Unsure += p.OldUnsure[i]
	}
}

// By is by how many places a unit moves: positive towards the less fragile, 0
// without two places.
func (p *ShiftedPart) By(i int) int {
	if p.OldPlace[i] == 0 || p.NewPlace[i] == 0 {
		return 0
	}
	return p.NewPlace[i] - p.OldPlace[i]
}

// Outside reports whether a unit's new place lies outside the interval that was
// published: more than the uncertainty of its rank.
func (p *ShiftedPart) Outside(i int) bool {
	return p.Lo[i] > 0 && p.NewPlace[i] > 0 && (p.NewPlace[i] < p.Lo[i] || p.NewPlace[i] > p.Hi[i])
}

// Part returns the part of that code, nil when there is none.
func (s *Shift) Part(code string) *ShiftedPart {
	for k := range s.Parts {
		if s.Parts[k].Code == code {
			return &s.Parts[k]
		}
	}
	return nil
}

// shown is the least difference of scores that a page shows: they have one
// decimal.
const shown = 10

// Differs reports whether a page that shows this unit in this part says
// something else: another place, another class, another score to one decimal.
func (p *ShiftedPart) Differs(i int) bool {
	a, b := float64(p.OldScore[i]), float64(p.NewScore[i])
	return p.OldPlace[i] != p.NewPlace[i] || p.OldClass[i] != p.NewClass[i] || math.IsNaN(a) != math.IsNaN(b) ||
		!math.IsNaN(a) && math.Round(a*shown) != math.Round(b*shown)
}

// Changed lists the units whose page says something else, in order: of which the
// overall index or a domain differs. Pages show no dimension.
func (s *Shift) Changed() []territory.Code {
	var out []territory.Code
	for i, code := range s.Units {
		if slices.ContainsFunc(s.Parts, func(p ShiftedPart) bool { return p.Kind != OfDimension && p.Differs(i) }) {
			out = append(out, code)
		}
	}
	return out
}
