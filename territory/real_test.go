package territory

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// starter reads a file of the starter set, outside the tree, decompressed.
func starter(t testing.TB, name string) []byte {
	t.Helper()
	return sharedFile(t, "starter/territories/"+name)
}

// sharedFile reads a file of the shared folder, decompressed.
func sharedFile(t testing.TB, name string) []byte {
	t.Helper()
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = "../../shared"
	}
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skipf("shared files not found (set VIGIE_SHARED): %v", err)
	}
	if !strings.HasSuffix(name, ".gz") {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	b, err = io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func files2026(t testing.TB) Files {
	return Files{National: starter(t, "national.csv"), Regions: starter(t, "regions.csv"),
		Departements: starter(t, "departements.csv"), EPCI: starter(t, "epci.csv"), Communes: starter(t, "communes.csv.gz")}
}

func files2021(t testing.TB) Files {
	f := files2026(t)
	f.EPCI, f.Communes = starter(t, "epci_2021.csv"), starter(t, "communes_2021.csv.gz")
	return f
}

var parsed = map[int]*Vintage{}
var parsing sync.Mutex

// vintage returns the real vintage of 2021 or 2026, read once.
func vintage(t testing.TB, year int) *Vintage {
	t.Helper()
	parsing.Lock()
	defer parsing.Unlock()
	if v := parsed[year]; v != nil {
		return v
	}
	f := files2026(t)
	if year == 2021 {
		f = files2021(t)
	}
	v, err := ParseVintage(year, f)
	if err != nil {
		t.Fatal(err)
	}
	parsed[year] = v
	return v
}

func passage(t testing.TB) *Passage {
	t.Helper()
	changes, err := ParseChanges("2021", "2026", starter(t, "changes_2021_2026.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPassage(vintage(t, 2021), vintage(t, 2026), changes)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
