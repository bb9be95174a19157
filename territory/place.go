package territory

import (
	_ "embed"
	"strings"
	"sync"

	"vigie/lang"
)

// Place is a territory's name as a sentence needs it, set for readers. In
// French: Name « les Ardennes », In « dans les Ardennes », Of « des
// Ardennes », To « aux Ardennes » (as in « par rapport aux Ardennes »).
// Start a sentence with lang.Sentence(p.Name).
type Place struct {
	Label string // as a title: « Ardennes », « Communauté de communes Bugey Sud »
	Short string // as a mark on a chart: « Ardennes », « CC Bugey Sud »
	Name  string
	In    string
	Of    string
	To    string
}

//go:embed article.csv
var articleTable string

// grammar is a line of article.csv: the article le, la, l', les or none, and
// the preposition of place dans, en or à.
type grammar struct{ article, in string }

var grammars = sync.OnceValue(func() map[Code]grammar {
	all := map[Code]grammar{}
	for _, line := range strings.Split(strings.TrimSpace(articleTable), "\n")[1:] {
		cell := strings.Split(line, ",")
		all[Code(cell[0])] = grammar{cell[1], cell[2]}
	}
	return all
})

// PlaceOf returns how to name a territory in a sentence of language l.
func PlaceOf(t *Territory, l lang.Lang) Place {
	short := shortLabel(t, l)
	if t.Level == Composed {
		return composedPlace(l, short)
	}
	if l == lang.EN {
		return englishPlace(t, short)
	}
	switch t.Level {
	case Commune:
		return communePlace(t, short)
	case EPCI:
		return epciPlace(t, short)
	}
	g, ok := grammars()[t.Code]
	if !ok {
		g = grammar{"", "à"}
	}
	return decline(g, short)
}

// Place returns how to name a territory of the vintage. A code that it does
// not have names itself.
func (v *Vintage) Place(code Code, l lang.Lang) Place {
	t, ok := v.Get(code)
	if !ok {
		t = &Territory{Code: code, Label: string(code)}
	}
	return PlaceOf(t, l)
}

// shortLabel sets the published label: apostrophes, ligature, dashes, single
// spaces.
func shortLabel(t *Territory, l lang.Lang) string {
	label := t.Label
	if l == lang.EN && t.LabelEN != "" {
		label = t.LabelEN
	}
	label = strings.ReplaceAll(strings.Join(strings.Fields(label), " "), "Coeur", "Cœur")
	return lang.Typeset(lang.FR, strings.ReplaceAll(label, " - ", " – "))
}

// decline makes the four forms from an article, a preposition and a name.
func decline(g grammar, name string) Place {
	p := Place{Label: name, Short: name, Name: name, Of: ofBare(name, false), To: "à " + name}
	switch g.article {
	case "le":
		p.Name, p.Of, p.To = "le "+name, "du "+name, "au "+name
	case "les":
		p.Name, p.Of, p.To = "les "+name, "des "+name, "aux "+name
	case "la":
		p.Name, p.Of, p.To = "la "+name, "de la "+name, "à la "+name
	case "l'":
		p.Name, p.Of, p.To = "l’"+name, "de l’"+name, "à l’"+name
	}
	p.In = g.in + " " + name
	if g.in == "dans" {
		p.In = "dans " + p.Name
	}
	return p
}

// communePlace contracts the article that a commune's own name carries: au
// Havre, des Ulis; La and L' stay as they are written.
func communePlace(t *Territory, name string) Place {
	p := Place{Label: name, Short: name, Name: name, In: "à " + name}
	switch {
	case strings.HasPrefix(name, "Le "):
		p.In, p.Of = "au "+name[3:], "du "+name[3:]
	case strings.HasPrefix(name, "Les "):
		p.In, p.Of = "aux "+name[4:], "des "+name[4:]
	case strings.HasPrefix(name, "L’"):
		p.Of = "de " + name
	default:
		p.Of = ofBare(name, germanic(t.Departement))
	}
	p.To = p.In
	return p
}

// germanic reports whether the initial h of names is always sounded: Moselle
// and Alsace.
func germanic(d Code) bool { return d == "DEP-57" || d == "DEP-67" || d == "DEP-68" }

// ofBare puts « de » before a name without article, elided where French does.
func ofBare(name string, sounded bool) string {
	if elides(name, sounded) {
		return "d’" + name
	}
	return "de " + name
}

// elides reports whether « de » loses its vowel before a name: before a vowel,
// before y and a consonant, and before a silent h, which in names of places
// is the one followed by é, e, i or y (Hyères, Hénin-Beaumont; not Hem, nor
// Haguenau).
func elides(name string, sounded bool) bool {
	first, _, _ := strings.Cut(lang.Fold(name), " ")
	switch {
	case first == "":
		return false
	case strings.ContainsRune("aeiou", rune(first[0])):
		return true
	case first[0] == 'y':
		return len(first) == 1 || first == "yerres" || !strings.ContainsRune("aeiou", rune(first[1]))
	case first[0] == 'h':
		return !sounded && first != "hem" && len(first) > 1 && strings.ContainsRune("eiy", rune(first[1]))
	}
	return false
}

// expansion gives in words the kinds that labels abbreviate.
var expansion = map[string]string{
	"CC ": "communauté de communes ",
	"CA ": "communauté d’agglomération ",
	"CU ": "communauté urbaine ",
}

// epciPlace writes the kind of an EPCI in full. A métropole named as such
// takes the article; one with a name of its own (Bordeaux Métropole) has none.
func epciPlace(t *Territory, short string) Place {
	if len(short) > 3 {
		if words, ok := expansion[short[:3]]; ok {
			p := decline(grammar{"la", "dans"}, words+short[3:])
			p.Label, p.Short = lang.Sentence(words+short[3:]), short
			return p
		}
	}
	switch {
	case strings.HasPrefix(short, "Métropole "):
		return decline(grammar{"la", "dans"}, short)
	case strings.HasPrefix(short, "Eurométropole "):
		return decline(grammar{"l'", "dans"}, short)
	}
	return decline(grammar{"", "dans"}, short)
}

// englishPlace uses plain prepositions; the kind of an EPCI stays French.
func englishPlace(t *Territory, short string) Place {
	name, label := short, short
	if t.Level == EPCI && len(short) > 3 {
		if words, ok := expansion[short[:3]]; ok {
			label = lang.Sentence(words + short[3:])
			name = "the " + words + short[3:]
		} else if strings.HasPrefix(short, "Métropole ") || strings.HasPrefix(short, "Eurométropole ") {
			name = "the " + short
		}
	}
	return Place{Label: label, Short: short, Name: name, In: "in " + name, Of: "of " + name, To: "to " + name}
}
