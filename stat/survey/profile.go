package survey

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// likelihood sets the interval of proportions whose binomial deviance, over
// the design effect, stays below t². As the reference program does, the
// signed root of the deviance is computed on a grid of log odds, a cubic
// spline passed through it and its inverse read by straight lines. Weights w
// are multiplied by scale, n is the number of records and se the standard
// error of the log odds.
func (p *Proportion) likelihood(w, y []float64, se, scale, n, t float64) {
	cut := t * se * math.Sqrt(scale*sum(w)*p.working(w, y, scale))
	tail := distuv.UnitNormal.Survival(cut) / 2 // both tails, shared by four
	reach := math.Sqrt(fisherUpper(tail, n-1))
	step := reach / 5 * se
	centre := math.Log(p.Value / (1 - p.Value))
	odds, root := []float64{centre}, []float64{0}
	for _, sign := range []float64{-1, 1} {
		z := 0.0
		for k := 1.0; k < 10 && math.Abs(z) < reach; k++ {
			at := centre + sign*k*step
			z = sign * math.Sqrt(max(0, p.deviance(n-1, at)))
			odds, root = append(odds, at), append(root, z)
		}
	}
	sort.Float64s(odds)
	sort.Float64s(root)
	x, z := smooth(odds, root)
	p.Low, p.High = logistic(line(z, x, -cut)), logistic(line(z, x, cut))
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// deviance returns that of log odds against the proportion, for n records.
func (p *Proportion) deviance(n, odds float64) float64 {
	q := logistic(odds)
	return 2 * n * (p.Value*math.Log(p.Value/q) + (1-p.Value)*math.Log((1-p.Value)/logistic(-odds)))
}

// working returns the binomial variance at the last but one step of the fit
// of the log odds by iterated weighted least squares, which scales the design
// effect of the reference program.
func (p *Proportion) working(w, y []float64, scale float64) float64 {
	total := scale * sum(w)
	var top, bottom, last float64
	for i, v := range w {
		if v == 0 {
			continue
		}
		s := v * scale
		mu := (s*y[i] + 0.5) / (s + 1)
		a := mu * (1 - mu)
		odds := math.Log(mu / (1 - mu))
		top += s * (a*odds + y[i] - mu)
		bottom += s * a
		last -= 2 * s * math.Log(1-math.Abs(y[i]-mu))
	}
	odds := top / bottom
	variance := bottom / total
	for range 25 {
		mu := logistic(odds)
		now := -2 * total * (p.Value*math.Log(mu) + (1-p.Value)*math.Log(1-mu))
		if math.Abs(now-last)/(math.Abs(now)+0.1) < 1e-8 {
			break
		}
		last, variance = now, mu*(1-mu)
		odds += (p.Value - mu) / variance
	}
	return variance
}

// fisherUpper returns the value that an F variable with 1 and df degrees of
// freedom passes with a probability.
func fisherUpper(tail, df float64) float64 {
	b := mathext.InvRegIncBeta(df/2, 0.5, tail)
	return df * (1 - b) / b
}

// smooth returns three times as many points, equally spaced, of the cubic
// spline through the points (x, y) whose ends follow the cubic through the
// four first and last points.
//
// Source: Forsythe, Malcolm and Moler (1977), Computer Methods for
// Mathematical Computations, chapter 4.
func smooth(x, y []float64) (u, v []float64) {
	n := len(x)
	second := curvature(x, y)
	for k := range 3 * n {
		at := x[0] + (x[n-1]-x[0])*float64(k)/float64(3*n-1)
		i := min(max(sort.SearchFloat64s(x, at)-1, 0), n-2)
		h := x[i+1] - x[i]
		a, b := (x[i+1]-at)/h, (at-x[i])/h
		u = append(u, at)
		v = append(v, a*y[i]+b*y[i+1]+((a*a*a-a)*second[i]+(b*b*b-b)*second[i+1])*h*h/6)
	}
	return u, v
}

// curvature returns the second derivatives of the spline at its points.
func curvature(x, y []float64) []float64 {
	n := len(x)
	h, slope := make([]float64, n-1), make([]float64, n-1)
	for i := range h {
		h[i] = x[i+1] - x[i]
		slope[i] = (y[i+1] - y[i]) / h[i]
	}
	diagonal, right := make([]float64, n), make([]float64, n)
	for i := 1; i < n-1; i++ {
		diagonal[i], right[i] = 2*(h[i-1]+h[i]), 6*(slope[i]-slope[i-1])
	}
	// Ends: −h·s₀ + h·s₁ = h²·6·(third divided difference).
	diagonal[0], diagonal[n-1] = -h[0], -h[n-2]
	if n > 3 {
		right[0] = 6 * h[0] * h[0] * third(x, y, 0)
		right[n-1] = -6 * h[n-2] * h[n-2] * third(x, y, n-4)
	}
	for i := 1; i < n; i++ {
		factor := h[i-1] / diagonal[i-1]
		diagonal[i] -= factor * h[i-1]
		right[i] -= factor * right[i-1]
	}
	right[n-1] /= diagonal[n-1]
	for i := n - 2; i >= 0; i-- {
		right[i] = (right[i] - h[i]*right[i+1]) / diagonal[i]
	}
	return right
}

// third returns the divided difference of four points from the i-th.
func third(x, y []float64, i int) float64 {
	d := []float64{y[i], y[i+1], y[i+2], y[i+3]}
	for order := 1; order < 4; order++ {
		for k := 0; k < 4-order; k++ {
			d[k] = (d[k+1] - d[k]) / (x[i+k+order] - x[i+k])
		}
	}
	return d[0]
}

// line interpolates y at a value of the increasing x, the end values beyond.
func line(x, y []float64, at float64) float64 {
	k := sort.SearchFloat64s(x, at)
	switch {
	case k == 0:
		return y[0]
	case k == len(x):
		return y[k-1]
	}
	return y[k-1] + (y[k]-y[k-1])*(at-x[k-1])/(x[k]-x[k-1])
}
