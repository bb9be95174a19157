package store

import (
	"context"
	"database/sql"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
)

// MergeCase makes a case one with another: its address leads there, and so do
// the addresses that led to it; its notes and the amendments proposed to it
// follow. Of two merges at once one wins, and no case leads back to itself.
//
// Error: *Changed when somebody took a step of the first since t.Version;
// Conflict when either is archived or merged, when they are one, and when readers
// see the first and not the other; NotFound.
func (d *DB) MergeCase(ctx context.Context, t CaseTurn, into string) (row CaseRow, err error) {
	defer wrap(&err, "réunion de deux fiches")
	if t.ID == into {
		return row, fault.Invalidf("choisissez une autre fiche", "une fiche ne se réunit pas à elle-même")
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		// Both rows are held, always in the same order: two merges wait for each other.
		for _, id := range []string{min(t.ID, into), max(t.ID, into)} {
			if _, err := tx.ExecContext(ctx, `UPDATE casestudy SET version = version WHERE id = $1`, id); err != nil {
				return err
			}
		}
		before, err := d.turnCase(ctx, tx, &t, writable...)
		if err != nil {
			return err
		}
		other, err := caseIn(ctx, tx, into)
		if err != nil {
			return err
		}
		if err := checkMerge(&before, &other); err != nil {
			return err
		}
		was := before.State
		before.State, before.MergedInto = casestudy.Merged, into
		if before.Published > 0 {
			before.PublicAt = t.At
			if err := showCases(ctx, tx); err != nil {
				return err
			}
		}
		if err := putCase(ctx, tx, &before); err != nil {
			return err
		}
		if err := redirect(ctx, tx, &t, into); err != nil {
			return err
		}
		return d.endTurn(ctx, tx, &t, account.MergeCase, caseStood{State: was}, caseStood{State: casestudy.Merged, Into: into})
	})
	if err != nil {
		return row, err
	}
	return d.Case(ctx, t.ID)
}

func checkMerge(one, other *CaseRow) error {
	switch {
	case other.State == casestudy.Archived || other.State == casestudy.Merged:
		return &fault.Error{Kind: fault.Conflict, What: "l’autre fiche est " + caseWords[other.State], Do: "choisissez celle qui reste dans la base"}
	case one.Published > 0 && other.Published == 0:
		return &fault.Error{Kind: fault.Conflict, What: "l’autre fiche n’est pas publiée : l’adresse de celle-ci ne mènerait nulle part",
			Do: "publiez d’abord l’autre, ou réunissez-les dans l’autre sens"}
	}
	return nil
}

// redirect makes what led or belonged to a case lead and belong to another.
func redirect(ctx context.Context, tx *sql.Tx, t *CaseTurn, into string) error {
	if _, err := tx.ExecContext(ctx, `UPDATE casestudy SET merged_into = $2 WHERE merged_into = $1`, t.ID, into); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE casestudy_note
		SET    casestudy = $2, number = (SELECT latest FROM casestudy WHERE id = $2)
		WHERE  casestudy = $1 AND settled_at IS NULL`, t.ID, into); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE casestudy_amendment SET casestudy = $2 WHERE casestudy = $1 AND state = 'open'`, t.ID, into); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE casestudy SET version = version + 1, changed_by = $2, changed_at = $3 WHERE id = $1`, into, string(t.By), utc(t.At))
	return err
}
