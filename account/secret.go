package account

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// Purpose is what a one-purpose secret serves for: a link or a code that is
// sent to one person, expires, and is used once.
type Purpose string

// The purposes, and how long each secret lives.
const (
	First      Purpose = "first"      // the first administrator takes the account
	Invitation Purpose = "invitation" // somebody invited takes theirs
	Reset      Purpose = "reset"      // a new password
	MailChange Purpose = "mail"       // the new address is the person's
	Step       Purpose = "step"       // the password was right, the second factor is to come
)

// Lifetime returns how long a secret of that purpose lives.
func (p Purpose) Lifetime() time.Duration {
	switch p {
	case Invitation:
		return 7 * 24 * time.Hour
	case First, MailChange:
		return 24 * time.Hour
	case Reset:
		return time.Hour
	default:
		return 5 * time.Minute
	}
}

// NewID returns an identifier of an account, a session or a token that anyone
// may see: 128 random bits in 26 letters and digits.
func NewID(random io.Reader) (string, error) {
	b, err := draw(random, 16)
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)), err
}

// NewSecret returns 256 random bits as text for their bearer, and the hash that
// is all the observatory keeps of them.
func NewSecret(random io.Reader) (text, hash string, err error) {
	b, err := draw(random, 32)
	if err != nil {
		return "", "", err
	}
	text = base64.RawURLEncoding.EncodeToString(b)
	return text, HashSecret(text), nil
}

// HashSecret returns the SHA-256 of a secret, in hexadecimal. A secret of 256
// random bits needs no salt and no slowness, and looking its hash up tells
// nothing of it by the time it takes.
func HashSecret(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func draw(random io.Reader, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(random, b); err != nil {
		return nil, fmt.Errorf("tirage au sort : %w", err)
	}
	return b, nil
}
