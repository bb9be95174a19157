package store

import (
	"context"
	"database/sql"
)

// Gauges counts the runs and the letters by state, under the names that a
// machine reads: no name, no address, nothing of anybody's.
func (d *DB) Gauges(ctx context.Context) (gauges map[string]map[string]int64, err error) {
	defer wrap(&err, "comptes des travaux et des lettres")
	rows, err := d.read.QueryContext(ctx, `
		SELECT   'vigie_runs', state, count(*) FROM run  GROUP BY state
		UNION ALL
		SELECT   'vigie_letters', state, count(*) FROM mail GROUP BY state
		ORDER BY 1, 2`)
	type line struct {
		name, state string
		n           int64
	}
	lines, err := collect(rows, err, func(rows *sql.Rows, l *line) error { return rows.Scan(&l.name, &l.state, &l.n) })
	gauges = map[string]map[string]int64{"vigie_runs": {}, "vigie_letters": {}}
	for _, l := range lines {
		gauges[l.name][l.state] = l.n
	}
	return gauges, err
}
