// Package place tells where the keys of a file written by a person stand: a
// path such as element[2].weight, and the line on which it is written.
//
// It reads TOML and JSON, of which it keeps the lines only; it decodes no
// value. Specifications use it so that a fault names its line. Start with Of.
package place

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"vigie/fault"
)

// Lines holds the line of each key of a file, from 1, by path: the names of
// tables joined by dots, elements of lists of tables numbered from 1.
type Lines struct {
	File string
	line map[string]int
}

// Of returns the lines of a file that a decoder has accepted: JSON when the
// name says so, else TOML.
func Of(name string, raw []byte) Lines {
	if strings.HasSuffix(name, ".json") {
		return Lines{name, jsonLines(raw)}
	}
	return Lines{name, tomlLines(raw)}
}

// At returns « file, ligne n » of a path, or of the nearest key above it that
// is written; the file alone when none is.
func (l Lines) At(path string) string {
	for ; path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
		if line, ok := l.line[path]; ok {
			return fmt.Sprintf("%s, ligne %d", l.File, line)
		}
	}
	return l.File
}

// lineOf is how At and Unreadable write a line.
var lineOf = regexp.MustCompile(`, ligne ([0-9]+)`)

// Line reads back the line that a fault names, 0 for none.
func Line(what string) int {
	if m := lineOf.FindStringSubmatch(what); m != nil {
		n, _ := strconv.Atoi(m[1]) // digits; too many of them is no line
		return n
	}
	return 0
}

// Unreadable turns the error of a decoder of TOML or JSON into a fault that
// names the line and the column.
func Unreadable(name string, raw []byte, err error) error {
	line, column := 0, 0
	if e, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, column = e.Position()
	} else if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		before := raw[:min(int(e.Offset), len(raw))]
		line, column = 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n')
	}
	f := fault.Invalidf("corrigez la syntaxe : les textes entre guillemets, chaque parenthèse et chaque crochet fermés, pas de clé écrite deux fois", "%s illisible", name)
	if line > 0 {
		f.What = fmt.Sprintf("%s, ligne %d, colonne %d : écriture illisible", name, line, column)
	}
	f.Err = err
	return f
}

// Refused turns the error of a decoder of TOML that takes known keys only into
// faults that name the lines and the keys: an unknown key, a value of another
// type, or what Unreadable says. guide is the page that lists the keys.
func Refused(name string, raw []byte, err error, guide string) error {
	if strict, ok := errors.AsType[*toml.StrictMissingError](err); ok {
		var list fault.List
		for i := range strict.Errors {
			e := &strict.Errors[i]
			line, _ := e.Position()
			list = append(list, fault.Invalidf("corrigez le nom de la clé, ou retirez-la ; les clés sont dans "+guide,
				"%s, ligne %d : clé inconnue « %s »", name, line, strings.Join(e.Key(), ".")))
			if list.Full() {
				break
			}
		}
		return list
	}
	if e, ok := errors.AsType[*toml.DecodeError](err); ok && len(e.Key()) > 0 {
		line, _ := e.Position()
		f := fault.Invalidf("écrivez la valeur comme le dit "+guide+" : un texte entre guillemets, un nombre sans, une liste entre crochets",
			"%s, ligne %d : la valeur de « %s » n’est pas du type attendu", name, line, strings.Join(e.Key(), "."))
		f.Err = err
		return f
	}
	return Unreadable(name, raw, err)
}

// tomlLines returns the line of each key, by path.
func tomlLines(raw []byte) map[string]int {
	lines, tables := map[string]int{}, map[string]int{}
	mark := func(path string, offset uint32) { lines[path] = 1 + bytes.Count(raw[:offset], []byte("\n")) }
	// value marks what a list or a table between braces holds.
	var value func(path string, n *unstable.Node)
	value = func(path string, n *unstable.Node) {
		i := 0
		for it := n.Children(); it.Next(); {
			switch c := it.Node(); {
			case n.Kind == unstable.Array:
				i++
				value(fmt.Sprintf("%s[%d]", path, i), c)
			case c.Kind == unstable.KeyValue:
				name, at := key(c)
				mark(join(path, name), at)
				if _, told := lines[path]; !told {
					mark(path, at) // a table in a list stands where its first key does
				}
				value(join(path, name), c.Value())
			}
		}
	}
	prefix := ""
	p := unstable.Parser{}
	p.Reset(raw)
	for p.NextExpression() {
		e := p.Expression()
		path, at := key(e)
		switch e.Kind {
		case unstable.ArrayTable:
			tables[path]++
			prefix = fmt.Sprintf("%s[%d]", path, tables[path])
			mark(prefix, at)
		case unstable.Table:
			prefix = path
			mark(prefix, at)
		case unstable.KeyValue:
			mark(join(prefix, path), at)
			value(join(prefix, path), e.Value())
		}
	}
	return lines
}

// key returns the dotted key of an expression and where its last word starts.
func key(n *unstable.Node) (path string, at uint32) {
	for it := n.Key(); it.Next(); {
		path = join(path, string(it.Node().Data))
		at = it.Node().Raw.Offset
	}
	return path, at
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
