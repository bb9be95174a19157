package observatory

import (
	"context"
	"slices"
	"time"

	"vigie/fault"
	"vigie/store"
	"vigie/territory"
)

// The reasons why a computation is no longer what would be computed today.
const (
	StaleSpec    = "spec"    // another specification is kept
	StaleData    = "data"    // the datasets have changed
	StaleVersion = "version" // the program has changed
	StaleReading = "reading" // the catalogue, the territories or the lists have
	StaleFault   = "fault"   // the specification can no longer be computed
)

// Computation is a computation that was kept. Only the last one of a tier can be
// stale: Why says of what, and Datasets names those that came or went.
type Computation struct {
	ID        string          `json:"id"`
	Level     territory.Level `json:"level"`
	Spec      string          `json:"spec"` // address of its text
	SpecIDs   []string        `json:"spec_ids"`
	Seed      uint64          `json:"seed"`
	Version   string          `json:"version"`
	CreatedAt time.Time       `json:"created_at"`
	Newest    bool            `json:"newest"`
	Why       []string        `json:"stale"`
	Datasets  []string        `json:"datasets,omitempty"`
}

// Stale reports whether today's data and choices would give another.
func (c *Computation) Stale() bool { return len(c.Why) > 0 }

// KeptComputations lists the computations, the last of a tier first, and says
// which are stale and why.
func (w *Walk) KeptComputations(ctx context.Context) ([]Computation, error) {
	rows, err := w.DB.Computations(ctx, "")
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	specs, err := w.Specifications(ctx)
	if err != nil {
		return nil, err
	}
	_, current, err := w.CurrentSpec(ctx)
	if err != nil {
		return nil, err
	}
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Computation, len(rows))
	seen := map[string]bool{}
	for i, r := range rows {
		c := Computation{ID: r.ID, Level: territory.Level(r.Level), Spec: r.Spec, Seed: r.Seed, Version: r.CodeVersion, CreatedAt: r.CreatedAt,
			Newest: !seen[r.Level], Why: []string{}, SpecIDs: []string{}}
		seen[r.Level] = true
		for _, s := range specs {
			if s.File == r.Spec {
				c.SpecIDs = append(c.SpecIDs, s.ID)
			}
		}
		if c.Newest {
			if err := w.stale(ctx, refs, &c, &r, current); err != nil {
				return nil, err
			}
		}
		out[i] = c
	}
	slices.SortStableFunc(out, func(a, b Computation) int { return count(b.Newest) - count(a.Newest) })
	return out, nil
}

// stale says of what a computation is.
func (w *Walk) stale(ctx context.Context, refs *references, c *Computation, row *store.ComputationRow, current []byte) error {
	say := func(why string) { c.Why = append(c.Why, why) }
	if row.Spec != store.ArtifactID(current) {
		say(StaleSpec)
	}
	if row.CodeVersion != w.Version {
		say(StaleVersion)
	}
	text, err := w.DB.Artifact(ctx, row.Spec)
	if err != nil {
		return err
	}
	spec, g, err := w.specified(ctx, refs, text)
	if kind := fault.KindOf(err); kind == fault.Invalid || kind == fault.Conflict {
		say(StaleFault)
		return nil
	}
	if err != nil {
		return err
	}
	var now []string
	for _, t := range g.speaking(c.Level) {
		if now = append(now, t.ID); !slices.Contains(row.Datasets, t.ID) {
			c.Datasets = append(c.Datasets, t.Name)
		}
	}
	for _, id := range row.Datasets {
		if slices.Contains(now, id) {
			continue
		}
		old, err := w.DB.Dataset(ctx, id)
		if err != nil {
			return err
		}
		if !slices.Contains(c.Datasets, old.Name) {
			c.Datasets = append(c.Datasets, old.Name)
		}
	}
	if len(c.Datasets) > 0 {
		say(StaleData)
		return nil
	}
	in, input, err := w.reading(ctx, g, spec, text, c.Level)
	if err != nil {
		return err
	}
	in.CodeVersion = row.CodeVersion // told apart above
	if input == nil || in.ID() != row.ID {
		say(StaleReading)
	}
	return nil
}

// count is 1 for what is so.
func count(is bool) int {
	if is {
		return 1
	}
	return 0
}
