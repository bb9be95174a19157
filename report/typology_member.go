package report

import (
	"slices"

	"vigie/fragility"
	"vigie/lang"
	"vigie/territory"
)

// mostOfType is how many members of a type are named.
const mostOfType = 60

// typeSection tells each type: what is its own, how surely, and its members.
func (y *typed) typeSection() Section {
	s := Section{ID: "type-par-type", Title: y.t("typology.each")}
	for g, t := range y.Types {
		s.Blocks = append(s.Blocks, Block{Heading: y.t("typology.type", "letter", letter(g), "name", y.name(g))},
			paragraph(y.text("typology.type_text", "n", t.Size, "tier", y.word("many"), "one", y.word("one"), "stability", Span{Text: y.t("typology.stability." + y.stability(g)), Strong: true},
				"resampled", lang.Percent(y.l, 100*t.Resampled, 0), "varied", lang.Percent(y.l, 100*t.Varied, 0), "methods", t.Varied > 0)))
		for _, kind := range []struct {
			key string
			in  func(m fragility.Member) bool
		}{
			{"sure", func(m fragility.Member) bool { return !m.Unsure && !m.Placed }},
			{"between", func(m fragility.Member) bool { return m.Unsure }},
			{"placed", func(m fragility.Member) bool { return m.Placed }},
		} {
			if names := y.members(g, kind.in); len(names) > 0 {
				s.Blocks = append(s.Blocks, paragraph(append(Text{{Text: y.t("typology.members."+kind.key, "n", (len(names)+1)/2), Strong: true}, {Text: " "}}, names...)))
			}
		}
	}
	return s
}

// members names the members of a type that are so, the most typical first, with
// links; names are separated by commas.
func (y *typed) members(of int, in func(m fragility.Member) bool) Text {
	var list []int
	for i, m := range y.Members {
		if m.Type == of && in(m) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		x, z := y.Members[a].Silhouette, y.Members[b].Silhouette
		switch {
		case x > z:
			return -1
		case x < z:
			return 1
		}
		return 0
	})
	var out Text
	for k, i := range list[:min(mostOfType, len(list))] {
		if k > 0 {
			out = append(out, Span{Text: ", "})
		}
		out = append(out, Span{Text: y.label(y.units[i].Code), Href: href(y.units[i].Code)})
	}
	if more := len(list) - mostOfType; more > 0 {
		out = append(out, Span{Text: y.t("typology.more", "n", more)})
	}
	return out
}

// typologyMethod says how the types were made and what was tried.
func (w *composer) typologyMethod(level territory.Level, y *typed) Section {
	s := Section{ID: "methode", Title: w.t("typology.how")}
	for _, n := range []string{"1", "2", "3"} {
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("typology.method."+n, "tier", w.level(level, "many")))))
	}
	if y == nil {
		return s
	}
	if len(y.Left) > 0 {
		var names []string
		for _, d := range y.Left {
			names = append(names, w.domain(d).InSentence(w.l))
		}
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("typology.left_out", "n", len(names), "names", lang.List(w.l, names)))))
	}
	s.Blocks = append(s.Blocks, Block{Table: y.choiceTable()})
	s.Blocks = append(s.Blocks, Block{Note: plain(w.t("typology.caution"))},
		paragraph(w.text("typology.method_more", "link", Span{Text: w.t("method.link"), Href: "/methodes"})))
	return s
}

// typologyLink leads to the types from where territories are looked for.
func (w *composer) typologyLink() Block {
	return paragraph(w.text("typology.link_intro", "link", Span{Text: w.t("typology.link"), Href: TypologyPath}))
}

// choiceTable lists the numbers of types tried.
func (y *typed) choiceTable() *Table {
	t := &Table{ID: "nombre-de-types", Open: true, Caption: y.t("typology.choices"), Head: []Head{
		{Key: "types", Label: y.t("head.types"), Numeric: true}, {Key: "silhouette", Label: y.t("head.silhouette_mean"), Numeric: true},
		{Key: "weakest", Label: y.t("head.weakest"), Numeric: true}, {Key: "smallest", Label: y.t("head.smallest"), Numeric: true}, {Key: "chosen", Label: y.t("head.chosen")}}}
	for _, c := range y.Choices {
		chosen := ""
		if c.Types == len(y.Types) {
			chosen = y.t("typology.chosen")
		}
		t.Rows = append(t.Rows, Row{Mark: chosen != "", Cells: []Cell{y.count(c.Types), num(lang.Round(c.Silhouette, 3), lang.Number(y.l, c.Silhouette, 3)),
			num(lang.Round(100*c.Weakest, 0), lang.Percent(y.l, 100*c.Weakest, 0)), y.count(c.Smallest), word(chosen)}})
	}
	t.Notes = []string{y.t("typology.choices_note", "draws", y.Draws, "methods", y.Methods)}
	return t
}

// typeParagraph says of which type a territory is; nothing for a tier without
// types or a territory without one.
func (w *composer) typeParagraph(at territory.Code) (Block, bool) {
	y := w.typology(at.Level())
	if y == nil {
		return Block{}, false
	}
	i := slices.IndexFunc(y.units, func(u fragility.Unit) bool { return u.Code == at })
	if i < 0 || y.Members[i].Type < 0 {
		return Block{}, false
	}
	m := y.Members[i]
	how := "sure"
	switch {
	case m.Placed:
		how = "placed"
	case m.Unsure:
		how = "between"
	}
	return paragraph(w.text("typology.of."+how, "letter", Span{Text: w.t("typology.of.link", "letter", letter(m.Type)), Href: TypologyPath + "?niveau=" + string(at.Level())},
		"name", y.name(m.Type), "others", y.Types[m.Type].Size-1, "tier", w.level(at.Level(), "many"), "next", letter(max(m.Next, 0)), "next_name", y.name(max(m.Next, 0)))), true
}
