package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"strings"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
)

// CaseVersion is what somebody wrote at one moment.
type CaseVersion struct {
	Case     string           `json:"case"`
	Number   int              `json:"number"`
	Record   casestudy.Record `json:"record"`
	Remark   string           `json:"remark,omitempty"`
	Restores int              `json:"restores,omitempty"` // the version that it brings back
	By       journal.Actor    `json:"by"`
	At       time.Time        `json:"at"`
}

// CaseInput is a case to create. Link and Contributor are those of a
// contribution by a secret link, which counts against its quota.
type CaseInput struct {
	Record      casestudy.Record
	State       casestudy.State // Draft, or Submitted for one that is handed in at once; "" is Draft
	Network     string
	ExternalID  string
	Within      []string // its territories and those that contain them
	Remark      string
	By          journal.Actor
	Link        string // hash of the secret link
	Contributor Contributor
	Letters     []Letter
}

// Contributor is who contributed without an account: how to write to them.
type Contributor struct {
	Name string
	Mail string
	Lang string
}

// mostCase is how many bytes a record may have.
const mostCase = 1 << 20

// caseText is the record as it is kept.
//
// Error: Invalid without a title, and for a record too long.
func caseText(r *casestudy.Record) (string, error) {
	if r.Title = strings.TrimSpace(r.Title); r.Title == "" {
		return "", fault.Invalidf("donnez-lui un titre, quitte à le changer", "fiche sans titre")
	}
	b, err := json.Marshal(r)
	if err == nil && len(b) > mostCase {
		err = fault.Invalidf("raccourcissez ses textes : 1 Mo au plus", "fiche trop longue")
	}
	return string(b), err
}

// CreateCase adds a case, a draft or one handed in.
//
// Error: Invalid for a record without title or too long; Conflict when the
// network has a case of that external identifier; as UseCaseLink.
func (d *DB) CreateCase(ctx context.Context, in CaseInput, now time.Time) (row CaseRow, err error) {
	defer wrap(&err, "création de la fiche « %s »", in.Record.Title)
	text, err := caseText(&in.Record)
	if err != nil {
		return row, err
	}
	if in.State == "" {
		in.State = casestudy.Draft
	}
	id := strings.ToLower(rand.Text())
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		link := ""
		if in.Link != "" {
			if link, err = useCaseLink(ctx, tx, in.Link, now); err != nil {
				return err
			}
		}
		fresh, err := insertCase(ctx, tx, id, &in, link, text, now)
		if err != nil {
			return err
		}
		if !fresh {
			return errKnownCase(in.Network, in.ExternalID)
		}
		if err := insertContributor(ctx, tx, id, in.Contributor); err != nil {
			return err
		}
		if err := d.postAll(ctx, tx, in.Letters, now); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, caseAct(in.By, account.WriteCase, id, nil, caseStood{State: in.State, Version: 1}))
	})
	if err != nil {
		return row, err
	}
	return d.Case(ctx, id)
}

func errKnownCase(network, external string) error {
	return &fault.Error{Kind: fault.Conflict, What: "le réseau « " + network + " » a déjà une fiche « " + external + " »",
		Do: "modifiez celle-ci, ou donnez un autre identifiant"}
}

func insertCase(ctx context.Context, tx *sql.Tx, id string, in *CaseInput, link, text string, now time.Time) (fresh bool, err error) {
	fresh, err = inserted(tx.ExecContext(ctx, `
		INSERT INTO casestudy (id, slug, state, title, latest, published, network, external_id, within, author, writer, link, reason,
		                       reviewed_by, review_due, created_at, version, changed_by, changed_at)
		VALUES ($1, NULL, $2, $3, 1, 0, $4, $5, $6, $7, $7, $8, '', '', '', $9, 1, $7, $9)
		ON CONFLICT DO NOTHING`,
		id, string(in.State), in.Record.Title, in.Network, in.ExternalID, strings.Join(in.Within, " "), string(in.By), link, utc(now)))
	if err != nil || !fresh {
		return fresh, err
	}
	return true, insertCaseVersion(ctx, tx, id, 1, text, in.Remark, 0, in.By, now)
}

func insertCaseVersion(ctx context.Context, tx *sql.Tx, id string, number int, text, remark string, restores int, by journal.Actor, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO casestudy_version (casestudy, number, record, remark, restores, by_actor, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, id, number, text, strings.TrimSpace(remark), restores, string(by), utc(now))
	return err
}

func insertContributor(ctx context.Context, tx *sql.Tx, id string, c Contributor) error {
	if c == (Contributor{}) {
		return nil
	}
	_, err := tx.ExecContext(ctx, `
		INSERT INTO casestudy_contributor (casestudy, name, mail, lang)
		VALUES ($1, $2, $3, $4)`, id, c.Name, c.Mail, c.Lang)
	return err
}

// CaseContributor returns who contributed a case without an account, the zero
// Contributor when it came otherwise.
func (d *DB) CaseContributor(ctx context.Context, id string) (c Contributor, err error) {
	defer wrap(&err, "lecture d’une fiche")
	err = d.read.QueryRowContext(ctx, `SELECT name, mail, lang FROM casestudy_contributor WHERE casestudy = $1`, id).Scan(&c.Name, &c.Mail, &c.Lang)
	if err == sql.ErrNoRows {
		err = nil
	}
	return c, err
}

// ForgetContributors removes the name and the address of who contributed
// without an account, by their address, from every case. It can be done again.
func (d *DB) ForgetContributors(ctx context.Context, by journal.Actor, mail string, now time.Time) (n int, err error) {
	defer wrap(&err, "effacement d’un contributeur")
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM casestudy_contributor WHERE mail = $1`, mail)
		if err != nil {
			return err
		}
		gone, err := result.RowsAffected()
		if n = int(gone); err != nil || n == 0 {
			return err
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: "case.forget", Object: "casestudy", After: entered(map[string]int{"cases": n})})
	})
	return n, err
}

// writable are the states in which a record can be written.
var writable = []casestudy.State{casestudy.Draft, casestudy.Submitted, casestudy.InReview, casestudy.Published, casestudy.ToUpdate}

// SaveCase adds a version of the record of a case. Readers do not see it until
// it is published. A record that changes nothing makes no version, and is no
// step.
//
// Error: *Changed when somebody took a step since t.Version: nothing is
// overwritten; Conflict for a case that is archived or merged; Invalid; NotFound.
func (d *DB) SaveCase(ctx context.Context, t CaseTurn, r casestudy.Record, within []string, remark string) (row CaseRow, err error) {
	defer wrap(&err, "enregistrement de la fiche « %s »", r.Title)
	if row, same, err := d.sameCase(ctx, &t, &r); err != nil || same {
		return row, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		_, err := d.saveCase(ctx, tx, &t, r, within, remark, 0)
		return err
	})
	if err != nil {
		return row, err
	}
	return d.Case(ctx, t.ID)
}

// sameCase reports whether a step from the current version would change nothing.
func (d *DB) sameCase(ctx context.Context, t *CaseTurn, r *casestudy.Record) (row CaseRow, same bool, err error) {
	text, err := caseText(r)
	if err != nil {
		return row, false, err
	}
	if row, err = d.Case(ctx, t.ID); err != nil || row.Version != t.Version {
		return row, false, err
	}
	var newest string
	err = d.read.QueryRowContext(ctx, `SELECT record FROM casestudy_version WHERE casestudy = $1 AND number = $2`, t.ID, row.Latest).Scan(&newest)
	return row, newest == text, err
}

// saveCase is SaveCase within a transaction; it returns the number of the
// version, the newest as it was when the record changes nothing.
func (d *DB) saveCase(ctx context.Context, tx *sql.Tx, t *CaseTurn, r casestudy.Record, within []string, remark string, restores int) (number int, err error) {
	number, err = d.writeCase(ctx, tx, t, r, within, remark, restores)
	if err != nil {
		return 0, err
	}
	row, err := caseIn(ctx, tx, t.ID)
	if err != nil {
		return 0, err
	}
	action := account.WriteCase
	if row.State == casestudy.Submitted || row.State == casestudy.InReview {
		action = account.CorrectCase
	}
	return number, d.endTurn(ctx, tx, t, action, nil, caseStood{Version: number})
}

// writeCase adds a version, without a word in the journal.
func (d *DB) writeCase(ctx context.Context, tx *sql.Tx, t *CaseTurn, r casestudy.Record, within []string, remark string, restores int) (number int, err error) {
	text, err := caseText(&r)
	if err != nil {
		return 0, err
	}
	before, err := d.turnCase(ctx, tx, t, writable...)
	if err != nil {
		return 0, err
	}
	var newest string
	if err := tx.QueryRowContext(ctx, `SELECT record FROM casestudy_version WHERE casestudy = $1 AND number = $2`, t.ID, before.Latest).Scan(&newest); err != nil {
		return 0, err
	}
	if newest == text {
		return before.Latest, nil
	}
	number = before.Latest + 1
	if err := insertCaseVersion(ctx, tx, t.ID, number, text, remark, restores, t.By, t.At); err != nil {
		return 0, err
	}
	before.Latest, before.Title, before.Within, before.Writer = number, r.Title, within, t.By
	return number, putCase(ctx, tx, &before)
}

// RestoreVersion makes a new version of an older one.
//
// Error: those of SaveCase; NotFound for a version that is none.
func (d *DB) RestoreVersion(ctx context.Context, t CaseTurn, number int, within []string) (row CaseRow, err error) {
	defer wrap(&err, "retour à la version %d d’une fiche", number)
	v, err := d.CaseVersion(ctx, t.ID, number)
	if err != nil {
		return row, err
	}
	if row, same, err := d.sameCase(ctx, &t, &v.Record); err != nil || same {
		return row, err
	}
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		_, err := d.saveCase(ctx, tx, &t, v.Record, within, "", number)
		return err
	})
	if err != nil {
		return row, err
	}
	return d.Case(ctx, t.ID)
}

const selectCaseVersion = `
	SELECT casestudy, number, record, remark, restores, by_actor, created_at
	FROM   casestudy_version `

func scanCaseVersion(rows *sql.Rows, v *CaseVersion) error {
	var text string
	if err := rows.Scan(&v.Case, &v.Number, &text, &v.Remark, &v.Restores, &v.By, &v.At); err != nil {
		return err
	}
	v.At = v.At.UTC()
	return json.Unmarshal([]byte(text), &v.Record)
}

// CaseVersion returns one version of a case, the newest for 0.
//
// Error: NotFound.
func (d *DB) CaseVersion(ctx context.Context, id string, number int) (v CaseVersion, err error) {
	defer wrap(&err, "lecture d’une version de fiche")
	rows, err := d.read.QueryContext(ctx, selectCaseVersion+`
		WHERE    casestudy = $1 AND ($2 = 0 OR number = $2)
		ORDER BY number DESC
		LIMIT    1`, id, number)
	all, err := collect(rows, err, scanCaseVersion)
	return only(all, err, "version de la fiche", id)
}

// CaseHistory returns every version of a case, the newest first.
func (d *DB) CaseHistory(ctx context.Context, id string) (all []CaseVersion, err error) {
	defer wrap(&err, "lecture de l’histoire d’une fiche")
	rows, err := d.read.QueryContext(ctx, selectCaseVersion+`WHERE casestudy = $1 ORDER BY number DESC`, id)
	return collect(rows, err, scanCaseVersion)
}
