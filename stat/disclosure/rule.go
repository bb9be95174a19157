package disclosure

import (
	"math"
	"math/big"
	"slices"
	"strings"
)

// Rule says when a cell is sensitive by itself: it has too few units, or one or
// two of them are nearly all of it. A part left at its zero value is not asked.
// An empty cell is not sensitive, unless Empty says that a zero tells something
// (nobody of the group answers yes).
//
// Source: Insee, Manuel de protection des données tabulées, Règles; Hundepool
// et al. (2012), Statistical Disclosure Control, Wiley, ch. 4.
// Oracle: cases P01, P02 and S01 to S10 of the family disclosure.
type Rule struct {
	MinUnits  float64    // fewer units make the cell sensitive
	Weighted  bool       // units are the sum of the weights, not the number of contributions
	Dominance *Dominance // (n, k) rule
	Prior     *Prior     // p % and pq rules
	Empty     bool       // an empty cell has too few units
}

// Dominance is the (n, k) rule: the n largest contributions are more than k %
// of the total, strictly.
type Dominance struct {
	N               int
	K               float64 // percent, above 0 and below 100
	WeightedLargest bool    // contributions are compared times their weight
	WeightedTotal   bool    // the total is that of contributions times weights
}

// Prior is the pq rule: the second largest contributor, who knows the others
// within Q % beforehand, learns the largest within P %; total − x1 − x2 <
// (P/Q) x1. The p % rule is Q = 100.
type Prior struct {
	P, Q          float64 // percent, 0 < P < Q ≤ 100
	WeightedTotal bool
}

// Judgement is what a rule says of a cell. Sensitive is the union of the reasons.
type Judgement struct {
	Sensitive bool
	Few       bool // too few units
	Dominated bool // by the (n, k) rule
	Estimable bool // by the p % or pq rule
}

// Check refuses parameters for which no rule is defined.
func (r *Rule) Check() error {
	if !(r.MinUnits >= 0) || math.IsInf(r.MinUnits, 0) {
		return refuse("donnez un nombre d’unités positif", "seuil de %v unités : ce n’est pas un seuil", r.MinUnits)
	}
	if d := r.Dominance; d != nil && (d.N < 1 || !(d.K > 0 && d.K < 100)) {
		return refuse("donnez n au moins 1 et k entre 0 et 100 %, bornes exclues", "règle de dominance (%d, %v %%) : paramètres sans sens", d.N, d.K)
	}
	if p := r.Prior; p != nil && !(p.P > 0 && p.P < p.Q && p.Q <= 100) {
		return refuse("donnez p et q avec 0 < p < q ≤ 100 ; q vaut 100 pour la règle du p %", "règle p = %v %%, q = %v %% : paramètres sans sens", p.P, p.Q)
	}
	if r.MinUnits == 0 && r.Dominance == nil && r.Prior == nil {
		return refuse("donnez un seuil d’unités, une dominance ou une règle du p %", "aucune règle n’est donnée")
	}
	return nil
}

// Judge says whether a cell is sensitive.
//
// x holds the contributions to the cell, one a unit, and w their weights, nil
// for none. The comparisons are exact for numbers read as the decimals they
// print as: 85 of 100 is not more than 85 %.
//
// Refusals: parameters without sense; a weight asked for and absent, negative
// or not finite; a contribution that is negative where a share of the total is
// compared, or not finite.
func (r *Rule) Judge(x, w []float64) (Judgement, error) {
	if err := r.Check(); err != nil {
		return Judgement{}, err
	}
	if err := r.accepts(x, w); err != nil {
		return Judgement{}, err
	}
	var v Judgement
	if len(x) == 0 {
		return r.empty(), nil
	}
	if r.Weighted {
		v.Few = sum(w, nil).below(r.MinUnits)
	} else {
		v.Few = float64(len(x)) < r.MinUnits
	}
	if d := r.Dominance; d != nil {
		top := largest(x, chosen(d.WeightedLargest, w), d.N)
		v.Dominated = sum(x, chosen(d.WeightedTotal, w)).dominated(top, d.K)
	}
	if p := r.Prior; p != nil {
		v.Estimable = estimable(x, chosen(p.WeightedTotal, w), p)
	}
	v.Sensitive = v.Few || v.Dominated || v.Estimable
	return v, nil
}

func (r *Rule) empty() Judgement {
	few := r.Empty && r.MinUnits > 0
	return Judgement{Sensitive: few, Few: few}
}

func (r *Rule) accepts(x, w []float64) error {
	weighted := r.Weighted
	if d := r.Dominance; d != nil {
		weighted = weighted || d.WeightedLargest || d.WeightedTotal
	}
	if p := r.Prior; p != nil {
		weighted = weighted || p.WeightedTotal
	}
	if w == nil && weighted && len(x) > 0 {
		return refuse("donnez un poids à chaque contribution, ou une règle sans poids", "la règle compte des poids, et il n’y en a pas")
	}
	if w != nil && len(w) != len(x) {
		return refuse("donnez un poids à chaque contribution", "%d poids pour %d contributions", len(w), len(x))
	}
	for _, v := range w {
		if !(v >= 0) || math.IsInf(v, 0) {
			return refuse("corrigez ce poids", "un poids vaut %v", v)
		}
	}
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return refuse("corrigez cette contribution, ou retirez-la", "une contribution vaut %v", v)
		}
		if v < 0 && (r.Dominance != nil || r.Prior != nil) {
			return refuse("jugez la cellule sur la valeur absolue, ou sur le seul nombre d’unités", "une contribution est négative (%v) : la part du total n’est pas définie", v)
		}
	}
	return nil
}

// Aggregate is a cell of which only totals are known; one of no unit, or whose
// total is 0, is empty.
type Aggregate struct {
	Units, Total, Largest float64 // Largest is NaN when it is not known
}

// JudgeAggregate says whether a cell is sensitive from its number of units, its
// total and its largest contribution: only the rule of units and the (1, k)
// rule can be judged so.
//
// Refusals: those of Judge; a rule that asks for more than the largest
// contribution, or for the largest where it is not known.
func (r *Rule) JudgeAggregate(a Aggregate) (Judgement, error) {
	if err := r.Check(); err != nil {
		return Judgement{}, err
	}
	d := r.Dominance
	if r.Prior != nil || d != nil && (d.N != 1 || math.IsNaN(a.Largest)) {
		return Judgement{}, refuse("donnez les contributions de chaque cellule", "la règle demande plus que la plus grande contribution d’une cellule")
	}
	if !(a.Units >= 0) || math.IsNaN(a.Total) || d != nil && !(a.Total >= 0 && a.Largest >= 0) {
		return Judgement{}, refuse("vérifiez la table", "une cellule de %v unités, de total %v : nombre négatif ou absent", a.Units, a.Total)
	}
	if a.Units == 0 || a.Total == 0 {
		return r.empty(), nil
	}
	var v Judgement
	v.Few = a.Units < r.MinUnits
	if d != nil {
		v.Dominated = sum([]float64{a.Total}, nil).dominated(sum([]float64{a.Largest}, nil), d.K)
	}
	v.Sensitive = v.Few || v.Dominated
	return v, nil
}

// Contributors is a cell with its contributions; W is nil without weights.
type Contributors struct {
	Key  string
	X, W []float64
}

// Gather groups contributions by key, in the order of the keys. w is nil
// without weights.
func Gather(keys []string, x, w []float64) []Contributors {
	if len(keys) != len(x) || w != nil && len(w) != len(x) {
		panic("disclosure.Gather: lengths differ")
	}
	at := map[string]int{}
	var out []Contributors
	for i, key := range keys {
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, Contributors{Key: key})
		}
		out[k].X = append(out[k].X, x[i])
		if w != nil {
			out[k].W = append(out[k].W, w[i])
		}
	}
	slices.SortFunc(out, func(a, b Contributors) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// Sensitive returns the keys of the sensitive cells, in the order given.
//
// Refusal: that of the first cell that cannot be judged; then there is no
// table.
func (r *Rule) Sensitive(cells []Contributors) ([]string, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	out := []string{}
	for _, c := range cells {
		v, err := r.Judge(c.X, c.W)
		if err != nil {
			return nil, err
		}
		if v.Sensitive {
			out = append(out, c.Key)
		}
	}
	return out, nil
}

// Distance is how far from its value a sensitive cell must stay uncertain, on
// each side: a share of the value, and never less than a minimum.
func Distance(value, share, minimum float64) float64 {
	d := new(big.Rat).Mul(exact(math.Abs(value)), exact(share))
	v, _ := d.Float64()
	return max(minimum, v)
}

func chosen(weighted bool, w []float64) []float64 {
	if weighted {
		return w
	}
	return nil
}
