package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// part is one of a form that a program sends; with a file's name it is a file.
type part struct{ input, file, text string }

// requestOf is a request to send these parts, in their order.
func requestOf(parts ...part) *http.Request {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, one := range parts {
		if one.file == "" {
			_ = m.WriteField(one.input, one.text) // a buffer
			continue
		}
		w := must(m.CreateFormFile(one.input, one.file))
		_, _ = w.Write([]byte(one.text))
	}
	_ = m.Close()
	r := httptest.NewRequest(http.MethodPost, apiPath+"/envois", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return r
}

// TestAPIParts: a form that a program sends holds what the document names, each
// once, as a file or as a text, and is refused for the very part that does not.
func TestAPIParts(t *testing.T) {
	o := newWorkshop(t)
	p := o.program(o.newPerson("Claire", "analyst"), allScopes()...)
	file, remark := part{fileInput, "a.csv", "a,b\n1,2\n"}, part{"remarque", "", "r"}
	many := func(n int, one func(i int) part) []part {
		out := []part{file}
		for i := range n {
			out = append(out, one(i))
		}
		return out
	}
	for name, c := range map[string]struct {
		parts []part
		code  int
		about string // what the refusal names
	}{
		"as it should be":            {[]part{file, remark}, 200, ""},
		"fields first":               {[]part{remark, file}, 200, ""},
		"neither file nor address":   {[]part{remark}, 422, ""},
		"nothing":                    {nil, 422, ""},
		"a field of no name of ours": {[]part{file, {"etat", "", "kept"}}, 422, "etat"},
		"a field without a name":     {[]part{file, {"", "", "x"}}, 422, ""},
		"a field twice":              {[]part{file, remark, remark}, 422, "remarque"},
		"the file as a text":         {[]part{{fileInput, "", "a,b\n"}}, 422, fileInput},
		"a text as a file":           {[]part{file, {"remarque", "r.txt", "r"}}, 422, "remarque"},
		"a file of no name of ours":  {[]part{{"piece", "a.csv", "a,b\n"}}, 422, "piece"},
		"the file twice":             {[]part{file, file}, 422, fileInput},
		"a file and an address":      {[]part{file, {addressInput, "", "https://exemple.test/a.csv"}}, 422, ""},
		"more files than a form has": {many(mostFiles, func(int) part { return file }), 422, ""},
		"more fields than a form has": {many(mostFields+1, func(i int) part {
			return part{fmt.Sprintf("champ%d", i), "", "x"}
		}), 422, ""},
		"a text heavier than a form's": {[]part{file, {"remarque", "", strings.Repeat("a", mostInMemory+1)}}, 422, ""},
	} {
		before := len(must(o.db.Deliveries(t.Context())))
		code, f := p.send(requestOf(c.parts...), nil)
		if code != c.code || c.about != "" && !strings.Contains(f.What, c.about) {
			t.Errorf("%s: %d %q; want %d about %q", name, code, f.What, c.code, c.about)
		}
		if kept := len(must(o.db.Deliveries(t.Context()))) - before; (kept == 1) != (c.code == 200) {
			t.Errorf("%s: %d deliveries kept", name, kept)
		}
	}
}
