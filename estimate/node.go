package estimate

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"vigie/fault"
	"vigie/stat/survey"
)

// node is a value of a specification with its place: a map, a list, a text, a
// number or a boolean, whether it was written in TOML or in JSON.
type node struct {
	path string // estimate[2].x
	v    any    // map[string]any, []any, string, float64, bool or nil
}

// plain brings the integers of TOML to the one number type of JSON.
func plain(v any) any {
	switch x := v.(type) {
	case int64:
		return float64(x)
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = plain(e)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = plain(e)
		}
		return out
	case float64, string, bool, nil:
		return x
	}
	return fmt.Sprint(v) // a date of TOML
}

// refusal unwinds the reading of a specification or of an argument up to Run
// or Parse, which return its error.
type refusal struct{ err error }

// recovered turns a refusal that unwinds into *err; other panics go on.
func recovered(err *error) {
	switch r := recover().(type) {
	case nil:
	case refusal:
		*err = r.err
	default:
		panic(r)
	}
}

// stop unwinds with a fault at the node, whose cause callers may look for.
func (n node) stop(kind fault.Kind, cause error, do, what string) {
	if n.path != "" {
		what = "clé " + quote(n.path) + " : " + what
	}
	panic(refusal{&told{&fault.Error{Kind: kind, What: what, Do: do}, n.path, cause}})
}

// refuse stops with what is wrong at the node.
func (n node) refuse(do, format string, args ...any) {
	n.stop(fault.Invalid, nil, do, fmt.Sprintf(format, args...))
}

// unknown stops at a name that the program does not know.
func (n node) unknown(what string, known []string) {
	known = slices.DeleteFunc(slices.Clone(known), func(name string) bool { return name == "" })
	n.stop(fault.NotFound, nil, "choisissez parmi "+strings.Join(known, ", "), what+" "+quote(n.label()))
}

// check stops with an error of stat or of a reader, told at the node.
func (n node) check(err error) {
	if err == nil {
		return
	}
	if r, ok := errors.AsType[*survey.Refusal](err); ok {
		what := r.What
		if r.Row > 0 {
			what = fmt.Sprintf("enregistrement %d : %s", r.Row, what)
		}
		if r.Variable != "" {
			what = "variable " + quote(r.Variable) + ", " + what
		}
		n.stop(fault.Invalid, err, r.Do, what)
	}
	n.stop(fault.Invalid, err, cmp.Or(fault.Do(err), "vérifiez le fichier"), err.Error())
}

// only refuses the keys that are not known.
func (n node) only(known ...string) {
	for _, key := range slices.Sorted(maps.Keys(n.fields())) {
		if !slices.Contains(known, key) {
			n.child(key, nil).refuse("corrigez le nom de la clé, ou retirez-la ; ici sont connues : "+strings.Join(slices.Sorted(slices.Values(known)), ", "), "clé inconnue")
		}
	}
}

func (n node) child(key string, v any) node {
	if n.path != "" {
		key = n.path + "." + key
	}
	return node{key, v}
}

func (n node) fields() map[string]any {
	m, ok := n.v.(map[string]any)
	if !ok {
		n.refuse("écrivez une table : clé = valeur", "une table est attendue")
	}
	return m
}

func (n node) has(key string) bool {
	return n.fields()[key] != nil
}

// get returns the node of a key, whose value is nil when it is absent.
func (n node) get(key string) node {
	return n.child(key, n.fields()[key])
}

// need returns the node of a key that must be there.
func (n node) need(key string) node {
	c := n.get(key)
	if c.v == nil {
		c.refuse("ajoutez-la", "cette clé manque")
	}
	return c
}

// items returns the elements of a list; a lone value is a list of one, an
// absent one an empty list.
func (n node) items() []node {
	list, ok := n.v.([]any)
	if n.v == nil {
		return nil
	}
	if !ok {
		return []node{n}
	}
	out := make([]node, len(list))
	for i, v := range list {
		out[i] = node{fmt.Sprintf("%s[%d]", n.path, i+1), v}
	}
	return out
}

// text returns the text of the node, "" when absent.
func (n node) text() string {
	if n.v == nil {
		return ""
	}
	s, ok := n.v.(string)
	if !ok {
		n.refuse("écrivez-le entre guillemets", "un texte est attendu")
	}
	return s
}

// label returns a text or the text of a number or of a boolean: how a level
// is named.
func (n node) label() string {
	switch x := n.v.(type) {
	case string:
		return x
	case bool:
		return fmt.Sprint(x)
	case float64:
		return number(x)
	}
	n.refuse("écrivez le niveau entre guillemets", "un niveau est attendu")
	return ""
}

// number returns the number of the node, or other when it is absent.
func (n node) number(other float64) float64 {
	if n.v == nil {
		return other
	}
	x, ok := n.v.(float64)
	if !ok || math.IsNaN(x) || math.IsInf(x, 0) {
		n.refuse("écrivez un nombre, sans guillemets", "un nombre est attendu")
	}
	return x
}

// whole returns the whole number of the node, or other when it is absent.
func (n node) whole(other int) int {
	x := n.number(float64(other))
	if x != math.Trunc(x) || math.Abs(x) > 1<<52 {
		n.refuse("écrivez un nombre entier", "%v n’est pas un nombre entier", x)
	}
	return int(x)
}

func (n node) flag() bool {
	if n.v == nil {
		return false
	}
	b, ok := n.v.(bool)
	if !ok {
		n.refuse("écrivez true ou false", "un oui ou non est attendu")
	}
	return b
}

// choice returns one of the allowed texts, the first when absent.
func (n node) choice(allowed ...string) string {
	if n.v == nil {
		return allowed[0]
	}
	s := n.text()
	if !slices.Contains(allowed, s) {
		n.unknown("valeur inconnue", allowed)
	}
	return s
}

func (n node) texts() []string {
	var out []string
	for _, c := range n.items() {
		out = append(out, c.label())
	}
	return out
}

func (n node) numbers() []float64 {
	var out []float64
	for _, c := range n.items() {
		if c.v == nil {
			c.refuse("écrivez un nombre, sans guillemets", "un nombre est attendu")
		}
		out = append(out, c.number(0))
	}
	return out
}

// quote puts a name between French quotation marks.
func quote(s string) string { return "«\u00a0" + s + "\u00a0»" }

// number writes a number the way a level made of numbers is named.
func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
