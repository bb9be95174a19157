package dataset

import (
	"cmp"
	"math"
	"slices"

	"vigie/indicator"
	"vigie/territory"
)

// mostRevised bounds the revised values that a Revision lists.
const mostRevised = 20

// Revision is what changed from one delivery of a source to the next. A key is
// a series, a territory and a period.
type Revision struct {
	Old     string           `json:"old,omitempty"` // the datasets, filled by who knows them
	New     string           `json:"new,omitempty"`
	Same    int              `json:"same"`    // keys with the same value and status
	Added   int              `json:"added"`   // keys that only the new one has
	Removed int              `json:"removed"` // keys that only the old one has
	Revised int              `json:"revised"` // values that differ
	Gained  int              `json:"gained"`  // values where there was none: secret, missing
	Lost    int              `json:"lost"`    // values no longer given
	Marked  int              `json:"marked"`  // same value, or still none, under another status
	Series  []SeriesRevision `json:"series"`  // those that changed, by code
	Largest []Revised        `json:"largest"` // the largest relative revisions, up to 20
}

// SeriesRevision is what changed in one series. Median and Most are relative
// changes of its revised values, as fractions: the median one, and the one
// furthest from zero.
type SeriesRevision struct {
	Indicator  indicator.Code `json:"indicator"`
	Added      int            `json:"added"`
	Removed    int            `json:"removed"`
	Revised    int            `json:"revised"`
	Gained     int            `json:"gained"`
	Lost       int            `json:"lost"`
	Marked     int            `json:"marked"`
	NewPeriods []string       `json:"newPeriods,omitempty"`
	OldPeriods []string       `json:"oldPeriods,omitempty"` // no longer there
	Median     float64        `json:"median"`
	Most       float64        `json:"most"`
}

// Revised is one value that differs, with its line in each file.
type Revised struct {
	Indicator indicator.Code `json:"indicator"`
	Territory territory.Code `json:"territory"`
	Period    string         `json:"period"`
	Old       float64        `json:"old"`
	New       float64        `json:"new"`
	OldLine   int32          `json:"oldLine"`
	NewLine   int32          `json:"newLine"`
}

// Change returns the relative change, as a fraction of the old value; from
// zero it is the whole of the new one, 1 or −1. It is finite: a value that
// leaves almost zero for a huge one changes by the largest number.
func (r Revised) Change() float64 {
	if r.Old == 0 {
		return math.Copysign(1, r.New)
	}
	return min(max((r.New-r.Old)/math.Abs(r.Old), -math.MaxFloat64), math.MaxFloat64)
}

// Empty reports whether nothing changed.
func (r *Revision) Empty() bool {
	return r.Added+r.Removed+r.Revised+r.Gained+r.Lost+r.Marked == 0
}

// Compare says what changed from an old table to a new one. Lines play no part.
func Compare(old, now *Table) Revision {
	r := &comparison{}
	a, b := old.Columns, now.Columns
	for len(a) > 0 || len(b) > 0 {
		order := 1
		switch {
		case len(b) == 0:
			order = -1
		case len(a) > 0:
			order = cmp.Or(cmp.Compare(a[0].Indicator, b[0].Indicator), cmp.Compare(a[0].Period, b[0].Period))
		}
		switch {
		case order < 0:
			s := r.of(a[0].Indicator)
			s.Removed += len(a[0].X)
			s.OldPeriods = append(s.OldPeriods, a[0].Period)
			a = a[1:]
		case order > 0:
			s := r.of(b[0].Indicator)
			s.Added += len(b[0].X)
			s.NewPeriods = append(s.NewPeriods, b[0].Period)
			b = b[1:]
		default:
			r.columns(&a[0], &b[0])
			a, b = a[1:], b[1:]
		}
	}
	r.close()
	return r.Revision
}

// comparison is the state of one Compare: changes are the relative changes of
// the last series.
type comparison struct {
	Revision
	current *SeriesRevision
	changes []float64
}

// of returns the entry of a series; series come in order.
func (r *comparison) of(code indicator.Code) *SeriesRevision {
	if r.current == nil || r.current.Indicator != code {
		r.close()
		r.current = &SeriesRevision{Indicator: code}
	}
	return r.current
}

// columns compares one indicator at one period.
func (r *comparison) columns(a, b *Column) {
	s := r.of(a.Indicator)
	i, k := 0, 0
	for i < len(a.X) || k < len(b.X) {
		switch {
		case k == len(b.X) || i < len(a.X) && a.Territory[i] < b.Territory[k]:
			s.Removed++
			i++
		case i == len(a.X) || b.Territory[k] < a.Territory[i]:
			s.Added++
			k++
		default:
			r.values(s, a, b, i, k)
			i++
			k++
		}
	}
}

// values compares two observations of one key.
func (r *comparison) values(s *SeriesRevision, a, b *Column, i, k int) {
	had, has := hasValue(a, i), hasValue(b, k)
	switch {
	case had && !has:
		s.Lost++
	case !had && has:
		s.Gained++
	case had && a.X[i] != b.X[k]:
		one := Revised{a.Indicator, a.Territory[i], a.Period, a.X[i], b.X[k], a.Line[i], b.Line[k]}
		s.Revised++
		r.changes = append(r.changes, one.Change())
		r.largest(one)
	case a.Status[i] != b.Status[k]:
		s.Marked++
	default:
		r.Same++
	}
}

// largest keeps one among the largest, if it is.
func (r *comparison) largest(one Revised) {
	at, _ := slices.BinarySearchFunc(r.Largest, one, func(a, b Revised) int {
		if math.Abs(a.Change()) >= math.Abs(b.Change()) {
			return -1 // the first met stays before its equals
		}
		return 1
	})
	if at < mostRevised {
		r.Largest = slices.Insert(r.Largest, at, one)
		r.Largest = r.Largest[:min(len(r.Largest), mostRevised)]
	}
}

// close finishes the last series and adds it to the totals.
func (r *comparison) close() {
	s := r.current
	if s == nil {
		return
	}
	if slices.Sort(r.changes); len(r.changes) > 0 {
		s.Median = median(r.changes)
		if s.Most = r.changes[0]; r.changes[len(r.changes)-1] > -s.Most {
			s.Most = r.changes[len(r.changes)-1]
		}
	}
	r.changes, r.current = r.changes[:0], nil
	r.Added += s.Added
	r.Removed += s.Removed
	r.Revised += s.Revised
	r.Gained += s.Gained
	r.Lost += s.Lost
	r.Marked += s.Marked
	if s.Added+s.Removed+s.Revised+s.Gained+s.Lost+s.Marked > 0 {
		r.Series = append(r.Series, *s)
	}
}
