package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"runtime/debug"
	"strings"

	"vigie/fault"
	"vigie/lang"
)

// policy is the content policy of a page: everything from this site, nothing
// inline, nothing from elsewhere.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
	"font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "

var hostName = regexp.MustCompile(`^[A-Za-z0-9.-]+(:[0-9]{1,5})?$|^\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?$`)

// ServeHTTP answers one request, and counts it where there is a meter.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.Meter != nil {
		s.metered(w, r)
		return
	}
	s.answer(w, r)
}

// answer answers one request: headers that every answer has, the limits,
// then the site map. A panic is an error page, not a lost connection.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.Log.Error("panic", "path", loggedPath(r), "panic", p, "stack", string(debug.Stack()))
			s.fail(w, r, &fault.Error{Kind: fault.Internal, What: "panique"})
		}
	}()
	h := w.Header()
	h.Set("Content-Security-Policy", policy+"'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	if strings.HasPrefix(s.BaseURL, "https://") {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if status := s.refuse(r); status != 0 {
		s.failStatus(w, r, status)
		return
	}
	if to, moved := canonical(r.URL.Path); moved {
		u := url.URL{Path: to, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, u.String(), http.StatusMovedPermanently)
		return
	}
	s.plain.ServeHTTP(w, r)
}

// refuse returns the status of a request that goes no further, 0 for others.
func (s *Server) refuse(r *http.Request) int {
	var most int64
	if r.Method == http.MethodPost {
		e, _ := s.entryOf(r)
		most = e.Body
	}
	switch {
	case len(r.RequestURI) > maxURL:
		return http.StatusRequestURITooLong
	case most == 0 && r.Method != http.MethodGet && r.Method != http.MethodHead:
		return http.StatusMethodNotAllowed
	case most == 0 && r.ContentLength != 0, r.ContentLength > max(most, 0):
		return http.StatusRequestEntityTooLarge // no other route reads a body
	case !hostName.MatchString(r.Host) || strings.ContainsRune(r.URL.Path, 0):
		return http.StatusBadRequest
	}
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return http.StatusBadRequest
	}
	return 0
}

// located routes a page by its bare path, prefixes and suffix taken off.
func (s *Server) located(w http.ResponseWriter, r *http.Request) {
	s.mux.ServeHTTP(w, parseAddress(r.URL.Path).put(r))
}

// nowhere answers for a path that the site map does not have.
func (s *Server) nowhere(w http.ResponseWriter, r *http.Request) {
	l := addressOf(r).lang
	s.fail(w, r, &fault.Error{Kind: fault.NotFound,
		What: lang.T(l, "web.fault.nowhere"), Do: lang.T(l, "web.fault.nowhere_do")})
}

// client returns the address that a request comes from: the peer's, or, when
// the peer is one of our proxies, the last one in X-Forwarded-For that is not.
func (s *Server) client(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || !s.trusts(addr) {
		return addr.Unmap()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		if addr = hop; !s.trusts(hop) {
			break
		}
	}
	return addr.Unmap()
}

func (s *Server) trusts(a netip.Addr) bool {
	for _, p := range s.Proxies {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// base returns the site's address, without final slash.
func (s *Server) base(r *http.Request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	scheme := "http"
	host, _, _ := net.SplitHostPort(r.RemoteAddr) // "" is no trusted peer
	peer, err := netip.ParseAddr(host)
	if r.TLS != nil || err == nil && s.trusts(peer) && r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
