package index

import "slices"

// weigh makes the weights of the index and the alternatives that are drawn.
func (p *Plan) weigh(o Options) error {
	p.Method.Weights = p.given
	if p.Spec.Weights.Method == "equal" {
		p.Method.Weights = p.equal(func(int) float64 { return 1 })
	}
	for _, name := range p.Spec.Uncertainty.Weightings {
		set, noise := p.Method.Weights, 0.0
		switch name {
		case "equal_indicator":
			below := p.below()
			set = p.equal(func(number int) float64 { return float64(below[number]) })
		case "equal_part":
			set = p.equal(func(int) float64 { return 1 })
		case "random":
			noise = p.Spec.Uncertainty.WeightSpread
		}
		p.Simulation.Weights = append(p.Simulation.Weights, set)
		p.Simulation.Noise = append(p.Simulation.Noise, noise)
	}
	return nil
}

// equal gives each child a weight of its own number; a child of weight 0 stays
// out.
func (p *Plan) equal(weight func(number int) float64) [][]float64 {
	out := make([][]float64, len(p.given))
	for k, part := range p.Index.Parts {
		out[k] = slices.Clone(p.given[k])
		for j, child := range part.Children {
			if out[k][j] > 0 {
				out[k][j] = weight(child)
			}
		}
	}
	return out
}

// below counts the indicators of positive weight under each number.
func (p *Plan) below() []int {
	leaves := len(p.Index.Indicators)
	out := make([]int, leaves+len(p.Index.Parts))
	for k := range leaves {
		out[k] = 1
	}
	for k, part := range p.Index.Parts {
		for j, child := range part.Children {
			if p.given[k][j] > 0 {
				out[leaves+k] += out[child]
			}
		}
	}
	return out
}
