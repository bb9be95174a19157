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

// step takes a case from one of some states: do changes the row, which is then
// written. A step of a case that readers see or saw is seen at once.
func (d *DB) step(ctx context.Context, t *CaseTurn, a account.Action, from []casestudy.State, do func(tx *sql.Tx, r *CaseRow) error) (row CaseRow, err error) {
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		r, err := d.turnCase(ctx, tx, t, from...)
		if err != nil {
			return err
		}
		before := stood(&r)
		if err := do(tx, &r); err != nil {
			return err
		}
		if r.Published > 0 {
			r.PublicAt = t.At
			if err := showCases(ctx, tx); err != nil {
				return err
			}
		}
		if err := putCase(ctx, tx, &r); err != nil {
			return err
		}
		return d.endTurn(ctx, tx, t, a, before, stood(&r))
	})
	if err != nil {
		return row, err
	}
	return d.Case(ctx, t.ID)
}

func stood(r *CaseRow) caseStood {
	return caseStood{State: r.State, Version: r.Published, Slug: r.Slug, Reason: r.Reason, Due: r.ReviewDue}
}

// SubmitCase hands a draft in, to be read by an editor.
//
// Error: *Changed; Conflict for a case that is no draft; NotFound.
func (d *DB) SubmitCase(ctx context.Context, t CaseTurn) (row CaseRow, err error) {
	defer wrap(&err, "proposition d’une fiche")
	return d.step(ctx, &t, account.SubmitCase, []casestudy.State{casestudy.Draft}, func(_ *sql.Tx, r *CaseRow) error {
		r.State = casestudy.Submitted
		return nil
	})
}

// TakeCase takes a case handed in into review: others see who reads it.
//
// Error: *Changed; Conflict for a case that was not handed in; NotFound.
func (d *DB) TakeCase(ctx context.Context, t CaseTurn) (row CaseRow, err error) {
	defer wrap(&err, "prise en relecture d’une fiche")
	return d.step(ctx, &t, account.ReviewCase, []casestudy.State{casestudy.Submitted}, func(_ *sql.Tx, r *CaseRow) error {
		r.State, r.ReviewedBy = casestudy.InReview, t.By
		return nil
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
	return d.step(ctx, &t, account.ReviewCase, from, func(tx *sql.Tx, r *CaseRow) error {
		for _, n := range notes {
			if _, err := insertNote(ctx, tx, t.ID, r.Latest, n, t.By, t.At); err != nil {
				return err
			}
		}
		var open int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM casestudy_note WHERE casestudy = $1 AND settled_at IS NULL`, t.ID).Scan(&open); err != nil {
			return err
		}
		if open == 0 {
			return fault.Invalidf("écrivez au moins une remarque : ce qu’il faut revoir", "fiche renvoyée sans remarque")
		}
		r.State, r.ReviewedBy = casestudy.Draft, t.By
		return nil
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
	return d.step(ctx, &t, account.PublishCase, from, func(tx *sql.Tx, r *CaseRow) (err error) {
		if r.State == casestudy.Published && !r.Pending() {
			return &fault.Error{Kind: fault.Conflict, What: "cette fiche est déjà publiée telle quelle", Do: "rechargez sa page"}
		}
		if r.Slug == "" {
			r.PublishedAt = t.At
			if r.Slug, err = freeSlug(ctx, tx, r.Title); err != nil {
				return err
			}
		}
		r.State, r.Published, r.Reason = casestudy.Published, r.Latest, ""
		r.ReviewedBy, r.ReviewedAt, r.ReviewDue = t.By, t.At, due
		return nil
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
	return d.step(ctx, &t, account.FlagCase, []casestudy.State{casestudy.Published, casestudy.ToUpdate}, func(_ *sql.Tx, r *CaseRow) error {
		r.State, r.Reason = casestudy.ToUpdate, reason
		return nil
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
	return d.step(ctx, &t, account.ConfirmCase, []casestudy.State{casestudy.Published, casestudy.ToUpdate}, func(_ *sql.Tx, r *CaseRow) error {
		r.State, r.Reason, r.ReviewDue = casestudy.Published, "", due
		if reviewed {
			r.ReviewedBy, r.ReviewedAt = t.By, t.At
		}
		return nil
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
	return d.step(ctx, &t, account.ArchiveCase, writable, func(_ *sql.Tx, r *CaseRow) error {
		r.State, r.Reason = casestudy.Archived, reason
		return nil
	})
}

// RestoreCase brings an archived case back: shown again if it was, a draft if it
// was not.
//
// Error: *Changed; Conflict for a case that is not archived; NotFound.
func (d *DB) RestoreCase(ctx context.Context, t CaseTurn) (row CaseRow, err error) {
	defer wrap(&err, "retour d’une fiche archivée")
	return d.step(ctx, &t, account.ArchiveCase, []casestudy.State{casestudy.Archived}, func(_ *sql.Tx, r *CaseRow) error {
		r.State, r.Reason = casestudy.Draft, ""
		if r.Published > 0 {
			r.State = casestudy.Published
		}
		return nil
	})
}
