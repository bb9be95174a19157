package web

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// What one address may ask of the costly pages: search and fresh PDFs.
const (
	perSecond = 5
	burst     = 40
	mostKnown = 10_000 // addresses remembered at once
)

// limits counts the costly requests of each address, of each /64 for IPv6.
type limits struct {
	now   func() time.Time
	mu    sync.Mutex
	known map[netip.Prefix]*rate.Limiter
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, known: map[netip.Prefix]*rate.Limiter{}}
}

// allow reports whether a may ask for cost more. When too many addresses are
// known, those whose allowance is whole again are forgotten; if none is, all
// are: the bound on memory comes first.
func (l *limits) allow(a netip.Addr, cost int) bool {
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		p = netip.Prefix{} // an address that cannot be read: all of them share one allowance
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if len(l.known) >= mostKnown {
		for k, v := range l.known {
			if v.TokensAt(now) >= burst {
				delete(l.known, k)
			}
		}
		if len(l.known) >= mostKnown {
			clear(l.known)
		}
	}
	one, ok := l.known[p]
	if !ok {
		one = rate.NewLimiter(perSecond, burst)
		l.known[p] = one
	}
	return one.AllowN(now, cost)
}
