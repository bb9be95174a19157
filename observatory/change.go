package observatory

import (
	"context"
	"errors"
	"fmt"

	"vigie/edition"
	"vigie/fragility"
	"vigie/lang"
	"vigie/territory"
)

// superseded is the manifest of the edition that m replaces, nil for a first
// one.
func (w *Walk) superseded(ctx context.Context, m *edition.Manifest) (*edition.Manifest, error) {
	if m.Supersedes == "" {
		return nil, nil
	}
	return w.manifest(ctx, m.Supersedes)
}

// manifest is that of an edition, by its number.
func (w *Walk) manifest(ctx context.Context, number string) (*edition.Manifest, error) {
	row, err := w.DB.Edition(ctx, number)
	if err != nil {
		return nil, err
	}
	b, err := w.DB.Artifact(ctx, row.Manifest)
	if err != nil {
		return nil, err
	}
	return edition.Decode(b)
}

// changes lists what an edition changes since the one it supersedes: data,
// lists, specification, places and their causes, and how many classes moved.
func (w *Walk) changes(ctx context.Context, old, m *edition.Manifest, moves map[territory.Level]*fragility.Moves) ([]edition.Change, error) {
	if old == nil {
		rows := 0
		for _, p := range m.Parts {
			if p.Role == edition.RoleObservation {
				rows += p.Rows
			}
		}
		return []edition.Change{{Kind: "first",
			FR: fmt.Sprintf("Première édition : %s observations.", lang.Number(lang.FR, float64(rows), 0)),
			EN: fmt.Sprintf("First edition: %s observations.", lang.Number(lang.EN, float64(rows), 0))}}, nil
	}
	out, err := w.partChanges(ctx, old, m)
	if err != nil {
		return nil, err
	}
	out = append(out, moveChanges(moves)...)
	moved, err := w.classChanges(ctx, old, m)
	if err != nil {
		return nil, err
	}
	out = append(out, moved...)
	if len(out) == 0 {
		out = append(out, edition.Change{Kind: "none", FR: "Mêmes données, mêmes résultats.", EN: "Same data, same results."})
	}
	return out, nil
}

// partChanges says which parts are new, replaced or gone, results and moves apart;
// how many cases came and went.
func (w *Walk) partChanges(ctx context.Context, old, now *edition.Manifest) (out []edition.Change, err error) {
	say := func(p edition.Part, fr, en string) {
		name, failed := w.PartName(ctx, p)
		if titled(p) { // a title
			name = Title{"« " + name.FR + " »", "“" + name.EN + "”"}
		}
		out, err = append(out, edition.Change{Kind: p.Role, FR: fmt.Sprintf(fr, name.FR), EN: fmt.Sprintf(en, name.EN)}), errors.Join(err, failed)
	}
	for _, p := range now.Parts {
		if p.Role == edition.RoleResult || p.Role == edition.RoleMove || p.Role == edition.RoleCase {
			continue
		}
		was, ok := old.Part(p.Role, p.Name)
		switch {
		case p.Role == edition.RoleSpec && ok && was.Artifact != p.Artifact:
			out = append(out, edition.Change{Kind: p.Role, FR: "La spécification de l’indice a changé.", EN: "The index specification changed."})
		case !ok:
			say(p, "Nouveau : %s.", "New: %s.")
		case was.Artifact != p.Artifact:
			say(p, "Mis à jour : %s.", "Updated: %s.")
		}
	}
	for _, p := range old.Parts {
		if _, ok := now.Part(p.Role, p.Name); !ok && p.Role != edition.RoleMove && p.Role != edition.RoleCase {
			say(p, "Retiré : %s.", "Removed: %s.")
		}
	}
	cases, failed := w.caseChanges(ctx, old, now)
	return append(out, cases...), errors.Join(err, failed)
}

// classChanges counts, tier by tier, the territories of which at least one
// domain changed class.
func (w *Walk) classChanges(ctx context.Context, old, now *edition.Manifest) ([]edition.Change, error) {
	var out []edition.Change
	for _, level := range indexed {
		before, _ := old.Part(edition.RoleResult, string(level))
		if after, _ := now.Part(edition.RoleResult, string(level)); before.Artifact == after.Artifact {
			continue
		}
		a, okA, err := w.result(ctx, old, string(level))
		if err != nil {
			return nil, err
		}
		b, okB, err := w.result(ctx, now, string(level))
		if err != nil {
			return nil, err
		}
		if !okA || !okB {
			continue
		}
		moved := 0
		for _, u := range b.Units {
			if classMoved(a, b, u) {
				moved++
			}
		}
		if moved > 0 {
			key := "report.level." + string(level) + ".many"
			out = append(out, edition.Change{Kind: "score",
				FR: fmt.Sprintf("%d territoires (%s) changent de classe dans au moins un domaine.", moved, lang.T(lang.FR, key)),
				EN: fmt.Sprintf("%d territories (%s) change class in at least one domain.", moved, lang.T(lang.EN, key))})
		}
	}
	return out, nil
}

func classMoved(a, b *fragility.Result, u fragility.Unit) bool {
	for _, p := range b.Kinds(fragility.OfDomain) {
		was, okA := a.Cell(p.Code, u.Code)
		now, okB := b.Cell(p.Code, u.Code)
		if okA != okB || was.Step != now.Step {
			return true
		}
	}
	return false
}

// result reads the index of a tier that an edition froze, false when it has
// none.
func (w *Walk) result(ctx context.Context, m *edition.Manifest, level string) (*fragility.Result, bool, error) {
	p, ok := m.Part(edition.RoleResult, level)
	if !ok {
		return nil, false, nil
	}
	b, err := w.DB.Artifact(ctx, p.Artifact)
	if err != nil {
		return nil, false, err
	}
	r, err := fragility.Decode(b)
	return r, err == nil, err
}
