package casestudy

// Weights are what a match counts: see doc/methods/match.md. Each is in [0, 1].
type Weights struct {
	Main      float64 // the domain asked for is the case's main one
	Secondary float64 // it is one of its others
	Dimension float64 // its main one is of the same dimension
	Unlike    float64 // the place that resembles least; the most alike has 1
	Neutral   float64 // resemblance taken where none can be known
	Unproved  float64 // no level of evidence is established
	Evidence  []Proof // from the weakest
}

// Proof is what a level of the list evidence_level counts.
type Proof struct {
	Level  string
	Weight float64
}

// Stated returns the weights that Vigie uses.
func Stated() Weights {
	return Weights{Main: 1, Secondary: 0.7, Dimension: 0.4, Unlike: 0.2, Neutral: 0.5, Unproved: 0.5,
		Evidence: []Proof{{"announced", 0.6}, {"reported", 0.7}, {"measured", 0.85}, {"compared", 0.95}, {"evaluated", 1}}}
}

// proof is the best level of evidence of a record, "" when none is established,
// and what it counts.
func (w *Weights) proof(r *Record) (level string, weight float64) {
	weight = w.Unproved
	for _, p := range w.Evidence {
		for _, e := range r.Evidence {
			if e.Level == p.Level {
				level, weight = p.Level, p.Weight
			}
		}
	}
	return level, weight
}

// place is what a resemblance in [0, 1] counts.
func (w *Weights) place(likeness float64) float64 {
	return w.Unlike + (1-w.Unlike)*min(1, max(0, likeness))
}
