package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// TaxonomyInput is a reference list as a file gave it. Terms keep their order.
type TaxonomyInput struct {
	Name      string // domain, actor_profile
	LabelFR   string
	LabelEN   string
	Source    string // where the list comes from, for people
	File      []byte // the raw bytes
	Terms     []TermRow
	CreatedAt time.Time
	By        journal.Actor
	Over      *int // the version that one started from, 0 for none yet; nil whatever it is
}

// TermRow is one term of one version of a taxonomy. The days are ISO and
// half-open: valid from ValidFrom, no more on ValidTo; "" is open.
type TermRow struct {
	Code       string
	LabelFR    string
	LabelEN    string
	Status     string // pub, part or ours
	ValidFrom  string
	ValidTo    string
	Source     string
	Parent     string // code of a term, "" at the top
	Attributes []byte // JSON object, {} when empty
}

// TaxonomyRow is the newest version of one taxonomy. File is the key of the
// artifact it was read from.
type TaxonomyRow struct {
	Name      string
	LabelFR   string
	LabelEN   string
	Version   int
	Source    string
	File      string
	CreatedAt time.Time
}

// PutTaxonomy keeps a list as the next version of its taxonomy, and reports
// whether it is new: the bytes of the newest version make no other.
//
// Error: Invalid for an empty list, a code given twice, attributes that are
// not JSON; *Changed when somebody has kept another version than in.Over.
func (d *DB) PutTaxonomy(ctx context.Context, in TaxonomyInput) (fresh bool, err error) {
	defer wrap(&err, "enregistrement de la nomenclature « %s »", in.Name)
	if err := in.check(); err != nil {
		return false, err
	}
	file, err := d.keep(ctx, "taxonomy", in.File)
	if err != nil {
		return false, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, in.CreatedAt, file); err != nil {
			return err
		}
		version, err := insertTaxonomyVersion(ctx, tx, &in, file.id)
		if err != nil || version == 0 {
			return err
		}
		fresh = true
		if err := insertTerms(ctx, tx, &in, version); err != nil {
			return err
		}
		return d.enter(ctx, tx, in.CreatedAt, taxonomyAct(&in, file.id, version))
	})
	return fresh && err == nil, err
}

func taxonomyAct(in *TaxonomyInput, file string, version int) journal.Act {
	a := journal.Act{Actor: in.By, Action: string(account.WriteTaxonomy), Object: "taxonomy:" + in.Name,
		After: entered(map[string]any{"version": version, "file": file, "terms": len(in.Terms)})}
	if version > 1 {
		a.Before = entered(map[string]any{"version": version - 1})
	}
	return a
}

func (in *TaxonomyInput) check() error {
	const do = "corrigez le fichier de la nomenclature"
	if in.Name == "" || len(in.Terms) == 0 {
		return fault.Invalidf(do, "nomenclature « %s » sans nom ou sans terme", in.Name)
	}
	seen := map[string]bool{}
	for _, t := range in.Terms {
		if t.Code == "" || seen[t.Code] {
			return fault.Invalidf(do, "nomenclature « %s » : code « %s » vide ou en double", in.Name, t.Code)
		}
		seen[t.Code] = true
		if len(t.Attributes) > 0 && !json.Valid(t.Attributes) {
			return fault.Invalidf(do, "nomenclature « %s », terme « %s » : attributs qui ne sont pas du JSON", in.Name, t.Code)
		}
	}
	return nil
}

// insertTaxonomyVersion returns the number of the new version, 0 when the
// newest one already has this file.
func insertTaxonomyVersion(ctx context.Context, tx *sql.Tx, in *TaxonomyInput, file string) (version int, err error) {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO taxonomy (name, label_fr, label_en)
		VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET label_fr = excluded.label_fr, label_en = excluded.label_en`,
		in.Name, in.LabelFR, in.LabelEN); err != nil {
		return 0, err
	}
	var last int
	var lastFile string
	err = tx.QueryRowContext(ctx, `
		SELECT   version, file
		FROM     taxonomy_version
		WHERE    taxonomy = $1
		ORDER BY version DESC
		LIMIT    1`, in.Name).Scan(&last, &lastFile)
	if err != nil && err != sql.ErrNoRows {
		return 0, err
	}
	if lastFile == file {
		return 0, nil
	}
	if in.Over != nil && *in.Over != last {
		return 0, taxonomyChanged(ctx, tx, in.Name)
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO taxonomy_version (taxonomy, version, source, file, created_at)
		VALUES ($1, $2, $3, $4, $5)`, in.Name, last+1, in.Source, file, utc(in.CreatedAt))
	return last + 1, err
}

func insertTerms(ctx context.Context, tx *sql.Tx, in *TaxonomyInput, version int) error {
	insert, err := tx.PrepareContext(ctx, `
		INSERT INTO term (taxonomy, version, code, position, label_fr, label_en, status,
		                  valid_from, valid_to, source, parent, attributes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i, t := range in.Terms {
		attributes := string(t.Attributes)
		if attributes == "" {
			attributes = "{}"
		}
		if _, err := insert.ExecContext(ctx, in.Name, version, t.Code, i+1, t.LabelFR, t.LabelEN, t.Status,
			t.ValidFrom, t.ValidTo, t.Source, t.Parent, attributes); err != nil {
			return err
		}
	}
	return nil
}

// Taxonomies returns the newest version of each taxonomy, by name.
func (d *DB) Taxonomies(ctx context.Context) (all []TaxonomyRow, err error) {
	defer wrap(&err, "lecture des nomenclatures")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   t.name, t.label_fr, t.label_en, v.version, v.source, v.file, v.created_at
		FROM     taxonomy t
		JOIN     taxonomy_version v ON v.taxonomy = t.name
		WHERE    v.version = (SELECT max(version) FROM taxonomy_version WHERE taxonomy = t.name)
		ORDER BY t.name`)
	return collect(rows, err, func(rows *sql.Rows, r *TaxonomyRow) error {
		err := rows.Scan(&r.Name, &r.LabelFR, &r.LabelEN, &r.Version, &r.Source, &r.File, &r.CreatedAt)
		r.CreatedAt = r.CreatedAt.UTC()
		return err
	})
}

// Terms returns the terms of the newest version of a taxonomy that are valid
// on the UTC day of at, in the order of its file; nil when there is none.
func (d *DB) Terms(ctx context.Context, name string, at time.Time) (all []TermRow, err error) {
	defer wrap(&err, "lecture de la nomenclature « %s »", name)
	rows, err := d.read.QueryContext(ctx, `
		SELECT   code, label_fr, label_en, status, valid_from, valid_to, source, parent, attributes
		FROM     term
		WHERE    taxonomy = $1
		AND      version = (SELECT max(version) FROM taxonomy_version WHERE taxonomy = $1)
		AND      (valid_from = '' OR valid_from <= $2)
		AND      (valid_to = '' OR valid_to > $2)
		ORDER BY position`, name, at.UTC().Format(time.DateOnly))
	return collect(rows, err, func(rows *sql.Rows, r *TermRow) error {
		return rows.Scan(&r.Code, &r.LabelFR, &r.LabelEN, &r.Status, &r.ValidFrom, &r.ValidTo, &r.Source, &r.Parent, &r.Attributes)
	})
}
