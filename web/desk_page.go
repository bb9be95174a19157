package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/lang"
)

// deskPage is one page of the back office. Template is the name of its own part,
// which stands in the layout; Body is what the page is about: the template
// shows it and .json sends it, so it holds nothing that the visitor may not
// see. More is what only the template needs.
type deskPage struct {
	Template      string
	Title, Kicker string
	Lead          string
	Crumbs        []link // bare paths, from the noun down; home stands before
	Actions       []link // bare paths, beside the title
	Body, More    any
	Form          *deskForm
	Table         *deskTable
	Err           error // why what was sent is refused
	Status        int   // 200 when 0, and Err is nil
	Refresh       int   // seconds after which the page is asked for again
}

// deskView is everything that the layout of the back office shows.
type deskView struct {
	words
	v                                  *visitor
	Lang, Title, Heading, Kicker, Lead string
	CSS, JS                            string
	Fonts                              []string
	Home, Site, Banner                 string
	Menu                               []menuGroup
	Person, OwnPage, Out               string
	Switch                             link
	Flash                              string
	Crumbs, Actions                    []link
	Faults                             []deskFault
	Body, More                         any
	Form                               *deskForm
	Table                              *deskTable
	Refresh                            int
}

// menuGroup is a part of the menu under its name.
type menuGroup struct {
	Label string
	Links []link
}

// deskFault is one line of what is wrong; Field is the name of the field that
// it is about, "" for the whole.
type deskFault struct {
	Field    string
	What, Do string
}

// To puts a path under the language of the page; parts replace its %s.
func (d deskView) To(path string, parts ...any) string {
	return d.v.at.link(fmt.Sprintf(path, parts...))
}

// May reports whether the visitor may do the action on some object.
func (d deskView) May(a account.Action) bool { return d.v.mayAnywhere(a) }

// Token is the value of the hidden field of a form.
func (d deskView) Token() string { return formToken(d.v.secret) }

// Button is a form of one button; arguments are names and values of hidden
// fields.
func (d deskView) Button(path, label string, pairs ...string) deskButton {
	b := deskButton{Action: d.v.at.link(path), Label: label, Token: d.Token()}
	for i := 0; i+1 < len(pairs); i += 2 {
		b.Hidden = append(b.Hidden, hiddenField{pairs[i], pairs[i+1]})
	}
	return b
}

// Quiet is a Button of less weight.
func (d deskView) Quiet(path, label string, pairs ...string) deskButton {
	b := d.Button(path, label, pairs...)
	b.Class = "quiet"
	return b
}

// Role writes a role and the scope it is held in.
func (w words) Role(g account.Grant) string {
	return joined(", ", w.T("role."+string(g.Role)), g.Scope)
}

// Day writes the day of an instant in Paris.
func (w words) Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	day, _ := lang.Instant(w.l, t)
	return day
}

// When writes the day of an instant and the hour, in Paris.
func (w words) When(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	day, clock := lang.Instant(w.l, t)
	return w.T("desk.when", "day", day, "time", clock)
}

// moment is an instant as a page shows it, to people and to programs.
type moment struct{ Text, ISO string }

// At makes an instant ready for the template desk-time, nil for none.
func (w words) At(t time.Time) *moment {
	if t.IsZero() {
		return nil
	}
	return &moment{w.When(t), t.In(lang.Paris).Format(time.RFC3339)}
}

// Count writes a whole number.
func (w words) Count(n int) string { return lang.Number(w.l, float64(n), 0) }

// deskButton is a form that is one button.
type deskButton struct {
	Action, Label, Token, Class string
	Hidden                      []hiddenField
}

type hiddenField struct{ Name, Value string }

// show answers with a page of the back office, or with its body for a program.
func (s *Server) show(w http.ResponseWriter, r *http.Request, v *visitor, p deskPage) error {
	if p.Status == 0 {
		p.Status = http.StatusOK
		if p.Err != nil {
			p.Status = refusedStatus(p.Err)
		}
	}
	if p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "60")
	}
	if v.at.form == asJSON {
		return s.showJSON(w, r, p)
	}
	view := s.deskView(w, r, v, p)
	a, err := s.html(p.Template, view)
	if err != nil {
		return err
	}
	a.status, a.cache = p.Status, never
	send(w, r, a)
	return nil
}

func (s *Server) showJSON(w http.ResponseWriter, r *http.Request, p deskPage) error {
	if p.Body == nil {
		p.Body = struct{}{}
	}
	body, err := json.MarshalIndent(p.Body, "", "  ")
	if err != nil {
		return err
	}
	send(w, r, answer{status: p.Status, kind: "application/json; charset=utf-8", body: append(body, '\n'), cache: never})
	return nil
}

// refusedStatus is the status of a form that is refused and shown again.
func refusedStatus(err error) int {
	if code := status(err); code != http.StatusBadRequest {
		return code
	}
	return http.StatusUnprocessableEntity
}

// deskView makes ready what is around and in a page.
func (s *Server) deskView(w http.ResponseWriter, r *http.Request, v *visitor, p deskPage) deskView {
	view := deskView{words: v.words, v: v, Lang: string(v.l), Heading: p.Title, Kicker: p.Kicker, Lead: p.Lead,
		Title: v.T("desk.title", "title", joined(" · ", p.Title, p.Kicker)),
		CSS:   s.bundle.href("vigie.css"), JS: s.bundle.href("vigie.js"), Fonts: s.bundle.fontsOfPage(),
		Home: v.at.link(homePath), Site: v.at.link("/"), Body: p.Body, More: p.More, Table: p.Table, Refresh: p.Refresh,
		Flash: takeFlash(w, r), Faults: deskFaults(v.l, p.Err)}
	if s.bundle.missing {
		view.Banner = v.T("web.unbuilt")
	}
	other := v.at.in(v.l.Other())
	view.Switch = link{Label: v.T("lang.other"), Href: here(r, other), Lang: string(other.lang)}
	if v.ID != "" {
		view.Person, view.OwnPage, view.Out = v.Name, v.at.link(ownPath), v.at.link("/deconnexion")
		view.Menu = s.deskMenu(v)
		view.Crumbs = append(view.Crumbs, link{Label: v.T("desk.home"), Href: v.at.link(homePath)})
	}
	for _, c := range p.Crumbs {
		view.Crumbs = append(view.Crumbs, link{Label: c.Label, Href: v.at.link(c.Href)})
	}
	if v.at.path == homePath {
		view.Crumbs = nil
	}
	for _, c := range p.Actions {
		view.Actions = append(view.Actions, link{Label: c.Label, Href: v.at.link(c.Href)})
	}
	if p.Form != nil {
		view.Form = p.Form.ready(v, view.Faults)
	}
	return view
}

// deskMenu is what the visitor may go to, in groups, in the order of deskRoutes.
func (s *Server) deskMenu(v *visitor) []menuGroup {
	var groups []menuGroup
	for _, p := range s.deskRoutes() {
		group, _, _ := strings.Cut(strings.TrimPrefix(p.Menu, "desk.nav."), ".")
		if p.Menu == "" || !v.mayAnywhere(p.Action) {
			continue
		}
		path := strings.TrimPrefix(p.Pattern, "GET ")
		l := link{Label: v.T(p.Menu), Href: v.at.link(path), Current: v.at.path == path || path != homePath && strings.HasPrefix(v.at.path, path+"/")}
		label := v.T("desk.group." + group)
		i := slices.IndexFunc(groups, func(g menuGroup) bool { return g.Label == label })
		if i < 0 {
			i = len(groups)
			groups = append(groups, menuGroup{Label: label})
		}
		groups[i].Links = append(groups[i].Links, l)
	}
	return groups
}

// deskFaults lists what is wrong, a line a fault.
func deskFaults(l lang.Lang, err error) []deskFault {
	if err == nil {
		return nil
	}
	if list, ok := errors.AsType[formFaults](err); ok {
		out := make([]deskFault, len(list))
		for i, f := range list {
			out[i] = deskFault{Field: f.Field, What: sentence(l, f.What), Do: sentence(l, f.Do)}
		}
		return out
	}
	if list, ok := errors.AsType[fault.List](err); ok {
		var out []deskFault
		for _, f := range list {
			out = append(out, deskFault{What: sentence(l, f.What), Do: sentence(l, f.Do)})
		}
		return out
	}
	what, do := told(err)
	return []deskFault{{What: sentence(l, what), Do: sentence(l, do)}}
}

// refused reports whether err is the visitor's to mend, so that a form is shown
// again with it; what is ours to mend is not.
func refused(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.Denied, fault.Unavailable:
		return true
	}
	return false
}

// failAs shows an error in the layout of the back office.
func (s *Server) failAs(w http.ResponseWriter, r *http.Request, v *visitor, err error) {
	code, what, do := s.explain(w, r, v.l, err)
	if code == 0 {
		return
	}
	if v.ID == "" || v.at.form != asHTML || v.token != nil {
		s.failPage(w, r, v.l, code, what, do)
		return
	}
	p := deskPage{Template: "desk_fault", Title: v.T("web.fault.title", "code", codeWord(code)), Kicker: v.T("web.fault.kicker"),
		Lead: sentence(v.l, what), More: sentence(v.l, do), Status: code}
	if err := s.show(w, r, v, p); err != nil {
		s.Log.Error("error page failed", "error", err)
		s.failPage(w, r, v.l, code, what, do)
	}
}
