package report

import (
	"slices"
	"strings"
	"time"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/territory"
)

// The addresses of the case base.
const (
	PracticePath = "/pratiques"
	DossierPath  = PracticePath + "/dossier"
	MatchPath    = PracticePath + "/pour"
	OverviewPath = PracticePath + "/base"

	CorrectionWord = "/correction" // after the address of a case: a form to correct it
	PicturePath    = "/image/"     // then the artifact of a picture of a case
)

// CaseMoved is the error of a case that was made one with another.
type CaseMoved struct{ Path string }

// Error says where the case is now.
func (m *CaseMoved) Error() string { return "case moved to " + m.Path }

// CaseGone is the error of a case that was withdrawn.
type CaseGone struct{ Fault *fault.Error }

// Error returns the fault's text.
func (g *CaseGone) Error() string { return g.Fault.Error() }

// Unwrap returns the fault.
func (g *CaseGone) Unwrap() error { return g.Fault }

// practices composes the pages of the case base.
type practices struct {
	*composer
	base *casestudy.Base
}

func composePractices(c *edition.Content, b *casestudy.Base, r Request) *practices {
	return &practices{compose(c, r), b}
}

// document begins a page: the case base is live, the page is of no edition.
func (w *practices) document(kind, id, title string) Document {
	return Document{ID: id, Kind: kind, Lang: string(w.l), Path: w.r.Path, Title: title, State: w.r.Query}
}

// p returns a message of the case base.
func (w *practices) p(key string, args ...any) string { return w.t("practice."+key, args...) }

func practiceHref(slug string) string { return PracticePath + "/" + slug }

// Practice composes the page of one case, by its slug or its identifier.
//
// Error: CaseMoved, CaseGone, and NotFound with the nearest case.
func Practice(c *edition.Content, b *casestudy.Base, r Request, id string) (Document, error) {
	w := composePractices(c, b, r)
	e, ok := b.Entry(id)
	switch {
	case !ok:
		return Document{}, w.unknownCase(id)
	case e.State == casestudy.Merged:
		return Document{}, w.moved(e)
	case !e.State.Public():
		return Document{}, w.gone(e)
	case e.Slug != id:
		return Document{}, &CaseMoved{practiceHref(e.Slug)}
	}
	d := w.casePage(e)
	d.Links = append(d.Links, w.collectLink(e))
	d.Sections = kept(append(d.Sections, w.trajectorySection(b, e), w.similarSection(b, e), w.aroundCase(e), w.caseSources(e), w.caseFile(e)))
	return d, nil
}

// moved leads to the case that another was made one with, however many times.
func (w *practices) moved(e *casestudy.Entry) error {
	for range 20 {
		to, ok := w.base.Entry(e.MergedInto)
		switch {
		case !ok || e.MergedInto == "":
			return w.unknownCase(e.Slug)
		case to.State.Public():
			return &CaseMoved{practiceHref(to.Slug)}
		case to.State != casestudy.Merged:
			return w.gone(to)
		}
		e = to
	}
	return w.unknownCase(e.Slug)
}

func (w *practices) gone(e *casestudy.Entry) error {
	f := &fault.Error{Kind: fault.NotFound, Do: w.p("fault.gone_do")}
	title := lang.Typeset(lang.FR, e.Record.Title)
	if title == "" {
		title = e.Slug
	}
	f.What = w.p("fault.gone", "title", title, "date", w.day(e.ChangedAt))
	if e.Reason != "" {
		f.What += " " + w.p("fault.gone_reason", "reason", strings.TrimRight(lang.Typeset(lang.FR, e.Reason), ". "))
	}
	return &CaseGone{f}
}

// unknownCase names the case whose name is nearest.
func (w *practices) unknownCase(id string) error {
	near := w.base.Search(casestudy.Query{Text: strings.ReplaceAll(id, "-", " "), Limit: 1}).Hits
	if len(near) == 0 {
		return fault.NotFoundf(w.p("fault.unknown_do")+" "+PracticePath, "%s", w.p("fault.unknown", "slug", id))
	}
	return fault.NotFoundf(w.p("fault.unknown_near")+" "+practiceHref(near[0].Entry.Slug), "%s", w.p("fault.unknown", "slug", id))
}

// casePage is what a page and a printed case have in common.
func (w *practices) casePage(e *casestudy.Entry) Document {
	text := w.said(&e.Record)
	d := w.document("practice", "pratique/"+e.Slug, w.typeset(text.Title))
	d.State = map[string][]string{}
	d.Kicker = w.caseDetail(e)
	d.Crumbs = []Link{{w.p("name"), w.withCollected(PracticePath)}}
	d.Answer = []Text{plain(w.identity(e)), plain(w.reviewed(e))}
	d.Summary = w.identity(e)
	d.Data = CaseShown(e)
	d.Edition.Date = e.ChangedAt.In(lang.Paris).Format(time.DateOnly)
	d.Sections = w.caseSections(e)
	return d
}

// caseSections are the parts of a record that are read in a page and on paper.
func (w *practices) caseSections(e *casestudy.Entry) []Section {
	return []Section{w.briefSection(e), w.storySection(e), w.evidenceSection(e), w.impactSection(e), w.allianceOf(e), w.pictureSection(e)}
}

// CaseShown is a case as anyone may take it: who can be reached is left out
// when nobody has agreed to it.
func CaseShown(e *casestudy.Entry) casestudy.Entry {
	out := *e
	if out.Record.Consent.By == "" {
		out.Record.Contacts = nil
	}
	return out
}

// collected are the cases of the collection that the reader is making.
func (w *practices) collected() []string { return collectedIn(w.base, w.r.Query[collectInput]) }

// collectInput is the name of the query that lists a collection.
const collectInput = "f"

// mostCollected is the number of cases in a collection: its address stays one
// that can be sent.
const mostCollected = 40

// collectedIn keeps the cases of a list that are in the base, each once.
func collectedIn(b *casestudy.Base, slugs []string) []string {
	var out []string
	for _, s := range slugs {
		if e, ok := b.Entry(s); ok && e.State.Public() && !slices.Contains(out, e.Slug) && len(out) < mostCollected {
			out = append(out, e.Slug)
		}
	}
	return out
}

// withCollected is an address that carries the collection on.
func (w *practices) withCollected(path string, more ...string) string {
	return path + collectQuery(append(w.collected(), more...))
}

func collectQuery(slugs []string) string {
	out := ""
	var seen []string
	for _, s := range slugs {
		if !slices.Contains(seen, s) {
			seen = append(seen, s)
			out += "&" + collectInput + "=" + s
		}
	}
	return strings.Replace(out, "&", "?", 1)
}

// collectLink adds the case to the collection.
func (w *practices) collectLink(e *casestudy.Entry) Link {
	n := len(w.collected())
	if slices.Contains(w.collected(), e.Slug) {
		return Link{w.p("collect.see", "n", n), w.withCollected(DossierPath)}
	}
	return Link{w.p("collect.add", "n", n), w.withCollected(DossierPath, e.Slug)}
}

// mainPlace is the first place of a record, "" when it has none.
func mainPlace(r *casestudy.Record) territory.Code {
	if len(r.Territories) == 0 {
		return ""
	}
	return r.Territories[0]
}
