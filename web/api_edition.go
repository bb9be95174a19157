package web

import (
	"net/http"

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
