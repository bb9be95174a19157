package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// TestParts: every part has a version, a digest and a licence that is allowed,
// the parts in the program are among them, and twice gives the same bytes.
func TestParts(t *testing.T) {
	all, err := components("../..")
	if err != nil {
		t.Fatal(err)
	}
	body, err := document(all)
	if err != nil {
		t.Fatal(err)
	}
	again, err := components("../..")
	if err != nil {
		t.Fatal(err)
	}
	if second, _ := document(again); !bytes.Equal(body, second) {
		t.Error("twice gives other bytes")
	}
	for _, c := range all {
		if c.Version == "" || c.Licence == "" || c.Hash == "" && !c.Dev {
			t.Errorf("%+v", c)
		}
	}
	for _, name := range []string{"modernc.org/sqlite", "github.com/jackc/pgx/v5", "@myriaddreamin/typst-ts-web-compiler", "source-serif"} {
		if !slices.ContainsFunc(all, func(c component) bool { return c.Name == name && !c.Dev }) {
			t.Errorf("%s is not listed", name)
		}
	}
	var read struct {
		BomFormat  string
		Components []struct {
			PURL     string
			Licenses []json.RawMessage
		}
	}
	if err := json.Unmarshal(body, &read); err != nil || read.BomFormat != "CycloneDX" || len(read.Components) != len(all) {
		t.Errorf("%d components read of %d, %v", len(read.Components), len(all), err)
	}
	seen := map[string]bool{}
	for _, c := range read.Components {
		if seen[c.PURL] || len(c.Licenses) != 1 || !strings.HasPrefix(c.PURL, "pkg:") {
			t.Errorf("component %q", c.PURL)
		}
		seen[c.PURL] = true
	}
	t.Logf("%d parts", len(all))
}

func TestPermitted(t *testing.T) {
	for expression, want := range map[string]bool{"MIT": true, "GPL-3.0": false, "": false, "(MIT OR GPL-3.0)": true, "MIT AND GPL-3.0": false, "(MIT AND BSD-3-Clause)": true} {
		if got := permitted(expression); got != want {
			t.Errorf("permitted(%q) = %v; want %v", expression, got, want)
		}
	}
}
