package conformance

import (
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"
)

// comparison is what comparing an answer with what was expected found: the
// largest error of all, and the worst disagreement.
type comparison struct {
	failed    bool
	largest   float64 // relative error over the numbers compared
	worst     float64 // excess of the worst disagreement over its tolerance
	field     string
	got, want any
	top       float64 // largest number expected in the case
	tol       float64
	atol      map[string]float64
	leave     []string
}

// informative lists the fields compared by position only: what they are called
// is up to the program.
var informative = []string{"names", "columns", "rows", "cols", "test_terms"}

// compareFields compares an answer with what stands in the case itself.
func compareFields(_ fs.FS, c *Case, answer any) (comparison, error) { return c.compare(answer), nil }

// compare compares the answer of the case with what it expects.
func (c *Case) compare(answer any) comparison {
	k := comparison{tol: c.Tol, atol: c.Atol, leave: slices.Concat(informative, c.NotEqual)}
	if c.Expect == nil {
		return k
	}
	if m, ok := answer.(map[string]any); ok {
		if state, ok := m["state"].(string); ok && slices.Contains(c.Accept, state) {
			return k
		}
	}
	k.top = largest(c.Expect)
	k.value("", c.Expect, answer, 0)
	return k
}

// largest returns the largest absolute number of a tree.
func largest(v any) float64 {
	var top float64
	switch x := v.(type) {
	case float64:
		return math.Abs(x)
	case []any:
		for _, e := range x {
			top = max(top, largest(e))
		}
	case map[string]any:
		for _, e := range x {
			top = max(top, largest(e))
		}
	}
	return top
}

// value compares at a path. scale is the largest number expected in the array
// the value stands in, 0 outside an array.
func (k *comparison) value(path string, want, got any, scale float64) {
	want, got = single(want), single(got)
	switch w := want.(type) {
	case nil:
		if got != nil {
			k.fail(path, got, want, math.Inf(1))
		}
	case float64:
		g, ok := got.(float64)
		if !ok || math.IsNaN(g) {
			k.fail(path, got, want, math.Inf(1))
			return
		}
		k.number(path, w, g, scale)
	case map[string]any:
		k.fields(path, w, got)
	case []any:
		k.array(path, w, got, max(scale, largest(want)))
	default: // a text or a boolean
		if got != want {
			k.fail(path, got, want, math.Inf(1))
		}
	}
}

// single returns the value of an array of one, which equals it.
func single(v any) any {
	if a, ok := v.([]any); ok && len(a) == 1 {
		return single(a[0])
	}
	return v
}

// fields compares the fields expected; others in the answer are passed over.
func (k *comparison) fields(path string, want map[string]any, got any) {
	g, ok := got.(map[string]any)
	if !ok {
		k.fail(path, got, want, math.Inf(1))
		return
	}
	if w, ok := want["columns"].([]any); ok && want["values"] != nil {
		k.table(path, w, want, g)
		want = maps.Clone(want)
		delete(want, "values")
	}
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if slices.Contains(k.leave, key) {
			continue
		}
		v, ok := g[key]
		if !ok && want[key] != nil {
			k.fail(below(path, key), nil, want[key], math.Inf(1))
			continue
		}
		k.value(below(path, key), want[key], v, 0)
	}
}

// table compares the values of a table column by column: the column of the
// same name, or, since programs name variables differently, that of the same
// place.
func (k *comparison) table(path string, columns []any, want, got map[string]any) {
	path = below(path, "values")
	theirs, isMap := want["values"].(map[string]any)
	ours, okMap := got["values"].(map[string]any)
	names, okNames := got["columns"].([]any)
	if !isMap || !okMap || !okNames {
		k.value(path, want["values"], got["values"], 0)
		return
	}
	for j, column := range columns {
		name := fmt.Sprint(column)
		v, ok := ours[name]
		if !ok && j < len(names) {
			v = ours[fmt.Sprint(names[j])]
		}
		k.value(below(path, name), theirs[name], v, 0)
	}
}

func (k *comparison) array(path string, want []any, got any, scale float64) {
	g, ok := got.([]any)
	if !ok || len(g) != len(want) {
		k.fail(path, got, want, math.Inf(1))
		return
	}
	for i := range want {
		k.value(fmt.Sprintf("%s[%d]", path, i), want[i], g[i], scale)
	}
}

func below(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// number compares two numbers: |got - want| over the larger of |want| and a
// millionth of the largest of its array, or of a p-value's floor; a difference
// below the rounding of the largest number of the case agrees.
func (k *comparison) number(path string, want, got, scale float64) {
	gap := math.Abs(got - want)
	rounding := 1e-12 * max(1, k.top)
	field := path[strings.LastIndexByte(path, '.')+1:]
	field, _, _ = strings.Cut(field, "[")
	if atol, ok := k.atol[field]; ok && gap <= atol {
		return
	}
	size := max(math.Abs(want), 1e-6*scale)
	switch {
	case field == "p_value" || field == "p" || strings.HasPrefix(field, "p_"):
		size = max(math.Abs(want), 1e-6)
	case want == 0:
		size = 1
	}
	if size == 0 {
		size = 1
	}
	if gap > rounding || size >= 1e6*rounding {
		k.largest = max(k.largest, gap/size) // of what is more than the rounding of the largest
	}
	if gap > rounding && gap/size > k.tol {
		k.fail(path, got, want, gap/size/max(k.tol, 1e-300))
	}
}

// fail keeps the worst disagreement, the first of equals.
func (k *comparison) fail(path string, got, want any, excess float64) {
	if k.failed && excess <= k.worst {
		return
	}
	k.failed, k.worst, k.field, k.got, k.want = true, excess, path, got, want
}
