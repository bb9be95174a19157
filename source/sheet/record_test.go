package sheet

import (
	"bufio"
	"encoding/csv"
	"io"
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

var recordTexts = []string{
	"", "\n", "a,b\n1,2", "a\r\nb\r\n", "\"a\nb\",c\n\nd\n", "\"a\"\"b\",\"\",\n", ",\n,,\n", "\"\r\n\r\n\"\r\nx", "a\"b\n", "\"a\"b\n", "\"open",
	strings.Repeat("long field ", 40) + ",x\n\"" + strings.Repeat("quoted\n", 40) + "\",y\n", "\"a\"\"\n\"\n", "\"\"\"\"", "a,\"b\"\r", "é,ü\n",
}

func TestRecordsAsStandard(t *testing.T) {
	for _, text := range recordTexts {
		sameAsStandard(t, text)
	}
}

func FuzzRecords(f *testing.F) {
	for _, text := range recordTexts {
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
