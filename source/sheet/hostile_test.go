package sheet_test

import (
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/source/sheet"
)

// TestHostileJSON: a document nested without end costs nothing, and a key given
// twice is told; the depth that real files have is read.
func TestHostileJSON(t *testing.T) {
	nested := func(open, inside, shut string, n int) string {
		return strings.Repeat(open, n) + inside + strings.Repeat(shut, n)
	}
	const million = 1_000_000
	cases := []struct {
		name, text, records, want string // what is said, "" when it is read
	}{
		{"arrays without end", strings.Repeat("[", million), "a", "imbriqué"},
		{"arrays", nested("[", "1", "]", million), "a", "imbriqué"},
		{"objects without end", strings.Repeat(`{"a":`, million), "", "imbriqué"},
		{"objects", nested(`{"a":`, "1", "}", million), "a.a", "imbriqué"},
		{"a record of objects", "[" + nested(`{"a":`, `"`+strings.Repeat("x", 1<<20)+`"`, "}", 5000) + "]", "", "imbriqué"},
		{"a record of arrays", `[{"a":` + nested("[", "1", "]", 5000) + "}]", "", "imbriqué"},
		{"a record beyond what json reads", "[" + nested(`{"a":`, "1", "}", million) + "]", "", "mal formé"},
		{"a key given twice", `[{"a":1},{"a":2,"b":{"c":1,"c":2}}]`, "", "enregistrement 2 : « b.c » y est donné deux fois"},
		{"a key given twice, escaped", `[{"a":1,"\u0061":2}]`, "", "« a » y est donné deux fois"},
		{"brackets in a text", `[{"a":"` + strings.Repeat("[{", 5000) + `"}]`, "", ""},
		{"as deep as real files are", "[" + nested(`{"a":`, "1", "}", 12) + "]", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			err := readAll(t, c.text, c.records)
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%.300v; want Invalid, « %s »", err, c.want)
			case time.Since(start) > 10*time.Second:
				t.Errorf("read in %v", time.Since(start))
			}
		})
	}
}

// readAll reads a document as the rows of its sheet.
func readAll(t *testing.T, text, records string) error {
	t.Helper()
	f, err := sheet.Open("essai.json", strings.NewReader(text), int64(len(text)), sheet.Options{Records: records})
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Rows(t.Context(), 0, func(sheet.Row) error { return nil })
}
