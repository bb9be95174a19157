package observatory

import (
	"context"

	"vigie/dataset"
	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/report"
	"vigie/source"
	"vigie/store"
	"vigie/territory"
)

// Archive opens what stands behind the figures of an edition: the lines of the
// files and, for those that the observatory has derived, the lines that they
// were made from.
func Archive(ctx context.Context, db *store.DB, c *edition.Content) report.Archive {
	w := &walkback{ctx: ctx, db: db, c: c, open: map[string]*store.TableFile{}, columns: map[columnKey]*dataset.Column{}, how: map[string]*edition.Derivation{}, ways: map[*edition.Derivation]*territory.Crossing{}}
	return report.Archive{Lines: Lines(ctx, db), Behind: w.behind}
}

// walkback leads a derived observation back to the files of producers, by
// making it again from the tables that its dataset names. Columns are read once.
type walkback struct {
	ctx     context.Context
	db      *store.DB
	c       *edition.Content
	open    map[string]*store.TableFile
	columns map[columnKey]*dataset.Column
	how     map[string]*edition.Derivation // of origins, by the address of their description
	ways    map[*edition.Derivation]*territory.Crossing
}

type columnKey struct {
	table  string
	code   indicator.Code
	period string
}

// behind returns the leaves of an observation: itself when it is in a
// producer's file. None where the edition no longer knows the geography of the
// derivation.
func (w *walkback) behind(b edition.Basis) ([]edition.Leaf, error) {
	d := b.Part.Derivation
	if d == nil {
		return []edition.Leaf{{Basis: b, Factor: 1}}, nil
	}
	made := w.summed
	if d.Conversion {
		made = w.converted
	}
	leaves, err := made(d, b)
	if err != nil {
		return nil, err
	}
	var out []edition.Leaf
	for _, l := range leaves {
		further, err := w.behind(l.Basis) // an origin may be derived in its turn
		if err != nil {
			return nil, err
		}
		for _, f := range role(further, l.Role) {
			f.Factor *= l.Factor
			out = append(out, f)
		}
	}
	return role(out, b.Role), nil
}

// role gives leaves another role; those of a ratio keep theirs.
func role(leaves []edition.Leaf, role string) []edition.Leaf {
	for i := range leaves {
		if leaves[i].Role == edition.Direct {
			leaves[i].Role = role
		}
	}
	return leaves
}

// file opens the table of an origin.
func (w *walkback) file(p edition.Part) (*store.TableFile, error) {
	if t := w.open[p.Artifact]; t != nil {
		return t, nil
	}
	t, err := w.db.OpenTable(w.ctx, store.DatasetRow{Kind: store.Observation, Name: p.Name, Observations: p.Artifact})
	if err == nil {
		w.open[p.Artifact] = t
	}
	return t, err
}

// column reads one column of an origin, nil when it has none.
func (w *walkback) column(p edition.Part, code indicator.Code, period string) (*dataset.Column, error) {
	key := columnKey{p.Artifact, code, period}
	if c, ok := w.columns[key]; ok {
		return c, nil
	}
	t, err := w.file(p)
	if err != nil {
		return nil, err
	}
	c, err := t.Column(code, period)
	if fault.KindOf(err) == fault.NotFound {
		c, err = nil, nil
	}
	if err == nil {
		w.columns[key] = c
	}
	return c, err
}

// given returns the observation of the first origin that has it, false when none
// does.
func (w *walkback) given(origins []edition.Part, code indicator.Code, at territory.Code, period string) (edition.Basis, bool, error) {
	for _, p := range origins {
		c, err := w.column(p, code, period)
		if err != nil {
			return edition.Basis{}, false, err
		}
		if c == nil {
			continue
		}
		if o, ok := c.At(at); ok {
			p.Derivation, err = w.derivation(p)
			return edition.Basis{Role: edition.Direct, Part: p, Observation: o}, true, err
		}
	}
	return edition.Basis{}, false, nil
}

// derivation reads how an origin was made, nil of a producer's file.
func (w *walkback) derivation(p edition.Part) (*edition.Derivation, error) {
	if how, ok := w.how[p.Source]; ok {
		return how, nil
	}
	text, err := w.db.Artifact(w.ctx, p.Source)
	if err != nil {
		return nil, err
	}
	d, err := source.ParseDescription(text)
	if err != nil {
		return nil, err
	}
	w.how[p.Source] = derivation(&d.Derivation)
	return w.how[p.Source], nil
}

// vintage returns the geography of a year that the edition holds, nil when it
// does not.
func (w *walkback) vintage(year int) *territory.Vintage {
	for _, v := range []*territory.Vintage{w.c.Territory, w.c.Former} {
		if v.Year == year {
			return v
		}
	}
	return nil
}

// derivation puts what a description says of its origins in the words of an
// edition, nil when the file is a producer's.
func derivation(d *source.Derivation) *edition.Derivation {
	if d.Kind == "" {
		return nil
	}
	parts := func(list []source.Origin) []edition.Part {
		var out []edition.Part
		for _, o := range list {
			out = append(out, edition.Part{Role: edition.RoleObservation, Name: o.Name, Artifact: o.Observations, Dataset: o.Dataset, File: o.File,
				FileName: o.FileName, Source: o.Source})
		}
		return out
	}
	return &edition.Derivation{Conversion: d.Kind == source.DerivedByConversion, From: d.From, To: d.To,
		Matched: d.Matched, Converted: d.Moved, Estimated: d.Shared, Refused: d.Refused, Origins: parts(d.Origins), Communes: parts(d.Communes)}
}

// originOf is how a description names a dataset as an origin.
func originOf(row store.DatasetRow) source.Origin {
	return source.Origin{Name: row.Name, Dataset: row.ID, Observations: row.Observations, File: row.File, FileName: row.FileName, Source: row.Source}
}
