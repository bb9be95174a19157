package report

import (
	"net/url"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
)

// FollowPath is the page of the back office where somebody with an account asks
// to be told of what a search finds, FollowInput what says that they come for
// that.
const (
	FollowPath  = "/atelier/compte/recherches"
	FollowInput = "suivre"
)

// followHref is where a search is followed from.
func followHref(q casestudy.Query) string {
	q.Offset, q.Limit, q.Sort = 0, 0, ""
	v := q.Values()
	v.Set(FollowInput, "1")
	return FollowPath + "?" + v.Encode()
}

// followSpan leads to the page where a search is followed.
func (w *practices) followSpan(q casestudy.Query) Span {
	return Span{Text: w.p("follow.link"), Href: followHref(q)}
}

// SearchSaid says what a search asks for, a criterion each, in the words of the
// page that makes it, and that page's address; nothing for the whole base.
func SearchSaid(c *edition.Content, b *casestudy.Base, l lang.Lang, query url.Values) (said []string, href string) {
	w := composePractices(c, b, Request{Lang: l, Query: query})
	q, _ := casestudy.ParseQuery(query)
	q.Language, q.Offset, q.Limit, q.Sort = l, 0, 0, ""
	if q.Text != "" {
		said = append(said, w.p("follow.text", "text", lang.Typeset(l, q.Text)))
	}
	for _, c := range w.chosen(q) {
		said = append(said, c.Label)
	}
	return said, withQuery(PracticePath, q.Values())
}
