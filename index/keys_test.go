package index

import (
	"slices"
	"testing"
)

// Every key of the language is said, and nothing else; what it names and its
// default agree.
func TestKeys(t *testing.T) {
	known := map[string]bool{}
	for _, k := range Keys() {
		known[k.Path] = true
		if k.Does == "" {
			t.Errorf("%s is not said in French", k.Path)
		}
		if k.Words != nil && k.Default != "" && k.Default[0] == '"' && !slices.Contains(k.Words, k.Default[1:len(k.Default)-1]) {
			t.Errorf("%s: the default %s is none of %v", k.Path, k.Default, k.Words)
		}
	}
	for path := range does {
		if !known[path] {
			t.Errorf("%s is said but is no key", path)
		}
	}
	for path := range words {
		if !known[path] {
			t.Errorf("%s has words but is no key", path)
		}
	}
	for path, want := range map[string]string{
		"[treatment] skewness": "2", "[imputation] method": `"none"`, "[normalisation] range": "[0, 100]",
		"[uncertainty] weightings": `["given", "equal_indicator", "equal_part", "random"]`, "[data] file": "", "[uncertainty] sampling": "true",
	} {
		i := slices.IndexFunc(Keys(), func(k Key) bool { return k.Path == path })
		if i < 0 || Keys()[i].Default != want {
			t.Errorf("%s: default is not %s", path, want)
		}
	}
}
