package web

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"vigie/account"
	"vigie/journal"
	"vigie/store"
)

func TestSignIn(t *testing.T) {
	o := newOffice(t)
	o.newPerson("Claire", "analyst")
	b := o.nobody()
	b.leadsTo(b.get("/atelier/compte?x=1"), "/connexion?retour=%2Fatelier%2Fcompte%3Fx%3D1")
	b.want(b.get("/connexion?retour=/atelier/compte"), 200, `value="/atelier/compte"`, "Se connecter")
	wrong := b.post("/connexion", mailInput, "claire@exemple.test", passwordInput, "autre chose encore")
	b.want(wrong, http.StatusForbidden, "inexact")
	unknown := b.post("/connexion", mailInput, "personne@exemple.test", passwordInput, "autre chose encore")
	if got, want := unknown.Body.String(), strings.ReplaceAll(wrong.Body.String(), "claire@", "personne@"); got != want {
		t.Error("an unknown account answers otherwise than a wrong password")
	}
	w := b.post("/connexion", mailInput, " Claire@exemple.test", passwordInput, goodPassword, backInput, "/atelier/compte")
	b.leadsTo(w, "/atelier/compte")
	for _, c := range w.Result().Cookies() {
		if c.Name == sessionCookie && (!c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "") {
			t.Errorf("cookie %v", c)
		}
	}
	w = b.get("/atelier")
	b.want(w, 200, "Claire")
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	b.want(b.get("/atelier/compte"), 200, "cette session", "Analyste")
	b.want(b.get("/en/atelier/compte"), 200, "this session", "Analyst")
	b.want(b.get("/atelier/compte.json"), 200, `"mail": "claire@exemple.test"`)
	b.leadsTo(b.get("/connexion"), "/atelier")
	b.leadsTo(b.post("/deconnexion"), "/connexion")
	b.want(b.get("/connexion"), 200, "Vous êtes déconnecté")
	b.leadsTo(b.get("/atelier"), "/connexion?retour=%2Fatelier")
}

func TestSignInIsSlowedDown(t *testing.T) {
	o := newOffice(t)
	o.newPerson("Claire")
	b := o.nobody()
	for range account.ByAccount.Free {
		b.want(b.post("/connexion", mailInput, "claire@exemple.test", passwordInput, "x"), http.StatusForbidden)
	}
	b.want(b.post("/connexion", mailInput, "claire@exemple.test", passwordInput, goodPassword), http.StatusTooManyRequests, "rop d’essais")
	o.now = o.now.Add(time.Minute)
	b.leadsTo(b.post("/connexion", mailInput, "claire@exemple.test", passwordInput, goodPassword), "/atelier")
}

var hiddenKey = regexp.MustCompile(`name="cle" value="([A-Z2-7]{32})"`)
var shownCode = regexp.MustCompile(`<li><code class="desk-code">([a-z2-7-]+)</code>`)

func TestSecondFactor(t *testing.T) {
	o := newOffice(t)
	claire := o.newPerson("Claire", "analyst")
	b := o.as(claire)
	page := b.get(factorPath)
	b.want(page, 200, "data:image/png;base64,")
	key := hiddenKey.FindStringSubmatch(page.Body.String())[1]
	b.want(b.post(factorPath, keyInput, key, codeInput, "000000"), http.StatusUnprocessableEntity, "n’est pas celui", key)
	page = b.post(factorPath, keyInput, key, codeInput, must(totp.GenerateCode(key, o.now)))
	b.want(page, 200, "Codes de secours")
	codes := shownCode.FindAllStringSubmatch(page.Body.String(), -1)
	if len(codes) != account.RecoveryCodes {
		t.Fatalf("%d recovery codes; want %d", len(codes), account.RecoveryCodes)
	}
	in := o.nobody()
	password := func() {
		t.Helper()
		in.leadsTo(in.post("/connexion", mailInput, claire.Mail, passwordInput, goodPassword, backInput, "/atelier/compte"), "/connexion/code?retour=%2Fatelier%2Fcompte")
	}
	password()
	in.leadsTo(in.get("/atelier"), "/connexion?retour=%2Fatelier")
	in.want(in.post(stepPath, codeInput, must(totp.GenerateCode(key, o.now))), http.StatusForbidden, "déjà servi")
	o.now = o.now.Add(time.Minute)
	code := must(totp.GenerateCode(key, o.now))
	in.leadsTo(in.post(stepPath, codeInput, code, backInput, "/atelier/compte"), "/atelier/compte")
	in.want(in.get("/atelier"), 200)
	in.leadsTo(in.post(outPath), "/connexion")
	password()
	in.want(in.post(stepPath, codeInput, code), http.StatusForbidden, "déjà servi")
	in.leadsTo(in.post(stepPath, codeInput, strings.ToUpper(codes[3][1])), "/atelier")
	in.leadsTo(in.post(outPath), "/connexion")
	password()
	in.want(in.post(stepPath, codeInput, codes[3][1]), http.StatusForbidden)
	o.now = o.now.Add(account.Step.Lifetime())
	in.leadsTo(in.post(stepPath, codeInput, codes[4][1]), "/connexion")
}

func TestComeBack(t *testing.T) {
	at := parseAddress("/connexion")
	for asked, want := range map[string]string{
		"":                                   "/atelier",
		"/atelier":                           "/atelier",
		"/atelier/sources/filosofi?tri=-nom": "/atelier/sources/filosofi?tri=-nom",
		"/en/atelier/compte":                 "/en/atelier/compte",
		"//ailleurs.example/atelier":         "/atelier",
		"https://ailleurs.example/atelier":   "/atelier",
		`/\ailleurs.example`:                 "/atelier",
		"/atelier/../../etc":                 "/atelier",
		"/atelier//ailleurs.example":         "/atelier",
		"/%2f%2failleurs.example":            "/atelier",
		"javascript:alert(1)":                "/atelier",
		"/atelier\r\nSet-Cookie: a=b":        "/atelier",
		"/territoires":                       "/atelier",
		"/atelierx":                          "/atelier",
		"atelier":                            "/atelier",
	} {
		if got := comeBack(at, asked); got != want {
			t.Errorf("comeBack(%q) = %q; want %q", asked, got, want)
		}
	}
}

// TestWelcome takes an account by the link of its invitation, once.
func TestWelcome(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.Office.Strong = account.FactorRoles })
	p := account.Person{ID: must(account.NewID(rand.Reader)), Mail: "claire@exemple.test", Name: "Claire", Lang: "fr", Grants: []account.Grant{{Role: account.Administrator}}}
	secret, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.db.Invite(t.Context(), journal.LocalActor("essai"), p, store.SecretInput{Hash: hash, Purpose: account.First}, o.now); err != nil {
		t.Fatal(err)
	}
	b := o.nobody()
	b.want(b.get("/bienvenue/autre"), 404, "n’est pas connu")
	w := b.get("/bienvenue/" + secret)
	b.want(w, 200, "claire@exemple.test", `value="Claire"`)
	if got := w.Header().Get("Referrer-Policy"); got != "no-referrer" {
		t.Errorf("Referrer-Policy %q", got)
	}
	form := func(name, password, again string) *httptest.ResponseRecorder {
		return b.post("/bienvenue/"+secret, nameInput, name, passwordInput, password, againInput, again)
	}
	b.want(form("Claire Dubois", "court", "court"), http.StatusUnprocessableEntity, "trop court", `value="Claire Dubois"`)
	b.want(form("Claire Dubois", "azertyuiop2026", "azertyuiop2026"), http.StatusUnprocessableEntity, "facile à deviner")
	b.want(form("Claire Dubois", goodPassword, goodPassword+"x"), http.StatusUnprocessableEntity, "ne sont pas les mêmes")
	b.want(form("<b>", goodPassword, goodPassword), http.StatusUnprocessableEntity, "om de personne impossible")
	b.leadsTo(form("Claire Dubois", goodPassword, goodPassword), factorPath)
	b.want(b.get(factorPath), 200, "Bienvenue, Claire Dubois")
	b.leadsTo(b.get("/atelier"), factorPath) // an administrator needs the second factor first
	other := o.nobody()
	other.want(other.post("/bienvenue/"+secret, nameInput, "X", passwordInput, goodPassword, againInput, goodPassword), http.StatusConflict, "déjà servi")
}

// TestReset chooses a new password by a link: the sessions end.
func TestReset(t *testing.T) {
	o := newOffice(t)
	claire := o.newPerson("Claire", "analyst")
	b := o.as(claire)
	secret, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.db.PutSecret(t.Context(), journal.System, store.SecretInput{Hash: hash, Purpose: account.Reset, Account: claire.ID}, o.now); err != nil {
		t.Fatal(err)
	}
	const other = "un tout autre mot, long et rare"
	in := o.nobody()
	in.want(in.get("/mot-de-passe/"+secret), 200)
	in.want(in.post("/mot-de-passe/"+secret, passwordInput, "x", againInput, "x"), http.StatusUnprocessableEntity)
	in.leadsTo(in.post("/mot-de-passe/"+secret, passwordInput, other, againInput, other), "/connexion")
	b.leadsTo(b.get("/atelier"), "/connexion?retour=%2Fatelier")
	in.want(in.post("/mot-de-passe/"+secret, passwordInput, other, againInput, other), http.StatusConflict)
	in.want(in.post("/connexion", mailInput, claire.Mail, passwordInput, goodPassword), http.StatusForbidden)
	in.leadsTo(in.post("/connexion", mailInput, claire.Mail, passwordInput, other), "/atelier")
}

// TestConfirm asks for the password again, and loses nothing of what was sent.
func TestConfirm(t *testing.T) {
	o := newOffice(t)
	o.newPerson("Gardien", "administrator")
	claire := o.newPerson("Claire", "analyst")
	b := o.as(claire)
	o.now = o.now.Add(account.RecentFor)
	b.leadsTo(b.get(erasePath), confirmPath+"?retour=%2Fatelier%2Fcompte%2Feffacer")
	b.want(b.post(confirmPath, currentInput, "faux", backInput, erasePath), http.StatusForbidden, "pas votre mot de passe")
	send := []string{nameInput, "import <hebdomadaire>", "portee", "read", "portee", "import", "duree", "90"}
	w := b.post(tokenPath, send...)
	b.want(w, http.StatusForbidden, "Rien n’est perdu", "import &lt;hebdomadaire&gt;", `name="portee" value="import"`)
	b.want(b.post(tokenPath, append(send, currentInput, "faux")...), http.StatusForbidden, "pas votre mot de passe", "import &lt;hebdomadaire&gt;")
	old := b.jar[sessionCookie]
	page := b.post(tokenPath, append(send, currentInput, goodPassword)...)
	b.want(page, 200, "Voici le jeton")
	if b.jar[sessionCookie] == old {
		t.Error("the session keeps its identifier after the password was given again")
	}
	token := shownToken.FindStringSubmatch(page.Body.String())[1]
	program := o.nobody()
	self := apiPath + "/moi"
	program.want(program.get(self, "Authorization", "Bearer "+token), 200)
	program.want(program.get("/atelier.json", "Authorization", "Bearer "+token), http.StatusUnauthorized)
	program.want(program.get(self, "Authorization", "Bearer x"), http.StatusUnauthorized)
	b.want(b.get(erasePath), 200)
	b.want(b.post(erasePath), http.StatusUnprocessableEntity, "ochez la case")
	b.leadsTo(b.post(erasePath, "oui", "1"), "/connexion")
	program.want(program.get(self, "Authorization", "Bearer "+token), http.StatusUnauthorized)
	b.want(b.post("/connexion", mailInput, claire.Mail, passwordInput, goodPassword), http.StatusForbidden)
}

var shownToken = regexp.MustCompile(`<code class="desk-code">([\w-]{43})</code>`)

// TestLapsed: what somebody sends after the end of their session is shown back.
func TestLapsed(t *testing.T) {
	o := newOffice(t)
	b := o.as(o.newPerson("Claire", "analyst"))
	o.now = o.now.Add(account.SessionIdle)
	w := b.post(ownPath, nameInput, "Claire <Dubois>", passwordInput, "secret")
	b.want(w, http.StatusUnauthorized, "Votre session a pris fin", "Claire &lt;Dubois&gt;")
	if strings.Contains(w.Body.String(), "secret") {
		t.Error("a password is shown")
	}
}

// TestSessions ends sessions: another's, all, by a change of password, by age.
func TestSessions(t *testing.T) {
	o := newOffice(t)
	claire, paul := o.newPerson("Claire", "analyst"), o.newPerson("Paul", "analyst")
	here, there, his := o.as(claire), o.as(claire), o.as(paul)
	open := must(o.db.Sessions(t.Context(), paul.ID, o.now))
	here.want(here.post(ownPath+"/sessions", "session", open[0].ID), 404) // somebody else's
	his.want(his.get("/atelier"), 200)
	here.leadsTo(here.post(ownPath+"/sessions"), ownPath)
	there.leadsTo(there.get("/atelier"), "/connexion?retour=%2Fatelier")
	here.want(here.get(ownPath), 200, "Toutes les autres sessions sont terminées")
	here.want(here.get(ownPath), 200)

	there = o.as(claire)
	old := here.jar[sessionCookie]
	const other = "un tout autre mot, long et rare"
	here.leadsTo(here.post(passwordOwn, passwordInput, other, againInput, other), ownPath)
	if here.jar[sessionCookie] == old {
		t.Error("the session keeps its identifier after a change of password")
	}
	here.want(here.get("/atelier"), 200)
	there.leadsTo(there.get("/atelier"), "/connexion?retour=%2Fatelier")
	for range 8 { // in use, a session lasts twelve hours and no more
		o.now = o.now.Add(89 * time.Minute)
		here.want(here.get("/atelier"), 200)
	}
	o.now = o.now.Add(10 * time.Minute)
	here.leadsTo(here.get("/atelier"), "/connexion?retour=%2Fatelier")
}
