package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"vigie/account"
	"vigie/casestudy"
	"vigie/observatory"
	"vigie/store"
)

// caseOperations registers what programs may do with the cases. Reading one for
// its author and publishing it are done by somebody else, on the pages.
func (s *Server) caseOperations(api huma.API) {
	apiAct(s, api, "fiches", http.MethodGet, "/fiches", deskRoute{Action: account.ReadCase, Anywhere: true}, s.apiCases)
	apiAct(s, api, "fiche", http.MethodGet, "/fiches/{id}", deskRoute{Action: account.ReadCase, Object: s.caseObject}, s.apiCase)
	apiAct(s, api, "apporter_fiche", http.MethodPost, "/fiches", deskRoute{Action: account.ImportCase, Anywhere: true, Body: mostCaseBody}, s.apiBringCase)
	apiAct(s, api, "modifier_fiche", http.MethodPost, "/fiches/{id}/modifier", deskRoute{Action: account.WriteCase, Object: s.caseObject, Body: mostCaseBody}, s.apiSaveCase)
	apiAct(s, api, "soumettre_fiche", http.MethodPost, "/fiches/{id}/proposer", deskRoute{Action: account.SubmitCase, Object: s.caseObject}, s.apiSubmitCase)
	apiAct(s, api, "confirmer_fiche", http.MethodPost, "/fiches/{id}/confirmer", deskRoute{Action: account.ConfirmCase, Object: s.caseObject}, s.apiConfirmCase)
}

// mostCaseBody is the most bytes of a record, as JSON writes it.
const mostCaseBody = 1 << 20

// apiCaseLine is a case of the base, in the list.
type apiCaseLine struct {
	ID         string          `json:"id"`
	Title      string          `json:"title"`
	State      casestudy.State `json:"state"`
	Slug       string          `json:"slug,omitempty" doc:"Sous /pratiques, quand elle a été publiée"`
	Network    string          `json:"network,omitempty"`
	ExternalID string          `json:"external_id,omitempty" doc:"Son identifiant dans ce réseau"`
	Version    int             `json:"version" doc:"À redonner à qui la change"`
	Latest     int             `json:"latest" doc:"Numéro de la dernière version de son texte"`
	Published  int             `json:"published,omitempty" doc:"Celui de la version que voit le public ; rien quand il n’en voit pas"`
	Reason     string          `json:"reason,omitempty"`
	MergedInto string          `json:"merged_into,omitempty"`
	ReviewDue  string          `json:"review_due,omitempty" doc:"Jour où il faudra dire si elle est toujours vraie"`
	ChangedAt  time.Time       `json:"changed_at"`
}

func apiCaseLineOf(r *store.CaseRow) apiCaseLine {
	return apiCaseLine{r.ID, r.Title, r.State, r.Slug, r.Network, r.ExternalID, r.Version, r.Latest, r.Published, r.Reason, r.MergedInto, r.ReviewDue, r.ChangedAt}
}

type apiCasesAsk struct {
	Network string          `query:"reseau" maxLength:"60" doc:"Celles d’un réseau"`
	State   casestudy.State `query:"etat" enum:"draft,submitted,in_review,published,to_update,archived,merged"`
}

func (s *Server) apiCases(r *http.Request, v *visitor, in *apiCasesAsk) (apiRows[apiCaseLine], error) {
	f := store.CaseFilter{}
	if in.State != "" {
		f.States = []casestudy.State{in.State}
	}
	rows, err := s.Office.DB.Cases(r.Context(), f)
	return apiRowsOf(rows, func(c *store.CaseRow) bool {
		return v.may(account.ReadCase, c.Object()) && (in.Network == "" || c.Network == in.Network)
	}, apiCaseLineOf), err
}

// apiCaseBody is a case with its newest record, what is wrong in it and what its
// reviewers say.
type apiCaseBody struct {
	Case   apiCaseLine       `json:"case"`
	Record casestudy.Record  `json:"record"`
	Faults []casestudy.Fault `json:"faults" nullable:"false"`
	Notes  []store.CaseNote  `json:"notes" nullable:"false"`
}

func (s *Server) apiCase(r *http.Request, v *visitor, in *APIID) (apiCaseBody, error) {
	row, err := s.Office.DB.Case(r.Context(), in.ID)
	if err != nil {
		return apiCaseBody{}, err
	}
	return s.apiCaseOf(r, v, &row)
}

func (s *Server) apiCaseOf(r *http.Request, v *visitor, row *store.CaseRow) (b apiCaseBody, err error) {
	version, err := s.Office.DB.CaseVersion(r.Context(), row.ID, 0)
	if err != nil {
		return b, err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return b, err
	}
	notes, err := s.Office.DB.CaseNotes(r.Context(), row.ID)
	b = apiCaseBody{apiCaseLineOf(row), version.Record, casestudy.Check(version.Record, lists.checked()), append([]store.CaseNote{}, notes...)}
	b.Faults = append([]casestudy.Fault{}, b.Faults...)
	return b, err
}

type apiCaseAsk struct {
	Body struct {
		Network    string           `json:"network,omitempty" maxLength:"60" doc:"Le réseau qui l’apporte ; sans lui, celui du rôle, s’il est d’un réseau"`
		ExternalID string           `json:"external_id" minLength:"1" maxLength:"200" doc:"Son identifiant dans le réseau, qui ne change plus"`
		Record     casestudy.Record `json:"record"`
	}
}

// apiCaseBrought says what became of a case that was brought.
type apiCaseBrought struct {
	Action    observatory.CaseAction `json:"action" enum:"added,changed,same" doc:"Nouvelle, changée, ou déjà ainsi"`
	Case      apiCaseLine            `json:"case"`
	Faults    []casestudy.Fault      `json:"faults" nullable:"false" doc:"À revoir ; rien n’empêche"`
	Conflicts []casestudy.Conflict   `json:"conflicts" nullable:"false" doc:"Champs changés des deux côtés : le nôtre reste, avec une remarque pour un éditeur"`
}

// apiBringCase adds a case or changes the one of that identifier, as a row of a
// file of cases does.
func (s *Server) apiBringCase(r *http.Request, v *visitor, in *apiCaseAsk) (out apiCaseBrought, err error) {
	lists, err := s.caseLists(r, v)
	if err != nil {
		return out, err
	}
	network := strings.Join(strings.Fields(in.Body.Network), " ")
	if network == "" {
		network, err = caseNetwork(v, account.ImportCase, lists, in.Body.Record)
	} else {
		err = caseWithin(v, account.ImportCase, lists, in.Body.Record, network)
	}
	if err != nil {
		return out, err
	}
	row, err := json.Marshal([]any{struct {
		ExternalID string `json:"external_id"`
		casestudy.Record
	}{in.Body.ExternalID, in.Body.Record}})
	if err != nil {
		return out, err
	}
	walk := s.walkOf(v)
	plan, err := walk.PlanCases(r.Context(), observatory.CaseFile{Network: network, Name: "fiche.json", Content: bytes.NewReader(row)})
	if err != nil {
		return out, err
	}
	one := plan.Rows[0]
	if one.Case != "" { // of a place that the sender does not write of, though it is there no more
		there, err := s.Office.DB.Case(r.Context(), one.Case)
		if err != nil {
			return out, err
		}
		if !v.may(account.ImportCase, account.Object{Scopes: there.Object().Scopes}) {
			return out, errForeign(v.words)
		}
	}
	if err := walk.ApplyCases(r.Context(), plan, false); err != nil {
		return out, err
	}
	standing, err := s.Office.DB.CaseStandings(r.Context(), plan.Network)
	if err != nil {
		return out, err
	}
	kept, err := s.Office.DB.Case(r.Context(), standing[one.ExternalID].ID)
	return apiCaseBrought{one.Action, apiCaseLineOf(&kept), append([]casestudy.Fault{}, one.Faults...), append([]casestudy.Conflict{}, one.Conflicts...)}, err
}

type apiCaseSaveAsk struct {
	APIID
	Body struct {
		Version int              `json:"version" doc:"Version lue, dont part la demande"`
		Record  casestudy.Record `json:"record"`
		Remark  string           `json:"remark,omitempty" maxLength:"500" doc:"Ce qui change, pour l’histoire"`
	}
}

// apiSaveCase keeps a version of a case: of one that is shown, readers see it
// once somebody else has published it. Pictures are those that it has.
func (s *Server) apiSaveCase(r *http.Request, v *visitor, in *apiCaseSaveAsk) (apiCaseBody, error) {
	row, err := s.Office.DB.Case(r.Context(), in.ID)
	if err != nil {
		return apiCaseBody{}, err
	}
	before, err := s.Office.DB.CaseVersion(r.Context(), row.ID, 0)
	if err != nil {
		return apiCaseBody{}, err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return apiCaseBody{}, err
	}
	if faults := s.strangePictures(r, v, in.Body.Record, before.Record); len(faults) > 0 {
		return apiCaseBody{}, faults
	}
	if err := caseWithin(v, account.WriteCase, lists, in.Body.Record, row.Network); err != nil {
		return apiCaseBody{}, err
	}
	if row, _, err = s.walkOf(v).SaveCase(r.Context(), row.ID, in.Body.Version, in.Body.Record, in.Body.Remark); err != nil {
		return apiCaseBody{}, err
	}
	return s.apiCaseOf(r, v, &row)
}

func (s *Server) apiSubmitCase(r *http.Request, v *visitor, in *apiVersionAsk) (apiCaseLine, error) {
	row, err := s.Office.DB.Case(r.Context(), in.ID)
	if err == nil {
		row, err = s.walkOf(v).SubmitCase(r.Context(), row.ID, in.Body.Version)
	}
	return apiCaseLineOf(&row), err
}

// apiConfirmCase says that what is shown is still true; a program does not say
// that an editor has read it.
func (s *Server) apiConfirmCase(r *http.Request, v *visitor, in *apiVersionAsk) (apiCaseLine, error) {
	row, err := s.Office.DB.Case(r.Context(), in.ID)
	if err == nil {
		row, err = s.walkOf(v).ConfirmCase(r.Context(), row.ID, in.Body.Version, false)
	}
	return apiCaseLineOf(&row), err
}
