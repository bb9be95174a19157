package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestMetrics(t *testing.T) {
	m := &Meter{Version: "essai"}
	o := newOffice(t, func(c *Config) { c.Meter = m })
	m.Gauges = o.db.Gauges
	p := o.newPerson("Zéphyrine", everyRole...)
	b := o.as(p)
	for _, target := range []string{"/", "/territoires/DEP-SY?q=canari", "/en/territoires/canari", homePath, "/canari/absent", "/metrics", "/debug/pprof", "/debug/vars"} {
		b.get(target)
	}
	b.ask("BREW", "/", "")
	ask := func(profiles bool, target string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		m.Handler(profiles).ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, nil))
		return w
	}
	text := ask(false, "/metrics").Body.String()
	for _, want := range []string{`vigie_http_request_duration_seconds_count{route="/territoires/{id}",method="GET",code="200"} 2`, `route="none",method="GET",code="404"} 4`, `method="other",code="405"} 1`,
		`route="/atelier",method="GET",code="200"} 1`, `vigie_build_info{version="essai"} 1`, "go_goroutines ", "vigie_store_up 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the counts do not say %s:\n%s", want, text)
		}
	}
	for _, private := range []string{"canari", p.ID, p.Mail, "Zéphyrine", b.jar[sessionCookie], "192.0.2.1"} {
		if strings.Contains(text, private) {
			t.Errorf("the counts hold %q", private)
		}
	}
	line := regexp.MustCompile(`^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"\n]*",?)+\})? [0-9.e+-]+)$`)
	for l := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if !line.MatchString(l) {
			t.Errorf("no line of the text form: %q", l)
		}
	}
	for _, target := range []string{"/metrics", "/debug/pprof", "/debug/pprof/heap", "/debug/vars"} {
		if w := get(t, o.Server, target); w.Code != http.StatusNotFound {
			t.Errorf("GET %s on the site = %d; want 404", target, w.Code)
		}
	}
	if w := ask(false, "/debug/pprof/"); w.Code != http.StatusNotFound {
		t.Errorf("profiles that nobody asked for = %d", w.Code)
	}
	if w := ask(true, "/debug/pprof/"); w.Code != http.StatusOK {
		t.Errorf("profiles = %d", w.Code)
	}
	m.Gauges = func(context.Context) (map[string]map[string]int64, error) { return nil, errors.New("secret interne") }
	if text := ask(false, "/metrics").Body.String(); !strings.Contains(text, "vigie_store_up 0") || strings.Contains(text, "secret") {
		t.Error("a base that does not answer is not told, or too much is")
	}
}
