package study

import (
	"fmt"
	"math"
	"slices"

	analysis "vigie/estimate"
	"vigie/stat/descr"
	"vigie/stat/survey"
	"vigie/territory"
)

// calibrated is one margin that the weights were brought to, or measured on.
type calibrated struct {
	margin survey.Margin
	name   Words
	label  map[string]Words
	order  []string
	source string
}

// calibrate brings the weights to the margins of the plan.
func (r *Reading) calibrate(load analysis.Load, vintages Vintages) error {
	k := r.plan.Calibration
	if err := r.margins(load, vintages); err != nil {
		return err
	}
	var err error
	switch k.Method {
	case "none", "given":
		r.design = r.start
		return nil
	case "rake":
		margins := make([]survey.Margin, len(r.margin))
		for i, m := range r.margin {
			margins[i] = m.margin
		}
		r.design, err = r.start.Rake(margins, k.Tolerance)
	default:
		c := survey.Calibration{Distance: map[string]survey.Distance{"linear": survey.Linear, "logit": survey.Logit}[k.Method]}
		if k.Bounds != nil {
			c.Lower, c.Upper = k.Bounds[0], k.Bounds[1]
		}
		for _, m := range r.margin {
			for _, level := range m.order {
				c.Totals = append(c.Totals, survey.Constraint{Column: m.margin.Column, Level: level, Total: m.margin.Counts[level]})
			}
		}
		r.design, err = r.start.Calibrate(c)
	}
	if err != nil {
		return r.plan.told("calibration", err)
	}
	for i, w := range r.design.Weights() {
		if r.start.Weights()[i] > 0 && !(w > 0) {
			return r.plan.fault("calibration", "bornez les poids (method = \"logit\", bounds = [0.3, 3]) ou regroupez des modalités",
				"enregistrement %d : le calage donne le poids %g, qui ne représente personne", i+1, w)
		}
	}
	return nil
}

// margins reads the margins of the file, then those of the observatory.
func (r *Reading) margins(load analysis.Load, vintages Vintages) error {
	k := r.plan.Calibration
	if k.Margins != "" {
		if err := r.marginFile(load); err != nil {
			return err
		}
	}
	for i, t := range k.Territories {
		if err := r.territories(fmt.Sprintf("calibration.territory[%d]", i+1), t, vintages); err != nil {
			return err
		}
	}
	if k.Scale && len(r.margin) > 1 {
		first := r.margin[0].total()
		for _, m := range r.margin[1:] {
			by := first / m.total()
			for level := range m.margin.Counts {
				m.margin.Counts[level] *= by
			}
		}
	}
	return nil
}

func (m *calibrated) total() float64 {
	sum := 0.0
	for _, level := range m.order {
		sum += m.margin.Counts[level]
	}
	return sum
}

// marginFile reads a table of columns variable, level, total.
func (r *Reading) marginFile(load analysis.Load) error {
	p, k := r.plan, r.plan.Calibration
	f, err := load(analysis.File{Path: k.Margins, Text: []string{"variable", "level"}})
	if err != nil {
		return err
	}
	variable, level, total := f.Column("variable"), f.Column("level"), f.Column("total")
	if variable == nil || level == nil || total == nil || total.Number == nil {
		return p.fault("calibration.margins", "donnez un fichier de colonnes variable, level, total", "%s : une colonne manque, ou total n’est pas fait de nombres", k.Margins)
	}
	variable, level = variable.Categorical(), level.Categorical()
	at := map[string]int{}
	for i := range f.Rows {
		if variable.Code[i] < 0 || level.Code[i] < 0 || !(total.Number[i] >= 0) || math.IsInf(total.Number[i], 0) {
			return p.fault("calibration.margins", "complétez la ligne", "%s, ligne %d : variable, niveau ou total manque", k.Margins, i+2)
		}
		name, text := variable.Levels[variable.Code[i]], level.Levels[level.Code[i]]
		m, ok := at[name]
		if !ok {
			c := r.frame.Column(name)
			if c == nil {
				return p.fault("calibration.margins", orNear(r.frame, name, "nommez une variable du fichier"), "%s, ligne %d : la variable %s n’est pas dans les réponses", k.Margins, i+2, quoted(name))
			}
			m = len(r.margin)
			at[name] = m
			r.margin = append(r.margin, r.named(c.Categorical(), fmt.Sprintf("%s, %d", k.Source, k.Year)))
		}
		if _, twice := r.margin[m].margin.Counts[text]; twice {
			return p.fault("calibration.margins", "gardez une ligne par niveau", "%s, ligne %d : le niveau %s de %s est donné deux fois", k.Margins, i+2, quoted(text), quoted(name))
		}
		r.margin[m].margin.Counts[text] = total.Number[i]
		r.margin[m].order = append(r.margin[m].order, text)
	}
	return nil
}

// named starts the margin of a variable, under the words of the breakdown that
// it is, if it is one.
func (r *Reading) named(c *survey.Column, source string) calibrated {
	m := calibrated{margin: survey.Margin{Column: c, Counts: map[string]float64{}}, label: map[string]Words{}, source: source}
	m.name = Words{c.Name, c.Name}
	if c.Label != "" {
		m.name = Words{c.Label, c.Label}
	}
	for level, text := range c.Labels {
		m.label[level] = Words{text, text}
	}
	for _, b := range r.plan.Breakdowns {
		if b.X != c.Name {
			continue
		}
		m.name = b.Label
		for _, l := range b.Levels {
			for _, a := range l.Answers {
				m.label[a] = l.Label
			}
		}
	}
	return m
}

// territories makes the margin of a breakdown from the populations of its
// levels in one vintage.
func (r *Reading) territories(path string, t TerritoryMargin, vintages Vintages) error {
	p := r.plan
	v, ok := vintages(t.Vintage)
	if !ok {
		return p.fault(path, "chargez ce millésime, ou prenez-en un que l’observatoire a", "l’observatoire n’a pas le code officiel géographique de %d", t.Vintage)
	}
	b := slices.IndexFunc(p.Breakdowns, func(b PlannedBreakdown) bool { return b.Code == t.Breakdown })
	m := calibrated{margin: survey.Margin{Column: r.by[b], Counts: map[string]float64{}}, name: p.Breakdowns[b].Label, label: map[string]Words{},
		source: fmt.Sprintf("population municipale, code officiel géographique %d", t.Vintage)}
	for _, l := range p.Breakdowns[b].Levels {
		place, ok := v.Get(territory.Code(l.Code))
		if !ok || place.Population <= 0 {
			return p.fault(path, "prenez une marge en fichier", "le millésime %d n’a pas la population de %s", t.Vintage, quoted(l.Code))
		}
		m.margin.Counts[l.Code], m.label[l.Code] = float64(place.Population), l.Label
		m.order = append(m.order, l.Code)
	}
	r.margin = append(r.margin, m)
	return nil
}

// Weighting returns the weighting report.
func (r *Reading) Weighting() Weighting {
	w := Weighting{Method: r.plan.Calibration.Method, DesignDF: r.design.DF(), Iterations: r.design.Iterations()}
	var present []float64
	sum := 0.0
	for _, v := range r.design.Weights() {
		if v > 0 {
			present = append(present, v)
			sum += v
		}
	}
	w.Effective, w.DesignKish = r.design.Kish()
	slices.Sort(present)
	mean := sum / float64(len(present))
	for _, q := range []float64{0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1} {
		w.Quantiles = append(w.Quantiles, descr.SortedQuantile(present, q)/mean)
	}
	heaviest := 0.0
	for _, v := range present[len(present)-max(1, (len(present)+99)/100):] {
		heaviest += v
	}
	w.TopShare = heaviest / sum
	for i := range r.margin {
		w.Margins = append(w.Margins, r.margin[i].report(r.start.Weights(), r.design.Weights())...)
	}
	return w
}

// report compares one margin before and after.
func (m *calibrated) report(before, after []float64) []Margin {
	rank := map[string]int{}
	for k, level := range m.order {
		rank[level] = k
	}
	c := m.margin.Column
	sums := make([][3]float64, len(m.order))
	var all [3]float64
	for i, code := range c.Code {
		if before[i] == 0 {
			continue
		}
		for s, v := range [3]float64{1, before[i], after[i]} {
			all[s] += v
			if code < 0 {
				continue
			}
			if k, ok := rank[c.Levels[code]]; ok {
				sums[k][s] += v
			}
		}
	}
	var out []Margin
	total := m.total()
	for k, level := range m.order {
		label, ok := m.label[level]
		if !ok {
			label = Words{level, level}
		}
		out = append(out, Margin{Variable: m.name, Level: label, Source: m.source, Target: m.margin.Counts[level] / total,
			Sample: sums[k][0] / all[0], Before: sums[k][1] / all[1], After: sums[k][2] / all[2]})
	}
	return out
}
