package report

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
)

// Practices composes the search of the case base: what narrows it, what it
// finds, where those cases are and when they began. With r.Whole it lists every
// case of the selection, for a file.
func Practices(c *edition.Content, b *casestudy.Base, r Request) (Document, error) {
	w := composePractices(c, b, r)
	d := w.document("practices", "pratiques", w.p("name"))
	asked, refused := w.asked()
	found := b.Search(asked)
	d.Kicker = w.p("search.kicker")
	d.State = w.state(asked)
	d.Answer = w.foundAnswer(asked, found)
	d.Summary = d.Answer[0].Plain()
	d.Feeds = []string{"atom", "xlsx"}
	if r.Whole {
		d.Data, d.Sections = entriesOf(hitEntries(found)), []Section{{ID: "selection", Blocks: []Block{{Table: w.caseTable(hitEntries(found))}}}}
		return d, nil
	}
	first := Section{ID: "chercher", Layout: "finder", Blocks: []Block{{Finder: w.finder(asked, found)}}}
	list := Section{ID: "resultats", Title: w.p("search.results"), Layout: "found"}
	for _, f := range refused {
		list.Blocks = append(list.Blocks, Block{Note: plain(f)})
	}
	list.Blocks = append(list.Blocks, w.help(asked, found)...)
	if len(found.Hits) > 0 {
		list.Blocks = append(list.Blocks, Block{Results: w.results(found)}, w.pages(asked, found))
		list.Blocks = append(list.Blocks, w.selectionForms(asked))
	}
	d.Sections = append(d.Sections, first, list)
	if found.Total > 0 {
		d.Sections = append(d.Sections, w.practiceMap(asked, found), w.timeline(asked, found))
	}
	d.Sections = kept(append(d.Sections, w.representsSection()))
	return d, nil
}

// asked reads the state of the address.
func (w *practices) asked() (casestudy.Query, []string) {
	q, refused := casestudy.ParseQuery(w.r.Query)
	q.Language = w.l
	if w.r.Whole {
		q.Offset, q.Limit = 0, max(1, w.base.Len())
	}
	return q, refused
}

// state is the query that names a search.
func (w *practices) state(q casestudy.Query) url.Values {
	if w.r.Whole {
		q.Offset, q.Limit = 0, 0
	}
	v := q.Values()
	if collected := w.collected(); len(collected) > 0 {
		v[collectInput] = collected
	}
	return v
}

// searchHref is the address of a search.
func (w *practices) searchHref(q casestudy.Query) string { return withQuery(PracticePath, w.state(q)) }

func withQuery(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// facetHref is the address of the cases that have one value.
func (w *practices) facetHref(f casestudy.Facet, value string) string {
	return w.searchHref(casestudy.Query{Facets: map[casestudy.Facet][]string{f: {value}}})
}

// entriesOf are the cases that were found, as they are exchanged.
func entriesOf(entries []*casestudy.Entry) []casestudy.Entry {
	out := make([]casestudy.Entry, len(entries))
	for i, e := range entries {
		out[i] = CaseShown(e)
	}
	return out
}

// foundAnswer says how many cases answer.
func (w *practices) foundAnswer(q casestudy.Query, found casestudy.Found) []Text {
	text := strings.TrimSpace(q.Text)
	if text == "" && len(q.Facets) == 0 && q.From == 0 && q.To == 0 {
		unread := 0
		for _, v := range valuesOf(found, casestudy.Reviewed) {
			if v.Value == casestudy.No {
				unread = v.Count
			}
		}
		out := []Text{plain(w.p("search.all", "n", found.Total))}
		if unread > 0 {
			out = append(out, plain(w.p("search.unreviewed", "n", unread, "all", unread == found.Total)))
		}
		return out
	}
	answer := plain(w.p("search.found", "n", found.Total, "q", lang.Typeset(w.l, text), "asked", text != "", "narrowed", len(w.chosen(q)) > 0))
	out := []Text{answer}
	if len(found.Expanded) > 0 {
		out = append(out, plain(w.p("search.expanded", "words", lang.List(w.l, found.Expanded))))
	}
	return out
}

// help is what to do when nothing, or something else, was found.
func (w *practices) help(q casestudy.Query, found casestudy.Found) []Block {
	var out []Block
	if found.Suggestion != "" {
		meant := q
		meant.Text, meant.Offset = found.Suggestion, 0
		key := "practice.search.meant"
		if found.Corrected {
			key = "practice.search.corrected"
		}
		out = append(out, paragraph(w.text(key, "text", Span{Text: found.Suggestion, Href: w.searchHref(meant), Strong: true})))
	}
	if found.Total > 0 {
		return out
	}
	var tips []Text
	if len(w.chosen(q)) > 0 {
		tips = append(tips, w.text("practice.search.tip_clear", "link", Span{Text: w.p("search.tip_clear_link"), Href: w.searchHref(casestudy.Query{Text: q.Text, Sort: q.Sort})}))
	}
	tips = append(tips, plain(w.p("search.tip_words")), w.text("practice.follow.tip", "link", w.followSpan(q)),
		w.text("practice.search.tip_all", "link", Span{Text: w.p("search.tip_all_link", "n", w.base.Len()), Href: w.searchHref(casestudy.Query{})}))
	return append(out, paragraph(plain(w.p("search.none"))), Block{List: tips})
}

// results are the cases of one page.
func (w *practices) results(found casestudy.Found) *Results {
	r := &Results{Label: w.p("search.results"), Action: DossierPath, Name: collectInput, Tick: w.p("collect.tick"), Submit: w.p("collect.submit")}
	collected := w.collected()
	onPage := map[string]bool{}
	for _, h := range found.Hits {
		onPage[h.Entry.Slug] = true
		r.Items = append(r.Items, w.result(h, slices.Contains(collected, h.Entry.Slug)))
	}
	for _, slug := range collected {
		if !onPage[slug] {
			r.Kept = append(r.Kept, NameText{collectInput, slug})
		}
	}
	return r
}

// result shows one case that was found.
func (w *practices) result(h casestudy.Hit, ticked bool) Result {
	e := h.Entry
	r := Result{Value: e.Slug, Title: w.typeset(w.said(&e.Record).Title), Href: w.withCollected(practiceHref(e.Slug)), Detail: w.caseDetail(e),
		Badge: w.badge(e), Beside: w.evidenceWord(&e.Record), Ticked: ticked, Text: w.excerpt(h)}
	if len(h.Why) > 0 {
		var words []string
		for _, field := range h.Why {
			if key := "why." + field; lang.Has(w.l, "report.practice."+key) {
				words = append(words, w.p(key))
			}
		}
		if len(words) > 0 {
			r.Why = w.p("search.why", "fields", lang.List(w.l, words))
		}
	}
	if len(r.Text) == 0 {
		r.Text = plain(w.typeset(firstWords(w.said(&e.Record).Summary)))
	}
	return r
}

// excerpt is a piece of a case with what was found marked.
func (w *practices) excerpt(h casestudy.Hit) Text {
	var out Text
	text, at := h.Excerpt.Text, 0
	add := func(s string, marked bool) {
		if s != "" {
			out = append(out, Span{Text: w.typeset(s), Marked: marked})
		}
	}
	for _, m := range h.Excerpt.Marks {
		if m.Start < at || m.End > len(text) || m.Start >= m.End {
			continue
		}
		add(text[at:m.Start], false)
		add(text[m.Start:m.End], true)
		at = m.End
	}
	if len(h.Excerpt.Marks) > 0 {
		add(text[at:], false)
	}
	return out
}

// mostExcerpt is the length of a summary's beginning in a list.
const mostExcerpt = 200

// firstWords is the beginning of a text, cut between words.
func firstWords(s string) string {
	if len(s) <= mostExcerpt {
		return s
	}
	at := strings.LastIndex(s[:mostExcerpt], " ")
	if at < 0 {
		return ""
	}
	return strings.TrimRight(s[:at], " ,;:") + "…"
}

// pages leads to the pages beside.
func (w *practices) pages(q casestudy.Query, found casestudy.Found) Block {
	last := (found.Total + q.Limit - 1) / q.Limit
	if last <= 1 {
		return Block{}
	}
	page := q.Offset/q.Limit + 1
	out := Text{{Text: w.p("search.page", "page", strconv.Itoa(page), "last", strconv.Itoa(last))}}
	if page > 1 {
		out = append(out, Span{Text: " · "}, Span{Text: w.p("search.before"), Href: w.pageHref(q, min(page-1, last))})
	}
	if page < last {
		out = append(out, Span{Text: " · "}, Span{Text: w.p("search.after"), Href: w.pageHref(q, page+1)})
	}
	return paragraph(out)
}

func (w *practices) pageHref(q casestudy.Query, page int) string {
	q.Offset = (page - 1) * q.Limit
	return w.searchHref(q)
}

// selectionForms leads to the other forms of the selection.
func (w *practices) selectionForms(q casestudy.Query) Block {
	q.Offset, q.Limit = 0, 0
	out := Text{{Text: w.p("search.forms") + " "}}
	for i, f := range []string{"csv", "xlsx", "json", "atom"} {
		if i > 0 {
			out = append(out, Span{Text: " · "})
		}
		out = append(out, Span{Text: w.p("search.form." + f), Href: withQuery(PracticePath+"."+f, q.Values())})
	}
	return paragraph(append(out, Span{Text: " · "}, w.followSpan(q)))
}

// representsSection says what the base is, and is not.
func (w *practices) representsSection() Section {
	return Section{ID: "portee", Title: w.p("section.represents"), Blocks: []Block{
		paragraph(plain(w.p("represents.text"))),
		paragraph(w.text("practice.represents.more", "link", Span{Text: w.p("represents.link"), Href: OverviewPath}))}}
}
