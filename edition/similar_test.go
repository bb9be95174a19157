package edition_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/edition"
	"vigie/fragility"
	"vigie/territory"
)

var none = math.NaN()

// scored is a made-up edition whose départements have these scores, one row a
// unit and one column a domain; the units of outside are not of the reference
// set.
func scored(t testing.TB, order []int, scores [][]float64, outside ...int) *edition.Content {
	t.Helper()
	r := &fragility.Result{Level: territory.Departement}
	for _, i := range order {
		r.Units = append(r.Units, fragility.Unit{Code: unit(i), Reference: !slices.Contains(outside, i)})
	}
	for d := range scores[0] {
		p := fragility.Part{Code: string(rune('A' + d)), Kind: fragility.OfDomain, Ranked: len(order) - len(outside)}
		for _, i := range order {
			p.Cells = append(p.Cells, fragility.Cell{Score: scores[i][d]})
		}
		r.Parts = append(r.Parts, p)
	}
	raw, err := fragility.Encode(r)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = fragility.Decode(raw); err != nil {
		t.Fatal(err)
	}
	return edition.New(&edition.Content{Manifest: &edition.Manifest{}, Fragility: map[territory.Level]*fragility.Result{territory.Departement: r}})
}

func unit(i int) territory.Code { return territory.Code(fmt.Sprintf("DEP-%02d", i+1)) }

// alike are seven units over four domains, the first six the reference set: 1
// and 2 are near each other at one end, 3 is like them but for the last domain,
// 4 to 6 are at the other end, 5 and 6 equal. The seventh is as the first, but
// without its last domain and outside the reference set.
var alike = [][]float64{
	{60, 60, 60, 60}, {59, 60, 61, 60}, {61, 60, 59, 40},
	{40, 40, 40, 40}, {40, 40, 40, 50}, {40, 40, 40, 50}, {60, 60, 60, none},
}

func TestSimilarByHand(t *testing.T) {
	c := scored(t, []int{0, 1, 2, 3, 4, 5, 6}, alike, 6)
	got := c.Similar("DEP-01", 9)
	var codes []string
	for _, l := range got {
		codes = append(codes, string(l.Code))
	}
	// The seventh shares three domains, too few for anyone; 5 and 6 are as far.
	if s := strings.Join(codes, " "); s != "DEP-02 DEP-03 DEP-05 DEP-06 DEP-04" {
		t.Fatalf("like the first: %s", s)
	}
	if l := got[0]; l.Shared != 4 || l.Distance > 0.15 || l.Weak || len(l.Common) != 3 || !l.Common[0].More || len(l.Apart) != 0 {
		t.Errorf("the nearest: %+v", l)
	}
	if d := cmp.Diff([]edition.Trait{{Domain: "D"}}, got[1].Apart); d != "" || !got[1].Weak {
		t.Errorf("the third: %+v", got[1])
	}
	if l := got[4]; len(l.Common) != 0 || len(l.Apart) != 2 || l.Apart[0].More {
		t.Errorf("the other end: %+v", l)
	}
	if got := c.Similar("DEP-07", 3); got != nil {
		t.Errorf("three domains make %+v alike", got)
	}
	if got := c.Similar("COM-01001", 3); got != nil {
		t.Errorf("a tier without scores: %+v", got)
	}
}

// The order of territories changes nothing.
func TestSimilarOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(4, 4))
	scores := make([][]float64, 40)
	for i := range scores {
		for range 6 {
			scores[i] = append(scores[i], 100*random.Float64())
		}
	}
	straight := make([]int, len(scores))
	for i := range straight {
		straight[i] = i
	}
	a, b := scored(t, straight, scores), scored(t, random.Perm(len(scores)), scores)
	for i := range scores {
		x, y := a.Similar(unit(i), 5), b.Similar(unit(i), 5)
		for k := range x {
			x[k].Distance, y[k].Distance = round(x[k].Distance), round(y[k].Distance)
		}
		if d := cmp.Diff(x, y); d != "" {
			t.Errorf("%s in another order:\n%s", unit(i), d)
		}
	}
}

func round(x float64) float64 { return math.Round(x*1e9) / 1e9 }
