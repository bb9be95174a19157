package report

import (
	"fmt"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/lang"
)

// Lines reads given lines of the raw file behind a part, by 1-based number.
type Lines func(part edition.Part, want []int) (map[int]string, error)

// Archive opens what stands behind an edition's figures. Behind returns the
// lines of producers' files that an observation was derived from: itself when
// its file is a producer's.
type Archive struct {
	Lines  Lines
	Behind func(edition.Basis) ([]edition.Leaf, error)
}

// Trace composes « d’où vient ce chiffre ? »: the figure, how it was made, and
// the source lines themselves.
func Trace(c *edition.Content, r Request, figure string, from Archive) (Document, error) {
	w := compose(c, r)
	t, err := c.Trace(figure)
	if err != nil {
		return Document{}, err
	}
	d := w.document("trace", "provenance/"+figure, w.t("trace.title"))
	d.Kicker = w.traced(t)
	d.Crumbs = append(w.crumbs(t.Territory), Link{w.label(t.Territory), href(t.Territory)})
	if t.Value != nil {
		d.Answer = []Text{w.valueSaid(*t.Value)}
	} else {
		d.Answer = []Text{w.scoreSaid(t)}
	}
	d.Summary = d.Answer[0].Plain()
	if t.Score != nil {
		d.Sections = append(d.Sections, w.scoreSection(t))
	} else {
		d.Sections = append(d.Sections, w.makingSection(*t.Value))
		if t.Value.Coverage != nil {
			d.Sections = append(d.Sections, Section{ID: "termes", Title: w.t("composed.terms_title"), Blocks: []Block{{Table: w.memberTable(t)}}})
		}
	}
	bases := t.Bases()
	leaves, err := behind(t, from)
	if err != nil {
		return Document{}, err
	}
	if len(leaves) > 0 {
		d.Sections = append(d.Sections, w.originSection(*t.Value, leaves))
		for _, l := range leaves[:w.most(mostLeaves, len(leaves))] {
			bases = append(bases, l.Basis)
		}
	}
	source, err := w.lineSection(bases[:w.most(mostPrinted, len(bases))], from.Lines)
	if err != nil {
		return Document{}, err
	}
	if n := w.most(mostPrinted, len(bases)); n < len(bases) {
		source.Blocks = append(source.Blocks, Block{Note: plain(w.t("composed.first_lines", "n", n, "of", len(bases)))})
	}
	d.Sections = append(d.Sections, source, w.manifestSection(t))
	return d, nil
}

// mostPrinted is how many source lines the page of a trace prints: more than any
// figure but those of a large composed territory rests on.
const mostPrinted = 2_000

// most bounds a list on a page, not in a file.
func (w *composer) most(most, n int) int {
	if w.r.Whole {
		return n
	}
	return min(most, n)
}

// traced names what a figure is of: the territory, the indicator and the
// period, or the territory and the domain.
func (w *composer) traced(t *edition.Trace) string {
	parts := []string{w.label(t.Territory), w.level(t.Territory.Level(), "one")}
	if t.Value != nil {
		parts = append(parts, w.name(t.Value.Indicator), w.period(t.Value.Period))
	} else {
		parts = append(parts, w.what(t.Domain))
	}
	return strings.Join(parts, " · ")
}

// valueSaid says a figure in one sentence.
func (w *composer) valueSaid(v edition.Value) Text {
	return w.text("trace.value", "in", lang.Sentence(w.place(v.Territory).In), "name", Span{Text: w.lower(w.name(v.Indicator)), Href: hrefIndicator(v.Indicator.Code)},
		"value", w.number(v), "period", w.period(v.Period))
}

func (w *composer) scoreSaid(t *edition.Trace) Text {
	return w.text("trace.score", "in", lang.Sentence(w.place(t.Territory).In), "what", w.what(t.Domain),
		"score", lang.Number(w.l, t.Score.Score, 1), "rank", w.rankWithInterval(t.Score.Standing))
}

// makingSection says how a figure comes from its lines.
func (w *composer) makingSection(v edition.Value) Section {
	s := Section{ID: "calcul", Title: w.t("trace.making")}
	key := "trace.direct"
	derived := slices.ContainsFunc(v.Basis, func(b edition.Basis) bool { return b.Role == edition.Direct && b.Part.Derivation != nil })
	switch {
	case v.Coverage != nil && v.Indicator.Numerator != "":
		key = "composed.trace_ratio"
	case v.Coverage != nil:
		key = "composed.trace_sum"
	case derived && v.Indicator.Numerator != "":
		key = "trace.derived_ratio"
	case derived:
		key = "trace.derived"
	case v.Computed && v.Indicator.Numerator != "":
		key = "trace.ratio"
	case v.Computed:
		key = "trace.sum"
	case v.Indicator.Numerator != "":
		key = "trace.given_ratio"
	}
	num, den := "", ""
	if v.Indicator.Numerator != "" {
		n, _ := w.c.Catalogue.Get(v.Indicator.Numerator)
		d, _ := w.c.Catalogue.Get(v.Indicator.Denominator)
		num, den = w.name(n), w.name(d)
	}
	s.Blocks = []Block{paragraph(plain(w.t(key, "num", num, "den", den, "scale", lang.Number(w.l, v.Indicator.Scale(), 0))))}
	if a, b, ok := ratio(v); ok {
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("trace.arithmetic", "a", w.exact(a), "b", w.exact(b),
			"scale", lang.Number(w.l, v.Indicator.Scale(), 0), "value", lang.Number(w.l, a/b*v.Indicator.Scale(), v.Indicator.Decimals+3)))))
	}
	if m := v.Indicator.Method; m != "published" && m != "ratio" { // said above
		s.Blocks = append(s.Blocks, paragraph(plain(w.methodSaid(m))))
	}
	return s
}

// methodNames gives the message of each method that the catalogue records.
var methodNames = map[string]string{
	"ratio":     "ratio",
	"published": "published",
	"published; regions = sum of départements":             "departement_sum",
	"published (communes); other levels = sum of communes": "commune_published",
	"sum of cantons (2012) or constituencies (2022)":       "canton_sum",
	"sum of communes (difference of two published counts)": "commune_difference",
	"sum of communes": "commune_sum",
	"published; regions = sum of 12 monthly counts": "month_sum",
}

// methodSaid puts the catalogue's method into words; one that has no words
// here is quoted.
func (w *composer) methodSaid(method string) string {
	if name, ok := methodNames[method]; ok {
		return w.t("trace.method", "method", w.t("trace.method_of."+name))
	}
	return w.t("trace.method_as_is", "method", method)
}

// ratio sums the numerators and the denominators behind a value.
func ratio(v edition.Value) (num, den float64, ok bool) {
	for _, b := range v.Basis {
		switch b.Role {
		case edition.Numerator:
			num += b.X
			ok = true
		case edition.Denominator:
			den += b.X
		}
	}
	return num, den, ok && v.OK() && den != 0
}

// scoreSection lists the terms of a score.
func (w *composer) scoreSection(t *edition.Trace) Section {
	s := Section{ID: "calcul", Title: w.t("trace.making")}
	if t.Domain == "" {
		table := &Table{ID: "termes", Open: true, Caption: w.t("trace.domains"), Head: []Head{{Key: "domain", Label: w.t("head.domain")},
			{Key: "score", Label: w.t("head.score"), Numeric: true}, {Key: "weight", Label: w.t("head.weight"), Numeric: true}}}
		var apart []string
		present := map[string]float64{} // by dimension
		for _, term := range t.Score.Terms {
			present[w.domain(term.Domain).Parent] += term.Weight
		}
		for _, term := range t.Score.Terms {
			d := w.domain(term.Domain)
			if w.c.Standing(t.Territory, d.Parent).OK {
				term.Weight *= w.c.Fragility[t.Territory.Level()].Part(d.Parent).Weight / present[d.Parent]
			} else { // its dimension has too few measured domains here
				apart, term.Weight = append(apart, d.InSentence(w.l)), 0
			}
			score := num(lang.Round(term.Score, 1), lang.Number(w.l, term.Score, 1))
			score.Trace = hrefScore(t.Territory, term.Domain)
			table.Rows = append(table.Rows, Row{Cells: []Cell{linked(d.Label(w.l), hrefDomain(term.Domain)), score,
				num(lang.Round(term.Weight, 3), w.weightSaid(term.Weight))}})
		}
		if len(apart) > 0 {
			table.Notes = []string{w.t("trace.apart", "n", len(apart), "domains", lang.List(w.l, apart))}
		}
		s.Blocks = []Block{paragraph(plain(w.t("trace.overall"))), {Table: table}}
		return s
	}
	table := &Table{ID: "termes", Open: true, Caption: w.t("trace.indicators"), Head: []Head{{Key: "indicator", Label: w.t("head.indicator")},
		{Key: "value", Label: w.t("head.value"), Numeric: true}, {Key: "unit", Label: w.t("head.unit")}, {Key: "period", Label: w.t("head.period")},
		{Key: "at0", Label: w.t("trace.at0"), Numeric: true}, {Key: "at100", Label: w.t("trace.at100"), Numeric: true},
		{Key: "score", Label: w.t("head.score"), Numeric: true}, {Key: "share", Label: w.t("trace.share"), Numeric: true},
		{Key: "points", Label: w.t("trace.points"), Numeric: true}}}
	for _, term := range t.Score.Terms {
		if term.Value != nil {
			table.Rows = append(table.Rows, w.termRow(t, term))
		}
	}
	s.Blocks = []Block{paragraph(plain(w.t("trace.domain"))), {Table: table}}
	return s
}

func (w *composer) termRow(t *edition.Trace, term edition.Term) Row {
	v := *term.Value
	row := Row{Cells: []Cell{linked(w.name(v.Indicator), hrefIndicator(v.Indicator.Code)), w.cell(v, t.Territory),
		w.unit(v.Indicator.Unit), w.when(v.Period),
		num(lang.Round(term.At0, v.Indicator.Decimals+1), lang.Number(w.l, term.At0, v.Indicator.Decimals)),
		num(lang.Round(term.At100, v.Indicator.Decimals+1), lang.Number(w.l, term.At100, v.Indicator.Decimals))}}
	if !v.OK() {
		return Row{Cells: append(row.Cells, absent(), absent(), absent())}
	}
	row.Cells = append(row.Cells, num(lang.Round(term.Score, 1), lang.Number(w.l, term.Score, 1)),
		num(lang.Round(term.Share*100, 1), lang.Percent(w.l, term.Share*100, 0)),
		num(lang.Round(term.Points, 1), lang.Number(w.l, term.Points, 1)))
	return row
}

// lineSection prints the source lines, file by file.
func (w *composer) lineSection(bases []edition.Basis, lines Lines) (Section, error) {
	s := Section{ID: "lignes", Title: w.t("trace.lines")}
	var order []edition.Part
	want := map[string][]int{}
	for _, b := range bases {
		if _, ok := want[b.Part.Dataset]; !ok {
			order = append(order, b.Part)
		}
		want[b.Part.Dataset] = append(want[b.Part.Dataset], int(b.Line))
	}
	for _, p := range order {
		text, err := lines(p, want[p.Dataset])
		if err != nil {
			return s, err
		}
		var code strings.Builder
		said := map[int]bool{}
		for _, b := range bases {
			if b.Part.Dataset == p.Dataset && !said[int(b.Line)] {
				said[int(b.Line)] = true
				fmt.Fprintf(&code, "%d: %s\n", b.Line, text[int(b.Line)])
			}
		}
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("trace.file", "file", p.FileName, "hash", p.File, "dataset", p.Dataset))))
		if p.Address != "" {
			s.Blocks = append(s.Blocks, paragraph(plain(w.t("trace.address", "address", p.Address))))
		}
		if p.Origin != "" {
			s.Blocks = append(s.Blocks, paragraph(plain(w.t("trace.origin", "origin", p.Origin))))
		}
		s.Blocks = append(s.Blocks, Block{Code: &Code{Caption: w.t("trace.line_caption", "file", p.FileName, "n", len(said)), Language: "csv", Text: code.String()}})
	}
	if len(order) == 0 {
		s.Blocks = []Block{paragraph(plain(w.t("trace.no_lines")))}
	}
	return s, nil
}

// manifestSection says which edition, datasets, spec and seed.
func (w *composer) manifestSection(t *edition.Trace) Section {
	s := Section{ID: "edition", Title: w.t("trace.edition")}
	list := []Text{plain(w.t("trace.number", "number", w.c.Manifest.Number, "date", lang.Date(w.l, w.c.Manifest.Date), "hash", w.c.ID)),
		plain(w.t("trace.command", "command", "vigie trace "+w.c.Manifest.Number+" "+t.Figure))}
	if t.Score != nil {
		p := t.Score.Provenance
		list = append(list, plain(w.t("trace.spec", "hash", p.SpecHash, "version", p.SpecVersion)),
			plain(w.t("trace.seed", "seed", fmt.Sprint(p.Seed), "draws", p.Draws, "go", p.Go, "code", p.Code)))
	}
	s.Blocks = []Block{{List: list}}
	return s
}
