package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/fault"
	"vigie/job"
	"vigie/store"
	"vigie/store/storetest"
)

func input(what string) store.RunInput {
	return store.RunInput{Kind: "import", What: what, Args: map[string]string{"file": what}, By: actor}
}

// TestRunsOfOneSecond: what is asked within a second is done in that order, and
// listed the last first; so are the files that people send.
func TestRunsOfOneSecond(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var asked, sent []string
		for i := range 40 {
			now := at.Truncate(time.Second).Add(time.Duration(i) * time.Microsecond)
			id, err := db.Enqueue(t.Context(), input(fmt.Sprint(i)), now)
			if err != nil {
				t.Fatal(err)
			}
			row, err := db.PutDelivery(t.Context(), store.DeliveryInput{FileName: "a.csv", File: strings.NewReader("a"), By: actor}, now)
			if err != nil {
				t.Fatal(err)
			}
			asked, sent = append(asked, id), append(sent, row.ID)
		}
		var runs, deliveries, done []string
		rows, err := db.Runs(t.Context(), store.RunFilter{})
		files, err2 := db.Deliveries(t.Context())
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			runs, deliveries = append(runs, rows[len(rows)-1-i].ID), append(deliveries, files[len(files)-1-i].ID)
			task, _, err := db.RunTable("import").Take(t.Context(), "me", at.Add(time.Second), at.Add(job.Lease))
			if err != nil {
				t.Fatal(err)
			}
			done = append(done, task.ID)
		}
		for name, got := range map[string][]string{"listed": runs, "done": done} {
			if d := cmp.Diff(asked, got); d != "" {
				t.Errorf("runs are %s in another order: %s", name, d)
			}
		}
		if d := cmp.Diff(sent, deliveries); d != "" {
			t.Errorf("deliveries are listed in another order: %s", d)
		}
	})
}

func TestRun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		id, err := db.Enqueue(t.Context(), input("été.csv"), at)
		if err != nil {
			t.Fatal(err)
		}
		table := db.RunTable("import", "compute")
		if due, err := db.RunTable("render").Due(t.Context(), at); err != nil || due {
			t.Errorf("Due of another kind = %v, %v", due, err)
		}
		task, ok, err := table.Take(t.Context(), "me", at, at.Add(job.Lease))
		want := job.Task{ID: id, Kind: "import", Args: []byte(`{"file":"été.csv"}`), By: actor, Attempt: 1, Holder: "me"}
		if d := cmp.Diff(want, task); err != nil || !ok || d != "" {
			t.Fatalf("Take = %v, %v: %s", ok, err, d)
		}
		if _, ok, err := table.Take(t.Context(), "other", at, at.Add(job.Lease)); err != nil || ok {
			t.Errorf("a second Take = %v, %v", ok, err)
		}
		if held, err := table.Renew(t.Context(), task, job.Progress{Step: "lecture", Done: 3, Total: 9}, at.Add(job.Lease)); err != nil || !held {
			t.Errorf("Renew = %v, %v", held, err)
		}
		row, err := db.Run(t.Context(), id)
		if err != nil || row.State != job.Running || row.Step != "lecture" || row.Done != 3 || row.Total != 9 || row.StartedAt != kept {
			t.Errorf("Run = %+v, %v", row, err)
		}
		later := at.Add(time.Minute) // the lease has passed
		again, ok, err := table.Take(t.Context(), "other", later, later.Add(job.Lease))
		if err != nil || !ok || again.Attempt != 2 || again.ID != id {
			t.Fatalf("Take after the lease = %+v, %v, %v", again, ok, err)
		}
		if held, err := table.Renew(t.Context(), task, job.Progress{}, later); err != nil || held {
			t.Errorf("Renew by who lost it = %v, %v", held, err)
		}
		if err := table.Settle(t.Context(), task, job.Outcome{State: job.Failed, What: "trop tard"}, later); err != nil {
			t.Error(err)
		}
		if err := table.Settle(t.Context(), again, job.Outcome{State: job.Waiting, What: "plus tard", At: later.Add(time.Hour)}, later); err != nil {
			t.Error(err)
		}
		if due, err := table.Due(t.Context(), later); err != nil || due {
			t.Errorf("Due before its hour = %v, %v", due, err)
		}
		later = later.Add(time.Hour)
		if again, ok, err = table.Take(t.Context(), "other", later, later.Add(job.Lease)); err != nil || !ok {
			t.Fatalf("Take at its hour = %v, %v", ok, err)
		}
		if err := table.Settle(t.Context(), again, job.Outcome{State: job.Done, Result: []byte(`{"rows":2}`), At: later}, later); err != nil {
			t.Error(err)
		}
		row, err = db.Run(t.Context(), id)
		if err != nil || row.State != job.Done || string(row.Result) != `{"rows":2}` || row.EndedAt.IsZero() || row.FaultWhat != "" || row.Attempt != 3 {
			t.Errorf("Run at the end = %+v, %v", row, err)
		}
		if n, err := db.Tidy(t.Context(), later.AddDate(0, 0, 91)); err != nil || n["run"] != 1 {
			t.Errorf("Tidy = %v, %v", n, err)
		}
		if _, err := db.Run(t.Context(), id); fault.KindOf(err) != fault.NotFound {
			t.Errorf("Run forgotten = %v", err)
		}
	})
}

func TestRunEvent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		in := input("purge")
		in.Event, in.At = "purge/2026-03-12", at.Add(time.Hour)
		first, err := db.Enqueue(t.Context(), in, at)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := db.Enqueue(t.Context(), in, at); err != nil || again != first {
			t.Errorf("Enqueue of one event again = %s, %v; want %s", again, err, first)
		}
		if due, err := db.RunTable("import").Due(t.Context(), at); err != nil || due {
			t.Errorf("Due before its hour = %v, %v", due, err)
		}
		if all, err := db.Runs(t.Context(), store.RunFilter{State: job.Waiting, By: actor}); err != nil || len(all) != 1 {
			t.Errorf("Runs = %d, %v; want 1", len(all), err)
		}
		in.By = ""
		if _, err := db.Enqueue(t.Context(), in, at); err == nil {
			t.Error("a run of nobody")
		}
	})
}

func TestRunForeground(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		clock := func() time.Time { return at }
		table := db.RunTable("import")
		task, err := db.BeginRun(t.Context(), input("a.csv"), at)
		if err != nil {
			t.Fatal(err)
		}
		got, err := job.Hold(t.Context(), table, task, clock, func(context.Context, job.Task, func(job.Progress)) (any, error) { return 7, nil })
		if err != nil || got != 7 {
			t.Errorf("Hold = %v, %v", got, err)
		}
		if row, err := db.Run(t.Context(), task.ID); err != nil || row.State != job.Done || string(row.Result) != "7" {
			t.Errorf("Run = %+v, %v", row, err)
		}
		bad := fault.Invalidf("corrigez", "ligne 3")
		if task, err = db.BeginRun(t.Context(), input("b.csv"), at); err != nil {
			t.Fatal(err)
		}
		_, err = job.Hold(t.Context(), table, task, clock, func(context.Context, job.Task, func(job.Progress)) (any, error) { return nil, bad })
		if !errors.Is(err, error(bad)) {
			t.Errorf("Hold = %v; want the fault", err)
		}
		if row, err := db.Run(t.Context(), task.ID); err != nil || row.State != job.Failed || row.FaultWhat != "ligne 3" || row.FaultDo != "corrigez" {
			t.Errorf("Run = %+v, %v", row, err)
		}
		if task, err = db.BeginRun(t.Context(), input("killed.csv"), at); err != nil {
			t.Fatal(err)
		}
		later := at.Add(time.Hour)
		if due, err := table.Due(t.Context(), later); err != nil || due {
			t.Errorf("a command's run is taken up: %v, %v", due, err)
		}
		if err := db.EndLapsed(t.Context(), later); err != nil {
			t.Error(err)
		}
		if row, err := db.Run(t.Context(), task.ID); err != nil || row.State != job.Failed || row.FaultDo == "" {
			t.Errorf("Run of a killed command = %+v, %v", row, err)
		}
	})
}

// worker works on db fast enough for a test.
func worker(db *store.DB, work job.Work) *job.Worker {
	return &job.Worker{Table: db.RunTable("import"), Work: work, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Policy: job.Policy{Most: 5, First: time.Second, Longest: time.Second}, Poll: 20 * time.Millisecond, Lease: 3 * time.Second, Grace: time.Second}
}

// waitDone waits until no run waits or runs, as long as one ends within most.
func waitDone(t *testing.T, db *store.DB, most time.Duration) {
	t.Helper()
	least := math.MaxInt
	for end := time.Now().Add(most); ; time.Sleep(20 * time.Millisecond) {
		left := 0
		for _, s := range []job.State{job.Waiting, job.Running} {
			all, err := db.Runs(t.Context(), store.RunFilter{State: s, Most: 1000})
			if err != nil {
				t.Fatal(err)
			}
			left += len(all)
		}
		if left == 0 {
			return
		}
		if left < least {
			least, end = left, time.Now().Add(most)
		}
		if time.Now().After(end) {
			t.Fatalf("%d runs are not done, and none ended for %v", left, most)
		}
	}
}

// TestWorkersShare has two openings of an observatory, with two workers each,
// do every run once.
func TestWorkersShare(t *testing.T) {
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		db, err := store.Init(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		other, err := store.Open(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		const runs = 40
		for i := range runs {
			if _, err := db.Enqueue(t.Context(), input(fmt.Sprint(i)), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		begun := map[string]int{}
		work := func(_ context.Context, task job.Task, tell func(job.Progress)) (any, error) {
			mu.Lock()
			defer mu.Unlock()
			begun[task.ID]++
			tell(job.Progress{Step: "essai", Done: 1, Total: 1})
			return nil, nil
		}
		ctx, stop := context.WithCancel(t.Context())
		var workers sync.WaitGroup
		for i := range 4 {
			workers.Go(func() { worker([]*store.DB{db, other}[i%2], work).Run(ctx) })
		}
		waitDone(t, db, 20*time.Second)
		stop()
		workers.Wait()
		for id, n := range begun {
			if n != 1 {
				t.Errorf("run %s began %d times", id, n)
			}
		}
		if len(begun) != runs {
			t.Errorf("%d runs began; want %d", len(begun), runs)
		}
	})
}

func TestWorkerRetriesAndStops(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, what := range []string{"passing", "panic", "long"} {
			if _, err := db.Enqueue(t.Context(), input(what), time.Now()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		long := make(chan struct{})
		work := func(ctx context.Context, task job.Task, _ func(job.Progress)) (any, error) {
			switch {
			case strings.Contains(string(task.Args), "long"):
				close(long)
				<-ctx.Done()
				return nil, ctx.Err()
			case task.Attempt == 1 && strings.Contains(string(task.Args), "panic"):
				panic("essai")
			case task.Attempt == 1:
				return nil, &fault.Error{Kind: fault.Unavailable, What: "plus tard", Do: "attendez"}
			}
			return task.Attempt, nil
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		ticks := 0
		go func() {
			w := worker(db, work)
			w.Tick = func(context.Context, time.Time) error { ticks++; return nil }
			w.Run(ctx)
			close(ended)
		}()
		<-long
		time.Sleep(50 * time.Millisecond)
		stop()
		<-ended
		rows, err := db.Runs(t.Context(), store.RunFilter{})
		if err != nil || ticks != 1 {
			t.Fatal(err, ticks)
		}
		for _, r := range rows {
			switch {
			case r.What == "long" && (r.State != job.Waiting || r.Attempt != 0):
				t.Errorf("a run interrupted by the end = %+v; want it waiting, no attempt counted", r)
			case r.What != "long" && r.State == job.Failed:
				t.Errorf("%+v; want it tried again", r)
			}
		}
		var again sync.WaitGroup
		ctx, stop = context.WithCancel(t.Context())
		again.Go(func() {
			worker(db, func(context.Context, job.Task, func(job.Progress)) (any, error) { return nil, nil }).Run(ctx)
		})
		waitDone(t, db, 20*time.Second)
		stop()
		again.Wait()
	})
}

// workForever works until it is killed, and prints what it begins and ends.
func workForever(ctx context.Context, dir string, opts store.Options) error {
	db, err := store.Open(ctx, dir, opts)
	if err != nil {
		return err
	}
	defer db.Close()
	fmt.Println("start")
	worker(db, func(_ context.Context, task job.Task, tell func(job.Progress)) (any, error) {
		fmt.Println("begin", task.ID)
		for i := range 10 {
			tell(job.Progress{Step: "essai", Done: i, Total: 10})
			time.Sleep(5 * time.Millisecond)
		}
		fmt.Println("end", task.ID)
		return nil, nil
	}).Run(ctx)
	return nil
}

// TestRunKill kills one of two working processes again and again: in the end
// every run is done, and none that was settled began again.
func TestRunKill(t *testing.T) {
	cycles := 4
	if testing.Short() {
		cycles = 1
	}
	if os.Getenv("VIGIE_LONG") == "1" {
		cycles = 30
	}
	storetest.EachOptions(t, func(t *testing.T, opts store.Options) {
		dir := filepath.Join(t.TempDir(), "observatoire")
		db, err := store.Init(t.Context(), dir, opts)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		runs := 20 * cycles
		for i := range runs {
			if _, err := db.Enqueue(t.Context(), input(fmt.Sprint(i)), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		rng := rand.New(rand.NewPCG(uint64(cycles), 2))
		var mu sync.Mutex
		ended := map[string]int{}
		var children sync.WaitGroup
		for range 2 {
			delays := make([]time.Duration, cycles)
			for i := range delays {
				delays[i] = time.Duration(100+rng.IntN(400)) * time.Millisecond
			}
			children.Go(func() {
				for _, delay := range delays {
					for line := range childWork(t, dir, opts, delay) {
						mu.Lock()
						ended[line]++
						mu.Unlock()
					}
				}
			})
		}
		children.Wait()
		ctx, stop := context.WithCancel(t.Context())
		var last sync.WaitGroup
		last.Go(func() {
			worker(db, func(_ context.Context, task job.Task, _ func(job.Progress)) (any, error) {
				mu.Lock()
				defer mu.Unlock()
				ended[task.ID]++
				return nil, nil
			}).Run(ctx)
		})
		waitDone(t, db, time.Minute)
		stop()
		last.Wait()
		twice := 0
		for _, n := range ended {
			if n > 1 { // killed between the end of the work and its settlement
				twice += n - 1
			}
		}
		if len(ended) != runs || twice > 2*cycles {
			t.Errorf("%d of %d runs ended, %d a second time after %d kills", len(ended), runs, twice, 2*cycles)
		}
		t.Logf("%d kills, %d runs, %d worked a second time", 2*cycles, runs, twice)
	})
}

// childWork has a child work for a while, kills it, and returns what it ended.
func childWork(t *testing.T, dir string, opts store.Options, after time.Duration) map[string]bool {
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDir+"="+dir, childURL+"="+opts.DatabaseURL, childWorks+"=1")
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Error(err)
		return nil
	}
	if err := child.Start(); err != nil {
		t.Error(err)
		return nil
	}
	lines := bufio.NewScanner(stdout)
	lines.Scan()                                               // "start"
	time.AfterFunc(after, func() { _ = child.Process.Kill() }) // it does not end by itself
	ended := map[string]bool{}
	for lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "end "); ok {
			ended[id] = true
		}
	}
	_ = child.Wait() // killed
	return ended
}
