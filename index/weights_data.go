package index

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/stat/composite"
)

// nominal builds the index with the weights of the specification, for weights
// that the data give, and returns its columns by number over the reference
// units.
func (p *Plan) nominal() ([][]float64, error) {
	m := p.Method
	m.Weights = p.given
	b, err := p.Index.Build(m)
	if err != nil {
		return nil, p.Told(err)
	}
	var rows []int
	for i, u := range p.Units {
		if u.Reference {
			rows = append(rows, i)
		}
	}
	var out [][]float64
	for _, x := range append(b.Normalised[:len(b.Normalised):len(b.Normalised)], b.Score...) {
		out = append(out, at(x, rows))
	}
	return out, nil
}

// principal weighs the children of each element by their loadings on their
// first principal component, and refuses a negative one.
func (p *Plan) principal() error {
	families, err := p.families(2)
	if err != nil {
		return err
	}
	scores, err := p.nominal()
	if err != nil {
		return err
	}
	p.weighing = &Weighing{Method: "pca"}
	weights := make([][]float64, len(families))
	for i, f := range families {
		var share float64
		children := p.children(f)
		weights[i], share, err = composite.PCAWeights(at(scores, children))
		if e, ok := errors.AsType[*composite.LoadingError](err); ok {
			return p.Spec.Fault("weights.method", "vérifiez son sens (direction), retirez-le, ou choisissez d’autres poids : une composante qui oppose n’est pas un indice",
				"« %s » pèserait négativement dans « %s » (coefficient %s sur la première composante)", p.Tree.Nodes[p.Node[children[e.Column]]].Code, p.node(f.part).Code, french(e.Loading))
		}
		if err != nil {
			return p.unweighed(f, err)
		}
		part := Number(share)
		for j, w := range weights[i] {
			p.weighted(f, j, w, Weighted{Variance: &part})
		}
	}
	p.Method.Weights = p.reweigh(families, weights)
	return nil
}

// french writes a coefficient with a comma and three decimals.
func french(v float64) string {
	return strings.ReplaceAll(strings.ReplaceAll(strconv.FormatFloat(v, 'f', 3, 64), ".", ","), "-", "−")
}

func (p *Plan) unweighed(f family, err error) error {
	return &fault.Error{Kind: fault.Invalid, What: fmt.Sprintf("« %s » : les données ne donnent pas de poids à ce qu’il réunit", p.node(f.part).Code),
		Do: "vérifiez que ses éléments varient et que deux unités au moins les ont tous, ou choisissez d’autres poids", Err: err}
}

// optimised weighs the elements of a level so that each correlates as equally
// as can be with the index, and refuses a search that has not converged.
func (p *Plan) optimised() error {
	families, err := p.families(2)
	if err != nil {
		return err
	}
	scores, err := p.nominal()
	if err != nil {
		return err
	}
	var columns [][]float64
	var group []int
	for i, f := range families {
		for _, child := range p.children(f) {
			columns, group = append(columns, scores[child]), append(group, i)
		}
	}
	b, err := composite.Balance(columns, group)
	if errors.Is(err, composite.ErrConvergence) {
		return p.Spec.Fault("weights.method", "pesez un niveau qui a moins d’éléments, ou choisissez d’autres poids", "la recherche des poids de %d éléments n’a pas abouti", len(columns))
	}
	if err != nil || math.IsNaN(b.Value) {
		return p.unweighed(families[0], errors.Join(err, composite.ErrDomain))
	}
	objective := Number(b.Value)
	p.weighing = &Weighing{Method: "optimised", Objective: &objective}
	weights, at := make([][]float64, len(families)), 0
	for i, f := range families {
		weights[i] = b.Weights[at : at+len(f.place)]
		at += len(f.place)
		for j, w := range weights[i] {
			p.weighted(f, j, w/float64(len(f.place)), Weighted{})
		}
	}
	p.Method.Weights = p.reweigh(families, weights)
	return nil
}
