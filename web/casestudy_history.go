package web

import (
	"net/http"
	"strconv"

	"vigie/account"
	"vigie/casestudy"
	"vigie/store"
)

// caseVersions is the history of a case as a table.
func (s *Server) caseVersions(r *http.Request, v *visitor, row *store.CaseRow, most int) (*deskTable, error) {
	all, err := s.Office.DB.CaseHistory(r.Context(), row.ID)
	if err != nil {
		return nil, err
	}
	all = all[:min(len(all), most)]
	writes := v.may(account.WriteCase, row.Object())
	view := deskView{v: v, words: v.words}
	return tableFor(r, v, v.T("case.history"), "", all, []deskColumn[store.CaseVersion]{
		{Label: v.T("case.version"), Cell: func(one store.CaseVersion) deskCell {
			c := deskCell{Text: v.T("case.version_no", "n", one.Number), Small: one.Remark}
			if one.Restores > 0 {
				c.Small = joined(" · ", v.T("case.restores", "n", one.Restores), one.Remark)
			}
			if one.Number == row.Published {
				c.Badge = &badge{v.T("case.state_published"), "good"}
			}
			return c
		}},
		{Label: v.T("case.by"), Cell: func(one store.CaseVersion) deskCell { return deskCell{Text: s.caseWriter(r, v, one.By)} }},
		{Label: v.T("case.at"), Cell: func(one store.CaseVersion) deskCell { return deskCell{At: one.At} }},
		{Label: v.T("case.what"), Cell: func(one store.CaseVersion) deskCell {
			var c deskCell
			if one.Number > 1 {
				c.Links = []link{{Label: v.T("case.compare_before"), Href: caseOf(row.ID, "/histoire") + "?de=" + strconv.Itoa(one.Number-1) + "&a=" + strconv.Itoa(one.Number)}}
			}
			if one.Number != row.Latest && writes {
				c.Buttons = []deskButton{view.Quiet(caseOf(row.ID, "/revenir"), v.T("case.restore", "n", one.Number), "version", strconv.Itoa(row.Version), "numero", strconv.Itoa(one.Number))}
			}
			return c
		}},
	}), nil
}

// caseChange is a field that differs, in words.
type caseChange struct {
	words
	Label, Before, After string
	Words                []casestudy.Word
}

// caseChanges says what differs between two records.
func caseChanges(v *visitor, lists *caseLists, a, b casestudy.Record) []caseChange {
	var out []caseChange
	for _, one := range casestudy.Diff(a, b) {
		out = append(out, caseChange{v.words, casestudy.Label(v.l, one.Field), lists.label(one.Field, one.Before), lists.label(one.Field, one.After), one.Words})
	}
	return out
}

// caseHistoryBody is what two versions of a case differ by.
type caseHistoryBody struct {
	From    int                `json:"from"`
	To      int                `json:"to"`
	Changes []casestudy.Change `json:"changes"`
}

func (s *Server) caseHistory(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	body := caseHistoryBody{From: atoi(r.URL.Query().Get("de")), To: atoi(r.URL.Query().Get("a"))}
	if body.To < 1 || body.To > row.Latest {
		body.To = row.Latest
	}
	if body.From < 1 || body.From > row.Latest {
		body.From = max(body.To-1, 1)
	}
	from, err := s.Office.DB.CaseVersion(r.Context(), row.ID, body.From)
	if err != nil {
		return err
	}
	to, err := s.Office.DB.CaseVersion(r.Context(), row.ID, body.To)
	if err != nil {
		return err
	}
	body.Changes = casestudy.Diff(from.Record, to.Record)
	table, err := s.caseVersions(r, v, &row, 1<<20)
	if err != nil {
		return err
	}
	choice := func(name, label string, chosen int) deskField {
		f := deskField{Kind: "select", Name: name, Label: label, ID: fieldID(name)}
		for n := row.Latest; n > 0; n-- {
			f.Options = append(f.Options, deskOption{Value: strconv.Itoa(n), Label: v.T("case.version_no", "n", n), Selected: n == chosen})
		}
		return f
	}
	more := struct {
		Fields  []deskField
		Changes []caseChange
		Said    string
		Action  string
	}{[]deskField{choice("de", v.T("case.from"), body.From), choice("a", v.T("case.to"), body.To)}, caseChanges(v, lists, from.Record, to.Record),
		v.T("case.changes", "from", body.From, "to", body.To, "n", len(body.Changes)), v.at.link(caseOf(row.ID, "/histoire"))}
	return s.show(w, r, v, deskPage{Template: "case_history", Title: v.T("case.history"), Kicker: row.Title, Crumbs: caseCrumbs(v, &row), Body: body, More: more, Table: table})
}

// caseRestore makes a new version of an older one.
func (s *Server) caseRestore(w http.ResponseWriter, r *http.Request, v *visitor) error {
	number := atoi(r.PostFormValue("numero"))
	_, err := s.Office.Walk(v.actor(), nil).RestoreCaseVersion(r.Context(), r.PathValue("id"), atoi(r.PostFormValue("version")), number)
	return s.caseStepped(w, r, v, err, v.T("case.restored", "n", number))
}
