package index

import (
	"math"

	"vigie/stat/composite"
)

// explain says, for each unit, what each child brings to its parent and to the
// index: composite.Points, then the part of the parent's own points that goes
// with them.
func (r *run) explain() {
	ratio := make([][]float64, len(r.Tree.Nodes)) // points in the top for one point of the node
	top := r.Tree.Top()
	ratio[top] = make([]float64, len(r.Units))
	weight := make([][]float64, len(r.Tree.Nodes)) // in the top, by unit
	weight[top] = make([]float64, len(r.Units))
	for u := range ratio[top] {
		ratio[top][u], weight[top][u] = 1, 1
	}
	for node := top; node >= 0; node-- {
		n := r.Tree.Nodes[node]
		if n.Leaf() || len(r.Index.Parts[r.Part(node)].Children) == 0 {
			continue
		}
		if ratio[node] == nil { // of weight 0, beside nothing that is left
			ratio[node], weight[node] = nothing(len(r.Units)), nothing(len(r.Units))
		}
		part := r.Part(node)
		children := r.Index.Parts[part].Children
		shares, points := r.split(part, r.column(node))
		for j, number := range children {
			child := r.Node[number]
			s := &r.out.Elements[child]
			s.Share, s.Points = numbersOf(shares[j]), numbersOf(points[j])
			x := r.column(child)
			ratio[child], weight[child] = make([]float64, len(r.Units)), make([]float64, len(r.Units))
			inTop := make([]float64, len(r.Units))
			for u := range r.Units {
				ratio[child][u] = ratio[node][u] * r.rate(part, points[j][u], x[u], shares[j][u])
				inTop[u] = ratio[node][u] * points[j][u]
				weight[child][u] = weight[node][u] * shares[j][u]
			}
			s.Top, s.UnitWeight = numbersOf(inTop), numbersOf(weight[child])
		}
	}
}

// rate is what one point of a child is worth in its parent: its share under
// the arithmetic mean, its points over its score under the others.
func (r *run) rate(part int, points, x, share float64) float64 {
	b := r.Method.Means[part]
	switch {
	case b.Kind == composite.BlendPower && b.Power == composite.Arithmetic:
		return share
	case x == 0:
		return math.NaN()
	}
	return points / x
}

// split returns, by child of a part and unit, its share of the weight present
// and its points.
func (r *run) split(part int, score []float64) (shares, points [][]float64) {
	children, w := r.Index.Parts[part].Children, r.Method.Weights[part]
	row := make([]float64, len(children))
	shares, points = make([][]float64, len(children)), make([][]float64, len(children))
	for j := range children {
		shares[j], points[j] = nothing(len(score)), nothing(len(score))
	}
	for u, v := range score {
		if math.IsNaN(v) {
			continue
		}
		total := 0.0
		for j, number := range children {
			if row[j] = r.column(r.Node[number])[u]; !math.IsNaN(row[j]) {
				total += w[j]
			}
		}
		for j, p := range composite.Points(row, w, v, r.Method.Means[part]) {
			if !math.IsNaN(row[j]) && r.Method.Means[part].Kind != composite.BlendBenefit { // whose weights are the unit's own
				shares[j][u] = w[j] / total
			}
			points[j][u] = p
		}
	}
	return shares, points
}
