package web

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vigie/place"
)

// lineFault is a line of a text that a person has written, among those around
// one that is wrong. Fault is what is wrong with it, "" when nothing is.
type lineFault struct {
	Line  int
	Text  string
	Fault string
	Gap   bool // lines are left out before
}

var (
	faultLine = regexp.MustCompile(`ligne (\d+)`)
	faultKey  = regexp.MustCompile(`^[^«]*«[\s\x{a0}\x{202f}](.+?)[\s\x{a0}\x{202f}]» : `)
	tableKey  = regexp.MustCompile(`^table(?: n° (\d+))?\.`)
	seriesKey = regexp.MustCompile(`series «[\s\x{a0}\x{202f}](.+?)[\s\x{a0}\x{202f}]»`)
)

// lineFaults finds the lines of a description that faults are about, and those
// around them.
func lineFaults(v *visitor, text string, err error) []lineFault {
	at := place.Of("description.toml", []byte(text))
	lines := strings.Split(text, "\n")
	wrong := map[int][]string{}
	for _, f := range deskFaults(v.l, err) {
		if n := lineOf(at, lines, f.What); n > 0 && n <= len(lines) {
			wrong[n] = append(wrong[n], f.What)
		}
	}
	var out []lineFault
	last := 0
	for n := 1; n <= len(lines); n++ {
		near := slices.ContainsFunc([]int{n - 2, n - 1, n, n + 1, n + 2}, func(k int) bool { return wrong[k] != nil })
		if !near {
			continue
		}
		out = append(out, lineFault{Line: n, Text: lines[n-1], Fault: strings.Join(wrong[n], " "), Gap: last > 0 && n > last+1})
		last = n
	}
	return out
}

// lineOf is the line that a fault of a description is about, 0 when it is not
// known: the one it names, or that of the key it names.
func lineOf(at place.Lines, lines []string, what string) int {
	if m := faultLine.FindStringSubmatch(what); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits
		return n
	}
	if m := seriesKey.FindStringSubmatch(what); m != nil {
		return 1 + slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, `"`+m[1]+`"`) && strings.Contains(l, "code") })
	}
	m := faultKey.FindStringSubmatch(what)
	if m == nil {
		return 0
	}
	key := tableKey.ReplaceAllStringFunc(m[1], func(s string) string {
		if n := tableKey.FindStringSubmatch(s)[1]; n != "" {
			return "table[" + n + "]."
		}
		return "table[1]."
	})
	found := faultLine.FindStringSubmatch(at.At(key))
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1]) // digits
	return n
}
