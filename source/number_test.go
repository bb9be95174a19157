package source

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
)

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
		table, report, err := Read(t.Context(), d, "fuzz.csv", bytes.NewReader(raw), int64(len(raw)), env)
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
		lines, err := Lines(t.Context(), d, "fuzz.csv", bytes.NewReader(raw), int64(len(raw)), want)
		if err != nil || len(lines) != report.Kept {
			t.Errorf("%d lines for %d rows, %v", len(lines), report.Kept, err)
		}
	})
}
