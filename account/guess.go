package account

import (
	_ "embed"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// commonText is the list of words shipped with the product.
//
//go:embed guessed.txt
var commonText string

// What each kind of piece costs a guesser, in bits. A password is as hard as
// the cheapest way to lay it out of such pieces; less than leastBits is refused:
// two words of the list and a year are, three words of the list are not.
const (
	leastBits    = 30
	wordBits     = 10.5 // one of about 1,500 words
	personalBits = 3    // one of the person's own
	changedBits  = 1    // backwards, or with signs for letters
	tieBits      = 2    // a word of one to three letters of the list
	walkBits     = 6    // along a row of the keyboard, or 123, abc
	yearBits     = 7
	dateBits     = 17
	repeatBits   = 3 // the same again
	digitBits    = 3.33
	letterBits   = 4
	signBits     = 5
	gapBits      = 1.5 // a space, a hyphen, a full stop
)

// rows are walks on the keyboards of France and of the English, and other
// orders that everyone knows; backwards too.
var rows = []string{
	"azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "1234567890", "01234567890",
	"abcdefghijklmnopqrstuvwxyz", "&é\"'(-è_çà", "!@#$%^&*()",
	"1a2z3e4r5t6y7u8i9o0p", "a1z2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "a1b2c3d4e5f6g7h8", "1a2b3c4d5e6f7g8h",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1aqw2zsx3edc4rfv5tgb6yhn7uj", "qazwsxedcrfvtgbyhnujm", "aqwzsxedcrfvtgbyhnuj", "zaq1xsw2cde3vfr4", "wqa1xsz2",
	"147258369", "159753", "741852963", "789456123", "123654789", "13579", "24680", "112233445566778899", "aabbccddeeff", "31415926535", "0102030405060708",
}

// walks returns every walk of three keys and more.
var walks = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, row := range rows {
		r := []rune(plain(row))
		for range 2 {
			for i := range r {
				for j := i + 3; j <= len(r); j++ {
					all[string(r[i:j])] = true
				}
			}
			slices.Reverse(r)
		}
	}
	return all
})

// alike maps the signs that stand for a letter to one of them all, i for l too.
var alike = strings.NewReplacer("0", "o", "1", "i", "!", "i", "|", "i", "l", "i", "3", "e", "€", "e", "4", "a", "@", "a",
	"5", "s", "$", "s", "7", "t", "+", "t", "8", "b")

// commonWords returns the list by its words as alike writes them, backwards
// too; with what each costs.
var commonWords = sync.OnceValue(func() map[string]float64 {
	words := map[string]float64{}
	for line := range strings.Lines(commonText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(line) {
			addWord(words, w, wordBits)
		}
	}
	return words
})

// addWord adds a word and its reverse, at the lower of two costs.
func addWord(words map[string]float64, w string, bits float64) {
	r := []rune(alike.Replace(plain(w)))
	if len(r) <= 3 {
		bits = max(bits-wordBits, 0) + tieBits*float64(len(r))
	}
	slices.Reverse(r)
	for i, w := range []string{alike.Replace(plain(w)), string(r)} {
		cost := bits + float64(i)*changedBits
		if known, ok := words[w]; !ok || cost < known {
			words[w] = cost
		}
	}
}

// plain returns a text in lower case without accents.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(strings.ToLower(norm.NFKC.String(s))))
}

// own returns the words that a person's mail and name are made of.
func own(mail, name string) map[string]float64 {
	words := map[string]float64{}
	local, domain, _ := strings.Cut(mail, "@")
	site, _, _ := strings.Cut(domain, ".")
	all := append(strings.FieldsFunc(local+" "+name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), site,
		local, strings.Join(strings.Fields(name), ""))
	for _, w := range all {
		if len([]rune(w)) > 3 {
			addWord(words, w, personalBits)
		}
	}
	return words
}

// guessable reports whether a password is easy to guess.
func guessable(password, mail, name string) bool {
	return guessBits(password, mail, name) < leastBits
}

// guessBits returns about how many bits a guesser must try: the cost of the
// cheapest way to lay the password out of pieces, from left to right.
func guessBits(password, mail, name string) float64 {
	text := []rune(plain(password))
	shape := []rune(alike.Replace(string(text))) // rune for rune
	words := []map[string]float64{own(mail, name), commonWords()}
	least := make([]float64, len(text)+1)
	for i := range text {
		least[i+1] = math.Inf(1)
	}
	for i := range text {
		for n := 1; n <= len(text)-i; n++ {
			piece := string(text[i : i+n])
			bits := pieceBits(piece, text[i:i+n])
			for _, list := range words {
				if cost, ok := list[string(shape[i:i+n])]; ok && !digits(piece) {
					bits = min(bits, cost)
				}
			}
			if n <= i && piece == string(text[i-n:i]) {
				bits = min(bits, repeatBits)
			}
			least[i+n] = min(least[i+n], least[i]+bits)
		}
	}
	return least[len(text)]
}

// pieceBits returns what a piece costs that is no word: infinity when it is
// nothing known.
func pieceBits(s string, r []rune) float64 {
	n := len(r)
	switch {
	case n == 1 && unicode.IsDigit(r[0]):
		return digitBits
	case n == 1 && unicode.IsLetter(r[0]):
		return letterBits
	case n == 1 && strings.ContainsRune(" -_.,'", r[0]):
		return gapBits
	case n == 1:
		return signBits
	case n >= 3 && walks()[s]:
		return walkBits + math.Log2(float64(n))
	case n == 4 && s >= "1900" && s <= "2049" && digits(s):
		return yearBits
	case (n == 6 || n == 8) && digits(s) && dated(s):
		return dateBits
	}
	return math.Inf(1)
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// dated reports whether digits write a day.
func dated(s string) bool {
	for _, layout := range []string{"02012006", "01022006", "20060102", "020106", "010206", "060102"} {
		if t, err := time.Parse(layout, s); err == nil && len(layout) == len(s) && (len(s) == 6 || t.Year() >= 1900 && t.Year() < 2050) {
			return true
		}
	}
	return false
}
