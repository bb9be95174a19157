package index

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The page of the method names every key, and every word a key may take.
func TestDocumented(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "doc", "methods", "index-desk.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	for _, k := range Keys() {
		_, name, ok := strings.Cut(k.Path, " ")
		if !ok {
			name = k.Path
		}
		for _, word := range append([]string{name}, k.Words...) {
			if !strings.Contains(page, word) {
				t.Errorf("%s: the page says nothing of « %s »", k.Path, word)
			}
		}
	}
}

// The list of methods names every page, and no page that is not there.
func TestMethodsListed(t *testing.T) {
	folder := filepath.Join("..", "doc", "methods")
	raw, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"README.md": true}
	for _, m := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllSubmatch(raw, -1) {
		listed[string(m[1])] = true
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if name := filepath.Base(p); !listed[name] {
			t.Errorf("%s is not in the list of methods", name)
		} else {
			delete(listed, name)
		}
	}
	for name := range listed {
		t.Errorf("the list of methods leads to %s, which is not there", name)
	}
}
