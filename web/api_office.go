package web

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"vigie/account"
	"vigie/observatory"
	"vigie/store"
)

// officeOperations registers what programs may do with a token. What asks for a
// recent sign-in, an approval first of all, is done by people on the pages.
func (s *Server) officeOperations(api huma.API) {
	apiAct(s, api, "moi", http.MethodGet, "/moi", deskRoute{Action: account.ReadDesk, Anywhere: true}, s.apiSelf)

	apiAct(s, api, "envois", http.MethodGet, "/envois", deskRoute{Action: account.ReadDelivery, Anywhere: true}, s.apiDeliveries)
	apiAct(s, api, "envoi", http.MethodGet, "/envois/{id}", deskRoute{Action: account.ReadDelivery, Object: s.deliveryObject}, s.apiDelivery)
	send := apiAct(s, api, "envoyer", http.MethodPost, "/envois", deskRoute{Action: account.SendDelivery, Anywhere: true, Body: mostUpload}, s.apiSend)
	send.RequestBody = sendingParts()
	apiAct(s, api, "lire_envoi", http.MethodPost, "/envois/{id}/lecture", deskRoute{Action: account.KeepDelivery, Object: s.deliveryObject}, s.apiReadDelivery)
	apiAct(s, api, "garder_envoi", http.MethodPost, "/envois/{id}/garder", deskRoute{Action: account.KeepDelivery, Object: s.deliveryObject}, s.apiKeepDelivery)
	apiAct(s, api, "ecarter_envoi", http.MethodPost, "/envois/{id}/ecarter", deskRoute{Action: account.DiscardDelivery, Object: s.deliveryObject}, s.apiDiscardDelivery)

	apiAct(s, api, "jeux", http.MethodGet, "/jeux", deskRoute{Action: account.ReadDataset, Anywhere: true}, s.apiDatasets)
	apiAct(s, api, "jeu", http.MethodGet, "/jeux/{id}", deskRoute{Action: account.ReadDataset, Object: s.datasetObject}, s.apiDataset)
	apiAct(s, api, "donnees", http.MethodGet, "/jeux/{id}/donnees", deskRoute{Action: account.ExportDataset, Object: s.datasetObject}, s.apiData)
	apiAct(s, api, "retirer_jeu", http.MethodPost, "/jeux/{id}/retirer", deskRoute{Action: account.WithdrawDataset, Object: s.datasetObject}, s.apiWithdrawDataset)
	apiAct(s, api, "remettre_jeu", http.MethodPost, "/jeux/{id}/remettre", deskRoute{Action: account.WithdrawDataset, Object: s.datasetObject}, s.apiRestoreDataset)

	apiAct(s, api, "sources", http.MethodGet, "/sources", deskRoute{Action: account.ReadSource, Anywhere: true}, s.apiSources)
	apiAct(s, api, "source", http.MethodGet, "/sources/{name}", deskRoute{Action: account.ReadSource, Anywhere: true}, s.apiSource)
	apiAct(s, api, "ecrire_source", http.MethodPost, "/sources", deskRoute{Action: account.WriteSource, Body: mostSource}, s.apiWriteSource)

	apiAct(s, api, "textes", http.MethodGet, "/textes", deskRoute{Action: account.ReadText, Anywhere: true}, s.apiTexts)
	apiAct(s, api, "texte", http.MethodGet, "/textes/{name}", deskRoute{Action: account.ReadText, Anywhere: true}, s.apiText)
	apiAct(s, api, "ecrire_texte", http.MethodPost, "/textes/{name}", deskRoute{Action: account.WriteText}, s.apiWriteText)
	apiAct(s, api, "listes", http.MethodGet, "/listes", deskRoute{Action: account.ReadTaxonomy, Anywhere: true}, s.apiLists)
	apiAct(s, api, "liste", http.MethodGet, "/listes/{name}", deskRoute{Action: account.ReadTaxonomy, Anywhere: true}, s.apiReferenceList)
	apiAct(s, api, "ecrire_liste", http.MethodPost, "/listes", deskRoute{Action: account.WriteTaxonomy, Body: 2 * mostList}, s.apiWriteList)

	s.caseOperations(api)

	apiAct(s, api, "specifications", http.MethodGet, "/specifications", deskRoute{Action: account.ReadSpec, Anywhere: true}, s.apiSpecs)
	apiAct(s, api, "specification", http.MethodGet, "/specifications/{id}", deskRoute{Action: account.ReadSpec, Object: s.specObject}, s.apiSpec)
	apiAct(s, api, "ecrire_specification", http.MethodPost, "/specifications", deskRoute{Action: account.WriteSpec, Body: mostSpecForm}, s.apiStartSpec)
	apiAct(s, api, "modifier_specification", http.MethodPost, "/specifications/{id}", deskRoute{Action: account.WriteSpec, Object: s.specObject, Body: mostSpecForm}, s.apiSaveSpec)
	apiAct(s, api, "retenir_specification", http.MethodPost, "/specifications/{id}/retenir", deskRoute{Action: account.WriteSpec, Object: s.specObject}, s.apiKeepSpec)
	apiAct(s, api, "supprimer_specification", http.MethodPost, "/specifications/{id}/supprimer", deskRoute{Action: account.WriteSpec, Object: s.specObject}, s.apiDropSpec)
	apiAct(s, api, "calculer", http.MethodPost, "/specifications/{id}/calculer", deskRoute{Action: account.Compute, Object: s.specThere}, s.apiCompute)

	apiAct(s, api, "composition", http.MethodGet, "/composition", deskRoute{Action: account.ProposeEdition}, s.apiComposition)
	apiAct(s, api, "propositions", http.MethodGet, "/propositions", deskRoute{Action: account.PreviewEdition, Anywhere: true}, s.apiProposals)
	apiAct(s, api, "proposition", http.MethodGet, "/propositions/{id}", deskRoute{Action: account.PreviewEdition, Object: s.editionObject}, s.apiProposal)
	apiAct(s, api, "proposer", http.MethodPost, "/propositions", deskRoute{Action: account.ProposeEdition}, s.apiPropose)
	apiAct(s, api, "retirer_proposition", http.MethodPost, "/propositions/{id}/retirer", deskRoute{Action: account.WithdrawProposal, Object: s.editionObject}, s.apiWithdraw)
	apiAct(s, api, "erratum", http.MethodPost, "/propositions/{id}/erratum", deskRoute{Action: account.CorrectEdition, Object: s.editionObject}, s.apiErratum)

	apiAct(s, api, "travaux", http.MethodGet, "/travaux", deskRoute{Action: account.ReadRun, Anywhere: true}, s.apiRuns)
	apiAct(s, api, "travail", http.MethodGet, "/travaux/{id}", deskRoute{Action: account.ReadRun, Object: s.runObject}, s.apiRun)
	apiAct(s, api, "recommencer", http.MethodPost, "/travaux/{id}/recommencer", deskRoute{Action: account.RetryRun, Object: s.runObject}, s.apiRetryRun)
	apiAct(s, api, "annuler", http.MethodPost, "/travaux/{id}/annuler", deskRoute{Action: account.CancelRun, Object: s.runObject}, s.apiCancelRun)
}

// APIID is an operation about one object. It is exported for huma, as APIAsk.
type APIID struct {
	ID string `path:"id" maxLength:"80"`
}

// APIName is one about what has a name.
type APIName struct {
	Name string `path:"name" maxLength:"80"`
}

// apiVersionAsk is a write on what others may have changed since it was read.
type apiVersionAsk struct {
	APIID
	Body struct {
		Version int `json:"version" doc:"Version lue, dont part la demande"`
	}
}

// withFieldsOf adds to a schema the fields of a struct that the library does not
// see, being embedded under a name of ours.
func withFieldsOf(r huma.Registry, s *huma.Schema, embedded reflect.Type) *huma.Schema {
	more := huma.SchemaFromType(r, embedded)
	for name, field := range more.Properties {
		if s.Properties[name] == nil {
			s.Properties[name] = field
			if slices.Contains(more.Required, name) {
				s.Required = append(s.Required, name)
			}
		}
	}
	slices.Sort(s.Required)
	return s
}

// apiSelfBody is who the token speaks for, and what it may do.
type apiSelfBody struct {
	Name   string          `json:"name"`
	Grants []account.Grant `json:"grants" nullable:"false"`
	Scopes []account.Scope `json:"scopes" nullable:"false"`
}

func (s *Server) apiSelf(_ *http.Request, v *visitor, _ *struct{}) (apiSelfBody, error) {
	return apiSelfBody{v.Name, append([]account.Grant{}, v.Grants...), append([]account.Scope{}, v.token.Scopes...)}, nil
}

// apiRows is a list of the back office, whole.
type apiRows[T any] struct {
	Items []T `json:"items" nullable:"false"`
}

// apiRowsOf keeps the rows that the visitor may see.
func apiRowsOf[R, T any](rows []R, may func(*R) bool, fill func(*R) T) apiRows[T] {
	out := apiRows[T]{Items: []T{}}
	for i := range rows {
		if may(&rows[i]) {
			out.Items = append(out.Items, fill(&rows[i]))
		}
	}
	return out
}

// apiRunBody is a work that is done behind the pages.
type apiRunBody struct {
	ID        string          `json:"id"`
	Kind      string          `json:"kind"`
	What      string          `json:"what"`
	State     string          `json:"state"`
	Step      string          `json:"step,omitempty"`
	Done      int             `json:"done"`
	Total     int             `json:"total" doc:"0 : personne ne sait"`
	Result    json.RawMessage `json:"result,omitempty"`
	Object    string          `json:"object,omitempty" doc:"Ce que le travail a laissé"`
	FaultWhat string          `json:"fault_what,omitempty"`
	FaultDo   string          `json:"fault_do,omitempty"`
	CreatedAt time.Time       `json:"created_at"`
	EndedAt   time.Time       `json:"ended_at,omitzero"`
}

func apiRunOf(r *store.RunRow) apiRunBody {
	return apiRunBody{r.ID, r.Kind, r.What, string(r.State), r.Step, r.Done, r.Total, r.Result, observatory.RunObject(*r), r.FaultWhat, r.FaultDo, r.CreatedAt, r.EndedAt}
}

// apiRunsMost is how many works the list goes back to.
const apiRunsMost = 200

func (s *Server) apiRuns(r *http.Request, v *visitor, _ *struct{}) (apiRows[apiRunBody], error) {
	rows, err := s.Office.DB.Runs(r.Context(), store.RunFilter{Most: apiRunsMost})
	return apiRowsOf(rows, func(*store.RunRow) bool { return v.may(account.ReadRun, account.Object{}) }, apiRunOf), err
}

func (s *Server) apiRun(r *http.Request, _ *visitor, in *APIID) (apiRunBody, error) {
	row, err := s.Office.DB.Run(r.Context(), in.ID)
	return apiRunOf(&row), err
}

func (s *Server) apiRetryRun(r *http.Request, v *visitor, in *APIID) (apiRunBody, error) {
	if err := s.Office.DB.RetryRun(r.Context(), v.actor(), in.ID, s.Now()); err != nil {
		return apiRunBody{}, err
	}
	return s.apiRun(r, v, in)
}

func (s *Server) apiCancelRun(r *http.Request, v *visitor, in *APIID) (apiRunBody, error) {
	if err := s.Office.DB.CancelRun(r.Context(), v.actor(), in.ID, s.Now()); err != nil {
		return apiRunBody{}, err
	}
	return s.apiRun(r, v, in)
}
