package spatial

import (
	"cmp"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// The sweep finds the units that a look at all of them finds.
func TestNearestAndWithin(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	at := make([]Point, 200)
	for i := range at {
		at[i] = Point{float64(r.IntN(20)), float64(r.IntN(20))} // with ties, and units at one place
	}
	nearest, within := Nearest(at, 5), Within(at, 3)
	for i := range at {
		var others []int
		for j := range at {
			if j != i {
				others = append(others, j)
			}
		}
		slices.SortStableFunc(others, func(a, b int) int { return cmp.Compare(at[i].Straight(at[a]), at[i].Straight(at[b])) })
		five := slices.Sorted(slices.Values(others[:5]))
		var near []int
		for _, j := range others {
			if at[i].Straight(at[j]) <= 3 {
				near = append(near, j)
			}
		}
		slices.Sort(near)
		if !reflect.DeepEqual(nearest[i], five) || !slices.Equal(within[i], near) {
			t.Fatalf("unit %d: %v and %v, want %v and %v", i, nearest[i], within[i], five, near)
		}
	}
	if got := Nearest(at[:3], 5); len(got[0]) != 2 {
		t.Errorf("of three units one has %d neighbours", len(got[0]))
	}
}

// From Paris to Ajaccio there are 922 km (great circle, mean radius).
func TestOnEarth(t *testing.T) {
	paris, ajaccio := OnEarth(2.3522, 48.8566), OnEarth(8.7369, 41.9192)
	straight := paris.Straight(ajaccio)
	lat, lon := (48.8566-41.9192)*math.Pi/180, (8.7369-2.3522)*math.Pi/180
	h := math.Pow(math.Sin(lat/2), 2) + math.Cos(48.8566*math.Pi/180)*math.Cos(41.9192*math.Pi/180)*math.Pow(math.Sin(lon/2), 2)
	want := 2 * earthRadius * math.Asin(math.Sqrt(h)) // haversine
	if got := Ground(straight); math.Abs(got-want) > 1e-6 || math.Abs(got-922) > 5 || math.Abs(Through(got)-straight) > 1e-6 {
		t.Errorf("%v km, want %v", got, want)
	}
}

// The smallest part is linked first, to the nearest unit of any other.
func TestJoined(t *testing.T) {
	near := [][]int{{1}, {0, 2}, {1}, {4}, {3}, nil}
	at := []Point{{0}, {1}, {2}, {5}, {6}, {100}}
	w, err := NewContiguity(near)
	if err != nil {
		t.Fatal(err)
	}
	if parts := w.Parts(); !reflect.DeepEqual(parts, [][]int{{0, 1, 2}, {3, 4}, {5}}) {
		t.Errorf("parts %v", parts)
	}
	one, links := w.Joined(at)
	if want := []Link{{5, 4, 94}, {2, 3, 3}}; !reflect.DeepEqual(links, want) || len(one.Parts()) != 1 || len(w.Parts()) != 3 {
		t.Errorf("links %v, want %v", links, want)
	}
	if to, _ := one.Of(3); !slices.Equal(to, []int32{2, 4}) {
		t.Errorf("neighbours of 3: %v", to)
	}
}

func TestBetween(t *testing.T) {
	x := [][]float64{{0, 0, 4, 4}, {1, 3, 1, 3}}
	for want, group := range map[float64][]int{0.8: {0, 0, 1, 1}, 0.2: {0, 1, 0, 1}, 0: {0, 0, 0, 0}, 1: {0, 1, 2, 3}} {
		if got := Between(x, group); math.Abs(got-want) > 1e-15 {
			t.Errorf("%v keeps %v, want %v", group, got, want)
		}
	}
}
