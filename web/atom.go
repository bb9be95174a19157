package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"vigie/lang"
	"vigie/report"
)

// atomFeed is a feed (RFC 4287).
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Content string   `xml:"content"`
}

// feed tells of the editions and of their errata, the last one first.
func (s *Server) feed(l lang.Lang) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		all, err := s.Releases(r.Context(), s.Now())
		if err != nil {
			s.fail(w, r, err)
			return
		}
		out := bytes.NewBufferString(xml.Header)
		if err := xml.NewEncoder(out).Encode(atomOf(words{l}, s.base(r), all)); err != nil {
			s.fail(w, r, err)
			return
		}
		etag := short(out.String())
		if !fresh(w, r, etag, revalidate) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			send(w, r, answer{status: http.StatusOK, kind: atomKind + "; charset=utf-8", body: out.Bytes(), etag: etag, cache: revalidate})
		}
	}
}

const atomKind = "application/atom+xml"

// atomOf writes the releases in a language; base is the site's address.
func atomOf(w words, base string, all []report.Release) atomFeed {
	at := address{lang: w.l}
	list := base + at.link("/editions")
	f := atomFeed{Lang: string(w.l), ID: list, Title: w.T("edition.feed"), Author: w.T("web.brand.name"), Links: []atomLink{
		{"self", atomKind, base + at.link(report.FeedPath)}, {"alternate", "text/html", list}}}
	add := func(day time.Time, mark, href, title, text string) {
		f.Entries = append(f.Entries, atomEntry{ID: base + at.link(href) + mark, Title: title, Updated: day.UTC().Format(time.RFC3339),
			Link: atomLink{"alternate", "text/html", base + at.link(href)}, Content: text})
	}
	for _, e := range all {
		href := "/editions/" + e.Number
		add(e.At, "", href, w.T("edition.one", "number", e.Number), strings.Join(said(w.l, e.Changes), "\n"))
		for i, n := range report.Errata(w.l, e.Errata) {
			text := n.Text
			if n.CorrectedBy != "" {
				text += "\n" + w.T("edition.shown_by", "by", n.CorrectedBy)
			}
			add(e.Errata[i].At, fmt.Sprintf("#erratum-%d", i+1), href, w.T("edition.erratum_of", "number", e.Number), text)
		}
	}
	slices.SortStableFunc(f.Entries, func(a, b atomEntry) int { return strings.Compare(b.Updated, a.Updated) })
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Updated
	} else {
		f.Updated = time.Unix(0, 0).UTC().Format(time.RFC3339)
	}
	return f
}
