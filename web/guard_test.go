package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"vigie/edition"
	"vigie/fault"
	"vigie/report"
)

// canary would run, or break out of its place, wherever it is not escaped.
const canary = `"><img src=x onerror=alert(1)></title></script><script>alert(1)</script>'`

// poison sets every text of v to the canary, through pointers and slices.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				poison(f)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.String:
		v.SetString(canary)
	}
}

func TestCanaries(t *testing.T) {
	c := sampleConfig()
	c.Pages.Territory = func(_ context.Context, e *edition.Content, q report.Request, _ string) (report.Document, error) {
		d := sampleDocument("territory", e, q)
		poison(reflect.ValueOf(&d))
		d.Edition.Superseded, d.Edition.Number = canary, canary
		return d, nil
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/territoires/X", "/en/territoires/X", "/territoires/X.embed", "/territoires/X?q=" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
		"/territoires/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"} {
		doc := parse(t, get(t, s, target))
		if n := len(all(doc, "script:not([src]), img, [onerror]")); n > 0 {
			t.Errorf("GET %s: %d element(s) made of text", target, n)
		}
		for _, a := range all(doc, "a, form, iframe") {
			for _, href := range []string{attr(a, "href"), attr(a, "action"), attr(a, "xlink:href")} {
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(href)), "javascript:") {
					t.Errorf("GET %s: link %s", target, href)
				}
			}
		}
	}
	w := get(t, s, "/territoires/X.svg")
	if strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), "<img") {
		t.Error("the SVG holds an element made of text")
	}
	for name, values := range w.Header() {
		if strings.ContainsAny(strings.Join(values, ""), "\r\n") || name == "Content-Disposition" && strings.Contains(values[0], "<") {
			t.Errorf("header %s = %q", name, values)
		}
	}
}

func TestPanicIsAPage(t *testing.T) {
	c := sampleConfig()
	var log strings.Builder
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	c.Pages.Home = func(context.Context, *edition.Content, report.Request, string) (report.Document, error) {
		panic("secret interne")
	}
	c.Pages.DomainList = func(context.Context, *edition.Content, report.Request, string) (report.Document, error) {
		return report.Document{}, fmt.Errorf("lecture : %w", errors.New("secret interne"))
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/", "/domaines"} {
		w := get(t, s, target)
		if w.Code != 500 || strings.Contains(w.Body.String(), "secret interne") || !strings.Contains(log.String(), "secret interne") {
			t.Errorf("GET %s = %d; want 500, the cause in the log only", target, w.Code)
		}
		checkPage(t, parse(t, w), "fr")
	}
}

func TestNoEdition(t *testing.T) {
	c := sampleConfig()
	c.Edition = func(context.Context, string, time.Time) (*edition.Content, error) {
		return nil, &fault.Error{Kind: fault.Unavailable, What: "aucune édition n’est publiée", Do: "lancez vigie publish"}
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/", "/sante", "/sitemap.xml"} {
		if w := get(t, s, target); w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("GET %s = %d, Retry-After %q; want 503 and a delay", target, w.Code, w.Header().Get("Retry-After"))
		}
	}
}

func TestRateLimit(t *testing.T) {
	s := sampleServer(t)
	last := func(target string, n int, from string) int {
		code := 0
		for range n {
			r := httptest.NewRequest("GET", target, nil)
			r.RemoteAddr = from
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			code = w.Code
		}
		return code
	}
	if code := last("/recherche?q=a", burst, "192.0.2.1:5"); code != 200 {
		t.Errorf("search %d = %d; want 200", burst, code)
	}
	if code := last("/recherche.json?q=a", 1, "192.0.2.1:6"); code != http.StatusTooManyRequests {
		t.Errorf("search %d = %d; want 429", burst+1, code)
	}
	if code := last("/territoires/DEP-SY.pdf", 1, "192.0.2.1:6"); code != http.StatusTooManyRequests {
		t.Errorf("PDF = %d; want 429", code)
	}
	if code := last("/recherche?q=a", 1, "192.0.2.2:5"); code != 200 {
		t.Errorf("another address = %d; want 200", code)
	}
	if code := last("/territoires/DEP-SY", 3*burst, "192.0.2.1:5"); code != 200 {
		t.Errorf("a plain page = %d; want 200", code)
	}
}

func TestLimitsForget(t *testing.T) {
	l := newLimits(func() time.Time { return sampleDay })
	for i := range mostKnown + 10 {
		l.allow(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 1)
	}
	if len(l.known) > mostKnown {
		t.Errorf("%d addresses remembered; want at most %d", len(l.known), mostKnown)
	}
}

func TestClient(t *testing.T) {
	c := sampleConfig()
	c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ peer, forwarded, want string }{
		{"192.0.2.1:80", "198.51.100.7", "192.0.2.1"},
		{"127.0.0.1:80", "198.51.100.7", "198.51.100.7"},
		{"127.0.0.1:80", "203.0.113.9, 198.51.100.7, 10.1.1.1", "198.51.100.7"},
		{"127.0.0.1:80", "menteur", "127.0.0.1"},
		{"127.0.0.1:80", "", "127.0.0.1"},
		{"[::ffff:192.0.2.1]:80", "", "192.0.2.1"},
	}
	for _, c := range cases {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := s.client(r).String(); got != c.want {
			t.Errorf("client(%s, %q) = %s; want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}

func TestHostAndBase(t *testing.T) {
	s := sampleServer(t)
	r := httptest.NewRequest("GET", "/", nil)
	r.Host = `evil"><script>`
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest {
		t.Errorf("a Host that is none = %d; want 400", w.Code)
	}
	c := sampleConfig()
	c.BaseURL = "https://observatoire.example/"
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if get(t, s, "/").Header().Get("Strict-Transport-Security") == "" {
		t.Error("a site on https does not say so")
	}
	if body := get(t, s, "/").Body.String(); !strings.Contains(body, `href="https://observatoire.example/editions/2026-2"`) {
		t.Error("the permanent address does not use the base address")
	}
}

func TestBodyIsRefused(t *testing.T) {
	w := httptest.NewRecorder()
	sampleServer(t).ServeHTTP(w, httptest.NewRequest("GET", "/", strings.NewReader("corps")))
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("GET with a body = %d; want 413", w.Code)
	}
}

func TestPortInUse(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, err = Listen(t.Context(), l.Addr().String())
	if fault.KindOf(err) != fault.Conflict || !strings.Contains(fault.Do(err), "--addr") || !strings.Contains(err.Error(), "déjà pris") {
		t.Errorf("Listen on a taken port = %v; want a Conflict that names --addr", err)
	}
	if _, err := Listen(t.Context(), "n’importe quoi"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("Listen on no address = %v; want Invalid", err)
	}
}

func TestServeDrains(t *testing.T) {
	c := sampleConfig()
	entered, leave := make(chan bool), make(chan bool)
	c.Pages.Home = func(_ context.Context, e *edition.Content, q report.Request, _ string) (report.Document, error) {
		entered <- true
		<-leave
		return sampleDocument("home", e, q), nil
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served, answered := make(chan error, 1), make(chan int, 1)
	go func() { served <- s.Serve(ctx, l) }()
	go func() {
		resp, err := http.Get("http://" + l.Addr().String() + "/")
		if err != nil {
			answered <- 0
			return
		}
		defer resp.Body.Close()
		answered <- resp.StatusCode
	}()
	<-entered
	stop()
	leave <- true
	if code := <-answered; code != 200 {
		t.Errorf("the request under way got %d; want 200", code)
	}
	if err := <-served; err != nil {
		t.Errorf("Serve = %v; want nil", err)
	}
}

func TestAssets(t *testing.T) {
	missing, err := loadAssets(fstest.MapFS{"asset/README.md": {}})
	if err != nil || !missing.missing {
		t.Fatalf("loadAssets of a fresh clone = %v, %v; want missing", missing, err)
	}
	s := sampleServer(t)
	s.bundle = missing
	if body := get(t, s, "/").Body.String(); !strings.Contains(body, "lancez make build") {
		t.Error("without assets the page does not say make build")
	}
	css := strings.Repeat("a{color:red}", 200)
	s.bundle, err = loadAssets(fstest.MapFS{
		"asset/manifest.json":  {Data: []byte(`{"vigie.css":"vigie.0123.css","source-sans-3-regular.woff2":"s.01.woff2"}`)},
		"asset/vigie.0123.css": {Data: []byte(css)}, "asset/s.01.woff2": {Data: []byte("wOF2")}})
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, s, "/asset/vigie.0123.css", "Accept-Encoding", "br")
	if w.Code != 200 || w.Header().Get("Content-Encoding") != "br" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("GET asset = %d %v", w.Code, w.Header())
	}
	if w := get(t, s, "/asset/vigie.0123.css"); w.Body.String() != css || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
		t.Errorf("GET asset uncompressed = %d bytes, %v", w.Body.Len(), w.Header())
	}
	if w := get(t, s, "/asset/s.01.woff2"); w.Header().Get("Content-Type") != "font/woff2" {
		t.Errorf("font = %v", w.Header())
	}
	if w := get(t, s, "/"); !strings.Contains(w.Body.String(), `href="/asset/vigie.0123.css"`) {
		t.Error("the page does not name its style sheet")
	}
	if _, err := loadAssets(fstest.MapFS{"asset/manifest.json": {Data: []byte(`{"a":"b"}`)}}); err == nil {
		t.Error("a manifest that names a missing file is accepted")
	}
}

func TestUnbuiltPagesHaveNoRoute(t *testing.T) {
	c := sampleConfig()
	c.Pages.DomainList, c.PDF = nil, nil
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	if w := get(t, s, "/domaines"); w.Code != 404 {
		t.Errorf("GET /domaines = %d; want 404", w.Code)
	}
	body := get(t, s, "/territoires/DEP-SY").Body.String()
	if strings.Contains(body, `href="/domaines"`) || strings.Contains(body, ".pdf") {
		t.Error("the page leads to what is not there")
	}
}
