package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"vigie/account"
	"vigie/journal"
)

// TaxonomyVersion is one version of a taxonomy, and who kept it: "" when the
// journal does not know.
type TaxonomyVersion struct {
	TaxonomyRow
	By journal.Actor
}

// TaxonomyVersions returns the versions of a taxonomy, the newest first.
func (d *DB) TaxonomyVersions(ctx context.Context, name string) (all []TaxonomyVersion, err error) {
	defer wrap(&err, "lecture de la nomenclature « %s »", name)
	rows, err := d.read.QueryContext(ctx, `
		SELECT   t.name, t.label_fr, t.label_en, v.version, v.source, v.file, v.created_at
		FROM     taxonomy t
		JOIN     taxonomy_version v ON v.taxonomy = t.name
		WHERE    t.name = $1
		ORDER BY v.version DESC`, name)
	all, err = collect(rows, err, func(rows *sql.Rows, r *TaxonomyVersion) error {
		err := rows.Scan(&r.Name, &r.LabelFR, &r.LabelEN, &r.Version, &r.Source, &r.File, &r.CreatedAt)
		r.CreatedAt = r.CreatedAt.UTC()
		return err
	})
	if err != nil {
		return nil, err
	}
	entries, err := d.Journal(ctx, JournalFilter{Action: string(account.WriteTaxonomy), Object: "taxonomy:" + name, Most: 10_000})
	if err != nil {
		return nil, err
	}
	by := map[int]journal.Actor{}
	for _, e := range entries {
		var kept struct{ Version int }
		if e.Object == "taxonomy:"+name && json.Unmarshal(e.After, &kept) == nil {
			by[kept.Version] = e.Actor
		}
	}
	for i := range all {
		all[i].By = by[all[i].Version]
	}
	return all, nil
}

// taxonomyChanged says who kept the newest version of a taxonomy, and when.
func taxonomyChanged(ctx context.Context, tx *sql.Tx, name string) error {
	err := changedBy(tx.QueryRowContext(ctx, `
		SELECT   actor, at
		FROM     journal
		WHERE    object = $1 AND action = $2
		ORDER BY seq DESC
		LIMIT    1`, "taxonomy:"+name, string(account.WriteTaxonomy)))
	if errors.Is(err, sql.ErrNoRows) { // kept before there was a journal
		return &Changed{}
	}
	return err
}
