package web

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"vigie/account"
	"vigie/edition"
	"vigie/lang"
	"vigie/render/export"
	"vigie/report"
	"vigie/study"
)

// recordPages lists the pages of the register of studies for the sitemap.
func recordPages(e *edition.Content) SitemapPart {
	p := SitemapPart{Name: "etudes"}
	for _, s := range e.Register.Studies() {
		p.Paths = append(p.Paths, report.StudyPath+"/"+s.Slug)
	}
	for _, t := range e.Taxonomy.Terms("programme") {
		p.Paths = append(p.Paths, report.ProgrammePath+"/"+t.Code)
	}
	for _, t := range e.Taxonomy.Terms("construct") {
		if len(e.Published.Select(study.Filter{Construct: t.Code})) > 0 {
			p.Paths = append(p.Paths, report.TrendPath+"/"+t.Code)
		}
	}
	for _, v := range e.Register.Events() {
		p.Paths = append(p.Paths, report.CalendarPath+"/"+v.ID)
	}
	return p
}

// calendarEntries are the files of the calendar, in both languages.
func (s *Server) calendarEntries() []entry {
	var list []entry
	for prefix, l := range map[string]lang.Lang{"": lang.FR, "/en": lang.EN} {
		list = append(list, entry{Pattern: prefix + report.CalendarFile, Action: account.ReadPublic, Handle: s.calendarFile(l, "text/calendar", s.agenda)},
			entry{Pattern: prefix + report.CalendarFeed, Action: account.ReadPublic, Handle: s.calendarFile(l, atomKind, s.calendarFeed)})
	}
	return list
}

// calendarFile sends what of makes of the newest edition and of those that are
// public.
func (s *Server) calendarFile(l lang.Lang, kind string, of func(words, string, *edition.Content, []report.Release) ([]byte, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		e, err := s.Edition(r.Context(), "", s.Now())
		if err != nil {
			s.fail(w, r, err)
			return
		}
		all, err := s.Releases(r.Context(), s.Now())
		if err != nil {
			s.fail(w, r, err)
			return
		}
		body, err := of(words{l}, s.base(r), e, all)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		etag := short(kind, string(body))
		if !fresh(w, r, etag, revalidate) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			send(w, r, answer{status: http.StatusOK, kind: kind + "; charset=utf-8", body: body, etag: etag, cache: revalidate})
		}
	}
}

// agenda writes the events, editions and publications whose day is known.
func (s *Server) agenda(w words, base string, e *edition.Content, releases []report.Release) ([]byte, error) {
	host := hostOf(base)
	a := export.Agenda{Name: w.T("study.calendar_name")}
	stamp := e.Manifest.Embargo
	for _, v := range e.Register.Events() {
		if v.Date.Precision != study.Day {
			continue
		}
		kind, _ := e.Term("event_kind", v.Kind)
		x := export.AgendaEntry{UID: "rencontre-" + v.ID + "@" + host, Sequence: v.Sequence, Stamp: stamp, First: v.Date.Start, Last: v.Last().Start, Status: agendaStatus[v.State],
			Summary: lang.Typeset(w.l, v.Title.In(w.l)), Location: lang.Typeset(w.l, v.Place), Description: lang.Typeset(w.l, v.Outcome.In(w.l)), Category: kind.Label(w.l),
			URL: base + address{lang: w.l}.link(report.CalendarPath+"/"+v.ID)}
		if v.Hour != "" {
			x.Start = inParis(v.Date.Start, v.Hour)
		}
		a.Entries = append(a.Entries, x)
	}
	for _, r := range releases {
		a.Entries = append(a.Entries, export.AgendaEntry{UID: "edition-" + r.Number + "@" + host, Stamp: r.At, First: r.Date, Last: r.Date, Status: "CONFIRMED",
			Summary: w.T("edition.one", "number", r.Number), URL: base + address{lang: w.l}.link("/editions/"+r.Number)})
	}
	for i := range e.Publication {
		p := &e.Publication[i]
		if p.Date.Precision == study.Day && p.Kind != "event" {
			kind, _ := e.Term("publication_kind", p.Kind)
			a.Entries = append(a.Entries, export.AgendaEntry{UID: "publication-" + p.ID + "@" + host, Stamp: stamp, First: p.Date.Start, Last: p.Date.Start, Status: "CONFIRMED",
				Summary: lang.Typeset(w.l, p.Title(w.l)), Category: kind.Label(w.l), URL: p.URL()})
		}
	}
	return export.ICalendar(a), nil
}

var agendaStatus = map[string]string{study.Held: "CONFIRMED", study.Tentative: "TENTATIVE", study.Cancelled: "CANCELLED"}

// inParis is an hour of a day in Paris.
func inParis(day, hour string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, lang.Paris)
	if err != nil {
		return time.Time{} // not an hour: the register has read it
	}
	return t
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" {
		return "vigie"
	}
	return u.Hostname()
}

// calendarFeed tells of the events, the last one first. An entry is written
// again when its date or state changes: its identifier stays.
func (s *Server) calendarFeed(w words, base string, e *edition.Content, _ []report.Release) ([]byte, error) {
	at := address{lang: w.l}
	page := base + at.link(report.CalendarPath)
	stamp := e.Manifest.Embargo.UTC().Format(time.RFC3339)
	f := atomFeed{Lang: string(w.l), ID: page, Title: w.T("study.feed"), Author: w.T("web.brand.name"), Updated: stamp,
		Links: []atomLink{{"self", atomKind, base + at.link(report.CalendarFeed)}, {"alternate", "text/html", page}}}
	for _, v := range slices.Backward(e.Register.Events()) {
		href := base + at.link(report.CalendarPath+"/"+v.ID)
		d, err := report.Event(e, report.Request{Lang: w.l, Path: report.CalendarPath + "/" + v.ID}, v.ID)
		if err != nil {
			return nil, err
		}
		f.Entries = append(f.Entries, atomEntry{ID: href, Title: plainXML(d.Title), Updated: stamp, Link: atomLink{"alternate", "text/html", href}, Content: plainXML(d.Answer[0].Plain())})
	}
	out := bytes.NewBufferString(xml.Header)
	err := xml.NewEncoder(out).Encode(f)
	return out.Bytes(), err
}

// linked is the subject of a page as JSON-LD, nil for a page that has none.
func (s *Server) linked(v visit, d report.Document) any {
	if v.edition != nil && v.edition.Register != nil {
		if id, ok := strings.CutPrefix(d.ID, "rencontre/"); ok && d.Kind == "event" {
			return linkedEvent(v, d, id)
		}
		if slug, ok := strings.CutPrefix(d.ID, "etude/"); ok && d.Kind == "study" {
			return linkedStudy(v, d, slug)
		}
	}
	return s.linkedCase(v, d)
}

// linkedEvent is an event as schema.org describes one.
func linkedEvent(v visit, d report.Document, id string) any {
	e, ok := v.edition.Register.Event(id)
	if !ok {
		return nil
	}
	out := map[string]any{"@context": "https://schema.org", "@type": "Event", "name": d.Title, "description": d.Summary, "url": v.base + v.here(asHTML, ""),
		"eventStatus": map[string]string{study.Held: "https://schema.org/EventScheduled", study.Tentative: "https://schema.org/EventScheduled", study.Cancelled: "https://schema.org/EventCancelled"}[e.State]}
	if e.Date.Precision == study.Day {
		out["startDate"] = e.Date.Start
		if e.Hour != "" {
			out["startDate"] = inParis(e.Date.Start, e.Hour).Format(time.RFC3339)
		}
		out["endDate"] = e.Last().Start
	}
	if e.Place != "" {
		out["location"] = map[string]any{"@type": "Place", "name": e.Place}
	}
	return rawJSON(out)
}

// linkedStudy is a study as a dataset of schema.org: its published figures.
func linkedStudy(v visit, d report.Document, slug string) any {
	s, ok := v.edition.Register.Study(slug)
	if !ok {
		return nil
	}
	w := s.Last()
	out := map[string]any{"@context": "https://schema.org", "@type": "Dataset", "name": d.Title, "description": d.Summary + " " + d.Answer[len(d.Answer)-1].Plain(),
		"url": v.base + v.here(asHTML, ""), "distribution": []map[string]any{
			{"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": v.base + v.here(asCSV, "")},
			{"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": v.base + v.here(asJSON, "")}}}
	if w.Published.Start != "" {
		out["datePublished"] = w.Published.Start
	}
	if len(w.Institutes) > 0 {
		var creators []map[string]any
		for _, name := range w.Institutes {
			creators = append(creators, map[string]any{"@type": "Organization", "name": name})
		}
		out["creator"] = creators
	}
	return rawJSON(out)
}

func rawJSON(out any) any {
	b, err := json.Marshal(out)
	if err != nil {
		return nil // texts and lists of texts: cannot fail
	}
	return json.RawMessage(b)
}
