package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// site writes a small web/ui and its fonts, and returns both folders.
func site(t *testing.T) (ui, font string) {
	t.Helper()
	ui, font = t.TempDir(), t.TempDir()
	files := map[string]string{
		"shared/token.css":      ":root { --ink: red }",
		"shared/a/a.css":        ".shared { color: blue }",
		"home/home_show.css":    ".home { color: var(--ink) }",
		"home/home_show.ts":     "for (const e of document.querySelectorAll<HTMLElement>('.home')) e.hidden = false;",
		"shared/a/ambient.d.ts": "declare const nothing: string;",
	}
	for name, text := range files {
		put(t, filepath.Join(ui, name), text)
	}
	for _, f := range faces {
		put(t, filepath.Join(font, f.name), "bytes of "+f.name)
	}
	put(t, filepath.Join(font, "source-sans-3.OFL.txt"), "licence")
	put(t, filepath.Join(font, "source-serif-4.OFL.txt"), "licence")
	return ui, font
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// manifest returns the logical names of a folder and checks that each file is there.
func manifest(t *testing.T, out string) map[string]string {
	t.Helper()
	var file map[string]string
	if err := json.Unmarshal([]byte(read(t, filepath.Join(out, "manifest.json"))), &file); err != nil {
		t.Fatal(err)
	}
	for _, name := range file {
		read(t, filepath.Join(out, name))
	}
	return file
}

func TestRun(t *testing.T) {
	ui, font := site(t)
	one, two := t.TempDir(), t.TempDir()
	put(t, filepath.Join(one, marker), "kept")
	put(t, filepath.Join(one, "vigie.0123.css"), "an older one")
	for _, out := range []string{one, two} {
		if err := run(ui, font, out); err != nil {
			t.Fatal(err)
		}
	}
	first, second := manifest(t, one), manifest(t, two)
	if !maps.Equal(first, second) {
		t.Errorf("same sources, other names: %v and %v", first, second)
	}
	if read(t, filepath.Join(one, marker)) != "kept" {
		t.Error("the committed marker was touched")
	}
	if _, err := os.Stat(filepath.Join(one, "vigie.0123.css")); err == nil {
		t.Error("a file that the manifest does not name is left")
	}

	css := read(t, filepath.Join(one, first["vigie.css"]))
	order := []string{"@font-face", "--ink", ".shared", ".home"}
	at := make([]int, len(order))
	for i, part := range order {
		if at[i] = strings.Index(css, part); at[i] < 0 {
			t.Errorf("the style sheet lacks %q", part)
		}
	}
	if !slices.IsSorted(at) {
		t.Errorf("order in the style sheet: %v at %v", order, at)
	}
	if !strings.Contains(css, first["source-sans-3-regular.woff2"]) {
		t.Error("the style sheet does not name the font's file")
	}

	put(t, filepath.Join(ui, "home/home_show.css"), ".home { color: green }")
	if err := run(ui, font, one); err != nil {
		t.Fatal(err)
	}
	if manifest(t, one)["vigie.css"] == first["vigie.css"] {
		t.Error("other bytes, same name")
	}
}

func TestRunRefuses(t *testing.T) {
	ui, font := site(t)
	put(t, filepath.Join(ui, "home/home_show.ts"), "const broken = ;")
	out := t.TempDir()
	err := run(ui, font, out)
	if err == nil || !strings.Contains(err.Error(), "home_show.ts") {
		t.Errorf("run with a broken script: %v; its file should be named", err)
	}
	if _, err := os.Stat(filepath.Join(out, "manifest.json")); err == nil {
		t.Error("a manifest was written all the same")
	}
}
