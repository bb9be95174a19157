package observatory

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"

	"vigie/indicator"
	"vigie/source"
	"vigie/store"
	"vigie/taxonomy"
	"vigie/territory"
)

// Importing is a file to import. Description is the source description (TOML)
// of a table of observations; a reference file has a Kind and a Name instead.
type Importing struct {
	Kind        store.DatasetKind // Observation by default
	Name        string            // of a reference file: communes-2026, indicators
	Description []byte
	FileName    string
	File        store.RawFile             // read in pieces, never held whole
	LeaveOut    map[indicator.Code]string // series left out, with the reason
}

// Import reads a file and keeps it as an immutable dataset, all or nothing.
// The report says what was kept and what was left out.
//
// Error: a fault.List naming file, line and column; Conflict when the
// territories or the catalogue that the file is checked against are missing.
func (w *Walk) Import(ctx context.Context, in Importing) (store.DatasetRow, source.Report, error) {
	if in.Kind != "" && in.Kind != store.Observation {
		row, err := w.importReference(ctx, in)
		return row, source.Report{}, err
	}
	d, err := source.ParseDescription(in.Description)
	if err != nil {
		return store.DatasetRow{}, source.Report{}, err
	}
	env, err := w.env(ctx, d)
	if err != nil {
		return store.DatasetRow{}, source.Report{}, err
	}
	env.LeaveOut = in.LeaveOut
	id, err := store.Sum(ctx, in.File)
	if err != nil {
		return store.DatasetRow{}, source.Report{}, err
	}
	env.Progress = func(rows int) { w.at(rows, 0) }
	table, said, err := source.Read(ctx, d, in.FileName, io.NewSectionReader(in.File, 0, in.File.Size()), env)
	if err != nil {
		return store.DatasetRow{}, said, err
	}
	note, err := json.Marshal(said)
	if err != nil {
		return store.DatasetRow{}, said, err
	}
	row, _, err := w.DB.PutDataset(ctx, store.DatasetInput{Name: d.Name, Kind: store.Observation, Source: d.Name,
		Description: in.Description, FileName: path.Base(in.FileName), File: in.File, FileID: id, Table: table, Note: note, ImportedAt: w.Now})
	return row, said, err
}

// env gathers what a file is checked against: the territories of its vintage
// and the catalogue.
func (w *Walk) env(ctx context.Context, d *source.Description) (source.Env, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return source.Env{}, err
	}
	v, err := refs.vintage(d.Vintage)
	if err != nil {
		return source.Env{}, err
	}
	cat, err := refs.catalogue()
	if err != nil {
		return source.Env{}, err
	}
	return source.Env{Catalogue: cat, Known: func(c territory.Code) bool { _, ok := v.Get(c); return ok }}, nil
}

// importReference keeps a reference file after having read it, so that a bad
// one never gets in.
func (w *Walk) importReference(ctx context.Context, in Importing) (store.DatasetRow, error) {
	id, err := store.Sum(ctx, in.File)
	if err != nil {
		return store.DatasetRow{}, err
	}
	rows, err := w.checkReference(ctx, in, id)
	if err != nil {
		return store.DatasetRow{}, err
	}
	row, _, err := w.DB.PutDataset(ctx, store.DatasetInput{Name: in.Name, Kind: in.Kind, Source: in.Name,
		Description: fmt.Appendf(nil, "kind = %q\nname = %q\n", in.Kind, in.Name),
		FileName:    path.Base(in.FileName), File: in.File, FileID: id, Rows: rows, ImportedAt: w.Now})
	return row, err
}

// ImportTaxonomy keeps a reference list (CSV) as the next version of its
// taxonomy, after having checked it against the other lists.
func (w *Walk) ImportTaxonomy(ctx context.Context, fileName string, file []byte) (taxonomy.Version, bool, error) {
	v, err := taxonomy.ParseVersion(path.Base(fileName), file)
	if err != nil {
		return v, false, err
	}
	if err := w.checkList(ctx, v); err != nil {
		return v, false, err
	}
	in := store.TaxonomyInput{Name: v.Taxonomy, LabelFR: v.Taxonomy, LabelEN: v.Taxonomy, Source: path.Base(fileName), File: file, CreatedAt: w.Now}
	for _, t := range v.Terms {
		attributes, err := json.Marshal(t.Attributes)
		if err != nil {
			return v, false, err
		}
		in.Terms = append(in.Terms, store.TermRow{Code: t.Code, LabelFR: t.LabelFR, LabelEN: t.LabelEN, Status: string(t.Status),
			ValidFrom: t.ValidFrom, ValidTo: t.ValidTo, Source: t.Source, Parent: t.Parent, Attributes: attributes})
	}
	fresh, err := w.DB.PutTaxonomy(ctx, in)
	return v, fresh, err
}
