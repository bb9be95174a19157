package lang

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The guides of those who work in the observatory quote its pages: in bold, in
// the numbered steps, what is clicked or filled; between guillemets what is
// read. (The walk in a browser follows the steps themselves.)
func TestGuidesQuotePages(t *testing.T) {
	given := []string{"entre guillemets", "mediatheques_exercice", "Inscrits en médiathèque (exercice)", "2026-2"} // no words of ours
	var known []*regexp.Regexp
	var runs []string
	for _, key := range Keys(FR) {
		m := find(FR, key)
		if least(m) < 4 {
			continue // hardly more than its parameters: it could be any text
		}
		known = append(known, regexp.MustCompile("^(?:"+expression(m)+")$"))
		for _, text := range literals(m) {
			runs = append(runs, plain(text))
		}
	}
	for _, name := range []string{"account", "analyst", "publisher", "editor", "administrator"} {
		raw, err := os.ReadFile("../doc/operate/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		bold, quoted := labels(string(raw))
		if len(bold) < 5 || len(quoted) < 5 {
			t.Errorf("%s.md: %d labels, %d quotations", name, len(bold), len(quoted))
		}
		whole := func(said string) bool {
			return slices.Contains(given, said) || slices.ContainsFunc(known, func(one *regexp.Regexp) bool { return one.MatchString(said) })
		}
		for _, said := range bold {
			if !whole(said) {
				t.Errorf("doc/operate/%s.md: no page has « %s » to click or fill", name, said)
			}
		}
		for _, said := range quoted {
			said, _ = strings.CutSuffix(said, "…")
			if !whole(said) && !slices.ContainsFunc(runs, func(one string) bool { return strings.Contains(one, said) }) {
				t.Errorf("doc/operate/%s.md: no page says « %s »", name, said)
			}
		}
	}
}

var typed = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'")

// plain is a text as a keyboard writes it.
func plain(s string) string { return strings.TrimSpace(typed.Replace(s)) }

// least is the length of what a message says at least, without its parameters.
func least(m message) int {
	n := 0
	for _, one := range m {
		n += len(one.text)
		if one.choice != nil {
			shortest := 1 << 20
			for _, a := range one.choice {
				shortest = min(shortest, least(a.body))
			}
			n += shortest
		}
	}
	return n
}

// expression matches what a message may become.
func expression(m message) string {
	var b strings.Builder
	for _, n := range m {
		switch {
		case n.arg == "":
			b.WriteString(regexp.QuoteMeta(typed.Replace(n.text)))
		case n.choice == nil:
			b.WriteString(".+")
		default:
			var all []string
			for _, a := range n.choice {
				all = append(all, expression(a.body))
			}
			b.WriteString("(?:" + strings.Join(all, "|") + ")")
		}
	}
	return b.String()
}

// labels returns what stands in bold in the numbered sections of a guide, and
// what stands between guillemets anywhere.
func labels(guide string) (bold, quoted []string) {
	fences := regexp.MustCompile("(?ms)^ *```.*?^ *```")
	guide = fences.ReplaceAllString(guide, "")
	for _, part := range strings.Split("\n"+guide, "\n## ") {
		if part == "" || part[0] < '0' || part[0] > '9' {
			continue
		}
		for _, found := range regexp.MustCompile(`\*\*(.+?)\*\*`).FindAllStringSubmatch(part, -1) {
			bold = append(bold, plain(found[1]))
		}
	}
	depth, start := 0, 0
	for i, r := range guide {
		switch r {
		case '«':
			if depth++; depth == 1 {
				start = i + len("«")
			}
		case '»':
			if depth--; depth == 0 {
				quoted = append(quoted, plain(guide[start:i]))
			}
		}
	}
	return bold, quoted
}
