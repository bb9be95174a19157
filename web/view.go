package web

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"vigie/lang"
	"vigie/render/export"
	"vigie/report"
)

// words gives the templates the catalogue in the page's language.
type words struct{ l lang.Lang }

// T returns a message of the catalogue.
func (w words) T(key string, args ...any) string { return lang.T(w.l, key, args...) }

// link is a labelled address; Current marks the page that the reader is on.
type link struct {
	Label, Href, Lang string
	Current           bool
}

// pageView is everything that the page template shows.
type pageView struct {
	words
	Lang, Title, Description, Kind     string
	CSS, JS                            string
	Fonts                              []string
	Canonical, Feed                    string
	Alternates                         []link
	Robots                             string
	Home                               string
	Menu                               []link
	Search, SearchValue, SearchSuggest string
	Switch                             link
	Banner, Notice                     string
	NoticeLink                         link
	Crumbs                             []link
	Kicker, Heading                    string
	Answer                             []report.Text
	Links                              []link
	Sections                           []sectionView
	Foot                               []link
	Edition, Permanent                 string
	Errata                             []erratumView
	Linked                             any  // the page's subject as JSON-LD
	OwnFeed                            link // what this page finds, as a feed
}

// erratumView says what was wrong in the edition.
type erratumView struct{ Date, Text, By string }

// sectionView is a section; Level says how its figures' titles rank.
type sectionView struct {
	ID, Title, Class string
	Blocks           []blockView
}

// blockView is a block with its parts made ready.
type blockView struct {
	words
	report.Block
	Facts  []factView
	Figure *figureView
	Table  *tableView
	Form   *formView
	Finder *finderView
}

// finderView is a finder whose fields are made ready.
type finderView struct {
	words
	*report.Finder
	Fields []frameView
}

// factView is a key figure.
type factView struct {
	words
	report.Fact
}

// figureView is a chart with all that stands beside it. Top is true when no
// section title stands above.
type figureView struct {
	words
	*report.Figure
	Top               bool
	About             string // unit · field · date
	Drawing           template.HTML
	Tall, Printed     bool // Tall: on paper the table stands in for it; Printed: its table is
	Undrawn           string
	SVG, CSV, JSON    string
	Snippet, EmbedTo  string
	Data              *tableView
	SourcePage, Where string
}

// tableView is a table ready to be set.
type tableView struct {
	words
	ID, Caption     string
	Head            []headView
	Rows            []rowView
	Signs           []signView
	Notes           []string
	Source          string
	CSV, JSON       string
	Spreadsheet     string
	R, Python       string
	Folded, Sorting bool // Folded: read behind its name
}

type headView struct {
	Label, Class string
}

type rowView struct {
	Class string
	Cells []cellView
}

// cellView is one cell: First makes it the row's heading.
type cellView struct {
	words
	First                        bool
	Class, Text, V               string
	Sign, SignText, Level        string
	Href, Trace                  string
	ValueTrace, SignOnly, Beside bool
}

type signView struct{ Sign, Text string }

// formView is a form.
type formView struct {
	words
	Action, Submit, Status string
	Intro                  report.Text
	Post, Live             bool
	Frames                 []frameView
	Kept                   []report.NameText
}

// frameView holds the fields of one group under its name, or fields of none.
type frameView struct {
	Legend string
	Fields []fieldView
}

type fieldView struct {
	report.Field
	ID, HintID string
	Groups     []groupView
}

type groupView struct {
	Label   string
	Options []report.Option
}

// pageView makes ready the page of a document.
func (s *Server) pageView(v visit, p route, d report.Document) pageView {
	l := v.at.lang
	w := words{l}
	view := pageView{
		words: w, Lang: string(l), Title: d.Title, Description: d.Summary, Kind: d.Kind,
		CSS: s.bundle.href("vigie.css"), JS: s.bundle.href("vigie.js"), Fonts: s.bundle.fontsOfPage(),
		Home: v.at.link("/"), Kicker: d.Kicker, Heading: d.Title, Answer: d.Answer,
		Linked: s.linked(v, d), Canonical: v.base + v.here(asHTML, ""), Crumbs: plainLinks(d.Crumbs), Links: plainLinks(d.Links),
	}
	if d.Kind == "home" {
		view.Title = w.T("web.title.home")
	} else {
		view.Title = w.T("web.title.page", "title", joined(" · ", d.Title, d.Kicker, v.at.edition))
	}
	if d.Kind == "fault" || d.Kind == "search" || d.Kind == "dossier" || d.Kind == "practices" && len(v.query) > 0 || d.Kind == "reweigh" && len(v.query) > 0 || strings.HasPrefix(v.at.path, "/territoires/T-") {
		view.Robots = "noindex"
	}
	if s.bundle.missing {
		view.Banner = w.T("web.unbuilt")
	}
	if slices.Contains(d.Feeds, "atom") {
		view.OwnFeed = link{Label: w.T("practice.feed", "what", d.Answer[0].Plain()), Href: v.here(asAtom, "")}
	}
	s.frame(&view, v, p)
	s.aboutEdition(&view, v, d)
	ids := itemIDs(d)
	for _, section := range d.Sections {
		view.Sections = append(view.Sections, s.sectionView(v, section, ids))
	}
	return view
}

// frame fills what is around every page: menu, search, language, footer.
func (s *Server) frame(view *pageView, v visit, p route) {
	w := view.words
	for _, m := range s.menu {
		here := v.at.path == m.Pattern || strings.HasPrefix(v.at.path, m.Pattern+"/")
		view.Menu = append(view.Menu, link{Label: w.T(m.Menu), Href: v.at.link(m.Pattern), Current: here})
	}
	if s.Pages.Search != nil {
		view.Search = v.at.link("/recherche")
		view.SearchSuggest = v.at.link("/recherche.json")
		if v.at.path == "/recherche" {
			view.SearchValue = v.query.Get("q")
		}
	}
	other := v
	other.at = v.at.in(w.l.Other())
	view.Switch = link{Label: w.T("lang.other"), Href: other.here(asHTML, ""), Lang: string(w.l.Other())}
	if s.Releases != nil {
		view.Feed = address{lang: w.l}.link(report.FeedPath)
	}
	for _, l := range lang.Langs {
		each := v
		each.at = v.at.in(l)
		view.Alternates = append(view.Alternates, link{Lang: string(l), Href: v.base + each.here(asHTML, "")})
	}
	if p.Paper && s.PDF != nil {
		view.Links = append(view.Links, link{Label: w.T("web.pdf"), Href: v.here(asPDF, "")})
	}
	for _, f := range []struct {
		page Compose
		key  string
		href string
	}{
		{s.Pages.DataList, "web.foot.sources", "/donnees"},
		{s.Pages.EditionList, "web.foot.editions", "/editions"},
		{s.Pages.Accessibility, "web.foot.accessibility", "/accessibilite"},
		{s.Pages.Imprint, "web.foot.imprint", "/mentions-legales"},
	} {
		if f.page != nil {
			view.Foot = append(view.Foot, link{Label: w.T(f.key, "level", report.AccessibilityLevel(w.l)), Href: v.at.link(f.href)})
		}
	}
	view.Foot = append(view.Foot, link{Label: w.T("api.foot"), Href: v.at.link(apiPage)})
}

// aboutEdition says which edition speaks, and warns when it is not the newest.
func (s *Server) aboutEdition(view *pageView, v visit, d report.Document) {
	if d.Edition.Number == "" {
		return
	}
	w := view.words
	view.Edition = w.T("web.edition", "number", d.Edition.Number, "date", lang.Date(w.l, d.Edition.Date))
	for _, e := range d.Edition.Errata {
		view.Errata = append(view.Errata, erratumView{Date: lang.Date(w.l, e.Date), Text: e.Text, By: e.CorrectedBy})
	}
	if v.at.preview != nil {
		view.previewed(v)
		return
	}
	permanent := v
	permanent.at.edition = d.Edition.Number
	view.Permanent = v.base + permanent.here(asHTML, "")
	if d.Edition.Superseded != "" {
		newest := v
		newest.at.edition = ""
		view.Notice = w.T("web.superseded.text", "number", d.Edition.Number, "by", d.Edition.Superseded)
		view.NoticeLink = link{Label: w.T("web.superseded.link"), Href: newest.here(asHTML, "")}
	}
}

func plainLinks(links []report.Link) []link {
	out := make([]link, len(links))
	for i, l := range links {
		out[i] = link{Label: l.Label, Href: l.Href}
	}
	return out
}

func (s *Server) sectionView(v visit, section report.Section, ids map[*report.Table]string) sectionView {
	view := sectionView{ID: section.ID, Title: section.Title, Class: "section"}
	if section.Layout != "" {
		view.Class += " section-" + section.Layout
	}
	for _, b := range section.Blocks {
		block := blockView{words: words{v.at.lang}, Block: b}
		for _, f := range b.Facts {
			block.Facts = append(block.Facts, factView{words{v.at.lang}, f})
		}
		switch {
		case b.Figure != nil:
			block.Figure = s.figureView(v, b.Figure, section.Title == "")
		case b.Table != nil:
			block.Table = tableOf(v, *b.Table, ids[b.Table])
		case b.Form != nil:
			block.Form = formOf(v, *b.Form)
		case b.Finder != nil:
			fields := formOf(v, report.Form{Fields: b.Finder.Fields})
			block.Finder = &finderView{words{v.at.lang}, b.Finder, fields.Frames}
		}
		if block.Figure != nil && block.Figure.ID == view.ID || block.Table != nil && block.Table.ID == view.ID {
			view.ID = "" // the anchor stands on what the section shows
		}
		view.Blocks = append(view.Blocks, block)
	}
	return view
}

// On paper, a table of more than mostPrinted rows stays closed, and a ranking
// of more than mostDrawn rows is read in its table.
const (
	mostPrinted = 120
	mostDrawn   = 45
)

// figureView makes a figure ready: its drawings, the addresses of its other
// forms, its table.
func (s *Server) figureView(v visit, f *report.Figure, top bool) *figureView {
	w := words{v.at.lang}
	view := &figureView{words: w, Figure: f, Top: top,
		About: joined(" · ", f.Unit, f.Field, f.Date),
		CSV:   v.here(asCSV, f.ID), JSON: v.here(asJSON, f.ID), Data: tableOf(v, f.Table, f.ID)}
	view.Printed = len(f.Table.Rows) <= mostPrinted
	if f.Chart == nil {
		return view
	}
	if r, ok := f.Chart.(*report.Ranking); ok {
		view.Tall = len(r.Rows) > mostDrawn
	}
	view.SVG = v.here(asSVG, f.ID)
	view.EmbedTo = v.here(asEmbed, f.ID)
	view.Snippet = fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="620" loading="lazy"></iframe>`,
		template.HTMLEscapeString(v.base+view.EmbedTo), template.HTMLEscapeString(f.Title))
	drawing, err := s.drawPage(v.edition, f, v.at.lang)
	if err != nil {
		s.Log.Error("figure not drawn", "path", v.at.path, "figure", f.ID, "error", err)
		view.Undrawn = w.T("web.figure.undrawn")
		return view
	}
	view.Drawing = drawing
	return view
}

func joined(sep string, parts ...string) string {
	kept := parts[:0]
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}

// embedView is a page that holds one figure.
func (s *Server) embedView(v visit, d report.Document, f *report.Figure) pageView {
	view := s.pageView(v, route{}, report.Document{Kind: "embed", Title: d.Title, Kicker: f.Title, Edition: d.Edition})
	view.Kicker, view.Robots = "", "noindex"
	fig := s.figureView(v, f, true)
	fig.SourcePage, fig.Where = v.base+v.here(asHTML, "")+"#"+f.ID, d.Title
	view.Sections = []sectionView{{Blocks: []blockView{{Figure: fig}}}}
	return view
}

// formOf makes a form ready; a select's options are put in their groups.
func formOf(v visit, f report.Form) *formView {
	view := &formView{words: words{v.at.lang}, Action: f.Action, Submit: f.Submit, Status: f.Status, Intro: f.Intro, Post: f.Post, Live: f.Live, Kept: f.Kept}
	for i, field := range f.Fields {
		fv := fieldView{Field: field, ID: fmt.Sprintf("champ-%s-%d", plainName(field.Name), i)}
		if field.Hint != "" {
			fv.HintID = fv.ID + "-aide"
		}
		for _, o := range field.Options {
			if n := len(fv.Groups); n == 0 || fv.Groups[n-1].Label != o.Group {
				fv.Groups = append(fv.Groups, groupView{Label: o.Group})
			}
			g := &fv.Groups[len(fv.Groups)-1]
			g.Options = append(g.Options, o)
		}
		if n := len(view.Frames); n == 0 || view.Frames[n-1].Legend != field.Group {
			view.Frames = append(view.Frames, frameView{Legend: field.Group})
		}
		frame := &view.Frames[len(view.Frames)-1]
		frame.Fields = append(frame.Fields, fv)
	}
	return view
}

// itemIDs gives each table the name that export knows it by.
func itemIDs(d report.Document) map[*report.Table]string {
	ids := map[*report.Table]string{}
	for _, item := range export.Items(d) {
		ids[item.Table] = item.ID
	}
	return ids
}
