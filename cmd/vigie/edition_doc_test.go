package main

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"vigie/lang"
)

// TestEditionVerbsDocumented: each word of « vigie edition » stands beside the
// button that does the same, under the name that the page gives it.
func TestEditionVerbsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../doc/operate/4-new-edition.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "| ") {
			rows = append(rows, line)
		}
	}
	table := strings.ReplaceAll(strings.Join(rows, ""), "'", "’")
	for _, verb := range slices.Sorted(maps.Keys(editionVerbs)) {
		if !strings.Contains(table, "| `vigie edition "+verb+"`") && !strings.Contains(table, ", `vigie edition "+verb+"`") {
			t.Errorf("the table does not have vigie edition %s", verb)
		}
	}
	for _, key := range []string{"title", "compose", "propose", "preview", "approve", "refuse", "withdraw", "recall", "erratum_submit", "replay"} {
		if label := "**" + lang.T(lang.FR, "edition."+key) + "**"; !strings.Contains(table, strings.ReplaceAll(label, "'", "’")) {
			t.Errorf("the table does not have the button %s", label)
		}
	}
}
