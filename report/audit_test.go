package report_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/data"
	"vigie/edition"
	"vigie/lang"
	"vigie/report"
)

func programAudit(t *testing.T) *report.Audit {
	t.Helper()
	read := func(name string) []byte {
		b, err := data.Read("accessibility/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	a, err := report.ReadAudit(read("rgaa.csv"), read("audit.toml"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAuditGrid(t *testing.T) {
	a := programAudit(t)
	if len(a.Criteria) != 106 || a.Count("C")+a.Count("NC")+a.Count("NA") != 106 {
		t.Errorf("%d criteria; want 106", len(a.Criteria))
	}
	for _, c := range a.Criteria {
		if c.TitleFR == "" || c.TitleEN == "" || c.BasisFR == "" || c.BasisEN == "" || (c.NoteFR == "") != (c.NoteEN == "") {
			t.Errorf("%s: a text is missing: %+v", c.Number, c)
		}
		if c.Result == "NC" && c.NoteFR == "" {
			t.Errorf("%s is not met, and the grid does not say why", c.Number)
		}
		if strings.ContainsAny(c.BasisFR+c.BasisEN+c.NoteFR+c.NoteEN, `"`) || strings.HasSuffix(c.BasisFR, ".") || strings.HasSuffix(c.NoteFR, ".") {
			t.Errorf("%s: straight quotes or a full stop at the end", c.Number)
		}
	}
	if lang.Date(lang.FR, a.Date) == a.Date || a.Version == "" || len(a.Pages) < 10 {
		t.Errorf("audit of %q, version %q, %d pages", a.Date, a.Version, len(a.Pages))
	}
}

// TestAuditIsOfTheStandard: same numbers and same titles as the RGAA itself.
func TestAuditIsOfTheStandard(t *testing.T) {
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "reference", "standards", "rgaa-4.1", "criteres.json"))
	if err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("left out: the RGAA is not at hand (set VIGIE_SHARED)")
	}
	var standard struct {
		Topics []struct {
			Number   int
			Criteria []struct {
				Criterium struct {
					Number int
					Title  string
				}
			}
		}
	}
	if err := json.Unmarshal(raw, &standard); err != nil {
		t.Fatal(err)
	}
	link := regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`)
	plain := strings.NewReplacer("`", "", "'", "’", "  ", " ")
	var want, got [][2]string
	for _, topic := range standard.Topics {
		for _, c := range topic.Criteria {
			want = append(want, [2]string{strconv.Itoa(topic.Number) + "." + strconv.Itoa(c.Criterium.Number),
				plain.Replace(link.ReplaceAllString(c.Criterium.Title, "$1"))})
		}
	}
	for _, c := range programAudit(t).Criteria {
		got = append(got, [2]string{c.Number, c.TitleFR})
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("the grid differs from the RGAA:\n%s", d)
	}
}

func TestAuditLevel(t *testing.T) {
	const head = "number,title_fr,title_en,result,basis,basis_en,note,note_en\n"
	for results, want := range map[string]string{
		"": "none", "NA": "none", "C": "full", "C NA": "full", "C NC": "partial", "C C NC NA": "partial", "C NC NC": "none", "NC": "none",
	} {
		grid := head
		for i, r := range strings.Fields(results) {
			grid += strconv.Itoa(i) + ",t,t," + r + ",b,b,,\n"
		}
		a, err := report.ReadAudit([]byte(grid), nil)
		if err != nil || a.Level() != want {
			t.Errorf("%q: level %v, %v; want %s", results, a.Level(), err, want)
		}
	}
	for name, grid := range map[string]string{"no header": "", "a column is missing": "number,result\n1,C\n", "another result": head + "1,t,t,X,b,b,,\n"} {
		if _, err := report.ReadAudit([]byte(grid), nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := report.ReadAudit([]byte(head), []byte("date = ")); err == nil {
		t.Error("broken TOML accepted")
	}
}

// TestStatement: the page says the level, every defect and every criterion,
// that it is a self-assessment, and whom to turn to.
func TestStatement(t *testing.T) {
	a := programAudit(t)
	for l, words := range map[lang.Lang][]string{
		lang.FR: {"auto-évaluation", "23 novembre 2026", "lecteur d’écran", "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07", "2005-102"},
		lang.EN: {"self-assessment", "23 November 2026", "screen reader", "Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07", "2005-102"},
	} {
		d, err := report.Accessibility(&edition.Content{Manifest: &edition.Manifest{}}, report.Request{Lang: l, Path: "/accessibilite"})
		if err != nil {
			t.Fatal(err)
		}
		if level := report.AccessibilityLevel(l); !strings.Contains(d.Title, level) || strings.Count(d.Title, "(") != 1 {
			t.Errorf("%s: title %q does not say %q", l, d.Title, level)
		}
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if !strings.Contains(strings.ReplaceAll(string(raw), "\u00a0", " "), word) {
				t.Errorf("%s: the statement does not say %q", l, word)
			}
		}
		defects, rows := 0, 0
		for _, s := range d.Sections {
			for _, b := range s.Blocks {
				if s.ID == "defauts" {
					defects += len(b.List)
				}
				if b.Table != nil && !b.Table.Open {
					rows += len(b.Table.Rows)
				}
			}
		}
		if defects != a.Count("NC") || rows != len(a.Criteria) {
			t.Errorf("%s: %d defects and %d criteria; want %d and %d", l, defects, rows, a.Count("NC"), len(a.Criteria))
		}
	}
}
