package conformance

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"vigie/fault"
	"vigie/stat/composite"
	"vigie/stat/descr"
)

// normalisePanel normalises the columns of a panel over all its periods, or in
// each of them, after steps applied inside each.
func normalisePanel(a *asked) *found {
	n := a.normalisation()
	g := a.grid(n.structure)
	key := a.text("time")
	each := a.choice("scope", "all_years", "each_year") == "each_year"
	steps := value(a, "before", []any{})
	if a.flag("denominate", false) {
		by, scale := a.denominators(n.structure, a.number("scale", 1))
		g.columns = g.denominate(a, by, scale)
	}
	if *a.err != nil {
		return nil
	}
	for _, s := range steps {
		g.step(a, s, key)
	}
	periods, _ := g.texts(key)
	out := &found{}
	out.rows(map[string][]string{g.key: g.units, key: periods}, g.each(func(name string, x []float64) []float64 {
		if each {
			return within(x, periods, func(x []float64) []float64 { return n.column(name, x) })
		}
		return n.column(name, x)
	}))
	return out
}

// step applies one step inside each period.
func (g *grid) step(a *asked, step any, key string) {
	s := &asked{dir: a.dir, params: map[string]any{}, path: a.path + ".before", read: map[string]bool{}, err: a.err}
	if m, ok := step.(map[string]any); ok {
		s.params = m
	}
	periods, err := g.texts(key)
	if err != nil {
		a.fail(err)
		return
	}
	switch {
	case s.has("screen"):
		p := s.object("screen")
		p.choice("scope", "each_year")
		in := p.kept(g) // a row is one unit in one period
		p.done()
		g.only(in)
	case s.has("treat"):
		p := s.object("treat")
		p.choice("scope", "each_year")
		by := p.treatment()
		if p.done() != nil {
			return
		}
		g.columns = g.each(func(_ string, x []float64) []float64 {
			return within(x, periods, func(x []float64) []float64 { return by(x).X })
		})
	}
	s.done()
}

// within applies a function to the values of each group.
func within(x []float64, group []string, f func([]float64) []float64) []float64 {
	rows := map[string][]int{}
	for i, g := range group {
		rows[g] = append(rows[g], i)
	}
	out := make([]float64, len(x))
	for _, list := range rows {
		part := make([]float64, len(list))
		for k, i := range list {
			part[k] = x[i]
		}
		for k, v := range f(part) {
			out[list[k]] = v
		}
	}
	return out
}

var powers = map[string]composite.Power{"arithmetic": composite.Arithmetic, "geometric": composite.Geometric, "harmonic": composite.Harmonic}

// power reads the mean of an aggregation.
func (a *asked) power(key string) composite.Power {
	name := a.choice(key, "arithmetic", "geometric", "harmonic", "power")
	if name == "power" {
		return composite.Power(a.number("power"))
	}
	return powers[name]
}

func aggregate(a *asked) *found {
	s := a.structure()
	g := a.grid(s)
	by, need := a.aggregation(s)
	if *a.err != nil {
		return nil
	}
	return g.found(g.aggregated(a, s.tree(a), by, need))
}

// aggregation reads the mean of each level and what must be present; other
// weights, when there are, take the place of those of the structure.
func (a *asked) aggregation(s *structure) (by func(level int) composite.Power, need composite.Need) {
	need.Count = a.number("min_available", 0)
	if a.has("override_weights") {
		w := a.number("override_weights")
		for i := range s.weight {
			s.weight[i] = w
		}
	}
	if !a.has("function_by_level") {
		p := a.power("function")
		return func(int) composite.Power { return p }, need
	}
	var list []composite.Power
	for _, name := range a.texts("function_by_level") {
		p, ok := powers[name]
		switch {
		case name == "power":
			p = composite.Power(a.number("power"))
		case !ok:
			a.fail(fault.NotFoundf("choisissez parmi arithmetic, geometric, harmonic, power", "function_by_level vaut « %s »", name))
		}
		list = append(list, p)
	}
	return func(level int) composite.Power {
		if level < 2 || level-2 >= len(list) {
			a.fail(fault.Invalidf("donnez une fonction par niveau", "function_by_level n’a rien pour le niveau %d", level))
			return composite.Arithmetic
		}
		return list[level-2]
	}, need
}

// aggregated returns the columns and the aggregates.
func (g *grid) aggregated(a *asked, t *composite.Tree, by func(level int) composite.Power, need composite.Need) map[string][]float64 {
	if t == nil {
		return nil
	}
	columns := make([][]float64, len(t.Branches))
	for i, b := range t.Branches {
		columns[i] = g.columns[b.Code]
	}
	full, err := t.AggregateBy(columns, by, need)
	if err != nil {
		a.fail(err)
		return nil
	}
	out := map[string][]float64{}
	for i, b := range t.Branches {
		out[b.Code] = full[i]
	}
	return out
}

// pipeline builds an index from its steps, in their order.
func pipeline(a *asked) *found {
	s := a.structure()
	g := a.grid(s)
	result := a.choice("result", "scores", "ranks", "ranks_in_group")
	rule := ties[a.choice("ties", "min", "max", "average")]
	for _, step := range value[[]any](a, "steps") {
		if *a.err != nil {
			return nil
		}
		g.build(a, s, step)
	}
	if *a.err != nil {
		return nil
	}
	scores := g.columns
	out := g.found(scores)
	groups := []string(nil)
	if result == "ranks_in_group" {
		name := a.text("group")
		groups, _ = g.texts(name)
		for i, row := range out.tables[0] {
			row[name] = cell(groups[i])
		}
	}
	top := s.of(s.top())
	for code, x := range scores {
		ranks := composite.Rank(x, rule)
		if groups != nil {
			ranks = within(x, groups, func(x []float64) []float64 { return composite.Rank(x, rule) })
		}
		for i, row := range out.tables[0] {
			if result != "scores" {
				row[code] = finite(ranks[i])
			}
			if len(top) > 0 && code == top[0] {
				row["Rank"] = finite(ranks[i])
			}
		}
	}
	return out
}

// build applies one step of an index to its columns.
func (g *grid) build(a *asked, s *structure, step any) {
	at := &asked{dir: a.dir, path: a.path + ".steps", read: map[string]bool{}, err: a.err}
	at.params, _ = step.(map[string]any)
	switch {
	case at.has("denominate"):
		p := at.object("denominate")
		by, scale := p.denominators(s, p.number("scale", 1))
		g.columns = g.denominate(a, by, scale)
		p.done()
	case at.has("impute"):
		p := at.object("impute")
		if p.choice("by", "column", "row") == "row" {
			g.columns = imputeRows(p, g, s)
			p.done()
			break
		}
		of, groups := p.centre("statistic"), []string(nil)
		if p.has("group") {
			groups = p.labels(g.table, "group")
		}
		if p.done() == nil {
			g.columns = g.each(func(_ string, x []float64) []float64 { return composite.ImputeColumn(x, groups, of) })
		}
	case at.has("screen"):
		p := at.object("screen")
		in := p.kept(g)
		p.done()
		g.only(in)
	case at.has("treat"):
		p := at.object("treat")
		by := p.treatment()
		p.done()
		g.columns = g.each(func(_ string, x []float64) []float64 { return by(x).X })
	case at.has("normalise"):
		p := at.object("normalise")
		turned, by := p.flag("use_direction", false), p.method()
		p.done()
		g.columns = g.each(func(name string, x []float64) []float64 {
			if turned {
				x = composite.Oriented(x, s.sign(name))
			}
			return by(x)
		})
	case at.has("aggregate"):
		p := at.object("aggregate")
		by, need := p.aggregation(s)
		if p.done() == nil {
			g.columns = g.aggregated(a, s.tree(a), by, need)
		}
	}
	at.done()
}

func removeElement(a *asked) *found {
	s := a.structure()
	g := a.grid(s)
	level, target, power, rule := a.number("remove_level"), a.text("target"), a.power("function"), ties[a.choice("ties", "min", "max", "average")]
	if *a.err != nil {
		return nil
	}
	tree := s.tree(a)
	by := func(int) composite.Power { return power }
	index := func(t *composite.Tree) []float64 { return g.aggregated(a, t, by, composite.Need{})[target] }
	scores := map[string][]float64{"Nominal": index(tree)}
	names := append([]string{"Nominal"}, s.of(level)...)
	for _, code := range names[1:] {
		scores[code] = index(tree.Without(code))
	}
	ranks, moved := map[string][]float64{}, make([]float64, len(names))
	for k, code := range names {
		ranks[code] = composite.Rank(scores[code], rule)
		moved[k] = moves(ranks[code], ranks["Nominal"])
	}
	out := g.found(scores)
	out.rows(g.keys(), ranks)
	out.rows(map[string][]string{"removed": names}, map[string][]float64{"mean_abs_rank_diff": moved})
	return out
}

// moves is the mean absolute difference of ranks.
func moves(x, y []float64) float64 {
	d := make([]float64, len(x))
	for i := range x {
		d[i] = math.Abs(x[i] - y[i])
	}
	return descr.Mean(d)
}

func (g *grid) unit(a *asked) int {
	i := slices.Index(g.units, a.text("of"))
	if i < 0 {
		a.fail(fault.Invalidf("donnez une unité de la table", "%s n’a pas l’unité « %s »", g.name, a.text("of")))
	}
	return i
}

func strengths(a *asked) *found {
	s := a.structure()
	g := a.grid(s)
	unit, top := g.unit(a), a.whole("top")
	a.choice("rank", "best_first_min_ties")
	a.choice("order", "rank_then_parent_then_table")
	last := a.choice("side", "first", "last") == "last"
	if *a.err != nil {
		return nil
	}
	ranks, parent := make([][]float64, len(g.names)), make([]string, len(g.names))
	for k, name := range g.names {
		ranks[k], parent[k] = composite.Rank(composite.Oriented(g.columns[name], s.sign(name)), composite.TiesMin), s.parent[s.at(name)]
	}
	list := composite.Places(g.list(), ranks, parent, unit)
	if n := min(top, len(list)); last {
		list = list[len(list)-n:]
	} else {
		list = list[:n]
	}
	var rows []map[string]any
	for _, p := range list {
		rows = append(rows, map[string]any{"Code": g.names[p.Column], "Pillar": parent[p.Column], "Rank": p.Rank, "Value": p.Value})
	}
	return &found{tables: [][]map[string]any{rows}}
}

func unitSummary(a *asked) *found {
	s := a.structure()
	g := a.grid(s)
	unit, rule := g.unit(a), ties[a.choice("ties", "min", "max", "average")]
	levels := value[[]any](a, "levels")
	if *a.err != nil {
		return nil
	}
	var codes []string
	columns := map[string][]float64{}
	for k := range levels {
		for _, code := range s.of(largestOf(levels, k)) {
			x := a.numbers(g.table, code)
			if *a.err != nil {
				return nil
			}
			codes = append(codes, code)
			columns["Score"] = append(columns["Score"], x[unit])
			columns["Rank"] = append(columns["Rank"], composite.Rank(x, rule)[unit])
		}
	}
	out := &found{}
	out.rows(map[string][]string{"Code": codes}, columns)
	return out
}

func outrank(a *asked) *found {
	g := a.grid(nil)
	list := value[[]any](a, "weights")
	if *a.err != nil {
		return nil
	}
	weights := make([]float64, len(g.names))
	for k := range weights {
		weights[k] = largestOf(list, k)
	}
	o := composite.Outrank(g.list(), weights)
	columns, n := map[string][]float64{}, len(o)
	for j := range n {
		x := make([]float64, n)
		for i := range n {
			x[i] = o[i][j]
		}
		columns["V"+strconv.Itoa(j+1)] = x
		columns[g.units[j]] = x
	}
	out := g.found(columns)
	out.values = map[string]any{"nDominant": float64(o.Dominant()), "fracDominant": float64(o.Dominant()) / (float64(n) * float64(n-1) / 2), "copeland": finites(o.Copeland())}
	return out
}

// replicateScores rebuilds the index with the alternatives of each draw.
func replicateScores(a *asked) *found {
	s := a.structure()
	g := a.grid(s)
	draws, noisy := a.table("draws"), a.table("weights_file")
	alternatives, nominal, fixed := a.object("alternatives"), a.object("nominal"), a.object("fixed")
	if *a.err != nil {
		return nil
	}
	columns := map[string][]float64{"Nominal": g.replicate(a, s, newChoices(nominal), nil)}
	reps, err := draws.texts("rep")
	if err != nil {
		a.fail(err)
		return nil
	}
	base := newChoices(fixed)
	for i, rep := range reps {
		c, weights := base, map[string]float64(nil)
		for _, name := range draws.head {
			if alternatives.params[name] == nil {
				continue
			}
			texts, _ := draws.texts(name)
			alternative := alternatives.object(name)
			if alternative.choice("means", "max_points", "normalisation", "weight_set_levels_2_3", "aggregation_function") == "weight_set_levels_2_3" {
				weights = weightSet(a, noisy, texts[i])
			} else {
				c = c.with(alternative, texts[i])
			}
		}
		columns["r_"+rep] = g.replicate(a, s, c, weights)
	}
	return g.found(columns)
}

// choices are those of one replicate.
type choices struct {
	treat      map[string]any
	normalise  map[string]any
	aggregator string
}

func newChoices(a *asked) choices {
	c := choices{treat: value[map[string]any](a, "treat"), normalise: value[map[string]any](a, "normalise"), aggregator: a.text("aggregate")}
	a.done()
	return c
}

// with takes the alternative that was drawn.
func (c choices) with(alternative *asked, drawn string) choices {
	v := alternative.object("values").get(drawn)
	switch alternative.text("means") {
	case "max_points":
		c.treat = with(c.treat, "max_points", v)
	case "normalisation":
		m, _ := v.(map[string]any)
		direction := c.normalise["use_direction"]
		c.normalise = m
		if direction != nil {
			c.normalise = with(m, "use_direction", direction)
		}
	case "aggregation_function":
		c.aggregator, _ = v.(string)
	}
	if v == nil {
		alternative.fail(fault.Invalidf("donnez une alternative connue", "%s n’a pas de valeur « %s »", alternative.path, drawn))
	}
	return c
}

func with(m map[string]any, key string, v any) map[string]any {
	out := map[string]any{key: v}
	for k, e := range m {
		if k != key {
			out[k] = e
		}
	}
	return out
}

// weightSet reads the weights of one set.
func weightSet(a *asked, t *table, set string) map[string]float64 {
	rep, err := t.texts("rep")
	code, err2 := t.texts("iCode")
	weight := a.numbers(t, "Weight")
	if err != nil || err2 != nil {
		a.fail(fmt.Errorf("%s: rep, iCode, Weight", t.name))
		return nil
	}
	out := map[string]float64{}
	for i := range rep {
		if rep[i] == set {
			out[code[i]] = weight[i]
		}
	}
	return out
}

func (g *grid) replicate(a *asked, s *structure, c choices, weights map[string]float64) []float64 {
	part := func(name string, m map[string]any) *asked {
		return &asked{dir: a.dir, params: m, path: a.path + "." + name, read: map[string]bool{}, err: a.err}
	}
	treating, scaling := part("treat", c.treat), part("normalise", c.normalise)
	by, turned, method := treating.treatment(), scaling.flag("use_direction", false), scaling.method()
	treating.done()
	scaling.done()
	power, ok := powers[c.aggregator]
	if !ok {
		a.fail(fault.NotFoundf("choisissez parmi arithmetic, geometric, harmonic", "agrégation inconnue « %s »", c.aggregator))
		return nil
	}
	t := s.tree(a)
	if t == nil {
		return nil
	}
	for i, b := range t.Branches {
		if w, ok := weights[b.Code]; ok && (b.Level == 2 || b.Level == 3) {
			t.Branches[i].Weight = w
		}
	}
	one := *g
	one.columns = g.each(func(name string, x []float64) []float64 {
		if x = by(x).X; turned {
			x = composite.Oriented(x, s.sign(name))
		}
		return method(x)
	})
	return one.aggregated(a, t, func(int) composite.Power { return power }, composite.Need{})[s.of(s.top())[0]]
}

func (a *asked) scores() (g *grid, replicate func(k int) []float64) {
	g = &grid{table: a.table("scores")}
	g.key, g.units = a.text("unit"), a.labels(g.table, "unit")
	return g, func(k int) []float64 { return a.numbers(g.table, "r_"+strconv.Itoa(k)) }
}

func replicateRanks(a *asked) *found {
	g, replicate := a.scores()
	rule, n := ties[a.choice("ties", "min", "max", "average")], a.whole("use_replicates")
	if a.number("quantile_rule", 7) != 7 {
		a.fail(fault.NotFoundf("donnez 7", "règle de quantile inconnue"))
	}
	ranks := make([][]float64, len(g.units))
	for k := range n {
		for i, r := range composite.Rank(replicate(k+1), rule) {
			ranks[i] = append(ranks[i], r)
		}
	}
	if *a.err != nil {
		return nil
	}
	columns := map[string][]float64{"Nominal": composite.Rank(a.numbers(g.table, "Nominal"), rule)}
	for _, r := range ranks {
		columns["Mean"] = append(columns["Mean"], descr.Mean(r))
		columns["Median"] = append(columns["Median"], descr.Quantile(r, 0.5))
		columns["Q5"], columns["Q95"] = append(columns["Q5"], descr.Quantile(r, 0.05)), append(columns["Q95"], descr.Quantile(r, 0.95))
	}
	return g.found(columns)
}
