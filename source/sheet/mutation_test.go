package sheet_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"vigie/fault"
	"vigie/source/sheet"
	"vigie/source/sourcetest"
)

// reader is one format with valid bytes.
type reader struct {
	name  string
	valid []byte
}

func readers(t testing.TB) []reader {
	text := longText(40)
	return []reader{
		{"f.csv", []byte(text)},
		{"f.csv.gz", gzipped(t, text)},
		{"f.zip", zipped(t, member{"a.csv", text}, member{"b.json", treeText})},
		{"f.xlsx", zipped(t, office(sheetRows)...)},
		{"f.xls", binaryWorkbook(false)},
		{"f.json", []byte(treeText)},
		{"f.xml", []byte(genericMessage)},
		{"g.xml", []byte(specificMessage)},
		{"cube.json", []byte(cubeMessage)},
	}
}

// outcome reads all rows of bytes, says whether any was reached, and checks
// that an error says what to do.
func outcome(t testing.TB, name string, b []byte) (reached bool) {
	f, err := sheet.Open(name, bytes.NewReader(b), int64(len(b)), sheet.Options{})
	if err == nil {
		defer f.Close()
		for i := range f.Sheets() {
			err = errors.Join(err, f.Rows(context.Background(), i, func(sheet.Row) error {
				reached = true
				return nil
			}))
		}
	}
	if err != nil && (fault.KindOf(err) != fault.Invalid && !errors.As(err, new(fault.List)) || fault.Do(err) == "") {
		t.Errorf("%s: %q: not a fault with a remedy: %v", name, b[:min(len(b), 300)], err)
	}
	return reached
}

// TestMutations spoils valid files: no panic, an answer in time, and mostly
// past the opening.
func TestMutations(t *testing.T) {
	n := 100
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	for k, c := range readers(t) {
		if !outcome(t, c.name, c.valid) {
			t.Errorf("%s: the valid file gives no row", c.name)
		}
		valid, err := sourcetest.New(c.name, c.valid)
		if err != nil {
			t.Fatal(err)
		}
		reached := 0
		for i := range n {
			b := valid.Spoil(rand.New(rand.NewPCG(uint64(k), uint64(i))))
			start := time.Now()
			if outcome(t, c.name, b) {
				reached++
			}
			if d := time.Since(start); d > 2*time.Second {
				t.Errorf("%s: mutation %d took %v", c.name, i, d)
			}
			if t.Failed() {
				t.Fatalf("%s: mutation %d", c.name, i)
			}
		}
		if reached*2 < n {
			t.Errorf("%s: %d of %d reached the rows", c.name, reached, n)
		}
		t.Logf("%s: %d of %d reached the rows", c.name, reached, n)
	}
}

func FuzzOpen(f *testing.F) {
	for _, c := range readers(f) {
		f.Add(c.name, c.valid)
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		outcome(t, name, b)
	})
}
