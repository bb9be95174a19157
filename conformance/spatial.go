package conformance

import (
	"errors"
	"runtime"

	"vigie/fault"
	"vigie/stat/composite"
	"vigie/stat/spatial"
)

// spatialFunctions are those of the family spatial.
var spatialFunctions = map[string]func(*asked) *found{
	"moran": func(a *asked) *found {
		return global(a, func(x []float64, w *spatial.Weights) (spatial.Test, error) { return spatial.Moran(x, w, a.variance()) })
	},
	"geary": func(a *asked) *found {
		return global(a, func(x []float64, w *spatial.Weights) (spatial.Test, error) { return spatial.Geary(x, w, a.variance()) })
	},
	"global_g":                func(a *asked) *found { return global(a, spatial.GlobalG) },
	"moran_permutation":       moranPermutation,
	"local_moran":             localMoran,
	"local_moran_permutation": localPermutation,
	"local_g":                 localG,
	"freeman_tukey":           freemanTukey,
	"rate_smoothing":          rateSmoothing,
	"eb_moran_permutation":    rateMoran,
	"minimum_spanning_tree":   spanningTree,
	"skater":                  skater,
}

// field is a table of units with one variable.
type field struct {
	*table
	key  string
	id   []string
	rank map[string]int
}

func (a *asked) units() *field {
	f := &field{table: a.table("table"), key: a.text("id"), rank: map[string]int{}}
	if *a.err == nil {
		f.id = a.labels(f.table, "id")
	}
	for i, id := range f.id {
		f.rank[id] = i
	}
	return f
}

func (f *field) found(columns map[string][]float64) *found {
	out := &found{}
	out.rows(map[string][]string{f.key: f.id}, columns)
	return out
}

// weights reads the edges of the neighbours, in the style asked.
func (a *asked) weights(f *field, style string) *spatial.Weights {
	edge := a.object("edge", map[string]any{"from": "from", "to": "to", "weight": "w"})
	t := a.table("neighbours")
	from, to, weight := edge.labels(t, "from"), edge.labels(t, "to"), edge.column(t, "weight")
	if edge.done() != nil {
		return nil
	}
	edges := make([]spatial.Edge, len(from))
	for i := range from {
		one, ok := f.rank[from[i]]
		other, too := f.rank[to[i]]
		if !ok || !too {
			a.fail(fault.Invalidf("donnez des voisins qui soient des unités", "%s, ligne %d : unité inconnue", t.name, i+2))
			return nil
		}
		edges[i] = spatial.Edge{From: one, To: other, Weight: weight[i]}
	}
	w, err := spatial.NewWeights(len(f.id), edges)
	if err != nil {
		a.fail(err)
		return nil
	}
	if style == "binary" {
		return w.Binary()
	}
	return w.RowStandardised()
}

func (a *asked) style() string { return a.choice("style", "row_standardised", "binary") }

func (a *asked) variance() spatial.Variance {
	if a.choice("variance", "randomisation", "normality") == "normality" {
		return spatial.Normality
	}
	return spatial.Randomisation
}

// tail gives the probability of a test on the side asked.
func (a *asked) tail(t spatial.Test) float64 {
	switch a.choice("alternative", "greater", "less", "two_sided") {
	case "less":
		return 1 - t.Greater
	case "two_sided":
		return t.P()
	}
	return t.Greater
}

func (a *asked) permutation() spatial.Permutation {
	return spatial.Permutation{Draws: a.whole("permutations"), Seed: a.seed, Workers: runtime.GOMAXPROCS(0)}
}

func global(a *asked, test func([]float64, *spatial.Weights) (spatial.Test, error)) *found {
	f := a.units()
	x, w := a.column(f.table, "variable"), a.weights(f, a.style())
	a.get("estimate") // the names of the three numbers, always in this order
	if *a.err != nil {
		return nil
	}
	t, err := test(x, w)
	if err != nil {
		a.fail(err)
	}
	return &found{values: map[string]any{"statistic": finite(t.Z), "p": finite(a.tail(t)),
		"estimate": finites([]float64{t.Statistic, t.Expected, t.Variance})}}
}

func moranPermutation(a *asked) *found {
	f := a.units()
	x, w, p := a.column(f.table, "variable"), a.weights(f, a.style()), a.permutation()
	a.choice("alternative", "greater")
	if *a.err != nil {
		return nil
	}
	s, err := spatial.MoranPermutation(x, w, p)
	if err != nil {
		a.fail(err)
	}
	return &found{values: map[string]any{"I": finite(s.Statistic), "p_greater": s.Greater, "p": s.Greater, "sim_mean": finite(s.Mean), "sim_sd": finite(s.SD)}}
}

func localMoran(a *asked) *found {
	f := a.units()
	x, w := a.column(f.table, "variable"), a.weights(f, a.style())
	moments, suffix := spatial.Total, "total"
	if a.choice("moments", "total", "conditional") == "conditional" {
		moments, suffix = spatial.Conditional, "cond"
	}
	side := a.choice("alternative", "two_sided", "greater", "less")
	if *a.err != nil {
		return nil
	}
	list, err := spatial.LocalMoran(x, w, moments)
	if err != nil {
		a.fail(err)
		return nil
	}
	columns := map[string][]float64{"lag": w.Lag(x)}
	for _, l := range list {
		p := l.P
		switch side {
		case "greater":
			p = l.Upper()
		case "less":
			p = 1 - l.Upper()
		}
		for name, v := range map[string]float64{"Ii": l.I, "E_" + suffix: l.Expected, "Var_" + suffix: l.Variance, "Z_" + suffix: l.Z, "p_" + suffix: p} {
			columns[name] = append(columns[name], v)
		}
	}
	out := f.found(columns)
	for i, l := range list {
		out.tables[0][i]["quadrant_mean"] = []string{"Low-Low", "High-Low", "Low-High", "High-High"}[l.Quadrant]
	}
	return out
}

func localPermutation(a *asked) *found {
	f := a.units()
	x, w, p := a.column(f.table, "variable"), a.weights(f, a.style()), a.permutation()
	p.Replace = true // the references of this format are spdep's
	a.choice("alternative", "two_sided")
	a.choice("p_rule", "twice_smaller_tail")
	if *a.err != nil {
		return nil
	}
	out, err := spatial.LocalMoranPermutation(x, w, p)
	if err != nil {
		a.fail(err)
	}
	return f.found(map[string][]float64{"perm_p_rank_two_sided": out})
}

func localG(a *asked) *found {
	f := a.units()
	x, columns := a.column(f.table, "variable"), map[string][]float64{}
	variants := a.object("variants")
	for _, name := range sortedKeys(variants.params) {
		v := variants.object(name)
		style, self := v.style(), v.flag("include_self")
		w := a.weights(f, style)
		if v.done() != nil {
			return nil
		}
		g, err := spatial.LocalG(x, w, self)
		if err != nil {
			a.fail(err)
			return nil
		}
		columns[name] = g
	}
	return f.found(columns)
}

func freemanTukey(a *asked) *found {
	f := a.units()
	x, n, scale := a.column(f.table, "events"), a.column(f.table, "population"), a.number("scale")
	if *a.err != nil {
		return nil
	}
	t, err := spatial.FreemanTukey(x, n, scale)
	if err != nil {
		a.fail(err)
	}
	out := f.found(nil)
	out.column = t
	return out
}

func rateSmoothing(a *asked) *found {
	f := a.units()
	x, n, w := a.column(f.table, "events"), a.column(f.table, "population"), a.weights(f, "binary")
	outputs := a.object("outputs")
	if *a.err != nil {
		return nil
	}
	rates, err := spatial.Rates(x, n)
	if err != nil {
		a.fail(err)
		return nil
	}
	of := func(value func(spatial.Rate) float64) []float64 {
		out := make([]float64, len(rates))
		for i, r := range rates {
			out[i] = value(r)
		}
		return out
	}
	smoothed, prior, err := spatial.Smoothed(x, n)
	local, err2 := spatial.LocallySmoothed(x, n, w)
	if err := errors.Join(err, err2); err != nil {
		a.fail(err)
		return nil
	}
	columns := map[string][]float64{}
	for _, name := range sortedKeys(outputs.params) {
		switch outputs.choice(name, "crude_rate", "marshall_global", "marshall_local_with_self", "expected_count", "relative_risk_percent", "poisson_lower_tail", "choynowski") {
		case "crude_rate":
			columns[name] = of(func(r spatial.Rate) float64 { return r.Crude })
		case "marshall_global":
			columns[name] = smoothed
		case "marshall_local_with_self":
			columns[name] = local
		case "expected_count":
			columns[name] = of(func(r spatial.Rate) float64 { return r.Expected })
		case "relative_risk_percent":
			columns[name] = of(func(r spatial.Rate) float64 { return r.Relative })
		case "poisson_lower_tail":
			columns[name] = of(func(r spatial.Rate) float64 { return r.Lower })
		case "choynowski":
			columns[name] = of(func(r spatial.Rate) float64 { return r.Tail })
		}
	}
	out := f.found(columns)
	out.values = map[string]any{"eb_global_parameters": map[string]any{"a": prior.Variance, "b": prior.Mean}}
	return out
}

func rateMoran(a *asked) *found {
	f := a.units()
	x, n, w, p := a.column(f.table, "events"), a.column(f.table, "population"), a.weights(f, a.style()), a.permutation()
	if *a.err != nil {
		return nil
	}
	s, err := spatial.RateMoranPermutation(x, n, w, p)
	if err != nil {
		a.fail(err)
	}
	return &found{values: map[string]any{"I": finite(s.Statistic), "p": s.Greater, "p_greater": s.Greater}}
}

// attributes reads the columns of a regionalisation, on one scale.
func (a *asked) attributes(t *table) [][]float64 {
	var out [][]float64
	scale := a.choice("standardise", "zscore", "none")
	for _, name := range a.texts("columns") {
		x := a.numbers(t, name)
		if scale == "zscore" {
			x = composite.ZScore(x, 0, 1)
		}
		out = append(out, x)
	}
	a.choice("distance", "euclidean")
	return out
}

func (a *asked) tree() (*field, [][]float64, []spatial.Link) {
	f := a.units()
	x, w := a.attributes(f.table), a.weights(f, "binary")
	if *a.err != nil {
		return f, nil, nil
	}
	tree, err := spatial.SpanningTree(x, w)
	if err != nil {
		a.fail(err)
	}
	return f, x, tree
}

func cost(tree []spatial.Link) float64 {
	sum := 0.0
	for _, l := range tree {
		sum += l.Cost
	}
	return sum
}

func spanningTree(a *asked) *found {
	f, _, tree := a.tree()
	var from, to []string
	var costs []float64
	for _, l := range tree {
		from, to, costs = append(from, f.id[l.From]), append(to, f.id[l.To]), append(costs, l.Cost)
	}
	out := &found{values: map[string]any{"mst_cost": cost(tree)}}
	out.rows(map[string][]string{"from": from, "to": to}, map[string][]float64{"cost": costs})
	return out
}

func skater(a *asked) *found {
	f, x, tree := a.tree()
	cuts := a.whole("cuts")
	if *a.err != nil {
		return nil
	}
	r, err := spatial.Regionalise(x, tree, cuts)
	if err != nil {
		a.fail(err)
		return nil
	}
	group := make([]float64, len(r.Group))
	for i, g := range r.Group {
		group[i] = float64(g + 1)
	}
	out := f.found(map[string][]float64{"group": group})
	out.values = map[string]any{"ssto": r.Within[0], "ssw": finites(r.Within), "mst_cost": cost(tree)}
	return out
}
