package vigie_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// proofs is where each requirement on security has its proof.
const proofs = "doc/security.md"

var (
	quoted  = regexp.MustCompile("`([^`]+)`")
	tested  = regexp.MustCompile(`^((?:[a-z0-9_]+/)*[a-z0-9_]+)?\.?((?:Test|Fuzz|Benchmark)[A-Za-z0-9_]+)$`)
	inOrder = regexp.MustCompile(`^\| (\d+) \|`)
)

// waits are the requirements that nothing can prove yet, and why.
var waits = map[int]string{51: "there are no debates yet"}

// TestRequirements: each requirement on security is in the table, in order, with
// a test, a script or a step that exists; what waits says that it does.
func TestRequirements(t *testing.T) {
	text, err := os.ReadFile(proofs)
	if err != nil {
		t.Fatal(err)
	}
	next := 31
	for line := range strings.Lines(string(text)) {
		m := inOrder.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		number, _ := strconv.Atoi(m[1]) // digits
		if number != next {
			t.Fatalf("%s: %d stands where %d should", proofs, number, next)
		}
		next++
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 {
			t.Errorf("%d: %d cells; want the number, what holds, and the proof", number, len(cells))
			continue
		}
		proven := 0
		for _, name := range quoted.FindAllStringSubmatch(cells[2], -1) {
			if what := unproven(t, name[1]); what != "" {
				t.Errorf("%d: `%s`: %s", number, name[1], what)
			}
			proven++
		}
		if waits[number] != "" != strings.HasPrefix(strings.TrimSpace(cells[2]), "waits") || proven == 0 && waits[number] == "" {
			t.Errorf("%d: %d proofs; it waits: %q", number, proven, waits[number])
		}
	}
	if next != 80 {
		t.Errorf("%s ends at %d; want 79", proofs, next-1)
	}
}

// unproven says why a proof is none, "" when it exists: a test as
// folder.TestName, a script of the command line as script NAME, or a file.
func unproven(t *testing.T, proof string) string {
	if name, ok := strings.CutPrefix(proof, "script "); ok {
		proof = filepath.Join("cmd/vigie/testdata/script", name+".txtar")
	} else if m := tested.FindStringSubmatch(proof); m != nil {
		if !testsOf(t, m[1])[m[2]] {
			return "no such test"
		}
		return ""
	}
	if _, err := os.Stat(proof); err != nil {
		return "no such file"
	}
	return ""
}

var testsIn = map[string]map[string]bool{}

// testsOf lists the tests of a folder, the root when it is "".
func testsOf(t *testing.T, folder string) map[string]bool {
	t.Helper()
	if folder == "" {
		folder = "."
	}
	if known := testsIn[folder]; known != nil {
		return known
	}
	found := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil {
				found[d.Name.Name] = true
			}
		}
	}
	testsIn[folder] = found
	return found
}
