package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"vigie/lang"
	"vigie/report"
)

// signs in the order in which a table explains them.
var signs = []string{"nd", "s", "ns", "///", "p", "e", "r"}

// instead are the signs that stand in the place of a value; the others stand
// beside it.
var instead = []string{"nd", "s", "///"}

// columns are the classes of columns of text that need a width of their own, or
// that a telephone does without.
var columns = map[string]string{"dimension": "spare", "unit": "unit", "direction": "wide", "source": "wide", "producer": "wide",
	"note": "wide", "vintage": "wide", "sha256": "hash", "dataset": "hash"}

// tableOf makes a table ready; id selects it in the other forms of the page.
func tableOf(v visit, t report.Table, id string) *tableView {
	w := words{v.at.lang}
	view := &tableView{words: w, ID: id, Caption: t.Caption, Notes: t.Notes,
		CSV: v.here(asCSV, id), JSON: v.here(asJSON, id), Sorting: len(t.Rows) > 2, Folded: !t.Open}
	view.Spreadsheet = view.CSV + "&tableur=1"
	if !strings.Contains(view.CSV, "?") {
		view.Spreadsheet = view.CSV + "?tableur=1"
	}
	view.Source = joined(" · ", t.Source, t.Licence)
	view.R, view.Python = codeLines(v.base+view.CSV, t)
	for i, h := range t.Head {
		class := ""
		switch {
		case h.Numeric && i > 0:
			class = "num"
		case i > 0:
			class = columns[h.Key]
		}
		view.Head = append(view.Head, headView{Label: h.Label, Class: class})
	}
	seen := map[string]bool{}
	for _, row := range t.Rows {
		rv := rowView{}
		if row.Mark {
			rv.Class = "mark"
		}
		for i, c := range row.Cells {
			seen[c.Sign] = true
			rv.Cells = append(rv.Cells, cellOf(w, c, i == 0, i < len(t.Head) && t.Head[i].Numeric))
			if i > 0 && i < len(t.Head) && !t.Head[i].Numeric {
				rv.Cells[i].Class = columns[t.Head[i].Key]
			}
		}
		view.Rows = append(view.Rows, rv)
	}
	for _, s := range signs {
		if seen[s] {
			view.Signs = append(view.Signs, signView{s, signText(w.l, s)})
		}
	}
	return view
}

// cellOf makes one cell ready. The number itself is the link to « d'où vient
// ce chiffre ? », unless the cell already leads elsewhere.
func cellOf(w words, c report.Cell, first, numeric bool) cellView {
	view := cellView{words: w, First: first, Text: c.Text, Level: c.Level, Href: c.Href, Trace: c.Trace}
	var class []string
	if numeric && !first {
		class = append(class, "num")
	}
	if c.Step > 0 && c.Step <= report.Steps {
		class = append(class, "vg-bg"+strconv.Itoa(c.Step))
	}
	view.Class = strings.Join(class, " ")
	if c.Value != nil {
		view.V = strconv.FormatFloat(*c.Value, 'f', -1, 64)
	}
	if c.Sign != "" {
		view.Sign, view.SignText = c.Sign, signText(w.l, c.Sign)
		view.SignOnly = slices.Contains(instead, c.Sign) && c.Value == nil
		view.Beside = !view.SignOnly
	}
	view.ValueTrace = c.Trace != "" && c.Href == "" && !view.SignOnly
	return view
}

// signText says a sign in words; a sign that the catalogue does not have is
// its own explanation.
func signText(l lang.Lang, sign string) string {
	if key := "sign." + sign; lang.Has(l, key) {
		return lang.T(l, key)
	}
	return sign
}

// codeLines returns the lines of R and of Python that read a table's CSV, with
// codes kept as text.
func codeLines(address string, t report.Table) (r, python string) {
	var rText, pyText []string
	for _, h := range t.Head {
		if !h.Numeric {
			rText = append(rText, fmt.Sprintf("%s = \"character\"", rName(h.Key)))
			pyText = append(pyText, fmt.Sprintf("%q: str", h.Key))
		}
	}
	r = fmt.Sprintf("x <- read.csv(%q,\n  colClasses = c(%s), na.strings = \"\", encoding = \"UTF-8\")",
		address, strings.Join(rText, ", "))
	python = fmt.Sprintf("import pandas as pd\nx = pd.read_csv(%q,\n    dtype={%s}, keep_default_na=False, na_values=[\"\"])",
		address, strings.Join(pyText, ", "))
	return r, python
}

// rName quotes a column name that R would not read bare.
func rName(key string) string {
	for i, c := range key {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && (c == '_' || c >= '0' && c <= '9')) {
			return "`" + strings.ReplaceAll(key, "`", "") + "`"
		}
	}
	return key
}
