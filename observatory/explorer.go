package observatory

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"vigie/account"
	"vigie/edition"
	"vigie/fault"
	"vigie/store"
	"vigie/study"
)

// Explorers answers the crosses of the surveys of editions. It opens the answers
// of a survey when a cross of two breakdowns asks for them, keeps them in memory
// and lets nothing of them out but what study.Explorer answers.
type Explorers struct {
	db  *store.DB
	now func() time.Time

	mu    sync.Mutex
	open  map[string]*study.Explorer // by the artifact of the tabulation
	used  []string                   // keys of open, the latest used last
	known map[string]*study.Crossed  // answers given, by survey and question
}

// How many surveys stay open, and how many answers are kept.
const (
	mostOpen  = 12
	mostKnown = 2000
)

// NewExplorers returns the explorers of the surveys of db.
func NewExplorers(db *store.DB, now func() time.Time) *Explorers {
	return &Explorers{db: db, now: now, open: map[string]*study.Explorer{}, known: map[string]*study.Crossed{}}
}

// Ask answers a cross of one survey of an edition. The answer is shared: the
// caller must not change it.
//
// Error: NotFound when the edition has no such survey; Unavailable when its
// answers are no longer kept; those of study.Explorer.Ask.
func (x *Explorers) Ask(ctx context.Context, c *edition.Content, wave, audience string, q study.CrossQuery) (*study.Crossed, error) {
	k := slices.IndexFunc(c.Surveys, func(t *study.Tabulation) bool { return t.Wave == wave && t.Audience == audience })
	p := slices.IndexFunc(c.Manifest.Parts, func(p edition.Part) bool {
		return p.Role == edition.RoleSurvey && p.Name == wave+"/"+audience
	})
	if k < 0 || p < 0 {
		return nil, fault.NotFoundf("choisissez une enquête dans la liste", "cette édition n’a pas d’enquête « %s » auprès de « %s »", wave, audience)
	}
	if len(q.By) < 2 {
		return study.Published(c.Surveys[k]).Ask(q)
	}
	artifact := c.Manifest.Parts[p].Artifact
	key := fmt.Sprintf("%s %q %q", artifact, q.Item, q.By)
	x.mu.Lock()
	defer x.mu.Unlock()
	if out, ok := x.known[key]; ok {
		return out, nil
	}
	e, err := x.explorer(ctx, artifact, c.Surveys[k])
	if err != nil {
		return nil, err
	}
	out, err := e.Ask(q)
	if err != nil {
		return nil, err
	}
	if len(x.known) >= mostKnown {
		clear(x.known)
	}
	x.known[key] = out
	return out, nil
}

// explorer opens a survey, or finds it open.
func (x *Explorers) explorer(ctx context.Context, artifact string, t *study.Tabulation) (*study.Explorer, error) {
	e, ok := x.open[artifact]
	if !ok {
		var err error
		if e, err = x.opened(ctx, artifact, t); err != nil {
			return nil, err
		}
		x.open[artifact] = e
	}
	x.used = append(slices.DeleteFunc(x.used, func(k string) bool { return k == artifact }), artifact)
	for len(x.used) > mostOpen {
		delete(x.open, x.used[0])
		x.used = x.used[1:]
	}
	return e, nil
}

// opened reads the closed answers behind a tabulation.
func (x *Explorers) opened(ctx context.Context, artifact string, t *study.Tabulation) (*study.Explorer, error) {
	rows, err := x.db.Surveys(ctx, account.Approved)
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(rows, func(r store.SurveyRow) bool { return r.Tabulation == artifact })
	if k < 0 {
		return nil, &fault.Error{Kind: fault.Unavailable, What: "les réponses de cette enquête ne sont plus ouvertes aux croisements", Do: "croisez cette question par une seule variable, ou lisez l’édition la plus récente"}
	}
	secret, err := x.db.CrossKey()
	if err != nil {
		return nil, err
	}
	w := &Walk{DB: x.db, Now: x.now()}
	s, err := w.survey(ctx, rows[k].ID)
	if err != nil {
		return nil, err
	}
	return s.reading.Explore(t, secret)
}
