package web

import (
	"net/http"
	"strconv"
	"time"

	"vigie/account"
)

// The pages of one's own account.
const (
	ownPath     = "/atelier/compte"
	confirmPath = "/atelier/compte/confirmer"
	factorPath  = "/atelier/compte/second-facteur"
	passwordOwn = "/atelier/compte/mot-de-passe"
	tokenPath   = "/atelier/compte/jetons"
	rolePath    = "/atelier/compte/roles"
	erasePath   = "/atelier/compte/effacer"
)

// ownDesk is what everyone may do with their own account.
func (s *Server) ownDesk() []deskRoute {
	own := func(pattern string, handle func(http.ResponseWriter, *http.Request, *visitor) error) deskRoute {
		return deskRoute{Pattern: pattern, Action: account.ManageOwn, Anywhere: true, Handle: handle}
	}
	recent := func(pattern string, handle func(http.ResponseWriter, *http.Request, *visitor) error) deskRoute {
		return deskRoute{Pattern: pattern, Action: account.ManageOwn, Anywhere: true, Recent: true, Handle: handle}
	}
	account := own("GET "+ownPath, s.ownShow)
	account.Menu = "desk.nav.own.account"
	return append(s.searchDesk(), []deskRoute{
		account,
		own("POST "+ownPath, s.ownRename),
		own("POST "+ownPath+"/sessions", s.ownEndSession),
		own("GET "+confirmPath, s.confirmShow),
		own("POST "+confirmPath, s.confirm),
		recent("GET "+passwordOwn, s.ownPasswordShow),
		recent("POST "+passwordOwn, s.ownPassword),
		recent("GET "+factorPath, s.factorShow),
		recent("POST "+factorPath, s.factorSet),
		recent("POST "+factorPath+"/retirer", s.factorDrop),
		recent("POST "+factorPath+"/codes", s.recoveryRenew),
		own("GET "+rolePath, s.roleShow),
		own("GET "+tokenPath, s.tokenList),
		recent("POST "+tokenPath, s.tokenMake),
		own("POST "+tokenPath+"/terminer", s.tokenEnd),
		recent("GET "+erasePath, s.ownEraseShow),
		recent("POST "+erasePath, s.ownErase),
	}...)
}

// ownBody is one's own account.
type ownBody struct {
	Mail     string          `json:"mail"`
	Name     string          `json:"name"`
	Lang     string          `json:"lang"`
	Grants   []account.Grant `json:"grants"`
	Password bool            `json:"password"`
	TOTP     bool            `json:"totp"`
	Recovery int             `json:"recovery_codes"`
	Passkeys int             `json:"passkeys"`
	Outside  bool            `json:"outside"` // signs in by an outside provider
	Sessions []ownSession    `json:"sessions"`
	Searches []followed      `json:"searches"`
}

// ownMore is what the page of one's account shows beside it.
type ownMore struct {
	Provider string // "" when there is none to sign in by
	Searches *deskTable
	Mail     string // what letters its searches send
}

// ownSession is one place where the person is signed in.
type ownSession struct {
	ID      string    `json:"id"`
	Agent   string    `json:"agent"`
	Address string    `json:"address"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Here    bool      `json:"here"`
}

func (s *Server) ownShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.ownPage(w, r, v, nil)
}

func (s *Server) ownPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	row, err := s.Office.DB.Person(r.Context(), v.ID)
	if err != nil {
		return err
	}
	open, err := s.Office.DB.Sessions(r.Context(), v.ID, v.now)
	if err != nil {
		return err
	}
	body := ownBody{Mail: row.Mail, Name: row.Name, Lang: row.Lang, Grants: row.Grants, Password: row.Password, TOTP: row.TOTP, Recovery: row.Recovery,
		Passkeys: row.Passkeys, Outside: row.Outside}
	for _, one := range open {
		body.Sessions = append(body.Sessions, ownSession{ID: one.ID, Agent: one.Agent, Address: one.Address,
			Created: one.Created, Seen: one.Seen, Here: one.ID == v.session.ID})
	}
	f := &deskForm{Action: ownPath, Submit: v.T("desk.save"), Version: strconv.Itoa(row.Version), Fields: []deskField{
		{Name: nameInput, Label: v.T("sign.name"), Value: row.Name, Auto: "name", Most: 100, Required: true},
		langField(v.T("own.lang"), row.Lang),
	}}
	if wrong != nil {
		f.fill(r)
	}
	if body.Searches, err = s.searches(r, v); err != nil {
		return err
	}
	more := ownMore{Searches: searchTable(r, v, body.Searches), Mail: s.searchMail(v)}
	if o := s.Office.Outside; o != nil && s.BaseURL != "" {
		more.Provider = o.Name
	}
	return s.show(w, r, v, deskPage{Template: "own_show", Title: v.T("own.title"), Body: body, More: more, Form: f, Table: sessionTable(r, v, body.Sessions), Err: wrong})
}

// sessionTable lists where the person is signed in.
func sessionTable(r *http.Request, v *visitor, rows []ownSession) *deskTable {
	d := deskView{v: v}
	return tableFor(r, v, v.T("own.sessions"), "", rows, []deskColumn[ownSession]{
		{Label: v.T("own.agent"), Cell: func(o ownSession) deskCell {
			c := deskCell{Text: o.Agent, Small: o.Address}
			if c.Text == "" {
				c.Text = v.T("own.agent_unknown")
			}
			if o.Here {
				c.Badge = &badge{v.T("own.here"), "good"}
			}
			return c
		}},
		{Label: v.T("own.created"), Cell: func(o ownSession) deskCell { return deskCell{At: o.Created} }},
		{Label: v.T("own.seen"), Cell: func(o ownSession) deskCell { return deskCell{At: o.Seen} }},
		{Label: v.T("desk.do"), Cell: func(o ownSession) deskCell {
			return deskCell{Buttons: []deskButton{d.Quiet(ownPath+"/sessions", v.T("own.end"), "session", o.ID)}}
		}},
	})
}

// ownRename takes a name and a language.
func (s *Server) ownRename(w http.ResponseWriter, r *http.Request, v *visitor) error {
	version, _ := strconv.Atoi(r.PostFormValue("version")) // 0 is no version: a conflict
	_, err := s.Office.DB.Rename(r.Context(), v.actor(), v.ID, r.PostFormValue(nameInput), r.PostFormValue("langue"), version, s.Now())
	if err != nil && refused(err) {
		return s.ownPage(w, r, v, aboutField(nameInput, err))
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, ownPath, v.T("own.saved"))
}

// ownEndSession ends one session of one's own, or all but this one.
func (s *Server) ownEndSession(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id := r.PostFormValue("session")
	if id == "" {
		if _, err := s.Office.DB.EndSessions(r.Context(), v.actor(), v.ID, v.session.ID, s.Now()); err != nil {
			return err
		}
		return s.done(w, r, v, ownPath, v.T("own.ended_all"))
	}
	if err := s.Office.DB.EndSession(r.Context(), v.actor(), v.ID, id, s.Now()); err != nil {
		return err
	}
	return s.done(w, r, v, ownPath, v.T("own.ended"))
}

// confirmShow asks for the password again, before a page that wants it recent.
func (s *Server) confirmShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.confirmPage(w, r, v, r.URL.Query().Get(backInput), nil)
}

func (s *Server) confirmPage(w http.ResponseWriter, r *http.Request, v *visitor, back string, err error) error {
	f := &deskForm{Account: v.Mail, Action: confirmPath, Submit: v.T("own.confirm_submit"), Cancel: ownPath,
		Hidden: []hiddenField{{backInput, comeBack(v.at, back)}}, Fields: []deskField{currentField(v)}}
	s.withPasskey(r, v, f, confirmPath)
	if lacks, wrong := s.withoutPassword(r, v, f, comeBack(v.at, back)); wrong != nil {
		return wrong
	} else if lacks {
		f.Submit, f.Fields = "", nil
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("own.confirm"), Lead: v.T("own.confirm_lead", "n", int(account.RecentFor.Minutes())), Form: f, Err: err})
}

// withoutPassword adds the way to prove who they are that people without a
// password have, and reports whether the visitor is one of them.
func (s *Server) withoutPassword(r *http.Request, v *visitor, f *deskForm, back string) (bool, error) {
	row, err := s.Office.DB.Person(r.Context(), v.ID)
	if err != nil || row.Password {
		return false, err
	}
	if row.Outside {
		s.withOutside(v, f, outsideOwn+"/confirmer", back)
	}
	return true, nil
}

func currentField(v *visitor) deskField {
	return deskField{Kind: "password", Name: currentInput, Label: v.T("sign.password"), Auto: "current-password", Most: 1024, Required: true}
}

func (s *Server) confirm(w http.ResponseWriter, r *http.Request, v *visitor) error {
	back := r.PostFormValue(backInput)
	err := s.confirmed(w, r, v)
	if err != nil && refused(err) {
		return s.confirmPage(w, r, v, back, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, comeBack(v.at, back), http.StatusSeeOther)
	return nil
}

// askAgain asks for the password before a form that was sent is obeyed: the
// form goes with it, so that nothing is lost.
func (s *Server) askAgain(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	if wrong != nil && !refused(wrong) {
		return wrong
	}
	f := &deskForm{Account: v.Mail, Action: v.at.path, Submit: v.T("own.confirm_submit"), Cancel: homePath, Hidden: sentFields(r), Fields: []deskField{currentField(v)}}
	s.withPasskey(r, v, f, v.at.path)
	if lacks, err := s.withoutPassword(r, v, f, v.at.link(ownPath)); err != nil {
		return err
	} else if lacks {
		f.Submit, f.Fields = v.T("own.confirm_again"), nil
		if f.Other != nil {
			f.Other.Lang = string(v.l) // in another tab: this page keeps what was sent
		}
	}
	p := deskPage{Template: "desk_form", Title: v.T("own.confirm"), Lead: v.T("own.confirm_sent", "n", int(account.RecentFor.Minutes())), Form: f, Err: wrong}
	if wrong == nil {
		p.Status = http.StatusForbidden
	}
	return s.show(w, r, v, p)
}

// sentFields are the fields of the form that was sent, but secrets.
func sentFields(r *http.Request) []hiddenField {
	var out []hiddenField
	for _, name := range sortedKeys(r.PostForm) {
		if name == tokenInput || name == againInput || name == currentInput || name == passwordInput || name == codeInput || name == proofInput {
			continue
		}
		for _, value := range r.PostForm[name] {
			out = append(out, hiddenField{name, value})
		}
	}
	return out
}

// lapsed answers a form sent by somebody whose session has ended: what was
// written is shown, to be copied.
func (s *Server) lapsed(w http.ResponseWriter, r *http.Request, v *visitor) {
	r.Body = http.MaxBytesReader(w, r.Body, mostForm)
	var sent []hiddenField
	if err := r.ParseMultipartForm(mostForm); err == nil || err == http.ErrNotMultipart {
		sent = sentFields(r)
	}
	p := deskPage{Template: "own_lapsed", Title: v.T("own.lapsed"), Lead: v.T("own.lapsed_lead"), More: sent, Status: http.StatusUnauthorized}
	if err := s.show(w, r, v, p); err != nil {
		s.fail(w, r, err)
	}
}

// ownPasswordShow is the page to change one's password.
func (s *Server) ownPasswordShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.ownPasswordPage(w, r, v, nil)
}

func (s *Server) ownPasswordPage(w http.ResponseWriter, r *http.Request, v *visitor, err error) error {
	f := &deskForm{Account: v.Mail, Action: passwordOwn, Submit: v.T("own.password_submit"), Cancel: ownPath, Fields: newPasswordFields(v)}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("own.password"), Lead: v.T("own.password_lead"), Crumbs: ownCrumbs(v), Form: f, Err: err})
}

func ownCrumbs(v *visitor) []link { return []link{{Label: v.T("own.title"), Href: ownPath}} }

func (s *Server) ownPassword(w http.ResponseWriter, r *http.Request, v *visitor) error {
	hash, err := s.newPassword(r, v, v.Mail, v.Name)
	if err != nil && refused(err) {
		return s.ownPasswordPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	if err := s.Office.DB.SetPassword(r.Context(), v.actor(), v.ID, hash, v.session.ID, s.Now()); err != nil {
		return err
	}
	if err := s.renew(w, r, v, v.session.Method); err != nil {
		return err
	}
	return s.done(w, r, v, ownPath, v.T("own.password_done"))
}
