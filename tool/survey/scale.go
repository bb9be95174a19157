package main

import (
	"fmt"
	"slices"
)

// scale prints what two cores give and what twice the rows cost; it returns
// the bars missed.
func scale(dir, path string) (missed int, err error) {
	best := map[int]float64{}
	var bits [][]float64
	for range 3 {
		for _, cores := range []int{1, 2} {
			w, _, err := vigie(path, cores, "replicates")
			if err != nil {
				return 0, err
			}
			got := w["on replicates"]
			if best[cores] == 0 || got.seconds < best[cores] {
				best[cores] = got.seconds
			}
			bits = append(bits, got.check)
		}
	}
	same := !slices.ContainsFunc(bits, func(b []float64) bool { return !slices.Equal(b, bits[0]) })
	gain := best[1] / best[2]
	fmt.Printf("répliques sur deux cœurs : %.2f s au lieu de %.2f s, × %.2f (barre : ≥ 1,7), mêmes bits : %v\n", best[2], best[1], gain, same)
	if gain < 1.7 || !same {
		missed++
	}
	return missed, rows(dir)
}

// rows prints the cost of each work by million rows at three sizes.
func rows(dir string) error {
	sizes := []int{100_000, 200_000, 400_000}
	cost := make([]map[string]work, len(sizes))
	for k, n := range sizes {
		path, err := sample(dir, n)
		if err != nil {
			return err
		}
		if cost[k], _, err = vigie(path, 1, "all"); err != nil {
			return err
		}
	}
	fmt.Printf("%-36s %10s %10s %10s\n", "CPU (s) par million de lignes", "100 000", "200 000", "400 000")
	for _, b := range bars {
		fmt.Printf("%-36s", b.title)
		for k, n := range sizes {
			fmt.Printf(" %10.4f", cost[k][b.name].seconds/float64(n)*1e6)
		}
		fmt.Println()
	}
	return nil
}
