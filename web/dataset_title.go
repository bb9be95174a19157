package web

import (
	"net/http"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// titled says how people call a dataset, from its kind and its name.
type titled func(kind store.DatasetKind, name string) string

// datasetTitles names datasets by the title of the description that reads them,
// reference files by words of ours. A name that nothing explains stands for
// itself.
func (s *Server) datasetTitles(r *http.Request, v *visitor) (titled, error) {
	described, err := observatory.Descriptions(r.Context(), s.Office.DB)
	if err != nil {
		return nil, err
	}
	return func(kind store.DatasetKind, name string) string {
		if kind != store.Observation && kind != store.Zoning {
			return referenceTitle(v, kind, name)
		}
		i := slices.IndexFunc(described, func(d observatory.Described) bool { return d.Name == name })
		if i < 0 || described[i].Title == "" {
			return name
		}
		return described[i].Title
	}, nil
}

// referenceTitle is what a reference file is: « Communes, 2026 ».
func referenceTitle(v *visitor, kind store.DatasetKind, name string) string {
	if key := "text.name_" + textWord(name); lang.Has(v.l, key) {
		return v.T(key)
	}
	word, year := name, ""
	if kind == store.Territory {
		word, year, _ = strings.Cut(name, "-")
	}
	key := "dataset.name_" + string(kind) + "_" + word
	if !lang.Has(v.l, key) {
		return name
	}
	return joined(", ", v.T(key), year)
}

// kindAndName is the line under the title of a dataset: « contours · epci ».
func kindAndName(v *visitor, row store.DatasetRow) string {
	return joined(" · ", v.T("delivery.kind_"+string(row.Kind)), row.Name)
}
