package conformance

import (
	"fmt"
	"slices"
	"strconv"

	"vigie/fault"
	"vigie/stat/disclosure"
)

// tableFile reads the file of tables that a case names.
func (a *asked) tableFile() map[string]any {
	name := a.text("table")
	if *a.err != nil {
		return nil
	}
	o, err := readObject(a.dir, name)
	if err != nil {
		a.fail(err)
	}
	return o
}

// cells reads the cells of the table of a case as they are written.
func (a *asked) cells() []map[string]any {
	f := &asked{dir: a.dir, params: a.tableFile(), path: a.text("table"), read: map[string]bool{}, err: a.err}
	return f.objects("cells")
}

// secretTable reads the table of a case with its sums: those of its dimensions,
// those of linked tables, or one line. It returns nil after a refusal.
func (a *asked) secretTable() *disclosure.Table {
	f := &asked{dir: a.dir, params: a.tableFile(), path: a.text("table"), read: map[string]bool{}, err: a.err}
	var cells []disclosure.Cell
	for i, c := range f.objects("cells") {
		o := &asked{params: c, path: f.path + ", cellule " + strconv.Itoa(i+1), read: map[string]bool{}, err: a.err}
		cells = append(cells, disclosure.Cell{Key: o.text("key"), Value: o.number("value"), N: o.whole("n", 0), Max: o.number("max", 0)})
	}
	linked := a.flag("linked", f.has("tables"))
	var t *disclosure.Table
	var err error
	switch {
	case a.has("line"):
		line := a.object("line")
		s := disclosure.Sum{Total: line.text("total"), Parts: line.texts("parts")}
		line.done()
		t, err = disclosure.Linked(cells, []disclosure.Sum{s})
	case linked || f.has("tables"):
		t, err = disclosure.Linked(cells, f.sums())
	default:
		t, err = disclosure.Cross(f.dimensions(), cells)
	}
	if *a.err == nil && err != nil {
		a.fail(err)
	}
	if *a.err != nil {
		return nil
	}
	return t
}

// sums lists those of linked tables.
func (a *asked) sums() []disclosure.Sum {
	var out []disclosure.Sum
	for _, table := range a.objects("tables") {
		for _, s := range listed(table["sums"]) {
			pair := listed(s)
			if len(pair) != 2 {
				a.fail(fault.Invalidf("donnez chaque somme comme [total, [parties]]", "%s : somme « %v »", a.path, s))
				return nil
			}
			out = append(out, disclosure.Sum{Total: fmt.Sprint(pair[0]), Parts: texts(pair[1])})
		}
	}
	return out
}

// dimensions lists those of a crossed table.
func (a *asked) dimensions() []disclosure.Dimension {
	var out []disclosure.Dimension
	for i, d := range a.objects("dimensions") {
		o := &asked{params: d, path: a.path + ", dimension " + strconv.Itoa(i+1), read: map[string]bool{}, err: a.err}
		dimension := disclosure.Dimension{Name: o.text("name", ""), Root: o.text("root")}
		below := value[map[string]any](o, "hierarchy")
		for _, total := range sortedKeys(below) {
			dimension.Sums = append(dimension.Sums, disclosure.Sum{Total: total, Parts: texts(below[total])})
		}
		out = append(out, dimension)
	}
	return out
}

// sensitive reads the sensitive cells with their protection; a mere list asks
// for one unit on each side, or down to 0.
func (a *asked) sensitive(t *disclosure.Table) []disclosure.Sensitive {
	var out []disclosure.Sensitive
	if list, ok := a.get("primary").([]any); ok {
		for _, key := range texts(list) {
			s := disclosure.Sensitive{Key: key, Lower: 1, Upper: 1}
			if t != nil {
				c, _ := t.Cell(key)
				s.Lower = min(1, c.Value)
			}
			out = append(out, s)
		}
		return out
	}
	primary := value[map[string]any](a, "primary")
	for _, key := range sortedKeys(primary) {
		o := &asked{path: a.path + ".primary." + key, read: map[string]bool{}, err: a.err}
		o.params, _ = primary[key].(map[string]any)
		out = append(out, disclosure.Sensitive{Key: key, Lower: o.number("lower_protection"), Upper: o.number("upper_protection")})
		o.done()
	}
	return slices.Clip(out)
}
