package web

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/report"
	"vigie/store"
	"vigie/territory"
)

// What the form that composes a territory may be sent, and what it costs of an
// address's allowance, with one more for each thousand communes.
const (
	mostPosted  = 4 << 20
	postCost    = 6
	postTimeout = 60 * time.Second

	mostRepeated = 200 << 10 // of an outline that is refused, in the answer
)

// composedIn returns an edition that knows the composed territories named in
// the last part of a path and in the query.
func composedIn(ctx context.Context, db *store.DB, e *edition.Content, q report.Request, id string) (*edition.Content, error) {
	codes := append(strings.Split(id, "/"), q.Query["t"]...)
	return observatory.WithComposed(ctx, db, e, append(codes, q.First("de"))...)
}

// compose reads what was sent, keeps the territory and sends the reader to its
// page; or says, line by line, what could not be taken.
func (s *Server) compose(w http.ResponseWriter, r *http.Request) {
	at := addressOf(r)
	if err := s.origin.Check(r); err != nil {
		s.fail(w, r, &fault.Error{Kind: fault.Denied, What: lang.T(at.lang, "web.fault.foreign"), Do: lang.T(at.lang, "web.fault.foreign_do")})
		return
	}
	if !s.limits.allow(s.client(r), postCost) {
		s.fail(w, r, busy(at.lang))
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(s.Now().Add(postTimeout)) // a recorder has none
	in, text, outline, err := readComposing(w, r)
	if _, heavy := errors.AsType[*http.MaxBytesError](err); heavy {
		s.failStatus(w, r, http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil && in.Err == nil {
		s.failStatus(w, r, http.StatusBadRequest)
		return
	}
	if err := s.composed(w, r, at, in, text, outline); err != nil {
		s.fail(w, r, err)
	}
}

// busy is the fault of an address that sends too much.
func busy(l lang.Lang) error {
	return &tooMany{&fault.Error{Kind: fault.Unavailable, What: lang.T(l, "web.fault.toomany"), Do: lang.T(l, "web.fault.toomany_do")}}
}

// composed answers what was read.
func (s *Server) composed(w http.ResponseWriter, r *http.Request, at address, in report.Composing, text string, outline []byte) error {
	e, err := s.Edition(r.Context(), at.edition, s.Now())
	if err != nil {
		return err
	}
	if in.Err == nil {
		in.Draft, in.Err = e.Draft(text, outline, in.Options)
	}
	if in.Err != nil {
		if text == "" && len(outline) <= mostRepeated {
			text = string(outline) // to be corrected there
		}
		in.Draft = &edition.Draft{Text: text}
		return s.answerComposing(w, r, e, in)
	}
	seen := r.PostFormValue(report.SeenInput) != "" && !in.Draft.Outlined
	if len(in.Draft.Communes) == 0 || !seen && (len(in.Draft.Remarks) > 0 || len(in.Draft.Inside)+len(in.Draft.Closed) > 0) {
		return s.answerComposing(w, r, e, in)
	}
	made, err := territory.Compose(in.Name, e.Territory.Year, in.Draft.Communes)
	if err != nil {
		in.Err = err
		return s.answerComposing(w, r, e, in)
	}
	if more := len(made.Communes) / 1000; more > 0 && !s.limits.allow(s.client(r), min(more, burst-postCost)) {
		return busy(at.lang)
	}
	if err := s.Pages.Keep(r.Context(), made); err != nil {
		return err
	}
	http.Redirect(w, r, at.link("/territoires/"+string(made.Code)), http.StatusSeeOther)
	return nil
}

// answerComposing sends the form back with what is to be said.
func (s *Server) answerComposing(w http.ResponseWriter, r *http.Request, e *edition.Content, in report.Composing) error {
	v := visit{r: r, at: addressOf(r), base: s.base(r), edition: e}
	d := report.Composed(e, report.Request{Lang: v.at.lang, Path: v.at.path}, in)
	a, err := s.html("page", s.pageView(v, route{}, localize(d, v.at)))
	if err != nil {
		return err
	}
	a.status, a.cache = http.StatusUnprocessableEntity, never
	send(w, r, a)
	return nil
}

// readComposing reads the form: the list, completed by a list that was sent as
// a file, and the outline, whether sent or pasted. A file that is neither is
// the Err of what it returns.
func readComposing(w http.ResponseWriter, r *http.Request) (in report.Composing, text string, outline []byte, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, mostPosted)
	if err := r.ParseMultipartForm(mostPosted); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return in, "", nil, err
	}
	in.Name = r.PostFormValue(report.NameInput)
	in.Options = territory.ListOptions{Zeros: r.PostFormValue(report.ZerosInput) != "", Numbers: territory.Numbers(r.PostFormValue(report.NumbersInput))}
	if in.Options.Numbers != territory.Officials && in.Options.Numbers != territory.Postal {
		in.Options.Numbers = territory.Either
	}
	text = strings.ToValidUTF8(r.PostFormValue(report.ListInput), "?")
	if edition.IsOutline([]byte(text)) {
		text, outline = "", []byte(text)
	}
	file, _, err := r.FormFile(report.FileInput)
	if err != nil {
		return in, text, outline, nil // no file was sent
	}
	defer file.Close()
	sent, err := readSent(file)
	if err != nil {
		in.Err = err
		return in, text, outline, err
	}
	if edition.IsOutline([]byte(sent)) {
		return in, text, []byte(sent), nil
	}
	if text != "" && !strings.HasSuffix(text, "\n") && sent != "" {
		text += "\n"
	}
	return in, text + sent, outline, nil
}

// readSent returns the text of a file, decoded when it is not UTF-8.
//
// Error: Invalid for a workbook or anything that is no text.
func readSent(file multipart.File) (string, error) {
	b, err := io.ReadAll(file)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(string(b), "PK") || strings.ContainsRune(string(b), 0) {
		return "", fault.Invalidf("enregistrez-le en CSV ou en texte, ou copiez sa colonne dans la liste", "le fichier envoyé n’est pas un texte")
	}
	if utf8.Valid(b) {
		return strings.TrimPrefix(string(b), "\uFEFF"), nil
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(text), err
}
