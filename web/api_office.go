package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"vigie/account"
	"vigie/lang"
	"vigie/store"
)

// officeOperations registers what programs may do with a token.
func (s *Server) officeOperations(api huma.API) {
	apiAct(s, api, "moi", http.MethodGet, "/moi", deskRoute{Action: account.ReadDesk, Anywhere: true}, s.apiSelf)
	apiAct(s, api, "jeux", http.MethodGet, "/jeux", deskRoute{Action: account.ReadDataset, Anywhere: true}, s.apiDatasets)
	apiAct(s, api, "envois", http.MethodGet, "/envois", deskRoute{Action: account.ReadDelivery, Anywhere: true}, s.apiDeliveries)
	apiAct(s, api, "envoi", http.MethodGet, "/envois/{id}", deskRoute{Action: account.ReadDelivery, Object: s.apiDeliveryObject}, s.apiDelivery)
	apiAct(s, api, "specifications", http.MethodGet, "/specifications", deskRoute{Action: account.ReadSpec, Anywhere: true}, s.apiSpecs)
	apiAct(s, api, "propositions", http.MethodGet, "/propositions", deskRoute{Action: account.PreviewEdition, Anywhere: true}, s.apiProposals)
	apiAct(s, api, "travaux", http.MethodGet, "/travaux", deskRoute{Action: account.ReadRun, Anywhere: true}, s.apiRuns)
	apiAct(s, api, "travail", http.MethodGet, "/travaux/{id}", deskRoute{Action: account.ReadRun, Object: s.apiRunObject}, s.apiRun)
}

// apiAct registers an operation for programs with a token, under the guard of the
// back office.
func apiAct[I, O any](s *Server, api huma.API, id, method, path string, p deskRoute, do func(ctx context.Context, v *visitor, in *I) (O, error)) {
	p.Program = true
	op := huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: lang.T(lang.FR, "api.op."+id),
		Tags: []string{lang.T(lang.FR, "api.tag.office")}, Metadata: map[string]any{metaRule: p}, MaxBodyBytes: max(p.Body, mostForm),
		Security: []map[string][]string{{"jeton": {}}},
		Errors:   []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusTooManyRequests}}
	huma.Register(api, op, func(ctx context.Context, in *I) (*struct{ Body O }, error) {
		v := ctx.Value(callerKey{}).(*visitor)
		body, err := do(ctx, v, in)
		if err != nil {
			return nil, s.apiError(ctx, op.Path, v.l, err)
		}
		return &struct{ Body O }{body}, nil
	})
}

// apiSelfBody is who the token speaks for, and what it may do.
type apiSelfBody struct {
	Name   string          `json:"name"`
	Grants []account.Grant `json:"grants" nullable:"false"`
	Scopes []account.Scope `json:"scopes" nullable:"false"`
}

func (s *Server) apiSelf(_ context.Context, v *visitor, _ *struct{}) (apiSelfBody, error) {
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

// apiDatasetBody is a dataset.
type apiDatasetBody struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Kind       store.DatasetKind `json:"kind"`
	FileName   string            `json:"file_name"`
	Rows       int               `json:"rows"`
	First      string            `json:"period_first,omitempty"`
	Last       string            `json:"period_last,omitempty"`
	ImportedAt time.Time         `json:"imported_at"`
	State      account.State     `json:"state"`
}

func (s *Server) apiDatasets(ctx context.Context, v *visitor, _ *struct{}) (apiRows[apiDatasetBody], error) {
	rows, err := s.Office.DB.Datasets(ctx, "")
	state := func(r *store.DatasetRow) account.State {
		if r.Withdrawn() {
			return account.Withdrawn
		}
		return account.Kept
	}
	return apiRowsOf(rows, func(r *store.DatasetRow) bool { return v.may(account.ReadDataset, account.Object{State: state(r)}) },
		func(r *store.DatasetRow) apiDatasetBody {
			return apiDatasetBody{r.ID, r.Name, r.Kind, r.FileName, r.Rows, r.PeriodFirst, r.PeriodLast, r.ImportedAt, state(r)}
		}), err
}

// apiDeliveryBody is a file that was sent.
type apiDeliveryBody struct {
	ID        string        `json:"id"`
	FileName  string        `json:"file_name"`
	Size      int64         `json:"size"`
	Remark    string        `json:"remark,omitempty"`
	Scope     string        `json:"scope,omitempty"`
	Name      string        `json:"name,omitempty"`
	State     account.State `json:"state"`
	Dataset   string        `json:"dataset,omitempty"`
	CheckRun  string        `json:"check_run,omitempty"`
	KeepRun   string        `json:"keep_run,omitempty"`
	CreatedAt time.Time     `json:"created_at"`
	Version   int           `json:"version"`
}

func apiDeliveryOf(r *store.DeliveryRow) apiDeliveryBody {
	return apiDeliveryBody{r.ID, r.FileName, r.Size, r.Remark, r.Scope, r.Name, r.State, r.Dataset, r.CheckRun, r.KeepRun, r.CreatedAt, r.Version}
}

func apiDeliveryRights(r *store.DeliveryRow) account.Object {
	return account.Object{State: r.State, Scopes: r.Within, By: r.By.Person()}
}

func (s *Server) apiDeliveries(ctx context.Context, v *visitor, _ *struct{}) (apiRows[apiDeliveryBody], error) {
	rows, err := s.Office.DB.Deliveries(ctx)
	return apiRowsOf(rows, func(r *store.DeliveryRow) bool { return v.may(account.ReadDelivery, apiDeliveryRights(r)) }, apiDeliveryOf), err
}

func (s *Server) apiDeliveryObject(r *http.Request) (account.Object, error) {
	row, err := s.Office.DB.Delivery(r.Context(), r.PathValue("id"))
	return apiDeliveryRights(&row), err
}

type apiIDAsk struct {
	ID string `path:"id" maxLength:"80"`
}

func (s *Server) apiDelivery(ctx context.Context, _ *visitor, in *apiIDAsk) (apiDeliveryBody, error) {
	row, err := s.Office.DB.Delivery(ctx, in.ID)
	return apiDeliveryOf(&row), err
}

// apiSpecBody is a specification of the index.
type apiSpecBody struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Note      string        `json:"note"`
	File      string        `json:"file" doc:"Empreinte SHA-256 du texte"`
	State     account.State `json:"state"`
	ChangedAt time.Time     `json:"changed_at"`
	Version   int           `json:"version"`
}

func (s *Server) apiSpecs(ctx context.Context, v *visitor, _ *struct{}) (apiRows[apiSpecBody], error) {
	rows, err := s.Office.DB.Specs(ctx)
	return apiRowsOf(rows, func(r *store.SpecRow) bool { return v.may(account.ReadSpec, account.Object{State: r.State()}) },
		func(r *store.SpecRow) apiSpecBody {
			return apiSpecBody{r.ID, r.Name, r.Note, r.File, r.State(), r.ChangedAt, r.Version}
		}), err
}

// apiProposalBody is an edition that is, or was, to be approved.
type apiProposalBody struct {
	ID         string              `json:"id"`
	Number     string              `json:"number"`
	Title      string              `json:"title"`
	Date       string              `json:"date"`
	Embargo    time.Time           `json:"embargo"`
	Supersedes string              `json:"supersedes,omitempty"`
	State      store.ProposalState `json:"state"`
	Reason     string              `json:"reason,omitempty"`
	CreatedAt  time.Time           `json:"created_at"`
}

func (s *Server) apiProposals(ctx context.Context, v *visitor, _ *struct{}) (apiRows[apiProposalBody], error) {
	rows, err := s.Office.DB.Proposals(ctx)
	return apiRowsOf(rows, func(r *store.ProposalRow) bool {
		return v.may(account.PreviewEdition, account.Object{State: account.Proposed, By: r.By.Person()})
	}, func(r *store.ProposalRow) apiProposalBody {
		return apiProposalBody{r.ID, r.Number, r.Title, r.PublishedAt, r.EmbargoAt, r.Supersedes, r.State, r.Reason, r.CreatedAt}
	}), err
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
	FaultWhat string          `json:"fault_what,omitempty"`
	FaultDo   string          `json:"fault_do,omitempty"`
	CreatedAt time.Time       `json:"created_at"`
	EndedAt   time.Time       `json:"ended_at,omitzero"`
}

func apiRunOf(r *store.RunRow) apiRunBody {
	return apiRunBody{r.ID, r.Kind, r.What, string(r.State), r.Step, r.Done, r.Total, r.Result, r.FaultWhat, r.FaultDo, r.CreatedAt, r.EndedAt}
}

// apiRunsMost is how many works the list goes back to.
const apiRunsMost = 200

func (s *Server) apiRuns(ctx context.Context, v *visitor, _ *struct{}) (apiRows[apiRunBody], error) {
	rows, err := s.Office.DB.Runs(ctx, store.RunFilter{Most: apiRunsMost})
	return apiRowsOf(rows, func(*store.RunRow) bool { return v.may(account.ReadRun, account.Object{}) }, apiRunOf), err
}

func (s *Server) apiRunObject(r *http.Request) (account.Object, error) {
	_, err := s.Office.DB.Run(r.Context(), r.PathValue("id"))
	return account.Object{}, err
}

func (s *Server) apiRun(ctx context.Context, _ *visitor, in *apiIDAsk) (apiRunBody, error) {
	row, err := s.Office.DB.Run(ctx, in.ID)
	return apiRunOf(&row), err
}
