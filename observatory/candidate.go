package observatory

import (
	"context"
	"slices"
	"time"

	"vigie/account"
	"vigie/edition"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
)

// Candidate is an edition as the back office knows it, from its proposal on.
// Key names it in addresses: that of its proposal, its number when it was
// published without one.
type Candidate struct {
	Key          string              `json:"key"`
	Number       string              `json:"number"`
	Date         string              `json:"date"`
	Embargo      time.Time           `json:"embargo"`
	Manifest     string              `json:"manifest"`
	Supersedes   string              `json:"supersedes,omitempty"`
	SupersededBy string              `json:"superseded_by,omitempty"`
	State        account.State       `json:"state"`
	Recalled     bool                `json:"recalled,omitempty"`
	Note         string              `json:"note,omitempty"`
	ErratumFR    string              `json:"erratum_fr,omitempty"` // of the edition replaced
	ErratumEN    string              `json:"erratum_en,omitempty"`
	By           journal.Actor       `json:"by,omitempty"`
	CreatedAt    time.Time           `json:"created_at"`
	DecidedBy    journal.Actor       `json:"decided_by,omitempty"`
	DecidedAt    time.Time           `json:"decided_at,omitzero"`
	Reason       string              `json:"reason,omitempty"`
	Errata       []store.Erratum     `json:"errata,omitempty"`
	Proposal     store.ProposalState `json:"proposal,omitempty"` // "" when it was published without
}

// Object is the edition as far as rights go.
func (c *Candidate) Object() account.Object {
	return account.Object{State: c.State, By: c.By.Person()}
}

// Candidates lists every edition, and every proposal that is none, the last
// one first.
func Candidates(ctx context.Context, db *store.DB, now time.Time) ([]Candidate, error) {
	editions, err := db.Editions(ctx)
	if err != nil {
		return nil, err
	}
	proposals, err := db.Proposals(ctx)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	told := map[string]bool{}
	for _, p := range proposals {
		c := Candidate{Key: p.ID, Number: p.Number, Date: p.PublishedAt, Embargo: p.EmbargoAt, Manifest: p.Manifest, Supersedes: p.Supersedes,
			State: stateOf[p.State], Recalled: p.State == store.ProposalRecalled, Note: p.Note, ErratumFR: p.ErratumFR, ErratumEN: p.ErratumEN,
			By: p.By, CreatedAt: p.CreatedAt, DecidedBy: p.DecidedBy, DecidedAt: p.DecidedAt, Reason: p.Reason, Proposal: p.State}
		if c.Recalled {
			c.DecidedBy = p.RecalledBy
		}
		i := slices.IndexFunc(editions, func(e store.EditionRow) bool { return e.Number == p.Number })
		if p.State == store.ProposalApproved && i >= 0 {
			told[p.Number] = true
			c.stand(&editions[i], editions, now)
		}
		out = append(out, c)
	}
	for i := range editions {
		e := &editions[i]
		if told[e.Number] {
			continue
		}
		c := Candidate{Key: e.Number, Number: e.Number, Date: e.PublishedAt, Embargo: e.EmbargoAt, Manifest: e.Manifest, Supersedes: e.Supersedes, CreatedAt: e.CreatedAt}
		c.stand(e, editions, now)
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return out, nil
}

var stateOf = map[store.ProposalState]account.State{store.ProposalOpen: account.Proposed, store.ProposalRefused: account.Refused,
	store.ProposalWithdrawn: account.Withdrawn, store.ProposalRecalled: account.Withdrawn, store.ProposalApproved: account.Withdrawn}

// stand tells where an edition stands at now.
func (c *Candidate) stand(e *store.EditionRow, all []store.EditionRow, now time.Time) {
	c.Errata, c.State = e.Errata, account.Public
	if e.EmbargoAt.After(now) {
		c.State = account.Embargoed
		return
	}
	for i := range all {
		if all[i].Number == e.SupersededBy && !all[i].EmbargoAt.After(now) {
			c.State, c.SupersededBy = account.Superseded, e.SupersededBy
		}
	}
}

// FindCandidate returns one of Candidates by its key, or an edition by its
// number.
//
// Error: NotFound.
func FindCandidate(ctx context.Context, db *store.DB, key string, now time.Time) (Candidate, error) {
	all, err := Candidates(ctx, db, now)
	if err != nil {
		return Candidate{}, err
	}
	for _, c := range all {
		frozen := c.State == account.Embargoed || c.State == account.Public || c.State == account.Superseded
		if c.Key == key || frozen && c.Number == key {
			return c, nil
		}
	}
	return Candidate{}, fault.NotFoundf("choisissez-la dans la liste : vigie edition proposals", "aucune édition ni proposition « %s »", key)
}

// Preview reads the edition of a candidate, for those who may see it before the
// public.
func (l *Library) Preview(ctx context.Context, manifest string) (*edition.Content, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := manifest + "/" + previewed
	if c, ok := l.loaded[key]; ok {
		l.used = append(slices.DeleteFunc(l.used, func(k string) bool { return k == key }), key)
		return c, nil
	}
	c, err := l.take(ctx, manifest)
	if err != nil {
		return nil, err
	}
	c.Superseded, c.Errata = "", nil
	l.keep(key, c)
	return c, nil
}

// previewed marks, among the contents of a library, one that is not public: no
// edition has such a number.
const previewed = "aperçu"
