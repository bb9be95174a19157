package observatory

import (
	"context"
	"errors"
	"slices"
	"strings"

	"vigie/dataset"
	"vigie/fault"
	"vigie/source"
	"vigie/source/detect"
	"vigie/store"
	"vigie/territory"
)

// Checked is what looking at a file sent has found; nothing is kept. Proposal
// is a description to correct, when none reads the file.
type Checked struct {
	Report   *Report          `json:"report,omitempty"`
	Rows     int              `json:"rows,omitempty"` // of a reference file
	First    []FirstRow       `json:"first,omitempty"`
	Faults   []Spotted        `json:"faults,omitempty"`
	Findings []Spotted        `json:"findings,omitempty"`
	Proposal string           `json:"proposal,omitempty"`
	Columns  []ProposedColumn `json:"columns,omitempty"`
}

// Good reports whether the file can be kept.
func (c *Checked) Good() bool { return len(c.Faults) == 0 && (c.Report != nil || c.Rows > 0) }

// Spotted is something wrong, or to look at, with what stands around it in the
// file.
type Spotted struct {
	What    string          `json:"what"`
	Do      string          `json:"do,omitempty"`
	Refused bool            `json:"refused,omitempty"`
	Excerpt *source.Excerpt `json:"excerpt,omitempty"`
}

// FirstRow is one of the first observations of a file; no value is nil.
type FirstRow struct {
	Indicator string   `json:"indicator"`
	Territory string   `json:"territory"`
	Period    string   `json:"period"`
	Value     *float64 `json:"value"`
	Status    string   `json:"status"`
	Place     string   `json:"place"`
}

// ProposedColumn is what detection takes a column for.
type ProposedColumn struct {
	Sheet string      `json:"sheet,omitempty"`
	Name  string      `json:"name"`
	Role  detect.Role `json:"role"`
}

// What a check shows.
const (
	mostFirst   = 10
	mostColumns = 60
)

// Check looks at a file as Import would and keeps nothing. What is wrong with
// the file is in what it returns; an error is what is wrong with us, or with
// the observatory.
func (w *Walk) Check(ctx context.Context, in Importing) (c Checked, err error) {
	if in.Kind != "" && in.Kind != store.Observation {
		id, err := store.Sum(ctx, in.File)
		if err != nil {
			return c, err
		}
		c.Rows, err = w.checkReference(ctx, in, id)
		if c.Rows == 0 && err == nil {
			c.Rows = 1 // a text, not lines
		}
		return c, c.take(ctx, in, err)
	}
	if len(in.Description) == 0 {
		return w.propose(ctx, in)
	}
	r, err := w.Read(ctx, in)
	if r.Description == nil {
		return c, c.take(ctx, in, err)
	}
	c.Report = &r.Report
	if err := c.take(ctx, in, err); err != nil {
		return c, err
	}
	if r.Table != nil {
		c.First = firstRows(r.Table, &r.Report)
	}
	if err := c.excerpts(ctx, in, r.Description); err != nil {
		return c, err
	}
	return c, nil
}

// take notes an error that is the file's; what it returns is not.
func (c *Checked) take(ctx context.Context, in Importing, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if list, ok := errors.AsType[fault.List](err); ok {
		for _, f := range list {
			c.Faults = append(c.Faults, Spotted{What: f.What, Do: f.Do, Refused: true})
		}
		return nil
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		c.Faults = append(c.Faults, Spotted{What: f.What, Do: f.Do, Refused: true})
		return nil
	}
	return err
}

// excerpts finds what stands around the faults and the findings of a file.
func (c *Checked) excerpts(ctx context.Context, in Importing, d *source.Description) error {
	headers := map[string]int{}
	for _, s := range c.Report.Sheets {
		if s.Header > 0 {
			headers[sheetName(s)] = s.Header
		}
	}
	for _, f := range c.Report.Findings {
		c.Findings = append(c.Findings, Spotted{What: f.Told(c.Report.Place), Do: f.Do, Refused: f.Refused})
	}
	var spots []source.Spot
	var of []*Spotted
	for i := range c.Faults {
		if spot, ok := source.SpotOf(in.FileName, &fault.Error{What: c.Faults[i].What}); ok {
			spots, of = append(spots, spot), append(of, &c.Faults[i])
		}
	}
	for i, f := range c.Report.Findings {
		if len(f.Lines) > 0 && i < fault.MostListed {
			spots, of = append(spots, c.Report.spot(f.Lines[0])), append(of, &c.Findings[i])
		}
	}
	for i := range c.Findings { // a declared control that fails refuses the file
		if c.Findings[i].Refused {
			c.Faults = append(c.Faults, c.Findings[i])
		}
	}
	found, err := source.Excerpts(ctx, d, in.FileName, in.File, in.File.Size(), spots, headers)
	if err != nil {
		return err
	}
	for i, e := range found {
		of[i].Excerpt = e
	}
	return nil
}

func sheetName(s source.SheetReport) string { return source.SheetName(s.Member, s.Name) }

// spot is where a line of an observation is.
func (p *Report) spot(line int32) source.Spot {
	spot := source.Spot{Line: int(line)}
	first := 0
	for _, s := range p.Sheets {
		if s.Read && s.First > first && s.First <= int(line) {
			first = s.First
			spot = source.Spot{Sheet: sheetName(s), Line: int(line) - s.First + 1}
		}
	}
	return spot
}

// firstRows are the observations that come first in the file.
func firstRows(t *dataset.Table, said *Report) []FirstRow {
	var out []FirstRow
	for _, o := range First(t, mostFirst) {
		row := FirstRow{string(o.Indicator), string(o.Territory), o.Period, nil, string(rune(o.Status)), said.Place(o.Line)}
		if o.OK() {
			row.Value = &o.X
		}
		out = append(out, row)
	}
	return out
}

// propose looks for tables in a file that nobody has described.
func (w *Walk) propose(ctx context.Context, in Importing) (c Checked, err error) {
	vintages, err := w.known(ctx)
	if err != nil {
		return c, err
	}
	p, err := detect.New(vintages).Propose(ctx, in.FileName, in.File, in.File.Size())
	if err != nil {
		return c, c.take(ctx, in, err)
	}
	c.Proposal = string(p.TOML)
	for _, t := range p.Tables {
		for _, col := range t.Columns {
			if len(c.Columns) < mostColumns {
				c.Columns = append(c.Columns, ProposedColumn{t.Sheet.String(), col.Name, col.Role})
			}
		}
	}
	return c, nil
}

// known returns the geographies that the observatory holds, newest first, and
// the one from before 2016.
func (w *Walk) known(ctx context.Context) ([]*territory.Vintage, error) {
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	now, err := refs.vintage(refs.year())
	if err != nil {
		return nil, err
	}
	all := []*territory.Vintage{now}
	if former := refs.former(); former != refs.year() {
		before, err := refs.vintage(former)
		if err != nil {
			return nil, err
		}
		all = append(all, before)
	}
	return append(all, territory.Before2016(now)), nil
}

// Within returns a scope and the territories that contain it, as rights are
// asked: a contributor of a region sees what is sent for its départements.
func (w *Walk) Within(ctx context.Context, scope string) ([]string, error) {
	if scope == "" || strings.HasPrefix(scope, "reseau:") {
		return slices.DeleteFunc([]string{scope}, func(s string) bool { return s == "" }), nil
	}
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	v, err := refs.vintage(refs.year())
	if err != nil {
		return nil, err
	}
	out := []string{scope}
	for _, p := range v.Parents(territory.Code(scope)) {
		out = append(out, string(p))
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// ReferenceFile is a reference file that an edition looks for. Dated says that
// a hyphen and a year follow its name.
type ReferenceFile struct {
	Kind  store.DatasetKind
	Name  string
	Dated bool
}

// ReferenceFiles lists the reference files, kind by kind.
func ReferenceFiles() []ReferenceFile {
	var all []ReferenceFile
	for _, kind := range store.DatasetKinds[2:] {
		for _, name := range referenceNames[kind] {
			all = append(all, ReferenceFile{kind, name, kind == store.Territory})
		}
	}
	return all
}
