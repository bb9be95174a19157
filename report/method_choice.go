package report

import (
	"strconv"
	"strings"

	"vigie/fragility"
	"vigie/lang"
	"vigie/territory"
)

// choice tells one choice of the specification: what it is, why, what it could
// have been and, where effect names what was varied, what that would change.
func (w *composer) choice(key, effect string) Text {
	args := w.choiceArgs()
	why := w.t("methods.reasons", "why", w.t("methods.choice."+key+".why", args...), "other", w.t("methods.choice."+key+".other", args...))
	out := append(w.chosen(key), Span{Text: " " + why})
	level, ok := w.studied()
	if !ok || effect == "" {
		return out
	}
	var list []string
	for _, e := range w.c.Effects(level, "") {
		if e.Choice == effect {
			for _, a := range e.Alternatives {
				list = append(list, w.shiftSaid("methods.effect_of.sentence", level, a))
			}
		}
	}
	if len(list) == 0 {
		return out
	}
	return append(out, Span{Text: " " + w.t("methods.item_effect", "list", strings.Join(list, semicolon(w.l)))})
}

// chosen tells one choice of the specification without its reasons.
func (w *composer) chosen(key string) Text {
	args := w.choiceArgs()
	name := Span{Text: w.t("methods.choice." + key + ".name"), Strong: true}
	return w.text("methods.item", "name", name, "text", w.t("methods.choice."+key+".text", args...))
}

// studied is the tier that the effect of a choice is told of: the départements
// or, failing them, the regions.
func (w *composer) studied() (territory.Level, bool) {
	for _, level := range []territory.Level{territory.Departement, territory.Region} {
		if len(w.c.Effects(level, "")) > 0 {
			return level, true
		}
	}
	return "", false
}

// choiceArgs are what the specification says, for any choice to tell.
func (w *composer) choiceArgs() []any {
	spec := w.c.Spec
	v := spec.Uncertainty
	weight, _ := spec.Missing.At(1)
	_, children := spec.Missing.At(2)
	share := func(x float64) string { return lang.Percent(w.l, x*100, 0) }
	decimal := func(x float64) string { return lang.Number(w.l, x, decimalsOf(x)) }
	return []any{
		"set", spec.Title.Reference(string(w.l)), "domains", len(w.c.Domains()), "dimensions", len(w.c.Dimensions()),
		"allowed", spec.AllowResponse, "n", w.indexed(), "coverage", share(spec.Reference.Coverage),
		"imputation", spec.Imputation.Method, "weight", share(weight), "children", share(children),
		"least", spec.Missing.Least, "of", len(w.c.Domains()),
		"treatment", spec.Treatment.Method, "skewness", decimal(spec.Treatment.Skewness), "kurtosis", decimal(spec.Treatment.Kurtosis),
		"drawn_share", share(spec.Treatment.Share), "drawn", w.drawn(),
		"normalisation", spec.Normalisation.Method, "equal", w.equalWeights(),
		"same", spec.Aggregation.At(1) == spec.Aggregation.At(2) && spec.Aggregation.At(1) == spec.Aggregation.At(3),
		"aggregation", spec.Aggregation.At(3), "levels", w.alternatives([]string{spec.Aggregation.At(1), spec.Aggregation.At(2), spec.Aggregation.At(3)}),
		"points", decimal(spec.Aggregation.Mirror - spec.Normalisation.Range[1]), "draws", v.Draws, "seed", strconv.FormatUint(v.Seed, 10),
		"list", w.varied(), "leave", share(v.LeaveOneOut), "spread", decimal(v.WeightSpread),
		"interval", share(v.Interval), "reversal", share(v.Reversal), "class_change", w.moreThan(v.ClassChange),
	}
}

// indexed counts the series that enter the index at any tier.
func (w *composer) indexed() int {
	n := 0
	for _, d := range w.c.Domains() {
		n += len(w.c.AllIndexSeries(d.Code))
	}
	return n
}

// equalWeights reports whether the specification weighs nothing differently.
func (w *composer) equalWeights() bool {
	for _, r := range w.c.Fragility {
		for _, p := range r.Kinds(fragility.OfDomain) {
			if p.Weight != 1 {
				return false
			}
		}
		for i := range r.Columns {
			if r.Columns[i].Weight != 1 {
				return false
			}
		}
	}
	return true
}

// drawn says how many values were drawn in as outliers, tier by tier.
func (w *composer) drawn() string {
	var list []string
	for _, level := range measuredTiers {
		r := w.c.Fragility[level]
		if r == nil {
			continue
		}
		series, values := 0, 0
		for i := range r.Columns {
			if n := r.Columns[i].Drawn; n > 0 {
				series, values = series+1, values+n
			}
		}
		if series > 0 {
			list = append(list, w.t("methods.drawn.level", "series", series, "n", values, "tier", w.level(level, "many")))
		}
	}
	if len(list) == 0 {
		return w.t("methods.drawn.none")
	}
	return w.t("methods.drawn.some", "list", lang.List(w.l, list))
}

// varied lists the alternatives that the variants are drawn from.
func (w *composer) varied() string {
	v := w.c.Spec.Uncertainty
	var out []string
	for _, c := range []struct {
		choice string
		among  []string
	}{{"normalisation", v.Normalisations}, {"weighting", v.Weightings}, {"aggregation", v.Aggregations}} {
		if len(c.among) > 1 {
			out = append(out, w.t("methods.varied", "choice", w.choiceName(c.choice), "list", w.alternatives(c.among)))
		}
	}
	if v.LeaveOneOut > 0 {
		out = append(out, w.choiceName("leave_one_out"))
	}
	return strings.Join(out, semicolon(w.l))
}

func (w *composer) alternatives(names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, w.alternativeName(n))
	}
	return lang.List(w.l, out)
}

// choiceName names what varies, in a sentence.
func (w *composer) choiceName(choice string) string { return w.named("methods.choice_of.", choice) }

// alternativeName names one alternative, in a sentence.
func (w *composer) alternativeName(name string) string {
	return w.named("methods.alternative_of.", name)
}

// named is the message of a word of the specification, the word itself when
// the catalogue does not know it.
func (w *composer) named(prefix, word string) string {
	if lang.Has(w.l, "report."+prefix+word) {
		return w.t(prefix + word)
	}
	return word
}

// moreThan says that a share is passed, a third by its name.
func (w *composer) moreThan(x float64) string {
	if x > 0.333 && x < 0.334 {
		return w.t("methods.more_third")
	}
	return w.t("methods.more", "share", lang.Percent(w.l, x*100, 0))
}
