// Package detect looks at a file that nobody described and proposes how to
// read it: a description for package source, and the role of each column.
//
// It guesses from the bytes, the header's words and the official codes and
// names of territories; it never imports anything. What it could not know
// (producer, licence, units it took from a name) is said « à vérifier » in the
// text, which an analyst corrects. Start with New.
package detect

import (
	"context"
	"io"
	"path"
	"strings"

	"vigie/fault"
	"vigie/source/sheet"
	"vigie/territory"
)

// Role is what a column is for.
type Role string

// The roles of columns.
const (
	Ignored   Role = ""
	Code      Role = "code"      // the territory, by its code
	Label     Role = "label"     // the territory, by its name
	Tier      Role = "level"     // the territory's tier
	Time      Role = "period"    // the observation's period
	Measure   Role = "value"     // values; of a header that is a period too
	Status    Role = "status"    // marks beside the values
	Dimension Role = "dimension" // says which series a row is of
	Zone      Role = "zone"      // the zone of a commune
	ZoneName  Role = "zone_name" // its name
)

// Column is one column of a table with its role.
type Column struct {
	Name string // header text, "#3" when it has none of its own
	Role Role
}

// Table is what was found in one sheet.
type Table struct {
	Sheet   sheet.Sheet
	Header  int // line of the first header row, 0 when there is none
	Headers int
	Columns []Column
}

// Proposal is a description to correct, with what it rests on.
type Proposal struct {
	TOML   []byte
	Tables []Table
	Unread []sheet.Sheet // where no table was found
}

// Detector knows the codes and names of territories. It is not for concurrent
// use.
type Detector struct{ names *names }

// New makes a detector of the vintages that are known, newest first.
func New(vintages []*territory.Vintage) *Detector { return &Detector{newNames(vintages)} }

// Propose looks at a file. Errors are those of reading, or a fault when no
// sheet holds a table.
func (k *Detector) Propose(ctx context.Context, fileName string, r io.ReaderAt, size int64) (*Proposal, error) {
	fileName = path.Base(strings.ReplaceAll(fileName, `\`, "/"))
	f, err := sheet.Open(fileName, r, size, sheet.Options{})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d := &detection{file: fileName, format: f.Format(), names: k.names}
	p := &Proposal{}
	var first error
	for i, s := range f.Sheets() {
		g, err := sample(ctx, f, i)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil && first == nil {
			first = err
		}
		g.sheet = s
		if t := d.table(g); t != nil {
			d.tables = append(d.tables, t)
		} else {
			p.Unread = append(p.Unread, s)
		}
	}
	if len(d.tables) == 0 && first != nil {
		return nil, first
	}
	if len(d.tables) == 0 {
		return nil, fault.Invalidf("écrivez la description à la main : data/source en montre", "%s : aucune table reconnue", fileName)
	}
	d.onlyZonings()
	for _, t := range d.tables {
		p.Tables = append(p.Tables, t.public())
	}
	p.TOML = d.write()
	return p, nil
}

// detection is the state of one Propose.
type detection struct {
	file   string
	format string
	names  *names
	tables []*table
}

// table is what is believed of one sheet.
type table struct {
	*grid
	first   int // index in rows of the first header row
	headers int
	columns []*column
	body    []line
	end     string // regexp of the first row after the table
	titles  string // what stands above the header
	place   placed
	time    timed
	values  []*column
	dims    []*column
	where   map[*column]string // the total of a dimension
	status  map[*column]*column
	zonings []zoned
	summed  bool // the rows of a territory and period add up: they are of places within
}

// public is the table as callers see it.
func (t *table) public() Table {
	out := Table{Sheet: t.sheet, Headers: t.headers}
	if t.headers > 0 {
		out.Header = t.rows[t.first].n
	}
	for _, c := range t.columns {
		out.Columns = append(out.Columns, Column{c.ref, c.role})
	}
	return out
}

// table finds the table of a sheet, nil when there is none.
func (d *detection) table(g *grid) *table {
	t := &table{grid: g, where: map[*column]string{}, status: map[*column]*column{}}
	if !t.findHeader(d.names) {
		return nil
	}
	t.findEnd(d.names)
	t.measure()
	if len(t.body) == 0 {
		return nil
	}
	d.findPlace(t)
	t.findTime()
	t.findValues()
	if t.place.column == nil && len(t.values) == 0 || len(t.columns) < 2 {
		return nil
	}
	t.findDimensions()
	for _, c := range t.dims {
		c.role = Dimension
	}
	t.findZonings()
	return t
}
