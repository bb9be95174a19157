package report

import (
	"cmp"
	"math"
	"slices"

	"vigie/dataset"
	"vigie/edition"
	"vigie/lang"
	"vigie/territory"
)

// mostLeaves is how many lines behind a derived figure its page lists.
const mostLeaves = 50

// behind gathers the producers' lines of a figure of which some line is in a
// file that the observatory derived; none for other figures. A line comes once
// for each of its roles, though both a ratio and its counts rest on it.
func behind(t *edition.Trace, from Archive) ([]edition.Leaf, error) {
	if t.Value == nil || !slices.ContainsFunc(t.Bases(), func(b edition.Basis) bool { return b.Part.Derivation != nil }) {
		return nil, nil
	}
	type key struct {
		derived       territory.Code
		dataset, role string
		code          territory.Code
		line          int32
	}
	seen := map[key]bool{}
	var out []edition.Leaf
	for _, b := range t.Bases() {
		leaves, err := from.Behind(b)
		if err != nil {
			return nil, err
		}
		for _, l := range leaves {
			k := key{b.Territory, l.Part.Dataset, l.Role, l.Territory, l.Line}
			if !seen[k] {
				seen[k] = true
				out = append(out, l)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b edition.Leaf) int {
		return cmp.Or(cmp.Compare(a.Territory, b.Territory), cmp.Compare(slices.Index(roles, a.Role), slices.Index(roles, b.Role)))
	})
	return out, nil
}

// roles in the order in which they are listed.
var roles = []string{edition.Direct, edition.Numerator, edition.Denominator}

// originSection lists the producers' lines behind a derived figure and does its
// sum again.
func (w *composer) originSection(v edition.Value, leaves []edition.Leaf) Section {
	s := Section{ID: "origines", Title: w.t("trace.leaves_title", "n", len(leaves))}
	s.Blocks = []Block{paragraph(plain(w.t("trace.leaves_intro", "n", len(leaves)))), {Table: w.leafTable(v, leaves)}}
	if x := edition.Redone(v.Indicator, leaves); v.OK() && !math.IsNaN(x) {
		key := "trace.redone"
		if lang.Round(x, v.Indicator.Decimals+1) != lang.Round(v.X, v.Indicator.Decimals+1) {
			key = "trace.redone_other"
		}
		s.Blocks = append(s.Blocks, paragraph(plain(w.t(key, "redone", w.exact(x), "value", w.exact(v.X)))))
	}
	return s
}

// leafTable is a row a line, the first ones on a page, then the sums over all.
func (w *composer) leafTable(v edition.Value, leaves []edition.Leaf) *Table {
	shared := slices.ContainsFunc(leaves, func(l edition.Leaf) bool { return l.Factor != 1 })
	table := &Table{ID: "origines", Open: true, Caption: w.t("trace.leaves", "n", len(leaves)), Head: []Head{
		{Key: "territory", Label: w.t("head.territory")}, {Key: "code", Label: w.t("head.code")},
		{Key: "role", Label: w.t("trace.role")}, {Key: "value", Label: w.t("head.value"), Numeric: true}}}
	if shared {
		table.Head = append(table.Head, Head{Key: "factor", Label: w.t("trace.factor"), Numeric: true})
	}
	table.Head = append(table.Head, Head{Key: "line", Label: w.t("trace.line"), Numeric: true}, Head{Key: "file", Label: w.t("head.file")},
		Head{Key: "file_sha256", Label: w.t("trace.hash")}, Head{Key: "dataset_id", Label: w.t("head.dataset")},
		Head{Key: "indicator", Label: w.t("head.indicator")}, Head{Key: "period", Label: w.t("head.period")})
	n := w.most(mostLeaves, len(leaves))
	for _, l := range leaves[:n] {
		table.Rows = append(table.Rows, w.leafRow(l, shared))
	}
	if n < len(leaves) {
		table.Notes = []string{w.t("trace.leaves_first", "n", n, "of", len(leaves))}
	}
	for _, role := range roles {
		sum, n := 0.0, 0
		for _, l := range leaves {
			if l.Role == role {
				sum, n = sum+l.X*l.Factor, n+1
			}
		}
		if n < 2 || math.IsNaN(sum) {
			continue
		}
		row := Row{Mark: true, Cells: []Cell{word(w.t("composed.total")), word(string(v.Territory)), word(w.role(role)), num(sum, w.exact(sum))}}
		for len(row.Cells) < len(table.Head) {
			row.Cells = append(row.Cells, word(""))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (w *composer) leafRow(l edition.Leaf, shared bool) Row {
	name := string(l.Indicator)
	if ind, ok := w.c.Catalogue.Get(l.Indicator); ok {
		name = w.name(ind)
	}
	row := Row{Cells: []Cell{word(w.formerLabel(l.Territory)), word(string(l.Territory)), word(w.role(l.Role))}}
	switch {
	case l.OK():
		row.Cells = append(row.Cells, num(l.X, w.exact(l.X)))
	case l.Status == dataset.Secret:
		row.Cells = append(row.Cells, Cell{Sign: "s"})
	default:
		row.Cells = append(row.Cells, absent())
	}
	if shared {
		row.Cells = append(row.Cells, num(l.Factor, lang.Number(w.l, l.Factor, 4)))
	}
	return Row{Cells: append(row.Cells, num(float64(l.Line), lang.Decimal(float64(l.Line), 0)), word(l.Part.FileName), w.hash(l.Part.File), w.hash(l.Part.Dataset),
		word(name), w.when(l.Period))}
}

// hash sets an address, its beginning on a page.
func (w *composer) hash(id string) Cell {
	return Cell{Text: id[:w.most(12, len(id))], Raw: id}
}

// role says what an observation is in a figure.
func (w *composer) role(role string) string {
	if role == edition.Direct {
		return w.t("head.value")
	}
	return w.t("composed.role." + role)
}

// formerLabel names a territory that a file speaks of, perhaps in the former
// geography.
func (w *composer) formerLabel(code territory.Code) string {
	if _, ok := w.c.Territory.Get(code); ok {
		return w.label(code)
	}
	return w.c.Former.Label(code)
}

// exact sets a number with as many decimals as it takes, six at most.
func (w *composer) exact(x float64) string {
	for decimals := range 6 {
		if math.Abs(lang.Round(x, decimals)-x) <= 1e-9*math.Max(1, math.Abs(x)) {
			return lang.Number(w.l, x, decimals)
		}
	}
	return lang.Number(w.l, x, 6)
}
