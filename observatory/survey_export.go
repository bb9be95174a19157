package observatory

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/stat/disclosure"
	"vigie/stat/survey"
)

// SurveyExport says what leaves: the answers of a survey, for whom and why, and
// what somebody may know of a respondent from elsewhere.
type SurveyExport struct {
	Survey    string
	Quasi     []string // variables known from elsewhere
	Sensitive []string // variables that must not be learnt
	K, L      int      // records alike, distinct sensitive values among them
	Weights   string   // "" without
	Reason    string
}

// ExposeSurvey returns the disclosure report of the answers of a survey. Nothing
// leaves.
//
// Error: NotFound for a variable that the file has not; Invalid without
// quasi-identifiers.
func (w *Walk) ExposeSurvey(ctx context.Context, in SurveyExport) (*disclosure.Exposure, error) {
	s, err := w.survey(ctx, in.Survey)
	if err != nil {
		return nil, err
	}
	frame := s.reading.Frame()
	scrutiny := disclosure.Scrutiny{K: max(in.K, 1), L: max(in.L, 1)}
	if scrutiny.Quasi, err = variablesOf(frame, in.Quasi); err != nil {
		return nil, err
	}
	if scrutiny.Sensitive, err = variablesOf(frame, in.Sensitive); err != nil {
		return nil, err
	}
	if in.Weights != "" {
		c := frame.Column(in.Weights)
		if c == nil || c.Number == nil {
			return nil, errNoVariable(in.Weights)
		}
		scrutiny.Weights = c.Number
	}
	return disclosure.Describe(scrutiny)
}

func errNoVariable(name string) error {
	return fault.NotFoundf("lisez les variables du fichier", "la variable « %s » n’est pas dans les réponses, ou n’est pas un nombre", name)
}

// variablesOf returns variables as the texts of their values, "" when missing.
func variablesOf(f *survey.Frame, names []string) ([]disclosure.Variable, error) {
	var out []disclosure.Variable
	for _, name := range names {
		c := f.Column(name)
		if c == nil {
			return nil, errNoVariable(name)
		}
		c = c.Categorical()
		v := disclosure.Variable{Name: name, Values: make([]string, len(c.Code))}
		for i, k := range c.Code {
			if k >= 0 {
				v.Values[i] = c.Levels[k]
			}
		}
		out = append(out, v)
	}
	return out, nil
}

// ExportSurvey writes the answers of a survey to whoever may have them, after
// entering in the journal who asked, why, and how exposed they are. No record
// may be alike fewer than K: less is refused.
//
// Error: Denied when records are too rare; Invalid without a reason.
func (w *Walk) ExportSurvey(ctx context.Context, in SurveyExport, to io.Writer) (*disclosure.Exposure, error) {
	if strings.TrimSpace(in.Reason) == "" {
		return nil, fault.Invalidf("dites pour qui et pourquoi : le journal le garde", "export sans raison")
	}
	if in.K < 2 {
		return nil, fault.Invalidf("demandez qu’au moins deux répondants se ressemblent : k = 5 par exemple", "k = %d ne protège personne", in.K)
	}
	e, err := w.ExposeSurvey(ctx, in)
	if err != nil {
		return nil, err
	}
	if e.BelowK > 0 {
		return e, &fault.Error{Kind: fault.Denied, What: fmt.Sprintf("%d répondants sont trop reconnaissables : moins de %d se ressemblent par %s", e.BelowK, in.K, strings.Join(in.Quasi, ", ")),
			Do: "regroupez des modalités ou retirez une variable du fichier, puis apportez-le de nouveau" + dropped(e)}
	}
	files, err := w.DB.SurveyFiles(ctx, in.Survey)
	if err != nil {
		return e, err
	}
	f, err := w.DB.OpenClosed(ctx, in.Survey, files[0].Name)
	if err != nil {
		return e, err
	}
	defer f.Close()
	said := map[string]any{"answers": files[0].File, "reason": in.Reason, "quasi": in.Quasi, "k": in.K, "min_k": e.MinK, "unique": e.Unique}
	if err := w.DB.NoteSurveyExport(ctx, w.By, in.Survey, said, w.Now); err != nil {
		return e, err
	}
	_, err = io.Copy(to, f)
	return e, err
}

// dropped says which variable left out would protect best.
func dropped(e *disclosure.Exposure) string {
	if len(e.Dropped) == 0 {
		return ""
	}
	best := slices.MinFunc(e.Dropped, func(a, b disclosure.WithoutColumn) int { return a.BelowK - b.BelowK })
	if best.BelowK >= e.BelowK {
		return ""
	}
	return fmt.Sprintf(" ; sans « %s », il en resterait %d", best.Name, best.BelowK)
}
