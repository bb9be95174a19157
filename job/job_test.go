package job_test

import (
	"errors"
	"testing"
	"time"

	"vigie/fault"
	"vigie/job"
)

var now = time.Date(2026, 3, 12, 8, 0, 0, 0, time.UTC)

func TestSettle(t *testing.T) {
	p := job.Policy{Most: 4, First: 10 * time.Second, Longest: 30 * time.Second}
	later := &fault.Error{Kind: fault.Unavailable, What: "plus tard", Do: "attendez"}
	bad := fault.Invalidf("corrigez", "ligne 3")
	cases := []struct {
		name    string
		attempt int
		result  any
		err     error
		want    job.Outcome
	}{
		{"done", 1, map[string]int{"n": 1}, nil, job.Outcome{State: job.Done, Result: []byte(`{"n":1}`), At: now}},
		{"first wait", 1, nil, later, job.Outcome{State: job.Waiting, What: "plus tard", Do: "attendez", At: now.Add(10 * time.Second)}},
		{"longer wait", 2, nil, later, job.Outcome{State: job.Waiting, What: "plus tard", Do: "attendez", At: now.Add(20 * time.Second)}},
		{"longest wait", 3, nil, later, job.Outcome{State: job.Waiting, What: "plus tard", Do: "attendez", At: now.Add(30 * time.Second)}},
		{"no more", 4, nil, later, job.Outcome{State: job.Failed, What: "plus tard", Do: "attendez", At: now}},
		{"a person's to mend", 1, nil, bad, job.Outcome{State: job.Failed, What: "ligne 3", Do: "corrigez", At: now}},
		{"a list", 1, nil, fault.List{bad, bad}, job.Outcome{State: job.Failed, What: "ligne 3\nligne 3", Do: "corrigez", At: now}},
		{"not JSON", 1, func() {}, nil, job.Outcome{State: job.Failed, What: "le travail s’est interrompu",
			Do: "recommencez ; si cela se répète, regardez le journal du serveur", At: now}},
		{"unknown", 1, nil, errors.New("secret detail"), job.Outcome{State: job.Waiting, What: "le travail s’est interrompu",
			Do: "recommencez ; si cela se répète, regardez le journal du serveur", At: now.Add(10 * time.Second)}},
	}
	for _, c := range cases {
		got := p.Settle(job.Task{Attempt: c.attempt}, c.result, c.err, now)
		if string(got.Result) != string(c.want.Result) || got.State != c.want.State || got.What != c.want.What || got.Do != c.want.Do || !got.At.Equal(c.want.At) {
			t.Errorf("%s: Settle = %+v; want %+v", c.name, got, c.want)
		}
	}
}
