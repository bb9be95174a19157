package study

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"vigie/stat/survey"
)

// Gap is the difference of two figures of independent samples, the second less
// the first, with its 95 % interval and its two-sided test.
type Gap struct{ Value, SE, DF, Low, High, P float64 }

// estimate is a figure as a test reads it; DF are those of its design.
type estimate struct{ x, se, df float64 }

// gap compares two independent figures by Student's t with the degrees of
// freedom of Welch and Satterthwaite.
//
// Source: Welch (1947), Biometrika 34, 28-35; Satterthwaite (1946), Biometrics
// Bulletin 2, 110-114.
func gap(a, b estimate) Gap {
	va, vb := a.se*a.se, b.se*b.se
	g := Gap{Value: b.x - a.x, SE: math.Sqrt(va + vb)}
	g.DF = (va + vb) * (va + vb) / (va*va/a.df + vb*vb/b.df)
	half := survey.Critical(0.95, g.DF) * g.SE
	g.Low, g.High = g.Value-half, g.Value+half
	g.P = 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: g.DF}.Survival(math.Abs(g.Value)/g.SE)
	return g
}

// Detectable is the least true change that two samples as precise as these
// would show, four times in five, as a difference at the 5 % level.
func (g Gap) Detectable() float64 {
	return (survey.Critical(0.95, g.DF) + distuv.UnitNormal.Quantile(0.8)) * g.SE
}

// Voice is one item as one audience answered it in one wave: everybody's
// answers or those of one level of a breakdown.
type Voice struct {
	Survey *Tabulation
	Item   *ItemTable
	Column *Column
}

// Voices returns what everybody answered to an item in each survey that asks
// it, in the order of the surveys.
func Voices(surveys []*Tabulation, item string) []Voice {
	var out []Voice
	for _, s := range surveys {
		i, ok := s.Item(item)
		if !ok {
			continue
		}
		if t, ok := i.By(""); ok && len(t.Columns) == 1 {
			out = append(out, Voice{s, i, &t.Columns[0]})
		}
	}
	return out
}

// df are the degrees of freedom of a column: those of the design, at most one
// less than the answers of those at a level.
func (v Voice) df() float64 {
	if v.Column.Level == "" {
		return v.Survey.Weighting.DesignDF
	}
	return min(v.Survey.Weighting.DesignDF, float64(v.Column.Base-1))
}

// Shown returns a figure of the column that may be read: false when it was not
// asked or is secret.
func (v Voice) Shown(line string) (*Cell, bool) {
	if v.Column.Secret {
		return nil, false
	}
	c, ok := v.Column.Cell(line)
	return c, ok && !c.Secret
}

// estimate returns a figure that can be tested and ranked: shown, precise, with
// an error and degrees of freedom.
func (v Voice) estimate(line string) (estimate, bool) {
	c, ok := v.Shown(line)
	if !ok || c.Imprecise || !(c.SE > 0) || !(v.df() > 0) {
		return estimate{}, false
	}
	return estimate{c.Value, c.SE, v.df()}, true
}

// VoicesAt returns what those at one level of a breakdown answered, such as
// those of a region; a survey whose column of that level is withheld, or that
// has none, gives no voice.
func VoicesAt(surveys []*Tabulation, item, level string) []Voice {
	var out []Voice
	for _, s := range surveys {
		i, ok := s.Item(item)
		if !ok {
			continue
		}
		for k := range i.Tables {
			for c := range i.Tables[k].Columns {
				if column := &i.Tables[k].Columns[c]; column.Level == level && level != "" && !column.Secret {
					out = append(out, Voice{s, i, column})
				}
			}
		}
	}
	return out
}
