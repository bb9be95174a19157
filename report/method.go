package report

import (
	"math"

	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// Methods composes how each number is made: the ten steps of a composite index
// with each choice of the specification, its reasons and its effect, then the
// territories and the specification itself.
func Methods(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	d := w.document("methods", "methodes", w.t("methods.title"))
	d.Answer = []Text{plain(w.t("methods.answer", "draws", c.Spec.Uncertainty.Draws)), w.text("methods.written",
		"series", Span{Text: w.t("methods.written_series"), Href: "#series"}, "spec", Span{Text: w.t("methods.written_spec"), Href: "#specification"})}
	d.Summary = d.Answer[0].Plain()
	manques := w.step("manques", 3, w.choice("imputation", "imputation"), w.choice("missing", ""), w.choice("treatment", "treatment"))
	manques.Blocks = append(manques.Blocks, w.coverageSection().Blocks...)
	series := w.step("series", 2, w.choice("indicators", ""), w.choice("coverage", ""), w.choice("allow_response", ""))
	series.Blocks = append(series.Blocks, paragraph(plain(w.t("methods.estimated", "n", w.c.Estimated()))), Block{Table: w.indexTable()})
	signs := w.step("presentation", 10, w.choice("classes", ""), w.choice("class_change", ""))
	signs.Blocks = append(signs.Blocks, Block{Table: w.signTable()})
	weights := w.step("poids", 6, w.choice("weights", "weighting"), w.choice("aggregation", "aggregation"), w.choice("geometric_floor", ""))
	weights.Blocks = append(weights.Blocks, paragraph(Text{{Text: w.t("methods.reweigh"), Href: ReweighPath}}))
	d.Sections = []Section{
		w.step("cadre", 1, w.choice("structure", ""), w.choice("reference", "")),
		series, manques, w.agreementSection(),
		w.step("echelle", 5, w.choice("normalisation", "normalisation")),
		weights,
		w.sensitivitySection(),
		w.step("detail", 8), w.step("perception", 9), signs,
		under("territoires", w.methodSection("territory", w.vintageFacts())),
		under("editions", w.methodSection("moves", nil, "n", w.datedTwice(territory.Departement), "of", len(w.c.Domains()))),
		{ID: "specification", Title: w.t("methods.spec"), Blocks: []Block{paragraph(plain(w.t("methods.spec_intro"))),
			{Code: &Code{Caption: w.t("methods.spec_caption", "hash", w.c.Spec.Hash), Language: "toml", Text: string(c.SpecText)}}}},
	}
	return d, nil
}

// under gives a section its address in the page.
func under(id string, s Section) Section {
	s.ID = id
	return s
}

// datedTwice counts the domains of which all series are published at two
// common periods at least.
func (w *composer) datedTwice(level territory.Level) int {
	n := 0
	for _, d := range w.c.Domains() {
		series, count := w.c.IndexSeries(level, d.Code), map[string]int{}
		for _, code := range series {
			for _, p := range w.c.Periods(code, level) {
				count[p]++
			}
		}
		common := 0
		for _, k := range count {
			if k == len(series) {
				common++
			}
		}
		if common >= 2 {
			n++
		}
	}
	return n
}

// step is one of the ten steps: what it is, then its choices.
func (w *composer) step(id string, n int, choices ...Text) Section {
	return under(id, w.methodSection("step"+year(n), choices, "domains", len(w.c.Domains()), "dimensions", len(w.c.Dimensions()),
		"draws", w.c.Spec.Uncertainty.Draws))
}

// indexSection is what a printed report says of the index.
func (w *composer) indexSection() Section {
	s := Section{ID: "indice", Title: w.t("methods.printed")}
	for _, key := range []string{"step6.1", "step5.1", "step3.1"} {
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("methods."+key))))
	}
	var chosen []Text
	for _, key := range []string{"coverage", "treatment", "normalisation", "weights", "missing", "draws", "interval", "reversal"} {
		chosen = append(chosen, w.chosen(key))
	}
	s.Blocks = append(s.Blocks, Block{List: chosen})
	return s
}

// methodSection is a titled list of paragraphs of the catalogue:
// report.methods.<noun>.title, .1, .2, …
func (w *composer) methodSection(noun string, facts []Text, args ...any) Section {
	s := Section{ID: noun, Title: w.t("methods." + noun + ".title")}
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		key := "methods." + noun + "." + n
		if !lang.Has(w.l, "report."+key) {
			break
		}
		s.Blocks = append(s.Blocks, paragraph(plain(w.t(key, args...))))
	}
	if len(facts) > 0 {
		s.Blocks = append(s.Blocks, Block{List: facts})
	}
	return s
}

// agreementSection says whether the series of each domain order territories
// alike.
func (w *composer) agreementSection() Section {
	s := w.step("accord", 4)
	t := &Table{ID: "accord", Open: true, Caption: w.t("methods.agree.caption"), Head: []Head{{Key: "domain", Label: w.t("head.domain")}}}
	for _, level := range measuredTiers {
		t.Head = append(t.Head, Head{Key: string(level), Label: lang.Sentence(w.level(level, "many")), Numeric: true})
	}
	var against []string
	for _, d := range w.c.Domains() {
		row := Row{Cells: []Cell{linked(d.Label(w.l), hrefDomain(d.Code))}}
		opposed := false
		for _, level := range measuredTiers {
			r, n := w.c.Agreement(level, d.Code)
			opposed = opposed || r < 0
			row.Cells = append(row.Cells, w.agreementCell(r, n))
		}
		if opposed {
			against = append(against, d.InSentence(w.l))
		}
		t.Rows = append(t.Rows, row)
	}
	s.Blocks = append(s.Blocks, paragraph(plain(w.t("methods.agree.against", "n", len(against), "domains", lang.List(w.l, against)))), Block{Table: t})
	return s
}

func (w *composer) agreementCell(r float64, n int) Cell {
	switch {
	case n == 0:
		return absent()
	case n == 1:
		return word(w.t("methods.agree.single"))
	case math.IsNaN(r):
		return Cell{Sign: "///"}
	}
	r = lang.Round(r, 2)
	return num(r, w.t("methods.agree.series", "r", lang.Number(w.l, r, 2), "n", n))
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
