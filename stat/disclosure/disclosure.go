// Package disclosure keeps published tables from telling what one person or
// one enterprise answered: which cells are sensitive, which others must go with
// them, what an attacker can still compute, and the ways of publishing without
// cells missing (cell keys, controlled rounding) or of refusing a question.
//
// It knows counts, contributions, sums and records; it does not know sources,
// accounts or pages, and no random number is drawn here that a seed or a secret
// does not give. Every protection has its own check, written apart from it.
// Start with Rule (what is sensitive), Suppress and Audit (what must go with
// it), Perturbation (questions asked one by one), Round and Describe
// (microdata).
package disclosure

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
)

// Refusal is the error of this package: what a table, a rule or a request
// cannot give, said in French to the analyst, and what to do.
type Refusal struct {
	What, Do string
}

// Error returns what is refused.
func (r *Refusal) Error() string { return r.What }

func refuse(do, format string, args ...any) *Refusal {
	return &Refusal{What: fmt.Sprintf(format, args...), Do: do}
}

// exact is the decimal number that v prints as, which is what was written in a
// file or typed: 0.1 is a tenth.
func exact(v float64) *big.Rat {
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return new(big.Rat).SetInt64(int64(v))
	}
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64)) // finite, hence a number
	return r
}
