package observatory

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"sync"

	"vigie/dataset"
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
	Origin      string                    // the address that the file was brought from, as it may be shown; "" from a person's machine
	LeaveOut    map[indicator.Code]string // series left out, with the reason
	Conversion  *dataset.Conversion       // how a converted table came to be; nil for a producer's file
	Over        *string                   // as store.DatasetInput.Over, of a reference file
}

// Report says what an import made of a file: what became of its rows, what is
// not plausible, what changed since the delivery before.
type Report struct {
	source.Report
	Findings []dataset.Finding `json:"findings,omitempty"`
	Revision *dataset.Revision `json:"revision,omitempty"`

	Conversion *dataset.Conversion `json:"conversion,omitempty"`

	Said   int `json:"geography,omitempty"` // year of the geography that the description gives
	ReadIn int `json:"readIn,omitempty"`    // that of the one held that stands for it
}

// Reading is a file of observations read and checked, not kept.
type Reading struct {
	Description *source.Description
	FileID      string // key of the bytes read
	Table       *dataset.Table
	Zonings     []territory.Zoning // instead of a table
	Report      Report
}

// Import reads a file and keeps it as an immutable dataset, all or nothing.
// The report says what was kept and what was left out.
//
// Error: a fault.List naming file, line and column, or the declared controls
// that fail; Conflict when the territories or the catalogue that the file is
// checked against are missing.
func (w *Walk) Import(ctx context.Context, in Importing) (store.DatasetRow, Report, error) {
	if in.Kind != "" && in.Kind != store.Observation {
		row, err := w.importReference(ctx, in)
		return row, Report{}, err
	}
	r, err := w.Read(ctx, in)
	r.Report.Conversion = in.Conversion
	if err != nil {
		return store.DatasetRow{}, r.Report, err
	}
	if err := refused(in.FileName, &r.Report); err != nil {
		return store.DatasetRow{}, r.Report, err
	}
	note, err := json.Marshal(r.Report)
	if err != nil {
		return store.DatasetRow{}, r.Report, err
	}
	put := store.DatasetInput{Name: r.Description.Name, Kind: store.Observation, Source: r.Description.Name,
		Description: in.Description, FileName: path.Base(in.FileName), File: in.File, FileID: r.FileID, Origin: in.Origin, Table: r.Table, Note: note, ImportedAt: w.Now, By: w.By}
	if r.Zonings != nil {
		put.Kind, put.Rows = store.Zoning, r.Report.Kept
		if put.Zonings, err = json.Marshal(r.Zonings); err != nil {
			return store.DatasetRow{}, r.Report, err
		}
	}
	row, _, err := w.DB.PutDataset(ctx, put)
	return row, r.Report, err
}

// Read reads and checks a file of observations, or of zonings, as Import does,
// and keeps nothing. Declared controls that fail are findings, not an error.
//
// Error: as Import.
func (w *Walk) Read(ctx context.Context, in Importing) (r Reading, err error) {
	if r.Description, err = source.ParseDescription(in.Description); err != nil {
		return r, err
	}
	env, v, err := w.env(ctx, r.Description)
	if err != nil {
		return r, err
	}
	if small(r.Description.Levels) || r.Description.HasZonings() {
		r.Report.Said, r.Report.ReadIn = r.Description.Vintage, v.Year
	}
	env.LeaveOut = in.LeaveOut
	env.Progress = func(rows int) { w.at(rows, 0) }
	if r.FileID, err = store.Sum(ctx, in.File); err != nil {
		return r, err
	}
	if r.Description.HasZonings() {
		if r.Zonings, r.Report.Report, err = source.ReadZonings(ctx, r.Description, in.FileName, in.File, in.File.Size(), env); err != nil {
			return r, err
		}
		return r, w.oneGiver(ctx, &r)
	}
	r.Table, r.Report.Report, err = source.Read(ctx, r.Description, in.FileName, in.File, in.File.Size(), env)
	if err != nil {
		return r, err
	}
	r.Report.Findings = append(unended(r.Report.Unended), dataset.Check(r.Table, w.checking(r.Description, v, env.Catalogue))...)
	r.Report.Revision, err = w.revised(ctx, r.Description.Name, r.FileID, store.ArtifactID(in.Description), r.Table)
	return r, err
}

// unended are the findings of last lines without an end. They do not refuse the
// file: many programs write none.
func unended(all []source.Unended) (out []dataset.Finding) {
	for _, u := range all {
		out = append(out, dataset.Finding{Rule: dataset.RuleEnd, Lines: []int32{u.Line}, Times: 1,
			What: fmt.Sprintf("la dernière ligne n’a pas de fin de ligne ; si le fichier a été coupé, son dernier champ, « %s », l’est peut-être aussi", u.Last),
			Do:   "comparez cette ligne avec le site du producteur, ou téléchargez le fichier de nouveau"})
	}
	return out
}

// env gathers what a file is checked against: the territories of its vintage
// and the catalogue.
func (w *Walk) env(ctx context.Context, d *source.Description) (source.Env, *territory.Vintage, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return source.Env{}, nil, err
	}
	v, err := refs.geography(d.Vintage, d.Levels)
	if err != nil {
		return source.Env{}, nil, err
	}
	cat, err := refs.catalogueFor(d)
	if err != nil {
		return source.Env{}, nil, err
	}
	return source.Env{Catalogue: cat, Vintage: v, Became: refs.became(v.Year)}, v, nil
}

// became returns what is known of a code that the geography of a year does not
// have, "" of a code that none has. The history is read when first asked for.
func (r *references) became(year int) func(territory.Code) string {
	history := sync.OnceValues(func() (*territory.History, error) { return r.history(nil) })
	return func(c territory.Code) string {
		h, err := history()
		if err != nil {
			return "" // without the events a code of another year is an unknown one
		}
		fate := h.Became(c, year)
		if fate.Kind == "" {
			return ""
		}
		return fate.String()
	}
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
		FileName:    path.Base(in.FileName), File: in.File, FileID: id, Origin: in.Origin, Rows: rows, ImportedAt: w.Now, By: w.By, Over: in.Over})
	return row, err
}

// ImportTaxonomy keeps a reference list (CSV) as the next version of its
// taxonomy, after having checked it against the other lists.
func (w *Walk) ImportTaxonomy(ctx context.Context, fileName string, file []byte) (taxonomy.Version, bool, error) {
	return w.ReplaceTaxonomy(ctx, fileName, file, nil)
}

// ReplaceTaxonomy is ImportTaxonomy for who started from the version over, 0
// when there was none.
//
// Error: *store.Changed when it is no longer the newest.
func (w *Walk) ReplaceTaxonomy(ctx context.Context, fileName string, file []byte, over *int) (taxonomy.Version, bool, error) {
	v, err := taxonomy.ParseVersion(path.Base(fileName), file)
	if err != nil {
		return v, false, err
	}
	if err := w.checkList(ctx, v); err != nil {
		return v, false, err
	}
	in := store.TaxonomyInput{Name: v.Taxonomy, LabelFR: v.Taxonomy, LabelEN: v.Taxonomy, Source: path.Base(fileName), File: file, CreatedAt: w.Now, By: w.By, Over: over}
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
