package conformance

import (
	"fmt"
	"math"

	"vigie/fault"
	"vigie/stat/composite"
	"vigie/stat/descr"
)

// compositeFunctions are those of the family composite.
var compositeFunctions = map[string]func(*asked) *found{
	"select_indicators": func(a *asked) *found {
		g := a.grid(a.structure())
		return g.found(g.columns)
	},
	"lineage":           lineage,
	"effective_weights": effectiveWeights,
	"denominate":        denominate,
	"impute":            impute,
	"impute_panel":      imputePanel,
	"availability":      availability,
	"screen":            screen,
	"skew_kurt":         skewKurt,
	"skewness":          func(a *asked) *found { return &found{only: finite(descr.Skewness(a.vector("vector")))} },
	"kurtosis":          func(a *asked) *found { return &found{only: finite(descr.Kurtosis(a.vector("vector")))} },
	"statistics":        statistics,
	"winsorise_vector":  winsoriseVector,
	"treat":             treat,
	"transform_vector":  transformVector,
	"normalise": func(a *asked) *found {
		n := a.normalisation()
		g := a.grid(n.structure)
		return g.found(g.each(n.column))
	},
	"normalise_vector": func(a *asked) *found {
		n := a.normalisation()
		return &found{only: finites(n.column("", a.vector("vector")))}
	},
	"normalise_panel":           normalisePanel,
	"aggregate":                 aggregate,
	"pipeline":                  pipeline,
	"remove_element":            removeElement,
	"strengths":                 strengths,
	"unit_summary":              unitSummary,
	"outrank":                   outrank,
	"correlation":               correlation,
	"correlation_p_values":      correlationP,
	"correlation_flags":         correlationFlags,
	"denominator_correlation":   denominatorCorrelation,
	"cronbach":                  cronbach,
	"pca":                       pca,
	"pca_weights":               pcaWeights,
	"optimise_weights":          optimiseWeights,
	"mazziotta_pareto":          mazziotta,
	"adjusted_mazziotta_pareto": adjustedMazziotta,
	"wroclaw":                   wroclaw,
	"owa":                       owa,
	"benefit_of_the_doubt":      benefitOfTheDoubt,
	"goalpost_index":            goalpostIndex,
	"replicate_scores":          replicateScores,
	"replicate_rank_statistics": replicateRanks,
	"sobol_from_replicates":     sobolFromReplicates,
	"sobol_estimate":            sobolEstimate,
	"sobol_monte_carlo":         sobolMonteCarlo,
	"hierarchical":              hierarchical,
	"kmeans":                    kmeans,
	"silhouette":                silhouette,
}

// lineage names the column of each level as the case does, the lowest first.
func lineage(a *asked) *found {
	s := a.structure()
	if *a.err != nil {
		return nil
	}
	if len(a.names) != int(s.top()) {
		a.fail(fault.Invalidf("demandez une colonne par niveau", "%d colonnes demandées pour %d niveaux", len(a.names), int(s.top())))
		return nil
	}
	var rows []map[string]any
	for _, code := range s.of(1) {
		row := map[string]any{}
		for k, name := range a.names {
			row[name] = nil
			if above := s.above(code, float64(k+1)); above != "" {
				row[name] = above
			}
		}
		rows = append(rows, row)
	}
	return &found{tables: [][]map[string]any{rows}}
}

func effectiveWeights(a *asked) *found {
	s := a.structure()
	if *a.err != nil {
		return nil
	}
	t := s.tree(a)
	if t == nil {
		return nil
	}
	var codes []string
	columns := map[string][]float64{"EffWeight": t.EffectiveWeights()}
	for _, b := range t.Branches {
		codes = append(codes, b.Code)
		columns["Level"] = append(columns["Level"], float64(b.Level))
		columns["Weight"] = append(columns["Weight"], b.Weight)
	}
	out := &found{}
	out.rows(map[string][]string{"iCode": codes}, columns)
	return out
}

// denominators divides columns by others of the same table.
func (g *grid) denominate(a *asked, by map[string]string, scale map[string]float64) map[string][]float64 {
	return g.each(func(name string, x []float64) []float64 {
		if by[name] == "" || by[name] == "NA" {
			return x
		}
		d, out := a.numbers(g.table, by[name]), make([]float64, len(x))
		for i := range d {
			out[i] = x[i] / d[i] * scale[name]
		}
		return out
	})
}

func denominate(a *asked) *found {
	if !a.has("rules") {
		s := a.structure()
		g := a.grid(s)
		by, scale := a.denominators(s, a.number("scale", 1))
		if *a.err != nil {
			return nil
		}
		return g.found(g.denominate(a, by, scale))
	}
	r := a.object("rules")
	t := r.table("file")
	indicator, denominator, factor := r.labels(t, "indicator"), r.labels(t, "denominator"), r.column(t, "scale")
	r.done()
	by, scale := map[string]string{}, map[string]float64{}
	for i, code := range indicator {
		by[code], scale[code] = denominator[i], factor[i]
	}
	g := a.grid(&structure{code: indicator, level: ones(len(indicator))})
	if *a.err != nil {
		return nil
	}
	return g.found(g.denominate(a, by, scale))
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

// denominators reads those of the structure.
func (a *asked) denominators(s *structure, factor float64) (by map[string]string, scale map[string]float64) {
	list := a.labels(s.table, "denominator_column")
	if *a.err != nil {
		return nil, nil
	}
	by, scale = map[string]string{}, map[string]float64{}
	for i, d := range list {
		by[s.code[i]], scale[s.code[i]] = d, factor
	}
	return by, scale
}

func (a *asked) centre(key string) composite.Centre {
	if a.choice(key, "mean", "median") == "median" {
		return composite.Median
	}
	return descr.Mean
}

func impute(a *asked) *found {
	var s *structure
	if a.has("tree") {
		s = a.structure()
	}
	g := a.grid(s)
	if a.choice("by", "column", "row") == "row" {
		return g.found(imputeRows(a, g, s))
	}
	of, groups := a.centre("statistic"), []string(nil)
	if a.has("groups") {
		at := a.object("groups")
		t := at.table("file")
		groups = at.labels(t, "column")
		at.done()
		groups = alignGroups(a, g, t, groups)
	}
	if *a.err != nil {
		return nil
	}
	return g.found(g.each(func(_ string, x []float64) []float64 { return composite.ImputeColumn(x, groups, of) }))
}

// alignGroups takes the groups of another table to the units of this one.
func alignGroups(a *asked, g *grid, t *table, groups []string) []string {
	units, err := t.texts(g.key)
	if err != nil || *a.err != nil {
		return groups // the tables are row by row
	}
	of := map[string]string{}
	for i, u := range units {
		of[u] = groups[i]
	}
	out := make([]string, len(g.units))
	for i, u := range g.units {
		out[i] = of[u]
	}
	return out
}

// imputeRows fills a unit's gaps from its other values under the same parent.
func imputeRows(a *asked, g *grid, s *structure) map[string][]float64 {
	level := a.number("within_level", 2)
	if *a.err != nil {
		return nil
	}
	under := map[string][]string{}
	for _, name := range g.names {
		up := ""
		if s != nil {
			up = s.above(name, level)
		}
		under[up] = append(under[up], name)
	}
	out := map[string][]float64{}
	for _, names := range under {
		columns := make([][]float64, len(names))
		for k, n := range names {
			columns[k] = g.columns[n]
		}
		for k, x := range composite.ImputeRow(columns) {
			out[names[k]] = x
		}
	}
	return out
}

func imputePanel(a *asked) *found {
	g := a.grid(nil)
	key := a.text("time")
	time, most := a.numbers(g.table, key), a.number("max_gap", 0)
	how := map[string]composite.Panel{"last_observed": composite.LastObserved, "linear_constant_ends": composite.Linear, "step_constant_ends": composite.Step}[a.choice("method", "last_observed", "linear_constant_ends", "step_constant_ends")]
	if *a.err != nil {
		return nil
	}
	texts, _ := g.texts(key)
	out := &found{}
	out.rows(map[string][]string{g.key: g.units, key: texts}, g.each(func(_ string, x []float64) []float64 {
		return composite.ImputePanel(x, g.units, time, how, most)
	}))
	return out
}

func availability(a *asked) *found {
	s := a.structure()
	g := a.grid(s)
	by := a.flag("by_aggregate", false)
	if *a.err != nil {
		return nil
	}
	if !by {
		return g.found(counted(composite.Availabilities(g.list())))
	}
	columns := map[string][]float64{}
	for level := 2.0; level <= s.top(); level++ {
		for _, code := range s.of(level) {
			var below [][]float64
			for _, name := range g.names {
				if s.above(name, level) == code {
					below = append(below, g.columns[name])
				}
			}
			for _, v := range composite.Availabilities(below) {
				columns[code] = append(columns[code], v.Available())
			}
		}
	}
	return g.found(columns)
}

func counted(list []composite.Availability) map[string][]float64 {
	out := map[string][]float64{}
	for _, v := range list {
		out["N_missing"] = append(out["N_missing"], float64(v.Missing))
		out["N_zero"] = append(out["N_zero"], float64(v.Zero))
		out["N_miss_or_zero"] = append(out["N_miss_or_zero"], float64(v.Missing+v.Zero))
		out["Dat_Avail"] = append(out["Dat_Avail"], v.Available())
		out["Non_Zero"] = append(out["Non_Zero"], v.NonZero())
	}
	return out
}

// screening reads the rule of a screening: which of the two shares counts.
func (a *asked) screening() (available, nonzero bool, s composite.Screen) {
	rule := a.choice("rule", "missing", "zeros", "missing_or_zeros")
	s = composite.Screen{Available: a.number("min_available", 0), NonZero: a.number("min_nonzero", 0)}
	return rule != "zeros", rule != "missing", s
}

// kept reads the rule of a screening and tells which units pass it.
func (a *asked) kept(g *grid) []bool {
	available, nonzero, rule := a.screening()
	in := make([]bool, len(g.units))
	for i, v := range composite.Availabilities(g.list()) {
		in[i] = !(available && !composite.Screen{Available: rule.Available}.Keeps(v) || nonzero && !composite.Screen{NonZero: rule.NonZero}.Keeps(v))
	}
	return in
}

func screen(a *asked) *found {
	g := a.grid(nil)
	_, _, rule := a.screening()
	if *a.err != nil {
		return nil
	}
	list, in := composite.Availabilities(g.list()), a.kept(g)
	summary := g.found(counted(list))
	for i, v := range list {
		low, zeros := !composite.Screen{Available: rule.Available}.Keeps(v), !composite.Screen{NonZero: rule.NonZero}.Keeps(v)
		row := summary.tables[0][i]
		row["LowData"], row["LowNonZero"], row["Included"] = low, zeros, in[i]
		row["LowDatOrZeroFlag"] = low || zeros
	}
	g.only(in)
	out := g.found(g.columns)
	out.tables = append(out.tables, summary.tables...)
	return out
}

func (a *asked) limit() composite.Limit {
	p := a.object("pass", map[string]any{})
	l := composite.Limit{Skew: p.number("skew", 2), Kurt: p.number("kurt", 3.5)}
	p.done()
	if l == (composite.Limit{}) { // the zero value stands for the usual limits
		l.Skew = math.SmallestNonzeroFloat64
	}
	return l
}

func skewKurt(a *asked) *found {
	g, limit := a.grid(nil), a.limit()
	if *a.err != nil {
		return nil
	}
	columns := map[string][]float64{}
	for _, x := range g.list() {
		columns["skew"], columns["kurt"] = append(columns["skew"], descr.Skewness(x)), append(columns["kurt"], descr.Kurtosis(x))
	}
	out := &found{}
	out.rows(map[string][]string{"iCode": g.names}, columns)
	for i, x := range g.list() {
		out.tables[0][i]["pass"] = limit.Pass(x)
		out.tables[0][i][fmt.Sprintf("pass_%g_%g", limit.Skew, limit.Kurt)] = limit.Pass(x)
	}
	return out
}

func statistics(a *asked) *found {
	g := a.grid(nil)
	f := a.object("flags", map[string]any{})
	available, nonzero, unique := f.number("availability_min", 0.65), f.number("nonzero_min", 0.5), f.number("unique_min", 0.5)
	limit := composite.Limit{Skew: f.number("skew", 2), Kurt: f.number("kurt", 3.5)}
	if f.done() != nil {
		return nil
	}
	low := func(v, least float64) any {
		if v < least {
			return "LOW"
		}
		return "ok"
	}
	var rows []map[string]any
	for _, name := range g.names {
		x := g.columns[name]
		d := descr.Summarise(x)
		n, have := float64(d.Rows), float64(d.Available)
		row := map[string]any{"iCode": name, "N.Avail": have, "N.NonZero": float64(d.NonZero), "N.Unique": float64(d.Unique), "N.Same": float64(d.Same),
			"Flag.Avail": low(have/n, available), "Flag.NonZero": low(float64(d.NonZero)/have, nonzero), "Flag.Unique": low(float64(d.Unique)/have, unique), "Flag.SkewKurt": "ok"}
		for k, v := range map[string]float64{"Min": d.Min, "Max": d.Max, "Mean": d.Mean, "Median": d.Median, "Std": d.SD, "Skew": d.Skewness, "Kurt": d.Kurtosis,
			"Frc.Avail": have / n, "Frc.NonZero": float64(d.NonZero) / have, "Frc.Unique": float64(d.Unique) / have, "Frc.Same": float64(d.Same) / have} {
			row[k] = finite(v)
		}
		if !limit.Pass(x) {
			row["Flag.SkewKurt"] = "OUT"
		}
		rows = append(rows, row)
	}
	return &found{tables: [][]map[string]any{rows}}
}

func winsoriseVector(a *asked) *found {
	x, most, limit := a.vector("vector"), a.whole("max_points", math.MaxInt32), a.limit()
	if *a.err != nil {
		return nil
	}
	w := composite.Winsorise(x, most, limit, composite.TiesBeyond)
	return &found{values: map[string]any{"x": finites(w.X), "nwin": float64(w.N)}}
}

// treatment reads how outliers are treated.
func (a *asked) treatment() func([]float64) composite.Treated {
	a.choice("first", "winsorise")
	a.choice("then", "log_shift")
	most, limit := a.whole("max_points", math.MaxInt32), a.limit()
	return func(x []float64) composite.Treated { return composite.Treat(x, most, limit, composite.TiesBeyond) }
}

func treat(a *asked) *found {
	g, by := a.grid(nil), a.treatment()
	if *a.err != nil {
		return nil
	}
	limit := a.limit()
	columns, marks := map[string][]float64{}, make([]map[string]any, len(g.units))
	for i, u := range g.units {
		marks[i] = map[string]any{g.key: cell(u)}
	}
	var details []map[string]any
	for _, name := range g.names {
		x := g.columns[name]
		t := by(x)
		columns[name] = t.X
		row := map[string]any{"iCode": name, "check_SkewKurt0.Pass": limit.Pass(x), "check_SkewKurt0.Skew": finite(descr.Skewness(x)), "check_SkewKurt0.Kurt": finite(descr.Kurtosis(x))}
		for _, k := range []string{"winsorise.nwin", "check_SkewKurt1.Pass", "check_SkewKurt1.Skew", "check_SkewKurt1.Kurt", "check_SkewKurt2.Pass", "check_SkewKurt2.Skew", "check_SkewKurt2.Kurt"} {
			row[k] = nil
		}
		for i := range marks {
			marks[i][name] = nil
		}
		if w := t.Winsorised; w != nil {
			row["winsorise.nwin"], row["check_SkewKurt1.Pass"] = float64(w.N), w.Pass
			row["check_SkewKurt1.Skew"], row["check_SkewKurt1.Kurt"] = finite(descr.Skewness(w.X)), finite(descr.Kurtosis(w.X))
			for i, m := range w.Mark {
				if m != 0 && !t.Logged {
					marks[i][name] = map[int8]string{1: "winhi", -1: "winlo"}[m]
				}
			}
		}
		if t.Logged {
			row["check_SkewKurt2.Pass"], row["check_SkewKurt2.Skew"], row["check_SkewKurt2.Kurt"] = limit.Pass(t.X), finite(descr.Skewness(t.X)), finite(descr.Kurtosis(t.X))
		}
		details = append(details, row)
	}
	out := g.found(columns)
	out.tables = append(out.tables, details, marks)
	return out
}

func transformVector(a *asked) *found {
	x := a.vector("vector")
	if a.flag("negate_input", false) {
		x = composite.Oriented(x, -1)
	}
	add := a.number("add_to_input", 0)
	for i := range x {
		x[i] += add
	}
	switch a.choice("method", "log_shift", "log_shift_one", "log_shift_signed", "boxcox") {
	case "log_shift":
		x = composite.LogShift(x)
	case "log_shift_one":
		x = composite.LogShiftOne(x)
	case "log_shift_signed":
		x = composite.LogShiftSigned(x)
	default:
		if a.flag("make_positive", false) {
			low := descr.Summarise(x).Min
			for i := range x {
				x[i] += 1 - low
			}
		}
		var err error
		if x, err = composite.BoxCox(x, a.number("lambda")); err != nil {
			a.fail(err)
		}
	}
	return &found{only: finites(x)}
}

// normalisation is a method with its parameters.
type normalisation struct {
	structure *structure
	column    func(name string, x []float64) []float64
}

func (a *asked) normalisation() normalisation {
	n := normalisation{}
	turned := a.flag("use_direction", false)
	if a.has("tree") {
		n.structure = a.structure()
	}
	by := a.method()
	n.column = func(name string, x []float64) []float64 {
		if turned && n.structure != nil {
			x = composite.Oriented(x, n.structure.sign(name))
		}
		return by(x)
	}
	return n
}

// method reads how one column is normalised.
func (a *asked) method() func([]float64) []float64 {
	ties := func() composite.Ties { return ties[a.choice("ties", "min", "max", "average")] }
	switch name := a.choice("method", "minmax", "zscore", "scaled", "distance_to_reference", "distance_to_max", "fraction_of_max", "rank", "percentile_rank", "borda", "distance_to_target", "goalposts"); name {
	case "minmax":
		r := value(a, "range", []any{0.0, 100.0})
		low, high := largestOf(r, 0), largestOf(r, 1)
		return func(x []float64) []float64 { return composite.MinMax(x, low, high) }
	case "zscore":
		m, s := a.number("mean", 0), a.number("sd", 1)
		return func(x []float64) []float64 { return composite.ZScore(x, m, s) }
	case "scaled":
		low, high, f := a.number("low"), a.number("high"), a.number("factor", 1)
		return func(x []float64) []float64 { return composite.Scaled(x, low, high, f) }
	case "distance_to_reference":
		row, capped := a.whole("reference_row"), a.flag("cap", false)
		return func(x []float64) []float64 {
			if row < 1 || row > len(x) {
				a.fail(fault.Invalidf("donnez une ligne de la table", "reference_row vaut %d", row))
				return x
			}
			return cap1(composite.DistanceToReference(x, x[row-1]), capped)
		}
	case "distance_to_max":
		return composite.DistanceToMax
	case "fraction_of_max":
		return composite.FractionOfMax
	case "percentile_rank":
		return composite.PercentileRank
	case "rank", "borda":
		t, less := ties(), 0.0
		if name == "borda" {
			less = 1
		}
		return func(x []float64) []float64 {
			out := composite.RankUp(x, t)
			for i := range out {
				out[i] -= less
			}
			return out
		}
	case "distance_to_target":
		target, d, capped := a.number("target"), a.whole("direction", 1), a.flag("cap", false)
		return func(x []float64) []float64 { return cap1(composite.DistanceToTarget(x, target, d), capped) }
	default:
		low, high, f, d, cut := a.number("low"), a.number("high"), a.number("factor", 1), a.whole("direction", 1), a.flag("truncate", false)
		return func(x []float64) []float64 {
			if cut {
				x = composite.Clamp(x, low, high)
			}
			return composite.Goalposts(x, low, high, f, d)
		}
	}
}

func cap1(x []float64, capped bool) []float64 {
	if !capped {
		return x
	}
	return composite.Clamp(x, math.Inf(-1), 1)
}

// largestOf is the number at a place of a list.
func largestOf(l []any, k int) float64 {
	if k >= len(l) {
		return math.NaN()
	}
	v, ok := l[k].(float64)
	if !ok {
		return math.NaN()
	}
	return v
}
