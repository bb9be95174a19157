package account

import (
	"net/netip"
	"strings"
	"time"
)

// How long a session lasts: without a word from its person, in all, and how
// long after a sign-in the person may do what asks for a recent one.
const (
	SessionIdle = 2 * time.Hour
	SessionMost = 12 * time.Hour
	RecentFor   = 10 * time.Minute
)

// tolerated is how far a clock may have been ahead when a session was opened.
const tolerated = 5 * time.Minute

// Session is a person signed in at one place. Hash is that of its identifier,
// which only the browser knows; ID names it in a list.
type Session struct {
	ID      string
	Hash    string
	Person  Person
	Created time.Time
	Seen    time.Time
	Signed  time.Time // the last time the person proved who they are
	Method  string    // password, passkey, totp, recovery, oidc…
	Address string    // coarse
	Agent   string    // short
}

// Alive reports whether the session still holds. One that comes from the
// future, which a clock put back leaves behind, does not.
func (s *Session) Alive(now time.Time) bool {
	return !s.Person.Disabled && now.Sub(s.Seen) < SessionIdle && now.Sub(s.Created) < SessionMost && s.Created.Sub(now) < tolerated
}

// Recent reports whether the person proved who they are not long ago.
func (s *Session) Recent(now time.Time) bool {
	return now.Sub(s.Signed) < RecentFor && s.Signed.Sub(now) < tolerated
}

// CoarseAddress returns the network of an address, host:port or not: 24 bits of
// IPv4, 48 of IPv6, "" when there is none. It is enough for a person to
// recognise where they signed in, and for counting tries.
func CoarseAddress(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		both, err := netip.ParseAddrPort(address)
		if err != nil {
			return ""
		}
		ip = both.Addr()
	}
	ip, bits := ip.Unmap().WithZone(""), 48
	if ip.Is4() {
		bits = 24
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// ShortAgent says in a few words which browser and system a User-Agent names,
// "" when it says nothing known: Firefox, Linux.
func ShortAgent(agent string) string {
	first := func(pairs ...string) string {
		for i := 0; i < len(pairs); i += 2 {
			if strings.Contains(agent, pairs[i]) {
				return pairs[i+1]
			}
		}
		return ""
	}
	browser := first("Edg/", "Edge", "OPR/", "Opera", "Firefox/", "Firefox", "FxiOS/", "Firefox", "CriOS/", "Chrome",
		"Chromium/", "Chromium", "Chrome/", "Chrome", "Safari/", "Safari", "curl/", "curl", "vigie/", "vigie")
	system := first("Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Windows", "Windows", "Mac OS X", "macOS",
		"CrOS", "ChromeOS", "Linux", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}
