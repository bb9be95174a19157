package survey

// block is a set of columns of a matrix with a row a record: a category as
// indicator columns first, first+1, … (code is the rank, -1 for none), or a
// single numeric column (code nil). value multiplies; nil is 1.
type block struct {
	first int
	code  []int32
	value []float64
}

// projection is what a calibration takes off a linearised variable z before
// its variance is computed: t = X'(in∘z), solve(t) in place, z −= out∘(F·t),
// where X and F have size columns. in and out have one entry a record; fit
// nil means that F is X, as in every calibration without instruments.
type projection struct {
	columns []block
	fit     []block
	size    int
	in, out []float64
	solve   func(t []float64)
}

// residual takes the projection off z, weighted linearised values of all
// records, in place.
func (p *projection) residual(z []float64) {
	t := make([]float64, p.size)
	for _, b := range p.columns {
		b.gather(t, p.in, z)
	}
	p.solve(t)
	for _, b := range p.fitted() {
		b.scatter(z, p.out, t)
	}
}

// fitted returns the blocks of F.
func (p *projection) fitted() []block {
	if p.fit != nil {
		return p.fit
	}
	return p.columns
}

// gather adds X'(in∘z) of the block's columns to t.
func (b *block) gather(t, in, z []float64) {
	for i, v := range z {
		if v == 0 {
			continue
		}
		v *= in[i]
		if b.value != nil {
			v *= b.value[i]
		}
		if b.code == nil {
			t[b.first] += v
		} else if k := b.code[i]; k >= 0 {
			t[b.first+int(k)] += v
		}
	}
}

// scatter takes out∘(X·t) of the block's columns off z.
func (b *block) scatter(z, out, t []float64) {
	for i := range z {
		k := 0
		if b.code != nil {
			if k = int(b.code[i]); k < 0 {
				continue
			}
		}
		v := out[i] * t[b.first+k]
		if b.value != nil {
			v *= b.value[i]
		}
		z[i] -= v
	}
}
