package web

import (
	"net/http"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/store"
)

// caseOther is the case that another is to be made one with.
const otherInput = "avec"

func (s *Server) caseMergeShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.caseMergePage(w, r, v, r.URL.Query().Get(otherInput), nil)
}

// mergeBody is what becomes of two cases that are made one.
type mergeBody struct {
	From    store.CaseRow      `json:"from"`
	Into    *store.CaseRow     `json:"into,omitempty"`
	Changes []casestudy.Change `json:"changes,omitempty"`
}

// caseMergePage asks with which case, then shows what becomes of each.
func (s *Server) caseMergePage(w http.ResponseWriter, r *http.Request, v *visitor, with string, wrong error) error {
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	body := mergeBody{From: row}
	more := struct {
		Said    []string
		Changes []caseChange
		With    string
		Other   string
		Action  string
	}{With: with, Action: v.at.link(caseOf(row.ID, "/reunir"))}
	p := deskPage{Template: "case_merge", Title: v.T("case.merge"), Kicker: row.Title, Lead: v.T("case.merge_lead"), Crumbs: caseCrumbs(v, &row), Err: wrong}
	if with != "" {
		other, err := s.mergeOther(r, v, &row, with)
		if err != nil && !refused(err) {
			return err
		}
		if err != nil && p.Err == nil {
			p.Err = err
		}
		if err == nil {
			lists, err := s.caseLists(r, v)
			if err != nil {
				return err
			}
			mine, err := s.Office.DB.CaseVersion(r.Context(), row.ID, 0)
			if err != nil {
				return err
			}
			theirs, err := s.Office.DB.CaseVersion(r.Context(), other.ID, 0)
			if err != nil {
				return err
			}
			body.Into, body.Changes = &other, casestudy.Diff(theirs.Record, mine.Record)
			more.Other, more.Changes = other.Title, caseChanges(v, lists, theirs.Record, mine.Record)
			more.Said = []string{v.T("case.merge_stays", "title", other.Title), v.T("case.merge_goes", "title", row.Title), v.T("case.merge_follows")}
			if row.Published > 0 {
				more.Said = append(more.Said, v.T("case.merge_address", "from", "/pratiques/"+row.Slug, "to", "/pratiques/"+other.Slug))
			}
			p.Form = &deskForm{Action: caseOf(row.ID, "/reunir"), Submit: v.T("case.merge_do"), Cancel: caseOf(row.ID, ""), Danger: true, Version: decimal(row.Version), Hidden: []hiddenField{{otherInput, other.ID}}}
		}
	}
	p.Body, p.More = body, more
	return s.show(w, r, v, p)
}

// mergeOther finds the case that is written: by its identifier, or by its
// address.
func (s *Server) mergeOther(r *http.Request, v *visitor, row *store.CaseRow, with string) (store.CaseRow, error) {
	other, err := s.Office.DB.Case(r.Context(), lastPart(with))
	unknown := aboutField(otherInput, fault.Invalidf(v.T("case.fault.other_do"), "%s", v.T("case.fault.other")))
	o := other.Object()
	gone := other.State == casestudy.Archived || other.State == casestudy.Merged
	if gone {
		o.State = account.Published // as it was
	}
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound, err == nil && !v.may(account.MergeCase, o):
		return other, unknown
	case err == nil && gone:
		return other, &fault.Error{Kind: fault.Conflict, What: v.T("case.fault.other_gone", "state", v.T("case.state_"+string(other.State))), Do: v.T("case.fault.other_gone_do")}
	case err == nil && other.ID == row.ID:
		return other, aboutField(otherInput, fault.Invalidf(v.T("case.fault.other_do"), "%s", v.T("case.fault.same")))
	}
	return other, err
}

func (s *Server) caseMerge(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	with := r.PostFormValue(otherInput)
	other, err := s.mergeOther(r, v, &row, with)
	if err == nil {
		_, err = s.Office.Walk(v.actor(), nil).MergeCase(r.Context(), row.ID, atoi(r.PostFormValue("version")), other.ID)
	}
	if err != nil && refused(err) {
		return s.caseMergePage(w, r, v, with, s.named(r, v, err))
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, caseOf(other.ID, ""), v.T("case.merged", "title", row.Title))
}
