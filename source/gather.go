package source

import (
	"fmt"
	"math"
	"slices"

	"vigie/dataset"
	"vigie/fault"
	"vigie/indicator"
	"vigie/source/sheet"
	"vigie/territory"
)

// key is what one observation is about.
type key struct {
	indicator indicator.Code
	territory territory.Code
	period    string
}

// gathered is an observation that several rows make.
type gathered struct {
	o    dataset.Observation
	mode mode
	end  string // last day that the reading kept speaks of
	rows int
}

// gathers adds a row to what it makes with others: a count, a sum, or the
// latest reading of a period.
func (r *reader) gathers(o dataset.Observation, m mode, end string) {
	k := key{o.Indicator, o.Territory, o.Period}
	g := r.gather[k]
	if g == nil {
		g = &gathered{o: o, mode: m, end: end, rows: 1}
		r.gather[k] = g
		r.order = append(r.order, g)
		return
	}
	if m != latest || g.mode != latest {
		g.rows++
		g.o.X += o.X
		g.o.Status = worse(g.o.Status, o.Status)
		return
	}
	switch {
	case end > g.end:
		g.o, g.end = o, end
		r.left[earlierPeriod]++
	case end < g.end:
		r.left[earlierPeriod]++
	default:
		r.b.Add(o) // twice the same day: the table says whether they agree
	}
}

// table closes the reading: the table, or all the faults.
func (r *reader) table() (*dataset.Table, error) {
	for _, g := range r.order {
		if !g.o.Status.HasValue() {
			g.o.X = math.NaN()
		}
		r.report.Gathered += g.rows - 1
		r.b.Add(g.o)
	}
	if r.d.Keep.Copies == "count" {
		if n := r.b.DropCopies(); n > 0 {
			r.left[equalCopy] += n
		}
	}
	table, twice := r.b.Table()
	for _, d := range twice {
		if r.faults.Full() {
			break
		}
		r.faults = append(r.faults, fault.Invalidf("gardez une seule des deux lignes",
			"%s, %s : %s, %s, %s présent deux fois", r.file, r.lines(int(d.First), int(d.Second)), d.Indicator, d.Territory, d.Period))
	}
	if r.rows == 0 && len(r.faults) == 0 {
		r.faults = append(r.faults, fault.Invalidf("vérifiez que le fichier est complet", "%s : aucune observation", r.file))
	} else if table != nil && len(table.Columns) == 0 && len(r.faults) == 0 {
		r.faults = append(r.faults, fault.Invalidf("corrigez les règles where, leave et keep de la description « "+r.d.Name+" »", "%s : aucune observation gardée sur %d", r.file, r.rows))
	}
	if err := r.refused(); err != nil {
		return nil, err
	}
	return table, nil
}

// refused returns the faults, nil without any. A sheet may have told twenty of
// its own beside those of its rows.
func (r *reader) refused() error {
	return r.faults[:min(len(r.faults), fault.MostListed)].Err()
}

// lines names two global lines as a person finds them.
func (r *reader) lines(first, second int) string {
	a, lineA := r.report.sheetOf(first)
	b, lineB := r.report.sheetOf(second)
	switch text := named(a); {
	case a != b:
		return fmt.Sprintf("%s ligne %d et %s ligne %d", named(a), lineA, named(b), lineB)
	case text != "":
		return fmt.Sprintf("%s lignes %d et %d", text, lineA, lineB)
	}
	return fmt.Sprintf("lignes %d et %d", lineA, lineB)
}

// named names a sheet, "" for the only one of a plain file.
func named(s sheet.Sheet) string {
	if text := s.String(); text != "" {
		return text + ","
	}
	return ""
}

// sheetOf returns the sheet of a global line and the line in it.
func (p *Report) sheetOf(line int) (sheet.Sheet, int) {
	var at sheet.Sheet
	first := 1
	for _, s := range p.Sheets {
		if s.Read && s.First <= line {
			at, first = sheet.Sheet{Member: s.Member, Name: s.Name}, s.First
		}
	}
	return at, line - first + 1
}

// complete fills the report once the table is made.
func (r *reader) complete(t *dataset.Table) {
	p := &r.report
	p.Rows = r.rows
	p.fill(t, r.left)
	r.joined()
}

// joined fills the join of the report.
func (r *reader) joined() {
	p := &r.report
	var met []*place
	for _, x := range r.tables {
		met = append(met, x.places.all...)
	}
	p.Join.add(met)
	p.Join.sort()
	p.Sheets = slices.Clip(p.Sheets)
}
