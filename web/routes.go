package web

import (
	"context"
	"fmt"
	"net/http"

	"vigie/account"
	"vigie/edition"
	"vigie/lang"
	"vigie/report"
	"vigie/territory"
)

// Compose makes the document of one page of an edition: id is the last variable
// part of the path, "" when it has none. The error is a fault.
type Compose func(ctx context.Context, e *edition.Content, q report.Request, id string) (report.Document, error)

// Pages holds the composition of each page. A page that is nil has no route
// and no menu entry.
type Pages struct {
	Home, Search                               Compose
	TerritoryList, Territory, Report, Note     Compose
	Compare, Typology                          Compose
	DomainList, Domain, Reweigh                Compose
	IndicatorList, Indicator                   Compose
	PublicationList, MethodList, DataList      Compose
	CrossViews, CrossItem, SurveyItem          Compose
	Trace, EditionList, Accessibility, Imprint Compose

	// The register of studies.
	Studies, Study, Programme, Trends, Trend, Calendar, Event Compose

	// Explorer crosses the questions of surveys, see ExplorerPages.
	Explorer Compose

	// The pages of the case base, see PracticePages.
	Practices, Practice, PracticeMatch, PracticeBase, Dossier Compose

	// Composer is the form that makes a territory of communes, Keep what keeps
	// it; a site that keeps none has neither.
	Composer Compose
	Keep     func(ctx context.Context, c territory.Composition) error
}

// route is one line of the site map. In the menu when Menu is not "": the key
// of its word. Paper says that the page is worth printing as a PDF of its own;
// Costly that it is limited per address.
type route struct {
	Pattern string
	Compose Compose
	Menu    string
	Paper   bool
	Costly  bool
	Live    bool // shows the case base, which belongs to no edition
}

// routes is the site map. Before these patterns, /en/ and /editions/{number}/
// are taken off; at their end, .json .csv .svg .pdf and .embed.
func (p Pages) routes() []route {
	return []route{
		{Pattern: "/{$}", Compose: p.Home},
		{Pattern: "/territoires", Compose: p.TerritoryList, Menu: "web.nav.territories"},
		{Pattern: report.ComposerPath, Compose: p.Composer},
		{Pattern: "/territoires/{id}", Compose: p.Territory, Paper: true},
		{Pattern: "/territoires/{id}/rapport", Compose: p.Report, Paper: true},
		{Pattern: "/territoires/{id}/synthese", Compose: p.Note, Paper: true},
		{Pattern: "/domaines", Compose: p.DomainList, Menu: "web.nav.domains"},
		{Pattern: "/domaines/{id}", Compose: p.Domain, Paper: true},
		{Pattern: report.PracticePath, Compose: p.Practices, Menu: "web.nav.practices", Live: true},
		{Pattern: report.PracticePath + "/{id}", Compose: p.Practice, Paper: true, Live: true},
		{Pattern: report.MatchPath, Compose: p.PracticeMatch, Paper: true, Live: true},
		{Pattern: report.DossierPath, Compose: p.Dossier, Paper: true, Live: true},
		{Pattern: report.OverviewPath, Compose: p.PracticeBase, Paper: true, Live: true},
		{Pattern: report.StudyPath, Compose: p.Studies, Menu: "web.nav.studies", Paper: true},
		{Pattern: report.StudyPath + "/{id}", Compose: p.Study, Paper: true},
		{Pattern: report.ProgrammePath + "/{id}", Compose: p.Programme, Paper: true},
		{Pattern: report.TrendPath, Compose: p.Trends, Paper: true},
		{Pattern: report.TrendPath + "/{id}", Compose: p.Trend, Paper: true},
		{Pattern: report.CalendarPath, Compose: p.Calendar, Paper: true},
		{Pattern: report.CalendarPath + "/{id}", Compose: p.Event, Paper: true},
		{Pattern: report.ExplorerPath, Compose: p.Explorer, Paper: true, Costly: true},
		{Pattern: report.TypologyPath, Compose: p.Typology, Paper: true},
		{Pattern: "/comparer", Compose: p.Compare, Menu: "web.nav.compare", Paper: true},
		{Pattern: report.ReweighPath, Compose: p.Reweigh, Paper: true},
		{Pattern: "/indicateurs", Compose: p.IndicatorList, Menu: "web.nav.indicators"},
		{Pattern: "/indicateurs/{id}", Compose: p.Indicator, Paper: true},
		{Pattern: report.CrossPath, Compose: p.CrossViews, Paper: true},
		{Pattern: report.CrossPath + "/{id}", Compose: p.CrossItem, Paper: true},
		{Pattern: "/etudes/{id...}", Compose: p.SurveyItem, Paper: true},
		{Pattern: "/publications", Compose: p.PublicationList, Menu: "web.nav.publications"},
		{Pattern: "/methodes", Compose: p.MethodList, Menu: "web.nav.methods", Paper: true},
		{Pattern: "/donnees", Compose: p.DataList, Menu: "web.nav.data"},
		{Pattern: "/recherche", Compose: p.Search, Costly: true, Live: true},
		{Pattern: "/provenance/{id...}", Compose: p.Trace},
		{Pattern: "/editions", Compose: p.EditionList},
		{Pattern: "/accessibilite", Compose: p.Accessibility},
		{Pattern: "/mentions-legales", Compose: p.Imprint},
	}
}

// entry is one registered pattern. Bare ones are routed by their path with the
// language, the edition and the form taken off. Body is the most bytes that a
// request may carry, 0 for none.
type entry struct {
	Pattern string
	Action  account.Action
	Handle  http.HandlerFunc
	Bare    bool
	Body    int64
	Desk    *deskRoute // when a person's rights are asked for
	Forms   []form     // a page answers all of them
}

// everything lists every pattern of the server with the action it is for: what
// is not here is not served, and an action that the matrix does not have is
// refused by New.
func (s *Server) everything() []entry {
	var list []entry
	for _, r := range s.Pages.routes() {
		if r.Compose != nil {
			list = append(list, entry{Pattern: r.Pattern, Action: account.ReadPublic, Handle: s.page(r), Bare: true, Forms: allFormsOfPage})
		}
	}
	if s.Pages.Keep != nil {
		list = append(list, entry{Pattern: "POST " + report.ComposerPath, Action: account.ComposeTerritory, Handle: s.compose, Bare: true, Body: mostPosted})
	}
	list = append(list, s.fixed()...)
	list = append(list, s.apiEntries()...)
	if s.Office != nil {
		for _, p := range s.deskRoutes() {
			list = append(list, p.entry(s))
		}
	}
	return list
}

// fixed is the rest of the site: what is no document and has one address.
func (s *Server) fixed() []entry {
	list := []entry{
		{Pattern: "/asset/{name...}", Action: account.ReadPublic, Handle: s.asset},
		{Pattern: "/favicon.svg", Action: account.ReadPublic, Handle: s.favicon},
		{Pattern: "/robots.txt", Action: account.ReadPublic, Handle: s.robots},
		{Pattern: "/sitemap.xml", Action: account.ReadPublic, Handle: s.sitemap},
		{Pattern: "/sitemap/{part}", Action: account.ReadPublic, Handle: s.sitemapPart},
		{Pattern: "/sante", Action: account.ReadPublic, Handle: s.health},
	}
	if s.Cases != nil {
		list = append(list, entry{Pattern: "GET " + oaiPath, Action: account.ReadPublic, Handle: s.oai},
			entry{Pattern: "POST " + oaiPath, Action: account.ReadPublic, Handle: s.oai, Body: mostOAI},
			entry{Pattern: "GET " + oaiSchema, Action: account.ReadPublic, Handle: s.oaiCase})
		list = append(list, entry{Pattern: "GET " + report.PicturePath + "{artifact}", Action: account.ReadPublic, Handle: s.picture})
	}
	if s.Pages.Calendar != nil && s.Releases != nil {
		list = append(list, s.calendarEntries()...)
	}
	if s.Releases != nil {
		list = append(list, entry{Pattern: report.FeedPath, Action: account.ReadPublic, Handle: s.feed(lang.FR)},
			entry{Pattern: "/en" + report.FeedPath, Action: account.ReadPublic, Handle: s.feed(lang.EN)})
	}
	return list
}

// register makes the two tables of routes of a list, everything.
//
// Error: an entry whose action is not in the matrix, or that asks for rights
// and is not of the back office.
func (s *Server) register(list []entry) error {
	var nobody account.Person
	for _, e := range list {
		rule, known := account.Matrix[e.Action]
		switch {
		case !known:
			return fmt.Errorf("route %q: no action %q in the matrix", e.Pattern, e.Action)
		case e.Desk == nil && !nobody.May(e.Action, account.Object{}):
			return fmt.Errorf("route %q: %q is not for everyone, its handler asks nobody", e.Pattern, e.Action)
		case len(rule.Roles) == 0 || len(rule.States) == 0:
			return fmt.Errorf("route %q: %q is for nobody", e.Pattern, e.Action)
		}
		mux := s.plain
		if e.Bare {
			mux = s.mux
		}
		mux.HandleFunc(e.Pattern, e.Handle)
		s.entries[e.Pattern] = e
	}
	s.mux.HandleFunc("/", s.nowhere)
	s.plain.HandleFunc("/", s.located)
	return nil
}

// registerPreviews makes the site map of an edition that is not public: the
// pages of the public's, to which the back office alone leads.
func (s *Server) registerPreviews() {
	s.previews = http.NewServeMux()
	for _, r := range s.Pages.routes() {
		if r.Compose != nil && !isLive(r.Pattern) {
			s.previews.HandleFunc(r.Pattern, s.previewPage(r))
		}
	}
	s.previews.HandleFunc("/", s.previewMissing)
}

// entryOf returns the entry that a request is for, false when none is.
func (s *Server) entryOf(r *http.Request) (entry, bool) {
	_, pattern := s.plain.Handler(r)
	if pattern == "/" {
		_, pattern = s.mux.Handler(parseAddress(r.URL.Path).put(r))
	}
	e, ok := s.entries[pattern]
	return e, ok
}
