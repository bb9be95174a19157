package detect

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"vigie/territory"
)

// names are the codes and labels of the vintages.
type names struct {
	vintages []*territory.Vintage
	codes    map[string][]territory.Level // official code → tiers, any vintage
	labels   map[string][]territory.Level // folded label → tiers
	folds    map[string]string
}

func newNames(vintages []*territory.Vintage) *names {
	n := &names{vintages: vintages, codes: map[string][]territory.Level{}, labels: map[string][]territory.Level{}, folds: map[string]string{}}
	add := func(m map[string][]territory.Level, key string, l territory.Level) {
		if !slices.Contains(m[key], l) {
			m[key] = append(m[key], l)
		}
	}
	for _, v := range vintages {
		for i := range v.Territories {
			t := &v.Territories[i]
			if t.Level == territory.National {
				continue
			}
			_, official, _ := strings.Cut(string(t.Code), "-")
			add(n.codes, official, t.Level)
			add(n.labels, folded(t.Label), t.Level)
		}
	}
	return n
}

// tiersOf returns the tiers of a label, however it is spelt.
func (n *names) tiersOf(label string) []territory.Level {
	key, ok := n.folds[label]
	if !ok {
		key = folded(label)
		n.folds[label] = key
	}
	return n.labels[key]
}

// folded makes spellings of one name equal: case, accents, hyphens, articles.
func folded(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	if len(words) > 1 && slices.Contains([]string{"l", "la", "le", "les"}, words[0]) {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

var (
	prefixed = regexp.MustCompile(`^(DEPT|DEP|D|REG|R|COM|C|EPCI)[-_ ]?([0-9][0-9A-B][0-9]{0,3}|[0-9]{9})$`)
	nutsForm = regexp.MustCompile(`^FR[A-Z0-9]{0,3}$`)
	areaForm = regexp.MustCompile(`^(EU\d\d(_\d{4})?|EA\d\d|[A-Z]{2}[A-Z0-9]{0,3})$`)
	areaName = regexp.MustCompile(`(?i)(^|[._ ])(geo|ref_area|nuts\w*|area)$`)
	france   = map[string]string{
		"fr": "FR", "fe": "FR", "fra": "FR", "f": "FR", "france": "FR", "france entiere": "FR", "ensemble france": "FR", "total france": "FR", "france entiere hors mayotte": "FR",
		"france metropolitaine et dom": "FR", "france metropolitaine et drom": "FR", "france y compris dom": "FR", "national": "FR", "nat": "FR",
		"fm": "FM", "france metropolitaine": "FM", "metropole": "FM", "france metro": "FM", "metro": "FM", "france metropole": "FM",
	}
)

// nation returns FR or FM for a text that names the whole country.
func nation(text string) string {
	if len(text) > 45 || text == "" || !strings.ContainsRune("FfNnMmEeTt", rune(text[0])) {
		return ""
	}
	return france[folded(text)]
}

func (n *names) isCode(text string) bool {
	return len(text) > 1 && len(n.codes[text]) > 0
}

// placesIn counts the cells that are codes or names of territories; a commune
// only by its code, since words are names of communes too (Maillé).
func (n *names) placesIn(cells []string) int {
	count := 0
	for _, c := range cells {
		if c != "" && (prefixed.MatchString(c) || n.isCode(c) && !periodHeader(c) || slices.ContainsFunc(n.tiersOf(c), func(l territory.Level) bool { return l != territory.Commune })) {
			count++
		}
	}
	return count
}

func (n *names) isPlace(text string) bool {
	return n.isCode(text) || len(n.tiersOf(text)) > 0 || nation(text) != ""
}
