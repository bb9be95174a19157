package vigie_test

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRelease makes a release twice, in this tree and in a copy elsewhere, and
// verifies what was made as somebody who downloads it would: the digests, the
// signature, the list of parts, the programs. Only with VIGIE_LONG=1: it builds
// four programs.
func TestRelease(t *testing.T) {
	if os.Getenv("VIGIE_LONG") != "1" {
		run(t, ".", "bash", "-n", "script/release")
		return
	}
	key, public := filepath.Join(t.TempDir(), "release.key"), filepath.Join(t.TempDir(), "release.pub")
	run(t, ".", "minisign", "-G", "-W", "-s", key, "-p", public)
	t.Setenv("MINISIGN_KEY", key)
	here, there := filepath.Join(t.TempDir(), "release"), filepath.Join(t.TempDir(), "release")
	run(t, ".", "script/release", here)
	copied := copyTree(t)
	run(t, copied, "script/release", there)

	sums := read(t, filepath.Join(here, "SHA256SUMS"))
	listed := 0
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		body := read(t, filepath.Join(here, name))
		if got := sha256.Sum256(body); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s: the digest is not its own", name)
		}
		if !bytes.Equal(body, read(t, filepath.Join(there, name))) {
			t.Errorf("%s: another folder gives other bytes", name)
		}
		listed++
		switch {
		case strings.Contains(name, "_linux_"):
			checkProgram(t, filepath.Join(here, name), body)
		case strings.HasSuffix(name, ".cdx.json"):
			var parts struct {
				BOMFormat  string `json:"bomFormat"`
				Components []any  `json:"components"`
			}
			if err := json.Unmarshal(body, &parts); err != nil || parts.BOMFormat != "CycloneDX" || len(parts.Components) < 50 {
				t.Errorf("%s: %d parts, %v", name, len(parts.Components), err)
			}
		}
	}
	made, err := os.ReadDir(here)
	if err != nil || listed != len(made)-2 || listed < 6 { // but for the digests and their signature
		t.Errorf("%d files have a digest of %d, %v", listed, len(made), err)
	}
	verify := func() error {
		return exec.Command("minisign", "-V", "-q", "-p", public, "-m", filepath.Join(here, "SHA256SUMS")).Run()
	}
	if err := verify(); err != nil {
		t.Errorf("the signature: %v", err)
	}
	sums[0] ^= 1
	if err := os.WriteFile(filepath.Join(here, "SHA256SUMS"), sums, 0o644); err != nil {
		t.Fatal(err)
	}
	if verify() == nil {
		t.Error("changed digests are still signed")
	}
}

// checkProgram looks at a program of the release: its machine, how it was built,
// no path of this one; and runs it where it can.
func checkProgram(t *testing.T, path string, body []byte) {
	t.Helper()
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, s := range info.Settings {
		said[s.Key] = s.Value
	}
	arch := path[strings.LastIndexByte(path, '_')+1:]
	if said["CGO_ENABLED"] != "0" || said["-trimpath"] != "true" || said["GOARCH"] != arch || said["vcs.revision"] != "" {
		t.Errorf("%s: built with %v", filepath.Base(path), said)
	}
	f, err := elf.NewFile(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[arch]; f.Machine != want {
		t.Errorf("%s is for %v", filepath.Base(path), f.Machine)
	}
	if libraries, err := f.ImportedLibraries(); err != nil || len(libraries) > 0 {
		t.Errorf("%s needs %v, %v", filepath.Base(path), libraries, err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(body, []byte(here+"/")) {
		t.Errorf("%s holds the path where it was built", filepath.Base(path))
	}
	if arch == "amd64" {
		run(t, ".", path, "version")
	}
}

// copyTree copies what git knows, and what is made before the programs.
func copyTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name := range strings.SplitSeq(run(t, ".", "git", "ls-files", "-co", "--exclude-standard"), "\n") {
		body, err := os.ReadFile(name)
		if err != nil {
			continue // removed and not yet committed, or the last, empty, line
		}
		to := filepath.Join(dir, name)
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, body, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	for _, made := range []string{"web/asset", "render/pdf/engine", "render/pdf/font"} {
		if err := os.RemoveAll(filepath.Join(dir, made)); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(dir, made), os.DirFS(made)); err != nil {
			t.Fatal(err)
		}
	}
	packages, err := filepath.Abs("node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(packages, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, said.String())
	}
	return string(out)
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
