package index

import (
	"cmp"
	"math"
	"slices"

	"vigie/stat/spatial"
)

// Smoothed is a rate of small populations, drawn to what is known of the
// others, in one period: the empirical Bayes estimates of Marshall (1991).
// Lists are in the order of the codes of units; rates are on the scale of the
// indicator.
type Smoothed struct {
	Code   string `json:"code"`
	Method string `json:"method"` // that the index takes: global, local
	Period string `json:"period,omitempty"`
	// Mean and Variance are those of the true rates, the variance beyond what
	// chance makes: 0 when the crude rates vary no more than that.
	Mean       Number   `json:"mean"`
	Variance   Number   `json:"variance"`
	Unit       []string `json:"unit"`
	Events     Numbers  `json:"events"`
	Population Numbers  `json:"population"`
	Crude      Numbers  `json:"crude"`
	Global     Numbers  `json:"global"`          // drawn to the mean of all
	Local      Numbers  `json:"local,omitempty"` // to that of the unit and its neighbours
	// Chance is the probability of as few events, or as many, at the rate of all
	// (Poisson; Choynowski 1959): on the side where they stand.
	Chance  Numbers  `json:"chance"`
	Islands []string `json:"islands,omitempty"` // their local rate is the crude one
}

// positions finds the rows of a smoothing among units, by row; those that are
// no longer there are absent.
func (s *Smoothed) positions(units []Unit) map[int]int {
	at := make(map[string]int, len(units))
	for i, u := range units {
		if u.Period == s.Period {
			at[u.Code] = i
		}
	}
	out := make(map[int]int, len(s.Unit))
	for k, code := range s.Unit {
		if u, ok := at[code]; ok {
			out[k] = u
		}
	}
	return out
}

// smoothing is that of an indicator in the last period, nil when there is none.
func (p *Plan) smoothing(code string) *Smoothed {
	last := ""
	if n := len(p.Periods); n > 0 {
		last = p.Periods[n-1]
	}
	if k := slices.IndexFunc(p.smoothed, func(s Smoothed) bool { return s.Code == code && s.Period == last }); k >= 0 {
		return &p.smoothed[k]
	}
	return nil
}

// smooth draws the rates of an indicator, x, to what is known of the others. It
// refuses what is no rate; a unit without events or population has none.
func (p *Plan) smooth(o Options, i int, x []float64) error {
	d, t := p.Spec.Indicators[i], p.table
	events, population := t.Column(d.column()).Number, t.Column(d.Denominator).Number
	if events == nil || population == nil { // a column without any value
		return nil
	}
	periods := map[string][]int{}
	var order []string
	for u, unit := range p.Units {
		switch a, b := events[u], population[u]; {
		case a < 0:
			return t.refuse("corrigez la valeur, ou laissez la cellule vide si elle manque", "ligne %d, colonne « %s » : %v ; un nombre d’événements n’est pas négatif", t.line(u), d.column(), a)
		case b <= 0:
			return t.refuse("corrigez la population, ou laissez la cellule vide si elle manque : l’unité n’aura pas de taux", "ligne %d, colonne « %s » : %v ; un taux se lisse sur une population positive", t.line(u), d.Denominator, b)
		case a != a || b != b:
			continue
		}
		if periods[unit.Period] == nil {
			order = append(order, unit.Period)
		}
		periods[unit.Period] = append(periods[unit.Period], u)
	}
	slices.SortFunc(order, comparePeriods)
	for _, period := range order {
		slices.SortFunc(periods[period], func(i, j int) int { return cmp.Compare(p.Units[i].Code, p.Units[j].Code) })
		s, units, err := p.smoothPeriod(o, d, period, periods[period])
		if err != nil {
			return err
		}
		p.smoothed = append(p.smoothed, s)
		taken := s.Global
		if d.Smooth == "local" {
			taken = s.Local
		}
		for k, u := range units {
			p.note("smoothing", "smoothed_"+d.Smooth, i, u, x[u], float64(taken[k]))
			x[u] = float64(taken[k])
		}
	}
	return nil
}

// smoothPeriod smooths the rates of some units, and returns these in the order
// of the result.
func (p *Plan) smoothPeriod(o Options, d Indicator, period string, units []int) (Smoothed, []int, error) {
	out := Smoothed{Code: d.Code, Method: d.Smooth, Period: period}
	var m *ward
	if p.Spec.Space.Neighbours != "" {
		everyone := []int{} // of the period: islands are those of the whole map
		for u, unit := range p.Units {
			if unit.Period == period {
				everyone = append(everyone, u)
			}
		}
		all, err := p.ward(o, everyone)
		switch {
		case err != nil && d.Smooth == "local":
			return out, nil, err
		case err != nil: // Run refuses the map; Since, which looks at none, goes on
			return p.drawn(out, d, units, nil)
		}
		counted := make(map[int]bool, len(units))
		for _, u := range units {
			counted[u] = true
		}
		in := make([]bool, len(all.units))
		for k, u := range all.units {
			in[k] = counted[u]
		}
		m = all.of(in, all.w.Keep(in).Binary())
		units = m.units
	}
	return p.drawn(out, d, units, m)
}

// drawn computes the rates of some units, the local ones where there is a map of
// them.
func (p *Plan) drawn(out Smoothed, d Indicator, units []int, m *ward) (Smoothed, []int, error) {
	scale := d.DenominatorScale
	if scale == 0 {
		scale = 1
	}
	scaled := func(rates []float64) Numbers {
		n := make(Numbers, len(rates))
		for i, r := range rates {
			n[i] = Number(scale * r)
		}
		return n
	}
	events, population := at(p.table.Column(d.column()).Number, units), at(p.table.Column(d.Denominator).Number, units)
	rates, err := spatial.Rates(events, population)
	if err != nil {
		return out, nil, err
	}
	global, prior, err := spatial.Smoothed(events, population)
	if err != nil {
		return out, nil, err
	}
	out.Mean, out.Variance = Number(scale*prior.Mean), Number(scale*scale*prior.Variance)
	out.Events, out.Population, out.Global = numbersOf(events), numbersOf(population), scaled(global)
	for k, r := range rates {
		out.Unit = append(out.Unit, p.Units[units[k]].Code)
		out.Crude = append(out.Crude, Number(scale*r.Crude))
		if out.Chance = append(out.Chance, Number(r.Tail)); prior.Mean == 0 {
			out.Chance[k] = Number(math.NaN())
		}
	}
	if m == nil {
		return out, units, nil
	}
	local, err := spatial.LocallySmoothed(events, population, m.w)
	if err != nil {
		return out, nil, err
	}
	out.Local, out.Islands = scaled(local), p.codes(m, m.w.Islands())
	return out, units, nil
}
