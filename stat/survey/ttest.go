package survey

// MeanTest is a Student test: the difference it bears on with its interval at
// 95 %, the statistic T, its degrees of freedom and the two-sided p-value.
type MeanTest struct {
	Estimate, T, DF, P float64
	Interval           [2]float64
}

// TwoMeans tests that the mean of y is the same in the two groups of g; the
// estimate is the mean of the second level minus that of the first. Records
// that miss y or g are left out as a domain.
//
// Refusals: g without exactly two levels among the records kept, and those of
// Regress.
//
// Oracle: R survey::svyttest 4.1 (degrees of freedom of the design minus 1).
func (d *Design) TwoMeans(y, g *Column) (*MeanTest, error) {
	keep, _ := d.answering(y, g)
	g = g.Categorical().within(keep)
	if len(g.Levels) != 2 {
		return nil, refuse(g.Name, 0, "choisissez une variable à deux modalités, ou comparez toutes les paires avec pairwise", "%d modalité(s) parmi les enregistrements retenus : il en faut deux", len(g.Levels))
	}
	r, err := d.Regress(y, Model{Intercept: true, Terms: [][]*Column{{g}}}, Gaussian)
	if err != nil {
		return nil, err
	}
	return meanTest(r.Value[1], r.SE()[1], r.DF), nil
}

// OneMean tests that the mean of y is mean; the estimate is the difference
// from it. Records that miss y are left out as a domain.
//
// Oracle: R survey::svyttest(I(y − mean) ~ 0) 4.1 (degrees of freedom of the
// design minus 1).
func (d *Design) OneMean(y *Column, mean float64) (*MeanTest, error) {
	r, err := d.Regress(y, Model{Intercept: true}, Gaussian)
	if err != nil {
		return nil, err
	}
	return meanTest(r.Value[0]-mean, r.SE()[0], r.DF-1), nil
}

func meanTest(difference, se, df float64) *MeanTest {
	half, t := Critical(0.95, df)*se, difference/se
	return &MeanTest{difference, t, df, studentTail(t, df), [2]float64{difference - half, difference + half}}
}
