package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"vigie/account"
)

// SignIns returns when persons last signed in, by the identifier of the account,
// as the journal knows it: one person, or everyone when person is "". Who never
// did is not in it.
func (d *DB) SignIns(ctx context.Context, person string) (last map[string]time.Time, err error) {
	defer wrap(&err, "lecture des connexions")
	type line struct {
		object string
		at     instant
	}
	begin, end := "person:"+person, "person:"+person
	if person == "" {
		end = "person:~" // after every identifier
	}
	rows, err := d.read.QueryContext(ctx, `
		SELECT   object, max(at)
		FROM     journal
		WHERE    action = $1 AND object >= $2 AND object <= $3
		GROUP BY object`, string(account.SignIn), begin, end)
	all, err := collect(rows, err, func(rows *sql.Rows, l *line) error { return rows.Scan(&l.object, &l.at) })
	last = make(map[string]time.Time, len(all))
	for _, l := range all {
		last[strings.TrimPrefix(l.object, "person:")] = l.at.Time
	}
	return last, err
}

// Invited returns the identifiers of the accounts that somebody can take now, by
// a link that still serves.
func (d *DB) Invited(ctx context.Context, now time.Time) (ids []string, err error) {
	defer wrap(&err, "lecture des invitations")
	return d.texts(ctx, `
		SELECT   DISTINCT account
		FROM     secret
		WHERE    purpose IN ($1, $2) AND used_at IS NULL AND expires_at > $3
		ORDER BY account`, string(account.Invitation), string(account.First), utc(now))
}
