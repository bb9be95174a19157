package main

import (
	"bufio"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"vigie/observatory/observatorytest"
)

// nobody is the user that owns nothing.
const nobody = 65534

// TestUnprivileged serves as a user who owns two folders and nothing else, where
// there is neither a home nor a temporary folder: pages are served, and nothing
// is written elsewhere, and one port is open. Who runs the tests without being root is that user.
func TestUnprivileged(t *testing.T) {
	root := os.Geteuid() == 0
	dir, err := os.MkdirTemp("", "vigie-unprivileged-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	program, state, cache := filepath.Join(dir, "vigie"), filepath.Join(dir, "state"), filepath.Join(dir, "cache")
	if err := os.CopyFS(state, os.DirFS(observatorytest.Dir(t))); err != nil {
		t.Fatal(err)
	}
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copyProgram(t, own, program)
	if err := os.Mkdir(cache, 0o700); err != nil {
		t.Fatal(err)
	}
	if root {
		give(t, state)
		give(t, cache)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	began := time.Now()

	cmd := exec.CommandContext(t.Context(), program, "serve", "--addr", "127.0.0.1:0")
	cmd.Env = []string{"VIGIE_DIR=" + state, "VIGIE_CACHE=" + cache, "HOME=/nonexistent", "TMPDIR=/nonexistent"}
	cmd.Dir = "/"
	if root {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, base, told := bufio.NewScanner(said), "", ""
	for base == "" && lines.Scan() {
		told += lines.Text() + "\n"
		base = served.FindString(lines.Text())
	}
	if base == "" {
		t.Fatalf("not served: %v\n%s", cmd.Wait(), told)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }() // what else it says does not hold it up
	for path, want := range map[string]int{"/territoires/DEP-08": 200, "/recherche?q=nord": 200, "/connexion": 200, "/territoires/DEP-08.csv?figure=profil": 200} {
		answer, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // its status is enough
		if answer.StatusCode != want {
			t.Errorf("%s = %d; want %d", path, answer.StatusCode, want)
		}
	}
	if open := listening(t, strconv.Itoa(cmd.Process.Pid)); len(open) != 1 || "http://"+open[0] != base {
		t.Errorf("listens on %v; want %s alone", open, base)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("stopped: %v", err)
	}
	if root {
		strays(t, began, dir, os.TempDir(), "/tmp", "/var/tmp", "/dev/shm")
	}
}

func copyProgram(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// give makes a folder and all in it nobody's own.
func give(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, nobody, nobody)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// strays fails for every file of nobody's that is new in these folders, but for
// those of the first one.
func strays(t *testing.T, since time.Time, own string, folders ...string) {
	t.Helper()
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			continue // this machine has none
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || filepath.Join(folder, e.Name()) == own || info.ModTime().Before(since) {
				continue
			}
			if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid == nobody {
				t.Errorf("%s was written", filepath.Join(folder, e.Name()))
			}
		}
	}
}
