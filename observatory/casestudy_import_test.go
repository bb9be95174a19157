package observatory_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"vigie/casestudy"
	"vigie/casestudy/casestudytest"
	"vigie/fault"
	"vigie/observatory"
	"vigie/store"
)

func plan(t *testing.T, w *observatory.Walk, name, text string) *observatory.CasePlan {
	t.Helper()
	p, err := w.PlanCases(t.Context(), observatory.CaseFile{Network: "RÉSEAU", Name: name, Content: strings.NewReader(text)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const header = "identifiant;titre;résumé;territoires;domaines;année de début\n"

// TestImportCases: a file is looked at, refused whole with the row and the field
// of each fault, then kept whole; brought again it changes what it changes, and
// what we have changed ourselves stays, with a note.
func TestImportCases(t *testing.T) {
	author, editor := caseWalk(t)
	ctx := t.Context()
	p := plan(t, author, "fiches.csv", header+
		"a1;Une épicerie;<b>Bonjour</b><script>x()</script>;Bourg-en-Bresse;EMP;2015\n"+
		"a2;Un garage;;Bourg-en-Brese;EMP;2015\n"+
		"a3;;;COM-01053;XYZ;1200\n"+
		"a1;Encore;;COM-01053;EMP;2015\n")
	if p.Added != 1 || p.Refused != 3 || len(p.Rows) != 4 {
		t.Fatalf("plan: %+v", p)
	}
	if r := p.Rows[1]; len(r.Proposals) == 0 || r.Proposals[0].Code != "COM-01053" || r.Line != 3 {
		t.Errorf("a place misspelt: %+v", r)
	}
	err := author.ApplyCases(ctx, p, false)
	if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "ligne 4, ") || !strings.Contains(err.Error(), "XYZ") {
		t.Errorf("applied: %v", err)
	}
	if all, err := author.DB.Cases(ctx, store.CaseFilter{}); err != nil || len(all) != 0 {
		t.Fatalf("half kept: %+v, %v", all, err)
	}

	good := header + "a1;Une épicerie;Bonjour;Bourg-en-Bresse;EMP;2015\na2;Un garage;;COM-01053;EMP;2016\n"
	p = plan(t, author, "fiches.csv", good)
	if err := author.ApplyCases(ctx, p, false); err != nil || !p.Applied || p.Added != 2 {
		t.Fatalf("applied: %+v, %v", p, err)
	}
	again := plan(t, author, "fiches.csv", good)
	if err := author.ApplyCases(ctx, again, false); err != nil || again.Same != 2 || again.Added+again.Changed != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	all, err := editor.DB.Cases(ctx, store.CaseFilter{States: []casestudy.State{casestudy.Submitted}})
	if err != nil || len(all) != 2 || all[0].Network != "RÉSEAU" || len(all[0].Within) < 3 {
		t.Fatalf("kept: %+v, %v", all, err)
	}
	row := all[0]
	if row.ExternalID != "a1" {
		row = all[1]
	}
	v, err := editor.DB.CaseVersion(ctx, row.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	v.Record.Summary, v.Record.EndYear = "Notre résumé", 2020
	if row, _, err = editor.SaveCase(ctx, row.ID, row.Version, v.Record, ""); err != nil {
		t.Fatal(err)
	}
	change := header + "a1;Une grande épicerie;Leur résumé;Bourg-en-Bresse;EMP;2015\na2;Un garage;;COM-01053;EMP;2016\n"
	p = plan(t, author, "fiches.csv", change)
	if p.Changed != 1 || p.Same != 1 || len(p.Rows[0].Conflicts) != 1 || p.Rows[0].Conflicts[0].Field != "summary" {
		t.Fatalf("changed: %+v", p)
	}
	if err := author.ApplyCases(ctx, p, false); err != nil {
		t.Fatal(err)
	}
	v, err = editor.DB.CaseVersion(ctx, row.ID, 0)
	notes, err2 := editor.DB.CaseNotes(ctx, row.ID)
	if err != nil || err2 != nil || v.Record.Title != "Une grande épicerie" || v.Record.Summary != "Notre résumé" || v.Record.EndYear != 2020 || len(notes) != 1 || !strings.Contains(notes[0].Text, "Leur résumé") {
		t.Errorf("put together: %+v, %+v, %v, %v", v.Record, notes, err, err2)
	}
	if again := plan(t, author, "fiches.csv", change); again.Same != 2 {
		t.Errorf("again after a merge: %+v", again)
	}
	for name, text := range map[string]string{"fiches.csv": "titre;résumé\nx;y\n", "vide.csv": header, "fiches.json": "{", "page.csv": "<!doctype html><html>"} {
		if p, err := author.PlanCases(ctx, observatory.CaseFile{Name: name, Content: strings.NewReader(text)}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// TestImportRun: the same by a worker; done twice it keeps once.
func TestImportRun(t *testing.T) {
	author, _ := caseWalk(t)
	ctx := t.Context()
	file, err := author.DB.PutArtifact(ctx, "file", []byte(header+"a1;Une épicerie;;COM-01053;EMP;2015\n"), author.Now)
	if err != nil {
		t.Fatal(err)
	}
	shop := &observatory.Shop{DB: author.DB}
	for n, want := range []string{`"added":1`, `"same":1`} {
		id, err := author.DB.Enqueue(ctx, store.RunInput{Kind: observatory.CaseImportRun, What: "fiches.csv", By: author.By,
			Args: observatory.CaseImportArgs{File: file, FileName: "fiches.csv", Network: "RÉSEAU"}}, author.Now)
		if err != nil {
			t.Fatal(err)
		}
		row, err := shop.Finish(ctx, author, id)
		if err != nil || !strings.Contains(string(row.Result), want) {
			t.Errorf("time %d: %s, %v", n, row.Result, err)
		}
	}
	if all, err := author.DB.Cases(ctx, store.CaseFilter{}); err != nil || len(all) != 1 || all[0].Author != author.By {
		t.Errorf("kept: %+v, %v", all, err)
	}
}

// TestStarterCases: shown at once, unreviewed, the same wherever they are; twice
// is once.
func TestStarterCases(t *testing.T) {
	_, editor := caseWalk(t)
	for range 2 {
		if err := editor.StarterCases(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	base, stamp, err := editor.LiveCases(t.Context())
	if err != nil || base.Len() != 65 || stamp != 1 {
		t.Fatalf("%d cases, %d, %v", base.Len(), stamp, err)
	}
	for _, e := range base.Entries() {
		if e.Reviewed() || e.Slug != e.ExternalID || e.Network != "" || e.PublishedAt != editor.Now {
			t.Errorf("%s: %+v", e.Slug, e)
		}
	}
}

// TestImportMany brings many cases from a file to the base: ten thousand with
// VIGIE_LONG=1, whose time is told.
func TestImportMany(t *testing.T) {
	n := 100
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	author, _ := caseWalk(t)
	var b bytes.Buffer
	for i, e := range casestudytest.Synthetic(n, 1) {
		r := e.Record
		r.Territories, r.Media, r.Parent = nil, nil, ""
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, `{"external_id":"s%d",%s`+"\n", i, text[1:])
	}
	began := time.Now()
	p := plan(t, author, "synthétiques.jsonl", b.String())
	t.Logf("%d Mo planned in %v: %d added, %d refused", b.Len()>>20, time.Since(began), p.Added, p.Refused)
	if p.Refused > 0 {
		t.Fatal(author.ApplyCases(t.Context(), p, true))
	}
	if err := author.ApplyCases(t.Context(), p, true); err != nil {
		t.Fatal(err)
	}
	t.Logf("kept after %v", time.Since(began))
	if all, _, err := author.DB.Entries(t.Context()); err != nil || len(all) != n || p.Added != n {
		t.Errorf("%d cases of %d, %d added, %v", len(all), n, p.Added, err)
	}
}
