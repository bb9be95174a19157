package observatory

import (
	"context"
	"strings"

	"vigie/dataset"
	"vigie/fault"
	"vigie/store"
)

// Revision says what changed from one dataset of observations to another.
func Revision(ctx context.Context, db *store.DB, old, now store.DatasetRow) (dataset.Revision, error) {
	a, err := db.Table(ctx, old)
	if err != nil {
		return dataset.Revision{}, err
	}
	b, err := db.Table(ctx, now)
	if err != nil {
		return dataset.Revision{}, err
	}
	r := dataset.Compare(a, b)
	r.Old, r.New = old.ID, now.ID
	return r, nil
}

// Deliveries returns the datasets of one name that are not withdrawn, the
// newest first.
//
// Error: NotFound.
func Deliveries(ctx context.Context, db *store.DB, name string) ([]store.DatasetRow, error) {
	all, err := db.Datasets(ctx, store.Observation)
	if err != nil {
		return nil, err
	}
	var out []store.DatasetRow
	for _, row := range store.Current(all) {
		if row.Name == name {
			out = append(out, row)
		}
	}
	if len(out) == 0 {
		return nil, errNoDataset(name)
	}
	return out, nil
}

func errNoDataset(name string) error {
	return fault.NotFoundf("choisissez-en un dans la liste : vigie dataset list", "aucun jeu d’observations « %s »", name)
}

// fewestDigits is the length from which the beginning of an identifier is one.
const fewestDigits = 6

// FindDataset returns the dataset of an identifier, of the beginning of one,
// or the newest of a name; one that is withdrawn only by its identifier.
//
// Error: NotFound; Invalid when several begin so.
func FindDataset(ctx context.Context, db *store.DB, ref string) (store.DatasetRow, error) {
	all, err := db.Datasets(ctx, "")
	if err != nil {
		return store.DatasetRow{}, err
	}
	found, n := store.DatasetRow{}, 0
	for _, row := range all {
		if row.Name == ref && !row.Withdrawn() {
			return row, nil // the newest comes first
		}
		if len(ref) >= fewestDigits && strings.HasPrefix(row.ID, ref) {
			found = row
			n++
		}
	}
	switch n {
	case 0:
		return found, errNoDataset(ref)
	case 1:
		return found, nil
	}
	return found, fault.Invalidf("donnez plus de signes", "%d jeux commencent par « %s »", n, ref)
}

// revised compares a table just read with the delivery it will supersede, nil
// when there is none or when it is the same file read likewise.
func (w *Walk) revised(ctx context.Context, name, file, description string, table *dataset.Table) (*dataset.Revision, error) {
	all, err := Deliveries(ctx, w.DB, name)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if all[0].File == file && all[0].Source == description {
		return nil, nil
	}
	old, err := w.DB.Table(ctx, all[0])
	if err != nil {
		return nil, err
	}
	r := dataset.Compare(old, table)
	r.Old = all[0].ID
	return &r, nil
}
