package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"vigie/fault"
)

// public lists what the role of the public pages may do, by table: everything
// else is refused by the database itself. Rows of an edition under embargo are
// hidden by a policy, "" for a table whose rows are all public. Constants of
// ours.
var public = []struct{ table, rights, shown string }{
	{"edition", "SELECT", `embargo_at <= now()`},
	{"edition_change", "SELECT", `edition IN (SELECT number FROM edition)`},
	{"erratum", "SELECT", `at <= now() AND edition IN (SELECT number FROM edition)`},
	{"report", "SELECT", `edition IN (SELECT number FROM edition)`},
	{"artifact", "SELECT", `EXISTS (SELECT FROM report WHERE pdf = artifact.id)`},
	{"composed", "SELECT, INSERT", ""},
	{"casestudy", "SELECT (id, slug, state, published, network, external_id, reason, merged_into, reviewed_at, review_due, published_at, public_at)",
		`published > 0 AND state IN ('published', 'to_update', 'archived', 'merged')`},
	{"casestudy_version", "SELECT (casestudy, number, record)", `EXISTS (SELECT FROM casestudy c WHERE c.id = casestudy AND c.published = number)`},
	{"casestudy_stamp", "SELECT", ""},
	{"survey_file", "SELECT (file)", ""}, // the keys of what is closed, to refuse it
}

// Public returns a second handle for the public pages. On PostgreSQL address
// is that of a role which can read editions that are out and what belongs to
// them, keep a territory that a reader has composed, and nothing else: neither
// accounts nor work in progress. The role exists; its rights are given here.
// Without an address, and on SQLite whose reading handle already is read-only,
// it is d itself. Close it before d.
//
// Error: Invalid for an address on SQLite, or of a role that could do more
// (d's own, one that owns it, a superuser); Denied or Unavailable when the role
// cannot sign in.
func (d *DB) Public(ctx context.Context, address string) (p *DB, err error) {
	defer wrap(&err, "rôle des pages publiques")
	if address == "" {
		return d, nil
	}
	if d.engine.name != enginePostgres.name {
		return nil, fault.Invalidf("retirez VIGIE_DATABASE_PUBLIC", "un observatoire sur SQLite n’a pas de rôle de base de données")
	}
	config, err := pgx.ParseConfig(address)
	if err != nil { // the cause quotes the address
		return nil, fault.Invalidf("écrivez postgres://utilisateur:motdepasse@machine:5432/base", "l’adresse du rôle public est mal formée")
	}
	if err := d.grantPublic(ctx, config.User); err != nil {
		return nil, err
	}
	p = &DB{engine: d.engine, dir: d.dir, bucket: d.bucket}
	if err := p.connectPostgres(address); err != nil {
		return nil, err
	}
	if _, err := p.Editions(ctx); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// grantPublic gives a role the rights of public and takes all others away. Run
// again, it changes nothing.
func (d *DB) grantPublic(ctx context.Context, role string) error {
	var more bool
	err := d.write.QueryRowContext(ctx, `
		SELECT rolsuper OR rolbypassrls OR pg_has_role(rolname, current_user, 'MEMBER')
		FROM   pg_roles
		WHERE  rolname = $1`, role).Scan(&more)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.Invalidf("créez-le : CREATE ROLE "+role+" LOGIN PASSWORD '…'", "le rôle « %s » n’existe pas", role)
	case err != nil:
		return err
	case more:
		return fault.Invalidf("donnez aux pages publiques un rôle à elles, sans droit sur celui de l’observatoire",
			"le rôle « %s » peut plus que lire ce qui est publié", role)
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		quoted := pgx.Identifier{role}.Sanitize()
		var schema string
		if err := tx.QueryRowContext(ctx, `SELECT quote_ident(current_schema())`).Scan(&schema); err != nil {
			return err
		}
		statements := []string{
			`REVOKE ALL ON ALL TABLES IN SCHEMA ` + schema + ` FROM ` + quoted,
			`GRANT USAGE ON SCHEMA ` + schema + ` TO ` + quoted,
		}
		for _, t := range public {
			statements = append(statements, `GRANT `+t.rights+` ON `+t.table+` TO `+quoted)
			if t.shown == "" {
				continue
			}
			known, err := hasPolicy(ctx, tx, t.table, role, t.shown)
			if err != nil {
				return err
			}
			if known { // no need to wait for those who read
				continue
			}
			name := pgx.Identifier{"public_" + role}.Sanitize()
			statements = append(statements, `ALTER TABLE `+t.table+` ENABLE ROW LEVEL SECURITY`,
				`DROP POLICY IF EXISTS `+name+` ON `+t.table,
				`CREATE POLICY `+name+` ON `+t.table+` FOR SELECT TO `+quoted+` USING (`+t.shown+`)`,
				`COMMENT ON POLICY `+name+` ON `+t.table+` IS '`+strings.ReplaceAll(t.shown, "'", "''")+`'`)
		}
		for _, s := range statements {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("%s : %w", s, err)
			}
		}
		return nil
	})
}

// hasPolicy reports whether the rows of a table are shown to the role as its
// comment says.
func hasPolicy(ctx context.Context, tx *sql.Tx, table, role, shown string) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `
		SELECT count(*)
		FROM   pg_policy p
		JOIN   pg_class c ON c.oid = p.polrelid
		WHERE  c.relnamespace = current_schema()::regnamespace AND c.relname = $1 AND c.relrowsecurity
		AND    p.polname = $2 AND obj_description(p.oid, 'pg_policy') = $3`, table, "public_"+role, shown).Scan(&n)
	return n == 1, err
}
