package estimate

import (
	"maps"
	"slices"
)

// operation is what an estimate may ask: the keys of its arguments and the
// method that answers. An answer is made of maps, lists, numbers and texts; a
// NaN in it is a missing value.
type operation struct {
	keys []string
	run  func(c *call) any
}

// everywhere lists the keys that every operation on a design allows: the
// domain, and leaving out records whose variables are missing.
var everywhere = []string{"where", "na_rm"}

// ops lists the operations by name; each group stands in its op_ file.
var ops = map[string]operation{}

func init() {
	for _, group := range []map[string]operation{degfOps, meanOps, momentOps, contrastOps, quantileOps, byOps, weightOps, boundsOps, tableOps, comparisonOps, regressionOps, questionOps, smallAreaOps} {
		maps.Copy(ops, group)
	}
}

// allowed returns the keys the operation allows: its own and those everywhere;
// `by` takes the keys of the statistic it repeats.
func (o operation) allowed(args node) []string {
	keys := slices.Concat(o.keys, everywhere)
	if slices.Contains(o.keys, "of") {
		if of, ok := ops[args.get("of").text()]; ok {
			keys = append(keys, of.keys...)
		}
	}
	return keys
}

// names lists the keys of a table of operations or steps in order.
func names[T any](table map[string]T) []string {
	return slices.Sorted(maps.Keys(table))
}

// Keys returns the keys of each operation and of each step of preparation, by
// name: `operation mean`, `prep rake`. Those that every operation allows are
// left out.
func Keys() map[string][]string {
	out := map[string][]string{}
	for name, o := range ops {
		out["operation "+name] = o.keys
	}
	for name, p := range preps {
		out["prep "+name] = p.keys
	}
	return out
}
