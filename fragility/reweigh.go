package fragility

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/index"
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
func (r *Result) Reweigh(spec *index.Spec, domains []Domain, weights map[string]float64) (*Reweighed, error) {
	published := r.Part(Overall)
	if published == nil || published.Ranked == 0 {
		return nil, fault.NotFoundf("prenez un niveau qui a un indice d’ensemble", "aucun indice d’ensemble au niveau « %s »", r.Level)
	}
	w, err := r.weigh(domains, weights)
	if err != nil {
		return nil, err
	}
	out := &Reweighed{Weights: w, Index: blank(published)}
	x, m := r.above(spec, domains, w)
	columns := make([][]float64, len(x.Indicators))
	for k := range columns {
		columns[k] = x.Indicators[k].X
	}
	built, err := x.Combine(columns, m)
	if err != nil {
		return nil, fmt.Errorf("indice sous d’autres poids : %w", err)
	}
	top := len(x.Parts) - 1
	for i, c := range published.Cells {
		if c.OK() && !math.IsNaN(built.Score[top][i]) {
			out.Index.Cells[i] = Cell{Score: built.Score[top][i], Rank: built.Rank[top][i], Place: built.Place[top][i], Worst: math.NaN(), Have: c.Have}
		}
	}
	out.Index.classify(r.Units)
	return out, nil
}

// above is the index above the domains: their scores, where their dimension
// and the overall index have one, then the dimensions that weigh something, then
// the overall index.
func (r *Result) above(spec *index.Spec, domains []Domain, weights []DomainWeight) (*composite.Index, composite.Method) {
	x, m := &composite.Index{Reference: make([]bool, len(r.Units))}, composite.Method{}
	for i, u := range r.Units {
		x.Reference[i] = u.Reference
	}
	var totals []float64
	for _, dim := range r.Kinds(OfDimension) {
		var part composite.Part
		var own []float64
		total := 0.0
		for _, w := range weights {
			if w.Weight > 0 && slices.Contains(domains, Domain{w.Domain, dim.Code}) {
				part.Children = append(part.Children, len(x.Indicators))
				x.Indicators = append(x.Indicators, composite.Indicator{X: r.entering(w.Domain, dim)})
				own, total = append(own, w.Weight), total+w.Weight
			}
		}
		if total > 0 {
			x.Parts, m.Weights, totals = append(x.Parts, part), append(m.Weights, own), append(totals, total)
			m.Means = append(m.Means, spec.Blend(2))
		}
	}
	top := composite.Part{}
	for k := range x.Parts {
		top.Children = append(top.Children, len(x.Indicators)+k)
	}
	x.Parts, m.Weights, m.Means = append(x.Parts, top), append(m.Weights, totals), append(m.Means, spec.Blend(3))
	return x, m
}

// entering is the score of a domain where it counts.
func (r *Result) entering(domain string, dim *Part) []float64 {
	out := scores(r.Part(domain))
	for i, overall := range r.Part(Overall).Cells {
		if !dim.Cells[i].OK() || !overall.OK() {
			out[i] = math.NaN()
		}
	}
	return out
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

// blank is a part of the same name whose units have no score yet.
func blank(p *Part) Part {
	out := Part{Code: p.Code, Kind: p.Kind, Weight: p.Weight, Below: p.Below, Of: p.Of, Cells: make([]Cell, len(p.Cells))}
	for i := range out.Cells {
		out.Cells[i] = Cell{Score: math.NaN(), Worst: math.NaN()}
	}
	return out
}
