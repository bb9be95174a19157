package index

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/composite"
)

// mostSets bounds the units of a period whose ranks get a confidence set: all
// pairs are compared in every draw.
const mostSets = 400

// setDraws is the number of normal draws behind a confidence set.
const setDraws = 5000

// confidence gives the confidence sets for ranks of what rests on standard
// errors: an indicator that has some, and an element whose score is a weighted
// sum of indicators, its error propagated through the weights with the ends of
// the scales taken as known. Errors of different indicators and units are
// independent. The coverage holds for all units of a period at once.
func (r *run) confidence() error {
	for node := range r.Tree.Nodes {
		x, se := r.column(node), r.deviations(node)
		if se == nil {
			continue
		}
		lo, hi := make([]int, len(r.Units)), make([]int, len(r.Units))
		some := false
		var err error
		r.byPeriod(func(_ int, units []int) {
			var list []int
			for _, u := range referenceOf(units, r.Index.Reference) {
				if !math.IsNaN(x[u]) {
					list = append(list, u)
				}
			}
			if len(list) < 2 || len(list) > mostSets || err != nil {
				return
			}
			variance := mat.NewDiagDense(len(list), nil)
			for i, u := range list {
				variance.SetDiag(i, se[u]*se[u])
			}
			sets, e := composite.RankSets(at(x, list), variance, composite.Inference{
				Coverage: r.Spec.Uncertainty.Confidence, Simultaneous: true, StepDown: true, Draws: setDraws, Seed: r.Spec.Uncertainty.Seed,
			})
			if e != nil {
				err = e
				return
			}
			for i, u := range list {
				lo[u], hi[u], some = sets[i].Low, sets[i].High, true
			}
		})
		if err != nil {
			return r.Told(err)
		}
		if s := &r.out.Elements[node]; some {
			if s.Spread == nil {
				s.Spread = &Spread{}
			}
			s.Spread.SetLo, s.Spread.SetHi = lo, hi
		}
	}
	return nil
}

// deviations returns the standard error of each score of a node, nil when it
// rests on none or is no weighted sum.
func (r *run) deviations(node int) []float64 {
	k := r.Number[node]
	if k < 0 || !linear[r.Method.Scale.Kind] {
		return nil
	}
	if r.Tree.Nodes[node].Leaf() {
		return r.scaled(k)
	}
	part := r.Part(node)
	if b := r.Method.Means[part]; b.Kind != composite.BlendPower || b.Power != composite.Arithmetic {
		return nil
	}
	variance, some := make([]float64, len(r.Units)), false
	for _, number := range r.Index.Parts[part].Children {
		child := r.Node[number]
		se := r.deviations(child)
		if se == nil && r.uncertain(child) {
			return nil // a mean below is no weighted sum
		}
		if se == nil {
			continue
		}
		some = true
		for u, share := range r.out.Elements[child].Share {
			if share.OK() {
				variance[u] += float64(share) * float64(share) * se[u] * se[u]
			}
		}
	}
	if !some {
		return nil
	}
	for u, v := range variance {
		variance[u] = math.Sqrt(v)
	}
	return variance
}

// uncertain tells whether a node rests on an indicator with standard errors.
func (r *run) uncertain(node int) bool {
	if r.Tree.Nodes[node].Leaf() {
		k := r.Number[node]
		return k >= 0 && r.Index.Indicators[k].SE != nil
	}
	for _, c := range r.Tree.Nodes[node].Children {
		if r.uncertain(c) {
			return true
		}
	}
	return false
}

// linear lists the scales that are a straight line.
var linear = map[composite.ScaleKind]bool{
	composite.ScaleMinMax: true, composite.ScaleZ: true, composite.ScaleTarget: true,
	composite.ScaleToMax: true, composite.ScaleFraction: true, composite.ScaleGoalposts: true,
}

// scaled returns the standard errors of column k on the scale of the index,
// nil without or where its treatment bends the scale. The slope is that of the
// line through the two most distant values that no end of the scale holds.
func (r *run) scaled(k int) []float64 {
	in := r.Index.Indicators[k]
	if in.SE == nil {
		return nil
	}
	out := make([]float64, len(r.Units))
	fits := make([]float64, len(r.built.Fits[k]))
	for f, fit := range r.built.Fits[k] {
		if fit.Values > 0 && fit.Kind > composite.TreatWinsorise {
			return nil
		}
		fits[f] = r.slope(k, f)
	}
	for u, se := range in.SE {
		f := 0
		if len(fits) > 1 {
			f = r.Index.Period[u]
		}
		if out[u] = se * math.Abs(fits[f]); math.IsNaN(out[u]) {
			out[u] = 0 // no error is known
		}
	}
	return out
}

// slope is that of the scale of column k in fit f, NaN when unknown.
func (r *run) slope(k, f int) float64 {
	sc := r.Method.Scale
	if in := r.Index.Indicators[k]; sc.Kind == composite.ScaleGoalposts {
		return (sc.Hi - sc.Lo) / (in.High - in.Low)
	}
	low, high := -1, -1
	x, y := r.built.Treated[k], r.built.Normalised[k]
	for u, v := range x {
		held := sc.Kind == composite.ScaleZ && sc.Clamp && math.Abs(y[u]-sc.Lo) >= 3*sc.Hi || sc.Kind == composite.ScaleTarget && sc.Clamp && y[u] >= sc.Hi
		if math.IsNaN(v) || held || len(r.built.Fits[k]) > 1 && r.Index.Period[u] != f {
			continue
		}
		if low < 0 || v < x[low] {
			low = u
		}
		if high < 0 || v > x[high] {
			high = u
		}
	}
	if low < 0 || x[low] == x[high] {
		return math.NaN()
	}
	return (y[high] - y[low]) / (x[high] - x[low])
}
