package observatory

import (
	"context"

	"vigie/fault"
	"vigie/territory"
)

// Became returns what is known of codes in the latest geography: what each is
// there, or what became of it since another one.
//
// Error: NotFound for a code that no geography knows.
func (w *Walk) Became(ctx context.Context, codes []territory.Code) ([]territory.Fate, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	h, err := refs.history(nil)
	if err != nil {
		return nil, err
	}
	now, err := refs.vintage(refs.year())
	if err != nil {
		return nil, err
	}
	var out []territory.Fate
	for _, c := range codes {
		f := h.Became(c, now.Year)
		if t, ok := now.Get(c); ok && f.Kind == "" {
			f = territory.Fate{Kind: territory.Created, Code: c, Label: t.Label, Year: now.Year, Asked: now.Year}
		}
		if f.Kind == "" {
			return nil, fault.NotFoundf("écrivez le code entier, avec son préfixe : COM-01001, EPCI-200000172, DEP-2A, REG-84", "%s", f)
		}
		out = append(out, f)
	}
	return out, nil
}

// Events returns what happened to the territories of a level between the two
// latest geographies, with their years: nothing when there is only one. Of
// communes it also tells those that moved to another EPCI.
func (w *Walk) Events(ctx context.Context, level territory.Level) (from, to int, events []territory.Event, err error) {
	refs, err := w.references(ctx)
	if err != nil {
		return 0, 0, nil, err
	}
	h, err := refs.history(nil)
	if err != nil {
		return 0, 0, nil, err
	}
	from, to = refs.former(), refs.year()
	c, ok := h.Crossing(from, to)
	if !ok {
		return from, to, nil, nil
	}
	events = c.Events(level)
	if level == territory.Commune {
		events = append(events, c.Moves(territory.Commune, territory.EPCI)...)
	}
	return from, to, events, nil
}
