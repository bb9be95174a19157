package store

import (
	"context"
	"time"

	"vigie/fault"
)

// CaseOfLink returns a case that came by a secret link, by the link's hash: who
// has both may come back to it, even when the link can bring no other.
//
// Error: Denied for a link that is none, revoked or expired, and for a case that
// did not come by it: it does not say which.
func (d *DB) CaseOfLink(ctx context.Context, hash, id string, now time.Time) (row CaseRow, l CaseLink, err error) {
	if l, err = d.caseLink(ctx, `WHERE hash = $1`, hash); err == nil {
		row, err = d.Case(ctx, id)
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return row, l, err
	}
	if err != nil || !l.RevokedAt.IsZero() || !now.Before(l.Expires) || row.ID != id || row.Link != l.ID {
		return CaseRow{}, CaseLink{}, errLink()
	}
	return row, l, nil
}
