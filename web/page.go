package web

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/render/export"
	"vigie/report"
)

// visit is one request for a page: who asks for what, where, in which form.
type visit struct {
	r       *http.Request
	at      address
	query   url.Values
	base    string
	edition *edition.Content
	live    string // mark of the case base, for its pages
}

// whole reports whether a form holds every row of a page's lists.
func (f form) whole() bool { return f == asCSV || f == asJSON || f == asXLSX || f == asAtom }

// etag marks an answer by all that makes its bytes: the edition and whether it
// is superseded, the program and its assets, the language, the form, the
// address.
func (v visit) etag(version string) string {
	e := v.edition
	return e.Manifest.Number + "-" + short(e.ID, e.Superseded, fmt.Sprint(e.Errata), version, v.base, string(v.at.lang),
		string(v.at.form), v.at.String(), v.query.Encode(), v.live)
}

// page returns the handler of one line of the site map: find the edition,
// answer 304 if the client has this very page, else compose, then render the
// form asked for.
func (s *Server) page(p route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := visit{r: r, at: addressOf(r), query: r.URL.Query(), base: s.base(r)}
		w.Header().Add("Vary", "Accept")
		if v.at.form == asHTML && wantsJSON(r) {
			v.at.form = asJSON
		}
		if err := s.serve(w, v, p); err != nil {
			s.fail(w, r, err)
		}
	}
}

func (s *Server) serve(w http.ResponseWriter, v visit, p route) (err error) {
	if err := s.admit(v, p); err != nil {
		return err
	}
	v.edition, err = s.Edition(v.r.Context(), v.at.edition, s.Now())
	if err != nil {
		return err
	}
	if isLive(v.at.path) && v.at.edition != "" {
		v.at.edition = ""
		http.Redirect(w, v.r, v.here(v.at.form, ""), http.StatusFound)
		return nil
	}
	if p.Live && s.Cases != nil {
		held, err := s.Cases.get(v.r.Context(), v.edition)
		if err != nil {
			return err
		}
		v.live = held.mark()
	}
	etag := v.etag(s.mark())
	if fresh(w, v.r, etag, revalidate) {
		return nil
	}
	enc := encoding(v.r)
	found, err := s.shelf.get(etag+"-"+enc, func() (made *ready, err error) {
		work := func() error {
			made, err = s.make(v, p, etag, enc)
			return err
		}
		if p.Costly || v.at.form.whole() {
			err = searching.through(v.at.lang, work)
		} else {
			err = work()
		}
		return made, err
	})
	if err != nil {
		return err
	}
	for name, values := range found.header {
		w.Header()[name] = append(w.Header()[name][:0:0], values...)
	}
	send(w, v.r, found.answer)
	return nil
}

// make composes and renders one answer, compressed. Others may be waiting for
// it: it goes on when the reader who asked first has left.
func (s *Server) make(v visit, p route, etag, enc string) (*ready, error) {
	ctx := context.WithoutCancel(v.r.Context())
	d, err := p.Compose(ctx, v.edition, report.Request{Lang: v.at.lang, Path: v.at.path, Query: v.state(), Whole: v.at.form.whole(), Print: v.at.form == asPDF}, v.r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	h := http.Header{}
	a, err := s.render(ctx, h, v.stated(d), p, localize(d, v.at))
	if err != nil {
		return nil, err
	}
	a.status, a.etag, a.cache = http.StatusOK, etag, revalidate
	if d.Refused {
		a.status = http.StatusUnprocessableEntity
	}
	if compressible(a.kind) {
		a.body, a.encoded = compress(a.body, enc)
	}
	return &ready{header: h, answer: a}, nil
}

// admit refuses the costly requests of an address that asks for too many.
func (s *Server) admit(v visit, p route) error {
	cost := 0
	if p.Costly {
		cost = 1
	}
	if v.at.form == asPDF {
		cost = 8
	}
	export := v.at.form.whole()
	if export && !s.exports.allow(s.client(v.r), 1) || cost > 0 && !s.limits.allow(s.client(v.r), cost) {
		l := v.at.lang
		return &tooMany{&fault.Error{Kind: fault.Unavailable,
			What: lang.T(l, "web.fault.toomany"), Do: lang.T(l, "web.fault.toomany_do")}}
	}
	return nil
}

// mark is the part of every ETag that changes with the program.
func (s *Server) mark() string {
	return s.Version + s.bundle.named["vigie.css"] + s.bundle.named["vigie.js"]
}

// state is the query without what only chooses a form.
func (v visit) state() url.Values {
	q := url.Values{}
	for name, values := range v.query {
		if name != "figure" && name != "tableur" {
			q[name] = values
		}
	}
	return q
}

// stated returns the visit under the query that names the document's state, so
// that one state has one address, whatever was asked for it.
func (v visit) stated(d report.Document) visit {
	if d.State == nil {
		return v
	}
	q := url.Values(maps.Clone(d.State))
	for _, name := range []string{"figure", "tableur"} {
		if v.query.Has(name) {
			q[name] = v.query[name]
		}
	}
	v.query = q
	return v
}

// here returns the path and the state of the page in one form, with the given
// figure selected when there is one.
func (v visit) here(f form, figure string) string {
	q := v.state()
	if figure != "" {
		q.Set("figure", figure)
	}
	if len(q) == 0 {
		return v.at.as(f).String()
	}
	return v.at.as(f).String() + "?" + q.Encode()
}

// wantsJSON reports whether the client names JSON before HTML.
func wantsJSON(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept"), ",") {
		kind, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch kind {
		case "application/json":
			return true
		case "text/html", "*/*":
			return false
		}
	}
	return false
}

// render makes the body of one form, and sets the headers that are its own.
func (s *Server) render(ctx context.Context, h http.Header, v visit, p route, d report.Document) (answer, error) {
	h.Add("Link", fmt.Sprintf("<%s%s>; rel=\"canonical\"", v.base, v.here(asHTML, "")))
	switch v.at.form {
	case asJSON:
		return openData(h, v, d, renderJSON)
	case asCSV:
		return openData(h, v, d, renderCSV)
	case asXLSX:
		return openData(h, v, d, renderXLSX)
	case asAtom:
		return openData(h, v, d, renderAtom)
	case asSVG:
		return openData(h, v, d, s.renderSVG)
	case asPDF:
		if !p.Paper || s.PDF == nil {
			return answer{}, fault.NotFoundf(lang.T(v.at.lang, "web.fault.nopdf_do"), "%s", lang.T(v.at.lang, "web.fault.nopdf"))
		}
		body, err := s.print(ctx, v, d)
		h.Set("Content-Disposition", `inline; filename="`+fileName(d, v)+`.pdf"`)
		return answer{kind: "application/pdf", body: body}, err
	case asEmbed:
		h.Set("Content-Security-Policy", policy+"*")
		f, err := export.FindChart(d, v.query.Get("figure"))
		if err != nil {
			return answer{}, err
		}
		return s.html("embed", s.embedView(v, d, f))
	}
	return s.html("page", s.pageView(v, p, d))
}

// print prints a document, of an edition that the public sees or of a preview.
func (s *Server) print(ctx context.Context, v visit, d report.Document) ([]byte, error) {
	if v.at.preview == nil {
		return s.PDF(ctx, d)
	}
	if s.Office.Print == nil {
		return nil, fault.NotFoundf(lang.T(v.at.lang, "web.fault.nopdf_do"), "%s", lang.T(v.at.lang, "web.fault.nopdf"))
	}
	return s.Office.Print(ctx, v.edition, d)
}

// html executes a template into a buffer, so that its failure is a clean page.
func (s *Server) html(name string, view any) (answer, error) {
	var out bytes.Buffer
	if err := s.ui.ExecuteTemplate(&out, name, view); err != nil {
		return answer{}, err
	}
	return answer{kind: "text/html; charset=utf-8", body: out.Bytes()}, nil
}

// openData adds what every open form has: anyone may read it from anywhere, it
// runs nothing, and it says its licence's page and its permanent address.
func openData(h http.Header, v visit, d report.Document, form func(http.Header, visit, report.Document) (answer, error)) (answer, error) {
	a, err := form(h, v, d)
	if err != nil {
		return a, err
	}
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
	permanent := v
	permanent.at.edition = d.Edition.Number
	h.Add("Link", fmt.Sprintf("<%s%s>; rel=\"bookmark\"", v.base, permanent.here(v.at.form, v.query.Get("figure"))))
	h.Add("Link", fmt.Sprintf("<%s%s>; rel=\"license\"", v.base, v.at.link("/donnees")))
	h.Add("Link", fmt.Sprintf("<%s%s>; rel=\"describedby\"; type=\"application/json\"", v.base, v.here(asJSON, v.query.Get("figure"))))
	return a, nil
}

func renderJSON(_ http.Header, v visit, d report.Document) (answer, error) {
	a := answer{kind: "application/json; charset=utf-8"}
	id, chosen := v.query.Get("figure"), v.query.Has("figure")
	if !chosen {
		body, err := export.JSON(d)
		a.body = body
		return a, err
	}
	item, err := export.Find(d, id)
	if err != nil {
		return a, err
	}
	a.body, err = export.ItemJSON(d, item)
	return a, err
}

func renderCSV(h http.Header, v visit, d report.Document) (answer, error) {
	a := answer{kind: "text/csv; charset=utf-8; header=present"}
	item, err := export.Find(d, v.query.Get("figure"))
	if err != nil {
		return a, err
	}
	name := fileName(d, v) + "-" + item.ID
	if v.query.Has("tableur") {
		var notes []string
		for _, n := range d.Edition.Errata {
			notes = append(notes, n.Line(v.at.lang))
		}
		a.body, err = export.Spreadsheet(*item.Table, notes...)
		name += "-tableur"
	} else {
		a.body, err = export.CSV(*item.Table)
	}
	h.Set("Content-Disposition", `attachment; filename="`+plainName(name)+`.csv"`)
	return a, err
}

func (s *Server) renderSVG(h http.Header, v visit, d report.Document) (answer, error) {
	f, err := export.FindChart(d, v.query.Get("figure"))
	if err != nil {
		return answer{}, err
	}
	h.Set("Content-Disposition", `inline; filename="`+plainName(fileName(d, v)+"-"+f.ID)+`.svg"`)
	body, err := s.draw(v.edition, f, v.at.lang, alone)
	return answer{kind: "image/svg+xml; charset=utf-8", body: body}, err
}

// fileName is what a download is called: the document and its edition.
func fileName(d report.Document, v visit) string {
	name := "vigie-" + d.ID
	if d.Edition.Number != "" {
		name += "-" + d.Edition.Number
	}
	if v.at.lang != lang.FR {
		name += "-" + string(v.at.lang)
	}
	return plainName(name)
}

// plainName keeps letters, digits, - and _ of a file name; the rest is a dash.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, s)
}
