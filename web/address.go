package web

import (
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"

	"vigie/lang"
	"vigie/report"
)

// form is one of the forms of the same address.
type form string

// The forms. A page without suffix is HTML.
const (
	asHTML  form = ""
	asJSON  form = "json"
	asCSV   form = "csv"
	asSVG   form = "svg"
	asPDF   form = "pdf"
	asEmbed form = "embed"
	asXLSX  form = "xlsx"
	asAtom  form = "atom"
)

var suffixes = map[string]form{".json": asJSON, ".csv": asCSV, ".svg": asSVG, ".pdf": asPDF, ".embed": asEmbed, ".xlsx": asXLSX, ".atom": asAtom}

// address is where a page is: /en/editions/2026-1/territoires/REG-44.csv is
// language en, edition 2026-1, path /territoires/REG-44, form csv. Edition ""
// is the newest public one.
type address struct {
	lang    lang.Lang
	edition string
	path    string
	form    form
	preview *preview // the edition is read before the public does
}

var editionPrefix = regexp.MustCompile(`^/editions/([0-9]{4}-[0-9]{1,3})(/|$)`)

// parseAddress reads the path of a URL, already unescaped. It never fails: a
// path that names nothing is a path that no route knows.
func parseAddress(p string) address {
	a := address{lang: lang.FR, path: p}
	if a.path == "/en" || strings.HasPrefix(a.path, "/en/") {
		a.lang, a.path = lang.EN, rooted(a.path[len("/en"):])
	}
	if m := editionPrefix.FindStringSubmatch(a.path); m != nil {
		a.edition, a.path = m[1], rooted(a.path[len("/editions/")+len(m[1]):])
	}
	ext := path.Ext(a.path)
	if f, ok := suffixes[ext]; ok {
		stem := strings.TrimSuffix(a.path, ext)
		switch {
		case stem == "/index":
			a.form, a.path = f, "/"
		case !strings.HasSuffix(stem, "/"):
			a.form, a.path = f, stem
		}
	}
	return a
}

func rooted(p string) string {
	if p == "" {
		return "/"
	}
	return p
}

// prefix is what stands before every path in this language and edition.
func (a address) prefix() string {
	p := ""
	if a.lang == lang.EN {
		p = "/en"
	}
	switch {
	case a.preview != nil:
		p += a.preview.base
	case a.edition != "":
		p += "/editions/" + a.edition
	}
	return p
}

// String returns the path of the address, escaped for a URL.
func (a address) String() string {
	p := a.path
	if a.form != asHTML {
		if p == "/" {
			p = "/index"
		}
		p += "." + string(a.form)
	}
	if pre := a.prefix(); pre != "" {
		p = pre + strings.TrimSuffix(p, "/")
	}
	return (&url.URL{Path: p}).EscapedPath()
}

// as returns the same address in another form.
func (a address) as(f form) address { a.form = f; return a }

// in returns the same address in another language.
func (a address) in(l lang.Lang) address { a.lang = l; return a }

// link puts a document's link under the prefix of this address, so that a
// reader stays in a language and an edition. Links to elsewhere, to a permanent
// address, to the list of editions and to assets keep their own; a link that is
// neither http(s), mail, a fragment nor a path of the site is emptied.
func (a address) link(href string) string {
	switch {
	case href == "" || href[0] == '#' || href[0] == '?':
		return href
	case strings.HasPrefix(href, "https://"), strings.HasPrefix(href, "http://"), strings.HasPrefix(href, "mailto:"):
		return href
	case href[0] != '/' || strings.HasPrefix(href, "//") || strings.HasPrefix(href, `/\`):
		return ""
	case strings.HasPrefix(href, "/asset/") || href == "/en" || strings.HasPrefix(href, "/en/"):
		return href
	case isLive(href), href == report.CalendarFile, href == report.CalendarFeed:
		a.edition, a.preview = "", nil
	case a.preview != nil:
		return a.previewLink(href)
	case strings.HasPrefix(href, "/editions"):
		a.edition = ""
	}
	pre := a.prefix()
	if href == "/" && pre != "" {
		return pre
	}
	if pre != "" && strings.HasPrefix(href, "/?") || strings.HasPrefix(href, "/#") {
		return pre + href[1:]
	}
	return pre + href
}

// isLive reports whether a link leads to the case base, which belongs to no
// edition.
func isLive(href string) bool {
	rest, ok := strings.CutPrefix(href, report.PracticePath)
	return ok && (rest == "" || strings.ContainsRune("/?#.", rune(rest[0])))
}

// canonical returns the path to redirect to when p is not written as pages are
// (double slashes, dots, final slash), false when p is right.
func canonical(p string) (string, bool) {
	c := path.Clean("/" + p)
	return c, c != p
}

// put records an address on a request that is about to be routed by its bare
// path; addressOf reads it back.
func (a address) put(r *http.Request) *http.Request {
	inner := r.Clone(r.Context())
	inner.URL.Path, inner.URL.RawPath = a.path, ""
	inner.SetPathValue("lang of address", string(a.lang))
	inner.SetPathValue("edition of address", a.edition)
	inner.SetPathValue("form of address", string(a.form))
	return inner
}

func addressOf(r *http.Request) address {
	l, _ := lang.Parse(r.PathValue("lang of address"))
	return address{lang: l, edition: r.PathValue("edition of address"), path: r.URL.Path,
		form: form(r.PathValue("form of address"))}
}
