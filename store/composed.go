package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"vigie/fault"
	"vigie/territory"
)

// PutComposed keeps a territory that a reader has composed. One that is there
// already is left as it is: its code is made from its content.
//
// Error: Conflict when another list has the same code.
func (d *DB) PutComposed(ctx context.Context, c territory.Composition, now time.Time) (err error) {
	defer wrap(&err, "enregistrement du territoire composé %s", c.Code)
	communes := make([]string, len(c.Communes))
	for i, code := range c.Communes {
		communes[i] = code.Official()
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO composed (code, name, vintage, communes, created_at)
			VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (code) DO NOTHING`, string(c.Code), c.Name, c.Year, strings.Join(communes, " "), utc(now))
		return err
	})
	if err != nil {
		return err
	}
	kept, err := d.Composed(ctx, c.Code)
	if err != nil {
		return err
	}
	if kept.Name != c.Name || kept.Year != c.Year || !slices.Equal(kept.Communes, c.Communes) {
		return &fault.Error{Kind: fault.Conflict, What: "une autre liste de communes a déjà l’adresse " + string(c.Code),
			Do: "changez le nom du territoire"}
	}
	return nil
}

// Composed returns a territory that a reader has composed.
//
// Error: NotFound.
func (d *DB) Composed(ctx context.Context, code territory.Code) (c territory.Composition, err error) {
	defer wrap(&err, "lecture d’un territoire composé")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   code, name, vintage, communes
		FROM     composed
		WHERE    code = $1
		ORDER BY code`, string(code))
	all, err := collect(rows, err, scanComposed)
	return only(all, err, "territoire composé", string(code))
}

func scanComposed(rows *sql.Rows, c *territory.Composition) error {
	var communes string
	err := rows.Scan(&c.Code, &c.Name, &c.Year, &communes)
	for code := range strings.SplitSeq(communes, " ") {
		c.Communes = append(c.Communes, territory.Code("COM-"+code))
	}
	return err
}
