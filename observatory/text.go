package observatory

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"path"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/store"
)

// TextTable is a reference file that people write line by line: publications,
// figures that others have published and their wordings, studies, events,
// partners.
type TextTable struct {
	Kind    store.DatasetKind `json:"kind"`
	Name    string            `json:"name"`
	Dataset string            `json:"dataset"` // the newest of its name, which it shows
	Columns []string          `json:"columns"`
	Rows    [][]string        `json:"rows"`

	fileName string
}

// TextTables lists the names of the tables, with their kinds.
func TextTables() []ReferenceFile {
	texts := []store.DatasetKind{store.Published, store.Publication, store.Register}
	return slices.DeleteFunc(ReferenceFiles(), func(f ReferenceFile) bool { return !slices.Contains(texts, f.Kind) })
}

// TextTable reads the newest table of a name.
//
// Error: NotFound for a name that is none; Conflict when the observatory has
// none yet.
func (w *Walk) TextTable(ctx context.Context, name string) (t TextTable, err error) {
	all := TextTables()
	i := slices.IndexFunc(all, func(f ReferenceFile) bool { return f.Name == name })
	if i < 0 {
		return t, fault.NotFoundf("choisissez-le dans la liste", "aucun texte ne s’appelle « %s »", name)
	}
	refs, err := w.references(ctx)
	if err != nil {
		return t, err
	}
	row, err := refs.row(all[i].Kind, name)
	if err != nil {
		return t, err
	}
	b, err := refs.bytes(all[i].Kind, name)
	if err != nil {
		return t, err
	}
	t = TextTable{Kind: all[i].Kind, Name: name, Dataset: row.ID, fileName: strings.TrimSuffix(path.Base(row.FileName), ".gz")}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return t, &fault.Error{Kind: fault.Invalid, What: name + " : fichier illisible", Do: "envoyez-le de nouveau", Err: err}
	}
	t.Columns, t.Rows = rows[0], rows[1:]
	return t, nil
}

// TextChange is a change of one line of a text: At is its place from 0, the
// number of lines to add one. Cells nil takes the line away. Dataset is the
// table that the change was made from.
type TextChange struct {
	Name    string
	Dataset string
	At      int
	Cells   []string
}

// ChangeText makes the next delivery of a text, with one line changed, and
// checks it as any file.
//
// Error: Invalid when the line is not right; *store.Changed when somebody has
// changed the text since; NotFound.
func (w *Walk) ChangeText(ctx context.Context, c TextChange) (store.DatasetRow, error) {
	t, err := w.TextTable(ctx, c.Name)
	if err != nil {
		return store.DatasetRow{}, err
	}
	if c.At < 0 || c.At > len(t.Rows) || c.At == len(t.Rows) && c.Cells == nil {
		return store.DatasetRow{}, fault.NotFoundf("relisez la liste", "« %s » n’a pas de ligne %d", c.Name, c.At+1)
	}
	if c.Cells != nil && len(c.Cells) != len(t.Columns) {
		return store.DatasetRow{}, fault.Invalidf("donnez toutes les colonnes", "%d cellules pour %d colonnes", len(c.Cells), len(t.Columns))
	}
	switch {
	case t.Dataset != c.Dataset: // PutDataset refuses it, and says who
	case c.Cells == nil:
		t.Rows = slices.Delete(t.Rows, c.At, c.At+1)
	case c.At == len(t.Rows):
		t.Rows = append(t.Rows, c.Cells)
	default:
		t.Rows[c.At] = c.Cells
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	if err := out.WriteAll(append([][]string{t.Columns}, t.Rows...)); err != nil {
		return store.DatasetRow{}, fmt.Errorf("write %s: %w", c.Name, err)
	}
	row, _, err := w.Import(ctx, Importing{Kind: t.Kind, Name: t.Name, FileName: t.fileName, File: bytes.NewReader(b.Bytes()), Over: &c.Dataset})
	return row, err
}
