package composite

import (
	"math"
	"testing"
)

// The points of the children add up to the score, whatever the mean.
func TestPointsAddUp(t *testing.T) {
	x, w := []float64{20, math.NaN(), 80, 45}, []float64{1, 5, 2, 0.5}
	blends := map[string]Blend{
		"arithmetic": {Power: Arithmetic}, "geometric": {}, "harmonic": {Power: Harmonic}, "square": {Power: 2},
		"mirrored": {Mirror: 110}, "mirrored harmonic": {Power: Harmonic, Mirror: 110},
		"mazziotta": {Kind: BlendMazziotta, Penalty: Below}, "mazziotta, sample": {Kind: BlendMazziotta, Penalty: Above, Divisor: 1},
	}
	for name, b := range blends {
		columns := [][]float64{{x[0]}, {x[1]}, {x[2]}, {x[3]}}
		index := &Index{Parts: []Part{{Children: []int{0, 1, 2, 3}}}}
		for _, c := range columns {
			index.Indicators = append(index.Indicators, Indicator{X: c, Direction: 1})
		}
		built, err := index.Combine(columns, Method{Weights: [][]float64{w}, Means: []Blend{b}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		score := built.Score[0][0]
		points, sum := Points(x, w, score, b), 0.0
		for i, p := range points {
			if math.IsNaN(x[i]) != math.IsNaN(p) {
				t.Errorf("%s: points of child %d = %v for a value of %v", name, i, p, x[i])
			}
			if p == p {
				sum += p
			}
		}
		if math.Abs(sum-score) > 1e-12*math.Abs(score) {
			t.Errorf("%s: points add up to %v; the score is %v", name, sum, score)
		}
		if name == "arithmetic" && math.Abs(points[2]-2/3.5*80) > 1e-12 {
			t.Errorf("points of the arithmetic mean = %v; want the weighted value", points)
		}
	}
	if p := Points(x, w, 45, Blend{Kind: BlendMedian}); !math.IsNaN(p[0]) {
		t.Errorf("a median is no sum of its children, got %v", p)
	}
}
