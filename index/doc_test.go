package index

import (
	"os"
	"path/filepath"
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
