package vigie_test

import (
	"go/ast"
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

// queries are the methods whose text is SQL, by the place of that text.
var queries = map[string]int{"Exec": 0, "Query": 0, "QueryRow": 0, "Prepare": 0, "ExecContext": 1, "QueryContext": 1, "QueryRowContext": 1, "PrepareContext": 1}

// composedSQL are the functions of store whose SQL is more than one constant,
// each read by hand: what they join is text of ours, never a value.
var composedSQL = map[string]string{
	"store.person":             "its condition is one of three constants",
	"store.Erase":              "statements of the list personal",
	"store.Succeeded":          "one of two constants",
	"store.turnRun":            "one of two constants",
	"store.take":               "its condition is one of two constants",
	"store.Storage":            "a constant of the engine",
	"store.checkDatasets":      "$1, $2, … as many as there are keys",
	"store.texts":              "constants of the doctor",
	"store.Expired":            "statements of the list expiries",
	"store.Tidy":               "statements of the list expiries",
	"store.schemaVersion":      "a constant of the engine",
	"store.Recall":             "statements listed there",
	"store.grantPublic":        "the role's name, as pgx.Identifier writes it, in statements of ours",
	"store.Session":            "prepared: the text is in asking",
	"store.insertTerms":        "prepared just above",
	"store/storetest.Postgres": "a base of a test, named by it",
}

// TestConstantSQL: the text of a query is made of constants: literals, named
// constants, and choices between them.
func TestConstantSQL(t *testing.T) {
	set, found := packages(t)
	reviewed := map[string]bool{}
	for dir, files := range found {
		if !slices.ContainsFunc(files, func(f *ast.File) bool { return imports(f, "database/sql") || imports(f, "github.com/jackc/pgx/v5") }) {
			continue
		}
		constants := constantsOf(files)
		for _, file := range files {
			for _, decl := range file.Decls {
				f, ok := decl.(*ast.FuncDecl)
				if !ok || f.Body == nil {
					continue
				}
				ast.Inspect(f.Body, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if !ok {
						return true
					}
					s, ok := call.Fun.(*ast.SelectorExpr)
					if !ok {
						return true
					}
					at, asks := queries[s.Sel.Name]
					if !asks || len(call.Args) <= at || constantText(call.Args[at], constants) {
						return true
					}
					name := dir + "." + f.Name.Name
					if composedSQL[name] == "" {
						t.Errorf("%s: %s: the text of a query is not a constant", set.Position(call.Pos()), name)
					}
					reviewed[name] = true
					return true
				})
			}
		}
	}
	for name := range composedSQL {
		if !reviewed[name] {
			t.Errorf("composedSQL names %s, which has only constants", name)
		}
	}
}

func imports(f *ast.File, name string) bool {
	return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == strconv.Quote(name) })
}

// constantsOf lists the names of a package's constants, those inside functions too.
func constantsOf(files []*ast.File) map[string]bool {
	out := map[string]bool{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			if g, ok := n.(*ast.GenDecl); ok && g.Tok == token.CONST {
				for _, spec := range g.Specs {
					for _, name := range spec.(*ast.ValueSpec).Names {
						out[name.Name] = true
					}
				}
			}
			return true
		})
	}
	return out
}

func constantText(e ast.Expr, constants map[string]bool) bool {
	switch x := e.(type) {
	case *ast.BasicLit:
		return x.Kind == token.STRING
	case *ast.Ident:
		return constants[x.Name]
	case *ast.ParenExpr:
		return constantText(x.X, constants)
	case *ast.BinaryExpr:
		return x.Op == token.ADD && constantText(x.X, constants) && constantText(x.Y, constants)
	}
	return false
}

// unescaped are the only places that tell html/template to trust a text.
var unescaped = map[string]string{
	"web/draw.go":              "HTML: a drawing of render/chart, which escapes",
	"web/casestudy_picture.go": "URL: a picture that we have just made anew, in base64",
	"web/own_factor.go":        "URL: a PNG that was just drawn, in base64",
	"web/markdown.go":          "HTML: what bluemonday has let through",
}

// outside are the only places that open a connection of HTTP.
var outside = map[string]string{
	"source/fetch/fetch.go": "addresses that a person gives, checked when the connection opens",
	"web/outside.go":        "the one provider of the settings, to sign in by; redirects are not followed",
}

// TestReviewedCalls keeps what could undo the rest in the files named above.
func TestReviewedCalls(t *testing.T) {
	set, found := packages(t)
	for dir, files := range found {
		if strings.HasPrefix(dir, "tool") || strings.Contains(dir, "/tool/") {
			continue
		}
		for _, file := range files {
			name := set.Position(file.Pos()).Filename
			for _, refused := range []string{"text/template", "crypto/md5", "crypto/rc4", "crypto/des", "os/exec", "net/http/cgi", "net/http/pprof", "expvar"} {
				if imports(file, refused) && !(refused == "text/template" && !strings.HasPrefix(dir, "web")) && allowedImport[name] != refused {
					t.Errorf("%s imports %s", name, refused)
				}
			}
			if (imports(file, "math/rand") || imports(file, "math/rand/v2")) && !strings.HasPrefix(dir, "stat/") && !strings.HasSuffix(dir, "test") {
				t.Errorf("%s draws with math/rand; what nobody may guess is drawn with crypto/rand", name)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, ok := s.X.(*ast.Ident)
				if !ok {
					return true
				}
				what := x.Name + "." + s.Sel.Name
				switch what {
				case "template.HTML", "template.JS", "template.URL", "template.CSS", "template.HTMLAttr", "template.JSStr", "template.Srcset":
					if call := converts(file, s); call && unescaped[name] == "" {
						t.Errorf("%s: %s outside the reviewed functions", set.Position(s.Pos()), what)
					}
				case "http.Get", "http.Post", "http.Head", "http.PostForm", "http.DefaultClient", "http.DefaultTransport", "http.Client", "http.Transport":
					if outside[name] == "" {
						t.Errorf("%s: %s; what comes from the web is asked by source/fetch", set.Position(s.Pos()), what)
					}
				}
				switch s.Sel.Name {
				case "InsecureSkipVerify":
					t.Errorf("%s: a certificate that is not verified", set.Position(s.Pos()))
				case "VersionTLS11", "VersionTLS10", "VersionSSL30", "MaxVersion", "CipherSuites":
					t.Errorf("%s: %s; Go's own choice is TLS 1.2 at least", set.Position(s.Pos()), s.Sel.Name)
				}
				return true
			})
		}
	}
	for name := range unescaped {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("unescaped names %s, which does not exist", name)
		}
	}
}

// allowedImport are packages refused elsewhere, and the one file that needs each.
var allowedImport = map[string]string{
	"web/metrics.go": "net/http/pprof", // on the listener of the counts only
}

// converts reports whether a type is called as a conversion in a file.
func converts(file *ast.File, s *ast.SelectorExpr) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && call.Fun == ast.Expr(s) {
			found = true
		}
		return !found
	})
	return found
}

// What a template, a style sheet or a script of ours may not hold.
var (
	inTemplate = regexp.MustCompile(`(?i)\son[a-z]+\s*=|\sstyle\s*=|<style|<script(\s|>)(?:[^s]|s[^r])|javascript:|srcdoc|<iframe|<object|<base\b|\starget="_blank"(?: rel="[^n]|>)`)
	inScript   = regexp.MustCompile(`\.(innerHTML|outerHTML)\s*=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\("|https?://|localStorage|document\.cookie`)
	inStyle    = regexp.MustCompile(`(?i)@import\s+(?:url|["'](?:https?:)?//)|url\(\s*["']?(https?:)?//|expression\(`)
)

func TestTemplates(t *testing.T) {
	count := 0
	err := fs.WalkDir(os.DirFS("web/ui"), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		refused := map[string]*regexp.Regexp{".html": inTemplate, ".ts": inScript, ".css": inStyle}[path.Ext(p)]
		if refused == nil {
			return nil
		}
		count++
		text, err := os.ReadFile(path.Join("web/ui", p))
		for n, line := range strings.Split(string(text), "\n") {
			line = strings.ReplaceAll(line, `<script type="application/ld+json">`, "") // data, which no browser runs
			if found := refused.FindString(line); found != "" {
				t.Errorf("web/ui/%s:%d holds %q", p, n+1, found)
			}
		}
		return err
	})
	if err != nil || count < 20 {
		t.Errorf("%d files read, %v", count, err)
	}
}

// TestSecurityPolicy: SECURITY.md says whom to tell, which versions are mended and
// how soon, and leads to what holds.
func TestSecurityPolicy(t *testing.T) {
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{"Report a weakness privately", "versions", "within 7 days", "within 30 days", proofs} {
		if !strings.Contains(string(text), said) {
			t.Errorf("SECURITY.md does not say %q", said)
		}
	}
}

// TestService asks systemd how much the unit leaves open: 2.0 of 10 at most.
func TestService(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("no systemd-analyze: the unit is not weighed")
	}
	out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=20", "doc/operate/vigie.service").CombinedOutput()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		t.Errorf("%v: %s", err, lines[len(lines)-1])
	}
}
