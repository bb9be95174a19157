package conformance

import (
	"fmt"
	"math"

	"vigie/fault"
)

// band compares what is drawn at random with what was drawn elsewhere.
func (p *part) band(k *comparison, name string, want, got []any) error {
	b, _ := p.spec["band"].(map[string]any)
	number := func(key string) float64 { v, _ := b[key].(float64); return v }
	z, draws := number("z"), number("nsim")
	check := func(i int, within func(w, g float64) bool) {
		w, ok := want[i].(float64)
		g, too := got[i].(float64)
		if !ok || !too || !within(w, g) {
			k.fail(fmt.Sprintf("%s[%d]", name, i), got[i], want[i], 1)
		}
	}
	switch b["kind"] {
	case "permutation_p":
		for i := range want {
			check(i, func(w, g float64) bool {
				q := max(w, 1/(draws+1))
				return math.Abs(g-w) <= z*math.Sqrt(q*max(0, 1-q)*(2/draws))+2/(draws+1)
			})
		}
	case "mean":
		path, _ := b["sd"].(string)
		sd, err := readPath(p.dir, p.file, path)
		if err != nil {
			return err
		}
		for i := range want {
			check(i, func(w, g float64) bool { return math.Abs(g-w) <= z*largest(sd)*math.Sqrt(2/draws) })
		}
	case "sd":
		for i := range want {
			check(i, func(w, g float64) bool { return math.Abs(g/w-1) <= z*math.Sqrt(1/draws) })
		}
	case "rank_set":
		return p.rankSet(k, name, want, got, b)
	case "estimator":
		return p.estimator(k, name, want, got, b)
	default:
		return fault.NotFoundf("choisissez une sorte décrite dans SCHEMA.md", "sorte de bande inconnue « %v »", b["kind"])
	}
	return nil
}

// rankSet asks for bounds inside those seen over several seeds, and for most of
// them on the median one.
func (p *part) rankSet(k *comparison, name string, want, got []any, b map[string]any) error {
	bound := func(side string) ([]any, error) {
		names, _ := b[side].(map[string]any)
		column, _ := names[name].(string)
		values, _, err := p.column(column)
		return values, err
	}
	low, err := bound("low")
	if err != nil {
		return err
	}
	high, err := bound("high")
	if err != nil {
		return err
	}
	slack, _ := b["slack"].(float64)
	share, _ := b["share_exact_min"].(float64)
	same := 0
	for i := range want {
		g, ok := got[i].(float64)
		if !ok || g < largest(low[i])-slack || g > largest(high[i])+slack {
			k.fail(fmt.Sprintf("%s[%d]", name, i), got[i], want[i], 1)
		}
		if got[i] == want[i] {
			same++
		}
	}
	if float64(same) < share*float64(len(want)) {
		k.fail(name, fmt.Sprintf("%d on the median", same), fmt.Sprintf("%v of %d", share, len(want)), 1)
	}
	return nil
}

// estimator asks that the mean of many runs be near the exact value, and their
// spread no larger than that of the reference.
func (p *part) estimator(k *comparison, name string, want, got []any, b map[string]any) error {
	path, _ := b["sd"].(string)
	v, err := readPath(p.dir, p.file, path)
	if err != nil {
		return err
	}
	number := func(key string) float64 { v, _ := b[key].(float64); return v }
	theirs := listed(v)
	for i := range want {
		w, _ := want[i].(float64)
		pairOf := func(v any, key string) float64 {
			m, _ := v.(map[string]any)
			l := listed(m[key])
			if i >= len(l) {
				return math.NaN()
			}
			x, ok := l[i].(float64)
			if !ok {
				return math.NaN()
			}
			return x
		}
		mean, sd := pairOf(p.got, "mean"), pairOf(p.got, "sd")
		ref := largest(theirs[min(i, len(theirs)-1)])
		if !(math.Abs(mean-w) <= number("z")*ref/math.Sqrt(number("runs"))+number("bias_sd")*ref) || !(sd <= 1.1*ref) {
			k.fail(fmt.Sprintf("%s[%d]", name, i), []float64{mean, sd}, []float64{w, ref}, 1)
		}
	}
	return nil
}

// noWorse asks for a value at least as good.
func (p *part) noWorse(k *comparison) {
	slack, _ := p.spec["slack"].(float64)
	w, g := largest(p.want), math.NaN()
	if x, ok := p.want.(float64); ok {
		w = x
	}
	if x, ok := single(p.got).(float64); ok {
		g = x
	}
	if p.spec["direction"] == "maximise" {
		w, g = -w, -g
	}
	if !(g <= w+slack) {
		k.fail(p.name, p.got, p.want, 1)
	}
}
