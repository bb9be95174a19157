package lang

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// vector is one line of testdata/number.json, which the browser's formatter
// reads too. A null number stands for NaN.
type vector struct {
	F        string     `json:"f"`
	Lang     Lang       `json:"lang"`
	X        []*float64 `json:"x"`
	Decimals int        `json:"decimals"`
	Want     string     `json:"want"`
}

func (v vector) at(i int) float64 {
	if v.X[i] == nil {
		return math.NaN()
	}
	return *v.X[i]
}

func (v vector) got() string {
	x := v.at(0)
	switch v.F {
	case "number":
		return Number(v.Lang, x, v.Decimals)
	case "signed":
		return Signed(v.Lang, x, v.Decimals)
	case "percent":
		return Percent(v.Lang, x, v.Decimals)
	case "points":
		return Points(v.Lang, x, v.Decimals)
	case "range":
		return Range(v.Lang, x, v.at(1), v.Decimals)
	case "interval":
		return Interval(v.Lang, x, v.at(1), v.Decimals)
	case "ordinal":
		return Ordinal(v.Lang, int(x))
	case "ordinal_feminine":
		return OrdinalFeminine(v.Lang, int(x))
	}
	return Value(v.Lang, x, v.F, v.Decimals)
}

func TestNumberVectors(t *testing.T) {
	file, err := os.ReadFile("testdata/number.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []vector
	if err := json.Unmarshal(file, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) < 40 {
		t.Fatalf("%d vectors, want at least 40", len(vectors))
	}
	for _, v := range vectors {
		if got := v.got(); got != v.Want {
			t.Errorf("%s(%s, %v, %d) = %q; want %q", v.F, v.Lang, v.at(0), v.Decimals, got, v.Want)
		}
	}
}

func TestRound(t *testing.T) {
	cases := []struct {
		x        float64
		decimals int
		want     float64
	}{
		{2.675, 2, 2.68}, {-2.675, 2, -2.68}, {0.285, 2, 0.29}, {1.45, 1, 1.5}, {99.5, 0, 100},
		{12, 3, 12}, {0.1 + 0.2, 1, 0.3}, {math.Inf(1), 1, math.Inf(1)}, {1.23, -1, 1.23},
	}
	for _, c := range cases {
		if got := Round(c.x, c.decimals); got != c.want {
			t.Errorf("Round(%v, %d) = %v; want %v", c.x, c.decimals, got, c.want)
		}
	}
	if z := Round(-0.001, 1); math.Signbit(z) {
		t.Error("Round(-0.001, 1) has a sign")
	}
}

// Whatever the number, a reader never sees NaN, Inf or -0, and the text reads
// back as the rounded number.
func TestNumberProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := rapid.Float64().Draw(r, "x")
		d := rapid.IntRange(-1, 6).Draw(r, "decimals")
		for _, l := range Langs {
			s := Number(l, x, d)
			if strings.ContainsAny(s, "NI-eE") {
				r.Fatalf("Number(%s, %v, %d) = %q", l, x, d, s)
			}
			if strings.HasPrefix(s, Minus) && strings.Trim(s, Minus+"0,.") == "" {
				r.Fatalf("Number(%s, %v, %d) = %q is a negative zero", l, x, d, s)
			}
			if s == NoData {
				continue
			}
			back := strings.NewReplacer(Narrow, "", Minus, "-", ",", ".").Replace(s)
			if l == EN {
				back = strings.NewReplacer(",", "", Minus, "-").Replace(s)
			}
			got, err := strconv.ParseFloat(back, 64)
			if err != nil || got != Round(x, d) {
				r.Fatalf("Number(%s, %v, %d) = %q reads back as %v (%v); want %v", l, x, d, s, got, err, Round(x, d))
			}
		}
		if d >= 0 && math.Abs(Round(x, d)-x) > 0.5*math.Pow(10, -float64(d))+1e-15*math.Abs(x) {
			r.Fatalf("Round(%v, %d) = %v is further than half a unit", x, d, Round(x, d))
		}
	})
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := Number(FR, x, 1); got != NoData {
			t.Errorf("Number(fr, %v, 1) = %q; want %q", x, got, NoData)
		}
		if got := Value(FR, x, "euro", 1); got != NoData {
			t.Errorf("Value(fr, %v, euro, 1) = %q; want %q", x, got, NoData)
		}
		if got := Points(EN, x, 1); got != NoData {
			t.Errorf("Points(en, %v, 1) = %q; want %q", x, got, NoData)
		}
		if got := Decimal(x, 1); got != "" {
			t.Errorf("Decimal(%v, 1) = %q; want nothing", x, got)
		}
	}
}

func TestDifferenceAndUnit(t *testing.T) {
	cases := []struct{ got, want string }{
		{Difference(FR, 2.5, "percent", 1), "+2,5" + NBSP + "points"},
		{Difference(FR, -120, "euro", 0), Minus + "120" + NBSP + "€"},
		{Difference(EN, 120, "euro", 0), "+€120"},
		{Value(FR, 3, "parsec", 0), "3" + NBSP + "parsec"},
		{Value(FR, 3, "", 0), "3"},
		{Unit(FR, "per_1000"), "pour 1" + Narrow + "000"},
		{Unit(EN, "parsec"), "parsec"},
		{UnitLong(FR, "million_euro"), "millions d’euros"},
		{Unit(FR, "count"), ""},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("got %q; want %q", c.got, c.want)
		}
	}
}

func FuzzDecimal(f *testing.F) {
	f.Add(2.675, 2)
	f.Add(math.Copysign(0, -1), 0)
	f.Add(1e300, 3)
	f.Fuzz(func(t *testing.T, x float64, d int) {
		if d > 40 {
			return
		}
		s := Decimal(x, d)
		if s == "" {
			return
		}
		if _, err := strconv.ParseFloat(s, 64); err != nil || strings.ContainsAny(s, "eE") {
			t.Errorf("Decimal(%v, %d) = %q: %v", x, d, s, err)
		}
	})
}
