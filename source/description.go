// Package source turns the bytes of a producer's file into a dataset.Table,
// or into faults that name file, sheet, line, column and what to do.
//
// What a file means is said by a Description (TOML), never by code: a new
// producer is a new description. Reading is all or nothing, and every row is
// accounted for: kept, left out for a reason, unmatched, or a fault. The
// package knows no store and no clock; package sheet knows the formats. Start
// with ParseDescription, then Read; Lines reads given lines back for a trace.
package source

import (
	"path"
	"slices"
	"strings"

	"vigie/indicator"
	"vigie/territory"
)

// Description says how to read one family of files. Each field is a key or a
// table of the TOML document; an unknown key is refused.
type Description struct {
	Name      string            `toml:"name"`     // lower case, digits and _
	Title     string            `toml:"title"`    // what the file is, in French
	Producer  string            `toml:"producer"` // who publishes it
	Licence   string            `toml:"licence"`
	Page      string            `toml:"page"`      // where to read about it
	Origin    string            `toml:"origin"`    // of a derived dataset: what it was made from
	Files     []string          `toml:"files"`     // patterns of base names (path.Match)
	Published string            `toml:"published"` // day of delivery: a period that ends after it is a target
	Levels    []territory.Level `toml:"levels"`    // tiers of the observations kept
	Vintage   int               `toml:"vintage"`   // year of the geography of the codes
	File      File              `toml:"file"`
	Marks     map[string]string `toml:"marks"`  // whole text of a value cell → S, M, or "-": left out; "" is M unless said
	Status    map[string]string `toml:"status"` // text of a status column or of a flag → A P E S M, or "-"; empty: the marks are these
	Flags     map[string]string `toml:"flags"`  // regexp at the end of a value or a period, removed → A P E
	Series    []Series          `toml:"series"` // of each table that names none itself
	Tables    []Table           `toml:"table"`
	Keep      Keep              `toml:"keep"`
	Checks    []Check           `toml:"check"`

	Derivation Derivation `toml:"derivation"` // of a derived dataset: how it was made
}

// File says how bytes become cells; package sheet explains the keys.
type File struct {
	Format    string   `toml:"format"`
	Encoding  string   `toml:"encoding"`
	Delimiter string   `toml:"delimiter"`
	Decimal   string   `toml:"decimal"` // "." (default) or ","
	Records   string   `toml:"records"`
	Members   []string `toml:"members"`
}

// Table is one way of reading a sheet. It is applied to each sheet that its
// patterns fit; several may read the same sheet.
type Table struct {
	Sheets     []string          `toml:"sheets"`      // patterns of names; none: all
	Members    []string          `toml:"members"`     // patterns of members of a zip
	Header     *int              `toml:"header"`      // line of the first header row, 1 by default; 0: none
	HeaderFind string            `toml:"header_find"` // regexp: the first row that has such a cell
	Headers    int               `toml:"headers"`     // number of header rows, 1 by default
	End        string            `toml:"end"`         // regexp on the first cell that is not empty: the table stops there
	Leave      []Rule            `toml:"leave"`       // rows left out
	Where      []Rule            `toml:"where"`       // rows kept
	Territory  Place             `toml:"territory"`
	Period     Period            `toml:"period"`
	Series     []Series          `toml:"series"`
	Value      Value             `toml:"value"`
	Zonings    []Zoning          `toml:"zoning"` // instead of series
	Zone       *ZoneNames        `toml:"zone"`   // of a sheet that names zones: instead of all that
	Marks      map[string]string `toml:"marks"`  // over those of the description
}

// Rule chooses rows by the text of a column ("": the first cell that is not
// empty), which must match a regexp or be one of a list.
type Rule struct {
	Column string   `toml:"column"`
	Match  string   `toml:"match"`
	In     []string `toml:"in"`
	Reason string   `toml:"reason"` // of leave: how the report counts them
}

// Place says where a row's territory is and how it is written.
type Place struct {
	Column      string            `toml:"column"`
	Join        string            `toml:"join"`         // code (default) or label
	Level       string            `toml:"level"`        // a tier, or auto: by the form of the code
	LevelColumn string            `toml:"level_column"` // the tier of each row…
	LevelMarks  map[string]string `toml:"level_marks"`  // …its text → tier, "" leaves the row out
	Form        string            `toml:"form"`         // official (default), vigie or nuts
	Strip       string            `toml:"strip"`        // regexp removed before the join
	Pad         int               `toml:"pad"`          // zeros put back on the left up to this length
	Rewrite     map[string]string `toml:"rewrite"`      // after strip; "" leaves the row out; a Vigie code is taken as it is
	Fixed       string            `toml:"fixed"`        // one territory for all rows
	Header      string            `toml:"header"`       // territories in columns: regexp with (?P<territory>…)
	Sheet       string            `toml:"sheet"`        // …or in the sheet's name
	Member      string            `toml:"member"`       // …or in the member's
	Within      Within            `toml:"within"`
}

// Within narrows a join by label: the department whose communes or EPCI are
// looked at, read at the start of another column.
type Within struct {
	Column string `toml:"column"`
	Match  string `toml:"match"` // regexp with (?P<territory>…), the code of the département
}

// Period says where an observation's period is.
type Period struct {
	Column      string `toml:"column"`
	Header      string `toml:"header"` // periods in columns: regexp with (?P<period>…)
	Sheet       string `toml:"sheet"`  // …or in the sheet's name
	Member      string `toml:"member"` // …or in the member's
	Fixed       string `toml:"fixed"`
	Strip       string `toml:"strip"`       // regexp removed before reading
	Provisional string `toml:"provisional"` // from this period on, a normal value is provisional
	LastOf      string `toml:"last_of"`     // year, quarter or month: the last reading of each stands for it
}

// Series says which cells are the values of one indicator. With a label and a
// unit it defines the indicator; without, the catalogue has it.
type Series struct {
	Code         string            `toml:"code"`
	Column       string            `toml:"column"`
	Columns      []string          `toml:"columns"` // instead of Column: the value is their sum…
	Minus        []string          `toml:"minus"`   // …less these
	When         map[string]string `toml:"when"`    // column → text of the rows that are of this series
	Sheets       []string          `toml:"sheets"`  // patterns: the sheets that are of it
	Members      []string          `toml:"members"` // likewise
	Period       string            `toml:"period"`
	PeriodColumn string            `toml:"period_column"`
	Scale        float64           `toml:"scale"` // factor to our unit, 1 by default
	Status       string            `toml:"status"`
	Count        bool              `toml:"count"` // the value is the number of rows of the territory and period
	Sum          bool              `toml:"sum"`   // the value is the sum of those rows
	Label        string            `toml:"label"`
	LabelEN      string            `toml:"label_en"`
	Definition   string            `toml:"definition"`
	Notes        string            `toml:"notes"`
	Domain       string            `toml:"domain"`
	Unit         string            `toml:"unit"`
	Nature       string            `toml:"nature"`  // state (default), response or count
	Measure      string            `toml:"measure"` // count, ratio, median, mean or index
	Direction    int               `toml:"direction"`
	Numerator    string            `toml:"numerator"`
	Denominator  string            `toml:"denominator"`
	Decimals     *int              `toml:"decimals"` // none for numbers and euros, one for the rest unless said
}

// Value names the columns of a long file.
type Value struct {
	Column    string `toml:"column"`
	Status    string `toml:"status"`
	Indicator string `toml:"indicator"` // column of codes of the catalogue
	Mark      string `toml:"mark"`      // status of the values that no mark says otherwise: P of provisional results
}

// Keep chooses among the series of a file, by patterns of indicator codes
// (path.Match; none keeps all), and says what an unknown territory is: refused
// (refuse, the default) or listed in the join report (report). An observation
// that stands twice with one value is refused too, unless Copies is count.
type Keep struct {
	Series    []string `toml:"series"`
	Unmatched string   `toml:"unmatched"`
	Copies    string   `toml:"copies"`
}

// Check is a control on the finished table. Kind sum: the territories of tier
// Of add up to each territory of Is (a code or a tier) within Tolerance
// (relative); kind share: values are within 0 and 100.
type Check struct {
	Kind      string   `toml:"kind"`
	Series    []string `toml:"series"`
	Of        string   `toml:"of"`
	Is        string   `toml:"is"`
	Tolerance float64  `toml:"tolerance"`
}

// Matches reports whether the file's base name fits one of d's patterns.
func (d *Description) Matches(fileName string) bool {
	base := path.Base(strings.ReplaceAll(fileName, `\`, "/"))
	return len(d.Files) > 0 && fits(d.Files, base)
}

// fits reports whether a name fits one of the patterns, or there is none. A
// pattern without a slash is for the last part of a path.
func fits(patterns []string, name string) bool {
	return len(patterns) == 0 || slices.ContainsFunc(patterns, func(p string) bool {
		of := name
		if !strings.Contains(p, "/") {
			of = name[strings.LastIndexByte(name, '/')+1:]
		}
		ok, err := path.Match(p, of)
		return err == nil && ok
	})
}

// keeps reports whether the description's rule keeps an indicator.
func (d *Description) keeps(code indicator.Code) bool { return fits(d.Keep.Series, string(code)) }

// Indicators returns the catalogue entries of the series that d defines
// itself, in the order of the description.
func (d *Description) Indicators() []indicator.Indicator {
	var out []indicator.Indicator
	seen := map[string]bool{}
	for t := range d.Tables {
		for i := range d.Tables[t].Series {
			if s := &d.Tables[t].Series[i]; s.Label != "" && !seen[s.Code] && d.keeps(indicator.Code(s.Code)) {
				seen[s.Code] = true
				out = append(out, d.entry(s))
			}
		}
	}
	return out
}

// entry is the catalogue's entry of a series.
func (d *Description) entry(s *Series) indicator.Indicator {
	i := indicator.Indicator{
		Code: indicator.Code(s.Code), Domain: s.Domain, LabelFR: s.Label, LabelEN: s.LabelEN, DefinitionFR: s.Definition,
		Unit: s.Unit, Decimals: *s.Decimals, Direction: s.Direction,
		Numerator: indicator.Code(s.Numerator), Denominator: indicator.Code(s.Denominator), Aggregation: "none",
		Producer: d.Producer, SourceTitle: d.Title, SourcePage: d.Page, Licence: d.Licence,
		Nature: indicator.Nature(s.Nature), Measure: indicator.Measure(s.Measure), Notes: s.Notes, Method: "published",
	}
	if i.LabelEN == "" {
		i.LabelEN = s.Label
	}
	switch {
	case s.Numerator != "":
		i.Aggregation, i.Method = "ratio", "ratio"
	case s.Measure == "count":
		i.Aggregation = "sum"
	}
	return i
}
