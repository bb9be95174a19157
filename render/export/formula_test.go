package export

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vigie/report"
)

// hostileCells begin as formulas do, for one program or another.
var hostileCells = []string{"=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\x00=1+1", " =1+1", "=HYPERLINK(\"https://ailleurs.example\")", "=cmd|' /C calc'!A0", "＝1+1"}

// TestNoFormula reads back, cell by cell, what is exported of cells that begin as
// formulas do: each is a text, and numbers are numbers.
func TestNoFormula(t *testing.T) {
	rows := [][]any{{"texte", "nombre"}}
	table := report.Table{Head: []report.Head{{Key: "texte"}, {Key: "nombre", Numeric: true}}}
	for _, text := range hostileCells {
		rows = append(rows, []any{text, -1.5})
		table.Rows = append(table.Rows, report.Row{Cells: []report.Cell{{Text: text}, {Value: num(-1.5)}}})
	}
	book, err := XLSX([]Sheet{{Name: "=1+1", Rows: rows}})
	if err != nil {
		t.Fatal(err)
	}
	kinds := cellKinds(t, book)
	for i, kind := range kinds {
		if want := []string{"inlineStr", ""}[i%2]; i > 1 && kind != want {
			t.Errorf("xlsx, cell %d is of type %q; want %q", i, kind, want)
		}
	}
	if len(kinds) != 2*len(rows) {
		t.Errorf("xlsx: %d cells; want %d", len(kinds), 2*len(rows))
	}
	text, err := CSV(table)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(lines) != len(hostileCells)+1 {
		t.Fatalf("csv: %d lines, %v", len(lines), err)
	}
	for _, line := range lines[1:] {
		if line[0] == "" || strings.ContainsRune("=+-@\t\r\n\x00＝", []rune(line[0])[0]) || line[1] != "-1.5" {
			t.Errorf("csv: %q", line)
		}
	}
	opened(t, "essai.xlsx", book)
	opened(t, "essai.csv", text)
}

// cellKinds lists the types of the cells of the one sheet of a workbook, which
// holds no formula.
func cellKinds(t *testing.T, book []byte) (kinds []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	part, err := z.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer part.Close()
	for d := xml.NewDecoder(part); ; {
		token, err := d.Token()
		if err == io.EOF {
			return kinds
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "f":
			t.Error("xlsx holds a formula")
		case e.Name.Local == "c":
			i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == "t" })
			kind := ""
			if i >= 0 {
				kind = e.Attr[i].Value
			}
			kinds = append(kinds, kind)
		}
	}
}

// opened has LibreOffice read a file, where it is installed and the run is a
// long one, and looks for a formula in what it has understood.
func opened(t *testing.T, name string, content []byte) {
	t.Helper()
	soffice, err := exec.LookPath("soffice")
	if err != nil || os.Getenv("VIGIE_LONG") != "1" {
		return
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(soffice, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "fods", "--outdir", dir, filepath.Join(dir, name)).CombinedOutput()
	if err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	read, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))+".fods"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(read, []byte("table:formula")) || bytes.Count(read, []byte(`office:value="-1.5"`)) != len(hostileCells) {
		t.Errorf("%s: LibreOffice finds a formula, or %d numbers instead of %d", name, bytes.Count(read, []byte(`office:value="-1.5"`)), len(hostileCells))
	}
}
