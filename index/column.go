package index

import (
	"math"
	"slices"

	"vigie/stat/composite"
)

// Step is one thing that was done to one value: the audit.
type Step struct {
	Step      string `json:"step"` // denomination, smoothing, log, imputation, treatment, normalisation
	Rule      string `json:"rule"`
	Indicator string `json:"indicator"`
	Unit      string `json:"unit"`
	Period    string `json:"period,omitempty"`
	Before    Number `json:"before"`
	After     Number `json:"after"`
}

// note adds an entry to the audit, for unit u and indicator i.
func (p *Plan) note(step, rule string, i, u int, before, after float64) {
	p.steps = append(p.steps, Step{step, rule, p.Spec.Indicators[i].Code, p.Units[u].Code, p.Units[u].Period, Number(before), Number(after)})
}

// readColumns reads, divides, smooths and takes the logarithm of each indicator. A
// value whose denominator is missing or zero is missing, and the audit says so;
// the logarithm of a number that is not positive is refused.
func (p *Plan) readColumns(o Options) error {
	s := p.Spec
	p.before = make([][]float64, len(s.Indicators))
	for i, d := range s.Indicators {
		x, err := s.numbers(p.table, item("indicator", i, "column"), d.column())
		if err != nil {
			return err
		}
		x = slices.Clone(x)
		if d.Denominator != "" {
			if err := p.denominate(i, x); err != nil {
				return err
			}
		}
		if d.Smooth != "" {
			if err := p.smooth(o, i, x); err != nil {
				return err
			}
		}
		if d.Log {
			for u, v := range x {
				if v <= 0 {
					return p.table.refuse("corrigez la valeur, ou retirez log = true", "ligne %d, colonne « %s » : %v n’a pas de logarithme", p.table.line(u), d.column(), v)
				}
				x[u] = math.Log(v)
			}
		}
		p.before[i] = x
	}
	return nil
}

// column is the variable of the table that holds the indicator.
func (d Indicator) column() string {
	if d.Column == "" {
		return d.Code
	}
	return d.Column
}

// denominate divides x in place.
func (p *Plan) denominate(i int, x []float64) error {
	d := p.Spec.Indicators[i]
	y, err := p.Spec.numbers(p.table, item("indicator", i, "denominator"), d.Denominator)
	if err != nil {
		return err
	}
	scale := d.DenominatorScale
	if scale == 0 {
		scale = 1
	}
	for u, v := range x {
		switch {
		case math.IsNaN(v):
		case y[u] == 0 || math.IsNaN(y[u]):
			rule := "denominator_missing"
			if y[u] == 0 {
				rule = "denominator_zero"
			}
			x[u] = math.NaN()
			p.note("denomination", rule, i, u, v, x[u])
		default:
			x[u] = v / y[u] * scale
			if math.IsInf(x[u], 0) {
				return p.table.refuse("corrigez la valeur ou son dénominateur", "ligne %d, colonne « %s » : le quotient par « %s » dépasse ce qu’un nombre peut écrire", p.table.line(u), d.column(), d.Denominator)
			}
		}
	}
	return nil
}

// screen leaves out the indicators, then the units, that have too little.
// What counts is what the table holds, before any gap is filled.
func (p *Plan) screen() error {
	rule := p.Spec.Screening
	if rule.Indicator > 0 {
		for i, x := range p.before {
			if share := present(x); share < rule.Indicator {
				p.leave(LeftOut{Kind: "indicator", Code: p.Spec.Indicators[i].Code, Why: "available"}, share)
				p.before[i] = nil
			}
		}
	}
	var columns [][]float64
	for _, x := range p.before {
		if x != nil {
			columns = append(columns, x)
		}
	}
	if rule.Available == 0 && rule.NonZero == 0 || len(columns) == 0 {
		return nil
	}
	var kept []int
	available := composite.Availabilities(columns)
	for u, a := range available {
		out := LeftOut{Kind: "unit", Code: p.Units[u].Code, Period: p.Units[u].Period, Row: p.Units[u].Row}
		switch {
		case a.Available() < rule.Available:
			out.Why = "available"
			p.leave(out, a.Available())
		case !(composite.Screen{NonZero: rule.NonZero}).Keeps(a):
			out.Why = "nonzero"
			p.leave(out, a.NonZero())
		default:
			kept = append(kept, u)
		}
	}
	p.keep(kept)
	return nil
}

func (p *Plan) leave(l LeftOut, share float64) {
	n := Number(share)
	l.Share = &n
	p.LeftOut = append(p.LeftOut, l)
}

// keep leaves the units of these positions alone.
func (p *Plan) keep(kept []int) {
	p.Units, p.rows = at(p.Units, kept), at(p.rows, kept)
	for i, x := range p.before {
		if x != nil {
			p.before[i] = at(x, kept)
		}
	}
}

func at[T any](x []T, rows []int) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = x[r]
	}
	return out
}

// present is the share of values that are there.
func present(x []float64) float64 {
	n := 0
	for _, v := range x {
		if !math.IsNaN(v) {
			n++
		}
	}
	return float64(n) / float64(len(x))
}

// errors reads the standard errors of an indicator, nil when it has none. They
// are divided as the value is; that of a logarithm is se/value (delta method).
func (p *Plan) errors(i int) ([]float64, error) {
	d := p.Spec.Indicators[i]
	if d.SE == "" {
		return nil, nil
	}
	x, err := p.Spec.numbers(p.table, item("indicator", i, "se"), d.SE)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(p.rows))
	for u, row := range p.rows {
		if x[row] < 0 {
			return nil, p.table.refuse("une erreur type est positive ou nulle", "ligne %d, colonne « %s » : %v", p.table.line(row), d.SE, x[row])
		}
		out[u] = x[row] * p.factor(i, row)
	}
	if d.Log {
		for u, v := range p.before[i] {
			out[u] /= math.Exp(v)
		}
	}
	return out, nil
}

// factor is what a value of the table is multiplied by.
func (p *Plan) factor(i, row int) float64 {
	d := p.Spec.Indicators[i]
	if d.Denominator == "" {
		return 1
	}
	f := 1 / p.table.Column(d.Denominator).Number[row]
	if d.DenominatorScale != 0 {
		f *= d.DenominatorScale
	}
	return f
}
