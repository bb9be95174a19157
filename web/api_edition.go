package web

import (
	"net/http"
	"time"

	"vigie/observatory"
	"vigie/store"
)

func (s *Server) apiComposition(r *http.Request, v *visitor, _ *struct{}) (observatory.Composition, error) {
	return s.walkOf(v).Compose(r.Context())
}

func (s *Server) apiProposals(r *http.Request, v *visitor, _ *struct{}) (apiRows[observatory.Candidate], error) {
	all, err := s.candidates(r, v)
	return apiRows[observatory.Candidate]{Items: all}, err
}

func (s *Server) apiProposal(r *http.Request, v *visitor, _ *APIID) (observatory.CandidateBody, error) {
	return s.editionState(r, v)
}

type apiProposalAsk struct {
	Body struct {
		Number    string    `json:"number" maxLength:"8" doc:"Celui que dit /api/v1/composition"`
		Date      string    `json:"date" format:"date"`
		Embargo   time.Time `json:"embargo,omitzero" required:"false" doc:"L’édition est publique à cet instant ; sans lui, dès qu’elle est approuvée"`
		Note      string    `json:"note,omitempty" maxLength:"2000" doc:"Un mot à qui approuvera"`
		ErratumFR string    `json:"erratum_fr,omitempty" maxLength:"4000" doc:"Ce qui était faux dans l’édition remplacée"`
		ErratumEN string    `json:"erratum_en,omitempty" maxLength:"4000"`
	}
}

// apiPropose asks for the run that freezes an edition; a publisher approves it on
// its page.
func (s *Server) apiPropose(r *http.Request, v *visitor, in *apiProposalAsk) (apiAsked, error) {
	b := &in.Body
	p := observatory.Proposing{Publishing: observatory.Publishing{Number: b.Number, Date: b.Date, Embargo: b.Embargo}, Note: b.Note, ErratumFR: b.ErratumFR, ErratumEN: b.ErratumEN}
	if err := s.checkProposing(v, &p, nil); err != nil {
		return apiAsked{}, err
	}
	id, run, err := s.walkOf(v).AskProposal(r.Context(), p)
	return apiAsked{Run: run.ID, Proposal: id}, err
}

func (s *Server) apiWithdraw(r *http.Request, v *visitor, in *APIID) (observatory.Candidate, error) {
	if err := s.Office.DB.Withdraw(r.Context(), v.actor(), in.ID, s.Now()); err != nil {
		return observatory.Candidate{}, err
	}
	return s.candidate(r)
}

type apiErratumAsk struct {
	APIID
	Body struct {
		ErratumFR string `json:"erratum_fr" minLength:"1" maxLength:"4000"`
		ErratumEN string `json:"erratum_en" minLength:"1" maxLength:"4000"`
	}
}

func (s *Server) apiErratum(r *http.Request, v *visitor, in *apiErratumAsk) (observatory.Candidate, error) {
	c, err := s.candidate(r)
	if err == nil {
		_, err = s.Office.DB.PutErratum(r.Context(), v.actor(), store.Erratum{Edition: c.Number, FR: in.Body.ErratumFR, EN: in.Body.ErratumEN}, s.Now())
	}
	if err != nil {
		return c, err
	}
	return s.candidate(r)
}
