package report

import (
	"vigie/casestudy"
	"vigie/lang"
	"vigie/stat/agreement"
)

// The most actors and ties that are shown.
const (
	mostActors = 20
	mostTies   = 10
)

// alliances says which actors come back, and with whom.
func (w *baseReader) alliances() Section {
	n := w.o.Alliance
	s := Section{ID: "acteurs", Title: w.t("base.actors.section")}
	if len(n.Actors) == 0 {
		return s
	}
	t := &Table{ID: "acteurs", Open: true, Caption: w.t("base.actors.caption"), Head: []Head{{Key: "actor", Label: w.t("base.head.actor")}, {Key: "profile", Label: w.sideName(casestudy.Profile)},
		{Key: "roles", Label: w.t("base.head.roles")}, {Key: "cases", Label: w.t("base.head.cases"), Numeric: true}, {Key: "with", Label: w.t("base.head.with"), Numeric: true}}}
	back := 0
	for _, a := range n.Actors {
		if len(a.Cases) < 2 {
			break
		}
		if back++; back > mostActors && !w.r.Whole {
			continue
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{word(w.typeset(a.Name)), word(lang.List(w.l, w.terms("actor_profile", a.Profiles))), word(lang.List(w.l, w.terms("actor_role", a.Roles))), w.count(len(a.Cases)), w.count(a.Degree)}})
	}
	s.Blocks = append(s.Blocks, paragraph(plain(w.t("base.actors.lead", "n", len(n.Actors), "links", n.Links, "groups", n.Groups, "back", back))))
	if back > 0 {
		s.Blocks = append(s.Blocks, Block{Table: t})
	}
	var list []Text
	for _, tie := range n.Shared[:min(mostTies, len(n.Shared))] {
		line := Text{{Text: w.t("base.actors.tie", "a", w.typeset(tie.A), "b", w.typeset(tie.B), "n", len(tie.Cases)) + " "}}
		for i, e := range tie.Cases[:min(3, len(tie.Cases))] {
			if i > 0 {
				line = append(line, Span{Text: semicolon(w.l)})
			}
			line = append(line, Span{Text: w.typeset(w.said(&e.Record).Title), Href: practiceHref(e.Slug)})
		}
		list = append(list, line)
	}
	if len(list) > 0 {
		s.Blocks = append(s.Blocks, Block{Heading: w.t("base.actors.ties")}, Block{List: list})
	}
	s.Blocks = append(s.Blocks, Block{Note: plain(w.t("base.actors.caution"))})
	return s
}

// coded says how far two coders agree on passages.
func (w *baseReader) coded(c *casestudy.Coding) Section {
	s := Section{ID: "codage", Title: w.t("base.coding.section")}
	if c == nil || len(c.Coders) < 2 || len(c.Terms) == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("base.coding.none")))}
		return s
	}
	t := &Table{ID: "accord", Open: true, Caption: w.t("base.coding.caption"), Head: []Head{{Key: "term", Label: w.t("base.head.term")}, {Key: "any", Label: w.t("base.head.any"), Numeric: true},
		{Key: "all", Label: w.t("base.head.all"), Numeric: true}, {Key: "kappa", Label: w.t("base.head.kappa"), Numeric: true}, {Key: "kappa_interval", Label: w.t("base.head.kappa_interval")},
		{Key: "alpha", Label: w.t("base.head.alpha"), Numeric: true}, {Key: "alpha_interval", Label: w.t("base.head.alpha_interval")}}}
	for _, a := range append([]casestudy.Agreed{c.Overall}, c.Terms...) {
		t.Rows = append(t.Rows, w.agreedRow(a))
	}
	s.Blocks = []Block{paragraph(plain(w.t("base.coding.lead", "n", c.Units, "coders", len(c.Coders), "terms", len(c.Terms), "apart", len(c.Apart)))),
		{Table: t}, {Note: plain(w.t("base.coding.note"))}}
	return s
}

func (w *baseReader) agreedRow(a casestudy.Agreed) Row {
	name := w.t("base.coding.overall")
	if a.Code != "" {
		name = w.term(a.List, a.Code)
	}
	two := func(x float64) Cell { return num(x, lang.Number(w.l, x, 2)) }
	kappa, kappaRange, alpha, alphaRange := Cell{Text: "–"}, Cell{Text: "–"}, Cell{Text: "–"}, Cell{Text: "–"}
	if a.Kappa != nil {
		kappa, kappaRange = two(a.Kappa.Value), w.ends(agreement.Range{Lo: a.Kappa.Lo, Hi: a.Kappa.Hi})
	}
	if a.Alpha != nil {
		alpha, alphaRange = two(a.Alpha.Value), w.ends(a.Range)
	}
	return Row{Mark: a.Code == "", Cells: []Cell{word(name), w.count(a.Any), w.count(a.All), kappa, kappaRange, alpha, alphaRange}}
}

// ends writes an interval, « sans objet » for one of a point.
func (w *baseReader) ends(r agreement.Range) Cell {
	if r.Lo == r.Hi {
		return Cell{Text: "–"}
	}
	return word(lang.Interval(w.l, r.Lo, r.Hi, 2))
}
