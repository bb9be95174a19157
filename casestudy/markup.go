package casestudy

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

var (
	tagLike = regexp.MustCompile(`(?i)<[/!?]?[a-z][^<>]*>|<!--|</?(?:script|style|iframe|object|embed|svg|img|a|p|div|span|br|b|i|form|input|link|meta)\b`)
	named   = regexp.MustCompile(`&(?:[A-Za-z][A-Za-z0-9]+|#[0-9]+|#[xX][0-9A-Fa-f]+);`)
)

// unread are the elements whose content is no text for readers.
var unread = []string{"script", "style", "template", "iframe", "object", "noscript", "svg", "math", "head", "textarea", "select", "noembed", "noframes", "xmp", "plaintext"}

// ownLines are the elements that stand on lines of their own.
var ownLines = []string{"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "blockquote", "hr", "dt", "dd"}

// withoutMarkup returns the text that HTML would show, and whether there was
// any. What only looks like a sign, « 3 < 5 » or « R&D », stays.
func withoutMarkup(s string) (text string, marked bool) {
	if !strings.ContainsAny(s, "<&") {
		return s, false
	}
	for range 8 { // markup written as references comes out in turn
		tags := tagLike.MatchString(s)
		if !tags && !named.MatchString(s) {
			return s, marked
		}
		before := s
		if tags {
			s = shownText(s)
		} else {
			s = html.UnescapeString(s)
		}
		if s == before {
			return s, marked // &nothing; is no reference
		}
		marked = true
	}
	return strings.Map(func(r rune) rune {
		if r == '<' || r == '&' {
			return -1
		}
		return r
	}, s), true
}

func shownText(s string) string {
	if open, shut := strings.LastIndexByte(s, '<'), strings.LastIndexByte(s, '>'); open > shut {
		s += ">" // a tag that was cut
	}
	z := html.NewTokenizer(strings.NewReader(s))
	var b strings.Builder
	var skipped string
	depth := 0
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			if depth == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw, _ := z.TagName()
			name := string(raw)
			switch {
			case depth > 0 && name == skipped && kind == html.StartTagToken:
				depth++
			case depth > 0 && name == skipped && kind == html.EndTagToken:
				depth--
			case depth == 0 && kind == html.StartTagToken && slices.Contains(unread, name):
				skipped, depth = name, 1
			case depth == 0 && slices.Contains(ownLines, name):
				b.WriteByte('\n')
			}
		}
	}
}
