package index

import (
	"math"
	"slices"

	"vigie/stat/composite"
	"vigie/stat/descr"
)

// PeriodChange is what changed in one element between two periods that follow
// each other, by unit that has a score in both.
type PeriodChange struct {
	Code  string       `json:"code"`
	From  string       `json:"from"`
	To    string       `json:"to"`
	Units []UnitChange `json:"units"`
}

// UnitChange is the change of one unit. The draws make both periods with the
// same choices, so that what moves the two together is no change.
type UnitChange struct {
	Unit string `json:"unit"`
	// Score is the change of the score, Lo and Hi its interval, where scores are
	// joint (scope = all_periods); others have no common scale, and null here.
	Score Number `json:"score"`
	Lo    Number `json:"lo"`
	Hi    Number `json:"hi"`
	// Place is the change of place, negative towards the highest score, with its
	// interval, null without draws.
	Place   int    `json:"place"`
	PlaceLo Number `json:"place_lo"`
	PlaceHi Number `json:"place_hi"`
	// Rise is the share of draws in which the score rises (where scores are not
	// joint, the place), equal ones for one half; Told says that this is as far from
	// one half as it takes to tell two units apart.
	Rise Number `json:"rise"`
	Told bool   `json:"told"`
}

// changes compares each two periods that follow each other. spread holds the
// draws by part, nil without.
func (r *run) changes(spread []composite.Spread) {
	rows := map[[2]string]int{} // by period and unit
	for i, u := range r.Units {
		rows[[2]string{u.Period, u.Code}] = i
	}
	for t := 1; t < len(r.Periods); t++ {
		for k := range r.Index.Parts {
			c := PeriodChange{Code: r.node(k).Code, From: r.Periods[t-1], To: r.Periods[t]}
			for i, u := range r.Units {
				if u.Period != c.To || r.built.Place[k][i] == 0 {
					continue
				}
				if before, ok := rows[[2]string{c.From, u.Code}]; ok && r.built.Place[k][before] > 0 {
					c.Units = append(c.Units, r.change(k, before, i, spread))
				}
			}
			if len(c.Units) > 0 {
				r.out.Changes = append(r.out.Changes, c)
			}
		}
	}
}

// change compares two rows of one unit.
func (r *run) change(part, before, after int, spread []composite.Spread) UnitChange {
	nan := Number(math.NaN())
	u := UnitChange{Unit: r.Units[after].Code, Score: nan, Lo: nan, Hi: nan, PlaceLo: nan, PlaceHi: nan, Rise: nan}
	u.Place = r.built.Place[part][after] - r.built.Place[part][before]
	score := r.built.Score[part][after] - r.built.Score[part][before]
	if r.Index.Pooled {
		u.Score = Number(score)
	}
	if spread == nil || spread[part].Draws == 0 {
		return u
	}
	s, level := &spread[part], r.Spec.Uncertainty.Interval
	lo, hi, up, down := s.Change(before, after, level)
	if math.IsNaN(up) {
		return u
	}
	u.PlaceLo, u.PlaceHi = Number(min(lo, u.Place)), Number(max(hi, u.Place))
	u.Rise = Number((1 + up - down) / 2)
	if s.Score != nil {
		moves := moves(s, before, after)
		tail := (1 - level) / 2
		u.Lo, u.Hi = Number(min(score, descr.Quantile(moves, tail))), Number(max(score, descr.Quantile(moves, 1-tail)))
		u.Rise = Number(rises(moves))
	}
	u.Told = min(u.Rise, 1-u.Rise) <= Number(r.Spec.Uncertainty.Reversal)
	return u
}

// moves lists the change of score between two rows in the draws that score both.
func moves(s *composite.Spread, before, after int) []float64 {
	x, y := s.Score[before*s.Draws:(before+1)*s.Draws], s.Score[after*s.Draws:(after+1)*s.Draws]
	out := make([]float64, len(x))
	for i := range x {
		out[i] = y[i] - x[i]
	}
	return slices.DeleteFunc(out, math.IsNaN)
}

// rises is the share of positive numbers, zeros for one half.
func rises(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		switch {
		case v > 0:
			sum++
		case v == 0:
			sum += 0.5
		}
	}
	return sum / float64(len(x))
}
