package fragility

import (
	"math"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/stat/composite"
)

// MostWeight bounds the weight that a reader may give a domain.
const MostWeight = 1000

// Reweighed is the overall index of a result under other weights of its
// domains: the answer to a reader's question, which no edition publishes.
// Nothing was drawn for it, so its cells have neither interval nor uncertain
// class; they are read beside those of the published index.
type Reweighed struct {
	Weights []DomainWeight // of the measured domains, in the order of the result
	Index   Part
}

// DomainWeight is what one domain counts for. The shares, in [0, 1], are of
// the total weight.
type DomainWeight struct {
	Domain                    string
	Weight, Share             float64
	Published, PublishedShare float64
}

// Reweigh computes the overall index again from the published scores of the
// domains: the same means, the same dimensions, the same territories, other
// weights. Only ratios between weights matter; a domain that weights leaves
// out keeps the published one, and one that is not measured at this level
// counts for nothing. A territory without published overall score has none
// here, nor has one whose measured domains all weigh nothing.
//
// spec and domains are those that the result was computed with. With the
// published weights the scores, places and classes are the published ones.
//
// Error: NotFound at a level without overall index; a fault.List of Invalid
// faults for an unknown domain or for weights
// that are negative, not finite, above MostWeight or all zero.
func (r *Result) Reweigh(spec *Spec, domains []Domain, weights map[string]float64) (*Reweighed, error) {
	published := r.Part(Overall)
	if published == nil || published.Ranked == 0 {
		return nil, fault.NotFoundf("prenez un niveau qui a un indice d’ensemble", "aucun indice d’ensemble au niveau « %s »", r.Level)
	}
	w, err := r.weigh(domains, weights)
	if err != nil {
		return nil, err
	}
	var dims []*Part
	var dimWeights []float64
	for _, dim := range r.Kinds(OfDimension) {
		p, weight, err := r.reweighDimension(spec, domains, dim, w)
		if err != nil {
			return nil, err
		}
		if weight > 0 {
			dims, dimWeights = append(dims, p), append(dimWeights, weight)
		}
	}
	out := &Reweighed{Weights: w, Index: blank(published)}
	values, err := spec.mean(spec.Aggregation.Overall, dims, dimWeights)
	if err != nil {
		return nil, err
	}
	for i, c := range published.Cells {
		if c.OK() {
			out.Index.Cells[i].Score, out.Index.Cells[i].Have = values[i], c.Have
		}
	}
	c := computation{in: &Input{Units: r.Units}}
	c.rank(&out.Index)
	return out, nil
}

// weigh completes and checks weights, in the order of the measured domains.
func (r *Result) weigh(domains []Domain, weights map[string]float64) ([]DomainWeight, error) {
	var faults fault.List
	refuse := func(do, format string, args ...any) {
		if !faults.Full() {
			faults = append(faults, fault.Invalidf(do, format, args...))
		}
	}
	known := map[string]bool{}
	for _, d := range domains {
		known[d.Code] = true
		if w, ok := weights[d.Code]; ok && !(w >= 0 && w <= MostWeight) {
			refuse("donnez un nombre de 0 à 1 000", "poids du domaine « %s » : %v", d.Code, w)
		}
	}
	var strangers []string
	for code := range weights {
		if !known[code] {
			strangers = append(strangers, code)
		}
	}
	if slices.Sort(strangers); len(strangers) > 0 {
		refuse("choisissez parmi les domaines de l’édition", "domaine inconnu : %s", strings.Join(strangers, ", "))
	}
	var out []DomainWeight
	total, published := 0.0, 0.0
	for _, p := range r.Kinds(OfDomain) {
		if p.Below == 0 {
			continue
		}
		w, ok := weights[p.Code]
		if !ok {
			w = p.Weight
		}
		out = append(out, DomainWeight{Domain: p.Code, Weight: w, Published: p.Weight})
		total, published = total+w, published+p.Weight
	}
	if len(faults) == 0 && total == 0 {
		refuse("donnez un poids positif à un domaine au moins", "tous les poids sont nuls")
	}
	for i := range out {
		out[i].Share, out[i].PublishedShare = out[i].Weight/total, out[i].Published/published
	}
	return out, faults.Err()
}

// reweighDimension returns a dimension under other weights, and what it weighs
// overall: the sum of the weights of its domains.
func (r *Result) reweighDimension(spec *Spec, domains []Domain, dim *Part, weights []DomainWeight) (*Part, float64, error) {
	var below []*Part
	var own []float64
	total := 0.0
	for _, w := range weights {
		if slices.Contains(domains, Domain{w.Domain, dim.Code}) {
			below, own = append(below, r.Part(w.Domain)), append(own, w.Weight)
			total += w.Weight
		}
	}
	values, err := spec.mean(spec.Aggregation.Dimension, below, own)
	if err != nil {
		return nil, 0, err
	}
	out := blank(dim)
	for i, c := range dim.Cells {
		if c.OK() {
			out.Cells[i].Score = values[i]
		}
	}
	return &out, total, nil
}

// mean aggregates the scores of parts unit by unit, as the spec says.
func (s *Spec) mean(name string, parts []*Part, weights []float64) ([]float64, error) {
	var columns [][]float64
	for _, p := range parts {
		columns = append(columns, scores(p))
	}
	c := computation{spec: s}
	return c.blend(columns, weights, name, composite.Need{})
}

// blank is a part of the same name whose units have no score yet.
func blank(p *Part) Part {
	out := Part{Code: p.Code, Kind: p.Kind, Weight: p.Weight, Below: p.Below, Of: p.Of, Cells: make([]Cell, len(p.Cells))}
	for i := range out.Cells {
		out.Cells[i] = Cell{Score: math.NaN()}
	}
	return out
}
