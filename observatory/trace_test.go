package observatory_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"vigie/data"
	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/observatory"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/territory"
)

// rawFile is an embedded table of observations read by the test's own means:
// its lines as text, the first one at 1, and the address of its bytes.
type rawFile struct {
	lines []string
	hash  string
}

func rawFiles(t *testing.T) map[string]*rawFile {
	t.Helper()
	out := map[string]*rawFile{}
	for _, level := range []string{"region", "departement", "epci", "commune"} {
		name := "starter/observations_" + level + ".csv.gz"
		text, err := data.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(embedded(t, name))
		out["vigie_starter_"+level] = &rawFile{append([]string{""}, strings.Split(string(text), "\n")...), hex.EncodeToString(sum[:])}
	}
	return out
}

// check opens the raw file at the line of a basis and finds its value there.
func (f *rawFile) check(b edition.Basis) error {
	if b.Part.File != f.hash {
		return fmt.Errorf("file %s; the embedded one is %s", b.Part.File, f.hash)
	}
	if b.Line < 2 || int(b.Line) >= len(f.lines) {
		return fmt.Errorf("line %d of %d", b.Line, len(f.lines))
	}
	row, err := csv.NewReader(strings.NewReader(f.lines[b.Line])).Read()
	if err != nil {
		return err
	}
	if row[0] != string(b.Indicator) || row[1] != string(b.Territory) || row[2] != b.Period || row[4] != string(rune(b.Status)) {
		return fmt.Errorf("line %d says %q; the basis is %+v", b.Line, row, b.Observation)
	}
	if !b.Status.HasValue() {
		if row[3] != "" || !math.IsNaN(b.X) {
			return fmt.Errorf("line %d says %q and carries %v although secret or missing", b.Line, row, b.X)
		}
		return nil
	}
	x, err := strconv.ParseFloat(row[3], 64)
	if err != nil || x != b.X {
		return fmt.Errorf("line %d says %q; the basis carries %v", b.Line, row[3], b.X)
	}
	return nil
}

// sampled are the territories whose figures are traced: every tier, overseas,
// Corsica, Paris, Lyon and Marseille, communes that were merged or renamed.
var sampled = []territory.Code{"FR", "FM", "REG-44", "REG-94", "REG-01", "REG-06", "DEP-08", "DEP-2A", "DEP-2B", "DEP-75", "DEP-971", "DEP-976",
	"EPCI-200000172", "EPCI-200041630", "EPCI-200054781", "EPCI-200054807", "EPCI-249740119",
	"COM-01001", "COM-08105", "COM-01138", "COM-01187", "COM-14581", "COM-2A004", "COM-2B033", "COM-75056", "COM-69123", "COM-13055", "COM-97105", "COM-97411", "COM-29083"}

// TestTraceFigures opens the raw file at every line behind every figure of the
// sample, at each period, and recomputes what is a ratio or a sum.
func TestTraceFigures(t *testing.T) {
	c, raw := observatorytest.Content(t), rawFiles(t)
	var figures, lines, computed, ratios int
	for _, at := range sampled {
		if _, ok := c.Territory.Get(at); !ok {
			t.Errorf("%s is not a territory: choose another sample", at)
		}
		for _, ind := range c.Catalogue.All() {
			for _, v := range c.Series(ind.Code, at) {
				name := fmt.Sprintf("%s/%s/%s", ind.Code, at, v.Period)
				figures++
				if v.Computed {
					computed++
				}
				if len(v.Basis) == 0 {
					t.Errorf("%s rests on nothing", name)
				}
				for _, b := range v.Basis {
					lines++
					if err := raw[b.Part.Name].check(b); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
				if ok, err := arithmetic(v); err != nil {
					t.Errorf("%s: %v", name, err)
				} else if ok {
					ratios++
				}
			}
		}
	}
	t.Logf("%d figures, %d of them computed, %d ratios done again, %d lines opened", figures, computed, ratios, lines)
	if figures < 5000 || computed < 100 || ratios < 1000 {
		t.Errorf("too small a sample: %d figures, %d computed, %d ratios", figures, computed, ratios)
	}
}

// arithmetic does a ratio or a sum again from its lines; false when the figure
// is neither. A ratio agrees to the precision of what gives it: the digits of
// the file's own value, or those displayed when no file holds it.
func arithmetic(v edition.Value) (bool, error) {
	sum := map[string]float64{}
	have := map[string]bool{}
	for _, b := range v.Basis {
		sum[b.Role] += b.X
		have[b.Role] = true
	}
	if !v.OK() {
		return false, nil
	}
	if have[edition.Numerator] != have[edition.Denominator] {
		return false, fmt.Errorf("a numerator without denominator, or the reverse")
	}
	if have[edition.Direct] && lang.Round(sum[edition.Direct], v.Indicator.Decimals) != lang.Round(v.X, v.Indicator.Decimals) {
		return false, fmt.Errorf("published %v; its lines say %v", v.X, sum[edition.Direct])
	}
	if !have[edition.Numerator] {
		return false, nil
	}
	x := sum[edition.Numerator] / sum[edition.Denominator] * v.Indicator.Scale()
	published, decimals := lang.Round(v.X, v.Indicator.Decimals), v.Indicator.Decimals
	if have[edition.Direct] {
		published, decimals = v.X, digits(v.X)
	}
	if math.Abs(x-published) > 0.5*math.Pow(10, -float64(decimals))+1e-9 {
		return true, fmt.Errorf("published %v; its counts give %v", v.X, x)
	}
	return true, nil
}

// digits counts the decimals that a file gives a value with.
func digits(x float64) int {
	_, after, _ := strings.Cut(strconv.FormatFloat(x, 'f', -1, 64), ".")
	return len(after)
}

// TestTracePrints follows « d’où vient ce chiffre ? » as a person does: what is
// printed is, line by line, what the raw file says there.
func TestTracePrints(t *testing.T) {
	whole(t)
	c, raw := observatorytest.Content(t), rawFiles(t)
	figures := []string{"fragilite/DEP-08", "fragilite/REG-44", "fragilite/DEP-08/EMP", "fragilite/DEP-2A/SEC", "fragilite/DEP-971/EMP",
		"fragilite/REG-94/LOG", "fragilite/EPCI-200041630/EMP"}
	for _, at := range sampled {
		for _, code := range []indicator.Code{"emp_unemployment_rate", "log_vacancy_rate", "niv_median_income", "sec_burglary_per_1000"} {
			if v, ok := c.Latest(code, at); ok {
				figures = append(figures, fmt.Sprintf("%s/%s/%s", code, at, v.Period))
			}
		}
	}
	from := observatory.Archive(t.Context(), observatorytest.DB(t), c)
	for _, figure := range figures {
		d, err := report.Trace(c, report.Request{Lang: lang.FR, Path: "/provenance/" + figure}, figure, from)
		if err != nil {
			t.Errorf("%s: %v", figure, err)
			continue
		}
		checkPrinted(t, c, raw, figure, d)
	}
}

// checkPrinted compares the printed lines with the raw files and with the
// bases: nothing more, nothing less.
func checkPrinted(t *testing.T, c *edition.Content, raw map[string]*rawFile, figure string, d report.Document) {
	t.Helper()
	way, err := c.Trace(figure)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, b := range way.Bases() {
		want[fmt.Sprintf("%d: %s", b.Line, raw[b.Part.Name].lines[b.Line])] = true
	}
	got := map[string]bool{}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Code != nil {
				for line := range strings.SplitSeq(strings.TrimSuffix(b.Code.Text, "\n"), "\n") {
					got[line] = true
				}
			}
		}
	}
	for line := range want {
		if !got[line] {
			t.Errorf("%s: the trace does not print %q", figure, line)
		}
	}
	for line := range got {
		if !want[line] {
			t.Errorf("%s: the trace prints %q, which is not behind the figure", figure, line)
		}
	}
	overall := way.Score != nil && way.Domain == ""
	if (len(want) == 0) != overall {
		t.Errorf("%s rests on %d lines", figure, len(want))
	}
}

// TestTraceDomains: each domain of an overall score leads on to its own trace.
func TestTraceDomains(t *testing.T) {
	c := observatorytest.Content(t)
	way, err := c.Trace("fragilite/DEP-08")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(way.Score.Terms); n < 12 {
		t.Fatalf("an overall score of %d domains; want 12 at least", n)
	}
	for _, term := range way.Score.Terms {
		d, err := c.Trace("fragilite/DEP-08/" + term.Domain)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(d.Bases()) == 0 || d.Score.Score != term.Score {
			t.Errorf("%s: score %v from %d lines; the overall trace says %v", term.Domain, d.Score.Score, len(d.Bases()), term.Score)
		}
		sum := 0.0
		for _, k := range d.Score.Terms {
			sum += k.Points
		}
		if math.Abs(sum-term.Score) > 1e-9 {
			t.Errorf("%s: the points of its indicators add up to %v; its score is %v", term.Domain, sum, term.Score)
		}
	}
}

// TestTraceMerged: a figure of a merged commune rests on each commune it came
// from.
func TestTraceMerged(t *testing.T) {
	c := observatorytest.Content(t)
	v, ok := c.Latest("emp_activity_rate", "COM-01138")
	if !ok || !v.OK() || !v.Computed {
		t.Fatalf("COM-01138: %+v, %v; want a recomputed rate", v, ok)
	}
	from := map[territory.Code]int{}
	for _, b := range v.Basis {
		from[b.Territory]++
	}
	if len(from) != 2 || from["COM-01138"] != 2 || from["COM-01039"] != 2 {
		t.Errorf("rests on %v; want two counts of each of COM-01138 and COM-01039", from)
	}
	if v, ok := c.Latest("niv_median_income", "COM-01138"); ok && v.OK() {
		t.Errorf("a median cannot be recomputed for a merged commune; got %v", v.X)
	}
	up, ok := c.Closest("niv_median_income", "COM-01138")
	if !ok || !up.OK() || up.Territory.Level() == territory.Commune {
		t.Errorf("COM-01138 falls back to %v, %v; want a larger territory", up.Territory, ok)
	}
}

// TestTraceSplit: neither what left a commune nor what stayed has figures.
func TestTraceSplit(t *testing.T) {
	c := observatorytest.Content(t)
	for _, at := range []territory.Code{"COM-85084", "COM-60054"} {
		for _, ind := range c.Catalogue.All() {
			if s := c.Series(ind.Code, at); len(s) > 0 {
				t.Errorf("%s has %s although its counts cannot be shared out: %+v", at, ind.Code, s[0])
			}
		}
	}
}

// TestTraceRefuses what names no figure and what is not published.
func TestTraceRefuses(t *testing.T) {
	c := observatorytest.Content(t)
	cases := []struct {
		figure string
		kind   fault.Kind
	}{
		{"", fault.Invalid}, {"emp_unemployment_rate", fault.Invalid}, {"a/b/c/d", fault.Invalid}, {"fragilite", fault.Invalid},
		{"nothing/DEP-08/2024", fault.NotFound}, {"emp_unemployment_rate/DEP-99/2024-Q3", fault.NotFound},
		{"emp_unemployment_rate/DEP-08/1066", fault.NotFound}, {"fragilite/COM-01001/EMP", fault.NotFound},
		{"fragilite/EPCI-200041630", fault.NotFound}, {"fragilite/DEP-08/ENV", fault.NotFound}, {"fragilite/DEP-08/", fault.Invalid},
	}
	for _, k := range cases {
		_, err := c.Trace(k.figure)
		if err == nil {
			t.Errorf("Trace(%q) is accepted", k.figure)
			continue
		}
		if fault.KindOf(err) != k.kind || fault.Do(err) == "" {
			t.Errorf("Trace(%q) = %v (kind %d); want kind %d and a remedy", k.figure, err, fault.KindOf(err), k.kind)
		}
	}
}
