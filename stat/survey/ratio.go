package survey

// Ratio returns the ratios of the weighted totals of num to those of den,
// variable by variable, over the domain, linearised as w(num − R·den)/Σw·den.
//
// Refusals: as for Mean, and a denominator whose total is zero. It panics
// when num and den have not as many variables.
//
// Source: Särndal, Swensson, Wretman (1992), section 5.6.
func (d *Design) Ratio(num, den *Values) (*Estimate, error) {
	s, err := d.ratio(num, den)
	if err != nil {
		return nil, err
	}
	return d.Estimate(s)
}

// ratio returns the statistic of Ratio.
func (d *Design) ratio(num, den *Values) (s Statistic, err error) {
	p := len(num.Data)
	check(p, len(den.Data))
	above, err := d.clean(num)
	if err != nil {
		return s, err
	}
	below, err := d.clean(den)
	if err != nil {
		return s, err
	}
	names := make([]string, p)
	for j := range names {
		names[j] = num.Names[j] + "/" + den.Names[j]
		if dot(d.weights, below[j]) == 0 {
			return s, refuse(den.Names[j], 0, "élargissez le domaine, ou changez de dénominateur", "le total du dénominateur est nul")
		}
	}
	return Statistic{
		Names: names,
		Sums:  append(above[:p:p], below...),
		Of: func(sums []float64) ([]float64, error) {
			value := make([]float64, p)
			for j := range value {
				value[j] = sums[j] / sums[p+j]
			}
			return value, nil
		},
		Influence: func(w, ratio []float64) [][]float64 {
			total := make([]float64, p)
			for j := range total {
				total[j] = dot(w, below[j])
			}
			return influence(p, w, func(j, i int) float64 { return (above[j][i] - ratio[j]*below[j][i]) / total[j] })
		},
	}, nil
}
