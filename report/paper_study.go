package report

import (
	"cmp"
	"slices"
	"strings"
)

// studyKeys are the columns of published results that say the study, in the
// order in which a heading says them.
var studyKeys = []string{"study", "audience", "date", "sample", "territory", "source"}

// studyHeads sets what a study is in a heading of the results that follow, and
// the unit after each value.
func studyHeads(t Table) Table {
	item, value, unit := 0, column(t, "value"), column(t, "unit")
	if value < 0 || unit < 0 || column(t, "study") < 0 {
		return t
	}
	var rows []Row
	last := ""
	for _, r := range t.Rows {
		if name := studyOf(t, r); name != last {
			rows = append(rows, Row{Cells: []Cell{{Text: name}}})
			last = name
		}
		v := r.Cells[value]
		v.Text = strings.TrimSpace(v.Text + " " + r.Cells[unit].Text)
		rows = append(rows, Row{Mark: r.Mark, Cells: []Cell{r.Cells[item], v}})
	}
	t.Head = []Head{t.Head[item], t.Head[value]}
	t.Rows = rows
	return t
}

// studyOf names the study of a row; what all rows say alike of the territory is
// in the title of the table.
func studyOf(t Table, r Row) string {
	var parts []string
	for _, key := range studyKeys {
		i := column(t, key)
		if i < 0 || key == "territory" && !slices.ContainsFunc(t.Rows, func(o Row) bool { return o.Cells[i].Text != r.Cells[i].Text }) {
			continue
		}
		text := cmp.Or(r.Cells[i].Text, r.Cells[i].Sign)
		if key == "sample" && !strings.ContainsAny(text, "0123456789") {
			text = strings.ToLower(t.Head[i].Label) + " " + text // « échantillon non publié »
		}
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · ")
}
