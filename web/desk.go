package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"vigie/account"
	"vigie/edition"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/report"
	"vigie/source/fetch"
	"vigie/store"
)

// Office is what the back office works with: the store, the editions, and a
// walk in the name of somebody. Random is that of cryptography.
type Office struct {
	DB      *store.DB
	Library *observatory.Library
	Walk    func(by journal.Actor, tell observatory.Teller) *observatory.Walk
	Random  io.Reader
	Outside *Outside // a provider to sign in by, nil without

	// Preview reads an edition that is not public, by the key of its manifest;
	// Print prints its documents, nil when this server prints none.
	Preview func(ctx context.Context, manifest string) (*edition.Content, error)
	Print   func(ctx context.Context, c *edition.Content, d report.Document) ([]byte, error)

	Strong []account.Role // who cannot work without a second factor
	Fetch  *fetch.Fetcher // brings the file of an import by address; nil where there is none

	Settings []Setting // what the configuration says, without its secrets
}

// deskRoute is one line of the back office. Pattern has its method, and
// answers in HTML and, for a GET, in JSON; Forms are further ones.
//
// Object says what the action is about, so that rights are known before Handle
// is called; an object that is not there and one out of reach answer alike.
// Anywhere is for a list or a page of one's own: whoever may do it on some
// object comes in, and Handle shows what the visitor may see. Recent asks for
// the password again even where the matrix does not. Body is the most bytes of
// a form, mostForm when 0. Menu is the key of its word, desk.nav.<group>.<word>,
// the group being one of desk.group. Program is for programs only: who asks is
// known by a token and never by a cookie, and every answer is JSON; on any
// other route a token is worth nothing. Before is asked before anything of a
// body is read.
type deskRoute struct {
	Pattern  string
	Action   account.Action
	Object   func(r *http.Request) (account.Object, error)
	Anywhere bool
	Recent   bool
	Before   func(w http.ResponseWriter, r *http.Request, v *visitor) error
	Handle   func(w http.ResponseWriter, r *http.Request, v *visitor) error
	Menu     string
	Forms    []form
	Body     int64
	Program  bool
}

// deskRoutes lists the back office, noun by noun, in the order of the menu:
// data, texts, indices, editions, the observatory itself, then the guides and
// one's own pages.
func (s *Server) deskRoutes() []deskRoute {
	return slices.Concat(
		s.homeDesk(),
		s.deliveryDesk(),
		s.datasetDesk(),
		s.sourceDesk(),
		s.textDesk(),
		s.caseDesk(),
		s.specDesk(),
		s.taxonomyDesk(),
		s.editionDesk(),
		s.personDesk(),
		s.journalDesk(),
		s.runDesk(),
		s.mailDesk(),
		s.settingDesk(),
		s.guideDesk(), // the last group of the menu: nouns stand above
		s.ownDesk(),
		s.signDesk(),
		s.letterDesk(),
		s.passkeyDesk(),
		s.outsideDesk(),
		s.contributeDesk(),
	)
}

// What a form may hold, and how long it may take to come.
const (
	mostForm     = 256 << 10
	mostFields   = 5000
	mostInMemory = 8 << 20  // of what is no file
	slowest      = 64 << 10 // bytes a second: the slowest upload that is waited for
)

// entry makes the line of everything that a desk route is.
func (p deskRoute) entry(s *Server) entry {
	e := entry{Pattern: p.Pattern, Action: p.Action, Handle: s.desk(p), Bare: true, Desk: &p, Forms: p.forms()}
	if strings.HasPrefix(p.Pattern, "POST ") {
		e.Body = max(p.Body, mostForm)
	}
	return e
}

// forms are those that the route answers in.
func (p deskRoute) forms() []form {
	switch {
	case p.Program:
		return []form{asJSON}
	case strings.HasPrefix(p.Pattern, "POST "):
		return append([]form{asHTML}, p.Forms...)
	}
	return append([]form{asHTML, asJSON}, p.Forms...)
}

// visitor is who asks: a person with a session, a program with a token, or
// nobody. It is made once for each request.
type visitor struct {
	account.Person
	session account.Session  // zero without one
	secret  string           // what the session's cookie holds
	token   *account.Program // nil without one
	files   []sentFile       // of the form
	at      address
	words
	now time.Time
}

// actor is the visitor as the journal knows it.
func (v *visitor) actor() journal.Actor {
	if v.token != nil {
		return journal.TokenActor(v.ID, v.token.Token)
	}
	return journal.PersonActor(v.ID)
}

// may reports whether the visitor may do the action on the object: what a page
// asks before it shows a button, and a list before it shows a line.
func (v *visitor) may(a account.Action, o account.Object) bool {
	if v.token != nil {
		return v.token.May(a, o)
	}
	return v.Person.May(a, o)
}

// mayAnywhere is the same for some object: what a menu asks.
func (v *visitor) mayAnywhere(a account.Action) bool {
	if slices.Contains(account.Matrix[a].Roles, account.Nobody) {
		return true
	}
	covered := v.token == nil || slices.ContainsFunc(v.token.Scopes, func(s account.Scope) bool { return slices.Contains(account.Scopes[s], a) })
	return covered && v.Person.MayAnywhere(a)
}

// errForeign is the answer for what is not there and for what is out of reach.
func errForeign(w words) error {
	return fault.NotFoundf(w.T("desk.fault.foreign_do"), "%s", w.T("desk.fault.foreign"))
}

// errMissing says that nobody has signed in.
var errMissing = errors.New("no session")

// desk is the handler of one line of the back office: who asks, may they, then
// the page.
func (s *Server) desk(p deskRoute) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", never)
		h.Set("Referrer-Policy", "same-origin")
		h.Add("Vary", "Cookie, Accept")
		if p.Program {
			r.Header.Del("Cookie")
		} else {
			r.Header.Del("Authorization")
		}
		v, err := s.visitor(w, r)
		if p.Program {
			v.at.form = asJSON
		}
		if err == nil && !s.limits.allow(s.client(r), deskCost(p)) {
			err = busy(v.l)
		}
		if err == nil {
			err = s.admitDesk(w, r, v, p)
		}
		if err == nil {
			err = p.Handle(w, r, v)
		}
		if v != nil {
			v.drop()
		}
		if err != nil {
			s.failDesk(w, r, v, p, err)
		}
	}
}

// deskCost is what a request takes of an address's allowance: a reader's page
// is free, as on the public site.
func deskCost(p deskRoute) int {
	if strings.HasPrefix(p.Pattern, "POST ") {
		return 1
	}
	return 0
}

// admitDesk is the guard of the back office. It returns nil when Handle may be
// called; it may have read the form.
func (s *Server) admitDesk(w http.ResponseWriter, r *http.Request, v *visitor, p deskRoute) error {
	if v.at.edition != "" || !slices.Contains(p.forms(), v.at.form) {
		return errForeign(v.words)
	}
	if v.at.form == asHTML && r.Method != http.MethodPost && wantsJSON(r) {
		v.at.form = asJSON
	}
	if err := s.origin.Check(r); err != nil {
		return &fault.Error{Kind: fault.Denied, What: v.T("web.fault.foreign"), Do: v.T("web.fault.foreign_do")}
	}
	if !v.mayAnywhere(p.Action) {
		if v.ID == "" {
			return errMissing
		}
		return errForeign(v.words)
	}
	if err := s.strongEnough(v, p); err != nil {
		return err
	}
	if p.Before != nil {
		if err := p.Before(w, r, v); err != nil {
			return err
		}
	}
	if r.Method == http.MethodPost {
		if err := s.readForm(w, r, v, p); err != nil {
			return err
		}
	}
	if err := authorise(r, v, p); err != nil {
		return err
	}
	if account.Matrix[p.Action].Recent || p.Recent {
		return s.recent(w, r, v)
	}
	return nil
}

// authorise asks the matrix about the object of the request.
func authorise(r *http.Request, v *visitor, p deskRoute) error {
	if p.Anywhere {
		return nil // admitDesk has asked
	}
	var o account.Object
	if p.Object != nil {
		var err error
		if o, err = p.Object(r); err != nil {
			if fault.KindOf(err) == fault.NotFound {
				return errForeign(v.words)
			}
			return err
		}
	}
	if !v.may(p.Action, o) {
		return errForeign(v.words)
	}
	return nil
}

// readForm reads what was sent, within the limits, and checks the token that
// every form of ours holds. A program's token needs none: no browser sends it
// by itself.
func (s *Server) readForm(w http.ResponseWriter, r *http.Request, v *visitor, p deskRoute) error {
	most := max(p.Body, mostForm)
	wait := readTimeout + time.Duration(most/slowest)*time.Second
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Now().Add(wait)) // a recorder has none
	_ = c.SetWriteDeadline(time.Now().Add(wait + writeTimeout))
	r.Body = http.MaxBytesReader(w, r.Body, most)
	if p.Program {
		return nil // its operation says what it takes
	}
	if err := s.readFields(r, v, most); err != nil {
		return err
	}
	if v.session.ID != "" && !sameText(r.PostFormValue(tokenInput), formToken(v.secret)) {
		return &fault.Error{Kind: fault.Denied, What: v.T("desk.fault.token"), Do: v.T("desk.fault.token_do")}
	}
	return nil
}

// readFields reads the fields and the files of a form, of most bytes at most.
func (s *Server) readFields(r *http.Request, v *visitor, most int64) error {
	err := s.readParts(r, v)
	if _, heavy := errors.AsType[*http.MaxBytesError](err); heavy {
		return &fault.Error{Kind: fault.Invalid, What: v.T("desk.fault.heavy", "most", megabytes(v.l, most)), Do: v.T("desk.fault.heavy_do")}
	}
	fields := 0
	for _, values := range r.PostForm {
		fields += len(values)
	}
	if err != nil || fields > mostFields {
		return &fault.Error{Kind: fault.Invalid, What: v.T("desk.fault.cut"), Do: v.T("desk.fault.cut_do"), Err: err}
	}
	return nil
}

func megabytes(l lang.Lang, n int64) string {
	return lang.Number(l, float64(n)/(1<<20), 0)
}

// failDesk answers an error of the back office: the way to sign in for who has
// not, a page in the desk's layout for who has, and what every error of the
// site is for a program.
func (s *Server) failDesk(w http.ResponseWriter, r *http.Request, v *visitor, p deskRoute, err error) {
	if v == nil {
		s.fail(w, r, err)
		return
	}
	if e, ok := errors.AsType[elsewhere](err); ok {
		http.Redirect(w, r, e.to, http.StatusSeeOther)
		return
	}
	if a, ok := errors.AsType[*again](err); ok {
		if err = s.askAgain(w, r, v, a.err); err == nil {
			return
		}
	}
	if !errors.Is(err, errMissing) {
		s.failAs(w, r, v, err)
		return
	}
	if v.at.form != asHTML {
		w.Header().Set("WWW-Authenticate", `Bearer realm="vigie"`)
		s.failPage(w, r, v.l, http.StatusUnauthorized, v.T("desk.fault.unsigned"), v.T("desk.fault.unsigned_do"))
		return
	}
	if r.Method == http.MethodPost {
		s.lapsed(w, r, v)
		return
	}
	to := v.at.link("/connexion") + "?" + url.Values{"retour": {here(r, v.at)}}.Encode()
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// here is the address of the request, as a path of the site to come back to.
func here(r *http.Request, at address) string {
	if r.URL.RawQuery == "" {
		return at.String()
	}
	return at.String() + "?" + r.URL.RawQuery
}

// comeBack returns the path to go to after signing in: one of the back office,
// on this site and nowhere else; otherwise its home.
func comeBack(at address, asked string) string {
	u, err := url.Parse(asked)
	if err != nil || u.Scheme != "" || u.Opaque != "" || u.User != nil || u.Host != "" || strings.ContainsAny(asked, "\\\r\n\t\x00") {
		return at.link(homePath)
	}
	a := parseAddress(u.Path)
	if clean, moved := canonical(u.Path); moved || clean == "" || a.edition != "" || a.path != homePath && !strings.HasPrefix(a.path, homePath+"/") {
		return at.link(homePath)
	}
	return here(&http.Request{URL: u}, a)
}
