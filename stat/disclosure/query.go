package disclosure

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// History judges questions asked one after the other about the same records: how
// many are in this set of cells, or what share of them says yes. It refuses the
// one whose answer, joined to all those given before, would isolate fewer than
// the threshold; it remembers the answers it lets go.
//
// Two things isolate. A set of cells of fewer units whose number can be computed
// from the answers, by differences of any number of them and not two by two; and
// a cell, as far as the answers can tell cells apart, that the answers and the
// fact that numbers are not negative hold strictly between 0 and the threshold.
// The first is decided on the exact space of all combinations of the answers, the
// second by the attacker's linear programmes. An empty set is not sensitive.
//
// An answer given with its base tells the base, so that a percentage is judged
// as a count.
//
// Source: Denning, Denning and Schwartz (1979), The tracker: a threat to
// statistical database security, ACM TODS 4(1), 76-96; Chin and Özsoyoğlu
// (1982), Auditing and inference control in statistical databases, IEEE TSE
// 8(6), 574-582. Oracle: case Q01 of the family disclosure; all combinations of
// answers tried on small sets.
type History struct {
	counts    map[string]int
	threshold int
	told      [][]string // sets answered, each sorted
}

// NewHistory returns the judge of questions about cells of these numbers of
// units, none asked yet.
//
// Refusal: a negative number.
func NewHistory(counts map[string]int, threshold int) (*History, error) {
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if counts[key] < 0 {
			return nil, refuse("corrigez les effectifs", "la cellule « %s » compte %d unités", key, counts[key])
		}
	}
	return &History{counts: maps.Clone(counts), threshold: threshold}, nil
}

// Ruling is what becomes of a question. Isolated, of Low to High units, is why it
// is refused; it is for whoever keeps the secret, never for who asks. Undecided
// marks a refusal for want of a proof: the answers are too many to be sure.
type Ruling struct {
	Allowed   bool
	Undecided bool
	Count     int
	Isolated  []string
	Low, High int
}

// Ask judges a question and remembers it if its answer is let go. The same set
// asked again is let go.
//
// Refusal: a cell that is not one of those counted.
func (h *History) Ask(set []string) (Ruling, error) {
	set = slices.Clone(set)
	slices.Sort(set)
	set = slices.Compact(set)
	r := Ruling{}
	for _, key := range set {
		n, ok := h.counts[key]
		if !ok {
			return r, refuse("demandez des cellules comptées", "la cellule « %s » n’est pas comptée", key)
		}
		r.Count += n
	}
	if slices.ContainsFunc(h.told, func(t []string) bool { return slices.Equal(t, set) }) {
		r.Allowed = true
		return r, nil
	}
	told := append(slices.Clip(h.told), set)
	if h.rule(told, &r); r.Allowed {
		h.told = told
	}
	return r, nil
}

// atom is the cells that no answer tells apart.
type atom struct {
	cells []string
	in    []int // answers
	count int
}

// atoms lists those of some answers, in the order of their first cell.
func (h *History) atoms(told [][]string) []*atom {
	in := map[string][]int{}
	for q, set := range told {
		for _, key := range set {
			in[key] = append(in[key], q)
		}
	}
	at := map[string]*atom{}
	var out []*atom
	for _, key := range slices.Sorted(maps.Keys(in)) {
		var name strings.Builder
		for _, q := range in[key] {
			name.WriteString(strconv.Itoa(q) + " ")
		}
		a := at[name.String()]
		if a == nil {
			a = &atom{in: in[key]}
			at[name.String()] = a
			out = append(out, a)
		}
		a.cells = append(a.cells, key)
		a.count += h.counts[key]
	}
	return out
}

// rule looks for what the answers isolate.
func (h *History) rule(told [][]string, r *Ruling) {
	atoms := h.atoms(told)
	bounds, err := atomBounds(atoms, len(told))
	if err != nil { // too large to be computed exactly: nothing is proved
		r.Undecided = true
		return
	}
	var open []*atom // those that may not be empty
	for i, a := range atoms {
		low, high := int(math.Ceil(bounds[i].Low-1e-9)), h.threshold
		if bounds[i].High < float64(h.threshold) {
			high = int(math.Floor(bounds[i].High + 1e-9))
		}
		if low > 0 && high < h.threshold {
			r.Isolated, r.Low, r.High = a.cells, low, high
			return
		}
		if high > 0 {
			open = append(open, a)
		}
	}
	s := newSpace(open, len(told), h.threshold)
	set, decided := s.isolated()
	for _, k := range set {
		r.Isolated = append(r.Isolated, s.atoms[k].cells...)
		r.Low += s.atoms[k].count
	}
	r.High = r.Low
	r.Undecided = set == nil && !decided
	r.Allowed = set == nil && decided
}

// atomBounds is what an attacker computes of each atom from the answers.
func atomBounds(atoms []*atom, answers int) ([]Bound, error) {
	cells := make([]Cell, 0, len(atoms)+answers)
	sums := make([]Sum, answers)
	for q := range sums {
		sums[q].Total = "q" + strconv.Itoa(q)
	}
	total := make([]float64, answers)
	pattern := make([]string, len(atoms))
	for i, a := range atoms {
		pattern[i] = "a" + strconv.Itoa(i)
		cells = append(cells, Cell{Key: pattern[i], Value: float64(a.count)})
		for _, q := range a.in {
			sums[q].Parts = append(sums[q].Parts, pattern[i])
			total[q] += float64(a.count)
		}
	}
	for q := range sums {
		cells = append(cells, Cell{Key: sums[q].Total, Value: total[q]})
	}
	sums = slices.DeleteFunc(sums, func(s Sum) bool { return len(s.Parts) == 0 })
	t, err := Linked(cells, sums)
	if err != nil {
		return nil, err
	}
	return Attack(t, pattern, nil)
}
