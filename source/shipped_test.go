package source

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	command "flag"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie/data"
	"vigie/dataset"
	"vigie/indicator"
	"vigie/territory"
)

var update = command.Bool("update", false, "rewrite the golden files")

// shipped is the full run of a description on a real file of the shared folder.
type shipped struct {
	name   string // of the description
	path   string // under data in the shared folder, a pattern: several files, or a folder, are one delivery
	rows   int    // observations kept
	totals []total
}

// total is a figure known from elsewhere: the value of a territory, or the sum
// of those of a tier.
type total struct {
	code         indicator.Code
	of, period   string // FR, DEP-01, departement
	x, tolerance float64
}

// real are the full runs; each family of sources adds its own.
var real []shipped

// refusals are the real files that their description refuses whole, by the name
// of the description.
var refusals = map[string]refusal{}

// refusal is the path of a file and words of its fault.
type refusal struct{ path, words string }

// shippedNames lists the descriptions of producers' files of observations: the
// starter files have a test of their own, and so have zonings.
func shippedNames(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(producerNames(t), func(name string) bool { return description(t, name).HasZonings() })
}

// producerNames lists the descriptions of producers' files.
func producerNames(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(data.FS, "source/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	var names []string
	for _, f := range files {
		if name := strings.TrimSuffix(path.Base(f), ".toml"); !strings.HasPrefix(name, "vigie_starter_") {
			names = append(names, name)
		}
	}
	return names
}

// shippedText is the text of a description.
func shippedText(t *testing.T, name string) string {
	t.Helper()
	raw, err := data.Read("source/" + name + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// geography is the vintage that stands for that of a description.
func geography(t *testing.T, d *Description) *territory.Vintage {
	t.Helper()
	small := slices.Contains(d.Levels, territory.Commune) || slices.Contains(d.Levels, territory.EPCI)
	switch {
	case d.Vintage <= territory.FormerYear && !small:
		return vintage(t, territory.FormerYear)
	case d.Vintage <= 2023:
		return vintage(t, 2021)
	}
	return vintage(t, 2026)
}

// readShipped reads a delivery as its description says.
func readShipped(t *testing.T, d *Description, file string, r io.ReaderAt, size int64) (*dataset.Table, Report) {
	t.Helper()
	if !d.Matches(file) {
		t.Errorf("%s does not fit the patterns %q", file, d.Files)
	}
	env := Env{Vintage: geography(t, d), Catalogue: catalogue(t)}
	table, report, err := Read(t.Context(), d, file, r, size, env)
	if err != nil {
		t.Fatal(err)
	}
	return table, report
}

// control holds a table to the declared controls of its description.
func control(t *testing.T, d *Description, table *dataset.Table) {
	t.Helper()
	if len(d.Checks) == 0 {
		return
	}
	in := dataset.Checking{Vintage: geography(t, d), Catalogue: catalogue(t)}
	for _, c := range d.Checks {
		in.Controls = append(in.Controls, dataset.Control{Kind: c.Kind, Series: c.Series, Of: c.Of, Is: c.Is, Tolerance: c.Tolerance})
	}
	for _, f := range dataset.Refused(dataset.Check(table, in)) {
		t.Errorf("declared control: %v", f)
	}
}

// delivery opens the files of a pattern: one as it is, several as a zip of
// them, a folder as a zip of all that it holds.
func delivery(t *testing.T, pattern string) (name string, r io.ReaderAt, size int64) {
	t.Helper()
	found, err := filepath.Glob(pattern)
	found = slices.DeleteFunc(found, func(f string) bool { return filepath.Base(f) == "golden.csv" })
	if err != nil || len(found) == 0 {
		t.Fatalf("%s: no file, %v", pattern, err)
	}
	dir := filepath.Dir(found[0])
	if info, err := os.Stat(found[0]); err == nil && info.IsDir() && len(found) == 1 {
		dir, found = found[0], inside(t, found[0])
	} else if len(found) == 1 {
		f, err := os.Open(found[0])
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() }) //nolint:errcheck // only read
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		return filepath.Base(found[0]), f, info.Size()
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range found {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		member, err := filepath.Rel(dir, f)
		if err != nil {
			t.Fatal(err)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: filepath.ToSlash(member), Method: zip.Store})
		if err == nil {
			_, err = w.Write(raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return filepath.Base(dir) + ".zip", bytes.NewReader(b.Bytes()), int64(b.Len())
}

// inside lists the files of a folder and of those in it, in order.
func inside(t *testing.T, dir string) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestShippedGolden reads the made-up file of each description: the golden file
// holds each observation with its line, then what was left out and why.
func TestShippedGolden(t *testing.T) {
	for _, name := range shippedNames(t) {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join("testdata", name)
			file, r, size := delivery(t, filepath.Join(dir, "*"))
			d := description(t, name)
			table, report := readShipped(t, d, file, r, size)
			control(t, d, table)
			got, golden := golden(t, table, report), filepath.Join(dir, "golden.csv")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("-golden +read (rewrite with -update):\n%s", diff)
			}
		})
	}
}

// golden writes a table and what its reading left out.
func golden(t *testing.T, table *dataset.Table, report Report) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	write := func(cells ...string) {
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	write("indicator", "territory", "period", "value", "status", "line")
	for i := range table.Columns {
		c := &table.Columns[i]
		for k, code := range c.Territory {
			x := ""
			if c.Status[k].HasValue() {
				x = strconv.FormatFloat(c.X[k], 'f', -1, 64)
			}
			write(string(c.Indicator), string(code), c.Period, x, string(rune(c.Status[k])), strconv.Itoa(int(c.Line[k])))
		}
	}
	for _, l := range report.LeftOut {
		write("# left out", l.Reason, strconv.Itoa(l.Rows))
	}
	for _, part := range []struct {
		name string
		list []Joined
	}{{"converted", report.Join.Converted}, {"ambiguous", report.Join.Ambiguous}, {"unmatched", report.Join.Unmatched}} {
		for _, j := range part.list {
			write("# "+part.name, j.Text, strconv.Itoa(j.Rows))
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sharedData returns the folder of the real files, which a clone does not have.
func sharedData(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			tb.Fatalf("shared files are required: %v", err)
		}
		tb.Skipf("left out: the shared files are not at %s (set VIGIE_SHARED)", dir)
	}
	return filepath.Join(dir, "data")
}

// TestShippedReal reads each real file whole: the number of observations and
// the control figures are those known from elsewhere, no row is lost, and the
// starter's figures are those of the files.
func TestShippedReal(t *testing.T) {
	dir := sharedData(t)
	starter := equality{series: map[indicator.Code]bool{}}
	var spent time.Duration
	for _, s := range real {
		t.Run(s.name, func(t *testing.T) {
			file, r, size := delivery(t, filepath.Join(dir, filepath.FromSlash(s.path)))
			d := description(t, s.name)
			start := time.Now()
			table, report := readShipped(t, d, file, r, size)
			spent += time.Since(start)
			control(t, d, table)
			if table.Rows() != s.rows {
				t.Errorf("%d observations, want %d; left out %v", table.Rows(), s.rows, report.LeftOut)
			}
			lost := report.Rows - report.Kept - report.Gathered - report.Join.Lost()
			for _, l := range report.LeftOut {
				lost -= l.Rows
			}
			if lost != 0 {
				t.Errorf("%d rows of %d are neither kept nor counted as left out", lost, report.Rows)
			}
			for _, want := range s.totals {
				if got := want.sum(table); math.Abs(got-want.x) > want.tolerance || math.IsNaN(got) {
					t.Errorf("%s of %s in %s: %v, want %v", want.code, want.of, want.period, got, want.x)
				}
			}
			starter.hold(t, s.name, table, geography(t, d))
		})
	}
	starter.end(t)
	t.Logf("%d files read in %v", len(real), spent)
}

// TestShippedAllRun holds each description to a full run.
func TestShippedAllRun(t *testing.T) {
	for _, name := range shippedNames(t) {
		_, refused := refusals[name]
		if !refused && !slices.ContainsFunc(real, func(s shipped) bool { return s.name == name }) {
			t.Errorf("%s: no full run on its real file", name)
		}
	}
}

// sum is the figure that a total speaks of, NaN when the table does not have it.
func (w total) sum(table *dataset.Table) float64 {
	c := table.Column(w.code, w.period)
	if c == nil {
		return math.NaN()
	}
	if o, ok := c.At(territory.Code(w.of)); ok {
		return o.X
	}
	x, n := 0.0, 0
	for i, code := range c.Territory {
		if code.Level() == territory.Level(w.of) && c.Status[i].HasValue() {
			x += c.X[i]
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return x
}
