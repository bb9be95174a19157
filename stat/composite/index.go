package composite

// Index is what an index is made of, in numbers only: indicators, the tree of
// parts above them, and the rows they speak of. Numbers 0 to L-1 name the L
// indicators, L+k names part k; a number is the child of one part at most. It
// is not modified by the methods below and may serve several at once.
type Index struct {
	Indicators []Indicator
	Parts      []Part // children before parents
	// Reference marks the rows that fix the scales and are ranked; the others
	// are placed on them. Nil marks all.
	Reference []bool
	// Period numbers the period of each row, from 0; nil is one period. Ranks
	// are taken inside a period.
	Period []int
	// Pooled fits treatments and scales on the rows of all periods together,
	// which keeps scores of two periods comparable; otherwise in each by itself.
	Pooled bool
}

// Indicator is one column: X holds one value a row, NaN where missing.
type Indicator struct {
	X         []float64
	Direction int // 1 or -1: the sign that makes larger mean more of what the index measures
	// SE holds the standard errors of values that come from a sample, nil for an
	// exact column; 0 or NaN is a value without known error. DF is the number of
	// degrees of freedom behind them, 0 for a normal error.
	SE []float64
	DF float64
	// Least and Most bound what the indicator can be (a share: 0 and 100): a drawn
	// error does not go beyond. They count when Least < Most; an end may be infinite.
	Least, Most float64
	// Low and High are the goalposts, Target the value aimed at, in the unit of X:
	// ScaleGoalposts and ScaleTarget read them.
	Low, High, Target float64
	// Treatment, when not nil, prevails over the one of the method.
	Treatment *Treatment
}

// Part is one aggregate of its children. Without children it has no score
// anywhere, as where Need or Leaves are not met: that is no error.
type Part struct {
	Children []int
	Need     Need // shares of children and of their weight that must be present
	// Leaves is the least number of parts made of indicators only that must be
	// present below, reached through present parts (for such a part itself: of
	// indicators present), 0 for no such rule.
	Leaves int
	// Assessed asks Simulate for the spread of this part.
	Assessed bool
}

// Method is one set of choices: how an index is built once.
type Method struct {
	Imputation Imputation
	Treatment  Treatment
	Scale      Scale
	Weights    [][]float64 // by part, then by child
	Means      []Blend     // by part
}

// Imputation fills gaps of indicators before treatment, inside each period
// (ImputeTime: along the periods). The centre is that of the reference rows,
// or of all rows of a group that has no reference value.
type Imputation struct {
	Kind  ImputationKind
	Group []int // group of each row, for ImputeGroupMean and ImputeGroupMedian
	Unit  []int // unit of each row, for ImputeTime
	Time  []float64
	Panel Panel
	// MostTime bounds how far a value is carried, in units of Time; 0 sets no limit.
	MostTime float64
	// Most is the largest share of the rows of an indicator (inside a period) that
	// may be filled; an indicator with more gaps keeps them all. 0 sets no limit.
	Most float64
}

// ImputationKind names a rule.
type ImputationKind int

// The rules. ImputeNone leaves gaps as they are: a part is then the mean of
// the children present.
const (
	ImputeNone ImputationKind = iota
	ImputeMean
	ImputeMedian
	ImputeGroupMean
	ImputeGroupMedian
	ImputeTime
)

// Treatment draws in the outliers of one indicator.
type Treatment struct {
	Kind  TreatmentKind
	Limit Limit
	Ties  TieRule
	// At most Points values are drawn in, or, where Points is 0, this Share of
	// the reference rows that have a value, one at least.
	Points int
	Share  float64
	Lambda float64 // of Box–Cox
}

// TreatmentKind names a treatment.
type TreatmentKind int

// The treatments. TreatWinsoriseLog is Treat: the logarithm where winsorising
// does not suffice. TreatLog is LogShift, whatever the shape.
const (
	TreatNone TreatmentKind = iota
	TreatWinsorise
	TreatWinsoriseLog
	TreatLog
	TreatBoxCox
)

// Scale is a normalisation: indicators in their direction, on one scale.
type Scale struct {
	Kind ScaleKind
	// Lo and Hi are where 0 and 1 of the bounded kinds fall (ScaleMinMax: the
	// ends), mean and deviation of ScaleZ; ScaleRank and ScaleBorda ignore them.
	Lo, Hi float64
	// Clamp draws values beyond the treated reference range in to it, goalposts
	// and targets to [Lo, Hi], ScaleZ moreover to three deviations.
	Clamp bool
}

// ScaleKind names a normalisation.
type ScaleKind int

// The scales. ScaleGoalposts, ScaleTarget read the indicator's own posts and
// target; those without any are refused.
const (
	ScaleMinMax ScaleKind = iota
	ScaleZ
	ScaleRank
	ScalePercentile
	ScaleBorda
	ScaleTarget
	ScaleToMax
	ScaleFraction
	ScaleGoalposts
)

// Blend says how a part is made of its children.
type Blend struct {
	Kind  BlendKind
	Power Power // of BlendPower
	// Mirror, when positive, takes the mean of Mirror − x instead of x and turns
	// it back: a mean below the arithmetic one for what is left of the scale makes
	// high values weigh more.
	Mirror  float64
	Penalty Penalty // of BlendMazziotta
	Divisor int     // of its variance: 0 for n, 1 for n − 1
	Shares  Shares  // of BlendBenefit: bounds of what a child takes of a score
}

// BlendKind names an aggregation.
type BlendKind int

// The aggregations. BlendMazziotta is mean ± variance/mean (adjusted
// Mazziotta–Pareto of children already scaled); BlendCopeland is the Copeland
// score of the outranking matrix, BlendBenefit BenefitOfTheDoubt among the
// reference rows times the upper end of the scale, both for a few thousand rows
// at most.
const (
	BlendPower BlendKind = iota
	BlendMazziotta
	BlendCopeland
	BlendMedian
	BlendBenefit
)

// Built is an index built once: one column a number (indicators treated and
// scaled, then parts), one value a row.
type Built struct {
	Imputed    [][]float64 // [indicator]; X itself where nothing was filled
	Filled     [][]bool    // [indicator][row]: value imputed; nil where none
	Fits       [][]Fit     // [indicator][period], one when pooled
	Treated    [][]float64 // [indicator]
	Normalised [][]float64 // [indicator]
	Score      [][]float64 // [part]
	Rank       [][]int     // [part][row] among the reference rows of the period, 1 the largest; 0 without
	Place      [][]int     // [part][row] reference rows above, plus one; 0 without
}

// Fit is what reference rows say of one indicator.
type Fit struct {
	Values             int           // reference rows that have a value
	Least, Most        float64       // of them
	Skewness, Kurtosis float64       // of them
	Kind               TreatmentKind // what was done: TreatNone, TreatWinsorise, TreatLog or TreatBoxCox
	Low, High          float64       // what values are drawn in to, in the unit of the indicator
	Moved              int           // reference values drawn in
	Pass               bool          // they pass the test once treated
	Lambda             float64       // of TreatBoxCox
}

// Alternatives are the choices among which Simulate draws, all equally likely
// and independent: draw k of m is taken for a uniform u when k = ⌊um⌋. A list
// that is empty keeps what Method says.
type Alternatives struct {
	Imputations []Imputation
	Treatments  []Treatment
	Scales      []Scale
	Means       [][]Blend     // [alternative][part]
	Weights     [][][]float64 // [alternative][part][child]
	// Noise multiplies the weights of an alternative by independent gamma factors
	// of this coefficient of variation, one entry an alternative, nil none.
	Noise []float64
	// Sets holds, for an alternative of weights that stands for what a panel or a
	// poll leaves unknown, the sets it draws among, uniformly, instead of Weights,
	// which stays their centre: [alternative][set][part][child]; nil where none.
	Sets [][][][]float64
	// LeaveOut is the probability, for each assessed part by itself, that one of
	// the indicators below it is left out, all equally likely.
	LeaveOut float64
	// Sampling draws the errors of indicators that have standard errors. Errors,
	// when not nil, is the correlation between the errors of two indicators in one
	// row (L × L); nil is the identity.
	Sampling bool
	Errors   [][]float64
}

// Choice is something that Simulate may vary.
type Choice int

// The choices. The first five are discrete, the others random.
const (
	ChoiceImputation Choice = iota
	ChoiceTreatment
	ChoiceScale
	ChoiceMean
	ChoiceWeights
	ChoiceNoise
	ChoiceLeaveOut
	ChoiceSampling
)

// Simulation says how Simulate draws.
type Simulation struct {
	Alternatives
	Draws   int
	Seed    uint64
	Classes int  // number of classes of equal size in each period, 0 for none
	Workers int  // the result does not depend on it
	Scores  bool // keep the score of every draw too: eight bytes a row, draw and part
}

// Simulated is what Simulate found.
type Simulated struct {
	// Spread holds one entry a part, in order; the zero Spread where not assessed.
	Spread []Spread
	// Drawn holds the alternative of each discrete choice: [draw][choice].
	Drawn [][]int
	// Failed lists the draws that gave no index and why; they are no part of
	// the spreads, whose Draws are the others.
	Failed []Failure
}

// Failure is a draw that could not be carried out.
type Failure struct {
	Draw int
	Err  error
}
