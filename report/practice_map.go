package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/territory"
)

// practiceMap shows where the cases of a selection are: by région, or by
// département of the région that is chosen.
func (w *practices) practiceMap(q casestudy.Query, found casestudy.Found) Section {
	s := Section{ID: "carte", Title: w.p("map.section")}
	facet, tier, within := casestudy.Region, territory.Region, territory.Code("")
	if chosen := q.Facets[casestudy.Region]; len(chosen) == 1 {
		if _, ok := w.c.Territory.Get(territory.Code(chosen[0])); ok {
			facet, tier, within = casestudy.Departement, territory.Departement, territory.Code(chosen[0])
		}
	}
	count := map[territory.Code]int{}
	for _, v := range valuesOf(found, facet) {
		count[territory.Code(v.Value)] = v.Count
	}
	places := pointersTo(w.c.Territory.ByLevel(tier))
	if within != "" {
		places = w.c.Territory.Children(within, tier)
	}
	f := w.mapOf(q, facet, tier, places, count)
	if f == nil {
		return Section{}
	}
	if within != "" {
		codes := make([]string, len(places))
		for i, t := range places {
			codes[i] = string(t.Code)
		}
		f.Chart.(*Map).Within = strings.Join(codes, " ")
		f.Field = w.p("map.field_within", "of", w.place(within).Of)
	}
	s.Blocks = []Block{{Figure: f}}
	return s
}

func pointersTo(list []territory.Territory) []*territory.Territory {
	out := make([]*territory.Territory, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// mapOf draws the number of cases of each place, nil when there is none.
func (w *practices) mapOf(q casestudy.Query, facet casestudy.Facet, tier territory.Level, places []*territory.Territory, count map[territory.Code]int) *Figure {
	most, top := 0, territory.Code("")
	for _, t := range places {
		if n := count[t.Code]; n > most {
			most, top = n, t.Code
		}
	}
	if most == 0 {
		return nil
	}
	bounds := steps(most)
	m := &Map{Tier: string(tier), NoData: w.p("map.none")}
	for i, from := range bounds {
		to, last := from, i+1 == len(bounds)
		if !last {
			to = bounds[i+1] - 1
		}
		m.Legend = append(m.Legend, w.p("map.class", "from", from, "to", to, "last", last, "one", from == to))
	}
	f := &Figure{ID: "carte", Unit: w.p("map.unit"), Field: w.p("map.field", "tier", w.level(tier, "many")), Date: w.baseDate(), Source: w.p("source.base"), Licence: w.p("licence"),
		Title: w.p("map.title", "in", w.place(top).In, "n", most), Reading: lang.Sentence(w.p("map.reading", "in", w.place(top).In, "n", most)),
		Notes: []string{w.p("map.note")}, Chart: m}
	f.Table = Table{Caption: w.p("map.caption"), Head: []Head{{Key: "territory", Label: w.level(tier, "one_upper")}, {Key: "cases", Label: w.p("map.cases"), Numeric: true}}}
	for _, t := range places {
		n := count[t.Code]
		area := Area{Code: string(t.Code), Label: w.label(t.Code), Text: w.p("map.count", "n", n)}
		row := Row{Cells: []Cell{word(w.label(t.Code)), num(float64(n), lang.Number(w.l, float64(n), 0))}}
		if n > 0 {
			area.Step, area.Href = classOf(bounds, n), w.searchHref(q.Without(facet, "").With(facet, string(t.Code)))
			row.Cells[0].Href = area.Href
		}
		m.Areas = append(m.Areas, area)
		f.Table.Rows = append(f.Table.Rows, row)
	}
	slices.SortStableFunc(f.Table.Rows, func(a, b Row) int { return cmp.Compare(*b.Cells[1].Value, *a.Cells[1].Value) })
	f.Alt = f.Title + "."
	return f
}

// steps are the first counts of the classes of a map whose largest is most:
// doubling, so that one case is told from several.
func steps(most int) []int {
	last := 2
	for last*2*2*2 < most {
		last++
	}
	out := []int{1}
	for len(out) < Steps {
		out = append(out, max(out[len(out)-1]+1, out[len(out)-1]*last))
	}
	return out
}

func classOf(bounds []int, n int) int {
	step := 0
	for i, from := range bounds {
		if n >= from {
			step = i + 1
		}
	}
	return step
}

// baseDate is the day of the last change of what the public sees.
func (w *practices) baseDate() string {
	all, last := w.base.Entries(), 0
	for i := range all {
		if all[i].ChangedAt.After(all[last].ChangedAt) {
			last = i
		}
	}
	if len(all) == 0 || all[last].ChangedAt.IsZero() {
		return ""
	}
	return w.p("base_date", "date", w.day(all[last].ChangedAt))
}

// timeline says in which years the cases of a selection began.
func (w *practices) timeline(q casestudy.Query, found casestudy.Found) Section {
	q.Offset = 0
	bars := &Bars{Axis: Axis{Title: w.p("time.axis")}}
	t := Table{Caption: w.p("time.caption"), Head: []Head{{Key: "years", Label: w.p("time.years")}, {Key: "cases", Label: w.p("map.cases"), Numeric: true}}}
	known, most, top := 0, 0, 0
	for _, v := range valuesOf(found, casestudy.Decade) {
		y, err := strconv.Atoi(v.Value)
		if err != nil || v.Count == 0 {
			continue
		}
		known += v.Count
		if v.Count > most {
			most, top = v.Count, y
		}
		label := w.p("decade", "from", year(y), "to", year(y+9))
		bars.Rows = append(bars.Rows, BarRow{Label: label, Own: Bar{X: float64(v.Count), Text: strconv.Itoa(v.Count)}})
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(label, w.searchHref(q.Without(casestudy.Decade, "").With(casestudy.Decade, v.Value))), num(float64(v.Count), strconv.Itoa(v.Count))}})
	}
	if known == 0 {
		return Section{}
	}
	bars.Axis.Max = float64(most)
	for i := 0; i <= most; i += max(1, (most+4)/5) {
		bars.Axis.Ticks = append(bars.Axis.Ticks, Tick{float64(i), strconv.Itoa(i)})
	}
	f := &Figure{ID: "chronologie", Title: w.p("time.title", "from", year(top), "to", year(top+9), "n", most), Unit: w.p("map.unit"), Field: w.p("time.field"), Date: w.baseDate(),
		Source: w.p("source.base"), Licence: w.p("licence"), Reading: w.p("time.reading", "from", year(top), "to", year(top+9), "n", most), Chart: bars, Table: t}
	f.Alt = f.Title + "."
	if found.Total > known {
		f.Notes = []string{w.p("time.unknown", "n", found.Total-known)}
	}
	return Section{ID: "temps", Title: w.p("time.section"), Blocks: []Block{{Figure: f}}}
}
