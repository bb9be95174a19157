package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/source/sheet"
	"vigie/territory"
)

// Env is what a file is checked against. Vintage is the geography of its codes
// and labels; Became says what is known of a code that it does not have, ""
// when nobody knows the code. LeaveOut gives the indicators whose rows are left
// out, with the reason; Progress, when set, is told the number of rows read now
// and then.
type Env struct {
	Vintage   *territory.Vintage
	Became    func(territory.Code) string
	Catalogue *indicator.Catalogue
	LeaveOut  map[indicator.Code]string
	Progress  func(rows int)
}

// Read turns a file into a table, all or nothing: with any fault the table is
// nil and the error is a fault.List of up to fault.MostListed faults, in
// reading order, each naming file, sheet, line and column. An observation's
// line counts from the start of the first sheet read, the sheets one after the
// other; Report.Sheets says where each starts. A cancelled ctx stops the
// reading with its error.
func Read(ctx context.Context, d *Description, fileName string, r io.ReaderAt, size int64, env Env) (*dataset.Table, Report, error) {
	rd := newReader(d, path.Base(fileName), env)
	if err := rd.read(ctx, r, size); err != nil {
		return nil, rd.report, err
	}
	table, err := rd.table()
	if err != nil {
		return nil, rd.report, err
	}
	rd.complete(table)
	return table, rd.report, nil
}

// read reads the sheets of a file. What is wrong in the rows is left in faults.
func (r *reader) read(ctx context.Context, file io.ReaderAt, size int64) error {
	f, err := sheet.Open(r.file, file, size, r.d.options())
	if err != nil {
		return asList(err)
	}
	defer f.Close() // what was read is read
	r.report.Format, r.report.Notes = f.Format(), f.Notes()
	return r.sheets(ctx, f)
}

// asList makes a list of an error that is a fault, and keeps any other.
func asList(err error) error {
	if l, ok := errors.AsType[fault.List](err); ok {
		return l
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return fault.List{f}
	}
	return err
}

// options are the description's words for package sheet.
func (d *Description) options() sheet.Options {
	o := sheet.Options{Format: d.File.Format, Encoding: d.File.Encoding, Delimiter: d.File.Delimiter, Members: d.File.Members, Records: d.File.Records}
	if o.Format == "zip" {
		o.Format = "auto"
	}
	return o
}

// reader is the state of one Read.
type reader struct {
	d      *Description
	env    Env
	file   string
	tables []*reading
	flags  []flag
	labels map[territory.Level]labels
	faults fault.List
	told   int // faults met, those told already and those beyond the list included

	at     int // of the sheet being read, in report.Sheets
	offset int // global line before the sheet's first
	line   int // of the row being read, in its sheet
	strict bool

	series  map[string]*series
	zonings map[string]*zoning
	gather  map[key]*gathered
	order   []*gathered // in order of first row
	b       dataset.Builder
	rows    int
	left    map[string]int
	report  Report
	built   map[int]bool // sheets of which a table has said what it does not read
}

// flag is a mark found at the end of a text.
type flag struct {
	form   *regexp.Regexp
	status dataset.Status
}

// series is what is known of one indicator: refused when ok is false, left out
// when reason is set.
type series struct {
	code   indicator.Code
	ok     bool
	reason string
}

func newReader(d *Description, file string, env Env) *reader {
	r := &reader{d: d, env: env, file: file, report: Report{File: file}, labels: map[territory.Level]labels{},
		series: map[string]*series{}, zonings: map[string]*zoning{}, gather: map[key]*gathered{}, left: map[string]int{}, built: map[int]bool{}}
	for _, text := range slices.Sorted(maps.Keys(d.Flags)) {
		r.flags = append(r.flags, flag{regexp.MustCompile(text), dataset.Status(d.Flags[text][0])})
	}
	for i := range d.Tables {
		r.tables = append(r.tables, newReading(r, &d.Tables[i]))
	}
	return r
}

// errEnough stops the rows once the list of faults is full.
var errEnough = errors.New("enough faults")

// sheets reads each sheet that a table fits. The error is not nil when reading
// cannot go on.
func (r *reader) sheets(ctx context.Context, f *sheet.File) error {
	all := f.Sheets()
	used := make([]bool, len(r.tables))
	for i, s := range all {
		r.report.Sheets = append(r.report.Sheets, SheetReport{Member: s.Member, Name: s.Name})
		r.at = i
		var plans []*plan
		for k, t := range r.tables {
			if t.fits(r.file, s) {
				used[k] = true
				plans = append(plans, t.plan(s))
			}
		}
		if len(plans) == 0 || r.faults.Full() {
			continue
		}
		if err := r.sheet(ctx, f, i, plans); err != nil {
			return err
		}
	}
	for k, ok := range used {
		if !ok {
			t := r.tables[k].t
			r.faults = append(r.faults, fault.Invalidf("corrigez sheets ou members de cette partie dans la description « "+r.d.Name+" »",
				"%s : aucune feuille pour la partie n° %d (%s) ; feuilles trouvées : %s", r.file, k+1, strings.Join(append(append([]string{}, t.Members...), t.Sheets...), ", "), names(all)))
		}
	}
	return nil
}

// names lists sheets for a person, not more than twenty.
func names(all []sheet.Sheet) string {
	var out []string
	for _, s := range all {
		if len(out) == 20 {
			out = append(out, "…")
			break
		}
		out = append(out, strings.TrimSpace(s.Member+" "+s.Name))
	}
	return strings.Join(out, ", ")
}

// sheet reads one sheet by all the plans that fit it.
func (r *reader) sheet(ctx context.Context, f *sheet.File, i int, plans []*plan) error {
	said := &r.report.Sheets[i]
	said.Read, said.First = true, r.offset+1
	name := f.Sheets()[i]
	r.strict = f.Format() == "csv" || isText(name.Member)
	r.line = 0
	last, n := 0, 0
	err := f.Rows(ctx, i, func(row sheet.Row) error {
		if n%progressStep == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if r.env.Progress != nil {
				r.env.Progress(r.rows)
			}
		}
		n++
		r.line, last = row.Line, row.Line
		if r.offset+row.Line > math.MaxInt32 {
			return fault.Invalidf("coupez le fichier en plusieurs parties", "%s : plus de deux milliards de lignes", r.file)
		}
		for _, p := range plans {
			p.take(row)
		}
		if row.Cut {
			r.report.Unended = append(r.report.Unended, Unended{int32(r.offset + row.Line), string(row.Cells[len(row.Cells)-1])})
		}
		if r.faults.Full() {
			return errEnough
		}
		return nil
	})
	switch list, isList := errors.AsType[fault.List](err); {
	case err == nil, err == errEnough:
	case isList:
		r.faults = append(r.faults, list...)
	case fault.KindOf(err) == fault.Invalid:
		r.faults = append(r.faults, asList(err).(fault.List)...)
	default:
		return err
	}
	for _, p := range plans {
		p.end(err == nil)
	}
	r.offset += last
	return nil
}

// progressStep is the number of rows between two looks at the context.
const progressStep = 16384

// isText reports whether a member is delimited text, whose rows all have as
// many cells as the header.
func isText(member string) bool {
	switch strings.ToLower(path.Ext(strings.TrimSuffix(member, ".gz"))) {
	case ".csv", ".txt", ".tsv", ".tab":
		return true
	}
	return false
}

// where names the file and the sheet being read.
func (r *reader) where() string {
	s := r.report.Sheets[r.at]
	if text := (sheet.Sheet{Member: s.Member, Name: s.Name}).String(); text != "" {
		return r.file + ", " + text
	}
	return r.file
}

// refuse adds a fault at the current line; column may be "".
func (r *reader) refuse(column, do, format string, args ...any) {
	r.told++
	if r.faults.Full() {
		return
	}
	where := fmt.Sprintf("%s, ligne %d", r.where(), r.line)
	if column != "" {
		where += ", colonne « " + column + " »"
	}
	for i, a := range args {
		switch a := a.(type) {
		case string:
			args[i] = short(a)
		case []byte:
			args[i] = short(string(a))
		}
	}
	f := fault.Invalidf(do, format, args...)
	f.What = where + " : " + f.What
	if !slices.ContainsFunc(r.faults, func(o *fault.Error) bool { return o.What == f.What }) { // two tables may read one sheet
		r.faults = append(r.faults, f)
	}
}

// short cuts a cell that a fault repeats.
func short(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// leave counts n possible observations that are left out.
func (r *reader) leave(reason string, n int) {
	r.rows += n
	r.left[reason] += n
}

// indicatorOf answers for one indicator code.
func (r *reader) indicatorOf(code, column string) *series {
	s := r.series[code]
	if s != nil {
		return s
	}
	s = &series{code: indicator.Code(code), ok: true}
	r.series[code] = s
	if s.reason = r.env.LeaveOut[s.code]; s.reason != "" {
		return s
	}
	if !r.d.keeps(s.code) {
		s.reason = "série hors de la règle « keep » de la description"
		return s
	}
	if _, s.ok = r.env.Catalogue.Get(s.code); !s.ok && r.d.defines(code) {
		s.ok = true
	}
	if !s.ok {
		r.refuse(column, "ajoutez-le au catalogue des indicateurs, donnez label et unit dans la description, ou corrigez son code", "indicateur « %s » inconnu", code)
	}
	return s
}

// defines reports whether a series has its catalogue entry in d.
func (d *Description) defines(code string) bool {
	for t := range d.Tables {
		for i := range d.Tables[t].Series {
			if s := &d.Tables[t].Series[i]; s.Code == code && s.Label != "" {
				return true
			}
		}
	}
	return false
}
