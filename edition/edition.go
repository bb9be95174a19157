// Package edition is what the public sees: a frozen, numbered, dated set of
// results, under embargo until its hour, never edited, only superseded.
//
// A Manifest lists by content address everything the edition is made of. A
// Content is the same, loaded in memory and indexed, from which package report
// composes pages; it is read-only and safe for concurrent use. The package
// does no I/O: observatory loads and freezes. Start with Manifest and Content.
package edition

import (
	"bytes"
	"encoding/json"
	"regexp"
	"time"

	"vigie/fault"
)

// Manifest is the frozen list of what an edition is made of. Its JSON is the
// edition's artifact; nothing in it depends on the machine.
type Manifest struct {
	Number     string    `json:"number"`  // 2026-1
	Date       string    `json:"date"`    // ISO day of publication
	Embargo    time.Time `json:"embargo"` // UTC instant before which nobody sees it
	Version    string    `json:"version"` // of the program that froze it
	Supersedes string    `json:"supersedes,omitempty"`
	Parts      []Part    `json:"parts"`
	Changes    []Change  `json:"changes"`
}

// Part is one artifact of the edition. Role says what for; Name tells apart
// the parts of one role (the tier of a result, the vintage of a territory
// file). Artifact is the content address; Dataset, File and Source are set for
// what came from a file by import.
type Part struct {
	Role     string `json:"role"`
	Name     string `json:"name"`
	Artifact string `json:"artifact"`
	Dataset  string `json:"dataset,omitempty"`
	File     string `json:"file,omitempty"`      // artifact of the raw bytes
	FileName string `json:"file_name,omitempty"` // as it was given
	Source   string `json:"source,omitempty"`    // artifact of the source description
	Address  string `json:"address,omitempty"`   // that the file was brought from
	Rows     int    `json:"rows,omitempty"`
	Title    string `json:"-"` // of the file, in French; read in its description
	Origin   string `json:"-"` // what a derived file was made from, in French; read in its description

	Derivation *Derivation `json:"-"` // of a derived file, nil of a producer's; read in its description
}

// Derivation says what a derived dataset was made from. Origins are parts with
// the addresses of their table, file and description; they need not be parts of
// the edition. Of several that have the same observation the first one gave it.
type Derivation struct {
	Conversion bool // of another geography; else sums and ratios
	From, To   int  // the geographies of a conversion

	Matched, Converted, Estimated, Refused int // its observations, by what became of them

	Origins  []Part
	Communes []Part // of a conversion: the communal counts that larger tiers were rebuilt from
}

// The roles of parts.
const (
	RoleObservation = "observation" // Parquet table of a tier
	RoleZoning      = "zoning"      // JSON, tables commune → zone
	RoleTerritory   = "territory"
	RoleBoundary    = "boundary"
	RolePostcode    = "postcode"
	RoleChange      = "change"
	RoleCatalogue   = "catalogue"
	RoleTaxonomy    = "taxonomy"
	RolePublished   = "published"
	RolePublication = "publication"
	RoleRegister    = "register" // studies, events, partners
	RoleLicence     = "licence"
	RoleSpec        = "spec"
	RoleResult      = "result"
	RoleMove        = "move"   // JSON, how places of a tier changed since the edition superseded
	RoleCase        = "case"   // JSON lines, the public cases of the moment
	RoleSurvey      = "survey" // JSON, what is published of a survey
)

// Change is one line of « ce qui change dans cette édition ».
type Change struct {
	Kind string `json:"kind"` // first, dataset, series, spec, territory, score, move, case
	FR   string `json:"fr"`
	EN   string `json:"en"`
}

// Erratum says, since an instant and its ISO day in Paris, what was wrong in an
// edition, which itself stays as it was. CorrectedBy is the edition that
// corrects it, "" if none does.
type Erratum struct {
	At          time.Time
	Date        string
	FR, EN      string
	CorrectedBy string
}

var number = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,3}$`)

// CheckNumber refuses a number that is not a year, a hyphen and a rank.
func CheckNumber(n string) error {
	if !number.MatchString(n) {
		return fault.Invalidf("donnez une année et un rang, par exemple 2026-1",
			"« %s » n’est pas un numéro d’édition", n)
	}
	return nil
}

// Part returns the part of one role and name, false when the edition has none.
func (m *Manifest) Part(role, name string) (Part, bool) {
	for _, p := range m.Parts {
		if p.Role == role && p.Name == name {
			return p, true
		}
	}
	return Part{}, false
}

// Encode returns the manifest's bytes: the same manifest, the same bytes.
func (m *Manifest) Encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(m)
	return b.Bytes(), err
}

// Decode reads a manifest back.
func Decode(b []byte) (*Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, &fault.Error{Kind: fault.Internal, What: "manifeste d’édition illisible", Err: err,
			Do: "restaurez l’observatoire depuis une sauvegarde"}
	}
	return &m, nil
}
