package observatory

import (
	"context"
	"slices"

	"vigie/casestudy"
	"vigie/store"
)

// Coding returns how far the two people who coded the most public cases in
// common agree on them, nil when no case was coded twice. Passages marked on an
// earlier version count where their sentences stand unchanged in the one that
// is published; the others are left out.
func Coding(ctx context.Context, db *store.DB) (*casestudy.Coding, error) {
	rows, err := db.Passages(ctx, "")
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	entries, _, err := db.Entries(ctx)
	if err != nil {
		return nil, err
	}
	var texts []casestudy.Coded
	for i := range entries {
		e := &entries[i]
		own := slices.DeleteFunc(slices.Clone(rows), func(p store.PassageRow) bool { return p.Case != e.ID })
		if len(own) == 0 || !e.State.Public() {
			continue
		}
		t, err := coded(ctx, db, e, own)
		if err != nil {
			return nil, err
		}
		texts = append(texts, t)
	}
	return casestudy.CompareTwo(texts), nil
}

// coded puts the marks made on any version of a case on the published one,
// where their sentences stand unchanged.
func coded(ctx context.Context, db *store.DB, e *casestudy.Entry, rows []store.PassageRow) (casestudy.Coded, error) {
	c := casestudy.Coded{Case: e.ID, Text: e.Record.Text}
	from := map[int]casestudy.Text{e.Version: c.Text}
	for _, row := range rows {
		before, ok := from[row.Number]
		if !ok {
			v, err := db.CaseVersion(ctx, e.ID, row.Number)
			if err != nil {
				return c, err
			}
			before = v.Record.Text
			from[row.Number] = before
		}
		p := casestudy.Passage{Section: row.Section, Start: row.Begins, End: row.Ends, List: row.List, Code: row.Code, Coder: string(row.Coder)}
		kept, _ := casestudy.Carry(before, c.Text, []casestudy.Passage{p})
		c.Passages = append(c.Passages, kept...)
	}
	return c, nil
}
