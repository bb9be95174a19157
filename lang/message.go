package lang

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// message is a compiled text: literal runs, placeholders and choices.
type message []node

// node is literal text (arg ""), a placeholder (no choice) or a choice that
// depends on the value of arg.
type node struct {
	text   string
	arg    string
	choice []alternative
}

// alternative is one branch of a choice; when is the value it is for, "" if it
// is chosen by number or is the last resort.
type alternative struct {
	when string
	body message
}

// compile parses a message. Its error names the fault in the text.
func compile(s string) (message, error) {
	p := &parser{s: s}
	m, err := p.body(0)
	if err != nil {
		return nil, fmt.Errorf("%w in %q", err, s)
	}
	return m, nil
}

type parser struct {
	s string
	i int
}

// body reads nodes up to the end, or inside a choice up to the next | or }.
func (p *parser) body(depth int) (message, error) {
	var m message
	start := p.i
	flush := func() {
		if p.i > start {
			m = append(m, node{text: p.s[start:p.i]})
		}
	}
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '{':
			flush()
			n, err := p.placeholder(depth)
			if err != nil {
				return nil, err
			}
			m = append(m, n)
			start = p.i
		case c == '}' && depth == 0:
			return nil, fmt.Errorf("closing brace without opening one at byte %d", p.i)
		case depth > 0 && (c == '|' || c == '}'):
			flush()
			return m, nil
		default:
			p.i++
		}
	}
	if depth > 0 {
		return nil, fmt.Errorf("brace never closed")
	}
	flush()
	return m, nil
}

// placeholder reads {name} or {name|a|b…} from its opening brace.
func (p *parser) placeholder(depth int) (node, error) {
	p.i++
	end := strings.IndexAny(p.s[p.i:], "|}")
	if end < 0 || depth > 8 {
		return node{}, fmt.Errorf("brace never closed")
	}
	n := node{arg: p.s[p.i : p.i+end]}
	if n.arg == "" || strings.Trim(n.arg, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		return node{}, fmt.Errorf("bad placeholder name %q", n.arg)
	}
	p.i += end
	for p.s[p.i] == '|' {
		p.i++
		when := p.when()
		body, err := p.body(depth + 1)
		if err != nil {
			return node{}, err
		}
		n.choice = append(n.choice, alternative{when, body})
	}
	p.i++
	if len(n.choice) == 1 {
		return node{}, fmt.Errorf("choice on %q has one branch", n.arg)
	}
	return n, nil
}

// when reads the "value=" in front of a branch, if there is one.
func (p *parser) when() string {
	rest := p.s[p.i:]
	end := strings.IndexFunc(rest, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '/')
	})
	if end <= 0 || rest[end] != '=' {
		return ""
	}
	p.i += end + 1
	return rest[:end]
}

// placeholders returns the names a message needs, sorted, each once.
func (m message) placeholders() []string {
	var names []string
	for _, n := range m {
		if n.arg != "" {
			names = append(names, n.arg)
		}
		for _, a := range n.choice {
			names = append(names, a.body.placeholders()...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// render appends the message's parts, given a language and name/value pairs.
func (m message) render(l Lang, args []any, to []Part) []Part {
	for _, n := range m {
		switch {
		case n.arg == "":
			to = append(to, Part{Text: n.text})
		case n.choice == nil:
			to = append(to, Part{Text: display(l, n.arg, argument(n.arg, args)), Arg: n.arg})
		default:
			to = n.branch(l, argument(n.arg, args)).render(l, args, to)
		}
	}
	return to
}

// argument finds a value by name among name/value pairs.
func argument(name string, args []any) any {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1]
		}
	}
	panic(fmt.Sprintf("lang: placeholder %q has no value", name))
}

// display formats a value for readers. Floats are refused: only the caller
// knows their unit and decimals.
func display(l Lang, name string, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return Number(l, float64(v), 0)
	}
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.String:
		return r.String()
	case r.CanInt():
		return Number(l, float64(r.Int()), 0)
	}
	panic(fmt.Sprintf("lang: placeholder %q is a %T: format it first", name, v))
}

// branch chooses the text of a choice for a value: by grammatical number for
// numbers, true then false for booleans, by name for strings.
func (n node) branch(l Lang, v any) message {
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.Bool && len(n.choice) == 2:
		if r.Bool() {
			return n.choice[0].body
		}
		return n.choice[1].body
	case r.CanInt():
		return n.counted(l, float64(r.Int()))
	case r.CanFloat():
		return n.counted(l, r.Float())
	case r.Kind() == reflect.String:
		for _, a := range n.choice {
			if a.when == r.String() || a.when == "" {
				return a.body
			}
		}
	}
	panic(fmt.Sprintf("lang: choice on %q has no branch for %v", n.arg, v))
}

// counted chooses among {singular, plural} or {zero, singular, plural}.
func (n node) counted(l Lang, x float64) message {
	c := n.choice
	if len(c) == 3 {
		if x == 0 {
			return c[0].body
		}
		c = c[1:]
	}
	if len(c) == 2 && Singular(l, x) {
		return c[0].body
	}
	return c[len(c)-1].body
}

// Singular reports whether a quantity takes the singular: in French below 2 in
// absolute value, in English exactly 1.
func Singular(l Lang, x float64) bool {
	if l == EN {
		return x == 1 || x == -1
	}
	return x > -2 && x < 2
}
