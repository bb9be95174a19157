package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
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

// Twenty sign-ins a second for twenty seconds, whoever waits: 99 % of them
// within 250 ms, at the best of three tries, for the machine may have other
// work. Otherwise than with VIGIE_LONG=1, two sign-ins and no time.
func TestSignInLoad(t *testing.T) {
	const rate, bar = 20, 250 * time.Millisecond
	if os.Getenv("VIGIE_LONG") != "1" {
		signInLoad(t, rate, 2)
		return
	}
	for range 3 {
		p99 := signInLoad(t, rate, 20*rate)
		if t.Logf("p99 %v", p99); p99 <= bar {
			return
		}
	}
	t.Errorf("p99 over %v three times", bar)
}

// signInLoad signs n persons in, so many a second, and returns how long it
// takes but for one in a hundred.
func signInLoad(t *testing.T, rate, n int) (p99 time.Duration) {
	t.Helper()
	o := newOffice(t)
	mails := make([]string, n)
	for i := range mails {
		mails[i] = o.newPerson(fmt.Sprintf("Claire%d", i), "analyst").Mail
	}
	var wait sync.WaitGroup
	took := make([]time.Duration, n)
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for i, mail := range mails {
		<-tick.C
		wait.Go(func() {
			form := formOfPairs(mailInput, mail, passwordInput, goodPassword)
			r := httptest.NewRequest(http.MethodPost, signPath, strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:4711", i/250, i%250) // not all from one office
			start := time.Now()
			w := o.nobody().do(r)
			took[i] = time.Since(start)
			if w.Code != http.StatusSeeOther {
				t.Errorf("status %d", w.Code)
			}
		})
	}
	wait.Wait()
	slices.Sort(took)
	return took[(n-1)*99/100]
}
