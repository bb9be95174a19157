package web

import (
	"net/http"

	"vigie/account"
	"vigie/observatory"
	"vigie/store"
)

func (s *Server) apiSpecs(r *http.Request, v *visitor, _ *struct{}) (apiRows[observatory.Specification], error) {
	all, err := s.specs(r, v)
	return apiRows[observatory.Specification]{Items: all}, err
}

func (s *Server) apiSpec(r *http.Request, v *visitor, _ *APIID) (specBody, error) {
	b, _, err := s.specState(r, v)
	return b, err
}

// APISpecText is what a specification is written of.
type APISpecText struct {
	Name string `json:"name" minLength:"1" maxLength:"120"`
	Note string `json:"note,omitempty" maxLength:"2000" doc:"Pourquoi elle est ainsi"`
	Text string `json:"text" doc:"TOML"`
}

func (t *APISpecText) input() store.SpecInput {
	return store.SpecInput{Name: t.Name, Note: t.Note, Text: []byte(t.Text)}
}

// apiSpecWritten is a draft as it was kept, with what is wrong in it.
type apiSpecWritten struct {
	store.SpecRow
	State  account.State           `json:"state"`
	Faults []observatory.SpecFault `json:"faults" nullable:"false"`
}

func specWritten(row store.SpecRow, faults []observatory.SpecFault) apiSpecWritten {
	return apiSpecWritten{row, row.State(), append([]observatory.SpecFault{}, faults...)}
}

func (s *Server) apiStartSpec(r *http.Request, v *visitor, in *struct{ Body APISpecText }) (apiSpecWritten, error) {
	row, faults, err := s.writeSpec(r.Context(), v, "", 0, in.Body.input())
	return specWritten(row, faults), err
}

type apiSpecAsk struct {
	APIID
	Body struct {
		Version int `json:"version" doc:"Version lue, dont part la demande"`
		APISpecText
	}
}

func (s *Server) apiSaveSpec(r *http.Request, v *visitor, in *apiSpecAsk) (apiSpecWritten, error) {
	row, faults, err := s.writeSpec(r.Context(), v, in.ID, in.Body.Version, in.Body.input())
	return specWritten(row, faults), err
}

func (s *Server) apiKeepSpec(r *http.Request, v *visitor, in *apiVersionAsk) (apiSpecWritten, error) {
	row, err := s.keepSpec(r, v, in.Body.Version)
	return specWritten(row, nil), err
}

// apiNone is the answer of what leaves nothing.
type apiNone struct{}

func (s *Server) apiDropSpec(r *http.Request, v *visitor, in *apiVersionAsk) (apiNone, error) {
	return apiNone{}, specFixed(v, s.Office.DB.DropSpec(r.Context(), v.actor(), in.ID, in.Body.Version, s.Now()))
}

// apiAsked is the work that was asked for.
type apiAsked struct {
	Run      string `json:"run" doc:"Le travail, à suivre sous /api/v1/travaux"`
	Proposal string `json:"proposal,omitempty" doc:"La proposition qu’il fera"`
}

func (s *Server) apiCompute(r *http.Request, v *visitor, _ *APIID) (apiAsked, error) {
	run, err := s.askComputation(r, v)
	return apiAsked{Run: run}, err
}
