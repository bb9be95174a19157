package web

import (
	"context"
	"net/http"
	"strings"

	"vigie/edition"
	"vigie/observatory"
	"vigie/report"
)

// preview is where an edition is shown to those who may see it before the
// public: under its own address, with its number.
type preview struct {
	base, number string // /atelier/editions/KEY/apercu
}

// previewing is a request for a page of a preview, and how it ended. Erratum
// says what the edition corrects in the one that it replaces, nil for nothing.
type previewing struct {
	preview *preview
	edition *edition.Content
	erratum *edition.Erratum
	err     error
}

// previewKey finds the previewing of a request.
type previewKey struct{}

// previewShow hands a page of a preview to the site map, the same as the
// public's. Nothing of it is kept by a cache, ours or another.
func (s *Server) previewShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	c, err := s.candidate(r)
	if err != nil {
		return err
	}
	content, err := s.Office.Preview(r.Context(), c.Manifest)
	if err != nil {
		return err
	}
	p := &previewing{preview: &preview{base: editionPath + "/" + r.PathValue("id") + previewName, number: c.Number}, edition: content}
	if c.ErratumFR != "" {
		at := s.Now()
		if c.Embargo.After(at) {
			at = c.Embargo
		}
		p.erratum = &edition.Erratum{At: at, Date: observatory.ParisDay(at), FR: c.ErratumFR, EN: c.ErratumEN, CorrectedBy: c.Number}
	}
	at := v.at
	at.path = "/" + r.PathValue("page")
	if at.path == "/index" {
		at.path = "/"
	}
	inner := at.put(r.WithContext(context.WithValue(r.Context(), previewKey{}, p)))
	s.previews.ServeHTTP(w, inner)
	return p.err
}

// previewPage is page for an edition that is not public: no mark, no shelf.
func (s *Server) previewPage(route route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p, _ := r.Context().Value(previewKey{}).(*previewing)
		if p == nil {
			s.nowhere(w, r)
			return
		}
		v := visit{r: r, at: addressOf(r), query: r.URL.Query(), base: s.base(r), edition: p.edition}
		v.at.preview = p.preview
		p.err = s.servePreview(w, v, route)
	}
}

func (s *Server) servePreview(w http.ResponseWriter, v visit, p route) error {
	if err := s.admit(v, p); err != nil {
		return err
	}
	ctx := v.r.Context()
	d, err := p.Compose(ctx, v.edition, report.Request{Lang: v.at.lang, Path: v.at.path, Query: v.state(), Whole: v.at.form.whole(), Print: v.at.form == asPDF}, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	made := http.Header{}
	shown := v.at
	if v.at.form == asPDF { // on paper, the addresses are those that the public will have
		shown.preview = nil
	}
	a, err := s.render(ctx, made, v.stated(d), p, localize(d, shown))
	if err != nil {
		return err
	}
	h := w.Header()
	for _, name := range []string{"Content-Disposition", "Content-Security-Policy"} {
		if value := made.Get(name); value != "" && v.at.form != asEmbed {
			h.Set(name, value)
		}
	}
	h.Set("X-Robots-Tag", "noindex")
	a.status, a.cache, a.etag = http.StatusOK, never, ""
	if d.Refused {
		a.status = http.StatusUnprocessableEntity
	}
	send(w, v.r, a)
	return nil
}

// previewMissing answers for a page that the site map does not have, or that
// has no preview: a territory is composed on the public site.
func (s *Server) previewMissing(_ http.ResponseWriter, r *http.Request) {
	if p, _ := r.Context().Value(previewKey{}).(*previewing); p != nil {
		p.err = errForeign(words{addressOf(r).lang})
	}
}

// previewLink puts a link under a preview: what belongs to the edition stays
// inside, other editions are the public's.
func (a address) previewLink(href string) string {
	if rest, ok := strings.CutPrefix(href, "/editions/"); ok {
		number, page, _ := strings.Cut(rest, "/")
		if number != a.preview.number {
			a.preview = nil
			return a.link(href)
		}
		href = "/" + page
	}
	if href == "/" {
		return a.prefix()
	}
	if strings.HasPrefix(href, "/?") || strings.HasPrefix(href, "/#") {
		return a.prefix() + href[1:]
	}
	return a.prefix() + href
}

// previewed says on every page of a preview that it is one, and leads back.
func (view *pageView) previewed(v visit) {
	view.Robots, view.Permanent = "noindex", ""
	view.Notice = view.T("edition.preview_notice", "number", v.at.preview.number)
	back := address{lang: v.at.lang}
	view.NoticeLink = link{Label: view.T("edition.preview_back"), Href: back.link(strings.TrimSuffix(v.at.preview.base, previewName))}
}
