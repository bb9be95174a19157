package index

import (
	"slices"

	"vigie/stat/composite"
)

// Weighing is where weights come from, and what is known of them.
type Weighing struct {
	Method      string     `json:"method"`
	File        string     `json:"file,omitempty"`
	Respondents int        `json:"respondents,omitempty"`
	Objective   *Number    `json:"objective,omitempty"` // reached by the optimised weights
	Elements    []Weighted `json:"elements"`            // that the method weighs, in the order of the tree
}

// Weighted is one child whose weight the method gave.
type Weighted struct {
	Code   string `json:"code"`
	Parent string `json:"parent"`
	Weight Number `json:"weight"` // share among its siblings
	// SD is how much the shares of respondents differ, SE the sampling error of a
	// poll's value, Variance the part of the siblings' variance that the component
	// holds whose loading the weight is.
	SD       *Number `json:"sd,omitempty"`
	SE       *Number `json:"se,omitempty"`
	Variance *Number `json:"variance,omitempty"`
}

// drawnSets is how many sets of weights stand for what a panel of respondents,
// or a poll, leaves unknown.
const drawnSets = 500

// weigh makes the weights of the index and the alternatives that are drawn.
func (p *Plan) weigh(o Options) error {
	p.Method.Weights = p.given
	w := p.Spec.Weights
	var sets [][][]float64
	var err error
	switch w.Method {
	case "equal":
		p.Method.Weights = p.equal(func(int) float64 { return 1 })
	case "budget":
		sets, err = p.budget(o)
	case "poll":
		sets, err = p.poll(o)
	case "pca":
		err = p.principal()
	case "optimised":
		err = p.optimised()
	case "benefit":
		err = p.benefit()
	}
	if err != nil {
		return err
	}
	return p.weightings(sets)
}

// weightings lays out the weights among which draws are made. sets are those
// that respondents or a poll leave possible, nil when the index has none.
func (p *Plan) weightings(sets [][][]float64) error {
	for _, name := range p.Spec.Uncertainty.Weightings {
		weights, noise, drawn := p.Method.Weights, 0.0, [][][]float64(nil)
		switch name {
		case "equal_indicator":
			below := p.below()
			weights = p.equal(func(number int) float64 { return float64(max(below[number], 1)) })
		case "equal_part":
			weights = p.equal(func(int) float64 { return 1 })
		case "random":
			noise = p.Spec.Uncertainty.WeightSpread
		case "respondents", "poll":
			method := map[string]string{"respondents": "budget", "poll": "poll"}[name]
			if p.Spec.Weights.Method != method {
				return p.Spec.Fault("uncertainty.weightings", "donnez method = \""+method+"\" et son fichier sous [weights], ou retirez cette alternative",
					"« %s » demande les poids « %s »", name, method)
			}
			drawn = sets
		}
		p.Simulation.Weights = append(p.Simulation.Weights, weights)
		p.Simulation.Noise = append(p.Simulation.Noise, noise)
		p.Simulation.Sets = append(p.Simulation.Sets, drawn)
	}
	if sets == nil {
		p.Simulation.Sets = nil
	}
	p.Simulation.Scores = p.Index.Pooled && len(p.Periods) > 1 // scores of two periods have one scale
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

// benefit takes the score of the elements whose children are of the level by
// the weights that favour each unit most.
func (p *Plan) benefit() error {
	families, err := p.families(1)
	if err != nil {
		return err
	}
	var shares composite.Shares
	if s := p.Spec.Weights.Share; s != nil {
		shares = composite.Shares{Low: s[0], High: s[1]}
	}
	p.weighing = &Weighing{Method: "benefit"}
	for _, f := range families {
		if shares != (composite.Shares{}) && (shares.Low*float64(len(f.place)) > 1 || shares.High*float64(len(f.place)) < 1) {
			return p.Spec.Fault("weights.share", "élargissez les bornes", "« %s » réunit %d éléments : des parts de %v à %v n’ont pas 1 pour somme",
				p.node(f.part).Code, len(f.place), shares.Low, shares.High)
		}
		p.Method.Means[f.part] = composite.Blend{Kind: composite.BlendBenefit, Shares: shares}
	}
	return nil
}

// family is a part and its children of positive weight, by place.
type family struct {
	part  int
	place []int
}

// children are the numbers of the family.
func (p *Plan) children(f family) []int { return at(p.Index.Parts[f.part].Children, f.place) }

// node is what a part stands for.
func (p *Plan) node(part int) Node { return p.Tree.Nodes[p.Node[len(p.Index.Indicators)+part]] }

// families lists the parts whose children of positive weight are all of the
// level that [weights] names, and at least least.
func (p *Plan) families(least int) ([]family, error) {
	var out []family
	level := p.Spec.Weights.Level
	for k, part := range p.Index.Parts {
		f, same := family{part: k}, true
		for j, child := range part.Children {
			if p.given[k][j] > 0 {
				f.place = append(f.place, j)
				same = same && p.Tree.Nodes[p.Node[child]].Level == level
			}
		}
		if same && len(f.place) >= least {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return nil, p.Spec.Fault("weights.level", "donnez le niveau d’éléments qui ont des frères : 0 pour les indicateurs, 1 pour ce qu’ils composent",
			"aucun élément ne réunit %d éléments ou plus, tous du niveau %d", least, level)
	}
	return out, nil
}

// reweigh returns the weights of the specification, where children of a family
// have others.
func (p *Plan) reweigh(families []family, weights [][]float64) [][]float64 {
	out := slices.Clone(p.given)
	for i, f := range families {
		out[f.part] = slices.Clone(p.given[f.part])
		for j, place := range f.place {
			out[f.part][place] = weights[i][j]
		}
	}
	return out
}
