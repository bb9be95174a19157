package conformance

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"

	"vigie/fault"
	"vigie/stat/disclosure"
)

// printed is how far the moments of a table printed with six decimals may be
// from what they are meant to be.
const printed = 1e-5

// transition reads a table {count: {p: {target: probability}}}, its counts 1, 2,
// and so on; a row 0 that keeps zeros may come first.
func (a *asked) transition() *disclosure.Transition {
	rows, ok := a.content("table").(map[string]any)
	if !ok {
		a.fail(fault.Invalidf("donnez un objet d’effectifs", "%s.table n’est pas une table de passage", a.path))
		return nil
	}
	t := &disclosure.Transition{}
	bad := func(at string) {
		a.fail(fault.Invalidf("donnez des effectifs et des probabilités", "%s.table, ligne %s", a.path, at))
	}
	first := 1
	if rows["0"] != nil {
		first = 0
	}
	for i := first; i < first+len(rows); i++ {
		name := strconv.Itoa(i)
		row, ok := rows[name].(map[string]any)
		if !ok {
			bad(name)
			return nil
		}
		if p, ok := row["p"].(map[string]any); ok {
			row = p
		}
		var targets []disclosure.Target
		for _, key := range sortedKeys(row) {
			count, err := strconv.Atoi(key)
			p, ok := row[key].(float64)
			if err != nil || !ok {
				bad(name)
				return nil
			}
			targets = append(targets, disclosure.Target{Count: count, P: p})
		}
		t.Rows = append(t.Rows, targets)
	}
	if first == 0 {
		t.Zero, t.Rows = t.Rows[0], t.Rows[1:]
	}
	t.Sort()
	return t
}

func checkTransition(a *asked) (map[string]any, error) {
	t, d, v := a.transition(), a.whole("max_deviation"), a.number("variance", 0)
	js := a.whole("threshold", 0)
	if err := a.done(); err != nil {
		return nil, err
	}
	c := t.Check(d, v, js, printed)
	return map[string]any{"valid": c.Valid, "sum": c.Sum, "mean_deviation": c.Mean, "variance": c.Variance}, nil
}

// secret is one made of the seed of a case.
func (a *asked) secret() []byte { return binary.BigEndian.AppendUint64(nil, a.seed) }

func simulateCellKeys(a *asked) (map[string]any, error) {
	t, cells, least, d := a.transition(), a.whole("cells"), a.whole("count_min"), a.whole("max_deviation", math.MaxInt32)
	v := a.number("variance", 0)
	if err := a.done(); err != nil {
		return nil, err
	}
	m, err := t.Simulate(cells, least, a.secret(), a.seed)
	if err != nil {
		return nil, err
	}
	if m.Largest > d {
		return nil, fault.Invalidf("corrigez la table", "un écart de %d dépasse %d", m.Largest, d)
	}
	if v == 0 {
		v = m.Expected
	}
	return map[string]any{"mean_deviation": m.Mean, "variance_relative_error": math.Abs(m.Variance/v - 1), "deviation_abs_max": float64(m.Largest)}, nil
}

// recordKeys are those of records of a case, n of them from one on.
func (a *asked) recordKeys(n int) []disclosure.Key {
	out := make([]disclosure.Key, n)
	for i := range out {
		out[i] = disclosure.RecordKey(a.secret(), strconv.Itoa(i))
	}
	return out
}

// cellKeyProperty tries one property on cells of 1 to 60 records.
func cellKeyProperty(a *asked) (map[string]any, error) {
	const most = 60
	t := a.transition()
	count, tables, repeat, more := a.whole("count", -1), a.whole("tables", 2), a.whole("repeat", 0), a.whole("add_records", 0)
	fewer, same := a.whole("remove_records", 0), a.flag("same_records", false)
	if err := a.done(); err != nil {
		return nil, err
	}
	keys := a.recordKeys(most + more)
	// the counts of a cell of the first n records, the records in another order each time
	distinct := func(n, times int) (map[int]bool, error) {
		found := map[int]bool{}
		for k := range times {
			v, err := t.Publish(n, disclosure.CellKey(slices.Concat(keys[k%n:n], keys[:k%n])))
			if err != nil {
				return nil, err
			}
			found[v] = true
		}
		return found, nil
	}
	switch {
	case a.has("count"):
		return constantCount(t, count)
	case repeat > 0 || same:
		worst := 0
		for n := 1; n <= most; n++ {
			found, err := distinct(n, max(tables, repeat))
			if err != nil {
				return nil, err
			}
			worst = max(worst, len(found))
		}
		return map[string]any{"identical": worst == 1, "distinct_answers": float64(worst)}, nil
	case more > 0 || fewer > 0:
		changes := true
		for n := fewer + 1; n <= most; n++ {
			changes = changes && disclosure.CellKey(keys[:n]) != disclosure.CellKey(keys[:n+more-fewer])
		}
		return map[string]any{"key_changes": changes}, nil
	}
	return nil, fault.NotFoundf("donnez count, same_records, repeat, add_records ou remove_records", "aucune propriété connue n’est demandée")
}

// constantCount is the count that stands for a true one whatever the key, nil
// when it depends on it.
func constantCount(t *disclosure.Transition, count int) (map[string]any, error) {
	var always any
	for k := range 1000 {
		v, err := t.Publish(count, disclosure.Key(k)*(math.MaxUint64/1000))
		if err != nil {
			return nil, err
		}
		if k > 0 && always != float64(v) {
			return map[string]any{"always": nil}, nil
		}
		always = float64(v)
	}
	return map[string]any{"always": always}, nil
}
