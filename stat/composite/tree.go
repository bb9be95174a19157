package composite

import "fmt"

// Branch is one element of a tree: a column, or the aggregate of those that
// name it as their parent. The top has no parent. Level 1 holds the columns.
type Branch struct {
	Code, Parent string
	Level        int
	Weight       float64
}

// Tree is a hierarchy of columns and aggregates, checked by NewTree.
type Tree struct {
	Branches []Branch
	children [][]int // by branch, in the order of Branches
	order    []int   // children before parents
}

// NewTree checks and returns a tree. Error: ErrTree if a code occurs twice, a
// parent is unknown or not of a higher level.
func NewTree(branches []Branch) (*Tree, error) {
	t := &Tree{Branches: branches, children: make([][]int, len(branches))}
	at := make(map[string]int, len(branches))
	top := 0
	for i, b := range branches {
		if _, twice := at[b.Code]; twice {
			return nil, fmt.Errorf("%w: %q occurs twice", ErrTree, b.Code)
		}
		at[b.Code] = i
		top = max(top, b.Level)
	}
	for i, b := range branches {
		if b.Parent == "" {
			continue
		}
		up, ok := at[b.Parent]
		if !ok || branches[up].Level <= b.Level {
			return nil, fmt.Errorf("%w: parent %q of %q", ErrTree, b.Parent, b.Code)
		}
		t.children[up] = append(t.children[up], i)
	}
	for level := 1; level <= top; level++ {
		for i, b := range branches {
			if b.Level == level {
				t.order = append(t.order, i)
			}
		}
	}
	return t, nil
}

// EffectiveWeights returns, for each branch, its weight in the top aggregate
// when nothing is missing: the product over the levels of weight over the sum
// of the siblings' weights. Oracle: COINr::get_eff_weights.
func (t *Tree) EffectiveWeights() []float64 {
	out := make([]float64, len(t.Branches))
	for k := len(t.order) - 1; k >= 0; k-- {
		i := t.order[k]
		if t.Branches[i].Parent == "" {
			out[i] = 1
		}
		var total float64
		for _, c := range t.children[i] {
			total += t.Branches[c].Weight
		}
		for _, c := range t.children[i] {
			out[c] = out[i] * t.Branches[c].Weight / total
		}
	}
	return out
}

// Aggregate fills the aggregates from the lowest level up, with one mean
// throughout: see AggregateBy.
func (t *Tree) Aggregate(columns [][]float64, p Power, need Need) ([][]float64, error) {
	return t.AggregateBy(columns, func(int) Power { return p }, need)
}

// AggregateBy fills the aggregates from the lowest level up, with the mean of
// each level. columns holds one column a branch, in the order of Branches;
// those of aggregates are ignored and may be nil. The input is not modified.
// Errors: as Aggregate. Oracle: COINr::Aggregate.
func (t *Tree) AggregateBy(columns [][]float64, by func(level int) Power, need Need) ([][]float64, error) {
	if len(columns) != len(t.Branches) {
		panic(fmt.Sprintf("composite.Tree.AggregateBy: %d columns, %d branches", len(columns), len(t.Branches)))
	}
	out := append([][]float64(nil), columns...)
	for _, i := range t.order {
		if len(t.children[i]) == 0 {
			continue
		}
		var below [][]float64
		var w []float64
		for _, c := range t.children[i] {
			below, w = append(below, out[c]), append(w, t.Branches[c].Weight)
		}
		v, err := Aggregate(below, w, by(t.Branches[i].Level), need)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Branches[i].Code, err)
		}
		out[i] = v
	}
	return out, nil
}
