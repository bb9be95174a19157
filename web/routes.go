package web

import (
	"context"
	"net/http"

	"vigie/edition"
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
	Trace, EditionList, Accessibility, Imprint Compose

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
		{Pattern: report.TypologyPath, Compose: p.Typology, Paper: true},
		{Pattern: "/comparer", Compose: p.Compare, Menu: "web.nav.compare", Paper: true},
		{Pattern: report.ReweighPath, Compose: p.Reweigh, Paper: true},
		{Pattern: "/indicateurs", Compose: p.IndicatorList, Menu: "web.nav.indicators"},
		{Pattern: "/indicateurs/{id}", Compose: p.Indicator, Paper: true},
		{Pattern: "/publications", Compose: p.PublicationList, Menu: "web.nav.publications"},
		{Pattern: "/methodes", Compose: p.MethodList, Menu: "web.nav.methods", Paper: true},
		{Pattern: "/donnees", Compose: p.DataList, Menu: "web.nav.data"},
		{Pattern: "/recherche", Compose: p.Search, Costly: true},
		{Pattern: "/provenance/{id...}", Compose: p.Trace},
		{Pattern: "/editions", Compose: p.EditionList},
		{Pattern: "/accessibilite", Compose: p.Accessibility},
		{Pattern: "/mentions-legales", Compose: p.Imprint},
	}
}

// fixed is the rest of the site: what is no document and has one address.
func (s *Server) fixed() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"/asset/{name...}": s.asset,
		"/favicon.svg":     s.favicon,
		"/robots.txt":      s.robots,
		"/sitemap.xml":     s.sitemap,
		"/sitemap/{part}":  s.sitemapPart,
		"/sante":           s.health,
	}
}
