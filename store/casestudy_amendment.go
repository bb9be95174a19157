package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
)

// AmendmentState is what became of an amendment.
type AmendmentState string

// The states of an amendment.
const (
	AmendmentOpen    AmendmentState = "open"
	AmendmentMerged  AmendmentState = "merged"
	AmendmentRefused AmendmentState = "refused"
)

// AmendmentInput is what somebody proposes to write in a case that they read:
// the whole record as they would have it, from the version that they saw.
type AmendmentInput struct {
	Case   string
	Base   int
	Record casestudy.Record
	Sender string // who says so, in words
	Remark string // why
	By     journal.Actor
}

// Amendment is one proposed.
type Amendment struct {
	ID        string           `json:"id"`
	Case      string           `json:"case"`
	BaseCase  string           `json:"base_case"` // the case that Base is a version of, another one after a merge
	Base      int              `json:"base"`
	Record    casestudy.Record `json:"record"`
	Sender    string           `json:"sender,omitempty"`
	Remark    string           `json:"remark,omitempty"`
	State     AmendmentState   `json:"state"`
	By        journal.Actor    `json:"by"`
	At        time.Time        `json:"at"`
	DecidedBy journal.Actor    `json:"decided_by,omitempty"`
	DecidedAt time.Time        `json:"decided_at,omitzero"`
	Reason    string           `json:"reason,omitempty"`
	Result    int              `json:"result,omitempty"` // the version that it became
}

// mostAmendments is how many amendments of a case may wait.
const mostAmendments = 50

// PutAmendment keeps an amendment of a case that readers see, for an editor.
//
// Error: Conflict for a case that is not shown, for a version that is none, and
// when too many wait; Invalid; NotFound.
func (d *DB) PutAmendment(ctx context.Context, in AmendmentInput, now time.Time) (a Amendment, err error) {
	defer wrap(&err, "proposition de modification d’une fiche")
	in.Sender, in.Remark = strings.TrimSpace(in.Sender), strings.TrimSpace(in.Remark)
	if len(in.Sender) > mostSpecName || len(in.Remark) > mostReason {
		return a, fault.Invalidf("dites qui vous êtes en 120 signes au plus, et pourquoi en 2 000", "proposition trop longue")
	}
	text, err := caseText(&in.Record)
	if err != nil {
		return a, err
	}
	id := strings.ToLower(rand.Text())
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		row, err := caseIn(ctx, tx, in.Case)
		if err != nil {
			return err
		}
		if !row.State.Public() || in.Base < 1 || in.Base > row.Latest {
			return errCaseState(row.State)
		}
		var waiting int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM casestudy_amendment WHERE casestudy = $1 AND state = 'open'`, in.Case).Scan(&waiting); err != nil {
			return err
		}
		if waiting >= mostAmendments {
			return &fault.Error{Kind: fault.Conflict, What: "trop de modifications de cette fiche attendent une réponse", Do: "recommencez dans quelques jours"}
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO casestudy_amendment (id, casestudy, base_case, base, record, sender, remark, state, by_actor, created_at, decided_by, reason, result)
			VALUES ($1, $2, $2, $3, $4, $5, $6, 'open', $7, $8, '', '', 0)`,
			id, in.Case, in.Base, text, in.Sender, in.Remark, string(in.By), utc(now)); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, caseAct(in.By, account.ProposeAmendment, in.Case, nil, map[string]any{"amendment": id, "base": in.Base}))
	})
	if err != nil {
		return a, err
	}
	return d.Amendment(ctx, id)
}

// MergeAmendment makes a new version of a case from an amendment: r is what an
// editor makes of both (see casestudy.Merge). Readers see it once it is
// published.
//
// Error: those of SaveCase; Conflict when the amendment waits no more; NotFound.
func (d *DB) MergeAmendment(ctx context.Context, t CaseTurn, amendment string, r casestudy.Record, within []string) (row CaseRow, err error) {
	defer wrap(&err, "reprise d’une modification proposée")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		letters := t.Letters
		t.Letters = nil
		number, err := d.saveCase(ctx, tx, &t, r, within, "", 0)
		if err != nil {
			return err
		}
		if err := decideAmendment(ctx, tx, t.By, t.ID, amendment, AmendmentMerged, "", number, t.At); err != nil {
			return err
		}
		t.Letters = letters
		return d.endTurn(ctx, tx, &t, account.AmendCase, nil, map[string]any{"amendment": amendment, "version": number})
	})
	if err != nil {
		return row, err
	}
	return d.Case(ctx, t.ID)
}

// RefuseAmendment ends the wait of an amendment with the reason why.
//
// Error: Invalid without a reason; Conflict when it waits no more; NotFound.
func (d *DB) RefuseAmendment(ctx context.Context, by journal.Actor, id, amendment, reason string, now time.Time) (err error) {
	defer wrap(&err, "refus d’une modification proposée")
	if reason = strings.TrimSpace(reason); reason == "" || len(reason) > mostReason {
		return fault.Invalidf("dites pourquoi en quelques mots", "un refus a un motif")
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		if err := decideAmendment(ctx, tx, by, id, amendment, AmendmentRefused, reason, 0, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, caseAct(by, account.AmendCase, id, nil, map[string]string{"amendment": amendment, "refused": reason}))
	})
}

// decideAmendment ends the wait of an amendment, once.
func decideAmendment(ctx context.Context, tx *sql.Tx, by journal.Actor, id, amendment string, to AmendmentState, reason string, result int, now time.Time) error {
	decided, err := inserted(tx.ExecContext(ctx, `
		UPDATE casestudy_amendment
		SET    state = $1, decided_by = $2, decided_at = $3, reason = $4, result = $5
		WHERE  id = $6 AND casestudy = $7 AND state = 'open'`, string(to), string(by), utc(now), reason, result, amendment, id))
	if err != nil || decided {
		return err
	}
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM casestudy_amendment WHERE id = $1 AND casestudy = $2`, amendment, id).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		_, err := only([]Amendment(nil), nil, "modification proposée", amendment)
		return err
	}
	return &fault.Error{Kind: fault.Conflict, What: "cette modification a déjà une réponse", Do: "rechargez la page de la fiche"}
}

const selectAmendment = `
	SELECT id, casestudy, base_case, base, record, sender, remark, state, by_actor, created_at, decided_by, decided_at, reason, result
	FROM   casestudy_amendment `

func scanAmendment(rows *sql.Rows, a *Amendment) error {
	var text string
	var decided instant
	if err := rows.Scan(&a.ID, &a.Case, &a.BaseCase, &a.Base, &text, &a.Sender, &a.Remark, &a.State, &a.By, &a.At, &a.DecidedBy, &decided, &a.Reason, &a.Result); err != nil {
		return err
	}
	a.At, a.DecidedAt = a.At.UTC(), decided.Time
	return json.Unmarshal([]byte(text), &a.Record)
}

// Amendment returns one amendment.
//
// Error: NotFound.
func (d *DB) Amendment(ctx context.Context, id string) (a Amendment, err error) {
	defer wrap(&err, "lecture d’une modification proposée")
	rows, err := d.read.QueryContext(ctx, selectAmendment+`WHERE id = $1`, id)
	all, err := collect(rows, err, scanAmendment)
	return only(all, err, "modification proposée", id)
}

// Amendments returns the amendments of a case, the last first; for "" those of
// every case that wait, the first first.
func (d *DB) Amendments(ctx context.Context, id string) (all []Amendment, err error) {
	defer wrap(&err, "lecture des modifications proposées")
	if id == "" {
		rows, err := d.read.QueryContext(ctx, selectAmendment+`WHERE state = 'open' ORDER BY created_at, id`)
		return collect(rows, err, scanAmendment)
	}
	rows, err := d.read.QueryContext(ctx, selectAmendment+`WHERE casestudy = $1 ORDER BY created_at DESC, id`, id)
	return collect(rows, err, scanAmendment)
}
