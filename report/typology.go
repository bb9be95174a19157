package report

import (
	"cmp"
	"slices"

	"vigie/edition"
	"vigie/fragility"
	"vigie/lang"
	"vigie/territory"
)

// TypologyPath is the page of the types of territories.
const TypologyPath = "/typologie"

// Typology composes the types of territories of a tier: the map, what each type
// has of its own, its members, how surely, and how the types were made. The
// tier is the query's « niveau ».
func Typology(c *edition.Content, r Request) (Document, error) {
	w := compose(c, r)
	level := w.typedTier()
	d := w.document("typology", "typologie/"+string(level), w.t("typology.title", "tier", w.level(level, "many")))
	d.Kicker = w.t("typology.kicker")
	y := w.typology(level)
	if y == nil {
		d.Answer = []Text{plain(w.t("typology.none."+string(w.untyped(level)), "tier", w.level(level, "many")))}
		d.Summary = d.Answer[0].Plain()
		d.Sections = []Section{w.typologyForm(level), w.typologyMethod(level, nil)}
		return d, nil
	}
	d.Answer = y.answer()
	d.Summary = d.Answer[0].Plain()
	d.Sections = []Section{w.typologyForm(level),
		{ID: "ou", Title: w.t("typology.map_title"), Blocks: []Block{{Figure: y.mapFigure()}}},
		{ID: "profils", Title: w.t("typology.profiles"), Blocks: []Block{{Figure: y.profileFigure()}}}}
	d.Sections = append(d.Sections, y.typeSection())
	if s, ok := y.regionSection(); ok {
		d.Sections = append(d.Sections, s)
	}
	d.Sections = append(d.Sections, w.typologyMethod(level, y))
	return d, nil
}

// typedTier reads the tier asked for, the first that has types by default.
func (w *composer) typedTier() territory.Level {
	if asked := territory.Level(w.r.First("niveau")); slices.Contains(measuredTiers, asked) {
		return asked
	}
	for _, level := range measuredTiers {
		if w.typology(level) != nil {
			return level
		}
	}
	return territory.Departement
}

// untyped says why a tier has no types.
func (w *composer) untyped(level territory.Level) territory.Level {
	if level == territory.Region {
		return level
	}
	return territory.EPCI
}

func (w *composer) typologyForm(level territory.Level) Section {
	field := Field{Name: "niveau", Label: w.t("domain.tier")}
	for _, l := range measuredTiers {
		field.Options = append(field.Options, Option{Value: string(l), Label: lang.Sentence(w.level(l, "many")), Selected: l == level})
	}
	return Section{ID: "niveau", Blocks: []Block{{Form: &Form{Action: TypologyPath, Submit: w.t("form.show"), Fields: []Field{field}}}}}
}

// typed is the typology of a tier being told.
type typed struct {
	*composer
	*fragility.Typology
	at    territory.Level
	units []fragility.Unit
}

// typology returns that of a tier, nil when it has none.
func (w *composer) typology(level territory.Level) *typed {
	r := w.c.Fragility[level]
	if r == nil || r.Typology == nil {
		return nil
	}
	return &typed{w, r.Typology, level, r.Units}
}

// letter names a type: the A is the most fragile on average.
func letter(of int) string { return string(rune('A' + of)) }

// name tells a type by what is most its own, never by an invented label.
func (y *typed) name(of int) string {
	return y.named(y.own(of))
}

// named tells a group by the domains in which it is more fragile, and less.
func (y *typed) named(more, less []string) string {
	args := []any{"more", lang.List(y.l, more), "less", lang.List(y.l, less)}
	switch {
	case len(more) > 0 && len(less) > 0:
		return y.t("typology.name.both", args...)
	case len(more) > 0:
		return y.t("typology.name.more", args...)
	case len(less) > 0:
		return y.t("typology.name.less", args...)
	}
	return y.t("typology.name.mean")
}

// mostOwn is how many domains name a type, on each side.
const mostOwn = 3

// own lists the domains that set a type apart, the farthest first: those in
// which it is more fragile, and less.
func (y *typed) own(of int) (more, less []string) {
	t := y.Types[of]
	order := make([]int, 0, len(y.Domains))
	for d := range y.Domains {
		if t.Apart[d] {
			order = append(order, d)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(max(t.Difference[b], -t.Difference[b]), max(t.Difference[a], -t.Difference[a]))
	})
	for _, d := range order {
		name := y.domain(y.Domains[d]).InSentence(y.l)
		switch {
		case t.Difference[d] > 0 && len(more) < mostOwn:
			more = append(more, name)
		case t.Difference[d] < 0 && len(less) < mostOwn:
			less = append(less, name)
		}
	}
	return more, less
}

// answer says how many types there are and how sharp they are.
func (y *typed) answer() []Text {
	made, between := 0, 0
	for _, m := range y.Members {
		if m.Type >= 0 && !m.Placed {
			made++
			if m.Unsure {
				between++
			}
		}
	}
	out := []Text{plain(y.t("typology.answer", "n", len(y.Types), "made", made, "between", between, "tier", y.word("many_metro")))}
	return append(out, plain(y.t("typology.sharp."+y.sharpness())))
}

// word names the tier of the types.
func (y *typed) word(form string) string { return y.level(y.at, form) }

// sharpness is how well types are told apart: by the mean silhouette, as
// Kaufman and Rousseeuw (1990) read it, or not at all when some type is not
// found again.
func (y *typed) sharpness() string {
	switch s := y.chosen().Silhouette; {
	case !y.Sound:
		return "not"
	case s > 0.5:
		return "clear"
	case s > 0.25:
		return "weak"
	}
	return "gradual"
}

func (y *typed) chosen() fragility.Choice {
	for _, c := range y.Choices {
		if c.Types == len(y.Types) {
			return c
		}
	}
	return fragility.Choice{}
}

// stability says in a word how well a type is found again, as Hennig (2007)
// reads the Jaccard coefficient.
func (y *typed) stability(of int) string {
	switch s := y.Types[of].Stability(); {
	case s >= 0.85:
		return "high"
	case s >= 0.75:
		return "good"
	case s >= 0.6:
		return "fair"
	case s >= 0.5:
		return "low"
	}
	return "none"
}

// membership says how a territory belongs to its type.
func (y *typed) membership(m fragility.Member) string {
	switch {
	case m.Type < 0:
		return ""
	case m.Placed:
		return y.t("typology.member.placed")
	case m.Unsure:
		return y.t("typology.member.between", "next", letter(m.Next))
	}
	return y.t("typology.member.sure")
}

// mapFigure draws the types over the territories.
func (y *typed) mapFigure() *Figure {
	chart := &Map{Tier: string(y.at), NoData: y.t("typology.untyped")}
	table := Table{Caption: y.t("typology.caption", "tier", y.word("many")), Head: []Head{
		{Key: "name", Label: y.word("one_upper")}, {Key: "code", Label: y.t("head.code")}, {Key: "type", Label: y.t("head.type")},
		{Key: "membership", Label: y.t("head.membership")},
		{Key: "silhouette", Label: y.t("head.silhouette"), Numeric: true}, {Key: "changed", Label: y.t("head.changed"), Numeric: true}}}
	for g := range y.Types {
		chart.Kinds = append(chart.Kinds, MapKind{Code: letter(g), Letter: letter(g), Label: lang.Sentence(y.name(g)), Colour: g + 1})
		table.Notes = append(table.Notes, y.t("typology.type", "letter", letter(g), "name", y.name(g))+".")
	}
	for i, u := range y.units {
		m := y.Members[i]
		a := Area{Code: string(u.Code), Label: y.label(u.Code), Href: href(u.Code), Text: y.t("typology.untyped"), Unsure: m.Unsure || m.Placed}
		row := Row{Cells: []Cell{linked(a.Label, a.Href), word(string(u.Code))}}
		if m.Type < 0 {
			table.Rows = append(table.Rows, Row{Cells: append(row.Cells, absent(), absent(), absent(), absent())})
			chart.Areas = append(chart.Areas, a)
			continue
		}
		a.Kind, a.Letter = letter(m.Type), letter(m.Type)
		a.Text = y.t("typology.area", "type", a.Letter, "name", y.name(m.Type), "how", y.membership(m))
		if a.Unsure {
			chart.Unsure = y.t("typology.hatched")
		}
		row.Cells = append(row.Cells, word(a.Letter), word(y.membership(m)))
		if m.Placed {
			row.Cells = append(row.Cells, Cell{Sign: "///"}, Cell{Sign: "///"})
		} else {
			row.Cells = append(row.Cells, num(lang.Round(m.Silhouette, 2), lang.Number(y.l, m.Silhouette, 2)),
				num(lang.Round(100*m.Changed, 0), lang.Percent(y.l, 100*m.Changed, 0)))
		}
		chart.Areas, table.Rows = append(chart.Areas, a), append(table.Rows, row)
	}
	f := &Figure{ID: "types", Title: y.mapTitle(), Unit: y.t("typology.unit"), Field: y.fieldOf("", y.at), Date: y.spanOf(y.at, ""),
		Reading: y.mapReading(), Notes: []string{y.t("typology.note_hatched")}, Chart: chart, Table: table}
	f.Alt = f.Title
	f.Source, f.Licence = y.sources(y.c.IndexSeries(y.at, "")...)
	f.Source += semicolon(y.l) + y.t("map.boundaries")
	return f
}

// mapTitle states the finding: the largest type and what is its own.
func (y *typed) mapTitle() string {
	largest := 0
	for g, t := range y.Types {
		if t.Size > y.Types[largest].Size {
			largest = g
		}
	}
	return y.t("typology.map_finding", "size", y.Types[largest].Size, "tier", y.word("many"), "name", y.name(largest), "letter", letter(largest))
}

// mapReading reads the first territory that is between two types, or the first.
func (y *typed) mapReading() string {
	at := slices.IndexFunc(y.Members, func(m fragility.Member) bool { return m.Unsure })
	if at < 0 {
		at = slices.IndexFunc(y.Members, func(m fragility.Member) bool { return m.Type >= 0 })
	}
	m := y.Members[at]
	return y.t("typology.reading", "name", lang.Sentence(y.place(y.units[at].Code).Name), "letter", letter(m.Type), "unsure", m.Unsure, "next", letter(max(m.Next, 0)))
}

// profileFigure sets the types against the domains.
func (y *typed) profileFigure() *Figure {
	chart := &Heat{NoData: y.t("typology.left")}
	for _, step := range []string{"1", "2", "3", "4", "5"} {
		chart.Legend = append(chart.Legend, y.t("typology.step."+step))
	}
	table := Table{Caption: y.t("typology.profile_caption"), Head: []Head{{Key: "type", Label: y.t("head.type")}, {Key: "members", Label: y.t("head.members"), Numeric: true}}}
	for _, dim := range y.c.Dimensions() {
		group := HeatGroup{Label: dim.Label(y.l)}
		for _, d := range y.c.Domains() {
			if d.Parent != dim.Code || !slices.Contains(y.Domains, d.Code) {
				continue
			}
			group.Span++
			chart.Columns = append(chart.Columns, HeatHead{Code: d.Code, Short: d.Short(y.l), Label: d.Label(y.l), Href: hrefDomain(d.Code)})
			table.Head = append(table.Head, Head{Key: d.Code, Label: d.Short(y.l), Numeric: true})
		}
		if group.Span > 0 {
			chart.Groups = append(chart.Groups, group)
		}
	}
	for g, t := range y.Types {
		row := HeatRow{Code: letter(g), Label: y.t("typology.row", "letter", letter(g), "n", t.Size), Href: "#type-par-type"}
		cells := Row{Cells: []Cell{word(letter(g)), y.count(t.Size)}}
		for _, col := range chart.Columns {
			d := slices.Index(y.Domains, col.Code)
			gap := t.Difference[d]
			cell := HeatCell{Step: gapStep(gap), Text: lang.Signed(y.l, gap, 1)}
			cell.Title = y.t("typology.cell", "letter", letter(g), "domain", col.Label, "gap", cell.Text, "score", lang.Number(y.l, t.Mean[d], 0), "apart", t.Apart[d])
			if cell.Step != gapMiddle && !t.Apart[d] {
				cell.Unsure, chart.Unsure = true, y.t("typology.not_apart")
			}
			row.Cells = append(row.Cells, cell)
			value := num(lang.Round(gap, 2), cell.Text)
			value.Step = cell.Step
			cells.Cells = append(cells.Cells, value)
		}
		chart.Rows, table.Rows = append(chart.Rows, row), append(table.Rows, cells)
	}
	f := &Figure{ID: "profils-des-types", Title: y.t("typology.profile_title"), Unit: y.t("typology.gap_unit", "tier", y.word("many_metro")), Field: y.fieldOf("", y.at),
		Date: y.spanOf(y.at, ""), Reading: y.profileReading(), Notes: []string{y.t("typology.note_apart")}, Chart: chart, Table: table}
	f.Alt = f.Title
	f.Source, f.Licence = y.sources(y.c.IndexSeries(y.at, "")...)
	return f
}

// The classes of a difference, in standard deviations.
const gapMiddle = 3

func gapStep(gap float64) int {
	step := 1
	for _, limit := range []float64{-1, -0.5, 0.5, 1} {
		if gap > limit {
			step++
		}
	}
	return step
}

// profileReading reads the cell of the largest difference.
func (y *typed) profileReading() string {
	of, at := 0, 0
	for g, t := range y.Types {
		for d, gap := range t.Difference {
			if gap*gap > y.Types[of].Difference[at]*y.Types[of].Difference[at] {
				of, at = g, d
			}
		}
	}
	gap := y.Types[of].Difference[at]
	return y.t("typology.profile_reading", "letter", letter(of), "domain", y.domain(y.Domains[at]).InSentence(y.l),
		"gap", lang.Number(y.l, max(gap, -gap), 1), "above", gap > 0, "tier", y.word("many_metro"))
}
