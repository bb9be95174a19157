package fragility

import (
	"cmp"
	"math"
	"slices"

	"vigie/dataset"
	"vigie/fault"
	"vigie/index"
	"vigie/indicator"
)

// Assemble picks the columns of one level from a table. units are the
// territories of that level, in any order; the period of an indicator is the
// latest one at which the spec's share of the reference units have a value.
// An indicator without such a period is listed in Input.Absent. Columns come in
// the order of domains.
//
// Errors: those of Check; units of several levels, twice the same, or none of
// them in the reference set.
func Assemble(spec *index.Spec, domains []Domain, catalogue []indicator.Indicator, table *dataset.Table, units []Unit) (*Input, error) {
	if err := Check(spec, catalogue, domains); err != nil {
		return nil, err
	}
	in := &Input{Domains: domains, Units: slices.Clone(units)}
	slices.SortFunc(in.Units, func(a, b Unit) int { return cmp.Compare(a.Code, b.Code) })
	if err := checkUnits(in.Units); err != nil {
		return nil, err
	}
	in.Level = in.Units[0].Code.Level()
	known := byCode(catalogue)
	for _, d := range domains {
		for _, i := range spec.Indicators {
			if i.Parent != d.Code || weightOr1(i.Weight) == 0 {
				continue
			}
			c := Column{Indicator: indicator.Code(i.Code), Domain: d.Code, Direction: i.Direction, Weight: weightOr1(i.Weight)}
			if c.Direction == 0 {
				c.Direction = known[c.Indicator].Direction
			}
			in.add(spec.Reference.Coverage, table, c)
		}
	}
	return in, nil
}

func checkUnits(units []Unit) error {
	reference := 0
	for i, u := range units {
		if u.Reference {
			reference++
		}
		if i == 0 {
			continue
		}
		if u.Code == units[i-1].Code {
			return fault.Invalidf("retirez le doublon", "indice : territoire « %s » donné deux fois", u.Code)
		}
		if u.Code.Level() != units[0].Code.Level() {
			return fault.Invalidf("calculez chaque niveau à part", "indice : « %s » et « %s » ne sont pas du même niveau", units[0].Code, u.Code)
		}
	}
	if reference < 2 {
		return fault.Invalidf("donnez les territoires métropolitains du niveau", "indice : ensemble de référence de %d territoire(s), deux au moins sont nécessaires", reference)
	}
	return nil
}

// weightOr1 is a weight of the specification.
func weightOr1(w *float64) float64 {
	if w == nil {
		return 1
	}
	return *w
}

// add appends column c with the values of its latest covered period, or says
// why there is none.
func (in *Input) add(coverage float64, table *dataset.Table, c Column) {
	absent := Absent{Indicator: c.Indicator, Domain: c.Domain, Why: NoData}
	periods := table.Periods(c.Indicator)
	for k := len(periods) - 1; k >= 0; k-- {
		x, share := in.values(&periods[k])
		if share == 0 {
			continue
		}
		if share < coverage-1e-12 {
			if absent.Why == NoData || share > absent.Share {
				absent.Why, absent.Period, absent.Share = Thin, periods[k].Period, share
			}
			continue
		}
		c.Period, c.X = periods[k].Period, x
		if in.constant(x) {
			absent.Why, absent.Period, absent.Share = Constant, c.Period, share
			break
		}
		in.Columns = append(in.Columns, c)
		return
	}
	in.Absent = append(in.Absent, absent)
}

// values returns the column's values unit by unit and the share of the
// reference units that have one.
func (in *Input) values(col *dataset.Column) ([]float64, float64) {
	x := make([]float64, len(in.Units))
	have, all, k := 0, 0, 0
	for i, u := range in.Units {
		for k < len(col.Territory) && col.Territory[k] < u.Code {
			k++
		}
		x[i] = math.NaN()
		if k < len(col.Territory) && col.Territory[k] == u.Code && col.Status[k].HasValue() && !math.IsInf(col.X[k], 0) {
			x[i] = col.X[k]
		}
		if u.Reference {
			all++
			if !math.IsNaN(x[i]) {
				have++
			}
		}
	}
	return x, float64(have) / float64(all)
}

// constant reports whether the reference units have one value only.
func (in *Input) constant(x []float64) bool {
	first := math.NaN()
	for i, v := range x {
		if !in.Units[i].Reference || math.IsNaN(v) {
			continue
		}
		if math.IsNaN(first) {
			first = v
		} else if v != first {
			return false
		}
	}
	return true
}
