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

// FindCandidate returns one of Candidates by its key, or by its number: the
// edition that has it, otherwise the last proposal.
//
// Error: NotFound.
func FindCandidate(ctx context.Context, db *store.DB, key string, now time.Time) (Candidate, error) {
	all, err := Candidates(ctx, db, now)
	if err != nil {
		return Candidate{}, err
	}
	of := func(is func(Candidate) bool) int { return slices.IndexFunc(all, is) }
	frozen := []account.State{account.Embargoed, account.Public, account.Superseded}
	for _, i := range []int{of(func(c Candidate) bool { return c.Key == key }),
		of(func(c Candidate) bool { return c.Number == key && slices.Contains(frozen, c.State) }), of(func(c Candidate) bool { return c.Number == key })} {
		if i >= 0 {
			return all[i], nil
		}
	}
	return Candidate{}, fault.NotFoundf("choisissez-la dans la liste : vigie edition proposals", "aucune édition ni proposition « %s »", key)
}

// CandidateBody is a candidate with what it changes and, of one that waits, what
// has changed since it was frozen.
type CandidateBody struct {
	Candidate
	Changes []edition.Change `json:"changes"`
	Since   []edition.Change `json:"since,omitempty"`
}

// Candidate reads one of Candidates by its key.
//
// Error: NotFound.
func (w *Walk) Candidate(ctx context.Context, key string) (b CandidateBody, err error) {
	if b.Candidate, err = FindCandidate(ctx, w.DB, key, w.Now); err != nil {
		return b, err
	}
	m, err := Manifest(ctx, w.DB, b.Manifest)
	if err != nil {
		return b, err
	}
	b.Changes = append([]edition.Change{}, m.Changes...)
	if b.State == account.Proposed {
		b.Since, err = w.Since(ctx, m)
	}
	return b, err
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
