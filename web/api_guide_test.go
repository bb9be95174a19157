package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"vigie/observatory"
)

// shellWords reads a line as a shell does: quotes, and variables outside the single
// ones.
func shellWords(line string, value func(string) string) (words []string) {
	var word strings.Builder
	var quote rune
	flush := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
		}
		word.Reset()
	}
	for i := 0; i < len(line); i++ {
		c := rune(line[i])
		switch {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && c == ' ':
			flush()
		case quote != '\'' && c == '$':
			end := i + 1
			for end < len(line) && line[end] >= 'A' && line[end] <= 'Z' {
				end++
			}
			word.WriteString(value(line[i+1 : end]))
			i = end - 1
		default:
			word.WriteByte(line[i])
		}
	}
	flush()
	return words
}

// curl makes the request of a line of the guide.
func (p *program) curl(line string, value func(string) string) *http.Request {
	args := shellWords(line, value)
	method, body, target, kind := http.MethodGet, "", args[len(args)-1], ""
	var file string
	var pairs []string
	header := http.Header{}
	for i := 1; i+1 < len(args)-1; i++ {
		switch arg := args[i+1]; args[i] {
		case "-X":
			method = arg
		case "-H":
			name, text, _ := strings.Cut(arg, ": ")
			header.Set(name, text)
		case "--json":
			method, body, kind = http.MethodPost, arg, jsonKind
		case "-F":
			name, text, _ := strings.Cut(arg, "=")
			if method = http.MethodPost; strings.HasPrefix(text, "@") {
				file = text[1:]
			} else {
				pairs = append(pairs, name, text)
			}
		}
	}
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if file != "" {
		r = p.parts(file, []byte("code,annee,valeur\n01,2024,12\n"), pairs...)
	} else if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for name := range header {
		r.Header.Set(name, header.Get(name))
	}
	return r
}

// TestAPIGuide runs the commands of the guide, in their order, each with what
// the last ones have answered.
func TestAPIGuide(t *testing.T) {
	text, err := os.ReadFile("../doc/operate/api.md")
	if err != nil {
		t.Fatal(err)
	}
	o := realOffice(t)
	p := o.program(o.newPerson("Claire", "analyst", "editor"), allScopes()...)
	values := map[string]string{"SITE": "http://example.com", "JETON": strings.TrimPrefix(p.header[1], "Bearer ")}
	p.header = nil // the guide's own
	source := must(observatory.Descriptions(t.Context(), o.db))[0].Name
	ran := 0
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "curl ") {
			continue
		}
		line = strings.ReplaceAll(strings.TrimSpace(line), "source:SOURCE", "source:"+source)
		ran++
		o.limits, o.exports = newLimits(o.Now), newExportLimits(o.Now)
		w := p.do(p.curl(line, func(name string) string { return values[name] }))
		var said map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s\n%d %s", line, w.Code, w.Body)
		}
		for name, key := range map[string]string{"ENVOI": "id", "VERSION": "version", "TRAVAIL": "run", "NUMERO": "number", "FICHE": "case"} {
			if got := said[key]; got != nil {
				values[name] = fmt.Sprint(got)
			}
		}
	}
	if ran < 10 {
		t.Errorf("%d commands", ran)
	}
}
