package web

import (
	"bytes"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"vigie/account"
)

// everyRole is who may do all that one person may.
var everyRole = []string{"reader", "contributor", "editor", "analyst", "publisher", "administrator"}

// ask sends a request as it stands, without the allowance of an address.
func (b *browser) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	b.limits, b.exports = newLimits(b.Now), newExportLimits(b.Now)
	r := httptest.NewRequest(method, "/", strings.NewReader(body))
	u, err := url.ParseRequestURI(target)
	if err != nil {
		b.Fatal(err)
	}
	r.URL, r.RequestURI = u, target
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	} else {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return b.do(r, headers...)
}

// targets are addresses of a route: one that names nothing, and its examples.
func targets(o *office) map[string][]string {
	out := map[string][]string{}
	for _, e := range o.everything() {
		_, path := split(e.Pattern)
		out[e.Pattern] = append(out[e.Pattern], path)
	}
	for pattern, list := range o.known() {
		for _, x := range list {
			out[pattern] = append(out[pattern], x.Path)
		}
	}
	return out
}

var unsafePolicy = regexp.MustCompile(`unsafe-|\*|http:|blob:|script-src[^;]*data:`)

// checkHeaders says what is wrong with the headers of an answer.
func checkHeaders(w *httptest.ResponseRecorder, desk bool) (wrong []string) {
	h := w.Header()
	add := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, what)
		}
	}
	csp := h.Get("Content-Security-Policy")
	file := strings.HasSuffix(csp, "; sandbox") // drawn, or data: it runs nothing, and its drawing has a style of its own
	add(!file || strings.HasPrefix(csp, "default-src 'none'; ") && !strings.Contains(csp, "script") && !strings.HasPrefix(h.Get("Content-Type"), "text/html"), "CSP of a file: "+csp)
	csp = strings.TrimSuffix(csp, "; sandbox")
	for _, part := range []string{"default-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors "} {
		add(file || strings.Contains(csp, part), "CSP without "+part)
	}
	framed := strings.TrimSpace(csp[strings.Index(csp, "frame-ancestors ")+len("frame-ancestors "):])
	add(file || !unsafePolicy.MatchString(strings.TrimSuffix(csp, framed)), "CSP allows "+csp)
	add(framed == "'none'" || framed == "*" && !desk, "may be framed: "+framed)
	add(h.Get("X-Content-Type-Options") == "nosniff", "no nosniff")
	add(slices.Contains([]string{"strict-origin-when-cross-origin", "same-origin", "no-referrer"}, h.Get("Referrer-Policy")), "Referrer-Policy "+h.Get("Referrer-Policy"))
	add(h.Get("Cross-Origin-Opener-Policy") == "same-origin", "no Cross-Origin-Opener-Policy")
	add(h.Get("Permissions-Policy") != "", "no Permissions-Policy")
	add(h.Get("Server")+h.Get("X-Powered-By") == "", "says what serves")
	add(w.Body.Len() == 0 || h.Get("Content-Type") != "", "a body without a type")
	add(!strings.HasPrefix(h.Get("Content-Type"), "text/") || strings.Contains(h.Get("Content-Type"), "charset=utf-8"), "a text without charset: "+h.Get("Content-Type"))
	add(h.Get("Access-Control-Allow-Credentials") == "", "lets other sites use the session")
	if w.Code < 300 || w.Code >= 400 {
		add(h.Get("Cache-Control") != "", "no Cache-Control")
	}
	if desk {
		add(h.Get("Cache-Control") == never, "Cache-Control "+h.Get("Cache-Control"))
		add(w.Code >= 300 || h.Get("Access-Control-Allow-Origin") == "", "readable from other sites")
	}
	for _, c := range w.Result().Cookies() {
		add(strings.HasPrefix(c.Name, "__Host-") && c.Secure && c.HttpOnly && c.SameSite == http.SameSiteLaxMode && c.Path == "/" && c.Domain == "", "cookie "+c.String())
		add(desk, "a cookie on a public page")
	}
	for name, values := range h {
		add(!strings.ContainsAny(strings.Join(values, ""), "\r\n\x00"), "a line end in "+name)
	}
	return wrong
}

// TestSweepHeaders asks for every route by every method, by nobody and by
// somebody who may everything: whatever the answer, its headers are right.
func TestSweepHeaders(t *testing.T) {
	o := sweepOffice(t)
	answers, known := map[int]int{}, targets(o)
	for _, who := range []*browser{o.nobody(), o.as(o.newPerson("Toute", everyRole...))} {
		session := who.jar[sessionCookie]
		for _, e := range o.everything() {
			for _, target := range known[e.Pattern] {
				for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"} {
					if method == "POST" && strings.HasPrefix(e.Pattern, "POST ") && session != "" {
						continue // forms are sent by TestSweepCanaries
					}
					w := who.ask(method, target, "")
					answers[w.Code]++
					for _, what := range checkHeaders(w, e.Desk != nil && w.Code != http.StatusMethodNotAllowed) {
						t.Errorf("%s %s = %d: %s", method, target, w.Code, what)
					}
					if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
						t.Errorf("%s %s = %d", method, target, w.Code)
					}
					if method != "GET" && method != "HEAD" && method != "POST" && w.Code != http.StatusMethodNotAllowed {
						t.Errorf("%s %s = %d; want 405", method, target, w.Code)
					}
				}
				for _, suffix := range []string{".json", ".csv", ".svg", ".embed"} {
					w := who.ask("GET", "/en"+strings.TrimSuffix(target, "/")+suffix, "")
					for _, what := range checkHeaders(w, e.Desk != nil) {
						t.Errorf("GET %s%s = %d: %s", target, suffix, w.Code, what)
					}
				}
			}
		}
		if session != "" && who.jar[sessionCookie] == "" {
			t.Fatal("the session has ended on the way")
		}
	}
	t.Logf("answers by status: %v", answers)
}

// TestSweepOverride: no header or parameter makes one method of another.
func TestSweepOverride(t *testing.T) {
	o := sweepOffice(t)
	who := &role{ask: o.as(o.newPerson("Toute", everyRole...))}
	for _, e := range o.everything() {
		method, path := split(e.Pattern)
		if e.Desk == nil || method != http.MethodPost {
			continue
		}
		p := o.probe(e, &account.Object{State: account.Matrix[e.Action].States[0]})
		for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
			who.headers = []string{header, "POST"}
			if got, _ := p.reaches(who, http.MethodGet, path+"?_method=POST&_HttpMethod=POST&jeton="+formToken(who.ask.jar[sessionCookie]), asHTML, nil); got {
				t.Errorf("%s is reached by GET and %s", e.Pattern, header)
			}
		}
	}
}

// TestSweepForgery: no write is reached from elsewhere, whatever the browser
// says of where it comes from, and whoever's the token is.
func TestSweepForgery(t *testing.T) {
	o := sweepOffice(t)
	victim, thief := o.as(o.newPerson("Toute", everyRole...)), o.as(o.newPerson("Autre", everyRole...))
	secret := victim.jar[sessionCookie]
	cases := []struct {
		name, token string
		headers     []string
	}{
		{"no token", "", nil},
		{"no token, same origin", "", []string{"Sec-Fetch-Site", "same-origin"}},
		{"another's token", formToken(thief.jar[sessionCookie]), []string{"Sec-Fetch-Site", "same-origin"}},
		{"the session's secret", secret, nil},
		{"the right token, cross-site", formToken(secret), []string{"Sec-Fetch-Site", "cross-site"}},
		{"the right token, a neighbour", formToken(secret), []string{"Sec-Fetch-Site", "same-site"}},
		{"the right token, foreign origin", formToken(secret), []string{"Origin", "https://ailleurs.example"}},
		{"the right token, null origin", formToken(secret), []string{"Origin", "null"}},
		{"the right token, origin of the same name", formToken(secret), []string{"Origin", "https://example.com.ailleurs.example"}},
	}
	writes := 0
	for _, e := range o.everything() {
		method, path := split(e.Pattern)
		if e.Desk == nil || method != http.MethodPost {
			continue
		}
		writes++
		p := o.probe(e, &account.Object{State: account.Matrix[e.Action].States[0]})
		for _, c := range cases {
			o.limits = newLimits(o.Now)
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(url.Values{tokenInput: {c.token}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			for i := 0; i+1 < len(c.headers); i += 2 {
				r.Header.Set(c.headers[i], c.headers[i+1])
			}
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: secret})
			w := httptest.NewRecorder()
			p.mux.ServeHTTP(w, parseAddress(path).put(r))
			if p.reached > 0 || w.Code != http.StatusForbidden && w.Code != http.StatusNotFound && !(e.Desk.Program && w.Code == http.StatusUnauthorized) {
				t.Errorf("%s, %s: %d, reached %d times", e.Pattern, c.name, w.Code, p.reached)
				p.reached = 0
			}
		}
		for _, kind := range []string{"text/plain", "application/json", "application/x-www-form-urlencoded; charset=utf-7", ""} { // what a form or a script of another site may send
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{"jeton":"x","a":"="}`))
			r.Header.Set("Content-Type", kind)
			r.AddCookie(&http.Cookie{Name: sessionCookie, Value: secret})
			w := httptest.NewRecorder()
			p.mux.ServeHTTP(w, parseAddress(path).put(r))
			if p.reached > 0 {
				t.Errorf("%s is reached by a body of type %q", e.Pattern, kind)
			}
		}
	}
	if writes < 10 {
		t.Errorf("%d writes; the sweep has lost them", writes)
	}
}

// TestSweepRedirects: no route sends elsewhere than to this site, whatever is in
// the address.
func TestSweepRedirects(t *testing.T) {
	o := sweepOffice(t)
	local := func(to string) bool {
		return to == "" || strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.HasPrefix(to, `/\`) && !strings.ContainsAny(to, "\r\n\t\\")
	}
	evil := []string{"https://ailleurs.example", "//ailleurs.example", `/\ailleurs.example`, `\\ailleurs.example`, "/\t/ailleurs.example", "javascript:alert(1)", "https:ailleurs.example",
		"/atelier/../..//ailleurs.example", "/atelier//ailleurs.example", "/%2failleurs.example", "/atelier\r\nSet-Cookie: a=b", "http://example.com@ailleurs.example/atelier", "///ailleurs.example", ".ailleurs.example"}
	names := []string{backInput, "next", "url", "to", "redirect", "return", "continue", "de", "t", "vers", "lang", "q"}
	for _, who := range []*browser{o.nobody(), o.as(o.newPerson("Toute", everyRole...))} {
		for _, e := range o.everything() {
			method, path := split(e.Pattern)
			if method != http.MethodGet || e.Desk == nil && who.jar[sessionCookie] != "" {
				continue
			}
			for _, value := range evil {
				query := url.Values{}
				for _, name := range names {
					query.Set(name, value)
				}
				w := who.ask("GET", path+"?"+query.Encode(), "")
				if to := w.Header().Get("Location"); !local(to) {
					t.Errorf("GET %s?…=%q sends to %q", path, value, to)
				}
				if to := comeBack(address{path: "/"}, value); !local(to) || strings.Contains(to, "ailleurs") && !strings.HasPrefix(to, homePath) {
					t.Errorf("comeBack(%q) = %q", value, to)
				}
			}
		}
		for _, target := range []string{"//ailleurs.example", "///ailleurs.example/%2e%2e", "/%5cailleurs.example/", "/a/..//ailleurs.example", "/a/%2e%2e/%2failleurs.example", "/en//ailleurs.example/", "/%09/ailleurs.example/",
			"/a/../%5cailleurs.example", "/editions/2026-1//ailleurs.example/", "/en/..%2f%2failleurs.example/."} {
			r := httptest.NewRequest("GET", "/", nil)
			r.URL = &url.URL{Path: must(url.PathUnescape(target))}
			r.RequestURI = target
			w := who.do(r)
			if to := w.Header().Get("Location"); !local(to) {
				t.Errorf("GET %s sends to %q", target, to)
			}
		}
	}
}

// TestSweepTraversal: an identifier is never a path.
func TestSweepTraversal(t *testing.T) {
	o := sweepOffice(t)
	who := o.as(o.newPerson("Toute", everyRole...))
	for _, e := range o.everything() {
		method, path, ok := strings.Cut(e.Pattern, " ")
		if !ok {
			method, path = http.MethodGet, e.Pattern
		}
		if method != http.MethodGet || !wildcard.MatchString(path) {
			continue
		}
		for _, id := range []string{"..%2f..%2f..%2fetc%2fpasswd", "%2e%2e", "....%2f%2fetc%2fpasswd", "..%5c..%5cwindows%5cwin.ini", "%252e%252e%252fetc%252fpasswd", "%2fetc%2fpasswd", "vigie.db", "..%2fvigie.db",
			"%c0%ae%c0%ae%2f", "a%0d%0aSet-Cookie:%20a=b", "'%20OR%20'1'='1", "1;DROP%20TABLE%20account", "%ff%fe", strings.Repeat("a", 3000), "-1", "0x0", "%F0%9F%98%80", "$%7Bjndi:ldap:%2f%2fa%7D", "%7B%7B7*7%7D%7D"} {
			w := who.ask("GET", wildcard.ReplaceAllString(path, id), "")
			if w.Code >= 500 && w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "root:x:") || strings.Contains(w.Body.String(), "SQLite format") || w.Header().Get("Set-Cookie") == "a=b" {
				t.Errorf("GET %s with %q = %d", path, id, w.Code)
			}
			for _, what := range checkHeaders(w, false) {
				if what != "a cookie on a public page" {
					t.Errorf("GET %s with %q = %d: %s", path, id, w.Code, what)
				}
			}
		}
	}
}

// hostile says what a page holds that a text should never have become.
func hostile(doc *html.Node) (found []string) {
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			switch {
			case n.Data == "script" && attr(n, "src") == "" && attr(n, "type") != "application/json", n.Data == "style", n.Data == "iframe", n.Data == "object", n.Data == "embed", n.Data == "base", n.Data == "img" && attr(n, "src") == "x":
				found = append(found, "<"+n.Data+">")
			}
			for _, a := range n.Attr {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				link := slices.Contains([]string{"href", "src", "action", "formaction", "data", "poster"}, a.Key)
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc", a.Key == "formaction":
					found = append(found, n.Data+" "+a.Key+"="+a.Val)
				case link && strings.HasPrefix(value, "data:") && !(n.Data == "img" && strings.HasPrefix(value, "data:image/png;base64,")):
					found = append(found, n.Data+" "+a.Key+"="+a.Val)
				case link && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "vbscript:") || strings.HasPrefix(value, "//")):
					found = append(found, n.Data+" "+a.Key+"="+a.Val)
				case link && n.Data != "a" && strings.HasPrefix(value, "http") && !strings.HasPrefix(value, "http://example.com/"): // the host of httptest
					found = append(found, "asks another site: "+value)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	return found
}

// sweeper walks the back office from page to page, as a person would, and sends
// every form with the canary in every field.
type sweeper struct {
	*browser
	seen  map[string]bool // addresses
	asked map[string]int  // pages, by route
	sent  map[string]int  // forms, by route
	forms []sentForm
	led   []string // where the answers to forms sent
	pages int
	shown map[string]bool // routes on whose pages the canary is a text
}

type sentForm struct {
	action, kind string
	values       url.Values
	files        []string
}

// spared are the forms that would end the walk.
var spared = []string{outPath, erasePath, ownPath + "/sessions", factorPath}

// mostOfRoute bounds the pages that are read, and the forms that are sent, of
// one route.
const mostOfRoute = 3

// route is the pattern of an address.
func (s *sweeper) route(method, target string) string {
	e, _ := s.entryOf(httptest.NewRequest(method, target, nil))
	return e.Pattern
}

// walk reads pages from an address on, at most most.
func (s *sweeper) walk(most int, from ...string) {
	queue := from
	for len(queue) > 0 && s.pages < most {
		target := queue[0]
		queue = queue[1:]
		u, err := url.Parse(target)
		if err != nil || u.Host != "" || u.Scheme != "" || s.seen[target] || !strings.HasPrefix(target, "/atelier") && !slices.Contains(from, target) {
			continue
		}
		s.seen[target] = true
		route := s.route(http.MethodGet, target)
		if s.asked[route]++; s.asked[route] > mostOfRoute {
			continue
		}
		s.pages++
		w := s.ask("GET", target, "")
		if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
			s.Errorf("GET %s = %d", target, w.Code)
		}
		queue = append(queue, s.read(target, w)...)
	}
}

// read checks a page and notes its forms; it returns where its links lead.
func (s *sweeper) read(target string, w *httptest.ResponseRecorder) (links []string) {
	if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
		return nil
	}
	doc, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		s.Fatal(err)
	}
	for _, what := range hostile(doc) {
		s.Errorf("%s holds %s", target, what)
	}
	if strings.Contains(textOf(doc), "onerror=alert(1)") {
		s.shown[target] = true
	}
	for _, a := range all(doc, "a[href]") {
		if href, _, _ := strings.Cut(attr(a, "href"), "#"); href != "" {
			links = append(links, href)
		}
	}
	for _, f := range all(doc, "form") {
		s.note(f)
	}
	return links
}

func (s *sweeper) note(f *html.Node) {
	action := attr(f, "action")
	key := s.route(http.MethodPost, action)
	if attr(f, "method") != "post" || slices.Contains(spared, strings.TrimPrefix(action, "/en")) || s.sent[key] >= mostOfRoute {
		return
	}
	s.sent[key]++
	form := sentForm{action: action, kind: attr(f, "enctype"), values: url.Values{}}
	for _, field := range all(f, "input, textarea, select") {
		name := attr(field, "name")
		switch kind := attr(field, "type"); {
		case field.Data == "select":
			for _, option := range all(field, "option") {
				if !form.values.Has(name) || attr(option, "value") != "" {
					form.values.Set(name, attr(option, "value"))
				}
			}
		case kind == "hidden" || kind == "checkbox" || kind == "radio":
			form.values.Set(name, attr(field, "value"))
		case kind == "email":
			form.values.Set(name, "a+canari@exemple.test")
		case kind == "file":
			form.files = append(form.files, name)
		case kind == "password":
			form.values.Set(name, goodPassword)
		default:
			form.values.Set(name, canary)
		}
	}
	s.forms = append(s.forms, form)
}

// A file whose name and content are canaries, in a form that is read as a table:
// what is said of it repeats both.
const (
	hostileName = `"><img src=x onerror=alert(1)>.csv`
	hostileFile = "code;nom;<img src=x onerror=alert(1)>\nDEP-01;<script>alert(1)</script>;12\n<img src=x onerror=alert(1)>;Ain;<iframe onload=alert(1)>\n"
)

// send sends the forms found, as multipart when they hold files.
func (s *sweeper) send() {
	forms := s.forms
	s.forms = nil
	for _, f := range forms {
		var body bytes.Buffer
		f.values.Set(tokenInput, formToken(s.jar[sessionCookie]))
		kind := "application/x-www-form-urlencoded"
		if f.kind != "" {
			m := multipart.NewWriter(&body)
			for name, values := range f.values {
				for _, value := range values {
					_ = m.WriteField(name, value) // a buffer refuses nothing
				}
			}
			for _, name := range f.files {
				part, err := m.CreateFormFile(name, hostileName)
				if err != nil {
					s.Fatal(err)
				}
				_, _ = part.Write([]byte(hostileFile))
			}
			_ = m.Close()
			kind = m.FormDataContentType()
		} else {
			body.WriteString(f.values.Encode())
		}
		w := s.ask("POST", f.action, body.String(), "Content-Type", kind, "Sec-Fetch-Site", "same-origin")
		if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
			s.Errorf("POST %s with canaries = %d", f.action, w.Code)
		}
		s.read("answer to "+s.route(http.MethodPost, f.action), w)
		for _, what := range checkHeaders(w, true) {
			s.Errorf("POST %s = %d: %s", f.action, w.Code, what)
		}
		if to := w.Header().Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//")) {
			s.Errorf("POST %s sends to %q", f.action, to)
		} else if to != "" {
			s.led = append(s.led, to)
		}
	}
}

// idle waits until nothing is done behind the pages.
func (o *office) idle(most time.Duration) {
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		gauges := must(o.db.Gauges(o.Context()))
		if gauges["vigie_runs"]["waiting"]+gauges["vigie_runs"]["running"] == 0 {
			return
		}
	}
}

// TestSweepCanaries sends the canary in every field of every form of the back
// office, in the name and in the content of every file, then reads every page
// again: it is a text everywhere, an element nowhere.
func TestSweepCanaries(t *testing.T) {
	var log bytes.Buffer
	o := newWorkshop(t)
	o.Server.Log = slog.New(slog.NewTextHandler(&log, nil))
	start := []string{homePath, signPath, resetPath}
	for _, e := range o.everything() {
		if _, path := split(e.Pattern); strings.HasPrefix(e.Pattern, "GET "+homePath) {
			start = append(start, path)
		}
	}
	slices.Sort(start)
	sent := map[string]int{}
	for _, name := range []string{"Une", "Deux"} { // what one round has made, the next one changes
		s := &sweeper{browser: o.as(o.newPerson(name, everyRole...)), seen: map[string]bool{}, asked: map[string]int{}, sent: map[string]int{}, shown: map[string]bool{}}
		s.walk(400, start...)
		s.send()
		o.idle(20 * time.Second)
		for _, to := range s.led {
			s.read(to, s.ask("GET", to, ""))
		}
		if s.pages < 10 || len(s.sent) < 5 || len(s.shown) < 3 {
			t.Errorf("%d pages, %d forms; the sweep is lost", s.pages, len(s.sent))
		}
		for action, n := range s.sent {
			sent[action] += n
		}
		t.Logf("%d pages, %d kinds of forms; the canary is a text on %v", s.pages, len(s.sent), slices.Sorted(maps.Keys(s.shown)))
	}
	if strings.Contains(log.String(), "panic") {
		t.Errorf("a panic:\n%s", log.String())
	}
	for _, e := range o.everything() { // a form that nobody finds is a form that nobody checks
		if e.Desk != nil && strings.HasPrefix(e.Pattern, "POST "+homePath) && sent[e.Pattern] == 0 {
			t.Logf("no form leads to %s", e.Pattern)
		}
	}
}
