package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"slices"
	"strings"
	"time"

	"vigie/fault"
	"vigie/journal"
)

// Erratum says what was wrong in an edition, which stays as it is. Nobody sees
// it before At. CorrectedBy is the number of the edition that corrects it, ""
// when none does.
type Erratum struct {
	ID          string
	Edition     string
	At          time.Time
	FR, EN      string
	CorrectedBy string
	By          journal.Actor
	CreatedAt   time.Time
}

// mostErratum is the most characters of an erratum in a language.
const mostErratum = 4000

// PutErratum adds an erratum to an edition that is public, to be shown at once.
//
// Error: Invalid for a text that is empty or too long; NotFound when there is
// no such edition, or none that is public.
func (d *DB) PutErratum(ctx context.Context, by journal.Actor, e Erratum, now time.Time) (out Erratum, err error) {
	defer wrap(&err, "erratum de l’édition %s", e.Edition)
	if e.FR, e.EN, err = checkErratum(e.FR, e.EN); err != nil {
		return out, err
	}
	if e.FR == "" {
		return out, fault.Invalidf("dites ce qui était faux et ce qu’il faut lire, en français et en anglais", "un erratum ne peut pas être vide")
	}
	e.ID, e.At, e.By, e.CreatedAt, e.CorrectedBy = strings.ToLower(rand.Text()), utc(now), by, utc(now), ""
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM edition WHERE number = $1 AND embargo_at <= $2`, e.Edition, utc(now)).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return fault.NotFoundf("choisissez une édition publique", "aucune édition publique n’a le numéro « %s »", e.Edition)
		}
		if err := insertErratum(ctx, tx, &e); err != nil {
			return err
		}
		return d.enter(ctx, tx, now, journal.Act{Actor: by, Action: "edition.correct", Object: "edition:" + e.Edition,
			After: entered(map[string]string{"erratum": e.ID, "fr": e.FR, "en": e.EN})})
	})
	return e, err
}

// checkErratum returns the texts trimmed: both, or none.
func checkErratum(fr, en string) (string, string, error) {
	fr, en = strings.TrimSpace(strings.ReplaceAll(fr, "\r\n", "\n")), strings.TrimSpace(strings.ReplaceAll(en, "\r\n", "\n"))
	switch {
	case (fr == "") != (en == ""):
		return fr, en, fault.Invalidf("écrivez-le aussi dans l’autre langue", "l’erratum n’est écrit qu’en une langue")
	case len([]rune(fr)) > mostErratum || len([]rune(en)) > mostErratum:
		return fr, en, fault.Invalidf("raccourcissez-le", "l’erratum dépasse %d caractères", mostErratum)
	}
	return fr, en, nil
}

func insertErratum(ctx context.Context, tx *sql.Tx, e *Erratum) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO erratum (id, edition, at, what_fr, what_en, corrected, by_actor, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.Edition, utc(e.At), e.FR, e.EN, null(e.CorrectedBy), string(e.By), utc(e.CreatedAt))
	return err
}

// addErrata gives editions their errata, the first one first.
func (d *DB) addErrata(ctx context.Context, all []EditionRow) error {
	rows, err := d.read.QueryContext(ctx, `
		SELECT   id, edition, at, what_fr, what_en, corrected, by_actor, created_at
		FROM     erratum
		ORDER BY at, created_at, id`)
	errata, err := collect(rows, err, func(rows *sql.Rows, e *Erratum) error {
		var corrected sql.NullString
		err := rows.Scan(&e.ID, &e.Edition, &e.At, &e.FR, &e.EN, &corrected, &e.By, &e.CreatedAt)
		e.At, e.CreatedAt, e.CorrectedBy = e.At.UTC(), e.CreatedAt.UTC(), corrected.String
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range errata {
		if i := slices.IndexFunc(all, func(r EditionRow) bool { return r.Number == e.Edition }); i >= 0 {
			all[i].Errata = append(all[i].Errata, e)
		}
	}
	return nil
}
