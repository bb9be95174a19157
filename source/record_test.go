package source

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// all reads text with our reader and with the standard one.
func all(text string) (ours, theirs [][]string, lines, theirLines []int, err, theirErr error) {
	r := &records{in: bufio.NewReaderSize(strings.NewReader(text), 16), comma: ','}
	for {
		if err = r.read(); err != nil {
			break
		}
		cells := make([]string, len(r.fields))
		for i, f := range r.fields {
			cells[i] = string(f)
		}
		ours, lines = append(ours, cells), append(lines, r.line)
	}
	c := csv.NewReader(strings.NewReader(text))
	c.FieldsPerRecord = -1
	for {
		var cells []string
		if cells, theirErr = c.Read(); theirErr != nil {
			break
		}
		line, _ := c.FieldPos(0)
		theirs, theirLines = append(theirs, cells), append(theirLines, line)
	}
	return ours, theirs, lines, theirLines, err, theirErr
}

func sameAsStandard(t *testing.T, text string) {
	t.Helper()
	ours, theirs, lines, theirLines, err, theirErr := all(text)
	if (err == io.EOF) != (theirErr == io.EOF) {
		t.Errorf("%q: %v, encoding/csv %v", text, err, theirErr)
		return
	}
	if d := cmp.Diff(theirs, ours); d != "" {
		t.Errorf("%q: %s", text, d)
	}
	if d := cmp.Diff(theirLines, lines); d != "" {
		t.Errorf("%q: lines %s", text, d)
	}
}

var texts = []string{
	"", "\n", "a,b\n1,2", "a\r\nb\r\n", "\"a\nb\",c\n\nd\n", "\"a\"\"b\",\"\",\n", ",\n,,\n", "\"\r\n\r\n\"\r\nx", "a\"b\n", "\"a\"b\n", "\"open",
	strings.Repeat("long field ", 40) + ",x\n\"" + strings.Repeat("quoted\n", 40) + "\",y\n", "\"a\"\"\n\"\n", "\"\"\"\"", "a,\"b\"\r", "é,ü\n",
}

func TestRecordsAsStandard(t *testing.T) {
	for _, text := range texts {
		sameAsStandard(t, text)
	}
}

func FuzzRecords(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if utf8.ValidString(text) {
			sameAsStandard(t, text)
		}
	})
}

func TestRecordTooLong(t *testing.T) {
	text := strings.Repeat("x", mostInRecord+10_000) + "\na,b\n"
	r := &records{in: bufio.NewReader(strings.NewReader(text)), comma: ','}
	if err := r.read(); err != errTooLong {
		t.Fatalf("%v", err)
	}
	if err := r.read(); err != nil || r.line != 2 || string(r.raw) != "a,b" {
		t.Errorf("after it: %v, line %d, %q", err, r.line, r.raw)
	}
	r = &records{in: bufio.NewReader(strings.NewReader("\"" + strings.Repeat("x\n", mostInRecord))), comma: ','}
	if err := r.read(); err != errTooLong {
		t.Errorf("quote never closed: %v", err)
	}
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-0", "7.1", "1e5", "123456789012345678", ".5", "5.", ".", "-", "+1", "1,2", "0.1234567890123456789", "1e400", "0x10", "NaN", "1_0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, ok := number([]byte(s), '.')
		y, err := strconv.ParseFloat(s, 64)
		if ok && (err != nil || x != y) {
			t.Errorf("number(%q) = %v, strconv %v, %v", s, x, y, err)
		}
		if !ok && err == nil && strings.Trim(s, "0123456789.eE+-") == "" {
			t.Errorf("%q is refused", s)
		}
		comma, ok2 := number([]byte(strings.ReplaceAll(s, ".", ",")), ',')
		if ok && (!ok2 || comma != x) {
			t.Errorf("with a comma, %q = %v, %v", s, comma, ok2)
		}
	})
}

func FuzzRead(f *testing.F) {
	d, err := ParseDescription([]byte(small))
	if err != nil {
		f.Fatal(err)
	}
	env := smallEnv(f)
	f.Add([]byte(top + "emp_unemployment_rate,DEP-01,2022,7.1,A\n"))
	f.Add([]byte(top + "\"emp_unemployment_rate\",\"DEP-2A\",2022-Q3,,S\r\n\r\n"))
	f.Add([]byte("\x1f\x8b\x08\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		table, report, err := Read(t.Context(), d, "fuzz.csv", bytes.NewReader(raw), env)
		if (err == nil) != (table != nil) {
			t.Fatalf("table %v with %v", table, err)
		}
		if err != nil {
			return
		}
		var want []int
		for i := range table.Columns {
			for _, line := range table.Columns[i].Line {
				want = append(want, int(line))
			}
		}
		lines, err := Lines(d, "fuzz.csv", bytes.NewReader(raw), want)
		if err != nil || len(lines) != report.Kept {
			t.Errorf("%d lines for %d rows, %v", len(lines), report.Kept, err)
		}
	})
}
