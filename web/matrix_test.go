package web

import (
	"bytes"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/account"
	"vigie/journal"
	"vigie/store"
)

// example is a real object for a route that has one: the address, the form that
// is sent when it is a POST, and the object that the route must find there.
type example struct {
	Path   string
	Form   []string // names and values
	Object account.Object
}

// examples makes objects for the routes with an Object function, by pattern: a
// noun that has such routes adds a function here, with an object in each state
// that it can be in.
var examples = []func(o *office) map[string][]example{}

// ofPrograms says below which path of the interface for programs the objects of
// a noun of the pages are.
var ofPrograms = map[string]string{deliveryPath: "/envois", datasetPath: "/jeux", specPath: "/specifications", editionPath: "/propositions", runPath: "/travaux", casePath: "/fiches"}

// known makes the examples of every route: an operation for programs has those
// of the page that does the same.
func (o *office) known() map[string][]example {
	all := map[string][]example{}
	for _, f := range examples {
		for pattern, list := range f(o) {
			all[pattern] = append(all[pattern], list...)
		}
	}
	for pattern, list := range maps.Clone(all) {
		for page, below := range ofPrograms {
			same := strings.Replace(pattern, " "+page+"/", " "+apiPath+below+"/", 1)
			if _, served := o.entries[same]; !served || same == pattern {
				continue
			}
			for _, x := range list {
				all[same] = append(all[same], example{Path: strings.Replace(x.Path, page, apiPath+below, 1), Object: x.Object})
			}
		}
	}
	return all
}

var allForms = []form{asHTML, asJSON, asCSV, asSVG, asPDF, asEmbed}

var allStates = []account.State{account.None, account.Sent, account.Kept, account.Withdrawn, account.Draft, account.Proposed,
	account.Refused, account.Embargoed, account.Public, account.Superseded,
	account.Submitted, account.InReview, account.Published, account.ToUpdate, account.Archived, account.Merged}

// role is somebody who asks: with which grants, with which scopes of a token,
// and how.
type role struct {
	name    string
	grants  []account.Grant
	program []account.Scope // nil: a person
	off     bool            // disabled
	ask     *browser
	headers []string
	person  account.Person
}

// cast is everybody: nobody, each role for the whole and for a region, one who
// is disabled, and programs.
func cast(o *office) []*role {
	list := []*role{{name: "nobody", ask: o.nobody()}}
	for _, r := range account.Roles {
		list = append(list, &role{name: string(r), grants: []account.Grant{{Role: r}}})
		if scoped := (account.Grant{Role: r, Scope: "REG-76"}); scoped.Check() == nil {
			list = append(list, &role{name: string(r) + " of REG-76", grants: []account.Grant{scoped}})
		}
	}
	list = append(list, &role{name: "without any role"})
	var all []account.Scope
	for scope := range account.Scopes {
		all = append(all, scope)
	}
	slices.Sort(all)
	list = append(list, &role{name: "disabled analyst", grants: []account.Grant{{Role: account.Analyst}}, off: true},
		&role{name: "program of an analyst", grants: []account.Grant{{Role: account.Analyst}}, program: all},
		&role{name: "reading program of an analyst", grants: []account.Grant{{Role: account.Analyst}}, program: []account.Scope{account.ScopeRead}},
		&role{name: "program of an administrator", grants: []account.Grant{{Role: account.Administrator}}, program: all})
	o.newPerson("Gardien", "administrator") // somebody is left when the others end
	for i, who := range list {
		if who.ask != nil {
			continue
		}
		var grants []string
		for _, g := range who.grants {
			grants = append(grants, g.String())
		}
		who.person = o.newPerson(fmt.Sprintf("Personne%d", i), grants...)
		who.ask = o.as(who.person)
		if who.program != nil {
			who.ask = o.nobody()
			secret, hash, err := account.NewSecret(o.Office.Random)
			if err != nil {
				o.Fatal(err)
			}
			in := store.TokenInput{ID: fmt.Sprintf("essai-%d", i), Hash: hash, Person: who.person.ID, Name: "essai", Scopes: who.program, ExpiresAt: o.now.AddDate(0, 1, 0)}
			if err := o.db.PutToken(o.Context(), journal.System, in, o.now); err != nil {
				o.Fatal(err)
			}
			who.headers = []string{"Authorization", "Bearer " + secret}
		}
		if who.off {
			if err := o.db.Disable(o.Context(), journal.System, who.person.ID, o.now); err != nil {
				o.Fatal(err)
			}
		}
	}
	return list
}

// at is who somebody is on a route: a program is known on those for programs, a
// person on the others, and either is nobody elsewhere.
func (who *role) at(p *deskRoute) *role {
	if p.Program == (who.program != nil) {
		return who
	}
	return &role{name: who.name, person: account.Person{}}
}

// allowed is what the matrix says, read here by itself: may who do it on o.
func (who *role) allowed(a account.Action, anywhere bool, o account.Object) bool {
	rule := account.Matrix[a]
	if slices.Contains(rule.Roles, account.Nobody) && slices.Contains(rule.States, o.State) {
		return true
	}
	if who.off || who.program != nil && (rule.Recent || !slices.ContainsFunc(who.program, func(s account.Scope) bool { return slices.Contains(account.Scopes[s], a) })) {
		return false
	}
	member := who.person.ID != "" && slices.Contains(rule.Roles, account.Member)
	if member && (anywhere || slices.Contains(rule.States, o.State)) {
		return true
	}
	return slices.ContainsFunc(who.grants, func(g account.Grant) bool {
		held := slices.Contains(rule.Roles, g.Role)
		if anywhere {
			return held
		}
		other := !rule.Another || o.By != who.person.ID
		return held && other && slices.Contains(rule.States, o.State) && (g.Scope == "" || slices.Contains(o.Scopes, g.Scope))
	})
}

// probe is a route of the server whose handler only says that it was reached,
// and whose object is the one given when there is one.
type probe struct {
	*office
	mux     *http.ServeMux
	reached int
}

func (o *office) probe(e entry, object *account.Object) *probe {
	p := &probe{office: o, mux: http.NewServeMux()}
	route := *e.Desk
	route.Handle = func(w http.ResponseWriter, _ *http.Request, _ *visitor) error {
		p.reached++
		w.WriteHeader(http.StatusTeapot)
		return nil
	}
	if object != nil && route.Object != nil {
		route.Object = func(*http.Request) (account.Object, error) { return *object, nil }
	}
	route.Before = nil // what a secret address opens is no matter of rights: see TestLinkGuessed
	p.mux.HandleFunc(e.Pattern, p.desk(route))
	return p
}

// reaches asks in the name of somebody, and reports whether the handler was
// called.
func (p *probe) reaches(who *role, method, path string, f form, sent []string) (bool, *httptest.ResponseRecorder) {
	at := parseAddress(path)
	at.form = f
	values := formOfPairs(sent...)
	if secret := who.ask.jar[sessionCookie]; secret != "" {
		values.Set(tokenInput, formToken(secret))
	}
	r := httptest.NewRequest(method, path, nil)
	if method == http.MethodPost {
		r = httptest.NewRequest(method, path, strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(who.headers); i += 2 {
		r.Header.Set(who.headers[i], who.headers[i+1])
	}
	for name, value := range who.ask.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	before, w := p.reached, httptest.NewRecorder()
	p.limits = newLimits(p.Now)
	p.mux.ServeHTTP(w, at.put(r))
	return p.reached > before, w
}

var wildcard = regexp.MustCompile(`\{[a-z]+(\.\.\.)?\}`)

// split returns the method and an address of a pattern.
func split(pattern string) (method, path string) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = http.MethodGet, pattern
	}
	return method, wildcard.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "x")
}

// undrawn makes every page a word: who is answered and with which status is then
// looked at without the cost of drawing it.
func (o *office) undrawn() *office {
	words := template.New("words") // no page has this name: New empties a template of its name
	for _, t := range o.ui.Templates() {
		template.Must(words.New(t.Name()).Parse("page"))
	}
	o.ui = words
	return o
}

// sweepOffice is a server with everything on.
func sweepOffice(t testing.TB) *office {
	return newOffice(t)
}

// TestMatrix asks for every route, in every form, in the name of everybody, on
// an object in every state: the handler is reached when the matrix says so, and
// never otherwise.
func TestMatrix(t *testing.T) {
	o := sweepOffice(t).undrawn()
	everybody := cast(o)
	asked := 0
	for _, e := range o.everything() {
		if e.Desk == nil {
			if !everybody[0].allowed(e.Action, false, account.Object{}) {
				t.Errorf("%s: %s is not for everyone, and its handler asks nobody", e.Pattern, e.Action)
			}
			continue
		}
		method, path := split(e.Pattern)
		if method != http.MethodGet && method != http.MethodPost {
			t.Errorf("%s: a route of the back office is a GET or a POST", e.Pattern)
		}
		objects := []account.Object{{}}
		if e.Desk.Object != nil {
			objects = nil
			for _, state := range allStates {
				for _, scopes := range [][]string{nil, {"REG-76"}, {"REG-84", "DEP-38"}} {
					objects = append(objects, account.Object{State: state, Scopes: scopes})
				}
			}
			objects = append(objects, account.Object{State: account.Proposed, By: everybody[0].person.ID})
		}
		for _, object := range objects {
			p := o.probe(e, &object)
			for _, who := range everybody {
				mine := object
				if e.Desk.Object != nil && account.Matrix[e.Action].Another {
					mine.By = who.person.ID
					q := o.probe(e, &mine)
					if got, _ := q.reaches(who, method, path, asHTML, nil); got != who.at(e.Desk).allowed(e.Action, e.Desk.Anywhere, mine) {
						t.Errorf("%s, %s on their own %+v: reached %v", e.Pattern, who.name, mine, got)
					}
				}
				for _, f := range allForms {
					served := slices.Contains(e.Forms, f)
					if !served && object.Scopes != nil || e.Desk.Program && f != asJSON {
						continue // a form that no object has is asked of one in each state
					}
					asked++
					got, w := p.reaches(who, method, path, f, nil)
					want := who.at(e.Desk).allowed(e.Action, e.Desk.Anywhere, object) && served
					if got != want {
						t.Errorf("%s as %q, %s, on %+v: reached %v; the matrix says %v (status %d)", e.Pattern, f, who.name, object, got, want, w.Code)
					}
					if !got && !slices.Contains([]int{http.StatusNotFound, http.StatusSeeOther, http.StatusUnauthorized}, w.Code) {
						t.Errorf("%s as %q, %s: refused with %d", e.Pattern, f, who.name, w.Code)
					}
				}
			}
		}
	}
	t.Logf("%d requests", asked)
}

// TestExamples asks for real objects: the route finds the state and the scopes
// that it should, and what is out of reach answers as what is not there.
func TestExamples(t *testing.T) {
	o := sweepOffice(t)
	everybody := cast(o)
	known := o.known()
	for _, e := range o.everything() {
		if e.Desk == nil || e.Desk.Object == nil {
			continue
		}
		if len(known[e.Pattern]) == 0 {
			t.Errorf("%s: no example of its objects, in examples of matrix_test.go", e.Pattern)
		}
		method, missing := split(e.Pattern)
		p := o.probe(e, nil)
		for _, x := range known[e.Pattern] {
			for _, who := range everybody {
				got, w := p.reaches(who, method, x.Path, asHTML, x.Form)
				if want := who.at(e.Desk).allowed(e.Action, e.Desk.Anywhere, x.Object); got != want {
					t.Errorf("%s at %s, %s: reached %v; the matrix says %v on %+v (status %d)", e.Pattern, x.Path, who.name, got, want, x.Object, w.Code)
				}
				if got || who.off || e.Desk.Program != (who.program != nil) || who.program == nil && who.ask.jar[sessionCookie] == "" {
					continue
				}
				_, none := p.reaches(who, method, missing, asHTML, x.Form)
				if none.Code != w.Code || strings.ReplaceAll(w.Body.String(), x.Path, missing) != none.Body.String() {
					t.Errorf("%s, %s: what is out of reach at %s answers %d, what is not there %d", e.Pattern, who.name, x.Path, w.Code, none.Code)
				}
				if foreign := headersOf(w, x.Path, missing); !reflect.DeepEqual(foreign, headersOf(none, missing, missing)) {
					t.Errorf("%s, %s: what is out of reach at %s has the headers %v, what is not there %v", e.Pattern, who.name, x.Path, foreign, none.Header())
				}
			}
		}
		delete(known, e.Pattern)
	}
	for pattern := range known {
		t.Errorf("examples for %s, which is no route with an object", pattern)
	}
}

// headersOf are the headers of an answer, as those for another path would be: no
// length, which is that of the body compared above.
func headersOf(w *httptest.ResponseRecorder, path, other string) map[string]string {
	out := map[string]string{}
	for name, values := range w.Header() {
		if name != "Content-Length" {
			out[name] = strings.ReplaceAll(strings.Join(values, "\n"), path, other)
		}
	}
	return out
}

// TestWritesAreGuarded: no write is reached from another site, without the
// form's token, or by GET.
func TestWritesAreGuarded(t *testing.T) {
	o := sweepOffice(t)
	everyone := &role{ask: o.as(o.newPerson("Toute", "reader", "contributor", "editor", "analyst", "publisher", "administrator"))}
	for _, e := range o.everything() {
		o.limits = newLimits(o.Now)
		o.limits = newLimits(o.Now) // there are more forms than an address may send at once
		method, path := split(e.Pattern)
		if method != http.MethodPost {
			if e.Body != 0 {
				t.Errorf("%s takes a body", e.Pattern)
			}
			continue
		}
		o.limits = newLimits(o.Now)
		if w := everyone.ask.get(path); w.Code == http.StatusOK && o.entries["GET "+strings.TrimPrefix(e.Pattern, "POST ")].Handle == nil && e.Desk != nil {
			t.Errorf("GET %s = %d", path, w.Code)
		}
		r := httptest.NewRequest(http.MethodPost, path, strings.NewReader("jeton="+formToken(everyone.ask.jar[sessionCookie])))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if w := everyone.ask.do(r, "Origin", "https://ailleurs.example"); w.Code != http.StatusForbidden {
			t.Errorf("POST %s from another site = %d; want 403", path, w.Code)
		}
		if e.Desk == nil {
			continue
		}
		p := o.probe(e, &account.Object{})
		r = httptest.NewRequest(http.MethodPost, path, strings.NewReader("jeton=autre"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: everyone.ask.jar[sessionCookie]})
		w := httptest.NewRecorder()
		p.mux.ServeHTTP(w, parseAddress(path).put(r))
		if want := map[bool]int{false: http.StatusForbidden, true: http.StatusUnauthorized}[e.Desk.Program]; p.reached > 0 || w.Code != want {
			t.Errorf("POST %s without the form's token = %d, reached %d times", path, w.Code, p.reached)
		}
	}
}

// TestRecentSignIn: what asks for a recent sign-in is not reached with an old
// one, and by no program.
func TestRecentSignIn(t *testing.T) {
	o := sweepOffice(t)
	who := &role{ask: o.as(o.newPerson("Toute", "reader", "contributor", "editor", "analyst", "publisher", "administrator"))}
	o.now = o.now.Add(account.RecentFor + time.Second)
	recent := 0
	for _, e := range o.everything() {
		if e.Desk == nil {
			continue
		}
		method, path := split(e.Pattern)
		states := account.Matrix[e.Action].States
		got, w := o.probe(e, &account.Object{State: states[0]}).reaches(who, method, path, asHTML, nil)
		asks := account.Matrix[e.Action].Recent || e.Desk.Recent
		if got == asks && !e.Desk.Program {
			t.Errorf("%s: reached %v with an old sign-in (status %d)", e.Pattern, got, w.Code)
		}
		if asks {
			recent++
		}
	}
	if recent == 0 {
		t.Error("no route asks for a recent sign-in")
	}
}

// TestStrongRoles: who must have a second factor reaches only their own account
// without it.
func TestStrongRoles(t *testing.T) {
	o := newOffice(t, func(c *Config) { c.Office.Strong = account.FactorRoles })
	b := o.as(o.newPerson("Claire", "publisher", "analyst"))
	who := &role{ask: b}
	secret := b.jar[sessionCookie]
	if err := o.db.ConfirmSession(t.Context(), account.HashSecret(secret), account.HashSecret("faible"), methodPassword, o.now); err != nil {
		t.Fatal(err)
	}
	b.jar[sessionCookie] = "faible"
	for _, e := range o.everything() {
		if e.Desk == nil || !slices.Contains(account.Matrix[e.Action].Roles, account.Analyst) {
			continue
		}
		method, path := split(e.Pattern)
		got, w := o.probe(e, &account.Object{State: account.Matrix[e.Action].States[0]}).reaches(who, method, path, asHTML, nil)
		if e.Desk.Program {
			continue // TestEveryWayIn
		}
		own := e.Action == account.ManageOwn || e.Action == account.SignIn
		if got != own {
			t.Errorf("%s: reached %v without the second factor (status %d)", e.Pattern, got, w.Code)
		}
	}
}

// TestUnlistedRoute: an action that the matrix does not have, a handler that
// asks nobody, and a route registered elsewhere are refused; metrics.go is another
// listener’s.
func TestUnlistedRoute(t *testing.T) {
	s := &Server{mux: http.NewServeMux(), plain: http.NewServeMux(), entries: map[string]entry{}}
	none := func(http.ResponseWriter, *http.Request) {}
	for _, e := range []entry{
		{Pattern: "/a", Action: "nothing.known", Handle: none},
		{Pattern: "/a", Handle: none},
		{Pattern: "/a", Action: account.WriteSource, Handle: none},
	} {
		if err := s.register([]entry{e}); err == nil {
			t.Errorf("%+v is registered", e)
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if name != "routes.go" && name != "metrics.go" && !strings.HasSuffix(name, "_test.go") && regexp.MustCompile(`[mM]ux\.Handle|plain\.Handle`).Match(text) {
			t.Errorf("%s registers a route by itself; list it in everything", name)
		}
	}
}

// TestPrivateAnswers: nothing of the back office may be kept by a cache.
func TestPrivateAnswers(t *testing.T) {
	o := sweepOffice(t)
	b := o.as(o.newPerson("Toute", "reader", "contributor", "editor", "analyst", "publisher", "administrator"))
	for _, e := range o.everything() {
		method, path := split(e.Pattern)
		if e.Desk == nil || method != http.MethodGet {
			continue
		}
		for _, who := range []*browser{b, o.nobody()} {
			w := who.get(path)
			h := w.Header()
			if h.Get("Cache-Control") != "no-store" || h.Get("ETag") != "" || h.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("GET %s = %d, headers %v", path, w.Code, h)
			}
			if w.Code == http.StatusInternalServerError || bytes.Contains(w.Body.Bytes(), []byte("%!")) {
				t.Errorf("GET %s = %d\n%s", path, w.Code, w.Body)
			}
		}
	}
}

func BenchmarkAuthorise(b *testing.B) {
	v := &visitor{Person: account.Person{ID: "x", Grants: []account.Grant{{Role: account.Reader}, {Role: account.Contributor, Scope: "REG-76"}, {Role: account.Analyst}}}}
	p := deskRoute{Pattern: "GET /atelier/jeux/{id}", Action: account.ReadDataset, Object: func(*http.Request) (account.Object, error) {
		return account.Object{State: account.Kept, Scopes: []string{"REG-76"}}, nil
	}}
	r := httptest.NewRequest(http.MethodGet, "/atelier/jeux/1", nil)
	for b.Loop() {
		if err := authorise(r, v, p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVisitor is what a session costs a page of the back office, the query
// included.
func BenchmarkVisitor(b *testing.B) {
	o := newOffice(b)
	who := o.as(o.newPerson("Claire", "analyst", "contributor:REG-76"))
	r := httptest.NewRequest(http.MethodGet, "/atelier", nil)
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: who.jar[sessionCookie]})
	r = parseAddress("/atelier").put(r)
	for b.Loop() {
		v, err := o.visitor(httptest.NewRecorder(), r)
		if err != nil || v.ID == "" {
			b.Fatal(err)
		}
	}
}
