package smallarea

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Rule says when an estimate may be published. A limit of 0 is not applied.
type Rule struct {
	Caution  float64 // coefficient of variation above which a reserve is said
	Most     float64 // above which the estimate is withheld
	N        int     // answers under which a reserve is said
	Share    float64 // weight of the model above which a reserve is said: the figure is mostly a model
	Coverage bool    // withhold an area without any answer
}

// Usual is the rule applied when none is given: coefficients of variation of
// 16.5 % and 33.3 %, as Statistics Canada's quality marks, 30 answers, and a
// weight of the model of one half; no figure without any answer.
var Usual = Rule{Caution: 0.165, Most: 0.333, N: 30, Share: 0.5, Coverage: true}

// Verdict is what may be done with an estimate.
type Verdict int

// The verdicts.
const (
	Publish Verdict = iota
	Reserve         // with its interval and the reasons
	Withhold
)

// String names a verdict for a French reader.
func (v Verdict) String() string {
	return [...]string{"publier", "publier avec réserve", "ne pas publier"}[v]
}

// Judge says whether an estimate may be published and, in French, why not.
//
// mse is its mean squared error, n the answers in the area (-1 unknown) and
// share the weight of the model in it, 0 to 1. An estimate that is missing, or
// whose error is, is withheld. The coefficient of variation of an estimate of 0
// is infinite.
func (r Rule) Judge(value, mse float64, n int, share float64) (Verdict, []string) {
	if math.IsNaN(value) || !(mse >= 0) {
		return Withhold, []string{"estimation ou erreur manquante"}
	}
	var why []string
	verdict := Publish
	say := func(v Verdict, format string, args ...any) {
		verdict, why = max(verdict, v), append(why, fmt.Sprintf(format, args...))
	}
	cv := 0.0
	if mse > 0 {
		cv = math.Sqrt(mse) / math.Abs(value)
	}
	switch {
	case r.Most > 0 && cv > r.Most:
		say(Withhold, "coefficient de variation de %s, au plus %s", percent(cv, 1), percent(r.Most, 1))
	case r.Caution > 0 && cv > r.Caution:
		say(Reserve, "coefficient de variation de %s, au-dessus de %s", percent(cv, 1), percent(r.Caution, 1))
	}
	switch {
	case r.Coverage && n == 0:
		say(Withhold, "aucune réponse dans la zone")
	case n >= 0 && n < r.N:
		say(Reserve, "%d réponse(s), moins de %d", n, r.N)
	}
	if r.Share > 0 && share > r.Share {
		say(Reserve, "le modèle pèse %s, plus de %s", percent(share, 0), percent(r.Share, 0))
	}
	return verdict, why
}

// percent writes a rate for a French reader.
func percent(rate float64, decimals int) string {
	return strings.Replace(strconv.FormatFloat(100*rate, 'f', decimals, 64), ".", ",", 1) + "\u00a0%"
}
