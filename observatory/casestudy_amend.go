package observatory

import (
	"context"

	"vigie/casestudy"
	"vigie/store"
)

// Amending is an amendment met with what the case says now: Merged holds what
// can be put together by itself, Conflicts what an editor decides.
type Amending struct {
	Amendment store.Amendment
	Row       store.CaseRow
	Base      casestudy.Record // what the proposer had read
	Newest    casestudy.Record // what the case says now
	Merged    casestudy.Record
	Conflicts []casestudy.Conflict
	Changes   []casestudy.Change // from Newest to Merged
}

// ProposeAmendment keeps what somebody proposes to write in a case that is
// shown.
//
// Error: as store.DB.PutAmendment.
func (w *Walk) ProposeAmendment(ctx context.Context, in store.AmendmentInput) (store.Amendment, error) {
	in.By = w.By
	in.Record, _ = casestudy.Clean(in.Record)
	return w.DB.PutAmendment(ctx, in, w.Now)
}

// Amending puts an amendment and its case together.
//
// Error: NotFound.
func (w *Walk) Amending(ctx context.Context, amendment string) (a Amending, err error) {
	if a.Amendment, err = w.DB.Amendment(ctx, amendment); err != nil {
		return a, err
	}
	base, err := w.DB.CaseVersion(ctx, a.Amendment.BaseCase, a.Amendment.Base)
	if err != nil {
		return a, err
	}
	if a.Row, err = w.DB.Case(ctx, a.Amendment.Case); err != nil {
		return a, err
	}
	newest, err := w.DB.CaseVersion(ctx, a.Amendment.Case, a.Row.Latest)
	if err != nil {
		return a, err
	}
	a.Base, a.Newest = base.Record, newest.Record
	a.Merged, a.Conflicts = casestudy.Merge(a.Base, a.Newest, a.Amendment.Record)
	a.Changes = casestudy.Diff(a.Newest, a.Merged)
	return a, nil
}

// MergeAmendment makes a version of an amendment: r is what an editor decided,
// nil for what can be put together by itself, ours where both differ.
//
// Error: as store.DB.MergeAmendment.
func (w *Walk) MergeAmendment(ctx context.Context, amendment string, version int, r *casestudy.Record) (store.CaseRow, error) {
	a, err := w.Amending(ctx, amendment)
	if err != nil {
		return store.CaseRow{}, err
	}
	if r == nil {
		r = &a.Merged
	}
	clean, within, _, err := w.cleanCase(ctx, *r)
	if err != nil {
		return store.CaseRow{}, err
	}
	return w.DB.MergeAmendment(ctx, w.turn(a.Row.ID, version), amendment, clean, within)
}
