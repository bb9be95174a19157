package web

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"

	"vigie/lang"
)

//go:embed ui/page/favicon.svg
var faviconSVG []byte

// favicon sends the mark of the site.
func (s *Server) favicon(w http.ResponseWriter, r *http.Request) {
	etag := short(string(faviconSVG))
	if !fresh(w, r, etag, "public, max-age=86400") {
		send(w, r, answer{status: http.StatusOK, kind: "image/svg+xml", body: faviconSVG, etag: etag, cache: "public, max-age=86400"})
	}
}

// robots lets everyone in, except where pages have no end.
func (s *Server) robots(w http.ResponseWriter, r *http.Request) {
	text := fmt.Sprintf("User-agent: *\nDisallow: /recherche\nDisallow: /en/recherche\nDisallow: /comparer?\nDisallow: /en/comparer?\nAllow: /\n\nSitemap: %s/sitemap.xml\n", s.base(r))
	send(w, r, answer{status: http.StatusOK, kind: "text/plain; charset=utf-8", body: []byte(text), cache: "public, max-age=3600"})
}

// health says whether a public edition can be read, for the machine's keeper.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	e, err := s.Edition(r.Context(), "", s.Now())
	if err != nil {
		w.Header().Set("Retry-After", "10")
		send(w, r, answer{status: http.StatusServiceUnavailable, kind: "text/plain; charset=utf-8",
			body: []byte("pas d’édition lisible\n"), cache: never})
		return
	}
	send(w, r, answer{status: http.StatusOK, kind: "text/plain; charset=utf-8",
		body: []byte("ok " + e.Manifest.Number + "\n"), cache: never})
}

// sitemapURL is one page in the languages it exists in.
type sitemapURL struct {
	Loc     string          `xml:"loc"`
	LastMod string          `xml:"lastmod,omitempty"`
	Links   []sitemapAltern `xml:"xhtml:link"`
}

type sitemapAltern struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

type sitemapSet struct {
	XMLName xml.Name     `xml:"urlset"`
	NS      string       `xml:"xmlns,attr"`
	XHTML   string       `xml:"xmlns:xhtml,attr"`
	URLs    []sitemapURL `xml:"url"`
}

// mostListed is the number of pages that one sitemap may hold.
const mostListed = 50_000

// sitemap lists the pages of the newest edition with its date.
func (s *Server) sitemap(w http.ResponseWriter, r *http.Request) {
	e, err := s.Edition(r.Context(), "", s.Now())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	etag := short("sitemap", e.ID, s.mark(), s.base(r))
	if fresh(w, r, etag, revalidate) {
		return
	}
	paths := []string{"/"}
	for _, m := range s.menu {
		paths = append(paths, m.Pattern)
	}
	if s.Paths != nil {
		paths = s.Paths(e)
	}
	set := sitemapSet{NS: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
	for _, p := range paths[:min(len(paths), mostListed)] {
		u := sitemapURL{LastMod: e.Manifest.Date}
		for _, l := range lang.Langs {
			href := s.base(r) + address{lang: l}.link(p)
			if l == lang.FR {
				u.Loc = href
			}
			u.Links = append(u.Links, sitemapAltern{"alternate", string(l), href})
		}
		set.URLs = append(set.URLs, u)
	}
	out := bytes.NewBufferString(xml.Header)
	if err := xml.NewEncoder(out).Encode(set); err != nil {
		s.fail(w, r, err)
		return
	}
	send(w, r, answer{status: http.StatusOK, kind: "application/xml; charset=utf-8", body: out.Bytes(), etag: etag, cache: revalidate})
}

// problem is the JSON of an error.
func problem(code int, what, do string) []byte {
	out, err := json.Marshal(struct {
		Status int    `json:"status"`
		What   string `json:"what"`
		Do     string `json:"do"`
	}{code, what, do})
	if err != nil {
		return []byte("{}")
	}
	return append(out, '\n')
}

// codeWord writes a status as the catalogue takes codes: a text.
func codeWord(code int) string { return fmt.Sprint(code) }
