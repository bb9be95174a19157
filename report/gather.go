package report

import (
	"cmp"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// gatheredID is the section of the national report that gives the numbers of
// its maps, several domains side by side.
const gatheredID = "nombres-des-cartes"

// mostGathered is how many domains stand side by side in a table.
const mostGathered = 5

// gatheredSection lists every territory of the maps with its scores and ranks:
// overall, then domain by domain, then the domains that only regions have.
func (w *composer) gatheredSection() Section {
	s := Section{ID: gatheredID, Title: w.t("gathered.title"), Blocks: []Block{paragraph(plain(w.t("gathered.intro"))), paragraph(plain(w.t("gathered.note")))}}
	measured := map[territory.Level][]taxonomy.Term{territory.Departement: {{}}} // the whole first
	for _, d := range w.c.Domains() {
		for _, level := range []territory.Level{territory.Departement, territory.Region} {
			if len(w.c.IndexSeries(level, d.Code)) > 0 {
				measured[level] = append(measured[level], d)
				break
			}
		}
	}
	for _, level := range []territory.Level{territory.Departement, territory.Region} {
		for part := range slices.Chunk(measured[level], mostGathered) {
			s.Blocks = append(s.Blocks, Block{Table: w.gatheredTable(level, part)})
		}
	}
	return s
}

// gatheredTable is the standing of every territory of a tier in a few domains;
// the domain of no code is the whole.
func (w *composer) gatheredTable(level territory.Level, domains []taxonomy.Term) *Table {
	t := &Table{Head: []Head{{Key: "name", Label: w.level(level, "one_upper")}, {Key: "code", Label: w.t("head.code")}}}
	var names []string
	for _, d := range domains {
		name := cmp.Or(d.Short(w.l), w.t("gathered.whole"))
		names = append(names, name)
		label := func(key string) string { return w.t("gathered."+key, "domain", name) }
		t.Head = append(t.Head, Head{Key: "score" + suffix(d.Code), Label: label("score"), Numeric: true}, Head{Key: "rank" + suffix(d.Code), Label: label("rank"), Numeric: true},
			Head{Key: "rank_low" + suffix(d.Code), Label: label("rank_low"), Numeric: true}, Head{Key: "rank_high" + suffix(d.Code), Label: label("rank_high"), Numeric: true})
	}
	t.ID, t.Caption = "nombres"+suffix(domains[0].Code), w.t("gathered.caption", "names", lang.List(w.l, names), "tier", w.level(level, "many"))
	for at := range each(w.c.Territory.ByLevel(level)) {
		row := Row{Cells: []Cell{linked(w.label(at.Code), href(at.Code)), word(string(at.Code))}}
		for _, d := range domains {
			row.Cells = append(row.Cells, w.gatheredCells(at.Code, d.Code, w.c.Standing(at.Code, d.Code))...)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// suffix tells the columns of a domain from those of the others.
func suffix(domain string) string { return "_" + cmp.Or(domain, "all") }

// gatheredCells are a score, a rank and its bounds, in as few signs as possible.
func (w *composer) gatheredCells(at territory.Code, domain string, s edition.Standing) []Cell {
	if !s.OK {
		return []Cell{absent(), absent(), absent(), absent()}
	}
	cells := w.standingCells(at, domain, s)[:4]
	cells[1].Text = lang.Number(w.l, float64(s.Position), 0)
	if s.Outside {
		cells[1].Text = "(" + cells[1].Text + ")"
	}
	return cells
}

// gathered returns the table that gives the numbers of a map, false when the
// document has none.
func gathered(d Document, f *Figure) (*Table, bool) {
	if _, ok := f.Chart.(*Map); !ok {
		return nil, false
	}
	domain := strings.TrimPrefix(strings.TrimPrefix(f.ID, "carte"), "-")
	for _, s := range d.Sections {
		if s.ID != gatheredID {
			continue
		}
		for _, b := range s.Blocks {
			if b.Table != nil && column(*b.Table, "score"+suffix(domain)) > 0 && len(b.Table.Rows) == len(f.Table.Rows) {
				return b.Table, true
			}
		}
	}
	return nil, false
}
