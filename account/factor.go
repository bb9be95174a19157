package account

import (
	"crypto/subtle"
	"encoding/base32"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// FactorRoles are the roles that cannot be exercised without a second factor,
// unless the observatory's settings say otherwise.
var FactorRoles = []Role{Publisher, Administrator}

// ParseFactorRoles reads the roles that ask for a second factor, parted by
// commas or spaces: "" is FactorRoles, "none" is none.
//
// Error: Invalid for a word that is no role.
func ParseFactorRoles(s string) ([]Role, error) {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
	switch {
	case len(words) == 0:
		return slices.Clone(FactorRoles), nil
	case len(words) == 1 && words[0] == "none":
		return nil, nil
	}
	var roles []Role
	for _, w := range words {
		if err := (Grant{Role: Role(w)}).Check(); err != nil {
			return nil, err
		}
		roles = append(roles, Role(w))
	}
	return roles, nil
}

// NeedsFactor reports whether the person holds, anywhere, a role that asks for
// a second factor.
func (p *Person) NeedsFactor(roles []Role) bool {
	return slices.ContainsFunc(p.Grants, func(g Grant) bool { return slices.Contains(roles, g.Role) })
}

// period is the length of a TOTP step, skew how many steps before and after the
// current one are taken.
const (
	period = 30
	skew   = 1
)

// NewTOTP returns a secret of 160 bits in base32, to be typed, and its
// otpauth: address, to be shown as a QR code.
func NewTOTP(random io.Reader, issuer, mail string) (secret, uri string, err error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: strings.ReplaceAll(issuer, ":", " "), AccountName: mail, Rand: random, SecretSize: 20, Period: period,
	})
	if err != nil {
		return "", "", err
	}
	return key.Secret(), key.URL(), nil
}

// VerifyTOTP reports whether the code is that of the current step, of the one
// before or of the one after, and which step it is. last is the last step that
// was used: that one and those before are refused, so a code serves once.
func VerifyTOTP(secret, code string, now time.Time, last int64) (step int64, ok bool) {
	code = strings.Join(strings.Fields(code), "")
	at := now.Unix() / period
	for s := at - skew; s <= at+skew; s++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix})
		if err == nil && s > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// RecoveryCodes is how many recovery codes a person has.
const RecoveryCodes = 10

// NewRecovery returns recovery codes to be written down, of 80 bits each
// (abcd-efgh-ijkl-mnop), and the hashes that are kept.
func NewRecovery(random io.Reader) (codes, hashes []string, err error) {
	for range RecoveryCodes {
		b, err := draw(random, 10)
		if err != nil {
			return nil, nil, err
		}
		s := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		code := s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
		codes, hashes = append(codes, code), append(hashes, HashRecovery(code))
	}
	return codes, hashes, nil
}

// HashRecovery returns the hash of a recovery code, however it is typed:
// capitals, spaces and hyphens do not matter, 0 and 1 are the letters o and l.
func HashRecovery(code string) string {
	code = strings.Map(func(r rune) rune {
		switch {
		case r == '0':
			return 'o'
		case r == '1':
			return 'l'
		case r >= 'a' && r <= 'z' || r >= '2' && r <= '7':
			return r
		}
		return -1
	}, strings.ToLower(code))
	return HashSecret("recovery:" + code)
}
