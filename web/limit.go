package web

import (
	"net/netip"
	"runtime"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"vigie/fault"
	"vigie/lang"
)

// What one address may ask of the costly pages: search and fresh PDFs.
const (
	perSecond = 5
	burst     = 40

	exportsPerSecond = 20 // tables and documents for programs
	exportsBurst     = 200

	guessEvery  = 30 * time.Second // an address that no link has
	guessesLeft = 10

	mostKnown = 10_000 // addresses remembered at once

	printsWaiting = 8   // fresh PDFs that wait for a processor, whoever asks
	asksWaiting   = 128 // searches and exports that do
)

// gate bounds what this process makes at once, whoever asks: one place a
// processor, a few that wait, and the others are told to come back.
type gate struct{ places, line chan struct{} }

func newGate(waiting int) *gate {
	n := runtime.GOMAXPROCS(0)
	return &gate{places: make(chan struct{}, n), line: make(chan struct{}, n+waiting)}
}

var (
	printing  = newGate(printsWaiting) // PDFs that were not rendered before
	searching = newGate(asksWaiting)   // searches, exports
)

// through does the work.
//
// Error: Unavailable, without the work, when too many wait; that of the work.
func (g *gate) through(l lang.Lang, work func() error) error {
	select {
	case g.line <- struct{}{}:
	default:
		return &fault.Error{Kind: fault.Unavailable, What: lang.T(l, "web.fault.crowd"), Do: lang.T(l, "web.fault.crowd_do")}
	}
	defer func() { <-g.line }()
	g.places <- struct{}{}
	defer func() { <-g.places }()
	return work()
}

// limits counts the costly requests of each address, of each /64 for IPv6.
type limits struct {
	now   func() time.Time
	rate  rate.Limit
	burst int
	mu    sync.Mutex
	known map[netip.Prefix]*rate.Limiter
}

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, rate: perSecond, burst: burst, known: map[netip.Prefix]*rate.Limiter{}}
}

func newExportLimits(now func() time.Time) *limits {
	return &limits{now: now, rate: exportsPerSecond, burst: exportsBurst, known: map[netip.Prefix]*rate.Limiter{}}
}

// newGuessLimits counts the secret addresses that were tried and are none.
func newGuessLimits(now func() time.Time) *limits {
	return &limits{now: now, rate: rate.Every(guessEvery), burst: guessesLeft, known: map[netip.Prefix]*rate.Limiter{}}
}

// allow reports whether a may ask for cost more.
func (l *limits) allow(a netip.Addr, cost int) bool {
	_, ok := l.take(a, cost)
	return ok
}

// take does the same and returns what is left of the allowance. When too many addresses are
// known, those whose allowance is whole again are forgotten; if none is, all
// are: the bound on memory comes first.
func (l *limits) take(a netip.Addr, cost int) (left int, ok bool) {
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
			if v.TokensAt(now) >= float64(l.burst) {
				delete(l.known, k)
			}
		}
		if len(l.known) >= mostKnown {
			clear(l.known)
		}
	}
	one, known := l.known[p]
	if !known {
		one = rate.NewLimiter(l.rate, l.burst)
		l.known[p] = one
	}
	ok = one.AllowN(now, cost)
	return max(0, int(one.TokensAt(now))), ok
}
