package sheet

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// events reads a document with our reader, one text for each event; the texts
// between elements are joined and trimmed.
func events(text string) (out []string, err error) {
	m := newMarkup(strings.NewReader(text))
	words := ""
	flush := func() {
		if w := strings.TrimSpace(words); w != "" {
			out = append(out, "text "+w)
		}
		words = ""
	}
	for {
		e, err := m.next()
		if err != nil {
			flush()
			if err == io.EOF {
				err = nil
			}
			return out, err
		}
		switch e {
		case eventText:
			words += string(m.text)
			continue
		case eventClose:
			flush()
			out = append(out, "close "+string(m.name))
			continue
		}
		flush()
		open := "open " + string(m.name)
		if err := m.each(func(name, value []byte) { open += " " + string(name) + "=" + string(value) }); err != nil {
			return out, err
		}
		out = append(out, open)
	}
}

// standard is the same with encoding/xml.
func standard(text string) (out []string, err error) {
	d := xml.NewDecoder(strings.NewReader(text))
	words, depth := "", 0
	flush := func() {
		if w := strings.TrimSpace(words); w != "" {
			out = append(out, "text "+w)
		}
		words = ""
	}
	for {
		token, err := d.Token()
		if err != nil {
			flush()
			if err == io.EOF {
				err = nil
			}
			return out, err
		}
		switch e := token.(type) {
		case xml.CharData:
			if depth > 0 { // what is outside the root is nothing
				words += string(e)
			}
		case xml.EndElement:
			depth--
			flush()
			out = append(out, "close "+e.Name.Local)
		case xml.StartElement:
			depth++
			flush()
			open := "open " + e.Name.Local
			for _, a := range e.Attr {
				if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
					open += " " + a.Name.Local + "=" + a.Value
				}
			}
			out = append(out, open)
		}
	}
}

var documents = []string{
	`<?xml version="1.0"?><!-- a <b> --><a x="1" y='&lt;"'><b/>t&#233;xt &amp; more<![CDATA[<raw>&]]></a>`,
	"<a xmlns:p=\"u\"><p:b p:c=\"d > e\">x\r\ny</p:b></a>",
	`<a><b></a></b>`, `<a>`, `<a`, `<a>&nope;</a>`, `<a b></a>`, `<a b="1>`, ``, `<a></a><b/>`, `<a>x`, `<!DOCTYPE a><a/>`,
}

func TestMarkupAsStandard(t *testing.T) {
	for _, text := range documents {
		ours, err := events(text)
		theirs, theirErr := standard(text)
		if (err == nil) != (theirErr == nil) {
			t.Errorf("%q: %v, encoding/xml %v", text, err, theirErr)
		} else if d := cmp.Diff(theirs, ours); d != "" && err == nil {
			t.Errorf("%q: %s", text, d)
		}
	}
}

// FuzzMarkup: what the standard reader accepts, ours reads alike, but for
// entities of its own, which we refuse.
func FuzzMarkup(f *testing.F) {
	for _, text := range documents {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		theirs, theirErr := standard(text)
		ours, err := events(text)
		if err == nil && theirErr == nil && !strings.ContainsAny(text, "!?\r:") {
			if d := cmp.Diff(theirs, ours); d != "" {
				t.Errorf("%q: %s", text, d)
			}
		}
	})
}
