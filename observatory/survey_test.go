package observatory_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

const smallPlan = `format = 1
wave = "ESSAI-2026"
audience = "citizens"
year = 2026
mode = "en ligne"
synthetic = true
[design]
data = "reponses.csv"
weights = "poids"
[secrecy]
rule = "survey"
min_base = 11
min_cell = 3
[[breakdown]]
code = "sex"
x = "sexe"
label = { fr = "Sexe", en = "Sex" }
levels = [
  { code = "F", answers = ["F"], label = { fr = "Femmes", en = "Women" } },
  { code = "H", answers = ["H"], label = { fr = "Hommes", en = "Men" } },
]
[[item]]
code = "cooperates"
kind = "single"
x = ["q1"]
scale = "oui/non"
wording = { fr = "Coopérez-vous ?", en = "Do you cooperate?" }
options = [
  { code = "yes", answers = ["1"], label = { fr = "Oui", en = "Yes" } },
  { code = "no", answers = ["2"], label = { fr = "Non", en = "No" } },
]
`

// smallAnswers are forty made-up answers.
func smallAnswers() []byte {
	var b bytes.Buffer
	b.WriteString("id,poids,sexe,q1\n")
	for i := range 40 {
		fmt.Fprintf(&b, "%d,%g,%s,%d\n", i+1, 1+float64(i%3)/2, []string{"F", "H"}[i%2], 1+i%5/2%2)
	}
	return b.Bytes()
}

func bring(t *testing.T, w *observatory.Walk, plan string) (store.SurveyRow, error) {
	t.Helper()
	return w.PutSurvey(t.Context(), "plan.toml", []byte(plan), func(string) (store.RawFile, error) { return bytes.NewReader(smallAnswers()), nil })
}

// A survey goes from its file to an edition, by two persons; what is made up is
// in none but an edition for trial; older editions are read without.
func TestSurveyToEdition(t *testing.T) {
	whole(t)
	w := observatorytest.Copy(t)
	ctx := t.Context()
	row, err := bring(t, w, smallPlan)
	if err != nil {
		t.Fatal(err)
	}
	said, err := w.CheckSurvey(ctx, row.ID)
	if err != nil || said.Records != 40 || len(said.Items) != 1 {
		t.Fatalf("%+v, %v", said, err)
	}
	if row, err = w.TabulateSurvey(ctx, row.ID, row.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ApproveSurvey(ctx, row.ID, row.Version); fault.KindOf(err) != fault.Denied {
		t.Errorf("approved by who brought it: %v", err)
	}
	mine := w.By
	w.By = journal.LocalActor("une-autre")
	if row, err = w.ApproveSurvey(ctx, row.ID, row.Version); err != nil {
		t.Fatal(err)
	}
	w.By = mine
	publishing := observatory.Publishing{Date: observatorytest.Day, Embargo: w.Now}
	if _, err := w.Publish(ctx, publishing); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "inventée") {
		t.Fatalf("made up, published as real: %v", err)
	}
	if err := w.DB.MarkMadeUp(); err != nil {
		t.Fatal(err)
	}
	would, err := w.Compose(ctx)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, c := range would.Changes {
		found = found || strings.Contains(c.FR, "Nouveau") && strings.Contains(c.FR, "ESSAI-2026, Citoyens") && strings.Contains(c.EN, "survey ESSAI-2026, Citizens")
	}
	if !found {
		t.Errorf("composing says %+v", would.Changes)
	}
	published, err := w.Publish(ctx, publishing)
	if err != nil {
		t.Fatal(err)
	}
	lib := observatory.NewLibrary(w.DB)
	c, err := lib.Edition(ctx, published.Number, w.Now.Add(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Surveys) != 1 || c.Surveys[0].Wave != "ESSAI-2026" || !c.Surveys[0].Synthetic || c.Surveys[0].Records != 40 {
		t.Errorf("%+v", c.Surveys)
	}
	before, err := lib.Edition(ctx, "2026-1", w.Now)
	if err != nil || len(before.Surveys) != 0 {
		t.Errorf("an older edition: %d surveys, %v", len(before.Surveys), err)
	}
	for _, p := range c.Manifest.Parts {
		if p.Artifact == c.Surveys[0].Answers || p.File == c.Surveys[0].Answers {
			t.Errorf("the edition names the answers: %+v", p)
		}
	}
	if _, err := w.DB.Artifact(ctx, c.Surveys[0].Answers); fault.KindOf(err) != fault.Denied {
		t.Errorf("the answers are open: %v", err)
	}
}

// Answers leave with a reason, a report and a line of the journal, and when
// nobody is too easily told apart.
func TestSurveyExport(t *testing.T) {
	w := observatorytest.Copy(t)
	ctx := t.Context()
	row, err := bring(t, w, smallPlan)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	in := observatory.SurveyExport{Survey: row.ID, Quasi: []string{"sexe"}, K: 5, L: 2, Reason: "dépôt aux archives"}
	for name, change := range map[string]func(*observatory.SurveyExport){
		"no reason":  func(in *observatory.SurveyExport) { in.Reason = " " },
		"no k":       func(in *observatory.SurveyExport) { in.K = 1 },
		"alone":      func(in *observatory.SurveyExport) { in.Quasi = []string{"sexe", "id"} },
		"a variable": func(in *observatory.SurveyExport) { in.Quasi = []string{"age"} },
	} {
		wrong := in
		change(&wrong)
		if _, err := w.ExportSurvey(ctx, wrong, &out); err == nil || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, out.Len())
		}
	}
	report, err := w.ExportSurvey(ctx, in, &out)
	if err != nil || report.MinK != 20 || !bytes.Equal(out.Bytes(), smallAnswers()) {
		t.Errorf("%+v, %v", report, err)
	}
	entries, err := w.DB.Journal(ctx, store.JournalFilter{Object: "survey:" + row.ID})
	if err != nil || len(entries) != 2 || !strings.Contains(fmt.Sprint(entries), "survey.export") {
		t.Errorf("%+v, %v", entries, err)
	}
}

// A wave after another says what it asks otherwise.
func TestSurveyOfTheNextWave(t *testing.T) {
	w := observatorytest.Copy(t)
	ctx := t.Context()
	row, err := bring(t, w, smallPlan)
	if err == nil {
		row, err = w.TabulateSurvey(ctx, row.ID, row.Version)
	}
	mine := w.By
	w.By = journal.LocalActor("une-autre")
	if err == nil {
		_, err = w.ApproveSurvey(ctx, row.ID, row.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.By = mine
	next := strings.Replace(strings.Replace(smallPlan, "ESSAI-2026", "ESSAI-2027", 1), "synthetic = true", "synthetic = true\nafter = \"ESSAI-2026\"", 1)
	for name, c := range map[string]struct{ plan, what, do string }{
		"renamed":      {strings.Replace(next, `code = "cooperates"`, `code = "cooperation"`, 1), "« cooperation » semble être « cooperates » de ESSAI-2026 sous un autre nom", "gardez le code « cooperates »"},
		"reworded":     {strings.Replace(next, "Coopérez-vous ?", "Avec qui travaillez-vous ?", 1), "autre formulation", "differs"},
		"other scale":  {strings.Replace(next, "oui/non", "vrai/faux", 1), "échelle « oui/non », puis « vrai/faux »", "differs"},
		"unknown wave": {strings.Replace(next, `after = "ESSAI-2026"`, `after = "ESSAI-2020"`, 1), "aucune enquête approuvée n’est de la vague « ESSAI-2020 »", "after"},
	} {
		row, err := bring(t, w, c.plan)
		if err == nil {
			_, err = w.CheckSurvey(ctx, row.ID)
		}
		if err == nil || !strings.Contains(err.Error(), c.what) || !strings.Contains(fault.Do(err), c.do) {
			t.Errorf("%s: %v (%s)", name, err, fault.Do(err))
		}
	}
	told := strings.Replace(strings.Replace(next, "Coopérez-vous ?", "Avec qui travaillez-vous ?", 1), `scale = "oui/non"`, `scale = "oui/non"
differs = { fr = "La question portait sur la coopération.", en = "The question was about cooperation." }`, 1)
	for _, plan := range []string{next, told} {
		row, err := bring(t, w, plan)
		if err == nil {
			_, err = w.CheckSurvey(ctx, row.ID)
		}
		if err != nil {
			t.Error(err)
		}
	}
}
