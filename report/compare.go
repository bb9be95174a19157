package report

import (
	"slices"

	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/territory"
)

// mostCompared is how many territories are compared at once.
const mostCompared = 6

// Compare composes several territories side by side, differences told apart
// from noise. The territories are the query's « t » values: codes, or words
// that the search understands.
func Compare(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	codes, err := w.compared()
	if err != nil {
		return Document{}, err
	}
	d := w.document("compare", "comparer", w.t("compare.title"))
	form := Section{ID: "choisir", Title: w.t("compare.choose"), Blocks: []Block{{Form: w.compareForm(codes)}}}
	if len(codes) < 2 {
		d.Answer = []Text{plain(w.t("compare.empty"))}
		d.Summary = d.Answer[0].Plain()
		d.Sections = []Section{form}
		return d, nil
	}
	var names []string
	for _, code := range codes {
		names = append(names, w.place(code).Name)
	}
	d.Title = lang.Sentence(lang.List(w.l, names))
	d.Answer = w.compareAnswer(codes)
	d.Summary = d.Answer[0].Plain()
	d.Sections = append(w.compareSections(codes), form)
	return d, nil
}

// compared reads the territories from the address, each once, in its order.
func (w *composer) compared() ([]territory.Code, error) {
	var codes []territory.Code
	for i, q := range w.r.Query["t"] {
		if q == "" {
			continue
		}
		code := territory.Code(q)
		if _, ok := w.c.Territory.Get(code); !ok {
			if code = w.found(q); code == "" {
				return nil, fault.NotFoundf(w.t("compare.missing_do"), "%s", w.t("compare.missing", "n", i+1, "q", q))
			}
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if len(codes) > mostCompared {
		return nil, &fault.Error{Kind: fault.Invalid, What: w.t("fault.compare.what", "n", len(codes)),
			Do: w.t("fault.compare.do", "most", mostCompared)}
	}
	return codes, nil
}

// found is the first territory that the search finds, "" when none.
func (w *composer) found(q string) territory.Code {
	for _, h := range w.c.Search.Find(q, mostHits) {
		if h.Code != "" {
			return h.Code
		}
	}
	return ""
}

// compareForm offers the regions and départements as choices and a free field
// for any other territory.
func (w *composer) compareForm(codes []territory.Code) *Form {
	f := &Form{Action: "/comparer", Submit: w.t("compare.submit")}
	for i := range max(2, min(len(codes)+1, mostCompared)) {
		field := Field{Name: "t", Label: w.t("compare.field", "n", i+1), Hint: w.t("compare.hint")}
		if i < len(codes) {
			field.Value = string(codes[i])
			field.Hint = w.label(codes[i])
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}

// sameTier returns the tier shared by all codes, "" when they differ.
func sameTier(codes []territory.Code) territory.Level {
	level := codes[0].Level()
	for _, c := range codes[1:] {
		if c.Level() != level {
			return ""
		}
	}
	return level
}

// mostPairs is how many pairs of territories the answer speaks of.
const mostPairs = 2

// compareAnswer counts the domains in which the first two territories can be
// told apart, or says why they cannot be compared.
func (w *composer) compareAnswer(codes []territory.Code) []Text {
	level := sameTier(codes)
	if level == "" || !slices.Contains(measuredTiers, level) {
		return []Text{plain(w.t("compare.tiers"))}
	}
	var out []Text
	for i := range codes {
		for j := i + 1; j < len(codes) && len(out) < mostPairs; j++ {
			out = append(out, w.pairSentence(codes[i], codes[j]))
		}
	}
	return out
}

// pairSentence says in which domains one of two territories is more fragile
// beyond the choices of method, and in how many nothing can be said.
func (w *composer) pairSentence(a, b territory.Code) Text {
	var first, second []placed
	noise, open := 0, 0
	for _, d := range w.c.Domains() {
		sa, sb := w.c.Standing(a, d.Code), w.c.Standing(b, d.Code)
		switch w.c.Order(a, b, d.Code) {
		case edition.FirstMore:
			first = append(first, placed{d, sa})
		case edition.SecondMore:
			second = append(second, placed{d, sb})
		case edition.Alike:
			noise++
		default:
			open++
		}
	}
	return w.text("compare.pair", "in", lang.Sentence(w.place(a).In), "than", w.than(b), "na", len(first), "nb", len(second),
		"first", w.listed(first, len(first)), "second", w.listed(second, len(second)), "noise", noise, "open", open)
}

// compareSections are the heat table, the pairs, and the figures.
func (w *composer) compareSections(codes []territory.Code) []Section {
	var out []Section
	if level := sameTier(codes); slices.Contains(measuredTiers, level) {
		s := Section{ID: "fragilites", Title: w.t("section.fragility")}
		if f, ok := w.heatOf(codes, level, ""); ok {
			f.Title = w.t("compare.heat_title")
			s.Blocks = append(s.Blocks, Block{Figure: f})
		}
		s.Blocks = append(s.Blocks, Block{Table: w.orderTable(codes)})
		out = append(out, s)
	}
	if f, ok := w.seriesFigure("emp_unemployment_rate", codes); ok {
		out = append(out, Section{ID: "evolution", Title: w.t("section.evolution"), Blocks: []Block{{Figure: f}}})
	}
	return append(out, Section{ID: "chiffres", Title: w.t("compare.figures"), Blocks: []Block{{Table: w.compareTable(codes)}}})
}

// orderTable says, domain by domain, who is more fragile than the first
// territory, beyond the choices of method.
func (w *composer) orderTable(codes []territory.Code) *Table {
	t := &Table{ID: "ecarts", Open: true, Caption: w.t("compare.order_caption", "name", w.label(codes[0])),
		Head: []Head{{Key: "domain", Label: w.t("head.domain")}}, Notes: []string{w.t("compare.order_note", "share", lang.Percent(w.l, w.c.Spec.Uncertainty.Reversal*100, 0))}}
	for _, c := range codes[1:] {
		t.Head = append(t.Head, Head{Key: string(c), Label: w.label(c)})
	}
	for _, d := range w.c.Domains() {
		row := Row{Cells: []Cell{linked(d.Label(w.l), hrefDomain(d.Code))}}
		for _, c := range codes[1:] {
			o := w.c.Order(codes[0], c, d.Code)
			cell := word(w.t("compare.order." + string(o)))
			if o == edition.NoData {
				cell = absent()
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// compareTable sets the figures side by side at the latest period that all
// territories share.
func (w *composer) compareTable(codes []territory.Code) *Table {
	t := &Table{ID: "chiffres", Open: true, Caption: w.t("compare.caption"), Head: []Head{{Key: "indicator", Label: w.t("head.indicator")},
		{Key: "domain", Label: w.t("head.domain")}, {Key: "unit", Label: w.t("head.unit")}, {Key: "period", Label: w.t("head.period")}},
		Notes: []string{w.t("note.tier")}}
	for _, c := range codes {
		t.Head = append(t.Head, Head{Key: string(c), Label: w.label(c), Numeric: true})
	}
	var used []indicator.Code
	partial := false
	for _, d := range w.c.Domains() {
		for ind := range w.indicators(d.Code) {
			if ind.Nature != indicator.State {
				continue
			}
			period, ok := w.sharedPeriod(ind.Code, codes)
			if !ok {
				continue
			}
			row := Row{Cells: []Cell{linked(w.name(ind), hrefIndicator(ind.Code)), word(d.Short(w.l)),
				w.unit(ind.Unit), w.when(period)}}
			for _, c := range codes {
				v, _ := w.c.Value(ind.Code, c, period)
				row.Cells = append(row.Cells, w.cell(v, c))
				partial = partial || v.Coverage != nil && !v.Coverage.Complete()
			}
			t.Rows = append(t.Rows, row)
			used = append(used, ind.Code)
		}
	}
	if partial {
		t.Notes = append(t.Notes, w.t("composed.partial_note"))
	}
	t.Source, t.Licence = w.sources(used...)
	return t
}

// sharedPeriod is the latest period at which every territory has a row.
func (w *composer) sharedPeriod(code indicator.Code, at []territory.Code) (string, bool) {
	for _, p := range slices.Backward(w.c.Periods(code, at[0].Level())) {
		all := true
		for _, t := range at {
			v, ok := w.c.Value(code, t, p)
			all = all && ok && v.OK()
		}
		if all {
			return p, true
		}
	}
	return "", false
}
