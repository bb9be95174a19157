package web

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// amending reads the amendment of a request with its case.
func (s *Server) amending(r *http.Request, v *visitor) (observatory.Amending, error) {
	a, err := s.Office.Walk(v.actor(), nil).Amending(r.Context(), r.PathValue("amendment"))
	if err != nil && fault.KindOf(err) == fault.NotFound || err == nil && a.Row.ID != r.PathValue("id") && a.Row.Slug != r.PathValue("id") {
		return a, errForeign(v.words)
	}
	return a, err
}

// amendMore is what an amendment says, beside the form.
type amendMore struct {
	Sender, When, Remark string
	Changes              []caseChange
	Refuse               *deskForm
	Decided              string
}

func (s *Server) caseAmendShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	a, err := s.amending(r, v)
	if err != nil {
		return err
	}
	return s.amendPage(w, r, v, &a, nil)
}

// amendPage shows an amendment: each field that it changes, taken or left.
func (s *Server) amendPage(w http.ResponseWriter, r *http.Request, v *visitor, a *observatory.Amending, wrong error) error {
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	more := amendMore{Sender: amendmentSender(v, &a.Amendment), When: v.When(a.Amendment.At), Remark: a.Amendment.Remark, Changes: caseChanges(v, lists, a.Base, a.Amendment.Record)}
	p := deskPage{Template: "case_amend", Title: a.Row.Title, Kicker: v.T("case.amendment"), Lead: v.T("case.amendment_lead"), Crumbs: caseCrumbs(v, &a.Row), Body: a.Amendment, Err: wrong}
	if a.Amendment.State != store.AmendmentOpen {
		more.Decided = v.T("case.amendment_" + string(a.Amendment.State))
		p.More = more
		return s.show(w, r, v, p)
	}
	f := &deskForm{Action: caseOf(a.Row.ID, "/corrections/"+a.Amendment.ID), Submit: v.T("case.amend"), Cancel: caseOf(a.Row.ID, ""), Version: decimal(a.Row.Version)}
	for _, one := range amendChoices(a) {
		say := func(value string) string {
			if value == "" {
				return v.T("case.nothing")
			}
			return lists.label(one.Field, value)
		}
		f.Fields = append(f.Fields, deskField{Kind: "radio", Name: "choix." + one.Field, Label: casestudy.Label(v.l, one.Field), Wide: true, Options: []deskOption{
			{Value: "theirs", Label: v.T("case.amend_take"), Hint: say(one.Theirs)}, {Value: "mine", Label: v.T("case.amend_keep"), Hint: say(one.Mine)}}})
	}
	if wrong != nil {
		f.fill(r)
	}
	refuse := deskForm{Action: caseOf(a.Row.ID, "/corrections/"+a.Amendment.ID+"/refuser"), Submit: v.T("case.amend_refuse"), Fields: []deskField{
		{Kind: "area", Name: "motif", Label: v.T("case.reason"), Hint: v.T("case.amend_refuse_hint"), Rows: 3, Most: 2000, Wide: true}}}
	more.Refuse = refuse.ready(v, nil)
	p.Form, p.More = f, more
	return s.show(w, r, v, p)
}

// amendChoices are the fields to decide on: those that the amendment alone
// changed since it was written, then those that both did. Mine is what the case
// says now, Theirs what is proposed. A row that comes or goes is one choice.
func amendChoices(a *observatory.Amending) []casestudy.Conflict {
	var out []casestudy.Conflict
	now, then := sheetOf(a.Newest, lang.EN), sheetOf(a.Merged, lang.EN)
	changes := casestudy.Diff(a.Newest, a.Merged)
	for _, one := range changes {
		row := rowOf(one.Field)
		gone := row != "" && wholeRow(now, row, func(path, value string) bool {
			return slices.ContainsFunc(changes, func(c casestudy.Change) bool { return c.Field == path && c.Before == value && c.After == "" })
		})
		come := row != "" && !gone && wholeRow(then, row, func(path, value string) bool {
			return slices.ContainsFunc(changes, func(c casestudy.Change) bool { return c.Field == path && c.After == value && c.Before == "" })
		})
		c := casestudy.Conflict{Field: one.Field, Mine: one.Before, Theirs: one.After}
		if gone {
			c = casestudy.Conflict{Field: row, Mine: rowText(now, row)}
		} else if come {
			c = casestudy.Conflict{Field: row, Theirs: rowText(then, row)}
		}
		if !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return append(out, a.Conflicts...)
}

// rowOf is the row that a path is in, "" for none.
func rowOf(path string) string {
	parts := strings.SplitN(path, ".", 3)
	if caseRowParts[parts[0]] == nil || len(parts) < 2 {
		return ""
	}
	return parts[0] + "." + parts[1]
}

// wholeRow reports whether every part of a row that says something is so.
func wholeRow(s caseSheet, row string, so func(path, value string) bool) bool {
	list, number, _ := strings.Cut(row, ".")
	some := false
	for _, part := range caseRowParts[list] {
		path := rowPart(list, atoi(number), part)
		if v := s.get(path); v != "" {
			if !so(path, v) {
				return false
			}
			some = true
		}
	}
	return some
}

// rowText is a row on one line.
func rowText(s caseSheet, row string) string {
	list, number, _ := strings.Cut(row, ".")
	var said []string
	for _, part := range caseRowParts[list] {
		said = append(said, s.get(rowPart(list, atoi(number), part)))
	}
	return joined(" · ", said...)
}

// amendedSheet is the record with what was decided of each choice.
func amendedSheet(a *observatory.Amending, theirs func(path string) bool) caseSheet {
	s, now := sheetOf(a.Merged, lang.EN), sheetOf(a.Newest, lang.EN)
	choices := amendChoices(a)
	for i, one := range choices {
		if list, rest, _ := strings.Cut(one.Field, "."); list == "evidence" && strings.HasSuffix(rest, ".source") && !slices.Contains(a.Conflicts, one) {
			choices[i].Mine = sameSource(a, atoi(one.Mine))
		}
		if rowOf(one.Field) != one.Field || one.Theirs != "" || theirs(one.Field) || slices.Contains(a.Conflicts, one) {
			continue
		}
		list, number, _ := strings.Cut(one.Field, ".") // a row that the amendment takes off, and that stays: after the others
		for _, part := range caseRowParts[list] {
			v := now.get(rowPart(list, atoi(number), part))
			if list == "evidence" && part == "source" {
				v = sameSource(a, atoi(v))
			}
			if v != "" {
				s.set(rowPart(list, backAt+atoi(number), part), v)
			}
		}
		if list == "sources" {
			s.provenAgain(a, atoi(number))
		}
		choices[i].Field = ""
	}
	return settled(s, choices, theirs)
}

// provenAgain gives back to the proofs of a case the source that comes back.
func (s caseSheet) provenAgain(a *observatory.Amending, source int) {
	for _, was := range a.Newest.Evidence {
		if was.Source != source {
			continue
		}
		was.Source = 0
		for i, now := range a.Merged.Evidence {
			if reflect.DeepEqual(was, now) {
				s.set(rowPart("evidence", i+1, "source"), decimal(backAt+source))
			}
		}
	}
}

// backAt is where the rows that come back stand, until they are numbered.
const backAt = 1000

// sameSource is where a source of the case stands in the merged record; one that
// it has no more is where it comes back, if it does.
func sameSource(a *observatory.Amending, n int) string {
	if n < 1 || n > len(a.Newest.Sources) {
		return ""
	}
	if i := slices.Index(a.Merged.Sources, a.Newest.Sources[n-1]); i >= 0 {
		return decimal(i + 1)
	}
	return decimal(backAt + n)
}

// caseAmend makes a version of what was taken.
func (s *Server) caseAmend(w http.ResponseWriter, r *http.Request, v *visitor) error {
	a, err := s.amending(r, v)
	if err != nil {
		return err
	}
	choices := amendChoices(&a)
	var faults formFaults
	for _, one := range choices {
		if side := r.PostFormValue("choix." + one.Field); side != "mine" && side != "theirs" {
			faults.add("choix."+one.Field, v.T("case.fault.unsettled", "field", casestudy.Label(v.l, one.Field)), v.T("case.fault.unsettled_do"))
		}
	}
	if len(faults) > 0 {
		return s.amendPage(w, r, v, &a, faults)
	}
	kept := amendedSheet(&a, func(path string) bool { return r.PostFormValue("choix."+path) == "theirs" })
	record, faults := recordOf(kept, a.Merged, v.words)
	if len(faults) > 0 {
		return s.amendPage(w, r, v, &a, faults)
	}
	_, err = s.Office.Walk(v.actor(), nil).MergeAmendment(r.Context(), a.Amendment.ID, atoi(r.PostFormValue("version")), &record)
	if err != nil && refused(err) {
		if a, again := s.amending(r, v); again == nil {
			return s.amendPage(w, r, v, &a, s.named(r, v, err))
		}
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, caseOf(a.Row.ID, ""), v.T("case.amended"))
}

func (s *Server) caseAmendRefuse(w http.ResponseWriter, r *http.Request, v *visitor) error {
	a, err := s.amending(r, v)
	if err != nil {
		return err
	}
	err = s.Office.DB.RefuseAmendment(r.Context(), v.actor(), a.Row.ID, a.Amendment.ID, r.PostFormValue("motif"), s.Now())
	if err != nil && refused(err) {
		return s.amendPage(w, r, v, &a, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, caseOf(a.Row.ID, ""), v.T("case.amend_refused"))
}
