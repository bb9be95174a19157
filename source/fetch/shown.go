package fetch

import (
	"net/url"
	"regexp"
	"strings"
)

// opening are the parameters whose value opens a door.
var opening = regexp.MustCompile(`(?i)(token|key|secret|sig|signature|password|passwd|pwd|auth|credential|session|jeton|cle)$|^(sig|se|sv|st|sp|x-amz-.*|x-goog-.*)$`)

// Shown returns an address as anybody may read it: without password, without
// fragment, the values of its secret parameters left out. Of what is no address
// it returns "".
func Shown(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	parts := strings.Split(u.RawQuery, "&")
	for i, part := range parts {
		name, _, given := strings.Cut(part, "=")
		plainName, err := url.QueryUnescape(name)
		if given && (err != nil || opening.MatchString(plainName)) {
			parts[i] = name + "=…"
		}
	}
	u.RawQuery = strings.Join(parts, "&")
	return u.String()
}
