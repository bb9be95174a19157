package fragility

import (
	"slices"
	"strings"

	"vigie/fault"
	"vigie/index"
)

// Panel lays a level out over several periods, by one method and on one scale:
// the domains of which every series of now is measured in each period, for the
// desk to say which changes exceed the noise. periods names the inputs, each
// assembled from the observations of that period alone; they have the units of
// now. A domain has a score for a territory where all its series have a value.
//
// Error: NotFound when no domain is left.
func Panel(spec *index.Spec, now *Input, periods []string, inputs []*Input) (*index.Spec, *index.Table, error) {
	in := *now
	in.Columns = nil
	for _, c := range now.Columns {
		if !slices.ContainsFunc(now.Columns, func(o Column) bool { return o.Domain == c.Domain && !inAll(inputs, o) }) {
			in.Columns = append(in.Columns, c)
		}
	}
	if len(in.Columns) == 0 {
		return nil, nil, fault.NotFoundf("choisissez des périodes où toutes les séries d’un domaine sont mesurées ; la page de chaque série les donne",
			"aucun domaine n’a toutes ses séries aux périodes %s", strings.Join(periods, ", "))
	}
	s := Complete(spec, &in)
	s.Data.Period, s.Normalisation.Scope = periodColumn, "all_periods"
	s.Missing.Weight = []float64{1, 0}
	out := &index.Table{}
	for k, period := range periods {
		one := in
		one.Columns = slices.Clone(in.Columns)
		for i := range one.Columns {
			at := inputs[k].column(one.Columns[i])
			one.Columns[i].X, one.Columns[i].SE = inputs[k].Columns[at].X, inputs[k].Columns[at].SE
		}
		t := one.Table()
		t.Columns = append(t.Columns, index.Column{Name: periodColumn, Text: slices.Repeat([]string{period}, t.Rows)})
		if out.Rows += t.Rows; k == 0 {
			out.Columns = t.Columns
			continue
		}
		for j, c := range t.Columns {
			out.Columns[j].Text, out.Columns[j].Number = append(out.Columns[j].Text, c.Text...), append(out.Columns[j].Number, c.Number...)
		}
	}
	return s, out, nil
}

const periodColumn = "period"

// column is the position of the series of c, -1 when it is absent.
func (in *Input) column(c Column) int {
	return slices.IndexFunc(in.Columns, func(o Column) bool { return o.Indicator == c.Indicator })
}

// inAll tells a series that each input has.
func inAll(inputs []*Input, c Column) bool {
	return !slices.ContainsFunc(inputs, func(in *Input) bool { return in.column(c) < 0 })
}
