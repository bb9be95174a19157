package descr

import (
	"fmt"
	"math"
)

// Wilson returns the score interval of a share, k of n, both ends in [0, 1]; z
// is the normal quantile of the level (1.959964 for 95 %). Without a base it is
// the whole of [0, 1].
//
// Panics if k is not in [0, n] or z is not positive.
//
// Source: Wilson (1927), JASA 22(158), 209-212, doi:10.2307/2276774.
// Oracle: R stats::prop.test(correct = FALSE).
func Wilson(k, n int, z float64) (lo, hi float64) {
	if k < 0 || k > n || !(z > 0) {
		panic(fmt.Sprintf("descr.Wilson: %d of %d, z %v", k, n, z))
	}
	if n == 0 {
		return 0, 1
	}
	m, z2 := float64(n), z*z
	p := float64(k) / m
	centre := (p + z2/(2*m)) / (1 + z2/m)
	half := z / (1 + z2/m) * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	return max(0, centre-half), min(1, centre+half)
}
