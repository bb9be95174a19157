package descr

import "testing"

// R: stats::prop.test(k, n, correct = FALSE).
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{
		{0, 10, 0, 0.2775327998628891},
		{3, 7, 0.1582198552514697, 0.7495416354723426},
		{26, 65, 0.2897202997469762, 0.5214400065175951},
		{12, 12, 0.7575059933447592, 1},
		{0, 0, 0, 1},
	} {
		if lo, hi := Wilson(c.k, c.n, 1.959963984540054); !near(lo, c.lo) || !near(hi, c.hi) {
			t.Errorf("Wilson(%d, %d) = %v, %v; R gives %v, %v", c.k, c.n, lo, hi, c.lo, c.hi)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("more successes than trials accepted")
		}
	}()
	Wilson(3, 2, 1)
}
