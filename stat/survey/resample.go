package survey

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Resampling names a way of making replicates.
//
// JK1 and JKn leave out one first-stage cluster at a time (JK1 without, JKn
// with strata). BRR and Fay take half of the two clusters of each stratum,
// balanced by a Hadamard matrix. Bootstrap draws as many clusters as there are
// (Canty and Davison), Subbootstrap one fewer (Rao and Wu), Multistage
// rescales half samples at every stage (Preston).
type Resampling int

// The ways of making replicates.
const (
	JK1 Resampling = iota
	JKn
	BRR
	Fay
	Bootstrap
	Subbootstrap
	Multistage
)

// Plan says which replicates to make: Rho in [0, 1) is Fay's coefficient,
// Count the number of bootstrap replicates (0: 500), Seed their seed, MSE
// whether deviations are from the estimate instead of the replicates' mean.
type Plan struct {
	Kind  Resampling
	Rho   float64
	Count int
	Seed  uint64
	MSE   bool
}

// Resample returns the design with replicates made from its structure; steps
// made after it are redone on each. The steps already made are kept as they
// are in the weights. Replicates are the same for any number of workers.
//
// Refusals: JK1 with strata; a stratum with one cluster; BRR or Fay with a
// stratum of other than two clusters; a population that varies in a stratum.
//
// Source: Wolter (2007), Introduction to Variance Estimation, chapters 3 and
// 4; Judkins (1990), Journal of Official Statistics 6(3), 223-239; Canty and
// Davison (1999), The Statistician 48(3), 379-391; Rao and Wu (1988), JASA
// 83(401), 231-241; Preston (2009), Survey Methodology 35(2), 227-234.
func (d *Design) Resample(p Plan) (*Design, error) {
	st := &d.stages[0]
	strata := st.members()
	x := &Replicates{MSE: p.MSE, Scale: 1, start: d.weights, unit: st.cluster, units: len(st.stratum)}
	if len(d.stages) == 1 && x.units == d.n && ordered(x.unit) {
		x.unit = nil
	}
	for h, members := range strata {
		if len(members) < 2 {
			return nil, refuse("", d.recordIn(h), "regroupez cette strate avec une voisine avant de créer les répliques",
				"la strate de cet enregistrement n’a qu’une grappe : elle ne peut pas être rééchantillonnée")
		}
	}
	var err error
	switch p.Kind {
	case JK1, JKn:
		err = x.jackknife(p.Kind, st, strata)
	case BRR, Fay:
		err = x.balanced(p, strata)
	default:
		err = x.bootstrap(d, p, strata)
	}
	if err != nil {
		return nil, err
	}
	x.free = min(float64(x.Count-1), float64(x.units-len(strata)))
	out := *d
	out.reps = x
	return &out, nil
}

// ordered tells whether unit i is i.
func ordered(unit []int32) bool {
	for i, u := range unit {
		if int(u) != i {
			return false
		}
	}
	return true
}

// members lists the clusters of each stratum.
func (st *stage) members() [][]int32 {
	out := make([][]int32, len(st.sampled))
	for c, h := range st.stratum {
		out[h] = append(out[h], int32(c))
	}
	return out
}

// recordIn returns a record (1-based) of a first-stage stratum.
func (d *Design) recordIn(h int) int {
	st := &d.stages[0]
	return 1 + slices.IndexFunc(st.cluster, func(c int32) bool { return int(st.stratum[c]) == h })
}

// constant returns what the clusters of a stratum share in a column.
func constant(members []int32, value []float64) (float64, error) {
	for _, c := range members {
		if value[c] != value[members[0]] {
			return 0, refuse("", 0, "prenez la linéarisation, ou un plan à probabilités égales dans chaque strate",
				"les probabilités d’inclusion varient dans une strate : ces répliques n’en tiennent pas compte")
		}
	}
	return value[members[0]], nil
}

// jackknife leaves out one cluster at a time, stratum after stratum.
func (x *Replicates) jackknife(kind Resampling, st *stage, strata [][]int32) error {
	if kind == JK1 && len(strata) > 1 {
		return refuse("", 0, "prenez JKn", "JK1 ne convient pas à un plan stratifié")
	}
	x.Count = x.units
	out := slices.Concat(strata...)
	for _, c := range out {
		members := strata[st.stratum[c]]
		f, err := constant(members, st.fraction)
		if err != nil {
			return err
		}
		n := float64(len(members))
		x.RScales = append(x.RScales, (n-1)/n*(1-f))
	}
	if kind == JK1 {
		x.Scale = x.RScales[0]
		for r := range x.RScales {
			x.RScales[r] = 1
		}
	}
	x.factor = func(r int, f []float64) {
		for c := range f {
			f[c] = 1
		}
		members := strata[st.stratum[out[r]]]
		n := float64(len(members))
		for _, c := range members {
			f[c] = n / (n - 1)
		}
		f[out[r]] = 0
	}
	return nil
}

// balanced takes half of each stratum by the columns of a Hadamard matrix.
func (x *Replicates) balanced(p Plan, strata [][]int32) error {
	if p.Kind == BRR {
		p.Rho = 0
	}
	if !(p.Rho >= 0 && p.Rho < 1) {
		return refuse("", 0, "donnez rho entre 0 inclus et 1 exclu, souvent 0,3 ou 0,5", "coefficient de Fay %g", p.Rho)
	}
	for h, members := range strata {
		if len(members) != 2 {
			return refuse("", 0, "prenez JKn ou un bootstrap, ou formez des strates de deux grappes",
				"les demi-échantillons équilibrés demandent deux grappes par strate ; la strate %d en a %d", h+1, len(members))
		}
	}
	m := Hadamard(len(strata) + 1)
	x.Count = len(m)
	x.Scale = 1 / (float64(x.Count) * (1 - p.Rho) * (1 - p.Rho))
	x.RScales = ones(x.Count)
	x.factor = func(r int, f []float64) {
		for h, members := range strata {
			kept, left := members[0], members[1]
			if m[r][h+1] < 0 {
				kept, left = left, kept
			}
			f[kept], f[left] = 2-p.Rho, p.Rho
		}
	}
	return nil
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// bootstrap draws clusters at random.
func (x *Replicates) bootstrap(d *Design, p Plan, strata [][]int32) error {
	if x.Count = p.Count; x.Count == 0 {
		x.Count = 500
	}
	if x.Count < 2 {
		return refuse("", 0, "demandez-en 200 ou plus", "%d réplique ne donne pas de variance", x.Count)
	}
	x.RScales = ones(x.Count)
	x.Scale = 1 / float64(x.Count-1)
	draw := func(r int) *rand.PCG { return rand.NewPCG(p.Seed, uint64(r)) }
	switch p.Kind {
	case Bootstrap:
		return x.cantyDavison(&d.stages[0], strata, draw)
	case Subbootstrap:
		x.factor = func(r int, f []float64) {
			source := draws{pcg: draw(r)}
			for _, members := range strata {
				n := len(members)
				each := float64(n) / float64(n-1)
				for k, times := range source.counts(n, n-1) {
					f[members[k]] = each * float64(times)
				}
			}
		}
		return nil
	}
	return x.multistage(d, draw)
}

// cantyDavison draws n clusters of each stratum with replacement or, when the
// population is finite, without replacement from as many copies of the sample
// as make the population; the variance is n/(n−1) times theirs, the harmonic
// mean of the sizes of strata standing for n. In populations of a few clusters
// it is too large; Multistage is not.
func (x *Replicates) cantyDavison(st *stage, strata [][]int32, draw func(r int) *rand.PCG) error {
	size, inverse := make([]int, len(strata)), 0.0
	for h, members := range strata {
		f, err := constant(members, st.fraction)
		if err != nil {
			return err
		}
		if f > 0 {
			size[h] = int(math.Round(float64(len(members)) / f))
		}
		inverse += 1 / float64(len(members))
	}
	n := float64(len(strata)) / inverse
	x.Scale *= n / (n - 1)
	x.factor = func(r int, f []float64) {
		source := draws{pcg: draw(r)}
		clear(f)
		for h, members := range strata {
			n := len(members)
			if size[h] == 0 {
				for range n {
					f[members[source.below(uint32(n))]]++
				}
				continue
			}
			rest := source.without(size[h]%n, n) // whole copies, then some of the sample
			for _, k := range source.without(n, size[h]) {
				if whole := size[h] / n * n; k >= whole {
					k = rest[k-whole]
				}
				f[members[k%n]]++
			}
		}
	}
	return nil
}

// multistage rescales half samples of clusters, stage within stage.
func (x *Replicates) multistage(d *Design, draw func(r int) *rand.PCG) error {
	x.Scale, x.unit, x.units = 1, nil, 0
	for r := range x.RScales {
		x.RScales[r] = 1 / float64(x.Count-1)
	}
	stages := make([][][]int32, len(d.stages))
	for k := range d.stages {
		stages[k] = d.stages[k].members()
		for h, members := range stages[k] {
			if k > 0 && len(members) < 2 && d.stages[k].fraction[members[0]] < 1 {
				return refuse("", 0, "prenez « subbootstrap », qui ne rééchantillonne que le premier degré",
					"une grappe du degré %d (groupe %d) n’a qu’une unité", k+1, h+1)
			}
		}
	}
	x.factor = func(r int, w []float64) {
		source := draws{pcg: draw(r)}
		sum := make([][]float64, len(stages)) // of each cluster: 1 + terms of the stages so far
		kept := make([][]float64, len(stages))
		for k, strata := range stages {
			st := &d.stages[k]
			sum[k], kept[k] = make([]float64, len(st.stratum)), make([]float64, len(st.stratum))
			for h, members := range strata {
				above, keep, through := 1.0, 1.0, 1.0
				if k > 0 {
					above, keep = sum[k-1][st.parent[h]], kept[k-1][st.parent[h]]
					through = st.multiplier[h]
				}
				source.half(members, func(c int32, n, half int, in bool) {
					term := 0.0
					lambda := math.Sqrt(float64(half) * through * (1 - st.fraction[c]) / float64(max(1, n-half)))
					if in {
						kept[k][c] = keep * math.Sqrt(float64(n)/float64(half))
						term = lambda * keep * (float64(n)/float64(half) - 1)
					} else {
						term = -lambda * keep
					}
					sum[k][c] = above + term
				})
			}
		}
		last := len(stages) - 1
		for i, c := range d.stages[last].cluster {
			w[i] = sum[last][c]
		}
	}
	return nil
}

// draws makes bounded integers from a generator.
type draws struct {
	pcg  *rand.PCG
	seen []uint32
}

// counts returns how many times each of n things was drawn, with replacement.
// They are valid until the next call.
//
// Source: bounded integers by Lemire (2019), ACM TOMACS 29(1), 3,
// doi:10.1145/3230636, two for each 64 random bits.
func (s *draws) counts(n, times int) []uint32 {
	if cap(s.seen) < n {
		s.seen = make([]uint32, 2*n)
	}
	seen := s.seen[:n]
	clear(seen)
	size := uint64(n)
	floor := -uint32(n) % uint32(n)
	for times > 1 {
		bits := s.pcg.Uint64()
		high, low := bits>>32*size, bits&math.MaxUint32*size
		if uint32(high) < floor || uint32(low) < floor {
			continue
		}
		seen[high>>32]++
		seen[low>>32]++
		times -= 2
	}
	if times == 1 {
		seen[s.below(uint32(n))]++
	}
	return seen
}

// below returns an integer in [0, n), without bias.
func (s *draws) below(n uint32) uint32 {
	for floor := -n % n; ; {
		if product := s.pcg.Uint64() >> 32 * uint64(n); uint32(product) >= floor {
			return uint32(product >> 32)
		}
	}
}

// without returns n distinct integers of [0, size), by Floyd's algorithm.
func (s *draws) without(n, size int) []int {
	seen, out := make(map[int]bool, n), make([]int, 0, n)
	for j := size - n; j < size; j++ {
		k := int(s.below(uint32(j + 1)))
		if seen[k] {
			k = j
		}
		seen[k] = true
		out = append(out, k)
	}
	return out
}

// half draws half of the members without replacement and tells each its fate.
func (s *draws) half(members []int32, tell func(c int32, n, half int, in bool)) {
	n := len(members)
	half := max(1, n/2)
	in := make([]bool, n)
	for _, k := range s.without(half, n) {
		in[k] = true
	}
	for k, c := range members {
		tell(c, n, half, in[k])
	}
}
