package survey

import "strings"

// Group is one cell of a crossing of categories.
//
// Levels gives the level of each category, Design the domain of the cell. Its
// design may hold the records of the cell only: take variables through
// Values.
type Group struct {
	Levels []string
	Design *Design
	rows   []int32 // nil: all records
}

// Values returns the variables of the records that the group's design holds.
func (g *Group) Values(x *Values) *Values {
	if g.rows == nil {
		return x
	}
	out := &Values{Names: x.Names, Data: make([][]float64, len(x.Data))}
	for j := range x.Data {
		out.Data[j] = gathered(x.Data[j], g.rows)
	}
	return out
}

// Groups returns the cells of the crossing of categories that have a record
// of the domain, the first category varying fastest. Records that miss one of
// them belong to no cell.
//
// Variances in a cell are those of a domain: strata and clusters stay those
// of the whole sample. Refusal: no cell has a record.
func (d *Design) Groups(by ...*Column) ([]Group, error) {
	cells, err := d.cells(by)
	if err != nil {
		return nil, err
	}
	var x *cross
	compact := d.reps == nil && !d.unequal
	if compact && len(d.steps) > 0 {
		if x, err = d.cross(); err != nil {
			return nil, err
		}
	}
	var out []Group
	for _, c := range cells {
		g := Group{Levels: c.levels}
		if compact {
			g.rows, g.Design = c.rows, d.take(c.rows, x)
		} else {
			g.Design = d.Domain(mask(d.n, c.rows))
		}
		out = append(out, g)
	}
	return out, nil
}

// cell is the records of one crossing of levels.
type cell struct {
	levels []string
	rows   []int32
}

// cells splits the records of positive weight by their levels.
func (d *Design) cells(by []*Column) ([]cell, error) {
	for _, c := range by {
		check(d.n, c.Rows())
	}
	crossed := Cross(by...)
	rows := make([][]int32, len(crossed.Levels))
	for i, w := range d.weights {
		if k := crossed.Code[i]; k >= 0 && w != 0 {
			rows[k] = append(rows[k], int32(i))
		}
	}
	var out []cell
	for _, r := range rows {
		if len(r) == 0 {
			continue
		}
		c := cell{rows: r}
		for _, column := range by {
			column = column.Categorical()
			c.levels = append(c.levels, column.Levels[column.Code[r[0]]])
		}
		out = append(out, c)
	}
	if out == nil {
		return nil, refuse(by[0].Name, 0, "élargissez le domaine", "aucun enregistrement du domaine n’a de modalité")
	}
	return out, nil
}

// mask tells which of n records are in rows.
func mask(n int, rows []int32) []bool {
	in := make([]bool, n)
	for _, i := range rows {
		in[i] = true
	}
	return in
}

// Kind is what Joint repeats in every cell.
type Kind int

// The statistics of which Joint gives the covariance between cells.
const (
	Means Kind = iota
	Totals
	Ratios
)

// Joint returns the means, totals or ratios of x (with den for ratios, nil
// otherwise) in every cell, with their covariance, that between cells
// included, and the levels of each cell. Estimates stand variable by
// variable, the cells in the order of Groups within each.
//
// Missing values and refusals are those of Mean and Ratio in each cell.
func (d *Design) Joint(kind Kind, x, den *Values, by ...*Column) (*Estimate, [][]string, error) {
	cells, err := d.cells(by)
	if err != nil {
		return nil, nil, err
	}
	parts, domains := make([]Statistic, len(cells)), make([]*Design, len(cells))
	levels := make([][]string, len(cells))
	for k, c := range cells {
		domain := d.Domain(mask(d.n, c.rows))
		switch kind {
		case Means:
			parts[k], _, err = domain.mean(x)
		case Totals:
			parts[k], _, err = domain.total(x)
		case Ratios:
			parts[k], err = domain.ratio(x, den)
		}
		if err != nil {
			return nil, nil, err
		}
		domains[k], levels[k] = domain, c.levels
	}
	e, err := d.Estimate(joined(parts, domains, levels))
	return e, levels, err
}

// joined puts the statistics of several domains into one, variable by
// variable.
func joined(parts []Statistic, domains []*Design, levels [][]string) Statistic {
	p, k := len(parts[0].Names), len(parts)
	out := Statistic{Names: make([]string, p*k)}
	for g, s := range parts {
		out.Sums = append(out.Sums, s.Sums...)
		for j, name := range s.Names {
			out.Names[j*k+g] = strings.Join(levels[g], ".") + ":" + name
		}
	}
	out.Of = func(sums []float64) ([]float64, error) {
		value := make([]float64, p*k)
		for g, s := range parts {
			own, err := s.Of(sums[:len(s.Sums)])
			if err != nil {
				return nil, err
			}
			sums = sums[len(s.Sums):]
			for j, v := range own {
				value[j*k+g] = v
			}
		}
		return value, nil
	}
	out.Influence = func(_, value []float64) [][]float64 {
		z, own := make([][]float64, p*k), make([]float64, p)
		for g, s := range parts {
			for j := range own {
				own[j] = value[j*k+g]
			}
			for j, column := range s.Influence(domains[g].weights, own) {
				z[j*k+g] = column
			}
		}
		return z
	}
	return out
}
