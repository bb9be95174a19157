package observatory

import (
	"context"
	"strconv"
	"strings"
	"time"

	"vigie/casestudy"
	"vigie/store"
	"vigie/taxonomy"
	"vigie/territory"
)

// A year is how long what a case says is held to be true before its author is
// asked.
func yearAfter(t time.Time) string { return t.In(Paris).AddDate(1, 0, 0).Format(time.DateOnly) }

// CaseGround is what the records of cases are read against: the reference lists
// and the places of today. Places is nil in an observatory that has none yet.
type CaseGround struct {
	Lists  *taxonomy.Set
	Places *territory.Vintage
}

// CaseGround reads the lists and the newest geography.
func (w *Walk) CaseGround(ctx context.Context) (g CaseGround, err error) {
	if g.Lists, err = w.lists(ctx); err != nil {
		return g, err
	}
	refs, err := w.references(ctx)
	if err != nil {
		return g, err
	}
	year, err := strconv.Atoi(strings.TrimPrefix(refs.newest("communes"), "communes-"))
	if err != nil {
		return g, nil //nolint:nilerr // no geography yet
	}
	g.Places, err = refs.vintage(year)
	return g, err
}

// Names are the names that a base of cases is made with.
func (g *CaseGround) Names() casestudy.Names {
	places := g.Places
	if places == nil {
		places = &territory.Vintage{}
	}
	return casestudy.NewNames(g.Lists, places)
}

// Within lists the territories of a record and those that contain them: what
// the rights of a region's or a commune's people are asked about.
func (g *CaseGround) Within(r *casestudy.Record) []string {
	var out []string
	known := map[territory.Code]bool{}
	add := func(c territory.Code) {
		if !known[c] {
			known[c] = true
			out = append(out, string(c))
		}
	}
	for _, c := range r.Territories {
		add(c)
		if g.Places != nil {
			for _, up := range g.Places.Parents(c) {
				add(up)
			}
		}
	}
	return out
}

// Check lists what is wrong in a record on the day of an instant.
func (g *CaseGround) Check(r casestudy.Record, now time.Time) []casestudy.Fault {
	return casestudy.Check(r, g.lists(now))
}

func (g *CaseGround) lists(now time.Time) casestudy.Lists {
	in := casestudy.Lists{Terms: g.Lists, On: ParisDay(now)}
	if g.Places != nil {
		in.Place = func(c territory.Code) bool {
			_, ok := g.Places.Get(c)
			return ok
		}
	}
	return in
}

// LiveCases is the base of cases as readers see it now, with the stamp of that
// moment.
func (w *Walk) LiveCases(ctx context.Context) (*casestudy.Base, int64, error) {
	g, err := w.CaseGround(ctx)
	if err != nil {
		return nil, 0, err
	}
	entries, stamp, err := w.DB.Entries(ctx)
	if err != nil {
		return nil, 0, err
	}
	return casestudy.NewBase(entries, g.Names()), stamp, nil
}

// turn is a step of this walk, from the version of the row that it saw.
func (w *Walk) turn(id string, version int, letters ...store.Letter) store.CaseTurn {
	return store.CaseTurn{ID: id, Version: version, By: w.By, At: w.Now, Letters: letters}
}

// cleanCase returns a record as it is kept, where it lies, and what its author
// should look at.
func (w *Walk) cleanCase(ctx context.Context, r casestudy.Record) (casestudy.Record, []string, []casestudy.Fault, error) {
	g, err := w.CaseGround(ctx)
	if err != nil {
		return r, nil, nil, err
	}
	r, said := casestudy.Clean(r)
	return r, g.Within(&r), said, nil
}

// CreateCase adds a draft. Rights are the caller's to ask, on an object whose
// scopes are those of the record: see CaseGround.Within.
//
// Error: as store.DB.CreateCase.
func (w *Walk) CreateCase(ctx context.Context, in store.CaseInput) (row store.CaseRow, said []casestudy.Fault, err error) {
	in.By = w.By
	if in.Record, in.Within, said, err = w.cleanCase(ctx, in.Record); err != nil {
		return row, nil, err
	}
	row, err = w.DB.CreateCase(ctx, in, w.Now)
	return row, said, err
}

// SaveCase adds a version to a case; version is that of the row that the change
// was made from.
//
// Error: as store.DB.SaveCase.
func (w *Walk) SaveCase(ctx context.Context, id string, version int, r casestudy.Record, remark string) (row store.CaseRow, said []casestudy.Fault, err error) {
	r, within, said, err := w.cleanCase(ctx, r)
	if err != nil {
		return row, nil, err
	}
	row, err = w.DB.SaveCase(ctx, w.turn(id, version), r, within, remark)
	return row, said, err
}

// CheckCase lists what is wrong in the newest version of a case, and says what
// keeps it from being handed in or published.
func (w *Walk) CheckCase(ctx context.Context, id string) ([]casestudy.Fault, error) {
	v, err := w.DB.CaseVersion(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	g, err := w.CaseGround(ctx)
	if err != nil {
		return nil, err
	}
	return g.Check(v.Record, w.Now), nil
}

// sound refuses a case whose newest version has a severe fault.
func (w *Walk) sound(ctx context.Context, id string) error {
	all, err := w.CheckCase(ctx, id)
	if err != nil {
		return err
	}
	return severe(all)
}

// SubmitCase hands a draft in.
//
// Error: Invalid for a record with a severe fault; as store.DB.SubmitCase.
func (w *Walk) SubmitCase(ctx context.Context, id string, version int) (store.CaseRow, error) {
	if err := w.sound(ctx, id); err != nil {
		return store.CaseRow{}, err
	}
	return w.DB.SubmitCase(ctx, w.turn(id, version))
}

// TakeCase takes a case handed in into review.
//
// Error: as store.DB.TakeCase.
func (w *Walk) TakeCase(ctx context.Context, id string, version int) (store.CaseRow, error) {
	return w.DB.TakeCase(ctx, w.turn(id, version))
}

// ReturnCase sends a case back to its author, who gets a letter.
//
// Error: as store.DB.ReturnCase.
func (w *Walk) ReturnCase(ctx context.Context, id string, version int, notes []store.CaseNoteInput) (store.CaseRow, error) {
	letters, err := w.caseLetters(ctx, id, "returned", version)
	if err != nil {
		return store.CaseRow{}, err
	}
	return w.DB.ReturnCase(ctx, w.turn(id, version, letters...), notes)
}

// PublishCase shows the newest version of a case to all; its author gets a
// letter, and is asked in a year whether it is still true.
//
// Error: Invalid for a record with a severe fault; as store.DB.PublishCase.
func (w *Walk) PublishCase(ctx context.Context, id string, version int) (store.CaseRow, error) {
	if err := w.sound(ctx, id); err != nil {
		return store.CaseRow{}, err
	}
	letters, err := w.caseLetters(ctx, id, "published", version)
	if err != nil {
		return store.CaseRow{}, err
	}
	return w.DB.PublishCase(ctx, w.turn(id, version, letters...), yearAfter(w.Now))
}

// FlagCase marks a case that is shown as one to bring up to date; its author
// gets a letter.
//
// Error: as store.DB.FlagCase.
func (w *Walk) FlagCase(ctx context.Context, id string, version int, reason string) (store.CaseRow, error) {
	letters, err := w.caseLetters(ctx, id, "flagged", version)
	if err != nil {
		return store.CaseRow{}, err
	}
	return w.DB.FlagCase(ctx, w.turn(id, version, letters...), reason)
}

// ConfirmCase says that a case is still true, for a year; reviewed says that an
// editor has read it.
//
// Error: as store.DB.ConfirmCase.
func (w *Walk) ConfirmCase(ctx context.Context, id string, version int, reviewed bool) (store.CaseRow, error) {
	return w.DB.ConfirmCase(ctx, w.turn(id, version), yearAfter(w.Now), reviewed)
}

// ArchiveCase withdraws a case, with a reason that readers are told.
//
// Error: as store.DB.ArchiveCase.
func (w *Walk) ArchiveCase(ctx context.Context, id string, version int, reason string) (store.CaseRow, error) {
	return w.DB.ArchiveCase(ctx, w.turn(id, version), reason)
}

// UnarchiveCase brings an archived case back.
//
// Error: as store.DB.RestoreCase.
func (w *Walk) UnarchiveCase(ctx context.Context, id string, version int) (store.CaseRow, error) {
	return w.DB.RestoreCase(ctx, w.turn(id, version))
}

// MergeCase makes a case one with another, by identifier or address.
//
// Error: as store.DB.MergeCase.
func (w *Walk) MergeCase(ctx context.Context, id string, version int, into string) (store.CaseRow, error) {
	other, err := w.DB.Case(ctx, into)
	if err != nil {
		return store.CaseRow{}, err
	}
	return w.DB.MergeCase(ctx, w.turn(id, version), other.ID)
}

// RestoreCaseVersion makes a new version of an older one.
//
// Error: as store.DB.RestoreVersion.
func (w *Walk) RestoreCaseVersion(ctx context.Context, id string, version, number int) (store.CaseRow, error) {
	v, err := w.DB.CaseVersion(ctx, id, number)
	if err != nil {
		return store.CaseRow{}, err
	}
	g, err := w.CaseGround(ctx)
	if err != nil {
		return store.CaseRow{}, err
	}
	return w.DB.RestoreVersion(ctx, w.turn(id, version), number, g.Within(&v.Record))
}
