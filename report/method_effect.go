package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"vigie/fragility"
	"vigie/lang"
	"vigie/territory"
)

// sensitivitySection says how far places depend on the choices: how to read
// what is published, which choice matters, what is not covered.
func (w *composer) sensitivitySection() Section {
	s := w.step("sensibilite", 7, w.choice("draws", ""), w.choice("alternatives", ""), w.choice("leave_one_out", "leave_one_out"),
		w.choice("weight_spread", ""), w.choice("interval", ""), w.choice("reversal", ""))
	none := true
	for _, level := range measuredTiers {
		studied := w.studies(level)
		if len(studied) == 0 {
			continue
		}
		none = false
		s.Blocks = append(s.Blocks, Block{Figure: w.effectFigure(level, studied)}, Block{Figure: w.shiftFigure(level, studied)})
	}
	if none {
		s.Blocks = append(s.Blocks, paragraph(plain(w.t("methods.effect_of.none"))))
	}
	limits := append(w.failures(), plain(w.t("methods.failed.not")))
	if w.samples() {
		limits = append(limits, plain(w.t("methods.failed.sampling")))
	} else {
		limits = append(limits, plain(w.t("methods.failed.no_sampling")))
	}
	s.Blocks = append(s.Blocks, Block{Heading: w.t("methods.limits")}, Block{List: limits})
	return s
}

// studied is the effect of one choice on one score: group names the domain,
// "" the overall index.
type studied struct {
	group string
	fragility.Effect
}

// studies lists the effects known of a tier: on its overall index or, without
// one, on each of its domains.
func (w *composer) studies(level territory.Level) []studied {
	var out []studied
	for _, e := range w.c.Effects(level, "") {
		out = append(out, studied{"", e})
	}
	if len(out) > 0 {
		return out
	}
	for _, d := range w.c.Domains() {
		for _, e := range w.c.Effects(level, d.Code) {
			out = append(out, studied{d.Short(w.l), e})
		}
	}
	return out
}

// samples reports whether sampling errors are among what varies at any tier.
func (w *composer) samples() bool {
	for _, level := range measuredTiers {
		for _, e := range w.studies(level) {
			if e.Choice == "sampling" {
				return true
			}
		}
	}
	return false
}

// failures say how many variants gave no index, and why.
func (w *composer) failures() []Text {
	var out []Text
	for _, level := range measuredTiers {
		r := w.c.Fragility[level]
		if r == nil {
			continue
		}
		for _, f := range r.Provenance.Failed {
			out = append(out, plain(w.t("methods.failed.some", "n", f.Draws, "tier", w.level(level, "many"), "reason", f.Reason)))
		}
	}
	if len(out) == 0 {
		out = append(out, plain(w.t("methods.failed.none")))
	}
	return out
}

// effectFigure draws the share of the variance of places that each choice
// explains, the largest first.
func (w *composer) effectFigure(level territory.Level, all []studied) *Figure {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b studied) int {
		if a.group != b.group {
			return 0
		}
		return cmp.Compare(b.Total.Value, a.Total.Value)
	})
	chart := &Bars{Axis: w.percentAxis(), Own: w.t("methods.sensitivity_figure.own"), Whole: w.t("methods.sensitivity_figure.whole"),
		Interval: w.t("methods.sensitivity_figure.interval")}
	table := Table{Caption: w.t("methods.sensitivity_figure.axis"), Head: w.effectHead(all[0].group != "")}
	var said []string
	for _, e := range all {
		name := w.choiceName(e.Choice)
		chart.Rows = append(chart.Rows, BarRow{Group: e.group, Label: lang.Sentence(name), Own: w.shareBar(e.First), Whole: w.shareBar(e.Total)})
		var cells []Cell
		if e.group != "" {
			cells = append(cells, word(e.group))
		}
		cells = append(cells, word(lang.Sentence(name)))
		for _, x := range []float64{e.First.Value, e.First.Lo, e.First.Hi, e.Total.Value, e.Total.Lo, e.Total.Hi} {
			cells = append(cells, num(lang.Round(x, 3), w.share(x)))
		}
		table.Rows = append(table.Rows, Row{Cells: cells})
		one := w.t("methods.sensitivity_figure.one", "choice", name, "first", w.share(e.First.Value), "total", w.share(e.Total.Value))
		if e.group != "" {
			one = e.group + ", " + one
		}
		said = append(said, one)
	}
	f := w.methodFigure("sensibilite-"+string(level), level, all[0].group != "")
	f.Title = w.t("methods.sensitivity_figure.title", "tier", w.level(level, "many"), "top", w.foremost(all))
	f.Unit, f.Chart, f.Table = w.t("methods.sensitivity_figure.unit"), chart, table
	f.Alt = w.t("methods.sensitivity_figure.alt", "list", strings.Join(said, semicolon(w.l)))
	f.Reading = w.t("methods.sensitivity_figure.reading", "choice", w.choiceName(all[0].Choice), "first", w.shareBar(all[0].First).Text,
		"total", w.shareBar(all[0].Total).Text, "tier", cmp.Or(all[0].group, w.level(level, "many")))
	f.Notes = []string{w.t("methods.sensitivity_figure.note")}
	return f
}

// methodFigure is what the two figures of a tier have in common.
func (w *composer) methodFigure(id string, level territory.Level, grouped bool) *Figure {
	field := "methods.sensitivity_figure.field_all"
	if grouped {
		field = "methods.sensitivity_figure.field_domains"
	}
	f := &Figure{ID: id, Field: w.t(field, "tier", w.level(level, "many_metro")), Date: w.spanOf(level, "")}
	f.Source, f.Licence = w.sources(w.c.IndexSeries(level, "")...)
	return f
}

func (w *composer) effectHead(grouped bool) []Head {
	var head []Head
	if grouped {
		head = append(head, Head{Key: "domain", Label: w.t("head.domain")})
	}
	head = append(head, Head{Key: "choice", Label: w.t("head.choice")})
	for _, key := range []string{"first_order", "first_low", "first_high", "total_order", "total_low", "total_high"} {
		head = append(head, Head{Key: key, Label: w.t("head." + key), Numeric: true})
	}
	return head
}

// foremost names the choice that explains most, with those that the intervals
// do not set apart from it; of several scores, the first of each.
func (w *composer) foremost(all []studied) string {
	var names []string
	for i, e := range all {
		first := slices.IndexFunc(all, func(o studied) bool { return o.group == e.group })
		name := w.choiceName(e.Choice)
		if (i == first || e.group == "" && e.Total.Hi >= all[first].Total.Lo) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return lang.List(w.l, names)
}

// shiftFigure draws how far each alternative, taken alone, moves territories.
func (w *composer) shiftFigure(level territory.Level, all []studied) *Figure {
	chart := &Bars{}
	head := []Head{{Key: "choice", Label: w.t("head.choice")}}
	if all[0].group != "" {
		head = append([]Head{{Key: "domain", Label: w.t("head.domain")}}, head...)
	}
	table := Table{Caption: w.t("methods.shift_figure.axis"), Head: append(head, Head{Key: "alternative", Label: w.t("head.alternative")},
		Head{Key: "shift", Label: w.t("head.shift"), Numeric: true}, Head{Key: "moved", Label: w.t("head.moved"), Numeric: true})}
	var most fragility.Alternative
	var said []string
	for _, e := range all {
		for _, a := range e.Alternatives {
			if a.Shift > most.Shift {
				most = a
			}
			var cells []Cell
			if e.group != "" {
				cells = append(cells, word(e.group))
			}
			name := lang.Sentence(w.alternativeName(a.Name))
			chart.Rows = append(chart.Rows, BarRow{Group: cmp.Or(e.group, lang.Sentence(w.choiceName(e.Choice))), Label: name,
				Own: Bar{X: a.Shift, Text: w.t("methods.shift_figure.text", "shift", lang.Number(w.l, a.Shift, 1), "moved", w.share(a.Moved))}})
			table.Rows = append(table.Rows, Row{Cells: append(cells, word(lang.Sentence(w.choiceName(e.Choice))), word(name),
				num(lang.Round(a.Shift, 2), lang.Number(w.l, a.Shift, 1)), num(lang.Round(a.Moved, 3), w.share(a.Moved)))})
			said = append(said, w.shiftSaid("methods.shift_figure.one", level, a))
		}
	}
	chart.Axis = w.shiftAxis(most.Shift)
	f := w.methodFigure("effet-"+string(level), level, all[0].group != "")
	f.Title = w.t("methods.shift_figure.title_flat", "tier", w.level(level, "many"))
	if most.Shift >= 1 {
		f.Title = w.shiftSaid("methods.shift_figure.title", level, most)
	}
	f.Unit, f.Chart, f.Table = w.t("methods.shift_figure.unit"), chart, table
	f.Alt = w.t("methods.shift_figure.alt", "list", strings.Join(said, semicolon(w.l)))
	f.Reading = w.shiftSaid("methods.shift_figure.reading", level, most)
	f.Notes = []string{w.t("methods.shift_figure.note")}
	return f
}

// shiftSaid says what one alternative does, under a key of the catalogue.
func (w *composer) shiftSaid(key string, level territory.Level, a fragility.Alternative) string {
	return w.t(key, "name", w.alternativeName(a.Name), "shift", lang.Number(w.l, a.Shift, 1), "n", a.Shift,
		"moved", w.share(a.Moved), "tier", w.level(level, "many"))
}

// share formats a share in [0, 1].
func (w *composer) share(x float64) string { return lang.Percent(w.l, x*100, 0) }

func (w *composer) shareBar(s fragility.Share) Bar {
	text := w.share(s.Value) + lang.NBSP + lang.Interval(w.l, 100*s.Lo, 100*s.Hi, 0)
	return Bar{X: 100 * s.Value, Lo: 100 * s.Lo, Hi: 100 * s.Hi, HasInterval: true, Text: text}
}

func (w *composer) percentAxis() Axis {
	a := Axis{Title: w.t("methods.sensitivity_figure.axis"), Max: 100}
	for x := 0; x <= 100; x += 20 {
		a.Ticks = append(a.Ticks, Tick{float64(x), lang.Number(w.l, float64(x), 0)})
	}
	return a
}

// shiftAxis runs from 0 to a round number of places.
func (w *composer) shiftAxis(most float64) Axis {
	step := max(1, roundStep(most/4))
	a := Axis{Title: w.t("methods.shift_figure.axis"), Max: step * max(1, math.Ceil(most/step))}
	for x := 0.0; x <= a.Max; x += step {
		a.Ticks = append(a.Ticks, Tick{x, lang.Number(w.l, x, 0)})
	}
	return a
}
