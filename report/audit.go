package report

import (
	"sync"

	"github.com/pelletier/go-toml/v2"

	"vigie/data"
	"vigie/lang"
	"vigie/taxonomy"
)

// The results of a criterion.
const (
	conforming    = "C"
	nonConforming = "NC"
	notApplicable = "NA"
)

// Criterion is one criterion of the RGAA with what was found: Result is C, NC
// or NA, Basis says how it was checked, Note what is amiss or was decided.
type Criterion struct {
	Number, Result   string
	TitleFR, TitleEN string
	BasisFR, BasisEN string
	NoteFR, NoteEN   string
}

// Audit is an accessibility audit of the site. It belongs to the program, not
// to an edition: data/accessibility holds that of this version.
type Audit struct {
	Date    string `toml:"date"`
	Version string `toml:"version"`
	Pages   []struct {
		FR   string `toml:"fr"`
		EN   string `toml:"en"`
		Path string `toml:"path"`
	} `toml:"page"`
	Criteria []Criterion `toml:"-"`
}

// ReadAudit reads a grid (CSV) and what stands beside it (TOML): the date, the
// version and the pages.
func ReadAudit(grid, about []byte) (*Audit, error) {
	a := &Audit{}
	if err := toml.Unmarshal(about, a); err != nil {
		return nil, err
	}
	list, err := taxonomy.ReadList("rgaa.csv", grid, "number", "title_fr", "title_en", "result", "basis", "basis_en", "note", "note_en")
	if err != nil {
		return nil, err
	}
	for _, r := range list.Rows {
		a.Criteria = append(a.Criteria, Criterion{Number: r.Cell("number"), Result: r.OneOf("result", conforming, nonConforming, notApplicable),
			TitleFR: r.Cell("title_fr"), TitleEN: r.Cell("title_en"), BasisFR: r.Cell("basis"), BasisEN: r.Cell("basis_en"),
			NoteFR: r.Cell("note"), NoteEN: r.Cell("note_en")})
	}
	return a, list.Err()
}

// Count returns how many criteria have a result.
func (a *Audit) Count(result string) int {
	n := 0
	for _, c := range a.Criteria {
		if c.Result == result {
			n++
		}
	}
	return n
}

// Rate is the share of the applicable criteria that are met, in percent.
func (a *Audit) Rate() float64 {
	met, failed := a.Count(conforming), a.Count(nonConforming)
	if met+failed == 0 {
		return 0
	}
	return 100 * float64(met) / float64(met+failed)
}

// Level is the level that the rate gives: full, partial from one half, none.
func (a *Audit) Level() string {
	switch {
	case a.Count(conforming) > 0 && a.Count(nonConforming) == 0:
		return "full"
	case a.Rate() >= 50:
		return "partial"
	}
	return "none"
}

// programAudit is the audit of this program, read once. It is part of the
// program: a fault in it panics, and the tests read it.
var programAudit = sync.OnceValue(func() *Audit {
	grid, err := data.Read("accessibility/rgaa.csv")
	if err != nil {
		panic("report: " + err.Error())
	}
	about, err := data.Read("accessibility/audit.toml")
	if err != nil {
		panic("report: " + err.Error())
	}
	a, err := ReadAudit(grid, about)
	if err != nil {
		panic("report: " + err.Error())
	}
	return a
})

// AccessibilityLevel names the level of conformity, for the foot of a page.
func AccessibilityLevel(l lang.Lang) string {
	return lang.T(l, "report.accessibility.level."+programAudit().Level())
}
