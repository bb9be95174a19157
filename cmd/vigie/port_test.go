package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie/observatory/observatorytest"
)

// listening lists the addresses on which a process listens, as the kernel tells
// them.
func listening(t *testing.T, process string) (found []string) {
	t.Helper()
	mine := map[string]bool{}
	open, err := filepath.Glob("/proc/" + process + "/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, "socket:[") {
			mine[strings.TrimSuffix(to[len("socket:["):], "]")] = true
		}
	}
	for _, name := range []string{"/proc/" + process + "/net/tcp", "/proc/" + process + "/net/tcp6"} {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // a machine without IPv6
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) < 10 || f[3] != "0A" || !mine[f[9]] {
				continue
			}
			host, port, _ := strings.Cut(f[1], ":")
			n, err := strconv.ParseUint(port, 16, 16)
			if err != nil {
				t.Fatal(err)
			}
			if host == "0100007F" {
				host = "127.0.0.1"
			}
			found = append(found, fmt.Sprintf("%s:%d", host, n))
		}
	}
	return found
}

// TestPorts: with counts, a server listens where it was told and on the port of
// the counts, and nowhere else; TestUnprivileged looks at one without counts.
func TestPorts(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the listening sockets are read in /proc")
	}
	t.Setenv("VIGIE_CACHE", filepath.Join(observatorytest.Dir(t), "vigie.db")) // no PDF engine is needed
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VIGIE_METRICS_ADDR", l.Addr().String())
	_ = l.Close() // only its number was wanted
	before := listening(t, "self")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, w := io.Pipe()
	e, _ := outside(w)
	done := make(chan int)
	dir := observatorytest.Copy(t).DB.Dir()
	go func() {
		done <- dispatch(ctx, e, []string{"serve", "--dir", dir, "--addr", "127.0.0.1:0"})
		_ = w.Close() // wakes the reader below; a pipe's Close cannot fail
	}()
	lines := bufio.NewScanner(r)
	ready := false
	for !ready && lines.Scan() {
		ready = served.MatchString(lines.Text())
	}
	go func() { _, _ = io.Copy(io.Discard, r) }() // what else it says does not hold it up
	found := slices.DeleteFunc(listening(t, "self"), func(a string) bool { return slices.Contains(before, a) })
	stop()
	if status := <-done; !ready || status != 0 {
		t.Fatalf("served %v, status %d", ready, status)
	}
	if len(found) != 2 || !slices.Contains(found, l.Addr().String()) || slices.ContainsFunc(found, func(a string) bool { return !strings.HasPrefix(a, "127.0.0.1:") }) {
		t.Errorf("listens on %v; want two addresses of this machine, %s among them", found, l.Addr())
	}
}
