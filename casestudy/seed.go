package casestudy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"vigie/fault"
	"vigie/territory"
)

// seed is one line of the starter case base.
type seed struct {
	Slug        string            `json:"slug"`
	Title       string            `json:"title"`
	Summary     string            `json:"summary"`
	Territories []territory.Code  `json:"territories"`
	Region      string            `json:"region"` // a label, which the codes of territories say already
	Scope       string            `json:"scope"`
	Domains     []string          `json:"domains"`
	SDGs        []int             `json:"sdgs"`
	Actors      []Actor           `json:"actors"`
	Relations   []string          `json:"relationship_types"`
	Forms       []string          `json:"co_construction_forms"`
	Objectives  []string          `json:"objectives"`
	Phase       string            `json:"phase"`
	StartYear   int               `json:"start_year"`
	EndYear     int               `json:"end_year"`
	Context     string            `json:"context"`
	Solution    string            `json:"solution"`
	Governance  string            `json:"governance"`
	Results     string            `json:"results"`
	Keys        string            `json:"keys_to_success"`
	Impacts     map[string]string `json:"impacts"`
	Evidence    []Evidence        `json:"evidence"`
	Sources     []Source          `json:"sources"`
	Language    string            `json:"language"`
	Status      string            `json:"status"`
}

// SeedLicence is that of the starter case base.
const SeedLicence = "CC BY 4.0"

// ParseSeed reads one line of the starter case base: its slug and its record.
// Figures keep no level of evidence and effects nobody who claims them, for the
// base has none. A field that is not known is refused, so that nothing is lost.
func ParseSeed(line []byte) (slug string, r Record, err error) {
	var s seed
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return "", r, &fault.Error{Kind: fault.Invalid, What: "fiche de départ illisible", Do: "donnez une fiche par ligne, en JSON", Err: err}
	}
	if _, err := d.Token(); err != io.EOF {
		return "", r, fault.Invalidf("donnez une fiche par ligne", "fiche de départ « %s » : la ligne en dit plus qu'une fiche", s.Slug)
	}
	if s.Slug == "" || s.Status != "published_seed" {
		return "", r, fault.Invalidf("donnez le slug, et le statut published_seed", "fiche de départ « %s » : statut « %s »", s.Slug, s.Status)
	}
	r = Record{
		Text: Text{Title: s.Title, Summary: s.Summary}, Language: s.Language, Territories: s.Territories, Scope: s.Scope, Domains: s.Domains, SDGs: s.SDGs,
		Actors: s.Actors, Relations: s.Relations, Forms: s.Forms, Objectives: s.Objectives, Phase: s.Phase, StartYear: s.StartYear, EndYear: s.EndYear,
		Evidence: s.Evidence, Sources: s.Sources, Licence: SeedLicence,
	}
	for _, part := range []struct{ code, text string }{
		{"context", s.Context}, {"solution", s.Solution}, {"governance", s.Governance}, {"results", s.Results}, {"keys", s.Keys},
	} {
		if part.text != "" {
			r.set("sections."+part.code, part.text)
		}
	}
	for _, axis := range []string{"performance", "innovation", "trust"} {
		if said := s.Impacts[axis]; said != "" {
			r.Impacts = append(r.Impacts, Impact{Axis: axis, Text: said})
		}
		delete(s.Impacts, axis)
	}
	if len(s.Impacts) > 0 {
		return "", r, fault.Invalidf("écrivez performance, innovation ou trust", "fiche de départ « %s » : effet d'un autre axe", s.Slug)
	}
	r, _ = Clean(r) // which has nothing to tell of the starter base: a test
	return s.Slug, r, nil
}

// Seeds reads the starter case base, a record a line; slugs come in the order
// of the lines, each with its record at the same place.
func Seeds(file []byte) (slugs []string, records []Record, err error) {
	n := 0
	for line := range bytes.Lines(file) {
		n++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		slug, r, err := ParseSeed(line)
		if err != nil {
			return nil, nil, fmt.Errorf("ligne %d : %w", n, err)
		}
		if slices.Contains(slugs, slug) {
			return nil, nil, fault.Invalidf("gardez une seule des deux lignes", "ligne %d : fiche « %s » donnée deux fois", n, slug)
		}
		slugs, records = append(slugs, slug), append(records, r)
	}
	return slugs, records, nil
}
