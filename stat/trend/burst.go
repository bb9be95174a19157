package trend

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Rise says what a burst is: a share Factor times the usual one, entered at the
// price Cost·ln(number of batches that are not empty), so that a short or slight rise is none.
// Zero values stand for 2 and 1.
type Rise struct{ Factor, Cost float64 }

// Burst is a run of batches, First to Last both included, in which the raised
// share explains the counts better. Weight is by how much: the natural logarithm
// of the ratio of their likelihoods. Hits and Total are those of the run.
type Burst struct {
	First, Last int
	Weight      float64
	Hits, Total int
}

// Bursts returns the bursts in order: the states, usual or raised, of the
// cheapest sequence, where a batch costs minus the logarithm of its binomial
// likelihood. The usual share is that of all batches together. An empty batch
// costs nothing in either state and never begins or ends a burst; of two
// sequences of equal cost the one with less of the raised state is taken.
//
// Error: ErrFew, ErrCommon. Panics if a batch has more hits than its total, a
// negative count, a factor that is not above 1 or a negative cost.
//
// Source: Kleinberg (2003), Bursty and hierarchical structure in streams, Data
// Mining and Knowledge Discovery 7, 373-397, section 4 (two states).
// Checked against every sequence of states, one by one, on short series.
func (r Rise) Bursts(batches []Batch) ([]Burst, error) {
	m, err := r.model(batches)
	if err != nil {
		return nil, err
	}
	return m.bursts(batches), nil
}

// Chance returns the share of random orders in which some burst weighs at least
// as much: the hits are dealt anew among everything counted, each batch keeping
// its total. The order observed counts as one of them. It describes how easily
// such a burst comes by accident in a series of this size.
//
// Errors and panics: those of Bursts.
func (r Rise) Chance(batches []Batch, weight float64, draws int, seed uint64) (float64, error) {
	m, err := r.model(batches)
	if err != nil {
		return 0, err
	}
	rng, as := rand.New(rand.NewPCG(seed, 0)), 1
	u, dealt := newUrn(batches), slices.Clone(batches)
	for range draws {
		u.deal(rng, dealt)
		for _, b := range m.bursts(dealt) {
			if b.Weight >= weight-1e-12 {
				as++
				break
			}
		}
	}
	return float64(as) / float64(draws+1), nil
}

// model is the two states of a series.
type model struct {
	hits, total int
	hit, miss   float64 // what a hit and a miss gain in the raised state
	enter       float64
}

func (r Rise) model(batches []Batch) (*model, error) {
	factor, cost := cmp.Or(r.Factor, 2), cmp.Or(r.Cost, 1)
	if !(factor > 1) || cost < 0 {
		panic(fmt.Sprintf("trend.Rise: factor %v, cost %v", factor, cost))
	}
	m, filled := &model{}, 0
	for i, b := range batches {
		if b.Hits < 0 || b.Hits > b.Total {
			panic(fmt.Sprintf("trend.Bursts: %d of %d in batch %d", b.Hits, b.Total, i))
		}
		m.hits, m.total = m.hits+b.Hits, m.total+b.Total
		if b.Total > 0 {
			filled++
		}
	}
	if m.hits < MinHits || filled < MinBatches {
		return nil, ErrFew
	}
	usual := float64(m.hits) / float64(m.total)
	if usual*factor >= 1 {
		return nil, ErrCommon
	}
	m.hit, m.miss = math.Log(factor), math.Log((1-usual*factor)/(1-usual))
	m.enter = cost * math.Log(float64(filled))
	return m, nil
}

// gain is by how much the raised state explains a batch better.
func (m *model) gain(b Batch) float64 {
	return float64(b.Hits)*m.hit + float64(b.Total-b.Hits)*m.miss
}

// bursts finds the cheapest sequence of states: cost[s] is that of the best one
// that ends in state s, relative to never leaving the usual one.
func (m *model) bursts(batches []Batch) []Burst {
	fromRaised := make([][2]bool, len(batches)) // whether the state before was the raised one
	usual, raised := 0.0, math.Inf(1)
	for i, b := range batches {
		stay, enter := raised, usual+m.enter
		fromRaised[i] = [2]bool{raised < usual, stay < enter}
		usual, raised = min(usual, raised), min(stay, enter)-m.gain(b)
	}
	var out []Burst
	state := raised < usual
	for i := len(batches) - 1; i >= 0; i-- {
		if state {
			if n := len(out); n > 0 && out[n-1].First == i+1 {
				out[n-1].add(m, batches, i)
			} else {
				out = append(out, Burst{Last: i})
				out[n].add(m, batches, i)
			}
			state = fromRaised[i][1]
		} else {
			state = fromRaised[i][0]
		}
	}
	return trimmed(out, batches)
}

func (b *Burst) add(m *model, batches []Batch, i int) {
	b.First = i
	b.Weight += m.gain(batches[i])
	b.Hits += batches[i].Hits
	b.Total += batches[i].Total
}

// trimmed puts bursts in order and takes empty batches off their ends.
func trimmed(backwards []Burst, batches []Batch) []Burst {
	var out []Burst
	for i := len(backwards) - 1; i >= 0; i-- {
		b := backwards[i]
		for batches[b.First].Total == 0 {
			b.First++
		}
		for batches[b.Last].Total == 0 {
			b.Last--
		}
		out = append(out, b)
	}
	return out
}

// urn holds everything counted, by batch, in an order that each deal changes.
type urn struct {
	batch []int
	hits  int
}

func newUrn(batches []Batch) *urn {
	u := &urn{}
	for i, b := range batches {
		u.hits += b.Hits
		u.batch = append(u.batch, slices.Repeat([]int{i}, b.Total)...)
	}
	return u
}

// deal gives the hits at random to what is counted.
func (u *urn) deal(r *rand.Rand, to []Batch) {
	for i := range to {
		to[i].Hits = 0
	}
	for k := range u.hits {
		other := k + r.IntN(len(u.batch)-k)
		u.batch[k], u.batch[other] = u.batch[other], u.batch[k]
		to[u.batch[k]].Hits++
	}
}
