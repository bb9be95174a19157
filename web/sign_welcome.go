package web

import (
	"net/http"

	"vigie/account"
	"vigie/fault"
	"vigie/store"
)

// invited finds the person of a link that lets somebody take an account.
func (s *Server) invited(r *http.Request) (store.SecretRow, store.PersonRow, error) {
	hash := account.HashSecret(r.PathValue("code"))
	secret, err := s.Office.DB.Secret(r.Context(), account.Invitation, hash, s.Now())
	if fault.KindOf(err) == fault.NotFound && err != nil {
		secret, err = s.Office.DB.Secret(r.Context(), account.First, hash, s.Now())
	}
	if err != nil {
		return secret, store.PersonRow{}, err
	}
	row, err := s.Office.DB.Person(r.Context(), secret.Account)
	return secret, row, err
}

// welcomeShow is the page of who was invited: a name and a password to choose.
func (s *Server) welcomeShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	_, row, err := s.invited(r)
	if err != nil {
		return s.dead(w, r, v, account.Invitation, err)
	}
	return s.welcomePage(w, r, v, row, nil)
}

func (s *Server) welcomePage(w http.ResponseWriter, r *http.Request, v *visitor, row store.PersonRow, err error) error {
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	f := &deskForm{Account: row.Mail, Action: welcomePath + "/" + r.PathValue("code"), Submit: v.T("sign.welcome_submit"), Fields: append([]deskField{
		{Kind: "show", Name: mailInput, Label: v.T("sign.mail"), Value: row.Mail},
		{Name: nameInput, Label: v.T("sign.name"), Value: row.Name, Auto: "name", Most: 100, Required: true, Wide: true},
	}, newPasswordFields(v)...)}
	if err != nil {
		f.fill(r)
	}
	s.withOutside(v, f, f.Action+"/externe", "")
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("sign.welcome"), Lead: v.T("sign.welcome_lead"), Form: f, Err: err})
}

// newPasswordFields ask for a new password, twice.
func newPasswordFields(v *visitor) []deskField {
	return []deskField{
		{Kind: "password", Name: passwordInput, Label: v.T("sign.new_password"), Hint: v.T("sign.new_password_hint", "least", account.PasswordLeast),
			Auto: "new-password", Most: 1024, Required: true, Wide: true},
		{Kind: "password", Name: againInput, Label: v.T("sign.new_password_again"), Auto: "new-password", Most: 1024, Required: true, Wide: true},
	}
}

// newPassword reads a new password and returns its hash.
func (s *Server) newPassword(r *http.Request, v *visitor, mail, name string) (string, error) {
	password := r.PostFormValue(passwordInput)
	var faults formFaults
	if err := account.CheckPassword(password, mail, name); err != nil {
		what, do := told(err)
		faults.add(passwordInput, what, do)
	} else if password != r.PostFormValue(againInput) {
		faults.add(againInput, v.T("sign.differs"), v.T("sign.differs_do"))
	}
	if err := faults.err(); err != nil {
		return "", err
	}
	return account.HashPassword(r.Context(), s.Office.Random, password)
}

// welcome takes the name and the password, and opens the first session.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request, v *visitor) error {
	secret, row, err := s.invited(r)
	if err != nil {
		return s.dead(w, r, v, account.Invitation, err)
	}
	if err := s.attempt(r.Context(), account.Attempt{Address: account.CoarseAddress(s.client(r).String())}, v.l); err != nil {
		return err
	}
	name := r.PostFormValue(nameInput)
	if _, err := account.ParseName(name); err != nil {
		return s.welcomePage(w, r, v, row, aboutField(nameInput, err))
	}
	hash, err := s.newPassword(r, v, row.Mail, name)
	if err != nil && refused(err) {
		return s.welcomePage(w, r, v, row, err)
	}
	if err != nil {
		return err
	}
	row, err = s.Office.DB.Redeem(r.Context(), secret.Purpose, secret.Hash, store.Redeemed{Password: hash, Name: name, Lang: string(v.l)}, s.Now())
	if err != nil {
		return err
	}
	say(w, v.T("sign.welcomed", "name", row.Name))
	back := homePath
	if row.NeedsFactor(s.Office.Strong) {
		back = factorPath
	}
	return s.enter(w, r, v, row.Person, methodPassword, v.at.link(back))
}

// resetShow is the page of a link that lets somebody choose a new password.
func (s *Server) resetShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if _, err := s.Office.DB.Secret(r.Context(), account.Reset, account.HashSecret(r.PathValue("code")), s.Now()); err != nil {
		return s.dead(w, r, v, account.Reset, err)
	}
	return s.resetPage(w, r, v, nil)
}

func (s *Server) resetPage(w http.ResponseWriter, r *http.Request, v *visitor, err error) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	f := &deskForm{Action: resetPath + "/" + r.PathValue("code"), Submit: v.T("sign.reset_submit"), Fields: newPasswordFields(v)}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("sign.reset"), Lead: v.T("sign.reset_lead"), Form: f, Err: err})
}

// reset takes the new password. The person signs in with it: a second factor,
// when there is one, is asked for then.
func (s *Server) reset(w http.ResponseWriter, r *http.Request, v *visitor) error {
	secret, err := s.Office.DB.Secret(r.Context(), account.Reset, account.HashSecret(r.PathValue("code")), s.Now())
	if err != nil {
		return s.dead(w, r, v, account.Reset, err)
	}
	row, err := s.Office.DB.Person(r.Context(), secret.Account)
	if err != nil {
		return err
	}
	hash, err := s.newPassword(r, v, row.Mail, row.Name)
	if err != nil && refused(err) {
		return s.resetPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	if _, err := s.Office.DB.Redeem(r.Context(), account.Reset, secret.Hash, store.Redeemed{Password: hash}, s.Now()); err != nil {
		return err
	}
	return s.done(w, r, v, signPath, v.T("sign.reset_done"))
}
