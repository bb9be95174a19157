package report

import (
	"slices"
	"strconv"
	"strings"

	"vigie/lang"
)

// OnPaper returns a document as paper has it: its tables lose the columns that
// serve machines, say a rank and its bounds in one cell, head the lines of a
// domain once, and of a long series keep a line every five years; a drawing
// that prints its numbers has no table. The page and its files have everything.
func OnPaper(d Document) Document {
	l, _ := lang.Parse(d.Lang)
	d.Sections = slices.Clone(d.Sections)
	for i := range d.Sections {
		blocks := slices.Clone(d.Sections[i].Blocks)
		for k, b := range blocks {
			if b.Figure != nil {
				f := *b.Figure
				if t, ok := gathered(d, &f); ok {
					f.Alt, f.Table = f.Alt+" "+lang.T(l, "report.gathered.alt", "caption", t.Caption), Table{}
				}
				f.Table = paperTable(l, f.Table)
				if said := printedNumbers(f.Chart); len(said) > 0 {
					f.Alt, f.Table = f.Alt+" "+strings.Join(said, " ; ")+".", Table{}
				}
				blocks[k].Figure = &f
			}
			if b.Table != nil {
				t := paperTable(l, *b.Table)
				blocks[k].Table = &t
			}
		}
		d.Sections[i].Blocks = blocks
	}
	at := slices.IndexFunc(d.Sections, func(s Section) bool { return s.ID == firstOnPaper[d.Kind] })
	if at > 0 {
		first := d.Sections[at]
		d.Sections = slices.Insert(slices.Delete(d.Sections, at, at+1), 0, first)
	}
	return d
}

// firstOnPaper is the section that starts a kind of page on paper: it fits under the
// answer, where the map that comes first on a screen leaves a blank.
var firstOnPaper = map[string]string{"reweigh": "poids", "typology": "profils"}

// printedNumbers are the numbers that a drawing prints in full, in words: on
// paper such a drawing stands without a table.
func printedNumbers(c Chart) []string {
	var said []string
	switch c := c.(type) {
	case *Heat:
		for _, row := range c.Rows {
			parts := []string{row.Label}
			for i, cell := range row.Cells {
				if cell.Text != "" {
					parts = append(parts, c.Columns[i].Short+" "+cell.Text)
				}
			}
			said = append(said, strings.Join(parts, ", "))
		}
	case *Profile:
		for _, row := range c.Rows {
			said = append(said, row.Label+" "+row.Text)
		}
	case *Ranking:
		for _, row := range c.Rows {
			said = append(said, row.Label+" "+row.Text)
		}
	}
	return said
}

func paperTable(l lang.Lang, t Table) Table {
	t.Rows = slices.Clone(t.Rows)
	t = withoutRepeats(t)
	t = ranksWithBounds(l, t)
	t = unitsInNames(t)
	t = withoutColumn(t, "series")
	t = withoutColumn(t, "code")
	t = withoutColumn(t, "dimension")
	return studyHeads(domainHeads(fiveYearly(t)))
}

// repeats are the columns that a reader's weights fill, after what they stand
// beside, and what is said of the difference.
var repeats = [][]string{{"rank", "rank_own", "move", "inside"}, {"class_published", "class_own"}, {"weight_published", "weight"}, {"share_published", "share"}}

// withoutRepeats leaves out the columns that repeat the published ones on every
// line: the weights are then the edition's.
func withoutRepeats(t Table) Table {
	for _, keys := range repeats {
		published, own := column(t, keys[0]), column(t, keys[1])
		if published < 0 || own < 0 || slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Cells[published].Text != r.Cells[own].Text }) {
			continue
		}
		for _, key := range keys[1:] {
			t = withoutColumn(t, key)
		}
	}
	return t
}

// column is the place of a column, -1 when there is none or when it is the
// first one, which names the row.
func column(t Table, key string) int {
	i := slices.IndexFunc(t.Head, func(h Head) bool { return h.Key == key })
	if i == 0 {
		return -1
	}
	return i
}

// withoutColumn leaves a column out.
func withoutColumn(t Table, key string) Table {
	i := column(t, key)
	if i < 0 {
		return t
	}
	t.Head = slices.Delete(slices.Clone(t.Head), i, i+1)
	for y, r := range t.Rows {
		if i < len(r.Cells) {
			t.Rows[y].Cells = slices.Delete(slices.Clone(r.Cells), i, i+1)
		}
	}
	return t
}

// eachCell replaces the cells of a column, given those of the row.
func eachCell(t Table, i int, f func(row []Cell) Cell) {
	for y, r := range t.Rows {
		if i < len(r.Cells) {
			cells := slices.Clone(r.Cells)
			cells[i] = f(cells)
			t.Rows[y].Cells = cells
		}
	}
}

// ranksWithBounds writes « 4 [1–6] » in place of three columns, for each domain
// of the table.
func ranksWithBounds(l lang.Lang, t Table) Table {
	for _, h := range t.Head {
		if of, ok := strings.CutPrefix(h.Key, "rank"); ok {
			t = rankWithBounds(l, t, of)
		}
	}
	return t
}

// rankWithBounds does so for the columns of a suffix.
func rankWithBounds(l lang.Lang, t Table, of string) Table {
	rank, low, high := column(t, "rank"+of), column(t, "rank_low"+of), column(t, "rank_high"+of)
	if rank < 0 || low < 0 || high < 0 {
		return t
	}
	eachCell(t, rank, func(row []Cell) Cell {
		c := row[rank]
		if row[low].Value != nil && row[high].Value != nil {
			c.Text += " [" + row[low].Text + "–" + row[high].Text + "]"
		}
		return c
	})
	t.Head = slices.Clone(t.Head)
	t.Head[rank].Label = lang.T(l, "report.head.rank_bounds")
	return scoreAndRank(withoutColumn(withoutColumn(t, "rank_low"+of), "rank_high"+of), of)
}

// scoreAndRank sets the score and the rank of one domain among several in one
// column, under the name of the domain.
func scoreAndRank(t Table, of string) Table {
	score, rank := column(t, "score"+of), column(t, "rank"+of)
	if score < 0 || rank < 0 || of == "" {
		return t
	}
	eachCell(t, rank, func(row []Cell) Cell {
		c := row[rank]
		if row[score].Text != "" {
			c.Text = row[score].Text + " · " + c.Text
		}
		return c
	})
	name, _, _ := strings.Cut(t.Head[score].Label, ":")
	t.Head[rank].Label = strings.TrimSpace(name)
	return withoutColumn(t, "score"+of)
}

// unitsInNames writes the unit after the name of a series.
func unitsInNames(t Table) Table {
	unit := column(t, "unit")
	if unit < 0 || t.Head[0].Key != "indicator" {
		return t
	}
	eachCell(t, 0, func(row []Cell) Cell {
		c := row[0]
		if row[unit].Text != "" {
			c.Text += " (" + row[unit].Text + ")"
		}
		return c
	})
	return withoutColumn(t, "unit")
}

// domainHeads sets the domain of the rows that follow in a row of its own.
func domainHeads(t Table) Table {
	i := column(t, "domain")
	if i < 0 || t.Head[0].Key != "indicator" {
		return t
	}
	var rows []Row
	last := ""
	for _, r := range t.Rows {
		if name := r.Cells[i].Text; name != last {
			rows = append(rows, Row{Cells: []Cell{{Text: name}}})
			last = name
		}
		rows = append(rows, r)
	}
	t.Rows = rows
	t.Head = slices.Delete(slices.Clone(t.Head), i, i+1)
	for y, r := range t.Rows {
		if len(r.Cells) > 1 {
			t.Rows[y].Cells = slices.Delete(slices.Clone(r.Cells), i, i+1)
		}
	}
	return t
}

// longest is how many periods of a series paper prints without a choice.
const longest = 12

// fiveYearly keeps, of a long table by period, the first line, the last one,
// and the last of each year that is a multiple of five.
func fiveYearly(t Table) Table {
	if len(t.Rows) <= longest || t.Head[0].Key != "period" {
		return t
	}
	year := func(r Row) int {
		y, _ := strconv.Atoi(strings.SplitN(r.Cells[0].Raw, "-", 2)[0])
		return y
	}
	var rows []Row
	for i, r := range t.Rows {
		y := year(r)
		end := i == len(t.Rows)-1 || year(t.Rows[i+1]) != y
		if i == 0 || i == len(t.Rows)-1 || end && y%5 == 0 {
			rows = append(rows, r)
		}
	}
	t.Rows = rows
	return t
}
