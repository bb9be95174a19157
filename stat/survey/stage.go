package survey

import "math"

// stage is one stage of drawing. Clusters and strata are numbered over the
// whole sample, nested in those of the stage before.
type stage struct {
	cluster    []int32   // of each record
	stratum    []int32   // of each cluster
	fraction   []float64 // sampled, of each cluster; 0 with replacement
	sampled    []float64 // clusters drawn in each stratum
	parent     []int32   // of each stratum: its cluster of the stage before, 0 at the first
	multiplier []float64 // of each stratum: product of the fractions before it
	parents    int
	strata     *Column // for messages; nil without
}

// draw numbers clusters and strata by stage.
func (d *Design) draw(s Sample) error {
	stages := max(1, len(s.Clusters))
	above := make([]int32, d.n) // the cluster of the stage before
	parents := 1
	for k := range stages {
		st, err := d.drawStage(s, k, above, parents)
		if err != nil {
			return err
		}
		if k > 0 {
			st.inherit(&d.stages[k-1])
		}
		d.stages = append(d.stages, *st)
		above, parents = st.cluster, len(st.stratum)
		if k >= len(s.FPC) { // with replacement: the stages below count no more
			break
		}
	}
	return nil
}

func (d *Design) drawStage(s Sample, k int, above []int32, parents int) (*stage, error) {
	strata, err := ranks(at(s.Strata, k), d.n, "strate")
	if err != nil {
		return nil, err
	}
	strata, count := pair(above, strata)
	var clusters []int32
	if k < len(s.Clusters) {
		if clusters, err = ranks(s.Clusters[k], d.n, "grappe"); err != nil {
			return nil, err
		}
		within := above
		if s.Nest {
			within = strata
		}
		clusters, _ = pair(within, clusters)
	} else {
		clusters = make([]int32, d.n)
		for i := range clusters {
			clusters[i] = int32(i)
		}
	}
	st := &stage{cluster: clusters, sampled: make([]float64, count), parent: make([]int32, count), parents: parents}
	if c := at(s.Strata, k); c != nil {
		st.strata = c.Categorical()
	}
	for i, c := range clusters {
		switch h := strata[i]; {
		case int(c) == len(st.stratum):
			st.stratum = append(st.stratum, h)
			st.sampled[h]++
		case st.stratum[c] != h:
			return nil, refuse(at(s.Clusters, k).Name, i+1, "si les codes recommencent dans chaque strate, déclarez les grappes emboîtées (nest)",
				"la grappe de cet enregistrement se trouve dans deux strates")
		}
		st.parent[strata[i]] = above[i]
	}
	st.fraction = make([]float64, len(st.stratum))
	if k < len(s.FPC) && s.FPC[k] != nil {
		return st, st.correct(s.FPC[k], s.PPS != "" && k == 0)
	}
	return st, nil
}

// at returns the column of a stage, nil when there is none.
func at(columns []*Column, k int) *Column {
	if k < len(columns) {
		return columns[k]
	}
	return nil
}

// ranks returns the category of each record, 0 for all without a column.
func ranks(c *Column, n int, noun string) ([]int32, error) {
	if c == nil {
		return make([]int32, n), nil
	}
	check(n, c.Rows())
	c = c.Categorical()
	for i, k := range c.Code {
		if k < 0 {
			return nil, refuse(c.Name, i+1, "complétez la variable ou retirez l’enregistrement", "%s manquante", noun)
		}
	}
	return c.Code, nil
}

// pair numbers the pairs (a, b) that occur, in order of first occurrence.
func pair(a, b []int32) ([]int32, int) {
	seen, out := map[[2]int32]int32{}, make([]int32, len(a))
	last, rank := [2]int32{-1, -1}, int32(0)
	for i := range a {
		key := [2]int32{a[i], b[i]}
		if key != last {
			k, ok := seen[key]
			if !ok {
				k = int32(len(seen))
				seen[key] = k
			}
			last, rank = key, k
		}
		out[i] = rank
	}
	return out, len(seen)
}

// correct sets the sampled fraction of each cluster from population sizes or
// fractions, one a record.
func (st *stage) correct(fpc []float64, unequal bool) error {
	check(len(st.cluster), len(fpc))
	share := true
	for i, v := range fpc {
		if !(v > 0) {
			return refuse("", i+1, "donnez le nombre de grappes de la strate dans la population", "correction de population finie %s", number(v))
		}
		share = share && v <= 1
	}
	first := make([]float64, len(st.sampled)) // of each stratum
	for i, v := range fpc {
		c := st.cluster[i]
		h := st.stratum[c]
		f := v
		if !share {
			f = st.sampled[h] / v
		}
		if f > 1+1e-9 {
			return refuse("", i+1, "vérifiez la taille de population de la strate", "%g grappes tirées dans une strate de %g", st.sampled[h], v)
		}
		same := &first[h]
		if unequal {
			same = &st.fraction[c]
		}
		if *same != 0 && math.Abs(*same-f) > 1e-9*f {
			return refuse("", i+1, "donnez la même valeur à tous les enregistrements de la strate (ou de la grappe, à probabilités inégales)",
				"la correction de population finie varie dans une strate : %g", v)
		}
		*same, st.fraction[c] = f, f
	}
	return nil
}

// inherit sets the multiplier of each stratum from the stage above.
func (st *stage) inherit(above *stage) {
	st.multiplier = make([]float64, len(st.sampled))
	for h, parent := range st.parent {
		st.multiplier[h] = above.fraction[parent]
		if above.multiplier != nil {
			st.multiplier[h] *= above.multiplier[above.stratum[parent]]
		}
	}
}
