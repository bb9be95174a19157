package web

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/report"
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
	text := fmt.Sprintf("User-agent: *\nDisallow: /recherche\nDisallow: /en/recherche\nDisallow: /comparer?\nDisallow: /en/comparer?\nDisallow: /pratiques?\nDisallow: /en/pratiques?\nDisallow: /pratiques/dossier\nDisallow: /en/pratiques/dossier\nAllow: /\n\nSitemap: %s/sitemap.xml\n", s.base(r))
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

// SitemapPart is a part of the sitemap under a name of its own: the paths of
// its pages, without prefix.
type SitemapPart struct {
	Name  string
	Paths []string
}

// sitemapIndex leads to the parts.
type sitemapIndex struct {
	XMLName xml.Name     `xml:"sitemapindex"`
	NS      string       `xml:"xmlns,attr"`
	Parts   []sitemapRef `xml:"sitemap"`
}

type sitemapRef struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

const sitemapNS = "http://www.sitemaps.org/schemas/sitemap/0.9"

// sitemap lists the parts of the newest edition's sitemap.
func (s *Server) sitemap(w http.ResponseWriter, r *http.Request) {
	s.sendMap(w, r, "sitemap", func(e *edition.Content, live *heldCases) (any, bool) {
		index := sitemapIndex{NS: sitemapNS}
		for _, p := range s.parts(e, live) {
			index.Parts = append(index.Parts, sitemapRef{s.base(r) + "/sitemap/" + p.Name + ".xml", e.Manifest.Date})
		}
		return index, true
	})
}

// sitemapPart lists the pages of one part, with the edition's date.
func (s *Server) sitemapPart(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimSuffix(r.PathValue("part"), ".xml")
	s.sendMap(w, r, "sitemap/"+name, func(e *edition.Content, live *heldCases) (any, bool) {
		for _, p := range s.parts(e, live) {
			if p.Name == name {
				return s.listed(p, s.base(r), e.Manifest.Date), true
			}
		}
		return nil, false
	})
}

// parts are those of the configuration, or one of the menu's pages.
func (s *Server) parts(e *edition.Content, live *heldCases) []SitemapPart {
	if s.Paths != nil {
		return append(s.Paths(e), practiceParts(live)...)
	}
	part := SitemapPart{Name: "pages", Paths: []string{"/"}}
	for _, m := range s.menu {
		part.Paths = append(part.Paths, m.Pattern)
	}
	return []SitemapPart{part}
}

// practiceParts lists the pages of the case base.
func practiceParts(live *heldCases) []SitemapPart {
	if live.base == nil {
		return nil
	}
	out := []SitemapPart{{Name: "pratiques", Paths: []string{report.PracticePath, report.OverviewPath}}}
	for part := range slices.Chunk(live.base.Entries(), mostListed) {
		p := SitemapPart{Name: fmt.Sprintf("pratiques-%d", len(out))}
		for i := range part {
			p.Paths = append(p.Paths, report.PracticePath+"/"+part[i].Slug)
		}
		out = append(out, p)
	}
	return out
}

// listed writes each page of a part in both languages.
func (s *Server) listed(p SitemapPart, base, date string) sitemapSet {
	set := sitemapSet{NS: sitemapNS, XHTML: "http://www.w3.org/1999/xhtml"}
	for _, path := range p.Paths {
		u := sitemapURL{LastMod: date}
		for _, l := range lang.Langs {
			href := base + address{lang: l}.link(path)
			if l == lang.FR {
				u.Loc = href
			}
			u.Links = append(u.Links, sitemapAltern{"alternate", string(l), href})
		}
		set.URLs = append(set.URLs, u)
	}
	return set
}

// sendMap answers with what makes of the newest edition, as XML; what it does
// not have is nowhere.
func (s *Server) sendMap(w http.ResponseWriter, r *http.Request, name string, of func(*edition.Content, *heldCases) (any, bool)) {
	e, err := s.Edition(r.Context(), "", s.Now())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	live := &heldCases{}
	if s.Cases != nil {
		if live, err = s.Cases.get(r.Context(), e); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	etag := short(name, e.ID, s.mark(), s.base(r), live.mark())
	if fresh(w, r, etag, revalidate) {
		return
	}
	what, ok := of(e, live)
	if !ok {
		s.nowhere(w, r)
		return
	}
	out := bytes.NewBufferString(xml.Header)
	if err := xml.NewEncoder(out).Encode(what); err != nil {
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
