package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"vigie/source/sheet"
)

// The workbook says the same when it is read back by our reader.
func TestXLSX(t *testing.T) {
	long := strings.Repeat("é", 40)
	sheets := []Sheet{
		{Name: "Région : ventilée", Rows: [][]any{{"région", "est"}, {"Île & <Loire>", 0.1 + 0.2}, {"=1+1", nil}, {nil, math.NaN()}, {" bord ", -0.0015}}},
		{Name: long, Rows: [][]any{{"a"}}},
		{Name: long, Rows: [][]any{{"b"}}},
		{Name: "'", Rows: nil},
	}
	out, err := XLSX(sheets)
	if err != nil {
		t.Fatal(err)
	}
	again, err := XLSX(sheets)
	if err != nil || !bytes.Equal(out, again) {
		t.Error("two workbooks of the same sheets differ")
	}
	f, err := sheet.Open("résultat.xlsx", bytes.NewReader(out), int64(len(out)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var names []string
	for _, s := range f.Sheets() {
		names = append(names, s.Name)
	}
	if want := []string{"Région   ventilée", strings.Repeat("é", 31), strings.Repeat("é", 27) + " (2)", "Feuille"}; !slices.Equal(names, want) {
		t.Errorf("sheets %q; want %q", names, want)
	}
	var got []string
	if err := f.Rows(t.Context(), 0, func(r sheet.Row) error {
		got = append(got, string(bytes.Join(r.Cells, []byte("|"))))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := []string{"région|est", "Île & <Loire>|0.3", "=1+1", " bord |-0.0015"}
	if !slices.Equal(got, want) {
		t.Errorf("rows %q; want %q", got, want)
	}
}

func TestLetters(t *testing.T) {
	for j, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := letters(j); got != want {
			t.Errorf("letters(%d) = %s; want %s", j, got, want)
		}
	}
}

// No cell is a formula, whatever it holds; one that begins like one is marked
// as a text.
func FuzzXLSX(f *testing.F) {
	for _, seed := range []string{"=1+1", "@SUM(A1)", "\t=1", "</t></is><f>1+1</f>", "\x00", "_x003D_1"} {
		f.Add(seed, -1.5)
	}
	f.Fuzz(func(t *testing.T, text string, number float64) {
		out, err := XLSX([]Sheet{{Name: text, Rows: [][]any{{text, number}, {number, text, nil}}}})
		if err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(out), int64(len(out)))
		if err != nil {
			t.Fatal(err)
		}
		if len(z.File) != 6 {
			t.Fatalf("%d parts; want 6: no link, no macro, no other file", len(z.File))
		}
		part, err := z.Open("xl/worksheets/sheet1.xml")
		if err != nil {
			t.Fatal(err)
		}
		defer part.Close()
		d := xml.NewDecoder(part)
		for {
			token, err := d.Token()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			e, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if !slices.Contains([]string{"worksheet", "sheetData", "row", "c", "v", "is", "t"}, e.Name.Local) {
				t.Fatalf("an element %s", e.Name.Local)
			}
			attribute := func(name string) string {
				for _, a := range e.Attr {
					if a.Name.Local == name {
						return a.Value
					}
				}
				return ""
			}
			marked := attribute("s") == "2" || attribute("s") == "3"
			if e.Name.Local == "c" && marked != (attribute("t") == "inlineStr" && sheet.Formula(text)) {
				t.Fatalf("%q: cell of type %q, style %q", text, attribute("t"), attribute("s"))
			}
		}
	})
}
