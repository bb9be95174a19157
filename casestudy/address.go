package casestudy

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// sameAddress returns what two ways to write one address have in common: no
// scheme, no "www.", no fragment, no campaign, no final slash, lower case host.
func sameAddress(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return strings.TrimSpace(address)
	}
	q := u.Query()
	for name := range q {
		if strings.HasPrefix(name, "utm_") || slices.Contains([]string{"fbclid", "gclid", "xtor"}, name) {
			q.Del(name)
		}
	}
	same := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") + strings.TrimRight(u.EscapedPath(), "/")
	if len(q) > 0 {
		same += "?" + q.Encode()
	}
	return same
}

// inner are the names of hosts that nobody outside can reach.
var inner = []string{"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "test", "invalid", "example", "arpa", "onion"}

var (
	carrier = netip.MustParsePrefix("100.64.0.0/10") // what providers share among customers
	open6   = netip.MustParsePrefix("2000::/3")      // all that is public of IPv6
)

// refusedAddress says why an address cannot be that of a public page, "" when
// it can, and what to do. It looks at the text alone: what the name leads to is
// for who opens it to judge.
func refusedAddress(address string) (what, do string) {
	const public = "donnez l'adresse d'une page publique, qui commence par https://"
	u, err := url.Parse(address)
	switch {
	case err != nil || strings.ContainsAny(address, " \t\n<>\"\\"):
		return "adresse mal écrite", "recopiez l'adresse telle que le navigateur la montre"
	case u.Scheme != "http" && u.Scheme != "https":
		return "adresse « " + abridged(address) + " » : seules http et https sont gardées", public
	case u.User != nil:
		return "adresse avec un nom d'utilisateur ou un mot de passe", public
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch ip, err := netip.ParseAddr(host); {
	case host == "":
		return "adresse sans nom de site", public
	case err == nil:
		ip = ip.Unmap()
		if !ip.IsGlobalUnicast() || ip.IsPrivate() || carrier.Contains(ip) || !ip.Is4() && !open6.Contains(ip) {
			return "adresse privée « " + host + " »", public
		}
	case strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x"):
		return "adresse chiffrée « " + abridged(host) + " »", public
	case !strings.Contains(host, ".") || slices.Contains(inner, last):
		return "adresse privée « " + abridged(host) + " »", public
	}
	return "", ""
}

// abridged returns the beginning of a text for a message.
func abridged(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
