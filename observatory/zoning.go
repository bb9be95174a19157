package observatory

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"vigie/edition"
	"vigie/fault"
	"vigie/source"
	"vigie/store"
	"vigie/territory"
)

// Zonings returns the zonings imported, in the latest geography, in the order
// of their datasets.
func (w *Walk) Zonings(ctx context.Context) ([]edition.Zoning, *territory.Vintage, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return nil, nil, err
	}
	now, err := refs.vintage(refs.year())
	if err != nil {
		return nil, nil, err
	}
	var p *territory.Passage
	if from := refs.former(); from != now.Year {
		if p, err = refs.passage(from, now); err != nil {
			return nil, nil, err
		}
	}
	var all []edition.Zoning
	for _, row := range refs.rows {
		if row.Kind != store.Zoning {
			continue
		}
		read, err := zoningsOf(ctx, w.DB, edition.Part{Role: edition.RoleZoning, Name: row.Name, Artifact: row.Observations, Dataset: row.ID,
			File: row.File, FileName: row.FileName, Source: row.Source, Rows: row.Rows})
		if err != nil {
			return nil, nil, err
		}
		all = append(all, read...)
	}
	return zonedToday(all, now, p), now, nil
}

// zoningsOf reads the zonings of a part, in the geography of its file.
func zoningsOf(ctx context.Context, db *store.DB, p edition.Part) ([]edition.Zoning, error) {
	text, err := db.Artifact(ctx, p.Source)
	if err != nil {
		return nil, err
	}
	d, err := source.ParseDescription(text)
	if err != nil {
		return nil, err
	}
	b, err := db.Artifact(ctx, p.Artifact)
	if err != nil {
		return nil, err
	}
	var read []territory.Zoning
	if err := json.Unmarshal(b, &read); err != nil {
		return nil, &fault.Error{Kind: fault.Internal, What: "zonages « " + p.Name + " » illisibles", Do: "réimportez le fichier d’origine", Err: err}
	}
	var out []edition.Zoning
	for i := range read {
		out = append(out, edition.Zoning{Zoning: &read[i], Part: p, Title: d.Title, Producer: d.Producer, Licence: d.Licence, Vintage: d.Vintage})
	}
	return out, nil
}

// zonedToday puts zonings in a geography, in the order of their datasets.
func zonedToday(all []edition.Zoning, now *territory.Vintage, p *territory.Passage) []edition.Zoning {
	slices.SortStableFunc(all, func(a, b edition.Zoning) int { return cmp.Compare(a.Part.Name, b.Part.Name) })
	for i := range all {
		all[i].Zoning = all[i].Today(now, p)
	}
	return all
}

// oneGiver refuses zonings that another dataset gives already: an address must
// have one meaning.
func (w *Walk) oneGiver(ctx context.Context, r *Reading) error {
	refs, err := w.references(ctx)
	if err != nil {
		return err
	}
	for _, row := range refs.rows {
		if row.Kind != store.Zoning || row.Name == r.Description.Name {
			continue
		}
		theirs, err := zoningsOf(ctx, w.DB, edition.Part{Name: row.Name, Artifact: row.Observations, Source: row.Source})
		if err != nil {
			return err
		}
		for _, z := range r.Zonings {
			if slices.ContainsFunc(theirs, func(o edition.Zoning) bool { return o.Code == z.Code }) {
				return &fault.Error{Kind: fault.Conflict, What: "le zonage « " + z.Code + " » est déjà donné par le jeu « " + row.Name + " »",
					Do: "donnez-lui un autre code dans la description « " + r.Description.Name + " », ou le même nom aux deux descriptions pour le remplacer"}
			}
		}
	}
	return nil
}
