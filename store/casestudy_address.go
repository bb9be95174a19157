package store

import (
	"context"
	"database/sql"
	"time"
)

// AddressCheck is what asking for an address of a record gave.
type AddressCheck struct {
	Address string    `json:"address"`
	Status  int       `json:"status,omitempty"` // of HTTP, 0 without an answer
	Fault   string    `json:"fault,omitempty"`  // "": it answers
	At      time.Time `json:"at"`
	Failing time.Time `json:"failing_since,omitzero"`
}

// PutAddressCheck keeps what an address gave last; one that fails again keeps
// the instant since when.
func (d *DB) PutAddressCheck(ctx context.Context, c AddressCheck) (err error) {
	defer wrap(&err, "vérification d’un lien")
	var failing sql.NullTime
	if c.Fault != "" {
		failing = sql.NullTime{Time: utc(c.At), Valid: true}
	}
	_, err = d.write.ExecContext(ctx, `
		INSERT INTO casestudy_address (address, status, fault, checked_at, failing_since)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (address) DO UPDATE
		SET status = excluded.status, fault = excluded.fault, checked_at = excluded.checked_at,
		    failing_since = CASE WHEN excluded.fault = '' THEN NULL ELSE coalesce(casestudy_address.failing_since, excluded.failing_since) END`,
		c.Address, c.Status, c.Fault, utc(c.At), failing)
	return err
}

// AddressChecks returns what every address gave last, by address.
func (d *DB) AddressChecks(ctx context.Context) (all []AddressCheck, err error) {
	defer wrap(&err, "lecture des liens vérifiés")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   address, status, fault, checked_at, failing_since
		FROM     casestudy_address
		ORDER BY address`)
	return collect(rows, err, func(rows *sql.Rows, c *AddressCheck) error {
		var failing instant
		err := rows.Scan(&c.Address, &c.Status, &c.Fault, &c.At, &failing)
		c.At, c.Failing = c.At.UTC(), failing.Time
		return err
	})
}
