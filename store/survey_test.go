package store_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"vigie/account"
	"vigie/fault"
	"vigie/journal"
	"vigie/store"
	"vigie/store/storetest"
)

var (
	surveyor    = journal.PersonActor("analyste")
	surveyChief = journal.PersonActor("responsable")
)

// syntheticSurvey is a survey of two answers, all made up.
func syntheticSurvey(answers string) store.SurveyInput {
	return store.SurveyInput{Wave: "V-2026", Audience: "citizens", Synthetic: true, PlanName: "plan.toml", Plan: []byte("format = 1 # " + answers),
		Files: []store.SurveyFile{{Name: "reponses.csv", Raw: bytes.NewReader([]byte(answers))}, {Name: "marges.csv", Raw: bytes.NewReader([]byte("variable,level,total\n"))}}, By: surveyor}
}

func surveyTurn(row store.SurveyRow, by journal.Actor) store.SurveyTurn {
	return store.SurveyTurn{ID: row.ID, Version: row.Version, By: by, At: at}
}

func TestSurveyLife(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		row, err := db.PutSurvey(ctx, syntheticSurvey("id,q\n1,2\n"), at)
		if err != nil || row.State != account.Draft || row.Version != 1 || row.PutBy != surveyor {
			t.Fatalf("%+v, %v", row, err)
		}
		if _, err := db.ApproveSurvey(ctx, surveyTurn(row, surveyChief)); fault.KindOf(err) != fault.Conflict {
			t.Errorf("approved before it was tabulated: %v", err)
		}
		first := row
		if row, err = db.TabulateSurvey(ctx, surveyTurn(row, surveyor), []byte("{}")); err != nil || row.State != account.Checked || row.Tabulation == "" {
			t.Fatalf("%+v, %v", row, err)
		}
		var changed *store.Changed
		if _, err := db.TabulateSurvey(ctx, surveyTurn(first, surveyor), []byte("{}")); !errors.As(err, &changed) {
			t.Errorf("an old version: %v", err)
		}
		for _, by := range []journal.Actor{surveyor, journal.TokenActor("analyste", "jeton")} {
			if _, err := db.ApproveSurvey(ctx, surveyTurn(row, by)); fault.KindOf(err) != fault.Denied {
				t.Errorf("%s approves their own: %v", by, err)
			}
		}
		if row, err = db.ApproveSurvey(ctx, surveyTurn(row, surveyChief)); err != nil || row.State != account.Approved || row.ApprovedBy != surveyChief {
			t.Fatalf("%+v, %v", row, err)
		}
		second, err := db.PutSurvey(ctx, syntheticSurvey("id,q\n1,3\n"), at)
		if err == nil {
			second, err = db.TabulateSurvey(ctx, surveyTurn(second, surveyor), []byte("{ }"))
		}
		if err == nil {
			second, err = db.ApproveSurvey(ctx, surveyTurn(second, surveyChief))
		}
		if err != nil {
			t.Fatal(err)
		}
		approved, err := db.Surveys(ctx, account.Approved)
		if err != nil || len(approved) != 1 || approved[0].ID != second.ID {
			t.Errorf("approved: %+v, %v", approved, err)
		}
		if _, err := db.WithdrawSurvey(ctx, surveyTurn(second, surveyChief), ""); fault.KindOf(err) != fault.Invalid {
			t.Errorf("withdrawn without a reason: %v", err)
		}
		if second, err = db.WithdrawSurvey(ctx, surveyTurn(second, surveyChief), "erreur de pondération"); err != nil || second.State != account.Withdrawn {
			t.Errorf("%+v, %v", second, err)
		}
		entries, err := db.Journal(ctx, store.JournalFilter{Object: "survey:" + second.ID})
		if err != nil || len(entries) != 4 {
			t.Errorf("%d entries, %v", len(entries), err)
		}
	})
}

// Microdata are closed: whoever has their key reads them by no common way, and
// what others read already cannot be closed.
func TestMicrodataAreClosed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		const answers = "id,q\n1,2\n"
		row, err := db.PutSurvey(ctx, syntheticSurvey(answers), at)
		if err != nil {
			t.Fatal(err)
		}
		files, err := db.SurveyFiles(ctx, row.ID)
		if err != nil || len(files) != 2 || files[0].Name != "reponses.csv" {
			t.Fatalf("%+v, %v", files, err)
		}
		for _, f := range files {
			if b, err := db.Artifact(ctx, f.File); fault.KindOf(err) != fault.Denied || b != nil {
				t.Errorf("Artifact of %s: %d bytes, %v", f.Name, len(b), err)
			}
			if o, err := db.OpenArtifact(ctx, f.File); fault.KindOf(err) != fault.Denied || o != nil {
				t.Errorf("OpenArtifact of %s: %v", f.Name, err)
			}
		}
		o, err := db.OpenClosed(ctx, row.ID, "reponses.csv")
		if err != nil {
			t.Fatal(err)
		}
		defer o.Close()
		if b, err := io.ReadAll(o); err != nil || string(b) != answers {
			t.Errorf("%q, %v", b, err)
		}
		if _, err := db.OpenClosed(ctx, row.ID, "autre.csv"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a file of another: %v", err)
		}
		if _, err := db.PutArtifact(ctx, "file", []byte(answers), at); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Artifact(ctx, files[0].File); fault.KindOf(err) != fault.Denied {
			t.Errorf("the same bytes brought again open them: %v", err)
		}
		open, err := db.PutArtifact(ctx, "file", []byte("id,q\n7,8\n"), at)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.PutSurvey(ctx, syntheticSurvey("id,q\n7,8\n"), at); fault.KindOf(err) != fault.Conflict {
			t.Errorf("what is open is closed: %v", err)
		}
		if _, err := db.Artifact(ctx, open); err != nil {
			t.Error(err)
		}
	})
}
