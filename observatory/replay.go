package observatory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vigie/dataset"
	"vigie/edition"
	"vigie/fault"
	"vigie/fragility"
	"vigie/index"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// Replay returns what an edition computed the index of a tier from, in the
// language of the index desk: a specification with every choice written out and
// the table that it calls name. The desk finds the scores, ranks and intervals
// of the edition; by another version of the program, those that it would have.
// With periods, the table is a panel of them: see fragility.Panel.
//
// Error: NotFound when the edition does not exist or has no index of the tier;
// that of ParseSpec when this version no longer reads its specification.
func (w *Walk) Replay(ctx context.Context, number string, level territory.Level, name string, periods ...string) ([]byte, *index.Table, error) {
	m, err := w.manifest(ctx, number)
	if err != nil {
		return nil, nil, err
	}
	if _, ok := m.Part(edition.RoleResult, string(level)); !ok {
		return nil, nil, errTier(m, level)
	}
	p, err := w.past(ctx, m)
	if err != nil {
		return nil, nil, err
	}
	if p.spec == nil {
		_, err := fragility.ParseSpec(p.text)
		return nil, nil, err
	}
	_, input, err := w.reading(ctx, p.ground, p.spec, p.text, level)
	if err != nil {
		return nil, nil, err
	}
	spec, table := fragility.Complete(p.spec, input), input.Table()
	what := "avec les séries lues, chacune à sa période"
	if len(periods) > 0 {
		if spec, table, err = w.panel(ctx, p, input, level, periods); err != nil {
			return nil, nil, err
		}
		what = "pour les domaines dont toutes les séries sont mesurées aux périodes " + strings.Join(periods, ", ")
	}
	spec.Data.File, spec.Data.Name = name, nameColumn
	p.call(spec, table, input)
	text, err := spec.Encode()
	if err != nil {
		return nil, nil, err
	}
	head := "# %s, édition %s du %s, %s : la spécification de l’édition\n# (sha256 %s)\n# et ses valeurs par défaut, %s.\n\n"
	tier := lang.T(lang.FR, "report.level."+string(level)+".many")
	return append(fmt.Appendf(nil, head, p.spec.Title.FR, m.Number, m.Date, tier, p.spec.Hash, what), text...), table, nil
}

// panel lays a tier out over several periods.
func (w *Walk) panel(ctx context.Context, p *past, now *fragility.Input, level territory.Level, periods []string) (*index.Spec, *index.Table, error) {
	table, err := w.merged(ctx, p.ground.speaking(level))
	if err != nil {
		return nil, nil, err
	}
	inputs := make([]*fragility.Input, len(periods))
	for k, period := range periods {
		one := &dataset.Table{Columns: slices.DeleteFunc(slices.Clone(table.Columns), func(c dataset.Column) bool { return c.Period != period })}
		if inputs[k], err = p.ground.assemble(p.spec, one, level); err != nil {
			return nil, nil, err
		}
	}
	return fragility.Panel(p.spec, now, periods, inputs)
}

// errTier says which tiers an edition has an index of.
func errTier(m *edition.Manifest, level territory.Level) error {
	var has []string
	for _, l := range indexed {
		if _, ok := m.Part(edition.RoleResult, string(l)); ok {
			has = append(has, string(l))
		}
	}
	return fault.NotFoundf("choisissez parmi : "+strings.Join(has, ", "), "l’édition %s n’a pas d’indice du niveau « %s »", m.Number, level)
}

// nameColumn holds the names of territories.
const nameColumn = "name"

// call gives a specification and its table the names that the edition shows:
// elements, series with the period they are read at, territories.
func (p *past) call(spec *index.Spec, table *index.Table, input *fragility.Input) {
	name := index.Column{Name: nameColumn}
	for _, code := range table.Columns[0].Text {
		t, _ := p.ground.vintage.Get(territory.Code(code))
		name.Text = append(name.Text, t.Label)
	}
	table.Columns = slices.Insert(table.Columns, 1, name)
	for i := range spec.Elements {
		e := &spec.Elements[i]
		for _, list := range []string{"domain", "dimension"} {
			if t, ok := p.lists.Term(list, e.Code); ok {
				e.NameFR, e.NameEN = t.LabelFR, t.LabelEN
			}
		}
		if e.Code == fragility.Overall {
			e.NameFR, e.NameEN = spec.Title.FR, spec.Title.EN
		}
	}
	for i := range spec.Indicators {
		d := &spec.Indicators[i]
		if s, ok := p.ground.catalogue.Get(indicator.Code(d.Code)); ok {
			d.NameFR, d.NameEN = s.LabelFR, s.LabelEN
		}
		for _, c := range input.Columns {
			if string(c.Indicator) == d.Code && spec.Data.Period == "" {
				d.NameFR, d.NameEN = d.NameFR+" ("+c.Period+")", d.NameEN+" ("+c.Period+")"
			}
		}
	}
}
