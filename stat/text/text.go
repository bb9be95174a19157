// Package text makes French text comparable: words without accents, elision or
// endings, the distance between two spellings, and how alike two texts are.
//
// The same functions serve what is searched and what is asked, so that both
// meet: « l’économie d’énergie » gives econom, energ. It knows no document and
// no index. Start with Analyze, then Tokens.
package text

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"golang.org/x/text/unicode/norm"
)

// Analyze returns the stems of the words of a French text, in order, without
// stop words: what two texts are compared by.
func Analyze(s string) []string {
	var stems []string
	for _, t := range Tokens(s) {
		if !Stop(t.Word) {
			stems = append(stems, Stem(t.Word))
		}
	}
	return stems
}

// Stem returns the stem of a word by Snowball's French rules, which need the
// accents, then folded. A word typed without its accents may have another stem
// than the word with them: Stems gives both. Plurals that the rules leave
// (« lieux », « travaux ») are read as their singular.
//
// Source: Porter (2001), Snowball: a language for stemming algorithms; French
// algorithm of snowballstem.org.
func Stem(word string) string {
	if one, ok := singular[word]; ok {
		word = one
	}
	env := snowballstem.NewEnv(word)
	french.Stem(env)
	return Fold(env.Current())
}

// StemPlain returns the stem of a word without its accents, the same whether
// it was written with them or not; the « e » that a feminine participle then
// keeps (« isolées ») is left out.
func StemPlain(word string) string {
	stem := Stem(Fold(word))
	if len(stem) > 4 {
		return strings.TrimSuffix(stem, "e")
	}
	return stem
}

// Stems returns the stem of a word and, when it is another one, that of the
// word without its accents.
func Stems(word string) []string {
	first, second := Stem(word), StemPlain(word)
	if first == second {
		return []string{first}
	}
	return []string{first, second}
}

// singular holds plurals that French rules do not undo.
var singular = map[string]string{"lieux": "lieu", "milieux": "milieu", "jeux": "jeu", "enjeux": "enjeu", "feux": "feu", "vœux": "vœu",
	"voeux": "voeu", "neveux": "neveu", "travaux": "travail", "baux": "bail", "vitraux": "vitrail", "aïeux": "aïeul", "aieux": "aieul"}

// StemEnglish returns the stem of a word by Snowball's English rules, folded.
func StemEnglish(word string) string {
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	return Fold(env.Current())
}

// Stop reports whether a word, in lower case, says nothing by itself in
// French: articles, pronouns, prepositions, auxiliaries, words of a question.
// A word typed without its accents is known too.
func Stop(word string) bool { return stopFrench[Fold(word)] }

// StopEnglish is Stop for English.
func StopEnglish(word string) bool { return stopEnglish[Fold(word)] }

var (
	//go:embed stop_fr.txt
	listFrench string
	//go:embed stop_en.txt
	listEnglish string

	stopFrench  = set(listFrench)
	stopEnglish = set(listEnglish)
	elided      = set("l d j m t s c n qu jusqu lorsqu puisqu quoiqu")
	bound       = set("co auto anti re pre inter intra tele micro multi")
)

func set(words string) map[string]bool {
	in := map[string]bool{}
	for _, w := range strings.Fields(words) {
		in[Fold(w)] = true
	}
	return in
}

// Token is a word of a text.
type Token struct {
	Word       string // lower case, NFC, without elided article, signs inside it left out
	Start, End int    // bytes of the text
}

// Tokens returns the words of a text in order: elided articles are cut with
// either apostrophe, another apostrophe is left out (« aujourd'hui »), as are
// the stops of an acronym (« P.T.C.E. ») and the hyphen after a prefix that is
// also written without (« co-voiturage »).
func Tokens(s string) []Token {
	var tokens []Token
	for at := 0; at < len(s); {
		end := wordEnd(s, at)
		if end == at {
			_, size := utf8.DecodeRuneInString(s[at:])
			at += size
			continue
		}
		start := at
		at = end
		r, size := utf8.DecodeRuneInString(s[at:])
		if apostrophe(r) && wordEnd(s, at+size) > at+size {
			if elided[Fold(s[start:end])] {
				at += size
				continue
			}
			end = wordEnd(s, at+size)
			for r, n := utf8.DecodeRuneInString(s[end:]); apostrophe(r) && wordEnd(s, end+n) > end+n; r, n = utf8.DecodeRuneInString(s[end:]) {
				end = wordEnd(s, end+n)
			}
		} else if last := acronymEnd(s, start, end); last > 0 {
			end = last
		} else if r == '-' && bound[Fold(s[start:end])] {
			end = max(end, wordEnd(s, end+1))
		}
		at = end
		tokens = append(tokens, Token{lower(s[start:end]), start, end})
	}
	return tokens
}

// wordEnd returns where the letters and digits that start at a place end, the
// place itself when there are none.
func wordEnd(s string, at int) int {
	for i, r := range s[min(at, len(s)):] {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !(i > 0 && unicode.Is(unicode.Mn, r)) {
			return at + i
		}
	}
	return len(s)
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' }

// acronymEnd returns where an acronym with stops ends whose first letter is
// s[start:end], 0 when it is none.
func acronymEnd(s string, start, end int) int {
	last := 0
	for letters := 1; utf8.RuneCountInString(s[start:end]) == 1; letters++ {
		if letters > 1 {
			last = end
		}
		if end >= len(s) || s[end] != '.' {
			break
		}
		start = end + 1
		end = wordEnd(s, start)
	}
	return last
}

// lower returns a word in lower case and NFC, its signs left out.
func lower(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' || c < '0' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFC.String(s))
}
