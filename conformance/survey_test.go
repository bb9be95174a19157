package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// agree fails for each case of a directory that disagrees.
func agree(t *testing.T, family, dir string, least int) *Report {
	t.Helper()
	r, err := Run(t.Context(), os.DirFS(dir), family, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Cases < least {
		t.Errorf("%d cases; at least %d are expected", r.Cases, least)
	}
	for _, g := range r.Groups {
		for _, f := range g.Failures {
			t.Errorf("%s: %s: got %v, want %v", f.ID, f.Field, short(f.Got), short(f.Want))
		}
	}
	if r.Agreed != r.Cases {
		t.Errorf("%d cases agree out of %d", r.Agreed, r.Cases)
	}
	return r
}

// The cases on data that may be copied run wherever the tests do.
func TestSurveyCases(t *testing.T) {
	agree(t, "survey", "testdata/survey", 106)
}

// Agreement of coders: published values and R.
func TestAgreementCases(t *testing.T) {
	documented(t, agree(t, "agreement", "testdata/agreement", 18))
}

// The whole sets of reference cases.
func TestSharedCases(t *testing.T) {
	root := os.Getenv("VIGIE_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	for _, c := range []struct {
		family, dir string
		least       int
	}{
		{"survey", "survey", 356},
		{"composite", "composite", 116},
		{"spatial", "composite", 19},
		{"ranks", "composite", 11},
		{"disclosure", "sdc", 147},
	} {
		t.Run(c.family, func(t *testing.T) {
			dir := filepath.Join(root, "oracles", c.dir)
			if _, err := os.Stat(dir); err != nil {
				if os.Getenv("VIGIE_STRICT") == "1" {
					t.Fatalf("the shared reference cases are not there: %v", err)
				}
				t.Skipf("left out: the %d shared reference cases of the family are not there (set VIGIE_SHARED): %v", c.least, err)
			}
			documented(t, agree(t, c.family, dir, c.least))
		})
	}
}

// documented fails for each group that the table of doc/methods/conformance.md
// tells otherwise.
func documented(t *testing.T, r *Report) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "doc", "methods", "conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range r.Groups {
		line := regexp.MustCompile(fmt.Sprintf(`(?m)^%s +%d +%d +`, regexp.QuoteMeta(g.Group), g.Cases, g.Agreed))
		if !line.Match(raw) {
			t.Errorf("doc/methods/conformance.md does not say %s: %d cases, %d agreed", g.Group, g.Cases, g.Agreed)
		}
	}
}
