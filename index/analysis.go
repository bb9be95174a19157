package index

// Multivariate is what the columns say of each other.
type Multivariate struct{}

// Weighing is where weights come from.
type Weighing struct{}

// ProfileOf is one unit's strengths and weaknesses.
type ProfileOf struct{}

// Without is the index without one element.
type Without struct{}

// Linked compares the index with another variable.
type Linked struct{}

// PeriodChange is what changed between two periods.
type PeriodChange struct{}
