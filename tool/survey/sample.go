package main

import (
	"bufio"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
)

// The recipe of the sample: strata of unequal size, a region a stratum, three
// more margins, and forty 0/1 items whose level and slope vary.
const (
	strata = 50
	items  = 40
	seed   = 20260101
)

var categories = []struct {
	name   string
	levels []string
	share  []float64 // in the sample
	goal   []float64 // in the population
}{
	{"sexe", []string{"F", "H"}, []float64{.56, .44}, []float64{.516, .484}},
	{"age", []string{"18-34", "35-49", "50-64", "65+"}, []float64{.15, .24, .33, .28}, []float64{.248, .243, .251, .258}},
	{"csp", []string{"CSP+", "CSP-", "INACT"}, []float64{.33, .27, .40}, []float64{.28, .33, .39}},
}

// margin is the population count of a level.
type margin struct {
	variable, level string
	total           float64
}

// draw returns the rank of a category drawn with the given shares.
func draw(r *rand.Rand, share []float64) int {
	u, k := r.Float64(), 0
	for k < len(share)-1 && u >= share[k] {
		u -= share[k]
		k++
	}
	return k
}

// sample writes n rows to DIR/sample_<n>.csv and the margins beside it, unless
// they are there.
func sample(dir string, n int) (path string, err error) {
	path = filepath.Join(dir, fmt.Sprintf("sample_%d.csv", n))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	r := rand.New(rand.NewPCG(seed, uint64(n)))
	stratum := make([]int, n)
	share := make([]float64, strata)
	for h := range share {
		share[h] = float64(h+1) / (strata * (strata + 1) / 2)
	}
	drawn := make([]int, strata)
	for i := range stratum {
		stratum[i] = draw(r, share)
		drawn[stratum[i]]++
	}
	slices.Sort(stratum)
	effect := make([]float64, 13)
	for k := range effect {
		effect[k] = .3 * r.NormFloat64()
	}
	weight, size := make([]float64, strata), make([]float64, strata)
	for h := range weight {
		size[h] = float64(h+51) * 20000
		weight[h] = math.Round(size[h]/float64(drawn[h])*1e6) / 1e6
	}
	f, err := os.Create(path + ".part")
	if err != nil {
		return "", err
	}
	out := bufio.NewWriter(f)
	fmt.Fprint(out, "id,stratum,region,sexe,age,csp,pw,Nh")
	for j := range items {
		fmt.Fprintf(out, ",q%02d", j+1)
	}
	fmt.Fprintln(out)
	region := map[string]float64{}
	for i, h := range stratum {
		name := fmt.Sprintf("R%02d", h%13+1)
		region[name] += weight[h]
		fmt.Fprintf(out, "%d,%d,%s", i+1, h+1, name)
		rank := make([]int, len(categories))
		for c, k := range categories {
			rank[c] = draw(r, k.share)
			fmt.Fprintf(out, ",%s", k.levels[rank[c]])
		}
		fmt.Fprintf(out, ",%s,%g", strconv.FormatFloat(weight[h], 'f', -1, 64), size[h])
		z := effect[h%13] + .3*truth(rank[2] == 0) + .2*truth(rank[0] == 0) - .2*truth(rank[1] == 3)
		for j := 1; j <= items; j++ {
			p := 1 / (1 + math.Exp(2-float64(j)/12-z*float64(j%5)/3))
			fmt.Fprintf(out, ",%g", truth(r.Float64() < p))
		}
		fmt.Fprintln(out)
	}
	if err := out.Flush(); err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	if err := writeMargins(path+".margins", region); err != nil {
		return "", err
	}
	return path, os.Rename(path+".part", path)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// writeMargins writes the population counts: regions moved by up to 6 %, the
// other margins at their goals.
func writeMargins(path string, region map[string]float64) error {
	var names []string
	whole, moved := 0.0, 0.0
	for name := range region {
		names = append(names, name)
	}
	sort.Strings(names)
	for k, name := range names {
		whole += region[name]
		region[name] *= .94 + .12*float64(k)/12
		moved += region[name]
	}
	var list []margin
	for _, name := range names {
		list = append(list, margin{"region", name, region[name] / moved * whole})
	}
	for _, c := range categories {
		for l, level := range c.levels {
			list = append(list, margin{c.name, level, c.goal[l] * whole})
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	fmt.Fprintln(f, "variable,level,total")
	for _, m := range list {
		fmt.Fprintf(f, "%s,%s,%s\n", m.variable, m.level, strconv.FormatFloat(m.total, 'g', 15, 64))
	}
	return f.Close()
}
