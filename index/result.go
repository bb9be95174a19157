package index

// Result is an index computed once, with its uncertainty, what was done to get
// it and what explains it. Lists by unit are in the order of Units; those of
// elements in that of Elements (indicators first, the top last). The same
// specification, table and options give the same bytes of JSON, whatever the
// number of workers. A missing number is null, a missing rank 0.
type Result struct {
	Title   string `json:"title"`
	Version string `json:"version"`
	Spec    string `json:"spec"` // SHA-256 of the specification

	Periods     []string       `json:"periods,omitempty"`
	Groups      []string       `json:"groups,omitempty"` // columns of groups
	Units       []Unit         `json:"units"`
	LeftOut     []LeftOut      `json:"left_out,omitempty"`
	Elements    []Scores       `json:"elements"`
	Worst       string         `json:"worst"` // which end is the worst: low or high
	Audit       []Step         `json:"audit,omitempty"`
	Summaries   []Summary      `json:"summaries"`
	Uncertainty *Uncertain     `json:"uncertainty,omitempty"`
	Sensitivity []Sensitive    `json:"sensitivity,omitempty"`
	Analysis    *Multivariate  `json:"analysis,omitempty"`
	Weights     *Weighing      `json:"weights,omitempty"`
	Profiles    []ProfileOf    `json:"profiles,omitempty"`
	WhatIf      []Without      `json:"what_if,omitempty"`
	Links       []Linked       `json:"links,omitempty"`
	Smoothed    []Smoothed     `json:"smoothed,omitempty"`
	Map         *Map           `json:"map,omitempty"`
	Changes     []PeriodChange `json:"changes,omitempty"`
	Warnings    []string       `json:"warnings,omitempty"`
}

// Scores is one element or one indicator: its value for each unit on the scale
// of the index, and what follows from it.
type Scores struct {
	Code      string  `json:"code"`
	Parent    string  `json:"parent,omitempty"`
	Level     int     `json:"level"` // 0 an indicator
	NameFR    string  `json:"name_fr,omitempty"`
	NameEN    string  `json:"name_en,omitempty"`
	Unit      string  `json:"unit,omitempty"`
	Direction int     `json:"direction,omitempty"` // of an indicator
	Weight    float64 `json:"weight"`              // among its siblings, as computed with
	Effective float64 `json:"effective_weight"`    // in the top, when nothing is missing
	Method    string  `json:"method,omitempty"`    // aggregation of an element
	// LeftOut says that the indicator is not in the index: it has no value below.
	LeftOut bool `json:"left_out,omitempty"`

	// The values of an indicator, stage by stage, in its unit: as read, divided
	// and logged, filled, treated. A stage that changes nothing is absent.
	Raw     Numbers `json:"raw,omitempty"`
	Value   Numbers `json:"value,omitempty"`
	Imputed Numbers `json:"imputed,omitempty"`
	Treated Numbers `json:"treated,omitempty"`

	Score Numbers `json:"score,omitempty"` // normalised value of an indicator, score of an element
	// Rank among the reference units of the period, 1 the largest; 0 for the
	// others. Place is the number of reference units above, plus one, for all.
	Rank      []int     `json:"rank,omitempty"`
	Place     []int     `json:"place,omitempty"`
	GroupRank [][]int   `json:"group_rank,omitempty"` // by column of groups
	Limits    []Numbers `json:"limits,omitempty"`     // of the classes, by period
	Class     []int     `json:"class,omitempty"`      // 1 the lowest

	// How it makes its parent: see doc/methods/index-desk.md. Share is the part of
	// the parent's weight that it has for the unit, the missing shared out; Points
	// what it brings to the parent's score (those of siblings add up to it); Top
	// the same in the index, where its weight is UnitWeight.
	Share      Numbers `json:"share,omitempty"`
	Points     Numbers `json:"points,omitempty"`
	Top        Numbers `json:"top,omitempty"`
	UnitWeight Numbers `json:"unit_weight,omitempty"`

	Spread *Spread `json:"spread,omitempty"`
}

// Spread is what the draws say of one element, by unit.
type Spread struct {
	Lo     []int   `json:"lo,omitempty"` // interval of places, widened to hold the published one
	Hi     []int   `json:"hi,omitempty"`
	Median []int   `json:"median,omitempty"`
	Worst  Numbers `json:"worst,omitempty"`         // share of draws among the k worst places
	Best   Numbers `json:"best,omitempty"`          // share of draws among the k best
	Moved  Numbers `json:"class_changes,omitempty"` // share of draws in another class
	// Same holds, by unit, the positions among Units of those of its period from
	// which it cannot be told apart, itself excluded; absent when there are too
	// many units for all pairs to be compared (Result.Warnings says so).
	Same [][]int `json:"same,omitempty"`
	// SetLo and SetHi bound the confidence set for the rank, from standard errors
	// alone (Mogstad and others); absent where the element has none.
	SetLo []int `json:"set_lo,omitempty"`
	SetHi []int `json:"set_hi,omitempty"`
}

// Uncertain says what was drawn.
type Uncertain struct {
	Draws    int       `json:"draws"` // asked for
	Seed     uint64    `json:"seed"`
	Interval float64   `json:"interval"`
	Reversal float64   `json:"reversal"`
	Classes  int       `json:"classes"`
	Worst    int       `json:"worst"` // k
	Choices  []Choice  `json:"choices"`
	Sampling bool      `json:"sampling"`
	LeaveOut float64   `json:"leave_one_out"`
	Failed   []Failure `json:"failed,omitempty"`
}

// Failure counts the draws that gave no index for one reason; they are in no
// figure.
type Failure struct {
	Reason string `json:"reason"`
	Draws  int    `json:"draws"`
}

// Sensitive is what one choice explains of the mean absolute shift of ranks of
// the top: first order alone, total with all that it takes part in.
type Sensitive struct {
	Choice       string   `json:"choice"`
	First        Number   `json:"first"`
	FirstLo      Number   `json:"first_lo"`
	FirstHi      Number   `json:"first_hi"`
	Total        Number   `json:"total"`
	TotalLo      Number   `json:"total_lo"`
	TotalHi      Number   `json:"total_hi"`
	Alternatives []Effect `json:"alternatives,omitempty"`
}

// Effect is what one alternative alone does to the ranks of the index.
type Effect struct {
	Name  string `json:"name"`
	Shift Number `json:"shift"` // mean absolute shift of ranks
	Moved Number `json:"moved"` // share of units whose class changes
}

// Summary is what a column looks like, over the reference units: as read
// (raw, denominated and logged), and after imputation and treatment.
type Summary struct {
	Code   string  `json:"code"`
	Period string  `json:"period,omitempty"`
	Before Moments `json:"before"`
	After  Moments `json:"after"`
	// Treatment says what was done: none, winsorise, log, boxcox, and how many
	// values were drawn in.
	Treatment string   `json:"treatment"`
	Drawn     int      `json:"drawn,omitempty"`
	Imputed   int      `json:"imputed,omitempty"`
	Flags     []string `json:"flags,omitempty"` // missing, zeros, outliers
}

// Moments describe the values of a column.
type Moments struct {
	N        int    `json:"n"`
	Missing  int    `json:"missing"`
	Zero     int    `json:"zero"`
	Unique   int    `json:"unique"`
	Min      Number `json:"min"`
	Max      Number `json:"max"`
	Mean     Number `json:"mean"`
	Median   Number `json:"median"`
	SD       Number `json:"sd"`
	Skewness Number `json:"skewness"`
	Kurtosis Number `json:"kurtosis"`
}
