package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
	"vigie/study"
	"vigie/taxonomy"
)

// textLists are the reference lists that the columns of a text are written
// from, by text and column.
var textLists = map[string]map[string]string{
	"publications":      {"programme": "programme", "kind": "publication_kind"},
	"published-figures": {"programme": "programme", "audience": "audience", "domain": "domain", "construct": "construct"},
	"studies":           {"programme": "programme", "phase": "programme_phase", "mode": "survey_mode"},
	"events":            {"programme": "programme", "kind": "event_kind"},
	"partners":          {"kind": "partner_kind"},
}

// textCodes are the codes, of no list, that a column of a text is written in.
var textCodes = map[string]map[string][]string{
	"published-figures": {"unit": study.Units},
	"studies":           {"status": statuses},
	"events":            {"status": statuses, "state": {study.Tentative, study.Cancelled}},
}

var statuses = []string{string(taxonomy.Public), string(taxonomy.Partly), string(taxonomy.Ours)}

// textTerms are the choices of the columns of a text that hold a term, by
// column. A column that is not there is written freely.
func (s *Server) textTerms(r *http.Request, v *visitor, t *observatory.TextTable) (map[string][]textTerm, error) {
	out := map[string][]textTerm{}
	for column, list := range textLists[t.Name] {
		rows, err := s.Office.DB.Terms(r.Context(), list, s.Now())
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			out[column] = append(out[column], termOfText(v, row))
		}
	}
	for column, words := range textCodes[t.Name] {
		for _, word := range words {
			out[column] = append(out[column], textTerm{label: v.T("text." + column + "_" + word), written: []string{word}})
		}
	}
	return out, nil
}

// textTerm is a term as the lines of a text may write it: its code first, then
// its aliases.
type textTerm struct {
	label   string
	written []string
}

func termOfText(v *visitor, row store.TermRow) textTerm {
	t := textTerm{label: row.LabelFR, written: []string{row.Code}}
	if v.l == lang.EN {
		t.label = row.LabelEN
	}
	var attributes struct{ Aliases string }
	if json.Unmarshal(row.Attributes, &attributes) == nil && attributes.Aliases != "" {
		t.written = append(t.written, strings.Split(attributes.Aliases, "|")...)
	}
	return t
}

// termLabel is what a cell says to people: the label of the term that it names,
// itself otherwise.
func termLabel(terms []textTerm, cell string) string {
	for _, t := range terms {
		if slices.Contains(t.written, cell) {
			return t.label
		}
	}
	return cell
}

// textOptions are the choices of a cell: nothing, the terms, then what other
// lines say that is no term. A term that the cell names by an alias keeps it, so
// that a line that is saved unchanged stays as it was.
func textOptions(v *visitor, terms []textTerm, cell string, others []string) []deskOption {
	out := []deskOption{{Label: v.T("text.unset"), Selected: cell == ""}}
	for _, t := range terms {
		o := deskOption{Value: t.written[0], Label: t.label}
		if slices.Contains(t.written, cell) {
			o.Value, o.Selected = cell, true
		}
		out = append(out, o)
	}
	others = slices.Sorted(slices.Values(append(others, cell)))
	for _, other := range slices.Compact(others) {
		if other != "" && !slices.ContainsFunc(terms, func(t textTerm) bool { return slices.Contains(t.written, other) }) {
			out = append(out, deskOption{Value: other, Label: v.T("text.unlisted", "text", other), Selected: other == cell})
		}
	}
	return out
}

// cellsOf are the cells of a column.
func cellsOf(rows [][]string, column int) []string {
	var out []string
	for _, cells := range rows {
		if column < len(cells) {
			out = append(out, cells[column])
		}
	}
	return out
}
