package observatory_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"vigie/data"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/mail"
	"vigie/mail/mailtest"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
	"vigie/store/storetest"
)

// shop works on db fast enough for a test.
func shop(db *store.DB, sender mail.Sender) *observatory.Shop {
	return &observatory.Shop{DB: db, Mail: sender, From: "ne-pas-repondre@exemple.fr", Now: time.Now, Log: slog.New(slog.DiscardHandler), Poll: 20 * time.Millisecond,
		Walk: func(by journal.Actor, tell observatory.Teller) *observatory.Walk {
			w := observatorytest.New(db)
			w.By, w.Tell = by, tell
			return w
		}}
}

// open opens a shop until the function that is returned is called.
func open(t *testing.T, s *observatory.Shop) (shut func()) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { s.Run(ctx) })
	return func() { stop(); all.Wait() }
}

// await waits until done says so.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); !done(); time.Sleep(20 * time.Millisecond) { // a busy machine is slow, not broken
		if time.Now().After(end) {
			t.Fatal("waited in vain: " + what)
		}
	}
}

func TestShopImportsAndComputes(t *testing.T) {
	db := observatorytest.Copy(t).DB
	file, err := data.Read("starter/observations_region.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	description, err := data.FS.ReadFile("source/vigie_starter_region.toml")
	if err != nil {
		t.Fatal(err)
	}
	spec, err := observatory.StarterSpec(false)
	if err != nil {
		t.Fatal(err)
	}
	key, err := db.PutArtifact(t.Context(), "delivery", file, observatorytest.Now)
	if err != nil {
		t.Fatal(err)
	}
	bad, err := db.PutArtifact(t.Context(), "delivery", edit(t, file, "REG-", "RGE-"), observatorytest.Now)
	if err != nil {
		t.Fatal(err)
	}
	by := journal.PersonActor("p1")
	enqueue := func(kind string, args any) string {
		id, err := db.Enqueue(t.Context(), store.RunInput{Kind: kind, What: "essai", Args: args, By: by}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	in := observatory.ImportArgs{Description: string(description), FileName: "observations_region.csv", File: key}
	good := enqueue(observatory.ImportRun, in)
	in.File = bad
	refused := enqueue(observatory.ImportRun, in)
	computed := ""
	if !testing.Short() { // a minute under the race detector
		computed = enqueue(observatory.ComputeRun, observatory.ComputeArgs{Spec: string(spec)})
	}
	rendered := enqueue(observatory.RenderRun, observatory.RenderArgs{})
	shut := open(t, shop(db, nil))
	ended := func(id string) (row store.RunRow) {
		await(t, "the end of a run", func() bool {
			if row, err = db.Run(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			return row.State == job.Done || row.State == job.Failed
		})
		return row
	}
	var said observatory.ImportResult
	if r := ended(good); r.State != job.Done || json.Unmarshal(r.Result, &said) != nil || said.Rows == 0 || said.Dataset == "" || r.By != by {
		t.Errorf("import: %+v", r)
	}
	if r := ended(refused); r.State != job.Failed || !strings.Contains(r.FaultWhat, "observations_region.csv") || r.FaultDo == "" {
		t.Errorf("import of a bad file: %+v", r)
	}
	if computed != "" {
		var results observatory.ComputeResult
		if r := ended(computed); r.State != job.Done || json.Unmarshal(r.Result, &results) != nil || len(results.Computations) == 0 {
			t.Errorf("computation: %+v", r)
		}
	}
	if r := ended(rendered); r.State != job.Failed || r.FaultDo == "" {
		t.Errorf("rendering without a press: %+v", r)
	}
	await(t, "the run of the day", func() bool {
		all, err := db.Runs(t.Context(), store.RunFilter{Kind: observatory.TidyRun, State: job.Done})
		return err == nil && len(all) == 1
	})
	shut()
	again := open(t, shop(db, nil)) // on the same day
	time.Sleep(100 * time.Millisecond)
	again()
	if all, err := db.Runs(t.Context(), store.RunFilter{Kind: observatory.TidyRun}); err != nil || len(all) != 1 {
		t.Errorf("%d runs of the day, %v; want 1", len(all), err)
	}
}

func TestAsRun(t *testing.T) {
	db := storetest.Open(t)
	w := observatorytest.New(db)
	row, err := observatory.AsRun(t.Context(), w, observatory.ImportRun, "essai", func(context.Context) (int, error) {
		w.Tell.Step("lecture")
		w.Tell.At(1, 2)
		return 7, nil
	})
	if err != nil || row != 7 || w.Tell != nil {
		t.Errorf("AsRun = %v, %v", row, err)
	}
	bad := fault.Invalidf("corrigez", "ligne 3")
	if _, err := observatory.AsRun(t.Context(), w, observatory.ImportRun, "essai", func(context.Context) (int, error) { return 0, bad }); err != error(bad) {
		t.Errorf("AsRun = %v; want the fault itself", err)
	}
	all, err := db.Runs(t.Context(), store.RunFilter{})
	if err != nil || len(all) != 2 || all[0].State == all[1].State || all[0].By != w.By {
		t.Errorf("Runs = %+v, %v; want one done, one failed", all, err)
	}
}

// post puts n letters in the queue, and takes no time for the mail server.
func post(t *testing.T, db *store.DB, n int) {
	t.Helper()
	for i := range n {
		began := time.Now()
		l := store.Letter{Event: fmt.Sprint("invitation:", i), To: fmt.Sprintf("essai%d@exemple.fr", i), Subject: "Invitation", Body: "Bonjour"}
		if _, err := db.PostMail(t.Context(), l, time.Now()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("PostMail took %v: it waits for the server", took)
		}
	}
}

// letters counts the letters by state.
func letters(t *testing.T, db *store.DB) map[job.State]int {
	t.Helper()
	all, err := db.Mail(t.Context(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	count := map[job.State]int{}
	for _, l := range all {
		count[l.State]++
	}
	return count
}

func TestShopSends(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		server := mailtest.New(t)
		server.Behave(mailtest.Busy)
		post(t, db, 3)
		shut := open(t, shop(db, server.SMTP()))
		await(t, "a first try", func() bool { _, tries := server.Private(); return tries >= 3 })
		shut()
		if n := letters(t, db); n[job.Waiting] != 3 {
			t.Errorf("letters = %v; want 3 waiting", n)
		}
		server.Behave(mailtest.Well)
		later := shop(db, server.SMTP()) // a restart, two minutes after
		later.Now = func() time.Time { return time.Now().Add(2 * time.Minute) }
		shut = open(t, later)
		await(t, "three letters sent", func() bool { return letters(t, db)[job.Done] == 3 })
		shut()
		if n := len(server.Taken()); n != 3 {
			t.Errorf("the server took %d letters; want 3", n)
		}
		post(t, db, 3) // the same events
		server.Behave(mailtest.Unknown)
		if _, err := db.PostMail(t.Context(), store.Letter{Event: "reset:1", To: "inconnu@exemple.fr", Subject: "x"}, time.Now()); err != nil {
			t.Fatal(err)
		}
		shut = open(t, shop(db, server.SMTP()))
		await(t, "a letter refused", func() bool { return letters(t, db)[job.Failed] == 1 })
		shut()
		if n := len(server.Taken()); n != 3 {
			t.Errorf("the server took %d letters; want 3, an event is told once", n)
		}
	})
}

// TestShopDaily: what is done once a day needs nobody to say what, and is well
// with an observatory that holds nothing.
func TestShopDaily(t *testing.T) {
	db := storetest.Open(t)
	shut := open(t, shop(db, nil))
	defer shut()
	await(t, "the runs of the day", func() bool {
		runs, err := db.Runs(t.Context(), store.RunFilter{Most: 50})
		if err != nil {
			t.Fatal(err)
		}
		ended := 0
		for _, r := range runs {
			if r.State == job.Failed || r.FaultWhat != "" {
				t.Fatalf("%s: %s", r.Kind, r.FaultWhat)
			}
			if r.State == job.Done {
				ended++
			}
		}
		return len(runs) >= 3 && ended == len(runs)
	})
}

func TestShopMute(t *testing.T) {
	db, server := storetest.Open(t), mailtest.New(t)
	server.Behave(mailtest.Mute)
	post(t, db, 1)
	shut := open(t, shop(db, server.SMTP()))
	await(t, "a letter given up", func() bool { return letters(t, db)[job.Failed] == 1 })
	shut()
	later := shop(db, server.SMTP())
	later.Now = func() time.Time { return time.Now().Add(time.Hour) }
	shut = open(t, later)
	time.Sleep(200 * time.Millisecond)
	shut()
	if n := len(server.Taken()); n != 1 {
		t.Errorf("the server took the letter %d times", n)
	}
}

// childSMTP tells the child of TestShopKill where its mail server is.
const childSMTP = "VIGIE_WALK_CHILD_SMTP"

// childLater tells it how far its clock is ahead.
const childLater = "VIGIE_WALK_CHILD_LATER"

// sendForever has a shop send letters until it is killed.
func sendForever(ctx context.Context, dir string, opts store.Options) error {
	db, err := store.Open(ctx, dir, opts)
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Println("go")
	// No TLS to this machine: the test's certificate is the parent's.
	s := shop(db, &mail.SMTP{Host: "127.0.0.1", Port: os.Getenv(childSMTP)})
	if later, err := time.ParseDuration(os.Getenv(childLater)); err == nil {
		s.Now = func() time.Time { return time.Now().Add(later) }
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	s.Run(ctx)
	os.Exit(0)
	return nil
}

// workChild starts a child that works with a clock of its own, and waits until
// it does.
func workChild(t *testing.T, dir string, opts store.Options, port string, later time.Duration) *exec.Cmd {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir, childURL+"="+opts.DatabaseURL, childSMTP+"="+port, childLater+"="+later.String())
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = out.Read(make([]byte, 3)) // "go"
	return child
}

// TestShopKillImport kills a process that imports at any moment, and stops one
// as a system does: the import is done in the end, once, and the journal tells
// it once.
func TestShopKillImport(t *testing.T) {
	rounds, kills := 1, 3
	if testing.Short() {
		kills = 1
	}
	if os.Getenv("VIGIE_LONG") == "1" {
		rounds, kills = 5, 4 // a task that takes its fifth worker with it ends as failed
	}
	for i := range rounds {
		killImport(t, kills, time.Duration(i*kills)*100*time.Millisecond)
	}
}

// killImport kills the worker of one import so many times, the first one so
// long after it began and each one a little later.
func killImport(t *testing.T, kills int, first time.Duration) {
	t.Helper()
	copied := observatorytest.Copy(t)
	db, dir := copied.DB, copied.DB.Dir()
	description, err := data.FS.ReadFile("source/vigie_starter_commune.toml")
	if err != nil {
		t.Fatal(err)
	}
	file, err := communes(12345)
	if err != nil {
		t.Fatal(err)
	}
	key, err := db.PutArtifact(t.Context(), "delivery", file, observatorytest.Now)
	if err != nil {
		t.Fatal(err)
	}
	head, err := db.JournalHead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	id, err := db.Enqueue(t.Context(), store.RunInput{Kind: observatory.ImportRun, What: "essai", By: journal.System,
		Args: observatory.ImportArgs{Description: string(description), FileName: "observations_commune.csv", File: key}}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	running := func() bool {
		row, err := db.Run(t.Context(), id)
		return err == nil && row.State != job.Waiting
	}
	child := workChild(t, dir, store.Options{}, "1", 0)
	await(t, "the import to begin", running)
	began := time.Now()
	if err := errors.Join(child.Process.Signal(syscall.SIGTERM), child.Wait()); err != nil {
		t.Errorf("the child that was told to stop: %v", err)
	}
	row, err := db.Run(t.Context(), id)
	if took := time.Since(began); err != nil || took > 10*time.Second || row.State == job.Running || row.State == job.Waiting && row.Attempt != 0 {
		t.Errorf("stopped after %v: %+v, %v; want the run given back, or done", took, row, err)
	}
	for i := range kills {
		child := workChild(t, dir, store.Options{}, "1", time.Duration(i)*time.Minute) // the lease of the one before has passed
		await(t, "the import to begin again", running)
		time.Sleep(first + time.Duration(i*100)*time.Millisecond)
		_ = child.Process.Kill() // it does not end by itself
		_ = child.Wait()         // killed
	}
	last := shop(db, nil)
	last.Now = func() time.Time { return time.Now().Add(time.Hour) }
	shut := open(t, last)
	await(t, "the import to be done", func() bool { row, err = db.Run(t.Context(), id); return err == nil && row.State == job.Done })
	shut()
	entries, err := db.Journal(t.Context(), store.JournalFilter{Action: "dataset.import"})
	if err != nil || len(entries) == 0 || entries[0].Seq != head.Seq+1 {
		t.Errorf("the journal's last import = %+v, %v; want the one after %d", entries[:1], err, head.Seq)
	}
	if _, err := db.VerifyJournal(t.Context()); err != nil {
		t.Error(err)
	}
	t.Logf("%d kills, 1 stop: done at attempt %d", kills, row.Attempt)
}

// TestShopKill kills the sending process again and again: no letter is sent
// twice, and each is sent or told as perhaps sent.
func TestShopKill(t *testing.T) {
	cycles, each := 6, 8
	if testing.Short() {
		cycles = 2
	}
	if os.Getenv("VIGIE_LONG") == "1" {
		cycles = 40
	}
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		db, err := store.Init(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		server := mailtest.New(t)
		server.Behave(mailtest.Plain)
		post(t, db, cycles*each)
		for i := range cycles {
			child := workChild(t, dir, opts, server.Port, 0)
			time.Sleep(time.Duration(5+17*i%60) * time.Millisecond)
			_ = child.Process.Kill() // it does not end by itself
			_ = child.Wait()         // killed
		}
		last := shop(db, server.SMTP())
		last.Now = func() time.Time { return time.Now().Add(time.Hour) } // the leases have passed
		shut := open(t, last)
		await(t, "the end of the queue", func() bool { n := letters(t, db); return n[job.Done]+n[job.Failed] == cycles*each })
		shut()
		n, taken := letters(t, db), map[string]int{}
		for _, text := range server.Taken() {
			_, id, _ := strings.Cut(text, "Message-ID: ")
			id, _, _ = strings.Cut(id, "\r\n")
			taken[id]++
		}
		for id, times := range taken {
			if times > 1 {
				t.Errorf("letter %s was sent %d times", id, times)
			}
		}
		if n[job.Failed] > cycles || len(taken) < n[job.Done] {
			t.Errorf("letters = %v, taken %d: some were lost", n, len(taken))
		}
		t.Logf("%d kills, %d letters: %d sent, %d perhaps sent; the server took %d, none twice", cycles, cycles*each, n[job.Done], n[job.Failed], len(taken))
	})
}
