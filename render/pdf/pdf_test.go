package pdf

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"vigie/fault"
	"vigie/report"
)

var shared struct {
	once   sync.Once
	engine *Engine
	err    error
}

// engine returns the one engine of these tests. Its machine code is kept in
// the user's cache folder, or in VIGIE_PDF_CACHE, from one run to the next.
func engine(t testing.TB) *Engine {
	t.Helper()
	shared.once.Do(func() {
		dir := os.Getenv("VIGIE_PDF_CACHE")
		if dir == "" {
			base, err := os.UserCacheDir()
			if err != nil {
				base = os.TempDir()
			}
			dir = filepath.Join(base, "vigie", "typst")
		}
		shared.engine, shared.err = Open(context.Background(), dir)
	})
	if fault.KindOf(shared.err) == fault.Unavailable && shared.err != nil && os.Getenv("VIGIE_STRICT") != "1" {
		t.Skipf("sans moteur PDF : %v (%s)", shared.err, fault.Do(shared.err))
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.engine
}

func compile(t testing.TB, src Source) []byte {
	t.Helper()
	b, err := engine(t).Compile(context.Background(), src)
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, src.Main)
	}
	if dir := os.Getenv("VIGIE_PDF_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+".pdf"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// text returns the text layer in reading order, spaces made ordinary.
func text(t testing.TB, b []byte, option ...string) string {
	t.Helper()
	path, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal("pdftotext (poppler-utils) est absent")
		}
		t.Skip("sans pdftotext (poppler-utils)")
	}
	cmd := exec.Command(path, append(option, "-enc", "UTF-8", "-", "-")...)
	cmd.Stdin = bytes.NewReader(b)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u00ad", "").Replace(string(out))
}

func pages(b []byte) int {
	return bytes.Count(b, []byte("/Type /Page\n")) + bytes.Count(b, []byte("/Type /Page/"))
}

func TestSameBytes(t *testing.T) {
	src := New(syntheticReport(), syntheticOptions())
	want := compile(t, src)
	var wait sync.WaitGroup
	for range 3 {
		wait.Go(func() {
			again, err := engine(t).Compile(context.Background(), New(syntheticReport(), syntheticOptions()))
			if err != nil || !bytes.Equal(again, want) {
				t.Errorf("deux impressions du même document diffèrent (%v, %d et %d octets)", err, len(again), len(want))
			}
		})
	}
	wait.Wait()
}

func TestTagged(t *testing.T) {
	b := compile(t, New(syntheticReport(), syntheticOptions()))
	for _, want := range []string{"/StructTreeRoot", "/Marked true", "/Lang (fr-FR)", "/Outlines", "/CreationDate (D:20261122000000Z)", "/Alt <FEFF", "/S /TH", "/S /H1", "/DisplayDocTitle true"} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("le PDF ne contient pas %q", want)
		}
	}
	en := syntheticReport()
	en.Lang = "en"
	if b := compile(t, New(en, syntheticOptions())); !bytes.Contains(b, []byte("/Lang (en-GB)")) {
		t.Error("le PDF anglais ne dit pas sa langue")
	}
}

func TestTextLayer(t *testing.T) {
	doc := syntheticReport()
	got := text(t, compile(t, New(doc, syntheticOptions())), "-layout")
	checkTable := func(table report.Table) {
		for _, r := range table.Rows {
			for _, c := range r.Cells {
				if !strings.Contains(got, c.Text) {
					t.Errorf("%q (%s) manque dans le texte du PDF", c.Text, table.Caption)
				}
			}
		}
	}
	for _, s := range doc.Sections {
		for _, b := range s.Blocks {
			if b.Table != nil {
				checkTable(*b.Table)
			}
			if b.Figure != nil {
				checkTable(b.Figure.Table)
			}
			for _, f := range b.Facts {
				if !strings.Contains(got, f.Value) {
					t.Errorf("le chiffre clé %q manque", f.Value)
				}
			}
		}
	}
	for _, want := range []string{"Sommaire", "Édition 2026-1", "22 novembre 2026", "Données synthétiques pour essai", "Lecture :", "2 / "} {
		if !strings.Contains(got, want) {
			t.Errorf("%q manque dans le texte du PDF", want)
		}
	}
	if strings.Contains(got, "JAMAIS") {
		t.Error("un formulaire a été imprimé")
	}
}

func TestNoteHoldsOnOnePage(t *testing.T) {
	for figures := range 3 {
		t.Run(strconv.Itoa(figures), func(t *testing.T) {
			if n := pages(compile(t, New(syntheticNote(figures), syntheticOptions()))); n != 1 {
				t.Errorf("la note de %d figures tient en %d pages ; 1 attendue", figures, n)
			}
		})
	}
	if n := pages(compile(t, New(syntheticNote(12), syntheticOptions()))); n < 2 {
		t.Error("une note trop longue a perdu sa fin")
	}
}

func TestPage(t *testing.T) {
	doc := syntheticReport()
	doc.Kind, doc.Edition.Superseded = "territory", "2026-2"
	got := text(t, compile(t, New(doc, syntheticOptions())))
	if !strings.Contains(got, "remplacée par l’édition 2026-2") && !strings.Contains(got, "remplacée par l'édition 2026-2") {
		t.Error("la page ne dit pas que son édition est remplacée")
	}
}

// TestErrata: what was wrong in the edition is told on each printed document,
// before its figures.
func TestErrata(t *testing.T) {
	note, page := syntheticNote(1), syntheticReport()
	page.Kind = "territory"
	for _, doc := range []report.Document{syntheticReport(), note, page} {
		doc.Edition.Errata = []report.Erratum{{Date: "2026-11-24", Text: "Le taux #let x était faux.", CorrectedBy: "2026-2"}, {Date: "2026-11-25", Text: "Un second."}}
		b := compile(t, New(doc, syntheticOptions()))
		got := strings.ReplaceAll(strings.Join(strings.Fields(text(t, b)), " "), "'", "’")
		for _, want := range []string{"Erratum du 24 novembre 2026, corrigé par l’édition 2026-2 : Le taux #let x était faux.", "Erratum du 25 novembre 2026 : Un second.", "2 errata"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not print %q", doc.Kind, want)
			}
		}
		if doc.Kind == "note" && pages(b) != 1 {
			t.Error("a note with errata takes more than a page")
		}
	}
}

func TestEmptyDocument(t *testing.T) {
	for _, kind := range []string{"report", "note", "territory", ""} {
		if b := compile(t, New(report.Document{Kind: kind}, Options{})); pages(b) == 0 {
			t.Errorf("document vide de genre %q : aucune page", kind)
		}
	}
}

// canaries would change the document if any were read as markup.
var canaries = []string{
	`#panic("lu comme du code")`, `*gras*`, `_penché_`, `$x^2$`, `@renvoi`, `\ \u{41} \n`, `<étiquette>`, `[contenu]`, `"guillemets"`,
	`= Titre`, `- liste`, `// commentaire`, `/* commentaire */`, "`code`", `https://exemple.test/lien`, `~ --- ...`, `#include "/vigie.typ"`, `{x}`, `") #panic("`, `\") #panic(\"`, `%s`,
}

func TestNothingIsReadAsMarkup(t *testing.T) {
	for _, kind := range []string{"report", "note", "territory"} {
		t.Run(kind, func(t *testing.T) {
			got := strings.Join(strings.Fields(text(t, compile(t, New(canaryDocument(kind), Options{BaseURL: "https://exemple.test"})))), " ")
			for _, c := range canaries {
				if !strings.Contains(got, c) {
					t.Errorf("%q ne se lit plus tel quel", c)
				}
			}
			if !strings.Contains(got, "ligne une ligne deux") {
				t.Error("une fin de ligne n'est pas devenue une espace")
			}
		})
	}
}

func canaryDocument(kind string) report.Document {
	doc := report.Document{Kind: kind, Lang: "fr", Title: canaries[0], Kicker: canaries[0], Summary: canaries[0],
		Edition: report.Edition{Number: canaries[0], Date: canaries[0], Superseded: canaries[0], Permanent: canaries[0]}}
	for _, c := range append(canaries, "ligne une\nligne deux") {
		p := report.Text{{Text: c}, {Text: c, Strong: true}, {Text: c, Href: "/" + c}, {Text: c, Href: "https://exemple.test/" + c}}
		table := report.Table{Caption: c, Head: []report.Head{{Label: c}, {Label: c, Numeric: true}}, Notes: []string{c}, Source: c, Licence: c,
			Rows: []report.Row{{Cells: []report.Cell{{Text: c, Sign: c, Level: c, Href: "/" + c}, {Text: c}}}}}
		doc.Answer = append(doc.Answer, p)
		doc.Sections = append(doc.Sections, report.Section{Title: c, Blocks: []report.Block{
			{Heading: c}, {Text: p}, {List: []report.Text{p}}, {Note: p}, {Facts: []report.Fact{{Label: c, Value: c, Detail: c}}},
			{Code: &report.Code{Caption: c, Text: c + "\n" + c}}, {Cards: []report.Card{{Title: c, Detail: c, Tag: c, Href: c}}}, {Table: &table},
			{Figure: &report.Figure{Title: c, Unit: c, Field: c, Date: c, Source: c, Licence: c, Reading: c, Notes: []string{c}, Alt: c, Table: table}},
		}})
	}
	return doc
}

func TestRefusedSource(t *testing.T) {
	cases := []struct{ main, want string }{
		{"#let x = (1", "unclosed delimiter"},
		{"\n\n#panic(\"halte\")", "halte"},
		{`#import "@preview/x:1.0.0": y`, "proxycontext"},
		{`#image("/absente.svg")`, "access denied"},
	}
	for _, c := range cases {
		_, err := engine(t).Compile(context.Background(), Source{Main: c.main})
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.Do(err) == "" {
			t.Errorf("Compile(%q) = %v ; %q attendu, avec un remède", c.main, err, c.want)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := engine(t).Compile(ctx, Source{Main: "x"}); err != context.Canceled {
		t.Errorf("Compile interrompu = %v ; context.Canceled attendu", err)
	}
}

// Each printing is of another document: nothing of the last can serve again.
func BenchmarkRegionalReport(b *testing.B) {
	e := engine(b)
	n := 0
	for b.Loop() {
		n++
		if _, err := e.Compile(context.Background(), New(salted(n), syntheticOptions())); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkThirteenReports(b *testing.B) {
	e := engine(b)
	n := 0
	for b.Loop() {
		var wait sync.WaitGroup
		for range 13 {
			n++
			src := New(salted(n), syntheticOptions())
			wait.Go(func() {
				if _, err := e.Compile(context.Background(), src); err != nil {
					b.Error(err)
				}
			})
		}
		wait.Wait()
	}
}

// TestTextWidth holds the widths of tables against the compiler's own.
func TestTextWidth(t *testing.T) {
	var main strings.Builder
	main.WriteString("#set text(font: \"Source Sans 3\", size: 10pt, kerning: false)\n#context {\n")
	for _, s := range append(syntheticDomains, "12 345,6", "−3,2 %", "Provence-Alpes-Côte d’Azur", "1er trimestre 2024", "5 562\u202f651 (dép.)") {
		mm := textWidth(s, 10)
		main.WriteString("  let w = measure(" + quote(s) + ").width / 1mm\n  assert(w < " + strconv.FormatFloat(mm*1.015, 'f', 4, 64) +
			" and w > " + strconv.FormatFloat(mm*0.96, 'f', 4, 64) + ", message: " + quote(s) + " + \" \" + str(w))\n")
	}
	main.WriteString("}\n")
	compile(t, Source{Main: main.String()})
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		s    string
		em   float64
		want int
	}{{"", 10, 1}, {"mot", 10, 1}, {"un deux trois", 3.4, 2}, {"un deux trois", 2.1, 3}, {"indivisiblement", 3, 3}} {
		if got := lines(c.s, 10, c.em*10*point); got != c.want {
			t.Errorf("lines(%q, %v cadratins) = %d ; %d attendu", c.s, c.em, got, c.want)
		}
	}
}
