package account

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"

	"vigie/fault"
)

// Keys seal what must be read again and not only compared: TOTP secrets. The
// first key seals, all of them open: to change the key, put a new one first,
// seal again, then drop the old one.
type Keys []Key

// Key is 256 bits.
type Key [32]byte

// NewKey returns a line of a key file.
func NewKey(random io.Reader) (string, error) {
	b, err := draw(random, len(Key{}))
	return base64.StdEncoding.EncodeToString(b) + "\n", err
}

// ParseKeys reads a key file: on each line 32 random bytes in base64; empty
// lines and those that begin with # do not count.
//
// Error: Invalid when there is no key, one is not 32 bytes, or one was plainly
// not drawn at random (fewer than 16 different bytes, which chance gives less
// than once in 10^14).
func ParseKeys(b []byte) (Keys, error) {
	const do = "faites-en une avec « head -c 32 /dev/urandom | base64 »"
	var keys Keys
	for line := range bytes.Lines(b) {
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) != len(Key{}) {
			return nil, fault.Invalidf(do, "clé secrète illisible : il faut 32 octets en base64")
		}
		distinct := map[byte]bool{}
		for _, x := range raw {
			distinct[x] = true
		}
		run := bytes.Equal(raw[1:], add(raw[:len(raw)-1], raw[1]-raw[0]))
		if len(distinct) < 16 || run {
			return nil, fault.Invalidf(do, "clé secrète trop faible : elle n’a pas été tirée au sort")
		}
		keys = append(keys, Key(raw))
	}
	if len(keys) == 0 {
		return nil, fault.Invalidf(do, "fichier de clé secrète vide")
	}
	return keys, nil
}

// add returns each byte with d added to it.
func add(b []byte, d byte) []byte {
	sum := make([]byte, len(b))
	for i, x := range b {
		sum[i] = x + d
	}
	return sum
}

// name tells the keys apart without telling anything of them.
func (k Key) name() string {
	sum := sha256.Sum256(append([]byte("vigie key name"), k[:]...))
	return hex.EncodeToString(sum[:4])
}

func (k Key) aead() cipher.AEAD {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		panic("account: Key.aead: " + err.Error()) // 32 bytes are a key of AES
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		panic("account: Key.aead: " + err.Error()) // AES has the block of GCM
	}
	return gcm
}

// Seal encrypts text with the first key (AES-256-GCM). about is what it belongs
// to, such as an account's identifier: it opens nowhere else.
func (k Keys) Seal(random io.Reader, text, about string) (string, error) {
	gcm := k[0].aead()
	nonce, err := draw(random, gcm.NonceSize())
	if err != nil {
		return "", err
	}
	sealed := gcm.Seal(nonce, nonce, []byte(text), []byte(about))
	return k[0].name() + "." + base64.RawStdEncoding.EncodeToString(sealed), nil
}

// Fresh reports whether the text was sealed with the first key.
func (k Keys) Fresh(sealed string) bool { return strings.HasPrefix(sealed, k[0].name()+".") }

// Open returns what was sealed.
//
// Error: Unavailable when no key opens it.
func (k Keys) Open(sealed, about string) (string, error) {
	name, rest, _ := strings.Cut(sealed, ".")
	b, err := base64.RawStdEncoding.DecodeString(rest)
	for _, key := range k {
		gcm := key.aead()
		if err != nil || key.name() != name || len(b) < gcm.NonceSize() {
			continue
		}
		if text, err := gcm.Open(nil, b[:gcm.NonceSize()], b[gcm.NonceSize():], []byte(about)); err == nil {
			return string(text), nil
		}
	}
	return "", &fault.Error{
		Kind: fault.Unavailable, What: "la clé secrète de l’observatoire n’ouvre pas ce qu’elle a scellé",
		Do: "remettez l’ancienne clé à la suite de la nouvelle dans le fichier de clé (VIGIE_SECRET_FILE)",
	}
}
