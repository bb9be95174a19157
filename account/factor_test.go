package account

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pquerna/otp/totp"

	"vigie/fault"
)

var at = time.Date(2026, 3, 12, 8, 30, 10, 0, time.UTC)

// The codes of RFC 6238, appendix B, for its SHA-1 secret: six of their eight
// digits.
func TestVerifyTOTPReference(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for second, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		step, ok := VerifyTOTP(secret, code, time.Unix(second, 0), 0)
		if !ok || step != second/30 {
			t.Errorf("VerifyTOTP at %d = %d, %v; want %d", second, step, ok, second/30)
		}
	}
}

func TestVerifyTOTP(t *testing.T) {
	secret, uri, err := NewTOTP(rand.Reader, "Vigie : essai", "eve@exemple.fr")
	if err != nil || len(secret) != 32 || !strings.HasPrefix(uri, "otpauth://totp/") || !strings.Contains(uri, secret) {
		t.Fatalf("NewTOTP = %q, %q, %v", secret, uri, err)
	}
	code := func(at time.Time) string {
		c, err := totp.GenerateCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	now := at.Unix() / 30
	cases := []struct {
		name, code string
		last, step int64
		ok         bool
	}{
		{"now", code(at), 0, now, true},
		{"typed with a space", code(at)[:3] + " " + code(at)[3:], 0, now, true},
		{"one step late", code(at.Add(-30 * time.Second)), 0, now - 1, true},
		{"one step early", code(at.Add(30 * time.Second)), 0, now + 1, true},
		{"two steps late", code(at.Add(-60 * time.Second)), 0, 0, false},
		{"two steps early", code(at.Add(60 * time.Second)), 0, 0, false},
		{"again", code(at), now, 0, false},
		{"before the last used", code(at.Add(-30 * time.Second)), now, 0, false},
		{"after the last used", code(at.Add(30 * time.Second)), now, now + 1, true},
		{"empty", "", 0, 0, false},
		{"five digits", code(at)[:5], 0, 0, false},
	}
	for _, c := range cases {
		if step, ok := VerifyTOTP(secret, c.code, at, c.last); ok != c.ok || step != c.step {
			t.Errorf("%s: VerifyTOTP = %d, %v; want %d, %v", c.name, step, ok, c.step, c.ok)
		}
	}
	if _, ok := VerifyTOTP("not base32!", "123456", at, 0); ok {
		t.Error("a spoilt secret verifies")
	}
}

func TestRecovery(t *testing.T) {
	codes, hashes, err := NewRecovery(rand.Reader)
	if err != nil || len(codes) != RecoveryCodes || len(hashes) != RecoveryCodes {
		t.Fatalf("NewRecovery = %d codes, %d hashes, %v", len(codes), len(hashes), err)
	}
	for i, c := range codes {
		typed := strings.NewReplacer("-", " ", "o", "0", "l", "1").Replace(c)
		if HashRecovery(c) != hashes[i] || HashRecovery(" "+strings.ToUpper(typed)) != hashes[i] {
			t.Errorf("%s, typed %s, is not itself", c, typed)
		}
		if slices.Index(codes, c) != i {
			t.Errorf("%s twice", c)
		}
	}
}

func TestHashPassword(t *testing.T) {
	ctx := t.Context()
	hash, err := HashPassword(ctx, rand.Reader, "l’été à Hourtin")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Fatalf("HashPassword = %q, %v", hash, err)
	}
	other, err := HashPassword(ctx, rand.Reader, "l’été à Hourtin")
	if err != nil || other == hash {
		t.Errorf("two hashes of one password are the same, %v", err)
	}
	for password, want := range map[string]bool{
		"l’été à Hourtin": true, "l’e\u0301te\u0301 a\u0300 Hourtin": true, // accents apart
		"l’ete a Hourtin": false, "": false, "L’été à Hourtin": false,
	} {
		if ok, stale, err := VerifyPassword(ctx, hash, password); err != nil || ok != want || stale {
			t.Errorf("VerifyPassword(%q) = %v, %v, %v; want %v", password, ok, stale, err, want)
		}
	}
	if ok, _, err := VerifyPassword(ctx, "", ""); ok || err != nil {
		t.Errorf("VerifyPassword without a hash = %v, %v", ok, err)
	}
}

func TestStaleHash(t *testing.T) {
	old := current
	current.time = 1
	hash, err := HashPassword(t.Context(), rand.Reader, "l’été à Hourtin")
	current = old
	if err != nil {
		t.Fatal(err)
	}
	if ok, stale, err := VerifyPassword(t.Context(), hash, "l’été à Hourtin"); !ok || !stale || err != nil {
		t.Errorf("VerifyPassword of other parameters = %v, %v, %v; want true, true", ok, stale, err)
	}
	if ok, stale, _ := VerifyPassword(t.Context(), hash, "another"); ok || stale {
		t.Error("a wrong password is said to be stale")
	}
}

func TestSpoiltHash(t *testing.T) {
	good := encode(current, make([]byte, 16), make([]byte, 32))
	for _, h := range []string{
		"x", "$2a$10$abcdefghijklmnopqrstuv", strings.Replace(good, "m=19456", "m=4000000000", 1), strings.Replace(good, "t=2", "t=0", 1),
		strings.Replace(good, "p=1", "p=200", 1), strings.TrimSuffix(good, "A") + "!", good + "$x", strings.Replace(good, "v=19", "v=16", 1),
	} {
		if ok, _, err := VerifyPassword(t.Context(), h, "x"); ok || err == nil {
			t.Errorf("VerifyPassword(%q) = %v, %v; want an error", h, ok, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(absent)
	f.Add("$argon2id$v=19$m=1,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, hash string) {
		c, salt, sum, err := decode(hash)
		if err == nil && (c.memory > 256*1024 || c.time > 16 || len(sum) != hashSize || len(salt) < 8) {
			t.Errorf("decode(%q) = %v", hash, c)
		}
	})
}

// The wait at the door is bounded, and one who leaves it frees the place.
func TestHashingIsBounded(t *testing.T) {
	for range cap(hashing) {
		hashing <- struct{}{}
	}
	ctx, leave := context.WithCancel(t.Context())
	var wait sync.WaitGroup
	errs := make(chan error, cap(waiting))
	for range cap(waiting) {
		wait.Go(func() {
			_, _, err := VerifyPassword(ctx, "", "x")
			errs <- err
		})
	}
	for len(waiting) < cap(waiting) {
		time.Sleep(time.Millisecond)
	}
	if _, _, err := VerifyPassword(t.Context(), "", "x"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("one too many = %v; want Unavailable", err)
	}
	leave()
	wait.Wait()
	for range cap(hashing) {
		<-hashing
	}
	for range cap(waiting) {
		if err := <-errs; err == nil {
			t.Error("one who left has an answer")
		}
	}
	if len(waiting) != 0 {
		t.Errorf("%d still wait", len(waiting))
	}
}

func TestKeys(t *testing.T) {
	old, err := NewKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := ParseKeys([]byte("# the key\n\n" + old))
	if err != nil || len(keys) != 1 {
		t.Fatalf("ParseKeys = %d, %v", len(keys), err)
	}
	sealed, err := keys.Seal(rand.Reader, "JBSWY3DP", "eve")
	if err != nil || strings.Contains(sealed, "JBSWY3DP") {
		t.Fatalf("Seal = %q, %v", sealed, err)
	}
	if text, err := keys.Open(sealed, "eve"); err != nil || text != "JBSWY3DP" {
		t.Errorf("Open = %q, %v", text, err)
	}
	fresh, _ := NewKey(rand.Reader) // the reader does not fail
	both, err := ParseKeys([]byte(fresh + old))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := both.Open(sealed, "eve"); err != nil || text != "JBSWY3DP" || both.Fresh(sealed) || !keys.Fresh(sealed) {
		t.Errorf("Open with the old key second = %q, %v", text, err)
	}
	moved := []byte(sealed)
	moved[len(moved)-1] ^= 1
	for name, open := range map[string]func() (string, error){
		"of another":      func() (string, error) { return keys.Open(sealed, "bob") },
		"without the key": func() (string, error) { return both[:1].Open(sealed, "eve") },
		"changed":         func() (string, error) { return keys.Open(string(moved), "eve") },
		"empty":           func() (string, error) { return keys.Open("", "eve") },
	} {
		if text, err := open(); fault.KindOf(err) != fault.Unavailable || text != "" {
			t.Errorf("%s: Open = %q, %v; want Unavailable", name, text, err)
		}
	}
	ascending := make([]byte, 32)
	for i := range ascending {
		ascending[i] = byte(3 * i)
	}
	for name, b := range map[string][]byte{
		"empty": nil, "comments": []byte("# nothing\n"), "words": []byte("secret"), "short": []byte(base64.StdEncoding.EncodeToString(make([]byte, 16))),
		"zeroes": []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), "ascending": []byte(base64.StdEncoding.EncodeToString(ascending)),
		"letters": []byte(base64.StdEncoding.EncodeToString([]byte("changemechangemechangemechangeme"))), "one bad": []byte(old + "secret"),
	} {
		if _, err := ParseKeys(b); fault.KindOf(err) != fault.Invalid || err == nil {
			t.Errorf("%s: ParseKeys = %v; want Invalid", name, err)
		}
	}
}

// What is drawn fails when there is no randomness, instead of being weak.
func TestNoRandomness(t *testing.T) {
	dry := iotest.DataErrReader(bytes.NewReader([]byte{1, 2, 3}))
	for name, draw := range map[string]func(io.Reader) error{
		"NewID":       func(r io.Reader) error { _, err := NewID(r); return err },
		"NewSecret":   func(r io.Reader) error { _, _, err := NewSecret(r); return err },
		"NewTOTP":     func(r io.Reader) error { _, _, err := NewTOTP(r, "Vigie", "a@b.fr"); return err },
		"NewRecovery": func(r io.Reader) error { _, _, err := NewRecovery(r); return err },
		"NewKey":      func(r io.Reader) error { _, err := NewKey(r); return err },
		"HashPassword": func(r io.Reader) error {
			_, err := HashPassword(t.Context(), r, "x")
			return err
		},
	} {
		if draw(dry) == nil {
			t.Errorf("%s succeeded without randomness", name)
		}
	}
}

func BenchmarkVerifyPassword(b *testing.B) {
	for b.Loop() {
		if _, _, err := VerifyPassword(b.Context(), absent, "l’été à Hourtin"); err != nil {
			b.Fatal(err)
		}
	}
}
