package text

import (
	"testing"

	"pgregory.net/rapid"
)

// naive is the textbook distance, to check the banded one.
func naive(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = d[i-1][j-1] + 1
			}
			d[i][j] = min(d[i][j], d[i-1][j]+1, d[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"paris", "paris", 0}, {"paris", "prais", 1}, {"paris", "pari", 1}, {"paris", "tarins", 2}, {"ab", "ba", 1}, {"", "a", 1}, {"abc", "", 3}} {
		if got := Distance(c.a, c.b, 2); got != c.want {
			t.Errorf("Distance(%q, %q) = %d; want %d", c.a, c.b, got, c.want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		a := rapid.StringMatching(`[abc]{0,9}`).Draw(r, "a")
		b := rapid.StringMatching(`[abc]{0,9}`).Draw(r, "b")
		most := rapid.IntRange(1, 2).Draw(r, "most")
		if got, want := Distance(a, b, most), min(naive(a, b), most+1); got != want {
			r.Fatalf("Distance(%q, %q, %d) = %d; want %d", a, b, most, got, want)
		}
	})
}
