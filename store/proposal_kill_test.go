package store_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/store"
	"vigie/store/storetest"
)

// decideForever proposes editions and approves, refuses, withdraws, recalls and
// corrects them until it is killed, and prints each decision once it is kept.
func decideForever(ctx context.Context, dir string, opts store.Options) error {
	fmt.Println("start")
	db, err := openOrInit(ctx, dir, opts)
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		if err := decideOnce(ctx, db); err != nil {
			return err
		}
	}
}

// decideOnce takes up where the one that was killed stopped.
func decideOnce(ctx context.Context, db *store.DB) error {
	all, err := db.Proposals(ctx)
	if err != nil {
		return err
	}
	last := ""
	for _, p := range all {
		switch {
		case p.State == store.ProposalOpen:
			return decideOn(ctx, db, p, len(all))
		case p.State == store.ProposalApproved && p.EmbargoAt.After(at):
			if err := db.Recall(ctx, approver, p.Number, "erreur", at); err != nil {
				return err
			}
			fmt.Println("recalled", p.ID)
			return nil
		case p.State == store.ProposalApproved && last == "":
			last = p.Number
		}
	}
	n := len(all) + 1
	embargo := at
	if n%4 == 0 {
		embargo = at.Add(time.Hour)
	}
	in := syntheticProposal(numberOf(n), last, embargo)
	in.CreatedAt = at.Add(time.Duration(n) * time.Second)
	if last != "" {
		in.ErratumFR, in.ErratumEN = "faux", "wrong"
	}
	in.Letters = []store.Letter{{Event: fmt.Sprint("edition.waiting:", n), To: "a@exemple.fr", Subject: "x"}}
	p, err := db.PutProposal(ctx, in)
	if err == nil {
		fmt.Println("proposed", p.ID)
	}
	return err
}

// decideOn ends the wait of the n-th proposal.
func decideOn(ctx context.Context, db *store.DB, p store.ProposalRow, n int) error {
	letter := store.Letter{Event: "edition.decided:" + p.ID, To: "p@exemple.fr", Subject: "x"}
	said := "approved"
	var err error
	switch n % 4 {
	case 1:
		said, err = "refused", db.Refuse(ctx, approver, p.ID, "non", at, letter)
	case 2:
		said, err = "withdrawn", db.Withdraw(ctx, proposer, p.ID, at)
	default:
		_, err = db.Approve(ctx, store.Approval{ID: p.ID, By: approver, Changes: syntheticEdition("", "", at).Changes, Letters: []store.Letter{letter}}, at)
	}
	if err != nil {
		return err
	}
	fmt.Println(said, p.ID)
	if n%4 == 3 {
		_, err = db.PutErratum(ctx, proposer, store.Erratum{Edition: p.Number, FR: "faux", EN: "wrong"}, at)
	}
	return err
}

// TestProposalKill kills a process that proposes and decides, on each engine.
// After each kill what was told is there, no proposal is half decided, no
// edition came twice, each letter and each journal entry came with its cause.
func TestProposalKill(t *testing.T) {
	cycles := 4
	if testing.Short() {
		cycles = 1
	}
	if os.Getenv("VIGIE_LONG") == "1" {
		cycles = 100
	}
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		rng := rand.New(rand.NewPCG(20261123, uint64(cycles)))
		told := map[string]string{}
		for range cycles {
			killDeciding(t, dir, opts, time.Duration(20+rng.IntN(150))*time.Millisecond, told)
			checkDecided(t, dir, opts, told)
		}
		t.Logf("%d kills, %d proposals told kept or decided, none lost, none twice", cycles, len(told))
	})
}

// killDeciding lets a child decide for a while after its first word, and notes
// the last thing that it said of each proposal.
func killDeciding(t *testing.T, dir string, opts store.Options, after time.Duration, told map[string]string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir, childURL+"="+opts.DatabaseURL, childDecides+"=1")
	var stderr bytes.Buffer
	child.Stderr = &stderr
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	note := func() {
		if said, id, ok := strings.Cut(lines.Text(), " "); ok {
			told[id] = said
		}
	}
	lines.Scan() // "start"
	if lines.Scan() {
		note()
	}
	time.AfterFunc(after, func() { _ = child.Process.Kill() }) // it may have ended by itself: Wait says so
	for lines.Scan() {
		note()
	}
	if err := child.Wait(); err == nil || stderr.Len() > 0 {
		t.Fatalf("the child ended by itself: %v %s", err, stderr.String())
	}
}

func checkDecided(t *testing.T, dir string, opts store.Options, told map[string]string) {
	t.Helper()
	db, err := store.Open(t.Context(), dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.VerifyJournal(t.Context()); err != nil {
		t.Fatal(err)
	}
	acts, err := db.Journal(t.Context(), store.JournalFilter{Action: "edition.", Most: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	entered := map[string]int{}
	for _, a := range acts {
		entered[a.Action+" "+a.Object]++
	}
	letters, err := db.Mail(t.Context(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	posted := map[string]bool{}
	for _, l := range letters {
		posted[l.Event] = true
	}
	proposals, err := db.Proposals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	editions, err := db.Editions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	manifest, errata := map[string]string{}, 0
	for _, e := range editions {
		manifest[e.Number] = e.Manifest
		for _, n := range e.Errata {
			if n.CorrectedBy == "" {
				errata++
			}
		}
		if len(e.Changes) != 3 || entered["edition.publish edition:"+e.Number] != 1 {
			t.Fatalf("edition %s: %d changes, %d times in the journal", e.Number, len(e.Changes), entered["edition.publish edition:"+e.Number])
		}
	}
	known, approved := map[string]bool{}, 0
	for _, p := range proposals {
		known[p.ID] = true
		decided := p.State != store.ProposalOpen && p.State != store.ProposalWithdrawn
		if decided != posted["edition.decided:"+p.ID] || entered["edition.propose proposal:"+p.ID] != 1 {
			t.Fatalf("proposal %s is %s; letter %v, %d times in the journal", p.Number, p.State, posted["edition.decided:"+p.ID], entered["edition.propose proposal:"+p.ID])
		}
		for state, action := range map[store.ProposalState]string{store.ProposalRefused: "edition.refuse proposal:" + p.ID,
			store.ProposalWithdrawn: "edition.withdraw proposal:" + p.ID, store.ProposalRecalled: "edition.recall edition:" + p.Number} {
			if want := map[bool]int{true: 1}[p.State == state]; entered[action] != want {
				t.Fatalf("proposal %s is %s, and %q is %d times in the journal", p.Number, p.State, action, entered[action])
			}
		}
		if p.State == store.ProposalApproved {
			approved++
			if manifest[p.Number] != p.Manifest {
				t.Fatalf("proposal %s is approved, its edition is %q", p.Number, manifest[p.Number])
			}
		}
		said := map[string]store.ProposalState{"refused": store.ProposalRefused, "withdrawn": store.ProposalWithdrawn, "recalled": store.ProposalRecalled}[told[p.ID]]
		if said != "" && said != p.State || told[p.ID] == "approved" && p.State != store.ProposalApproved && p.State != store.ProposalRecalled {
			t.Fatalf("proposal %s was told %s and is %s", p.Number, told[p.ID], p.State)
		}
	}
	if approved != len(editions) {
		t.Fatalf("%d editions of %d approved proposals", len(editions), approved)
	}
	corrected := 0
	for what, n := range entered {
		if strings.HasPrefix(what, "edition.correct ") {
			corrected += n
		}
	}
	if errata != corrected {
		t.Fatalf("%d errata, %d in the journal", errata, corrected)
	}
	for id := range told {
		if !known[id] {
			t.Fatalf("proposal %s was told kept and is lost", id)
		}
	}
}
