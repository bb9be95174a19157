package store

import (
	"context"
	"database/sql"
	"time"

	"vigie/account"
	"vigie/journal"
)

// EffectInput is what a specification would change in an edition, worked out
// from the data of that edition or of today.
type EffectInput struct {
	Spec    []byte // the specification, TOML
	Edition string
	Ground  string // edition or today
	Text    []byte // of the effect
	By      journal.Actor
}

// EffectRow is one that was kept. Artifact is the key of the effect.
type EffectRow struct {
	ID        string        `json:"id"`
	File      string        `json:"file"`
	Edition   string        `json:"edition"`
	Ground    string        `json:"ground"`
	Artifact  string        `json:"artifact"`
	CreatedBy journal.Actor `json:"created_by"`
	CreatedAt time.Time     `json:"created_at"`
}

// PutEffect keeps an effect; the same one is kept once.
func (d *DB) PutEffect(ctx context.Context, in EffectInput, now time.Time) (row EffectRow, err error) {
	defer wrap(&err, "enregistrement de l’effet d’une spécification")
	a, err := d.keep(ctx, "effect", in.Text)
	if err != nil {
		return row, err
	}
	file, err := d.keep(ctx, "spec", in.Spec)
	if err != nil {
		return row, err
	}
	id := key("effect", file.id, in.Edition, in.Ground, a.id)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, now, file, a); err != nil {
			return err
		}
		fresh, err := inserted(tx.ExecContext(ctx, `
			INSERT INTO spec_effect (id, file, edition, ground, artifact, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (id) DO NOTHING`, id, file.id, in.Edition, in.Ground, a.id, string(in.By), utc(now)))
		if err != nil || !fresh {
			return err
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: in.By, Action: string(account.Compute), Object: "effect:" + id,
			After: entered(map[string]string{"spec": file.id, "edition": in.Edition, "ground": in.Ground, "effect": a.id})})
	})
	if err != nil {
		return row, err
	}
	return d.Effect(ctx, id)
}

const selectEffect = `
	SELECT id, file, edition, ground, artifact, created_by, created_at
	FROM   spec_effect`

func scanEffect(rows *sql.Rows, r *EffectRow) error {
	err := rows.Scan(&r.ID, &r.File, &r.Edition, &r.Ground, &r.Artifact, &r.CreatedBy, &r.CreatedAt)
	r.CreatedAt = r.CreatedAt.UTC()
	return err
}

// Effect returns one effect.
//
// Error: NotFound.
func (d *DB) Effect(ctx context.Context, id string) (row EffectRow, err error) {
	defer wrap(&err, "lecture de l’effet d’une spécification")
	rows, err := d.read.QueryContext(ctx, selectEffect+`
		WHERE    id = $1
		ORDER BY id`, id)
	all, err := collect(rows, err, scanEffect)
	return only(all, err, "effet", id)
}

// Effects returns the effects of a specification's text, the last one first.
func (d *DB) Effects(ctx context.Context, file string) (all []EffectRow, err error) {
	defer wrap(&err, "lecture des effets d’une spécification")
	rows, err := d.read.QueryContext(ctx, selectEffect+`
		WHERE    file = $1
		ORDER BY created_at DESC, id`, file)
	return collect(rows, err, scanEffect)
}
