package conformance

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/composite"
)

// rankFunctions are those of the family ranks.
var rankFunctions = map[string]func(*asked) *found{
	"rank_confidence_set": rankSet,
	"tau_set":             tauSet,
	"rank_vector":         rankVector,
	"rate_with_se":        rateWithError,
}

var ties = map[string]composite.Ties{"min": composite.TiesMin, "max": composite.TiesMax, "average": composite.TiesMean}

// estimates reads estimates with their standard errors and one correlation for
// all pairs.
func (a *asked) estimates() (t *table, x []float64, c *mat.SymDense) {
	t = a.table("table")
	x, se, rho := a.column(t, "estimate"), a.column(t, "se"), a.number("correlation", 0)
	if *a.err != nil || len(x) == 0 {
		return t, nil, nil
	}
	c = mat.NewSymDense(len(x), nil)
	for i := range x {
		for j := range i {
			c.SetSym(i, j, rho*se[i]*se[j])
		}
		c.SetSym(i, i, se[i]*se[i])
	}
	return t, x, c
}

func (a *asked) inference() composite.Inference {
	return composite.Inference{Coverage: a.number("coverage", 0.95), Simultaneous: a.flag("simultaneous", true),
		StepDown: a.flag("stepdown", true), Draws: a.whole("draws"), Seed: a.seed}
}

func rankSet(a *asked) *found {
	t, x, c := a.estimates()
	units, f := a.labels(t, "unit"), a.inference()
	a.choice("best", "highest_first")
	if *a.err != nil {
		return nil
	}
	sets, err := composite.RankSets(x, c, f)
	if err != nil {
		a.fail(err)
		return nil
	}
	low, high := make([]float64, len(x)), make([]float64, len(x))
	for i, s := range sets {
		low[i], high[i] = float64(s.Low), float64(s.High)
	}
	out := &found{}
	out.rows(map[string][]string{a.text("unit"): units}, map[string][]float64{
		"L": low, "U": high, "L_median": low, "U_median": high, "rank": composite.Rank(x, composite.TiesMin)})
	return out
}

func tauSet(a *asked) *found {
	_, x, c := a.estimates()
	a.get("unit")
	tau, worst, f := a.whole("tau"), a.choice("side", "best", "worst") == "worst", a.inference()
	if *a.err != nil {
		return nil
	}
	if worst {
		x = composite.Oriented(x, -1)
	}
	in, err := composite.AmongBest(x, c, tau, f)
	if err != nil {
		a.fail(err)
	}
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = v
	}
	return &found{only: out}
}

func rankVector(a *asked) *found {
	x, rule, fraction := a.vector("vector"), a.choice("ties", "min", "max", "average"), a.flag("as_fraction", false)
	a.choice("best", "highest_first")
	if *a.err != nil {
		return nil
	}
	if !fraction {
		return &found{only: finites(composite.Rank(x, ties[rule]))}
	}
	// A share is counted from the lowest value, and so is its rule for ties.
	r, n := composite.RankUp(x, ties[rule]), float64(len(x))
	for i := range r {
		r[i] = 1 - (r[i]-1)/n
	}
	return &found{only: finites(r)}
}

// rateWithError gives rates of events and a standard error that is not zero
// without event.
func rateWithError(a *asked) *found {
	f := a.units()
	x, n, scale := a.column(f.table, "events"), a.column(f.table, "population"), a.number("scale")
	a.choice("se", "sqrt_events_plus_half")
	rate, se := make([]float64, len(x)), make([]float64, len(x))
	for i := range n {
		rate[i], se[i] = x[i]/n[i]*scale, math.Sqrt(x[i]+0.5)/n[i]*scale
	}
	return f.found(map[string][]float64{"rate": rate, "se": se})
}
