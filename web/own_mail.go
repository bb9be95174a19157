package web

import (
	"net/http"

	"vigie/account"
	"vigie/fault"
	"vigie/mail"
)

// The pages that change one's address.
const (
	mailOwn  = "/atelier/compte/courriel"
	mailPath = "/adresse"
)

// ownMailShow asks for a new address.
func (s *Server) ownMailShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.ownMailPage(w, r, v, nil)
}

func (s *Server) ownMailPage(w http.ResponseWriter, r *http.Request, v *visitor, err error) error {
	if unset := s.post().Check(); unset != nil {
		return &fault.Error{Kind: fault.Unavailable, What: v.T("sign.no_letters"), Do: v.T("own.mail_no_letters_do")}
	}
	f := &deskForm{Action: mailOwn, Submit: v.T("own.mail_submit"), Cancel: ownPath, Fields: []deskField{
		{Kind: "show", Name: "adresse", Label: v.T("own.mail_now"), Value: v.Mail},
		{Kind: "email", Name: mailInput, Label: v.T("own.mail_new"), Auto: "email", Most: 254, Required: true, Wide: true}}}
	if err != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("own.mail"), Lead: v.T("own.mail_lead"), Crumbs: ownCrumbs(v), Form: f, Err: err})
}

// ownMail posts a letter to the new address, which changes nothing by itself.
// Whether that address has an account is not told here.
func (s *Server) ownMail(w http.ResponseWriter, r *http.Request, v *visitor) error {
	fresh, err := account.ParseMail(r.PostFormValue(mailInput))
	if err == nil {
		err = mail.CheckAddress(fresh)
	}
	if err != nil {
		return s.ownMailPage(w, r, v, aboutField(mailInput, err))
	}
	err = s.attempt(r.Context(), account.Attempt{Mail: "change:" + v.ID}, v.l)
	if err == nil {
		err = s.post().Link(r.Context(), v.actor(), v.Person, account.MailChange, fresh, s.Now())
	}
	if err != nil && refused(err) {
		return s.ownMailPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, ownPath, v.T("own.mail_sent", "mail", fresh))
}

// mailShow is the page of the link that the new address received: a button, so
// that a program that looks at links changes nothing.
func (s *Server) mailShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	secret, err := s.Office.DB.Secret(r.Context(), account.MailChange, account.HashSecret(r.PathValue("code")), s.Now())
	if err != nil {
		return s.dead(w, r, v, account.MailChange, err)
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	f := &deskForm{Action: mailPath + "/" + r.PathValue("code"), Submit: v.T("sign.mail_take_submit"), Fields: []deskField{
		{Kind: "show", Name: mailInput, Label: v.T("own.mail_new"), Value: secret.Mail}}}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("sign.mail_take"), Lead: v.T("sign.mail_take_lead"), Form: f})
}

// mailTake makes the new address that of the person.
func (s *Server) mailTake(w http.ResponseWriter, r *http.Request, v *visitor) error {
	hash := account.HashSecret(r.PathValue("code"))
	if _, err := s.Office.DB.Secret(r.Context(), account.MailChange, hash, s.Now()); err != nil {
		return s.dead(w, r, v, account.MailChange, err)
	}
	if _, err := s.Office.DB.RedeemMail(r.Context(), hash, s.Now()); err != nil {
		return err
	}
	to := signPath
	if v.ID != "" {
		to = ownPath
	}
	return s.done(w, r, v, to, v.T("sign.mail_taken"))
}
