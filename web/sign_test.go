package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"vigie/account"
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
