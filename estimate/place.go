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

// located adds the file and, where it can be found, the line to the faults of
// a specification.
func located(name string, raw []byte, err error) error {
	var lines map[string]int
	if strings.HasSuffix(name, ".json") {
		lines = jsonLines(raw)
	} else {
		lines = tomlLines(raw)
	}
	tell := func(f *fault.Error) {
		path := f.What
		if _, rest, ok := strings.Cut(path, "«\u00a0"); ok {
			path, _, _ = strings.Cut(rest, "\u00a0»")
		}
		place := name
		for ; path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
			if line, ok := lines[path]; ok {
				place = fmt.Sprintf("%s, ligne %d", name, line)
				break
			}
		}
		f.What = place + " : " + f.What
	}
	if list, ok := errors.AsType[fault.List](err); ok {
		for _, f := range list {
			tell(f)
		}
	} else if f, ok := errors.AsType[*fault.Error](err); ok {
		tell(f)
	}
	return err
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
