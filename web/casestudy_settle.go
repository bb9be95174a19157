package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
)

// settled puts in a sheet what was decided of each conflict: theirs says of a
// field whether it is theirs that stays.
func settled(s caseSheet, clashes []casestudy.Conflict, theirs func(path string) bool) caseSheet {
	var gone []string
	for _, one := range clashes {
		value := one.Mine
		if theirs(one.Field) {
			value = one.Theirs
		}
		list, rest, _ := strings.Cut(one.Field, ".")
		switch {
		case slices.Contains(caseCodes, list) && rest != "":
			s[list] = slices.DeleteFunc(slices.Clone(s[list]), func(code string) bool { return code == one.Mine || code == one.Theirs })
			if value != "" {
				s[list] = append(s[list], value)
			}
			if list == "domains" && !slices.Contains(s[list], s.get(mainDomain)) {
				delete(s, mainDomain)
			}
		case slices.Contains(caseCodes, list):
			s[list] = strings.Split(value, "\n")
			if list == "domains" {
				s.set(mainDomain, s[list][0])
			}
		case plainField(one.Field):
			s.set(one.Field, value)
		case caseRowParts[list] == nil:
		case rest == "":
			s = ordered(s, list, strings.Split(value, "\n"))
		case list == "evidence" && strings.HasSuffix(rest, ".source"):
			s.set(one.Field, sourceNamed(s, value))
		case strings.Contains(rest, "."):
			s.set(one.Field, value)
		case value == "":
			gone = append(gone, one.Field)
		}
	}
	out := url.Values(s)
	for _, row := range gone { // at once: no other row moves in between
		out = without(out, row)
	}
	return tidy(out)
}

// sourceNamed is the row of the source that a conflict tells by its text; one
// that somebody has taken off meanwhile comes back. A number is one already.
func sourceNamed(s caseSheet, text string) string {
	if _, err := strconv.Atoi(text); err == nil || text == "" {
		return text
	}
	next := 1
	for _, n := range rowsOf(url.Values(s), "sources") {
		if next = n + 1; rowText(s, rowPart("sources", n, "")) == text {
			return strconv.Itoa(n)
		}
	}
	title, rest, _ := strings.Cut(text, " · ")
	s.set(rowPart("sources", next, "title"), title)
	for _, said := range strings.Split(rest, " · ") {
		if strings.Contains(said, "://") {
			s.set(rowPart("sources", next, "address"), said)
		} else if said != "" {
			s.set(rowPart("sources", next, "date"), said)
		}
	}
	return strconv.Itoa(next)
}

// ordered puts the rows of a list in the order of their texts; others follow.
func ordered(s caseSheet, list string, lines []string) caseSheet {
	rows := rowsOf(url.Values(s), list)
	place := func(n int) int {
		var said []string
		for _, part := range caseRowParts[list] {
			said = append(said, s.get(rowPart(list, n, part)))
		}
		if i := slices.Index(lines, joined(" · ", said...)); i >= 0 {
			return i
		}
		return len(lines)
	}
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, func(a, b int) int { return place(a) - place(b) })
	out := url.Values{}
	for name, values := range s {
		if !strings.HasPrefix(name, list+".") {
			out[name] = slices.Clone(values)
		}
	}
	moved := map[string]string{}
	for i, n := range sorted {
		moved[strconv.Itoa(n)] = strconv.Itoa(i + 1)
		for _, part := range caseRowParts[list] {
			if v := s.get(rowPart(list, n, part)); v != "" {
				out.Set(rowPart(list, i+1, part), v)
			}
		}
	}
	if list == "sources" {
		for _, n := range rowsOf(out, "evidence") {
			if to := moved[out.Get(rowPart("evidence", n, "source"))]; to != "" {
				out.Set(rowPart("evidence", n, "source"), to)
			}
		}
	}
	return caseSheet(out)
}
