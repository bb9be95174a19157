package fragility

import (
	"math"
	"slices"

	"vigie/stat/composite"
)

// vary draws the alternatives of the spec and gives each part that rests on
// two indicators or more its intervals, uncertain classes and spread.
func (c *computation) vary() {
	v := c.spec.Sensitivity
	d := &composite.Design{
		LeaveOut: v.LeaveOneOut, Classes: Steps, Draws: v.Draws, Seed: v.Seed, Workers: c.workers,
	}
	for _, u := range c.in.Units {
		d.Reference = append(d.Reference, u.Reference)
	}
	for _, mean := range v.Aggregations {
		for k := range v.Normalisations {
			d.Leaves = append(d.Leaves, c.flattened(mean, c.scaled[k]))
		}
	}
	for _, w := range v.Weightings {
		noise := 0.0
		if w == "random" {
			noise = v.WeightSpread
		}
		d.Noise = append(d.Noise, noise)
	}
	parts := c.parts
	number := make([]int, len(parts)) // of each part among the design's
	for k := range parts {
		p := &parts[k]
		if len(c.nodes[k].children) == 0 {
			continue
		}
		number[k] = len(c.columns) + len(d.Nodes)
		d.Nodes = append(d.Nodes, c.designNode(p, c.nodes[k], number))
		if p.Below >= 2 && p.Ranked >= 2 {
			p.Assessed = true
			d.Targets = append(d.Targets, len(d.Nodes)-1)
		}
	}
	spreads := composite.Sensitivity(d)
	next := 0
	for k := range parts {
		if parts[k].Assessed {
			c.summarise(&parts[k], &spreads[next])
			next++
		}
	}
}

// flattened transforms columns so that the mean named becomes a weighted sum:
// the geometric mean of what is left of the scale is a mean of logarithms.
func (c *computation) flattened(mean string, columns [][]float64) [][]float64 {
	if mean == arithmetic {
		return columns
	}
	top := 100 + c.spec.Aggregation.Floor
	out := make([][]float64, len(columns))
	for k, col := range columns {
		out[k] = make([]float64, len(col))
		for i, x := range col {
			out[k][i] = -math.Log(top - x)
		}
	}
	return out
}

// designNode gives the weights of a part's children under each scheme. A
// domain counts in its dimension, and a dimension overall, for its weight
// (given, random), its number of indicators (equal_indicator) or one
// (equal_dimension).
func (c *computation) designNode(p *Part, n node, number []int) composite.Node {
	node := composite.Node{Scored: make([]bool, len(p.Cells))}
	for i, cell := range p.Cells {
		node.Scored[i] = cell.OK()
	}
	for _, k := range n.children {
		if p.Kind == OfDomain {
			node.Children = append(node.Children, k)
		} else {
			node.Children = append(node.Children, number[k])
		}
	}
	for _, scheme := range c.spec.Sensitivity.Weightings {
		w := slices.Clone(n.weights)
		for k, child := range n.children {
			switch {
			case scheme == "equal_indicator" && p.Kind != OfDomain:
				w[k] = float64(c.parts[child].Below)
			case scheme == "equal_indicator", scheme == "equal_dimension":
				w[k] = 1
			}
		}
		node.Weights = append(node.Weights, w)
	}
	return node
}

// summarise reads the spread of one part into its cells. The interval is
// widened to hold the published place, which may be unlike most draws.
func (c *computation) summarise(p *Part, s *composite.Spread) {
	p.spread = s
	for i := range p.Cells {
		cell := &p.Cells[i]
		if !cell.OK() {
			continue
		}
		lo, hi := s.Interval(i, c.spec.Sensitivity.Interval)
		cell.Lo, cell.Hi = min(lo, cell.Place), max(hi, cell.Place)
		cell.Worst = 1 - s.Moved(i, Steps)
		cell.Unsure = s.Moved(i, cell.Step) > c.spec.Sensitivity.ClassChange
	}
	s.Place, s.Class = nil, nil // read; only the orders are kept with the result
}
