package data_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vigie/data"
)

// shared returns the project's shared folder, which a clone does not have.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatalf("shared files are required: %v", err)
		}
		t.Skipf("left out: the shared files are not at %s (set VIGIE_SHARED)", dir)
	}
	return dir
}

// origin returns where an embedded file was taken from, "" for ours.
func origin(name string) string {
	switch {
	case name == "published/published-figures.csv":
		return "reference/published-figures.csv"
	case name == "published/publications.csv":
		return "starter/publications.csv"
	case name == "casestudy/cases.jsonl":
		return "starter/cases.jsonl"
	case name == "starter/README.md", name == "starter/licence.toml", !strings.HasPrefix(name, "starter/"):
		return ""
	}
	return name
}

func TestEmbeddedEqualsItsOrigin(t *testing.T) {
	dir := shared(t)
	compared := 0
	err := fs.WalkDir(data.FS, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || origin(name) == "" {
			return err
		}
		compared++
		got, err := data.Read(name)
		if err != nil {
			return err
		}
		if want := plain(t, filepath.Join(dir, filepath.FromSlash(origin(name)))); !bytes.Equal(got, want) {
			t.Errorf("%s differs from %s", name, origin(name))
		}
		return nil
	})
	if err != nil || compared != 20 {
		t.Errorf("compared %d files, error %v", compared, err)
	}
}

// plain reads a file that may stand there compressed or not.
func plain(t *testing.T, name string) []byte {
	t.Helper()
	for _, form := range []string{name, strings.TrimSuffix(name, ".gz")} {
		raw, err := os.ReadFile(form)
		if err != nil {
			continue
		}
		if !strings.HasSuffix(form, ".gz") {
			return raw
		}
		z, err := gzip.NewReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	t.Fatalf("no file %s", name)
	return nil
}

func TestEmbeddedIsSmallAndReproducible(t *testing.T) {
	total := 0
	err := fs.WalkDir(data.FS, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := data.FS.ReadFile(name)
		total += len(raw)
		if strings.HasSuffix(name, ".gz") {
			z, err := gzip.NewReader(bytes.NewReader(raw))
			if err != nil {
				return err
			}
			if !z.ModTime.IsZero() || z.Name != "" {
				t.Errorf("%s holds a name or a date: compress it with gzip -9n", name)
			}
		}
		return err
	})
	if err != nil || total > 6_500_000 {
		t.Errorf("%d bytes embedded, at most 6,500,000; error %v", total, err)
	}
}

func TestReadTellsWhatIsMissing(t *testing.T) {
	if _, err := data.Read("starter/nothing.csv.gz"); err == nil {
		t.Error("an absent file was read")
	}
}
