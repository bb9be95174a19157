package disclosure

import "math"

// grid turns values into whole numbers of the smallest decimal unit in which
// all of them are whole: euros and cents become cents. When there is none,
// lengths are rounded down, so that what is proved on the grid holds for the
// values.
type grid struct{ scale float64 }

// finest keeps whole numbers well inside the machine's, with room for minors.
const finest = 1 << 43

// newGrid returns the grid of values.
func newGrid(values []float64) (grid, error) {
	largest := 0.0
	for _, v := range values {
		largest = max(largest, v)
	}
	if largest >= finest {
		return grid{}, refuse("exprimez le tableau dans une unité plus grande (milliers, millions)",
			"des valeurs du tableau dépassent %d", int64(finest))
	}
	g := grid{scale: 1}
	for !g.fits(values) && g.scale < 1e9 && largest*g.scale*10 < finest {
		g.scale *= 10
	}
	return g, nil
}

func (g grid) fits(values []float64) bool {
	for _, v := range values {
		if _, whole := g.near(v); !whole {
			return false
		}
	}
	return true
}

// near returns the nearest whole number of units, and whether v is that number
// but for the last bits of a floating-point decimal.
func (g grid) near(v float64) (units int64, whole bool) {
	x := v * g.scale
	r := math.Round(x)
	return int64(r), math.Abs(x-r) <= 1e-12*max(1, math.Abs(x))
}

// down is v in whole units, at most v.
func (g grid) down(v float64) int64 {
	if u, whole := g.near(v); whole {
		return u
	}
	return int64(math.Floor(v * g.scale))
}

// up is v in whole units, at least v.
func (g grid) up(v float64) int64 {
	if u, whole := g.near(v); whole {
		return u
	}
	return int64(math.Ceil(v * g.scale))
}
