package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"vigie/lang"
)

const (
	jsonKind  = "application/json"
	partsKind = "multipart/form-data"

	mostDepth = 16 // objects and lists in one another, in a body of JSON
)

// apiAct registers an operation for programs with a token, under the guard of the
// back office. do is given the request for the functions that it has in common
// with the pages; the library has read in.
func apiAct[I, O any](s *Server, api huma.API, id, method, path string, p deskRoute, do func(r *http.Request, v *visitor, in *I) (O, error)) *huma.Operation {
	p.Program = true
	op := huma.Operation{OperationID: id, Method: method, Path: apiPath + path, Summary: lang.T(lang.FR, "api.op."+id),
		Tags: []string{lang.T(lang.FR, "api.tag.office")}, Metadata: map[string]any{metaRule: p},
		MaxBodyBytes: -1, BodyReadTimeout: -1, // readForm has set both
		Security: []map[string][]string{{"jeton": {}}},
		Errors:   []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusServiceUnavailable}}
	if method == http.MethodPost {
		op.Errors = append(op.Errors, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	huma.Register(api, op, func(ctx context.Context, in *I) (*struct{ Body O }, error) {
		c := ctx.Value(callKey{}).(*apiCall)
		body, err := do(c.r, c.v, in)
		if err != nil {
			return nil, s.apiError(ctx, op.Path, c.v.l, s.named(c.r, c.v, err))
		}
		return &struct{ Body O }{body}, nil
	})
	return api.OpenAPI().Paths[op.Path].Post
}

// apiCall is a request for an operation and who makes it, under callKey in its
// context.
type apiCall struct {
	r *http.Request
	v *visitor
}

type callKey struct{}

// apiCalled is the handler of an operation for programs: what is sent is looked
// at before the library reads it.
func (s *Server) apiCalled(op *huma.Operation, p deskRoute, serve http.HandlerFunc) func(http.ResponseWriter, *http.Request, *visitor) error {
	return func(w http.ResponseWriter, r *http.Request, v *visitor) error {
		if err := s.checkSent(op, p, r, v); err != nil {
			f := s.apiError(r.Context(), op.Path, v.l, err).(*apiFault)
			s.failPage(w, r, v.l, f.Status, f.What, f.Do)
			return nil
		}
		serve(w, r.WithContext(context.WithValue(r.Context(), callKey{}, &apiCall{r, v})))
		return nil
	}
}

// checkSent reads what was sent with a request, within the limits, and refuses
// what is not of the kind that the operation takes.
func (s *Server) checkSent(op *huma.Operation, p deskRoute, r *http.Request, v *visitor) error {
	if op.RequestBody == nil {
		if n, _ := r.Body.Read(make([]byte, 1)); n > 0 { // what cannot be read is nothing
			return apiRefusal(v, http.StatusUnprocessableEntity, "api.fault.nothing")
		}
		return nil
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if charset := params["charset"]; err != nil || op.RequestBody.Content[kind] == nil || charset != "" && !strings.EqualFold(charset, "utf-8") {
		for want := range op.RequestBody.Content { // there is one
			return apiRefusal(v, http.StatusUnsupportedMediaType, "api.fault.kind", "kind", want)
		}
	}
	most := max(p.Body, mostForm)
	if kind == partsKind {
		return s.checkParts(op, r, v, most)
	}
	body, err := io.ReadAll(r.Body)
	if _, heavy := errors.AsType[*http.MaxBytesError](err); heavy {
		return apiRefusal(v, http.StatusRequestEntityTooLarge, "desk.fault.heavy", "most", megabytes(v.l, most))
	}
	if err != nil {
		return apiRefusal(v, http.StatusUnprocessableEntity, "desk.fault.cut")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return checkJSON(v, body)
}

// checkParts reads the parts of a form, of which each has a name of the document
// and comes once.
func (s *Server) checkParts(op *huma.Operation, r *http.Request, v *visitor, most int64) error {
	if err := s.readFields(r, v, most); err != nil {
		return err
	}
	known := op.RequestBody.Content[partsKind].Schema.Properties
	for name, values := range r.PostForm {
		if known[name] == nil || known[name].Format == "binary" || len(values) > 1 {
			return apiRefusal(v, http.StatusUnprocessableEntity, "api.fault.field", "name", name)
		}
	}
	for i, f := range v.files {
		if known[f.input] == nil || known[f.input].Format != "binary" || i > 0 {
			return apiRefusal(v, http.StatusUnprocessableEntity, "api.fault.field", "name", f.input)
		}
	}
	return nil
}

// checkJSON refuses a body that two readers could read in two ways, or that is
// there to wear one out.
func checkJSON(v *visitor, body []byte) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err := checkValue(v, d, mostDepth)
	if f, told := errors.AsType[*apiFault](err); told {
		return f
	}
	if err == nil {
		_, err = d.Token()
	}
	if !errors.Is(err, io.EOF) || !utf8.Valid(body) {
		return apiRefusal(v, http.StatusUnprocessableEntity, "api.fault.json")
	}
	return nil
}

// checkValue reads one value.
func checkValue(v *visitor, d *json.Decoder, depth int) error {
	t, err := d.Token()
	open, nested := t.(json.Delim)
	if err != nil || !nested {
		return noEnd(err)
	}
	if depth == 0 {
		return apiRefusal(v, http.StatusUnprocessableEntity, "api.fault.deep", "n", mostDepth)
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return noEnd(err)
			}
			name := strings.ToLower(fmt.Sprint(key)) // encoding/json takes any case for a field
			if seen[name] {
				return apiRefusal(v, http.StatusUnprocessableEntity, "api.fault.twice", "name", cutText(name, 80))
			}
			seen[name] = true
		}
		if err := checkValue(v, d, depth-1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return noEnd(err)
}

// noEnd makes of an end inside a value what it is, a cut.
func noEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// apiRefusal says why an operation is refused: a key of the catalogue, and the
// same with _do.
func apiRefusal(v *visitor, status int, key string, pairs ...any) *apiFault {
	return &apiFault{Status: status, What: sentence(v.l, v.T(key, pairs...)), Do: sentence(v.l, v.T(key+"_do", pairs...))}
}
