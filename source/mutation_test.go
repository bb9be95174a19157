package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"vigie/dataset"
	"vigie/fault"
	"vigie/source/sourcetest"
	"vigie/territory"
)

// fixture is the made-up file of a shipped description, to be spoiled.
type fixture struct {
	d     *Description
	file  string
	valid *sourcetest.Valid
	env   Env
}

// fixtures are those of all shipped descriptions, by the reader that reads them.
func fixtures(t *testing.T) map[string][]fixture {
	t.Helper()
	all := map[string][]fixture{}
	add := func(name, reader, file string, b []byte) {
		d := description(t, name)
		valid, err := sourcetest.New(file, b)
		if err != nil {
			t.Fatal(err)
		}
		all[reader] = append(all[reader], fixture{d, file, valid, Env{Vintage: geography(t, d), Catalogue: catalogue(t)}})
	}
	for _, name := range producerNames(t) {
		file, r, size := delivery(t, filepath.Join("testdata", name, "*"))
		b := make([]byte, size)
		if _, err := r.ReadAt(b, 0); err != nil && err != io.EOF {
			t.Fatal(err)
		}
		reader := strings.TrimPrefix(filepath.Ext(file), ".")
		if reader == "xml" || strings.HasPrefix(name, "sdmx_") {
			reader = "sdmx-" + reader
		}
		add(name, reader, file, b)
		if reader == "csv" || reader == "json" {
			var packed bytes.Buffer
			z := gzip.NewWriter(&packed)
			_, _ = z.Write(b) // a bytes.Buffer does not fail
			_ = z.Close()     // likewise
			add(name, "gz", file+".gz", packed.Bytes())
		}
	}
	return all
}

// TestMutations spoils the files of all shipped descriptions and reads them as
// an import does: no panic, an answer in time, and a whole table or none. At
// least half of them reach the rows. 10,000 a reader in a long run.
func TestMutations(t *testing.T) {
	n := 60
	if os.Getenv("VIGIE_LONG") == "1" {
		n = 10_000
	}
	all := fixtures(t)
	for _, reader := range []string{"csv", "xlsx", "xls", "zip", "gz", "json", "sdmx-xml", "sdmx-csv", "sdmx-json"} {
		t.Run(reader, func(t *testing.T) {
			if len(all[reader]) == 0 {
				t.Fatal("no shipped description reads this form")
			}
			reached, read, slowest := 0, 0, time.Duration(0)
			for i := range n {
				f := all[reader][i%len(all[reader])]
				b := f.valid.Spoil(rand.New(rand.NewPCG(20261123, uint64(i))))
				began := time.Now()
				rows, kept := f.spoilt(t, i, b)
				took := time.Since(began)
				if took > 2*time.Second { // the machine may have been elsewhere: once more
					began = time.Now()
					f.spoilt(t, i, b)
					took = min(took, time.Since(began))
				}
				slowest = max(slowest, took)
				if rows {
					reached++
				}
				if kept {
					read++
				}
				if t.Failed() {
					t.Fatalf("%s, mutation %d:\n%.2000q", f.d.Name, i, b)
				}
			}
			t.Logf("%d malformed files: %d reached the rows, %d read whole, the others refused; slowest %v", n, reached, read, slowest)
			if reached*2 < n {
				t.Errorf("%d of %d reached the rows", reached, n)
			}
			if slowest > 2*time.Second {
				t.Errorf("one took %v", slowest)
			}
		})
	}
}

// spoilt reads one malformed file, by the steps of Read; it says whether a row
// was reached and whether the file gave a table.
func (f *fixture) spoilt(t *testing.T, i int, b []byte) (rows, kept bool) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s, mutation %d: panic: %v\n%s", f.d.Name, i, p, debug.Stack())
		}
	}()
	rd := newReader(f.d, f.file, f.env)
	err := rd.read(t.Context(), bytes.NewReader(b), int64(len(b)))
	var table *dataset.Table
	var zonings []territory.Zoning
	switch {
	case err != nil:
	case f.d.HasZonings():
		zonings, err = rd.zoned()
	default:
		table, err = rd.table()
	}
	switch {
	case err != nil:
		if list, ok := errors.AsType[fault.List](err); !ok || len(list) > fault.MostListed || fault.KindOf(err) != fault.Invalid || fault.Do(err) == "" || table != nil {
			t.Errorf("%v: want a list of at most %d faults, each with its remedy, and no table", err, fault.MostListed)
		}
		return rd.rows > 0, false
	case table == nil:
		rd.count(zonings)
	default:
		rd.complete(table)
		if table.Rows() == 0 || table.Rows() != rd.report.Kept {
			t.Errorf("%d observations, %d said to be kept", table.Rows(), rd.report.Kept)
		}
		sound(t, f, table)
	}
	balanced(t, &rd.report)
	return true, true
}

// sound checks that a table says what tables may say.
func sound(t *testing.T, f *fixture, table *dataset.Table) {
	t.Helper()
	for i := range table.Columns {
		c := &table.Columns[i]
		if i > 0 && table.Columns[i-1].Indicator+"\x00"+table.Columns[i-1].Indicator > c.Indicator+"\x00"+c.Indicator || !slices.IsSorted(c.Territory) || len(slices.Compact(slices.Clone(c.Territory))) != len(c.X) {
			t.Errorf("%s %s: not in order", c.Indicator, c.Period)
		}
		if period, _ := readPeriod(c.Period, ""); period != c.Period {
			t.Errorf("%s: period %q", c.Indicator, c.Period)
		}
		for k, x := range c.X {
			if c.Status[k].HasValue() == (math.IsNaN(x) || math.IsInf(x, 0)) || !slices.Contains(f.d.Levels, c.Territory[k].Level()) || c.Line[k] < 1 {
				t.Errorf("%s %s %s, line %d: %v, status %q", c.Indicator, c.Period, c.Territory[k], c.Line[k], x, c.Status[k])
			}
		}
	}
}
