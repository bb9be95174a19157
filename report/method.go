package report

import (
	"strconv"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// Methods composes how each number is made: data, index, sensitivity, signs,
// territories, and the specification itself.
func Methods(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("methods", "methodes", w.t("methods.title"))
	d.Answer = []Text{plain(w.t("methods.answer", "draws", c.Spec.Sensitivity.Draws))}
	d.Summary = d.Answer[0].Plain()
	d.Sections = []Section{
		w.methodSection("data", []Text{plain(w.t("methods.estimated", "n", w.c.Estimated()))}), w.coverageSection(), w.methodSection("index", w.specFacts()),
		{ID: "series", Title: w.t("methods.series"), Blocks: []Block{{Table: w.indexTable()}}},
		w.methodSection("sensitivity", nil), w.methodSection("perceived", nil), w.methodSection("territory", w.vintageFacts()),
		{ID: "signes", Title: w.t("methods.signs"), Blocks: []Block{{Table: w.signTable()}}},
		{ID: "specification", Title: w.t("methods.spec"), Blocks: []Block{paragraph(plain(w.t("methods.spec_intro"))),
			{Code: &Code{Caption: w.t("methods.spec_caption", "hash", w.c.Spec.Hash), Language: "toml", Text: string(c.SpecText)}}}},
	}
	return d, nil
}

// methodSection is a titled list of paragraphs of the catalogue:
// report.methods.<noun>.title, .1, .2, …
func (w *composer) methodSection(noun string, facts []Text) Section {
	s := Section{ID: noun, Title: w.t("methods." + noun + ".title")}
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		key := "methods." + noun + "." + n
		if !lang.Has(w.l, "report."+key) {
			break
		}
		s.Blocks = append(s.Blocks, paragraph(plain(w.t(key))))
	}
	if len(facts) > 0 {
		s.Blocks = append(s.Blocks, Block{List: facts})
	}
	return s
}

// specFacts are the choices that the specification records.
func (w *composer) specFacts() []Text {
	return []Text{
		w.text("methods.fact.seed", "seed", strconv.FormatUint(w.c.Spec.Sensitivity.Seed, 10)),
		w.text("methods.fact.interval", "share", lang.Percent(w.l, w.c.Spec.Sensitivity.Interval*100, 0)),
		w.text("methods.fact.threshold", "share", lang.Percent(w.l, w.c.Spec.Sensitivity.Reversal*100, 0)),
		w.text("methods.fact.overall", "least", w.c.Spec.Missing.OverallDomains, "of", len(w.c.Domains())),
	}
}

// vintageFacts say which geography the territories are in, those of the files,
// and how the communes of one met those of the other.
func (w *composer) vintageFacts() []Text {
	out := append([]Text{plain(w.t("methods.join.now", "year", year(w.c.Territory.Year)))}, w.geographyFacts()...)
	if !w.c.FromFormer(territory.Commune) {
		return out
	}
	join := w.c.Join()
	return append(out,
		w.text("methods.join.matched", "n", len(join.Matched), "old", year(w.c.Former.Year), "new", year(w.c.Territory.Year)),
		w.text("methods.join.merged", "n", len(join.Merged)), w.text("methods.join.recoded", "n", len(join.Recoded)),
		w.text("methods.join.split", "n", len(join.Split)), w.text("methods.join.lost", "n", len(join.Lost)))
}

// indexTable lists the series of the index with weight, direction and the
// period used at each tier.
func (w *composer) indexTable() *Table {
	t := &Table{ID: "series-indice", Open: true, Caption: w.t("methods.series_caption"), Head: []Head{{Key: "indicator", Label: w.t("head.indicator")},
		{Key: "domain", Label: w.t("head.domain")}, {Key: "direction", Label: w.t("head.direction")}, {Key: "weight", Label: w.t("head.weight"), Numeric: true}}}
	for _, level := range measuredTiers {
		t.Head = append(t.Head, Head{Key: "period_" + string(level), Label: w.t("head.period_of", "tier", w.level(level, "one"))})
	}
	t.Head = append(t.Head, Head{Key: "origin", Label: w.t("head.origin")})
	for _, d := range w.c.Domains() {
		for _, code := range w.c.AllIndexSeries(d.Code) {
			ind, ok := w.c.Catalogue.Get(code)
			if !ok {
				continue
			}
			row := Row{Cells: []Cell{linked(w.name(ind), hrefIndicator(code)), linked(d.Short(w.l), hrefDomain(d.Code)), word(w.direction(ind.Direction)),
				num(w.c.Weight(code), lang.Number(w.l, w.c.Weight(code), decimalsOf(w.c.Weight(code))))}}
			for _, level := range measuredTiers {
				if p := w.c.IndexPeriod(level, code); p != "" {
					row.Cells = append(row.Cells, w.when(p))
				} else {
					row.Cells = append(row.Cells, absent())
				}
			}
			origin := w.t("origin.primary")
			if ind.Secondary {
				origin = w.t("origin.secondary")
			}
			row.Cells = append(row.Cells, word(origin))
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}

// signTable explains the statistical signs.
func (w *composer) signTable() *Table {
	t := &Table{ID: "signes", Open: true, Caption: w.t("methods.signs"), Head: []Head{{Key: "sign", Label: w.t("head.sign")}, {Key: "meaning", Label: w.t("head.meaning")}}}
	for _, s := range []string{"nd", "s", "ns", "na", "p", "e", "r"} {
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(w.t("sign." + s + ".short")), word(w.t("sign." + s + ".long"))}})
	}
	return t
}
