package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// ComputationInput is a result with all that it depends on. The same inputs
// give the same result: ID does not depend on Result nor on CreatedAt.
type ComputationInput struct {
	Level       string   // territorial tier
	Spec        []byte   // the index specification, TOML
	Datasets    []string // ids, in any order
	Seed        uint64
	CodeVersion string
	Reading     string // how the datasets were read (directions, territories), for ID alone
	Result      []byte
	CreatedAt   time.Time
	By          journal.Actor
}

// ComputationRow is one kept computation. Spec and Result are the keys of
// artifacts; Datasets is sorted.
type ComputationRow struct {
	ID          string
	Level       string
	Spec        string
	Datasets    []string
	Seed        uint64
	CodeVersion string
	Result      string
	CreatedAt   time.Time
}

// ID returns the identity of the inputs, by which Computation finds a result
// that need not be computed again.
func (in *ComputationInput) ID() string {
	return key("computation", in.Level, ArtifactID(in.Spec), strings.Join(in.sorted(), " "),
		strconv.FormatUint(in.Seed, 10), in.CodeVersion, in.Reading)
}

func (in *ComputationInput) sorted() []string { return slices.Sorted(slices.Values(in.Datasets)) }

// PutComputation keeps a result and reports whether it is new. A computation
// kept before stays as it was, and is the newest of its tier again.
//
// Error: Invalid when it names a dataset twice or none; NotFound when a dataset
// is unknown.
func (d *DB) PutComputation(ctx context.Context, in ComputationInput) (row ComputationRow, fresh bool, err error) {
	defer wrap(&err, "enregistrement du calcul (%s)", in.Level)
	datasets := in.sorted()
	if n := len(slices.Compact(slices.Clone(datasets))); n == 0 || n != len(datasets) {
		return row, false, fault.Invalidf("relancez le calcul sur des jeux distincts",
			"un calcul vient d’au moins un jeu, nommé une fois")
	}
	spec, err := d.keep(ctx, "spec", in.Spec)
	if err != nil {
		return row, false, err
	}
	result, err := d.keep(ctx, "result", in.Result)
	if err != nil {
		return row, false, err
	}
	list, err := json.Marshal(datasets)
	if err != nil {
		return row, false, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := checkDatasets(ctx, tx, datasets); err != nil {
			return err
		}
		if err := insertArtifacts(ctx, tx, in.CreatedAt, spec, result); err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, `
			INSERT INTO computation (id, level, spec, datasets, seed, code_version, result, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
			ON CONFLICT (id) DO NOTHING`, in.ID(), in.Level, spec.id, string(list),
			strconv.FormatUint(in.Seed, 10), in.CodeVersion, result.id, utc(in.CreatedAt))
		if fresh, err = inserted(done, err); err != nil {
			return err
		}
		made := ComputationRow{ID: in.ID(), Level: in.Level, Spec: spec.id, Seed: in.Seed, CodeVersion: in.CodeVersion, Result: result.id}
		return d.takeTurn(ctx, tx, &made, in.By, in.CreatedAt)
	})
	if err != nil {
		return row, false, err
	}
	row, err = d.Computation(ctx, in.ID())
	return row, fresh, err
}

// takeTurn makes a computation the newest; the journal says so when it was not
// the newest of its tier.
func (d *DB) takeTurn(ctx context.Context, tx *sql.Tx, row *ComputationRow, by journal.Actor, now time.Time) error {
	var before string
	err := tx.QueryRowContext(ctx, `
		SELECT   id
		FROM     computation
		WHERE    level = $1 AND turn > 0
		ORDER BY turn DESC, created_at DESC, id
		LIMIT    1`, row.Level).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE computation SET turn = (SELECT max(turn) + 1 FROM computation) WHERE id = $1`, row.ID); err != nil || before == row.ID {
		return err
	}
	a := journal.Act{Actor: by, Action: string(account.Compute), Object: "computation:" + row.ID, After: entered(map[string]any{
		"level": row.Level, "spec": row.Spec, "seed": strconv.FormatUint(row.Seed, 10), "version": row.CodeVersion, "result": row.Result})}
	if before != "" {
		a.Before = entered(map[string]string{"newest": before})
	}
	return d.enter(ctx, tx, now, a)
}

// RecallComputation makes a computation kept before the newest of its tier.
//
// Error: NotFound.
func (d *DB) RecallComputation(ctx context.Context, id string, by journal.Actor, now time.Time) (row ComputationRow, err error) {
	if row, err = d.Computation(ctx, id); err != nil {
		return row, err
	}
	defer wrap(&err, "rappel du calcul %s", id)
	return row, d.inTx(ctx, func(tx *sql.Tx) error { return d.takeTurn(ctx, tx, &row, by, now) })
}

// checkDatasets refuses ids that no row has.
func checkDatasets(ctx context.Context, tx *sql.Tx, ids []string) error {
	marks, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		marks[i], args[i] = fmt.Sprintf("$%d", i+1), id
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM dataset WHERE id IN (`+strings.Join(marks, ", ")+`)`, args...).Scan(&n)
	if err == nil && n != len(ids) {
		err = fault.NotFoundf("importez d’abord les fichiers", "jeux inconnus : %d sur %d", len(ids)-n, len(ids))
	}
	return err
}

const selectComputation = `
	SELECT id, level, spec, datasets, seed, code_version, result, created_at
	FROM   computation`

func scanComputation(rows *sql.Rows, r *ComputationRow) error {
	var list, seed string
	if err := rows.Scan(&r.ID, &r.Level, &r.Spec, &list, &seed, &r.CodeVersion, &r.Result, &r.CreatedAt); err != nil {
		return err
	}
	r.CreatedAt = r.CreatedAt.UTC()
	if err := json.Unmarshal([]byte(list), &r.Datasets); err != nil {
		return err
	}
	var err error
	r.Seed, err = strconv.ParseUint(seed, 10, 64)
	return err
}

// Computation returns one computation.
//
// Error: NotFound.
func (d *DB) Computation(ctx context.Context, id string) (row ComputationRow, err error) {
	defer wrap(&err, "lecture du calcul %s", id)
	rows, err := d.read.QueryContext(ctx, selectComputation+`
		WHERE    id = $1
		ORDER BY id`, id)
	all, err := collect(rows, err, scanComputation)
	return only(all, err, "calcul", id)
}

// Computations returns the computations of one tier, of all when it is "", the
// last one put or recalled first.
func (d *DB) Computations(ctx context.Context, level string) (all []ComputationRow, err error) {
	defer wrap(&err, "lecture des calculs")
	rows, err := d.read.QueryContext(ctx, selectComputation+`
		WHERE    level = $1 OR $1 = ''
		ORDER BY turn DESC, created_at DESC, level, id`, level)
	return collect(rows, err, scanComputation)
}
