package main

import (
	"bytes"
	"context"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/estimate"
	"vigie/index"
	"vigie/observatory/observatorytest"
)

var update = flag.Bool("update", false, "write the outputs of the guides of doc/operate again")

// digest is the fingerprint of a file made by a command of the guide, whose
// last digits may differ from one processor to another.
var digest = regexp.MustCompile(`sha256 [0-9a-f]{64}`)

// TestGuides does what the guides of the desks say: the fences that name a
// file are written, those of `sh` are run in order, and the `text` that follows
// one is its output, or what it complains of when it `fails`.
func TestGuides(t *testing.T) {
	answers, err := os.ReadFile("../../conformance/testdata/survey/data/barometre.csv")
	if err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("../../doc/operate/index/bassins.csv")
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string]map[string][]byte{
		"survey": {"barometre.csv": answers},
		"index":  {"bassins.csv": table},
		"study":  {"barometre.csv": answers, "observatoire/inventé": []byte("essai")},
	} {
		t.Run(name, func(t *testing.T) { follow(t, "../../doc/operate/"+name+".md", files) })
	}
}

// follow does what a guide says in a folder that holds the files given and, in
// observatoire, an observatory with an edition.
func follow(t *testing.T, guide string, files map[string][]byte) {
	t.Helper()
	guide, err := filepath.Abs(guide)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	observatory := observatorytest.Dir(t)
	t.Chdir(t.TempDir())
	if err := observatorytest.CopyTo(observatory, "observatoire"); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		put(t, name, data)
	}
	parts := strings.Split(string(raw), "```") // outside and inside a fence in turn
	var said string
	commands := 0
	for i := 1; i < len(parts); i += 2 {
		head, body, _ := strings.Cut(parts[i], "\n")
		kind, name, _ := strings.Cut(head, " ")
		switch {
		case kind == "sh":
			said = perform(t, body, name == "fails")
			commands++
		case kind == "text":
			if *update {
				parts[i] = head + "\n" + said
			} else if digest.ReplaceAllString(body, "") != digest.ReplaceAllString(said, "") {
				t.Errorf("the guide says\n%s\nthe program\n%s", body, said)
			}
		case name != "":
			put(t, name, []byte(body))
		}
	}
	if commands < 6 {
		t.Errorf("%d commands in the guide", commands)
	}
	if *update {
		put(t, guide, []byte(strings.Join(parts, "```")))
	}
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// perform runs the command of one line and returns what it says.
func perform(t *testing.T, line string, fails bool) string {
	t.Helper()
	var args []string
	for i, part := range strings.Split(strings.TrimSpace(line), `"`) {
		if i%2 == 1 {
			args = append(args, part) // between quotation marks
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	var out, talk bytes.Buffer
	status := dispatch(context.Background(), &env{stdout: &out, stderr: &talk, now: time.Now}, args[1:])
	if (status != 0) != fails {
		t.Fatalf("%s: status %d\n%s", line, status, talk.String())
	}
	if fails {
		return talk.String()
	}
	return out.String()
}

// The guides name every operation, every step of preparation and every method,
// and their links lead somewhere.
func TestGuidesNameEverything(t *testing.T) {
	var methods []string
	for _, key := range index.Keys() {
		methods = append(methods, key.Words...)
	}
	unsaid := []string{"low", "high", "n", "n-1", "below", "above", "each_period"} // not methods
	for name, words := range map[string][]string{"survey": slices.Collect(maps.Keys(estimate.Keys())), "index": methods} {
		raw, err := os.ReadFile("../../doc/operate/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			word = word[strings.LastIndexByte(word, ' ')+1:]
			if !bytes.Contains(raw, []byte("`"+word+"`")) && !bytes.Contains(raw, []byte(`"`+word+`"`)) && !slices.Contains(unsaid, word) {
				t.Errorf("doc/operate/%s.md does not name %s", name, word)
			}
		}
		for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllSubmatch(raw, -1) {
			if _, err := os.Stat(filepath.Join("../../doc/operate", string(link[1]))); err != nil {
				t.Errorf("a link of the guide leads nowhere: %v", err)
			}
		}
	}
}
