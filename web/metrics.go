package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/pprof"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Meter counts what a server answers, by route, method and status, for a
// machine to read on a listener of its own. It holds no address, no path, no
// query and nobody's name: a route is one of those in everything.
type Meter struct {
	Version string
	// Gauges are counts of the moment, by name and then by value of the label
	// "state": vigie_runs, waiting. Nil for none.
	Gauges func(ctx context.Context) (map[string]map[string]int64, error)

	mu     sync.Mutex
	routes map[metered]*timing
}

type metered struct{ route, method, code string }

// timing is the histogram of the durations of one line.
type timing struct {
	below [len(meterSteps)]int64
	count int64
	sum   float64
}

var meterSteps = [...]float64{0.005, 0.025, 0.1, 0.25, 1, 5} // seconds

// note counts one answer.
func (m *Meter) note(route, method string, code int, took time.Duration) {
	if !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPost}, method) {
		method = "other"
	}
	key := metered{route, method, strconv.Itoa(code)}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.routes == nil {
		m.routes = map[metered]*timing{}
	}
	t := m.routes[key]
	if t == nil {
		t = new(timing)
		m.routes[key] = t
	}
	seconds := took.Seconds()
	t.count++
	t.sum += seconds
	for i, step := range meterSteps {
		if seconds <= step {
			t.below[i]++
		}
	}
}

// watched is an answer whose status is kept.
type watched struct {
	http.ResponseWriter
	status int
}

// WriteHeader keeps the status.
func (w *watched) WriteHeader(status int) {
	w.status = cmp.Or(w.status, status)
	w.ResponseWriter.WriteHeader(status)
}

// Write writes on.
func (w *watched) Write(p []byte) (int, error) {
	w.status = cmp.Or(w.status, http.StatusOK)
	return w.ResponseWriter.Write(p)
}

// Unwrap lets the limits of the connection be set.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// metered answers a request and counts it.
func (s *Server) metered(w http.ResponseWriter, r *http.Request) {
	e, _ := s.entryOf(r)
	route := cmp.Or(strings.TrimPrefix(strings.TrimPrefix(e.Pattern, "GET "), "POST "), "none")
	seen := &watched{ResponseWriter: w}
	start := time.Now()
	defer func() {
		s.Meter.note(route, r.Method, cmp.Or(seen.status, http.StatusOK), time.Since(start))
	}()
	s.answer(seen, r)
}

// Handler answers the counts at /metrics, in the text form that Prometheus
// reads, and with profiles those of the running program at /debug/pprof/. It is
// for a listener of its own, never that of the site.
func (m *Meter) Handler(profiles bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		var out bytes.Buffer
		m.write(r.Context(), &out)
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Header().Set("Cache-Control", never)
		_, _ = w.Write(out.Bytes()) // the reader has left: nobody to tell
	})
	if profiles {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}

// write writes the counts, in the order of their names.
func (m *Meter) write(ctx context.Context, out *bytes.Buffer) {
	head := func(name, kind, help string) {
		fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
	}
	head("vigie_build_info", "gauge", "Version of the program.")
	fmt.Fprintf(out, "vigie_build_info{version=%q} 1\n", m.Version)
	m.writeRoutes(out, head)
	m.writeGauges(ctx, out, head)
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	head("go_goroutines", "gauge", "Goroutines.")
	fmt.Fprintf(out, "go_goroutines %d\n", runtime.NumGoroutine())
	head("go_memstats_heap_alloc_bytes", "gauge", "Bytes of the heap in use.")
	fmt.Fprintf(out, "go_memstats_heap_alloc_bytes %d\n", mem.HeapAlloc)
	head("go_memstats_sys_bytes", "gauge", "Bytes obtained from the system.")
	fmt.Fprintf(out, "go_memstats_sys_bytes %d\n", mem.Sys)
}

func (m *Meter) writeRoutes(out *bytes.Buffer, head func(name, kind, help string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var keys []metered
	for k := range m.routes {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b metered) int {
		return cmp.Or(cmp.Compare(a.route, b.route), cmp.Compare(a.method, b.method), cmp.Compare(a.code, b.code))
	})
	const name = "vigie_http_request_duration_seconds"
	head(name, "histogram", "Answers by route, method and status, and how long they took.")
	for _, k := range keys {
		t := m.routes[k]
		labels := fmt.Sprintf("route=%q,method=%q,code=%q", k.route, k.method, k.code)
		for i, step := range meterSteps {
			fmt.Fprintf(out, "%s_bucket{%s,le=\"%g\"} %d\n", name, labels, step, t.below[i])
		}
		fmt.Fprintf(out, "%s_bucket{%s,le=\"+Inf\"} %d\n%s_sum{%s} %g\n%s_count{%s} %d\n", name, labels, t.count, name, labels, t.sum, name, labels, t.count)
	}
}

func (m *Meter) writeGauges(ctx context.Context, out *bytes.Buffer, head func(name, kind, help string)) {
	if m.Gauges == nil {
		return
	}
	gauges, err := m.Gauges(ctx)
	head("vigie_store_up", "gauge", "1 when the base answers.")
	if err != nil {
		fmt.Fprintln(out, "vigie_store_up 0")
		return
	}
	fmt.Fprintln(out, "vigie_store_up 1")
	for _, name := range slices.Sorted(maps.Keys(gauges)) {
		head(name, "gauge", "By state.")
		for _, state := range slices.Sorted(maps.Keys(gauges[name])) {
			fmt.Fprintf(out, "%s{state=%q} %d\n", name, state, gauges[name][state])
		}
	}
}
