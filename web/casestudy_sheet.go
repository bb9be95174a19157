package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/lang"
)

// A sheet is a record as the fields of a form, named as casestudy names what is
// in a record: "title", "sections.context", "actors.2.name". A list of codes is
// one field with several values; the main domain has its own. What somebody
// types stays in the sheet whatever it is worth; recordOf makes a record of it.
type caseSheet url.Values

// mainDomain is the field of the first domain.
const mainDomain = "domains.main"

// mostRows is how many rows of a list a form may hold.
const mostRows = 300

// caseRowParts are the lists that are written row by row, with the parts of a row.
var caseRowParts = map[string][]string{
	"territories": {""},
	"actors":      {"name", "profile", "role"},
	"impacts":     {"axis", "text", "claimed_by"},
	"evidence":    {"claim", "value", "unit", "period", "source", "level"},
	"media":       {"artifact", "type", "width", "height", "alt", "credit"},
	"contacts":    {"organisation", "address"},
	"sources":     {"title", "address", "date"},
}

// caseCodes are the lists of codes that are ticked.
var caseCodes = []string{"domains", "sdgs", "relationship_types", "co_construction_forms", "objectives"}

// caseTexts are the fields of one value, but those of a language.
var caseTexts = []string{"language", "scope", "phase", "start_year", "end_year", "licence", "consent.by", "consent.on", "parent", "title", "summary"}

func (s caseSheet) get(name string) string { return url.Values(s).Get(name) }

func (s caseSheet) set(name, value string) { url.Values(s).Set(name, value) }

// rowPart is the name of a part of a row.
func rowPart(list string, n int, part string) string {
	return strings.TrimSuffix(list+"."+strconv.Itoa(n)+"."+part, ".")
}

// sheetOf writes a record in the fields of a form.
func sheetOf(r casestudy.Record, l lang.Lang) caseSheet {
	s := caseSheet{}
	for _, leaf := range casestudy.Leaves(r) {
		list, _, _ := strings.Cut(leaf.Path, ".")
		value := leaf.Value
		if l == lang.FR && list == "evidence" && strings.HasSuffix(leaf.Path, ".value") {
			value = strings.Replace(value, ".", ",", 1)
		}
		if slices.Contains(caseCodes, list) {
			s[list] = append(s[list], value)
			continue
		}
		s.set(leaf.Path, value)
	}
	if len(r.Domains) > 0 {
		s.set(mainDomain, r.Domains[0])
	}
	return s
}

// tidy keeps of a form what a record is made of: texts without the blanks
// around them, rows that say something, numbered from 1, evidence following its
// source to its new place.
func tidy(sent url.Values) caseSheet {
	s := caseSheet{}
	for name, values := range sent {
		if !plainField(name) {
			continue
		}
		for _, v := range values {
			if v = typedText(v); v != "" && !slices.Contains(s[name], v) {
				s[name] = append(s[name], v)
			}
		}
		if !slices.Contains(caseCodes, name) && len(s[name]) > 1 {
			s[name] = s[name][:1]
		}
	}
	moved := s.take(sent, "sources", nil)
	for _, list := range slices.Sorted(maps.Keys(caseRowParts)) {
		if list != "sources" {
			s.take(sent, list, moved)
		}
	}
	return s
}

// plainField reports whether a field is one of a record, rows aside.
func plainField(name string) bool {
	if rest, ok := strings.CutPrefix(name, "translations."); ok {
		l, rest, _ := strings.Cut(rest, ".")
		return len(l) == 2 && plainName(l) == l && (rest == "title" || rest == "summary" || isSection(rest))
	}
	return name == mainDomain || slices.Contains(caseTexts, name) || slices.Contains(caseCodes, name) || isSection(name)
}

func isSection(name string) bool {
	code, ok := strings.CutPrefix(name, "sections.")
	return ok && code != "" && len(code) <= 60 && plainName(code) == code
}

// typedText is what was typed, without what no record holds.
func typedText(v string) string {
	v = strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\r\n", "\n")
	return strings.TrimSpace(strings.ReplaceAll(v, "\x00", ""))
}

// take copies the rows of a list that say something, and returns the new number
// of each; sources tells where those of evidence went.
func (s caseSheet) take(sent url.Values, list string, sources map[int]int) map[int]int {
	moved, next := map[int]int{}, 0
	for _, n := range rowsOf(sent, list) {
		cells, said := map[string]string{}, false
		for _, part := range caseRowParts[list] {
			v := typedText(sent.Get(rowPart(list, n, part)))
			if list == "evidence" && part == "source" {
				was, _ := strconv.Atoi(v)
				if v = ""; sources[was] > 0 {
					v = strconv.Itoa(sources[was])
				}
			} else if v != "" {
				said = true
			}
			cells[part] = v
		}
		if !said || list == "media" && cells["artifact"] == "" {
			continue
		}
		next++
		moved[n] = next
		for part, v := range cells {
			if v != "" {
				s.set(rowPart(list, next, part), v)
			}
		}
	}
	return moved
}

// rowsOf are the numbers of the rows of a list, ascending.
func rowsOf(sent url.Values, list string) []int {
	seen := map[int]bool{}
	for name := range sent {
		rest, ok := strings.CutPrefix(name, list+".")
		if !ok {
			continue
		}
		number, part, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(number)
		if err == nil && n > 0 && strconv.Itoa(n) == number && slices.Contains(caseRowParts[list], part) {
			seen[n] = true
		}
	}
	rows := slices.Sorted(maps.Keys(seen))
	return rows[:min(len(rows), mostRows)]
}
