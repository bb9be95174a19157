package web

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"vigie/lang"
)

// hostileProse is what has gone through walls like these, and the like.
var hostileProse = []string{
	canary, "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<a href=javascript:alert(1)>a</a>", "<iframe srcdoc='<script>alert(1)</script>'>",
	"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\nscript:alert(1))", "[a](&#106;avascript:alert(1))", "[a](javascript&colon;alert(1))", "[a](\x01javascript:alert(1))", "[a](vbscript:msgbox(1))",
	"[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)", "[a](data:image/svg+xml,<svg onload=alert(1)>)", "[a](//ailleurs.example)", `[a](/\ailleurs.example)`, `[a](\\ailleurs.example)`, "[a](file:///etc/passwd)",
	"![a](x \"onerror=alert(1)\")", "![a](javascript:alert(1))", "![a](https://ailleurs.example/pixel.png)", "![\" onerror=\"alert(1)](x)", "[a]( \"onmouseover=alert(1) x=\")", "[a](https://example.org \"\\\" onmouseover=alert(1) \")",
	"<javascript:alert(1)>", "<https://example.org/\"onmouseover=alert(1)>", "[a][b]\n\n[b]: javascript:alert(1) 'x'", "[a][b]\n\n[b]: https://x\"onclick=alert(1)", "`<script>alert(1)</script>`", "```html\"onclick=alert(1)\n<script>alert(1)</script>\n```",
	"# <script>alert(1)</script>", "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| [a](javascript:1) | c |", "<!--><script>alert(1)</script>-->", "<style>*{background:url(https://ailleurs.example)}</style>", "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<p style=\"position:fixed\">a</p>", "<form action=https://ailleurs.example><button>a</button></form>", "<base href=https://ailleurs.example>", "<meta http-equiv=refresh content=0;url=https://ailleurs.example>",
	"https://example.org/\"><script>alert(1)</script>", "www.example.org/<script>", "javascript:alert(1)", "<<script>script>alert(1)</</script>script>", "<scr\x00ipt>alert(1)</scr\x00ipt>", "\xff<script>alert(1)</script>", "[a](<javascript:alert(1)>)", "&lt;script&gt;alert(1)&lt;/script&gt;",
}

func checkProse(t *testing.T, source string) {
	t.Helper()
	out := string(words{lang.FR}.Prose(source))
	doc, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range hostile(doc) {
		t.Errorf("Prose(%q) holds %s: %s", source, what, out)
	}
	for _, n := range all(doc, "img, form, meta, svg, math, h1, h2, input, link, [class], [id], [title]") {
		t.Errorf("Prose(%q) holds <%s>: %s", source, n.Data, out)
	}
	for _, a := range all(doc, "a[href]") {
		if rel := attr(a, "rel"); !strings.Contains(rel, "nofollow") || !strings.Contains(rel, "noreferrer") {
			t.Errorf("Prose(%q): a link with rel %q", source, rel)
		}
	}
}

func TestHostileProse(t *testing.T) {
	for _, source := range hostileProse {
		checkProse(t, source)
	}
}

func TestProse(t *testing.T) {
	for source, want := range map[string]string{
		"Le taux **était** faux.":     "<p>Le taux <strong>était</strong> faux.</p>",
		"a\n\nb":                      "<p>a</p>\n<p>b</p>",
		"- un\n- deux":                "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>",
		"# Titre":                     "<h3>Titre</h3>",
		"[la Loire](/territoires/X)":  `<p><a href="/territoires/X" rel="nofollow noreferrer">la Loire</a></p>`,
		"[Insee](https://insee.fr/a)": `<p><a href="https://insee.fr/a" rel="nofollow noreferrer">Insee</a></p>`,
		"![une carte](/carte.png)":    "<p>une carte</p>",
		"1 < 2 & 3 > 2":               "<p>1 &lt; 2 &amp; 3 &gt; 2</p>",
		"<b>gras</b>":                 "<p>gras</p>",
		"":                            "",
	} {
		if got := strings.TrimSpace(string(words{lang.FR}.Prose(source))); got != want {
			t.Errorf("Prose(%q) = %q; want %q", source, got, want)
		}
	}
	if got := string(words{lang.EN}.Prose("[a](/territoires/X)")); !strings.Contains(got, `href="/en/territoires/X"`) {
		t.Errorf("an English page leads to %s", got)
	}
	for _, deep := range []string{"[", "> ", "*", "- ", "![", "<", "`", "(", "[a](", "| "} {
		start := time.Now()
		words{lang.FR}.Prose(strings.Repeat(deep, 2*mostMarkdown/len(deep)))
		if took := time.Since(start); took > time.Minute { // under the race detector too
			t.Errorf("%q without end took %v", deep, took)
		}
	}
}

func FuzzProse(f *testing.F) {
	for _, source := range hostileProse {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) { checkProse(t, source) })
}
