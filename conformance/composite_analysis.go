package conformance

import (
	"math"
	"slices"
	"strconv"

	"vigie/fault"
	"vigie/stat/composite"
	"vigie/stat/descr"
)

var methods = map[string]descr.Method{"pearson": descr.Pearson, "spearman": descr.Spearman, "kendall": descr.Kendall}

func (a *asked) correlated() descr.Method {
	a.choice("missing", "pairwise")
	return methods[a.choice("method", "pearson", "spearman", "kendall")]
}

func correlation(a *asked) *found {
	m := a.correlated()
	var s *structure
	if a.has("tree") {
		s = a.structure()
	}
	var first, second []string
	t := a.table("table")
	switch a.choice("pairs", "all", "child_parent", "levels") {
	case "all":
		for _, x := range a.texts("columns") {
			for _, y := range a.texts("columns") {
				first, second = append(first, x), append(second, y)
			}
		}
	case "child_parent":
		level := a.number("child_level")
		if *a.err != nil {
			return nil
		}
		for _, code := range s.of(level) {
			first, second = append(first, s.parent[s.at(code)]), append(second, code)
		}
	default:
		levels := value[[]any](a, "levels")
		if *a.err != nil {
			return nil
		}
		for _, low := range s.of(largestOf(levels, 0)) {
			for _, high := range s.of(largestOf(levels, 1)) {
				first, second = append(first, high), append(second, low)
			}
		}
	}
	r := make([]float64, len(first))
	for i := range first {
		x, y := a.numbers(t, first[i]), a.numbers(t, second[i])
		if *a.err != nil {
			return nil
		}
		r[i], _ = descr.Correlation(x, y, m)
	}
	out := &found{}
	out.rows(map[string][]string{"Var1": first, "Var2": second}, map[string][]float64{"Correlation": r})
	return out
}

func correlationP(a *asked) *found {
	m, g, diagonal := a.correlated(), a.grid(nil), a.number("diagonal", 0)
	if *a.err != nil {
		return nil
	}
	columns := map[string][]float64{}
	for i, one := range g.names {
		for j, other := range g.names {
			r, n := descr.Correlation(g.columns[one], g.columns[other], m)
			p := descr.CorrelationP(r, n)
			if i == j {
				p = diagonal
			}
			columns[one] = append(columns[one], p)
		}
	}
	out := &found{}
	out.rows(map[string][]string{"code": g.names}, columns)
	return out
}

// beyond tells whether a correlation is to be flagged.
func (a *asked) beyond() func(r float64) bool {
	t := a.number("threshold")
	switch a.choice("side", "above", "below", "absolute_above") {
	case "below":
		return func(r float64) bool { return r < t }
	case "absolute_above":
		return func(r float64) bool { return math.Abs(r) > t }
	}
	return func(r float64) bool { return r > t }
}

func correlationFlags(a *asked) *found {
	s := a.structure()
	m, g, flagged, level := a.correlated(), a.grid(s), a.beyond(), a.number("within_level")
	if *a.err != nil {
		return nil
	}
	var group, one, other []string
	var r []float64
	names := slices.Sorted(slices.Values(g.names))
	for i, x := range names {
		for _, y := range names[i+1:] {
			v, _ := descr.Correlation(g.columns[x], g.columns[y], m)
			if up := s.above(x, level); up != "" && up == s.above(y, level) && flagged(v) {
				group, one, other, r = append(group, up), append(one, x), append(other, y), append(r, v)
			}
		}
	}
	out := &found{}
	out.rows(map[string][]string{"Group": group, "Ind1": one, "Ind2": other}, map[string][]float64{"Corr": r})
	return out
}

func denominatorCorrelation(a *asked) *found {
	m, g, flagged := a.correlated(), a.grid(nil), a.beyond()
	var of, by []string
	var r []float64
	for _, d := range a.texts("denominators") {
		x := a.numbers(g.table, d)
		if *a.err != nil {
			return nil
		}
		for _, name := range g.names {
			if v, _ := descr.Correlation(g.columns[name], x, m); flagged(v) {
				of, by, r = append(of, name), append(by, d), append(r, v)
			}
		}
	}
	out := &found{}
	out.rows(map[string][]string{"Ind": of, "Denom": by}, map[string][]float64{"Corr": r})
	return out
}

// cronbach gives the alpha of the elements of one level under each parent, for
// several tables.
func cronbach(a *asked) *found {
	s := a.structure()
	a.choice("missing", "pairwise_covariances")
	tables := a.object("tables")
	if *a.err != nil {
		return nil
	}
	var set, group []string
	var alpha []float64
	for _, name := range sortedKeys(tables.params) {
		t := tables.table(name)
		level := map[string]float64{"level1_by_parent": 1, "level2_by_parent": 2}[a.choice(name, "level1_by_parent", "level2_by_parent")]
		for _, parent := range s.of(level + 1) {
			var items [][]float64
			for _, code := range s.of(level) {
				if s.parent[s.at(code)] == parent {
					items = append(items, a.numbers(t, code))
				}
			}
			if *a.err != nil {
				return nil
			}
			set, group, alpha = append(set, name), append(group, parent), append(alpha, descr.Alpha(items))
		}
	}
	out := &found{}
	out.rows(map[string][]string{"dset": set, "group": group}, map[string][]float64{"alpha": alpha})
	return out
}

func pca(a *asked) *found {
	g, scale := a.grid(nil), a.flag("scale", true)
	if !a.flag("centre", true) {
		a.fail(fault.NotFoundf("retirez « centre », ou écrivez true", "centre vaut false : les composantes principales se calculent ici sur des colonnes centrées"))
	}
	if *a.err != nil {
		return nil
	}
	c, err := composite.PCA(g.list(), scale)
	if err != nil {
		a.fail(err)
		return nil
	}
	rows := make([]any, len(c.Rotation))
	for i, r := range c.Rotation {
		rows[i] = finites(r)
	}
	return &found{values: map[string]any{"sdev": finites(c.SD), "variance_share": finites(c.Share), "rotation_rows": rows}}
}

// pcaWeights gives each element of a level its loading among its siblings; the
// others keep their weight.
func pcaWeights(a *asked) *found {
	s := a.structure()
	t, level, scale, component := a.table("table"), a.number("level"), a.flag("scale", true), a.whole("component", 1)
	if *a.err != nil {
		return nil
	}
	var codes []string
	var weights []float64
	for i, code := range s.code {
		if !math.IsNaN(s.level[i]) {
			codes, weights = append(codes, code), append(weights, s.weight[i])
		}
	}
	for _, parent := range s.of(level + 1) {
		var columns [][]float64
		var under []string
		for _, code := range s.of(level) {
			if s.parent[s.at(code)] == parent {
				under, columns = append(under, code), append(columns, a.numbers(t, code))
			}
		}
		if *a.err != nil {
			return nil
		}
		c, err := composite.PCA(columns, scale)
		if err != nil || component > len(c.SD) {
			a.fail(fault.Invalidf("vérifiez les colonnes", "pas de composante %d sous %s (%v)", component, parent, err))
			return nil
		}
		for k, code := range under {
			weights[slices.Index(codes, code)] = c.Rotation[k][component-1]
		}
	}
	out := &found{}
	out.rows(map[string][]string{"iCode": codes}, map[string][]float64{"Weight": weights})
	return out
}

func optimiseWeights(a *asked) *found {
	s := a.structure()
	g, level := a.grid(s), a.number("level")
	a.choice("target", "equal")
	a.choice("constraint", "non_negative")
	a.choice("objective", "log_mean_squared_share_difference")
	if *a.err != nil {
		return nil
	}
	above := s.of(level + 1)
	group := make([]int, len(g.names))
	for k, name := range g.names {
		group[k] = slices.Index(above, s.above(name, level+1))
	}
	b, err := composite.Balance(g.list(), group)
	if err != nil {
		a.fail(err)
		return nil
	}
	weights := map[string]any{}
	for k, name := range g.names {
		weights[name] = b.Weights[k]
	}
	return &found{values: map[string]any{"objective": b.Value, "value": b.Value, "weights": weights}}
}

// divisor reads that of a variance, the first when it is absent: 0 for n, 1
// for n − 1.
func (a *asked) divisor(key string, known ...string) int {
	if a.choice(key, known...) == "n-1" {
		return 1
	}
	return 0
}

func mazziotta(a *asked) *found {
	g, variants := a.grid(nil), a.object("variants")
	columns := map[string][]float64{}
	for _, name := range sortedKeys(variants.params) {
		v := variants.object(name)
		columns[name] = composite.MazziottaPareto(g.list(), composite.Penalty(v.number("sign")), v.divisor("variance_divisor", "n", "n-1"))
		v.done()
	}
	if *a.err != nil {
		return nil
	}
	return g.found(columns)
}

func adjustedMazziotta(a *asked) *found {
	g := a.grid(nil)
	key := a.text("time")
	polarity, reference, year := value[[]any](a, "polarity"), value(a, "reference_values", []any(nil)), a.number("reference_time")
	a.choice("scale", "reference_half_range_70_130")
	all := a.choice("rows", "complete_in_every_period", "all") == "all"
	divisor := a.divisor("variance_divisor", "n", "n-1")
	if *a.err != nil {
		return nil
	}
	gaps := map[string]bool{}
	for _, x := range g.columns {
		for i, v := range x {
			gaps[g.units[i]] = gaps[g.units[i]] || math.IsNaN(v)
		}
	}
	in := make([]bool, len(g.units))
	for i, u := range g.units {
		in[i] = all || !gaps[u]
	}
	g.only(in)
	scaled := make([][]float64, len(g.names))
	columns := map[string][]float64{}
	times := a.numbers(g.table, key)
	for k, name := range g.names {
		at := largestOf(reference, k)
		if reference == nil {
			at = meanAt(g.columns[name], times, year)
		}
		scaled[k] = composite.AdjustedScale(g.columns[name], at, int(largestOf(polarity, k)))
		columns[name] = scaled[k]
	}
	columns["ampi_sub"] = composite.MazziottaPareto(scaled, composite.Below, divisor)
	columns["ampi_add"] = composite.MazziottaPareto(scaled, composite.Above, divisor)
	periods, _ := g.texts(key)
	out := &found{}
	out.rows(map[string][]string{g.key: g.units, key: periods}, columns)
	return out
}

// meanAt is the mean of a column in one period.
func meanAt(x, times []float64, at float64) float64 {
	var y []float64
	for i, t := range times {
		if t == at {
			y = append(y, x[i])
		}
	}
	return descr.Mean(y)
}

func wroclaw(a *asked) *found {
	g, scaled := a.grid(nil), a.has("standardise") && a.choice("standardise", "zscore") == "zscore"
	a.choice("pattern", "column_maxima")
	a.choice("denominator", "mean_plus_2_sd")
	divisor := a.divisor("sd_divisor", "n-1", "n")
	if *a.err != nil {
		return nil
	}
	if scaled {
		g.columns = g.each(func(_ string, x []float64) []float64 { return composite.ZScore(x, 0, 1) })
	}
	return g.found(map[string][]float64{"wroclaw": composite.Wroclaw(g.list(), divisor)})
}

func owa(a *asked) *found {
	g, j, q := a.grid(nil), a.whole("j"), a.object("quantifiers")
	columns := map[string][]float64{}
	for _, name := range sortedKeys(q.params) {
		columns[name] = composite.OrderedMean(g.list(), j, q.choice(name, "at_least_j", "more_than_j") == "at_least_j")
	}
	if *a.err != nil {
		return nil
	}
	return g.found(columns)
}

func benefitOfTheDoubt(a *asked) *found {
	g, add := a.grid(nil), a.number("add_constant", 0)
	var s composite.Shares
	if a.has("share_bounds") {
		l := value[[]any](a, "share_bounds")
		s = composite.Shares{Low: largestOf(l, 0), High: largestOf(l, 1)}
	}
	if *a.err != nil {
		return nil
	}
	g.columns = g.each(func(_ string, x []float64) []float64 {
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = v + add
		}
		return out
	})
	scores, err := composite.BenefitOfTheDoubt(g.list(), s)
	if err != nil {
		a.fail(err)
		return nil
	}
	return g.found(map[string][]float64{"score": scores})
}

func goalpostIndex(a *asked) *found {
	g, dimensions := a.grid(nil), a.object("dimensions")
	clip := value(a, "clip", []any{0.0, 1.0})
	inside, across, index := a.power("within_dimension"), a.power("across"), a.text("index")
	if *a.err != nil {
		return nil
	}
	columns := map[string][]float64{}
	var parts [][]float64
	for _, name := range sortedKeys(dimensions.params) {
		var items [][]float64
		for _, e := range value[[]any](dimensions, name) {
			item := &asked{dir: a.dir, path: a.path + ".dimensions." + name, read: map[string]bool{}, err: a.err}
			item.params, _ = e.(map[string]any)
			x, low, high := item.column(g.table, "column"), item.number("low"), item.number("high")
			if item.flag("log", false) {
				x, low, high = logs(x), math.Log(low), math.Log(high)
			}
			items = append(items, composite.Clamp(composite.Goalposts(x, low, high, 1, item.whole("direction", 1)), largestOf(clip, 0), largestOf(clip, 1)))
			item.done()
		}
		columns[name] = mean(a, items, inside)
		parts = append(parts, columns[name])
	}
	columns[index] = mean(a, parts, across)
	return g.found(columns)
}

func logs(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = math.Log(v)
	}
	return out
}

// mean is that of columns of equal weight; a geometric or harmonic one of a
// row with a zero is zero, its limit.
func mean(a *asked, columns [][]float64, p composite.Power) []float64 {
	if *a.err != nil || len(columns) == 0 {
		return nil
	}
	weights, out := ones(len(columns)), make([]float64, len(columns[0]))
	row := make([]float64, len(columns))
	for i := range out {
		zero := false
		for k, x := range columns {
			row[k] = x[i]
			zero = zero || x[i] == 0 && p <= 0
		}
		if zero {
			continue
		}
		v, err := composite.Mean(row, weights, p)
		if err != nil {
			a.fail(err)
			return nil
		}
		out[i] = v
	}
	return out
}

// sobolFromReplicates takes as answer of a replicate how far it moves the
// ranks from the nominal ones.
func sobolFromReplicates(a *asked) *found {
	g, replicate := a.scores()
	n, d, rule := a.whole("N"), a.whole("d"), ties[a.choice("ties", "min", "max", "average")]
	a.choice("order", "a_b_ab")
	a.choice("target", "mean_abs_rank_difference")
	if *a.err != nil {
		return nil
	}
	nominal := composite.Rank(a.numbers(g.table, "Nominal"), rule)
	y := make([]float64, n*(d+2))
	for k := range y {
		x := replicate(k + 1)
		if *a.err != nil {
			return nil
		}
		y[k] = moves(composite.Rank(x, rule), nominal)
	}
	return indices(a, y, n, d)
}

// indices answers as a table, an input a row, and as values.
func indices(a *asked, y []float64, n, d int) *found {
	s, err := composite.SobolIndices(y, n, d)
	if err != nil {
		a.fail(err)
		return nil
	}
	names := make([]string, d)
	for k := range names {
		names[k] = "V" + strconv.Itoa(k+1)
	}
	out := &found{values: map[string]any{"Si": finites(s.First), "STi": finites(s.Total), "variance": finite(s.Variance)}}
	out.rows(map[string][]string{"Variable": names}, map[string][]float64{"Si": s.First, "STi": s.Total})
	return out
}

func sobolEstimate(a *asked) *found {
	t := a.table("sample")
	y, n, d := a.column(t, "output"), a.whole("N"), a.whole("d")
	a.choice("order", "a_b_ab")
	if *a.err != nil {
		return nil
	}
	return indices(a, y, n, d)
}

// sobolMonteCarlo estimates the indices of a known function many times.
func sobolMonteCarlo(a *asked) *found {
	n, d, runs := a.whole("N"), a.whole("d"), a.whole("runs")
	low, high := a.bound("low"), a.bound("high")
	f := a.function()
	a.choice("order", "a_b_ab")
	if *a.err != nil {
		return nil
	}
	first, total := make([][]float64, d), make([][]float64, d)
	for run := range runs {
		rows := composite.SobolSample(n, d, a.seed+uint64(run))
		y := make([]float64, len(rows))
		for i, r := range rows {
			for k := range r {
				r[k] = low + r[k]*(high-low)
			}
			y[i] = f(r)
		}
		s, err := composite.SobolIndices(y, n, d)
		if err != nil {
			a.fail(err)
			return nil
		}
		for k := range d {
			first[k], total[k] = append(first[k], s.First[k]), append(total[k], s.Total[k])
		}
	}
	return &found{values: map[string]any{"S_exact": spreads(first), "ST_exact": spreads(total)}}
}

func spreads(runs [][]float64) map[string]any {
	var m, s []float64
	for _, x := range runs {
		m, s = append(m, descr.Mean(x)), append(s, descr.SD(x))
	}
	return map[string]any{"mean": finites(m), "sd": finites(s)}
}

// bound reads a number, or a multiple of π by its name.
func (a *asked) bound(key string) float64 {
	switch a.get(key) {
	case "-pi":
		return -math.Pi
	case "pi":
		return math.Pi
	}
	return a.number(key)
}

// function reads the test function: Ishigami's, or Sobol's g.
func (a *asked) function() func(x []float64) float64 {
	if a.choice("test_function", "ishigami", "sobol_g") == "ishigami" {
		c, b := a.number("a"), a.number("b")
		return func(x []float64) float64 {
			s := math.Sin(x[1])
			return math.Sin(x[0]) + c*s*s + b*math.Pow(x[2], 4)*math.Sin(x[0])
		}
	}
	c := value[[]any](a, "a")
	return func(x []float64) float64 {
		p := 1.0
		for k, v := range x {
			p *= (math.Abs(4*v-2) + largestOf(c, k)) / (1 + largestOf(c, k))
		}
		return p
	}
}
