package observatory

import (
	"context"
	"errors"

	"vigie/account"
	"vigie/fault"
	"vigie/source/fetch"
	"vigie/store"
)

// FetchResult is what a fetch run leaves.
type FetchResult struct {
	Delivery string `json:"delivery"`
}

// FetchFile notes the address of a file that somebody wants, Origin, and asks
// for the run that brings it; then it is as if they had sent it. Rights are the
// caller's to ask.
//
// Error: Invalid, Denied for an address that is not asked; as
// store.DB.PutDelivery.
func (w *Walk) FetchFile(ctx context.Context, f *fetch.Fetcher, in store.DeliveryInput) (row store.DeliveryRow, err error) {
	if f == nil {
		return row, errNoFetcher()
	}
	if err := f.Check(in.Origin); err != nil {
		return row, err
	}
	in.By, in.File, in.FileName = w.By, nil, fetch.Named(in.Origin)
	in.Run = runOf(FetchRun, in.FileName)
	return w.DB.PutDelivery(ctx, in, w.Now)
}

// FetchAgain asks once more for the file of a delivery that did not come.
//
// Error: as store.DB.FetchAgain.
func (w *Walk) FetchAgain(ctx context.Context, id string, version int) (store.DeliveryRow, error) {
	row, err := w.DB.Delivery(ctx, id)
	if err != nil {
		return row, err
	}
	return w.DB.FetchAgain(ctx, w.By, id, version, runOf(FetchRun, row.FileName), w.Now)
}

func errNoFetcher() error {
	return &fault.Error{Kind: fault.Conflict, What: "ce serveur ne télécharge rien", Do: "téléchargez le fichier avec un navigateur, puis envoyez-le"}
}

// runFetch brings the file of a delivery. Done again after a halt, it finds the
// file there or begins again: what had come was in a file without a name.
func runFetch(ctx context.Context, s *Shop, w *Walk, args DeliveryArgs) (_ any, err error) {
	w.step("téléchargement")
	row, err := w.DB.Delivery(ctx, args.Delivery)
	if err != nil {
		return nil, err
	}
	if row.Arrived() || row.State != account.Sent {
		return FetchResult{row.ID}, nil
	}
	if s.Fetch == nil {
		return nil, errNoFetcher()
	}
	left, err := w.DB.Allowance(ctx, row.By, w.Now)
	if err != nil {
		return nil, err
	}
	to, err := w.DB.Scratch()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	from := *s.Fetch
	if from.Most == 0 || from.Most > left {
		from.Most = max(1, left)
	}
	from.Tell = func(done, total int64) { w.at(int(done), int(total)) }
	got, err := from.Get(ctx, row.Origin, to)
	if err != nil {
		return nil, err
	}
	if err := CheckContent(got.Name, to, to.Size()); err != nil {
		return nil, err
	}
	in := store.Arrived{FileName: got.Name, File: to, Run: runOf(CheckRun, got.Name)}
	if in.Reading, err = w.Recognised(ctx, got.Name); err != nil {
		return nil, err
	}
	return FetchResult{row.ID}, w.DB.DeliveryArrived(ctx, row.By, row.ID, in, w.Now)
}
