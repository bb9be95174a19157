package fragility

import (
	"slices"

	"vigie/index"
)

// Complete returns the specification of an index as it is computed at one
// level: the series of the input, with their directions, under the domains,
// dimensions and overall index of the taxonomy. A dimension weighs what its
// domains that have a series weigh together. It is a specification of the desk,
// which reads the columns of Input.Table.
func Complete(spec *index.Spec, in *Input) *index.Spec {
	s := spec.With(elements(in.Domains, weigh(spec, in.Domains, in.uses)))
	s.Data = index.Data{Unit: unitColumn, Reference: referenceColumn}
	s.Indicators = nil
	for _, c := range in.Columns {
		d := index.Indicator{Code: string(c.Indicator), Parent: c.Domain, Weight: &c.Weight, Direction: c.Direction, DF: c.DF}
		for _, given := range spec.Indicators {
			if given.Code == d.Code {
				d.Bounds = given.Bounds
			}
		}
		if c.SE != nil {
			d.SE = errorColumn(c)
		}
		s.Indicators = append(s.Indicators, d)
	}
	return s
}

// The columns of Input.Table beside those of series.
const (
	unitColumn      = "unit"
	referenceColumn = "reference"
)

func errorColumn(c Column) string { return string(c.Indicator) + "_se" }

// Table lays the input out as one row a territory.
func (in *Input) Table() *index.Table {
	t := &index.Table{Rows: len(in.Units)}
	unit, reference := make([]string, t.Rows), make([]float64, t.Rows)
	for i, u := range in.Units {
		unit[i] = string(u.Code)
		if u.Reference {
			reference[i] = 1
		}
	}
	t.Columns = []index.Column{{Name: unitColumn, Text: unit}, {Name: referenceColumn, Number: reference}}
	for _, c := range in.Columns {
		t.Columns = append(t.Columns, index.Column{Name: string(c.Indicator), Number: c.X})
		if c.SE != nil {
			t.Columns = append(t.Columns, index.Column{Name: errorColumn(c), Number: c.SE})
		}
	}
	return t
}

// elements are the parts of the index above indicators: the overall index, the
// dimensions with their weights, 1 without, then the domains.
func elements(domains []Domain, weight map[string]float64) []index.Element {
	out := []index.Element{{Code: Overall}}
	for _, d := range dimensions(domains) {
		e := index.Element{Code: d, Parent: Overall}
		if w, ok := weight[d]; ok {
			e.Weight = &w
		}
		out = append(out, e)
	}
	for _, d := range domains {
		out = append(out, index.Element{Code: d.Code, Parent: d.Dimension})
	}
	return out
}

// dimensions lists the dimensions of domains in their order.
func dimensions(domains []Domain) []string {
	var out []string
	for _, d := range domains {
		if !slices.Contains(out, d.Dimension) {
			out = append(out, d.Dimension)
		}
	}
	return out
}

// weigh returns the weight of each domain, and of each dimension: that of its
// domains that have a series.
func weigh(spec *index.Spec, domains []Domain, used func(domain string) bool) map[string]float64 {
	out := map[string]float64{}
	for _, d := range domains {
		out[d.Code] = 1
		for _, e := range spec.Elements {
			if e.Code == d.Code {
				out[d.Code] = weightOr1(e.Weight)
			}
		}
		if out[d.Dimension] += 0; used(d.Code) {
			out[d.Dimension] += out[d.Code]
		}
	}
	return out
}

// uses tells the domains that have a series in the input.
func (in *Input) uses(domain string) bool {
	return slices.ContainsFunc(in.Columns, func(c Column) bool { return c.Domain == domain })
}
