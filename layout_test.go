package vigie_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// shelves lists where a package may stand, low to high. A package imports only
// from lower shelves; packages of one shelf do not import each other. A folder
// that ends with / holds several packages of one shelf.
var shelves = [][]string{
	{"."}, {"data/", "doc/"}, {"stat/"},
	{"fault"}, {"place"}, {"lang"}, {"journal"}, {"account"}, {"taxonomy"}, {"territory"}, {"indicator"}, {"dataset"}, {"index"}, {"fragility"},
	{"estimate"}, {"study/"}, {"casestudy/"}, {"edition"}, {"report"},
	{"source/sheet", "source/sav"}, {"source/", "render/", "mail/", "job"}, {"store/"}, {"conformance"}, {"observatory/"}, {"web"}, {"cmd/"}, {"tool/cost"}, {"tool/"},
}

var (
	pure    = []string{"net/http", "database/sql", "os", "html/template", "log/slog"} // never in chapters I and II
	numeric = []string{"gonum.org/v1/gonum", "golang.org/x/text", "github.com/blevesearch/snowballstem"}
	refused = []string{"util", "utils", "common", "helper", "helpers", "base", "model", "models", "service", "impl", "manager", "types", "misc"}
	left    = []string{".git", "node_modules", "build", "bin", "testdata"}
	machine = regexp.MustCompile(`(^|[\s"'=:(` + "`" + `])/(wo` + `rk|fa` + `rm|ro` + `ot)/|/t` + `mp/bash|proxy\.gol` + `ang|registry\.np` + `m|deb\.deb` + `ian`)
)

const (
	stat   = 2  // the shelf of chapter II
	report = 18 // the last shelf of chapter I
)

// shelf returns the place of a package folder in shelves, -1 if it has none.
func shelf(dir string) int {
	if strings.Contains(dir, "/tool/") { // a generator kept beside what it makes
		return len(shelves) - 1
	}
	return slices.IndexFunc(shelves, func(row []string) bool {
		return slices.ContainsFunc(row, func(name string) bool {
			return dir == strings.TrimSuffix(name, "/") || strings.HasSuffix(name, "/") && strings.HasPrefix(dir, name)
		})
	})
}

// packages parses the Go files that are no tests, by folder.
func packages(t *testing.T) (*token.FileSet, map[string][]*ast.File) {
	t.Helper()
	set, found := token.NewFileSet(), map[string][]*ast.File{}
	err := fs.WalkDir(os.DirFS("."), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (slices.Contains(left, d.Name()) || strings.HasPrefix(p, "demo-")):
			return fs.SkipDir
		case path.Ext(p) == ".go" && !strings.HasSuffix(p, "_test.go"):
			file, err := parser.ParseFile(set, p, nil, parser.ParseComments)
			if err != nil {
				return err
			}
			found[path.Dir(p)] = append(found[path.Dir(p)], file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return set, found
}

func TestDependencies(t *testing.T) {
	_, found := packages(t)
	for dir, files := range found {
		from, imports := shelf(dir), map[string]bool{}
		if from < 0 {
			t.Errorf("%s: stands on no shelf", dir)
		}
		for _, file := range files {
			for _, spec := range file.Imports {
				to, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
				imports[to] = true
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && from > 0 && from <= report && s.Sel.Name == "Now" {
					if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" {
						t.Errorf("%s: calls time.Now; time is an argument", dir)
					}
				}
				return true
			})
		}
		if imports["net/http"] && imports["database/sql"] {
			t.Errorf("%s: net/http and database/sql in one package", dir)
		}
		for to := range imports {
			ours, local := strings.CutPrefix(to+"/", "vigie/")
			ours = strings.TrimSuffix(ours, "/")
			switch {
			case local && ours == "":
			case local && shelf(ours) >= from && !near(dir, ours):
				t.Errorf("%s imports %s: arrows go down the shelves only", dir, ours)
			case from <= report && slices.Contains(pure, to):
				t.Errorf("%s imports %s: chapters I and II do no input or output", dir, to)
			case from == stat && strings.Contains(strings.Split(to, "/")[0], ".") &&
				!slices.ContainsFunc(numeric, func(p string) bool { return strings.HasPrefix(to, p) }):
				t.Errorf("%s imports %s: stat is the standard library and gonum", dir, to)
			}
		}
	}
}

// near tells whether both packages stand in one folder of a shelf: stat/a may
// import stat/b, and store the text of its own migrations.
func near(a, b string) bool {
	first, _, _ := strings.Cut(a, "/")
	other, _, _ := strings.Cut(b, "/")
	return first == other
}

func TestComments(t *testing.T) {
	set, found := packages(t)
	for dir, files := range found {
		if !slices.ContainsFunc(files, func(f *ast.File) bool { return f.Doc != nil }) {
			t.Errorf("%s: no package comment", dir)
		}
		for _, file := range files {
			for _, decl := range file.Decls {
				for _, name := range undocumented(decl) {
					t.Errorf("%s: %s has no comment", set.Position(decl.Pos()), name)
				}
			}
		}
	}
}

// undocumented returns the exported names of a declaration without a comment.
func undocumented(decl ast.Decl) []string {
	var list []string
	if f, ok := decl.(*ast.FuncDecl); ok && f.Name.IsExported() && f.Doc == nil && public(f.Recv) {
		list = append(list, f.Name.Name)
	}
	g, ok := decl.(*ast.GenDecl)
	if !ok || g.Doc != nil {
		return list
	}
	for _, spec := range g.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && s.Doc == nil && s.Comment == nil {
				list = append(list, s.Name.Name)
			}
		case *ast.ValueSpec:
			if s.Names[0].IsExported() && s.Doc == nil && s.Comment == nil {
				list = append(list, s.Names[0].Name)
			}
		}
	}
	return list
}

// public tells whether a method's receiver is an exported type; a function has none.
func public(recv *ast.FieldList) bool {
	if recv == nil {
		return true
	}
	for x := recv.List[0].Type; ; {
		switch e := x.(type) {
		case *ast.StarExpr:
			x = e.X
		case *ast.IndexExpr:
			x = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return true
		}
	}
}

// TestContents keeps the package comment of vigie.go a table of contents: one
// line for each package that is not a tool and not for tests, no other line.
func TestContents(t *testing.T) {
	_, found := packages(t)
	listed := map[string]bool{}
	for _, file := range found["."] {
		for _, m := range regexp.MustCompile(`(?m)^\t([\w/]+) {2,}\S`).FindAllStringSubmatch(file.Doc.Text(), -1) {
			listed[m[1]] = true
			if found[m[1]] == nil {
				t.Errorf("vigie.go lists %s, which does not exist", m[1])
			}
		}
	}
	for dir := range found {
		aside := dir == "." || strings.HasSuffix(dir, "test") || shelf(dir) >= len(shelves)-2
		if !aside && !listed[dir] {
			t.Errorf("vigie.go does not list %s", dir)
		}
	}
}

const mostTracked = 4 << 20 // bytes of a file of the tree

func TestTrackedFiles(t *testing.T) {
	list, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		t.Skip("not a git checkout: the list of tracked files is unknown")
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		for word := range strings.SplitSeq(strings.TrimSuffix(name, path.Ext(name)), "/") {
			if slices.Contains(refused, word) {
				t.Errorf("%s: %q says nothing; find the noun", name, word)
			}
		}
		data, err := os.ReadFile(name)
		if len(data) > mostTracked {
			t.Errorf("%s weighs %d bytes: what is built, or brought, is not kept", name, len(data))
		}
		if err != nil || bytes.ContainsRune(data[:min(len(data), 8000)], 0) {
			continue // removed meanwhile, or not text
		}
		if at := machine.FindIndex(data); at != nil {
			t.Errorf("%s:%d: names a machine's path or a registry's host", name, 1+bytes.Count(data[:at[0]], []byte("\n")))
		}
	}
}
