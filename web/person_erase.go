package web

import (
	"net/http"
	"strconv"

	"vigie/fault"
	"vigie/store"
)

// eraseBody is what would be left of an account.
type eraseBody struct {
	Person string `json:"person"`
	store.Remains
}

// eraseMore is what a page that asks before erasing says: what goes, what stays,
// and what else could be done.
type eraseMore struct{ Goes, Stays, Rather, Last string }

// erasePage completes a page that asks before an account is erased, one's own
// or another's: it says what stays, and gives no form where nobody would be left
// to administer.
func (s *Server) erasePage(w http.ResponseWriter, r *http.Request, v *visitor, person string, wrong error, p deskPage) error {
	left, err := s.Office.DB.Remains(r.Context(), person)
	if err != nil {
		return err
	}
	more := p.More.(eraseMore)
	more.Stays = v.T("person.erase_stays_what", "n", left.Entries, "id", person)
	if left.Last {
		more.Last, p.Form = v.T("person.erase_last"), nil
	}
	p.Template, p.Body, p.More, p.Err = "person_erase", eraseBody{person, left}, more, wrong
	return s.show(w, r, v, p)
}

// sure refuses a form of erasing whose box is not checked.
func sure(r *http.Request, v *visitor) error {
	if r.PostFormValue("oui") != "" {
		return nil
	}
	return aboutField("oui", fault.Invalidf(v.T("own.erase_no_do"), "%s", v.T("own.erase_no")))
}

// ownEraseShow says what erasing one's account does.
func (s *Server) ownEraseShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.ownErasePage(w, r, v, nil)
}

func (s *Server) ownErasePage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	f := &deskForm{Action: erasePath, Submit: v.T("own.erase_submit"), Cancel: ownPath, Danger: true, Fields: []deskField{
		{Kind: "check", Name: "oui", Label: v.T("own.erase_yes"), Required: true}}}
	return s.erasePage(w, r, v, v.ID, wrong, deskPage{Title: v.T("own.erase"), Crumbs: ownCrumbs(v), Form: f, More: eraseMore{Goes: v.T("own.erase_goes_what")}})
}

func (s *Server) ownErase(w http.ResponseWriter, r *http.Request, v *visitor) error {
	err := sure(r, v)
	if err == nil {
		err = s.Office.DB.Erase(r.Context(), v.actor(), v.ID, s.Now())
	}
	if err != nil && refused(err) {
		return s.ownErasePage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	putCookie(w, sessionCookie, "", 0)
	return s.done(w, r, v, signPath, v.T("own.erased"))
}

// personEraseShow says what erasing an account takes away, and what stays.
func (s *Server) personEraseShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.living(r, v)
	if err != nil {
		return err
	}
	return s.personErasePage(w, r, v, row, nil)
}

func (s *Server) personErasePage(w http.ResponseWriter, r *http.Request, v *visitor, row store.PersonRow, wrong error) error {
	f := &deskForm{Action: peoplePath + "/" + row.ID + "/effacer", Submit: v.T("person.erase_submit"), Cancel: peoplePath + "/" + row.ID, Danger: true,
		Version: strconv.Itoa(row.Version), Fields: []deskField{{Kind: "check", Name: "oui", Label: v.T("person.erase_yes", "name", row.Name), Required: true}}}
	return s.erasePage(w, r, v, row.ID, wrong, deskPage{Title: v.T("person.erase_title", "name", row.Name), Crumbs: personCrumbs(v, &row), Form: f,
		More: eraseMore{Goes: v.T("person.erase_goes_what"), Rather: v.T("person.erase_rather")}})
}

func (s *Server) personErase(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.living(r, v)
	if err != nil {
		return err
	}
	err = sure(r, v)
	if err == nil && r.PostFormValue("version") != strconv.Itoa(row.Version) {
		err = s.toldWho(r, v, &store.Changed{By: row.ChangedBy, At: row.ChangedAt})
	}
	if err == nil {
		err = s.Office.DB.Erase(r.Context(), v.actor(), row.ID, s.Now())
	}
	if err != nil && refused(err) {
		return s.personErasePage(w, r, v, row, err)
	}
	if err != nil {
		return err
	}
	return s.after(w, r, v, row, v.T("person.erased"))
}
