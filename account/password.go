package account

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie/fault"
)

// The length of a password, in characters.
const (
	PasswordLeast = 12
	PasswordMost  = 128
)

// CheckPassword refuses a password that is too short or too long, or easy to
// guess: a common one, or little more than common words, the person's mail and
// name, the product's, years, rows of the keyboard and repetitions put together.
// Any character will do, and nothing asks for capitals, digits or signs.
//
// Error: Invalid; the password is in no message.
func CheckPassword(password, mail, name string) error {
	n := utf8.RuneCountInString(norm.NFKC.String(password))
	switch {
	case !utf8.ValidString(password):
		return fault.Invalidf("tapez-le à nouveau", "mot de passe illisible")
	case n < PasswordLeast:
		return fault.Invalidf("choisissez plusieurs mots sans rapport entre eux : rien n’oblige à y mettre des chiffres ou des signes",
			"mot de passe trop court : %d caractères, il en faut au moins %d", n, PasswordLeast)
	case n > PasswordMost:
		return fault.Invalidf("raccourcissez-le", "mot de passe trop long : %d caractères, %d au plus", n, PasswordMost)
	case guessable(password, mail, name):
		return fault.Invalidf("choisissez plusieurs mots sans rapport entre eux ni avec vous, ou laissez votre gestionnaire de mots de passe en tirer un",
			"mot de passe trop facile à deviner : il est courant, ou fait de mots courants, de votre nom, de dates ou de suites de touches")
	}
	return nil
}
