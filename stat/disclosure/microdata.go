package disclosure

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A Variable is a column of microdata; an empty value is missing, and a value
// like another.
type Variable struct {
	Name   string
	Values []string
}

// Scrutiny is what to look for in microdata before they leave. Quasi are the
// variables somebody may know about a person from elsewhere (territory, age,
// size of the enterprise); Sensitive are those that must not be learnt. Weights
// is nil for a census, or for a sample whose weights are unknown.
type Scrutiny struct {
	Quasi, Sensitive []Variable
	Weights          []float64
	K, L             int // what is asked: records alike, distinct sensitive values among them
}

// Exposure is the disclosure report of microdata. Counts are of records unless
// said otherwise.
type Exposure struct {
	Records   int
	MinK      int       // size of the smallest class of records alike on all quasi-identifiers
	Classes   []KClass  // number of classes and records by size, ascending
	Unique    int       // records alone of their kind in the file
	BelowK    int       // records in classes smaller than K
	Weighted  *Weighted // nil without weights
	Sensitive []Diversity
	Rare      []Rare          // values of one quasi-identifier found in fewer than K records
	Dropped   []WithoutColumn // what leaving one quasi-identifier out would change
}

// KClass counts the classes of K records.
type KClass struct{ K, Classes, Records int }

// Weighted is the exposure in the population that a sample stands for.
type Weighted struct {
	MinK     float64 // smallest estimated number of persons of a class
	BelowK   int     // records in classes of fewer estimated persons than K
	Expected float64 // records expected to be found by linking all of them to a full register
	Highest  float64 // highest probability of one record
}

// Diversity is what being in a class tells of a sensitive variable.
type Diversity struct {
	Name        string
	MinL        int     // fewest distinct values in a class
	BelowL      int     // records in classes of fewer distinct values than L
	Homogeneous int     // records in classes of one value: to be in it is to be known
	MinEntropy  float64 // smallest exp(entropy) of a class: the number of values as if equally frequent
}

// Rare is a value of a variable in few records.
type Rare struct {
	Name, Value string
	Records     int
}

// WithoutColumn is what the file would be without one quasi-identifier.
type WithoutColumn struct {
	Name                 string
	MinK, Unique, BelowK int
}

// Describe returns the disclosure report of microdata.
//
// Classes are the records alike on all quasi-identifiers. With weights w the
// number of persons of a class is estimated by their sum F̂, and the probability
// that a record is found is the expectation of 1/F given f records, F following
// a negative binomial of parameter p = f/F̂.
//
// Refusals: no record or no quasi-identifier, columns of different lengths, a
// weight that is not positive, K or L below 1.
//
// Source: Sweeney (2002), k-anonymity, IJUFKS 10(5), 557-570; Machanavajjhala et
// al. (2007), l-diversity, ACM TKDD 1(1); Benedetti and Franconi (1998),
// Statistical and technological solutions for controlled data dissemination,
// NTTS; Hundepool et al. (2012), ch. 3.
func Describe(s Scrutiny) (*Exposure, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	n := len(s.Quasi[0].Values)
	classes := classesOf(s.Quasi, n)
	e := &Exposure{Records: n}
	e.MinK, e.Unique, e.BelowK = anonymity(classes, s.K)
	for _, c := range classes {
		k, found := slices.BinarySearchFunc(e.Classes, len(c), func(a KClass, k int) int { return a.K - k })
		if !found {
			e.Classes = slices.Insert(e.Classes, k, KClass{K: len(c)})
		}
		e.Classes[k].Classes++
		e.Classes[k].Records += len(c)
	}
	if s.Weights != nil {
		e.Weighted = weighted(classes, s.Weights, s.K)
	}
	for _, v := range s.Sensitive {
		e.Sensitive = append(e.Sensitive, diversity(v, classes, s.L))
	}
	for i, v := range s.Quasi {
		e.Rare = append(e.Rare, rareValues(v, s.K)...)
		if len(s.Quasi) == 1 {
			continue
		}
		w := WithoutColumn{Name: v.Name}
		others := slices.Delete(slices.Clone(s.Quasi), i, i+1)
		w.MinK, w.Unique, w.BelowK = anonymity(classesOf(others, n), s.K)
		e.Dropped = append(e.Dropped, w)
	}
	return e, nil
}

func (s *Scrutiny) check() error {
	if len(s.Quasi) == 0 || len(s.Quasi[0].Values) == 0 {
		return refuse("désignez les variables que l’on peut connaître par ailleurs, sur un fichier qui n’est pas vide", "aucune variable quasi identifiante, ou aucun enregistrement")
	}
	if s.K < 1 || s.L < 1 {
		return refuse("donnez k et l d’au moins 1", "k = %d, l = %d", s.K, s.L)
	}
	n := len(s.Quasi[0].Values)
	for _, v := range slices.Concat(s.Quasi, s.Sensitive) {
		if len(v.Values) != n {
			return refuse("donnez des colonnes du même fichier", "variable « %s » : %d valeurs pour %d enregistrements", v.Name, len(v.Values), n)
		}
	}
	if s.Weights != nil && len(s.Weights) != n {
		return refuse("donnez un poids à chaque enregistrement", "%d poids pour %d enregistrements", len(s.Weights), n)
	}
	for i, w := range s.Weights {
		if !(w > 0) || math.IsInf(w, 0) {
			return refuse("corrigez ce poids, ou retirez l’enregistrement", "enregistrement %d : le poids vaut %v", i+1, w)
		}
	}
	return nil
}

// classesOf groups the records alike, in the order of their first record.
func classesOf(quasi []Variable, n int) [][]int {
	at := map[string]int{}
	var out [][]int
	var key strings.Builder
	for i := range n {
		key.Reset()
		for _, v := range quasi {
			key.WriteString(strings.ReplaceAll(v.Values[i], "\x00", "\x00\x01"))
			key.WriteString("\x00\x00")
		}
		k, ok := at[key.String()]
		if !ok {
			k = len(out)
			at[key.String()] = k
			out = append(out, nil)
		}
		out[k] = append(out[k], i)
	}
	return out
}

func anonymity(classes [][]int, k int) (least, unique, below int) {
	least = len(classes[0])
	for _, c := range classes {
		least = min(least, len(c))
		if len(c) == 1 {
			unique++
		}
		if len(c) < k {
			below += len(c)
		}
	}
	return least, unique, below
}

func weighted(classes [][]int, w []float64, k int) *Weighted {
	out := &Weighted{MinK: math.Inf(1)}
	for _, c := range classes {
		persons := 0.0
		for _, i := range c {
			persons += w[i]
		}
		out.MinK = min(out.MinK, persons)
		if persons < float64(k) {
			out.BelowK += len(c)
		}
		risk := found(len(c), persons)
		out.Expected += risk * float64(len(c))
		out.Highest = max(out.Highest, risk)
	}
	return out
}

// found is the expectation of 1/F when f records stand for about persons: p J(f)
// with J(f) = ∫₀¹ u^(f−1) / (p + q u) du, p = f/persons, q = 1 − p. Since q J(f+1)
// + p J(f) = 1/f, it is reached from the side where errors die out.
func found(f int, persons float64) float64 {
	p := min(1, float64(f)/persons)
	q := 1 - p
	if q < 1e-9 {
		return 1 / float64(f)
	}
	if p <= 0.5 {
		j := -math.Log(p) / q
		for k := 1; k < f; k++ {
			j = (1/float64(k) - p*j) / q
		}
		return p * j
	}
	far := float64(f + 300)
	j := 1 / far / (p + q*far/(far+1)) // the integrand is nearly u^(far−1) there
	for k := f + 299; k >= f; k-- {
		j = (1/float64(k) - q*j) / p
	}
	return p * j
}

func diversity(v Variable, classes [][]int, l int) Diversity {
	d := Diversity{Name: v.Name, MinL: math.MaxInt, MinEntropy: math.Inf(1)}
	for _, c := range classes {
		count := map[string]int{}
		for _, i := range c {
			count[v.Values[i]]++
		}
		sizes := make([]int, 0, len(count))
		for _, n := range count {
			sizes = append(sizes, n)
		}
		slices.Sort(sizes) // the sum below does not depend on the order of a map
		entropy := 0.0
		for _, n := range sizes {
			share := float64(n) / float64(len(c))
			entropy -= share * math.Log(share)
		}
		d.MinL, d.MinEntropy = min(d.MinL, len(count)), min(d.MinEntropy, math.Exp(entropy))
		if len(count) < l {
			d.BelowL += len(c)
		}
		if len(count) == 1 {
			d.Homogeneous += len(c)
		}
	}
	return d
}

// rareValues lists the values of a variable in fewer than k records, the rarest first.
func rareValues(v Variable, k int) []Rare {
	count := map[string]int{}
	for _, x := range v.Values {
		count[x]++
	}
	var out []Rare
	for value, n := range count {
		if n < k {
			out = append(out, Rare{v.Name, value, n})
		}
	}
	slices.SortFunc(out, func(a, b Rare) int { return cmp.Or(a.Records-b.Records, strings.Compare(a.Value, b.Value)) })
	return out
}
