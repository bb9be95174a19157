package casestudy

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"vigie/lang"
)

// Leaf is one value of a record. Path names its field as the JSON does, with
// places in lists counted from 1: "title", "sections.context", "actors.2.name".
type Leaf struct{ Path, Value string }

// item is one element of a list as texts, one for each part of its field.
type item []string

// field is one field of a record: a text, or a list of items.
type field struct {
	path  string
	list  string   // reference list of its codes, "" when it is free
	parts []string // of a list of things; nil for a text or a list of codes
	lists []string // reference list of each part
	key   func(item) string

	text  func(*Record) *string // one of these three
	year  func(*Record) *int
	items func(*Record) []item
	put   func(*Record, []item)
}

// sectionOrder is that of a record read top to bottom; sections of other codes
// come after, by code.
var sectionOrder = []string{"context", "genesis", "solution", "governance", "resources", "results", "keys", "transferability", "perspectives"}

// fields lists every field but texts by language, in reading order.
var fields = []field{
	codes("territories", "", territoriesOf),
	wording("scope", "partnership_scope", func(r *Record) *string { return &r.Scope }),
	codes("domains", "domain", func(r *Record) *[]string { return &r.Domains }),
	goals(),
	actors(),
	codes("relationship_types", "relation", func(r *Record) *[]string { return &r.Relations }),
	codes("co_construction_forms", "co_construction", func(r *Record) *[]string { return &r.Forms }),
	codes("objectives", "objective", func(r *Record) *[]string { return &r.Objectives }),
	wording("phase", "evaluation_phase", func(r *Record) *string { return &r.Phase }),
	{path: "start_year", year: func(r *Record) *int { return &r.StartYear }},
	{path: "end_year", year: func(r *Record) *int { return &r.EndYear }},
	impacts(),
	evidence(),
	media(),
	contacts(),
	sources(),
	wording("licence", "", func(r *Record) *string { return &r.Licence }),
	wording("consent.by", "", func(r *Record) *string { return &r.Consent.By }),
	wording("consent.on", "", func(r *Record) *string { return &r.Consent.On }),
	wording("parent", "", func(r *Record) *string { return &r.Parent }),
	wording("language", "", func(r *Record) *string { return &r.Language }),
}

func wording(path, list string, at func(*Record) *string) field {
	return field{path: path, list: list, text: at}
}

// fieldOf returns a field of the list by its path.
func fieldOf(path string) *field {
	i := slices.IndexFunc(fields, func(f field) bool { return f.path == path })
	if i < 0 {
		return nil
	}
	return &fields[i]
}

// part returns the path of part k of the element at place n, 0-based.
func (f *field) part(n, k int) string {
	path := f.path + "." + strconv.Itoa(n+1)
	if f.parts != nil {
		path += "." + f.parts[k]
	}
	return path
}

// Leaves lists the values of a record that are not empty, in reading order.
func Leaves(r Record) []Leaf {
	out := textLeaves("", r.Text)
	for i := range fields {
		f := &fields[i]
		if f.items == nil {
			if v := f.value(&r); v != "" {
				out = append(out, Leaf{f.path, v})
			}
			continue
		}
		for n, it := range f.items(&r) {
			for k, v := range it {
				if v != "" {
					out = append(out, Leaf{f.part(n, k), v})
				}
			}
		}
	}
	for _, l := range slices.Sorted(maps.Keys(r.Translations)) {
		out = append(out, textLeaves("translations."+l+".", r.Translations[l])...)
	}
	return out
}

// textLeaves lists the texts of one language that are not empty.
func textLeaves(prefix string, t Text) []Leaf {
	all := []Leaf{{prefix + "title", t.Title}, {prefix + "summary", t.Summary}}
	for _, code := range sectionsOf(t) {
		all = append(all, Leaf{prefix + "sections." + code, t.Sections[code]})
	}
	return slices.DeleteFunc(all, func(l Leaf) bool { return l.Value == "" })
}

// sectionsOf returns the codes of the sections of a text, in reading order.
func sectionsOf(t Text) []string {
	codes := slices.Sorted(maps.Keys(t.Sections))
	place := func(code string) int {
		if i := slices.Index(sectionOrder, code); i >= 0 {
			return i
		}
		return len(sectionOrder)
	}
	slices.SortStableFunc(codes, func(a, b string) int { return place(a) - place(b) })
	return codes
}

// value returns the text of a field that is no list, "" when it is not known.
func (f *field) value(r *Record) string {
	switch {
	case f.text != nil:
		return *f.text(r)
	case *f.year(r) == 0:
		return ""
	}
	return strconv.Itoa(*f.year(r))
}

// give sets a field that is no list; a year that is none is not known.
func (f *field) give(r *Record, value string) {
	if f.text != nil {
		*f.text(r) = value
		return
	}
	*f.year(r) = number(value)
}

// setText sets a text by its path: title, summary, sections.context and the
// same under translations.en; it reports whether the path is one of those.
func setText(r *Record, path, value string) bool {
	rest, translated := strings.CutPrefix(path, "translations.")
	if !translated {
		return r.Text.set(path, value)
	}
	l, rest, _ := strings.Cut(rest, ".")
	t := r.Translations[l]
	if !t.set(rest, value) {
		return false
	}
	if r.Translations == nil {
		r.Translations = map[string]Text{}
	}
	r.Translations[l] = t
	return true
}

func (t *Text) set(path, value string) bool {
	code, section := strings.CutPrefix(path, "sections.")
	switch {
	case path == "title":
		t.Title = value
	case path == "summary":
		t.Summary = value
	case section && code != "":
		if t.Sections == nil {
			t.Sections = map[string]string{}
		}
		t.Sections[code] = value
	default:
		return false
	}
	return true
}

// number reads a whole number, 0 when it is none.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// ListOf returns the reference list that the value of a field is a code of, ""
// for a text: "domain" for "domains.1", "actor_role" for "actors.2.role".
func ListOf(path string) string {
	name, rest, _ := strings.Cut(path, ".")
	f := fieldOf(name)
	if f == nil {
		return ""
	}
	_, part, _ := strings.Cut(rest, ".")
	if i := slices.Index(f.parts, part); i >= 0 && f.lists != nil {
		return f.lists[i]
	}
	return f.list
}

// Label names a field for a reader: « Acteur 2, rôle ». A path that no record
// has is given back as it is.
func Label(l lang.Lang, path string) string {
	if rest, ok := strings.CutPrefix(path, "translations."); ok {
		to, rest, _ := strings.Cut(rest, ".")
		return Label(l, rest) + " (" + to + ")"
	}
	if code, ok := strings.CutPrefix(path, "sections."); ok {
		if key := "record.section." + code; lang.Has(l, key) {
			return lang.T(l, key)
		}
		return code
	}
	words := strings.Split(path, ".")
	if len(words) > 1 && number(words[1]) > 0 {
		one := "record.one." + words[0]
		if !lang.Has(l, one) {
			return path
		}
		label := lang.T(l, one, "n", words[1])
		if len(words) > 2 && lang.Has(l, "record.part."+words[2]) {
			return lang.T(l, "record.between", "one", label, "part", lang.T(l, "record.part."+words[2]))
		}
		return label
	}
	if key := "record.field." + strings.ReplaceAll(path, ".", "_"); lang.Has(l, key) {
		return lang.T(l, key)
	}
	if len(words) == 2 && lang.Has(l, "record.field."+words[0]) && lang.Has(l, "record.part."+words[1]) { // of every item
		return lang.T(l, "record.between", "one", lang.T(l, "record.field."+words[0]), "part", lang.T(l, "record.part."+words[1]))
	}
	return path
}
