package fetch

import (
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
)

// private are the IPv4 networks that are nobody's site: IANA's special-purpose
// registry, multicast, and the address on which one host of clouds speaks to
// its machines.
var private = prefixes("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32")

// In IPv6 only this part is given out, less what carries IPv4, is for
// documents, or is for benchmarks.
var (
	given    = netip.MustParsePrefix("2000::/3")
	notGiven = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// Public reports whether an address is one that anybody could have asked.
// Addresses of IPv4 written in IPv6 are those of IPv4; those behind a
// translation are not public.
func Public(a netip.Addr) bool {
	a = a.WithZone("").Unmap()
	holds := func(p netip.Prefix) bool { return p.Contains(a) }
	if a.Is4() {
		return !slices.ContainsFunc(private, holds)
	}
	return given.Contains(a) && !slices.ContainsFunc(notGiven, holds)
}

const mostName = 150

// extensions are those of the media types that a table comes in.
var extensions = map[string]string{
	"text/csv": ".csv", "text/tab-separated-values": ".tsv", "application/json": ".json", "application/geo+json": ".geojson",
	"application/xml": ".xml", "text/xml": ".xml", "application/zip": ".zip", "application/gzip": ".gz", "application/vnd.ms-excel": ".xls",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}

// fileName is what the server calls the file, otherwise the end of its address;
// a name without extension takes that of the media type.
func fileName(answer *http.Response) string {
	name := ""
	if _, params, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition")); err == nil {
		name = FileName(params["filename"])
	}
	if name == "" {
		name = Named(answer.Request.URL.String())
	}
	if path.Ext(name) == "" {
		kind, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type")) // "" has no extension
		name += extensions[kind]
	}
	return name
}

// Named is what the file at an address is called before anybody has asked for
// it: the end of the address.
func Named(address string) string {
	u, err := url.Parse(address)
	if err == nil {
		if name := FileName(u.Path); name != "" {
			return name
		}
	}
	return "fichier"
}

// FileName returns the last part of a name that somebody else gave, without
// what would hide, move or break it where it is shown or kept; "" when nothing
// is left.
func FileName(given string) string {
	name := path.Base(strings.ReplaceAll(given, `\`, "/"))
	name = strings.Trim(plain(name, mostName), " .")
	if name == "/" {
		return ""
	}
	return name
}

// plain leaves out what is not printed and what changes the direction of what
// follows, and cuts, keeping the end of a name.
func plain(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.TrimSpace(text)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[len(runes)-most:])
	}
	return text
}
