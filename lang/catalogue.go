package lang

import (
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"
)

//go:embed catalogue/*.toml
var files embed.FS

// Part is a run of a message: literal text, or the formatted value of the
// placeholder Arg, so that the caller can make it a link.
type Part struct {
	Text string
	Arg  string // "" for literal text
}

// catalogues holds the compiled messages of both languages, read once.
var catalogues = sync.OnceValue(load)

// T returns the message key in language l with its placeholders replaced.
//
// args are name/value pairs: strings are set as they are, integers through
// Number (give years and codes as strings), floats must be formatted first
// except in a choice. An unknown key or a missing value is a programmer's
// fault and panics.
func T(l Lang, key string, args ...any) string {
	m := find(l, key)
	if len(m) == 1 && m[0].arg == "" {
		return m[0].text
	}
	var b strings.Builder
	for _, p := range m.render(l, args, nil) {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Parts is T with the message cut at its placeholders, in reading order;
// adjacent literal runs are one.
func Parts(l Lang, key string, args ...any) []Part {
	var out []Part
	for _, p := range find(l, key).render(l, args, nil) {
		if n := len(out); n > 0 && p.Arg == "" && out[n-1].Arg == "" {
			out[n-1].Text += p.Text
			continue
		}
		out = append(out, p)
	}
	return out
}

// Has reports whether the catalogue of l holds key.
func Has(l Lang, key string) bool {
	_, ok := catalogues()[l][key]
	return ok
}

// Keys returns the keys of l, sorted.
func Keys(l Lang) []string {
	return slices.Sorted(maps.Keys(catalogues()[l]))
}

// Placeholders returns the names that a message needs, sorted, choices
// included. An unknown key panics.
func Placeholders(l Lang, key string) []string { return find(l, key).placeholders() }

func find(l Lang, key string) message {
	m, ok := catalogues()[l][key]
	if !ok {
		panic(fmt.Sprintf("lang: no message %q in %q", key, l))
	}
	return m
}

// load reads the embedded catalogues. They are part of the program: a fault in
// them panics, and the tests load them.
func load() map[Lang]map[string]message {
	all := map[Lang]map[string]message{FR: {}, EN: {}}
	entries, err := files.ReadDir("catalogue")
	if err != nil {
		panic("lang: " + err.Error())
	}
	for _, e := range entries {
		text, err := files.ReadFile("catalogue/" + e.Name())
		if err != nil {
			panic("lang: " + err.Error())
		}
		l, ok := Parse(e.Name()[:2])
		if !ok {
			panic("lang: catalogue of an unknown language: " + e.Name())
		}
		if err := read(all[l], l, text); err != nil {
			panic("lang: " + e.Name() + ": " + err.Error())
		}
	}
	return all
}

// read adds the messages of one TOML file to a catalogue.
func read(to map[string]message, l Lang, file []byte) error {
	var tree map[string]any
	if err := toml.Unmarshal(file, &tree); err != nil {
		return err
	}
	return flatten("", tree, func(key, text string) error {
		if _, twice := to[key]; twice {
			return fmt.Errorf("key %q is given twice", key)
		}
		text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' }), " ")
		m, err := compile(Typeset(l, strings.TrimSpace(text)))
		to[key] = m
		return err
	})
}

// flatten calls add with the dotted key of every text of a tree.
func flatten(prefix string, tree map[string]any, add func(key, text string) error) error {
	for _, k := range slices.Sorted(maps.Keys(tree)) {
		var err error
		switch v := tree[k].(type) {
		case string:
			err = add(prefix+k, v)
		case map[string]any:
			err = flatten(prefix+k+".", v, add)
		default:
			err = fmt.Errorf("key %q is not a text", prefix+k)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
