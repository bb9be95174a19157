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
)

// reader is one format with valid bytes and how to spoil them.
type reader struct {
	name  string
	valid []byte
	spoil func(r *rand.Rand) []byte // nil: mutate valid
}

func readers(t testing.TB) []reader {
	text := longText(40)
	book := binaryWorkbook(false)
	members := office(sheetRows)
	return []reader{
		{name: "f.csv", valid: []byte(text)},
		{name: "f.csv.gz", valid: gzipped(t, text), spoil: func(r *rand.Rand) []byte {
			if r.IntN(4) > 0 {
				return gzipped(t, string(mutate(r, []byte(text))))
			}
			return mutate(r, gzipped(t, text))
		}},
		{name: "f.zip", valid: zipped(t, member{"a.csv", text}, member{"b.json", treeText}), spoil: func(r *rand.Rand) []byte {
			if r.IntN(4) > 0 {
				return zipped(t, member{"a.csv", string(mutate(r, []byte(text)))}, member{"b.json", string(mutate(r, []byte(treeText)))})
			}
			return mutate(r, zipped(t, member{"a.csv", text}))
		}},
		{name: "f.xlsx", valid: zipped(t, members...), spoil: func(r *rand.Rand) []byte {
			which := r.IntN(10)
			if which == 0 {
				return mutate(r, zipped(t, members...))
			}
			list := append([]member{}, members...)
			i := 5 // the rows, mostly
			if which < 4 {
				i = 1 + r.IntN(4)
			}
			list[i].text = string(mutate(r, []byte(list[i].text)))
			return zipped(t, list...)
		}},
		{name: "f.xls", valid: book, spoil: func(r *rand.Rand) []byte {
			if r.IntN(5) == 0 {
				return mutate(r, book)
			}
			b := bytes.Clone(book) // in the records, same length
			for range 1 + r.IntN(3) {
				b[1536+r.IntN(520)] = byte(r.IntN(256))
			}
			return b
		}},
		{name: "f.json", valid: []byte(treeText), spoil: softly(treeText)},
		{name: "f.xml", valid: []byte(genericMessage), spoil: softly(genericMessage)},
		{name: "g.xml", valid: []byte(specificMessage), spoil: softly(specificMessage)},
		{name: "cube.json", valid: []byte(cubeMessage), spoil: softly(cubeMessage)},
	}
}

// softly spoils a text whose form must hold for rows to be reached: mostly a
// character in a value becomes another, sometimes anything happens.
func softly(valid string) func(*rand.Rand) []byte {
	var values []int
	quoted := false
	for i, b := range []byte(valid) {
		if b == '"' {
			quoted = !quoted
		} else if quoted && i > len(valid)/4 || b >= '0' && b <= '9' {
			values = append(values, i)
		}
	}
	return func(r *rand.Rand) []byte {
		if r.IntN(5) == 0 {
			return mutate(r, []byte(valid))
		}
		b := []byte(valid)
		for range 1 + r.IntN(3) {
			b[values[r.IntN(len(values))]] = "0123456789abcXYZ .:-_%#@!?*é"[r.IntN(28)]
		}
		return b
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
	n := 250
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	for k, c := range readers(t) {
		if !outcome(t, c.name, c.valid) {
			t.Errorf("%s: the valid file gives no row", c.name)
		}
		reached := 0
		for i := range n {
			r := rand.New(rand.NewPCG(uint64(k), uint64(i)))
			var b []byte
			if c.spoil != nil {
				b = c.spoil(r)
			} else {
				b = mutate(r, c.valid)
			}
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
