package web_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"vigie/observatory/observatorytest"
	"vigie/report"
)

// fetch asks a site for a path and returns the answer.
func fetch(t testing.TB, s http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestReweighPage(t *testing.T) {
	s := site(t)
	w := fetch(t, s, report.ReweighPath+"?SAN=0&EMP=3&LOG=1")
	doc, err := html.Parse(w.Body)
	if err != nil || w.Code != http.StatusOK {
		t.Fatal(w.Code, err)
	}
	for selector, want := range map[string]int{
		"form[data-live][method=get][action='/ponderation']": 1, "form output": 1, "form[data-live] button[type=submit]": 1,
		"form [type=number][name=EMP][value='3'][min='0']": 1, "form [type=number][name=SAN][value='0']": 1, "form [type=number][name=LOG][value='1']": 1,
		"form select[name=niveau] option[selected][value=departement]": 1, "[type=range][name]": 0, "[type=range]:not([aria-hidden])": 0,
		"#carte svg.vg-map": 2, "#mouvements tbody tr": 15, "meta[name=robots][content=noindex]": 1,
		"link[rel=canonical][href$='/ponderation?EMP=3&SAN=0']": 1, ".switch[href='/en/ponderation?EMP=3&SAN=0']": 1,
	} {
		if got := len(cascadia.QueryAll(doc, cascadia.MustCompile(selector))); got != want {
			t.Errorf("%d × %s; want %d", got, selector, want)
		}
	}
	fields := cascadia.QueryAll(doc, cascadia.MustCompile("form[data-live] [type=number]"))
	if len(fields) < 12 {
		t.Errorf("%d weights", len(fields))
	}
	for _, f := range fields {
		for _, a := range f.Attr {
			if a.Key == "id" && len(cascadia.QueryAll(doc, cascadia.MustCompile("label[for='"+a.Val+"']"))) != 1 {
				t.Errorf("the weight %s has no label", a.Val)
			}
		}
	}
}

// One state has one canonical address in every form; a refusal is a page.
func TestReweighAddress(t *testing.T) {
	s := site(t)
	for _, form := range []string{"", ".json", ".csv", ".svg"} {
		a, b := fetch(t, s, report.ReweighPath+form+"?EMP=2&niveau=region"), fetch(t, s, report.ReweighPath+form+"?niveau=region&CUL=1&EMP=2.0")
		if a.Code != http.StatusOK || a.Body.String() != b.Body.String() || strings.Join(a.Header()["Link"], ",") != strings.Join(b.Header()["Link"], ",") {
			t.Errorf("%q: %d; the two addresses of a state answer differently, links %v and %v", form, a.Code, a.Header()["Link"], b.Header()["Link"])
		}
	}
	for _, query := range []string{"EMP=-1", "EMP=x", "ZZ=1", "niveau=epci"} {
		w := fetch(t, s, report.ReweighPath+"?"+query)
		if body := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "data-live") || strings.Contains(body, `id="carte"`) {
			t.Errorf("%s: %d", query, w.Code)
		}
		if w := fetch(t, s, report.ReweighPath+".csv?"+query); w.Code != http.StatusNotFound {
			t.Errorf("%s as CSV: %d", query, w.Code)
		}
	}
}

// Whatever is sent in each field, an answer comes: a page of figures or a
// refusal in words, never a failure of the server.
func TestReweighHostile(t *testing.T) {
	s := site(t)
	hostile := []string{
		"NaN", "-NaN", "Inf", "-Infinity", "1e308", "1e309", "-1", "-0", "4.9e-324", "1000.0001", "0x1p4", "1_0", "", "+", "%00", "%FF", "٣", "1,5", "1e", "--1",
		"%3Cscript%3E", "1&EMP=2", strings.Repeat("9", 5000), "0." + strings.Repeat("1", 20000),
	}
	queries := []string{strings.Repeat("EMP=1&", 5000), strings.Repeat("A", 60000) + "=1", "%zz=1", "&&&=;=", "=1", "EMP"}
	for _, field := range []string{"EMP", "niveau", "t", "NOPE"} {
		for _, v := range hostile {
			queries = append(queries, field+"="+v)
		}
	}
	for _, q := range queries {
		w := fetch(t, s, report.ReweighPath+"?"+q)
		body := w.Body.String()
		if w.Code >= http.StatusInternalServerError || w.Code == http.StatusOK && strings.Contains(body, "NaN") || strings.Contains(body, "<script>") {
			t.Errorf("%.60q: %d", q, w.Code)
		}
		if w.Code == http.StatusUnprocessableEntity && !strings.Contains(body, `lang="fr"`) {
			t.Errorf("%.60q: a refusal that is no French page", q)
		}
	}
}

// BenchmarkReweigh is one move of a weight on the server: computed, composed,
// drawn and compressed; no answer is asked for twice.
func BenchmarkReweigh(b *testing.B) {
	s := siteOf(b, observatorytest.Content(b))
	n := 0
	for b.Loop() {
		n++
		r := httptest.NewRequest(http.MethodGet, report.ReweighPath+"?EMP="+strconv.FormatFloat(1+float64(n)/1000, 'f', 3, 64), nil)
		r.Header.Set("Accept-Encoding", "br")
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
