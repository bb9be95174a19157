package conformance

import (
	"slices"
	"strconv"

	"vigie/fault"
	"vigie/stat/cluster"
	"vigie/stat/composite"
	"vigie/stat/descr"
)

func hierarchical(a *asked) *found {
	g := a.grid(nil)
	attributes := a.scaled(g)
	linkage := map[string]cluster.Linkage{"ward_d2": cluster.Ward, "complete": cluster.Complete, "average": cluster.Average}[a.choice("linkage", "ward_d2", "complete", "average")]
	cuts := a.object("cuts", map[string]any{})
	if *a.err != nil {
		return nil
	}
	n := len(g.units)
	d := cluster.NewDistances(n, attributes)
	merges := cluster.Hierarchy(d, linkage)
	var steps []string
	var heights []float64
	for i, m := range merges {
		steps, heights = append(steps, strconv.Itoa(i+1)), append(heights, m.Height)
	}
	columns := map[string][]float64{}
	for _, name := range sortedKeys(cuts.params) {
		columns[name] = numbered(cluster.Cut(n, merges, cuts.whole(name)))
	}
	out := &found{values: map[string]any{"cophenetic_cor": finite(d.Correlation(cluster.Cophenetic(n, merges)))}}
	out.rows(map[string][]string{"step": steps}, map[string][]float64{"height": heights})
	out.rows(g.keys(), columns)
	return out
}

// scaled gives the columns on the scale asked.
func (a *asked) scaled(g *grid) [][]float64 {
	a.choice("distance", "euclidean")
	z := a.has("standardise") && a.choice("standardise", "zscore", "none") == "zscore"
	out := g.list()
	for k, x := range out {
		if z {
			out[k] = composite.ZScore(x, 0, 1)
		}
	}
	return out
}

func numbered(group []int) []float64 {
	out := make([]float64, len(group))
	for i, g := range group {
		out[i] = float64(g + 1)
	}
	return out
}

func kmeans(a *asked) *found {
	g := a.grid(nil)
	attributes := a.scaled(g)
	k, units := a.whole("k"), a.texts("start_units")
	a.choice("algorithm", "hartigan_wong")
	starts := make([]int, len(units))
	for i, u := range units {
		if starts[i] = slices.Index(g.units, u); starts[i] < 0 {
			a.fail(fault.Invalidf("donnez des unités de la table", "unité inconnue « %s »", u))
		}
	}
	if len(starts) != k {
		a.fail(fault.Invalidf("donnez une unité par groupe", "%d unités pour %d groupes", len(starts), k))
	}
	if *a.err != nil {
		return nil
	}
	m := cluster.KMeans(len(g.units), attributes, starts)
	within := 0.0
	for _, w := range m.Within {
		within += w
	}
	out := g.found(nil)
	out.column = numbered(m.Group)
	out.values = map[string]any{"totss": m.Total, "tot_withinss": within, "withinss": finites(m.Within)}
	return out
}

func silhouette(a *asked) *found {
	g := a.grid(nil)
	attributes, at := a.scaled(g), a.object("labels")
	t, names := at.table("file"), at.object("columns")
	if *a.err != nil {
		return nil
	}
	d := cluster.NewDistances(len(g.units), attributes)
	columns, out := map[string][]float64{}, map[string]any{}
	for _, name := range sortedKeys(names.params) {
		groups := alignGroups(a, g, t, names.labels(t, name))
		if *a.err != nil {
			return nil
		}
		number := map[string]int{}
		list := make([]int, len(groups))
		for i, label := range groups {
			if _, ok := number[label]; !ok {
				number[label] = len(number)
			}
			list[i] = number[label]
		}
		columns[name] = cluster.Silhouette(d, list)
		out["mean_"+name] = finite(descr.Mean(columns[name]))
	}
	at.done()
	answer := g.found(columns)
	answer.values = out
	return answer
}
