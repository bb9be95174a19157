package trend

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// cheapest tries every sequence of states and returns the least cost by
// Kleinberg's definition, binomial coefficients left in.
func cheapest(batches []Batch, factor, gamma float64) (least float64, states []bool) {
	hits, total := 0, 0
	for _, b := range batches {
		hits, total = hits+b.Hits, total+b.Total
	}
	p := [2]float64{float64(hits) / float64(total), factor * float64(hits) / float64(total)}
	least = math.Inf(1)
	for mask := range 1 << len(batches) {
		cost, before := 0.0, 0
		for i, b := range batches {
			s := mask >> i & 1
			if s > before {
				cost += gamma * math.Log(float64(len(batches)))
			}
			choose, _ := math.Lgamma(float64(b.Total + 1))
			a, _ := math.Lgamma(float64(b.Hits + 1))
			c, _ := math.Lgamma(float64(b.Total - b.Hits + 1))
			cost -= choose - a - c + float64(b.Hits)*math.Log(p[s]) + float64(b.Total-b.Hits)*math.Log(1-p[s])
			before = s
		}
		if cost < least-1e-9 {
			least, states = cost, make([]bool, len(batches))
			for i := range batches {
				states[i] = mask>>i&1 == 1
			}
		}
	}
	return least, states
}

func TestBurstsAreTheCheapest(t *testing.T) {
	r, found := rand.New(rand.NewPCG(1, 1)), 0
	for range 300 {
		batches := make([]Batch, 3+r.IntN(8))
		for i := range batches {
			total := 1 + r.IntN(12)
			batches[i] = Batch{min(total, r.IntN(3)), total}
		}
		at := r.IntN(len(batches))
		batches[at].Hits = batches[at].Total
		rise := Rise{1.5 + r.Float64(), 0.2 + r.Float64()}
		got, err := rise.Bursts(batches)
		if err != nil {
			continue
		}
		_, want := cheapest(batches, rise.Factor, rise.Cost)
		states := make([]bool, len(batches))
		for _, b := range got {
			found++
			hits, total := 0, 0
			for i := b.First; i <= b.Last; i++ {
				states[i] = true
				hits, total = hits+batches[i].Hits, total+batches[i].Total
			}
			if hits != b.Hits || total != b.Total || b.Weight <= 0 {
				t.Fatalf("%v: burst %+v holds %d of %d", batches, b, hits, total)
			}
		}
		if !reflect.DeepEqual(states, want) {
			t.Fatalf("%v, %+v: states %v; the cheapest are %v", batches, rise, states, want)
		}
	}
	if found < 100 {
		t.Errorf("only %d bursts were tried", found)
	}
}

// The weight is the logarithm of a ratio of likelihoods.
func TestWeight(t *testing.T) {
	batches := []Batch{{1, 20}, {1, 20}, {12, 20}, {1, 20}, {1, 20}}
	got, err := Rise{}.Bursts(batches)
	if err != nil || len(got) != 1 || got[0].First != 2 || got[0].Last != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	const p = 16. / 100
	want := 12*math.Log(2) + 8*math.Log((1-2*p)/(1-p))
	if math.Abs(got[0].Weight-want) > 1e-12 {
		t.Errorf("weight %v; want %v", got[0].Weight, want)
	}
}

func TestNoBurst(t *testing.T) {
	flat := []Batch{{2, 10}, {2, 10}, {2, 10}, {2, 10}}
	if got, err := (Rise{}).Bursts(flat); err != nil || got != nil {
		t.Errorf("a flat series: %+v, %v", got, err)
	}
	more := []Batch{{1, 5}, {2, 10}, {8, 40}, {4, 20}} // more cases, the same share
	if got, err := (Rise{}).Bursts(more); err != nil || got != nil {
		t.Errorf("a base that grows: %+v, %v", got, err)
	}
}

func TestEmptyBatches(t *testing.T) {
	got, err := Rise{}.Bursts([]Batch{{0, 0}, {0, 20}, {0, 0}, {6, 6}, {0, 0}, {6, 6}, {0, 0}, {0, 30}})
	if err != nil || len(got) != 1 || got[0].First != 3 || got[0].Last != 5 || got[0].Hits != 12 {
		t.Errorf("%+v, %v; want one burst, 3 to 5", got, err)
	}
}

func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		batches []Batch
		want    error
	}{
		{"nothing", nil, ErrFew},
		{"four hits", []Batch{{1, 9}, {1, 9}, {2, 9}}, ErrFew},
		{"two years", []Batch{{1, 9}, {0, 0}, {6, 9}}, ErrFew},
		{"half of all", []Batch{{5, 9}, {5, 9}, {5, 9}}, ErrCommon},
	} {
		if _, err := (Rise{}).Bursts(c.batches); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", c.name, err, c.want)
		}
		if _, err := (Rise{}).Chance(c.batches, 1, 1, 1); !errors.Is(err, c.want) {
			t.Errorf("%s: %v; want %v", c.name, err, c.want)
		}
	}
	for _, bad := range []func(){
		func() { _, _ = Rise{}.Bursts([]Batch{{2, 1}}) },
		func() { _, _ = Rise{Factor: 1}.Bursts(nil) },
		func() { _, _ = Rise{Cost: -1}.Bursts(nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a wrong call was accepted")
				}
			}()
			bad()
		}()
	}
}

// A burst planted in a series is rare among random orders; of random orders
// themselves, about one in ten at most is as rare as one in ten.
func TestChance(t *testing.T) {
	planted := []Batch{{2, 20}, {2, 20}, {1, 20}, {12, 20}, {2, 20}, {1, 20}}
	b, _ := Rise{}.Bursts(planted)
	p, err := Rise{}.Chance(planted, b[0].Weight, 999, 7)
	again, _ := Rise{}.Chance(planted, b[0].Weight, 999, 7)
	if err != nil || p > 0.005 || p != again {
		t.Errorf("planted burst %+v: chance %v, again %v (%v)", b, p, again, err)
	}
	r, small, runs := rand.New(rand.NewPCG(2, 2)), 0, 200
	for range runs {
		dealt := slices.Clone(planted)
		m, _ := Rise{}.model(planted)
		newUrn(planted).deal(r, dealt)
		weight := 0.0
		for _, b := range m.bursts(dealt) {
			weight = max(weight, b.Weight)
		}
		if p, _ := (Rise{}).Chance(dealt, weight, 99, 3); p <= 0.1 {
			small++
		}
	}
	if share := float64(small) / float64(runs); share > 0.16 {
		t.Errorf("%v of random orders are told rare at one in ten", share)
	}
}
