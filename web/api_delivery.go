package web

import (
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"vigie/account"
	"vigie/journal"
	"vigie/lang"
	"vigie/store"
)

// apiDeliveryBody is a file that was sent, in the list.
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

func (s *Server) apiDeliveries(r *http.Request, v *visitor, _ *struct{}) (apiRows[apiDeliveryBody], error) {
	rows, err := s.Office.DB.Deliveries(r.Context())
	return apiRowsOf(rows, func(d *store.DeliveryRow) bool { return v.may(account.ReadDelivery, objectOfDelivery(*d)) },
		func(d *store.DeliveryRow) apiDeliveryBody {
			return apiDeliveryBody{d.ID, d.FileName, d.Size, d.Remark, d.Scope, d.Name, d.State, d.Dataset, d.CheckRun, d.KeepRun, d.CreatedAt, d.Version}
		}), err
}

func (s *Server) apiDelivery(r *http.Request, _ *visitor, in *APIID) (deliveryBody, error) {
	return s.deliveryState(r, in.ID)
}

// sendingParts describes what is sent with a file: the fields of the page.
func sendingParts() *huma.RequestBody {
	text := func(key string) *huma.Schema { return &huma.Schema{Type: "string", Description: lang.T(lang.FR, key)} }
	file := text("api.part.file")
	file.Format = "binary"
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{partsKind: {Schema: &huma.Schema{Type: "object", AdditionalProperties: false,
		Properties: map[string]*huma.Schema{fileInput: file, addressInput: text("api.part.address"), "etendue": text("api.part.scope"), "remarque": text("api.part.remark")}}}}}
}

func (s *Server) apiSend(r *http.Request, v *visitor, _ *struct{}) (deliveryBody, error) {
	row, err := s.receive(r, v)
	if err != nil {
		return deliveryBody{}, err
	}
	return s.deliveryState(r, row.ID)
}

type apiReadingAsk struct {
	APIID
	Body struct {
		Version int    `json:"version" doc:"Version lue, dont part la demande"`
		Reading string `json:"reading,omitempty" maxLength:"200" doc:"source:NOM pour une description, genre/nom pour un fichier de référence ; rien pour chercher de nouveau la description d’après le nom du fichier"`
		Year    string `json:"year,omitempty" maxLength:"4" doc:"Année d’une géographie"`
	}
}

func (s *Server) apiReadDelivery(r *http.Request, v *visitor, in *apiReadingAsk) (deliveryBody, error) {
	reading, err := s.reading(r.Context(), v, in.Body.Reading, in.Body.Year)
	if err == nil {
		_, err = s.walkOf(v).ReadFile(r.Context(), in.ID, in.Body.Version, reading)
	}
	if err != nil {
		return deliveryBody{}, err
	}
	return s.deliveryState(r, in.ID)
}

func (s *Server) apiKeepDelivery(r *http.Request, v *visitor, in *apiVersionAsk) (deliveryBody, error) {
	if _, err := s.walkOf(v).KeepFile(r.Context(), in.ID, in.Body.Version); err != nil {
		return deliveryBody{}, err
	}
	return s.deliveryState(r, in.ID)
}

func (s *Server) apiDiscardDelivery(r *http.Request, v *visitor, in *apiVersionAsk) (deliveryBody, error) {
	if err := s.Office.DB.DiscardDelivery(r.Context(), v.actor(), in.ID, in.Body.Version, s.Now()); err != nil {
		return deliveryBody{}, err
	}
	return s.deliveryState(r, in.ID)
}

// apiDatasetBody is a dataset, in the list.
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

func (s *Server) apiDatasets(r *http.Request, v *visitor, _ *struct{}) (apiRows[apiDatasetBody], error) {
	rows, err := s.Office.DB.Datasets(r.Context(), "")
	return apiRowsOf(rows, func(d *store.DatasetRow) bool { return v.may(account.ReadDataset, objectOfDataset(*d)) },
		func(d *store.DatasetRow) apiDatasetBody {
			return apiDatasetBody{d.ID, d.Name, d.Kind, d.FileName, d.Rows, d.PeriodFirst, d.PeriodLast, d.ImportedAt, objectOfDataset(*d).State}
		}), err
}

// TransformSchema adds what every line of the list has.
func (datasetBody) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return withFieldsOf(r, s, reflect.TypeFor[datasetLine]())
}

func (s *Server) apiDataset(r *http.Request, v *visitor, _ *APIID) (datasetBody, error) {
	b, _, err := s.datasetState(r, v)
	return b, err
}

type apiDataAsk struct {
	APIID
	Series string `query:"serie" maxLength:"120" doc:"Code d’une série ; sans lui, la première"`
	Period string `query:"periode" maxLength:"20" doc:"Période ; sans elle, la dernière"`
}

// apiDataBody is a series of a dataset at a period.
type apiDataBody struct {
	Series string    `json:"series"`
	Period string    `json:"period"`
	Items  []dataRow `json:"items" nullable:"false"`
}

// apiData gives the observations of a series: the journal keeps that it was
// taken away.
func (s *Server) apiData(r *http.Request, v *visitor, in *apiDataAsk) (apiDataBody, error) {
	one, err := s.seriesAt(r, v, in.Series, in.Period)
	if err != nil {
		return apiDataBody{}, err
	}
	act := journal.Act{Actor: v.actor(), Action: "dataset.export", Object: "dataset:" + one.row.ID}
	return apiDataBody{string(one.Indicator), one.Period, append([]dataRow{}, one.rows...)}, s.Office.DB.Enter(r.Context(), s.Now(), act)
}

type apiReasonAsk struct {
	APIID
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Pourquoi"`
	}
}

func (s *Server) apiWithdrawDataset(r *http.Request, v *visitor, in *apiReasonAsk) (datasetBody, error) {
	if _, err := s.Office.DB.WithdrawDataset(r.Context(), v.actor(), in.ID, in.Body.Reason, s.Now()); err != nil {
		return datasetBody{}, err
	}
	return s.apiDataset(r, v, &in.APIID)
}

func (s *Server) apiRestoreDataset(r *http.Request, v *visitor, in *APIID) (datasetBody, error) {
	if _, err := s.Office.DB.RestoreDataset(r.Context(), v.actor(), in.ID, s.Now()); err != nil {
		return datasetBody{}, err
	}
	return s.apiDataset(r, v, in)
}
