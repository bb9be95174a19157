package survey

import (
	"fmt"
	"math"
)

// Lonely says what to do with a stratum that has one cluster, whose variance
// the data cannot tell.
type Lonely int

// The rules for lonely clusters. Refuse stops with a message, Remove counts
// them for nothing, Adjust centres them at zero, the mean of linearised
// variables over the sample, Average gives them the mean of the other strata,
// Certainty says that they were not drawn at random.
const (
	Refuse Lonely = iota
	Remove
	Adjust
	Average
	Certainty
)

// Sample says how n records were drawn.
//
// Weights are records represented (positive, one a record); nil means the
// inverse of the sampling fractions when FPC is there, else 1. Clusters and
// Strata are by stage; without Clusters, records are the units. FPC holds by
// stage the number of clusters in the population of the record's stratum, or
// their sampling fraction when no value exceeds 1, one a record. Nest says
// that cluster codes restart in each stratum. PPS is empty or "brewer", where
// FPC[0] holds inclusion probabilities. LonelyInDomain applies the rule also
// to strata left with one cluster in a domain.
type Sample struct {
	Weights        []float64
	Clusters       []*Column
	Strata         []*Column
	FPC            [][]float64
	Nest           bool
	PPS            string
	Lonely         Lonely
	LonelyInDomain bool
}

// New returns the design of n records drawn as s says.
//
// Refusals, naming the record: a weight that is missing, zero, negative or
// infinite; a missing cluster or stratum; clusters that cross strata without
// Nest; a population smaller than its sample or that varies in a stratum.
// It panics when a column of s has not n entries.
//
// Source: Särndal, Swensson, Wretman (1992), Model Assisted Survey Sampling,
// chapters 2 to 4.
func New(n int, s Sample) (*Design, error) {
	if n == 0 {
		return nil, refuse("", 0, "vérifiez le fichier et le filtre", "aucun enregistrement")
	}
	if s.PPS != "" && s.PPS != "brewer" {
		return nil, refuse("", 0, "seule l’approximation « brewer » est connue", "plan à probabilités inégales « %s » inconnu", s.PPS)
	}
	d := &Design{n: n, lonely: s.Lonely, lonelyInDomain: s.LonelyInDomain, unequal: s.PPS != ""}
	if err := d.draw(s); err != nil {
		return nil, err
	}
	switch {
	case s.Weights != nil:
		check(n, len(s.Weights))
		d.base = s.Weights
	default:
		d.base = make([]float64, n)
		for i := range d.base {
			d.base[i] = 1
			for _, st := range d.stages {
				if f := st.fraction[st.cluster[i]]; f > 0 {
					d.base[i] /= f
				}
			}
		}
	}
	for i, w := range d.base {
		if !(w > 0) || math.IsInf(w, 0) {
			return nil, refuse("", i+1, "retirez cet enregistrement du plan, ou corrigez son poids", "poids %s : un poids est un nombre strictement positif", number(w))
		}
	}
	d.weights = d.base
	return d, nil
}

// number writes a number for a message, a missing one in words.
func number(v float64) string {
	if math.IsNaN(v) {
		return "manquant"
	}
	return fmt.Sprintf("%g", v)
}

// check panics when two lengths that must agree differ.
func check(n, got int) {
	if n != got {
		panic(fmt.Sprintf("survey: %d records, column of %d", n, got))
	}
}
