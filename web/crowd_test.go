package web

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/report"
)

// TestGate: as many works as processors, a few that wait, the others refused.
func TestGate(t *testing.T) {
	const waiting, asked = 8, 200
	g, procs := newGate(waiting), runtime.GOMAXPROCS(0)
	var now, most, done, refused atomic.Int64
	leave := make(chan struct{})
	var wait sync.WaitGroup
	for range asked {
		wait.Go(func() {
			err := g.through(lang.FR, func() error {
				most.Store(max(most.Load(), now.Add(1)))
				<-leave
				now.Add(-1)
				done.Add(1)
				return nil
			})
			if err == nil {
				return
			}
			if fault.KindOf(err) != fault.Unavailable || fault.Do(err) == "" {
				t.Errorf("refused with %v", err)
			}
			if int(refused.Add(1)) == asked-procs-waiting {
				close(leave) // everybody has come
			}
		})
	}
	wait.Wait()
	if int(most.Load()) > procs || int(done.Load()) != procs+waiting {
		t.Errorf("%d at once, %d done; want at most %d and %d", most.Load(), done.Load(), procs, procs+waiting)
	}
	if err := g.through(lang.FR, func() error { return nil }); err != nil {
		t.Errorf("once they have left: %v", err)
	}
}

// TestCrowd: readers of as many addresses as one likes search and export at
// once: what is computed is bounded, whoever is too many is told when to come
// back, and the pages of everybody else are served meanwhile.
func TestCrowd(t *testing.T) {
	for name, target := range map[string]string{"search": "/recherche?q=%d", "csv": "/comparer.csv?q=%d", "json": "/comparer.json?q=%d"} {
		t.Run(name, func(t *testing.T) {
			c := sampleConfig()
			var now, most atomic.Int64
			leave := make(chan struct{})
			slow := func(_ context.Context, e *edition.Content, q report.Request, _ string) (report.Document, error) {
				most.Store(max(most.Load(), now.Add(1)))
				<-leave
				now.Add(-1)
				return sampleDocument("search", e, q), nil
			}
			c.Pages.Search, c.Pages.Compare = slow, slow
			s, err := New(c)
			if err != nil {
				t.Fatal(err)
			}
			procs := runtime.GOMAXPROCS(0)
			asked := procs + asksWaiting + 100
			var refused, others atomic.Int64
			var wait sync.WaitGroup
			for i := range asked {
				wait.Go(func() {
					r := httptest.NewRequest(http.MethodGet, fmt.Sprintf(target, i), nil)
					r.RemoteAddr = fmt.Sprintf("10.0.%d.%d:4711", i/250, i%250)
					w := httptest.NewRecorder()
					s.ServeHTTP(w, r)
					switch w.Code {
					case http.StatusOK:
						return
					case http.StatusServiceUnavailable:
						if w.Header().Get("Retry-After") == "" {
							t.Error("told to come back, not when")
						}
					default:
						others.Add(1)
					}
					if refused.Add(1) == 100 {
						if w := get(t, s, "/territoires/DEP-SY"); w.Code != http.StatusOK {
							t.Errorf("a page among the crowd = %d", w.Code)
						}
						close(leave)
					}
				})
			}
			wait.Wait()
			if int(most.Load()) > procs || refused.Load() != 100 || others.Load() > 0 {
				t.Errorf("%d at once of %d, %d refused, %d otherwise answered; want at most %d, 100, 0", most.Load(), asked, refused.Load(), others.Load(), procs)
			}
		})
	}
}
