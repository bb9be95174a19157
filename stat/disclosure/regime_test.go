package disclosure

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"vigie/data"
)

func TestRulesOfSources(t *testing.T) {
	raw, err := data.Read("disclosure/rule.csv")
	if err != nil {
		t.Fatal(err)
	}
	list, err := ParseRules(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	cases := []struct {
		code string
		x, w []float64
		want bool
	}{
		{"business", []float64{50, 50}, nil, true},
		{"business", []float64{85, 10, 5}, nil, false},
		{"business", []float64{86, 9, 5}, nil, true},
		{"business_sample", []float64{10, 20}, []float64{5, 5}, false},
		{"business_sample", []float64{900, 10, 10}, []float64{1, 2, 2}, true},
		{"fiscal", make([]float64, 10), nil, true},
		{"fiscal", make([]float64, 11), nil, false},
		{"survey", make([]float64, 10), nil, true},
		{"survey", make([]float64, 11), nil, false},
		{"census", make([]float64, 3), nil, false},
	}
	for _, c := range cases {
		r, ok := RegimeOf(list, c.code, day)
		if !ok {
			t.Fatalf("no regime %s", c.code)
		}
		if got, err := r.Rule.Judge(c.x, c.w); err != nil || got.Sensitive != c.want {
			t.Errorf("%s, %v: %+v, %v; want %v", c.code, c.x, got, err, c.want)
		}
	}
	if r, _ := RegimeOf(list, "business", day); r.Protection(80) != 8 || r.Protection(3) != 1 || r.House {
		t.Errorf("business: %+v", r)
	}
	if _, ok := RegimeOf(list, "survey", time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)); ok {
		t.Error("a rule held before its first day")
	}
}

func TestParseRulesRefusals(t *testing.T) {
	head := strings.Join(columns, ",") + "\n"
	const good = "a,A,A,3,,,,,,,,,0,1,2020-01-01,2021-01-01,house,s\n"
	if list, err := ParseRules(strings.NewReader(head + good + strings.ReplaceAll(strings.ReplaceAll(good, "2021", "2022"), "2020", "2021"))); err != nil || len(list) != 2 {
		t.Errorf("two rules, one after the other: %v, %v", list, err)
	}
	for what, text := range map[string]string{
		"nothing": "", "another header": "code\n", "too few columns": head + "a,A\n",
		"two on one day":   head + good + good,
		"not a number":     head + strings.Replace(good, ",3,", ",three,", 1),
		"not a flag":       head + strings.Replace(good, ",3,,", ",3,yes,", 1),
		"not a day":        head + strings.Replace(good, "2020-01-01", "2020", 1),
		"no rule":          head + strings.Replace(good, ",3,", ",,", 1),
		"half a dominance": head + strings.Replace(good, ",3,,,", ",3,,1,", 1),
		"half a person":    head + strings.Replace(good, ",3,,,,", ",3,,1.5,85,", 1),
		"no source":        head + strings.Replace(good, "house,s", "house,", 1),
		"whose rule":       head + strings.Replace(good, "house,s", "x,s", 1),
		"p above q":        head + strings.Replace(good, ",3,,,,,,,", ",3,,,,,,80,60", 1),
	} {
		if list, err := ParseRules(strings.NewReader(text)); !refused(err) {
			t.Errorf("%s: %v, %v", what, list, err)
		}
	}
}

func FuzzParseRules(f *testing.F) {
	raw, err := data.Read("disclosure/rule.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add([]byte(strings.Join(columns, ",") + "\n\"a\"\",3"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		list, err := ParseRules(bytes.NewReader(raw))
		if err != nil && !refused(err) {
			t.Errorf("an error that is no refusal: %v", err)
		}
		for _, r := range list {
			if err := r.Rule.Check(); err != nil {
				t.Errorf("a rule without sense was accepted: %v", err)
			}
		}
	})
}
