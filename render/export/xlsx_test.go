package export

import (
	"bytes"
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
