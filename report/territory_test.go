package report_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/edition"
	"vigie/fault"
	"vigie/indicator"
	"vigie/lang"
	"vigie/observatory/observatorytest"
	"vigie/report"
	"vigie/study"
	"vigie/territory"
)

// always are territories that every run looks at: merged, split, renamed,
// recoded communes, the three cities with districts, islands without EPCI,
// Corsica and overseas.
var always = []territory.Code{"COM-01138", "COM-01187", "COM-85084", "COM-60054", "COM-14581", "COM-75056", "COM-69123", "COM-13055",
	"COM-2A004", "COM-2B033", "COM-97105", "COM-97209", "COM-97302", "COM-97411", "COM-97608", "COM-29083", "COM-29155", "COM-22016", "COM-85113",
	"COM-08105", "COM-01001", "EPCI-200041630", "EPCI-200054781", "EPCI-200046977", "EPCI-200054807", "EPCI-249740119"}

// sample draws territories of every tier: all the larger ones, and n times
// as many communes and EPCI as is needed to see every case.
func sample(c *edition.Content, epci, communes int) []territory.Code {
	out := slices.Clone(always)
	rng := rand.New(rand.NewPCG(8, 2026))
	for _, level := range territory.Levels {
		all := c.Territory.ByLevel(level)
		n := map[territory.Level]int{territory.EPCI: epci, territory.Commune: communes}[level]
		for i := range all {
			if n == 0 && level != territory.EPCI && level != territory.Commune {
				out = append(out, all[i].Code)
			}
		}
		for range n {
			out = append(out, all[rng.IntN(len(all))].Code)
		}
	}
	return out
}

// request asks for the page of a territory.
func request(l lang.Lang, code territory.Code, suffix string) report.Request {
	return report.Request{Lang: l, Path: "/territoires/" + string(code) + suffix}
}

// languages are French, and English too for the territories that every run
// looks at and for one other in four.
func languages(code territory.Code) []lang.Lang {
	last := code[len(code)-1]
	if slices.Contains(always, code) || code.Level() == territory.National || (last-'0')%4 == 0 {
		return []lang.Lang{lang.FR, lang.EN}
	}
	return []lang.Lang{lang.FR}
}

// each runs a test on many territories, on all processors.
func each(codes []territory.Code, test func(territory.Code)) {
	var all sync.WaitGroup
	next := make(chan territory.Code)
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for code := range next {
				test(code)
			}
		})
	}
	for _, code := range codes {
		next <- code
	}
	close(next)
	all.Wait()
}

// TestTerritory composes the page of territories of every tier and looks at
// all of it.
func TestTerritory(t *testing.T) {
	c := observatorytest.Content(t)
	k := newChecker(c)
	epci, communes := 60, 280
	if testing.Short() {
		epci, communes = 10, 30
	}
	each(sample(c, epci, communes), func(code territory.Code) {
		for _, l := range languages(code) {
			d, err := report.Territory(c, request(l, code, ""), code)
			if err != nil {
				t.Errorf("%s: %v", code, err)
				continue
			}
			k.document(t, d)
			if l == lang.FR {
				checkPerceived(t, c, code, d)
			}
			checkOverall(t, c, code, d)
		}
	})
}

// checkPerceived: where nothing was published the page says so and draws
// nothing.
func checkPerceived(t *testing.T, c *edition.Content, code territory.Code, d report.Document) {
	t.Helper()
	published := len(c.Published.Select(study.Filter{Construct: "fragility_concern", Territory: code})) +
		len(c.Published.Select(study.Filter{Construct: "fragility_priority", Territory: code}))
	s := section(d, "percues")
	said := strings.Contains(strings.ToLower(words(s)), "aucune mesure publiée ici")
	figures := 0
	for _, b := range s.Blocks {
		if b.Figure != nil || b.Table != nil {
			figures++
		}
	}
	if (published == 0) != said || published == 0 && figures > 0 || published > 0 && figures == 0 {
		t.Errorf("%s: %d published results, %d figures or tables; the page says %q", code, published, figures, words(s))
	}
}

// checkOverall: an overall rank never stands without its interval, and EPCI and
// communes have none.
func checkOverall(t *testing.T, c *edition.Content, code territory.Code, d report.Document) {
	t.Helper()
	s := c.Standing(code, "")
	if s.OK && !s.HasInterval {
		t.Errorf("%s: overall rank %d without interval", code, s.Position)
	}
	if level := code.Level(); s.OK && (level == territory.EPCI || level == territory.Commune) {
		t.Errorf("%s has an overall score", code)
	}
	if !s.OK {
		for _, b := range section(d, "reperes").Blocks {
			for _, f := range b.Facts {
				if strings.Contains(f.Trace, "/provenance/fragilite/") {
					t.Errorf("%s: a key figure of an overall score it has not", code)
				}
			}
		}
	}
}

func section(d report.Document, id string) report.Section {
	for _, s := range d.Sections {
		if s.ID == id {
			return s
		}
	}
	return report.Section{}
}

// words are the paragraphs and notes of a section.
func words(s report.Section) string {
	out := ""
	for _, b := range s.Blocks {
		out += b.Text.Plain() + " " + b.Note.Plain() + " "
	}
	return out
}

// TestPrinted: the report and the note of a territory say what its page says,
// number for number.
func TestPrinted(t *testing.T) {
	c := observatorytest.Content(t)
	k := newChecker(c)
	codes := sample(c, 6, 12)
	if testing.Short() {
		codes = slices.Concat(always, []territory.Code{"FR", "FM", "REG-44", "REG-94", "REG-04", "DEP-08", "DEP-2A", "DEP-75", "DEP-974"})
	}
	each(codes, func(code territory.Code) {
		for _, l := range languages(code) {
			page, err := report.Territory(c, request(l, code, ""), code)
			if err != nil {
				t.Errorf("%s: %v", code, err)
				continue
			}
			printed, err := report.Printed(c, request(l, code, "/rapport"), code)
			if err != nil {
				t.Errorf("%s: %v", code, err)
				continue
			}
			note, err := report.Note(c, request(l, code, "/synthese"), code)
			if err != nil {
				t.Errorf("%s: %v", code, err)
				continue
			}
			k.document(t, printed)
			k.document(t, note)
			compareNumbers(t, page, printed, 3)
			compareNumbers(t, page, note, 1)
		}
	})
}

// compareNumbers compares the answer, the key figures and every table that the
// two documents share, at least as many as wanted.
func compareNumbers(t *testing.T, page, other report.Document, least int) {
	t.Helper()
	if diff := cmp.Diff(page.Answer, other.Answer); diff != "" {
		t.Errorf("%s: another answer than the page's:\n%s", other.Path, diff)
	}
	a, b := tables(page), tables(other)
	shared := 0
	for id, want := range a {
		got, ok := b[id]
		if !ok {
			continue
		}
		shared++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s differs from the page's (-page, +report):\n%.2000s", other.Path, id, diff)
		}
	}
	if shared < least {
		t.Errorf("%s shares %d tables with the page", other.Path, shared)
	}
}

// tables are the cells and the facts of a document by the identifier of what
// holds them.
func tables(d report.Document) map[string]string {
	out := map[string]string{}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if b.Facts != nil {
				for _, f := range b.Facts {
					out["facts"] += strings.Join([]string{f.Label, f.Value, f.Detail, f.Trace}, "|") + "\n"
				}
			}
			if b.Table != nil {
				out["table "+b.Table.ID] = cells(b.Table)
			}
			if b.Figure != nil {
				out["figure "+b.Figure.ID] = b.Figure.Title + "\n" + b.Figure.Reading + "\n" + cells(&b.Figure.Table)
			}
		}
	}
	return out
}

func cells(t *report.Table) string {
	var out strings.Builder
	for _, row := range t.Rows {
		for _, c := range row.Cells {
			value := ""
			if c.Value != nil {
				value = fmt.Sprint(*c.Value)
			}
			out.WriteString(strings.Join([]string{c.Text, value, c.Sign, c.Level, c.Trace}, "|") + "\t")
		}
		out.WriteString("\n")
	}
	return out.String()
}

// TestIndex: what the index is never made of, and what it never claims.
func TestIndex(t *testing.T) {
	c := observatorytest.Content(t)
	for level, r := range c.Fragility {
		for i := range r.Columns {
			ind, ok := c.Catalogue.Get(r.Columns[i].Indicator)
			if !ok || ind.Nature == indicator.Response {
				t.Errorf("%s: %s is in the index", level, r.Columns[i].Indicator)
			}
		}
		for _, u := range r.Units {
			for _, d := range c.Domains() {
				s := c.Standing(u.Code, d.Code)
				if s.OK && s.HasInterval && len(c.IndexSeries(level, d.Code)) < 2 {
					t.Errorf("%s, %s: an interval from one series", u.Code, d.Code)
				}
				if s.OK && len(c.IndexSeries(level, d.Code)) == 0 {
					t.Errorf("%s, %s: a score from nothing", u.Code, d.Code)
				}
				if s.HasInterval && (s.Lo > s.Position || s.Position > s.Hi) {
					t.Errorf("%s, %s: rank %d outside [%d, %d]", u.Code, d.Code, s.Position, s.Lo, s.Hi)
				}
			}
		}
	}
	for _, at := range []territory.Code{"DEP-08", "DEP-75"} {
		for _, domain := range []string{"ENV", "ENE"} {
			if c.Standing(at, domain).OK {
				t.Errorf("%s has a score in %s, which no series measures there", at, domain)
			}
		}
	}
}

// TestNoData: a domain without data says so in the profile, with the sign and
// without a number, and draws nothing.
func TestNoData(t *testing.T) {
	c := observatorytest.Content(t)
	d, err := report.Territory(c, request(lang.FR, "DEP-08", ""), "DEP-08")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range section(d, "fragilites").Blocks {
		if b.Figure == nil || b.Figure.ID != "profil" {
			continue
		}
		absent := 0
		for i, row := range b.Figure.Chart.(*report.Profile).Rows {
			cell := b.Figure.Table.Rows[i].Cells[2]
			if row.OK == (cell.Sign == "nd") || row.OK == (cell.Value == nil) {
				t.Errorf("%s: drawn %v, cell %+v", row.Code, row.OK, cell)
			}
			if !row.OK {
				absent++
				if row.X != 0 || row.HasInterval || row.Text == "" {
					t.Errorf("%s: no data and yet %+v", row.Code, row)
				}
			}
		}
		if absent != 2 {
			t.Errorf("%d domains without data for DEP-08; want ENV and ENE", absent)
		}
		return
	}
	t.Error("DEP-08 has no profile")
}

// TestScatter: objective and perceived by rank for the country only, where six
// domains at least are common.
func TestScatter(t *testing.T) {
	c := observatorytest.Content(t)
	drawn := map[territory.Code]int{}
	for _, level := range []territory.Level{territory.National, territory.Region, territory.Departement} {
		for _, place := range c.Territory.ByLevel(level) {
			d, err := report.Territory(c, request(lang.FR, place.Code, ""), place.Code)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range section(d, "percues").Blocks {
				if b.Figure != nil {
					drawn[place.Code] = len(b.Figure.Table.Rows)
				}
			}
		}
	}
	if drawn["FR"] < 6 {
		t.Errorf("the country: %d domains objective and perceived; want 6 at least", drawn["FR"])
	}
	for code, n := range drawn {
		if n < 6 {
			t.Errorf("%s: %d domains by rank", code, n)
		}
	}
}

// TestMergedCommune: what cannot be recomputed for a merged commune is shown
// for a larger territory, which is named, and never passes for its own.
func TestMergedCommune(t *testing.T) {
	c := observatorytest.Content(t)
	d, err := report.Territory(c, request(lang.FR, "COM-01138", ""), "COM-01138")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]report.Cell{}
	for _, b := range section(d, "chiffres").Blocks {
		if b.Table == nil {
			continue
		}
		for _, row := range b.Table.Rows {
			found[row.Cells[0].Href] = row.Cells[2]
		}
	}
	income, rate := found["/indicateurs/niv_median_income"], found["/indicateurs/emp_activity_rate"]
	if income.Level == "" || strings.Contains(income.Trace, "COM-01138") {
		t.Errorf("median income: %+v; want that of a larger territory, its tier named", income)
	}
	if rate.Level != "" || rate.Value == nil || !strings.Contains(rate.Trace, "COM-01138") {
		t.Errorf("activity rate: %+v; want its own, recomputed", rate)
	}
	for _, b := range section(d, "reperes").Blocks {
		for _, f := range b.Facts {
			own := strings.Contains(f.Trace, "/COM-01138/")
			if f.Trace != "" && !own && !strings.Contains(f.Detail, "·") {
				t.Errorf("key figure %q does not say whose it is: %q", f.Label, f.Detail)
			}
		}
	}
}

// TestUnknown: an unknown code is refused in the reader's language, with what
// to do.
func TestUnknown(t *testing.T) {
	c := observatorytest.Content(t)
	for _, l := range []lang.Lang{lang.FR, lang.EN} {
		for name, compose := range map[string]func() error{
			"territory": func() error { _, err := report.Territory(c, request(l, "DEP-99", ""), "DEP-99"); return err },
			"printed":   func() error { _, err := report.Printed(c, request(l, "", "/rapport"), ""); return err },
			"note":      func() error { _, err := report.Note(c, request(l, "COM-1", "/synthese"), "COM-1"); return err },
			"domain":    func() error { _, err := report.Domain(c, report.Request{Lang: l}, "ZZZ"); return err },
			"indicator": func() error { _, err := report.Indicator(c, report.Request{Lang: l}, "zzz"); return err },
			"compare": func() error {
				_, err := report.Compare(c, report.Request{Lang: l, Query: map[string][]string{"t": {"DEP-08", "zzzzzz"}}})
				return err
			},
		} {
			err := compose()
			if fault.KindOf(err) != fault.NotFound || fault.Do(err) == "" {
				t.Errorf("%s (%s): %v; want NotFound with a remedy", name, l, err)
			}
		}
	}
}
