package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"

	"vigie/casestudy"
	"vigie/render/export"
	"vigie/source/sheet"
)

// bulkColumn is a column that a file of cases may have, as its page says it.
type bulkColumn struct {
	casestudy.Column
	Needed bool `json:"needed,omitempty"`
}

// bulkTerm is a code that a cell may hold.
type bulkTerm struct {
	List  string `json:"list"`
	Code  string `json:"code"`
	Label string `json:"label"`
}

// bulkColumns are the columns of a file of cases and the codes of their lists.
func bulkColumns(lists *caseLists) (columns []bulkColumn, terms []bulkTerm) {
	var named []string
	for _, c := range casestudy.Columns(lists.checked()) {
		columns = append(columns, bulkColumn{c, c.Path == "external_id" || c.Path == "title"})
		named = append(named, c.Lists...)
	}
	for _, list := range once(named) {
		for _, t := range lists.terms(list) {
			terms = append(terms, bulkTerm{list, t.Code, t.Label(lists.l)})
		}
	}
	return columns, terms
}

// bulkModelShow shows the columns of a file of cases, or gives a file to fill.
func (s *Server) bulkModelShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	columns, terms := bulkColumns(lists)
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.Name
	}
	switch v.at.form {
	case asCSV:
		return sendTable(w, r, "modele-fiches", [][]string{head})
	case asXLSX:
		return sendModel(w, r, v, columns, terms)
	}
	table := tableFor(r, v, v.T("bulk.columns"), "", columns, []deskColumn[bulkColumn]{
		{Label: v.T("bulk.column"), Cell: func(c bulkColumn) deskCell {
			cell := deskCell{Text: c.Name}
			if c.Needed {
				cell.Badge = &badge{v.T("bulk.needed"), "wait"}
			}
			return cell
		}},
		{Label: v.T("bulk.json"), Cell: func(c bulkColumn) deskCell {
			if strings.HasPrefix(c.Path, "impacts.") {
				return deskCell{Text: "impacts"}
			}
			return deskCell{Text: c.Path}
		}},
		{Label: v.T("bulk.what"), Wide: true, Cell: func(c bulkColumn) deskCell { return deskCell{Text: v.T("bulk.write." + columnWord(c.Path))} }},
		{Label: v.T("bulk.list"), Cell: func(c bulkColumn) deskCell {
			var links []link
			for _, list := range c.Lists {
				links = append(links, link{Label: taxonomyTitle(v, list), Href: bulkLists + "?liste=" + list})
			}
			return deskCell{Links: links}
		}},
	})
	return s.show(w, r, v, deskPage{Template: "desk_list", Title: v.T("bulk.model"), Lead: v.T("bulk.model_lead"), Crumbs: bulkCrumbs(v), Body: columns, Table: table,
		Actions: []link{{Label: v.T("bulk.model_csv"), Href: bulkModel + ".csv"}, {Label: v.T("bulk.model_xlsx"), Href: bulkModel + ".xlsx"}}})
}

// columnWord is the key of what is written in a column.
func columnWord(path string) string {
	noun, part, _ := strings.Cut(path, ".")
	if noun == "consent" {
		return noun + "_" + part
	}
	return noun
}

func bulkCrumbs(v *visitor) []link {
	return append(caseCrumbs(v, nil), link{Label: v.T("bulk.title"), Href: bulkPath})
}

// bulkListsShow shows the codes that a file of cases may hold, or gives them.
func (s *Server) bulkListsShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	_, terms := bulkColumns(lists)
	if only := r.URL.Query().Get("liste"); slices.ContainsFunc(terms, func(t bulkTerm) bool { return t.List == only }) {
		terms = slices.DeleteFunc(terms, func(t bulkTerm) bool { return t.List != only })
	}
	if v.at.form == asCSV {
		rows := [][]string{{v.T("bulk.list"), v.T("bulk.code"), v.T("bulk.label")}}
		for _, t := range terms {
			rows = append(rows, []string{taxonomyTitle(v, t.List), t.Code, t.Label})
		}
		return sendTable(w, r, "listes-fiches", rows)
	}
	table := tableFor(r, v, v.T("bulk.lists"), v.T("bulk.lists_none"), terms, []deskColumn[bulkTerm]{
		{Label: v.T("bulk.code"), Cell: func(t bulkTerm) deskCell { return deskCell{Text: t.Code} }},
		{Label: v.T("bulk.label"), Wide: true, Cell: func(t bulkTerm) deskCell { return deskCell{Text: t.Label} }},
		{Label: v.T("bulk.list"), Cell: func(t bulkTerm) deskCell { return deskCell{Text: taxonomyTitle(v, t.List)} }},
	})
	get := bulkLists + ".csv"
	if r.URL.RawQuery != "" {
		get += "?" + r.URL.RawQuery
	}
	return s.show(w, r, v, deskPage{Template: "desk_list", Title: v.T("bulk.lists"), Lead: v.T("bulk.lists_lead"), Crumbs: bulkCrumbs(v), Body: terms, Table: table,
		Actions: []link{{Label: v.T("bulk.lists_csv"), Href: get}}})
}

// sendTable answers with a table for a French spreadsheet, in which no cell can
// be taken for a formula.
func sendTable(w http.ResponseWriter, r *http.Request, name string, rows [][]string) error {
	b := bytes.NewBufferString("\uFEFF")
	out := csv.NewWriter(b)
	out.Comma, out.UseCRLF = ';', true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = sheet.Harmless(c)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	send(w, r, answer{status: http.StatusOK, kind: "text/csv; charset=utf-8", body: b.Bytes(), cache: never})
	return out.Error()
}

// sendModel answers with a workbook to fill: the first sheet is read, the others
// say what to write in it.
func sendModel(w http.ResponseWriter, r *http.Request, v *visitor, columns []bulkColumn, terms []bulkTerm) error {
	var head []any
	what := [][]any{{v.T("bulk.column"), v.T("bulk.what"), v.T("bulk.list")}}
	for _, c := range columns {
		head = append(head, c.Name)
		var lists []string
		for _, list := range c.Lists {
			lists = append(lists, taxonomyTitle(v, list))
		}
		what = append(what, []any{c.Name, v.T("bulk.write." + columnWord(c.Path)), strings.Join(lists, ", ")})
	}
	codes := [][]any{{v.T("bulk.list"), v.T("bulk.code"), v.T("bulk.label")}}
	for _, t := range terms {
		codes = append(codes, []any{taxonomyTitle(v, t.List), t.Code, t.Label})
	}
	body, err := export.XLSX([]export.Sheet{{Name: v.T("bulk.sheet_cases"), Rows: [][]any{head}}, {Name: v.T("bulk.sheet_columns"), Rows: what}, {Name: v.T("bulk.sheet_lists"), Rows: codes}})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="modele-fiches.xlsx"`)
	send(w, r, answer{status: http.StatusOK, kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body: body, cache: never})
	return nil
}
