package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/account"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
	"vigie/store/storetest"
)

// office is a server with a back office on an observatory of its own, at an
// instant that the test moves.
type office struct {
	testing.TB
	*Server
	db  *store.DB
	now time.Time
}

// goodPassword is one that nobody guesses; every person of newPerson has it.
const goodPassword = "violon girafe ardoise 41 marée"

func newOffice(t testing.TB, change ...func(*Config)) *office {
	t.Helper()
	o := &office{TB: t, db: storetest.Open(t), now: sampleDay}
	c := sampleConfig()
	c.Now = func() time.Time { return o.now }
	c.Office = &Office{DB: o.db, Library: observatory.NewLibrary(o.db), Random: rand.Reader, Preview: samplePreview,
		Walk: func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
			return &observatory.Walk{DB: o.db, Now: o.now, Tell: tell, By: by}
		}}
	for _, f := range change {
		f(&c)
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	o.Server = s
	return o
}

// newPerson opens an account with these grants (analyst, contributor:REG-76)
// and goodPassword.
func (o *office) newPerson(name string, grants ...string) account.Person {
	o.Helper()
	p := account.Person{ID: must(account.NewID(rand.Reader)), Mail: strings.ToLower(name) + "@exemple.test", Name: name, Lang: "fr"}
	for _, text := range grants {
		p.Grants = append(p.Grants, must(account.ParseGrant(text)))
	}
	_, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		o.Fatal(err)
	}
	row, err := o.db.Invite(o.Context(), journal.LocalActor("essai"), p, store.SecretInput{Hash: hash, Purpose: account.Invitation}, o.now)
	if err != nil {
		o.Fatal(err)
	}
	row, err = o.db.Redeem(o.Context(), account.Invitation, hash, store.Redeemed{Password: hashed()}, o.now)
	if err != nil {
		o.Fatal(err)
	}
	return row.Person
}

// hashed is the hash of goodPassword, computed once.
var hashed = sync.OnceValue(func() string { return must(account.HashPassword(context.Background(), rand.Reader, goodPassword)) })

// browser is somebody at a browser: it keeps cookies. The zero person is
// nobody.
type browser struct {
	*office
	jar map[string]string
}

func (o *office) nobody() *browser { return &browser{o, map[string]string{}} }

// as is a browser in which the person has just signed in.
func (o *office) as(p account.Person) *browser {
	o.Helper()
	b := o.nobody()
	secret, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		o.Fatal(err)
	}
	in := account.Session{ID: must(account.NewID(rand.Reader)), Hash: hash, Person: p, Method: methodTOTP}
	if err := o.db.OpenSession(o.Context(), in, o.now); err != nil {
		o.Fatal(err)
	}
	b.jar[sessionCookie] = secret
	return b
}

// get asks for a page; headers are name, value pairs.
func (b *browser) get(path string, headers ...string) *httptest.ResponseRecorder {
	return b.do(httptest.NewRequest(http.MethodGet, path, nil), headers...)
}

// post sends a form with the token of the session; pairs are names and values.
func (b *browser) post(path string, pairs ...string) *httptest.ResponseRecorder {
	return b.postForm(path, formOfPairs(pairs...))
}

func formOfPairs(pairs ...string) url.Values {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return form
}

func (b *browser) postForm(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	if secret := b.jar[sessionCookie]; secret != "" && !form.Has(tokenInput) {
		form.Set(tokenInput, formToken(secret))
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r, headers...)
}

func (b *browser) do(r *http.Request, headers ...string) *httptest.ResponseRecorder {
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range b.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.jar[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(b.jar, c.Name)
		}
	}
	return w
}

// want fails unless the answer has this status and says the words.
func (b *browser) want(w *httptest.ResponseRecorder, code int, said ...string) {
	b.Helper()
	if w.Code != code {
		b.Fatalf("status %d; want %d\n%s", w.Code, code, w.Body)
	}
	for _, words := range said {
		if !strings.Contains(w.Body.String(), words) {
			b.Fatalf("the answer does not say %q:\n%s", words, w.Body)
		}
	}
}

// leadsTo fails unless the answer sends to the address.
func (b *browser) leadsTo(w *httptest.ResponseRecorder, to string) {
	b.Helper()
	if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != to {
		b.Fatalf("status %d, to %q; want 303 to %q\n%s", w.Code, got, to, w.Body)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
