package export

import (
	"bytes"
	"encoding/csv"
	"math"
	"strings"
	"testing"

	"vigie/fault"
	"vigie/report"

	"github.com/google/go-cmp/cmp"
)

func num(v float64) *float64 { return &v }

// syntheticTable holds made-up values with every trap of the format.
func syntheticTable() report.Table {
	return report.Table{
		Caption: "Valeurs synthétiques",
		Head: []report.Head{
			{Key: "code", Label: "Code"}, {Key: "name", Label: "Nom"},
			{Key: "score", Label: "Score", Numeric: true}, {Key: "rate", Label: "Taux", Numeric: true},
		},
		Rows: []report.Row{
			{Cells: []report.Cell{{Text: "01"}, {Text: "Synthétique, \"un\""}, {Text: "1\u202f234,5", Value: num(1234.5)}, {Text: "−3,2", Value: num(-3.2)}}},
			{Cells: []report.Cell{{Text: "2A"}, {Text: "=1+1"}, {Sign: "s"}, {Text: "0", Value: num(math.Copysign(0, -1))}}},
			{Cells: []report.Cell{{Text: "971"}, {Text: "@cmd\u00a0!"}, {Text: "7 p", Value: num(7), Sign: "p"}, {Text: "4,1", Value: num(4.1), Level: "département"}}},
		},
	}
}

func TestCSV(t *testing.T) {
	got, err := CSV(syntheticTable())
	if err != nil {
		t.Fatal(err)
	}
	want := "code,name,score,score_sign,rate,rate_level\r\n" +
		"01,\"Synthétique, \"\"un\"\"\",1234.5,,-3.2,\r\n" +
		"2A,'=1+1,,s,0,\r\n" +
		"971,'@cmd !,7,p,4.1,département\r\n"
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestSpreadsheet(t *testing.T) {
	got, err := Spreadsheet(syntheticTable())
	if err != nil {
		t.Fatal(err)
	}
	want := "\uFEFFcode;name;score;score_sign;rate;rate_level\r\n" +
		"01;\"Synthétique, \"\"un\"\"\";1234,5;;-3,2;\r\n"
	if !strings.HasPrefix(string(got), want) {
		t.Errorf("Spreadsheet = %q; want prefix %q", got, want)
	}
}

func TestCSVRefuses(t *testing.T) {
	cases := map[string]report.Row{
		"NaN":       {Cells: []report.Cell{{Text: "01"}, {}, {Value: num(math.NaN())}, {}}},
		"Inf":       {Cells: []report.Cell{{Text: "01"}, {}, {}, {Value: num(math.Inf(1))}}},
		"short row": {Cells: []report.Cell{{Text: "01"}}},
	}
	for name, row := range cases {
		table := syntheticTable()
		table.Rows = append(table.Rows, row)
		if _, err := CSV(table); fault.KindOf(err) != fault.Internal || err == nil {
			t.Errorf("%s: CSV = %v; want an Internal fault", name, err)
		}
	}
}

func FuzzCSV(f *testing.F) {
	f.Add("=cmd", 1.5, "s")
	f.Add("a\r\n\"b\"", math.Copysign(0, -1), "")
	f.Add("\u202f-x", 1e300, "@")
	f.Fuzz(func(t *testing.T, text string, v float64, sign string) {
		table := report.Table{
			Head: []report.Head{{Key: "a"}, {Key: "b", Numeric: true}},
			Rows: []report.Row{{Cells: []report.Cell{{Text: text}, {Value: &v, Sign: sign}}}},
		}
		out, err := CSV(table)
		if err != nil {
			return
		}
		lines, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("CSV(%q) cannot be read back: %v, %d lines", text, err, len(lines))
		}
		for _, i := range []int{0, len(lines[1]) - 1} {
			if s := lines[1][i]; i != 1 && s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
				t.Fatalf("CSV(%q, %q) leaves a formula: %q", text, sign, s)
			}
		}
	})
}

// TestSpreadsheetNotes: what people must know stands below the figures, and is
// no formula.
func TestSpreadsheetNotes(t *testing.T) {
	table := *Items(syntheticDocument())[0].Table
	plain, err := Spreadsheet(table)
	if err != nil {
		t.Fatal(err)
	}
	noted, err := Spreadsheet(table, "Erratum du 24 novembre 2026 : « faux ; voir 2026-2 ».", "=1+1")
	if err != nil {
		t.Fatal(err)
	}
	if want := string(plain) + "\r\n\"Erratum du 24 novembre 2026 : « faux ; voir 2026-2 ».\"\r\n'=1+1\r\n"; string(noted) != want {
		t.Errorf("%q; want %q", noted, want)
	}
}
