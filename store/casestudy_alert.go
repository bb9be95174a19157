package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"strings"
	"time"

	"vigie/fault"
)

// CaseAlert is a search that somebody with an account is told of by mail when it
// finds new cases.
type CaseAlert struct {
	ID      string    `json:"id"`
	Account string    `json:"-"`
	Query   string    `json:"query"` // as in the address, canonical
	At      time.Time `json:"at"`
	ToldAt  time.Time `json:"told_at"` // cases published since are news
}

// What a person may ask for.
const (
	mostAlerts     = 50
	mostAlertQuery = 2000
)

// PutCaseAlert keeps a search of a person; the same one is kept once.
//
// Error: Conflict for one too many; Invalid for one too long.
func (d *DB) PutCaseAlert(ctx context.Context, account, query string, now time.Time) (err error) {
	defer wrap(&err, "enregistrement d’une alerte")
	if len(query) > mostAlertQuery {
		return fault.Invalidf("retirez des filtres", "recherche trop longue")
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		fresh, err := inserted(tx.ExecContext(ctx, `
			INSERT INTO casestudy_alert (id, account, query, created_at, told_at)
			VALUES ($1, $2, $3, $4, $4)
			ON CONFLICT (account, query) DO NOTHING`, strings.ToLower(rand.Text()), account, query, utc(now)))
		if err != nil || !fresh {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM casestudy_alert WHERE account = $1`, account).Scan(&n); err != nil {
			return err
		}
		if n > mostAlerts {
			return &fault.Error{Kind: fault.Conflict, What: "vous avez déjà 50 alertes", Do: "retirez-en une"}
		}
		return nil
	})
}

// DropCaseAlert takes a search of a person away. It can be done again.
func (d *DB) DropCaseAlert(ctx context.Context, account, id string) (err error) {
	defer wrap(&err, "retrait d’une alerte")
	_, err = d.write.ExecContext(ctx, `DELETE FROM casestudy_alert WHERE id = $1 AND account = $2`, id, account)
	return err
}

// CaseAlerts returns the searches of a person, of everybody for "".
func (d *DB) CaseAlerts(ctx context.Context, account string) (all []CaseAlert, err error) {
	defer wrap(&err, "lecture des alertes")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   id, account, query, created_at, told_at
		FROM     casestudy_alert
		WHERE    $1 = '' OR account = $1
		ORDER BY account, created_at, id`, account)
	return collect(rows, err, func(rows *sql.Rows, a *CaseAlert) error {
		err := rows.Scan(&a.ID, &a.Account, &a.Query, &a.At, &a.ToldAt)
		a.At, a.ToldAt = a.At.UTC(), a.ToldAt.UTC()
		return err
	})
}

// ToldCaseAlert notes up to when a person was told, with the letter that does,
// nil when there was nothing new. One that was told meanwhile is not told again.
func (d *DB) ToldCaseAlert(ctx context.Context, a CaseAlert, l *Letter, now time.Time) (err error) {
	defer wrap(&err, "envoi d’une alerte")
	return d.inTx(ctx, func(tx *sql.Tx) error {
		told, err := inserted(tx.ExecContext(ctx, `
			UPDATE casestudy_alert
			SET    told_at = $1
			WHERE  id = $2 AND told_at = $3`, utc(now), a.ID, utc(a.ToldAt)))
		if err != nil || !told || l == nil {
			return err
		}
		_, err = d.post(ctx, tx, *l, now)
		return err
	})
}
