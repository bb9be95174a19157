package observatory_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"vigie/data"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/store"
)

// The child of TestStream is this same test, told so by its environment.
const (
	streamDir  = "VIGIE_STREAM_DIR"
	streamSize = "VIGIE_STREAM_SIZE"
)

// mostMemory is what an import may hold at its peak, in bytes of resident
// memory, whatever the size of the file.
const mostMemory = 512 << 20

// madeUp is a made-up csv of any size that exists nowhere: the rows have one
// width, so that any of them is written when it is read. One in keepOne is of
// the series that the description keeps.
type madeUp struct {
	codes []string
	rows  int64
}

const (
	keepOne    = 100
	madeHeader = "indicator,territory,period,value,status\n"
	madeWidth  = int64(len("ctx_population_census,COM-01001,2020,0000000000,A\n"))
)

func (m *madeUp) Size() int64 { return int64(len(madeHeader)) + m.rows*madeWidth }

// row appends the k-th row.
func (m *madeUp) row(b []byte, k int64) []byte {
	series, at := "ctx_population_75plus", k
	if k%keepOne == 0 {
		series, at = "ctx_population_census", k/keepOne
	}
	n := int64(len(m.codes))
	return fmt.Appendf(b, "%s,%s,%04d,%010d,A\n", series, m.codes[at%n], 1800+at/n%200, k)
}

func (m *madeUp) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	if off < int64(len(madeHeader)) {
		n = copy(p, madeHeader[off:])
		off += int64(n)
	}
	var b []byte
	for n < len(p) {
		at := off - int64(len(madeHeader))
		if at >= m.rows*madeWidth {
			return n, io.EOF
		}
		b = m.row(b[:0], at/madeWidth)
		c := copy(p[n:], b[at%madeWidth:])
		n += c
		off += int64(c)
	}
	return n, nil
}

const madeDescription = `
name = "made_up_stream"
title = "Fichier inventé"
producer = "essai"
licence = "Licence Ouverte"
levels = ["commune"]
vintage = 2021
[[table]]
[table.territory]
column = "territory"
form = "vigie"
[table.period]
column = "period"
[table.value]
indicator = "indicator"
column = "value"
status = "status"
[keep]
series = ["ctx_population_census"]
`

// TestStream imports a csv larger than the memory that the import may take:
// 2 GB in a long run. The process is another one, whose peak is measured.
func TestStream(t *testing.T) {
	if dir := os.Getenv(streamDir); dir != "" {
		importStream(t, dir)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("the peak of a process is read in /proc")
	}
	whole(t)
	size := 64 << 20
	if os.Getenv("VIGIE_LONG") == "1" {
		size = 2 << 30
	}
	dir := filepath.Join(t.TempDir(), "observatoire")
	if err := observatorytest.CopyTo(observatorytest.Dir(t), dir); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStream$", "-test.v")
	c.Env = append(os.Environ(), streamDir+"="+dir, streamSize+"="+strconv.Itoa(size))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	peak := 0
	for line := range strings.Lines(string(out)) {
		if _, after, ok := strings.Cut(line, "VmHWM:"); ok {
			if _, err := fmt.Sscanf(after, "%d kB", &peak); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("a file of %d bytes: peak of %d MiB", size, peak>>10)
	if peak == 0 || peak<<10 > mostMemory {
		t.Errorf("peak of %d KiB; want at most %d\n%s", peak, mostMemory>>10, out)
	}
}

// importStream is the child: one import, then its peak on standard output.
func importStream(t *testing.T, dir string) {
	size, err := strconv.ParseInt(os.Getenv(streamSize), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	b, err := data.Read("starter/territories/communes_2021.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	places, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	file := &madeUp{rows: size / madeWidth}
	for _, row := range places[1:] {
		file.codes = append(file.codes, row[0])
	}
	w := observatorytest.Open(t, dir, store.Options{})
	row, said, err := w.Import(t.Context(), observatory.Importing{Description: []byte(madeDescription), FileName: "made_up.csv", File: file})
	if err != nil {
		t.Fatal(err)
	}
	want := int((file.rows + keepOne - 1) / keepOne)
	if row.Rows != want || said.Rows-want != int(file.rows)-want {
		t.Errorf("%d rows kept of %d; want %d of %d", row.Rows, said.Rows, want, file.rows)
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Print("\n", string(status))
}
