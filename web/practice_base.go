package web

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// CaseBase holds the case base as readers see it. When the store says that it
// changed, or the newest edition is another one, it is made anew beside the one
// that is read: no reader waits for that but the very first. Close it when the
// server has stopped.
type CaseBase struct {
	Entries func(context.Context) (all []casestudy.Entry, stamp int64, err error)
	Stamp   func(context.Context) (int64, error)
	Term    func(list, code string, l lang.Lang) string // label of a term that the edition does not have; may be nil
	Now     func() time.Time

	// Coding returns the agreement of those who code the cases, Coded a number
	// that grows when it may change; both nil for none.
	Coding func(context.Context) (*casestudy.Coding, error)
	Coded  func(context.Context) (int64, error)

	// Composed returns an edition that knows the territories, among codes, that
	// readers have composed; nil when they compose none.
	Composed func(ctx context.Context, e *edition.Content, codes ...string) (*edition.Content, error)

	// Artifact returns the bytes of a picture; nil when there is none.
	Artifact func(ctx context.Context, id string) ([]byte, error)

	held    atomic.Pointer[heldCases]
	checked atomic.Int64 // when the stamp was last asked for, in ns
	making  sync.Mutex
	behind  sync.WaitGroup
}

// heldCases is a base with what it was made from.
type heldCases struct {
	base    *casestudy.Base
	stamp   int64
	coded   int64
	edition string
	at      time.Time // nothing that changed before is missing
	picture map[string]casestudy.Media
	harvest []*casestudy.Entry // in the order of the protocol
}

// mark names a base, as part of an ETag.
func (h *heldCases) mark() string { return fmt.Sprint(h.stamp, "-", h.coded, "-", h.edition) }

// NewCaseBase returns the base of an observatory. Cases are read as the public
// may read them; own reads what public cases are made of and the public cannot
// reach, the file of a picture that one names and the marks of the coders, of
// whom readers are told the agreement alone.
func NewCaseBase(public, own *store.DB, now func() time.Time) *CaseBase {
	return &CaseBase{Entries: public.Entries, Stamp: public.CaseStamp, Artifact: own.Artifact, Now: now, Coded: own.CodingStamp,
		Composed: func(ctx context.Context, e *edition.Content, codes ...string) (*edition.Content, error) {
			return observatory.WithComposed(ctx, public, e, codes...)
		},
		Coding: func(ctx context.Context) (*casestudy.Coding, error) { return observatory.Coding(ctx, own) }}
}

// stampEvery is how often the store is asked whether the base changed.
const stampEvery = time.Second

// mostMaking bounds the making of a base that nobody waits for.
const mostMaking = 5 * time.Minute

// get returns the base, with the names of an edition, the newest one.
func (c *CaseBase) get(ctx context.Context, e *edition.Content) (*heldCases, error) {
	h := c.held.Load()
	if h == nil {
		return c.make(ctx, e, nil)
	}
	now, last := c.Now().UnixNano(), c.checked.Load()
	if now-last < int64(stampEvery) || !c.checked.CompareAndSwap(last, now) {
		return h, nil
	}
	asked := c.Now()
	stamp, err := c.Stamp(ctx)
	if err != nil {
		return nil, err
	}
	coded, err := c.codedNow(ctx)
	if err != nil {
		return nil, err
	}
	if stamp == h.stamp && coded == h.coded && e.ID == h.edition {
		same := *h
		same.at = asked
		c.held.CompareAndSwap(h, &same)
		return h, nil
	}
	c.behind.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mostMaking)
		defer cancel()
		if stamp == h.stamp && e.ID == h.edition {
			_ = c.recode(ctx, h)
			return
		}
		_, _ = c.make(ctx, e, h) // the old one stays; the next reader asks again
	})
	return h, nil
}

// renew makes the base anew when the cases have changed since, while its caller
// waits, and tells whether they had.
func (c *CaseBase) renew(ctx context.Context, e *edition.Content) (bool, error) {
	h := c.held.Load()
	stamp, err := c.Stamp(ctx)
	if err != nil || h == nil || stamp == h.stamp {
		return false, err
	}
	_, err = c.make(ctx, e, h)
	return err == nil, err
}

func (c *CaseBase) codedNow(ctx context.Context) (int64, error) {
	if c.Coded == nil {
		return 0, nil
	}
	return c.Coded(ctx)
}

// make reads the cases and makes their base, unless somebody has in between. What
// is read of the base as a whole is worked out here: no reader waits for it.
func (c *CaseBase) make(ctx context.Context, e *edition.Content, old *heldCases) (*heldCases, error) {
	c.making.Lock()
	defer c.making.Unlock()
	if h := c.held.Load(); h != nil && (old == nil || h.stamp != old.stamp || h.edition != old.edition) {
		return h, nil
	}
	at := c.Now()
	all, stamp, err := c.Entries(ctx)
	if err != nil {
		return nil, err
	}
	h := &heldCases{picture: map[string]casestudy.Media{}, base: casestudy.NewBase(all, c.names(e)), stamp: stamp, edition: e.ID, at: at}
	if err := c.code(ctx, h); err != nil {
		return nil, err
	}
	h.base.Overview()
	h.harvest = harvestOrder(h.base)
	for _, e := range h.base.Entries() {
		for _, m := range e.Record.Media {
			h.picture[m.Artifact] = m
		}
	}
	c.held.Store(h)
	return h, nil
}

// recode puts on the base that is held the agreement as it is now: the cases are
// the same, and are not read again.
func (c *CaseBase) recode(ctx context.Context, old *heldCases) error {
	c.making.Lock()
	defer c.making.Unlock()
	h := c.held.Load()
	if h.stamp != old.stamp || h.edition != old.edition || h.coded != old.coded {
		return nil
	}
	next := *h
	if err := c.code(ctx, &next); err != nil {
		return err
	}
	c.held.Store(&next)
	return nil
}

// code reads the agreement, its number first: what is marked meanwhile is read
// again.
func (c *CaseBase) code(ctx context.Context, h *heldCases) error {
	if c.Coding == nil {
		return nil
	}
	coded, err := c.codedNow(ctx)
	if err != nil {
		return err
	}
	coding, err := c.Coding(ctx)
	if err != nil {
		return err
	}
	h.base, h.coded = h.base.WithCoding(coding), coded
	return nil
}

// names are those of an edition, and the labels that it does not have.
func (c *CaseBase) names(e *edition.Content) casestudy.Names {
	n := casestudy.NewNames(e.Taxonomy, e.Territory)
	of := n.Term
	n.Term = func(list, code string, l lang.Lang) string {
		if label := of(list, code, l); label != "" || c.Term == nil {
			return label
		}
		return c.Term(list, code, l)
	}
	return n
}

// Close waits for what is being made.
func (c *CaseBase) Close() { c.behind.Wait() }
