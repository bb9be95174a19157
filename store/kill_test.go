package store_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/store"
	"vigie/store/storetest"
)

// The child of TestKill is this same binary, told so by its environment.
const (
	childDir = "VIGIE_STORE_CHILD_DIR"
	childURL = "VIGIE_STORE_CHILD_URL"

	childWorks   = "VIGIE_STORE_CHILD_WORKS"   // of TestRunKill
	childDecides = "VIGIE_STORE_CHILD_DECIDES" // of TestProposalKill
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		do := writeForever
		if os.Getenv(childWorks) != "" {
			do = workForever
		}
		if os.Getenv(childDecides) != "" {
			do = decideForever
		}
		err := do(context.Background(), dir, store.Options{DatabaseURL: os.Getenv(childURL)})
		fmt.Fprintln(os.Stderr, err, fault.Do(err))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// openOrInit is what a person does after an interrupted creation.
func openOrInit(ctx context.Context, dir string, opts store.Options) (*store.DB, error) {
	db, err := store.Open(ctx, dir, opts)
	if fault.KindOf(err) == fault.NotFound {
		return store.Init(ctx, dir, opts)
	}
	return db, err
}

// writeForever imports, computes, publishes and renders until it is killed,
// and prints the number of each edition once it is kept.
func writeForever(ctx context.Context, dir string, opts store.Options) error {
	fmt.Println("start")
	db, err := openOrInit(ctx, dir, opts)
	if err != nil {
		return err
	}
	defer db.Close()
	before, err := db.Editions(ctx)
	if err != nil {
		return err
	}
	last := ""
	if len(before) > 0 {
		last = before[0].Number
	}
	for n := len(before) + 1; ; n++ {
		if err := walkOnce(ctx, db, n, last); err != nil {
			return err
		}
		last = numberOf(n)
		fmt.Println(last)
	}
}

func numberOf(n int) string { return fmt.Sprintf("2026-%d", n) }

func walkOnce(ctx context.Context, db *store.DB, n int, last string) error {
	data, _, err := db.PutDataset(ctx, synthetic(n))
	if err != nil {
		return err
	}
	taxonomy := syntheticTaxonomy()
	taxonomy.File = fmt.Append(nil, n)
	if _, err := db.PutTaxonomy(ctx, taxonomy); err != nil {
		return err
	}
	if _, _, err := db.PutComputation(ctx, store.ComputationInput{
		Level: "region", Spec: fmt.Append(nil, "spec ", n), Datasets: []string{data.ID}, Result: fmt.Append(nil, "result ", n), CreatedAt: at, By: actor,
	}); err != nil {
		return err
	}
	if _, err := db.PutEdition(ctx, syntheticEdition(numberOf(n), last, at.Add(time.Duration(n)*time.Second))); err != nil {
		return err
	}
	return db.PutReport(ctx, store.ReportInput{
		Edition: numberOf(n), Territory: "REG-84", Kind: "report", Lang: "fr", PDF: fmt.Append(nil, "%PDF-", n), CreatedAt: at,
	})
}

func TestKill(t *testing.T) {
	cycles := 10
	if testing.Short() {
		cycles = 2
	}
	if os.Getenv("VIGIE_LONG") == "1" {
		cycles = 50
	}
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		rng := rand.New(rand.NewPCG(uint64(cycles), 1))
		var told []string
		for i := range cycles {
			opening := i%4 == 0 // otherwise once the first edition is kept
			told = append(told, killOnce(t, dir, opts, opening, time.Duration(rng.IntN(200))*time.Millisecond)...)
			checkWhole(t, dir, opts, told)
		}
		t.Logf("%d kills, %d editions kept, none lost", cycles, len(told))
	})
}

// killOnce lets a child open (opening) or write for a while and kills it
// without warning. It returns the editions that the child said were kept.
func killOnce(t *testing.T, dir string, opts store.Options, opening bool, after time.Duration) []string {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir, childURL+"="+opts.DatabaseURL)
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
	lines.Scan() // "start"
	var told []string
	if !opening && lines.Scan() {
		told = append(told, lines.Text())
	}
	time.AfterFunc(after, func() { _ = child.Process.Kill() }) // it may have ended by itself: Wait says so
	for lines.Scan() {
		told = append(told, lines.Text())
	}
	if err := child.Wait(); err == nil || stderr.Len() > 0 {
		t.Fatalf("the child ended by itself: %v %s", err, stderr.String())
	}
	return told
}

// checkWhole opens the store and reads everything that its rows point to.
func checkWhole(t *testing.T, dir string, opts store.Options, told []string) {
	t.Helper()
	db, err := openOrInit(t.Context(), dir, opts)
	if err != nil {
		t.Fatalf("after a kill: %v (%s)", err, fault.Do(err))
	}
	defer db.Close()
	editions, err := db.Editions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, e := range editions {
		have[e.Number] = true
		b, err := db.Artifact(t.Context(), e.Manifest)
		if err != nil || !strings.Contains(string(b), `"`+e.Number+`"`) || len(e.Changes) != 3 {
			t.Fatalf("edition %s: manifest %q, %v, %d changes; want its own manifest and 3 changes", e.Number, b, err, len(e.Changes))
		}
		reports, err := db.Reports(t.Context(), e.Number)
		for _, r := range reports {
			err = errors.Join(err, readable(t, db, r.PDF))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, number := range told {
		if !have[number] {
			t.Fatalf("edition %s was told kept and is lost", number)
		}
	}
	checkInputs(t, db)
}

func checkInputs(t *testing.T, db *store.DB) {
	t.Helper()
	datasets, err := db.Datasets(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range datasets {
		table, err := db.Table(t.Context(), d)
		if err := errors.Join(err, readable(t, db, d.File), readable(t, db, d.Source)); err != nil {
			t.Fatal(err)
		}
		if table.Rows() != d.Rows {
			t.Fatalf("dataset %s has %d rows, says %d", d.ID, table.Rows(), d.Rows)
		}
	}
	computations, err := db.Computations(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range computations {
		if err := errors.Join(readable(t, db, c.Spec), readable(t, db, c.Result)); err != nil {
			t.Fatal(err)
		}
	}
	taxonomies, err := db.Taxonomies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range taxonomies {
		terms, err := db.Terms(t.Context(), x.Name, at)
		if err := errors.Join(err, readable(t, db, x.File)); err != nil || len(terms) != 2 {
			t.Fatalf("taxonomy version %d: %d valid terms, %v; want 2", x.Version, len(terms), err)
		}
	}
}

func readable(t *testing.T, db *store.DB, id string) error {
	t.Helper()
	_, err := db.Artifact(t.Context(), id)
	return err
}
