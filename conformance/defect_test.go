package conformance

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// The table of defects names tests that exist.
func TestDefectsHaveTests(t *testing.T) {
	doc, err := os.ReadFile(filepath.FromSlash("../doc/methods/conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := bytes.Cut(doc, []byte("### Defects of the reference programs"))
	names := regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllSubmatch(table, -1)
	if !ok || len(names) < 14 {
		t.Fatalf("%d tests named in the table of defects", len(names))
	}
	var source []byte
	for _, folder := range []string{".", "../stat/composite", "../index"} {
		files, err := filepath.Glob(folder + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source = append(source, raw...)
		}
	}
	for _, n := range names {
		if !bytes.Contains(source, []byte("\nfunc "+string(n[1])+"(t *testing.T)")) {
			t.Errorf("no test is called %s", n[1])
		}
	}
}
