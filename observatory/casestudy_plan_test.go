package observatory_test

import (
	"encoding/json"
	"strings"
	"testing"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/job"
	"vigie/observatory"
	"vigie/store"
)

// TestCasePlanRun: a file is looked at in a run, whose rows are read beside it;
// what is confirmed is what was read, or nothing.
func TestCasePlanRun(t *testing.T) {
	author, _ := caseWalk(t)
	ctx := t.Context()
	if err := author.StarterCases(ctx); err != nil {
		t.Fatal(err)
	}
	base, _, err := author.LiveCases(ctx)
	if err != nil {
		t.Fatal(err)
	}
	known := base.Entries()[0]
	shop := &observatory.Shop{DB: author.DB}
	look := func(text string) (string, *observatory.CasePlan, []observatory.PlannedCase) {
		t.Helper()
		id, err := author.AskCasePlan(ctx, observatory.CaseFile{Network: " RÉSEAU ", Name: `C:\fiches.csv`, Content: strings.NewReader(header + text)})
		if err != nil {
			t.Fatal(err)
		}
		row, err := shop.Finish(ctx, author, id)
		if err != nil {
			t.Fatal(err)
		}
		p := planOf(t, row)
		rows, err := author.PlannedRows(ctx, &p)
		if err != nil || p.File != "fiches.csv" || p.Network != "RÉSEAU" || len(p.Rows) > 0 {
			t.Fatalf("%+v, %v", p, err)
		}
		return id, &p, rows
	}
	plain := strings.NewReplacer("\n", " ", ";", ",", `"`, " ")
	twin := "b1;" + plain.Replace(known.Record.Title) + ";" + plain.Replace(known.Record.Summary) + ";;EMP;2015\n"
	plan, p, rows := look("a1;Une épicerie;Bonjour;COM-01053;EMP;2015\n" + twin)
	if p.Added != 2 || p.Alike != 1 || len(rows) != 2 || len(rows[0].Alike) > 0 || rows[1].Alike[0].Slug != known.Slug {
		t.Fatalf("plan: %+v, %+v", p, rows)
	}
	rival, _, _ := look("a1;Un garage;Bonjour;COM-01053;EMP;2015\n")
	first, err := author.AskCaseImport(ctx, plan)
	second, err2 := author.AskCaseImport(ctx, plan)
	if err != nil || err2 != nil || first != second {
		t.Fatalf("asked twice: %s, %v, %s, %v", first, err, second, err2)
	}
	if row, err := shop.Finish(ctx, author, first); err != nil || row.State != job.Done {
		t.Fatal(row, err)
	}
	late, err := author.AskCaseImport(ctx, rival)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := shop.Finish(ctx, author, late); fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), "la base a changé") {
		t.Fatalf("what was read is no longer what would be kept: %v", err)
	}
	again, err := author.AskCasePlanAgain(ctx, rival)
	if err != nil {
		t.Fatal(err)
	}
	if row, err := shop.Finish(ctx, author, again); err != nil || planOf(t, row).Changed != 1 {
		t.Fatal(row, err)
	}
	_, p, rows = look("a1;Une grande épicerie;Bonjour;COM-01053;EMP;2015\n")
	if p.Changed != 1 || len(rows[0].Changes) != 1 || rows[0].Changes[0].Field != "title" || rows[0].Changes[0].Before != "Une épicerie" || rows[0].Changes[0].After != "Une grande épicerie" {
		t.Errorf("changed: %+v", rows)
	}
	for name, text := range map[string]string{"refused": "a9;;;;;\n", "nothing": "a1;Une épicerie;Bonjour;COM-01053;EMP;2015\n"} {
		id, _, _ := look(text)
		if _, err := author.AskCaseImport(ctx, id); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := author.AskCaseImport(ctx, first); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a run that is no plan: %v", err)
	}
	all, err := author.DB.Cases(ctx, store.CaseFilter{States: []casestudy.State{casestudy.Submitted}})
	if err != nil || len(all) != 2 {
		t.Errorf("kept: %+v, %v", all, err)
	}
}

// planOf is what a run that looks at a file has left.
func planOf(t *testing.T, row store.RunRow) (p observatory.CasePlan) {
	t.Helper()
	if err := json.Unmarshal(row.Result, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCasePlanScope: who brings for a territory or a network brings nothing
// else, and takes no case out of another's hands.
func TestCasePlanScope(t *testing.T) {
	author, _ := caseWalk(t)
	ctx := t.Context()
	at := func(scope, network, text string) (*observatory.CasePlan, error) {
		return author.PlanCases(ctx, observatory.CaseFile{Name: "fiches.csv", Scope: scope, Network: network, Content: strings.NewReader(header + text)})
	}
	p, err := at("DEP-01", "RÉSEAU", "a1;Une épicerie;;COM-01053;EMP;2015\na2;Un garage;;COM-25056;EMP;2015\na3;Nulle part;;;EMP;2015\n")
	if err != nil || p.Added != 1 || p.Refused != 2 || p.Rows[1].Faults[len(p.Rows[1].Faults)-1].Field != "territories" {
		t.Fatalf("%+v, %v", p, err)
	}
	if p, err = at("", "RÉSEAU", "a2;Un garage;;COM-25056;EMP;2015\n"); err == nil {
		err = author.ApplyCases(ctx, p, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	if p, err = at("DEP-01", "RÉSEAU", "a2;Un garage;;COM-01053;EMP;2015\n"); err != nil || p.Refused != 1 {
		t.Errorf("a case of elsewhere is moved here: %+v, %v", p, err)
	}
	if p, err = at("reseau:RÉSEAU", "", "a2;Un garage;;COM-01053;EMP;2015\n"); err != nil || p.Network != "RÉSEAU" || p.Changed != 1 {
		t.Errorf("its network changes it: %+v, %v", p, err)
	}
	for _, network := range []string{"AUTRE", "<b>", strings.Repeat("x", 61), "a\u202eb"} {
		if _, err := at("reseau:RÉSEAU", network, "a2;Un garage;;;;\n"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", network, err)
		}
	}
}

// TestCasePlanCut: rows that say more than a plan holds are cut, and say so.
func TestCasePlanCut(t *testing.T) {
	author, _ := caseWalk(t)
	places := `"` + strings.Repeat("Nulle-part-du-tout;", 40) + `"`
	text := header + strings.Repeat("a1;Un titre;;"+places+";;\n", 1500) // nowhere, and the same identifier again and again
	p, err := author.PlanCases(t.Context(), observatory.CaseFile{Name: "fiches.csv", Content: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	cut := 0
	for _, r := range p.Rows {
		if r.Cut {
			cut++
		}
		if len(r.Faults) == 0 {
			t.Fatalf("line %d says nothing", r.Line)
		}
	}
	if len(p.Rows) != 1500 || p.Refused != 1500 || cut == 0 {
		t.Errorf("%d rows, %d refused, %d cut", len(p.Rows), p.Refused, cut)
	}
}
