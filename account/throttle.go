package account

import (
	"strings"
	"time"
)

// Attempt is one try to prove who one is: the account that is claimed and where
// it comes from. Each may be "".
type Attempt struct {
	Mail    string // of a first proof
	Second  string // of a second one: the person's identifier
	Address string // coarse
}

// Keys returns what the tries are counted by, and each count's rule. The store
// keeps only the hashes.
func (a Attempt) Keys() map[string]Throttle {
	keys := map[string]Throttle{}
	if a.Mail != "" {
		keys[HashSecret("mail:"+strings.ToLower(strings.TrimSpace(a.Mail)))] = ByAccount
	}
	if a.Second != "" {
		keys[HashSecret("second:"+a.Second)] = ByAccount
	}
	if a.Address != "" {
		keys[HashSecret("address:"+a.Address)] = ByAddress
	}
	return keys
}

// Throttle slows tries down: the first Free failures cost nothing, then each
// doubles the wait, from one second to Most. Failures are forgotten after
// Forget without any.
type Throttle struct {
	Free   int
	Most   time.Duration
	Forget time.Duration
}

// The rules. An address may be that of a whole office; an account is one
// person's, whom somebody else must not lock out for long.
var (
	ByAccount = Throttle{Free: 5, Most: 15 * time.Minute, Forget: 24 * time.Hour}
	ByAddress = Throttle{Free: 30, Most: 15 * time.Minute, Forget: 24 * time.Hour}
)

// Wait returns how long to wait at now before the next try, after that many
// failures of which the last was at last; 0 when it may be made. A clock put
// back makes nobody wait longer than Most.
func (t Throttle) Wait(failures int, last, now time.Time) time.Duration {
	over := failures - t.Free
	if over < 0 {
		return 0
	}
	pause := t.Most
	if over < 20 {
		pause = min(t.Most, time.Second<<over)
	}
	return max(0, min(pause, pause-now.Sub(last)))
}
