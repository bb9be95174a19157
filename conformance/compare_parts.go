package conformance

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strings"

	"vigie/fault"
)

// parted answers a case by its function, a part an entry of « ask ».
func parted(functions map[string]func(*asked) *found) func(context.Context, fs.FS, *Case) (any, error) {
	return func(_ context.Context, dir fs.FS, c *Case) (any, error) {
		f, ok := functions[c.Function]
		if !ok {
			return nil, fault.NotFoundf("donnez une fonction de la famille", "fonction inconnue « %s »", c.Function)
		}
		a := newAsked(dir, c)
		out := f(a)
		if err := a.done(); err != nil {
			return nil, err
		}
		ask, _ := c.Tree["ask"].([]any)
		return out.answer(ask)
	}
}

// part is one entry of what a case expects, and how it is compared.
type part struct {
	name      string // of the fields in a disagreement
	mode      string
	want, got any // tables are lists of rows
	keys      []string
	columns   []string
	tol       float64
	undefined bool // where nothing finite is expected, nothing finite is due
	unordered bool // the two keys may be swapped
	spec      map[string]any
	file      string // of the expected values
	dir       fs.FS
	c         *Case
}

// compareParts compares the parts of an answer with what the case expects.
//
// Error: a fault when what is expected cannot be read.
func compareParts(dir fs.FS, c *Case, answer any) (comparison, error) {
	var k comparison
	expect, _ := c.Expect.([]any)
	got, _ := answer.([]any)
	if c.Expect == nil {
		return k, nil
	}
	if len(got) != len(expect) {
		k.fail("", len(got), len(expect), math.Inf(1))
		return k, nil
	}
	parts := make([]*part, len(expect))
	for i, e := range expect {
		spec, _ := e.(map[string]any)
		p, err := newPart(dir, c, spec)
		if err != nil {
			return k, err
		}
		p.got, parts[i] = got[i], p
		k.top = max(k.top, largest(p.want))
	}
	for _, p := range parts {
		if err := p.compare(&k); err != nil {
			return k, err
		}
	}
	return k, nil
}

func newPart(dir fs.FS, c *Case, spec map[string]any) (*part, error) {
	text := func(key string) string { s, _ := spec[key].(string); return s }
	p := &part{name: text("path"), mode: text("compare"), keys: texts(spec["keys"]), columns: texts(spec["columns"]), tol: c.Tol, spec: spec, file: text("file"), dir: dir, c: c}
	if p.name == "" {
		p.name = text("name")
	}
	if p.mode == "" {
		p.mode, _ = c.Tree["compare"].(string)
	}
	if v, ok := spec["tol"].(float64); ok {
		p.tol = v
	}
	p.undefined = c.Tree["undefined"] == "non_finite_or_missing"
	p.unordered, _ = c.Tree["unordered_pairs"].(bool)
	var err error
	switch {
	case p.file == "":
		p.want = spec["values"]
		if rows := listed(p.want); len(p.keys) > 0 && len(p.columns) == 0 {
			row, _ := rows[0].(map[string]any)
			p.columns = slices.DeleteFunc(slices.Sorted(maps.Keys(row)), func(c string) bool { return slices.Contains(p.keys, c) })
		}
	case len(p.columns) > 0:
		p.want, err = expectedRows(dir, p.file)
	default:
		p.want, err = readPath(dir, p.file, p.name)
	}
	return p, err
}

// expectedRows reads a table of expected values; an infinite one is kept.
func expectedRows(dir fs.FS, name string) ([]any, error) {
	t, err := readTable(dir, name)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(t.rows))
	for i, r := range t.rows {
		row := map[string]any{}
		for k, h := range t.head {
			row[h] = cell(r[k])
		}
		out[i] = row
	}
	return out, nil
}

// compare compares a part by its mode.
func (p *part) compare(k *comparison) error {
	k.tol = p.tol
	if p.mode == "exact" {
		k.tol = 0
	}
	if len(p.columns) == 0 {
		return p.compareValue(k)
	}
	for _, column := range p.columns {
		want, got, err := p.column(column)
		if err != nil {
			k.fail(column, nil, err.Error(), math.Inf(1))
			return nil
		}
		if err := p.compareColumn(k, column, want, got); err != nil {
			return err
		}
	}
	return nil
}

// column returns a column of the expected rows and that of the answer, matched
// by their keys.
func (p *part) column(name string) (want, got []any, err error) {
	key := func(row map[string]any) string {
		var parts []string
		for _, k := range p.keys {
			parts = append(parts, fmt.Sprint(row[k]))
		}
		if p.unordered {
			slices.Sort(parts)
		}
		return strings.Join(parts, "\x00")
	}
	at := map[string]map[string]any{}
	rows, _ := p.got.([]any)
	for _, r := range rows {
		if row, ok := r.(map[string]any); ok {
			at[key(row)] = row
		}
	}
	wanted, _ := p.want.([]any)
	same := false // names that the case does not tell are compared by position
	for _, r := range wanted {
		row, _ := r.(map[string]any)
		_, ok := at[key(row)]
		same = same || ok
	}
	for i, r := range wanted {
		row, _ := r.(map[string]any)
		found, ok := at[key(row)]
		if !same && len(rows) == len(wanted) {
			found, ok = rows[i].(map[string]any)
		}
		if !ok {
			return nil, nil, fmt.Errorf("no row %q", key(row))
		}
		want, got = append(want, row[name]), append(got, found[name])
	}
	if len(rows) != len(wanted) && p.file == "" {
		return nil, nil, fmt.Errorf("%d rows for %d", len(rows), len(wanted))
	}
	return want, got, nil
}

func (p *part) compareColumn(k *comparison, name string, want, got []any) error {
	switch p.mode {
	case "relative", "exact":
		for i := range want {
			p.cell(k, fmt.Sprintf("%s[%d]", name, i), want[i], got[i], largest(want))
		}
	case "partition":
		p.partition(k, name, want, got)
	case "upto_sign":
		return p.signs(k, name, want, got)
	case "within_band":
		return p.band(k, name, want, got)
	default:
		return p.unknown()
	}
	return nil
}

func (p *part) compareValue(k *comparison) error {
	switch p.mode {
	case "relative", "exact":
		p.tree(k, p.name, p.want, p.got)
	case "upto_sign":
		return p.rotation(k)
	case "no_worse":
		p.noWorse(k)
	case "within_band":
		w, g := listed(p.want), listed(p.got)
		if _, spread := p.got.(map[string]any); spread { // the mean and the spread of many runs
			g = w
		}
		if len(w) != len(g) {
			k.fail(p.name, len(g), len(w), math.Inf(1))
			return nil
		}
		return p.band(k, p.name, w, g)
	default:
		return p.unknown()
	}
	return nil
}

func (p *part) unknown() error {
	return fault.NotFoundf("choisissez un mode décrit dans SCHEMA.md", "mode de comparaison inconnu « %s »", p.mode)
}

// listed is a value as a list of one, or a list as it is.
func listed(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// tree compares a value of any depth; a number in a list by the largest of
// that list.
func (p *part) tree(k *comparison, path string, want, got any) {
	want, got = single(want), single(got)
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key, v := range w {
			p.tree(k, below(path, key), v, g[key])
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			k.fail(path, got, want, math.Inf(1))
			return
		}
		for i := range w {
			if _, deep := w[i].([]any); deep {
				p.tree(k, fmt.Sprintf("%s[%d]", path, i), w[i], g[i])
			} else {
				p.cell(k, fmt.Sprintf("%s[%d]", path, i), w[i], g[i], largest(w))
			}
		}
	default:
		p.cell(k, path, want, got, 0)
	}
}

// cell compares one value: |got - want| over the larger of |want| and a
// billionth of the largest of its column.
func (p *part) cell(k *comparison, path string, want, got any, scale float64) {
	w, isNumber := want.(float64)
	if p.undefined && (want == nil || isNumber && math.IsInf(w, 0)) {
		if g, ok := got.(float64); got == nil || ok && (math.IsInf(g, 0) || math.IsNaN(g)) {
			return
		}
	}
	g, ok := got.(float64)
	switch {
	case !isNumber || !ok:
		if want != got {
			k.fail(path, got, want, math.Inf(1))
		}
		return
	case p.mode == "exact":
		if w != g {
			k.fail(path, got, want, math.Inf(1))
		}
		return
	}
	gap, rounding := math.Abs(g-w), 1e-12*max(1, k.top)
	size := max(math.Abs(w), 1e-9*scale)
	if w == 0 || size == 0 {
		size = 1
	}
	if gap > rounding || size >= 1e6*rounding {
		k.largest = max(k.largest, gap/size) // of what is more than the rounding of the largest
	}
	if gap > rounding && !(gap/size <= k.tol) || math.IsNaN(gap) {
		k.fail(path, got, want, gap/size/max(k.tol, 1e-300))
	}
}

// partition asks for the same classes, whatever they are called.
func (p *part) partition(k *comparison, name string, want, got []any) {
	to, from := map[any]any{}, map[any]any{}
	for i := range want {
		a, seen := to[want[i]]
		b, back := from[got[i]]
		if seen && a != got[i] || back && b != want[i] {
			k.fail(fmt.Sprintf("%s[%d]", name, i), got[i], want[i], math.Inf(1))
			return
		}
		to[want[i]], from[got[i]] = got[i], want[i]
	}
}
