package web

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/journal"
	"vigie/store"
)

// token makes a token of a person; its header and its identifier.
func (o *office) token(p account.Person, until time.Time, scopes ...account.Scope) (header []string, id string) {
	o.Helper()
	secret, hash, err := account.NewSecret(rand.Reader)
	if err != nil {
		o.Fatal(err)
	}
	in := store.TokenInput{ID: must(account.NewID(rand.Reader)), Hash: hash, Person: p.ID, Name: "essai", Scopes: scopes, ExpiresAt: until}
	if err := o.db.PutToken(o.Context(), journal.System, in, o.now); err != nil {
		o.Fatal(err)
	}
	return []string{"Authorization", "Bearer " + secret}, in.ID
}

// bearer is the header of a token of a person.
func (o *office) bearer(p account.Person, scopes ...account.Scope) []string {
	o.Helper()
	header, _ := o.token(p, o.now.AddDate(0, 1, 0), scopes...)
	return header
}

// allScopes are those of a token that may all that its person may.
func allScopes() []account.Scope { return slices.Sorted(maps.Keys(account.Scopes)) }

// program is a program with a token, which compares what it is answered with the
// document and remembers which operations it has called.
type program struct {
	*browser
	header []string
	actor  journal.Actor
	called map[string]bool
}

func (o *office) program(p account.Person, scopes ...account.Scope) *program {
	o.Helper()
	header, id := o.token(p, o.now.AddDate(0, 1, 0), scopes...)
	return &program{o.nobody(), header, journal.TokenActor(p.ID, id), map[string]bool{}}
}

// call sends a request, JSON when it has a body, reads a good answer into out and
// returns the status and what the fault says.
func (p *program) call(method, path string, body, out any) (int, apiFault) {
	p.Helper()
	r := httptest.NewRequest(method, apiPath+path, nil)
	if body != nil {
		r = httptest.NewRequest(method, apiPath+path, bytes.NewReader(must(json.Marshal(body))))
		r.Header.Set("Content-Type", jsonKind)
	}
	return p.send(r, out)
}

func (p *program) send(r *http.Request, out any) (int, apiFault) {
	p.Helper()
	p.limits = newLimits(p.Now)
	_, pattern := p.plain.Handler(r)
	op := operations(p.Server)[pattern]
	if op == nil {
		p.Fatalf("%s %s is no operation", r.Method, r.URL)
	}
	w := p.do(r, p.header...)
	if w.Code == http.StatusOK {
		p.called[pattern] = true
	}
	t := p.TB.(*testing.T)
	checkAnswer(t, p.Server, op, w)
	if h := w.Header(); h.Get("Cache-Control") != never || len(h.Values("Set-Cookie")) > 0 || h.Get("Access-Control-Allow-Origin") != "" {
		p.Errorf("%s %s: headers %v", r.Method, r.URL, h)
	}
	var f apiFault
	if w.Code != http.StatusOK {
		if err := json.Unmarshal(w.Body.Bytes(), &f); err != nil || f.Status != w.Code || f.What == "" || f.Do == "" {
			p.Errorf("%s %s = %d %s", r.Method, r.URL, w.Code, w.Body)
		}
	} else if out != nil {
		if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
			p.Fatal(err)
		}
	}
	return w.Code, f
}

// does is call for what must succeed.
func (p *program) does(method, path string, body, out any) {
	p.Helper()
	if code, f := p.call(method, path, body, out); code != http.StatusOK {
		p.Fatalf("%s %s = %d, %s %s %v", method, path, code, f.What, f.Do, f.Faults)
	}
}

// refuses is call for what must not.
func (p *program) refuses(want int, said, method, path string, body any) {
	p.Helper()
	code, f := p.call(method, path, body, nil)
	if text := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(fmt.Sprint(f.What, " ", f.Do, " ", f.Faults)); code != want || !strings.Contains(text, said) {
		p.Errorf("%s %s = %d, %s; want %d, %q", method, path, code, text, want, said)
	}
}

// parts is a file to send, with the fields beside it.
func (p *program) parts(name string, content []byte, pairs ...string) *http.Request {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		_ = m.WriteField(pairs[i], pairs[i+1]) // a buffer
	}
	w := must(m.CreateFormFile(fileInput, name))
	_, _ = w.Write(content)
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, apiPath+"/envois", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

// TestAPIOffice asks every reading operation of the back office: what it
// answers is what the document says, within the rights of the person and the
// scopes of the token, and a cookie is worth nothing.
func TestAPIOffice(t *testing.T) {
	o := newOffice(t)
	claire := o.newPerson("Claire", "analyst")
	known := o.known()
	signed := o.as(claire)
	p := o.program(claire, account.ScopeRead)
	for pattern, op := range operations(o.Server) {
		method, path := split(pattern)
		if len(op.Security) == 0 || method != http.MethodGet {
			continue
		}
		if list := known[pattern]; list != nil {
			path = list[0].Path
		}
		code, f := p.call(method, strings.TrimPrefix(path, apiPath), nil, nil)
		if code != http.StatusOK && code != http.StatusNotFound && code != http.StatusUnprocessableEntity {
			t.Errorf("%s = %d %s", path, code, f.What) // the examples are synthetic: TestAPIWrites reads real ones
		}
		if w := signed.get(path); w.Code != http.StatusUnauthorized || w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s with a cookie = %d; want 401", path, w.Code)
		}
	}
	o.sendFile(claire, "REG-84")
	o.sendFile(claire, "REG-76")
	var list struct{ Items []struct{ Scope string } }
	o.program(o.newPerson("Paul", "contributor:REG-84"), account.ScopeRead).does("GET", "/envois", nil, &list)
	for _, one := range list.Items {
		if one.Scope != "REG-84" {
			t.Errorf("a contributor of REG-84 sees %+v", one)
		}
	}
	if len(list.Items) == 0 {
		t.Error("a contributor sees nothing of their region")
	}
}

// sendFile keeps a file that somebody sends, for a scope.
func (o *office) sendFile(by account.Person, scope string) store.DeliveryRow {
	o.Helper()
	in := store.DeliveryInput{FileName: "valeurs.csv", File: bytes.NewReader([]byte("code;valeur\nDEP-08;1\n" + scope)), By: journal.PersonActor(by.ID)}
	if scope != "" {
		in.Scope, in.Within = scope, []string{scope}
	}
	return must(o.db.PutDelivery(o.Context(), in, o.now))
}

// TestScopes: every action of a scope has an operation, and a token of one scope
// does what that scope says and nothing else.
func TestScopes(t *testing.T) {
	o := newOffice(t)
	who := o.newPerson("Toute", everyRole...)
	of := map[account.Action][]entry{}
	for _, e := range o.everything() {
		if e.Desk != nil && e.Desk.Program {
			of[e.Action] = append(of[e.Action], e)
		}
	}
	for scope, actions := range account.Scopes {
		token := &role{ask: o.nobody(), headers: o.bearer(who, scope)}
		for action, list := range of {
			for _, e := range list {
				method, path := split(e.Pattern)
				object := account.Object{State: account.Matrix[action].States[0]}
				if got, w := o.probe(e, &object).reaches(token, method, path, asJSON, nil); got != slices.Contains(actions, action) {
					t.Errorf("%s, a token of scope %s: reached %v (status %d)", e.Pattern, scope, got, w.Code)
				}
			}
		}
		for _, action := range actions {
			if len(of[action]) == 0 {
				t.Errorf("scope %s: no operation does %s", scope, action)
			}
			if rule := account.Matrix[action]; rule.Recent || rule.Another {
				t.Errorf("scope %s: %s is for people", scope, action)
			}
		}
	}
}

// TestTokens: a token that has expired, was ended, or whose person is disabled or
// gone, and what is no token, are nobody, alike; a good one is a person nowhere.
func TestTokens(t *testing.T) {
	o := newOffice(t)
	o.newPerson("Gardien", "administrator")
	n := 0
	make := func() (account.Person, []string, string) {
		n++
		who := o.newPerson("Personne"+strconv.Itoa(n), everyRole...)
		header, id := o.token(who, o.now.Add(time.Hour), allScopes()...)
		return who, header, id
	}
	var bad [][]string
	_, expired, _ := make()
	o.now = o.now.Add(time.Hour)
	bad = append(bad, expired)
	who, ended, id := make()
	if err := o.db.EndToken(t.Context(), journal.System, who.ID, id, o.now); err != nil {
		t.Fatal(err)
	}
	bad = append(bad, ended)
	who, off, _ := make()
	if err := o.db.Disable(t.Context(), journal.System, who.ID, o.now); err != nil {
		t.Fatal(err)
	}
	bad = append(bad, off)
	who, erased, _ := make()
	if err := o.db.Erase(t.Context(), journal.System, who.ID, o.now); err != nil {
		t.Fatal(err)
	}
	bad = append(bad, erased)
	_, good, _ := make()
	hash := []string{"Authorization", "Bearer " + account.HashSecret(strings.TrimPrefix(good[1], "Bearer "))}
	bad = append(bad, hash, []string{"Authorization", "Basic " + good[1]}, []string{"Authorization", "Bearer "}, []string{"Authorization", strings.ToUpper(good[1])}, nil)
	first := o.nobody().get(apiPath + "/moi")
	for i, header := range bad {
		for _, path := range []string{"/moi", "/jeux", "/envois/absent"} {
			w := o.nobody().get(apiPath+path, header...)
			if w.Code != http.StatusUnauthorized || w.Body.String() != first.Body.String() || w.Header().Get("WWW-Authenticate") == "" {
				t.Errorf("token %d, %s = %d %s", i, path, w.Code, w.Body)
			}
		}
	}
	o.nobody().want(o.nobody().get(apiPath+"/moi", good...), http.StatusOK)
	for _, e := range o.everything() {
		if e.Desk == nil || e.Desk.Program || slices.Contains(account.Matrix[e.Action].Roles, account.Nobody) {
			continue
		}
		method, path := split(e.Pattern)
		if got, w := o.probe(e, &account.Object{State: account.Matrix[e.Action].States[0]}).reaches(&role{ask: o.nobody(), headers: good}, method, path, asHTML, nil); got {
			t.Errorf("%s is reached by a token (status %d)", e.Pattern, w.Code)
		}
	}
}
