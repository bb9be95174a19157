package estimate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"vigie/fault"
)

// places tells where the keys of a specification stand in its file.
type places struct {
	file string
	line map[string]int // by path
}

func placesOf(name string, raw []byte) places {
	if strings.HasSuffix(name, ".json") {
		return places{name, jsonLines(raw)}
	}
	return places{name, tomlLines(raw)}
}

// told is a fault at a node, with the cause that callers may look for.
type told struct {
	fault *fault.Error
	path  string
	cause error
}

func (t *told) Error() string { return t.fault.Error() }

// Unwrap returns the fault, and the cause when there is one.
func (t *told) Unwrap() []error {
	if t.cause == nil {
		return []error{t.fault}
	}
	return []error{t.fault, t.cause}
}

// add puts the file, and the line where it can be found, before the fault.
func (p places) add(err error) error {
	if list, ok := errors.AsType[faults](err); ok {
		var out fault.List
		for _, t := range list {
			p.tell(t)
			out = append(out, t.fault)
		}
		return out
	}
	if t, ok := errors.AsType[*told](err); ok {
		p.tell(t)
	}
	return err
}

func (p places) tell(t *told) {
	place := p.file
	for path := t.path; path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
		if line, ok := p.line[path]; ok {
			place = fmt.Sprintf("%s, ligne %d", p.file, line)
			break
		}
	}
	if place != "" {
		t.fault.What = place + " : " + t.fault.What
	}
}

// faults is several faults of one specification.
type faults []*told

func (f faults) Error() string { return f[0].Error() }

// Unwrap returns the faults without their places.
func (f faults) Unwrap() []error {
	out := make([]error, len(f))
	for i, t := range f {
		out[i] = t
	}
	return out
}

// tomlLines returns the line of each key, by path.
func tomlLines(raw []byte) map[string]int {
	lines, tables := map[string]int{}, map[string]int{}
	prefix := ""
	p := unstable.Parser{}
	p.Reset(raw)
	for p.NextExpression() {
		e := p.Expression()
		path, at := "", 0
		for it := e.Key(); it.Next(); {
			path = join(path, string(it.Node().Data))
			at = int(it.Node().Raw.Offset)
		}
		line := 1 + bytes.Count(raw[:at], []byte("\n"))
		switch e.Kind {
		case unstable.ArrayTable:
			tables[path]++
			prefix = fmt.Sprintf("%s[%d]", path, tables[path])
			lines[prefix] = line
		case unstable.Table:
			prefix = path
			lines[prefix] = line
		case unstable.KeyValue:
			lines[join(prefix, path)] = line
		}
	}
	return lines
}

func join(prefix, key string) string {
	if prefix == "" {
		return key
	}
	return prefix + "." + key
}

// jsonLines returns the line of each key and element, by path.
func jsonLines(raw []byte) map[string]int {
	lines := map[string]int{}
	d := json.NewDecoder(bytes.NewReader(raw))
	mark := func(path string) { lines[path] = 1 + bytes.Count(raw[:d.InputOffset()], []byte("\n")) }
	var value func(path string) bool
	value = func(path string) bool {
		t, err := d.Token()
		if err != nil {
			return false
		}
		open, _ := t.(json.Delim)
		mark(path)
		for i := 1; (open == '{' || open == '[') && d.More(); i++ {
			next := fmt.Sprintf("%s[%d]", path, i)
			if open == '{' {
				key, err := d.Token()
				if err != nil {
					return false
				}
				next = join(path, fmt.Sprint(key))
			}
			if !value(next) {
				return false
			}
		}
		if open != 0 {
			_, err = d.Token()
		}
		return err == nil
	}
	value("")
	return lines
}
