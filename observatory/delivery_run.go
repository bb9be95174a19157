package observatory

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"vigie/fault"
	"vigie/job"
	"vigie/source/fetch"
	"vigie/store"
)

// DeliveryArgs are those of a run about a file sent. Version is that of the
// delivery which the run is for: what was chosen since makes it void.
type DeliveryArgs struct {
	Delivery string `json:"delivery"`
	Version  int    `json:"version"`
}

// open opens the file of a delivery, and what it is to be read with.
func (w *Walk) open(ctx context.Context, args DeliveryArgs) (row store.DeliveryRow, in Importing, closer io.Closer, err error) {
	if row, err = w.DB.Delivery(ctx, args.Delivery); err != nil {
		return row, in, nil, err
	}
	if row.Description != "" {
		if in.Description, err = w.DB.Artifact(ctx, row.Description); err != nil {
			return row, in, nil, err
		}
	}
	f, err := w.DB.OpenArtifact(ctx, row.File)
	if err != nil {
		return row, in, nil, err
	}
	in.Kind, in.Name, in.FileName, in.File = row.Kind, row.Name, row.FileName, f
	in.Origin = fetch.Shown(row.Origin)
	return row, in, f, nil
}

// runCheck looks at a file sent.
func runCheck(ctx context.Context, _ *Shop, w *Walk, args DeliveryArgs) (_ any, err error) {
	w.step("lecture")
	row, in, closer, err := w.open(ctx, args)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	if row.Version != args.Version {
		return Checked{}, nil
	}
	c, err := w.Check(ctx, in)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Checked is what looking at a file sent has found last, nil when nobody has
// looked, or long ago.
func (w *Walk) Checked(ctx context.Context, row store.DeliveryRow) (*Checked, error) {
	if row.CheckRun == "" {
		return nil, nil //nolint:nilnil // nothing is an answer
	}
	run, err := w.DB.Run(ctx, row.CheckRun)
	if fault.KindOf(err) == fault.NotFound && err != nil || err == nil && run.State != job.Done {
		return nil, nil //nolint:nilnil // nothing is an answer
	}
	if err != nil {
		return nil, err
	}
	c := &Checked{}
	return c, json.Unmarshal(run.Result, c)
}

// runKeep makes a dataset of a file sent. Done again after a halt, it finds the
// dataset that it made and says so.
func runKeep(ctx context.Context, _ *Shop, w *Walk, args DeliveryArgs) (_ any, err error) {
	w.step("import")
	row, in, closer, err := w.open(ctx, args)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	kept, said, err := w.Import(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := w.DB.DeliveryKept(ctx, w.By, row.ID, kept.ID, w.Now); err != nil {
		return nil, err
	}
	return ImportResult{kept.ID, kept.Name, kept.File, kept.Rows, said}, nil
}

// SendFile takes a file that somebody sends, finds the description that reads
// it by its name, and asks for the run that looks at it. Rights are the
// caller's to ask.
//
// Error: as CheckContent, as store.DB.PutDelivery.
func (w *Walk) SendFile(ctx context.Context, in store.DeliveryInput) (row store.DeliveryRow, err error) {
	in.By, in.FileName = w.By, fetch.FileName(in.FileName)
	if in.File != nil {
		if err := CheckContent(in.FileName, in.File, in.File.Size()); err != nil {
			return row, err
		}
	}
	if in.Reading, err = w.Recognised(ctx, in.FileName); err != nil {
		return row, err
	}
	in.Run = runOf(CheckRun, in.FileName)
	return w.DB.PutDelivery(ctx, in, w.Now)
}

// Recognised is the reading of a file by its name, none when no description
// knows it.
func (w *Walk) Recognised(ctx context.Context, fileName string) (r store.Reading, err error) {
	found, err := Recognise(ctx, w.DB, fileName)
	if err == nil && len(found) > 0 {
		r = store.Reading{Kind: store.Observation, Name: found[0].Name, Description: found[0].Text}
	}
	return r, err
}

// runOf is the run of a kind about a delivery.
func runOf(kind, what string) store.RunOf {
	return func(id string, version int) store.RunInput {
		return store.RunInput{Kind: kind, What: what, Args: DeliveryArgs{id, version}}
	}
}

// ReadFile says how a file sent is to be read, and asks for the run that looks
// at it.
//
// Error: as store.DB.SetReading; Invalid for a reference file of an unknown
// name.
func (w *Walk) ReadFile(ctx context.Context, id string, version int, r store.Reading) (store.DeliveryRow, error) {
	if r.Kind != "" && r.Kind != store.Observation {
		if _, err := checkName(Importing{Kind: r.Kind, Name: r.Name}); err != nil {
			return store.DeliveryRow{}, err
		}
	}
	row, err := w.DB.Delivery(ctx, id)
	if err != nil {
		return row, err
	}
	return w.DB.SetReading(ctx, w.By, id, version, r, runOf(CheckRun, row.FileName), w.Now)
}

// KeepFile asks for the run that makes a dataset of a file sent.
//
// Error: as store.DB.KeepDelivery.
func (w *Walk) KeepFile(ctx context.Context, id string, version int) (store.DeliveryRow, error) {
	row, err := w.DB.Delivery(ctx, id)
	if err != nil {
		return row, err
	}
	if row.Kind == "" && row.File != "" {
		return row, &fault.Error{Kind: fault.Conflict, What: "rien ne dit encore comment lire ce fichier", Do: "choisissez une description, ou le genre de fichier de référence"}
	}
	return w.DB.KeepDelivery(ctx, w.By, id, version, runOf(KeepRun, row.FileName), w.Now)
}
