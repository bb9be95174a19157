package study

import (
	"math"

	"vigie/stat/smallarea"
	"vigie/stat/survey"
)

// Feeling is how fragile each domain is felt in one territory.
type Feeling struct {
	Territory string
	Base      int // answers there
	Domains   []Felt
}

// Felt is one domain in one territory: a figure of the survey, or, where answers
// are too few, the estimate of a model that leans on the measured fragility of
// all territories; Share is then the weight of the model. Not OK: it is secret,
// or neither says enough, and it has no place.
type Felt struct {
	Line, Domain string
	OK           bool
	Value, SE    float64
	Modelled     bool
	Share        float64
	Place        Place
}

// leastLocal is the number of answers in a territory under which the model is
// asked for; leastAreas the number of territories that it is fitted on.
const (
	leastLocal = 100
	leastAreas = 8
)

// Feel returns how fragile the domains that an item lists are felt in each
// territory of a breakdown, in its order. A model that leaves territories nothing
// of their own is not used. measured gives the measured fragility
// of a territory in a domain, false when it has none.
//
// A secret figure is neither used nor estimated.
//
// Source: Fay and Herriot (1979), JASA 74, 269-277.
func Feel(t *Tabulation, item *ItemTable, breakdown string, measured func(level, domain string) (float64, bool)) []Feeling {
	table, ok := item.By(breakdown)
	if !ok || !item.Things() {
		return nil
	}
	out := make([]Feeling, len(table.Columns))
	voices := make([]Voice, len(table.Columns))
	for k := range table.Columns {
		voices[k] = Voice{t, item, &table.Columns[k]}
		out[k] = Feeling{Territory: table.Columns[k].Level, Base: table.Columns[k].Base}
	}
	for _, l := range item.Lines() {
		if l.Domain == "" {
			continue
		}
		fitted := model(voices, l, measured)
		for k, v := range voices {
			out[k].Domains = append(out[k].Domains, feltOf(v, l, fitted, k))
		}
	}
	for k := range out {
		out[k].rank(voices[k])
	}
	return out
}

// feltOf takes the figure of the survey where answers are enough, the model's
// where they are not and it may be published.
func feltOf(v Voice, l ItemLine, fitted *modelled, k int) Felt {
	f := Felt{Line: l.Line, Domain: l.Domain}
	c, ok := v.Shown(l.Line)
	if !ok {
		return f
	}
	if e, precise := v.estimate(l.Line); precise && v.Column.Base >= leastLocal {
		f.OK, f.Value, f.SE = true, e.x, e.se
		return f
	}
	if fitted == nil || fitted.at[k] < 0 || !(c.SE > 0) {
		return f
	}
	i := fitted.at[k]
	value, mse := fitted.fit.Estimate[i], fitted.fit.MSE[i]
	rule := smallarea.Usual
	rule.N, rule.Share = 0, 0 // both are told beside the estimate
	if verdict, _ := rule.Judge(value, mse, v.Column.Base, fitted.fit.Share[i]); verdict != smallarea.Withhold && mse > 0 {
		f.OK, f.Modelled, f.Value, f.SE, f.Share = true, true, value, math.Sqrt(mse), fitted.fit.Share[i]
	}
	return f
}

// modelled is a fitted model; at gives the area of each column, -1 for none.
type modelled struct {
	fit *smallarea.AreaFit
	at  []int
}

// model fits one line over the territories whose figure is shown and whose
// fragility is measured; nil when they are too few or it cannot be fitted.
func model(voices []Voice, l ItemLine, measured func(level, domain string) (float64, bool)) *modelled {
	m := &modelled{at: make([]int, len(voices))}
	a := smallarea.Areas{Response: l.Line}
	var one, score []float64
	for k, v := range voices {
		m.at[k] = -1
		x, known := measured(v.Column.Level, l.Domain)
		c, shown := v.Shown(l.Line)
		if !known || !shown || !(c.SE > 0) {
			continue
		}
		m.at[k] = len(one)
		a.Direct, a.Variance = append(a.Direct, c.Value), append(a.Variance, c.SE*c.SE)
		one, score = append(one, 1), append(score, x)
	}
	if len(one) < leastAreas {
		return nil
	}
	a.Model = &survey.Matrix{Names: []string{"(Intercept)", "measured"}, Data: [][]float64{one, score}, Term: []int{-1, 0}}
	fit, err := smallarea.FayHerriot(a, smallarea.REML)
	if err != nil || fit.Between == 0 {
		return nil // such as a score that does not vary, or nothing of the territories' own left: the survey alone speaks
	}
	m.fit = fit
	return m
}

// rank gives each domain its place among those that have a figure.
func (f *Feeling) rank(v Voice) {
	var x []estimate
	var at []int
	for i, d := range f.Domains {
		if !d.OK {
			continue
		}
		e := estimate{d.Value, d.SE, v.df()}
		if d.Modelled {
			e.df = math.Inf(1)
		}
		x, at = append(x, e), append(at, i)
	}
	if len(x) < leastRanked {
		return
	}
	for k, p := range places(x) {
		f.Domains[at[k]].Place = p
	}
}

// Half says in which half of n places a rank surely is: 1 the upper, -1 the
// lower, 0 when its interval holds both.
func (p Place) Half(n int) int {
	switch {
	case !p.OK:
		return 0
	case 2*p.High <= n:
		return 1
	case 2*p.Low > n:
		return -1
	}
	return 0
}
