package web

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/andybalholm/cascadia"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"vigie/fault"
	"vigie/lang"
	"vigie/report"
)

// samplePaths is one address of each page of the site map.
var samplePaths = []string{
	"/", "/territoires", "/territoires/DEP-SY", "/territoires/DEP-SY/rapport", "/territoires/DEP-SY/synthese",
	"/domaines", "/domaines/EMP", "/comparer?t=REG-SY&t=DEP-SY", "/indicateurs", "/indicateurs/chom", "/publications",
	"/methodes", "/donnees", "/recherche?q=synth", "/provenance/chom/DEP-SY/2024", "/editions", "/accessibilite", "/mentions-legales",
}

func parse(t *testing.T, w *httptest.ResponseRecorder) *html.Node {
	t.Helper()
	doc, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func all(doc *html.Node, selector string) []*html.Node {
	return cascadia.QueryAll(doc, cascadia.MustCompile(selector))
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	s := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s += textOf(c)
	}
	return s
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// checkPage is what holds for every page of the site, in any language.
func checkPage(t *testing.T, doc *html.Node, lang string) {
	t.Helper()
	for selector, want := range map[string]int{
		"html[lang=" + lang + "]": 1, "head > title": 1, "h1": 1, "main": 1, "body > header": 1, "body > footer": 1,
		"header nav[aria-label]": 1, "a.skip[href='#contenu']": 1, "#contenu": 1, "link[rel=canonical]": 1,
		"[style]": 0, "script:not([src]):not([type='application/ld+json'])": 0, "style": 0, "[onclick], [onload], [onerror]": 0,
	} {
		if got := len(all(doc, selector)); got != want {
			t.Errorf("%d × %s; want %d", got, selector, want)
		}
	}
	ids := map[string]bool{}
	for _, n := range all(doc, "[id]") {
		if id := attr(n, "id"); ids[id] {
			t.Errorf("id %q is given twice", id)
		} else {
			ids[id] = true
		}
	}
	for _, n := range all(doc, "input:not([type=hidden]), select") {
		if id := attr(n, "id"); len(all(doc, "label[for='"+id+"']")) != 1 {
			t.Errorf("%s %q has no label", n.Data, id)
		}
	}
	for _, n := range all(doc, "table") {
		if len(all(n, "caption")) != 1 || len(all(n, "thead th[scope=col]")) == 0 {
			t.Errorf("table without caption or column heads")
		}
	}
	for _, n := range all(doc, "a") {
		if strings.TrimSpace(textOf(n)) == "" && attr(n, "aria-label") == "" {
			t.Errorf("link to %q without text", attr(n, "href"))
		}
		if attr(n, "href") == "" {
			t.Errorf("link %q without address", textOf(n))
		}
	}
	if title := all(doc, "head > title"); len(title) == 1 && !strings.Contains(textOf(title[0]), "Vigie") {
		t.Errorf("title %q does not name the site", textOf(title[0]))
	}
}

func TestEveryPage(t *testing.T) {
	s := sampleServer(t)
	for _, p := range samplePaths {
		for prefix, lang := range map[string]string{"": "fr", "/en": "en", "/editions/2026-1": "fr", "/en/editions/2026-1": "en"} {
			target := prefix + p
			if p == "/" && prefix != "" {
				target = prefix
			}
			t.Run(target, func(t *testing.T) {
				w := get(t, s, target)
				if w.Code != http.StatusOK {
					t.Fatalf("GET %s = %d", target, w.Code)
				}
				checkPage(t, parse(t, w), lang)
			})
		}
	}
}

func TestPageBlocks(t *testing.T) {
	doc := parse(t, get(t, sampleServer(t), "/territoires/DEP-SY"))
	for selector, want := range map[string]int{
		".lead p": 2, ".crumbs li": 2, ".facts .fact": 4, ".fact-value a.trace": 3, "figure.figure": 5,
		"figure svg[role]": 10, "figure details[data-print] table": 5, ".figure-embed code": 5,
		".table-alone table tbody tr.mark th[scope=row]": 1, ".caution": 1, ".list li": 2, ".cards .card": 3,
		"form.form select optgroup": 2, "form.form [aria-describedby]": 2, ".code pre": 1, ".section-pair figure": 2,
		".menu a[aria-current=page]": 1, "a.switch[hreflang=en]": 1, ".notice": 0, ".foot-permanent a": 1,
	} {
		if got := len(all(doc, selector)); got != want {
			t.Errorf("%d × %q; want %d", got, selector, want)
		}
	}
	value := all(doc, ".table-alone td[data-v='9.5'] a.trace")
	if len(value) != 1 || attr(value[0], "href") != "/provenance/chom/DEP-SY/2024" || textOf(value[0]) != "9,5" {
		t.Errorf("the cell 9,5 does not lead to its provenance")
	}
	code := textOf(all(doc, ".table-alone .table-code code")[0])
	if want := `read.csv("http://example.com/territoires/DEP-SY.csv?figure=series"`; !strings.Contains(code, want) {
		t.Errorf("R lines = %s; want %s", code, want)
	}
	if link := attr(all(doc, ".foot-permanent a")[0], "href"); link != "http://example.com/editions/2026-2/territoires/DEP-SY" {
		t.Errorf("permanent address = %s", link)
	}
}

// TestFootSaysLevel: every page names the level of accessibility, which is
// that of the audit.
func TestFootSaysLevel(t *testing.T) {
	for target, want := range map[string]string{
		"/":            "Accessibilité\u00a0: " + report.AccessibilityLevel(lang.FR) + " (auto-évaluation)",
		"/en/methodes": "Accessibility: " + report.AccessibilityLevel(lang.EN) + " (self-assessment)",
	} {
		links := all(parse(t, get(t, sampleServer(t), target)), ".foot-links a[href$='/accessibilite']")
		if len(links) != 1 || textOf(links[0]) != want {
			t.Errorf("GET %s: the foot does not say %q", target, want)
		}
	}
}

func TestPrefixesAreKept(t *testing.T) {
	doc := parse(t, get(t, sampleServer(t), "/en/editions/2026-1/comparer?t=REG-SY"))
	if len(all(doc, ".notice a[href='/en/comparer?t=REG-SY']")) != 1 {
		t.Error("a superseded edition does not lead to the newest")
	}
	if len(all(doc, "a.switch[href='/editions/2026-1/comparer?t=REG-SY'][lang=fr]")) != 1 {
		t.Error("the language switch does not keep the edition and the state")
	}
	for _, n := range all(doc, ".cards a, .lead a, .crumbs a, .menu a, figure svg a, form.form") {
		href := attr(n, "href") + attr(n, "action")
		if !strings.HasPrefix(href, "/en/editions/2026-1/") {
			t.Errorf("link %q leaves the language or the edition", href)
		}
	}
}

func TestForms(t *testing.T) {
	s := sampleServer(t)
	cases := []struct{ target, kind, begins string }{
		{"/territoires/DEP-SY.json", "application/json", "{\n \"id\": \"synthetique/territory\""},
		{"/territoires/DEP-SY.json?figure=rang", "application/json", "{\n \"document\""},
		{"/territoires/DEP-SY.csv?figure=series", "text/csv", "territory,period,value,value_sign,value_level,rank,rank_sign,score,score_sign\r\n"},
		{"/territoires/DEP-SY.csv?figure=series&tableur=1", "text/csv", "\uFEFFterritory;period;"},
		{"/territoires/DEP-SY.svg?figure=rang", "image/svg+xml", "<svg"},
		{"/territoires/DEP-SY.pdf", "application/pdf", "%PDF"},
		{"/territoires/DEP-SY.embed?figure=rang", "text/html", "<!DOCTYPE html>"},
		{"/index.json", "application/json", "{"},
		{"/index.svg", "image/svg+xml", "<svg"},
		{"/en/editions/2026-1/index.csv", "text/csv", "territory,"},
		{"/robots.txt", "text/plain", "User-agent"},
		{"/sitemap.xml", "application/xml", "<?xml"},
		{"/favicon.svg", "image/svg+xml", "<svg"},
		{"/sante", "text/plain", "ok 2026-2"},
	}
	for _, c := range cases {
		w := get(t, s, c.target)
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), c.kind) || !strings.HasPrefix(w.Body.String(), c.begins) {
			t.Errorf("GET %s = %d, %s, %.60q; want %s beginning with %q", c.target, w.Code, w.Header().Get("Content-Type"), w.Body, c.kind, c.begins)
		}
	}
	if w := get(t, s, "/territoires/DEP-SY", "Accept", "application/json"); !json.Valid(w.Body.Bytes()) {
		t.Error("Accept: application/json is not answered in JSON")
	}
	if w := get(t, s, "/territoires/DEP-SY", "Accept", "text/html,application/xhtml+xml,application/json;q=0.9"); !strings.HasPrefix(w.Body.String(), "<!DOCTYPE") {
		t.Error("a browser is answered in JSON")
	}
}

func TestHeaders(t *testing.T) {
	s := sampleServer(t)
	cases := []struct{ target, name, want string }{
		{"/", "Content-Security-Policy", "frame-ancestors 'none'"},
		{"/", "Content-Security-Policy", "script-src 'self'"},
		{"/rien", "Content-Security-Policy", "frame-ancestors 'none'"},
		{"/index.embed", "Content-Security-Policy", "frame-ancestors *"},
		{"/index.svg", "Content-Security-Policy", "sandbox"},
		{"/", "X-Content-Type-Options", "nosniff"},
		{"/", "Referrer-Policy", "strict-origin-when-cross-origin"},
		{"/", "Cache-Control", "no-cache"},
		{"/rien", "Cache-Control", "no-store"},
		{"/index.csv", "Access-Control-Allow-Origin", "*"},
		{"/index.json", "Access-Control-Allow-Origin", "*"},
		{"/index.csv", "Content-Disposition", "attachment"},
		{"/index.svg", "Content-Disposition", "inline"},
		{"/index.csv", "Link", "/editions/2026-2/index.csv"},
	}
	for _, c := range cases {
		h := get(t, s, c.target).Header()
		if got := strings.Join(h.Values(c.name), " "); !strings.Contains(got, c.want) {
			t.Errorf("GET %s: %s = %q; want %q in it", c.target, c.name, got, c.want)
		}
	}
	if h := get(t, s, "/").Header(); h.Get("Set-Cookie") != "" || h.Get("Access-Control-Allow-Origin") != "" {
		t.Error("a page sets a cookie or opens itself to other sites")
	}
}

func TestFaults(t *testing.T) {
	s := sampleServer(t)
	cases := []struct {
		method, target string
		status         int
		says           string
	}{
		{"GET", "/rien", 404, "Cette adresse ne mène à aucune page"},
		{"GET", "/en/nothing", 404, "leads to no page"},
		{"GET", "/territoires/ABSENT", 404, "Aucun territoire"},
		{"GET", "/editions/1999-1/domaines", 404, "n’existe pas"},
		{"GET", "/index.svg?figure=absente", 404, "n’a pas de dessin"},
		{"GET", "/domaines.pdf", 404, "PDF"},
		{"GET", "/asset/absent.css", 404, "make build"},
		{"POST", "/", 405, "GET"},
		{"DELETE", "/territoires/DEP-SY", 405, "GET"},
		{"GET", "/?q=%zz", 400, "mal écrite"},
		{"GET", "/" + strings.Repeat("a", 9000), 414, "trop longue"},
	}
	for _, c := range cases {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(c.method, c.target, nil))
		if w.Code != c.status {
			t.Errorf("%s %.60s = %d; want %d", c.method, c.target, w.Code, c.status)
			continue
		}
		lang := "fr"
		if strings.HasPrefix(c.target, "/en") {
			lang = "en"
		}
		doc := parse(t, w)
		checkPage(t, doc, lang)
		if text := textOf(doc); !strings.Contains(text, c.says) {
			t.Errorf("%s %.60s does not say %q", c.method, c.target, c.says)
		}
	}
	w := get(t, s, "/rien.json")
	if w.Code != 404 || !strings.Contains(w.Body.String(), `"do":`) {
		t.Errorf("GET /rien.json = %d %s; want the fault in JSON", w.Code, w.Body)
	}
}

func TestStatus(t *testing.T) {
	for kind, want := range map[fault.Kind]int{fault.Internal: 500, fault.Invalid: 400, fault.NotFound: 404,
		fault.Denied: 403, fault.Conflict: 409, fault.Unavailable: 503} {
		if got := status(&fault.Error{Kind: kind}); got != want {
			t.Errorf("status(%d) = %d; want %d", kind, got, want)
		}
	}
}

func TestRedirects(t *testing.T) {
	s := sampleServer(t)
	for in, want := range map[string]string{
		"/territoires/":           "/territoires",
		"/en//territoires/?a=1":   "/en/territoires?a=1",
		"/a/../domaines":          "/domaines",
		"//ailleurs.example/%2e/": "/ailleurs.example",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path, r.URL.RawQuery = cutQuery(strings.ReplaceAll(in, "%2e", "."))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != http.StatusMovedPermanently || got != want {
			t.Errorf("GET %s = %d to %q; want 301 to %q", in, w.Code, got, want)
		}
	}
}

func cutQuery(s string) (path, query string) {
	path, query, _ = strings.Cut(s, "?")
	return path, query
}

func TestETag(t *testing.T) {
	s := sampleServer(t)
	seen := map[string]string{}
	for _, target := range []string{"/", "/en", "/index.json", "/editions/2026-1", "/territoires/DEP-SY", "/?figure=x"} {
		etag := get(t, s, target).Header().Get("ETag")
		if other, twice := seen[etag]; twice || etag == "" || strings.HasPrefix(etag, "W/") {
			t.Errorf("ETag of %s is %s, as of %s", target, etag, other)
		}
		seen[etag] = target
		w := get(t, s, target, "If-None-Match", `"autre", `+etag)
		if w.Code != http.StatusNotModified || w.Body.Len() != 0 || w.Header().Get("ETag") != etag {
			t.Errorf("GET %s with its ETag = %d, %d bytes", target, w.Code, w.Body.Len())
		}
	}
	packed := get(t, s, "/", "Accept-Encoding", "br").Header().Get("ETag")
	if _, plainToo := seen[packed]; plainToo {
		t.Error("two encodings share a strong ETag")
	}
	if w := get(t, s, "/", "If-None-Match", packed); w.Code != http.StatusNotModified {
		t.Errorf("the ETag of the compressed page is not recognised: %d", w.Code)
	}
}

func TestCompression(t *testing.T) {
	s := sampleServer(t)
	want := get(t, s, "/").Body.String()
	for accept, open := range map[string]func(io.Reader) io.Reader{
		"gzip, deflate, br": func(r io.Reader) io.Reader { return brotli.NewReader(r) },
		"gzip, br;q=0": func(r io.Reader) io.Reader {
			z, err := gzip.NewReader(r)
			if err != nil {
				t.Fatal(err)
			}
			return z
		},
		"identity": func(r io.Reader) io.Reader { return r },
	} {
		w := get(t, s, "/", "Accept-Encoding", accept)
		got, err := io.ReadAll(open(w.Body))
		if err != nil || string(got) != want {
			t.Errorf("Accept-Encoding %s: %d bytes, %v; want the page's %d", accept, len(got), err, len(want))
		}
		if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("Accept-Encoding %s: no Vary", accept)
		}
	}
}

func TestHead(t *testing.T) {
	s := sampleServer(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodHead, "/territoires/DEP-SY", nil))
	if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("ETag") == "" || w.Header().Get("Content-Length") == "0" {
		t.Errorf("HEAD = %d, %d bytes, %v", w.Code, w.Body.Len(), w.Header())
	}
}

// BenchmarkPage/cold makes the page each time; warm takes it from the shelf.
func BenchmarkPage(b *testing.B) {
	s := sampleServer(b)
	for _, accept := range []string{"identity", "gzip", "br"} {
		b.Run("cold/"+accept, func(b *testing.B) {
			for b.Loop() {
				s.shelf = newShelf()
				b.SetBytes(int64(get(b, s, "/territoires/DEP-SY", "Accept-Encoding", accept).Body.Len()))
			}
		})
	}
	b.Run("warm/br", func(b *testing.B) {
		for b.Loop() {
			get(b, s, "/territoires/DEP-SY", "Accept-Encoding", "br")
		}
	})
}

func TestAdvice(t *testing.T) {
	for do, want := range map[string]report.Text{
		"cherchez-le par son nom : /recherche": {{Text: "Cherchez-le par son nom\u00a0: "}, {Text: "/recherche", Href: "/recherche"}, {Text: "."}},
		"écrivez /donnees":                     {{Text: "Écrivez /donnees."}},
		"comparez 4 territoires au plus":       {{Text: "Comparez 4 territoires au plus."}},
	} {
		if diff := cmp.Diff(want, advice(lang.FR, do)); diff != "" {
			t.Errorf("advice(%q): -want +got\n%s", do, diff)
		}
	}
}
