package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
)

// SurveyInput is the plan of a survey with the files that it names, the answers
// first.
type SurveyInput struct {
	Wave, Audience string
	Synthetic      bool
	PlanName       string
	Plan           []byte
	Files          []SurveyFile
	By             journal.Actor
}

// SurveyFile is a closed file, by the name that a plan gives it.
type SurveyFile struct {
	Name string  `json:"name"`
	File string  `json:"file"` // key of the artifact
	Raw  RawFile `json:"-"`
}

// SurveyRow is the answers of one audience in one wave, and where they stand.
// Plan and Tabulation are keys of artifacts, Tabulation "" as long as there is
// none.
type SurveyRow struct {
	ID          string        `json:"id"`
	Wave        string        `json:"wave"`
	Audience    string        `json:"audience"`
	Synthetic   bool          `json:"synthetic,omitempty"`
	State       account.State `json:"state"`
	PlanName    string        `json:"plan_name"`
	Plan        string        `json:"plan"`
	Tabulation  string        `json:"tabulation,omitempty"`
	Reason      string        `json:"reason,omitempty"`
	PutBy       journal.Actor `json:"put_by"`
	PutAt       time.Time     `json:"put_at"`
	TabulatedBy journal.Actor `json:"tabulated_by,omitempty"`
	ApprovedBy  journal.Actor `json:"approved_by,omitempty"`
	ApprovedAt  time.Time     `json:"approved_at,omitzero"`
	Version     int           `json:"version"`
	ChangedBy   journal.Actor `json:"changed_by"`
	ChangedAt   time.Time     `json:"changed_at"`
}

// closedKind is the kind of the artifacts of microdata. They hold no key.
const closedKind = "closed"

// PutSurvey keeps a plan and its files, closed from then on to all but the
// tabulation: Artifact and OpenArtifact refuse them.
//
// Error: Conflict when one of the files is read elsewhere already, as a dataset
// or as a text.
func (d *DB) PutSurvey(ctx context.Context, in SurveyInput, now time.Time) (row SurveyRow, err error) {
	defer wrap(&err, "réception des réponses de « %s »", in.Wave)
	plan, err := d.keep(ctx, "plan", in.Plan)
	if err != nil {
		return row, err
	}
	all := []artifact{plan}
	for i := range in.Files {
		a, err := d.keepFile(ctx, closedKind, in.Files[i].Raw, "")
		if err != nil {
			return row, err
		}
		in.Files[i].File = a.id
		all = append(all, a)
	}
	id := newID(now)
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertArtifacts(ctx, tx, now, all...); err != nil {
			return err
		}
		if err := alone(ctx, tx, in.Files); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			INSERT INTO survey (id, wave, audience, synthetic, state, plan_name, plan, tabulation, reason, put_by, put_at,
			                    tabulated_by, approved_by, approved_at, version, changed_by, changed_at)
			VALUES ($1, $2, $3, $4, 'draft', $5, $6, NULL, '', $7, $8, '', '', NULL, 1, $7, $8)`,
			id, in.Wave, in.Audience, in.Synthetic, in.PlanName, plan.id, string(in.By), utc(now)); err != nil {
			return err
		}
		for rank, f := range in.Files {
			if _, err := tx.ExecContext(ctx, `INSERT INTO survey_file (survey, rank, name, file) VALUES ($1, $2, $3, $4)`, id, rank, f.Name, f.File); err != nil {
				return err
			}
		}
		return d.enter(ctx, tx, now, surveyAct(in.By, account.WriteSurvey, id, nil, map[string]any{
			"wave": in.Wave, "audience": in.Audience, "synthetic": in.Synthetic, "plan": plan.id, "answers": in.Files[0].File}))
	})
	if err != nil {
		return row, err
	}
	return d.Survey(ctx, id)
}

// alone refuses a file that others read: it could not be closed.
func alone(ctx context.Context, tx *sql.Tx, files []SurveyFile) error {
	for _, f := range files {
		var kind string
		if err := tx.QueryRowContext(ctx, `SELECT kind FROM artifact WHERE id = $1`, f.File).Scan(&kind); err != nil {
			return err
		}
		if kind != closedKind {
			return &fault.Error{Kind: fault.Conflict, What: "le fichier « " + f.Name + " » est déjà dans l’observatoire, où d’autres le lisent : il ne peut pas être fermé",
				Do: "écartez d’abord l’envoi ou le jeu de données qui le contient"}
		}
	}
	return nil
}

func surveyAct(by journal.Actor, a account.Action, id string, before, after map[string]any) journal.Act {
	act := journal.Act{Actor: by, Action: string(a), Object: "survey:" + id}
	if before != nil {
		act.Before = entered(before)
	}
	if after != nil {
		act.After = entered(after)
	}
	return act
}

const selectSurvey = `
	SELECT id, wave, audience, synthetic, state, plan_name, plan, tabulation, reason, put_by, put_at,
	       tabulated_by, approved_by, approved_at, version, changed_by, changed_at
	FROM   survey`

func scanSurvey(rows *sql.Rows, r *SurveyRow) error {
	var tabulation sql.NullString
	var approved sql.NullTime
	err := rows.Scan(&r.ID, &r.Wave, &r.Audience, &r.Synthetic, &r.State, &r.PlanName, &r.Plan, &tabulation, &r.Reason, &r.PutBy, &r.PutAt,
		&r.TabulatedBy, &r.ApprovedBy, &approved, &r.Version, &r.ChangedBy, &r.ChangedAt)
	r.Tabulation, r.ApprovedAt = tabulation.String, approved.Time.UTC()
	if !approved.Valid {
		r.ApprovedAt = time.Time{}
	}
	r.PutAt, r.ChangedAt = r.PutAt.UTC(), r.ChangedAt.UTC()
	return err
}

// Survey returns one survey.
//
// Error: NotFound.
func (d *DB) Survey(ctx context.Context, id string) (row SurveyRow, err error) {
	defer wrap(&err, "lecture d’une enquête")
	rows, err := d.read.QueryContext(ctx, selectSurvey+` WHERE id = $1 ORDER BY id`, id)
	all, err := collect(rows, err, scanSurvey)
	return only(all, err, "enquête", id)
}

// Surveys returns the surveys of a state, "" for all, by wave and audience, the
// newest first.
func (d *DB) Surveys(ctx context.Context, state account.State) (all []SurveyRow, err error) {
	defer wrap(&err, "lecture des enquêtes")
	rows, err := d.read.QueryContext(ctx, selectSurvey+`
		WHERE    $1 = '' OR state = $1
		ORDER BY wave, audience, put_at DESC, id DESC`, string(state))
	return collect(rows, err, scanSurvey)
}

// SurveyFiles returns the files of a survey, the answers first.
func (d *DB) SurveyFiles(ctx context.Context, id string) (all []SurveyFile, err error) {
	defer wrap(&err, "lecture des fichiers d’une enquête")
	rows, err := d.read.QueryContext(ctx, `SELECT name, file FROM survey_file WHERE survey = $1 ORDER BY rank`, id)
	return collect(rows, err, func(rows *sql.Rows, f *SurveyFile) error { return rows.Scan(&f.Name, &f.File) })
}

// OpenClosed returns a file of a survey to read piece by piece; Close it. It is
// the only way to microdata, for the tabulation and for an export that is
// entered in the journal.
//
// Error: NotFound for a file that is not of this survey.
func (d *DB) OpenClosed(ctx context.Context, survey, name string) (f *OpenedFile, err error) {
	defer wrap(&err, "lecture d’un fichier fermé")
	rows, err := d.read.QueryContext(ctx, `SELECT file FROM survey_file WHERE survey = $1 AND name = $2 ORDER BY rank`, survey, name)
	all, err := collect(rows, err, func(rows *sql.Rows, id *string) error { return rows.Scan(id) })
	id, err := only(all, err, "fichier fermé", name)
	if err != nil {
		return nil, err
	}
	return d.open(ctx, id)
}

// isOpen refuses an artifact of microdata.
func (d *DB) isOpen(ctx context.Context, id string) error {
	var closed int
	if err := d.read.QueryRowContext(ctx, `SELECT count(*) FROM survey_file WHERE file = $1`, id).Scan(&closed); err != nil {
		return err
	}
	if closed > 0 {
		return &fault.Error{Kind: fault.Denied, What: "ce fichier est de microdonnées : il est fermé", Do: "lisez ce qui en est publié : la page de l’enquête"}
	}
	return nil
}

// SurveyTurn is somebody's step of a survey, made from a version of its row.
type SurveyTurn struct {
	ID      string
	Version int
	By      journal.Actor
	At      time.Time
}

// turnSurvey takes a survey from some states to another, and enters it.
func (d *DB) turnSurvey(ctx context.Context, t SurveyTurn, a account.Action, from []account.State, do func(tx *sql.Tx, r *SurveyRow) error) (row SurveyRow, err error) {
	err = d.inTx(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectSurvey+` WHERE id = $1 ORDER BY id`, t.ID)
		all, err := collect(rows, err, scanSurvey)
		r, err := only(all, err, "enquête", t.ID)
		if err != nil {
			return err
		}
		if r.Version != t.Version {
			return &Changed{By: r.ChangedBy, At: r.ChangedAt}
		}
		if !slices.Contains(from, r.State) {
			return &fault.Error{Kind: fault.Conflict, What: "cette enquête n’en est pas à ce point", Do: "rechargez sa page, ou lisez vigie study show"}
		}
		before := map[string]any{"state": r.State, "tabulation": r.Tabulation}
		if err := do(tx, &r); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE survey
			SET    state = $2, tabulation = $3, reason = $4, tabulated_by = $5, approved_by = $6, approved_at = $7,
			       version = version + 1, changed_by = $8, changed_at = $9
			WHERE  id = $1`, r.ID, string(r.State), null(r.Tabulation), r.Reason, string(r.TabulatedBy), string(r.ApprovedBy), nullTime(r.ApprovedAt), string(t.By), utc(t.At)); err != nil {
			return err
		}
		return d.enter(ctx, tx, t.At, surveyAct(t.By, a, r.ID, before, map[string]any{"state": r.State, "tabulation": r.Tabulation, "reason": r.Reason}))
	})
	if err != nil {
		return row, err
	}
	return d.Survey(ctx, t.ID)
}

// TabulateSurvey keeps what may be published of a survey, made by t.By.
//
// Error: *Changed; Conflict for a survey approved or withdrawn; NotFound.
func (d *DB) TabulateSurvey(ctx context.Context, t SurveyTurn, tabulation []byte) (row SurveyRow, err error) {
	defer wrap(&err, "tabulation d’une enquête")
	kept, err := d.keep(ctx, "tabulation", tabulation)
	if err != nil {
		return row, err
	}
	return d.turnSurvey(ctx, t, account.TabulateSurvey, []account.State{account.Draft, account.Checked}, func(tx *sql.Tx, r *SurveyRow) error {
		r.State, r.Tabulation, r.TabulatedBy = account.Checked, kept.id, t.By
		return insertArtifacts(ctx, tx, t.At, kept)
	})
}

// ApproveSurvey lets the next edition take a survey, in place of the one of the
// same wave and audience, which is withdrawn.
//
// Error: *Changed; Denied to whoever brought or tabulated it; Conflict for a
// survey that is not tabulated; NotFound.
func (d *DB) ApproveSurvey(ctx context.Context, t SurveyTurn) (row SurveyRow, err error) {
	defer wrap(&err, "approbation d’une enquête")
	return d.turnSurvey(ctx, t, account.ApproveSurvey, []account.State{account.Checked}, func(tx *sql.Tx, r *SurveyRow) error {
		if samePerson(t.By, r.PutBy) || samePerson(t.By, r.TabulatedBy) {
			return &fault.Error{Kind: fault.Denied, What: "une enquête s’approuve par une autre personne que celle qui l’a apportée ou tabulée",
				Do: "demandez à un responsable de publication de la lire et de l’approuver"}
		}
		if _, err := tx.ExecContext(ctx, `
			UPDATE survey
			SET    state = 'withdrawn', reason = $3, version = version + 1, changed_by = $4, changed_at = $5
			WHERE  state = 'approved' AND wave = $1 AND audience = $2`, r.Wave, r.Audience, "remplacée par "+r.ID, string(t.By), utc(t.At)); err != nil {
			return err
		}
		r.State, r.ApprovedBy, r.ApprovedAt = account.Approved, t.By, t.At
		return nil
	})
}

// samePerson tells whether two actors are one person.
func samePerson(a, b journal.Actor) bool {
	return a == b || a.Person() != "" && a.Person() == b.Person()
}

// WithdrawSurvey keeps a survey out of the next edition; editions that have it
// keep it. reason says why.
//
// Error: *Changed; Invalid without a reason; NotFound.
func (d *DB) WithdrawSurvey(ctx context.Context, t SurveyTurn, reason string) (row SurveyRow, err error) {
	defer wrap(&err, "retrait d’une enquête")
	if reason == "" {
		return row, fault.Invalidf("dites pourquoi", "retrait sans raison")
	}
	return d.turnSurvey(ctx, t, account.WithdrawSurvey, []account.State{account.Draft, account.Checked, account.Approved}, func(_ *sql.Tx, r *SurveyRow) error {
		r.State, r.Reason = account.Withdrawn, reason
		return nil
	})
}

// NoteSurveyExport enters in the journal that the answers of a survey leave,
// before they do: why, and what their disclosure report says.
func (d *DB) NoteSurveyExport(ctx context.Context, by journal.Actor, id string, said map[string]any, now time.Time) (err error) {
	defer wrap(&err, "export des réponses d’une enquête")
	if _, err := d.Survey(ctx, id); err != nil {
		return err
	}
	if said == nil {
		return errors.New("export without a report")
	}
	return d.inTx(ctx, func(tx *sql.Tx) error {
		return d.enter(ctx, tx, now, surveyAct(by, account.ExportSurvey, id, nil, said))
	})
}

// madeUpFile marks the folder of an observatory whose figures are all for trial.
const madeUpFile = "inventé"

// MarkMadeUp says, once and for all, that the observatory is one for trial: its
// editions may have surveys that are made up.
func (d *DB) MarkMadeUp() (err error) {
	defer wrap(&err, "marque d’un observatoire d’essai")
	return os.WriteFile(filepath.Join(d.dir, madeUpFile), []byte("Observatoire d’essai : rien ici ne décrit le monde.\n"), 0o600)
}

// MadeUp tells whether the observatory was made for trial.
func (d *DB) MadeUp() (bool, error) {
	_, err := os.Stat(filepath.Join(d.dir, madeUpFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}
