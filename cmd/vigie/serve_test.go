package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"vigie/observatory/observatorytest"
)

// outside is what a verb may touch, for a test: what it writes, a clock that
// stands still.
func outside(stderr io.Writer) (*env, *bytes.Buffer) {
	out := &bytes.Buffer{}
	return &env{stdout: out, stderr: stderr, now: func() time.Time { return observatorytest.Now.Add(time.Hour) }}, out
}

// TestStatus: 0 when done, 1 when refused, 2 when called wrongly.
func TestStatus(t *testing.T) {
	dir := observatorytest.Dir(t)
	cases := []struct {
		args string
		want int
	}{
		{"", 0}, {"help", 0}, {"--help", 0}, {"help trace", 0}, {"trace -h", 0}, {"version", 0},
		{"edition --dir " + dir, 0}, {"dataset --json --dir " + dir, 0},
		{"edition --dir " + t.TempDir(), 1}, {"trace --dir " + dir + " 2026-1 x", 1}, {"import --dir " + dir + " absent.csv", 1},
		{"publish --dir " + dir + " --date hier", 1}, {"serve --dir " + dir + " --addr partout", 1},
		{"nothing", 2}, {"help nothing", 2}, {"version 1", 2}, {"edition --galaxie", 2}, {"import", 2}, {"compute --spec", 2}, {"render --dir " + dir, 2},
	}
	for _, k := range cases {
		var stderr bytes.Buffer
		e, out := outside(&stderr)
		if got := dispatch(t.Context(), e, strings.Fields(k.args)); got != k.want {
			t.Errorf("vigie %s: status %d; want %d\n%s", k.args, got, k.want, stderr.String())
		}
		if said := stderr.String(); k.want == 1 && (!strings.HasPrefix(said, "vigie : ") || !strings.Contains(said, "\nà faire : ") || out.Len() > 0) {
			t.Errorf("vigie %s says %q, and %q on standard output", k.args, said, out.String())
		}
	}
}

var served = regexp.MustCompile(`http://[0-9.:]+`)

// TestServe serves the shared observatory, asks for a page in every form, and
// stops when told to.
func TestServe(t *testing.T) {
	busy := filepath.Join(observatorytest.Dir(t), "vigie.db") // a file: the PDF engine cannot be kept there, the pages do without
	t.Setenv("VIGIE_CACHE", busy)
	dir := observatorytest.Copy(t).DB.Dir() // a server writes: its runs
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, w := io.Pipe()
	e, _ := outside(w)
	done := make(chan int)
	go func() {
		done <- dispatch(ctx, e, []string{"serve", "--dir", dir, "--addr", "127.0.0.1:0"})
		_ = w.Close() // wakes the reader below; a pipe's Close cannot fail
	}()
	lines := bufio.NewScanner(r)
	base := ""
	for base == "" && lines.Scan() {
		base = served.FindString(lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, r) }() // what else it says does not hold it up
	if base == "" {
		t.Fatalf("not served: status %d", <-done)
	}
	for path, want := range map[string]string{"/": "text/html", "/territoires/DEP-08": "text/html", "/territoires/DEP-08.json": "application/json",
		"/territoires/DEP-08.csv?figure=profil": "text/csv", "/territoires/DEP-08.svg?figure=profil": "image/svg+xml", "/en/territoires/DEP-08": "text/html",
		"/provenance/fragilite/DEP-08/EMP": "text/html", "/editions/2026-1/territoires/DEP-08": "text/html"} {
		a, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		_ = a.Body.Close() // read to its end
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), want) || len(b) == 0 {
			t.Errorf("%s: %s, %s, %d bytes; want %s", path, a.Status, a.Header.Get("Content-Type"), len(b), want)
		}
	}
	stop()
	select {
	case status := <-done:
		if status != 0 {
			t.Errorf("stopped with status %d", status)
		}
	case <-time.After(15 * time.Second):
		t.Error("told to stop, it serves on")
	}
}
