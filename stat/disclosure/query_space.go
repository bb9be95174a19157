package disclosure

import (
	"math/big"
	"slices"
)

// mostNodes bounds the search for a set that answers isolate; beyond it nothing
// is proved and the question is refused.
const mostNodes = 100_000

// space is the combinations of answers that tell nothing of the cells of as many
// units as the threshold or more: the only ones that can isolate fewer. Its rows
// are a basis in reduced echelon form: a combination is 0 or 1 on each of them.
type space struct {
	atoms     []*atom // of fewer units than the threshold
	threshold int
	rows      [][]*big.Rat
	nodes     int
}

// newSpace eliminates the larger atoms from the answers.
func newSpace(atoms []*atom, answers, threshold int) *space {
	s := &space{threshold: threshold}
	var order []*atom
	for _, a := range atoms {
		if a.count >= threshold {
			order = append(order, a)
		} else {
			s.atoms = append(s.atoms, a)
		}
	}
	larger := len(order)
	order = append(order, s.atoms...)
	rows := make([][]*big.Rat, answers)
	for q := range rows {
		rows[q] = make([]*big.Rat, len(order))
		for k := range order {
			rows[q][k] = new(big.Rat)
		}
	}
	for k, a := range order {
		for _, q := range a.in {
			rows[q][k].SetInt64(1)
		}
	}
	done := 0
	for k := range order {
		r := slices.IndexFunc(rows[done:], func(row []*big.Rat) bool { return row[k].Sign() != 0 })
		if r < 0 {
			continue
		}
		rows[done], rows[done+r] = rows[done+r], rows[done]
		reduce(rows[done], k)
		for _, other := range rows[done+1:] {
			clearColumn(other, rows[done], k)
		}
		if k >= larger {
			for _, other := range s.rows {
				clearColumn(other, rows[done], k)
			}
			s.rows = append(s.rows, rows[done])
		}
		done++
	}
	for i := range s.rows {
		s.rows[i] = s.rows[i][larger:]
	}
	return s
}

// reduce divides a row by its entry of a column.
func reduce(row []*big.Rat, k int) {
	inverse := new(big.Rat).Inv(row[k])
	for _, v := range row {
		if v.Sign() != 0 {
			v.Mul(v, inverse)
		}
	}
}

// clearColumn takes from a row what makes its entry of a column 0.
func clearColumn(row, pivot []*big.Rat, k int) {
	if row[k].Sign() == 0 {
		return
	}
	by := new(big.Rat).Set(row[k])
	for j, v := range pivot {
		if v.Sign() != 0 {
			row[j].Sub(row[j], new(big.Rat).Mul(by, v))
		}
	}
}

// isolated returns atoms of fewer units than the threshold, one at least, whose
// number of units the answers tell; nil when there are none, decided false when
// the search was too long to say.
func (s *space) isolated() (set []int, decided bool) {
	last := make([][]int, len(s.rows)) // columns that nothing changes after a row
	for k := range s.atoms {
		for i := len(s.rows) - 1; i >= 0; i-- {
			if s.rows[i][k].Sign() != 0 {
				last[i] = append(last[i], k)
				break
			}
		}
	}
	at := make([]*big.Rat, len(s.atoms))
	for k := range at {
		at[k] = new(big.Rat)
	}
	s.nodes = 0
	set = s.choose(0, at, last, 0)
	return set, set != nil || s.nodes <= mostNodes
}

var one = big.NewRat(1, 1)

// choose takes or leaves the rows from i on; units are those of the atoms that
// are decided.
func (s *space) choose(i int, at []*big.Rat, last [][]int, units int) []int {
	if s.nodes++; s.nodes > mostNodes || units >= s.threshold {
		return nil
	}
	if i == len(s.rows) {
		if units == 0 {
			return nil
		}
		var set []int
		for k, v := range at {
			if v.Sign() != 0 {
				set = append(set, k)
			}
		}
		return set
	}
	for _, take := range []bool{true, false} {
		next := at
		if take {
			next = make([]*big.Rat, len(at))
			for k, v := range at {
				next[k] = v
				if s.rows[i][k].Sign() != 0 {
					next[k] = new(big.Rat).Add(v, s.rows[i][k])
				}
			}
		}
		more, whole := 0, true
		for _, k := range last[i] {
			switch {
			case next[k].Sign() == 0:
			case next[k].Cmp(one) == 0:
				more += s.atoms[k].count
			default:
				whole = false
			}
		}
		if !whole {
			continue
		}
		if set := s.choose(i+1, next, last, units+more); set != nil {
			return set
		}
	}
	return nil
}
