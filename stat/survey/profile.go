package survey

import (
	"math"
	"sort"
)

// likelihood sets the interval of proportions whose binomial deviance, over
// the design effect, stays below t². As the reference program does, the
// signed root of the deviance is computed on a grid of log odds, a cubic
// spline passed through it and its inverse read by straight lines. Weights
// are multiplied by scale; half and se are the half-width and the standard
// error of the t interval of the log odds.
func (p *Proportion) likelihood(d *Design, y []float64, scale, half, se float64) {
	centre, working := p.fit(d.weights, y, scale)
	cut := half * math.Sqrt(scale*sum(d.weights)*working)
	n, rows := sum(d.ones()), float64(d.Records())
	size := rows * (n - 1) / n
	for _, v := range y {
		if rows > n && math.IsNaN(v) {
			rows--
		}
	}
	tail := math.Erfc(cut/math.Sqrt2) / 4 // both tails, shared by four
	reach := studentReach(tail, rows-1)
	step := reach / 5 * se
	odds, root := []float64{centre}, []float64{0}
	for _, sign := range []float64{-1, 1} {
		z := 0.0
		for k := 1.0; k < 10 && math.Abs(z) < reach; k++ {
			at := centre + sign*k*step
			z = sign * math.Sqrt(max(0, p.deviance(size, at)))
			odds, root = append(odds, at), append(root, z)
		}
	}
	sort.Float64s(odds)
	sort.Float64s(root)
	x, z := smooth(odds, root)
	p.Low, p.High = p.end(size, x, z, -cut), p.end(size, x, z, cut)
}

// end returns the proportion whose signed root of deviance is cut: read on
// the grid, or beyond it searched for.
func (p *Proportion) end(n float64, x, z []float64, cut float64) float64 {
	k := sort.SearchFloat64s(z, cut)
	if k > 0 && k < len(z) {
		return logistic(x[k-1] + (x[k]-x[k-1])*(cut-z[k-1])/(z[k]-z[k-1]))
	}
	near, far := x[0], -700.0
	if cut > 0 {
		near, far = x[len(x)-1], 700
	}
	for range 100 {
		middle := (near + far) / 2
		if p.deviance(n, middle) < cut*cut {
			near = middle
		} else {
			far = middle
		}
	}
	return logistic(near)
}

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// deviance returns that of log odds against the proportion, for n records.
func (p *Proportion) deviance(n, odds float64) float64 {
	q := logistic(odds)
	return 2 * n * (p.Value*math.Log(p.Value/q) + (1-p.Value)*math.Log((1-p.Value)/logistic(-odds)))
}

// fit returns the log odds fitted by iterated weighted least squares to the
// tolerance of the reference program, and the binomial variance before the
// last step, which scales its design effect.
func (p *Proportion) fit(w, y []float64, scale float64) (odds, variance float64) {
	total := scale * sum(w)
	var top, bottom, last float64
	for i, v := range w {
		if v == 0 {
			continue
		}
		s := v * scale
		mu := (s*y[i] + 0.5) / (s + 1)
		a := mu * (1 - mu)
		top += s * (a*math.Log(mu/(1-mu)) + y[i] - mu)
		bottom += s * a
		last -= 2 * s * math.Log(1-math.Abs(y[i]-mu))
	}
	odds, variance = top/bottom, bottom/total
	for range 25 {
		mu := logistic(odds)
		now := -2 * total * (p.Value*math.Log(mu) + (1-p.Value)*math.Log(1-mu))
		if math.Abs(now-last)/(math.Abs(now)+0.1) < 1e-8 {
			break
		}
		last, variance = now, mu*(1-mu)
		odds += (p.Value - mu) / variance
	}
	return odds, variance
}

// studentReach returns the t that a Student variable passes, on either side,
// with a probability however small.
func studentReach(tail, df float64) float64 {
	low, high := 0.0, 1.0
	for studentTail(high, df) > tail {
		high *= 2
	}
	for range 100 {
		if middle := (low + high) / 2; studentTail(middle, df) > tail {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
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
