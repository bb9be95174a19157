package account

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"vigie/fault"
)

// cost is what argon2id is asked for. Changed, old hashes still verify and are
// said to be stale.
type cost struct {
	memory  uint32 // KiB
	time    uint32
	threads uint8
}

// current is the least that OWASP's Password Storage sheet gives for argon2id:
// 19 MiB, 2 passes, 1 lane; a few hundredths of a second on one core.
var current = cost{memory: 19 * 1024, time: 2, threads: 1}

const (
	saltSize = 16
	hashSize = 32
)

// hashing holds one place for each hash being computed, waiting one for each
// that waits: memory and the wait at the door are bounded.
var (
	hashing = make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))
	waiting = make(chan struct{}, 64)
)

// hashed counts the hashes computed since the start.
var hashed atomic.Int64

// Hashed returns how many passwords have been hashed since the start, right,
// wrong or of nobody: what sign-in costs the machine, and does not differ from
// one answer to another.
func Hashed() int64 { return hashed.Load() }

// absent is verified in place of the hash that an unknown account has not, so
// that it takes the same time.
var absent = encode(current, make([]byte, saltSize), make([]byte, hashSize))

// HashPassword returns the argon2id hash of a password, as a PHC string with
// its parameters. Two ways to write the same accented letter are one.
//
// Error: Unavailable when too many are waiting; that of ctx.
func HashPassword(ctx context.Context, random io.Reader, password string) (string, error) {
	salt, err := draw(random, saltSize)
	if err != nil {
		return "", err
	}
	sum, err := derive(ctx, current, salt, password)
	if err != nil {
		return "", err
	}
	return encode(current, salt, sum), nil
}

// VerifyPassword reports whether the password is the one that was hashed, and
// whether the hash is stale: to be computed again with the parameters of today.
// No hash takes as long as a wrong password.
//
// Error: Unavailable when too many are waiting; that of ctx; Internal for a
// hash that is not one.
func VerifyPassword(ctx context.Context, hash, password string) (ok, stale bool, err error) {
	known := hash != ""
	if !known {
		hash = absent
	}
	c, salt, want, err := decode(hash)
	if err != nil {
		return false, false, err
	}
	got, err := derive(ctx, c, salt, password)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(got, want) == 1 && known
	return ok, ok && c != current, nil
}

func derive(ctx context.Context, c cost, salt []byte, password string) ([]byte, error) {
	select {
	case waiting <- struct{}{}:
		defer func() { <-waiting }()
	default:
		return nil, errTooMany()
	}
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	hashed.Add(1)
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, c.time, c.memory, c.threads, hashSize), nil
}

func errTooMany() error {
	return &fault.Error{Kind: fault.Unavailable, What: "trop de connexions à la fois", Do: "attendez quelques secondes puis recommencez"}
}

const phc = "$argon2id$v=19$m=%d,t=%d,p=%d$"

func encode(c cost, salt, sum []byte) string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf(phc, c.memory, c.time, c.threads) + text(salt) + "$" + text(sum)
}

// decode reads a PHC string. Parameters beyond reason are refused: a row that
// somebody has forged must not fill the memory.
func decode(hash string) (c cost, salt, sum []byte, err error) {
	bad := &fault.Error{Kind: fault.Internal, What: "mot de passe conservé illisible", Do: "réinitialisez le mot de passe de cette personne"}
	part := strings.Split(hash, "$")
	if len(part) != 6 {
		return c, nil, nil, bad
	}
	if n, err := fmt.Sscanf(hash, phc, &c.memory, &c.time, &c.threads); n != 3 || err != nil {
		return c, nil, nil, bad
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(part[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(part[5])
	if err1 != nil || err2 != nil || len(salt) < 8 || len(sum) != hashSize ||
		c.time < 1 || c.time > 16 || c.threads < 1 || c.threads > 16 || c.memory < 8 || c.memory > 256*1024 {
		return c, nil, nil, bad
	}
	return c, salt, sum, nil
}
