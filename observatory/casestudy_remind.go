package observatory

import (
	"context"
	"fmt"

	"vigie/account"
	"vigie/journal"
	"vigie/store"
)

// CaseRemindRun asks who wrote the cases that are shown whether they are still
// true.
const CaseRemindRun = "case_remind"

// RemindResult is what asking leaves.
type RemindResult struct {
	Due   int `json:"due"`   // cases whose year has passed
	Asked int `json:"asked"` // letters posted now
}

func runCaseRemind(ctx context.Context, _ *Shop, w *Walk, _ struct{}) (any, error) {
	return w.RemindCases(ctx)
}

// RemindCases posts a letter to the author of each case whose review is due,
// once for a due day; to the editors when the author cannot be reached. Done
// again, it posts what is left.
func (w *Walk) RemindCases(ctx context.Context) (r RemindResult, err error) {
	w.step("rappels")
	rows, err := w.DB.Cases(ctx, store.CaseFilter{Due: ParisDay(w.Now)})
	if err != nil {
		return r, err
	}
	r.Due = len(rows)
	for i := range rows {
		row := &rows[i]
		people, err := w.askedAbout(ctx, row)
		if err != nil {
			return r, err
		}
		for n, to := range people {
			fresh, err := w.DB.PostMail(ctx, w.caseLetter(to, row, "asked", fmt.Sprintf("case.asked:%s:%s:%d", row.ID, row.ReviewDue, n)), w.Now)
			if err != nil {
				return r, err
			}
			if fresh {
				r.Asked++
			}
		}
		w.at(i+1, len(rows))
	}
	return r, nil
}

// askedAbout are those who are asked whether a case is still true.
func (w *Walk) askedAbout(ctx context.Context, row *store.CaseRow) ([]addressee, error) {
	to, err := w.authorOf(ctx, row)
	if err != nil || to.mail != "" {
		return []addressee{to}, err
	}
	people, err := w.DB.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []addressee
	for i := range people {
		p := &people[i]
		if !p.Erased && p.Mail != "" && journal.PersonActor(p.ID) != w.By && p.May(account.FlagCase, row.Object()) {
			out = append(out, addressee{p.Name, p.Mail, p.Lang})
		}
	}
	return out, nil
}
