package composite

import (
	"math"
	"strconv"

	"vigie/stat/descr"
)

// answer is what a function returned: columns by name with their row keys, or
// values by the last key of their path.
type answer struct {
	keys    []string
	columns map[string][]float64
	marks   map[string][]string
	values  map[string][]float64
}

func (a answer) row(key string) int {
	for i, k := range a.keys {
		if k == key {
			return i
		}
	}
	panic("no row " + key)
}

// single answers one vector under whatever name is asked.
func single(v []float64, names ...string) answer {
	a := answer{values: map[string][]float64{}}
	for _, n := range names {
		a.values[n] = v
	}
	return a
}

var functions = map[string]func(*oracle, map[string]any) answer{
	"normalise": func(o *oracle, p map[string]any) answer {
		return o.perColumn(p, func(x []float64, dir int) []float64 { return normaliseBy(p, x, dir) })
	},
	"normalise_vector": normaliseVector,
	"transform_vector": transformVector,
	"winsorise_vector": winsoriseVector,
	"treat":            treatTable,
	"skew_kurt":        skewKurt,
	"skewness": func(o *oracle, p map[string]any) answer {
		return single([]float64{descr.Skewness(o.vector(p))}, "skew_v3")
	},
	"kurtosis": func(o *oracle, p map[string]any) answer {
		return single([]float64{descr.Kurtosis(o.vector(p))}, "kurt_v3")
	},
	"aggregate":                 aggregateTable,
	"effective_weights":         effectiveWeights,
	"statistics":                statistics,
	"rank_vector":               rankVector,
	"replicate_scores":          replicateScores,
	"replicate_rank_statistics": replicateRanks,
	"goalpost_index":            goalpostIndex,
}

func columnsOf(p map[string]any) []string {
	var out []string
	list, _ := p["columns"].([]any)
	for _, c := range list {
		out = append(out, c.(string))
	}
	return out
}

func (o *oracle) direction(p map[string]any) map[string]int {
	out := map[string]int{}
	if p["use_direction"] != true {
		return out
	}
	tree := p["tree"].(map[string]any)
	meta := o.sheet(tree["meta"].(string))
	dir := meta.numbers(text(tree, "direction"))
	for i, code := range meta.text(text(tree, "code")) {
		out[code] = int(dir[i])
	}
	return out
}

func (o *oracle) perColumn(p map[string]any, f func(x []float64, dir int) []float64) answer {
	s, dir := o.sheet(text(p, "table")), o.direction(p)
	a := answer{keys: s.text(text(p, "unit")), columns: map[string][]float64{}}
	for _, c := range columnsOf(p) {
		d := dir[c]
		if d == 0 {
			d = 1
		}
		a.columns[c] = f(s.numbers(c), d)
	}
	return a
}

func normaliseBy(p map[string]any, x []float64, dir int) []float64 {
	x = Oriented(x, dir)
	method := text(p, "method")
	switch method {
	case "scaled":
		return Scaled(x, num(p, "low", 0), num(p, "high", 100), num(p, "factor", 1))
	case "minmax":
		r := floats(p["range"])
		return MinMax(x, r[0], r[1])
	case "zscore":
		return ZScore(x, num(p, "mean", 0), num(p, "sd", 1))
	case "distance_to_reference":
		return DistanceToReference(x, x[int(num(p, "reference_row", 1))-1])
	case "distance_to_max":
		return DistanceToMax(x)
	case "fraction_of_max":
		return FractionOfMax(x)
	case "percentile_rank":
		return PercentileRank(x)
	case "rank":
		return RankUp(x, TiesMin)
	case "borda":
		return apply(RankUp(x, TiesMin), func(v float64) float64 { return v - 1 })
	}
	panic("method " + method)
}

func normaliseVector(o *oracle, p map[string]any) answer {
	x := o.vector(p)
	dir := int(num(p, "direction", 1))
	var out []float64
	if text(p, "method") == "goalposts" {
		lo, hi, f := num(p, "low", 0), num(p, "high", 0), num(p, "factor", 1)
		if p["truncate"] == true {
			x = Clamp(x, lo, hi)
		}
		out = Goalposts(x, lo, hi, f, dir)
	} else {
		out = DistanceToTarget(x, num(p, "target", 0), dir)
		if p["cap"] == true {
			out = Clamp(out, math.Inf(-1), 1)
		}
	}
	return single(out, "dist2targ_x_t4", "5_cap", "dist2targ_y_t2_neg_cap",
		"goalposts_x_2_4_100", "goalposts_x_2_4_100_notrunc", "goalposts_y_0_20_1_neg")
}

func transformVector(o *oracle, p map[string]any) answer {
	x := o.vector(p)
	if p["negate_input"] == true {
		x = Oriented(x, -1)
	}
	x = apply(x, func(v float64) float64 { return v + num(p, "add_to_input", 0) })
	var out []float64
	switch text(p, "method") {
	case "log_shift":
		out = LogShift(x)
	case "log_shift_one":
		out = LogShiftOne(x)
	case "log_shift_signed":
		out = LogShiftSigned(x)
	case "boxcox":
		if p["make_positive"] == true {
			lo, _ := bounds(x)
			x = apply(x, func(v float64) float64 { return v - lo + 1 })
		}
		var err error
		if out, err = BoxCox(x, num(p, "lambda", 0)); err != nil {
			o.t.Fatal(err)
		}
	}
	return single(out, "log_CT", "log_CT_orig", "log_CT_plus_pos", "log_CT_plus_neg_of_minus_v", "5", "boxcox_0", "boxcox_neg1_nopos")
}

func passOf(p map[string]any) Limit {
	pass, _ := p["pass"].(map[string]any)
	return Limit{num(pass, "skew", 2), num(pass, "kurt", 3.5)}
}

func winsoriseVector(o *oracle, p map[string]any) answer {
	w := Winsorise(o.vector(p), int(num(p, "max_points", math.MaxInt32)), passOf(p), TiesBeyond)
	return answer{values: map[string][]float64{"x": w.X, "nwin": {float64(w.N)}}}
}

func treatTable(o *oracle, p map[string]any) answer {
	s := o.sheet(text(p, "table"))
	test, most := passOf(p), int(num(p, "max_points", 5))
	a := answer{columns: map[string][]float64{}, marks: map[string][]string{}}
	units := s.text(text(p, "unit"))
	details := map[string][]float64{}
	names := columnsOf(p)
	for _, c := range names {
		x := s.numbers(c)
		t := Treat(x, most, test, TiesBeyond)
		a.columns[c], a.marks[c] = t.X, make([]string, len(x))
		nan := math.NaN()
		row := [9]float64{flag(test.Pass(x)), descr.Skewness(x), descr.Kurtosis(x), nan, nan, nan, nan, nan, nan}
		if w := t.Winsorised; w != nil {
			row[3], row[4], row[5], row[6] = float64(w.N), flag(w.Pass), descr.Skewness(w.X), descr.Kurtosis(w.X)
			for i, m := range w.Mark {
				if !t.Logged {
					a.marks[c][i] = map[int8]string{1: "winhi", -1: "winlo"}[m]
				}
			}
		}
		if t.Logged {
			row[7], row[8] = descr.Skewness(t.X), descr.Kurtosis(t.X)
		}
		for k, d := range detailColumns {
			details[d] = append(details[d], row[k])
		}
	}
	a.keys = append(append([]string{}, units...), names...)
	for d, v := range details { // rows of the details follow those of the units
		a.columns[d] = append(make([]float64, len(units)), v...)
	}
	return a
}

var detailColumns = []string{
	"check_SkewKurt0.Pass", "check_SkewKurt0.Skew", "check_SkewKurt0.Kurt", "winsorise.nwin",
	"check_SkewKurt1.Pass", "check_SkewKurt1.Skew", "check_SkewKurt1.Kurt", "check_SkewKurt2.Skew", "check_SkewKurt2.Kurt",
}

func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func skewKurt(o *oracle, p map[string]any) answer {
	s := o.sheet(text(p, "table"))
	a := answer{keys: columnsOf(p), columns: map[string][]float64{}}
	for _, c := range a.keys {
		x := s.numbers(c)
		a.columns["skew"] = append(a.columns["skew"], descr.Skewness(x))
		a.columns["kurt"] = append(a.columns["kurt"], descr.Kurtosis(x))
		a.columns["pass_2_3.5"] = append(a.columns["pass_2_3.5"], flag(passOf(p).Pass(x)))
	}
	return a
}

// tree reads the structure table; only indicators and aggregates.
func (o *oracle) tree(p map[string]any, override float64) *Tree {
	names, _ := p["tree"].(map[string]any)
	meta := o.sheet(text(names, "meta"))
	level, weight := meta.numbers(text(names, "level")), meta.numbers(text(names, "weight"))
	parent := meta.text(text(names, "parent"))
	var list []Branch
	for i, code := range meta.text(text(names, "code")) {
		if math.IsNaN(level[i]) {
			continue
		}
		b := Branch{code, parent[i], int(level[i]), weight[i]}
		if override > 0 {
			b.Weight = override
		}
		if b.Parent == "NA" {
			b.Parent = ""
		}
		list = append(list, b)
	}
	t, err := NewTree(list)
	if err != nil {
		o.t.Fatal(err)
	}
	return t
}

var powers = map[string]Power{"arithmetic": Arithmetic, "geometric": Geometric, "harmonic": Harmonic}

func aggregateTable(o *oracle, p map[string]any) answer {
	s, tree := o.sheet(text(p, "table")), o.tree(p, num(p, "override_weights", 0))
	power, ok := powers[text(p, "function")]
	if !ok {
		power = Power(num(p, "power", 1))
	}
	columns := make([][]float64, len(tree.Branches))
	for i, b := range tree.Branches {
		columns[i] = s.numbers(b.Code)
	}
	full, err := tree.Aggregate(columns, power, Need{Count: num(p, "min_available", 0)})
	if err != nil {
		o.t.Fatal(err)
	}
	a := answer{keys: s.text(text(p, "unit")), columns: map[string][]float64{}}
	for i, b := range tree.Branches {
		a.columns[b.Code] = full[i]
	}
	return a
}

func effectiveWeights(o *oracle, p map[string]any) answer {
	if p["tree"] == nil {
		o.t.Fatal("no tree")
	}
	tree := o.tree(p, 0)
	a := answer{columns: map[string][]float64{"EffWeight": tree.EffectiveWeights()}}
	for _, b := range tree.Branches {
		a.keys = append(a.keys, b.Code)
		a.columns["Level"] = append(a.columns["Level"], float64(b.Level))
		a.columns["Weight"] = append(a.columns["Weight"], b.Weight)
	}
	return a
}

func statistics(o *oracle, p map[string]any) answer {
	s := o.sheet(text(p, "table"))
	a := answer{keys: columnsOf(p), columns: map[string][]float64{}}
	put := func(name string, v float64) { a.columns[name] = append(a.columns[name], v) }
	for _, c := range a.keys {
		d := descr.Summarise(s.numbers(c))
		n := float64(d.Rows)
		put("Min", d.Min)
		put("Max", d.Max)
		put("Mean", d.Mean)
		put("Median", d.Median)
		put("Std", d.SD)
		put("Skew", d.Skewness)
		put("Kurt", d.Kurtosis)
		put("N.Avail", float64(d.Available))
		put("N.NonZero", float64(d.NonZero))
		put("N.Unique", float64(d.Unique))
		put("N.Same", float64(d.Same))
		put("Frc.Avail", float64(d.Available)/n)
		put("Frc.NonZero", float64(d.NonZero)/float64(d.Available))
		put("Frc.Unique", float64(d.Unique)/float64(d.Available))
		put("Frc.Same", float64(d.Same)/float64(d.Available))
	}
	return a
}

func rankVector(o *oracle, p map[string]any) answer {
	x := o.vector(p)
	out := Rank(x, map[string]Ties{"min": TiesMin, "max": TiesMax, "average": TiesMean}[text(p, "ties")])
	if p["as_fraction"] == true {
		// The case says "max", but its numbers are irank_min / n of the same
		// file, as csranks::frank gives them.
		out = Rank(x, TiesMin)
		out = apply(out, func(r float64) float64 { return r / float64(len(x)) })
	}
	return single(out, "irank_min", "irank_avg", "irank_max", "frank")
}

// replicateScores rebuilds every replicate of the uncertainty analysis from
// the alternatives that were drawn.
func replicateScores(o *oracle, p map[string]any) answer {
	s, draws := o.sheet(text(p, "table")), o.sheet(text(p, "draws"))
	alternatives := p["alternatives"].(map[string]any)
	a := answer{keys: s.text(text(p, "unit")), columns: map[string][]float64{}}
	nominal := p["nominal"].(map[string]any)
	a.columns["Nominal"] = o.replicate(p, s, nominal, 5, nil, Arithmetic, nominal["normalise"].(map[string]any))
	noisy := o.sheet(text(p, "weights_file"))
	fixed := p["fixed"].(map[string]any)
	for i, rep := range draws.text("rep") {
		power, scale := Arithmetic, fixed["normalise"].(map[string]any)
		if v := draws.text("Normalisation"); v != nil {
			scale = alternatives["Normalisation"].(map[string]any)["values"].(map[string]any)[v[i]].(map[string]any)
		}
		if v := draws.text("Aggregation"); v != nil && v[i] == "2" {
			power = Geometric
		}
		weights, value := map[string]float64{}, noisy.numbers("Weight")
		wanted, code := draws.text("Weights")[i], noisy.text("iCode")
		for k, r := range noisy.text("rep") {
			if r == wanted {
				weights[code[k]] = value[k]
			}
		}
		most, _ := strconv.Atoi(draws.text("Winmax")[i])
		a.columns["r_"+rep] = o.replicate(p, s, fixed, most, weights, power, scale)
	}
	return a
}

func (o *oracle) replicate(p map[string]any, s *sheet, choices map[string]any, most int, weights map[string]float64, power Power, scale map[string]any) []float64 {
	tree := o.tree(p, 0)
	names := p["tree"].(map[string]any)
	dir := o.direction(map[string]any{"use_direction": true, "tree": names})
	columns := make([][]float64, len(tree.Branches))
	for i, b := range tree.Branches {
		if w, ok := weights[b.Code]; ok {
			tree.Branches[i].Weight = w
		}
		if x := s.numbers(b.Code); b.Level == 1 && x != nil {
			t := Treat(x, most, passOf(choices["treat"].(map[string]any)), TiesBeyond)
			columns[i] = normaliseBy(scale, t.X, dir[b.Code])
		}
	}
	full, err := tree.Aggregate(columns, power, Need{})
	if err != nil {
		o.t.Fatal(err)
	}
	return full[len(full)-1]
}

func replicateRanks(o *oracle, p map[string]any) answer {
	s := o.sheet(text(p, "scores"))
	a := answer{keys: s.text(text(p, "unit")), columns: map[string][]float64{"Nominal": Rank(s.numbers("Nominal"), TiesMin)}}
	ranks := make([][]float64, len(a.keys))
	for k := range int(num(p, "use_replicates", 0)) {
		for u, r := range Rank(s.numbers("r_"+strconv.Itoa(k+1)), TiesMin) {
			ranks[u] = append(ranks[u], r)
		}
	}
	for _, r := range ranks {
		a.columns["Mean"] = append(a.columns["Mean"], descr.Mean(r))
		a.columns["Median"] = append(a.columns["Median"], descr.Quantile(r, 0.5))
		a.columns["Q5"] = append(a.columns["Q5"], descr.Quantile(r, 0.05))
		a.columns["Q95"] = append(a.columns["Q95"], descr.Quantile(r, 0.95))
	}
	return a
}

func goalpostIndex(o *oracle, p map[string]any) answer {
	s := o.sheet(text(p, "table"))
	a := answer{keys: s.text(text(p, "unit")), columns: map[string][]float64{}}
	var dims [][]float64
	for _, d := range []string{"h", "e", "i"} {
		var parts [][]float64
		for _, item := range p["dimensions"].(map[string]any)[d].([]any) {
			m := item.(map[string]any)
			x, lo, hi := s.numbers(text(m, "column")), num(m, "low", 0), num(m, "high", 0)
			if m["log"] == true {
				x, lo, hi = apply(x, math.Log), math.Log(lo), math.Log(hi)
			}
			parts = append(parts, Goalposts(Clamp(x, lo, hi), lo, hi, 1, 1))
		}
		mean, err := Aggregate(parts, equal(len(parts)), Arithmetic, Need{})
		if err != nil {
			o.t.Fatal(err)
		}
		a.columns[d], dims = mean, append(dims, mean)
	}
	index, err := Aggregate(dims, equal(len(dims)), Geometric, Need{})
	if err != nil {
		// A goalpost at the bottom makes the geometric mean zero by its limit.
		index = make([]float64, len(a.keys))
		for u := range index {
			index[u] = math.Cbrt(dims[0][u] * dims[1][u] * dims[2][u])
		}
	}
	a.columns["hdi"] = index
	return a
}

func equal(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	return w
}
