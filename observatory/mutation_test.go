package observatory_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/source/sourcetest"
)

// spoilt are the sources whose made-up file is spoiled, one of each form that
// is read.
var spoilt = []string{"ssmsi_delinquance", "drees_minima_sociaux", "insee_population", "transition_irpe", "derive_departement", "sdmx_insee_bdm", "sdmx_bpe_departement", "sdmx_json_departement"}

// TestMutations imports malformed files into a real observatory: each one gives
// a whole dataset, which reads back, or leaves nothing behind, in the base and
// among the artifacts.
func TestMutations(t *testing.T) {
	whole(t)
	each := 4
	if os.Getenv("VIGIE_LONG") == "1" {
		each = 250
	}
	w := observatorytest.Copy(t)
	imported, slowest := 0, time.Duration(0)
	rng := rand.New(rand.NewPCG(20261123, 3))
	for _, name := range spoilt {
		file, valid := madeUpFile(t, name)
		for i := range each {
			b := valid.Spoil(rng)
			before, kept := state(t, w.DB), artifacts(t, w.DB.Dir())
			began := time.Now()
			row, said, err := w.Import(t.Context(), observatory.Importing{Description: embedded(t, "source/"+name+".toml"), FileName: file, File: bytes.NewReader(b)})
			slowest = max(slowest, time.Since(began))
			after, keeps := state(t, w.DB), artifacts(t, w.DB.Dir())
			switch {
			case err != nil && (fault.KindOf(err) != fault.Invalid || fault.Do(err) == ""):
				t.Errorf("%s, mutation %d: %v: not a fault with a remedy", name, i, err)
			case err != nil && (!slices.Equal(before, after) || !slices.Equal(kept, keeps)):
				t.Errorf("%s, mutation %d: refused, but something is left: %v", name, i, err)
			case err == nil:
				imported++
				if table := tableOf(t, w, row); table.Rows() != said.Kept || len(after)-len(before) > 1 || len(keeps)-len(kept) > 3 {
					t.Errorf("%s, mutation %d: %d observations read back, %d said; %d datasets and %d artifacts more", name, i, table.Rows(), said.Kept, len(after)-len(before), len(keeps)-len(kept))
				}
			}
			if t.Failed() {
				t.Fatalf("%.2000q", b)
			}
		}
	}
	n := each * len(spoilt)
	t.Logf("%d malformed files: %d imported whole, %d refused without a trace; slowest %v", n, imported, n-imported, slowest)
	if imported == 0 || imported == n || slowest > 2*time.Second {
		t.Errorf("%d of %d imported, slowest %v", imported, n, slowest)
	}
}

// madeUpFile is the made-up file of a source.
func madeUpFile(t *testing.T, name string) (string, *sourcetest.Valid) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "source", "testdata", name, "*valeurs_inventees.*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %v, %v", name, found, err)
	}
	b, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	valid, err := sourcetest.New(found[0], b)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(found[0]), valid
}

// artifacts lists the files of an observatory but those of its base.
func artifacts(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.Contains(d.Name(), "vigie.db") {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
