package survey

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// largeSample draws n records in 50 strata with four categorical variables.
func largeSample(b *testing.B, n int) (*Design, *Column, Model) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	text := map[string][]string{"region": nil, "sexe": nil, "age": nil, "csp": nil, "stratum": nil}
	y, w := &Column{Name: "y", Number: make([]float64, n)}, make([]float64, n)
	for i := range n {
		text["region"] = append(text["region"], fmt.Sprintf("R%02d", r.IntN(13)))
		text["sexe"] = append(text["sexe"], []string{"F", "H"}[r.IntN(2)])
		text["age"] = append(text["age"], []string{"18-34", "35-49", "50-64", "65+"}[r.IntN(4)])
		text["csp"] = append(text["csp"], []string{"CSP+", "CSP-", "INACT"}[r.IntN(3)])
		text["stratum"] = append(text["stratum"], fmt.Sprint(r.IntN(50)))
		w[i] = 1 + r.Float64()
		if r.Float64() < 0.3+0.1*float64(i%3) {
			y.Number[i] = 1
		}
	}
	d, err := New(n, Sample{Weights: w, Strata: []*Column{Category("stratum", text["stratum"])}})
	if err != nil {
		b.Fatal(err)
	}
	m := Model{Intercept: true}
	for _, name := range []string{"region", "sexe", "age", "csp"} {
		m.Terms = append(m.Terms, []*Column{Category(name, text[name])})
	}
	return d, y, m
}

func BenchmarkRegressLogit(b *testing.B) {
	d, y, m := largeSample(b, 200_000)
	for b.Loop() {
		if _, err := d.Regress(y, m, Quasibinomial); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBanner(b *testing.B) {
	d, y, m := largeSample(b, 200_000)
	by := []*Column{m.Terms[0][0], m.Terms[1][0], m.Terms[2][0], m.Terms[3][0]}
	for b.Loop() {
		if _, err := d.Banner([]Question{{Kind: SingleQuestion, Columns: []*Column{y}}}, by, BannerOption{}); err != nil {
			b.Fatal(err)
		}
	}
}
