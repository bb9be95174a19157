package web

import (
	"context"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/store"
)

// The pages of who has not signed in, and the names of their fields.
const (
	signPath    = "/connexion"
	stepPath    = "/connexion/code"
	outPath     = "/deconnexion"
	welcomePath = "/bienvenue"
	resetPath   = "/mot-de-passe"

	mailInput     = "courriel"
	passwordInput = "mot-de-passe"
	againInput    = "confirmation"        // the new password again
	currentInput  = "mot-de-passe-actuel" // who is signed in shows it once more
	codeInput     = "code"
	nameInput     = "nom"
	backInput     = "retour"
)

// secretPaths begin the addresses that hold a secret: they are in no log.
var secretPaths = []string{welcomePath + "/", resetPath + "/", mailPath + "/", contributePath + "/"}

// signDesk is the way in and out.
func (s *Server) signDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + signPath, Action: account.SignIn, Handle: s.signShow},
		{Pattern: "POST " + signPath, Action: account.SignIn, Handle: s.signIn},
		{Pattern: "GET " + stepPath, Action: account.SignIn, Handle: s.stepShow},
		{Pattern: "POST " + stepPath, Action: account.SignIn, Handle: s.stepIn},
		{Pattern: "POST " + outPath, Action: account.SignIn, Handle: s.signOut},
		{Pattern: "GET " + welcomePath + "/{code}", Action: account.SignIn, Handle: s.welcomeShow},
		{Pattern: "POST " + welcomePath + "/{code}", Action: account.SignIn, Handle: s.welcome},
		{Pattern: "GET " + resetPath + "/{code}", Action: account.SignIn, Handle: s.resetShow},
		{Pattern: "POST " + resetPath + "/{code}", Action: account.SignIn, Handle: s.reset},
	}
}

// signShow is the page to sign in.
func (s *Server) signShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if v.ID != "" {
		http.Redirect(w, r, comeBack(v.at, r.URL.Query().Get(backInput)), http.StatusSeeOther)
		return nil
	}
	return s.signPage(w, r, v, r.URL.Query().Get(backInput), nil)
}

// signMore is what the page to sign in shows beside its form.
type signMore struct {
	Reset  string // the page of who has forgotten, "" when there is none
	Unsafe bool   // the browser will not keep the cookie
}

func (s *Server) signPage(w http.ResponseWriter, r *http.Request, v *visitor, back string, err error) error {
	f := &deskForm{Action: signPath, Submit: v.T("sign.in"), Fields: []deskField{
		{Kind: "email", Name: mailInput, Label: v.T("sign.mail"), Auto: "username", Most: 254, Required: true, Wide: true},
		{Kind: "password", Name: passwordInput, Label: v.T("sign.password"), Auto: "current-password", Most: 1024, Required: true, Wide: true},
	}}
	if back = comeBack(v.at, back); back != v.at.link(homePath) {
		f.Hidden = []hiddenField{{backInput, back}}
	}
	if err != nil {
		f.fill(r)
	}
	s.withPasskey(r, v, f, passkeyPath)
	if back == v.at.link(homePath) {
		back = ""
	}
	s.withOutside(v, f, outsidePath, back)
	more := signMore{Unsafe: !s.keepsCookie(r)}
	if s.post().Check() == nil {
		more.Reset = resetPath
	}
	return s.show(w, r, v, deskPage{Template: "sign_in", Title: v.T("sign.title"), Lead: v.T("sign.lead"), Form: f, More: more, Err: err})
}

// keepsCookie reports whether browsers keep a cookie for safe connections here:
// under HTTPS, and on the machine itself.
func (s *Server) keepsCookie(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	addr, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return strings.HasPrefix(s.base(r), "https:") || host == "localhost" || err == nil && addr.IsLoopback()
}

// signIn takes a mail and a password.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request, v *visitor) error {
	back := r.PostFormValue(backInput)
	person, err := s.provePassword(r, r.PostFormValue(mailInput), r.PostFormValue(passwordInput), v.l)
	if err != nil && refused(err) {
		return s.signPage(w, r, v, back, err)
	}
	if err != nil {
		return err
	}
	return s.passed(w, r, v, person, methodPassword, back)
}

// passed goes on after a first proof of who somebody is: to the second factor
// of who has one, otherwise in. Every way to sign in ends here, or at open when
// what was shown counts for both.
func (s *Server) passed(w http.ResponseWriter, r *http.Request, v *visitor, person store.PersonRow, method, back string) error {
	if !s.hasFactor(person) {
		return s.enter(w, r, v, person.Person, method, back)
	}
	secret, hash, err := account.NewSecret(s.Office.Random)
	if err != nil {
		return err
	}
	in := store.SecretInput{Hash: hash, Purpose: account.Step, Account: person.ID}
	if err := s.Office.DB.PutSecret(r.Context(), journal.PersonActor(person.ID), in, s.Now()); err != nil {
		return err
	}
	putCookie(w, stepCookie, secret, account.Step.Lifetime())
	to := v.at.link(stepPath)
	if back = comeBack(v.at, back); back != v.at.link(homePath) {
		to += "?" + url.Values{backInput: {back}}.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// hasFactor reports whether a person has set a second factor.
func (s *Server) hasFactor(person store.PersonRow) bool { return person.TOTP || person.Passkeys > 0 }

// enter opens the session and shows the page to come back to, in the person's
// language when no page was asked for.
func (s *Server) enter(w http.ResponseWriter, r *http.Request, v *visitor, p account.Person, method, back string) error {
	if err := s.open(w, r, v, p, method); err != nil {
		return err
	}
	to := comeBack(v.at, back)
	if l, ok := lang.Parse(p.Lang); ok && to == v.at.link(homePath) {
		to = v.at.in(l).link(homePath)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// provePassword finds the person of a mail and a password. The try is counted
// before the password is looked at; unknown, disabled and wrong take the same
// time and get the same answer.
func (s *Server) provePassword(r *http.Request, mail, password string, l lang.Lang) (row store.PersonRow, err error) {
	ctx := r.Context()
	try := account.Attempt{Mail: mail, Address: account.CoarseAddress(s.client(r).String())}
	if err := s.attempt(ctx, try, l); err != nil {
		return row, err
	}
	row, err = s.Office.DB.PersonByMail(ctx, mail)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return row, err
	}
	id := row.ID
	if row.Disabled {
		id = ""
	}
	known, err := s.Office.DB.Credential(ctx, id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return row, err
	}
	ok, stale, err := account.VerifyPassword(ctx, known.Password, password)
	if err != nil {
		return row, err
	}
	if !ok {
		return row, &fault.Error{Kind: fault.Denied, What: lang.T(l, "sign.wrong"), Do: lang.T(l, "sign.wrong_do")}
	}
	if stale {
		hash, err := account.HashPassword(ctx, s.Office.Random, password)
		if err != nil {
			return row, err
		}
		if err := s.Office.DB.RehashPassword(ctx, row.ID, known.Password, hash); err != nil {
			return row, err
		}
	}
	return row, s.Office.DB.Succeeded(ctx, try, s.Now())
}

// attempt counts a try to prove who one is, and refuses it when there were too
// many.
func (s *Server) attempt(ctx context.Context, try account.Attempt, l lang.Lang) error {
	wait, err := s.Office.DB.Attempt(ctx, try, s.Now())
	if err != nil {
		return err
	}
	if wait <= 0 {
		return nil
	}
	return &tooMany{&fault.Error{Kind: fault.Unavailable, What: lang.T(l, "sign.wait"), Do: lang.T(l, "sign.wait_do", "n", int(math.Ceil(wait.Minutes())))}}
}

// tryPassword checks the password of who is signed in already.
func (s *Server) tryPassword(r *http.Request, v *visitor, password string) error {
	row, err := s.provePassword(r, v.Mail, password, v.l)
	if err == nil && row.ID != v.ID {
		return errForeign(v.words)
	}
	if fault.KindOf(err) == fault.Denied && err != nil {
		return &fault.Error{Kind: fault.Denied, What: v.T("sign.wrong_password"), Do: v.T("sign.wrong_password_do")}
	}
	return err
}

// signOut ends the session.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if v.session.ID != "" {
		err := s.Office.DB.EndSession(r.Context(), v.actor(), v.ID, v.session.ID, s.Now())
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	putCookie(w, sessionCookie, "", 0)
	putCookie(w, stepCookie, "", 0)
	return s.done(w, r, v, signPath, v.T("sign.out"))
}

// stepShow is the page of the second factor.
func (s *Server) stepShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if _, err := s.stepOf(r); err != nil {
		return s.stepEnded(w, r, v, err)
	}
	return s.stepPage(w, r, v, r.URL.Query().Get(backInput), nil)
}

func (s *Server) stepPage(w http.ResponseWriter, r *http.Request, v *visitor, back string, err error) error {
	f := &deskForm{Action: stepPath, Submit: v.T("sign.in"), Hidden: []hiddenField{{backInput, comeBack(v.at, back)}}, Fields: []deskField{
		{Name: codeInput, Label: v.T("sign.code"), Hint: v.T("sign.code_hint"), Auto: "one-time-code", Most: 40, Required: true},
	}}
	s.withPasskey(r, v, f, stepPath)
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("sign.step"), Lead: v.T("sign.step_lead"), Form: f, Err: err})
}

// stepOf returns the half of a sign-in that the browser holds.
func (s *Server) stepOf(r *http.Request) (store.SecretRow, error) {
	c, err := r.Cookie(stepCookie)
	if err != nil {
		return store.SecretRow{}, fault.NotFoundf("", "sign-in not begun")
	}
	return s.Office.DB.Secret(r.Context(), account.Step, account.HashSecret(c.Value), s.Now())
}

// stepEnded begins again, when the first half is no longer worth anything.
func (s *Server) stepEnded(w http.ResponseWriter, r *http.Request, v *visitor, err error) error {
	if k := fault.KindOf(err); k != fault.NotFound && k != fault.Denied && k != fault.Conflict {
		return err
	}
	putCookie(w, stepCookie, "", 0)
	return s.done(w, r, v, signPath, v.T("sign.step_ended"))
}

// stepIn takes the code of an application, a recovery code or a passkey.
func (s *Server) stepIn(w http.ResponseWriter, r *http.Request, v *visitor) error {
	step, err := s.stepOf(r)
	if err != nil {
		return s.stepEnded(w, r, v, err)
	}
	back := r.PostFormValue(backInput)
	method := methodPasskey
	if r.PostFormValue(proofInput) != "" {
		err = s.tryPasskey(w, r, v, step.Account)
	} else {
		method, err = s.proveCode(r, step.Account, r.PostFormValue(codeInput), v.l)
	}
	if err != nil && refused(err) {
		return s.stepPage(w, r, v, back, err)
	}
	if err != nil {
		return err
	}
	if _, err := s.Office.DB.UseSecret(r.Context(), account.Step, step.Hash, s.Now()); err != nil {
		return s.stepEnded(w, r, v, err)
	}
	row, err := s.Office.DB.Person(r.Context(), step.Account)
	if err != nil {
		return err
	}
	if row.Disabled {
		return s.stepEnded(w, r, v, fault.NotFoundf("", "disabled"))
	}
	return s.enter(w, r, v, row.Person, method, back)
}

// proveCode checks the code of a person's second factor, and uses it up.
func (s *Server) proveCode(r *http.Request, person, code string, l lang.Lang) (method string, err error) {
	ctx := r.Context()
	try := account.Attempt{Second: person, Address: account.CoarseAddress(s.client(r).String())}
	if err := s.attempt(ctx, try, l); err != nil {
		return "", err
	}
	known, err := s.Office.DB.Credential(ctx, person)
	if err != nil {
		return "", err
	}
	method, ok := methodTOTP, false
	if step, right := account.VerifyTOTP(known.TOTP, code, s.Now(), known.TOTPStep); right && known.TOTP != "" {
		ok, err = s.Office.DB.UseTOTPStep(ctx, person, step)
	} else {
		method = methodRecovery
		ok, err = s.Office.DB.UseRecovery(ctx, person, account.HashRecovery(code), s.Now())
	}
	if err != nil {
		return "", err
	}
	if !ok {
		return "", &fault.Error{Kind: fault.Denied, What: lang.T(l, "sign.wrong_code"), Do: lang.T(l, "sign.wrong_code_do")}
	}
	return method, s.Office.DB.Succeeded(ctx, try, s.Now())
}
