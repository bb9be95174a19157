package report

import (
	"strconv"
	"strings"
	"time"

	"vigie/casestudy"
	"vigie/lang"
	"vigie/territory"
)

// linked is a case as search engines and catalogues read it: JSON-LD in the
// vocabulary of schema.org. A relative address is that of the site.
func (w *practices) linked(e *casestudy.Entry) map[string]any {
	r := &e.Record
	text := w.said(r)
	out := map[string]any{"@context": "https://schema.org", "@type": "Article", "@id": practiceHref(e.Slug), "url": practiceHref(e.Slug), "identifier": e.ID,
		"headline": text.Title, "abstract": text.Summary, "inLanguage": r.Language, "version": strconv.Itoa(e.Version),
		"dateModified": e.ChangedAt.UTC().Format(time.RFC3339), "isPartOf": map[string]any{"@type": "Collection", "name": w.p("name"), "url": PracticePath}}
	put := func(name string, list []any) {
		if len(list) > 0 {
			out[name] = list
		}
	}
	if !e.PublishedAt.IsZero() {
		out["datePublished"] = e.PublishedAt.UTC().Format(time.RFC3339)
	}
	if r.Licence == "CC BY 4.0" {
		out["license"] = "https://creativecommons.org/licenses/by/4.0/"
	} else if r.Licence != "" {
		out["license"] = r.Licence
	}
	if r.StartYear > 0 {
		out["temporalCoverage"] = strconv.Itoa(r.StartYear) + "/" + map[bool]string{true: strconv.Itoa(r.EndYear), false: ".."}[r.EndYear > 0]
	}
	var about, places, actors, cited []any
	for _, d := range r.Domains {
		about = append(about, map[string]any{"@type": "DefinedTerm", "termCode": d, "name": lang.Typeset(w.l, w.term("domain", d))})
	}
	for _, at := range r.Territories {
		places = append(places, linkedPlace(w.label(at), at))
	}
	for _, a := range r.Actors {
		actors = append(actors, map[string]any{"@type": "Organization", "name": a.Name})
	}
	for _, s := range r.Sources {
		c := map[string]any{"@type": "CreativeWork", "name": s.Title}
		if strings.HasPrefix(s.Address, "https://") || strings.HasPrefix(s.Address, "http://") {
			c["url"] = s.Address
		}
		cited = append(cited, c)
	}
	put("about", about)
	put("spatialCoverage", places)
	put("contributor", actors)
	put("citation", cited)
	return out
}

func linkedPlace(name string, at territory.Code) map[string]any {
	return map[string]any{"@type": "Place", "name": name, "identifier": string(at), "url": href(at)}
}

// CaseShown is a case as anyone may take it: who can be reached is left out
// when nobody has agreed to it.
func CaseShown(e *casestudy.Entry) casestudy.Entry { return shown(e) }
