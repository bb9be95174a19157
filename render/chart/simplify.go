package chart

import (
	"container/heap"
	"math"
)

// pointWeights returns for each position of an arc the smallest area, in
// square metres, at which it is still worth drawing; the ends are always kept,
// so that neighbours which share the arc keep sharing it.
//
// Source: Visvalingam and Whyatt (1993), Cartographic Journal 30(1), 46-51.
func pointWeights(arc []metres) []float64 {
	n := len(arc)
	w := make([]float64, n)
	w[0], w[n-1] = math.Inf(1), math.Inf(1)
	prev, next := make([]int, n), make([]int, n)
	q := make(triangles, 0, n)
	version := make([]int, n)
	for i := range arc {
		prev[i], next[i] = i-1, i+1
		if i > 0 && i < n-1 {
			q = append(q, triangle{i, 0, area(arc[i-1], arc[i], arc[i+1])})
		}
	}
	heap.Init(&q)
	reached := 0.0
	for len(q) > 0 {
		t := heap.Pop(&q).(triangle)
		if t.version != version[t.at] {
			continue
		}
		reached = max(reached, t.area)
		w[t.at] = reached
		a, b := prev[t.at], next[t.at]
		next[a], prev[b] = b, a
		for _, k := range [2]int{a, b} {
			if k > 0 && k < n-1 {
				version[k]++
				heap.Push(&q, triangle{k, version[k], area(arc[prev[k]], arc[k], arc[next[k]])})
			}
		}
	}
	return w
}

func area(a, b, c metres) float64 {
	return math.Abs((b.x-a.x)*(c.y-a.y)-(c.x-a.x)*(b.y-a.y)) / 2
}

// triangle is the area that position at spans with its neighbours.
type triangle struct {
	at, version int
	area        float64
}

type triangles []triangle

func (t triangles) Len() int { return len(t) }
func (t triangles) Less(i, j int) bool {
	if t[i].area != t[j].area {
		return t[i].area < t[j].area
	}
	return t[i].at < t[j].at
}
func (t triangles) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *triangles) Push(x any)   { *t = append(*t, x.(triangle)) }
func (t *triangles) Pop() any {
	old := *t
	x := old[len(old)-1]
	*t = old[:len(old)-1]
	return x
}
