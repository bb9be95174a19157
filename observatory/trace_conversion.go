package observatory

import (
	"cmp"
	"slices"

	"vigie/dataset"
	"vigie/edition"
	"vigie/indicator"
	"vigie/territory"
)

// converted returns the leaves of an observation brought to another geography.
func (w *walkback) converted(d *edition.Derivation, b edition.Basis) ([]edition.Leaf, error) {
	crossing, err := w.crossing(d)
	if err != nil || crossing == nil || len(d.Origins) == 0 {
		return nil, err
	}
	codes := []indicator.Code{b.Indicator}
	if ind, ok := w.c.Catalogue.Get(b.Indicator); ok && ind.Numerator != "" {
		codes = append(codes, ind.Numerator, ind.Denominator)
	}
	table, err := w.table(d.Origins, codes, b.Period)
	if err != nil {
		return nil, err
	}
	with := dataset.Converting{Crossing: crossing, Indicator: w.c.Catalogue.Get}
	if b.Territory.Level() != territory.Commune && len(d.Communes) > 0 {
		if with.Communes, err = w.table(d.Communes, codes, b.Period); err != nil {
			return nil, err
		}
	}
	var out []edition.Leaf
	for _, t := range dataset.Terms(table, with, b.Indicator, b.Period, b.Territory) {
		origins := d.Origins
		if t.Communal {
			origins = d.Communes
		}
		from, ok, err := w.given(origins, t.Indicator, t.Territory, t.Period)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue // ground that no line covers
		}
		if t.Under {
			from.Role = edition.Denominator
		} else if t.Indicator != b.Indicator {
			from.Role = edition.Numerator
		}
		out = append(out, edition.Leaf{Basis: from, Factor: t.Factor})
	}
	return out, nil
}

// table is what origins know of a few series at one period: the first that has
// an observation gives it.
func (w *walkback) table(origins []edition.Part, codes []indicator.Code, period string) (*dataset.Table, error) {
	var all []*dataset.Table
	for _, p := range origins {
		t := &dataset.Table{}
		for _, code := range codes {
			c, err := w.column(p, code, period)
			if err != nil {
				return nil, err
			}
			if c != nil {
				t.Columns = append(t.Columns, *c)
			}
		}
		slices.SortFunc(t.Columns, func(a, b dataset.Column) int { return cmp.Compare(a.Indicator, b.Indicator) })
		all = append(all, t)
	}
	out, _ := dataset.Union(all...)
	return out, nil
}

// crossing is the way between the geographies of a conversion, nil when the
// edition no longer holds them.
func (w *walkback) crossing(d *edition.Derivation) (*territory.Crossing, error) {
	if c, ok := w.ways[d]; ok {
		return c, nil
	}
	var counted *dataset.Column
	for _, code := range peopleCodes {
		last, err := w.latest(d.Communes, code)
		if err != nil {
			return nil, err
		}
		if counted = last; counted != nil {
			break
		}
	}
	h := &territory.History{}
	if w.c.Former.Year != w.c.Territory.Year {
		h.Join(w.c.Passage, persons(w.c.Former, counted))
	}
	h.With(w.c.Territory)
	c, _ := h.Crossing(d.From, d.To)
	w.ways[d] = c
	return c, nil
}

// latest is the last period at which some of the origins count a series, nil
// when none does.
func (w *walkback) latest(origins []edition.Part, code indicator.Code) (*dataset.Column, error) {
	period := ""
	for _, p := range origins {
		t, err := w.file(p)
		if err != nil {
			return nil, err
		}
		for _, c := range t.Columns() {
			if c.Indicator == code {
				period = max(period, c.Period)
			}
		}
	}
	if period == "" {
		return nil, nil
	}
	t, err := w.table(origins, []indicator.Code{code}, period)
	return t.Column(code, period), err
}
