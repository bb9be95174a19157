package fragility

import (
	"cmp"
	"math"
	"slices"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
)

// Assemble picks the columns of one level from a table. units are the
// territories of that level, in any order; the period of an indicator is the
// latest one at which the spec's share of the reference units have a value.
// An indicator without such a period is listed in Input.Absent.
//
// A spec without domains takes the catalogue's series marked for the index.
// Errors: those of Check; units of several levels, twice the same, or none of
// them in the reference set.
func Assemble(spec *Spec, domains []Domain, catalogue []indicator.Indicator, table *dataset.Table, units []Unit) (*Input, error) {
	if err := spec.Check(catalogue, domains); err != nil {
		return nil, err
	}
	in := &Input{Domains: domains, Units: slices.Clone(units)}
	slices.SortFunc(in.Units, func(a, b Unit) int { return cmp.Compare(a.Code, b.Code) })
	if err := checkUnits(in.Units); err != nil {
		return nil, err
	}
	in.Level = in.Units[0].Code.Level()
	known := byCode(catalogue)
	for _, d := range spec.chosen(domains, catalogue) {
		for _, i := range d.Indicators {
			if weightOr1(i.Weight) == 0 {
				continue
			}
			direction := i.Direction
			if direction == 0 {
				direction = known[i.Code].Direction
			}
			in.add(spec, table, Column{Indicator: i.Code, Domain: d.Code, Direction: direction, Weight: weightOr1(i.Weight)})
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

// chosen returns the spec's domains in the order of the taxonomy, or those
// that the catalogue marks for the index.
func (s *Spec) chosen(domains []Domain, catalogue []indicator.Indicator) []SpecDomain {
	var out []SpecDomain
	for _, d := range domains {
		if len(s.Domains) > 0 {
			for _, given := range s.Domains {
				if given.Code == d.Code {
					out = append(out, given)
				}
			}
			continue
		}
		own := SpecDomain{Code: d.Code}
		for _, i := range catalogue {
			if i.InIndex && i.Nature == indicator.State && i.Domain == d.Code && i.Direction != 0 {
				own.Indicators = append(own.Indicators, SpecIndicator{Code: i.Code})
			}
		}
		out = append(out, own)
	}
	return out
}

// add appends column c with the values of its latest covered period, or says
// why there is none.
func (in *Input) add(spec *Spec, table *dataset.Table, c Column) {
	absent := Absent{Indicator: c.Indicator, Domain: c.Domain, Why: NoData}
	periods := table.Periods(c.Indicator)
	for k := len(periods) - 1; k >= 0; k-- {
		x, share := in.values(&periods[k])
		if share == 0 {
			continue
		}
		if share < spec.Reference.Coverage-1e-12 {
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
