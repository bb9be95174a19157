package smallarea

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/descr"
	"vigie/stat/survey"
)

// Areas is what the area-level model needs, an entry an area.
type Areas struct {
	Response string         // name of the direct estimate, for messages
	Direct   []float64      // NaN: no sample in the area
	Variance []float64      // of the direct estimate, above 0 where there is one
	Model    *survey.Matrix // of the auxiliary variables, known for all areas
}

// AreaFit is the fitted area-level model, with an estimate for every area.
type AreaFit struct {
	Estimate  []float64 // EBLUP; the synthetic estimate where there is no sample
	MSE       []float64 // of Estimate
	Synthetic []float64 // what the model alone says
	Share     []float64 // weight of the model in Estimate, 0 to 1
	Sampled   []bool

	Between    float64 // variance between areas that the model leaves, >= 0
	Names      []string
	Beta       []float64
	BetaSE     []float64
	LogLike    float64 // of the marginal law, at the estimates
	AIC, BIC   float64
	Iterations int
}

const mostIterations = 200

// FayHerriot fits the model direct_i = x_i'b + u_i + e_i, Var u_i = A unknown,
// Var e_i known, and returns the empirical best linear unbiased predictor of
// each area with the second-order estimate of its mean squared error.
//
// All entries of a have one length, an entry an area. An area without direct
// estimate gets x_i'b, whose error is A + x_i'Var(b)x_i. A is found by Fisher
// scoring from the median of the sampling variances and is never below 0; it
// is iterated to a relative change of 1e-10.
//
// Error: *survey.Refusal when an auxiliary variable is missing or given by
// others, a sampling variance is not above 0, there are not more areas with a
// sample than columns, or A does not converge.
//
// Source: Fay & Herriot (1979), JASA 74, 269-277; Prasad & Rao (1990), JASA
// 85, 163-171; Datta & Lahiri (2000), Statistica Sinica 10, 613-627; Datta,
// Rao & Smith (2005), Biometrika 92, 183-196. Oracle: R sae::mseFH.
func FayHerriot(a Areas, m Method) (*AreaFit, error) {
	f, err := newFH(a)
	if err != nil {
		return nil, err
	}
	between, iterations, err := f.between(m)
	if err != nil {
		return nil, err
	}
	if err := f.at(between); err != nil {
		return nil, err
	}
	out := &AreaFit{Between: f.a, Names: a.Model.Names, Beta: f.beta, BetaSE: standardErrors(f.q.inverse), Iterations: iterations}
	f.predict(out, m)
	n, p := float64(len(f.in)), float64(len(f.beta))
	for k, v := range f.v {
		out.LogLike -= 0.5 * (math.Log(2*math.Pi/v) + f.residual[k]*f.residual[k]*v)
	}
	out.AIC = -2*out.LogLike + 2*(p+1)
	out.BIC = -2*out.LogLike + math.Log(n)*(p+1)
	return out, nil
}

// fh is the model at one value of the variance between areas.
type fh struct {
	design
	areas    Areas
	in       []int // areas with a sample
	a        float64
	v        []float64 // 1/(A + sampling variance), of the areas in
	q        solved    // (X'VX)^-1
	beta     []float64
	residual []float64
}

func newFH(a Areas) (*fh, error) {
	f := &fh{design: design{a.Model.Names, a.Model.Data}, areas: a}
	n := len(a.Direct)
	if len(a.Variance) != n {
		panic("smallarea.FayHerriot: lengths differ")
	}
	for i, y := range a.Direct {
		if math.IsNaN(y) {
			continue
		}
		if v := a.Variance[i]; !(v > 0) || math.IsInf(v, 0) || math.IsInf(y, 0) {
			return nil, refuse(a.Response, i+1, "donnez la variance d’échantillonnage, ou videz l’estimation directe pour traiter la zone comme sans échantillon",
				"la variance d’échantillonnage doit être un nombre au-dessus de 0")
		}
		f.in = append(f.in, i)
	}
	if err := f.check(n, func(int) bool { return true }); err != nil {
		return nil, err
	}
	if len(f.in) <= len(f.x) {
		return nil, refuse(a.Response, 0, "retirez des variables du modèle, ou gardez plus de zones",
			"%d zone(s) avec échantillon pour %d colonne(s) du modèle", len(f.in), len(f.x))
	}
	return f, f.independent(f.in)
}

// at fits the regression under a variance between areas.
func (f *fh) at(a float64) error {
	p, n := len(f.x), len(f.in)
	f.a, f.v, f.residual = a, make([]float64, n), make([]float64, n)
	cross, xy := mat.NewSymDense(p, nil), make([]float64, p)
	for k, i := range f.in {
		f.v[k] = 1 / (a + f.areas.Variance[i])
		for r := range p {
			xy[r] += f.x[r][i] * f.v[k] * f.areas.Direct[i]
			for c := r; c < p; c++ {
				cross.SetSym(r, c, cross.At(r, c)+f.x[r][i]*f.v[k]*f.x[c][i])
			}
		}
	}
	var err error
	if f.q, err = invert(cross); err != nil {
		return err
	}
	f.beta = times(f.q.inverse, xy)
	for k, i := range f.in {
		f.residual[k] = f.areas.Direct[i] - dot(f.design.at(i), f.beta)
	}
	return nil
}

// between finds the variance between areas, at least 0.
func (f *fh) between(m Method) (a float64, iterations int, err error) {
	variances := make([]float64, len(f.in))
	for k, i := range f.in {
		variances[k] = f.areas.Variance[i]
	}
	a = descr.Quantile(variances, 0.5)
	for iterations = 1; iterations <= mostIterations; iterations++ {
		if err := f.at(a); err != nil {
			return 0, iterations, err
		}
		next := math.Max(0, a+f.step(m))
		if math.Abs(next-a) <= 1e-10*a { // also at 0 when the step goes below
			return next, iterations, nil
		}
		a = next
	}
	return 0, iterations, refuse(f.areas.Response, 0, "essayez une autre méthode (ML, moment), ou vérifiez les variances d’échantillonnage",
		"la variance entre zones ne converge pas en %d itérations (dernière valeur %.6g)", mostIterations, a)
}

// step is one step of Fisher scoring (REML, ML) or of Newton (moments).
func (f *fh) step(m Method) float64 {
	p := len(f.x)
	var sumV, sumV2, weighted, squared float64
	inner := mat.NewSymDense(p, nil) // X'V²X
	third := mat.NewSymDense(p, nil) // X'V³X
	for k, i := range f.in {
		v, r := f.v[k], f.residual[k]
		sumV, sumV2 = sumV+v, sumV2+v*v
		weighted, squared = weighted+r*r*v, squared+r*r*v*v // y'Py, y'PPy
		x := f.design.at(i)
		for a := range x {
			for b := a; b < p; b++ {
				inner.SetSym(a, b, inner.At(a, b)+x[a]*v*v*x[b])
				third.SetSym(a, b, third.At(a, b)+x[a]*v*v*v*x[b])
			}
		}
	}
	switch m {
	case Moment:
		return (weighted - float64(len(f.in)-p)) / sumV
	case ML:
		return (squared - sumV) / sumV2
	}
	// tr P = tr V - tr QX'V²X; tr PP = tr V² - 2 tr QX'V³X + tr (QX'V²X)²
	qi, qt := mat.NewDense(p, p, nil), mat.NewDense(p, p, nil)
	qi.Mul(f.q.inverse, inner)
	qt.Mul(f.q.inverse, third)
	var square mat.Dense
	square.Mul(qi, qi)
	return (squared - (sumV - mat.Trace(qi))) / (sumV2 - 2*mat.Trace(qt) + mat.Trace(&square))
}

// predict fills estimates and errors of every area.
func (f *fh) predict(out *AreaFit, m Method) {
	n := len(f.areas.Direct)
	out.Estimate, out.MSE, out.Synthetic, out.Share = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	out.Sampled = make([]bool, n)
	spread, bias := f.uncertainty(m)
	for i := range n {
		x := f.design.at(i)
		out.Synthetic[i] = dot(x, f.beta)
		g2 := form(f.q.inverse, x)
		out.Estimate[i], out.MSE[i], out.Share[i] = out.Synthetic[i], f.a+g2, 1
		if d := f.areas.Variance[i]; !math.IsNaN(f.areas.Direct[i]) {
			b := d / (f.a + d)
			out.Sampled[i], out.Share[i] = true, b
			out.Estimate[i] += (1 - b) * (f.areas.Direct[i] - out.Synthetic[i])
			out.MSE[i] = f.a*b + b*b*(g2+2*spread/(f.a+d)-bias)
		}
	}
}

// uncertainty returns the asymptotic variance and bias of the variance between
// areas.
func (f *fh) uncertainty(m Method) (variance, bias float64) {
	sumV, sumV2, n := 0.0, 0.0, float64(len(f.in))
	for _, v := range f.v {
		sumV, sumV2 = sumV+v, sumV2+v*v
	}
	switch m {
	case Moment:
		return 2 * n / (sumV * sumV), 2 * (n*sumV2 - sumV*sumV) / (sumV * sumV * sumV)
	case ML:
		trace := 0.0
		for k, i := range f.in {
			trace += form(f.q.inverse, f.design.at(i)) * f.v[k] * f.v[k]
		}
		return 2 / sumV2, -trace / sumV2
	}
	return 2 / sumV2, 0
}
