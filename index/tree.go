package index

import (
	"slices"
)

// Node is one element of the tree, or one indicator (a leaf).
type Node struct {
	Code      string
	Parent    int // position among Nodes, -1 for the top
	Level     int // 0 for an indicator, one more than the highest child for an element
	Weight    float64
	Indicator int   // position among the indicators of the specification, -1 for an element
	Children  []int // positions among Nodes
	NameFR    string
	NameEN    string
	// aggregation prevails over the method of the level.
	aggregation string
}

// Leaf tells an indicator from an element.
func (n Node) Leaf() bool { return n.Indicator >= 0 }

// Tree is the framework of an index: indicators in the order of the
// specification, then elements, children before parents, the top last.
type Tree struct {
	Nodes []Node
	at    map[string]int
}

// At returns the position of a code, -1 when there is none.
func (t *Tree) At(code string) int {
	if i, ok := t.at[code]; ok {
		return i
	}
	return -1
}

// Top is the position of the overall index.
func (t *Tree) Top() int { return len(t.Nodes) - 1 }

// Effective returns the weight of each node in the top when nothing is
// missing, by position: the product over the levels of weight over the sum of
// the siblings' weights. It says nothing of a mean that is not arithmetic.
func (t *Tree) Effective() []float64 {
	out := make([]float64, len(t.Nodes))
	out[t.Top()] = 1
	for i := t.Top(); i >= 0; i-- {
		total := 0.0
		for _, c := range t.Nodes[i].Children {
			total += t.Nodes[c].Weight
		}
		for _, c := range t.Nodes[i].Children {
			out[c] = out[i] * t.Nodes[c].Weight / total
		}
	}
	return out
}

// With returns a copy of the specification with elements that it does not
// list, as those of a taxonomy; where both name one, what the specification
// says (its weight, its names) prevails and the parent is filled in.
func (s *Spec) With(elements []Element) *Spec {
	out := *s
	out.Elements = slices.Clone(s.Elements)
	for _, e := range elements {
		i := slices.IndexFunc(out.Elements, func(o Element) bool { return o.Code == e.Code })
		if i < 0 {
			out.Elements = append(out.Elements, e)
			continue
		}
		o := &out.Elements[i]
		if o.Parent == "" {
			o.Parent = e.Parent
		}
		if o.NameFR == "" {
			o.NameFR, o.NameEN = e.NameFR, e.NameEN
		}
	}
	return &out
}

// Tree checks the tree and returns it. Error: a fault.List that names the
// lines: a code given twice, an unknown parent, a cycle, several tops, weights
// that sum to zero, an indicator that is a parent.
func (s *Spec) Tree() (*Tree, error) {
	c := &checker{Spec: s}
	at := map[string]string{} // code → where it is given
	known := func(code, where string) {
		if first, twice := at[code]; twice {
			c.refuse(where, "donnez à chacun son code", "le code « %s » est déjà donné : %s", code, s.lines.At(first))
		}
		at[code] = where
	}
	parent := map[string]string{}
	for i, e := range s.Elements {
		known(e.Code, item("element", i, "code"))
		parent[e.Code] = e.Parent
	}
	for i, d := range s.Indicators {
		known(d.Code, item("indicator", i, "code"))
		if _, ok := parent[d.Parent]; !ok {
			c.refuse(item("indicator", i, "parent"), "ajoutez un [[element]] de ce code, ou corrigez le nom", "« %s » : le parent « %s » n’existe pas", d.Code, d.Parent)
		}
	}
	s.checkTop(c, parent)
	s.checkCycles(c, parent)
	if c.list != nil {
		return nil, c.list
	}
	t := s.grow(parent)
	t.checkWeights(c, at)
	return t, c.list.Err()
}

func (s *Spec) checkTop(c *checker, parent map[string]string) {
	var tops []string
	for i, e := range s.Elements {
		if e.Parent == "" {
			tops = append(tops, e.Code)
			if len(tops) > 1 {
				c.refuse(item("element", i, "parent"), "donnez un parent à tous les éléments sauf un", "« %s » et « %s » sont tous deux au sommet", tops[0], e.Code)
			}
		} else if _, ok := parent[e.Parent]; !ok {
			c.refuse(item("element", i, "parent"), "ajoutez un [[element]] de ce code, ou corrigez le nom", "« %s » : le parent « %s » n’existe pas", e.Code, e.Parent)
		}
	}
	if len(tops) == 0 && len(s.Elements) > 0 {
		c.refuse("element", "laissez sans parent l’élément qui est l’indice", "aucun élément n’est au sommet")
	}
	if len(s.Elements) == 0 {
		c.refuse("element", "ajoutez un [[element]] : l’indice", "l’indice n’a aucun élément")
	}
}

// checkCycles tells each cycle once, at the first of its elements.
func (s *Spec) checkCycles(c *checker, parent map[string]string) {
	told := map[string]bool{}
	for i, e := range s.Elements {
		path := []string{e.Code}
		for up := parent[e.Code]; up != "" && !told[up]; up = parent[up] {
			if k := slices.Index(path, up); k >= 0 {
				if k > 0 {
					break // told from an element of the cycle itself
				}
				cycle := ""
				for _, code := range path {
					told[code] = true
					cycle += "« " + code + " » → "
				}
				c.refuse(item("element", i, "parent"), "donnez à l’un d’eux un parent qui ne dépend pas de lui", "l’arbre tourne en rond : %s« %s »", cycle, e.Code)
				break
			}
			path = append(path, up)
		}
	}
}

// grow lays a checked tree out, children before parents.
func (s *Spec) grow(parent map[string]string) *Tree {
	t := &Tree{at: map[string]int{}}
	add := func(n Node) {
		t.at[n.Code] = len(t.Nodes)
		t.Nodes = append(t.Nodes, n)
	}
	waiting := map[string]int{} // elements below that are not laid out yet
	for _, e := range s.Elements {
		waiting[e.Parent]++
	}
	for i, d := range s.Indicators {
		add(Node{Code: d.Code, Weight: weightOr1(d.Weight), Indicator: i, NameFR: d.NameFR, NameEN: d.NameEN})
	}
	for len(t.Nodes) < len(s.Indicators)+len(s.Elements) {
		for _, e := range s.Elements {
			if _, done := t.at[e.Code]; done || waiting[e.Code] > 0 {
				continue
			}
			add(Node{Code: e.Code, Weight: weightOr1(e.Weight), Indicator: -1, NameFR: e.NameFR, NameEN: e.NameEN, aggregation: e.Aggregation})
			waiting[e.Code] = -1
			waiting[e.Parent]--
		}
	}
	for _, d := range s.Indicators {
		t.adopt(t.at[d.Code], d.Parent)
	}
	for _, e := range s.Elements {
		t.adopt(t.at[e.Code], e.Parent)
	}
	for i := range t.Nodes {
		if n := &t.Nodes[i]; !n.Leaf() {
			n.Level = 1
			for _, k := range n.Children {
				n.Level = max(n.Level, t.Nodes[k].Level+1)
			}
		}
	}
	return t
}

func (t *Tree) adopt(child int, parent string) {
	if parent == "" {
		t.Nodes[child].Parent = -1
		return
	}
	up := t.at[parent]
	t.Nodes[child].Parent = up
	t.Nodes[up].Children = append(t.Nodes[up].Children, child)
}

// checkWeights refuses children whose weights sum to zero. An element without
// any child is missing everywhere: see Plan.
func (t *Tree) checkWeights(c *checker, at map[string]string) {
	for _, n := range t.Nodes {
		total := 0.0
		for _, k := range n.Children {
			total += t.Nodes[k].Weight
		}
		if len(n.Children) > 0 && total == 0 {
			c.refuse(at[n.Code], "donnez un poids positif à l’un d’eux au moins", "les poids de ce que « %s » réunit ont une somme nulle", n.Code)
		}
	}
}
