package survey

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"
)

// Proportion is a share of the population with its interval.
//
// Value and the interval are in [0, 1] (the interval of the method "mean" may
// leave it), Var is the design variance of the mean.
type Proportion struct {
	Value, Var, Low, High float64
}

// ProportionOption says how the interval of a proportion is made. Method is
// one of Methods, "" the first; Level is in (0, 1), 0 for 0.95. Before is the
// domain with the records whose answer is missing, which gives the degrees of
// freedom; nil when none misses.
type ProportionOption struct {
	Method string
	Level  float64
	Before *Design
}

// Methods lists the intervals of a proportion.
var Methods = []string{"logit", "likelihood", "asin", "beta", "mean", "xlogit", "wilson"}

// Proportion returns the share of 1 in a 0/1 variable over the domain, with
// an interval whose level accounts for the design:
//
//   - logit, xlogit: t interval of the log odds;
//   - likelihood: proportions whose binomial deviance, scaled by the design
//     effect, stays below t²;
//   - asin: t interval of asin √p, folded back where it passes 0 or π/2;
//   - beta: Clopper–Pearson on the effective number of records p(1−p)/Var,
//     adjusted for degrees of freedom;
//   - mean: t interval of p;
//   - wilson: score interval on the effective number of records.
//
// At exactly 0 or 1, where the design says no variance, the effective number
// is that of Kish's weights.
//
// Refusals: a value that is neither 0 nor 1, those of Mean; no degree of
// freedom; and at 0 or 1 the methods other than beta and wilson, which have
// no interval there: the proportion is then returned with NaN ends.
//
// Source: Korn and Graubard (1998), Survey Methodology 24(2); Rao and Scott
// (1984), doi:10.1214/aos/1176346391; Dean and Pagano (2015),
// doi:10.1093/jssam/smv024. Oracle: R survey svyciprop.
func (d *Design) Proportion(x *Values, o ProportionOption) (*Proportion, error) {
	if len(x.Data) != 1 {
		return nil, refuse("", 0, "demandez une variable à la fois", "%d variables pour une proportion", len(x.Data))
	}
	if o.Method != "" && !slices.Contains(Methods, o.Method) {
		return nil, refuse(x.Names[0], 0, "choisissez parmi "+strings.Join(Methods, ", "), "intervalle « %s » inconnu", o.Method)
	}
	for i, v := range x.Data[0] {
		if d.weights[i] != 0 && v != 0 && v != 1 && !math.IsNaN(v) {
			return nil, refuse(x.Names[0], d.row(i), "donnez une condition, par exemple is = [\"variable\", \"==\", valeur]", "valeur %g : une proportion se calcule sur 0 et 1", v)
		}
	}
	e, err := d.Mean(x, Option{})
	if err != nil {
		return nil, err
	}
	if o.Before == nil {
		o.Before = d
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if !(o.Before.DF() > 0) {
		return nil, refuse(x.Names[0], 0, "élargissez le domaine", "aucun degré de liberté : l’intervalle ne peut se calculer")
	}
	p := &Proportion{e.Value[0], max(0, e.Cov.At(0, 0)), math.NaN(), math.NaN()}
	if p.Value > 1-1e-15 {
		p.Value = 1
	}
	return p, p.bounds(x, d, o)
}

// Records returns the number of records of the domain; all those of the
// sample where a calibration or unequal probabilities tie them to it.
func (d *Design) Records() int {
	if d.part != nil {
		if w := d.part.whole; len(w.steps) > 0 {
			return w.Records()
		}
		return d.n
	}
	if d.in == nil || len(d.steps) > 0 || d.unequal {
		return d.n
	}
	n := 0
	for _, in := range d.in {
		if in {
			n++
		}
	}
	return n
}

// bounds sets the ends of the interval.
func (p *Proportion) bounds(x *Values, d *Design, o ProportionOption) error {
	t, records := Critical(o.Level, o.Before.DF()), float64(o.Before.Records())
	se, odds := math.Sqrt(p.Var), math.Log(p.Value/(1-p.Value))
	binomial := p.Value * (1 - p.Value)
	errOdds := se / binomial
	size := binomial / p.Var // effective number of records
	if p.Value == 0 || p.Value == 1 {
		if o.Method != "beta" && o.Method != "wilson" {
			return refuse(x.Names[0], 0, "choisissez la méthode beta ou wilson", "la proportion est exactement %g : cette méthode n’a pas d’intervalle", p.Value)
		}
		size, _ = d.Kish()
	}
	if d.reps != nil && (o.Method == "" || o.Method == "logit" || o.Method == "likelihood") { // the fit is replicated, not the mean
		e, err := d.Estimate(logOdds(d, x))
		if err != nil {
			return err
		}
		errOdds = e.SE()[0]
	}
	switch o.Method {
	case "mean":
		p.Low, p.High = p.Value-t*se, p.Value+t*se
	case "asin":
		angle, half := math.Asin(math.Sqrt(p.Value)), t/2/math.Sqrt(size)
		p.Low, p.High = math.Pow(math.Sin(angle-half), 2), math.Pow(math.Sin(angle+half), 2)
	case "beta":
		adjust := Critical(o.Level, records-1) / t
		p.clopper(size*adjust*adjust, o.Level)
	case "wilson":
		p.wilson(size, t)
	case "likelihood":
		p.likelihood(d, x.Data[0], o.Before.scale(), t*errOdds, errOdds)
	case "", "logit":
		odds, _ = p.fit(d.weights, x.Data[0], o.Before.scale())
		p.Low, p.High = logistic(odds-t*errOdds), logistic(odds+t*errOdds)
	default: // xlogit
		p.Low, p.High = logistic(odds-t*errOdds), logistic(odds+t*errOdds)
	}
	return nil
}

// scale returns what brings the mean weight of the records to 1.
func (d *Design) scale() float64 { return float64(d.Records()) / sum(d.weights) }

// logOdds is the statistic of the log odds of a 0/1 variable, for replicates.
func logOdds(d *Design, x *Values) Statistic {
	columns, _ := d.clean(x) // Mean has accepted it
	return Statistic{
		Names: x.Names, Sums: append(columns, d.ones()),
		Of: func(sums []float64) ([]float64, error) {
			return []float64{math.Log(sums[0] / (sums[1] - sums[0]))}, nil
		},
	}
}

// clopper sets the exact binomial interval of n records.
func (p *Proportion) clopper(n, level float64) {
	p.Low, p.High = 0, 1
	k := n * p.Value
	if p.Value > 0 {
		p.Low = distuv.Beta{Alpha: k, Beta: n - k + 1}.Quantile((1 - level) / 2)
	}
	if p.Value < 1 {
		p.High = distuv.Beta{Alpha: k + 1, Beta: n - k}.Quantile((1 + level) / 2)
	}
}

// wilson sets the score interval of n records.
func (p *Proportion) wilson(n, t float64) {
	centre := (p.Value + t*t/(2*n)) / (1 + t*t/n)
	half := t / (1 + t*t/n) * math.Sqrt(p.Value*(1-p.Value)/n+t*t/(4*n*n))
	p.Low, p.High = max(0, centre-half), min(1, centre+half)
}
