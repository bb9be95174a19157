package report

import (
	"slices"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/stat/trend"
	"vigie/territory"
)

// lacking is what the base does not speak of, weighed by the fragility of
// regions in the newest edition.
func (w *baseReader) lacking() *casestudy.Gaps {
	g := casestudy.Ground{Fragility: func(region territory.Code, domain string) (float64, bool) {
		s := w.c.Standing(region, domain)
		return s.Score, s.OK
	}}
	for _, t := range w.c.Territory.ByLevel(territory.Region) {
		g.Regions = append(g.Regions, t.Code)
	}
	for _, d := range w.c.Domains() {
		g.Domains = append(g.Domains, d.Code)
	}
	return w.base.Gaps(g)
}

// gapSaid says one gap: « aucun cas sur l’alimentation en Corse ».
func (w *baseReader) gapSaid(g casestudy.Gap) string {
	return lang.Typeset(w.l, g.Sentence(w.l, w.domain(g.Domain).InSentence(w.l), w.place(g.Region).In))
}

// mostGaps is how many gaps are put into words; the table has them all.
const mostGaps = 10

// gaps says what is missing.
func (w *baseReader) gaps() Section {
	g, s := w.lacks, Section{ID: "manques", Title: w.t("base.gaps.section")}
	if len(g.Regions) > 0 {
		var in []string
		for _, r := range g.Regions {
			in = append(in, w.place(r).In)
		}
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("base.gaps.regions", "in", lang.List(w.l, in)))))
	}
	if len(g.Domains) > 0 {
		var on []string
		for _, d := range g.Domains {
			on = append(on, w.domain(d).InSentence(w.l))
		}
		s.Blocks = append(s.Blocks, paragraph(plain(lang.Typeset(w.l, w.t("base.gaps.domains", "on", lang.List(w.l, on))))))
	}
	if len(g.Pairs) == 0 {
		return s
	}
	t := &Table{ID: "manques", Caption: w.t("base.gaps.caption"), Head: []Head{{Key: "gap", Label: w.t("base.head.gap")}, {Key: "region", Label: w.sideName(casestudy.Region)}, {Key: "domain", Label: w.sideName(casestudy.Domain)},
		{Key: "expected", Label: w.t("base.head.expected"), Numeric: true}, {Key: "fragility", Label: w.t("base.head.fragility"), Numeric: true}}}
	var list []Text
	for i, p := range g.Pairs {
		if i < mostGaps {
			list = append(list, w.gapLine(p))
		}
		fragility := w.oneDecimal(p.Fragility)
		if s := w.c.Standing(p.Region, p.Domain); s.OK {
			fragility = num(p.Fragility, lang.Number(w.l, p.Fragility, 0))
			fragility.Step = s.Step
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(lang.Sentence(w.gapSaid(p))), linked(w.label(p.Region), href(p.Region)), linked(w.domain(p.Domain).Label(w.l), hrefDomain(p.Domain)), w.oneDecimal(p.Expected), fragility}})
	}
	s.Blocks = append(s.Blocks, paragraph(plain(w.t("base.gaps.lead", "n", len(g.Pairs), "of", g.All))), Block{List: list},
		Block{Note: plain(w.t("base.gaps.order"))}, Block{Table: t})
	return s
}

// gapLine is a gap with what makes it surprising.
func (w *baseReader) gapLine(g casestudy.Gap) Text {
	s := w.c.Standing(g.Region, g.Domain)
	return Text{{Text: lang.Sentence(w.gapSaid(g)), Strong: true}, {Text: " " + w.t("base.gaps.why", "expected", lang.Number(w.l, g.Expected, 1),
		"known", s.OK, "score", lang.Number(w.l, s.Score, 0))}}
}

// rhythms says in which years a domain or a relation type began more often.
func (w *baseReader) rhythms() Section {
	t := &Table{ID: "elans", Caption: w.t("base.bursts.caption"), Head: []Head{{Key: "side", Label: w.t("base.head.side")}, {Key: "value", Label: w.t("base.head.value")},
		{Key: "dated", Label: w.t("base.head.dated"), Numeric: true}, {Key: "years", Label: w.t("base.head.years")}, {Key: "cases", Label: w.t("base.head.burst")},
		{Key: "chance", Label: w.t("base.head.chance"), Numeric: true}}}
	all := slices.Clone(w.o.Bursts)
	slices.SortStableFunc(all, func(a, b casestudy.Rhythm) int { return rhythmOrder(a) - rhythmOrder(b) })
	var list []Text
	for _, r := range all {
		label := w.value(r.Facet, r.Value)
		first := []Cell{word(w.sideName(r.Facet)), linked(label, w.facetHref(r.Facet, r.Value)), w.count(r.Dated)}
		if len(r.Bursts) == 0 {
			t.Rows = append(t.Rows, Row{Cells: append(first, word(w.t("base.bursts."+rhythmWord(r))), Cell{Text: "–"}, Cell{Text: "–"})})
		}
		for _, u := range r.Bursts {
			years := w.t("base.bursts.years", "same", u.From == u.To, "from", year(u.From), "to", year(u.To))
			t.Rows = append(t.Rows, Row{Cells: append(slices.Clone(first), word(years), word(w.t("base.bursts.share", "n", u.Hits, "of", u.Total)), num(100*u.Chance, lang.Number(w.l, 100*u.Chance, 1)))})
			list = append(list, plain(w.t("base.bursts.said", "value", label, "years", years, "n", u.Hits, "of", u.Total, "dated", r.Dated, "all", r.Of,
				"chance", lang.Percent(w.l, 100*u.Chance, 1), "rare", u.Chance < 0.05)))
		}
	}
	s := Section{ID: "elans", Title: w.t("base.bursts.section"), Blocks: []Block{paragraph(plain(w.t("base.bursts.lead", "n", len(list), "subjects", len(all))))}}
	if len(list) > 0 {
		s.Blocks = append(s.Blocks, Block{List: list})
	}
	s.Blocks = append(s.Blocks, Block{Note: plain(w.t("base.bursts.caution"))}, Block{Table: t})
	return s
}

// rhythmOrder puts what has bursts first, then what is even, then what cannot
// be told.
func rhythmOrder(r casestudy.Rhythm) int {
	switch {
	case len(r.Bursts) > 0:
		return 0
	case r.Err == nil:
		return 1
	}
	return 2
}

func rhythmWord(r casestudy.Rhythm) string {
	switch r.Err {
	case nil:
		return "even"
	case trend.ErrCommon:
		return "common"
	}
	return "few"
}
