package main

import (
	"bufio"
	"encoding/json"
	"io"
	"reflect"
	"strings"
)

// streamJSON writes a struct as json.Encoder does, its lists one element at a
// time: a text of hundreds of megabytes is never held whole.
func streamJSON(w io.Writer, v any) error {
	s := &jsonStream{w: bufio.NewWriterSize(w, 1<<16), comma: "{"}
	s.fields(reflect.Indirect(reflect.ValueOf(v)))
	if s.comma == "{" {
		s.text("{")
	}
	s.text("}\n")
	if s.err != nil {
		return s.err
	}
	return s.w.Flush()
}

type jsonStream struct {
	w     *bufio.Writer
	comma string // before the next field
	err   error
}

// fields writes those of a struct, and of the structs embedded in it.
func (s *jsonStream) fields(v reflect.Value) {
	for i := range v.NumField() {
		field, x := v.Type().Field(i), v.Field(i)
		tag, tagged := field.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case field.Anonymous && !tagged:
			if x = reflect.Indirect(x); x.IsValid() {
				s.fields(x)
			}
		case !tagged, strings.Contains(options, "omitempty") && blank(x):
		default:
			s.text(s.comma + `"` + name + `":`)
			s.comma = ","
			s.value(x)
		}
	}
}

// blank is what omitempty leaves out.
func blank(x reflect.Value) bool {
	switch x.Kind() {
	case reflect.Slice, reflect.Map, reflect.String:
		return x.Len() == 0
	case reflect.Struct:
		return false
	}
	return x.IsZero()
}

// value writes a list of structs one by one, anything else at once.
func (s *jsonStream) value(x reflect.Value) {
	if x.Kind() != reflect.Slice || x.IsNil() || x.Type().Elem().Kind() != reflect.Struct {
		s.whole(x)
		return
	}
	s.text("[")
	for i := range x.Len() {
		if i > 0 {
			s.text(",")
		}
		s.whole(x.Index(i))
	}
	s.text("]")
}

func (s *jsonStream) whole(x reflect.Value) {
	out, err := json.Marshal(x.Interface())
	if s.err == nil {
		s.err = err
	}
	s.text(string(out))
}

func (s *jsonStream) text(t string) {
	if s.err == nil {
		_, s.err = s.w.WriteString(t)
	}
}
