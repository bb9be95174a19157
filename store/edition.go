package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// EditionInput is an edition to freeze. The store does not read Manifest.
type EditionInput struct {
	Number      string // 2026-1
	Title       string
	PublishedAt string    // ISO day, 2026-03-12
	EmbargoAt   time.Time // nobody sees the edition before
	Manifest    []byte
	Supersedes  string // number of the edition that this one replaces, or ""
	Changes     []EditionChange
	CreatedAt   time.Time
	By          journal.Actor
}

// EditionChange is one line of what changed since the edition before.
type EditionChange struct {
	Kind   string
	WhatFR string
	WhatEN string
}

// EditionRow is one frozen edition. Manifest is the key of an artifact.
type EditionRow struct {
	Number       string
	Title        string
	PublishedAt  string
	EmbargoAt    time.Time
	Manifest     string
	Supersedes   string
	SupersededBy string // "" as long as it is the newest of its line
	Changes      []EditionChange
	Errata       []Erratum `json:",omitempty"` // those to come too
	CreatedAt    time.Time
}

// PutEdition freezes an edition with its changes, at once; it is never edited
// afterwards.
//
// Error: Conflict when the number exists or the edition it supersedes already
// is superseded; NotFound when that one does not exist; Invalid for a day that
// is not ISO.
func (d *DB) PutEdition(ctx context.Context, in EditionInput) (row EditionRow, err error) {
	defer wrap(&err, "enregistrement de l’édition %s", in.Number)
	if _, err := time.Parse(time.DateOnly, in.PublishedAt); err != nil || in.Number == "" {
		return row, errNoEdition(&in)
	}
	manifest, err := d.keep(ctx, "manifest", in.Manifest)
	if err != nil {
		return row, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, in.CreatedAt, manifest); err != nil {
			return err
		}
		if err := freeze(ctx, tx, &in, manifest.id); err != nil {
			return err
		}
		return d.enter(ctx, tx, in.CreatedAt, editionAct(&in, manifest.id))
	})
	if err != nil {
		return row, err
	}
	return d.Edition(ctx, in.Number)
}

func errNoEdition(in *EditionInput) error {
	return fault.Invalidf("donnez un numéro comme 2026-1 et un jour comme 2026-03-12",
		"numéro « %s » ou jour de publication « %s » impossible", in.Number, in.PublishedAt)
}

// freeze writes an edition whose manifest is kept already: the one way that an
// edition comes to be, proposed and approved or published at once.
func freeze(ctx context.Context, tx *sql.Tx, in *EditionInput, manifest string) error {
	if err := checkEdition(ctx, tx, in); err != nil {
		return err
	}
	return insertEdition(ctx, tx, in, manifest)
}

func editionAct(in *EditionInput, manifest string) journal.Act {
	a := journal.Act{Actor: in.By, Action: "edition.publish", Object: "edition:" + in.Number, After: entered(map[string]any{
		"title": in.Title, "date": in.PublishedAt, "embargo": utc(in.EmbargoAt), "manifest": manifest})}
	if in.Supersedes != "" {
		a.Before = entered(map[string]string{"supersedes": in.Supersedes})
	}
	return a
}

// checkEdition refuses an existing number and a bad Supersedes.
func checkEdition(ctx context.Context, tx querier, in *EditionInput) error {
	var known, by sql.NullString
	err := tx.QueryRowContext(ctx, `
		SELECT (SELECT number FROM edition WHERE number = $1),
		       (SELECT number FROM edition WHERE supersedes = $1)`, in.Supersedes).Scan(&known, &by)
	switch {
	case err != nil:
		return err
	case in.Supersedes != "" && !known.Valid:
		return fault.NotFoundf("donnez le numéro d’une édition publiée", "l’édition « %s » à remplacer n’existe pas", in.Supersedes)
	case by.Valid:
		return &fault.Error{
			Kind: fault.Conflict, What: fmt.Sprintf("l’édition %s est déjà remplacée par %s", in.Supersedes, by.String),
			Do: "remplacez plutôt l’édition " + by.String,
		}
	}
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM edition WHERE number = $1`, in.Number).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return errEditionExists(in.Number)
	}
	return nil
}

// errEditionExists names the next number.
func errEditionExists(number string) error {
	do := "choisissez le numéro suivant"
	if year, rank, ok := strings.Cut(number, "-"); ok {
		if n, err := strconv.Atoi(rank); err == nil {
			do += fmt.Sprintf(", %s-%d s’il est libre", year, n+1)
		}
	}
	return &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("l’édition %s existe déjà", number), Do: do}
}

func insertEdition(ctx context.Context, tx *sql.Tx, in *EditionInput, manifest string) error {
	result, err := tx.ExecContext(ctx, `
		INSERT INTO edition (number, title, published_at, embargo_at, manifest, supersedes, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`,
		in.Number, in.Title, in.PublishedAt, utc(in.EmbargoAt), manifest, null(in.Supersedes), utc(in.CreatedAt))
	fresh, err := inserted(result, err)
	if err != nil {
		return err
	}
	if !fresh { // another node was quicker
		return errEditionExists(in.Number)
	}
	for i, c := range in.Changes {
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO edition_change (edition, position, kind, what_fr, what_en)
			VALUES ($1, $2, $3, $4, $5)`, in.Number, i+1, c.Kind, c.WhatFR, c.WhatEN); err != nil {
			return err
		}
	}
	return nil
}

// selectEdition gives one row for each change, and one for an edition without.
const selectEdition = `
	SELECT    e.number, e.title, e.published_at, e.embargo_at, e.manifest, e.supersedes, n.number, e.created_at,
	          c.kind, c.what_fr, c.what_en
	FROM      edition e
	LEFT JOIN edition n ON n.supersedes = e.number
	LEFT JOIN edition_change c ON c.edition = e.number`

func scanEdition(rows *sql.Rows, r *EditionRow) error {
	var supersedes, by, kind, fr, en sql.NullString
	err := rows.Scan(&r.Number, &r.Title, &r.PublishedAt, &r.EmbargoAt, &r.Manifest, &supersedes, &by, &r.CreatedAt,
		&kind, &fr, &en)
	r.EmbargoAt, r.CreatedAt = r.EmbargoAt.UTC(), r.CreatedAt.UTC()
	r.Supersedes, r.SupersededBy = supersedes.String, by.String
	if kind.Valid {
		r.Changes = []EditionChange{{kind.String, fr.String, en.String}}
	}
	return err
}

// fold joins the rows of one edition, which follow one another.
func fold(all []EditionRow) []EditionRow {
	var folded []EditionRow
	for _, r := range all {
		if n := len(folded); n > 0 && folded[n-1].Number == r.Number {
			folded[n-1].Changes = append(folded[n-1].Changes, r.Changes...)
			continue
		}
		folded = append(folded, r)
	}
	return folded
}

// Editions returns all editions, under embargo or not, the latest embargo
// first, then the highest number.
func (d *DB) Editions(ctx context.Context) (all []EditionRow, err error) {
	defer wrap(&err, "lecture des éditions")
	rows, err := d.read.QueryContext(ctx, selectEdition+`
		ORDER BY e.embargo_at DESC, length(e.number) DESC, e.number DESC, c.position`)
	all, err = collect(rows, err, scanEdition)
	if err != nil {
		return nil, err
	}
	all = fold(all)
	return all, d.addErrata(ctx, all)
}

// Edition returns one edition.
//
// Error: NotFound.
func (d *DB) Edition(ctx context.Context, number string) (row EditionRow, err error) {
	defer wrap(&err, "lecture de l’édition %s", number)
	rows, err := d.read.QueryContext(ctx, selectEdition+`
		WHERE    e.number = $1
		ORDER BY c.position`, number)
	all, err := collect(rows, err, scanEdition)
	if row, err = only(fold(all), err, "édition", number); err != nil {
		return row, err
	}
	one := []EditionRow{row}
	err = d.addErrata(ctx, one)
	return one[0], err
}
