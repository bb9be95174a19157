package web

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"vigie/observatory"
)

// mostSource is the most bytes of a description, as JSON writes it.
const mostSource = 1 << 20

func (s *Server) apiSources(r *http.Request, _ *visitor, _ *struct{}) (apiRows[observatory.Described], error) {
	all, err := observatory.Descriptions(r.Context(), s.Office.DB)
	return apiRows[observatory.Described]{Items: all}, err
}

func (s *Server) apiSource(r *http.Request, v *visitor, _ *APIName) (sourceBody, error) {
	return s.sourceState(r, v, 0)
}

type apiTextAsk struct {
	Body struct {
		Version int    `json:"version" doc:"Version lue, dont part la demande ; 0 quand il n’y en a pas"`
		Text    string `json:"text" minLength:"1"`
	}
}

func (s *Server) apiWriteSource(r *http.Request, v *visitor, in *apiTextAsk) (observatory.Described, error) {
	return observatory.WriteDescription(r.Context(), s.Office.DB, v.actor(), []byte(in.Body.Text), in.Body.Version, s.Now())
}

func (s *Server) apiTexts(r *http.Request, v *visitor, _ *struct{}) (apiRows[textLine], error) {
	all, err := s.texts(r, v)
	return apiRows[textLine]{Items: all}, err
}

func (s *Server) apiText(r *http.Request, v *visitor, _ *APIName) (observatory.TextTable, error) {
	return s.textTable(r, v)
}

type apiLineAsk struct {
	APIName
	Body struct {
		Dataset string            `json:"dataset" doc:"Le jeu lu, dont part la demande"`
		Line    int               `json:"line" minimum:"0" doc:"Ligne à changer, à partir de 1 ; 0 pour en ajouter une"`
		Cells   map[string]string `json:"cells,omitempty" doc:"La ligne, par colonne ; rien pour la retirer"`
	}
}

func (s *Server) apiWriteText(r *http.Request, v *visitor, in *apiLineAsk) (observatory.TextTable, error) {
	t, err := s.textTable(r, v)
	if err != nil {
		return t, err
	}
	change := observatory.TextChange{Name: t.Name, Dataset: in.Body.Dataset, At: in.Body.Line - 1}
	if in.Body.Line == 0 {
		change.At = len(t.Rows)
	}
	if in.Body.Cells != nil {
		for name := range in.Body.Cells {
			if !slices.Contains(t.Columns, name) {
				return t, apiRefusal(v, http.StatusUnprocessableEntity, "api.fault.field", "name", cutText(name, 80))
			}
		}
		change.Cells = []string{}
		for _, name := range t.Columns {
			cell, err := shortText(v, strings.Join(strings.Fields(in.Body.Cells[name]), " "), 2000)
			if err != nil {
				return t, err
			}
			change.Cells = append(change.Cells, cell)
		}
	}
	if _, err := s.walkOf(v).ChangeText(r.Context(), change); err != nil {
		return t, err
	}
	return s.textTable(r, v)
}

func (s *Server) apiLists(r *http.Request, v *visitor, _ *struct{}) (apiRows[taxonomyLine], error) {
	all, err := s.lists(r, v)
	return apiRows[taxonomyLine]{Items: all}, err
}

// TransformSchema adds what every line of the lists has.
func (taxonomyBody) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	return withFieldsOf(r, s, reflect.TypeFor[taxonomyLine]())
}

func (s *Server) apiReferenceList(r *http.Request, v *visitor, _ *APIName) (taxonomyBody, error) {
	return s.list(r, v, 0)
}

// apiListWritten says which version of which list was kept.
type apiListWritten struct {
	Name  string `json:"name"`
	Terms int    `json:"terms"`
	Fresh bool   `json:"fresh" doc:"Faux quand la liste n’a pas changé"`
}

func (s *Server) apiWriteList(r *http.Request, v *visitor, in *apiTextAsk) (apiListWritten, error) {
	kept, fresh, err := s.walkOf(v).ReplaceTaxonomy(r.Context(), "liste.csv", []byte(in.Body.Text), &in.Body.Version)
	return apiListWritten{kept.Taxonomy, len(kept.Terms), fresh}, err
}
