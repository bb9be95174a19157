package study

import (
	"slices"

	"vigie/stat/disclosure"
)

// counted is one partition of an item over the cells of a grid.
type counted struct {
	g      *grid
	p      *partition
	n      []int // true counts, by cell then answer
	key    []disclosure.Key
	weight []float64
	draw   []int // how often each count was drawn again
	moved  []int // published counts
}

// count counts the answers of a partition and moves them.
func (g *grid) count(p *partition) *counted {
	size := len(g.n) * p.size
	c := &counted{g: g, p: p, n: make([]int, size), key: make([]disclosure.Key, size), weight: make([]float64, size), draw: make([]int, size), moved: make([]int, size)}
	for i, at := range g.group {
		if code := p.code[i]; at >= 0 && code != outside {
			k := int(at)*p.size + int(code)
			c.n[k]++
			c.key[k] += g.e.keys[i]
			c.weight[k] += g.e.weights[i]
		}
	}
	for k := range c.n {
		c.move(k)
	}
	c.settle()
	return c
}

// mixed is another key of the same records: draw 0 is the key itself.
func mixed(k disclosure.Key, draw int) disclosure.Key {
	if draw == 0 {
		return k
	}
	v := uint64(k) + uint64(draw)*0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return disclosure.Key(v ^ v>>31)
}

func (c *counted) move(k int) {
	c.moved[k], _ = c.g.e.passage.Publish(c.n[k], mixed(c.key[k], c.draw[k])) // a count is not negative, the table has rows
}

// estimate is the published weighted count of an answer: its published count,
// and a part of a person more or less drawn from the same key, times the mean
// weight. Without that part the digits of a weighted figure would tell the mean
// weight of a cell, and two of those with their sum how many people each has.
func (c *counted) estimate(k int) float64 {
	if c.moved[k] == 0 {
		return 0
	}
	return c.weight[k] / float64(c.n[k]) * (float64(c.moved[k]) + mixed(c.key[k], -1).Fraction() - 0.5)
}

// mostDraws bounds the draws of one count; a count that is still told after
// them stands in a column that is withheld.
const mostDraws = 40

// settle draws again the counts that an attacker would know: one who is given
// the true counts of each level of both breakdowns, every published count and
// how far counts move. Whether a count is drawn again depends on what is
// published alone, so that it tells nothing more.
func (c *counted) settle() {
	free := c.bounds(false)
	for range mostDraws {
		told := c.told(free)
		if len(told) == 0 {
			return
		}
		for _, k := range told {
			c.draw[k]++
			c.move(k)
		}
	}
	for _, k := range c.told(free) {
		c.g.shown[k/c.p.size] = false
	}
}

// told lists the counts to draw again: those known to the unit that the margins
// alone do not tell, and those of the same answer in their row and column.
func (c *counted) told(free *bound) []int {
	now := c.bounds(true)
	again := map[int]bool{}
	for k := range c.n {
		at, answer := k/c.p.size, k%c.p.size
		if !c.g.shown[at] || now.low[k] < now.high[k] || free.low[k] == free.high[k] {
			continue
		}
		row, col := at/c.g.cols, at%c.g.cols
		for j := range c.g.cols {
			again[(row*c.g.cols+j)*c.p.size+answer] = true
		}
		for i := range c.g.rows {
			again[(i*c.g.cols+col)*c.p.size+answer] = true
		}
	}
	var out []int
	for k := range c.n {
		if again[k] && c.g.shown[k/c.p.size] {
			out = append(out, k)
		}
	}
	return out
}

// bound is what is known of each count.
type bound struct{ low, high []int }

// bounds narrows what an attacker knows of the counts until nothing more
// follows from the sums, with or without what is published of the cells.
func (c *counted) bounds(published bool) *bound {
	b := &bound{make([]int, len(c.n)), make([]int, len(c.n))}
	sums := c.sums()
	for k := range c.n {
		switch at := k / c.p.size; {
		case at/c.g.cols == c.g.rows-1 || at%c.g.cols == c.g.cols-1: // without a level: how many is known
			b.high[k] = c.g.n[at]
		case published && c.g.shown[at]:
			b.low[k], b.high[k] = max(0, c.moved[k]-crossReach), c.moved[k]+crossReach
		default:
			b.high[k] = len(c.g.group)
		}
	}
	for narrowed := true; narrowed; {
		narrowed = false
		for _, s := range sums {
			narrowed = b.narrow(s) || narrowed
		}
		if published {
			narrowed = c.byBase(b) || narrowed
		}
	}
	return b
}

// lineSum is counts that are known to add up to a number from low to high.
type lineSum struct {
	of        []int
	low, high int
}

// sums lists the margins: each answer at each level of either breakdown.
func (c *counted) sums() []lineSum {
	var out []lineSum
	add := func(of []int) {
		total := 0
		for _, k := range of {
			total += c.n[k]
		}
		out = append(out, lineSum{of, total, total})
	}
	for answer := range c.p.size {
		for i := range c.g.rows {
			var of []int
			for j := range c.g.cols {
				of = append(of, (i*c.g.cols+j)*c.p.size+answer)
			}
			add(of)
		}
		for j := range c.g.cols {
			var of []int
			for i := range c.g.rows {
				of = append(of, (i*c.g.cols+j)*c.p.size+answer)
			}
			add(of)
		}
	}
	return out
}

// byBase narrows by the published base of each cell, which its answers make up
// or, when some of them miss, do not exceed.
func (c *counted) byBase(b *bound) bool {
	narrowed := false
	of := make([]int, c.p.size)
	for at, shown := range c.g.shown {
		if !shown {
			continue
		}
		for a := range of {
			of[a] = at*c.p.size + a
		}
		low := 0
		if c.whole() {
			low = max(0, c.g.moved[at]-crossReach)
		}
		narrowed = b.narrow(lineSum{of, low, c.g.moved[at] + crossReach}) || narrowed
	}
	return narrowed
}

// whole tells whether everybody who answered the item is in the partition.
func (c *counted) whole() bool { return len(c.g.x.parts) == 1 || c.p.lines[0].percent }

// narrow tightens the bounds of counts by their sum, and tells whether it did.
func (b *bound) narrow(s lineSum) bool {
	low, high := 0, 0
	for _, k := range s.of {
		low, high = low+b.low[k], high+b.high[k]
	}
	narrowed := false
	for _, k := range s.of {
		least, most := max(b.low[k], s.low-(high-b.high[k])), min(b.high[k], s.high-(low-b.low[k]))
		if least > b.low[k] || most < b.high[k] {
			low, high = low+least-b.low[k], high+most-b.high[k]
			b.low[k], b.high[k] = least, most
			narrowed = true
		}
	}
	return narrowed
}

// hiddenLine tells whether one of the published columns that a cell belongs to
// withholds a line.
func hiddenLine(name string, columns ...*Column) bool {
	return slices.ContainsFunc(columns, func(c *Column) bool {
		if c == nil {
			return false
		}
		cell, ok := c.Cell(name)
		return ok && cell.Secret
	})
}
