package casestudy

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Clean returns the record as it is kept: texts without markup, control
// characters or stray spaces, no code twice, no item in which nothing is said,
// goals ascending. It tells what a person should look at again; only a text of
// no language or section, which is left out, is severe. Cleaning twice changes
// nothing.
func Clean(r Record) (Record, []Fault) {
	var out Record
	var said faults
	for _, l := range textLeavesOf(r) {
		v := said.clean(l.Path, l.Value, paragraphs(l.Path))
		if v != "" && !setText(&out, l.Path, v) {
			said.refuse(l.Path, "écrivez une langue, fr ou en, et une rubrique de la liste", "texte retiré : « %s »", abridged(v))
		}
	}
	moved := map[string]string{}
	f := fieldOf("sources")
	f.put(&out, said.cleanItems(f, f.items(&r), moved))
	for i := range fields {
		switch f := &fields[i]; {
		case f.path == "sources":
		case f.items == nil:
			f.give(&out, said.clean(f.path, f.value(&r), false))
		case f.path == "evidence":
			items := f.items(&r)
			for _, it := range items {
				if to, ok := moved[it[sourcePart]]; ok {
					it[sourcePart] = to
				}
			}
			f.put(&out, said.cleanItems(f, items, nil))
		default:
			f.put(&out, said.cleanItems(f, f.items(&r), nil))
		}
	}
	slices.Sort(out.SDGs)
	return out, said
}

// paragraphs tells the fields whose lines are kept.
func paragraphs(path string) bool {
	return strings.HasSuffix(path, "summary") || strings.Contains(path, "sections.") || strings.HasPrefix(path, "impacts.") && strings.HasSuffix(path, ".text")
}

// cleanItems cleans a list and leaves out what says nothing; moved, when not
// nil, is told where each item then stands, "" for one left out.
func (l *faults) cleanItems(f *field, items []item, moved map[string]string) []item {
	var out []item
	for n, it := range items {
		kept := make(item, len(it))
		for k, v := range it {
			kept[k] = l.clean(f.part(n, k), v, paragraphs(f.part(n, k)))
		}
		place := slices.IndexFunc(out, func(o item) bool { return slices.Equal(o, kept) })
		if place < 0 && !saysNothing(kept) {
			out, place = append(out, kept), len(out)
		}
		if moved != nil && place >= 0 {
			moved[itoa(n+1)] = itoa(place + 1)
		} else if moved != nil {
			moved[itoa(n+1)] = ""
		}
	}
	return out
}

// saysNothing reports whether every part is empty or a number that is none.
func saysNothing(i item) bool {
	return !slices.ContainsFunc(i, func(s string) bool { return s != "" && s != "0" })
}

func (l *faults) clean(path, value string, lines bool) string {
	clean, marked, controlled := cleanText(value, lines)
	if marked {
		l.warn(path, "relisez ce texte : seuls les paragraphes sont gardés", "balises HTML retirées")
	}
	if controlled {
		l.warn(path, "relisez ce texte, puis recopiez ce qui manque sans mise en forme", "caractères invisibles ou illisibles retirés")
	}
	return clean
}

// cleanText returns a text without markup or control characters, its spaces
// single and, when lines is true, its paragraphs kept; and whether there was
// markup, or characters that nobody can read.
func cleanText(s string, lines bool) (clean string, marked, controlled bool) {
	s, bad := readable(s)
	s, marked = withoutMarkup(s)
	if marked {
		s, _ = readable(s) // a reference may stand for anything
	}
	var out []string
	for line := range strings.Lines(s) {
		line = strings.Join(strings.FieldsFunc(line, isBlank), " ")
		if line != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, line)
		}
	}
	if !lines {
		out = slices.DeleteFunc(out, func(s string) bool { return s == "" })
		return strings.Join(out, " "), marked, bad
	}
	return strings.TrimSpace(strings.Join(out, "\n")), marked, bad
}

// isBlank tells the spaces that are joined: not those that French typography
// puts before its signs.
func isBlank(r rune) bool { return unicode.IsSpace(r) && r != '\u00A0' && r != '\u202F' }

// lineEnds makes one sign of all that ends a line, and nothing of hyphens that
// show only there.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u00AD", "")

// readable normalises a text (NFC, line feeds) and removes what has no shape:
// control characters, marks that turn the direction of writing, zero widths.
func readable(s string) (string, bool) {
	s = lineEnds.Replace(s)
	removed := false
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\u200D' || r >= ' ' && r <= '~' || r > '\u00AD' && r < '\u0250':
			return r
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || unicode.Is(unicode.Co, r):
			removed = removed || r != '\uFEFF' && r != '\u200B'
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return norm.NFC.String(s), removed
}
