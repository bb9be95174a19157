package web

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"vigie/lang"
)

func TestParseAddress(t *testing.T) {
	cases := []struct {
		in   string
		want address
	}{
		{"/", address{lang.FR, "", "/", asHTML, nil}},
		{"/en", address{lang.EN, "", "/", asHTML, nil}},
		{"/index.json", address{lang.FR, "", "/", asJSON, nil}},
		{"/en/index.csv", address{lang.EN, "", "/", asCSV, nil}},
		{"/territoires/REG-44", address{lang.FR, "", "/territoires/REG-44", asHTML, nil}},
		{"/territoires/DEP-2A.svg", address{lang.FR, "", "/territoires/DEP-2A", asSVG, nil}},
		{"/territoires.csv", address{lang.FR, "", "/territoires", asCSV, nil}},
		{"/editions/2026-1", address{lang.FR, "2026-1", "/", asHTML, nil}},
		{"/editions/2026-1/index.embed", address{lang.FR, "2026-1", "/", asEmbed, nil}},
		{"/en/editions/2026-12/territoires/REG-44/rapport.pdf", address{lang.EN, "2026-12", "/territoires/REG-44/rapport", asPDF, nil}},
		{"/editions", address{lang.FR, "", "/editions", asHTML, nil}},
		{"/editions/brouillon", address{lang.FR, "", "/editions/brouillon", asHTML, nil}},
		{"/enclave", address{lang.FR, "", "/enclave", asHTML, nil}},
		{"/.json", address{lang.FR, "", "/.json", asHTML, nil}},
		{"/x.exe", address{lang.FR, "", "/x.exe", asHTML, nil}},
	}
	for _, c := range cases {
		if got := parseAddress(c.in); got != c.want {
			t.Errorf("parseAddress(%q) = %+v; want %+v", c.in, got, c.want)
		}
	}
}

func TestAddressLink(t *testing.T) {
	here := parseAddress("/en/editions/2026-1/domaines/EMP.csv")
	cases := map[string]string{
		"":                           "",
		"#autour":                    "#autour",
		"?t=1":                       "?t=1",
		"/":                          "/en/editions/2026-1",
		"/?x=1":                      "/en/editions/2026-1?x=1",
		"/territoires/REG-44":        "/en/editions/2026-1/territoires/REG-44",
		"/editions":                  "/en/editions",
		"/editions/2025-1/domaines":  "/en/editions/2025-1/domaines",
		"/en/methodes":               "/en/methodes",
		"/asset/x.css":               "/asset/x.css",
		"https://insee.fr/x":         "https://insee.fr/x",
		"mailto:contact@exemple.org": "mailto:contact@exemple.org",
		"javascript:alert(1)":        "",
		"data:text/html,x":           "",
		"//ailleurs.example":         "",
		`/\ailleurs.example`:         "",
		"HTTPS:evil":                 "",
	}
	for in, want := range cases {
		if got := here.link(in); got != want {
			t.Errorf("link(%q) = %q; want %q", in, got, want)
		}
	}
	if got := parseAddress("/").link("/?x=1"); got != "/?x=1" {
		t.Errorf("link(/?x=1) from the French home = %q; want it unchanged", got)
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{"/", "/en", "/en/editions/2026-1/x.csv", "/index.json", "/a.b.c.svg", "/editions/2026-1/index.pdf", "/en/en", "/index/index.json"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		p := path.Clean("/" + in)
		a := parseAddress(p)
		if !strings.HasPrefix(a.path, "/") || a.lang != lang.FR && a.lang != lang.EN {
			t.Fatalf("parseAddress(%q) = %+v", p, a)
		}
		back, err := url.PathUnescape(a.String())
		if err != nil {
			t.Fatalf("parseAddress(%q).String() = %q: %v", p, a.String(), err)
		}
		if again := parseAddress(back); again != a {
			t.Fatalf("%q is %+v, written %q, read back %+v", p, a, back, again)
		}
	})
}
