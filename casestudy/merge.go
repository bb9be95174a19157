package casestudy

import (
	"slices"
	"strings"
)

// Conflict is a field that two persons changed differently from the same
// version. The values are texts, "" for what is not there; of a list whose
// order both changed, the whole list, one item a line; of an item that one
// removed and the other changed, the item, « name · profile · role ».
type Conflict struct{ Field, Base, Mine, Theirs string }

// Merge makes one record of two that began as base, field by field; items of
// lists are recognised by what they are, not by their place. What one side
// alone changed is taken, what both changed alike too. Every other difference
// is a conflict, and the record then holds mine; an item that one side removed
// and the other changed stays. Field of a conflict is a path in the merged
// record. Empty texts count as absent.
func Merge(base, mine, theirs Record) (Record, []Conflict) {
	m := merging{}
	m.texts(textLeavesOf(base), textLeavesOf(mine), textLeavesOf(theirs))
	sides := [3]*Record{&base, &mine, &theirs}
	m.list(fieldOf("sources"), sides, nil)
	from := m.sources
	for i := range fields {
		f := &fields[i]
		switch {
		case f.path == "sources":
		case f.items == nil:
			b, a, t := f.value(&base), f.value(&mine), f.value(&theirs)
			v, clash := three(b, a, t)
			f.give(&m.out, v)
			if clash {
				m.clash(f.path, b, a, t)
			}
		case f.path == "evidence":
			m.list(f, sides, from)
		default:
			m.list(f, sides, nil)
		}
	}
	return m.out, m.conflicts
}

type merging struct {
	out       Record
	conflicts []Conflict
	sources   *origins
}

func (m *merging) clash(path, base, mine, theirs string) {
	m.conflicts = append(m.conflicts, Conflict{path, base, mine, theirs})
}

// three merges one value; the value is mine when both changed it differently.
func three(base, mine, theirs string) (value string, conflict bool) {
	switch {
	case mine == theirs || theirs == base:
		return mine, false
	case mine == base:
		return theirs, false
	}
	return mine, true
}

// textLeavesOf lists the texts of a record in every language.
func textLeavesOf(r Record) []Leaf {
	return Leaves(Record{Text: r.Text, Translations: r.Translations})
}

// texts merges title, summary and sections of every language.
func (m *merging) texts(base, mine, theirs []Leaf) {
	of := func(list []Leaf, path string) string {
		if i := slices.IndexFunc(list, func(l Leaf) bool { return l.Path == path }); i >= 0 {
			return list[i].Value
		}
		return ""
	}
	var seen []string
	for _, l := range slices.Concat(mine, theirs) {
		if slices.Contains(seen, l.Path) {
			continue
		}
		seen = append(seen, l.Path)
		b, a, t := of(base, l.Path), of(mine, l.Path), of(theirs, l.Path)
		v, clash := three(b, a, t)
		if v != "" {
			setText(&m.out, l.Path, v)
		}
		if clash {
			m.clash(l.Path, b, a, t)
		}
	}
}

// node is one item of a merged list: where it stands in each side, -1 where it
// does not, and what it became.
type node struct {
	at    [3]int // base, mine, theirs
	value item
	clash []Conflict // Field is the part, "" for the item
}

// list merges one list. from is how sources are numbered on each side, for the
// list whose items name sources.
func (m *merging) list(f *field, sides [3]*Record, from *origins) {
	var items [3][]item
	for s, r := range sides {
		items[s] = f.items(r)
		if from != nil {
			from.number(s, items[s])
		}
	}
	l := &listMerge{f: f, items: items}
	l.match()
	kept := l.ordered()
	if l.twice {
		m.clash(f.path, lines(items[0]), lines(items[1]), lines(items[2]))
	}
	merged := make([]item, len(kept))
	for n, k := range kept {
		merged[n] = k.value
		for _, c := range k.clash {
			if from != nil {
				from.tell(&c)
			}
			c.Field = strings.TrimSuffix(f.path+"."+itoa(n+1)+"."+c.Field, ".")
			m.conflicts = append(m.conflicts, c)
		}
	}
	if from != nil {
		m.conflicts = append(m.conflicts, from.place(f, merged)...)
	}
	if f.path == "sources" {
		m.sources = originsOf(kept, items)
	}
	f.put(&m.out, merged)
}

// lines shows a list, one item a line.
func lines(items []item) string {
	all := make([]string, len(items))
	for i, it := range items {
		all[i] = it.String()
	}
	return strings.Join(all, "\n")
}

// String shows an item on one line.
func (i item) String() string {
	return strings.Join(slices.DeleteFunc(slices.Clone(i), func(s string) bool { return s == "" }), " · ")
}
