package microdata_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"vigie/fault"
	"vigie/source/microdata"
	"vigie/stat/survey"
)

// sound returns valid files of answers by name.
func sound(t testing.TB) map[string][]byte {
	t.Helper()
	f := &survey.Frame{Rows: 60}
	var sexe, ouverte []string
	x, y := make([]float64, f.Rows), make([]float64, f.Rows)
	for i := range f.Rows {
		x[i], y[i] = float64(i%11), float64(i)*1.37
		sexe, ouverte = append(sexe, []string{"Femme", "Homme", ""}[i%3]), append(ouverte, []string{"Un avis, « long »", "", "a\"b", "é"}[i%4])
	}
	f.Columns = []*survey.Column{{Name: "note", Number: x, Labels: map[string]string{"0": "Pas du tout"}}, {Name: "poids", Number: y},
		survey.Category("sexe", sexe), survey.Category("ouverte", ouverte)}
	files := map[string][]byte{}
	for _, name := range []string{"f.csv", "f.parquet", "f.sav", "f.zsav"} {
		var b bytes.Buffer
		if err := microdata.Write(&b, name, f); err != nil {
			t.Fatal(err)
		}
		files[name] = b.Bytes()
	}
	files["f.dta"] = stataFile(118, binary.LittleEndian)
	files["codebook.csv"], files["codebook.xml"] = []byte(varmod), []byte(ddi25)
	return files
}

// spoil changes, cuts or repeats a few bytes.
func spoil(r *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range 1 + r.IntN(4) {
		if len(b) == 0 {
			return b
		}
		at := r.IntN(len(b))
		switch r.IntN(6) {
		case 0:
			b = b[:at]
		case 1:
			b = append(b[:at:at], b[min(len(b), at+1+r.IntN(20)):]...)
		case 2:
			b = append(b[:at:at], append([]byte(",;\"\n\x00\xff-9e<>")[r.IntN(10):], b[at:]...)...)
		default:
			b[at] = byte(r.IntN(256))
		}
	}
	return b
}

// outcome reads bytes; an error must be a fault with a remedy that names the
// file, and a frame must be whole, without an infinite number.
func outcome(t testing.TB, name string, b []byte) (ok bool) {
	t.Helper()
	var err error
	if book, isBook := strings.CutPrefix(name, "codebook"); isBook {
		_, err = microdata.ParseCodebook("f"+book, b)
	} else {
		var f *survey.Frame
		if f, err = microdata.Parse(name, b); err == nil {
			for _, c := range f.Columns {
				if c.Rows() != f.Rows || c.Number != nil && c.Code != nil {
					t.Errorf("%s: variable %q has %d rows of %d", name, c.Name, c.Rows(), f.Rows)
				}
			}
		}
	}
	if err == nil {
		return true
	}
	if fault.KindOf(err) != fault.Invalid && !errors.As(err, new(fault.List)) || fault.Do(err) == "" || !strings.HasPrefix(err.Error(), "f.") {
		t.Errorf("%s: %q: not a fault with a remedy: %v", name, b[:min(len(b), 200)], err)
	}
	return false
}

// TestMutations spoils valid files: no panic, an answer in time, memory in
// proportion.
func TestMutations(t *testing.T) {
	n := 200
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	var before, after runtime.MemStats
	for name, valid := range sound(t) {
		if !outcome(t, name, valid) {
			t.Fatalf("%s: the valid file is refused", name)
		}
		read := 0
		runtime.ReadMemStats(&before)
		start := time.Now()
		for i := range n {
			if outcome(t, name, spoil(rand.New(rand.NewPCG(uint64(len(name)), uint64(i))), valid)) {
				read++
			}
			if t.Failed() {
				t.Fatalf("%s: mutation %d", name, i)
			}
		}
		runtime.ReadMemStats(&after)
		if each := (after.TotalAlloc - before.TotalAlloc) / uint64(n); each > 64<<20 {
			t.Errorf("%s: %d bytes for each reading of %d", name, each, len(valid))
		}
		if d := time.Since(start) / time.Duration(n); d > 50*time.Millisecond {
			t.Errorf("%s: %v for each reading", name, d)
		}
		if read == n {
			t.Errorf("%s: no mutation was refused", name)
		}
		t.Logf("%s: %d of %d were read all the same", name, read, n)
	}
}

func FuzzParse(f *testing.F) {
	for name, valid := range sound(f) {
		f.Add(name, valid)
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		for _, known := range []string{"f.csv", "f.parquet", "f.sav", "codebook.csv", "codebook.xml"} {
			if strings.HasSuffix(name, known[1:]) {
				outcome(t, known, b)
			}
		}
	})
}

// TestParquetFooter: a length that lies is refused before it is believed.
func TestParquetFooter(t *testing.T) {
	b := sound(t)["f.parquet"]
	binary.LittleEndian.PutUint32(b[len(b)-8:], 0xfffffff0)
	_, err := microdata.Parse("f.parquet", b)
	if err == nil || !strings.Contains(err.Error(), "description plus longue que le fichier") {
		t.Errorf("footer of 4 GB: %v", err)
	}
	if _, err = microdata.Parse("f.parquet", b[:len(b)/2]); err == nil || !strings.Contains(err.Error(), "tronqué") {
		t.Errorf("cut: %v", err)
	}
}
