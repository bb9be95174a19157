package web

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"vigie/account"
	"vigie/journal"
	"vigie/store"
)

func TestOutsideLink(t *testing.T) {
	p := newProvider(t)
	o := outsideOffice(t, p)
	claire, denis := o.newPerson("Claire", "analyst"), o.newPerson("Denis", "reader")
	b := o.nobody()
	b.want(b.get(signPath), 200, "Continuer avec Connexion d’essai")

	// An account that somebody has taken is not linked by its mail, verified or not.
	b.leadsTo(b.signOutside(p, "u-claire", outsidePath), signPath)
	if !strings.Contains(b.flash(), "ucun compte n’est relié") {
		t.Errorf("flash %q", b.flash())
	}
	in := o.as(claire)
	page := in.post(outsideOwn)
	in.want(page, 200, "Aller chez Connexion d’essai")
	p.who = "u-claire"
	in.leadsTo(in.get(p.visit(linkOut(page))), ownPath)
	in.want(in.get(ownPath), 200, "Vous pouvez maintenant", "Détacher")
	if l := o.letter(claire.Mail); !strings.Contains(l.Subject, "autre façon") {
		t.Errorf("letter %+v", l)
	}
	b.leadsTo(b.signOutside(p, "u-claire", outsidePath+"?retour=/atelier/compte"), ownPath)
	b.want(b.get(ownPath), 200, "Claire")
	b.leadsTo(b.post(outPath), signPath)
	b.leadsTo(b.signOutside(p, "u-claire", outsidePath+"?retour=https://ailleurs.example/"), "/atelier")

	// An identity is one person's; what one began, another does not finish.
	theirs := o.as(denis)
	theirs.leadsTo(theirs.get(p.visit(linkOut(theirs.post(outsideOwn)))), ownPath)
	if !strings.Contains(theirs.flash(), "déjà celle d’un compte") {
		t.Errorf("flash %q", theirs.flash())
	}
	p.who = "u-denis"
	begun := p.visit(linkOut(theirs.post(outsideOwn)))
	in.jar[askCookie] = theirs.jar[askCookie]
	in.leadsTo(in.get(begun), ownPath)
	if row := must(o.db.Person(t.Context(), denis.ID)); row.Outside {
		t.Error("linked from another session")
	}
	in.leadsTo(in.post(outsideOwn+"/retirer"), ownPath)
	b = o.nobody()
	b.leadsTo(b.signOutside(p, "u-claire", outsidePath), signPath)
}

// TestOutsideInvitation: who accepts an invitation by the provider has no
// password, sets none by any way, and confirms by the provider.
func TestOutsideInvitation(t *testing.T) {
	p := newProvider(t)
	o := outsideOffice(t, p)
	invite := func(name string) (account.Person, string) {
		row, err := o.post().Invite(t.Context(), journal.System, account.Person{Mail: name + "@exemple.test", Name: name, Lang: "fr", Grants: []account.Grant{{Role: account.Editor}}}, o.now)
		if err != nil {
			t.Fatal(err)
		}
		return row.Person, linkIn(t, o.letter(row.Mail))
	}
	nadia, link := invite("nadia")
	b := o.nobody()
	b.want(b.get(link), 200, link+"/externe")
	b.leadsTo(b.signOutside(p, "u-n", link+"/externe"), "/atelier")
	b.want(b.get(ownPath), 200, "nadia@exemple.test")
	if strings.Contains(b.get(ownPath).Body.String(), passwordOwn) {
		t.Error("a password is offered to who signs in by a provider alone")
	}
	o.letters()
	b.want(b.post(passwordOwn, passwordInput, goodPassword, againInput, goodPassword), http.StatusConflict, "fournisseur extérieur")
	b.want(b.post(outsideOwn+"/retirer"), http.StatusConflict, "aucune façon de se connecter")
	out := o.nobody()
	out.leadsTo(out.post(resetPath, mailInput, nadia.Mail), signPath)
	if l := o.letter(nadia.Mail); !strings.Contains(l.Body, "Connexion d’essai") || !strings.Contains(l.Body, siteOfTest+signPath) {
		t.Errorf("letter %+v", l)
	}
	out.want(out.get(link), http.StatusConflict, "déjà servi")

	// The proof is asked again of the provider, and must be fresh.
	o.now = o.now.Add(account.RecentFor)
	p.spoil = func(c map[string]any) {
		for _, at := range []string{"exp", "iat", "auth_time"} {
			c[at] = c[at].(float64) + account.RecentFor.Seconds()
		}
	}
	b.leadsTo(b.get(erasePath), confirmPath+"?retour=%2Fatelier%2Fcompte%2Feffacer")
	b.want(b.get(confirmPath+"?retour=/atelier/compte/effacer"), 200, outsideOwn+"/confirmer?retour=%2Fatelier%2Fcompte%2Feffacer")
	b.want(b.post(erasePath, "oui", "1"), http.StatusForbidden, "J’ai confirmé", `target="_blank"`)
	b.leadsTo(b.signOutside(p, "u-autre", outsideOwn+"/confirmer"), ownPath)
	fresh := p.spoil
	p.spoil = func(c map[string]any) { fresh(c); delete(c, "auth_time") }
	b.leadsTo(b.signOutside(p, "u-n", outsideOwn+"/confirmer"), ownPath)
	b.leadsTo(b.get(erasePath), confirmPath+"?retour=%2Fatelier%2Fcompte%2Feffacer")
	p.spoil = fresh
	b.leadsTo(b.signOutside(p, "u-n", outsideOwn+"/confirmer?retour=/atelier/compte/effacer"), erasePath)
	b.leadsTo(b.post(erasePath, "oui", "1"), signPath)
	p.spoil = nil
	o.now = time.Now()

	o.letters()

	// A verified mail takes an account that was invited and that nobody has taken.
	invite("paul")
	b = o.nobody()
	b.leadsTo(b.signOutside(p, "u-paul+unverified", outsidePath), signPath)
	b.leadsTo(b.signOutside(p, "u-paul", outsidePath), "/atelier")
	o.letters()
	late, _ := invite("rose")
	o.now = o.now.Add(account.Invitation.Lifetime())
	if _, err := o.outsideByMail(httptest.NewRequest("GET", "/", nil), store.Identity{Issuer: p.server.URL, Subject: "r"}, claims{Subject: "r", Mail: late.Mail, Verified: true}); err == nil {
		t.Error("an invitation that has expired was taken")
	}
}

// TestOutsideRefused: what does not come as it should signs nobody in.
func TestOutsideRefused(t *testing.T) {
	p := newProvider(t)
	o := outsideOffice(t, p)
	var log bytes.Buffer
	o.Server.Log = slog.New(slog.NewTextHandler(&log, nil))
	claire := o.newPerson("Claire", "reader")
	if err := o.db.LinkIdentity(t.Context(), journal.System, claire.ID, store.Identity{Issuer: p.server.URL, Subject: "u-claire"}, o.now); err != nil {
		t.Fatal(err)
	}
	refusedWith := func(name, words string, spoil func(map[string]any), forge func([]byte) string) {
		t.Helper()
		p.spoil, p.forge = spoil, forge
		b := o.nobody()
		w := b.signOutside(p, "u-claire", outsidePath)
		p.spoil, p.forge = nil, nil
		if w.Header().Get("Location") != signPath || b.jar[sessionCookie] != "" || !strings.Contains(b.flash(), words) {
			t.Errorf("%s: to %q, says %q", name, w.Header().Get("Location"), b.flash())
		}
	}
	const not = "pas été acceptée"
	set := func(name string, value any) func(map[string]any) { return func(c map[string]any) { c[name] = value } }
	refusedWith("wrong nonce", not, set("nonce", "autre"), nil)
	refusedWith("no nonce", not, func(c map[string]any) { delete(c, "nonce") }, nil)
	refusedWith("wrong audience", not, set("aud", "autre"), nil)
	refusedWith("two audiences, no party", not, func(c map[string]any) { c["aud"] = []string{"vigie", "autre"}; delete(c, "azp") }, nil)
	refusedWith("another party", not, set("azp", "autre"), nil)
	refusedWith("wrong issuer", not, set("iss", "https://ailleurs.example"), nil)
	refusedWith("expired", not, set("exp", time.Now().Add(-time.Minute).Unix()), nil)
	refusedWith("from the future", not, set("nbf", time.Now().Add(time.Hour).Unix()), nil)
	refusedWith("another access token", not, set("at_hash", web64.EncodeToString(make([]byte, 16))), nil)
	refusedWith("no subject", not, set("sub", ""), nil)
	header := func(alg string) string {
		return web64.EncodeToString([]byte(`{"alg":"` + alg + `","kid":"` + p.id + `"}`))
	}
	refusedWith("alg none", not, nil, func(b []byte) string { return header("none") + "." + web64.EncodeToString(b) + "." })
	refusedWith("a shared secret", not, nil, func(b []byte) string {
		s := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte("secret du client, assez long pour lui")}, nil))
		return must(must(s.Sign(b)).CompactSerialize())
	})
	refusedWith("another key", not, nil, func(b []byte) string {
		s := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: must(rsa.GenerateKey(rand.Reader, 2048))}, (&jose.SignerOptions{}).WithHeader("kid", p.id)))
		return must(must(s.Sign(b)).CompactSerialize())
	})
	refusedWith("no token", not, nil, func([]byte) string { return "" })

	// The key turns: the new one is found.
	p.turn()
	b := o.nobody()
	b.leadsTo(b.signOutside(p, "u-claire", outsidePath), "/atelier")

	// The answer serves once, in the browser that asked, before it expires.
	b = o.nobody()
	begin := func() string {
		o.limits = newLimits(o.Now)
		return p.visit(b.get(outsidePath).Header().Get("Location"))
	}
	back := begin()
	cookie := b.jar[askCookie]
	b.leadsTo(b.get(back), "/atelier")
	b.leadsTo(b.post(outPath), signPath)
	b.jar[askCookie] = cookie
	b.leadsTo(b.get(back), signPath)
	back = begin()
	b.leadsTo(o.nobody().get(back), signPath)
	other := strings.Replace(back, "state=", "state=x", 1)
	b.leadsTo(b.get(other), signPath)
	b.leadsTo(b.get(back), signPath)
	back = begin()
	o.now = o.now.Add(time.Hour)
	b.leadsTo(b.get(back), signPath)
	o.now = time.Now()
	state := url.Values{}
	for _, q := range []string{"error=access_denied", "error=server_error", "", "code=inconnu", "code=x&iss=https://ailleurs.example"} {
		u := must(url.Parse(begin()))
		state.Set("state", u.Query().Get("state"))
		b.leadsTo(b.get(outsideBackPath+"?"+q+"&"+state.Encode()), signPath)
	}
	if b.jar[sessionCookie] != "" {
		t.Error("signed in")
	}
	// Disabled: as unknown.
	if err := o.db.Disable(t.Context(), journal.System, claire.ID, o.now); err != nil {
		t.Fatal(err)
	}
	refusedWith("disabled", "ucun compte n’est relié", nil, nil)
	// Down: said, and the rest works.
	back = begin()
	p.down = true
	b.leadsTo(b.get(back), signPath)
	o.Office.Outside.provider = nil
	b.leadsTo(b.get(outsidePath), signPath)
	b.want(b.get(signPath), 200, "ne répond pas", "Mot de passe")
	for _, secret := range []string{"secret du client", "code=", "eyJ", state.Get("state")} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log.String())
		}
	}
	if !strings.Contains(log.String(), "nonce") {
		t.Errorf("the log does not say why:\n%s", log.String())
	}
}

// TestEveryWayIn is the matrix of the ways to sign in: each is entered in the
// journal in the same words, opens nothing for who is disabled, asks for the
// second factor unless it is one, and takes none of the rights of the other.
func TestEveryWayIn(t *testing.T) {
	p := newProvider(t)
	o := outsideOffice(t, p)
	o.Office.Strong = account.FactorRoles
	ways := map[string]struct {
		both  bool // counts for both proofs
		begin func(b *browser, who account.Person, a *authenticator) *httptest.ResponseRecorder
	}{
		methodPassword: {begin: func(b *browser, who account.Person, _ *authenticator) *httptest.ResponseRecorder {
			return b.post(signPath, mailInput, who.Mail, passwordInput, goodPassword)
		}},
		methodOutside: {begin: func(b *browser, who account.Person, _ *authenticator) *httptest.ResponseRecorder {
			return b.signOutside(p, "u-"+who.ID, outsidePath)
		}},
		methodPasskey: {both: true, begin: func(b *browser, _ account.Person, a *authenticator) *httptest.ResponseRecorder {
			return b.post(passkeyPath, proofInput, a.use(b.options(passkeyAskPath)))
		}},
	}
	n := 0
	for method, way := range ways {
		for _, factor := range []bool{false, true} {
			t.Run(method+" "+strconv.FormatBool(factor), func(t *testing.T) {
				n++
				who := o.newPerson("Personne"+strconv.Itoa(n), "publisher")
				if err := o.db.LinkIdentity(t.Context(), journal.System, who.ID, store.Identity{Issuer: p.server.URL, Subject: "u-" + who.ID}, o.now); err != nil {
					t.Fatal(err)
				}
				a := newAuthenticator(t)
				if way.both {
					o.limits = newLimits(o.Now)
					o.as(who).addPasskey(a)
				} else if factor {
					if err := o.db.SetTOTP(t.Context(), journal.System, who.ID, strings.Repeat("A", 32), 0, nil, "", o.now); err != nil {
						t.Fatal(err)
					}
				}
				o.limits = newLimits(o.Now)
				b := o.nobody()
				w := way.begin(b, who, a)
				switch {
				case factor && !way.both:
					b.leadsTo(w, stepPath)
					if b.jar[sessionCookie] != "" {
						t.Error("a session before the second factor")
					}
				default:
					b.leadsTo(w, "/atelier")
					got := b.get("/atelier")
					if way.both != (got.Code == http.StatusOK) || !way.both && got.Header().Get("Location") != factorPath {
						t.Errorf("a publisher with %s: %d to %q", method, got.Code, got.Header().Get("Location"))
					}
					last := must(o.db.Journal(t.Context(), store.JournalFilter{Object: "person:" + who.ID, Action: "session.open"}))[0]
					if last.Action != string(account.SignIn) || last.Actor != journal.PersonActor(who.ID) || !strings.Contains(string(last.After), method) {
						t.Errorf("journal %+v", last)
					}
				}
				if err := o.db.Disable(t.Context(), journal.System, who.ID, o.now); err != nil {
					t.Fatal(err)
				}
				o.limits = newLimits(o.Now)
				b = o.nobody()
				way.begin(b, who, a)
				if b.jar[sessionCookie] != "" || b.jar[stepCookie] != "" {
					t.Error("a disabled person came in")
				}
			})
		}
	}
	t.Run("token", func(t *testing.T) { tokenIn(t, o) })
}

// tokenIn is the row of the programs: a token is made by who has shown both
// proofs, is worth nothing while its person lacks one, and is entered in the
// journal as theirs.
func tokenIn(t *testing.T, o *office) {
	who := o.newPerson("Programme", "publisher")
	weak := o.nobody()
	weak.leadsTo(weak.post(signPath, mailInput, who.Mail, passwordInput, goodPassword), "/atelier")
	form := []string{nameInput, "essai", "portee", "read", "portee", "text", "duree", "90"}
	weak.leadsTo(weak.post(tokenPath, form...), factorPath)
	p := o.program(who, account.ScopeRead, account.ScopeText) // made before the role asked for more
	p.refuses(http.StatusForbidden, "second facteur", "GET", "/moi", nil)
	if err := o.db.SetTOTP(t.Context(), journal.System, who.ID, strings.Repeat("A", 32), 0, nil, "", o.now); err != nil {
		t.Fatal(err)
	}
	p.does("GET", "/moi", nil, nil)
	b := o.as(who)
	page := b.post(tokenPath, form...)
	b.want(page, http.StatusOK, "Voici le jeton")
	made := must(o.db.Journal(t.Context(), store.JournalFilter{Action: "token.make", Actor: string(journal.PersonActor(who.ID))}))
	if len(made) != 1 || !strings.Contains(string(made[0].After), `"scopes"`) {
		t.Errorf("journal: %+v", made)
	}
	p.header = []string{"Authorization", "Bearer " + shownToken.FindStringSubmatch(page.Body.String())[1]}
	p.does("GET", "/moi", nil, nil)
	if err := o.db.Disable(t.Context(), journal.System, who.ID, o.now); err != nil {
		t.Fatal(err)
	}
	p.refuses(http.StatusUnauthorized, "", "GET", "/moi", nil)
}
