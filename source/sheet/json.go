package sheet

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"vigie/fault"
)

// What one record of a json may hold: bytes, and objects one inside another.
// A deeper document is refused before it is walked, which would cost its depth
// times its length.
const (
	mostInObject = 32 << 20
	mostNested   = 50
)

// tree is a json file: one sheet without name, made of one of its arrays of
// objects.
type tree struct {
	p       *part
	records string // path asked for, "" for the longest
	lines   bool   // one object a line
}

func newTree(p *part, o Options) (*tree, error) {
	head, err := p.head(headSize)
	if err != nil {
		return nil, err
	}
	first, second, _ := bytes.Cut(bytes.TrimPrefix(head, []byte("\ufeff")), []byte("\n"))
	second = bytes.TrimSpace(second)
	lines := len(second) > 0 && second[0] == '{' && bytes.HasPrefix(first, []byte("{")) && json.Valid(first)
	return &tree{p: p, records: o.Records, lines: lines}, nil
}

func (t *tree) names() []string { return []string{""} }

// found is an array of records met in the document.
type found struct {
	path  string
	count int
	keys  []string
	known map[string]int
	bare  bool // its elements are arrays: rows without header
}

func (t *tree) rows(ctx context.Context, _ int, each func(Row) error) error {
	target, err := t.find(ctx)
	if err != nil {
		return err
	}
	if len(target.keys) > mostColumns {
		return fault.Invalidf("choisissez un tableau plus simple dans [file] records", "%s : %d clés différentes, au plus %d", t.p.where(), len(target.keys), mostColumns)
	}
	line := 0
	if !target.bare {
		header := make([][]byte, len(target.keys))
		for i, k := range target.keys {
			header[i] = []byte(k)
		}
		line = 1
		if err := each(Row{Line: 1, Cells: header}); err != nil {
			return err
		}
	}
	cells, kinds := make([][]byte, len(target.keys)), make([]Kind, len(target.keys))
	seen, twice := make([]int, len(target.keys)), "" // the last line that gave each key
	var theirs error
	err = t.walk(ctx, func(path string, raw []byte) error {
		if path != target.path {
			return nil
		}
		line++
		if target.bare {
			cells, kinds = cells[:0], kinds[:0]
			elements(raw, func(v []byte) {
				text, kind := scalar(v)
				cells, kinds = append(cells, text), append(kinds, kind)
			})
		} else {
			clear(cells)
			clear(kinds)
			flatten(raw, "", func(key string, v []byte) {
				if i, ok := target.known[key]; ok {
					if seen[i] == line {
						twice = key
					}
					cells[i], kinds[i] = scalar(v)
					seen[i] = line
				}
			})
			if twice != "" {
				return fault.Invalidf("demandez à qui l’a fait laquelle des deux valeurs est la bonne", "%s, enregistrement %d : « %s » y est donné deux fois", t.p.where(), line-1, twice)
			}
		}
		theirs = each(Row{Line: line, Cells: cells, Kinds: kinds})
		return theirs
	})
	if theirs != nil {
		return theirs
	}
	return err
}

// find returns the array asked for, or the longest.
func (t *tree) find(ctx context.Context) (*found, error) {
	var list []*found
	at := map[string]*found{}
	err := t.walk(ctx, func(path string, raw []byte) error {
		f := at[path]
		if f == nil {
			f = &found{path: path, known: map[string]int{}, bare: raw[0] == '['}
			at[path] = f
			list = append(list, f)
		}
		f.count++
		if raw[0] == '[' != f.bare {
			return fault.Invalidf("choisissez le tableau à lire dans [file] records", "%s : « %s » mêle objets et tableaux", t.p.where(), path)
		}
		if !f.bare {
			flatten(raw, "", func(key string, _ []byte) {
				if _, ok := f.known[key]; !ok {
					f.known[key] = len(f.keys)
					f.keys = append(f.keys, key)
				}
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var best *found
	for _, f := range list {
		if t.records == "" && (best == nil || f.count > best.count) || t.records != "" && f.path == t.records {
			best = f
		}
	}
	if best == nil {
		what := "aucun tableau d'objets"
		if t.records != "" {
			what = "aucun tableau d'objets à « " + t.records + " »"
		}
		return nil, fault.Invalidf("dites le chemin du tableau dans [file] records : data.valeurs", "%s : %s", t.p.where(), what)
	}
	return best, nil
}

// walk gives each record of the document with the path of its array.
func (t *tree) walk(ctx context.Context, record func(path string, raw []byte) error) error {
	in, err := t.p.open()
	if err != nil {
		return t.p.unreadable(err)
	}
	defer in.Close()
	text, _, err := decoded(bufio.NewReaderSize(in, 256<<10), "")
	if err != nil {
		return t.p.unreadable(err)
	}
	w := &jsonWalk{ctx: ctx, in: json.NewDecoder(text), records: t.records, record: record}
	if t.lines {
		for err == nil {
			err = w.one("")
		}
	} else {
		err = w.value("")
	}
	return t.misread(err, w.in.InputOffset())
}

// misread puts an error of the decoder in our words, with the line.
func (t *tree) misread(err error, offset int64) error {
	if err == nil || err == io.EOF {
		return nil
	}
	what := ""
	if s, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset, what = s.Offset, "JSON mal formé"
	} else if errors.Is(err, io.ErrUnexpectedEOF) {
		what = "JSON tronqué"
	} else if err == errNested {
		what = "JSON mal formé ou trop imbriqué"
	}
	if what == "" {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return t.p.unreadable(err)
	}
	return fault.Invalidf("téléchargez le fichier de nouveau, ou corrigez cette ligne", "%s, ligne %d : %s", t.p.where(), t.lineAt(offset), what)
}

// lineAt counts the lines up to an offset.
func (t *tree) lineAt(offset int64) int {
	in, err := t.p.open()
	if err != nil {
		return 1
	}
	defer in.Close()
	line, buf := 1, make([]byte, 64<<10)
	for offset > 0 {
		n, err := in.Read(buf[:min(int64(len(buf)), offset)])
		line += bytes.Count(buf[:n], []byte("\n"))
		if offset -= int64(n); err != nil {
			break
		}
	}
	return line
}

var errNested = errors.New("nested")

// jsonWalk goes down the objects of a document to its arrays of records.
type jsonWalk struct {
	ctx     context.Context
	in      *json.Decoder
	records string
	record  func(path string, raw []byte) error
	n       int
	depth   int
	raw     json.RawMessage
}

// value walks one value whose array, if it is one, is at path.
func (w *jsonWalk) value(path string) error {
	if w.depth++; w.depth > mostNested {
		return errNested
	}
	defer func() { w.depth-- }()
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	d, _ := token.(json.Delim)
	switch d {
	case '{':
		for w.in.More() {
			key, err := w.in.Token()
			if err != nil {
				return err
			}
			name, ok := key.(string)
			if !ok {
				return errNested
			}
			if err := w.value(join(path, name)); err != nil {
				return err
			}
		}
		_, err = w.in.Token()
	case '[':
		for w.in.More() {
			if err := w.element(path); err != nil {
				return err
			}
		}
		_, err = w.in.Token()
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// element takes one element of an array as a record, or goes deeper when a
// deeper path was asked for.
func (w *jsonWalk) element(path string) error {
	if w.records != "" && w.records != path {
		return w.value(path)
	}
	err := w.one(path)
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// one takes the next value as a record.
func (w *jsonWalk) one(path string) error {
	if w.n++; w.n%ctxStep == 0 && w.ctx.Err() != nil {
		return w.ctx.Err()
	}
	if err := w.in.Decode(&w.raw); err != nil {
		return err
	}
	if len(w.raw) > mostInObject {
		return fmt.Errorf("enregistrement de plus de %d Mio", mostInObject>>20)
	}
	if tooDeep(w.raw) {
		return errNested
	}
	if w.raw[0] == '{' || w.raw[0] == '[' {
		return w.record(path, w.raw)
	}
	return nil
}

// tooDeep reports whether a well-formed value holds more than mostNested values
// one inside another.
func tooDeep(raw []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch b := raw[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{' || b == '[':
			if depth++; depth > mostNested {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// flatten gives the values of an object that are no objects, with their dotted
// keys. raw is well formed.
func flatten(raw []byte, prefix string, emit func(key string, value []byte)) {
	rest := space(raw[1:])
	for len(rest) > 0 && rest[0] == '"' {
		n := extent(rest)
		name, _ := scalar(rest[:n])
		key := join(prefix, string(name))
		rest = space(space(rest[n:])[1:]) // the colon
		n = extent(rest)
		switch value := rest[:n]; {
		case value[0] == '{':
			flatten(value, key, emit)
		case key != "geometry.coordinates": // the outline of a GeoJSON is no cell
			emit(key, value)
		}
		if rest = space(rest[n:]); rest[0] != ',' {
			return
		}
		rest = space(rest[1:])
	}
}

// elements gives the values of an array. raw is well formed.
func elements(raw []byte, emit func(value []byte)) {
	rest := space(raw[1:])
	for len(rest) > 0 && rest[0] != ']' {
		n := extent(rest)
		emit(rest[:n])
		if rest = space(rest[n:]); rest[0] != ',' {
			return
		}
		rest = space(rest[1:])
	}
}

func space(text []byte) []byte { return bytes.TrimLeft(text, " \t\r\n") }

// extent returns the length of the value that text starts with.
func extent(text []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case quoted && b == '\\':
			i++
		case b == '"':
			if quoted = !quoted; !quoted && depth == 0 {
				return i + 1
			}
		case quoted:
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case depth == 0 && (b == ',' || b == ':' || b == ' ' || b == '\n' || b == '\r' || b == '\t'):
			return i
		}
	}
	return len(text)
}

// scalar returns the text of a value and its kind; an array is its json.
func scalar(value []byte) ([]byte, Kind) {
	switch value[0] {
	case '"':
		if in := value[1 : len(value)-1]; bytes.IndexByte(in, '\\') < 0 {
			return in, Text
		}
		var s string
		if json.Unmarshal(value, &s) != nil {
			return value, Text
		}
		return []byte(s), Text
	case 'n':
		return nil, Text
	case 't', 'f':
		return value, Bool
	case '[', '{':
		return value, Text
	}
	if bytes.ContainsAny(value, "eE") {
		if out, ok := decimal(nil, value); ok {
			return out, Number
		}
	}
	return value, Number
}
