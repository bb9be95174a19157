package account

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vigie/fault"
)

// ParseMail returns an address as accounts keep it: in lower case, alone,
// without a name or a comment around it.
//
// Error: Invalid for anything but one address of at most 254 bytes; a control
// character anywhere is refused, so that no header can be added to a message.
func ParseMail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(norm.NFC.String(s)))
	at := strings.LastIndexByte(s, '@')
	strange := strings.ContainsFunc(s, func(r rune) bool {
		return r == utf8.RuneError || !unicode.IsPrint(r) || unicode.IsSpace(r) || strings.ContainsRune(`"<>()[],;:\`, r)
	})
	a, err := mail.ParseAddress(s)
	if err != nil || strange || a.Address != s || len(s) > 254 || at > 64 || !strings.Contains(s[at+1:], ".") {
		return "", fault.Invalidf("donnez une adresse comme prenom.nom@exemple.fr", "adresse de courriel impossible")
	}
	return s, nil
}

// ParseName returns a person's name with single spaces.
//
// Error: Invalid when it is empty, longer than 100 characters, or holds a
// control character or a sign that no name has (< > @ and the like).
func ParseName(s string) (string, error) {
	s = norm.NFC.String(s)
	strange := strings.ContainsFunc(s, func(r rune) bool {
		return r == utf8.RuneError || !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == '\n' || r == '\r' || strings.ContainsRune(`<>@{}\"`, r)
	})
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || strange || utf8.RuneCountInString(s) > 100 {
		return "", fault.Invalidf("donnez un prénom et un nom, 100 caractères au plus", "nom de personne impossible")
	}
	return s, nil
}
