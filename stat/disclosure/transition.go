package disclosure

import "math"

// MaxEntropy returns the admissible transition table that adds the least
// knowledge of its own: deviations of at most d, without bias, of variance v,
// no published count from 1 to js, and of all such tables that of largest
// entropy. Without further constraint p is proportional to exp(a δ + b δ²),
// where a and b are those that give the mean and the variance.
//
// A count too near the forbidden ones to have the variance v has the nearest
// one it can have without bias; Check then tells it. Rows go up to the first
// count whose targets are all allowed.
//
// Refusal: d below 1, js negative or not below d, v that no distribution of
// these deviations has.
//
// Source: Marley and Leaver (2011), A method for confidentialising user-defined
// tables, ISI 58; Giessing (2016), Computational issues in the design of
// transition probabilities and disclosure risk estimation for additive noise,
// PSD 2016. Oracle: case K01 (d = 3, v = 1, js = 0).
func MaxEntropy(d int, v float64, js int) (*Transition, error) {
	if d < 1 || js < 0 || js >= d {
		return nil, refuse("donnez un écart d’au moins 1, et un seuil plus petit que lui", "écart %d, seuil %d : aucune table de passage", d, js)
	}
	if !(v > 0) || v >= float64(d*d) {
		return nil, refuse("donnez une variance au-dessus de 0 et sous le carré de l’écart", "variance %v pour un écart d’au plus %d", v, d)
	}
	t := &Transition{}
	for i := 1; i <= d+js+1; i++ {
		if js == 0 && i > d {
			break
		}
		row, err := entropyRow(i, d, v, js)
		if err != nil {
			return nil, err
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// entropyRow is the row of a count.
func entropyRow(i, d int, v float64, js int) ([]Target, error) {
	var targets []Target
	below, above := math.Inf(-1), math.Inf(1) // the deviations nearest to 0, on each side
	var lowest, highest float64
	for j := max(0, i-d); j <= i+d; j++ {
		if j > 0 && j <= js {
			continue
		}
		gap := float64(j - i)
		if len(targets) == 0 {
			lowest = gap
		}
		if gap <= 0 {
			below = max(below, gap)
		}
		if gap >= 0 {
			above = min(above, gap)
		}
		highest = gap
		targets = append(targets, Target{Count: j})
	}
	if math.IsInf(below, -1) {
		return nil, refuse("donnez un écart plus grand que le seuil", "l’effectif %d ne peut aller ni à 0 ni plus bas que le seuil %d", i, js)
	}
	least, most := -below*above, -lowest*highest // variances of two points without bias
	switch {
	case v <= least+1e-9:
		twoPoints(targets, i, below, above)
	case v >= most-1e-9:
		twoPoints(targets, i, lowest, highest)
	default:
		exponential(targets, i, v)
	}
	return targets, nil
}

// twoPoints puts the whole probability on two deviations, without bias.
func twoPoints(targets []Target, i int, a, b float64) {
	for k := range targets {
		switch gap := float64(targets[k].Count - i); {
		case a == b && gap == a:
			targets[k].P = 1
		case a == b:
		case gap == a:
			targets[k].P = b / (b - a)
		case gap == b:
			targets[k].P = -a / (b - a)
		}
	}
}

// exponential solves for the two parameters by Newton's method on the convex
// dual, log Σ exp(a δ + b (δ² − v)), the step halved until the dual decreases.
func exponential(targets []Target, i int, v float64) {
	gap := make([]float64, len(targets))
	for k, t := range targets {
		gap[k] = float64(t.Count - i)
	}
	p := make([]float64, len(targets))
	dual := func(a, b float64) float64 {
		top := math.Inf(-1)
		for k, g := range gap {
			p[k] = a*g + b*(g*g-v)
			top = max(top, p[k])
		}
		sum := 0.0
		for k := range p {
			p[k] = math.Exp(p[k] - top)
			sum += p[k]
		}
		for k := range p {
			p[k] /= sum
		}
		return top + math.Log(sum)
	}
	a, b := 0.0, 0.0
	at := dual(a, b)
	for range 200 {
		var m [5]float64 // moments of the deviation, from 1 to 4
		for k, g := range gap {
			for n, power := 1, g; n <= 4; n, power = n+1, power*g {
				m[n] += p[k] * power
			}
		}
		ga, gb := m[1], m[2]-v
		haa, hab, hbb := m[2]-m[1]*m[1], m[3]-m[1]*m[2], m[4]-m[2]*m[2]
		det := haa*hbb - hab*hab
		if math.Abs(ga)+math.Abs(gb) < 1e-14 || !(det > 0) {
			break
		}
		da, db := (hab*gb-hbb*ga)/det, (hab*ga-haa*gb)/det
		step := 1.0
		for ; step > 1e-12; step /= 2 {
			if next := dual(a+step*da, b+step*db); next <= at+1e-12 { // its own rounding
				a, b, at = a+step*da, b+step*db, next
				break
			}
		}
		if step <= 1e-12 {
			dual(a, b)
			break
		}
	}
	for k := range targets {
		targets[k].P = p[k]
	}
}
