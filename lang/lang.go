// Package lang holds everything a reader sees as words and numbers: the
// message catalogue (French first, English second), French typography, and
// the one formatter of numbers, dates, lists and units.
//
// It refuses to know territories, indicators or pages: they give it keys and
// values. Messages are in catalogue/fr.toml and catalogue/en.toml (further
// files named fr_<noun>.toml are read too), one section per noun:
//
//	[territory]
//	title = "Les fragilités {of_place}"              # {name} is replaced
//	count = "{n|un domaine|{n} domaines}"            # {n|singular|plural}
//	found = "{n|aucun cas|un cas|{n} cas}"           # {n|zero|singular|plural}
//	sure  = "{ok|C'est établi|Ce n'est pas établi}." # {bool|true|false}
//	side  = "{s|obj=objective|perc=perçue|autre}"    # {string|value=text|…|otherwise}
//
// The key of the first is "territory.title". Write with ordinary spaces and
// straight apostrophes: Typography sets them when the catalogue is loaded.
// Start reading with T and Number.
package lang

// Lang is a language that Vigie speaks.
type Lang string

// The languages, in order of precedence.
const (
	FR Lang = "fr"
	EN Lang = "en"
)

// Langs lists the languages, French first.
var Langs = [...]Lang{FR, EN}

// Parse returns the language named by s ("fr", "en"), false for any other.
func Parse(s string) (Lang, bool) {
	for _, l := range Langs {
		if string(l) == s {
			return l, true
		}
	}
	return FR, false
}

// Other returns the other language, for the link that changes it.
func (l Lang) Other() Lang {
	if l == EN {
		return FR
	}
	return EN
}

// The spaces and signs of French typography.
const (
	NBSP   = "\u00A0" // before : % » and after «
	Narrow = "\u202F" // in numbers, before ; ! ?
	Minus  = "\u2212"
)
