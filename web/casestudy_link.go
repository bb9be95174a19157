package web

import (
	"net/http"
	"strings"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/store"
)

func (s *Server) caseLinkList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.caseLinkPage(w, r, v, nil)
}

// caseLinkPage lists the secret links, and makes one.
func (s *Server) caseLinkPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	rows, err := s.Office.DB.CaseLinks(r.Context())
	if err != nil {
		return err
	}
	if rows == nil {
		rows = []store.CaseLink{}
	}
	view, now := deskView{v: v, words: v.words}, s.Now()
	table := tableFor(r, v, v.T("case.links"), v.T("case.links_none"), rows, []deskColumn[store.CaseLink]{
		{Label: v.T("case.link_label"), Cell: func(l store.CaseLink) deskCell { return deskCell{Text: l.Label, Small: l.Network} }},
		{Label: v.T("case.link_used"), Numeric: true, Cell: func(l store.CaseLink) deskCell {
			return deskCell{Text: v.T("case.link_of", "used", l.Used, "quota", l.Quota)}
		}},
		{Label: v.T("case.link_until"), Cell: func(l store.CaseLink) deskCell { return deskCell{At: l.Expires} }},
		{Label: v.T("case.state"), Cell: func(l store.CaseLink) deskCell {
			switch {
			case !l.RevokedAt.IsZero():
				return deskCell{Badge: &badge{v.T("case.link_revoked"), "plain"}}
			case !l.Serves(now):
				return deskCell{Badge: &badge{v.T("case.link_over"), "plain"}}
			}
			return deskCell{Badge: &badge{v.T("case.link_serves"), "good"}, Buttons: []deskButton{view.Quiet(caseLinksPath+"/retirer", v.T("case.link_revoke"), "lien", l.ID)}}
		}},
	})
	f := &deskForm{Action: caseLinksPath, Submit: v.T("case.link_make"), Cancel: casePath, Fields: []deskField{
		{Name: "libelle", Label: v.T("case.link_label"), Hint: v.T("case.link_label_hint"), Most: 120, Wide: true, Required: true},
		{Name: "reseau", Label: v.T("case.network"), Hint: v.T("case.link_network_hint"), Most: 60},
		{Kind: "number", Name: "jours", Label: v.T("case.link_days"), Value: "90", Most: 3},
		{Kind: "number", Name: "fiches", Label: v.T("case.link_quota"), Value: "10", Most: 4}}}
	if wrong != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "case_links", Title: v.T("case.links"), Lead: v.T("case.links_lead"), Crumbs: caseCrumbs(v, nil), Body: rows, Table: table, Form: f, Err: wrong})
}

// caseLinkMake makes a link and shows it, once.
func (s *Server) caseLinkMake(w http.ResponseWriter, r *http.Request, v *visitor) error {
	l, row, err := s.Office.Walk(v.actor(), nil).NewCaseLink(r.Context(), r.PostFormValue("libelle"), r.PostFormValue("reseau"), atoi(r.PostFormValue("jours")), atoi(r.PostFormValue("fiches")))
	if err != nil && refused(err) {
		return s.caseLinkPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	more := struct{ Link, Until, Back string }{strings.TrimSuffix(s.base(r), "/") + l.Path, v.T("case.link_once", "when", v.When(row.Expires), "n", row.Quota), caseLinksPath}
	return s.show(w, r, v, deskPage{Template: "case_link", Title: v.T("case.link_made"), Kicker: row.Label, Lead: v.T("case.link_made_lead"), Crumbs: caseCrumbs(v, nil), Body: row, More: more})
}

func (s *Server) caseLinkRevoke(w http.ResponseWriter, r *http.Request, v *visitor) error {
	err := s.Office.DB.RevokeCaseLink(r.Context(), v.actor(), r.PostFormValue("lien"), s.Now())
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return errForeign(v.words)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, caseLinksPath, v.T("case.link_revoked_done"))
}

// brokenLine is an address of a record that answers no more.
type brokenLine struct {
	Case    string `json:"case"`
	Title   string `json:"title"`
	Field   string `json:"field"`
	Address string `json:"address"`
	Fault   string `json:"fault"`
	Since   string `json:"failing_since"`
}

// caseBroken lists the addresses of the cases that answer no more.
func (s *Server) caseBroken(w http.ResponseWriter, r *http.Request, v *visitor) error {
	all, err := s.Office.Walk(v.actor(), nil).BrokenAddresses(r.Context())
	if err != nil {
		return err
	}
	lines := []brokenLine{}
	for _, one := range all {
		lines = append(lines, brokenLine{one.Case, one.Title, casestudy.Label(v.l, one.Field), one.Address, one.Fault, v.When(one.Failing)})
	}
	table := tableFor(r, v, v.T("case.broken"), v.T("case.broken_none"), lines, []deskColumn[brokenLine]{
		{Label: v.T("case.case"), Wide: true, Cell: func(l brokenLine) deskCell { return deskCell{Text: l.Title, Href: caseOf(l.Case, ""), Small: l.Field} }},
		{Label: v.T("case.broken_address"), Wide: true, Cell: func(l brokenLine) deskCell { return deskCell{Text: l.Address} }},
		{Label: v.T("case.broken_fault"), Cell: func(l brokenLine) deskCell { return deskCell{Text: l.Fault} }},
		{Label: v.T("case.broken_since"), Cell: func(l brokenLine) deskCell { return deskCell{Text: l.Since} }},
	})
	return s.show(w, r, v, deskPage{Template: "desk_list", Title: v.T("case.broken"), Lead: v.T("case.broken_lead"), Crumbs: caseCrumbs(v, nil), Body: lines, Table: table})
}
