package edition_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/edition"
	"vigie/territory"
)

// side is that of a made-up map of squares; one more stands apart.
const side = 9

// squares is a made-up edition: a square map, row by row, with a score each.
func squares(t testing.TB, score func(x, y int) float64) *edition.Content {
	t.Helper()
	var features []string
	var scores [][]float64
	order := make([]int, side*side+1)
	for i := range order {
		x, y := i%side, i/side
		order[i] = i
		if i == side*side {
			x, y = 20, 20
		}
		scores = append(scores, []float64{score(x, y)})
		features = append(features, fmt.Sprintf(`{"type":"Feature","properties":{"code":"%02d"},"geometry":{"type":"Polygon","coordinates":[[[%d,%d],[%d,%d],[%d,%d],[%d,%d],[%d,%d]]]}}`,
			i+1, x, y, x+1, y, x+1, y+1, x, y+1, x, y))
	}
	topology, err := territory.ParseBoundary(territory.Departement, []byte(`{"type":"FeatureCollection","features":[`+strings.Join(features, ",")+"]}"))
	if err != nil {
		t.Fatal(err)
	}
	c := scored(t, order, scores)
	c.Topology = map[territory.Level]*territory.Topology{territory.Departement: topology}
	return c
}

// A block of fragile squares amid a noisy map is found from its heart, and
// nothing else; the square apart is not tested.
func TestPatternPlanted(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 9))
	inside := func(x, y, from, to int) bool { return x >= from && x <= to && y >= from && y <= to }
	c := squares(t, func(x, y int) float64 {
		if inside(x, y, 4, 7) {
			return 80 + random.Float64()
		}
		return 40 + random.Float64()
	})
	p := c.Patterned(territory.Departement, "A")
	if p == nil || p.Tested != side*side || p.Moran < 0.4 || p.Chance > 0.001 {
		t.Fatalf("pattern %+v", p)
	}
	if d := cmp.Diff([]territory.Code{unit(side * side)}, p.Untried); d != "" {
		t.Errorf("not tested: %s", d)
	}
	for i := range side * side {
		x, y := i%side, i/side
		switch got := p.Cluster[unit(i)]; {
		case inside(x, y, 5, 6) && got != edition.HighHigh:
			t.Errorf("the heart %s: %s", unit(i), got)
		case !inside(x, y, 4, 7) && got == edition.HighHigh, inside(x, y, 4, 7) && got == edition.HighLow:
			t.Errorf("%s: %s", unit(i), got)
		}
	}
}

// Over many maps without order, one territory in twenty would be named by
// chance at 5 % each; with false discoveries controlled, hardly any map has one.
func TestPatternNoise(t *testing.T) {
	const maps = 20
	named := 0
	for seed := range uint64(maps) {
		random := rand.New(rand.NewPCG(seed, 1))
		p := squares(t, func(int, int) float64 { return random.Float64() }).Patterned(territory.Departement, "A")
		if slices.ContainsFunc(codesOf(p), func(k edition.Cluster) bool { return k != edition.None }) {
			named++
		}
	}
	if named > maps/5 {
		t.Errorf("%d of %d maps of noise have a group", named, maps)
	}
}

func codesOf(p *edition.Pattern) []edition.Cluster {
	var out []edition.Cluster
	for i := range side * side {
		out = append(out, p.Cluster[unit(i)])
	}
	return out
}

func TestPatternNothing(t *testing.T) {
	flat := squares(t, func(int, int) float64 { return 50 })
	for name, p := range map[string]*edition.Pattern{"equal scores": flat.Patterned(territory.Departement, "A"), "no such domain": flat.Patterned(territory.Departement, "B"),
		"no boundaries": scored(t, []int{0, 1}, [][]float64{{1}, {2}}).Patterned(territory.Departement, "A"), "another tier": flat.Patterned(territory.EPCI, "A")} {
		if p != nil {
			t.Errorf("%s: %+v", name, p)
		}
	}
}
