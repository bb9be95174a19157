package observatory

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"vigie/account"
	"vigie/data"
	"vigie/edition"
	"vigie/estimate"
	"vigie/fault"
	"vigie/lang"
	"vigie/source/microdata"
	"vigie/stat/disclosure"
	"vigie/stat/survey"
	"vigie/store"
	"vigie/study"
	"vigie/territory"
)

// SurveyFiles opens the files that a plan names.
type SurveyFiles func(name string) (store.RawFile, error)

// settled reads a plan and settles it against the lists of the observatory.
func (w *Walk) settled(ctx context.Context, name string, text []byte) (*study.Plan, *references, error) {
	p, err := study.ParsePlan(name, text)
	if err != nil {
		return nil, nil, err
	}
	refs, err := w.references(ctx)
	if err != nil {
		return nil, nil, err
	}
	lists, err := w.lists(ctx)
	if err != nil {
		return nil, nil, err
	}
	v, err := refs.vintage(refs.year())
	if err != nil {
		return nil, nil, err
	}
	if err := p.Settle(lists, v); err != nil {
		return nil, nil, err
	}
	rules, err := data.Read("disclosure/rule.csv")
	if err != nil {
		return nil, nil, err
	}
	regimes, err := disclosure.ParseRules(bytes.NewReader(rules))
	if err != nil {
		return nil, nil, err
	}
	return p, refs, p.Obey(regimes, w.Now)
}

// PutSurvey keeps the plan of a survey and the files that it names, closed. It
// reads the plan only: CheckSurvey meets it with the answers.
//
// Error: what is wrong with the plan; Conflict for files that others read.
func (w *Walk) PutSurvey(ctx context.Context, name string, text []byte, files SurveyFiles) (row store.SurveyRow, err error) {
	p, _, err := w.settled(ctx, name, text)
	if err != nil {
		return row, err
	}
	in := store.SurveyInput{Wave: p.Wave, Audience: p.Audience, Synthetic: p.Synthetic, PlanName: path.Base(name), Plan: text, By: w.By}
	for _, named := range p.Files() {
		if slices.ContainsFunc(in.Files, func(f store.SurveyFile) bool { return f.Name == named }) {
			continue
		}
		raw, err := files(named)
		if err != nil {
			return row, err
		}
		in.Files = append(in.Files, store.SurveyFile{Name: named, Raw: raw})
	}
	return w.DB.PutSurvey(ctx, in, w.Now)
}

// surveyAtWork is a survey with its plan met with its answers.
type surveyAtWork struct {
	row     store.SurveyRow
	plan    *study.Plan
	reading *study.Reading
	answers string // key of the file of answers
}

// survey meets the plan of a survey with its answers, and with the wave before.
func (w *Walk) survey(ctx context.Context, id string) (s surveyAtWork, err error) {
	if s.row, err = w.DB.Survey(ctx, id); err != nil {
		return s, err
	}
	text, err := w.DB.Artifact(ctx, s.row.Plan)
	if err != nil {
		return s, err
	}
	var refs *references
	if s.plan, refs, err = w.settled(ctx, s.row.PlanName, text); err != nil {
		return s, err
	}
	if err := w.afterWave(ctx, s.plan); err != nil {
		return s, err
	}
	files, err := w.DB.SurveyFiles(ctx, id)
	if err != nil {
		return s, err
	}
	s.answers = files[0].File
	s.reading, err = s.plan.Read(ctx, w.closedFiles(ctx, id), func(year int) (*territory.Vintage, bool) {
		v, err := refs.vintage(year)
		return v, err == nil
	})
	return s, err
}

// afterWave compares a plan with the survey that it says to follow.
//
// Error: NotFound when no approved survey is of that wave and audience.
func (w *Walk) afterWave(ctx context.Context, p *study.Plan) error {
	if p.After == "" {
		return nil
	}
	all, err := w.DB.Surveys(ctx, account.Approved)
	if err != nil {
		return err
	}
	for _, row := range all {
		if row.Wave != p.After || row.Audience != p.Audience {
			continue
		}
		t, err := w.Tabulation(ctx, row)
		if err != nil {
			return err
		}
		return p.Against(t)
	}
	return fault.NotFoundf("approuvez d’abord la vague précédente, ou retirez after du plan", "aucune enquête approuvée n’est de la vague « %s » auprès de « %s »", p.After, p.Audience)
}

// closedFiles reads the files of a survey as answers.
func (w *Walk) closedFiles(ctx context.Context, id string) estimate.Load {
	read := func(name string) ([]byte, error) {
		f, err := w.DB.OpenClosed(ctx, id, name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(f)
	}
	return func(f estimate.File) (*survey.Frame, error) {
		o := microdata.Options{Encoding: f.Encoding, Delimiter: f.Delimiter, Sheet: f.Sheet, Text: f.Text, Codes: f.Codes}
		if f.Codebook != "" {
			text, err := read(f.Codebook)
			if err == nil {
				o.Codebook, err = microdata.ParseCodebook(f.Codebook, text)
			}
			if err != nil {
				return nil, err
			}
		}
		text, err := read(f.Path)
		if err != nil {
			return nil, err
		}
		return o.Parse(f.Path, text)
	}
}

// SurveyCheck is a survey as it would be tabulated.
type SurveyCheck struct {
	Survey    store.SurveyRow `json:"survey"`
	Records   int             `json:"records"`
	Items     []string        `json:"items"`
	Weighting study.Weighting `json:"weighting"`
}

// CheckSurvey meets the plan of a survey with its answers: every variable, every
// code, the weights and their margins. Nothing is kept.
//
// Error: a fault.List, or the fault of the design or of the calibration.
func (w *Walk) CheckSurvey(ctx context.Context, id string) (SurveyCheck, error) {
	s, err := w.survey(ctx, id)
	if err != nil {
		return SurveyCheck{}, err
	}
	out := SurveyCheck{Survey: s.row, Records: s.reading.Respondents(), Weighting: s.reading.Weighting()}
	for _, it := range s.plan.Items {
		out.Items = append(out.Items, it.Code)
	}
	return out, nil
}

// TabulateSurvey makes what may be published of a survey, and keeps it to be
// approved. version is that of the row which the request was made from, 0 for
// any.
func (w *Walk) TabulateSurvey(ctx context.Context, id string, version int) (store.SurveyRow, error) {
	w.step("lecture des réponses")
	s, err := w.survey(ctx, id)
	if err != nil {
		return s.row, err
	}
	if version == 0 {
		version = s.row.Version
	}
	w.step("tabulation et secret")
	t, err := s.reading.Tabulate(ctx, s.answers, w.Version)
	if err != nil {
		return s.row, err
	}
	text, err := t.Encode()
	if err != nil {
		return s.row, err
	}
	return w.DB.TabulateSurvey(ctx, store.SurveyTurn{ID: id, Version: version, By: w.By, At: w.Now}, text)
}

// Tabulation is what may be published of a survey.
//
// Error: Conflict when it was not tabulated.
func (w *Walk) Tabulation(ctx context.Context, row store.SurveyRow) (*study.Tabulation, error) {
	if row.Tabulation == "" {
		return nil, &fault.Error{Kind: fault.Conflict, What: "cette enquête n’est pas tabulée", Do: "tabulez-la : vigie study tabulate " + row.ID}
	}
	text, err := w.DB.Artifact(ctx, row.Tabulation)
	if err != nil {
		return nil, err
	}
	return study.DecodeTabulation(text)
}

// ApproveSurvey lets the next edition take a survey. Who brought or tabulated it
// does not.
func (w *Walk) ApproveSurvey(ctx context.Context, id string, version int) (store.SurveyRow, error) {
	return w.DB.ApproveSurvey(ctx, store.SurveyTurn{ID: id, Version: version, By: w.By, At: w.Now})
}

// WithdrawSurvey keeps a survey out of the next edition.
func (w *Walk) WithdrawSurvey(ctx context.Context, id string, version int, reason string) (store.SurveyRow, error) {
	return w.DB.WithdrawSurvey(ctx, store.SurveyTurn{ID: id, Version: version, By: w.By, At: w.Now}, reason)
}

// SurveyArgs are those of a run about a survey.
type SurveyArgs struct {
	Survey  string `json:"survey"`
	Version int    `json:"version"`
}

// runSurvey tabulates a survey. Done again after a halt, it finds its work done.
func runSurvey(ctx context.Context, _ *Shop, w *Walk, args SurveyArgs) (any, error) {
	row, err := w.DB.Survey(ctx, args.Survey)
	if err != nil {
		return nil, err
	}
	if row.Version != args.Version {
		return row, nil
	}
	return w.TabulateSurvey(ctx, args.Survey, args.Version)
}

// surveyParts are the approved surveys as the parts of an edition.
//
// Error: Conflict for a made-up survey where the observatory is not one that is
// made up throughout.
func (w *Walk) surveyParts(ctx context.Context) ([]edition.Part, error) {
	rows, err := w.DB.Surveys(ctx, account.Approved)
	if err != nil {
		return nil, err
	}
	made, err := w.DB.MadeUp()
	if err != nil {
		return nil, err
	}
	var out []edition.Part
	for _, row := range rows {
		if row.Synthetic && !made {
			return nil, &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("l’enquête « %s » auprès de « %s » est inventée : une édition ne la publie pas", row.Wave, row.Audience),
				Do: "retirez-la : vigie study withdraw " + row.ID}
		}
		t, err := w.Tabulation(ctx, row)
		if err != nil {
			return nil, err
		}
		out = append(out, edition.Part{Role: edition.RoleSurvey, Name: row.Wave + "/" + row.Audience, Artifact: row.Tabulation, Rows: t.Records})
	}
	return out, nil
}

// surveys reads the surveys of an edition, in the order of its parts: an older
// one has none.
func (l *loading) surveys() error {
	for _, p := range l.c.Manifest.Parts {
		if p.Role != edition.RoleSurvey {
			continue
		}
		text, err := l.db.Artifact(l.ctx, p.Artifact)
		if err != nil {
			return err
		}
		t, err := study.DecodeTabulation(text)
		if err != nil {
			return err
		}
		l.c.Surveys = append(l.c.Surveys, t)
	}
	return nil
}

// SurveyRun tabulates a survey.
const SurveyRun = "survey"

// surveyName names a survey by its wave and its audience.
func (w *Walk) surveyName(ctx context.Context, p edition.Part) (Title, error) {
	lists, err := w.lists(ctx)
	if err != nil {
		return Title{}, err
	}
	wave, audience, _ := strings.Cut(p.Name, "/")
	in := func(l lang.Lang) string {
		label := audience
		if t, ok := lists.Term("audience", audience); ok {
			label = t.Label(l)
		}
		return lang.T(l, "edition.part_name.survey", "wave", wave, "audience", label)
	}
	return Title{in(lang.FR), in(lang.EN)}, nil
}
