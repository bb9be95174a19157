package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// ProposalState is how far a proposal has come.
type ProposalState string

// The states of a proposal. An approved one is an edition; a recalled one was,
// and nobody had seen it.
const (
	ProposalOpen      ProposalState = "proposed"
	ProposalRefused   ProposalState = "refused"
	ProposalWithdrawn ProposalState = "withdrawn"
	ProposalApproved  ProposalState = "approved"
	ProposalRecalled  ProposalState = "recalled"
)

// ProposalInput is an edition to propose: its manifest is frozen now. Errata are
// those of the edition that it replaces, shown there once this one is public.
//
// ID "" takes a new one. Run says that the run of the event ProposalEvent makes
// it: once, and only while that run goes on. Letters go out with the proposal,
// or not at all.
type ProposalInput struct {
	EditionInput // without Changes, which the manifest holds
	ID           string
	Run          bool
	Note         string // to who approves
	ErratumFR    string
	ErratumEN    string
	Letters      []Letter
}

// ProposalEvent is what the run that makes a proposal is the run of.
func ProposalEvent(id string) string { return "proposal:" + id }

// ProposalRow is an edition proposed. Manifest is the key of an artifact.
type ProposalRow struct {
	ID          string        `json:"id"`
	Number      string        `json:"number"`
	Title       string        `json:"title"`
	PublishedAt string        `json:"date"`
	EmbargoAt   time.Time     `json:"embargo"`
	Manifest    string        `json:"manifest"`
	Supersedes  string        `json:"supersedes,omitempty"`
	Note        string        `json:"note,omitempty"`
	ErratumFR   string        `json:"erratum_fr,omitempty"`
	ErratumEN   string        `json:"erratum_en,omitempty"`
	State       ProposalState `json:"state"`
	By          journal.Actor `json:"by"`
	CreatedAt   time.Time     `json:"created_at"`
	DecidedBy   journal.Actor `json:"decided_by,omitempty"`
	DecidedAt   time.Time     `json:"decided_at,omitzero"`
	Reason      string        `json:"reason,omitempty"`
	RecalledBy  journal.Actor `json:"recalled_by,omitempty"`
}

// PutProposal keeps an edition to be approved by somebody else.
//
// Error: Conflict when the number exists or waits already, or when the edition
// that it replaces is replaced; Invalid for a day or an erratum that is none.
func (d *DB) PutProposal(ctx context.Context, in ProposalInput) (row ProposalRow, err error) {
	defer wrap(&err, "proposition de l’édition %s", in.Number)
	if err := checkProposal(&in); err != nil {
		return row, err
	}
	manifest, err := d.keep(ctx, "manifest", in.Manifest)
	if err != nil {
		return row, err
	}
	id := cmp.Or(in.ID, newID(in.CreatedAt))
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if in.Run {
			if made, err := goesOn(ctx, tx, id); err != nil || made {
				return err
			}
		}
		if err := checkEdition(ctx, tx, &in.EditionInput); err != nil {
			return err
		}
		if err := insertArtifacts(ctx, tx, in.CreatedAt, manifest); err != nil {
			return err
		}
		if err := insertProposal(ctx, tx, id, &in, manifest.id); err != nil {
			return err
		}
		if err := d.postAll(ctx, tx, in.Letters, in.CreatedAt); err != nil {
			return err
		}
		return d.enter(ctx, tx, in.CreatedAt, journal.Act{Actor: in.By, Action: "edition.propose", Object: "proposal:" + id,
			After: entered(map[string]any{"number": in.Number, "date": in.PublishedAt, "embargo": utc(in.EmbargoAt), "manifest": manifest.id, "supersedes": in.Supersedes})})
	})
	if err != nil {
		return row, err
	}
	return d.Proposal(ctx, id)
}

// CheckProposal refuses what PutProposal would, before anything is frozen: the
// manifest is not read.
//
// Error: those of PutProposal.
func (d *DB) CheckProposal(ctx context.Context, in ProposalInput) (err error) {
	defer wrap(&err, "proposition de l’édition %s", in.Number)
	if err := checkProposal(&in); err != nil {
		return err
	}
	if err := checkEdition(ctx, d.read, &in.EditionInput); err != nil {
		return err
	}
	var n int
	err = d.read.QueryRowContext(ctx, `SELECT count(*) FROM proposal WHERE number = $1 AND state = 'proposed'`, in.Number).Scan(&n)
	if err == nil && n > 0 {
		err = errWaiting(in.Number)
	}
	return err
}

// checkProposal refuses what is wrong by itself, and trims the erratum.
func checkProposal(in *ProposalInput) (err error) {
	if _, err := time.Parse(time.DateOnly, in.PublishedAt); err != nil || in.Number == "" {
		return errNoEdition(&in.EditionInput)
	}
	in.ErratumFR, in.ErratumEN, err = checkErratum(in.ErratumFR, in.ErratumEN)
	if err == nil && in.Supersedes == "" && in.ErratumFR != "" {
		err = fault.Invalidf("effacez l’erratum", "une première édition ne corrige rien")
	}
	return err
}

// ProposalRun returns the run that makes a proposal, or has made it.
//
// Error: NotFound.
func (d *DB) ProposalRun(ctx context.Context, id string) (row RunRow, err error) {
	defer wrap(&err, "lecture d’un travail")
	rows, err := d.read.QueryContext(ctx, selectRun+` WHERE event = $1`, ProposalEvent(id))
	all, err := collect(rows, err, scanRun)
	return only(all, err, "proposition", id)
}

// goesOn holds the run that makes a proposal until the transaction ends, and
// reports whether an earlier attempt has made it.
//
// Error: Conflict when somebody has cancelled the run.
func goesOn(ctx context.Context, tx *sql.Tx, id string) (made bool, err error) {
	running, err := inserted(tx.ExecContext(ctx, `UPDATE run SET step = step WHERE event = $1 AND state = 'running'`, ProposalEvent(id)))
	if err != nil {
		return false, err
	}
	if !running {
		return false, &fault.Error{Kind: fault.Conflict, What: "cette proposition a été annulée pendant qu’elle se préparait", Do: "proposez l’édition à nouveau si c’était une erreur"}
	}
	var n int
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM proposal WHERE id = $1`, id).Scan(&n)
	return n > 0, err
}

func insertProposal(ctx context.Context, tx *sql.Tx, id string, in *ProposalInput, manifest string) error {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO proposal (id, number, title, published_at, embargo_at, manifest, supersedes, note, erratum_fr, erratum_en,
		                      state, by_actor, created_at, decided_by, reason, recalled_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'proposed', $11, $12, '', '', '')
		ON CONFLICT DO NOTHING`,
		id, in.Number, in.Title, in.PublishedAt, utc(in.EmbargoAt), manifest, in.Supersedes, strings.TrimSpace(in.Note), in.ErratumFR, in.ErratumEN,
		string(in.By), utc(in.CreatedAt))
	fresh, err := inserted(result, err)
	if err == nil && !fresh {
		err = errWaiting(in.Number)
	}
	return err
}

func errWaiting(number string) error {
	return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("une proposition d’édition %s attend déjà une décision", number),
		Do: "attendez-la, retirez cette proposition, ou donnez un autre numéro"}
}

const selectProposal = `
	SELECT id, number, title, published_at, embargo_at, manifest, supersedes, note, erratum_fr, erratum_en, state, by_actor, created_at,
	       decided_by, decided_at, reason, recalled_by
	FROM   proposal`

func scanProposal(row interface{ Scan(...any) error }, p *ProposalRow) error {
	var decided sql.NullTime
	err := row.Scan(&p.ID, &p.Number, &p.Title, &p.PublishedAt, &p.EmbargoAt, &p.Manifest, &p.Supersedes, &p.Note, &p.ErratumFR, &p.ErratumEN,
		&p.State, &p.By, &p.CreatedAt, &p.DecidedBy, &decided, &p.Reason, &p.RecalledBy)
	p.EmbargoAt, p.CreatedAt = p.EmbargoAt.UTC(), p.CreatedAt.UTC()
	if decided.Valid {
		p.DecidedAt = decided.Time.UTC()
	}
	return err
}

// Proposals returns all of them, the last one first.
func (d *DB) Proposals(ctx context.Context) (all []ProposalRow, err error) {
	defer wrap(&err, "lecture des propositions")
	rows, err := d.read.QueryContext(ctx, selectProposal+` ORDER BY created_at DESC, id DESC`)
	return collect(rows, err, func(rows *sql.Rows, p *ProposalRow) error { return scanProposal(rows, p) })
}

// Proposal returns one of them.
//
// Error: NotFound.
func (d *DB) Proposal(ctx context.Context, id string) (row ProposalRow, err error) {
	defer wrap(&err, "lecture d’une proposition")
	rows, err := d.read.QueryContext(ctx, selectProposal+` WHERE id = $1`, id)
	all, err := collect(rows, err, func(rows *sql.Rows, p *ProposalRow) error { return scanProposal(rows, p) })
	return only(all, err, "proposition", id)
}

// Approval is the decision to publish a proposal. Changes are those of its
// manifest, Stale says that who approves knows that the data have changed since.
type Approval struct {
	ID      string
	Changes []EditionChange
	Stale   bool
	By      journal.Actor
	Letters []Letter // they go out with the approval, or not at all
}

// Approve makes the edition of a proposal, whole and at once, with the names of
// both persons in the journal.
//
// Error: NotFound; Denied when the same person has proposed it, or when nobody
// with an account approves; Conflict when it waits no more, or when the edition
// that it replaces has been replaced meanwhile.
func (d *DB) Approve(ctx context.Context, a Approval, now time.Time) (row EditionRow, err error) {
	defer wrap(&err, "approbation d’une édition")
	var p ProposalRow
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if p, err = d.decide(ctx, tx, a.ID, ProposalApproved, a.By, "", now); err != nil {
			return err
		}
		if a.By.Person() == "" || a.By.Person() == p.By.Person() {
			return errSamePerson()
		}
		in := EditionInput{Number: p.Number, Title: p.Title, PublishedAt: p.PublishedAt, EmbargoAt: p.EmbargoAt,
			Supersedes: p.Supersedes, Changes: a.Changes, CreatedAt: now, By: a.By}
		if err := freeze(ctx, tx, &in, p.Manifest); err != nil {
			return err
		}
		if err := correct(ctx, tx, &p, now); err != nil {
			return err
		}
		if err := d.postAll(ctx, tx, a.Letters, now); err != nil {
			return err
		}
		act := editionAct(&in, p.Manifest)
		act.After = entered(map[string]any{"title": in.Title, "date": in.PublishedAt, "embargo": utc(in.EmbargoAt), "manifest": p.Manifest,
			"proposal": p.ID, "proposed_by": string(p.By), "approved_by": string(a.By), "stale": a.Stale})
		return d.enter(ctx, tx, now, act)
	})
	if err != nil {
		return row, err
	}
	return d.Edition(ctx, p.Number)
}

func errSamePerson() error {
	return errRefused("demandez à un autre responsable de publication de l’approuver dans l’atelier",
		"une édition s’approuve par une autre personne que celle qui la propose, avec son compte")
}

// correct adds the erratum of a proposal to the edition that it replaces: seen
// when the new one is.
func correct(ctx context.Context, tx *sql.Tx, p *ProposalRow, now time.Time) error {
	if p.ErratumFR == "" || p.Supersedes == "" {
		return nil
	}
	at := p.EmbargoAt
	if at.Before(now) {
		at = now
	}
	return insertErratum(ctx, tx, &Erratum{ID: strings.ToLower(rand.Text()), Edition: p.Supersedes, At: at, FR: p.ErratumFR, EN: p.ErratumEN,
		CorrectedBy: p.Number, By: p.By, CreatedAt: now})
}

// decide ends the wait of a proposal, once: two that decide do not both.
func (d *DB) decide(ctx context.Context, tx *sql.Tx, id string, to ProposalState, by journal.Actor, reason string, now time.Time) (p ProposalRow, err error) {
	result, err := tx.ExecContext(ctx, `
		UPDATE proposal
		SET    state = $2, decided_by = $3, decided_at = $4, reason = $5
		WHERE  id = $1 AND state = 'proposed'`, id, string(to), string(by), utc(now), reason)
	decided, err := inserted(result, err)
	if err != nil {
		return p, err
	}
	err = scanProposal(tx.QueryRowContext(ctx, selectProposal+` WHERE id = $1`, id), &p)
	if err == sql.ErrNoRows {
		return p, fault.NotFoundf("choisissez-la dans la liste des éditions de l’atelier", "aucune proposition « %s »", id)
	}
	if err == nil && !decided {
		err = errDecided(&p)
	}
	return p, err
}

// errDecided says what became of a proposal that waits no more.
func errDecided(p *ProposalRow) error {
	what := map[ProposalState]string{ProposalRefused: "refusée", ProposalWithdrawn: "retirée", ProposalApproved: "approuvée", ProposalRecalled: "approuvée, puis rappelée"}[p.State]
	return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("la proposition d’édition %s est déjà %s", p.Number, what), Do: "rechargez la page pour voir où elle en est"}
}

// Refuse ends a proposal with the reason why; letters go out with it.
//
// Error: NotFound; Invalid without a reason; Denied when the same person has
// proposed it; Conflict when it waits no more.
func (d *DB) Refuse(ctx context.Context, by journal.Actor, id, reason string, now time.Time, letters ...Letter) (err error) {
	defer wrap(&err, "refus d’une édition")
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Invalidf("dites pourquoi, à la personne qui l’a proposée", "un refus a un motif")
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		p, err := d.decide(ctx, tx, id, ProposalRefused, by, reason, now)
		if err != nil {
			return err
		}
		if by == p.By || by.Person() != "" && by.Person() == p.By.Person() {
			return errRefused("retirez-la plutôt", "on ne refuse pas sa propre proposition")
		}
		if err := d.postAll(ctx, tx, letters, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, proposalAct(&p, "edition.refuse", by))
	})
}

// Withdraw takes a proposal back, by the person who made it.
//
// Error: NotFound; Denied for another person; Conflict when it waits no more.
func (d *DB) Withdraw(ctx context.Context, by journal.Actor, id string, now time.Time) (err error) {
	defer wrap(&err, "retrait d’une proposition")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		p, err := d.decide(ctx, tx, id, ProposalWithdrawn, by, "", now)
		if err != nil {
			return err
		}
		if by != p.By && (by.Person() == "" || by.Person() != p.By.Person()) {
			return errRefused("demandez-le à cette personne, ou refusez la proposition", "seule la personne qui a proposé peut retirer sa proposition")
		}
		return d.enter(ctx, tx, now, proposalAct(&p, "edition.withdraw", by))
	})
}

func proposalAct(p *ProposalRow, action string, by journal.Actor) journal.Act {
	return journal.Act{Actor: by, Action: action, Object: "proposal:" + p.ID,
		Before: entered(map[string]string{"number": p.Number, "manifest": p.Manifest, "proposed_by": string(p.By)}),
		After:  entered(map[string]string{"state": string(p.State), "reason": p.Reason})}
}

// lastCall is how long before its hour an edition can be recalled at the
// latest: nobody may have seen it, whatever their clock.
const lastCall = 10 * time.Second

// Recall takes an edition back that is under embargo: nobody has seen it. Its
// manifest stays, and the journal tells.
//
// Error: NotFound; Conflict when it is public or about to be, or when another
// edition replaces it.
func (d *DB) Recall(ctx context.Context, by journal.Actor, number, reason string, now time.Time) (err error) {
	defer wrap(&err, "rappel de l’édition %s", number)
	e, err := d.Edition(ctx, number)
	if err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return fault.Invalidf("dites pourquoi", "un rappel a un motif")
	}
	if e.SupersededBy != "" {
		return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("l’édition %s la remplace", e.SupersededBy), Do: "rappelez d’abord celle-là"}
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		for _, statement := range []string{`DELETE FROM report WHERE edition = $1`, `DELETE FROM edition_change WHERE edition = $1`,
			`DELETE FROM erratum WHERE edition = $1 OR corrected = $1`} {
			if _, err := tx.ExecContext(ctx, statement, number); err != nil {
				return err
			}
		}
		result, err := tx.ExecContext(ctx, `DELETE FROM edition WHERE number = $1 AND embargo_at > $2`, number, utc(now.Add(lastCall)))
		gone, err := inserted(result, err)
		if err != nil {
			return err
		}
		if !gone {
			return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("l’édition %s est publique, ou va l’être dans quelques secondes", number),
				Do: "publiez un erratum, ou une édition qui la corrige"}
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE proposal
			SET    state = 'recalled', recalled_by = $2, reason = $3
			WHERE  number = $1 AND state = 'approved'`, number, string(by), reason); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: "edition.recall", Object: "edition:" + number,
			Before: entered(map[string]any{"date": e.PublishedAt, "embargo": e.EmbargoAt, "manifest": e.Manifest, "supersedes": e.Supersedes}),
			After:  entered(map[string]string{"reason": reason})})
	})
}

func errRefused(do, what string) error {
	return &fault.Error{Kind: fault.Denied, What: what, Do: do}
}
