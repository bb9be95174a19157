package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie/edition"
	"vigie/report"
)

// insideWord finds what only the program knows of a failure. Whole words: the
// random identifier that an answer gives may hold any three letters.
var insideWord = regexp.MustCompile(`(?i)\b(sql|database|goroutine|panic|closed|store)\b|\.go:\d`)

// TestSweepLog: a whole session, its refusals and its failures, leaves no
// password, secret, code, mail or name in the log, and no answer says more of a
// failure than its identifier.
func TestSweepLog(t *testing.T) {
	var log bytes.Buffer
	o := newOffice(t, func(c *Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	p := o.newPerson("Zéphyrine", everyRole...)
	b := o.nobody()
	b.post(signPath, mailInput, p.Mail, passwordInput, "un-mauvais-mot-de-passe-canari")
	b.post(signPath, mailInput, "inconnu-canari@exemple.test", passwordInput, goodPassword)
	b.post(signPath, mailInput, p.Mail, passwordInput, goodPassword)
	b.get(welcomePath + "/code-canari-bienvenue")
	b.get(resetPath + "/code-canari-oubli")
	b.get("/atelier?canari-de-requete=1")
	b = o.as(p)
	secret := b.jar[sessionCookie]
	o.nobody().get(homePath, "Authorization", "Bearer jeton-canari")
	if err := o.db.Close(); err != nil {
		t.Fatal(err)
	}
	failures := 0
	for _, e := range o.everything() {
		if e.Desk == nil {
			continue
		}
		method, path := split(e.Pattern)
		body := ""
		if method == http.MethodPost {
			body = "mot-de-passe=autre-canari&courriel=" + p.Mail + "&code=code-canari&jeton=" + formToken(secret)
		}
		for _, who := range []*browser{b, o.nobody()} {
			w := who.ask(method, path, body, "Sec-Fetch-Site", "same-origin")
			if w.Code < 500 {
				continue
			}
			failures++
			if said := insideWord.FindString(w.Body.String()); said != "" {
				t.Errorf("%s tells of %q", e.Pattern, said)
			}
			if w.Code == http.StatusInternalServerError && !regexp.MustCompile(`[a-z2-7]{10}`).MatchString(w.Body.String()) {
				t.Errorf("%s fails without an identifier", e.Pattern)
			}
		}
	}
	if failures < 10 || log.Len() == 0 {
		t.Errorf("%d failures, %d bytes of log; want some", failures, log.Len())
	}
	for _, canary := range []string{"canari", "Zéphyrine", "zéphyrine", goodPassword, "violon", secret, formToken(secret), p.Mail} {
		if i := strings.Index(log.String(), canary); i >= 0 {
			t.Errorf("the log holds %q: %s", canary, log.String()[max(0, i-100):min(log.Len(), i+60)])
		}
	}
}

// TestSweepLimits: what is too long, too large or too much is refused, before
// it costs.
func TestSweepLimits(t *testing.T) {
	o := sweepOffice(t)
	b := o.as(o.newPerson("Toute", everyRole...))
	secret := formToken(b.jar[sessionCookie])
	cases := []struct {
		name, method, target, body, kind string
		want                             int
	}{
		{"a long address", "GET", "/recherche?q=" + strings.Repeat("a", maxURL), "", "", http.StatusRequestURITooLong},
		{"a body too large", "POST", ownPath, "jeton=" + secret + "&nom=" + strings.Repeat("a", mostForm), "application/x-www-form-urlencoded", http.StatusRequestEntityTooLarge},
		{"too many fields", "POST", ownPath, "jeton=" + secret + strings.Repeat("&a=1", mostFields+1), "application/x-www-form-urlencoded", http.StatusBadRequest},
		{"too many parts", "POST", ownPath, strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n", mostFields+2) + "--b--", "multipart/form-data; boundary=b", http.StatusBadRequest},
		{"a part cut short", "POST", ownPath, "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1", "multipart/form-data; boundary=b", http.StatusBadRequest},
		{"no boundary", "POST", ownPath, "a", "multipart/form-data", http.StatusBadRequest},
		{"a body on a page", "POST", "/territoires", "a=1", "application/x-www-form-urlencoded", http.StatusMethodNotAllowed},
	}
	for _, c := range cases {
		if w := b.ask(c.method, c.target, c.body, "Content-Type", c.kind, "Sec-Fetch-Site", "same-origin"); w.Code != c.want {
			t.Errorf("%s = %d; want %d", c.name, w.Code, c.want)
		}
	}
}

// TestSweepRates: somebody who has not signed in writes, searches and exports a
// few times a second, no more.
func TestSweepRates(t *testing.T) {
	o := sweepOffice(t)
	for _, c := range []struct{ method, target string }{{"POST", signPath}, {"GET", "/recherche?q=a"}, {"GET", "/territoires/X.csv"}, {"GET", "/territoires/X.pdf"}, {"GET", "/territoires/X.json"}} {
		o.limits, o.exports = newLimits(o.Now), newExportLimits(o.Now)
		refusedAt := 0
		for i := range 400 {
			r := httptest.NewRequest(c.method, c.target, nil)
			if c.method == http.MethodPost {
				r = httptest.NewRequest(c.method, c.target, strings.NewReader("a=1"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			w := httptest.NewRecorder()
			o.ServeHTTP(w, r)
			if w.Code == http.StatusTooManyRequests {
				refusedAt = i
				if w.Header().Get("Retry-After") == "" {
					t.Errorf("%s %s: 429 without a delay", c.method, c.target)
				}
				break
			}
		}
		if refusedAt == 0 {
			t.Errorf("%s %s is never too much", c.method, c.target)
		}
	}
	if readTimeout > time.Minute || maxHeader > 64<<10 {
		t.Error("a connection may take its time")
	}
}

// TestLogLines: nothing that was sent begins a line of the log.
func TestLogLines(t *testing.T) {
	var log bytes.Buffer
	c := sampleConfig()
	c.Log = slog.New(slog.NewTextHandler(&log, nil))
	c.Pages.Territory = func(_ context.Context, _ *edition.Content, _ report.Request, id string) (report.Document, error) {
		return report.Document{}, fmt.Errorf("lecture de %s : %w", id, errors.New("panne"))
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	forged := "x\r\ntime=2026-11-23T09:00:00Z level=INFO msg=faux\u2028\u0085fin\x00\x1b[2J"
	for _, id := range []string{forged, "\n", "\r"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL = &url.URL{Path: "/territoires/" + id}
		r.Header.Set("User-Agent", forged)
		s.ServeHTTP(httptest.NewRecorder(), r)
	}
	lines := 0
	for line := range strings.Lines(log.String()) {
		lines++
		if !strings.HasPrefix(line, "time=") || strings.Contains(line, "\x1b") || strings.HasPrefix(line, "time=2026-11-23T09:00:00Z level=INFO msg=faux") {
			t.Errorf("a line of the log: %q", line)
		}
	}
	if lines != 2 { // one of the three holds a NUL, and is no request
		t.Errorf("%d lines for two failures:\n%s", lines, log.String())
	}
}
