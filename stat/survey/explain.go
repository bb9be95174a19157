package survey

import (
	"fmt"
	"math"
	"slices"
)

// empty refuses a level that no record of positive weight carries: its total
// cannot be reached.
func (k *calibrator) empty(s *system) error {
	for j, t := range k.Totals {
		if t.Level == "" || t.Total == 0 {
			continue
		}
		seen := false
		for c, w := range s.weight {
			if w != 0 && s.x[c*s.p+j] != 0 {
				seen = true
				break
			}
		}
		if !seen {
			return absent(t)
		}
	}
	return nil
}

// explain says why the totals could not be met, and what to relax.
func (k *calibrator) explain(s *system, at solution) error {
	if err := k.contradiction(s); err != nil {
		return err
	}
	worst := k.furthest(at.gap)
	if k.curve.bounded() || k.low != nil {
		return k.tight(s, worst)
	}
	return &Refusal{Infeasible: true, Variable: k.name(worst),
		What: fmt.Sprintf("le calage n’atteint pas %v : %s demandés, %s atteints après %d itérations", k.Totals[worst],
			plain(k.Totals[worst].Total), plain(k.Totals[worst].Total-at.gap[worst]), at.iterations),
		Do: "vérifiez ce total et son unité, retirez-le, ou prenez la méthode linéaire"}
}

// furthest returns the constraint of the largest gap beside its total.
func (k *calibrator) furthest(gap []float64) int {
	worst, most := 0, -1.0
	for j, g := range gap {
		if away := math.Abs(g) / (1 + math.Abs(k.Totals[j].Total)); away > most || math.IsNaN(away) {
			worst, most = j, away
		}
	}
	return worst
}

func (k *calibrator) name(j int) string {
	if c := k.Totals[j].Column; c != nil {
		return c.Name
	}
	return ""
}

// contradiction refuses totals that no weights at all can meet together,
// negative ones included.
func (k *calibrator) contradiction(s *system) error {
	free := *s
	free.curve, free.low = curve{Linear, math.Inf(-1), math.Inf(1)}, nil
	at := free.newton(3, false, true)
	if free.met(at.gap, 1e-7) {
		return nil
	}
	population, of := math.NaN(), ""
	compare := func(n float64, name string) error {
		if of != "" && math.Abs(n-population) > 1e-7*(1+math.Abs(population)) {
			return &Refusal{Variable: name, Infeasible: true,
				What: fmt.Sprintf("les totaux se contredisent : %s personnes selon %s, %s selon %s", plain(n), name, plain(population), of),
				Do:   "ramenez toutes les marges au même total de population"}
		}
		population, of = n, name
		return nil
	}
	for j, t := range k.Totals {
		if t.Column == nil {
			if err := compare(t.Total, "l’effectif total"); err != nil {
				return err
			}
		} else if n, whole := k.whole(j); whole {
			if err := compare(n, t.Column.Name); err != nil {
				return err
			}
		}
	}
	worst := k.furthest(at.gap)
	return &Refusal{Variable: k.name(worst), Infeasible: true,
		What: fmt.Sprintf("%v se déduit des autres totaux et les contredit : %s demandés, %s possibles", k.Totals[worst],
			plain(k.Totals[worst].Total), plain(k.Totals[worst].Total-at.gap[worst])),
		Do: "corrigez ce total ou retirez-le"}
}

// whole returns the sum of the totals of a category all levels of which are
// given, told at the first of them.
func (k *calibrator) whole(j int) (float64, bool) {
	column, levels, sum := k.Totals[j].Column, []string{}, 0.0
	if k.Totals[j].Level == "" {
		return 0, false
	}
	for i, t := range k.Totals {
		if t.Column == nil || t.Column.Name != column.Name || t.Level == "" {
			continue
		}
		if i < j {
			return 0, false
		}
		levels, sum = append(levels, t.Level), sum+t.Total
	}
	for l, level := range column.Levels {
		if !slices.Contains(levels, level) && slices.Contains(column.Code, int32(l)) {
			return 0, false
		}
	}
	return sum, true
}

// tight says that the bounds are too narrow and which would do.
func (k *calibrator) tight(s *system, worst int) error {
	e := &Refusal{Variable: k.name(worst), Infeasible: true,
		What: fmt.Sprintf("bornes trop serrées : aucun rapport de poids entre %s et %s ne donne les totaux demandés ; le plus loin est %v",
			plain(k.curve.lower), plain(k.curve.upper), k.Totals[worst]),
		Do: "élargissez les bornes, regroupez des modalités rares, ou passez ce total en calage pénalisé"}
	if k.low != nil {
		e.What = fmt.Sprintf("bornes de poids trop serrées : aucun poids entre %s et %s ne donne les totaux demandés ; le plus loin est %v",
			plain(k.Least), plain(k.Most), k.Totals[worst])
	} else if lower, upper, ok := s.tightest(); ok {
		e.Do = fmt.Sprintf("élargissez les bornes au-delà de %.3f et %.3f, les plus serrées possibles ; sinon regroupez des modalités rares ou passez au calage pénalisé", lower, upper)
	}
	return e
}
