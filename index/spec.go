package index

import "vigie/place"

// Spec states every choice of an index. doc/methods/index-desk.md explains
// each key. It is not modified once parsed.
type Spec struct {
	Version string `toml:"version"`
	// AllowResponse lets an observatory use measures of public action.
	AllowResponse bool          `toml:"allow_response,omitempty"`
	Title         Title         `toml:"title"`
	Reference     Reference     `toml:"reference"`
	Data          Data          `toml:"data"`
	Elements      []Element     `toml:"element"`
	Indicators    []Indicator   `toml:"indicator"`
	Screening     Screening     `toml:"screening"`
	Imputation    Imputation    `toml:"imputation"`
	Analysis      Analysis      `toml:"analysis"`
	Treatment     Treatment     `toml:"treatment"`
	Normalisation Normalisation `toml:"normalisation"`
	Weights       Weights       `toml:"weights"`
	Aggregation   Aggregation   `toml:"aggregation"`
	Missing       Missing       `toml:"missing"`
	Uncertainty   Uncertainty   `toml:"uncertainty"`
	Profile       Profile       `toml:"profile"`
	Space         Space         `toml:"space"`
	Links         []Link        `toml:"link,omitempty"`
	Output        Output        `toml:"output"`

	// Hash is the SHA-256 of the bytes that ParseSpec read, in hexadecimal.
	Hash  string `toml:"-"`
	lines place.Lines
}

// Title names the index in both languages, and the set that fixes its scale.
type Title struct {
	FR          string `toml:"fr"`
	EN          string `toml:"en,omitempty"`
	ReferenceFR string `toml:"reference_fr,omitempty"`
	ReferenceEN string `toml:"reference_en,omitempty"`
}

// Text returns the title in a language, "fr" or "en".
func (t Title) Text(lang string) string {
	if lang == "en" && t.EN != "" {
		return t.EN
	}
	return t.FR
}

// Reference returns the name of the set that fixes the scale in a language.
func (t Title) Reference(lang string) string {
	if lang == "en" && t.ReferenceEN != "" {
		return t.ReferenceEN
	}
	return t.ReferenceFR
}

// Reference is what an observatory asks of a series: the share of the
// reference set that must have a value in the period it is read at, in [0, 1].
// The desk, whose files say what is read, does without.
type Reference struct {
	Coverage float64 `toml:"coverage,omitempty"`
}

// Data says where the table is and what its columns are.
type Data struct {
	File      string   `toml:"file,omitempty"`
	Sheet     string   `toml:"sheet,omitempty"`
	Encoding  string   `toml:"encoding,omitempty"`
	Delimiter string   `toml:"delimiter,omitempty"`
	Unit      string   `toml:"unit,omitempty"`      // column of the codes of units
	Name      string   `toml:"name,omitempty"`      // column of their names
	Period    string   `toml:"period,omitempty"`    // column of periods
	Groups    []string `toml:"groups,omitempty"`    // columns inside whose groups units are ranked too
	Reference string   `toml:"reference,omitempty"` // column of 1 (fixes the scales, is ranked) and 0; absent, all
}

// Element is an aggregate of the tree. Parent "" is the top.
type Element struct {
	Code   string   `toml:"code"`
	Parent string   `toml:"parent,omitempty"`
	Weight *float64 `toml:"weight,omitempty"` // 1 when not given
	NameFR string   `toml:"name_fr,omitempty"`
	NameEN string   `toml:"name_en,omitempty"`
	// Aggregation prevails over the method of the level.
	Aggregation string `toml:"aggregation,omitempty"`
}

// Indicator is a leaf of the tree.
type Indicator struct {
	Code      string   `toml:"code"`
	Parent    string   `toml:"parent"`
	Weight    *float64 `toml:"weight,omitempty"` // 1 when not given
	Direction int      `toml:"direction,omitempty"`
	Column    string   `toml:"column,omitempty"` // the code when not given
	NameFR    string   `toml:"name_fr,omitempty"`
	NameEN    string   `toml:"name_en,omitempty"`
	Unit      string   `toml:"unit,omitempty"`
	// Denominator is the column that divides the value; the quotient is
	// multiplied by DenominatorScale (1 when 0).
	Denominator      string  `toml:"denominator,omitempty"`
	DenominatorScale float64 `toml:"denominator_scale,omitempty"`
	// Smooth draws the rate to the mean of all (global) or of the neighbours
	// (local), the more so as the denominator is small.
	Smooth    string    `toml:"smooth,omitempty"`
	Log       bool      `toml:"log,omitempty"`       // natural logarithm of the value, before anything else
	Bounds    []float64 `toml:"bounds,omitempty"`    // what the value can be
	Goalposts []float64 `toml:"goalposts,omitempty"` // of the normalisation goalposts
	Target    *float64  `toml:"target,omitempty"`    // of the normalisation target
	SE        string    `toml:"se,omitempty"`        // column of standard errors
	DF        float64   `toml:"df,omitempty"`        // degrees of freedom behind them, 0 many
	// Treatment prevails over the one of the index.
	Treatment *Treatment `toml:"treatment,omitempty"`
}

// Screening is the least that a unit, or an indicator, must have to stay in
// the index, as shares; 0 asks for nothing.
type Screening struct {
	Available float64 `toml:"available,omitempty"` // of a unit's indicators
	NonZero   float64 `toml:"nonzero,omitempty"`   // of a unit's values
	Indicator float64 `toml:"indicator,omitempty"` // of the units, for an indicator
}

// Imputation fills gaps: see doc/methods/index-desk.md for the methods.
type Imputation struct {
	Method   string  `toml:"method"`
	Group    string  `toml:"group,omitempty"`     // column of the groups
	Most     float64 `toml:"most,omitempty"`      // share of gaps beyond which an indicator keeps them all
	MostTime float64 `toml:"most_time,omitempty"` // how far a value is carried, 0 without limit
}

// Analysis says which correlations are shown and which are pointed out.
type Analysis struct {
	Correlation string  `toml:"correlation"`
	FlagHigh    float64 `toml:"flag_high"`
	FlagLow     float64 `toml:"flag_low"`
}

// Treatment draws in outliers: at most Points values, or this Share of the
// values of the reference set, one at least.
type Treatment struct {
	Method   string  `toml:"method"`
	Skewness float64 `toml:"skewness,omitempty"`
	Kurtosis float64 `toml:"kurtosis,omitempty"`
	Share    float64 `toml:"share,omitempty"`
	Points   int     `toml:"points,omitempty"`
	Lambda   float64 `toml:"lambda,omitempty"`
}

// Normalisation puts indicators on one scale.
type Normalisation struct {
	Method string    `toml:"method"`
	Range  []float64 `toml:"range"`
	Mean   *float64  `toml:"mean,omitempty"` // of zscore: the middle of the range when not given
	SD     *float64  `toml:"sd,omitempty"`   // of zscore: a sixth of the range when not given
	Scope  string    `toml:"scope"`
	Clamp  *bool     `toml:"clamp,omitempty"` // true when not given, false for zscore
}

// Weights says where weights come from.
type Weights struct {
	Method string `toml:"method"`
	File   string `toml:"file,omitempty"`  // of budget and poll
	Level  int    `toml:"level,omitempty"` // of the elements that pca and optimised weigh; 0 is indicators
	// Share bounds what a child takes of a score, for benefit.
	Share []float64 `toml:"share,omitempty"`
}

// Aggregation says how an element is made of its children. ByLevel names the
// method of each level, the lowest elements first; the last one holds above.
type Aggregation struct {
	Method  string   `toml:"method"`
	ByLevel []string `toml:"by_level,omitempty"`
	Power   float64  `toml:"power,omitempty"`    // of power
	Mirror  float64  `toml:"mirror,omitempty"`   // when positive, the mean is taken of mirror − x and turned back
	Penalty string   `toml:"penalty,omitempty"`  // of mazziotta
	Divisor string   `toml:"variance,omitempty"` // of mazziotta: n or n-1
}

// Missing says when an element has a score. Weight and Children hold one share
// a level, the lowest elements first; the last one holds above.
type Missing struct {
	Weight   []float64 `toml:"weight,omitempty"`   // of the weight of the children present
	Children []float64 `toml:"children,omitempty"` // of the children of the specification
	Least    int       `toml:"least,omitempty"`    // elements of the lowest level below the top
}

// Uncertainty lists what is varied and the thresholds that read it. An empty
// list keeps the choice of the index.
type Uncertainty struct {
	Draws          int      `toml:"draws"`
	Seed           uint64   `toml:"seed"`
	Interval       float64  `toml:"interval"`
	Reversal       float64  `toml:"reversal"`     // above it, two units cannot be told apart
	ClassChange    float64  `toml:"class_change"` // above it, a class is uncertain
	Worst          int      `toml:"worst"`        // k of the probability of being among the k worst; 0: see Plan.worst
	Imputations    []string `toml:"imputations,omitempty"`
	Treatments     []string `toml:"treatments,omitempty"`
	Normalisations []string `toml:"normalisations,omitempty"`
	Weightings     []string `toml:"weightings"`
	WeightSpread   float64  `toml:"weight_spread"` // coefficient of variation of random weights
	Aggregations   []string `toml:"aggregations,omitempty"`
	LeaveOneOut    float64  `toml:"leave_one_out"`
	Sampling       bool     `toml:"sampling"`   // draw the errors of indicators that have standard errors
	SobolRows      int      `toml:"sobol_rows"` // 0: no sensitivity
	Confidence     float64  `toml:"confidence"` // of the confidence sets for ranks
}

// Profile says what is told of each unit: its Top strengths and weaknesses.
type Profile struct {
	Top    int  `toml:"top"`
	WhatIf bool `toml:"what_if"` // the index without each element
}

// Space says which units are neighbours and what is looked for on their map;
// without Neighbours, nothing. doc/methods/index-desk.md explains each key.
type Space struct {
	Neighbours     string   `toml:"neighbours,omitempty"`
	File           string   `toml:"file,omitempty"`        // boundaries, or pairs
	Coordinates    []string `toml:"coordinates,omitempty"` // columns of the table
	Degrees        bool     `toml:"degrees,omitempty"`     // these are a longitude and a latitude
	Nearest        int      `toml:"nearest,omitempty"`
	Within         float64  `toml:"within,omitempty"` // kilometres on the Earth, else in the unit of the coordinates
	Islands        string   `toml:"islands"`
	Columns        []string `toml:"columns,omitempty"` // that are tested; the index when not given
	Tests          []string `toml:"tests"`
	Permutations   int      `toml:"permutations"`
	FalseDiscovery float64  `toml:"false_discovery"` // share of the clusters named that may be false
	Regions        int      `toml:"regions,omitempty"`
	RegionColumns  []string `toml:"region_columns,omitempty"` // the children of the index when not given
}

// Link is a variable of the table with which the index is compared.
type Link struct {
	Column string `toml:"column"`
	NameFR string `toml:"name_fr,omitempty"`
	NameEN string `toml:"name_en,omitempty"`
}

// Output says how results are laid out.
type Output struct {
	Decimals int `toml:"decimals"`
	Classes  int `toml:"classes"`
	// Worst says which end is the worst: "low" or "high".
	Worst string `toml:"worst"`
}

// Default returns the choices that a specification need not repeat.
func Default() *Spec {
	return &Spec{
		Imputation:    Imputation{Method: "none", Most: 0.3},
		Analysis:      Analysis{Correlation: "pearson", FlagHigh: 0.9, FlagLow: -0.4},
		Treatment:     Treatment{Method: "none", Skewness: 2, Kurtosis: 3.5, Share: 0.05},
		Normalisation: Normalisation{Method: "minmax", Range: []float64{0, 100}, Scope: "each_period"},
		Weights:       Weights{Method: "given"},
		Aggregation:   Aggregation{Method: "arithmetic", Penalty: "below", Divisor: "n"},
		Uncertainty: Uncertainty{
			Draws: 1000, Seed: 1, Interval: 0.9, Reversal: 0.1, ClassChange: 1.0 / 3,
			Weightings: []string{"given", "equal_indicator", "equal_part", "random"}, WeightSpread: 0.5,
			LeaveOneOut: 0.5, Sampling: true, Confidence: 0.95,
		},
		Profile: Profile{Top: 5, WhatIf: true},
		Space:   Space{Islands: "listed", Tests: []string{"moran", "lisa"}, Permutations: 9999, FalseDiscovery: 0.05},
		Output:  Output{Decimals: 1, Classes: 5, Worst: "low"},
	}
}

// weightOr1 is a weight of the specification.
func weightOr1(w *float64) float64 {
	if w == nil {
		return 1
	}
	return *w
}
