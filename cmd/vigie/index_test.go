package main

import (
	"testing"

	"vigie/index"
)

// Each method that a specification may name has a French word.
func TestIndexWords(t *testing.T) {
	silent := map[string]bool{"low": true, "high": true, "n": true, "n-1": true, "below": true, "above": true, // never in a result
		"each_period": true, "all_periods": true, "pearson": true, "spearman": true, "kendall": true, "equal": true, "budget": true, "pca": true, "optimised": true, "benefit": true}
	for _, k := range index.Keys() {
		for _, word := range k.Words {
			if _, ok := words[word]; !ok && !silent[word] {
				t.Errorf("%s may name %s, which has no French word", k.Path, word)
			}
		}
	}
}
