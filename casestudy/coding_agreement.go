package casestudy

import (
	"math"
	"slices"

	"vigie/stat/agreement"
)

// Coded is one version of a case with the marks made on it.
type Coded struct {
	Case     string
	Text     Text
	Passages []Passage
}

// Coding is how far coders agree on the presence of terms in sentences.
type Coding struct {
	Coders  []string
	Units   int // sentences of all the texts
	Overall Agreed
	Terms   []Agreed // by list and code
	Apart   []Apart  // where they disagree, in the order of the texts
}

// Agreed is the agreement on one term, or on all of them together: then List
// and Code are empty and each pair of a sentence and a term is a unit. Marked is
// the sentences that each coder marked, in the order of Coders; Any those that
// somebody did, All those that everybody did. Kappa is for two coders. Both
// coefficients are nil where they do not exist: nobody marked anything, or all
// marked everything.
type Agreed struct {
	List, Code string
	Units      int
	Marked     []int
	Any, All   int
	Kappa      *agreement.Kappa
	Alpha      *agreement.Alpha
	Range      agreement.Range // of alpha, at 95 %
}

// Apart is a sentence and a term that some coders marked and others did not.
type Apart struct {
	Case       string
	Unit       Unit
	List, Code string
	By, Not    []string // coders, in their order
}

// WithCoding returns the same base with the agreement of those who code its
// passages, for readers.
func (b *Base) WithCoding(c *Coding) *Base {
	out := *b
	out.coding = c
	return &out
}

// Coding returns how far coders agree on passages of the cases, nil when nothing
// was coded.
func (b *Base) Coding() *Coding { return b.coding }

// simulation is how the interval of alpha is drawn; 0.667 is the least that the
// literature takes for tentative conclusions.
var simulation = agreement.Bootstrap{Draws: 1000, Seed: 2007, Level: 0.95, Minimum: 0.667}

// Compare tells how far coders agree on texts that all of them have read to the
// end: a sentence is the unit, and has a term from a coder when one of the
// passages that the coder marked with it has a character of the sentence. terms
// that nobody used are no terms of the coding. Passages of others are left out.
//
// With fewer than two coders, or without a sentence, nothing is compared.
func Compare(texts []Coded, coders []string) *Coding {
	c := &Coding{Coders: coders}
	g := newCodingGrid(texts, coders)
	c.Units = len(g.units)
	if len(coders) < 2 || c.Units == 0 {
		return c
	}
	all := make([][]float64, len(coders))
	for _, t := range g.terms {
		codes := g.codes(t)
		c.Terms = append(c.Terms, agreed(t, codes))
		for k := range codes {
			all[k] = append(all[k], codes[k]...)
		}
	}
	c.Overall = agreed(term{}, all)
	c.Apart = g.apart()
	return c
}

// CompareTwo compares the two coders who marked passages of the most cases in
// common, on those cases alone; ties go to the first names. Nil when no two
// coders marked one case. A case that somebody read without marking anything is
// not known to have been read, so that agreement on cases where there was
// nothing to mark is left out.
func CompareTwo(texts []Coded) *Coding {
	common := map[[2]string]int{}
	for _, t := range texts {
		coders := t.coders()
		for i, a := range coders {
			for _, b := range coders[i+1:] {
				common[[2]string{a, b}]++
			}
		}
	}
	var best [2]string
	for pair, n := range common {
		if most := common[best]; n > most || n == most && slices.Compare(pair[:], best[:]) < 0 {
			best = pair
		}
	}
	if common[best] == 0 {
		return nil
	}
	return Compare(slices.DeleteFunc(slices.Clone(texts), func(t Coded) bool {
		coders := t.coders()
		return !slices.Contains(coders, best[0]) || !slices.Contains(coders, best[1])
	}), best[:])
}

// coders lists those who marked something, by name.
func (t *Coded) coders() []string {
	return distinct(each(t.Passages, func(p Passage) string { return p.Coder }))
}

// codingGrid is sentences, and who marked each with which terms.
type codingGrid struct {
	coders []string
	terms  []term
	units  []codingUnit
}

type codingUnit struct {
	Unit
	of    string
	marks map[term][]bool // by coder
}

func newCodingGrid(texts []Coded, coders []string) *codingGrid {
	g, seen := &codingGrid{coders: coders}, map[term]bool{}
	for _, t := range texts {
		for _, u := range Units(t.Text) {
			unit := codingUnit{u, t.Case, map[term][]bool{}}
			for _, p := range t.Passages {
				k := slices.Index(coders, p.Coder)
				if k < 0 || !u.touches(p) {
					continue
				}
				at := term{p.List, p.Code}
				if unit.marks[at] == nil {
					unit.marks[at] = make([]bool, len(coders))
				}
				unit.marks[at][k] = true
				seen[at] = true
			}
			g.units = append(g.units, unit)
		}
	}
	for t := range seen {
		g.terms = append(g.terms, t)
	}
	slices.SortFunc(g.terms, compareTerms)
	return g
}

// codes returns 1 or 0 for each coder and sentence.
func (g *codingGrid) codes(t term) [][]float64 {
	out := make([][]float64, len(g.coders))
	for k := range out {
		out[k] = make([]float64, len(g.units))
		for i := range g.units {
			if marks := g.units[i].marks[t]; marks != nil && marks[k] {
				out[k][i] = 1
			}
		}
	}
	return out
}

func agreed(t term, codes [][]float64) Agreed {
	a := Agreed{List: t.list, Code: t.code, Units: len(codes[0]), Marked: make([]int, len(codes))}
	var table [2][2]int
	for i := range codes[0] {
		by := 0
		for k := range codes {
			n := int(codes[k][i])
			a.Marked[k], by = a.Marked[k]+n, by+n
		}
		if by > 0 {
			a.Any++
		}
		if by == len(codes) {
			a.All++
		}
		table[int(codes[0][i])][int(codes[1][i])]++
	}
	if len(codes) == 2 {
		if k, err := agreement.Cohen([][]int{table[0][:], table[1][:]}, agreement.None, simulation.Level); err == nil {
			a.Kappa = &k
		}
	}
	if alpha, err := agreement.Krippendorff(codes, agreement.Nominal); err == nil {
		a.Alpha = &alpha
		a.Range, _ = simulation.Simulate(codes, agreement.Nominal) // errs where Krippendorff does
	}
	return a
}

func (g *codingGrid) apart() []Apart {
	var out []Apart
	for _, u := range g.units {
		for _, t := range g.terms {
			var by, not []string
			for k, coder := range g.coders {
				if marks := u.marks[t]; marks != nil && marks[k] {
					by = append(by, coder)
				} else {
					not = append(not, coder)
				}
			}
			if len(by) > 0 && len(not) > 0 {
				out = append(out, Apart{u.of, u.Unit, t.list, t.code, by, not})
			}
		}
	}
	return out
}

// Percent returns the share of units on which all coders agree, NaN without a
// unit: to be read beside a coefficient, never instead of it.
func (a Agreed) Percent() float64 {
	if a.Units == 0 {
		return math.NaN()
	}
	return float64(a.Units-a.Any+a.All) / float64(a.Units)
}
