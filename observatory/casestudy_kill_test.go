package observatory_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/casestudy"
	"vigie/journal"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// childCases tells this binary that it is the child of TestCaseKill.
const childCases = "VIGIE_CASE_CHILD_DIR"

// caseSteps is what the child does again and again: it brings twenty cases,
// publishes one, makes another one with it.
func caseSteps(ctx context.Context, dir string) error {
	db, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	by := journal.LocalActor("essai")
	fmt.Println("began")
	for n := time.Now().UnixNano(); ; n++ {
		in := store.CaseDelivery{Network: fmt.Sprint("lot ", n), By: by, Publish: true}
		for i := range 20 {
			r := casestudy.Record{Text: casestudy.Text{Title: fmt.Sprintf("Fiche %d du lot %d", i, n)}, Language: "fr"}
			in.Rows = append(in.Rows, store.DeliveredCase{ExternalID: fmt.Sprint(i), Record: r, Brought: r})
		}
		if err := db.BringCases(ctx, in, observatorytest.Now); err != nil {
			return err
		}
		rows, err := db.Cases(ctx, store.CaseFilter{Network: &in.Network})
		if err != nil {
			return err
		}
		turn := func(r store.CaseRow) store.CaseTurn {
			return store.CaseTurn{ID: r.ID, Version: r.Version, By: by, At: observatorytest.Now}
		}
		saved, err := db.SaveCase(ctx, turn(rows[0]), casestudy.Record{Text: casestudy.Text{Title: "changée"}, Language: "fr"}, nil, "")
		if err != nil {
			return err
		}
		if _, err := db.PublishCase(ctx, turn(saved), "2027-03-12"); err != nil {
			return err
		}
		if _, err := db.MergeCase(ctx, turn(rows[1]), rows[2].ID); err != nil {
			return err
		}
	}
}

// TestCaseKill kills a process that brings, publishes and merges: each lot is
// whole or not there, each step is done with its word in the journal, or not.
func TestCaseKill(t *testing.T) {
	if dir := os.Getenv(childCases); dir != "" {
		t.Fatal(caseSteps(t.Context(), dir))
	}
	rounds := 3
	if os.Getenv("VIGIE_LONG") == "1" {
		rounds = 50
	}
	dir := filepath.Join(t.TempDir(), "o")
	db, err := store.Init(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	random := rand.New(rand.NewPCG(7, 7))
	for range rounds {
		killCases(t, dir, time.Duration(20+random.IntN(200))*time.Millisecond)
		soundCases(t, db)
	}
}

func killCases(t *testing.T, dir string, after time.Duration) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCaseKill$")
	child.Env = append(os.Environ(), childCases+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "began" {
			break
		}
	}
	time.Sleep(after)
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
}

func soundCases(t *testing.T, db *store.DB) {
	t.Helper()
	ctx := t.Context()
	all, err := db.Cases(ctx, store.CaseFilter{})
	if err != nil {
		t.Fatal(err)
	}
	lots := map[string]int{}
	merged, published := 0, 0
	for i := range all {
		lots[all[i].Network]++
		if all[i].State == casestudy.Merged {
			merged++
		}
		if all[i].Published == 2 {
			published++
		}
	}
	for lot, n := range lots {
		if n != 20 {
			t.Errorf("%s is %d cases", lot, n)
		}
	}
	for action, n := range map[string]int{"case.import": len(lots), "case.merge": merged, "case.publish": published} {
		acts, err := db.Journal(ctx, store.JournalFilter{Action: action, Most: 100_000})
		if err != nil || len(acts) != n {
			t.Errorf("%d acts %s, %v; want %d", len(acts), action, err, n)
		}
	}
	stamp, err := db.CaseStamp(ctx)
	if want := int64(len(lots) + merged + published); err != nil || stamp != want {
		t.Errorf("the stamp is %d, %v; want %d", stamp, err, want)
	}
	if _, err := db.VerifyJournal(ctx); err != nil {
		t.Error(err)
	}
	if faults, err := db.CheckConstraints(ctx); err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
	t.Log(strings.TrimSpace(fmt.Sprint(len(lots), " lots, ", merged, " merged, ", published, " published")))
}
