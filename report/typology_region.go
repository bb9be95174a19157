package report

import (
	"slices"
	"strconv"

	"vigie/edition"
	"vigie/fragility"
	"vigie/lang"
)

// regionSection cuts the tier into as many regions of one piece as it has types,
// and says what that loses; no section where no map allows it.
func (y *typed) regionSection() (Section, bool) {
	r := y.c.Regions(y.at)
	if r == nil {
		return Section{}, false
	}
	s := Section{ID: "regions", Title: y.t("typology.region.title"), Blocks: []Block{
		paragraph(plain(y.t("typology.region.sentence", "n", len(r.Size), "tier", y.word("many_metro"), "kept", y.share(r.Kept), "free", y.share(r.Free), "most", r.Kept >= mostOfTypes*r.Free))),
		{Figure: y.regionFigure(r)}}}
	return s, true
}

// mostOfTypes is the part of what types tell that regions must keep for the map
// to be said to explain most of it.
const mostOfTypes = 0.8

func (y *typed) share(x float64) string { return lang.Percent(y.l, 100*x, 0) }

// regionName tells a region by the domains that set it apart.
func (y *typed) regionName(r *edition.Regions, of int) string {
	var more, less []string
	for _, t := range r.Traits[of] {
		switch name := y.domain(t.Domain).InSentence(y.l); {
		case t.More && len(more) < mostOwn:
			more = append(more, name)
		case !t.More && len(less) < mostOwn:
			less = append(less, name)
		}
	}
	return y.named(more, less)
}

// regionFigure draws the regions over the territories.
func (y *typed) regionFigure(r *edition.Regions) *Figure {
	chart := &Map{Tier: string(y.at)}
	table := Table{Caption: y.t("typology.region.caption", "tier", y.word("many")), Head: []Head{
		{Key: "name", Label: y.word("one_upper")}, {Key: "code", Label: y.t("head.code")}, {Key: "region", Label: y.t("head.group"), Numeric: true}, {Key: "type", Label: y.t("head.type")}}}
	for g, n := range r.Size {
		number := strconv.Itoa(g + 1)
		name := y.t("typology.region.kind", "n", n, "tier", y.word("many"), "one", y.word("one"), "name", lang.Sentence(y.regionName(r, g)))
		chart.Kinds = append(chart.Kinds, MapKind{Code: number, Letter: number, Label: name, Colour: (g+MostKinds/2)%MostKinds + 1}) // not those of the types
		table.Notes = append(table.Notes, number+y.t("typology.region.colon")+name+".")
	}
	for i, u := range y.units {
		a := Area{Code: string(u.Code), Label: y.label(u.Code), Href: href(u.Code), Text: y.t("typology.region.out")}
		cells := []Cell{linked(a.Label, a.Href), word(string(u.Code)), absent(), absent()}
		if m := y.Members[i]; m.Type >= 0 {
			cells[3] = word(letter(m.Type))
		}
		if g, ok := r.Region[u.Code]; ok {
			a.Kind, a.Letter, a.Text = strconv.Itoa(g+1), strconv.Itoa(g+1), chart.Kinds[g].Label
			cells[2] = y.count(g + 1)
		} else {
			chart.NoData = y.t("typology.region.out")
		}
		chart.Areas, table.Rows = append(chart.Areas, a), append(table.Rows, Row{Cells: cells})
	}
	f := &Figure{ID: "regions-d-un-seul-tenant", Unit: y.t("typology.region.unit"), Field: y.fieldOf("", y.at), Date: y.spanOf(y.at, ""), Chart: chart, Table: table,
		Title:   y.t("typology.region.finding", "n", len(r.Size), "tier", y.word("many"), "kept", y.share(r.Kept), "free", y.share(r.Free)),
		Reading: y.regionReading(r), Notes: []string{y.t("typology.region.note"), y.islandNote(r)}}
	f.Alt = f.Title
	f.Source, f.Licence = y.sources(y.c.IndexSeries(y.at, "")...)
	f.Source += semicolon(y.l) + y.t("map.boundaries")
	return f
}

// regionReading reads the first territory of the smallest region.
func (y *typed) regionReading(r *edition.Regions) string {
	least := 0
	for g, n := range r.Size {
		if n < r.Size[least] {
			least = g
		}
	}
	at := slices.IndexFunc(y.units, func(u fragility.Unit) bool { g, ok := r.Region[u.Code]; return ok && g == least })
	return y.t("typology.region.reading", "name", lang.Sentence(y.place(y.units[at].Code).Name), "region", least+1, "others", r.Size[least]-1, "tier", y.word("many"), "one", y.word("one"))
}

// islandNote says what was linked for want of a boundary.
func (y *typed) islandNote(r *edition.Regions) string {
	var links []string
	for _, b := range r.Linked {
		links = append(links, y.t("typology.region.link", "from", y.label(b.From), "to", y.label(b.To), "km", lang.Number(y.l, b.Kilometres, 0)))
	}
	return y.t("typology.region.islands", "n", len(links), "links", lang.List(y.l, links))
}
