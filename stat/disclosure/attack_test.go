package disclosure

import (
	"math"
	"testing"
)

func TestAttackReferences(t *testing.T) {
	n := 0
	for _, q := range queries(t, "attack") {
		t.Run(q.ID, func(t *testing.T) {
			bounds, err := Attack(q.table(t), q.Params.Pattern, q.Params.Knows)
			if err != nil {
				t.Fatal(err)
			}
			if len(bounds) != len(q.Expect.Bounds) {
				t.Errorf("%d bounds, want %d", len(bounds), len(q.Expect.Bounds))
			}
			for _, b := range bounds {
				want := q.Expect.Bounds[b.Key]
				high := math.Inf(1)
				if want[1] != nil {
					high = *want[1]
				}
				if !close(b.Low, *want[0], q.Tol) || !close(b.High, high, q.Tol) {
					t.Errorf("%s: [%v, %v], want [%v, %v]", b.Key, b.Low, b.High, *want[0], high)
				}
			}
			n++
		})
	}
	t.Log(n, "attacks agree")
}

func close(got, want, tol float64) bool {
	return got == want || math.Abs(got-want) <= tol*max(1, math.Abs(want))
}
