package detect

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"vigie/data"
	"vigie/source"
	"vigie/source/sheet"
	"vigie/territory"
)

// vintages are those that the program is born with.
func vintages(t testing.TB) []*territory.Vintage {
	t.Helper()
	text := func(name string) []byte {
		b, err := data.Read("starter/territories/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	f := territory.Files{National: text("national.csv"), Regions: text("regions.csv"), Departements: text("departements.csv"), EPCI: text("epci.csv"), Communes: text("communes.csv.gz")}
	now, err := territory.ParseVintage(2026, f)
	if err != nil {
		t.Fatal(err)
	}
	f.EPCI, f.Communes = text("epci_2021.csv"), text("communes_2021.csv.gz")
	before, err := territory.ParseVintage(2021, f)
	if err != nil {
		t.Fatal(err)
	}
	return []*territory.Vintage{now, before, territory.Before2016(now)}
}

// shared is the folder of shared files; the test is skipped without it.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("VIGIE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err != nil {
		if os.Getenv("VIGIE_STRICT") == "1" {
			t.Fatal(err)
		}
		t.Skip("real files: the shared folder is not there")
	}
	return filepath.Join(dir, "data")
}

// shipped are the descriptions of the program, hidden from Propose.
func shipped(t *testing.T) map[string]*source.Description {
	t.Helper()
	names, err := fs.Glob(data.FS, "source/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*source.Description{}
	for _, n := range names {
		b, err := data.FS.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		d, err := source.ParseDescription(b)
		if err != nil {
			t.Errorf("%s: %v", n, err)
			continue
		}
		if !strings.HasPrefix(d.Name, "vigie_") {
			out[d.Name] = d
		}
	}
	return out
}

// apart are folders and files without tables of territories.
var apart = regexp.MustCompile(`/(cog|contours|enquetes|polis|panels)$|_description|-structure`)

// realFiles lists the real files.
func realFiles(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		switch {
		case err == nil && e.IsDir() && apart.MatchString(p):
			return fs.SkipDir
		case err == nil && !e.IsDir() && !apart.MatchString(p):
			list = append(list, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// expected gives the roles that the tables of a description give to the
// columns of a sheet, by index; read is false when they do not read it.
func expected(d *source.Description, file string, g *grid) (roles map[int][]Role, read bool) {
	roles = map[int][]Role{}
	for i := range d.Tables {
		t := &d.Tables[i]
		member := g.sheet.Member
		if member == "" {
			member = file
		}
		if !fitsAny(t.Sheets, g.sheet.Name) || !fitsAny(t.Members, path.Base(member)) {
			continue
		}
		names := headerOf(t, g)
		if names == nil {
			continue
		}
		read = true
		give := func(role Role, refs ...string) {
			for _, ref := range refs {
				for _, k := range resolve(names, ref) {
					roles[k] = append(roles[k], role)
				}
			}
		}
		place := Code
		if t.Territory.Join == "label" {
			place = Label
		}
		give(place, t.Territory.Column)
		give(Tier, t.Territory.LevelColumn)
		give(Time, t.Period.Column)
		give(Measure, t.Value.Column)
		give(Status, t.Value.Status)
		give(Dimension, t.Value.Indicator)
		for _, form := range []string{t.Period.Header, t.Territory.Header} {
			if form != "" {
				give(Measure, "~"+form)
			}
		}
		for _, r := range t.Where {
			give(Dimension, r.Column)
		}
		for _, s := range t.Series {
			if !fitsAny(s.Sheets, g.sheet.Name) || !fitsAny(s.Members, path.Base(member)) {
				continue
			}
			give(Measure, append(append([]string{s.Column}, s.Columns...), s.Minus...)...)
			give(Status, s.Status)
			give(Time, s.PeriodColumn)
			for c := range s.When {
				give(Dimension, c)
			}
		}
	}
	return roles, read
}

func fitsAny(patterns []string, name string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		ok, err := path.Match(path.Base(p), name)
		return ok && err == nil
	})
}

// headerOf returns the names of a sheet's columns as a table says, nil when
// the header is not there.
func headerOf(t *source.Table, g *grid) []string {
	for i, l := range g.rows {
		here := t.Header != nil && l.n >= *t.Header
		if t.HeaderFind != "" {
			re := regexp.MustCompile(t.HeaderFind)
			here = slices.ContainsFunc(l.cells, re.MatchString)
		}
		if here {
			last := i
			for last+1 < len(g.rows) && g.rows[last+1].n < l.n+t.Headers {
				last++
			}
			return joined(g.rows[i : last+1])
		}
	}
	return nil
}

func resolve(names []string, ref string) []int {
	var out []int
	switch {
	case ref == "" || ref == ".":
	case ref[0] == '#':
		if n, err := strconv.Atoi(ref[1:]); err == nil {
			out = append(out, n-1)
		}
	case ref[0] == '~':
		re := regexp.MustCompile(ref[1:])
		for i, n := range names {
			if n != "" && re.MatchString(n) {
				out = append(out, i)
			}
		}
	default:
		if i := slices.Index(names, spaced(ref)); i >= 0 {
			out = append(out, i)
		}
	}
	return out
}

// tallied counts columns: of all, and of those that the description uses.
type tallied struct {
	right, all         int
	usedRight, usedAll int
	wrong              []string
}

func (s *tallied) add(o tallied) {
	s.right, s.all = s.right+o.right, s.all+o.all
	s.usedRight, s.usedAll = s.usedRight+o.usedRight, s.usedAll+o.usedAll
	s.wrong = append(s.wrong, o.wrong...)
}

// score compares what was proposed for a file with its hidden description. A
// column that the description uses is right with the same role, or when it is
// left aside and never varies; one that it leaves is right unless it was taken
// for territories, periods or marks.
func score(t *testing.T, d *source.Description, name string, h *os.File, size int64, p *Proposal) (out tallied) {
	f, err := sheet.Open(name, h, size, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range f.Sheets() {
		g, err := sample(context.Background(), f, i)
		if err != nil && len(g.rows) < 3 {
			t.Fatal(err)
		}
		g.sheet = s
		want, read := expected(d, path.Base(name), g)
		if !read || len(want) == 0 {
			continue
		}
		k := slices.IndexFunc(p.Tables, func(x Table) bool { return x.Sheet == s })
		if k < 0 {
			out.add(tallied{all: len(want), usedAll: len(want), wrong: []string{fmt.Sprintf("%v: no table", s)}})
			continue
		}
		for c, col := range p.Tables[k].Columns {
			roles := want[c]
			good := slices.Contains(roles, col.Role) || len(roles) == 0 && (col.Role == Ignored || col.Role == Measure || col.Role == Dimension) ||
				slices.Contains(roles, Dimension) && col.Role == Ignored && constant(g, p.Tables[k], c)
			one := tallied{all: 1}
			if good {
				one.right = 1
			} else {
				one.wrong = []string{fmt.Sprintf("%v %s: %q, want %q", s, col.Name, col.Role, slices.Compact(roles))}
			}
			if len(roles) > 0 {
				one.usedAll, one.usedRight = 1, one.right
			}
			out.add(one)
		}
	}
	return out
}

// constant reports whether a column has one text.
func constant(g *grid, t Table, c int) bool {
	seen := map[string]bool{}
	for _, l := range g.rows {
		if l.n >= t.Header+t.Headers {
			seen[l.cell(c)] = true
		}
	}
	return len(seen) == 1
}

// TestHidden proposes descriptions for the real files whose own is hidden: some
// of them, all with VIGIE_LONG=1.
func TestHidden(t *testing.T) {
	files, known, all := realFiles(t, shared(t)), New(vintages(t)), shipped(t)
	var sum tallied
	mean, n := 0.0, 0
	for k, name := range slices.Sorted(maps.Keys(all)) {
		if os.Getenv("VIGIE_LONG") != "1" && k%6 != 0 {
			continue
		}
		var s tallied
		tried := 0
		for _, file := range files {
			if all[name].Matches(file) && tried < 3 {
				tried++
				s.add(hidden(t, known, all[name], file))
			}
		}
		if s.all == 0 {
			continue
		}
		sum.add(s)
		mean, n = mean+float64(s.right)/float64(s.all), n+1
		t.Logf("%3d %% %s: %d of %d", 100*s.right/s.all, name, s.right, s.all)
		if s.right*10 < s.all*9 {
			t.Logf("      %s", strings.Join(s.wrong[:min(8, len(s.wrong))], "\n      "))
		}
	}
	t.Logf("%.1f %% of %d columns, %.1f %% of the %d that descriptions use; mean of %d descriptions %.1f %%", 100*float64(sum.right)/float64(sum.all), sum.all,
		100*float64(sum.usedRight)/float64(sum.usedAll), sum.usedAll, n, 100*mean/float64(n))
	if sum.usedRight*10 < sum.usedAll*9 || mean < 0.9*float64(n) {
		t.Errorf("less than 90 %% of the columns")
	}
}

// hidden proposes a description for one file and compares it.
func hidden(t *testing.T, known *Detector, d *source.Description, file string) tallied {
	h, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	st, err := h.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p, err := known.Propose(context.Background(), file, h, st.Size())
	if err != nil {
		t.Errorf("%s: %v", file, err)
		return tallied{}
	}
	if _, err := source.ParseDescription(p.TOML); err != nil {
		t.Errorf("%s: the proposal is refused: %v", file, err)
	}
	return score(t, d, file, h, st.Size(), p)
}
