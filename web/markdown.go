package web

import (
	"bytes"
	"html/template"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"vigie/lang"
)

// mostMarkdown is what is set of one text; the rest is left out.
const mostMarkdown = 20 << 10

// Prose sets a text that somebody wrote in Markdown: paragraphs, lists,
// emphasis, links, tables, titles below those of the page. It is the only way
// for a text to become elements. What is written as HTML is left out, images
// are not shown, and a link leads to a page of the site, to another site by
// http(s) or to a mail address. Two walls: goldmark makes no HTML of what it
// does not know, and bluemonday lets only this list through.
func (w words) Prose(source string) template.HTML {
	return setProse(source, proseSetting{at: address{lang: w.l}, titles: 2}, proseWall())
}

// proseSetting says how a text is set: the page's address, where a link leads,
// nil for where it says, and how many levels its titles go down.
type proseSetting struct {
	at     address
	to     func(string) string
	titles int
}

func setProse(source string, how proseSetting, wall *bluemonday.Policy) template.HTML {
	if len(source) > mostMarkdown {
		source = strings.ToValidUTF8(source[:mostMarkdown], "")
	}
	if !utf8.ValidString(source) {
		source = strings.ToValidUTF8(source, "\uFFFD")
	}
	var out bytes.Buffer
	if err := prose().Convert([]byte(source), &out, parser.WithContext(proseContext(how))); err != nil {
		return template.HTML(template.HTMLEscapeString(source)) //nolint:gosec // escaped
	}
	return template.HTML(wall.SanitizeBytes(out.Bytes()))
}

var prose = sync.OnceValue(func() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})), extension.Table),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(proseLinks{}, 100))))
})

var (
	proseWall = sync.OnceValue(newWall)
	guideWall = sync.OnceValue(func() *bluemonday.Policy { return newWall().AllowElements("h2") })
)

func newWall() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}

var proseKey = parser.NewContextKey()

func proseContext(how proseSetting) parser.Context {
	c := parser.NewContext()
	c.Set(proseKey, how)
	return c
}

// proseLinks puts links under the language of the page, empties those that lead
// nowhere known, and sets titles below those of the page.
type proseLinks struct{}

// Transform changes the tree of a text.
func (proseLinks) Transform(doc *ast.Document, _ text.Reader, c parser.Context) {
	how, ok := c.Get(proseKey).(proseSetting)
	if !ok {
		how = proseSetting{at: address{lang: lang.FR}, titles: 2}
	}
	var images []ast.Node
	// The walker stops at no error: the function gives none.
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch x := n.(type) {
		case *ast.Link:
			x.Destination = []byte(proseTarget(how, string(x.Destination)))
			x.Title = nil
		case *ast.Heading:
			x.Level = min(6, x.Level+how.titles)
		case *ast.Image:
			images = append(images, n)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range images {
		parent := n.Parent()
		for child := n.FirstChild(); child != nil; child = n.FirstChild() { // the words that stand for the image
			parent.InsertBefore(parent, n, child)
		}
		parent.RemoveChild(parent, n)
	}
}

// proseTarget is where a link of a text may lead, "" when nowhere.
func proseTarget(how proseSetting, to string) string {
	if strings.ContainsFunc(to, func(r rune) bool { return r < ' ' || r == 0x7F || r == '\\' }) {
		return ""
	}
	if how.to != nil {
		to = how.to(to)
	}
	return how.at.link(strings.TrimSpace(to))
}
