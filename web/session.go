package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
)

// The cookies: the session's, that of a sign-in half done, and a word to say
// on the next page. All are for this host and for HTTPS only; browsers take the
// machine itself for safe.
const (
	sessionCookie = "__Host-vigie"
	stepCookie    = "__Host-vigie-etape"
	flashCookie   = "__Host-vigie-dit"

	mostFlash = 1000

	touched = time.Minute // how often a session's use is noted
)

// How a session was opened: the last thing that was shown.
const (
	methodPassword = "password"
	methodTOTP     = "totp"
	methodRecovery = "recovery"
	methodPasskey  = "passkey"
)

// tokenInput names the hidden field of every form that proves that the page
// was ours.
const tokenInput = "jeton"

func putCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(age.Seconds())}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// formToken is made of the session's secret: it lasts as long, and is worth
// nothing for another.
func formToken(secret string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

func sameText(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// visitor finds who asks. A cookie or a token that is worth nothing is nobody.
func (s *Server) visitor(w http.ResponseWriter, r *http.Request) (*visitor, error) {
	at := addressOf(r)
	v := &visitor{at: at, words: words{at.lang}, now: s.Now()}
	if secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return v, s.program(r, v, secret)
	}
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return v, nil
	}
	found, err := s.Office.DB.Session(r.Context(), account.HashSecret(c.Value), v.now)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		putCookie(w, sessionCookie, "", 0)
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.Person, v.session, v.secret = found.Person, found, c.Value
	if v.now.Sub(found.Seen) < touched {
		return v, nil
	}
	return v, s.Office.DB.TouchSession(r.Context(), found.Hash, v.now)
}

// program finds the person whose token a program shows.
func (s *Server) program(r *http.Request, v *visitor, secret string) error {
	found, err := s.Office.DB.Token(r.Context(), account.HashSecret(secret), v.now)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err == nil {
		v.Person, v.token = found.Person, &found
	}
	return nil
}

// open gives a person who has shown all that is asked a new session, and the
// browser its cookie. method is the last thing that was shown.
func (s *Server) open(w http.ResponseWriter, r *http.Request, v *visitor, p account.Person, method string) error {
	secret, hash, err := account.NewSecret(s.Office.Random)
	if err != nil {
		return err
	}
	id, err := account.NewID(s.Office.Random)
	if err != nil {
		return err
	}
	opened := account.Session{ID: id, Hash: hash, Person: p, Method: method,
		Agent: account.ShortAgent(r.UserAgent()), Address: account.CoarseAddress(s.client(r).String())}
	if err := s.Office.DB.OpenSession(r.Context(), opened, s.Now()); err != nil {
		return err
	}
	if v.session.ID != "" { // one browser, one session
		if err := s.Office.DB.EndSession(r.Context(), v.actor(), v.ID, v.session.ID, s.Now()); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	putCookie(w, sessionCookie, secret, account.SessionMost)
	putCookie(w, stepCookie, "", 0)
	return nil
}

// strong reports whether a session was opened with a second factor.
func strong(s account.Session) bool {
	return s.Method == methodTOTP || s.Method == methodRecovery || s.Method == methodPasskey
}

// strongEnough sends to the page of second factors who must have one and has
// signed in without; their programs do nothing before they have one.
func (s *Server) strongEnough(v *visitor, p deskRoute) error {
	switch {
	case v.ID == "" || !v.NeedsFactor(s.Office.Strong):
		return nil
	case v.token != nil && !v.token.Factor:
		return &fault.Error{Kind: fault.Denied, What: v.T("api.fault.factor"), Do: v.T("api.fault.factor_do")}
	case v.token != nil || strong(v.session) || p.Action == account.ManageOwn || p.Action == account.SignIn:
		return nil
	}
	return elsewhere{v.at.link(factorPath)}
}

// elsewhere is no fault: the page to see first.
type elsewhere struct{ to string }

// Error names the page.
func (e elsewhere) Error() string { return "see first " + e.to }

// recent asks for the password again when it was given long ago. A form that
// was sent is kept in the page that asks, and goes on with the password.
func (s *Server) recent(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if v.token != nil {
		return errForeign(v.words)
	}
	if v.session.Recent(v.now) {
		return nil
	}
	if r.Method != http.MethodPost {
		return elsewhere{v.at.link(confirmPath) + "?" + url.Values{"retour": {here(r, v.at)}}.Encode()}
	}
	if r.PostFormValue(currentInput)+r.PostFormValue(proofInput) != "" {
		err := s.confirmed(w, r, v)
		if err == nil {
			return nil
		}
		return &again{err}
	}
	return &again{}
}

// again asks for the password before a form that was sent is obeyed. Err says
// why the last one would not do.
type again struct{ err error }

// Error names what is missing.
func (*again) Error() string { return "the password is asked for again" }

// confirmed checks the password or the passkey of who is signed in and renews
// the session.
func (s *Server) confirmed(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if r.PostFormValue(proofInput) != "" {
		if err := s.tryPasskey(w, r, v, v.ID); err != nil {
			return err
		}
		return s.renew(w, r, v, methodPasskey)
	}
	if err := s.tryPassword(r, v, r.PostFormValue(currentInput)); err != nil {
		return err
	}
	return s.renew(w, r, v, v.session.Method)
}

// renew gives the session another secret, after its person has proved again who
// they are.
func (s *Server) renew(w http.ResponseWriter, r *http.Request, v *visitor, method string) error {
	secret, hash, err := account.NewSecret(s.Office.Random)
	if err != nil {
		return err
	}
	if err := s.Office.DB.ConfirmSession(r.Context(), v.session.Hash, hash, method, s.Now()); err != nil {
		return err
	}
	putCookie(w, sessionCookie, secret, account.SessionMost)
	v.secret, v.session.Hash, v.session.Signed, v.session.Method = secret, hash, s.Now(), method
	return nil
}

// say keeps a word for the next page.
func say(w http.ResponseWriter, text string) {
	if len(text) > mostFlash {
		text = strings.ToValidUTF8(text[:mostFlash], "") + "…"
	}
	putCookie(w, flashCookie, base64.RawURLEncoding.EncodeToString([]byte(text)), time.Minute)
}

// takeFlash returns the word that the last page left, once.
func takeFlash(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return ""
	}
	putCookie(w, flashCookie, "", 0)
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(text) > mostFlash+len("…") {
		return ""
	}
	return strings.ToValidUTF8(string(text), "")
}

// done ends a form that was obeyed: a word to say, and the page to see. path is
// bare; it is put under the visitor's language.
func (s *Server) done(w http.ResponseWriter, r *http.Request, v *visitor, path, text string) error {
	if text != "" {
		say(w, text)
	}
	http.Redirect(w, r, v.at.link(path), http.StatusSeeOther)
	return nil
}
