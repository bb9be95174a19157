package casestudy

import "slices"

// Change is a field whose value differs between two versions. Field is its path
// in the second one, in the first when it is no longer there. Words tells two
// texts word by word; it is nil when one is empty, or for a code, a year, an
// address. The order of a list that changed is a Change of the list itself,
// one item a line.
type Change struct {
	Field, Before, After string
	Words                []Word
}

// Diff lists what changed from a to b, in reading order; items of lists are
// recognised by what they are, so that one put first does not change the rest.
// Nothing changed if and only if the list is empty; empty texts count as absent.
func Diff(a, b Record) []Change {
	var d differ
	d.texts(Leaves(Record{Text: a.Text}), Leaves(Record{Text: b.Text}))
	places := d.list(fieldOf("sources"), fieldOf("sources").items(&a), fieldOf("sources").items(&b), nil)
	sources := d.take()
	for i := range fields {
		f := &fields[i]
		switch {
		case f.path == "sources":
			d.changes = append(d.changes, sources...)
		case f.path == "evidence":
			d.list(f, f.items(&a), f.items(&b), places)
		case f.items != nil:
			d.list(f, f.items(&a), f.items(&b), nil)
		default:
			d.add(f.path, f.value(&a), f.value(&b), false)
		}
	}
	d.texts(Leaves(Record{Translations: a.Translations}), Leaves(Record{Translations: b.Translations}))
	return d.changes
}

type differ struct {
	changes []Change
	kept    int // changes before the last take
}

// take removes and returns the changes told since the texts.
func (d *differ) take() []Change {
	taken := slices.Clone(d.changes[d.kept:])
	d.changes = d.changes[:d.kept]
	return taken
}

func (d *differ) add(path, before, after string, prose bool) {
	if before == after {
		return
	}
	c := Change{Field: path, Before: before, After: after}
	if prose && before != "" && after != "" {
		c.Words = Words(before, after)
	}
	d.changes = append(d.changes, c)
}

// texts tells the texts of one language or of the others.
func (d *differ) texts(from, to []Leaf) {
	of := func(list []Leaf, path string) string {
		if i := slices.IndexFunc(list, func(l Leaf) bool { return l.Path == path }); i >= 0 {
			return list[i].Value
		}
		return ""
	}
	for _, l := range to {
		d.add(l.Path, of(from, l.Path), l.Value, true)
	}
	for _, l := range from {
		if of(to, l.Path) == "" {
			d.add(l.Path, l.Value, "", true)
		}
	}
	d.kept = len(d.changes)
}

// prose are the parts of items that are read as texts.
var prose = []string{"name", "text", "claimed_by", "claim", "alt", "credit", "title", "organisation"}

// list tells the items of a list. places says where an item of from now stands,
// as evidence names sources by their place; list returns that of its own items.
func (d *differ) list(f *field, from, to []item, places map[string]string) map[string]string {
	at, now := f.align(from, to, true), map[string]string{}
	stays := make([]bool, len(from))
	var order []int
	for j, i := range at {
		var before item
		if i >= 0 {
			stays[i], order = true, append(order, i)
			before, now[itoa(i+1)] = from[i], itoa(j+1)
		}
		for k, after := range to[j] {
			was := ""
			if before != nil {
				was = before[k]
			}
			if places != nil && k == sourcePart && places[was] == after {
				continue // the same source, in another place
			}
			d.add(f.part(j, k), was, after, f.parts != nil && slices.Contains(prose, f.parts[k]))
		}
	}
	for i, it := range from {
		for k, was := range it {
			if !stays[i] {
				d.add(f.part(i, k), was, "", false)
			}
		}
	}
	if !slices.IsSorted(order) {
		d.add(f.path, lines(from), lines(to), false)
	}
	return now
}
