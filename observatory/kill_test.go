package observatory_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/data"
	"vigie/fault"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/store/storetest"
)

// The child of TestKill is this same binary, told so by its environment.
const (
	childDir = "VIGIE_WALK_CHILD_DIR"
	childURL = "VIGIE_WALK_CHILD_URL"
)

// communeLines is how much of the communal file the child imports again and
// again, each time with another first value.
const communeLines = 40_000

// communes is the n-th communal file.
func communes(n int) ([]byte, error) {
	text, err := data.Read("starter/observations_commune.csv.gz")
	if err != nil {
		return nil, err
	}
	lines := bytes.SplitAfterN(text, []byte("\n"), communeLines+1)[:communeLines]
	lines[1] = fmt.Appendf(nil, "ctx_area,COM-01001,2018,%d,A\n", n)
	return bytes.Join(lines, nil), nil
}

// walkForever imports a communal file and publishes an edition until it is
// killed, and prints what is kept once it is.
func walkForever(ctx context.Context, dir string, opts store.Options) error {
	db, err := store.Open(ctx, dir, opts)
	if err != nil {
		return err
	}
	defer db.Close()
	description, err := data.FS.ReadFile("source/vigie_starter_commune.toml")
	if err != nil {
		return err
	}
	before, err := db.Datasets(ctx, store.Observation)
	if err != nil {
		return err
	}
	w := observatorytest.New(db)
	for n := len(before); ; n++ {
		file, err := communes(n)
		if err != nil {
			return err
		}
		fmt.Println("go")
		data, _, err := w.Import(ctx, observatory.Importing{Description: description, FileName: "observations_commune.csv", File: bytes.NewReader(file)})
		if err != nil {
			return err
		}
		fmt.Println(data.ID)
		row, err := w.Publish(ctx, observatory.Publishing{Date: observatorytest.Day, Embargo: observatorytest.Now})
		if err != nil {
			return err
		}
		fmt.Println(row.Number)
	}
}

// TestKill kills a process that imports and publishes, at moments drawn from a
// seed, on each engine. After each kill the observatory opens, what was told
// kept is there, and everything that is there is whole.
func TestKill(t *testing.T) {
	cycles := 4
	if testing.Short() {
		cycles = 1
	}
	if os.Getenv("VIGIE_LONG") == "1" {
		cycles = 50
	}
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		if err := prepareKill(t.Context(), dir, opts); err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(20260312, uint64(cycles)))
		k := &killed{dir: dir, opts: opts, whole: map[string]bool{}}
		for i := range cycles {
			k.once(t, i%2 == 1, time.Duration(rng.IntN(600))*time.Millisecond)
			k.check(t)
		}
		t.Logf("%d kills; %d datasets and %d editions told kept, none lost; %d there and whole", cycles, k.datasets, len(k.told)-k.datasets, len(k.whole))
	})
}

// prepareKill makes a small observatory: the references, the regional table,
// its index.
func prepareKill(ctx context.Context, dir string, opts store.Options) error {
	db, err := store.Init(ctx, dir, opts)
	if err != nil {
		return err
	}
	defer db.Close()
	w := observatorytest.New(db)
	if err := w.StarterReferences(ctx); err != nil {
		return err
	}
	description, err := data.FS.ReadFile("source/vigie_starter_region.toml")
	if err != nil {
		return err
	}
	file, err := data.FS.ReadFile("starter/observations_region.csv.gz")
	if err != nil {
		return err
	}
	if _, _, err := w.Import(ctx, observatory.Importing{Description: description, FileName: "observations_region.csv.gz", File: bytes.NewReader(file)}); err != nil {
		return err
	}
	return compute(ctx, w)
}

// killed is an observatory that is killed again and again.
type killed struct {
	dir      string
	opts     store.Options
	told     []string        // datasets and editions that the child said were kept
	datasets int             // how many of told are datasets
	whole    map[string]bool // what has been read and found whole
}

// once lets a child work until some time after its first import began, or was
// told kept when published is true, then kills it without warning.
func (k *killed) once(t *testing.T, published bool, after time.Duration) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+k.dir, childURL+"="+k.opts.DatabaseURL)
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
	lines.Scan() // "go"
	if published && lines.Scan() {
		k.tell(lines.Text())
	}
	time.AfterFunc(after, func() { _ = child.Process.Kill() }) // it may have ended by itself: Wait says so
	for lines.Scan() {
		k.tell(lines.Text())
	}
	if err := child.Wait(); err == nil || stderr.Len() > 0 {
		t.Fatalf("the child ended by itself: %v %s", err, stderr.String())
	}
}

// tell takes note of what the child says is kept.
func (k *killed) tell(line string) {
	if line == "go" {
		return
	}
	k.told = append(k.told, line)
	if len(line) == 64 {
		k.datasets++
	}
}

// check opens the observatory and reads all that is new in it.
func (k *killed) check(t *testing.T) {
	t.Helper()
	db, err := store.Open(t.Context(), k.dir, k.opts)
	if err != nil {
		t.Fatalf("after a kill: %v (%s)", err, fault.Do(err))
	}
	defer db.Close()
	rows, err := db.Datasets(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		k.dataset(t, db, r)
	}
	editions, err := db.Editions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range editions {
		want := "" // each replaces the one before
		if i+1 < len(editions) {
			want = editions[i+1].Number
		}
		if e.Supersedes != want {
			t.Errorf("edition %s supersedes %q; want %q", e.Number, e.Supersedes, want)
		}
		k.edition(t, db, e)
	}
	for _, id := range k.told {
		if !k.whole[id] {
			t.Errorf("%s was told kept and is lost", id)
		}
	}
}

func (k *killed) dataset(t *testing.T, db *store.DB, r store.DatasetRow) {
	t.Helper()
	if k.whole[r.ID] {
		return
	}
	for _, id := range []string{r.File, r.Source} {
		if _, err := db.Artifact(t.Context(), id); err != nil {
			t.Errorf("dataset %s: %v", r.Name, err)
		}
	}
	if r.Kind == store.Observation {
		table, err := db.Table(t.Context(), r)
		if err != nil {
			t.Fatalf("dataset %s: %v", r.Name, err)
		}
		if table.Rows() != r.Rows || strings.HasSuffix(r.Name, "commune") && r.Rows != communeLines-1 {
			t.Errorf("dataset %s has %d rows, says %d", r.Name, table.Rows(), r.Rows)
		}
	}
	k.whole[r.ID] = true
}

func (k *killed) edition(t *testing.T, db *store.DB, e store.EditionRow) {
	t.Helper()
	if k.whole[e.Number] {
		return
	}
	c, err := observatory.Load(t.Context(), db, e.Manifest)
	if err != nil {
		t.Fatalf("edition %s: %v", e.Number, err)
	}
	if c.Manifest.Number != e.Number || len(e.Changes) == 0 || !c.Standing("REG-44", "EMP").OK {
		t.Errorf("edition %s is not whole: manifest of %s, %d changes", e.Number, c.Manifest.Number, len(e.Changes))
	}
	if i := slices.IndexFunc(e.Changes, func(x store.EditionChange) bool { return x.WhatFR == "" }); i >= 0 {
		t.Errorf("edition %s: change %d is empty", e.Number, i)
	}
	k.whole[e.Number] = true
}
