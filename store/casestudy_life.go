package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/lang"
)

// step takes a case from one of some states: do changes it, and says what the
// journal keeps of it. A step of a case that readers see or saw is seen at once.
func (d *DB) step(ctx context.Context, t *CaseTurn, a account.Action, from []casestudy.State,
	do func(tx *sql.Tx, before *CaseRow) (caseStood, error)) (row CaseRow, err error) {
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		before, err := d.turnCase(ctx, tx, t, from...)
		if err != nil {
			return err
		}
		after, err := do(tx, &before)
		if err != nil {
			return err
		}
		if before.Published > 0 || after.State.Public() {
			if err := setCase(ctx, tx, t.ID, `public_at = $2`, utc(t.At)); err != nil {
				return err
			}
			if err := showCases(ctx, tx); err != nil {
				return err
			}
		}
		return d.endTurn(ctx, tx, t, a, caseStood{State: before.State, Version: before.Published}, after)
	})
	if err != nil {
		return row, err
	}
	return d.Case(ctx, t.ID)
}

// SubmitCase hands a draft in, to be read by an editor.
//
// Error: *Changed; Conflict for a case that is no draft; NotFound.
func (d *DB) SubmitCase(ctx context.Context, t CaseTurn) (row CaseRow, err error) {
	defer wrap(&err, "proposition d’une fiche")
	return d.step(ctx, &t, account.SubmitCase, []casestudy.State{casestudy.Draft}, func(tx *sql.Tx, _ *CaseRow) (caseStood, error) {
		return caseStood{State: casestudy.Submitted}, setCase(ctx, tx, t.ID, `state = 'submitted'`)
	})
}

// TakeCase takes a case handed in into review: others see who reads it.
//
// Error: *Changed; Conflict for a case that was not handed in; NotFound.
func (d *DB) TakeCase(ctx context.Context, t CaseTurn) (row CaseRow, err error) {
	defer wrap(&err, "prise en relecture d’une fiche")
	return d.step(ctx, &t, account.ReviewCase, []casestudy.State{casestudy.Submitted}, func(tx *sql.Tx, _ *CaseRow) (caseStood, error) {
		return caseStood{State: casestudy.InReview}, setCase(ctx, tx, t.ID, `state = 'in_review', reviewed_by = $2`, string(t.By))
	})
}

// ReturnCase sends a case back to its author, with notes beside the fields; one
// at least, or those that are open already, says why.
//
// Error: *Changed; Conflict for a case that is not being read; Invalid without a
// note; NotFound.
func (d *DB) ReturnCase(ctx context.Context, t CaseTurn, notes []CaseNoteInput) (row CaseRow, err error) {
	defer wrap(&err, "renvoi d’une fiche à son auteur")
	from := []casestudy.State{casestudy.Submitted, casestudy.InReview}
	return d.step(ctx, &t, account.ReviewCase, from, func(tx *sql.Tx, before *CaseRow) (caseStood, error) {
		for _, n := range notes {
			if _, err := insertNote(ctx, tx, t.ID, before.Latest, n, t.By, t.At); err != nil {
				return caseStood{}, err
			}
		}
		var open int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM casestudy_note WHERE casestudy = $1 AND settled_at IS NULL`, t.ID).Scan(&open); err != nil {
			return caseStood{}, err
		}
		if open == 0 {
			return caseStood{}, fault.Invalidf("écrivez au moins une remarque : ce qu’il faut revoir", "fiche renvoyée sans remarque")
		}
		return caseStood{State: casestudy.Draft}, setCase(ctx, tx, t.ID, `state = 'draft', reviewed_by = $2`, string(t.By))
	})
}

// PublishCase shows the newest version of a case to all. due is the ISO day of
// the next « toujours vrai ? ». Its address is made from its title the first
// time, and stays.
//
// Error: *Changed; Conflict for a case that was not taken into review, or that
// has nothing new; Invalid for a day that is none; NotFound.
func (d *DB) PublishCase(ctx context.Context, t CaseTurn, due string) (row CaseRow, err error) {
	defer wrap(&err, "publication d’une fiche")
	if err := checkDue(due); err != nil {
		return row, err
	}
	from := []casestudy.State{casestudy.InReview, casestudy.Published, casestudy.ToUpdate}
	return d.step(ctx, &t, account.PublishCase, from, func(tx *sql.Tx, before *CaseRow) (after caseStood, err error) {
		if before.State == casestudy.Published && !before.Pending() {
			return after, &fault.Error{Kind: fault.Conflict, What: "cette fiche est déjà publiée telle quelle", Do: "rechargez sa page"}
		}
		after = caseStood{State: casestudy.Published, Version: before.Latest, Slug: before.Slug, Due: due}
		if after.Slug == "" {
			if after.Slug, err = freeSlug(ctx, tx, before.Title); err != nil {
				return after, err
			}
		}
		return after, setCase(ctx, tx, t.ID, `
			state = 'published', published = latest, slug = $2, published_at = coalesce(published_at, $3), public_at = $3,
			reviewed_by = $4, reviewed_at = $3, review_due = $5, reason = ''`, after.Slug, utc(t.At), string(t.By), due)
	})
}

func checkDue(due string) error {
	if _, err := time.Parse(time.DateOnly, due); due != "" && err != nil {
		return fault.Invalidf("écrivez le jour ainsi : 2027-03-12", "« %s » n’est pas un jour", due)
	}
	return nil
}

// mostSlug is how many letters of a title make an address.
const mostSlug = 60

// slugOf makes an address of a title: whole words, as many as fit.
func slugOf(title string) string {
	s := ""
	for _, word := range strings.FieldsFunc(lang.FoldLetters(title), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		if s != "" && len(s)+1+len(word) > mostSlug {
			break
		}
		if s != "" {
			s += "-"
		}
		s += word[:min(len(word), mostSlug)]
	}
	if s == "" {
		return "fiche"
	}
	return s
}

// freeSlug makes an address that no case has or had.
func freeSlug(ctx context.Context, tx *sql.Tx, title string) (string, error) {
	wanted := slugOf(title)
	rows, err := tx.QueryContext(ctx, `SELECT slug FROM casestudy WHERE slug = $1 OR substr(slug, 1, length($1) + 1) = $1 || '-'`, wanted)
	all, err := collect(rows, err, func(rows *sql.Rows, s *string) error { return rows.Scan(s) })
	if err != nil {
		return "", err
	}
	taken := map[string]bool{}
	for _, s := range all {
		taken[s] = true
	}
	return nextSlug(wanted, taken), nil
}

// nextSlug is the address wanted, with a number when it is taken.
func nextSlug(wanted string, taken map[string]bool) string {
	s := wanted
	for n := 2; taken[s]; n++ {
		s = fmt.Sprintf("%s-%d", wanted, n)
	}
	return s
}

// FlagCase marks a case that is shown as one to bring up to date; reason is for
// readers.
//
// Error: *Changed; Conflict for a case that is not shown; Invalid without a
// reason; NotFound.
func (d *DB) FlagCase(ctx context.Context, t CaseTurn, reason string) (row CaseRow, err error) {
	defer wrap(&err, "fiche à mettre à jour")
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > mostReason {
		return row, errReason()
	}
	return d.step(ctx, &t, account.FlagCase, []casestudy.State{casestudy.Published, casestudy.ToUpdate}, func(tx *sql.Tx, _ *CaseRow) (caseStood, error) {
		return caseStood{State: casestudy.ToUpdate, Reason: reason}, setCase(ctx, tx, t.ID, `state = 'to_update', reason = $2`, reason)
	})
}

// ConfirmCase says that what is shown is still true: until due, ISO day, nobody
// is asked again. reviewed says that an editor has read it.
//
// Error: *Changed; Conflict for a case that is not shown; Invalid for a day that
// is none; NotFound.
func (d *DB) ConfirmCase(ctx context.Context, t CaseTurn, due string, reviewed bool) (row CaseRow, err error) {
	defer wrap(&err, "confirmation d’une fiche")
	if err := checkDue(due); err != nil {
		return row, err
	}
	return d.step(ctx, &t, account.ConfirmCase, []casestudy.State{casestudy.Published, casestudy.ToUpdate}, func(tx *sql.Tx, before *CaseRow) (caseStood, error) {
		after := caseStood{State: casestudy.Published, Version: before.Published, Due: due}
		if err := setCase(ctx, tx, t.ID, `state = 'published', reason = '', review_due = $2`, due); err != nil || !reviewed {
			return after, err
		}
		return after, setCase(ctx, tx, t.ID, `reviewed_by = $2, reviewed_at = $3`, string(t.By), utc(t.At))
	})
}

// mostReason is how many bytes a reason or a note may have.
const mostReason = 2000

func errReason() error {
	return fault.Invalidf("écrivez-le en quelques mots, de 2 000 signes au plus", "il faut un motif, que liront les lecteurs")
}

// ArchiveCase withdraws a case from the base; reason is for readers, whom its
// address still answers.
//
// Error: *Changed; Conflict for a case that is archived or merged; Invalid
// without a reason; NotFound.
func (d *DB) ArchiveCase(ctx context.Context, t CaseTurn, reason string) (row CaseRow, err error) {
	defer wrap(&err, "archivage d’une fiche")
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > mostReason {
		return row, errReason()
	}
	return d.step(ctx, &t, account.ArchiveCase, writable, func(tx *sql.Tx, _ *CaseRow) (caseStood, error) {
		return caseStood{State: casestudy.Archived, Reason: reason}, setCase(ctx, tx, t.ID, `state = 'archived', reason = $2`, reason)
	})
}

// RestoreCase brings an archived case back: shown again if it was, a draft if it
// was not.
//
// Error: *Changed; Conflict for a case that is not archived; NotFound.
func (d *DB) RestoreCase(ctx context.Context, t CaseTurn) (row CaseRow, err error) {
	defer wrap(&err, "retour d’une fiche archivée")
	return d.step(ctx, &t, account.ArchiveCase, []casestudy.State{casestudy.Archived}, func(tx *sql.Tx, before *CaseRow) (caseStood, error) {
		after := caseStood{State: casestudy.Draft}
		if before.Published > 0 {
			after.State = casestudy.Published
		}
		return after, setCase(ctx, tx, t.ID, `state = $2, reason = ''`, string(after.State))
	})
}
