package fragility

// Effect is what one choice of method does to the places of one part: the overall
// index, or each domain where a level has no overall score.
//
// First is the share of the variance of places that the choice explains by
// itself, Total the share in which it has a part, alone or with others, when
// the choices vary together as the spec says. Both are estimated: they may come
// out a little below 0 or above 1.
type Effect struct {
	Choice       string        `json:"choice"` // as the spec names it: normalisation, weighting, aggregation, leave_one_out, treatment, imputation, sampling
	First        Share         `json:"first"`
	Total        Share         `json:"total"`
	Alternatives []Alternative `json:"alternatives"` // those that are not the published one
}

// Share is an estimated share of a variance with the ends of its interval.
type Share struct {
	Value float64 `json:"value"`
	Lo    float64 `json:"lo"`
	Hi    float64 `json:"hi"`
}

// Alternative is what taking one alternative does, all else as published.
type Alternative struct {
	Name  string  `json:"name"`  // as the spec names it: percentile, equal_indicator, geometric …
	Shift float64 `json:"shift"` // mean number of places by which a reference unit moves
	Moved float64 `json:"moved"` // share of the reference units that change class, in [0, 1]
}

// Failure is a reason for which draws gave no index; they are no part of the
// intervals.
type Failure struct {
	Reason string `json:"reason"`
	Draws  int    `json:"draws"`
}
