package casestudy

import (
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
