package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"vigie/edition"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
	"vigie/web"
)

func TestMain(m *testing.M) { os.Exit(observatorytest.Main(m)) }

// site serves a copy of the starter observatory.
func site(t testing.TB) *web.Server {
	t.Helper()
	return siteOf(t, observatorytest.Content(t))
}

// siteOf serves an edition.
func siteOf(t testing.TB, c *edition.Content) *web.Server {
	t.Helper()
	w := observatorytest.Copy(t)
	now := func() time.Time { return observatorytest.Now.AddDate(0, 0, 1) }
	s, err := web.New(web.Config{Pages: web.SitePages(w.DB, observatory.NewLibrary(w.DB), now), Now: now,
		Edition: func(context.Context, string, time.Time) (*edition.Content, error) {
			return c, nil
		},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "essai"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sent makes a request of the form, with a file when its content is not "".
func sent(t testing.TB, fields map[string]string, file string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := m.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	if file != "" {
		part, err := m.CreateFormFile(report.FileInput, "liste.csv")
		if err == nil {
			_, err = io.WriteString(part, file)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, report.ComposerPath, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

func answer(s *web.Server, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestComposedWalk(t *testing.T) {
	s := site(t)
	w := answer(s, sent(t, map[string]string{"nom": "Pays <b>", "liste": "Rethel\r\n08105\r\n"}, ""))
	to := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/territoires/T-") {
		t.Fatalf("POST = %d to %q: %s", w.Code, to, w.Body)
	}
	code := strings.TrimPrefix(to, "/territoires/")
	if again := answer(s, sent(t, map[string]string{"nom": "Pays <b>", "liste": "Charleville-Mézières, 08362"}, "")); again.Header().Get("Location") != to {
		t.Errorf("the same list has another address: %q, %q", again.Header().Get("Location"), to)
	}
	for path, says := range map[string]string{
		to: "Pays &lt;b&gt;", "/en" + to: "Composed by the reader", to + "/rapport": "2 communes sur", to + "/synthese": "Pays", to + ".json": `"coverage"`,
		to + ".csv?figure=chiffres-propres": "log_vacancy", to + ".svg": "<svg", to + ".embed?figure=carte": "<svg",
		"/comparer?t=" + code + "&t=DEP-08": "Ardennes", "/provenance/log_vacancy_rate/" + code + "/2018": "Somme",
		report.ComposerPath + "?de=" + code: "08362 Rethel", report.ComposerPath: "<textarea", "/editions/2026-1" + to: "Pays",
	} {
		w := answer(s, httptest.NewRequest(http.MethodGet, path, nil))
		if says == "log_vacancy" {
			says = "Part des logements vacants"
		}
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), says) {
			t.Errorf("GET %s = %d, without %q", path, w.Code, says)
		}
		if w.Header().Get("Set-Cookie") != "" {
			t.Errorf("GET %s sets a cookie", path)
		}
	}
	page := answer(s, httptest.NewRequest(http.MethodGet, to, nil)).Body.String()
	if at := strings.Index(page, "Pays <b>"); at >= 0 {
		t.Errorf("the page holds the name's markup: %.80q", page[max(0, at-40):])
	}
	if !strings.Contains(page, `content="noindex"`) {
		t.Error("the page of a composed territory is to be indexed")
	}
	for _, path := range []string{"/territoires/T-000000000000", "/territoires/T-x", "/comparer?t=T-000000000000&t=DEP-08"} {
		if w := answer(s, httptest.NewRequest(http.MethodGet, path, nil)); w.Code != http.StatusNotFound {
			t.Errorf("GET %s = %d; want 404", path, w.Code)
		}
	}
}

// TestComposedNothingIsSilent: what cannot be taken is said, and nothing is
// kept before the reader has seen it.
func TestComposedNothingIsSilent(t *testing.T) {
	s := site(t)
	cases := []struct {
		name   string
		fields map[string]string
		file   string
		status int
		says   string
	}{
		{"unknown", map[string]string{"liste": "Rethel\nXyzzyville"}, "", 422, "Xyzzyville"},
		{"unknown, seen", map[string]string{"liste": "Rethel\nXyzzyville", "vu": "1"}, "", 303, ""},
		{"nothing", map[string]string{"liste": "Xyzzyville", "vu": "1"}, "", 422, "Rien de ce qui"},
		{"empty", nil, "", 422, "Rien de ce qui"},
		{"lost zero", map[string]string{"liste": "1004"}, "", 422, "01004"},
		{"zero put back, seen", map[string]string{"liste": "1004", "zeros": "1", "vu": "1"}, "", 303, ""},
		{"a file", nil, "insee;nom\n08105;Charleville-M\xe9zi\xe8res\n08362;Rethel\n", 422, "seule la colonne"},
		{"a workbook", nil, "PK\x03\x04xxx", 422, "nregistrez-le en CSV"},
		{"Lambert-93", nil, `{"type":"Polygon","coordinates":[[[822000,6963000],[823000,6963000],[823000,6964000],[822000,6963000]]]}`, 422, "Lambert-93"},
		{"crossing", map[string]string{"liste": `{"type":"Polygon","coordinates":[[[2,48],[3,49],[3,48],[2,49],[2,48]]]}`}, "", 422, "se croise en 2.5000"},
		{"swapped", nil, `{"type":"Polygon","coordinates":[[[49,4],[50,4],[50,5],[49,5],[49,4]]]}`, 422, "échangées"},
		{"too small", nil, `{"type":"Polygon","coordinates":[[[4.3,49.5],[4.31,49.5],[4.31,49.51],[4.3,49.5]]]}`, 422, "EPCI"},
		{"an outline", nil, `{"type":"Polygon","coordinates":[[[4.2,49.3],[4.9,49.3],[4.9,49.9],[4.2,49.9]]]}`, 422, "CC des Crêtes Préardennaises"},
		{"an outline with codes", nil, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"insee":"08105"},"geometry":{"type":"Polygon","coordinates":[[[4.3,49.5],[4.31,49.5],[4.31,49.51],[4.3,49.5]]]}}]}`, 303, ""},
		{"a bad name", map[string]string{"nom": "voir www.exemple.test", "liste": "Rethel"}, "", 422, "nom du territoire"},
		{"markup", map[string]string{"liste": "<script>alert(1)</script>"}, "", 422, "&lt;script&gt;"},
	}
	for _, c := range cases {
		w := answer(s, sent(t, c.fields, c.file))
		if w.Code == http.StatusTooManyRequests {
			s = site(t)
			w = answer(s, sent(t, c.fields, c.file))
		}
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d, without %q", c.name, w.Code, c.says)
		}
		if strings.Contains(w.Body.String(), "<script>alert") {
			t.Errorf("%s: markup is not escaped", c.name)
		}
	}
}

func TestComposedGuard(t *testing.T) {
	s := site(t)
	foreign := sent(t, map[string]string{"liste": "Rethel"}, "")
	foreign.Header.Set("Origin", "https://ailleurs.test")
	if w := answer(s, foreign); w.Code != http.StatusForbidden {
		t.Errorf("from another site: %d; want 403", w.Code)
	}
	heavy := sent(t, map[string]string{"liste": strings.Repeat("Rethel\n", 1<<20)}, "")
	if w := answer(s, heavy); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("seven megabytes: %d; want 413", w.Code)
	}
	unsaid := sent(t, map[string]string{"liste": strings.Repeat("Rethel\n", 1<<20)}, "")
	unsaid.ContentLength = -1
	if w := answer(s, unsaid); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("seven megabytes of unsaid length: %d; want 413", w.Code)
	}
	broken := httptest.NewRequest(http.MethodPost, report.ComposerPath, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"liste\"\r\n\r\nRet"))
	broken.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if w := answer(s, broken); w.Code != http.StatusBadRequest {
		t.Errorf("a form cut short: %d; want 400", w.Code)
	}
	if w := answer(s, httptest.NewRequest(http.MethodPost, "/territoires", strings.NewReader("x"))); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST elsewhere: %d; want 405", w.Code)
	}
	many := 0
	for range 30 {
		if answer(s, sent(t, map[string]string{"liste": "Rethel"}, "")).Code == http.StatusTooManyRequests {
			many++
		}
	}
	if many == 0 {
		t.Error("thirty forms at once from one address were all taken")
	}
}

// BenchmarkComposedPage makes the page of a territory of 500 communes, each
// time anew.
func BenchmarkComposedPage(b *testing.B) {
	s := site(b)
	var list []string
	for _, code := range []territory.Code{"DEP-08", "DEP-51"} {
		for _, m := range observatorytest.Content(b).Territory.Children(code, territory.Commune) {
			list = append(list, m.Code.Official())
		}
	}
	w := answer(s, sent(b, map[string]string{"liste": strings.Join(list[:500], "\n")}, ""))
	to := w.Header().Get("Location")
	if to == "" {
		b.Fatalf("%d: %s", w.Code, w.Body)
	}
	n := 0
	for b.Loop() {
		n++
		if w := answer(s, httptest.NewRequest(http.MethodGet, fmt.Sprintf("%s?n=%d", to, n), nil)); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
