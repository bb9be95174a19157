package observatory

import (
	"context"
	"errors"

	"vigie/journal"
	"vigie/store"
)

// VerifyArgs are those of a verification of the journal. Head is one noted
// elsewhere, as journal.Head writes it, or "".
type VerifyArgs struct {
	Head string `json:"head,omitempty"`
}

// VerifyResult is what a verification of the journal leaves.
type VerifyResult struct {
	Head  journal.Head `json:"head"`
	Noted string       `json:"noted,omitempty"`
}

// ExamineResult is what a doctor's run leaves.
type ExamineResult struct {
	Faults int        `json:"faults"`
	Parts  []Examined `json:"parts"`
}

// AskVerify asks for the whole journal to be verified, behind, and returns the
// run.
//
// Error: Invalid for a head that is none.
func AskVerify(ctx context.Context, w *Walk, head string) (run string, err error) {
	if head != "" {
		if _, err := journal.ParseHead(head); err != nil {
			return "", err
		}
	}
	return w.DB.Enqueue(ctx, store.RunInput{Kind: VerifyRun, What: "journal", Args: VerifyArgs{head}, By: w.By}, w.Now)
}

// AskExamine asks for a doctor to look at the observatory, behind, and returns
// the run.
func AskExamine(ctx context.Context, w *Walk) (run string, err error) {
	return w.DB.Enqueue(ctx, store.RunInput{Kind: DoctorRun, What: "observatoire", Args: struct{}{}, By: w.By}, w.Now)
}

// Verify verifies the whole journal, against a head noted elsewhere when one is
// given.
//
// Error: Internal, with what to do, when the journal is broken; Invalid for a
// head that is none.
func (w *Walk) Verify(ctx context.Context, noted string) (out VerifyResult, err error) {
	var stated []journal.Head
	if out.Noted = noted; noted != "" {
		h, err := journal.ParseHead(noted)
		if err != nil {
			return out, err
		}
		stated = append(stated, h)
	}
	w.step("journal")
	out.Head, err = w.DB.VerifyJournal(ctx, stated...)
	if b, ok := errors.AsType[*journal.Break](err); ok {
		return out, b.Fault()
	}
	return out, err
}

func runVerify(ctx context.Context, _ *Shop, w *Walk, args VerifyArgs) (any, error) {
	return w.Verify(ctx, args.Head)
}

func runDoctor(ctx context.Context, _ *Shop, w *Walk, _ struct{}) (any, error) {
	return w.Examine(ctx)
}

// Examine is Doctor with the number of faults.
func (w *Walk) Examine(ctx context.Context) (out ExamineResult, err error) {
	out.Parts, err = w.Doctor(ctx)
	for _, p := range out.Parts {
		out.Faults += len(p.Faults)
	}
	return out, err
}
