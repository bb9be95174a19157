package conformance

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"

	"vigie/fault"
	"vigie/stat/disclosure"
)

// disclosureFunctions answer the cases of the family disclosure by function.
var disclosureFunctions = map[string]func(*asked) (map[string]any, error){
	"primary_cell":           primaryCell,
	"primary_table":          primaryTable,
	"primary_cells":          primaryCells,
	"attack":                 attack,
	"audit":                  audit,
	"suppress":               suppress,
	"controlled_rounding":    controlledRounding,
	"conventional_rounding":  conventionalRounding,
	"check_transition_table": checkTransition,
	"cell_key_simulation":    simulateCellKeys,
	"cell_key_property":      cellKeyProperty,
	"query_sequence":         querySequence,
}

// secrecy answers a case by its function, with the fields that « ask » lists
// when it does.
func secrecy(ctx context.Context, dir fs.FS, c *Case) (any, error) {
	v, err := fielded(disclosureFunctions)(ctx, dir, c)
	answer, _ := v.(map[string]any)
	if ask := texts(c.Tree["ask"]); err == nil && len(ask) > 0 {
		maps.DeleteFunc(answer, func(name string, _ any) bool { return !slices.Contains(ask, name) })
	}
	return v, err
}

// refusedOr turns a refusal of the engine into the answer "error".
func refusedOr(answer map[string]any, err error) (map[string]any, error) {
	if _, ok := errors.AsType[*disclosure.Refusal](err); ok {
		return map[string]any{"error": true}, nil
	}
	return answer, err
}

// rule reads the primary rule of a case.
func (a *asked) rule() *disclosure.Rule {
	p := a.object("rule")
	r := &disclosure.Rule{MinUnits: p.number("min_units", 0), Weighted: p.choice("units", "count", "sum_of_weights") == "sum_of_weights"}
	if p.has("frequency_min") {
		r.MinUnits = p.number("frequency_min")
	}
	weighted := func(o *asked, key string) bool { return o.choice(key, "unweighted", "weighted") == "weighted" }
	if p.has("dominance") {
		d := p.object("dominance")
		r.Dominance = &disclosure.Dominance{N: d.whole("n"), K: d.number("k"), WeightedLargest: weighted(d, "numerator"), WeightedTotal: weighted(d, "total")}
		d.done()
	}
	if p.has("p_percent") {
		d := p.object("p_percent")
		r.Prior = &disclosure.Prior{P: d.number("p"), Q: 100, WeightedTotal: weighted(d, "total")}
		d.done()
	}
	if p.has("pq") {
		d := p.object("pq")
		r.Prior = &disclosure.Prior{P: d.number("p"), Q: d.number("q"), WeightedTotal: weighted(d, "total")}
		d.done()
	}
	p.done()
	return r
}

// numbersOf reads a list of numbers, NaN where one is missing, nil when the list
// is absent.
func (a *asked) numbersOf(key string) []float64 {
	if !a.has(key) {
		return nil
	}
	out := []float64{}
	for _, v := range value[[]any](a, key) {
		x, ok := v.(float64)
		switch {
		case v == nil:
			x = math.NaN()
		case !ok:
			a.fail(fault.Invalidf("donnez des nombres", "%s.%s : « %v »", a.path, key, v))
		}
		out = append(out, x)
	}
	return out
}

func primaryCell(a *asked) (map[string]any, error) {
	x, w, r := a.numbersOf("contributions"), a.numbersOf("weights"), a.rule()
	if err := a.done(); err != nil {
		return nil, err
	}
	v, err := r.Judge(x, w)
	return refusedOr(map[string]any{"sensitive": v.Sensitive}, err)
}

// objects reads a list of objects, or that which stands at {file, path}.
func (a *asked) objects(key string) []map[string]any {
	list, ok := a.content(key).([]any)
	out := make([]map[string]any, len(list))
	for i, v := range list {
		var isObject bool
		out[i], isObject = v.(map[string]any)
		ok = ok && isObject
	}
	if !ok {
		a.fail(fault.Invalidf("donnez une liste d’enregistrements", "%s.%s n’est pas une liste d’objets", a.path, key))
	}
	return out
}

// content is the value of a parameter, or what stands in the file it names at
// the path it gives.
func (a *asked) content(key string) any {
	v := a.get(key)
	at, _ := v.(map[string]any)
	name, isFile := at["file"].(string)
	if !isFile {
		return v
	}
	path, _ := at["path"].(string)
	v, err := readPath(a.dir, name, path)
	if err != nil {
		a.fail(err)
	}
	return v
}

func primaryTable(a *asked) (map[string]any, error) {
	records := a.objects("records")
	rows, cols, field, weight := a.text("rows"), a.text("cols", ""), a.text("value", ""), a.text("weight", "")
	if a.has("extra_record") {
		records = append(records, value[map[string]any](a, "extra_record"))
	}
	r := a.rule()
	keys, x, w := make([]string, len(records)), make([]float64, len(records)), make([]float64, len(records))
	for i, record := range records {
		o := &asked{params: record, path: "enregistrement " + strconv.Itoa(i+1), read: map[string]bool{}, err: a.err}
		keys[i] = o.text(rows)
		if cols != "" {
			keys[i] += "|" + o.text(cols)
		}
		if field != "" {
			x[i] = o.number(field, math.NaN())
		}
		if weight != "" {
			w[i] = o.number(weight, math.NaN())
		}
	}
	if err := a.done(); err != nil {
		return nil, err
	}
	if weight == "" {
		w = nil
	}
	sensitive, err := r.Sensitive(disclosure.Gather(keys, x, w))
	return refusedOr(map[string]any{"sensitive": anys(sensitive)}, err)
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

func primaryCells(a *asked) (map[string]any, error) {
	cells := a.cells()
	r := a.rule()
	r.Empty = a.flag("zero_cells_sensitive", false)
	f := a.object("cell_fields")
	key, val, units, largest := f.text("key"), f.text("value"), f.text("units", ""), f.text("largest", "")
	f.done()
	p := a.object("protection", map[string]any{})
	share, least := p.number("share_of_value", 0), p.number("minimum", 0)
	p.done()
	primary, protection := []any{}, map[string]any{}
	for _, c := range cells {
		o := &asked{params: c, path: "cellule", read: map[string]bool{}, err: a.err}
		code, cell := o.text(key), disclosure.Aggregate{Total: o.number(val), Largest: math.NaN()}
		if cell.Units = cell.Total; units != "" { // a table of counts is its own number of units
			cell.Units = o.number(units)
		}
		if largest != "" {
			cell.Largest = o.number(largest)
		}
		if *a.err != nil {
			return nil, *a.err
		}
		v, err := r.JudgeAggregate(cell)
		if err != nil {
			return refusedOr(nil, err)
		}
		if v.Sensitive {
			primary, protection[code] = append(primary, code), disclosure.Distance(cell.Total, share, least)
		}
	}
	return map[string]any{"primary": primary, "protection": protection}, a.done()
}

func attack(a *asked) (map[string]any, error) {
	t, pattern := a.secretTable(), a.texts("pattern")
	var known []string
	if a.has("attacker_knows") {
		known = a.texts("attacker_knows")
	}
	a.attacker()
	if err := a.done(); err != nil {
		return nil, err
	}
	found, err := disclosure.Attack(t, pattern, known)
	if err != nil {
		return nil, err
	}
	bounds := map[string]any{}
	for _, b := range found {
		bounds[b.Key] = []any{finite(b.Low), finite(b.High)}
	}
	return map[string]any{"bounds": bounds}, nil
}

// attacker checks that the attacker described is the one that is computed.
func (a *asked) attacker() {
	if !a.has("attacker") {
		return
	}
	o := a.object("attacker")
	known := o.texts("knows")
	slices.Sort(known)
	if !slices.Equal(known, []string{"additivity", "non_negative_values", "published_cells"}) {
		a.fail(fault.NotFoundf("décrivez un attaquant qui connaît published_cells, additivity et non_negative_values", "attaquant inconnu : %v", known))
	}
	o.done()
}

func audit(a *asked) (map[string]any, error) {
	t := a.secretTable()
	sensitive, pattern, singletons := a.sensitive(t), a.texts("pattern"), a.flag("singleton_rule", false)
	a.attacker()
	if err := a.done(); err != nil {
		return nil, err
	}
	v, err := disclosure.Audit(t, sensitive, pattern, singletons)
	return map[string]any{"safe": v.Safe}, err
}

func suppress(a *asked) (map[string]any, error) {
	t := a.secretTable()
	sensitive := a.sensitive(t)
	c := disclosure.Choice{Count: a.choice("cost", "value", "count") == "count", Zeros: a.flag("zero_cells_suppressible", false), Singletons: a.flag("singleton_rule", false)}
	a.attacker()
	if err := a.done(); err != nil {
		return nil, err
	}
	p, err := disclosure.Suppress(t, sensitive, c)
	return map[string]any{"pattern": anys(p.Keys)}, err
}

// conditions are those of a rounding, all when none is told.
func (a *asked) conditions() (adjacent, additive bool) {
	if !a.has("conditions") {
		return true, true
	}
	for _, c := range a.texts("conditions") {
		switch c {
		case "multiple_of_base":
		case "adjacent_multiple":
			adjacent = true
		case "additive":
			additive = true
		default:
			a.fail(fault.NotFoundf("choisissez parmi multiple_of_base, adjacent_multiple, additive", "condition inconnue « %s »", c))
		}
	}
	return adjacent, additive
}

func controlledRounding(a *asked) (map[string]any, error) {
	t, base := a.secretTable(), a.number("base")
	adjacent, additive := a.conditions()
	if err := a.done(); err != nil {
		return nil, err
	}
	r, _, err := disclosure.RoundEach(t, base)
	if additive {
		r, err = disclosure.Round(t, base, disclosure.Rounding{Farther: !adjacent})
	}
	if err != nil {
		return nil, err
	}
	cells := map[string]any{}
	for i, c := range t.Cells() {
		cells[c.Key] = r.Values[i]
	}
	return map[string]any{"cells": cells}, nil
}

func conventionalRounding(a *asked) (map[string]any, error) {
	t, base := a.secretTable(), a.number("base")
	if err := a.done(); err != nil {
		return nil, err
	}
	_, broken, err := disclosure.RoundEach(t, base)
	return map[string]any{"broken_sums": float64(broken)}, err
}

// told are the kinds of answers known: each tells how many units it is of, or is
// judged as if it did.
var told = []string{"count", "percentage_with_base", "mean_with_base", "percentage"}

// querySequence asks questions in turn and tells what becomes of the last one.
func querySequence(a *asked) (map[string]any, error) {
	raw, ok := a.content("counts").(map[string]any)
	if !ok {
		a.fail(fault.Invalidf("donnez un objet de cellules et d’effectifs", "%s.counts n’en est pas un", a.path))
	}
	counts := map[string]int{}
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		n, ok := raw[key].(float64)
		if !ok || n != math.Trunc(n) || math.Abs(n) > 1e9 {
			a.fail(fault.Invalidf("donnez des effectifs", "cellule « %s » : « %v »", key, raw[key]))
			break
		}
		counts[key] = int(n)
	}
	prefix, threshold := a.text("key_prefix", ""), a.whole("threshold")
	a.choice("answer", told...)
	questions := value[[]any](a, "queries")
	if err := a.done(); err != nil {
		return nil, err
	}
	h, err := disclosure.NewHistory(counts, threshold)
	if err != nil {
		return nil, err
	}
	var r disclosure.Ruling
	for _, q := range questions {
		set := texts(q)
		for i := range set {
			set[i] = prefix + set[i]
		}
		if r, err = h.Ask(set); err != nil {
			return nil, err
		}
	}
	return map[string]any{"allowed": r.Allowed}, nil
}

// readObject reads a file that holds one object.
func readObject(dir fs.FS, name string) (map[string]any, error) {
	v, err := readPath(dir, name, "")
	if err != nil {
		return nil, err
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, fault.Invalidf("vérifiez le fichier", "%s n’est pas un objet", name)
	}
	return o, nil
}
