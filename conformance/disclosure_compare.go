package conformance

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"

	"vigie/fault"
	"vigie/stat/disclosure"
)

// compareDisclosure compares an answer of the family disclosure by the mode of
// its case.
//
// Error: a fault when the mode is unknown or the table of the case cannot be
// read again to check a pattern or a rounding.
func compareDisclosure(dir fs.FS, c *Case, answer any) (comparison, error) {
	k := comparison{tol: c.Tol}
	want, _ := c.Expect.(map[string]any)
	if c.Expect == nil {
		return k, nil
	}
	got, ok := answer.(map[string]any)
	if !ok || want == nil {
		k.fail("", answer, c.Expect, math.Inf(1))
		return k, nil
	}
	k.top = largest(want)
	mode, _ := c.Tree["compare"].(string)
	switch mode {
	case "exact", "set", "relative", "absolute":
		for _, name := range sortedKeys(want) {
			k.secret(mode, name, want[name], got[name])
		}
	case "property":
		k.property(want, got)
	case "at_least":
		return k, k.atLeast(dir, c, want, got)
	case "attacker_check":
		return k, k.attackerCheck(dir, c, want, got)
	case "rounding_check":
		return k, k.roundingCheck(dir, c, want, got)
	default:
		return k, fault.NotFoundf("choisissez un mode décrit dans SCHEMA.md", "mode de comparaison inconnu « %s »", mode)
	}
	return k, nil
}

// secret compares a value of any depth.
func (k *comparison) secret(mode, path string, want, got any) {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		if len(g) != len(w) {
			k.fail(path, got, want, math.Inf(1))
			return
		}
		for _, key := range sortedKeys(w) {
			k.secret(mode, below(path, key), w[key], g[key])
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			k.fail(path, got, want, math.Inf(1))
			return
		}
		if mode == "set" {
			w, g = ordered(w), ordered(g)
		}
		for i := range w {
			k.secret(mode, fmt.Sprintf("%s[%d]", path, i), w[i], g[i])
		}
	case float64:
		g, ok := got.(float64)
		if !ok || math.IsNaN(g) {
			k.fail(path, got, want, math.Inf(1))
			return
		}
		k.secretNumber(mode, path, w, g)
	default:
		if got != want {
			k.fail(path, got, want, math.Inf(1))
		}
	}
}

// secretNumber compares two numbers, exactly, in absolute value, or relatively
// to no less than 1.
func (k *comparison) secretNumber(mode, path string, want, got float64) {
	gap, size := math.Abs(got-want), 1.0
	if mode != "absolute" && want != 0 {
		size = max(1, math.Abs(want))
	}
	rounding := 1e-12 * max(1, k.top)
	tol := k.tol
	if mode == "exact" {
		tol, rounding = 0, 0
	} else if gap > rounding {
		k.largest = max(k.largest, gap/size)
	}
	if gap > rounding && gap/size > tol {
		k.fail(path, got, want, gap/size/max(tol, 1e-300))
	}
}

// ordered puts the elements of a set in an order.
func ordered(list []any) []any {
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return out
}

// property asks for a value, or for one no larger than a limit: the limit of x
// is called x_max, and that of its absolute value x_abs_max.
func (k *comparison) property(want, got map[string]any) {
	for _, name := range sortedKeys(want) {
		if v, ok := got[name]; ok && !strings.HasSuffix(name, "_max") {
			k.secret("exact", name, want[name], v)
			continue
		}
		of := strings.TrimSuffix(strings.TrimSuffix(name, "_max"), "_abs")
		limit, isNumber := want[name].(float64)
		v, ok := got[of].(float64)
		if own, has := got[name].(float64); has {
			v, ok = own, true
		}
		if !isNumber || !ok || !(math.Abs(v) <= limit) {
			k.fail(name, got[of], want[name], math.Inf(1))
		}
	}
}

// answered reads again the table of a case and its parameters.
func answeredTable(dir fs.FS, c *Case) (*asked, *disclosure.Table, error) {
	a := newAsked(dir, c)
	t := a.secretTable()
	return a, t, *a.err
}

// atLeast asks for a number of cells added to the sensitive ones.
func (k *comparison) atLeast(dir fs.FS, c *Case, want, got map[string]any) error {
	a, t, err := answeredTable(dir, c)
	if err != nil {
		return err
	}
	least, ok := want["additional_suppressions_min"].(float64)
	pattern := texts(got["pattern"])
	added := float64(len(pattern) - len(a.sensitive(t)))
	if !ok || added < least {
		k.fail("additional_suppressions", added, want["additional_suppressions_min"], math.Inf(1))
	}
	return k.safe(a, t, pattern, true)
}

// safe asks that a pattern be safe by the attacker's own programmes, and that it
// leave the cells of 0 published when they must be.
func (k *comparison) safe(a *asked, t *disclosure.Table, pattern []string, want bool) error {
	v, err := disclosure.Audit(t, a.sensitive(t), pattern, a.flag("singleton_rule", false))
	if err != nil {
		return err
	}
	if v.Safe != want {
		k.fail("valid", v.Safe, want, math.Inf(1))
	}
	if a.flag("zero_cells_suppressible", false) {
		return nil
	}
	for _, key := range pattern {
		if cell, _ := t.Cell(key); cell.Value == 0 {
			k.fail("pattern", key, "published", math.Inf(1))
		}
	}
	return nil
}

// attackerCheck asks for a safe pattern that costs no more than the optimum and
// its gap.
func (k *comparison) attackerCheck(dir fs.FS, c *Case, want, got map[string]any) error {
	a, t, err := answeredTable(dir, c)
	if err != nil {
		return err
	}
	pattern := texts(got["pattern"])
	valid, ok := want["valid"].(bool)
	if err := k.safe(a, t, pattern, valid || !ok); err != nil {
		return err
	}
	cost := 0.0
	for _, key := range pattern {
		cell, _ := t.Cell(key)
		if a.text("cost", "value") == "count" {
			cell.Value = 1
		}
		cost += cell.Value
	}
	k.noDearer("cost", cost, want)
	return nil
}

// noDearer compares a cost with the optimum of a case, where it tells one.
func (k *comparison) noDearer(name string, cost float64, want map[string]any) {
	best, ok := want["optimum"].(float64)
	gap, _ := want["gap_allowed"].(float64)
	if limit := best * (1 + gap); ok && cost > limit+max(k.tol, 1e-12)*max(1, limit) {
		k.fail(name, cost, limit, cost-limit)
	}
}

// roundingCheck asks for a rounding that keeps the conditions and changes no more
// than the optimum and its gap.
func (k *comparison) roundingCheck(dir fs.FS, c *Case, want, got map[string]any) error {
	a, t, err := answeredTable(dir, c)
	if err != nil {
		return err
	}
	if o, ok := want["objective"]; ok && o != "sum_abs_change" {
		return fault.NotFoundf("choisissez sum_abs_change", "objectif inconnu « %v »", o)
	}
	cells, _ := got["cells"].(map[string]any)
	values := make([]float64, len(t.Cells()))
	for i, cell := range t.Cells() {
		v, ok := cells[cell.Key].(float64)
		if !ok {
			k.fail("cells."+cell.Key, cells[cell.Key], "a number", math.Inf(1))
			return nil
		}
		values[i] = v
	}
	found := disclosure.CheckRounding(t, a.number("base"), values)
	adjacent, additive := a.conditions()
	valid := found.Multiples && (found.Adjacent || !adjacent) && (found.Additive || !additive)
	if w, ok := want["valid"].(bool); ok && w != valid {
		k.fail("valid", valid, w, math.Inf(1))
	}
	k.noDearer("sum_abs_change", found.Change, want)
	return *a.err
}
