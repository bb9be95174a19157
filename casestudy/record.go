// Package casestudy knows the base of practices that inspire their peers: what
// a record holds, how it lives from draft to archive, how it is found, matched
// with a fragile territory and read as a whole.
//
// A record is what was written at one moment: a Record, kept as a version. What
// readers see is an Entry, a record with its editorial facts, and all of them
// are a Base: in memory, immutable, the same whatever the database. Codes are
// terms of the reference lists (taxonomy), places codes of territory; this
// package knows no file, no store and no clock. Start with Record, then Base.
package casestudy

import "vigie/territory"

// Record is one practice as somebody described it. Only Title is needed for a
// draft; Complete says what is missing, Check what is wrong. Empty means not
// known, never none. JSON is its one encoding, for versions, exports and
// exchange.
type Record struct {
	Text                          // in Language
	Language     string           `json:"language"` // of Text: fr or en
	Translations map[string]Text  `json:"translations,omitempty"`
	Territories  []territory.Code `json:"territories,omitempty"` // the main one first
	Scope        string           `json:"scope,omitempty"`       // list partnership_scope
	Domains      []string         `json:"domains,omitempty"`     // list domain, the main one first
	SDGs         []int            `json:"sdgs,omitempty"`        // 1 to 17, ascending
	Actors       []Actor          `json:"actors,omitempty"`
	Relations    []string         `json:"relationship_types,omitempty"`    // list relation
	Forms        []string         `json:"co_construction_forms,omitempty"` // list co_construction
	Objectives   []string         `json:"objectives,omitempty"`            // list objective
	Phase        string           `json:"phase,omitempty"`                 // list evaluation_phase
	StartYear    int              `json:"start_year,omitempty"`            // 0 when not known
	EndYear      int              `json:"end_year,omitempty"`              // 0 when it goes on, or not known
	Impacts      []Impact         `json:"impacts,omitempty"`
	Evidence     []Evidence       `json:"evidence,omitempty"`
	Media        []Media          `json:"media,omitempty"`
	Contacts     []Contact        `json:"contacts,omitempty"`
	Sources      []Source         `json:"sources,omitempty"`
	Licence      string           `json:"licence,omitempty"`
	Consent      Consent          `json:"consent,omitzero"`
	Parent       string           `json:"parent,omitempty"` // ID of the case that this one is a component of
}

// Text is what a record says in one language.
type Text struct {
	Title    string            `json:"title"`
	Summary  string            `json:"summary,omitempty"`
	Sections map[string]string `json:"sections,omitempty"` // by code of the list case_section; paragraphs, no markup
}

// Actor is an organisation or a group that takes part, never a private person.
type Actor struct {
	Name    string `json:"name"`
	Profile string `json:"profile,omitempty"` // list actor_profile
	Role    string `json:"role,omitempty"`    // list actor_role
}

// Impact is what somebody says that the alliance changed.
type Impact struct {
	Axis      string `json:"axis"` // list impact
	Text      string `json:"text"`
	ClaimedBy string `json:"claimed_by,omitempty"` // who says so: an organisation, a source, an evaluation
}

// Evidence is one figure or fact that supports the record.
type Evidence struct {
	Claim  string   `json:"claim"`
	Value  *float64 `json:"value,omitempty"` // nil for a fact without a figure
	Unit   string   `json:"unit,omitempty"`
	Period string   `json:"period,omitempty"` // year, years or words
	Source int      `json:"source,omitempty"` // 1-based place in Sources, 0 when not attached
	Level  string   `json:"level,omitempty"`  // list evidence_level
}

// Media is a picture, re-encoded by us; Artifact names its bytes in the bucket.
type Media struct {
	Artifact string `json:"artifact"`
	Type     string `json:"type"` // image/jpeg or image/png
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Alt      string `json:"alt"`
	Credit   string `json:"credit,omitempty"`
}

// Contact is where an organisation can be reached; shown only with consent.
type Contact struct {
	Organisation string `json:"organisation"`
	Address      string `json:"address"` // of a page, or mailto:
}

// Source is a public page or a document.
type Source struct {
	Title   string `json:"title"`
	Address string `json:"address,omitempty"`
	Date    string `json:"date,omitempty"` // ISO, day, month or year
}

// Consent says who agreed that the record is shown.
type Consent struct {
	By string `json:"by,omitempty"` // the organisation
	On string `json:"on,omitempty"` // ISO date
}
