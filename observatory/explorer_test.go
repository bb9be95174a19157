package observatory_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"vigie/edition"
	"vigie/fault"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/study"
)

// TestExplorers crosses a survey by two variables through the observatory: the
// same answer from another process, nothing of a survey that was withdrawn.
func TestExplorers(t *testing.T) {
	w := observatorytest.Copy(t)
	ctx := t.Context()
	plan := strings.Replace(smallPlan, "[[item]]", `[[breakdown]]
code = "age"
x = "age"
label = { fr = "Âge", en = "Age" }
levels = [
  { code = "young", answers = ["1"], label = { fr = "Moins de 40 ans", en = "Under 40" } },
  { code = "old", answers = ["2"], label = { fr = "40 ans et plus", en = "40 and over" } },
]
[[item]]`, 1)
	var answers bytes.Buffer
	answers.WriteString("id,poids,sexe,age,q1\n")
	for i := range 200 {
		fmt.Fprintf(&answers, "%d,%g,%s,%d,%d\n", i+1, 1+float64(i%3)/2, []string{"F", "H"}[i%2], 1+i/2%2, 1+i%5/2%2)
	}
	row, err := w.PutSurvey(ctx, "plan.toml", []byte(plan), func(string) (store.RawFile, error) { return bytes.NewReader(answers.Bytes()), nil })
	if err != nil {
		t.Fatal(err)
	}
	if row, err = w.TabulateSurvey(ctx, row.ID, row.Version); err != nil {
		t.Fatal(err)
	}
	tab, err := w.Tabulation(ctx, row)
	if err != nil {
		t.Fatal(err)
	}
	w.By = journal.LocalActor("une-autre")
	if row, err = w.ApproveSurvey(ctx, row.ID, row.Version); err != nil {
		t.Fatal(err)
	}
	c := &edition.Content{Surveys: []*study.Tabulation{tab}, Manifest: &edition.Manifest{Parts: []edition.Part{{Role: edition.RoleSurvey, Name: tab.Wave + "/" + tab.Audience, Artifact: row.Tabulation}}}}
	now := func() time.Time { return w.Now }
	ask := func(by ...string) (*study.Crossed, error) {
		return observatory.NewExplorers(w.DB, now).Ask(ctx, c, tab.Wave, tab.Audience, study.CrossQuery{Item: "cooperates", By: by})
	}
	one, err := ask("sex", "age")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ask("sex", "age"); err != nil || fmt.Sprint(again) != fmt.Sprint(one) || !one.Moved || one.Withheld > 0 {
		t.Errorf("%+v, then %+v, %v", one, again, err)
	}
	if row, err = w.WithdrawSurvey(ctx, row.ID, row.Version, "essai"); err != nil {
		t.Fatal(err)
	}
	if _, err := ask("sex", "age"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("withdrawn, crossed: %v", err)
	}
	if _, err := ask("sex"); err != nil {
		t.Errorf("published, not shown: %v", err)
	}
	if _, err := observatory.NewExplorers(w.DB, now).Ask(ctx, c, "AUTRE", tab.Audience, study.CrossQuery{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another wave: %v", err)
	}
}
