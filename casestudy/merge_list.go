package casestudy

import (
	"slices"
	"strconv"
	"strings"
)

const (
	ofBase = iota
	ofMine
	ofTheirs
)

// listMerge merges one list.
type listMerge struct {
	f     *field
	items [3][]item
	nodes []*node // those that stay: of base in its order, then new ones
	of    [3]map[int]*node
	twice bool // both changed the order, differently
}

// match finds which items of the three sides are the same, and merges them.
func (l *listMerge) match() {
	base := make([]*node, len(l.items[ofBase]))
	for i := range base {
		base[i] = &node{at: [3]int{i, -1, -1}}
	}
	var added [3][]int
	for s := ofMine; s <= ofTheirs; s++ {
		for j, i := range l.f.align(l.items[ofBase], l.items[s], true) {
			if i < 0 {
				added[s] = append(added[s], j)
			} else {
				base[i].at[s] = j
			}
		}
	}
	for _, n := range base {
		if l.survives(n) {
			l.nodes = append(l.nodes, n)
		}
	}
	l.add(added)
	for s := range l.of {
		l.of[s] = map[int]*node{}
		for _, n := range l.nodes {
			if n.at[s] >= 0 {
				l.of[s][n.at[s]] = n
			}
		}
	}
}

// survives merges an item of base; it reports whether the item stays.
func (l *listMerge) survives(n *node) bool {
	base, mine, theirs := l.side(n, ofBase), l.side(n, ofMine), l.side(n, ofTheirs)
	switch {
	case mine != nil && theirs != nil:
		l.join(n, base, mine, theirs)
		return true
	case mine == nil && theirs == nil:
		return false
	}
	n.value = mine
	if mine == nil {
		n.value = theirs
	}
	if slices.Equal(n.value, base) {
		return false
	}
	n.clash = []Conflict{{"", base.String(), mine.String(), theirs.String()}}
	return true
}

func (l *listMerge) side(n *node, s int) item {
	if n.at[s] < 0 {
		return nil
	}
	return l.items[s][n.at[s]]
}

// join merges the parts of an item that both sides hold.
func (l *listMerge) join(n *node, base, mine, theirs item) {
	n.value = make(item, len(mine))
	for k := range mine {
		b := ""
		if base != nil {
			b = base[k]
		}
		v, clash := three(b, mine[k], theirs[k])
		n.value[k] = v
		if clash {
			part := ""
			if l.f.parts != nil {
				part = l.f.parts[k]
			}
			n.clash = append(n.clash, Conflict{part, b, mine[k], theirs[k]})
		}
	}
}

// add appends the new items of both sides; one that both added is one.
func (l *listMerge) add(added [3][]int) {
	pick := func(s int) []item {
		out := make([]item, len(added[s]))
		for k, j := range added[s] {
			out[k] = l.items[s][j]
		}
		return out
	}
	mine, theirs := pick(ofMine), pick(ofTheirs)
	nodes := make([]*node, len(mine))
	for k := range mine {
		nodes[k] = &node{at: [3]int{-1, added[ofMine][k], -1}, value: mine[k]}
	}
	l.nodes = append(l.nodes, nodes...)
	for k, i := range l.f.align(mine, theirs, false) {
		if i < 0 {
			l.nodes = append(l.nodes, &node{at: [3]int{-1, -1, added[ofTheirs][k]}, value: theirs[k]})
			continue
		}
		nodes[i].at[ofTheirs] = added[ofTheirs][k]
		l.join(nodes[i], nil, mine[i], theirs[k])
	}
}

// ordered returns the nodes in their order: that of base, or of the side that
// changed it, each new item after what it was put after.
func (l *listMerge) ordered() []*node {
	after := [3]map[*node][]*node{}
	for s := ofMine; s <= ofTheirs; s++ {
		after[s] = map[*node][]*node{}
		var last *node
		for j := range l.items[s] {
			switch n := l.of[s][j]; {
			case n == nil:
			case n.at[ofBase] >= 0:
				last = n
			default:
				after[s][last] = append(after[s][last], n)
			}
		}
	}
	var out []*node
	put := func(run []*node) {
		for _, n := range run {
			if !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	for _, n := range append([]*node{nil}, l.old()...) {
		if n != nil {
			put([]*node{n})
		}
		first, second := after[ofMine][n], after[ofTheirs][n]
		if slices.CompareFunc(l.written(first, ofMine), l.written(second, ofTheirs), func(a, b item) int { return slices.Compare(a, b) }) > 0 {
			first, second = second, first
		}
		put(first)
		put(second)
	}
	return out
}

func (l *listMerge) written(run []*node, s int) []item {
	out := make([]item, len(run))
	for k, n := range run {
		out[k] = l.side(n, s)
	}
	return out
}

// old returns the nodes that come from base in the order to give them.
func (l *listMerge) old() []*node {
	base := l.sequence(ofBase)
	mine, theirs := l.sequence(ofMine), l.sequence(ofTheirs)
	order := base
	switch moved, others := !rising(mine), !rising(theirs); {
	case moved && others:
		l.twice = !slices.Equal(onlyOf(mine, theirs), onlyOf(theirs, mine))
		order = mine
	case moved:
		order = mine
	case others:
		order = theirs
	}
	order = slices.Clone(order)
	for k, n := range base { // one that this side removed and that stays
		if !slices.Contains(order, n) {
			at := 0
			if k > 0 {
				at = slices.Index(order, base[k-1]) + 1
			}
			order = slices.Insert(order, at, n)
		}
	}
	return order
}

// sequence lists the nodes of base that a side holds, in its order.
func (l *listMerge) sequence(s int) []*node {
	var out []*node
	for j := range l.items[s] {
		if n := l.of[s][j]; n != nil && n.at[ofBase] >= 0 {
			out = append(out, n)
		}
	}
	return out
}

// rising reports whether nodes stand as in base.
func rising(list []*node) bool {
	return slices.IsSortedFunc(list, func(a, b *node) int { return a.at[ofBase] - b.at[ofBase] })
}

// onlyOf keeps what another list holds too.
func onlyOf(list, other []*node) []*node {
	return slices.DeleteFunc(slices.Clone(list), func(n *node) bool { return !slices.Contains(other, n) })
}

// origins says which merged source each place of each side is.
type origins struct {
	names  [3]map[string]string // place on a side → name that all sides share
	places map[string]string    // that name → place in the merged list
	title  map[string]string
}

// originsOf names sources after the sides have been merged. A source that did
// not stay keeps a name, so that what still leads to it is seen.
func originsOf(kept []*node, items [3][]item) *origins {
	o := &origins{places: map[string]string{}, title: map[string]string{}}
	for s := range items {
		o.names[s] = map[string]string{}
	}
	for n, k := range kept {
		name := "#" + itoa(n+1)
		o.places[name], o.title[name] = itoa(n+1), k.value.String()
		for s, at := range k.at {
			if at >= 0 {
				o.names[s][itoa(at+1)] = name
			}
		}
	}
	f := fieldOf("sources")
	for s, list := range items {
		for j, it := range list {
			if place := itoa(j + 1); o.names[s][place] == "" { // it went
				name := "-" + f.key(it)
				o.names[s][place], o.title[name] = name, it.String()
			}
		}
	}
	return o
}

// number replaces places of sources by names in items of a side.
func (o *origins) number(s int, items []item) {
	for _, it := range items {
		if name := o.names[s][it[sourcePart]]; name != "" {
			it[sourcePart] = name
		}
	}
}

// place replaces names by places in the merged list; an item that leads to a
// source that the other side removed is a conflict.
func (o *origins) place(f *field, merged []item) []Conflict {
	var out []Conflict
	for n, it := range merged {
		name := it[sourcePart]
		if _, known := o.title[name]; !known {
			continue // none, or a place that was none before
		}
		if it[sourcePart] = o.places[name]; o.places[name] == "" {
			out = append(out, Conflict{f.part(n, sourcePart), o.title[name], o.title[name], ""})
		}
	}
	return out
}

// tell puts the sources themselves where a conflict has their names.
func (o *origins) tell(c *Conflict) {
	for _, value := range []*string{&c.Base, &c.Mine, &c.Theirs} {
		words := strings.Split(*value, " · ")
		for k, w := range words {
			if title, known := o.title[w]; known {
				words[k] = title
			}
		}
		*value = strings.Join(words, " · ")
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
