package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"vigie/account"
	"vigie/edition"
	"vigie/lang"
	"vigie/report"
)

// The interface for programs: what it serves is below apiPath, what it says of
// itself at apiDocument, and the page that people read at apiPage.
const (
	apiPath     = "/api/v1"
	apiDocument = apiPath + "/openapi.json"
	apiPage     = "/api"
)

// apiFault is how the interface says that it cannot answer: what every error of
// the site is for a program.
type apiFault struct {
	Status int    `json:"status" doc:"Statut HTTP"`
	What   string `json:"what" doc:"Ce qui ne va pas"`
	Do     string `json:"do" doc:"Ce qu’il faut faire"`

	Faults []apiFaultLine `json:"faults,omitempty" doc:"Les fautes suivantes, quand il y en a plusieurs"`
}

// apiFaultLine is a further fault.
type apiFaultLine struct {
	What string `json:"what"`
	Do   string `json:"do"`
}

// Error returns what is wrong.
func (f *apiFault) Error() string { return f.What }

// GetStatus returns the HTTP status.
func (f *apiFault) GetStatus() int { return f.Status }

// apiRouter takes what is registered as entries of everything.
type apiRouter struct {
	server *Server
	list   []entry
}

// ServeHTTP is not called: the server's own tables find the way.
func (*apiRouter) ServeHTTP(http.ResponseWriter, *http.Request) {}

// Handle lists one operation.
func (a *apiRouter) Handle(op *huma.Operation, handler func(huma.Context)) {
	serve := func(w http.ResponseWriter, r *http.Request) { handler(humago.NewContext(op, r, w)) }
	e := entry{Pattern: op.Method + " " + op.Path, Handle: a.server.apiRead(serve)}
	switch rule := op.Metadata[metaRule].(type) {
	case account.Action:
		e.Action = rule
	case deskRoute:
		rule.Pattern = e.Pattern
		rule.Handle = a.server.apiCalled(op, rule, serve)
		e = rule.entry(a.server)
		e.Bare = false
	}
	a.list = append(a.list, e)
}

// metaRule is the name under which an operation says who may do it: an action
// for everyone, or a deskRoute for programs.
const metaRule = "rule"

// newAPI registers every operation and returns what the interface is: its
// document and its entries.
func (s *Server) newAPI() (*huma.OpenAPI, []entry) {
	router := &apiRouter{server: s}
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{Title: lang.T(lang.FR, "api.title"), Version: "1", Description: lang.T(lang.FR, "api.lead"),
				License: &huma.License{Name: "Licence Ouverte 2.0", URL: "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"}},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"jeton": {Type: "http", Scheme: "bearer", Description: lang.T(lang.FR, "api.token")}},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
	api := huma.NewAPI(c, router)
	s.publicOperations(api)
	if s.Office != nil {
		s.officeOperations(api)
	}
	return api.OpenAPI(), router.list
}

// Every error of the interface is an apiFault, and a field has one spelling.
// They are the library's own variables, the same for every server.
func init() {
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, msg string, details ...error) huma.StatusError {
		f := &apiFault{Status: status, What: lang.T(lang.FR, "api.fault.input"), Do: lang.T(lang.FR, "api.fault.input_do")}
		var where []string
		for _, d := range details {
			e, ok := d.(huma.ErrorDetailer)
			if !ok || e.ErrorDetail().Location == "" {
				continue
			}
			place := apiPlace.ReplaceAllString(e.ErrorDetail().Location, "")
			if absent := apiUngiven.FindStringSubmatch(e.ErrorDetail().Message); absent != nil {
				place = absent[1]
			}
			where = append(where, place)
		}
		if len(where) > 0 {
			f.What = lang.T(lang.FR, "api.fault.where", "where", strings.Join(where, ", "))
		}
		return f
	}
}

// What the library puts before the name of a field, and how it says that one is
// not there.
var (
	apiPlace   = regexp.MustCompile(`^(query|path|body)\.`)
	apiUngiven = regexp.MustCompile(`^expected required property (\S+) to be present$`)
)

// apiEntries are the routes of the interface, its document and its page.
func (s *Server) apiEntries() []entry {
	document, list := s.newAPI()
	s.openapi = document
	read := func(w http.ResponseWriter, r *http.Request) {
		body, err := document.MarshalJSON()
		if err != nil {
			s.fail(w, r, err)
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		send(w, r, answer{status: http.StatusOK, kind: "application/json; charset=utf-8", body: body, cache: revalidate, etag: short(s.Version, string(body))})
	}
	page := route{Pattern: apiPage, Compose: s.apiShow}
	return append(list, entry{Pattern: "GET " + apiDocument, Action: account.ReadPublic, Handle: read},
		entry{Pattern: apiPage, Action: account.ReadPublic, Handle: s.page(page), Bare: true, Forms: allFormsOfPage})
}

// apiHeld is an answer that waits to be sent whole.
type apiHeld struct {
	header http.Header
	status int
	bytes.Buffer
}

// Header returns the answer's own headers.
func (h *apiHeld) Header() http.Header { return h.header }

// WriteHeader keeps the status.
func (h *apiHeld) WriteHeader(status int) { h.status = status }

// apiRead wraps an operation that everyone may do: the allowance of an address,
// then 304 for who has this very answer, else the answer, marked by the edition
// that it is read in.
func (s *Server) apiRead(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "ETag, Link, RateLimit, RateLimit-Policy")
		left, ok := s.exports.take(s.client(r), 1)
		h.Set("RateLimit-Policy", fmt.Sprintf(`"adresse";q=%d;w=%d`, exportsBurst, exportsBurst/exportsPerSecond))
		h.Set("RateLimit", fmt.Sprintf(`"adresse";r=%d;t=%d`, left, (exportsBurst-left)/exportsPerSecond))
		if !ok {
			s.fail(w, r, busy(lang.FR))
			return
		}
		v := visit{r: r, at: address{lang: lang.FR, path: r.URL.Path, form: asJSON}, query: r.URL.Query(), base: s.base(r)}
		var err error
		if v.edition, err = s.Edition(r.Context(), v.query.Get("edition"), s.Now()); err != nil {
			s.fail(w, r, err)
			return
		}
		if s.Cases != nil && strings.HasPrefix(r.URL.Path, apiPath+report.PracticePath) {
			held, err := s.Cases.get(r.Context(), v.edition)
			if err != nil {
				s.fail(w, r, err)
				return
			}
			v.live = held.mark()
		} else if day, err := time.Parse(time.DateOnly, v.edition.Manifest.Date); err == nil {
			h.Set("Last-Modified", day.Format(http.TimeFormat))
		}
		etag := v.etag(s.mark())
		if fresh(w, r, etag, revalidate) {
			return
		}
		out := &apiHeld{header: http.Header{}, status: http.StatusOK}
		serve(out, r)
		if link := out.header.Get("Link"); link != "" {
			h.Set("Link", link)
		}
		a := answer{status: out.status, kind: "application/json; charset=utf-8", body: out.Bytes(), etag: etag, cache: revalidate}
		if out.status != http.StatusOK {
			a.etag, a.cache = "", never
			h.Del("Last-Modified")
		}
		send(w, r, a)
	}
}

// apiError turns an error into that of an operation.
func (s *Server) apiError(ctx context.Context, path string, l lang.Lang, err error) error {
	if err == nil {
		return nil
	}
	if status := (*apiFault)(nil); errors.As(err, &status) {
		return status
	}
	code, what, do := s.explain(headerless{}, (&http.Request{URL: &url.URL{Path: path}}).WithContext(ctx), l, err)
	if code == 0 {
		code = http.StatusServiceUnavailable
	}
	if code == http.StatusBadRequest {
		code = http.StatusUnprocessableEntity // understood, and refused
	}
	f := &apiFault{Status: code, What: sentence(l, what), Do: sentence(l, do)}
	if code != http.StatusUnprocessableEntity {
		return f
	}
	all := deskFaults(l, err)
	f.What, f.Do = all[0].What, all[0].Do
	for _, one := range all[1:] {
		f.Faults = append(f.Faults, apiFaultLine{one.What, one.Do})
	}
	return f
}

// headerless is where the headers of an error go that another sends.
type headerless struct{ http.ResponseWriter }

// Header returns headers that nobody reads.
func (headerless) Header() http.Header { return http.Header{} }

// APIAsk is what every reading operation may be asked. It is exported for huma,
// which reads no other embedded struct.
type APIAsk struct {
	Edition string `query:"edition" maxLength:"8" doc:"Numéro d’une édition, comme 2026-1 ; sans lui, la plus récente"`
	Lang    string `query:"langue" enum:"fr,en" default:"fr" doc:"Langue des libellés"`
}

func (a *APIAsk) ask() *APIAsk { return a }

func (a *APIAsk) lang() lang.Lang {
	l, _ := lang.Parse(a.Lang) // French when it is not one of ours
	return l
}

// APIPaging is what a list may be asked.
type APIPaging struct {
	Page int `query:"page" minimum:"1" maximum:"1000000" default:"1" doc:"Page de la liste, à partir de 1"`
	Per  int `query:"par_page" minimum:"1" maximum:"1000" default:"100" doc:"Éléments par page"`
}

// apiList is a page of a list, in a stable order.
type apiList[T any] struct {
	Edition string `json:"edition" doc:"Numéro de l’édition lue"`
	Total   int    `json:"total" doc:"Éléments de la liste entière"`
	Page    int    `json:"page"`
	Per     int    `json:"per_page"`
	Items   []T    `json:"items" nullable:"false"`
}

// apiAnswer is the answer of an operation; Link leads to the pages beside.
type apiAnswer[O any] struct {
	Link string `header:"Link" doc:"Pages suivante et précédente, rel=\"next\" et rel=\"prev\""`
	Body O
}

// apiPaged cuts a list into the page that is asked for; make fills only the
// elements of that page.
func apiPaged[R, T any](e *edition.Content, q APIPaging, rows []R, fill func(R) T) apiList[T] {
	from := min((q.Page-1)*q.Per, len(rows))
	to := min(from+q.Per, len(rows))
	out := apiList[T]{Edition: e.Manifest.Number, Total: len(rows), Page: q.Page, Per: q.Per, Items: make([]T, 0, to-from)}
	for _, row := range rows[from:to] {
		out.Items = append(out.Items, fill(row))
	}
	return out
}

// pageLinks is the Link header of a page of a list.
func pageLinks(u huma.Context, page, per, total int) string {
	link := func(to int, rel string) string {
		at := u.URL()
		q := at.Query()
		q.Set("page", strconv.Itoa(to))
		return fmt.Sprintf("<%s?%s>; rel=%q", at.Path, q.Encode(), rel)
	}
	var out []string
	if page > 1 {
		out = append(out, link(min(page-1, max(1, (total+per-1)/per)), "prev"))
	}
	if page*per < total {
		out = append(out, link(page+1, "next"))
	}
	return strings.Join(out, ", ")
}

// apiListed is what an output that is a list says of itself.
type apiListed interface{ place() (page, per, total int) }

func (l apiList[T]) place() (page, per, total int) { return l.Page, l.Per, l.Total }

// apiGet registers a reading operation that everyone may do.
func apiGet[I any, P interface {
	*I
	ask() *APIAsk
}, O any](s *Server, api huma.API, id, path string, do func(ctx context.Context, e *edition.Content, in P) (O, error)) {
	op := huma.Operation{OperationID: id, Method: http.MethodGet, Path: apiPath + path, Summary: lang.T(lang.FR, "api.op."+id),
		Tags: []string{lang.T(lang.FR, "api.tag.public")}, Metadata: map[string]any{metaRule: account.ReadPublic},
		Errors: []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests}}
	op.Middlewares = huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
		next(huma.WithValue(ctx, contextKey{}, ctx))
	}}
	huma.Register(api, op, func(ctx context.Context, in *I) (*apiAnswer[O], error) {
		q := P(in).ask()
		e, err := s.Edition(ctx, q.Edition, s.Now())
		if err != nil {
			return nil, s.apiError(ctx, op.Path, q.lang(), err)
		}
		body, err := do(ctx, e, in)
		if err != nil {
			return nil, s.apiError(ctx, op.Path, q.lang(), err)
		}
		out := &apiAnswer[O]{Body: body}
		if l, ok := any(body).(apiListed); ok {
			page, per, total := l.place()
			out.Link = pageLinks(ctx.Value(contextKey{}).(huma.Context), page, per, total)
		}
		return out, nil
	})
}

// contextKey is that of the request of an operation in its context.
type contextKey struct{}

// apiShow is the page that says what the interface is.
func (s *Server) apiShow(_ context.Context, e *edition.Content, q report.Request, _ string) (report.Document, error) {
	w := words{q.Lang}
	d := report.Document{ID: "api", Kind: "api", Lang: string(q.Lang), Path: apiPage, Title: w.T("api.title"), Summary: w.T("api.lead"),
		Answer:  []report.Text{{{Text: w.T("api.lead")}}},
		Edition: report.Edition{Number: e.Manifest.Number, Date: e.Manifest.Date, Superseded: e.Superseded, Permanent: "/editions/" + e.Manifest.Number + apiPage},
		Links:   []report.Link{{Label: w.T("api.document"), Href: apiDocument}}}
	rules := report.Section{ID: "regles", Title: w.T("api.rules"), Blocks: []report.Block{{List: []report.Text{}}}}
	for _, key := range []string{"api.rule.open", "api.rule.edition", "api.rule.page", "api.rule.limit", "api.rule.token", "api.rule.write", "api.rule.version", "api.rule.twice", "api.rule.people", "api.rule.fault"} {
		rules.Blocks[0].List = append(rules.Blocks[0].List, report.Text{{Text: w.T(key, "n", exportsPerSecond, "burst", exportsBurst)}})
	}
	d.Sections = append(d.Sections, rules)
	for _, tag := range []string{"public", "office"} {
		t := report.Table{ID: "operations-" + tag, Caption: w.T("api.tag." + tag), Head: []report.Head{{Key: "operation", Label: w.T("api.operation")}, {Key: "address", Label: w.T("api.address")}, {Key: "summary", Label: w.T("api.summary")}}}
		for _, path := range slices.Sorted(maps.Keys(s.openapi.Paths)) {
			item := s.openapi.Paths[path]
			for _, op := range []*huma.Operation{item.Get, item.Post} {
				if op == nil || op.Tags[0] != lang.T(lang.FR, "api.tag."+tag) {
					continue
				}
				t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{{Text: op.OperationID}, {Text: op.Method + " " + path}, {Text: w.T("api.op." + op.OperationID)}}})
			}
		}
		if len(t.Rows) > 0 {
			d.Sections = append(d.Sections, report.Section{ID: tag, Title: w.T("api.tag." + tag), Blocks: []report.Block{{Table: &t}}})
		}
	}
	return d, nil
}
