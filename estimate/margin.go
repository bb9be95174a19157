package estimate

import (
	"maps"
	"math"

	"vigie/stat/survey"
)

// inline replaces the file that a step names in place of its margins, its
// totals or its population by what the file holds.
func (d *desk) inline(p node) node {
	for _, key := range []string{"margins", "totals", "population"} {
		n := p.get(key)
		if _, ok := n.v.(string); !ok {
			continue
		}
		by := p.get("by").texts()
		f := d.read(n, File{Text: append([]string{"variable", "level"}, by...)})
		fields := maps.Clone(p.fields())
		switch key {
		case "margins":
			fields[key] = margins(n, f)
		case "totals":
			fields[key] = totals(n, f)
		default:
			fields[key] = cells(n, f, by)
		}
		p = node{p.path, fields}
	}
	return p
}

// margins reads a table of columns variable, level, total: a margin a
// variable, in the order of the file.
func margins(n node, f *survey.Frame) any {
	variable, level, total := textOf(n, f, "variable"), textOf(n, f, "level"), numberOf(n, f, "total")
	counts := map[string]map[string]any{}
	var out []any
	for i, v := range variable {
		if counts[v] == nil {
			counts[v] = map[string]any{}
			out = append(out, map[string]any{"var": v, "counts": counts[v]})
		}
		if _, twice := counts[v][level[i]]; twice {
			n.refuse("gardez une ligne par niveau", "ligne %d : le niveau %s de %s est donné deux fois", i+2, quote(level[i]), quote(v))
		}
		counts[v][level[i]] = total[i]
	}
	return out
}

// totals reads the same table for a calibration: a line without variable is
// the size of the population, one without level the total of a number.
func totals(n node, f *survey.Frame) any {
	variable, level, total := textOf(n, f, "variable"), textOf(n, f, "level"), numberOf(n, f, "total")
	var out []any
	for i, v := range variable {
		line := map[string]any{"total": total[i]}
		switch {
		case v == "":
			line["constant"] = true
		case level[i] == "":
			line["var"] = v
		default:
			line["var"], line["level"] = v, level[i]
		}
		out = append(out, line)
	}
	return out
}

// cells reads a table of one column a variable of `by`, then the count.
func cells(n node, f *survey.Frame, by []string) any {
	count := numberOf(n, f, "count")
	level := make([][]string, len(by))
	for k, name := range by {
		level[k] = textOf(n, f, name)
	}
	out := make([]any, f.Rows)
	for i := range out {
		cell := map[string]any{}
		for k, name := range by {
			cell[name] = level[k][i]
		}
		out[i] = map[string]any{"cell": cell, "count": count[i]}
	}
	return out
}

// textOf returns a column as texts, "" where nothing is written.
func textOf(n node, f *survey.Frame, name string) []string {
	c := columnOf(n, f, name).Categorical()
	out := make([]string, f.Rows)
	for i, k := range c.Code {
		if k >= 0 {
			out[i] = c.Levels[k]
		}
	}
	return out
}

// numberOf returns a column of numbers, none of which may miss.
func numberOf(n node, f *survey.Frame, name string) []float64 {
	c := columnOf(n, f, name)
	if c.Number == nil {
		n.refuse("corrigez la colonne", "la colonne %s doit être faite de nombres", quote(name))
	}
	for i, x := range c.Number {
		if math.IsNaN(x) {
			n.refuse("complétez la ligne", "ligne %d : la colonne %s est vide", i+2, quote(name))
		}
	}
	return c.Number
}

func columnOf(n node, f *survey.Frame, name string) *survey.Column {
	c := f.Column(name)
	if c == nil {
		n.refuse("donnez un fichier dont la première ligne nomme ses colonnes", "la colonne %s manque", quote(name))
	}
	return c
}
