package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
)

// apiSample gives each operation requests that it answers: paths with a query.
var apiSample = map[string][]string{
	"editions":    {"/editions", "/editions?page=2&par_page=1"},
	"territoires": {"/territoires?niveau=region", "/territoires?par_page=2&page=3", "/territoires?niveau=commune&dans=DEP-08&par_page=1000", "/territoires?niveau=region&langue=en"},
	"territoire":  {"/territoires/DEP-08", "/territoires/FM?langue=en"},
	"domaines":    {"/domaines", "/domaines?langue=en"},
	"indicateurs": {"/indicateurs", "/indicateurs?domaine=EMP"},
	"indicateur":  {"/indicateurs/emp_unemployment_rate"},
	"valeurs":     {"/valeurs?indicateur=emp_unemployment_rate", "/valeurs?indicateur=emp_unemployment_rate&territoire=DEP-08", "/valeurs?indicateur=emp_unemployment_rate&niveau=commune&par_page=3"},
	"fragilite":   {"/fragilite", "/fragilite?partie=EMP&niveau=region", "/fragilite?territoire=DEP-08"},
	"recherche":   {"/recherche?q=charleville", "/recherche?q=zzqqzz"},
	"etudes":      {"/etudes", "/etudes?programme=PHARE&public=citizens&langue=en"},
	"etude":       {"/etudes/IMPACT-Citoyens-2019"},
	"rencontres":  {"/rencontres"},
	"partenaires": {"/partenaires?langue=en"},
	"chiffres":    {"/chiffres?construit=fragility_concern&public=citizens", "/chiffres?territoire=REG-75"},
}

// operations lists those of the document.
func operations(s *Server) map[string]*huma.Operation {
	all := map[string]*huma.Operation{}
	for path, item := range s.openapi.Paths {
		for method, op := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "DELETE": item.Delete, "PATCH": item.Patch} {
			if op != nil {
				all[method+" "+path] = op
			}
		}
	}
	return all
}

// TestAPIDocument: what is served is what the document describes, by each
// operation in the three places that name it, and nothing else.
func TestAPIDocument(t *testing.T) {
	s := sweepOffice(t).Server
	documented := operations(s)
	for _, e := range s.everything() {
		if !strings.Contains(e.Pattern, " "+apiPath+"/") || strings.HasSuffix(e.Pattern, apiDocument) {
			continue
		}
		op := documented[e.Pattern]
		if op == nil {
			t.Errorf("%s is served and not documented", e.Pattern)
			continue
		}
		delete(documented, e.Pattern)
		if (e.Desk != nil) != (len(op.Security) > 0) {
			t.Errorf("%s: asks for a token %v; the document says %v", e.Pattern, e.Desk != nil, op.Security)
		}
		for _, l := range lang.Langs {
			if !lang.Has(l, "api.op."+op.OperationID) {
				t.Errorf("%s: no words for %s in %s", e.Pattern, op.OperationID, l)
			}
		}
		if e.Desk == nil && len(apiSample[op.OperationID]) == 0 {
			t.Errorf("%s: no sample of requests", e.Pattern)
		}
	}
	for pattern := range documented {
		t.Errorf("%s is documented and not served", pattern)
	}
	w := get(t, s, apiDocument)
	var read struct{ OpenAPI string }
	if err := json.Unmarshal(w.Body.Bytes(), &read); err != nil || w.Code != 200 || read.OpenAPI != "3.1.0" {
		t.Errorf("GET %s = %d, version %q, %v", apiDocument, w.Code, read.OpenAPI, err)
	}
}

// checkAnswer fails unless a body is what the document says of the operation's
// answer, without a field that it does not name.
func checkAnswer(t *testing.T, s *Server, op *huma.Operation, w *httptest.ResponseRecorder) {
	t.Helper()
	var body any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		t.Fatal(err)
	}
	response := op.Responses[fmt.Sprint(w.Code)]
	if response == nil {
		t.Errorf("%s answers %d, which the document does not know", op.OperationID, w.Code)
		return
	}
	var schema *huma.Schema
	for _, content := range response.Content {
		schema = content.Schema
	}
	result := &huma.ValidateResult{}
	huma.Validate(s.openapi.Components.Schemas, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, body, result)
	for _, err := range result.Errors {
		t.Errorf("%s: the answer is not what the document says: %v", op.OperationID, err)
	}
}

// TestAPIReads asks every public operation and compares its answers with the
// document.
func TestAPIReads(t *testing.T) {
	s := testSite(t)
	for pattern, op := range operations(s) {
		for _, path := range apiSample[op.OperationID] {
			w := get(t, s, apiPath+path)
			if w.Code != http.StatusOK {
				t.Errorf("%s, %s = %d %s", pattern, path, w.Code, w.Body)
				continue
			}
			checkAnswer(t, s, op, w)
			h := w.Header()
			if h.Get("ETag") == "" || h.Get("Last-Modified") == "" || h.Get("Access-Control-Allow-Origin") != "*" || h.Get("RateLimit") == "" || len(h.Values("Set-Cookie")) > 0 {
				t.Errorf("%s: headers %v", path, h)
			}
			if again := get(t, s, apiPath+path, "If-None-Match", h.Get("ETag")); again.Code != http.StatusNotModified {
				t.Errorf("%s asked again = %d; want 304", path, again.Code)
			}
			s.exports = newExportLimits(s.Now)
		}
	}
}

// TestAPIRefuses: what cannot be answered is said in French, with a status that
// the document knows.
func TestAPIRefuses(t *testing.T) {
	s := testSite(t)
	for path, want := range map[string]int{
		"/territoires/DEP-999": 404, "/territoires?niveau=canton": 422, "/territoires?page=0": 422, "/territoires?par_page=100000": 422,
		"/valeurs": 422, "/valeurs?indicateur=rien": 404, "/territoires?inconnu=1": 422, "/domaines?edition=1999-1": 404, "/rien": 404,
		"/recherche?q=": 422, "/territoires?page=x": 422, "/fragilite?partie=ZZZ": 404,
		"/etudes/nulle-part": 404,
	} {
		w := get(t, s, apiPath+path)
		var said apiFault
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || w.Code != want || said.Status != want || said.What == "" || said.Do == "" {
			t.Errorf("%s = %d %s (%v); want %d", path, w.Code, w.Body, err, want)
		}
		if w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != never {
			t.Errorf("%s: a refusal may be kept: %v", path, w.Header())
		}
		s.exports = newExportLimits(s.Now)
	}
	for range exportsBurst {
		get(t, s, apiPath+"/domaines")
	}
	if w := get(t, s, apiPath+"/domaines"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("after %d requests: %d", exportsBurst, w.Code)
	}
}

// TestAPIPages walks a list by its Link header: every element once, in order.
func TestAPIPages(t *testing.T) {
	s := testSite(t)
	var seen []string
	next := apiPath + "/territoires?niveau=departement&par_page=40"
	for next != "" {
		w := get(t, s, next)
		var list struct {
			Total int
			Items []struct{ Code string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil {
			t.Fatal(err)
		}
		for _, i := range list.Items {
			seen = append(seen, i.Code)
		}
		next = ""
		for part := range strings.SplitSeq(w.Header().Get("Link"), ", ") {
			if at, ok := strings.CutSuffix(part, `>; rel="next"`); ok {
				next = strings.TrimPrefix(at, "<")
			}
		}
		if next == "" && len(seen) != list.Total {
			t.Errorf("%d elements seen of %d", len(seen), list.Total)
		}
	}
	if !slices.IsSorted(seen) || len(slices.Compact(slices.Clone(seen))) != len(seen) || len(seen) < 96 {
		t.Errorf("%d départements, sorted %v", len(seen), slices.IsSorted(seen))
	}
}

// TestAPIPage: the page lists every operation, in both languages.
func TestAPIPage(t *testing.T) {
	s := sweepOffice(t).Server
	for _, path := range []string{"/api", "/en/api"} {
		w := get(t, s, path)
		for pattern, op := range operations(s) {
			if !strings.Contains(w.Body.String(), pattern) || !strings.Contains(w.Body.String(), op.OperationID) {
				t.Errorf("%s does not name %s", path, pattern)
			}
		}
	}
}

// testSite serves the starter observatory, with a back office of its own.
func testSite(t testing.TB) *Server {
	t.Helper()
	return newOffice(t, func(c *Config) {
		content := observatorytest.Content(t)
		c.Edition = func(_ context.Context, number string, _ time.Time) (*edition.Content, error) {
			if number != "" && number != content.Manifest.Number {
				return nil, fault.NotFoundf("voyez /editions", "l’édition %s n’existe pas", number)
			}
			return content, nil
		}
		c.Releases = func(context.Context, time.Time) ([]report.Release, error) {
			return []report.Release{{Number: "2026-2", Date: "2026-11-20", Supersedes: "2026-1", Manifest: "abc"}, {Number: "2026-1", Date: "2026-05-02", SupersededBy: "2026-2"}}, nil
		}
	}).Server
}
