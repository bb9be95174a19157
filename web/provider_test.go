package web

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// provider is a real OpenID provider, run by the test: its people sign in
// without a page, its keys turn, and its tokens are spoilt on their way.
type provider struct {
	testing.TB
	*storage.Storage
	server *httptest.Server
	who    string
	key    *rsa.PrivateKey
	id     string
	spoil  func(claims map[string]any)
	forge  func(payload []byte) string // in place of the signature
	down   bool
}

type providerKey struct{ p *provider }

func (k providerKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k providerKey) Key() any                                    { return k.p.key }
func (k providerKey) ID() string                                  { return k.p.id }

type providerPublic struct{ providerKey }

func (k providerPublic) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k providerPublic) Use() string                        { return "sig" }
func (k providerPublic) Key() any                           { return &k.p.key.PublicKey }

// SigningKey and KeySet give the key of the moment.
func (p *provider) SigningKey(context.Context) (op.SigningKey, error) { return providerKey{p}, nil }
func (p *provider) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{providerPublic{providerKey{p}}}, nil
}

// turn gives the provider another key.
func (p *provider) turn() {
	p.key, p.id = must(rsa.GenerateKey(rand.Reader, 2048)), p.id+"x"
}

// users are those of the provider: u-claire has claire@exemple.test, verified.
type users struct{}

func (users) ExampleClientID() string { return "none" }
func (users) GetUserByID(id string) *storage.User {
	name, _, _ := strings.Cut(strings.TrimPrefix(id, "u-"), "+")
	return &storage.User{ID: id, Username: id, Password: "x", Email: name + "@exemple.test", EmailVerified: !strings.HasSuffix(id, "+unverified")}
}
func (u users) GetUserByUsername(name string) *storage.User { return u.GetUserByID(name) }

func newProvider(t testing.TB) *provider {
	client := storage.WebClient("vigie", "secret du client", siteOfTest+outsideBackPath)
	p := &provider{TB: t, Storage: storage.NewStorageWithClients(users{}, map[string]*storage.Client{"vigie": client}), id: "k"}
	p.turn()
	mux := http.NewServeMux()
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.down {
			http.Error(w, "down", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(p.server.Close)
	real := must(op.NewProvider(&op.Config{CryptoKey: sha256.Sum256([]byte("essai")), CodeMethodS256: true, AuthMethodPost: true}, p,
		op.StaticIssuer(p.server.URL), op.WithAllowInsecure()))
	mux.HandleFunc("/login/username", func(w http.ResponseWriter, r *http.Request) {
		id := r.FormValue("authRequestID")
		if err := p.CheckUsernamePassword(p.who, "x", id); err != nil {
			t.Error(err)
		}
		ctx := op.ContextWithIssuer(r.Context(), p.server.URL)
		http.Redirect(w, r, op.AuthCallbackURL(real)(ctx, id), http.StatusFound)
	})
	mux.HandleFunc("POST /oauth/token", func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		real.ServeHTTP(rec, r)
		body := rec.Body.Bytes()
		if rec.Code == http.StatusOK && (p.spoil != nil || p.forge != nil) {
			body = p.spoilt(body)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(rec.Code)
		_, _ = w.Write(body)
	})
	mux.Handle("/", real)
	return p
}

// spoilt is an answer of the token's address whose identity token is changed,
// and signed again with the provider's own key.
func (p *provider) spoilt(body []byte) []byte {
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		p.Error(err)
	}
	parts := strings.Split(answer["id_token"].(string), ".")
	payload := must(web64.DecodeString(parts[1]))
	if p.spoil != nil {
		var all map[string]any
		if err := json.Unmarshal(payload, &all); err != nil {
			p.Error(err)
		}
		p.spoil(all)
		payload = must(json.Marshal(all))
	}
	if p.forge != nil {
		answer["id_token"] = p.forge(payload)
		return must(json.Marshal(answer))
	}
	signer := must(jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: p.key}, (&jose.SignerOptions{}).WithHeader("kid", p.id)))
	answer["id_token"] = must(must(signer.Sign(payload)).CompactSerialize())
	return must(json.Marshal(answer))
}

// visit follows the provider's pages from an address, and returns the path that
// it sends back to, with its answer.
func (p *provider) visit(address string) string {
	p.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for range 8 {
		if back, found := strings.CutPrefix(address, siteOfTest); found {
			return back
		}
		resp, err := client.Get(address)
		if err != nil {
			p.Fatal(err)
		}
		said, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		to, err := resp.Location()
		if err != nil {
			p.Fatalf("GET %s = %d %s", address, resp.StatusCode, said)
		}
		address = to.String()
	}
	p.Fatal("the provider does not come to an end")
	return ""
}

// outsideOffice is an office that signs in by the provider.
func outsideOffice(t testing.TB, p *provider) *office {
	o := newOffice(t, atSite, func(c *Config) {
		c.Office.Outside = &Outside{Name: "Connexion d’essai", Issuer: p.server.URL, ClientID: "vigie", Secret: "secret du client"}
		if err := c.Office.Outside.Check(); err != nil {
			t.Fatal(err)
		}
	})
	o.now = time.Now()
	o.newPerson("Gardien", "administrator")
	return o
}

// flash is the word that waits for the browser.
func (b *browser) flash() string { return string(must(web64.DecodeString(b.jar[flashCookie]))) }

// signOutside goes through the provider from an address of the site, and
// returns the answer to what it brings back.
func (b *browser) signOutside(p *provider, who, from string) *httptest.ResponseRecorder {
	b.Helper()
	b.limits = newLimits(b.Now)
	p.who = who
	w := b.get(from)
	if w.Code != http.StatusSeeOther {
		b.Fatalf("GET %s = %d\n%s", from, w.Code, w.Body)
	}
	return b.get(p.visit(w.Header().Get("Location")))
}

// linkOut is the link of a page that leads on to the provider.
func linkOut(w *httptest.ResponseRecorder) string {
	_, rest, _ := strings.Cut(w.Body.String(), `class="desk-do" href="`)
	address, _, _ := strings.Cut(rest, `"`)
	return html.UnescapeString(address)
}
