package web

import (
	"net/http"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/observatory"
)

// alike is how long the answer to a forgotten password takes, whether the
// address has an account or not.
const alike = 250 * time.Millisecond

// post writes the letters of the back office.
func (s *Server) post() observatory.Post { return observatory.Post{DB: s.Office.DB, Site: s.BaseURL} }

// letterDesk is what begins or ends with a letter.
func (s *Server) letterDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + resetPath, Action: account.SignIn, Handle: s.forgottenShow},
		{Pattern: "POST " + resetPath, Action: account.SignIn, Handle: s.forgotten},
		{Pattern: "POST " + welcomePath + "/{code}/renouveler", Action: account.SignIn, Handle: s.welcomeAgain},
		{Pattern: "GET " + mailPath + "/{code}", Action: account.SignIn, Handle: s.mailShow},
		{Pattern: "POST " + mailPath + "/{code}", Action: account.SignIn, Handle: s.mailTake},
		{Pattern: "GET " + mailOwn, Action: account.ManageOwn, Anywhere: true, Recent: true, Handle: s.ownMailShow},
		{Pattern: "POST " + mailOwn, Action: account.ManageOwn, Anywhere: true, Recent: true, Handle: s.ownMail},
	}
}

// forgottenShow asks who has forgotten their password.
func (s *Server) forgottenShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.forgottenPage(w, r, v, nil)
}

func (s *Server) forgottenPage(w http.ResponseWriter, r *http.Request, v *visitor, err error) error {
	if unset := s.post().Check(); unset != nil {
		return &fault.Error{Kind: fault.Unavailable, What: v.T("sign.no_letters"), Do: v.T("sign.no_letters_do")}
	}
	f := &deskForm{Action: resetPath, Submit: v.T("sign.forgotten_submit"), Cancel: signPath, Fields: []deskField{
		{Kind: "email", Name: mailInput, Label: v.T("sign.mail"), Auto: "username", Most: 254, Required: true, Wide: true}}}
	if err != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("sign.forgotten"), Lead: v.T("sign.forgotten_lead"), Form: f, Err: err})
}

// forgotten sends a link to the address, if it has an account. The answer is
// the same for every address, and takes the same time.
func (s *Server) forgotten(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if s.post().Check() != nil {
		return s.forgottenPage(w, r, v, nil)
	}
	wait := time.NewTimer(alike)
	defer wait.Stop()
	mail, err := account.ParseMail(r.PostFormValue(mailInput))
	if err != nil {
		return s.forgottenPage(w, r, v, aboutField(mailInput, &fault.Error{Kind: fault.Invalid, What: v.T("sign.mail_wrong"), Do: v.T("sign.mail_wrong_do")}))
	}
	err = s.attempt(r.Context(), account.Attempt{Mail: "reset:" + mail, Address: account.CoarseAddress(s.client(r).String())}, v.l)
	if err != nil && refused(err) {
		return s.forgottenPage(w, r, v, err)
	}
	if err == nil {
		err = s.sendReset(r, mail)
	}
	if err != nil {
		return err
	}
	select {
	case <-wait.C:
	case <-r.Context().Done():
	}
	return s.done(w, r, v, signPath, v.T("sign.forgotten_done"))
}

// sendReset posts the letter to who may choose a new password.
func (s *Server) sendReset(r *http.Request, mail string) error {
	row, err := s.Office.DB.PersonByMail(r.Context(), mail)
	if err != nil && fault.KindOf(err) == fault.NotFound || row.Disabled {
		return nil
	}
	if err != nil {
		return err
	}
	if row.Outside && !row.Password && s.Office.Outside != nil {
		_, err := s.Office.DB.PostMail(r.Context(), s.post().OutsideLetter(row.Person, s.Office.Outside.Name, signPath), s.Now())
		return err
	}
	purpose := account.Reset
	if !row.Password { // has not taken the account yet
		purpose = account.Invitation
	}
	return s.post().Link(r.Context(), journal.PersonActor(row.ID), row.Person, purpose, "", s.Now())
}

// deadMore says what can be done about a link that serves no more.
type deadMore struct {
	Words  string      // of the offer
	Href   string      // a page to go to
	Button *deskButton // or a form
}

// dead answers a link that serves no more: why, and how to have another one.
// Whether it was used, has expired or is not known is told only to who holds it.
func (s *Server) dead(w http.ResponseWriter, r *http.Request, v *visitor, purpose account.Purpose, err error) error {
	why := map[fault.Kind]string{fault.NotFound: "unknown", fault.Conflict: "used", fault.Denied: "expired"}[fault.KindOf(err)]
	if why == "" {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	more := deadMore{Words: v.T("sign.in"), Href: v.at.link(signPath)}
	letters := s.post().Check() == nil
	switch {
	case purpose == account.Reset && letters:
		more = deadMore{Words: v.T("sign.dead.again"), Href: v.at.link(resetPath)}
	case purpose == account.MailChange:
		more = deadMore{Words: v.T("sign.dead.again"), Href: v.at.link(mailOwn)}
	case purpose == account.Invitation && letters && why == "expired":
		b := deskView{v: v}.Button(welcomePath+"/"+r.PathValue("code")+"/renouveler", v.T("sign.dead.again"))
		more = deadMore{Button: &b}
	}
	lead := v.T("sign.dead." + why)
	if purpose == account.Invitation && why == "unknown" {
		lead = joined(" ", lead, v.T("sign.dead.ask"))
	}
	return s.show(w, r, v, deskPage{Template: "sign_dead", Title: v.T("sign.dead.title"), Lead: lead, More: more, Status: status(err)})
}

// welcomeAgain posts a new invitation to who holds one that has expired: to the
// address of the account, and nowhere else.
func (s *Server) welcomeAgain(w http.ResponseWriter, r *http.Request, v *visitor) error {
	secret, row, err := s.invited(r)
	switch {
	case err == nil:
		http.Redirect(w, r, v.at.link(welcomePath+"/"+r.PathValue("code")), http.StatusSeeOther)
		return nil
	case fault.KindOf(err) != fault.Denied:
		return s.dead(w, r, v, account.Invitation, err)
	}
	if err := s.attempt(r.Context(), account.Attempt{Mail: "invitation:" + secret.Account, Address: account.CoarseAddress(s.client(r).String())}, v.l); err != nil {
		return err
	}
	if row, err = s.Office.DB.Person(r.Context(), secret.Account); err != nil {
		return err
	}
	if row.Disabled || row.Erased || row.Password {
		return s.dead(w, r, v, account.Invitation, fault.NotFoundf("", "no account to take"))
	}
	if err := s.post().Link(r.Context(), journal.PersonActor(row.ID), row.Person, account.Invitation, "", s.Now()); err != nil {
		return err
	}
	return s.done(w, r, v, signPath, v.T("sign.dead.sent"))
}
