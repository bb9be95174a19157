package cluster

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Rung is one partition of n units and how well each of its groups is found
// again.
type Rung struct {
	Group   []int     // of each unit, numbered in the order of their first unit
	Jaccard []float64 // of each group, in [0, 1]
}

// Ladder groups n units in each of the numbers of groups asked, all between 1
// and n: Ward's tree is cut and consolidated by k-means (mixed classification),
// which is then tried again from starts drawn at random; the least sum of
// squares is kept. Groups do not depend on the order in which units come, but
// for units that are equal throughout, and on the seed only where twenty-five
// starts miss the optimum that others find.
//
// The Jaccard coefficient of a group is the mean over resamples, draws of them,
// of the largest one with a group found by the same method (five starts) in the
// resample: a bootstrap of units in which each counts once, as the default of
// fpc::clusterboot. A resample that has no unit of a group says nothing of it.
// Hennig reads 0.85 and more as highly stable, from 0.75 as stable, from 0.6 as
// a pattern whose members are uncertain, less as not to be trusted.
//
// Source: Lebart, Morineau and Piron (1995), Statistique exploratoire
// multidimensionnelle, 2.3; Hennig (2007), Computational Statistics & Data
// Analysis 52, 258-271.
func Ladder(n int, attributes [][]float64, groups []int, draws int, seed uint64) []Rung {
	order := ordered(n, attributes)
	sorted := pick(attributes, order)
	nominal := partitions(n, sorted, groups, 25, rand.New(rand.NewPCG(seed, 0)))
	sum, seen := make([][]float64, len(groups)), make([][]float64, len(groups))
	for k, g := range groups {
		sum[k], seen[k] = make([]float64, g), make([]float64, g)
	}
	for draw := range draws {
		r := rand.New(rand.NewPCG(seed, uint64(draw)+1))
		units := resample(n, r)
		if len(units) < slices.Max(groups) {
			continue
		}
		again := partitions(len(units), pick(sorted, units), groups, 5, r)
		for k := range groups {
			drawn := slices.Repeat([]int{-1}, n)
			for at, i := range units {
				drawn[i] = again[k][at]
			}
			found, _ := Alike(nominal[k], drawn)
			for g, j := range found {
				if j > 0 {
					sum[k][g], seen[k][g] = sum[k][g]+j, seen[k][g]+1
				}
			}
		}
	}
	out := make([]Rung, len(groups))
	for k, g := range groups {
		named, back := Rung{Jaccard: make([]float64, g)}, restore(nominal[k], order)
		named.Group = renumber(back)
		for i, to := range named.Group {
			named.Jaccard[to] = sum[k][back[i]] / max(1, seen[k][back[i]])
		}
		out[k] = named
	}
	return out
}

// Partition groups n units in k, as Ladder does for the resamples: the groups of
// Ward's tree, or of the best of five starts, numbered in the order of their
// first unit.
func Partition(n int, attributes [][]float64, k int, seed uint64) []int {
	order := ordered(n, attributes)
	group := partitions(n, pick(attributes, order), []int{k}, 5, rand.New(rand.NewPCG(seed, 0)))[0]
	return renumber(restore(group, order))
}

// restore puts what was found of units in an order back in theirs.
func restore(group, order []int) []int {
	out := make([]int, len(group))
	for at, i := range order {
		out[i] = group[at]
	}
	return out
}

// ordered puts units in the order of their attributes.
func ordered(n int, attributes [][]float64) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		for _, x := range attributes {
			if c := cmp.Compare(x[a], x[b]); c != 0 {
				return c
			}
		}
		return 0
	})
	return order
}

// pick returns the attributes of some units.
func pick(attributes [][]float64, units []int) [][]float64 {
	out := make([][]float64, len(attributes))
	for a, x := range attributes {
		out[a] = make([]float64, len(units))
		for k, i := range units {
			out[a][k] = x[i]
		}
	}
	return out
}

// resample returns the units that n draws with replacement reach, in order.
func resample(n int, r *rand.Rand) []int {
	in := make([]bool, n)
	for range n {
		in[r.IntN(n)] = true
	}
	var units []int
	for i, drawn := range in {
		if drawn {
			units = append(units, i)
		}
	}
	return units
}

// partitions finds the groups of each number: those of one tree, or of the best
// of so many starts.
func partitions(n int, attributes [][]float64, groups []int, starts int, r *rand.Rand) [][]int {
	merges := Hierarchy(NewDistances(n, attributes), Ward)
	units, out := newCloud(n, attributes), make([][]int, len(groups))
	for k, g := range groups {
		d, best := newDescent(units, g), Cut(n, merges, g)
		copy(d.group, best)
		least := d.settle().spread()
		copy(best, d.group)
		for range starts {
			if s := d.start(r.Perm(n)[:g]).spread(); s < least*(1-1e-9) {
				least = s
				copy(best, d.group)
			}
		}
		out[k] = renumber(best)
	}
	return out
}

// Alike returns for each group of a the largest Jaccard coefficient with a
// group of b, units in both over units in either, and that group, the first in
// case of a tie. Both name the groups of the same units from 0; −1 leaves a unit
// out. A group of a without unit in b has 0 and −1.
func Alike(a, b []int) (jaccard []float64, match []int) {
	na, nb := slices.Max(a)+1, slices.Max(b)+1
	both := make([]int, na*nb)
	ofA, ofB := make([]int, na), make([]int, nb)
	for i, g := range a {
		if h := b[i]; g >= 0 && h >= 0 {
			both[g*nb+h]++
			ofA[g]++
			ofB[h]++
		}
	}
	jaccard, match = make([]float64, na), slices.Repeat([]int{-1}, na)
	for g := range na {
		for h := range nb {
			together := both[g*nb+h]
			if j := float64(together) / float64(ofA[g]+ofB[h]-together); together > 0 && j > jaccard[g] {
				jaccard[g], match[g] = j, h
			}
		}
	}
	return jaccard, match
}
