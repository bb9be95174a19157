package observatory

import (
	"context"
	"strconv"

	"vigie/edition"
	"vigie/fault"
	"vigie/fragility"
	"vigie/index"
	"vigie/lang"
	"vigie/store"
	"vigie/taxonomy"
	"vigie/territory"
)

// moves compares the index of each tier with that of the edition superseded,
// and keeps how places changed and why as parts of the new one. A tier whose
// result is the same has none.
func (w *Walk) moves(ctx context.Context, old, now *edition.Manifest) (map[territory.Level]*fragility.Moves, error) {
	out := map[territory.Level]*fragility.Moves{}
	if old == nil {
		return out, nil
	}
	var before, after *past
	for _, level := range indexed {
		was, _ := old.Part(edition.RoleResult, string(level))
		if is, _ := now.Part(edition.RoleResult, string(level)); was.Artifact == "" || is.Artifact == "" || was.Artifact == is.Artifact {
			continue
		}
		if before == nil {
			w.step("changements depuis l’édition " + old.Number)
			var err error
			if before, err = w.past(ctx, old); err != nil {
				return nil, err
			}
			if after, err = w.past(ctx, now); err != nil {
				return nil, err
			}
		}
		m, err := w.moved(ctx, before, after, level)
		if err != nil {
			return nil, err
		}
		b, err := fragility.EncodeMoves(m)
		if err != nil {
			return nil, err
		}
		id, err := w.DB.PutArtifact(ctx, edition.RoleMove, b, w.Now)
		if err != nil {
			return nil, err
		}
		out[level] = m
		now.Parts = append(now.Parts, edition.Part{Role: edition.RoleMove, Name: string(level), Artifact: id})
	}
	return out, nil
}

// past is what an edition computed its index from.
type past struct {
	manifest *edition.Manifest
	refs     *references
	lists    *taxonomy.Set
	ground   *ground
	text     []byte
	spec     *index.Spec // nil when this version no longer reads it
}

func (w *Walk) past(ctx context.Context, m *edition.Manifest) (*past, error) {
	p := &past{manifest: m, refs: &references{ctx: ctx, walk: w, rows: map[string]store.DatasetRow{}}, ground: &ground{}}
	var versions []taxonomy.Version
	for _, part := range m.Parts {
		switch {
		case part.Dataset != "":
			row, err := w.DB.Dataset(ctx, part.Dataset)
			if err != nil {
				return nil, err
			}
			p.refs.rows[string(row.Kind)+"/"+row.Name] = row
		case part.Role == edition.RoleTaxonomy:
			b, err := w.DB.Artifact(ctx, part.Artifact)
			if err != nil {
				return nil, err
			}
			v, err := taxonomy.ParseVersion(part.Name, b)
			if err != nil {
				return nil, err
			}
			versions = append(versions, v)
		}
	}
	var err error
	if p.lists, err = taxonomy.NewSet(versions...); err != nil {
		return nil, err
	}
	p.ground.domains = domains(p.lists)
	if p.ground.tables, err = w.tableRows(ctx, p.refs); err != nil {
		return nil, err
	}
	if p.ground.catalogue, err = p.refs.catalogue(); err != nil {
		return nil, err
	}
	if p.ground.vintage, err = p.refs.vintage(p.refs.year()); err != nil {
		return nil, err
	}
	part, _ := m.Part(edition.RoleSpec, specName)
	if p.text, err = w.DB.Artifact(ctx, part.Artifact); err != nil {
		return nil, err
	}
	if p.spec, err = fragility.ParseSpec(p.text); err != nil && fault.KindOf(err) != fault.Invalid {
		return nil, err
	}
	return p, nil
}

// moved compares one tier. Where this version does not read the earlier
// specification, or one of the two cannot be applied to the earlier values, the
// causes are not told apart.
func (w *Walk) moved(ctx context.Context, before, after *past, level territory.Level) (*fragility.Moves, error) {
	was, _, err := w.result(ctx, before.manifest, string(level))
	if err != nil {
		return nil, err
	}
	is, _, err := w.result(ctx, after.manifest, string(level))
	if err != nil {
		return nil, err
	}
	if before.spec == nil {
		return fragility.Unexplained(before.manifest.Number, was, is), nil
	}
	read := *after.ground
	read.tables, read.vintage = before.ground.tables, before.ground.vintage
	origin := make([]fragility.Origin, 3)
	for i, p := range []past{*before, {ground: &read, spec: after.spec, text: after.text}, *after} {
		_, input, err := w.reading(ctx, p.ground, p.spec, p.text, level)
		if err != nil {
			return nil, err
		}
		if input == nil || len(input.Columns) == 0 {
			return fragility.Unexplained(before.manifest.Number, was, is), nil
		}
		origin[i] = fragility.Origin{Spec: p.spec, Input: input}
	}
	passage, err := passageOf(before, after, level)
	if err != nil {
		return nil, err
	}
	m, err := fragility.Since(before.manifest.Number, was, is, origin[0], origin[1], origin[2], passage)
	if fault.KindOf(err) == fault.Invalid {
		return fragility.Unexplained(before.manifest.Number, was, is), nil
	}
	return m, err
}

// passageOf tells how the territories of a tier in one edition lie in those of
// the next, by the population of their communes; nil when none changed.
func passageOf(before, after *past, level territory.Level) (*index.Table, error) {
	from, to := before.ground.vintage, after.ground.vintage
	if from == to {
		return nil, nil
	}
	var events territory.Changes
	if from.Year != to.Year && after.refs.former() == from.Year {
		b, err := after.refs.bytes(store.Change, changeName)
		if err != nil {
			return nil, err
		}
		if events, err = territory.ParseChanges(strconv.Itoa(from.Year), strconv.Itoa(to.Year), b); err != nil {
			return nil, err
		}
	}
	p, err := territory.NewPassage(from, to, events)
	if err != nil {
		return nil, err
	}
	crossing := p.Crossing(nil)
	t := &index.Table{Name: "passage", Columns: []index.Column{{Name: "old"}, {Name: "new"}, {Name: "weight", Number: []float64{}}}}
	for _, old := range from.ByLevel(level) {
		parts := crossing.Parts(old.Code)
		if alone, ok := crossing.Alone(old.Code); ok && alone == old.Code {
			continue
		}
		for _, part := range parts {
			if part.Code == "" {
				continue
			}
			weight := part.Share * float64(old.Population)
			if !(weight > 0) {
				weight = 1 // populations are not known
			}
			t.Columns[0].Text = append(t.Columns[0].Text, string(old.Code))
			t.Columns[1].Text = append(t.Columns[1].Text, string(part.Code))
			t.Columns[2].Number = append(t.Columns[2].Number, weight)
			t.Rows++
		}
	}
	if t.Rows == 0 {
		return nil, nil
	}
	return t, nil
}

// moveChanges say, tier by tier, how many territories changed place and what
// that is due to.
func moveChanges(moves map[territory.Level]*fragility.Moves) []edition.Change {
	var out []edition.Change
	for _, level := range indexed {
		m := moves[level]
		if m == nil {
			continue
		}
		t := m.Tally()
		if t.Of == 0 {
			continue
		}
		say := func(l lang.Lang) string {
			places := func(x float64) string { return lang.Number(l, x, 1) }
			return lang.T(l, "report.move.tally", "tier", lang.T(l, "report.level."+string(level)+".many"), "moved", t.Moved, "of", t.Of,
				"overall", t.Overall, "known", t.Known, "data", places(t.Data), "method", places(t.Method), "boundary", places(t.Boundary))
		}
		out = append(out, edition.Change{Kind: "move", FR: say(lang.FR), EN: say(lang.EN)})
	}
	return out
}
