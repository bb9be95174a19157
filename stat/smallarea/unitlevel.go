package smallarea

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"vigie/stat/survey"
)

// Units is what the unit-level model needs: answers, a record a unit, and the
// population of each area.
type Units struct {
	Response string         // name of Y, for messages
	Y        []float64      // NaN: no answer, left out
	Model    *survey.Matrix // of the answers; NaN: left out
	Area     []int          // rank of the area of each record, below len(Size); -1: left out
	Size     []float64      // population of each area, at least its sample; +Inf: so large that the sample does not count
	Mean     [][]float64    // Mean[j][area]: population mean of column j of Model
}

// UnitFit is the fitted unit-level model, with an estimate for every area.
type UnitFit struct {
	Estimate []float64 // EBLUP of the mean of each area
	MSE      []float64 // of Estimate
	Share    []float64 // weight of the model in Estimate, 0 to 1
	N        []int     // answers in each area

	Between float64 // variance between areas
	Within  float64 // variance between units of one area
	Names   []string
	Beta    []float64
	BetaSE  []float64
	LogLike float64 // restricted under REML
}

// UnitLevel fits the nested-error model y = x'b + u_area + e by REML or ML and
// returns the empirical best linear unbiased predictor of the mean of each
// area, the sampled part of its population taken as it is.
//
// An area without answers gets its synthetic estimate. The mean squared error
// is the second-order approximation for normal errors; it counts the estimation
// of both variances.
//
// Error: *survey.Refusal when a mean is missing, a size is below the sample, a
// column is given by others, no area has two answers, or there are not more
// answers than columns.
//
// Source: Battese, Harter & Fuller (1988), JASA 83, 28-36; Prasad & Rao (1990),
// JASA 85, 163-171; Rao & Molina (2015), Small Area Estimation, ch. 7. Oracle:
// R sae::eblupBHF.
func UnitLevel(u Units, m Method) (*UnitFit, error) {
	b, err := newBHF(u, m)
	if err != nil {
		return nil, err
	}
	ratio, err := b.best()
	if err != nil {
		return nil, err
	}
	if err := b.at(ratio); err != nil {
		return nil, err
	}
	out := &UnitFit{Between: b.ratio * b.within, Within: b.within, Names: u.Model.Names, Beta: b.beta, LogLike: -0.5 * b.deviance}
	covariance := mat.NewSymDense(len(b.beta), nil)
	covariance.ScaleSym(b.within, b.q.inverse)
	out.BetaSE = standardErrors(covariance)
	b.predict(out)
	return out, nil
}

// bhf is the model at one ratio of the variances.
type bhf struct {
	design
	units    Units
	ml       bool
	in       []int
	n        []int       // answers by area
	meanY    []float64   // of the answers of each area
	meanX    [][]float64 // meanX[area]: of the columns
	cross    *mat.SymDense
	xy       []float64
	yy       float64
	ratio    float64 // between over within
	q        solved
	beta     []float64
	within   float64
	deviance float64 // -2 log (restricted) likelihood
}

func newBHF(u Units, m Method) (*bhf, error) {
	if m == Moment {
		return nil, refuse(u.Response, 0, "choisissez REML ou ML", "pas de méthode des moments pour le modèle au niveau des individus")
	}
	b := &bhf{design: design{u.Model.Names, u.Model.Data}, units: u, ml: m == ML, n: make([]int, len(u.Size))}
	for i, y := range u.Y {
		whole := u.Area[i] >= 0 && !math.IsNaN(y) && !math.IsInf(y, 0)
		for j := range b.x {
			whole = whole && !math.IsNaN(b.x[j][i]) && !math.IsInf(b.x[j][i], 0)
		}
		if whole {
			b.in = append(b.in, i)
			b.n[u.Area[i]]++
		}
	}
	if err := b.populations(); err != nil {
		return nil, err
	}
	areas := 0
	for _, n := range b.n {
		if n > 0 {
			areas++
		}
	}
	p := len(b.x)
	switch {
	case len(b.in) <= p+1 || areas < 2:
		return nil, refuse(u.Response, 0, "retirez des variables du modèle, ou gardez plus de réponses",
			"%d réponse(s) dans %d zone(s) pour %d colonne(s) du modèle", len(b.in), areas, p)
	case slices.Max(b.n) < 2:
		return nil, refuse(u.Response, 0, "utilisez le modèle au niveau des zones", "aucune zone n’a deux réponses : les deux variances ne se distinguent pas")
	}
	if err := b.independent(b.in); err != nil {
		return nil, err
	}
	b.sums()
	return b, nil
}

// populations refuses an area whose size or means are wrong.
func (b *bhf) populations() error {
	if len(b.x) == 0 {
		return refuse(b.units.Response, 0, "gardez la constante, ou ajoutez une variable", "le modèle n’a aucune colonne")
	}
	for area, size := range b.units.Size {
		if !(size >= float64(b.n[area])) {
			return refuse("", area+1, "vérifiez les effectifs de population", "population de %v pour %d réponse(s) dans la zone", size, b.n[area])
		}
		for j, mean := range b.units.Mean {
			if x := mean[area]; math.IsNaN(x) || math.IsInf(x, 0) {
				return refuse(b.names[j], area+1, "donnez la moyenne de cette variable dans la population de chaque zone", "moyenne de population manquante")
			}
		}
	}
	return nil
}

// sums gathers the cross products once: of all answers, and of the means.
func (b *bhf) sums() {
	p, areas := len(b.x), len(b.n)
	b.cross, b.xy, b.meanY, b.meanX = mat.NewSymDense(p, nil), make([]float64, p), make([]float64, areas), make([][]float64, areas)
	for area := range areas {
		b.meanX[area] = make([]float64, p)
	}
	for _, i := range b.in {
		x, y, area := b.design.at(i), b.units.Y[i], b.units.Area[i]
		b.yy += y * y
		b.meanY[area] += y / float64(b.n[area])
		for j := range p {
			b.xy[j] += x[j] * y
			b.meanX[area][j] += x[j] / float64(b.n[area])
			for k := j; k < p; k++ {
				b.cross.SetSym(j, k, b.cross.At(j, k)+x[j]*x[k])
			}
		}
	}
}

// at fits the model under a ratio of the variances.
func (b *bhf) at(ratio float64) error {
	p := len(b.x)
	cross, xy := mat.NewSymDense(p, nil), slices.Clone(b.xy)
	cross.CopySym(b.cross)
	logs := 0.0
	for area, n := range b.n {
		if n == 0 {
			continue
		}
		size := float64(n)
		c := ratio * size * size / (1 + ratio*size)
		logs += math.Log1p(ratio * size)
		for j, x := range b.meanX[area] {
			xy[j] -= c * x * b.meanY[area]
			for k := j; k < p; k++ {
				cross.SetSym(j, k, cross.At(j, k)-c*x*b.meanX[area][k])
			}
		}
	}
	var err error
	if b.q, err = invert(cross); err != nil {
		return err
	}
	b.ratio, b.beta = ratio, times(b.q.inverse, xy)
	rss := b.residuals()
	df := float64(len(b.in))
	if !b.ml {
		df -= float64(p)
		logs += b.q.logDet
	}
	b.within = rss / df
	b.deviance = df*(math.Log(2*math.Pi*b.within)+1) + logs
	return nil
}

// residuals returns r'V^-1 r, V relative to the variance within.
func (b *bhf) residuals() float64 {
	sum, area := 0.0, make([]float64, len(b.n))
	for _, i := range b.in {
		r := b.units.Y[i] - dot(b.design.at(i), b.beta)
		sum += r * r
		area[b.units.Area[i]] += r
	}
	for k, n := range b.n {
		if n > 0 {
			sum -= b.ratio / (1 + b.ratio*float64(n)) * area[k] * area[k]
		}
	}
	return sum
}

// best finds the ratio that minimises the deviance: the least of a grid over
// the share s = ratio/(1+ratio), then the zero of the slope around it.
func (b *bhf) best() (float64, error) {
	const steps = 100
	at, least := 0.0, math.Inf(1)
	for k := range steps {
		s := float64(k) / steps
		if err := b.at(s / (1 - s)); err != nil {
			return 0, err
		}
		if b.deviance < least {
			at, least = s, b.deviance
		}
	}
	low, high := math.Max(0, at-1.0/steps), math.Min(1-1e-9, at+1.0/steps)
	for range 60 {
		s := (low + high) / 2
		if err := b.at(s / (1 - s)); err != nil {
			return 0, err
		}
		if b.slope() < 0 {
			low = s
		} else {
			high = s
		}
	}
	if high < 1e-12 {
		return 0, nil
	}
	return low / (1 - low), nil
}

// slope returns the derivative of the deviance by the ratio.
func (b *bhf) slope() float64 {
	residual := make([]float64, len(b.n))
	for _, i := range b.in {
		residual[b.units.Area[i]] += b.units.Y[i] - dot(b.design.at(i), b.beta)
	}
	sum := 0.0
	for a, n := range b.n {
		size := float64(n)
		c := 1 / (1 + b.ratio*size)
		sum += size*c - residual[a]*residual[a]*c*c/b.within
		if !b.ml {
			sum -= size * size * c * c * form(b.q.inverse, b.meanX[a])
		}
	}
	return sum
}

// predict fills estimates and errors of every area.
func (b *bhf) predict(out *UnitFit) {
	areas := len(b.n)
	out.Estimate, out.MSE, out.Share, out.N = make([]float64, areas), make([]float64, areas), make([]float64, areas), b.n
	vu, ve, cov := b.information()
	for a, n := range b.n {
		size := float64(n)
		fraction, shrink := size/b.units.Size[a], b.ratio*size/(1+b.ratio*size)
		effect := shrink * (b.meanY[a] - dot(b.meanX[a], b.beta))
		rest, left := make([]float64, len(b.x)), 1-fraction
		for j := range rest { // mean of the units that were not drawn
			mean := b.units.Mean[j][a]
			if rest[j] = mean; left > 0 {
				rest[j] = (mean - fraction*b.meanX[a][j]) / left
			}
		}
		out.Estimate[a] = fraction*b.meanY[a] + left*(dot(rest, b.beta)+effect)
		out.Share[a] = left * (1 - shrink)
		for j := range rest {
			rest[j] -= shrink * b.meanX[a][j]
		}
		between, within := b.ratio*b.within, b.within
		g1 := (1 - shrink) * between
		g2 := within * form(b.q.inverse, rest)
		g3 := 0.0
		if n > 0 {
			v := between + within/size
			g3 = (within*within*vu + between*between*ve - 2*between*within*cov) / (size * size * v * v * v)
		}
		out.MSE[a] = left * left * (g1 + g2 + 2*g3)
		if size := b.units.Size[a]; !math.IsInf(size, 1) {
			out.MSE[a] += left * within / size
		}
	}
}

// information returns the asymptotic variances of the variance between and
// within areas, and their covariance.
func (b *bhf) information() (between, within, both float64) {
	var uu, ee, ue float64
	s, e := b.ratio*b.within, b.within
	for _, n := range b.n {
		if n == 0 {
			continue
		}
		size := float64(n)
		a := e + size*s
		uu += size * size / (a * a)
		ue += size / (a * a)
		ee += (size-1)/(e*e) + 1/(a*a)
	}
	d := (uu*ee - ue*ue) / 2
	return ee / d, uu / d, -ue / d
}
