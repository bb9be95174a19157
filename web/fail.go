package web

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"vigie/fault"
	"vigie/lang"
	"vigie/report"
)

// tooMany is the fault of an address that asks for too much.
type tooMany struct{ fault *fault.Error }

// Error returns the fault's text.
func (t *tooMany) Error() string { return t.fault.Error() }

// Unwrap returns the fault.
func (t *tooMany) Unwrap() error { return t.fault }

// status returns the HTTP status of an error.
func status(err error) int {
	if _, ok := errors.AsType[*tooMany](err); ok {
		return http.StatusTooManyRequests
	}
	if _, ok := errors.AsType[*report.CaseGone](err); ok {
		return http.StatusGone
	}
	switch fault.KindOf(err) {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Invalid:
		return http.StatusBadRequest
	case fault.Conflict:
		return http.StatusConflict
	case fault.Denied:
		return http.StatusForbidden
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// fail turns an error into a page: what is wrong and what to do.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	l := parseAddress(r.URL.Path).lang
	if r.PathValue("lang of address") != "" {
		l = addressOf(r).lang
	}
	if moved, ok := errors.AsType[*report.CaseMoved](err); ok {
		at := addressOf(r)
		at.path = moved.Path
		http.Redirect(w, r, at.String(), http.StatusMovedPermanently)
		return
	}
	if code, what, do := s.explain(w, r, l, err); code != 0 {
		s.failPage(w, r, l, code, what, do)
	}
}

// explain returns the status of an error and what to say of it, 0 when the
// reader has left. What is ours to mend goes to the log under an identifier,
// which is all that is said.
func (s *Server) explain(w http.ResponseWriter, r *http.Request, l lang.Lang, err error) (code int, what, do string) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return 0, "", ""
	}
	code = status(err)
	what, do = told(err)
	if code == http.StatusInternalServerError {
		id := strings.ToLower(rand.Text()[:10])
		s.Log.Error("page failed", "id", id, "path", loggedPath(r), "error", err)
		what, do = lang.T(l, "web.fault.internal", "id", id), lang.T(l, "web.fault.internal_do")
	}
	if code == http.StatusServiceUnavailable || code == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "10")
	}
	return code, what, do
}

// told returns What and Do of the fault inside an error.
func told(err error) (what, do string) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.What, f.Do
	}
	return "", fault.Do(err)
}

// failStatus answers a request that the protocol itself refuses.
func (s *Server) failStatus(w http.ResponseWriter, r *http.Request, code int) {
	l := parseAddress(r.URL.Path).lang
	key := map[int]string{
		http.StatusRequestURITooLong:     "web.fault.long",
		http.StatusMethodNotAllowed:      "web.fault.method",
		http.StatusRequestEntityTooLarge: "web.fault.body",
		http.StatusBadRequest:            "web.fault.request",
	}[code]
	if code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", "GET, HEAD")
	}
	if r.ContentLength != 0 {
		w.Header().Set("Connection", "close") // do not read what nobody asked for
	}
	s.failPage(w, r, l, code, lang.T(l, key), lang.T(l, key+"_do"))
}

// failPage sends the error as a page, or as JSON to a program that asked so.
func (s *Server) failPage(w http.ResponseWriter, r *http.Request, l lang.Lang, code int, what, do string) {
	h := w.Header()
	for _, name := range []string{"Link", "Content-Disposition", "ETag"} {
		h.Del(name)
	}
	h.Set("Content-Security-Policy", policy+"'none'")
	at := parseAddress(r.URL.Path)
	if r.PathValue("lang of address") != "" {
		at = addressOf(r)
	}
	at.lang = l
	out := answer{status: code, cache: never}
	if at.form == asJSON || at.form == asCSV || wantsJSON(r) || strings.HasPrefix(at.path, apiPath+"/") {
		if h.Get("Cache-Control") != never { // said first by what is private
			h.Set("Access-Control-Allow-Origin", "*")
		}
		out.kind, out.body = "application/json; charset=utf-8", problem(code, what, do)
		send(w, r, out)
		return
	}
	d := report.Document{Kind: "fault", Lang: string(l), Title: lang.T(l, "web.fault.title", "code", codeWord(code)),
		Kicker: lang.T(l, "web.fault.kicker"),
		Answer: []report.Text{{{Text: sentence(l, what)}}},
		Sections: []report.Section{{Blocks: []report.Block{
			{Text: advice(l, do)},
		}}}}
	at.form, at.edition = asHTML, ""
	page, err := s.html("page", s.pageView(visit{r: r, at: at, base: s.base(r)}, route{}, d))
	if err != nil {
		s.Log.Error("error page failed", "error", err)
		page = answer{kind: "text/plain; charset=utf-8", body: []byte(what + "\n" + do + "\n")}
	}
	out.kind, out.body = page.kind, page.body
	send(w, r, out)
}

// sentence sets a fault's text as one: capital, typography, full stop, unless it
// asks.
func sentence(l lang.Lang, s string) string {
	if s == "" {
		return ""
	}
	s = lang.Sentence(lang.Typeset(l, strings.TrimRight(s, ". ")))
	if strings.HasSuffix(s, "?") || strings.HasSuffix(s, "!") {
		return s
	}
	return s + "."
}

// localPath is an address of this site at the end of what to do.
var localPath = regexp.MustCompile(`/[a-z][a-z0-9/-]*$`)

// advice sets what to do as a sentence, an address at its end as a link.
func advice(l lang.Lang, do string) report.Text {
	at := localPath.FindStringIndex(do)
	if at == nil || !strings.HasSuffix(do[:at[0]], ": ") {
		return report.Text{{Text: sentence(l, do)}}
	}
	before := strings.TrimSuffix(sentence(l, do[:at[0]]), ".")
	return report.Text{{Text: before + " "}, {Text: do[at[0]:], Href: do[at[0]:]}, {Text: "."}}
}

// loggedPath is the path of a request for the log: what follows the word of an
// address that is itself a secret is left out.
func loggedPath(r *http.Request) string {
	p := r.URL.Path
	for _, word := range secretPaths {
		if i := strings.Index(p, word); i >= 0 {
			return p[:i+len(word)] + "…"
		}
	}
	return p
}
