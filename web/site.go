package web

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"vigie/edition"
	"vigie/indicator"
	"vigie/observatory"
	"vigie/report"
	"vigie/store"
	"vigie/territory"
)

// SitePages binds the compositions of package report to the site map.
func SitePages(db *store.DB, lib *observatory.Library, now func() time.Time) Pages {
	plain := func(f func(*edition.Content, report.Request) (report.Document, error)) Compose {
		return func(_ context.Context, e *edition.Content, q report.Request, _ string) (report.Document, error) {
			return f(e, q)
		}
	}
	of := func(f func(*edition.Content, report.Request, territory.Code) (report.Document, error)) Compose {
		return func(ctx context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			e, err := composedIn(ctx, db, e, q, id)
			if err != nil {
				return report.Document{}, err
			}
			return f(e, q, territory.Code(id))
		}
	}
	named := func(f func(*edition.Content, report.Request, string) (report.Document, error)) Compose {
		return func(_ context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			return f(e, q, id)
		}
	}
	choice := func(f func(*edition.Content, report.Request) (report.Document, error)) Compose {
		return of(func(e *edition.Content, q report.Request, _ territory.Code) (report.Document, error) { return f(e, q) })
	}
	return Pages{
		Home: plain(report.Home), Search: plain(report.Search),
		TerritoryList: plain(report.TerritoryList), Territory: of(report.Territory), Report: of(report.Printed), Note: of(report.Note),
		Compare: choice(report.Compare), Composer: choice(report.Composer), Typology: plain(report.Typology),
		Keep:       func(ctx context.Context, c territory.Composition) error { return db.PutComposed(ctx, c, now()) },
		DomainList: plain(report.DomainList),
		Domain:     named(report.Domain),
		Studies:    plain(report.Studies), Study: named(report.Study), Programme: named(report.Programme),
		Trends: plain(report.Trends), Trend: named(report.Trend), Event: named(report.Event),
		Calendar: func(ctx context.Context, e *edition.Content, q report.Request, _ string) (report.Document, error) {
			all, err := releases(ctx, lib, now())
			if err != nil {
				return report.Document{}, err
			}
			p, _ := ctx.Value(previewKey{}).(*previewing)
			return report.Calendar(e, q, withPreviewed(all, e, p))
		},
		Reweigh:       plain(report.Reweigh),
		IndicatorList: plain(report.IndicatorList),
		Indicator: func(_ context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			return report.Indicator(e, q, indicator.Code(id))
		},
		CrossViews: plain(report.CrossViews),
		CrossItem: func(_ context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			return report.CrossItem(e, q, id)
		},
		SurveyItem: func(_ context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			wave, item, _ := strings.Cut(id, "/")
			return report.SurveyItem(e, q, wave, item)
		},
		PublicationList: plain(report.Publications), MethodList: plain(report.Methods), DataList: plain(report.Data),
		Trace: func(ctx context.Context, e *edition.Content, q report.Request, id string) (report.Document, error) {
			e, err := composedIn(ctx, db, e, q, id)
			if err != nil {
				return report.Document{}, err
			}
			return report.Trace(e, q, id, observatory.Archive(ctx, db, e))
		},
		EditionList: func(ctx context.Context, e *edition.Content, q report.Request, _ string) (report.Document, error) {
			all, err := releases(ctx, lib, now())
			if err != nil {
				return report.Document{}, err
			}
			p, _ := ctx.Value(previewKey{}).(*previewing)
			return report.Editions(e, q, withPreviewed(all, e, p))
		},
		Accessibility: plain(report.Accessibility), Imprint: plain(report.Imprint),
	}
}

// SiteReleases lists the public editions of a library, as Config asks.
func SiteReleases(lib *observatory.Library) func(context.Context, time.Time) ([]report.Release, error) {
	return func(ctx context.Context, now time.Time) ([]report.Release, error) { return releases(ctx, lib, now) }
}

// releases are the public editions, newest first; a successor under embargo is
// not named.
func releases(ctx context.Context, lib *observatory.Library, now time.Time) ([]report.Release, error) {
	rows, err := lib.Public(ctx, now)
	if err != nil {
		return nil, err
	}
	public := map[string]bool{}
	for _, r := range rows {
		public[r.Number] = true
	}
	var out []report.Release
	for _, r := range rows {
		e := report.Release{At: r.EmbargoAt, Number: r.Number, Date: r.PublishedAt, Supersedes: r.Supersedes, Manifest: r.Manifest,
			Errata: observatory.Errata(&r, rows, now)}
		if public[r.SupersededBy] {
			e.SupersededBy = r.SupersededBy
		}
		for _, c := range r.Changes {
			e.Changes = append(e.Changes, edition.Change{Kind: c.Kind, FR: c.WhatFR, EN: c.WhatEN})
		}
		out = append(out, e)
	}
	return out, nil
}

// withPreviewed adds the edition of a preview to the list, as it will be there,
// when it is not public yet.
func withPreviewed(all []report.Release, e *edition.Content, p *previewing) []report.Release {
	m := e.Manifest
	if p == nil || slices.ContainsFunc(all, func(r report.Release) bool { return r.Number == m.Number }) {
		return all
	}
	for i := range all {
		if all[i].Number != m.Supersedes {
			continue
		}
		all[i].SupersededBy = m.Number
		if p.erratum != nil {
			all[i].Errata = append(all[i].Errata, *p.erratum)
		}
	}
	return slices.Insert(all, 0, report.Release{At: m.Embargo, Number: m.Number, Date: m.Date, Supersedes: m.Supersedes, Manifest: e.ID, Changes: m.Changes})
}

// mostListed is the number of pages in one part of the sitemap, a few MB; the
// convention allows 50,000.
const mostListed = 10_000

// SitePaths lists the pages of an edition for the sitemap: the general ones,
// then the territories tier by tier.
func SitePaths(e *edition.Content) []SitemapPart {
	pages := SitemapPart{Name: "pages", Paths: []string{"/", "/territoires", report.ComposerPath, "/domaines", report.TypologyPath, report.ReweighPath, report.StudyPath, report.TrendPath, report.CalendarPath, "/indicateurs", report.CrossPath, "/publications", "/methodes", "/donnees", "/editions"}}
	for _, d := range e.Domains() {
		pages.Paths = append(pages.Paths, "/domaines/"+d.Code)
	}
	for _, i := range e.Catalogue.All() {
		if i.Nature != indicator.Count {
			pages.Paths = append(pages.Paths, "/indicateurs/"+string(i.Code))
		}
	}
	pages.Paths = append(pages.Paths, report.SurveyPaths(e)...)
	out := []SitemapPart{pages, recordPages(e)}
	for _, level := range []territory.Level{territory.National, territory.Region, territory.Departement, territory.EPCI, territory.Commune} {
		n := 0
		for part := range slices.Chunk(e.Territory.ByLevel(level), mostListed) {
			n++
			p := SitemapPart{Name: fmt.Sprintf("%s-%d", level, n)}
			for i := range part {
				p.Paths = append(p.Paths, "/territoires/"+string(part[i].Code))
			}
			out = append(out, p)
		}
	}
	return out
}
