package web

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"

	"vigie/account"
)

// authenticator is one in software, with one key: a test spoils what it will.
type authenticator struct {
	testing.TB
	site, party string
	handle      []byte
	id          []byte
	key         *ecdsa.PrivateKey
	count       uint32
	flags       byte   // present, verified, backup…
	challenge   string // in place of the one asked, when set
}

func newAuthenticator(t testing.TB) *authenticator {
	return &authenticator{TB: t, site: siteOfTest, party: "observatoire.example", id: []byte("clé " + rand.Text()),
		key: must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), flags: 0x05}
}

var web64 = base64.RawURLEncoding

// asked is the part of the options that an authenticator reads.
type askedOptions struct {
	PublicKey struct {
		Challenge string `json:"challenge"`
		RPID      string `json:"rpId"`
		User      struct{ ID string }
		RP        struct{ ID string }
		UV        string                `json:"userVerification"`
		Allow     []any                 `json:"allowCredentials"`
		Exclude   []struct{ ID string } `json:"excludeCredentials"`
	} `json:"publicKey"`
}

// options asks the site what to ask an authenticator.
func (b *browser) options(path string) (o askedOptions) {
	b.Helper()
	w := b.post(path)
	b.want(w, 200)
	if err := json.Unmarshal(w.Body.Bytes(), &o); err != nil || o.PublicKey.Challenge == "" {
		b.Fatalf("options %s: %v", w.Body, err)
	}
	return o
}

func (a *authenticator) client(kind, challenge string) []byte {
	if a.challenge != "" {
		challenge = a.challenge
	}
	return must(json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.site, "crossOrigin": false}))
}

func (a *authenticator) data(more ...byte) []byte {
	party := sha256.Sum256([]byte(a.party))
	flags := a.flags
	if len(more) > 0 {
		flags |= 0x40
	}
	return append(binary.BigEndian.AppendUint32(append(party[:], flags), a.count), more...)
}

// make answers a registration.
func (a *authenticator) make(o askedOptions) string {
	a.handle = must(web64.DecodeString(o.PublicKey.User.ID))
	point := must(a.key.PublicKey.Bytes())
	cose := must(webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}))
	more := append(make([]byte, 16), byte(len(a.id)>>8), byte(len(a.id)))
	more = append(append(more, a.id...), cose...)
	object := must(webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": a.data(more...)}))
	return a.answer(map[string]any{"clientDataJSON": web64.EncodeToString(a.client("webauthn.create", o.PublicKey.Challenge)),
		"attestationObject": web64.EncodeToString(object), "transports": []string{"internal"}})
}

// use answers a sign-in.
func (a *authenticator) use(o askedOptions) string {
	a.count++
	client, data := a.client("webauthn.get", o.PublicKey.Challenge), a.data()
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(data[:len(data):len(data)], hash[:]...))
	return a.answer(map[string]any{"clientDataJSON": web64.EncodeToString(client), "authenticatorData": web64.EncodeToString(data),
		"signature": web64.EncodeToString(must(ecdsa.SignASN1(rand.Reader, a.key, sum[:]))), "userHandle": web64.EncodeToString(a.handle)})
}

func (a *authenticator) answer(response map[string]any) string {
	id := web64.EncodeToString(a.id)
	return string(must(json.Marshal(map[string]any{"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})))
}

// addPasskey registers an authenticator for who is signed in.
func (b *browser) addPasskey(a *authenticator) string {
	b.Helper()
	w := b.post(passkeyOwn, nameInput, "Téléphone", newPasskeyInput, a.make(b.options(passkeyOwn+"/demande")))
	if w.Code != http.StatusOK && w.Code != http.StatusSeeOther {
		b.Fatalf("registration: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestPasskey(t *testing.T) {
	o := newOffice(t, atSite, func(c *Config) { c.Office.Strong = account.FactorRoles })
	claire, denis := o.newPerson("Claire", "administrator"), o.newPerson("Denis", "reader")
	b, a := o.as(claire), newAuthenticator(t)
	if shown := b.addPasskey(a); strings.Count(shown, `<code class="desk-code">`) != account.RecoveryCodes {
		t.Errorf("no recovery codes with the first second factor:\n%s", shown)
	}
	if l := o.letter(claire.Mail); !strings.Contains(l.Subject, "clé d’accès ajoutée") {
		t.Errorf("letter %+v", l)
	}
	b.want(b.get(passkeyOwn), 200, "Téléphone")
	in := o.nobody()
	in.want(in.get(signPath), 200, `data-passkey="/connexion/cle/demande" hidden`)
	asked := in.options(passkeyAskPath)
	if p := asked.PublicKey; p.RPID != "observatoire.example" || p.UV != "required" || len(p.Allow) != 0 {
		t.Errorf("options %+v", p)
	}
	answer := a.use(asked)
	in.leadsTo(in.post(passkeyPath, proofInput, answer, backInput, "/atelier/compte"), "/atelier/compte")
	in.want(in.get("/atelier"), 200, "Claire") // an administrator, who must have a second factor: this is both
	again := o.nobody()
	again.want(again.post(passkeyPath, proofInput, answer), http.StatusForbidden, "pas été reconnue")

	// A password asks for it as a second factor, that of the same person.
	step := o.nobody()
	step.leadsTo(step.post(signPath, mailInput, claire.Mail, passwordInput, goodPassword), stepPath)
	other := newAuthenticator(t)
	o.as(denis).addPasskey(other)
	step.want(step.post(stepPath, proofInput, other.use(step.options(passkeyAskPath))), http.StatusForbidden, "autre compte")
	step.leadsTo(step.post(stepPath, proofInput, a.use(step.options(passkeyAskPath))), "/atelier")

	// And it counts where the password is asked for again.
	o.now = o.now.Add(account.RecentFor)
	step.leadsTo(step.get(erasePath), confirmPath+"?retour=%2Fatelier%2Fcompte%2Feffacer")
	step.leadsTo(step.post(confirmPath, backInput, erasePath, proofInput, a.use(step.options(passkeyAskPath))), erasePath)
	step.want(step.get(erasePath), 200)

	// Names; one's own only; the last second factor of an administrator stays.
	id := must(o.db.Passkeys(t.Context(), claire.ID))[0].ID
	step.leadsTo(step.post(passkeyOwn+"/"+id, nameInput, "Clé bleue"), passkeyOwn)
	step.want(step.get(passkeyOwn+"/"+id), 200, "Clé bleue")
	theirs := o.as(denis)
	theirs.want(theirs.get(passkeyOwn+"/"+id), http.StatusNotFound)
	theirs.want(theirs.post(passkeyOwn+"/"+id, nameInput, "volée"), http.StatusNotFound)
	theirs.want(theirs.post(passkeyOwn+"/"+id+"/retirer"), http.StatusNotFound)
	step.want(step.post(passkeyOwn+"/"+id+"/retirer"), http.StatusConflict, "second facteur")
	if exclude := step.options(passkeyOwn + "/demande").PublicKey.Exclude; len(exclude) != 1 {
		t.Errorf("a passkey that is known is not excluded: %v", exclude)
	}

	// A count that goes back: copied, refused from then on, told by a letter.
	o.letters()
	a.count = 0
	in = o.nobody()
	in.want(in.post(passkeyPath, proofInput, a.use(in.options(passkeyAskPath))), http.StatusForbidden, "avoir été copiée")
	if l := o.letter(claire.Mail); !strings.Contains(l.Subject, "refusée") {
		t.Errorf("letter %+v", l)
	}
	a.count = 90
	in.want(in.post(passkeyPath, proofInput, a.use(in.options(passkeyAskPath))), http.StatusForbidden, "avoir été copiée")
}

// TestPasskeyRefused spoils an answer in every way.
func TestPasskeyRefused(t *testing.T) {
	o := newOffice(t, atSite)
	o.newPerson("Gardien", "administrator")
	claire := o.newPerson("Claire", "reader")
	a := newAuthenticator(t)
	o.as(claire).addPasskey(a)
	stranger := newAuthenticator(t)
	for name, spoil := range map[string]func(*authenticator){
		"another site":       func(a *authenticator) { a.site = "https://ailleurs.example" },
		"another party":      func(a *authenticator) { a.party = "ailleurs.example" },
		"not verified":       func(a *authenticator) { a.flags = 0x01 },
		"not present":        func(a *authenticator) { a.flags = 0x04 },
		"another key":        func(a *authenticator) { a.key = stranger.key },
		"another passkey":    func(a *authenticator) { a.id = stranger.id },
		"another person":     func(a *authenticator) { a.handle = []byte("personne") },
		"no person":          func(a *authenticator) { a.handle = nil },
		"another challenge":  func(a *authenticator) { a.challenge = web64.EncodeToString(make([]byte, 32)) },
		"backed up suddenly": func(a *authenticator) { a.flags |= 0x18 },
	} {
		o.limits = newLimits(o.Now)
		spoilt, b := *a, o.nobody()
		spoil(&spoilt)
		if w := b.post(passkeyPath, proofInput, spoilt.use(b.options(passkeyAskPath))); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "pas été reconnue") {
			t.Errorf("%s: %d", name, w.Code)
		}
		a.count = spoilt.count
	}
	o.limits = newLimits(o.Now)
	b := o.nobody()
	for _, answer := range []string{"", "{}", "null", `{"id":"x"}`, strings.Repeat("[", 5000)} {
		b.options(passkeyAskPath)
		b.want(b.post(passkeyPath, proofInput, answer), http.StatusForbidden)
	}
	// Asked in one browser, answered in another; too late; disabled.
	b.want(o.nobody().post(passkeyPath, proofInput, a.use(b.options(passkeyAskPath))), http.StatusForbidden)
	late := a.use(b.options(passkeyAskPath))
	o.now = o.now.Add(11 * 60e9)
	b.want(b.post(passkeyPath, proofInput, late), http.StatusForbidden)
	if err := o.db.Disable(t.Context(), "local:essai", claire.ID, o.now); err != nil {
		t.Fatal(err)
	}
	b.want(b.post(passkeyPath, proofInput, a.use(b.options(passkeyAskPath))), http.StatusForbidden, "pas été reconnue")

	// A registration that was asked of somebody else, or of nobody.
	denis, chloe := o.as(o.newPerson("Denis", "reader")), o.as(o.newPerson("Chloe", "reader"))
	made := newAuthenticator(t).make(denis.options(passkeyOwn + "/demande"))
	chloe.jar[askCookie] = denis.jar[askCookie]
	chloe.want(chloe.post(passkeyOwn, nameInput, "x", newPasskeyInput, made), http.StatusUnprocessableEntity)
	denis.want(denis.post(passkeyOwn, nameInput, "x", newPasskeyInput, made), http.StatusUnprocessableEntity)
	weak := newAuthenticator(t)
	weak.flags = 0x01
	denis.want(denis.post(passkeyOwn, nameInput, "x", newPasskeyInput, weak.make(denis.options(passkeyOwn+"/demande"))), http.StatusUnprocessableEntity)
}

// TestPasskeyAddress: at a bare IP address the page says that passkeys are not
// possible, and where they are; localhost is good for development.
func TestPasskeyAddress(t *testing.T) {
	for site, possible := range map[string]bool{"": false, "http://127.0.0.1:8080": false, "https://192.0.2.1": false, "http://observatoire.example": false,
		"http://localhost:8080": true, "https://observatoire.example": true, "https://[2001:db8::1]": false} {
		o := newOffice(t, func(c *Config) { c.BaseURL = site })
		b := o.as(o.newPerson("Claire", "reader"))
		w := b.get(passkeyOwn)
		if got := !strings.Contains(w.Body.String(), "ne sont pas possibles à cette adresse"); got != possible {
			t.Errorf("%q: possible %v; want %v", site, got, possible)
		}
		code := http.StatusServiceUnavailable
		if possible {
			code = http.StatusOK
		}
		b.want(b.post(passkeyAskPath), code)
	}
}
