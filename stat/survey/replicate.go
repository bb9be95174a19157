package survey

// Replicates are other weightings of the same records, whose spread tells the
// variance of any statistic.
type Replicates struct {
	Count   int
	Scale   float64
	RScales []float64
	MSE     bool // centred at the estimate; else at the mean of the replicates
}

// rescaled returns the replicates each multiplied by to/from.
func (r *Replicates) rescaled(from, to []float64) *Replicates { return r }

// df returns the degrees of freedom of the replicates in a domain.
func (r *Replicates) df(d *Design) float64 { return float64(r.Count - 1) }

// estimate returns the statistic with the variance of its replicates.
func (r *Replicates) estimate(d *Design, s Statistic) (*Estimate, error) { return nil, nil }
