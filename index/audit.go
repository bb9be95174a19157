package index

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"vigie/stat/composite"
	"vigie/stat/descr"
)

// audit lists what was done to single values, step by step: the stages of
// Scores hold what was done to whole columns.
func (r *run) audit() {
	for k, number := range r.Node[:len(r.Index.Indicators)] {
		for u := range r.Units {
			r.value(k, number, u)
		}
	}
	order := []string{"denomination", "smoothing", "imputation", "treatment", "normalisation"}
	slices.SortStableFunc(r.steps, func(a, b Step) int { return cmp.Compare(slices.Index(order, a.Step), slices.Index(order, b.Step)) })
	r.out.Audit = r.steps
}

// value tells what happened to one value of column k after it was read.
func (r *run) value(k, node, u int) {
	before, filled, treated := r.before[node][u], r.built.Imputed[k][u], r.built.Treated[k][u]
	if math.IsNaN(filled) {
		return
	}
	if math.IsNaN(before) {
		r.note("imputation", r.Spec.Imputation.Method, node, u, before, filled)
	}
	fit := r.fit(k, u)
	if fit.Kind <= composite.TreatWinsorise && treated != filled {
		rule := "above"
		if treated > filled {
			rule = "below"
		}
		if r.Units[u].Reference {
			r.note("treatment", "winsorised_"+rule, node, u, filled, treated)
		} else {
			r.note("normalisation", "clamped_"+rule, node, u, filled, treated)
		}
		return
	}
	if d := r.Index.Indicators[k]; r.Method.Scale.Kind == composite.ScaleGoalposts && r.Method.Scale.Clamp {
		if end := min(max(filled, d.Low), d.High); end != filled && fit.Kind == composite.TreatNone {
			rule := "clamped_above"
			if end > filled {
				rule = "clamped_below"
			}
			r.note("normalisation", rule, node, u, filled, end)
		}
	}
}

// fit is what the reference rows said of the column that holds unit u.
func (r *run) fit(k, u int) composite.Fit {
	fits := r.built.Fits[k]
	if len(fits) == 1 {
		return fits[0]
	}
	return fits[r.Index.Period[u]]
}

// summaries describes each column over the reference units, before and after,
// period by period.
func (r *run) summaries() {
	for k, node := range r.Node[:len(r.Index.Indicators)] {
		r.byPeriod(func(period int, units []int) {
			units = referenceOf(units, r.Index.Reference)
			s := Summary{
				Code:   r.Tree.Nodes[node].Code,
				Before: moments(at(r.before[node], units)), After: moments(at(r.built.Treated[k], units)),
			}
			if r.Periods != nil {
				s.Period = r.Periods[period]
			}
			if len(units) > 0 {
				fit := r.fit(k, units[0])
				s.Treatment, s.Drawn = done[fit.Kind], fit.Moved
			}
			for _, u := range units {
				if math.IsNaN(r.before[node][u]) && !math.IsNaN(r.built.Imputed[k][u]) {
					s.Imputed++
				}
			}
			s.Flags = r.flags(k, s)
			r.out.Summaries = append(r.out.Summaries, s)
		})
	}
}

// done names what a fit did.
var done = map[composite.TreatmentKind]string{
	composite.TreatNone: "none", composite.TreatWinsorise: "winsorise", composite.TreatLog: "log", composite.TreatBoxCox: "boxcox",
}

func moments(x []float64) Moments {
	d := descr.Summarise(x)
	return Moments{
		N: d.Available, Missing: d.Rows - d.Available, Zero: d.Available - d.NonZero, Unique: d.Unique,
		Min: Number(d.Min), Max: Number(d.Max), Mean: Number(d.Mean), Median: Number(d.Median),
		SD: Number(d.SD), Skewness: Number(d.Skewness), Kurtosis: Number(d.Kurtosis),
	}
}

// flags points out a column that a person should look at: two thirds of the
// values missing or zero, few distinct values, outliers left after treatment.
func (r *run) flags(k int, s Summary) []string {
	var out []string
	units := s.Before.N + s.Before.Missing
	if 3*s.Before.N < 2*units {
		out = append(out, "missing")
	}
	if 2*s.Before.Zero > s.Before.N {
		out = append(out, "zeros")
	}
	if s.Before.Unique < 10 && s.Before.N > 20 {
		out = append(out, "few_values")
	}
	limit := r.Method.Treatment.Limit
	if own := r.Index.Indicators[k].Treatment; own != nil {
		limit = own.Limit
	}
	if math.Abs(float64(s.After.Skewness)) > limit.Skew && float64(s.After.Kurtosis) > limit.Kurt {
		out = append(out, "outliers")
	}
	return out
}

// warn says in French what a reader must know before the figures.
func (r *run) warn() {
	warn := func(format string, args ...any) {
		r.out.Warnings = append(r.out.Warnings, fmt.Sprintf(format, args...))
	}
	units := 0
	for _, l := range r.LeftOut {
		when := ""
		if l.Period != "" {
			when = ", période " + l.Period
		}
		switch {
		case l.Kind == "unit":
			units++
		case l.Why == "empty":
			warn("Indicateur « %s » écarté%s : aucune valeur parmi les unités de référence.", l.Code, when)
		case l.Why == "constant":
			warn("Indicateur « %s » écarté%s : une seule valeur parmi les unités de référence, il ne distingue rien.", l.Code, when)
		case l.Why == "weight":
			warn("Indicateur « %s » écarté : son poids est nul, et rien d’autre n’est présent à côté.", l.Code)
		default:
			warn("Indicateur « %s » écarté : %s %% des unités seulement ont une valeur.", l.Code, percent(*l.Share))
		}
	}
	if units > 0 {
		warn("%d ligne(s) écartée(s) faute de valeurs : le tableau « audit » dit lesquelles.", units)
	}
	counts := map[string]int{}
	for _, s := range r.steps {
		counts[s.Rule]++
	}
	if n := counts["denominator_zero"] + counts["denominator_missing"]; n > 0 {
		warn("%d valeur(s) sans dénominateur, ou au dénominateur nul : tenues pour manquantes.", n)
	}
	for _, s := range r.out.Summaries {
		when := ""
		if s.Period != "" {
			when = ", période " + s.Period
		}
		if slices.Contains(s.Flags, "outliers") {
			warn("Indicateur « %s »%s : des valeurs extrêmes restent après le traitement.", s.Code, when)
		}
		if s.After.Missing > 0 && r.Spec.Imputation.Method != "none" {
			warn("Indicateur « %s »%s : %d valeur(s) restent manquantes, faute de quoi les remplacer ou parce que trop d’unités en manquent.", s.Code, when, s.After.Missing)
		}
	}
	r.warnEmpty(warn)
	r.warnMap(warn)
	r.warnDraws(warn)
}

// warnEmpty tells the elements that no unit, or not every unit, has.
func (r *run) warnEmpty(warn func(string, ...any)) {
	var none, partial []string
	for node, n := range r.Tree.Nodes {
		if n.Leaf() {
			continue
		}
		missing := 0
		for _, v := range r.column(node) {
			if math.IsNaN(v) {
				missing++
			}
		}
		switch {
		case missing == len(r.Units):
			none = append(none, "« "+n.Code+" »")
		case missing > 0 && node == r.Tree.Top():
			warn("%d ligne(s) sans score d’ensemble : il leur manque trop d’éléments.", missing)
		case missing > 0:
			partial = append(partial, fmt.Sprintf("« %s » (%d)", n.Code, missing))
		}
	}
	if len(none) > 0 {
		warn("Éléments sans aucun score : %s ; rien de ce qu’ils réunissent n’est présent, ou pas assez.", strings.Join(none, ", "))
	}
	if len(partial) > 0 {
		warn("Éléments sans score pour une partie des lignes : %s ; au-dessus, le score y est celui des éléments présents, s’ils suffisent.", strings.Join(partial, ", "))
	}
}

func percent(share Number) string { return fmt.Sprintf("%.0f", 100*float64(share)) }
