package source

import "regexp"

// Derivation says of a dataset made by the observatory what it was made from:
// the very tables and files, so that a trace makes any of its figures again.
type Derivation struct {
	Kind     string   `toml:"kind,omitempty"`    // sum (counts added up, ratios divided) or conversion (another geography)
	From     int      `toml:"from,omitempty"`    // geography of the origins
	To       int      `toml:"to,omitempty"`      // geography of the dataset
	Matched  int      `toml:"matched,omitempty"` // observations of a conversion, by what became of them
	Moved    int      `toml:"converted,omitempty"`
	Shared   int      `toml:"estimated,omitempty"`
	Refused  int      `toml:"refused,omitempty"`
	Origins  []Origin `toml:"origin,omitempty"`   // of several with the same observation the first one gave it
	Communes []Origin `toml:"communes,omitempty"` // of a conversion: the communal counts that larger tiers were rebuilt from, likewise
}

// Origin is a dataset that another was made from, by the addresses of its
// artifacts.
type Origin struct {
	Name         string `toml:"name"`
	Dataset      string `toml:"dataset"`
	Observations string `toml:"observations"` // the table
	File         string `toml:"file"`
	FileName     string `toml:"file_name"`
	Source       string `toml:"source"` // the description
}

// The kinds of derivation.
const (
	DerivedBySum        = "sum"
	DerivedByConversion = "conversion"
)

var address = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (d *Derivation) check(refuse refuser) {
	refuse.oneOf("derivation.kind", d.Kind, "", DerivedBySum, DerivedByConversion)
	for _, list := range [][]Origin{d.Origins, d.Communes} {
		for _, o := range list {
			for _, id := range []string{o.Dataset, o.Observations, o.File, o.Source} {
				if !address.MatchString(id) {
					refuse("derivation", "laissez cette partie comme l’observatoire l’a écrite", "adresse %q refusée", id)
				}
			}
		}
	}
}
