package observatory_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/source/fetch"
	"vigie/store"
)

// The child of TestDeliveryKill is this same binary, told so by its
// environment: the folder, and by how many minutes its clock is ahead, so that
// what the child before it held is free again.
const (
	shopDir   = "VIGIE_SHOP_CHILD_DIR"
	shopAhead = "VIGIE_SHOP_CHILD_AHEAD"
)

const killDescription = `name = "essai"
title = "Essai synthétique"
producer = "Essai"
licence = "Licence Ouverte 2.0"
files = ["essai*.csv"]
levels = ["departement"]
vintage = 2026

[[table]]
territory = { column = "code", level = "departement" }
period = { column = "annee" }

[[table.series]]
code = "tst_essai"
column = "valeur"
label = "Essai"
unit = "count"
`

// shopOf works behind the pages of an observatory, its clock some minutes ahead.
func shopOf(db *store.DB, minutes int) *observatory.Shop {
	now := func() time.Time { return time.Now().Add(time.Duration(minutes) * time.Minute) }
	return &observatory.Shop{DB: db, Now: now, Log: slog.New(slog.DiscardHandler), Poll: 5 * time.Millisecond,
		Fetch: &fetch.Fetcher{Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}},
		Walk: func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
			w := observatorytest.New(db)
			w.By, w.Tell, w.Now = by, tell, now()
			return w
		}}
}

// shopForever works until it is killed.
func shopForever(ctx context.Context) error {
	minutes, err := strconv.Atoi(os.Getenv(shopAhead))
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, os.Getenv(shopDir), store.Options{})
	if err != nil {
		return err
	}
	fmt.Println("go")
	shopOf(db, minutes).Run(ctx)
	return nil
}

// TestDeliveryKill kills the worker while files are fetched, looked at and
// kept. What was asked for is done in the end, or said to have failed; no
// dataset is half there, and once swept nothing is left over.
func TestDeliveryKill(t *testing.T) {
	whole(t)
	cycles := 3
	if os.Getenv("VIGIE_LONG") == "1" {
		cycles = 40
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "code,annee,valeur\n01,2024,%s\n", r.URL.Query().Get("n")) // the reader may have been killed
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		time.Sleep(20 * time.Millisecond)
		_, _ = fmt.Fprintln(w, "02,2024,9")
	}))
	t.Cleanup(site.Close)
	dir := filepath.Join(t.TempDir(), "observatoire")
	if err := observatorytest.CopyTo(observatorytest.Dir(t), dir); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(20260312, 5))
	for n := range cycles {
		ask(t, dir, site.URL, n)
		killShop(t, dir, n, time.Duration(rng.IntN(400))*time.Millisecond)
	}
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	settle(t, db, cycles)
	keepAll(t, db, cycles)
	settle(t, db, cycles+10)
	checkDeliveries(t, db, 2*cycles)
}

// ask sends a file, asks for another from an address, and keeps what can be.
func ask(t *testing.T, dir, site string, n int) {
	t.Helper()
	db, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatalf("after a kill: %v (%s)", err, fault.Do(err))
	}
	defer db.Close()
	w := shopOf(db, n).Walk(journal.LocalActor("essai"), nil)
	if n == 0 {
		if _, err := observatory.WriteDescription(t.Context(), db, w.By, []byte(killDescription), 0, w.Now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.SendFile(t.Context(), store.DeliveryInput{FileName: "essai.csv", File: bytes.NewReader(fmt.Appendf(nil, "code,annee,valeur\n01,2024,%d\n", 1000+n))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.FetchFile(t.Context(), shopOf(db, n).Fetch, store.DeliveryInput{Origin: fmt.Sprintf("%s/essai.csv?n=%d", site, n)}); err != nil {
		t.Fatal(err)
	}
	keepAll(t, db, n)
}

// keepAll asks for a dataset of each file that is there.
func keepAll(t *testing.T, db *store.DB, n int) {
	t.Helper()
	w := shopOf(db, n).Walk(journal.LocalActor("essai"), nil)
	rows, err := db.Deliveries(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.State != account.Sent || !row.Arrived() {
			continue
		}
		if _, err := w.KeepFile(t.Context(), row.ID, row.Version); err != nil && fault.KindOf(err) != fault.Conflict {
			t.Fatal(err)
		}
	}
}

// killShop lets a worker work for a while, then kills it without warning.
func killShop(t *testing.T, dir string, n int, after time.Duration) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), shopDir+"="+dir, fmt.Sprintf("%s=%d", shopAhead, n))
	var stderr bytes.Buffer
	child.Stderr = &stderr
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 1)); err != nil {
		t.Fatalf("the child has not begun: %v %s", err, stderr.String())
	}
	time.Sleep(after)
	_ = child.Process.Kill() // Wait says whether it had ended by itself
	if err := child.Wait(); err == nil || stderr.Len() > 0 {
		t.Fatalf("the child ended by itself: %v %s", err, stderr.String())
	}
}

// settle works until nothing waits.
func settle(t *testing.T, db *store.DB, minutes int) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); shopOf(db, minutes).Run(ctx) }()
	defer func() { stop(); <-done }()
	for range 3000 {
		waiting := 0
		for _, s := range []job.State{job.Waiting, job.Running} {
			rows, err := db.Runs(t.Context(), store.RunFilter{State: s})
			if err != nil {
				t.Fatal(err)
			}
			waiting += len(rows)
		}
		if waiting == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("work never ends")
}

// checkDeliveries: each file is a dataset, or its page says why not.
func checkDeliveries(t *testing.T, db *store.DB, want int) {
	t.Helper()
	rows, err := db.Deliveries(t.Context())
	if err != nil || len(rows) != want {
		t.Fatalf("%d deliveries, %v; want %d", len(rows), err, want)
	}
	kept := 0
	for _, row := range rows {
		if row.State == account.Kept {
			kept++
			set, err := db.Dataset(t.Context(), row.Dataset)
			if err != nil {
				t.Fatal(err)
			}
			if table, err := db.Table(t.Context(), set); err != nil || table.Rows() != set.Rows || set.Rows == 0 {
				t.Errorf("dataset of %s: %v", row.ID, err)
			}
			continue
		}
		said := false
		for _, id := range []string{row.FetchRun, row.CheckRun, row.KeepRun} {
			if id == "" {
				continue
			}
			run, err := db.Run(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			said = said || run.State == job.Failed && run.FaultWhat != "" && run.FaultDo != ""
		}
		if !said {
			t.Errorf("delivery %+v is not kept and no work says why", row)
		}
	}
	later := time.Now().Add(30 * time.Hour)
	swept, err := db.Sweep(t.Context(), journal.LocalActor("essai"), later)
	if err != nil {
		t.Fatal(err)
	}
	_, faults, err := db.CheckArtifacts(t.Context(), later, func(int, int) {})
	if err != nil || len(faults) > 0 {
		t.Errorf("%v, %v", faults, err)
	}
	t.Logf("%d of %d kept; swept %+v", kept, want, swept)
}
