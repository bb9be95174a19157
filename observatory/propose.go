package observatory

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/job"
	"vigie/store"
)

// ProposeRun is the kind of the runs that freeze an edition for its approval.
const ProposeRun = "propose"

// Proposing is an edition to freeze and to have approved by somebody else.
// ErratumFR and ErratumEN say what was wrong in the edition that it replaces,
// when it corrects one.
type Proposing struct {
	Publishing
	Note      string `json:"note,omitempty"`
	ErratumFR string `json:"erratum_fr,omitempty"`
	ErratumEN string `json:"erratum_en,omitempty"`
}

// ProposeArgs are those of a proposal; Proposal is its identifier to be.
type ProposeArgs struct {
	Proposal string `json:"proposal"`
	Proposing
}

// ProposeResult is what the run of a proposal leaves.
type ProposeResult struct {
	Proposal string `json:"proposal"`
	Number   string `json:"number"`
}

// AskProposal refuses at once what cannot be proposed, and asks for the run
// that freezes the rest, which may take a minute; it returns the identifier of
// the proposal to come and that run. Nothing is kept when the run is cancelled,
// and one proposal however often it begins.
//
// Error: those of Propose; Conflict too when the number is being prepared.
func (w *Walk) AskProposal(ctx context.Context, in Proposing) (proposal string, run store.RunRow, err error) {
	if err := w.checkProposing(ctx, &in); err != nil {
		return "", run, err
	}
	if under, err := w.Preparing(ctx); err != nil || len(under) > 0 {
		return "", run, errPreparing(under, err)
	}
	if _, err := w.parts(ctx); err != nil { // results older than the data
		return "", run, err
	}
	args := ProposeArgs{strings.ToLower(rand.Text()), in}
	id, err := w.DB.Enqueue(ctx, store.RunInput{Kind: ProposeRun, What: "édition " + in.Number, Args: args, By: w.By, Event: store.ProposalEvent(args.Proposal)}, w.Now)
	if err == nil {
		run, err = w.DB.Run(ctx, id)
	}
	return args.Proposal, run, err
}

// checkProposing refuses what takes no work to refuse, and settles the number
// and the hour.
func (w *Walk) checkProposing(ctx context.Context, in *Proposing) error {
	m, err := w.numbered(ctx, in.Publishing)
	if err != nil {
		return err
	}
	in.Number, in.Embargo = m.Number, m.Embargo
	return w.DB.CheckProposal(ctx, proposalOf(in, store.EditionInput{Number: m.Number, PublishedAt: m.Date, Supersedes: m.Supersedes}))
}

// Preparing are the runs that prepare a proposal, waiting or under way.
func (w *Walk) Preparing(ctx context.Context) (out []store.RunRow, err error) {
	for _, state := range []job.State{job.Running, job.Waiting} {
		rows, err := w.DB.Runs(ctx, store.RunFilter{Kind: ProposeRun, State: state})
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}

func errPreparing(under []store.RunRow, err error) error {
	if err != nil {
		return err
	}
	return &fault.Error{Kind: fault.Conflict, What: "une proposition se prépare déjà (" + under[0].What + ")", Do: "attendez la fin de ce travail, ou annulez-le sur sa page"}
}

// runPropose makes the proposal that was asked for; an earlier attempt may have.
func runPropose(ctx context.Context, _ *Shop, w *Walk, args ProposeArgs) (any, error) {
	row, err := w.DB.Proposal(ctx, args.Proposal)
	if err == nil {
		return ProposeResult{row.ID, row.Number}, nil
	}
	row, err = w.proposed(ctx, args.Proposal, args.Proposing)
	return ProposeResult{row.ID, row.Number}, err
}

// Propose freezes an edition as Publish does, and keeps it until somebody else
// approves it: what is approved is exactly what was proposed. Who may approve
// it is told by a letter.
//
// Error: those of Publish, accounts or not; Conflict when its number waits
// already; Invalid for an erratum in one language or of no edition.
func (w *Walk) Propose(ctx context.Context, in Proposing) (store.ProposalRow, error) {
	if err := w.checkProposing(ctx, &in); err != nil {
		return store.ProposalRow{}, err
	}
	return w.proposed(ctx, "", in)
}

// proposed is Propose under the identifier that a run was asked with.
func (w *Walk) proposed(ctx context.Context, id string, in Proposing) (store.ProposalRow, error) {
	all, err := w.DB.Editions(ctx)
	if err != nil {
		return store.ProposalRow{}, err
	}
	var told []edition.Change
	if in.ErratumFR != "" && in.ErratumEN != "" && len(all) > 0 {
		told = append(told, correction(newestOf(all).Number, &in))
	}
	put, err := w.freeze(ctx, in.Publishing, told)
	if err != nil {
		return store.ProposalRow{}, err
	}
	p := proposalOf(&in, put)
	if p.ID = id; id == "" {
		p.ID = strings.ToLower(rand.Text())
	}
	if p.Letters, err = w.waitingLetters(ctx, p.ID, p.Number); err != nil {
		return store.ProposalRow{}, err
	}
	p.Run = id != ""
	return w.DB.PutProposal(ctx, p)
}

func proposalOf(in *Proposing, put store.EditionInput) store.ProposalInput {
	return store.ProposalInput{EditionInput: put, Note: in.Note, ErratumFR: in.ErratumFR, ErratumEN: in.ErratumEN}
}

// correction says, in an edition that corrects another one, which and why.
func correction(number string, in *Proposing) edition.Change {
	return edition.Change{Kind: "correction", FR: fmt.Sprintf("Corrige l’édition %s. %s", number, in.ErratumFR),
		EN: fmt.Sprintf("Corrects edition %s. %s", number, in.ErratumEN)}
}
