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

// serving runs a verb that serves and returns its address, and what stops it
// and gives its status.
func serving(t *testing.T, args ...string) (base string, stop func() int) {
	t.Helper()
	t.Setenv("VIGIE_CACHE", filepath.Join(observatorytest.Dir(t), "vigie.db")) // a file: the PDF engine cannot be kept there, the pages do without
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	e, _ := outside(w)
	done := make(chan int, 1)
	go func() {
		done <- dispatch(ctx, e, args)
		_ = w.Close() // wakes the reader below; a pipe's Close cannot fail
	}()
	lines := bufio.NewScanner(r)
	for base == "" && lines.Scan() {
		base = served.FindString(lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, r) }() // what else it says does not hold it up
	if base == "" {
		t.Fatalf("not served: status %d", <-done)
	}
	return base, func() int {
		cancel()
		select {
		case status := <-done:
			return status
		case <-time.After(15 * time.Second):
			t.Error("told to stop, it serves on")
			return -1
		}
	}
}

// fetched asks for a page and returns its status, type and text.
func fetched(t *testing.T, address string) (status int, kind, text string) {
	t.Helper()
	a, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	b, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, a.Header.Get("Content-Type"), string(b)
}

// TestServe serves the shared observatory, asks for a page in every form, and
// stops when told to.
func TestServe(t *testing.T) {
	base, stop := serving(t, "serve", "--dir", observatorytest.Copy(t).DB.Dir(), "--addr", "127.0.0.1:0") // a copy: a server writes its runs
	for path, want := range map[string]string{"/": "text/html", "/territoires/DEP-08": "text/html", "/territoires/DEP-08.json": "application/json",
		"/territoires/DEP-08.csv?figure=profil": "text/csv", "/territoires/DEP-08.svg?figure=profil": "image/svg+xml", "/en/territoires/DEP-08": "text/html",
		"/provenance/fragilite/DEP-08/EMP": "text/html", "/editions/2026-1/territoires/DEP-08": "text/html", "/connexion": "text/html"} {
		if status, kind, text := fetched(t, base+path); status != http.StatusOK || !strings.HasPrefix(kind, want) || text == "" {
			t.Errorf("%s: %d, %s, %d bytes; want %s", path, status, kind, len(text), want)
		}
	}
	if status := stop(); status != 0 {
		t.Errorf("stopped with status %d", status)
	}
}

// An observatory that has accounts is served before its first edition, which is
// composed in the back office.
func TestServeFirst(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"init", "--dir", dir}, {"user", "add", "--dir", dir, "--admin", "admin@exemple.fr"}} {
		var said bytes.Buffer
		if e, _ := outside(&said); dispatch(t.Context(), e, args) != 0 {
			t.Fatalf("vigie %v: %s", args, said.String())
		}
	}
	base, stop := serving(t, "serve", "--dir", dir, "--addr", "127.0.0.1:0")
	defer stop()
	if status, _, text := fetched(t, base+"/"); status != http.StatusNotFound || !strings.Contains(text, "Aucune édition n’est publiée") && !strings.Contains(text, "aucune édition n’est publiée") {
		t.Errorf("the home without edition: %d\n%s", status, text)
	}
	if status, _, _ := fetched(t, base+"/connexion"); status != http.StatusOK {
		t.Errorf("the way in without edition: %d", status)
	}
}
