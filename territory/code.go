package territory

import "strings"

// Code identifies a territory: FR, FM, REG-84, DEP-2A, EPCI-200000172,
// COM-01001. It is text: 01, 2A and 971 lose their meaning as numbers.
type Code string

// The two national codes.
const (
	France     Code = "FR" // whole country; the exact field is in each indicator's notes
	Metropolis Code = "FM" // the 96 metropolitan départements
)

// Level is a territorial tier.
type Level string

// The tiers, from the largest to the smallest.
const (
	National    Level = "national"
	Region      Level = "region"
	Departement Level = "departement"
	EPCI        Level = "epci"
	Commune     Level = "commune"
	Composed    Level = "composed" // by a reader, from communes: no tier of the official code
)

// Levels lists the tiers from the largest to the smallest.
var Levels = [...]Level{National, Region, Departement, EPCI, Commune}

// Level returns the tier that the code's prefix names, "" for a code of no
// known form.
func (c Code) Level() Level {
	switch {
	case c == France || c == Metropolis:
		return National
	case strings.HasPrefix(string(c), "REG-"):
		return Region
	case strings.HasPrefix(string(c), "DEP-"):
		return Departement
	case strings.HasPrefix(string(c), "EPCI-"):
		return EPCI
	case strings.HasPrefix(string(c), "COM-"):
		return Commune
	case strings.HasPrefix(string(c), "T-"):
		return Composed
	}
	return ""
}

// Official returns the code without our prefix: "84", "2A", "01001", "FR".
func (c Code) Official() string {
	if _, after, ok := strings.Cut(string(c), "-"); ok {
		return after
	}
	return string(c)
}
