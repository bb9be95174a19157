package observatory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/fragility"
	"vigie/index"
	"vigie/lang"
	"vigie/territory"
)

// Replay returns what an edition computed the index of a tier from, in the
// language of the index desk: a specification with every choice written out and
// the table that it calls name. The desk finds the scores, ranks and intervals
// of the edition; by another version of the program, those that it would have.
//
// Error: NotFound when the edition does not exist or has no index of the tier;
// that of ParseSpec when this version no longer reads its specification.
func (w *Walk) Replay(ctx context.Context, number string, level territory.Level, name string) ([]byte, *index.Table, error) {
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
	spec.Data.File, spec.Data.Name = name, nameColumn
	p.call(spec, table, input)
	text, err := spec.Encode()
	if err != nil {
		return nil, nil, err
	}
	head := "# %s, édition %s du %s, %s : la spécification de l’édition\n# (sha256 %s)\n# et ses valeurs par défaut, avec les séries lues, chacune à sa période.\n\n"
	tier := lang.T(lang.FR, "report.level."+string(level)+".many")
	return append(fmt.Appendf(nil, head, p.spec.Title.FR, m.Number, m.Date, tier, p.spec.Hash), text...), table, nil
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
	for _, u := range input.Units {
		t, _ := p.ground.vintage.Get(u.Code)
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
	for i, c := range input.Columns {
		if s, ok := p.ground.catalogue.Get(c.Indicator); ok {
			spec.Indicators[i].NameFR, spec.Indicators[i].NameEN = s.LabelFR+" ("+c.Period+")", s.LabelEN+" ("+c.Period+")"
		}
	}
}
