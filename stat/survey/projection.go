package survey

// projection is what a calibration takes off a linearised variable z before
// its variance is computed: t = X'(in∘z), solve(t) in place, z −= out∘(F·t).
//
// Records share rows of X and F by cell (-1 for none); x and fit hold them,
// size values a cell; fit nil means that F is X, as in every calibration
// without instruments. in and out have one entry a record.
type projection struct {
	cell    []int32
	x, fit  []float64
	size    int
	in, out []float64
	solve   func(t []float64)
}

// residual takes the projection off z, weighted linearised values of all
// records, in place.
func (p *projection) residual(z []float64) {
	sum, t := make([]float64, len(p.x)/p.size), make([]float64, p.size)
	for i, c := range p.cell {
		if c >= 0 {
			sum[c] += p.in[i] * z[i]
		}
	}
	gather(t, p.x, sum)
	p.solve(t)
	fit := p.fitted()
	for c := range sum {
		sum[c] = dot(t, fit[c*p.size:])
	}
	for i, c := range p.cell {
		if c >= 0 {
			z[i] -= p.out[i] * sum[c]
		}
	}
}

// fitted returns the rows of F.
func (p *projection) fitted() []float64 {
	if p.fit != nil {
		return p.fit
	}
	return p.x
}

// gather adds to t the rows of x, each times the sum of its cell.
func gather(t, x, sum []float64) {
	for c, s := range sum {
		if s == 0 {
			continue
		}
		for j, v := range x[c*len(t) : (c+1)*len(t)] {
			t[j] += s * v
		}
	}
}
