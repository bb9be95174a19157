package observatory

import (
	"context"

	"vigie/casestudy"
	"vigie/data"
	"vigie/store"
)

// StarterCases shows the embedded cases, compiled from public pages, that nobody
// has reviewed yet: each says so. Those that are there stay as they are.
func (w *Walk) StarterCases(ctx context.Context) error {
	w.step("base de cas")
	file, err := data.Read("casestudy/cases.jsonl")
	if err != nil {
		return err
	}
	slugs, records, err := casestudy.Seeds(file)
	if err != nil {
		return err
	}
	g, err := w.CaseGround(ctx)
	if err != nil {
		return err
	}
	standing, err := w.DB.CaseStandings(ctx, "")
	if err != nil {
		return err
	}
	in := store.CaseDelivery{Publish: true, Remark: "cases.jsonl", By: w.By}
	for i, r := range records {
		if _, there := standing[slugs[i]]; !there {
			in.Rows = append(in.Rows, store.DeliveredCase{ExternalID: slugs[i], Slug: slugs[i], Record: r, Brought: r, Within: g.Within(&r)})
		}
	}
	return w.DB.BringCases(ctx, in, w.Now)
}
