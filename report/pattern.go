package report

import (
	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// patternSection says whether neighbours are alike in a domain, and where; no
// section for a tier of too few territories.
func (w *composer) patternSection(level territory.Level, domain string) (Section, bool) {
	p := w.c.Patterned(level, domain)
	if p == nil {
		return Section{}, false
	}
	s := Section{ID: "voisinage", Title: w.t("pattern.title"), Blocks: []Block{paragraph(plain(w.patternSentence(level, p)))}}
	s.Blocks = append(s.Blocks, Block{Figure: w.patternFigure(level, domain, p)})
	if len(p.Untried) > 0 {
		s.Blocks = append(s.Blocks, Block{Note: plain(w.t("pattern.untried", "n", len(p.Untried), "names", w.someNames(p.Untried), "tier", w.level(level, "many")))})
	}
	return s, true
}

// unlikely is the probability under which an order on the map is not left to
// chance, and rare the least that permutations are asked to tell.
const (
	unlikely = 0.05
	rare     = 0.001
)

// patternSentence says whether fragile territories touch more than chance would
// have it.
func (w *composer) patternSentence(level territory.Level, p *edition.Pattern) string {
	key, chance := "chance", w.t("pattern.often", "share", lang.Percent(w.l, 100*p.Chance, 0))
	if p.Chance <= rare {
		chance = w.t("pattern.rarely")
	}
	switch {
	case p.Chance <= unlikely:
		key = "together"
	case p.Chance >= 1-unlikely:
		key = "apart"
	}
	return w.t("pattern."+key, "tier", w.level(level, "many"), "moran", lang.Number(w.l, p.Moran, 2), "chance", chance)
}

// someNames lists territories, the first ones when there are many.
func (w *composer) someNames(codes []territory.Code) string {
	const most = 8
	var names []string
	for _, c := range codes[:min(most, len(codes))] {
		names = append(names, w.label(c))
	}
	if more := len(codes) - most; more > 0 {
		names = append(names, w.t("pattern.others", "n", more))
	}
	return lang.List(w.l, names)
}

// patternKinds are the clusters in the order of the legend; the sign says how
// the territory stands, then its neighbours.
var patternKinds = []struct {
	cluster edition.Cluster
	sign    string
	colour  int
}{{edition.HighHigh, "++", 1}, {edition.LowLow, "−−", 2}, {edition.HighLow, "+−", 5}, {edition.LowHigh, "−+", 7}, {edition.None, "", 0}}

// patternFigure draws the local clusters of a domain.
func (w *composer) patternFigure(level territory.Level, domain string, p *edition.Pattern) *Figure {
	chart := &Map{Tier: string(level)}
	sign, found := map[edition.Cluster]string{}, map[edition.Cluster]int{}
	for _, k := range p.Cluster {
		found[k]++
	}
	for _, k := range patternKinds {
		if found[k.cluster] > 0 {
			chart.Kinds = append(chart.Kinds, MapKind{Code: string(k.cluster), Letter: k.sign, Label: w.t("pattern.kind." + string(k.cluster)), Colour: k.colour})
		}
		sign[k.cluster] = k.sign
	}
	table := Table{Caption: w.t("pattern.caption", "what", w.what(domain), "tier", w.level(level, "many")), Head: []Head{
		{Key: "name", Label: w.level(level, "one_upper")}, {Key: "code", Label: w.t("head.code")}, {Key: "score", Label: w.t("head.score"), Numeric: true},
		{Key: "cluster", Label: w.t("head.cluster")}}}
	for t := range each(w.c.Territory.ByLevel(level)) {
		a := Area{Code: string(t.Code), Label: w.label(t.Code), Href: href(t.Code), Text: w.t("pattern.not_tested")}
		cells := []Cell{linked(a.Label, a.Href), word(string(t.Code)), absent(), {Text: w.t("pattern.not_tested"), Raw: "not_tested"}}
		if o := w.c.Standing(t.Code, domain); o.OK {
			cells[2] = num(lang.Round(o.Score, 1), lang.Number(w.l, o.Score, 0))
			cells[2].Trace = hrefScore(t.Code, domain)
		}
		if k, ok := p.Cluster[t.Code]; ok {
			a.Kind, a.Letter, a.Text = string(k), sign[k], w.t("pattern.kind."+string(k))
			cells[3] = Cell{Text: a.Text, Raw: string(k)}
		} else {
			chart.NoData = w.t("pattern.not_tested")
		}
		chart.Areas, table.Rows = append(chart.Areas, a), append(table.Rows, Row{Cells: cells})
	}
	f := &Figure{ID: "amas", Unit: w.t("pattern.unit"), Field: w.fieldOf("", level), Date: w.spanOf(level, domain), Chart: chart, Table: table,
		Title: w.t("pattern.finding", "what", lang.Sentence(w.what(domain)), "high", found[edition.HighHigh], "low", found[edition.LowLow], "tier", w.level(level, "many"),
			"any", found[edition.HighHigh]+found[edition.LowLow] > 0),
		Reading: w.t("pattern.reading", "one", w.level(level, "one"), "tier", w.level(level, "many")),
		Notes:   []string{w.t("pattern.note", "draws", p.Draws, "tested", p.Tested), w.t("pattern.touching", "n", p.Touching)}}
	f.Alt = f.Title
	f.Source, f.Licence = w.sources(w.c.IndexSeries(level, domain)...)
	f.Source += semicolon(w.l) + w.t("map.boundaries")
	return f
}
