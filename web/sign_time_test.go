package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vigie/account"
)

// An answer does not tell who has an account, by its words nor by its time: an
// unknown mail, a wrong password, a disabled account and what is no mail cost
// one hash each. With VIGIE_LONG=1 the time is measured too: the least of many
// tries that alternate.
func TestSignInTellsNobody(t *testing.T) {
	o := newOffice(t)
	o.newPerson("Chef", "administrator")
	known, out := o.newPerson("Claire", "analyst"), o.newPerson("Denis")
	if err := o.db.Disable(t.Context(), "local:test", out.ID, o.now); err != nil {
		t.Fatal(err)
	}
	tries := []struct{ who, mail, password string }{
		{"known", known.Mail, "une autre phrase de passe"}, {"unknown", "personne@exemple.test", "une autre phrase de passe"},
		{"disabled", out.Mail, goodPassword}, {"impossible", "pas une adresse", goodPassword}, {"empty", "", ""},
	}
	b, least, rounds := o.nobody(), map[string]time.Duration{}, 1
	if os.Getenv("VIGIE_LONG") == "1" {
		rounds = 30
	}
	for range rounds {
		o.now = o.now.Add(25 * time.Hour) // the tries before are forgotten
		for _, try := range tries {
			before, start := account.Hashed(), time.Now()
			b.want(b.post(signPath, mailInput, try.mail, passwordInput, try.password), http.StatusForbidden)
			took := time.Since(start)
			if n := account.Hashed() - before; n != 1 {
				t.Errorf("%s: %d hashes computed; want 1", try.who, n)
			}
			if known, ok := least[try.who]; !ok || took < known {
				least[try.who] = took
			}
		}
	}
	t.Logf("least times: %v", least)
	if rounds == 1 {
		return
	}
	for _, try := range tries {
		if ratio := float64(least[try.who]) / float64(least["known"]); ratio < 0.6 || ratio > 1.6 {
			t.Errorf("%s takes %v, known %v", try.who, least[try.who], least["known"])
		}
	}
}

// TestSignInLoad: persons who sign in at the same time come in, all of them.
func TestSignInLoad(t *testing.T) {
	signInLoad(t, 100, 0, 4)
}

// BenchmarkSignIn is twenty sign-ins a second for twenty seconds, each due at
// its instant whoever waits, from as many addresses. Beside the bar, 250 ms for
// 99 % of them on two processors; make bench-sign prints it.
func BenchmarkSignIn(b *testing.B) {
	for b.Loop() {
		const rate = 20
		took := signInLoad(b, rate, 2*rate, 20*rate)
		n := len(took)
		for name, at := range map[string]int{"p50-ms": (n - 1) / 2, "p95-ms": (n - 1) * 95 / 100, "p99-ms": (n - 1) * 99 / 100, "most-ms": n - 1} {
			b.ReportMetric(float64(took[at].Milliseconds()), name)
		}
	}
	b.ReportMetric(0, "ns/op") // it is due at a rate
}

// signInLoad signs so many persons in through a connection each, so many a
// second, the first ones to warm up, and returns how long each of the others
// took from the instant it was due, in order.
func signInLoad(t testing.TB, rate, warm, n int) []time.Duration {
	t.Helper()
	o := newOffice(t, func(c *Config) {
		c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} // not all from one office
	})
	mails := make([]string, warm+n)
	for i := range mails {
		mails[i] = o.newPerson(fmt.Sprintf("Claire%d", i), "analyst").Mail
	}
	site := httptest.NewServer(o)
	defer site.Close()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var wait sync.WaitGroup
	took := make([]time.Duration, len(mails))
	start := time.Now()
	for i, mail := range mails {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		wait.Go(func() {
			form := formOfPairs(mailInput, mail, passwordInput, goodPassword)
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+signPath, strings.NewReader(form.Encode()))
			if err != nil {
				t.Error(err)
				return
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", i/250, i%250))
			answer, err := client.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			_ = answer.Body.Close() // a redirect has none
			if took[i] = time.Since(due); answer.StatusCode != http.StatusSeeOther {
				t.Errorf("status %d", answer.StatusCode)
			}
		})
	}
	wait.Wait()
	counted := took[warm:]
	slices.Sort(counted)
	return counted
}
