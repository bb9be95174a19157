package web

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"vigie/account"
	"vigie/edition"
	"vigie/fault"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
	"vigie/territory"
)

// The pages of the people who work in the observatory.
const (
	peoplePath = "/atelier/personnes"
	invitePath = peoplePath + "/inviter"
)

func (s *Server) personDesk() []deskRoute {
	one := peoplePath + "/{id}"
	return []deskRoute{
		{Pattern: "GET " + peoplePath, Action: account.ReadPerson, Handle: s.personList, Menu: "desk.nav.office.people"},
		{Pattern: "GET " + invitePath, Action: account.InvitePerson, Handle: s.personInviteShow},
		{Pattern: "POST " + invitePath, Action: account.InvitePerson, Handle: s.personInvite},
		{Pattern: "GET " + one, Action: account.ReadPerson, Handle: s.personShow},
		{Pattern: "GET " + peoplePath + "/export", Action: account.ExportPerson, Handle: s.personExport, Forms: []form{asCSV}},
		{Pattern: "GET " + one + "/modifier", Action: account.WritePerson, Handle: s.personEditShow},
		{Pattern: "POST " + one + "/modifier", Action: account.WritePerson, Handle: s.personEdit},
		{Pattern: "GET " + one + "/roles", Action: account.GrantRole, Handle: s.personGrantShow},
		{Pattern: "POST " + one + "/roles", Action: account.GrantRole, Handle: s.personGrant},
		{Pattern: "GET " + one + "/lien", Action: account.InvitePerson, Handle: s.personLinkShow},
		{Pattern: "POST " + one + "/lien", Action: account.InvitePerson, Handle: s.personLink},
		{Pattern: "POST " + one + "/sessions", Action: account.ErasePerson, Handle: s.personEndSessions},
		{Pattern: "POST " + one + "/desactiver", Action: account.ErasePerson, Handle: s.personSwitch(true)},
		{Pattern: "POST " + one + "/reactiver", Action: account.ErasePerson, Handle: s.personSwitch(false)},
		{Pattern: "GET " + one + "/effacer", Action: account.ErasePerson, Handle: s.personEraseShow},
		{Pattern: "POST " + one + "/effacer", Action: account.ErasePerson, Handle: s.personErase},
	}
}

// How an account stands.
const (
	invitedPerson  = "invited"
	activePerson   = "active"
	disabledPerson = "disabled"
	erasedPerson   = "erased"
)

var personTones = map[string]string{invitedPerson: "wait", activePerson: "good", disabledPerson: "bad", erasedPerson: "plain"}

// standing says how an account stands.
func (s *Server) standing(row store.PersonRow) string {
	switch {
	case row.Erased:
		return erasedPerson
	case row.Disabled:
		return disabledPerson
	case !row.Taken():
		return invitedPerson
	}
	return activePerson
}

// personBody is an account as administrators see it.
type personBody struct {
	ID       string          `json:"id"`
	Mail     string          `json:"mail,omitempty"`
	Name     string          `json:"name,omitempty"`
	Lang     string          `json:"lang"`
	State    string          `json:"state"`
	Grants   []account.Grant `json:"grants"`
	Factor   bool            `json:"second_factor"`
	Missing  bool            `json:"second_factor_missing"` // a role asks for one
	Created  time.Time       `json:"created"`
	SignedIn time.Time       `json:"signed_in,omitzero"`
	Sessions []ownSession    `json:"sessions,omitempty"`
}

func (s *Server) personBody(row store.PersonRow, last time.Time) personBody {
	b := personBody{ID: row.ID, Mail: row.Mail, Name: row.Name, Lang: row.Lang, State: s.standing(row), Grants: row.Grants, Factor: s.hasFactor(row),
		Created: row.Created, SignedIn: last}
	b.Missing = !b.Factor && row.NeedsFactor(s.Office.Strong)
	return b
}

// called is how a person is spoken of, erased or not.
func (b personBody) called(v *visitor) string {
	return cmp.Or(b.Name, b.Mail, v.T("person.gone", "id", b.ID[:min(len(b.ID), 8)]))
}

// people reads all accounts in the name of the visitor, which the journal notes.
func (s *Server) people(r *http.Request, v *visitor, a account.Action) ([]personBody, error) {
	rows, err := observatory.ReadPeople(r.Context(), s.Office.DB, v.actor(), a, s.Now())
	if err != nil {
		return nil, err
	}
	last, err := s.Office.DB.SignIns(r.Context(), "")
	body := make([]personBody, len(rows))
	for i, row := range rows {
		body[i] = s.personBody(row, last[row.ID])
	}
	return body, err
}

func (s *Server) personList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if v.at.form == asJSON { // a file of everybody's address, as the export is
		if err := s.recent(w, r, v); err != nil {
			return err
		}
	}
	body, err := s.people(r, v, account.ReadPerson)
	if err != nil {
		return err
	}
	names, err := s.scopeNames(r, v)
	if err != nil {
		return err
	}
	table := tableFor(r, v, v.T("person.title"), v.T("person.none"), body, []deskColumn[personBody]{
		{Key: "nom", Label: v.T("person.name"), Order: func(a, b personBody) int { return strings.Compare(a.called(v), b.called(v)) }, Cell: func(b personBody) deskCell {
			return deskCell{Text: b.called(v), Href: peoplePath + "/" + b.ID, Small: b.Mail, Badge: personBadge(v, b)}
		}},
		{Label: v.T("person.roles"), Cell: func(b personBody) deskCell { return deskCell{Text: grantWords(b.Grants, names)} }},
		{Key: "facteur", Label: v.T("person.factor"), Order: func(a, b personBody) int { return factorOrder(a) - factorOrder(b) }, Cell: func(b personBody) deskCell { return factorCell(v, b) }},
		{Key: "connexion", Label: v.T("person.signed_in"), Order: func(a, b personBody) int { return a.SignedIn.Compare(b.SignedIn) }, Cell: func(b personBody) deskCell {
			if b.SignedIn.IsZero() {
				return deskCell{Text: v.T("person.never")}
			}
			return deskCell{At: b.SignedIn}
		}},
	})
	p := deskPage{Template: "desk_list", Title: v.T("person.title"), Lead: v.T("person.lead"), Body: body, Table: table}
	if v.mayAnywhere(account.InvitePerson) {
		p.Actions = []link{{Label: v.T("person.invite"), Href: invitePath}, {Label: v.T("person.export"), Href: peoplePath + "/export"}}
	}
	return s.show(w, r, v, p)
}

func personBadge(v *visitor, b personBody) *badge {
	if b.State == activePerson {
		return nil
	}
	return &badge{v.T("person.state_" + b.State), personTones[b.State]}
}

func factorOrder(b personBody) int {
	switch {
	case b.Factor:
		return 2
	case b.Missing:
		return 0
	}
	return 1
}

func factorCell(v *visitor, b personBody) deskCell {
	switch {
	case b.Factor:
		return deskCell{Text: v.T("person.factor_on")}
	case b.Missing && b.State != erasedPerson:
		return deskCell{Badge: &badge{v.T("person.factor_missing"), "wait"}}
	}
	return deskCell{Text: v.T("person.factor_off")}
}

// scopeNames returns what names the scope of a grant to people.
func (s *Server) scopeNames(r *http.Request, v *visitor) (func(account.Grant) string, error) {
	c, err := s.newest(r)
	if err != nil {
		return nil, err
	}
	return func(g account.Grant) string {
		role := v.T("role." + string(g.Role))
		if g.Scope == "" {
			return role
		}
		return v.T("person.grant_of", "role", role, "scope", scopeName(v, c, g.Scope))
	}, nil
}

// newest is the edition that names territories, nil when none is public yet.
func (s *Server) newest(r *http.Request) (*edition.Content, error) {
	c, err := s.Edition(r.Context(), "", s.Now())
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return c, err
}

// scopeName names a scope: a network, a territory by its name, or its code
// when no edition knows it.
func scopeName(v *visitor, c *edition.Content, scope string) string {
	if network, ok := strings.CutPrefix(scope, "reseau:"); ok {
		return v.T("person.network_named", "name", network)
	}
	if c != nil && c.Territory != nil {
		if t, ok := c.Territory.Get(territory.Code(scope)); ok {
			return t.Label
		}
	}
	return scope
}

func grantWords(grants []account.Grant, name func(account.Grant) string) string {
	words := make([]string, len(grants))
	for i, g := range grants {
		words[i] = name(g)
	}
	return strings.Join(words, " ; ")
}

// person finds the account of a request.
func (s *Server) person(r *http.Request, v *visitor) (store.PersonRow, error) {
	row, err := s.Office.DB.Person(r.Context(), r.PathValue("id"))
	if err != nil && fault.KindOf(err) == fault.NotFound {
		err = errForeign(v.words)
	}
	return row, err
}

// readPerson is person for a page that shows the address: the journal says who
// has read it.
func (s *Server) readPerson(r *http.Request, v *visitor) (store.PersonRow, error) {
	row, err := observatory.ReadPerson(r.Context(), s.Office.DB, v.actor(), r.PathValue("id"), s.Now())
	if err != nil && fault.KindOf(err) == fault.NotFound {
		err = errForeign(v.words)
	}
	return row, err
}

// living is person for one that was not erased.
func (s *Server) living(r *http.Request, v *visitor) (store.PersonRow, error) {
	row, err := s.person(r, v)
	if err == nil && row.Erased {
		err = errForeign(v.words)
	}
	return row, err
}

func personCrumbs(v *visitor, row *store.PersonRow) []link {
	crumbs := []link{{Label: v.T("person.title"), Href: peoplePath}}
	if row != nil {
		crumbs = append(crumbs, link{Label: row.Name, Href: peoplePath + "/" + row.ID})
	}
	return crumbs
}

func (s *Server) personShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.personPage(w, r, v, nil)
}

// personMore is what the page of a person says beside its table.
type personMore struct {
	Own     bool
	State   badge
	Grants  []string
	Changed string
	Journal string // a bare path, "" without a page for it
}

func (s *Server) personPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	row, err := s.readPerson(r, v)
	if err != nil {
		return err
	}
	last, err := s.Office.DB.SignIns(r.Context(), row.ID)
	if err != nil {
		return err
	}
	body := s.personBody(row, last[row.ID])
	open, err := s.Office.DB.Sessions(r.Context(), row.ID, v.now)
	if err != nil {
		return err
	}
	for _, one := range open {
		body.Sessions = append(body.Sessions, ownSession{ID: one.ID, Agent: one.Agent, Address: one.Address, Created: one.Created, Seen: one.Seen, Here: one.ID == v.session.ID})
	}
	names, err := s.scopeNames(r, v)
	if err != nil {
		return err
	}
	more := personMore{Own: row.ID == v.ID, State: badge{v.T("person.state_" + body.State), personTones[body.State]}}
	for _, g := range row.Grants {
		more.Grants = append(more.Grants, names(g))
	}
	if row.Version > 1 {
		more.Changed = v.T("person.changed_by", "who", s.doer(r, v, row.ChangedBy), "when", v.When(row.ChangedAt))
	}
	if _, ok := s.entries["GET /atelier/journal"]; ok {
		more.Journal = "/atelier/journal?objet=person:" + row.ID
	}
	p := deskPage{Template: "person_show", Title: body.called(v), Kicker: v.T("person.kicker"), Crumbs: personCrumbs(v, nil), Body: body, More: more,
		Table: personSessions(r, v, body), Err: wrong}
	if body.State != erasedPerson && body.State != disabledPerson {
		p.Actions = []link{{Label: v.T("person.grant"), Href: peoplePath + "/" + row.ID + "/roles"}, {Label: v.T("person.edit"), Href: peoplePath + "/" + row.ID + "/modifier"}}
	}
	return s.show(w, r, v, p)
}

func personSessions(r *http.Request, v *visitor, b personBody) *deskTable {
	d := deskView{v: v}
	return tableFor(r, v, v.T("person.sessions"), v.T("person.sessions_none"), b.Sessions, []deskColumn[ownSession]{
		{Label: v.T("own.agent"), Cell: func(o ownSession) deskCell {
			return deskCell{Text: cmp.Or(o.Agent, v.T("own.agent_unknown")), Small: o.Address}
		}},
		{Label: v.T("own.created"), Cell: func(o ownSession) deskCell { return deskCell{At: o.Created} }},
		{Label: v.T("own.seen"), Cell: func(o ownSession) deskCell { return deskCell{At: o.Seen} }},
		{Label: v.T("desk.do"), Cell: func(o ownSession) deskCell {
			return deskCell{Buttons: []deskButton{d.Quiet(peoplePath+"/"+b.ID+"/sessions", v.T("own.end"), "session", o.ID)}}
		}},
	})
}

// doer names an actor to people: a person by their name, a program by that
// of its person, a command by the machine's user.
func (s *Server) doer(r *http.Request, v *visitor, a journal.Actor) string {
	id := a.Person()
	if id == "" {
		_, name, _ := strings.Cut(string(a), ":")
		return v.T("person.by_command", "name", cmp.Or(name, string(a)))
	}
	row, err := s.Office.DB.Person(r.Context(), id)
	if err != nil || row.Name == "" {
		return v.T("person.gone", "id", id[:min(len(id), 8)])
	}
	return row.Name
}

// toldWho says in an error of two persons who change one object who the first one
// is; any other error stays as it is.
func (s *Server) toldWho(r *http.Request, v *visitor, err error) error {
	c, ok := errors.AsType[*store.Changed](err)
	if !ok {
		return err
	}
	return &fault.Error{Kind: fault.Conflict, What: v.T("person.conflict", "who", s.doer(r, v, c.By), "when", v.When(c.At)), Do: v.T("person.conflict_do")}
}

// personEndSessions ends one session of somebody, or all of them.
func (s *Server) personEndSessions(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.living(r, v)
	if err != nil {
		return err
	}
	if id := r.PostFormValue("session"); id != "" {
		err = s.Office.DB.EndSession(r.Context(), v.actor(), row.ID, id, s.Now())
		if err != nil && fault.KindOf(err) == fault.NotFound {
			err = nil // it has ended by itself
		}
	} else {
		_, err = s.Office.DB.EndSessions(r.Context(), v.actor(), row.ID, "", s.Now())
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, peoplePath+"/"+row.ID, v.T("person.sessions_ended", "name", row.Name))
}

// personSwitch disables somebody, or lets them in again.
func (s *Server) personSwitch(off bool) func(http.ResponseWriter, *http.Request, *visitor) error {
	return func(w http.ResponseWriter, r *http.Request, v *visitor) error {
		row, err := s.living(r, v)
		if err != nil {
			return err
		}
		if off && row.ID == v.ID {
			return s.personPage(w, r, v, &fault.Error{Kind: fault.Denied, What: v.T("person.own_off"), Do: v.T("person.own_off_do")})
		}
		said := v.T("person.enabled", "name", row.Name)
		if off {
			said = v.T("person.disabled", "name", row.Name)
			err = s.Office.DB.Disable(r.Context(), v.actor(), row.ID, s.Now())
		} else {
			err = s.Office.DB.Enable(r.Context(), v.actor(), row.ID, s.Now())
		}
		if err != nil && refused(err) {
			return s.personPage(w, r, v, err)
		}
		if err != nil {
			return err
		}
		return s.after(w, r, v, row, said)
	}
}

// after ends a change of an account: back to its page, or out, when it was
// one's own, whose sessions have ended.
func (s *Server) after(w http.ResponseWriter, r *http.Request, v *visitor, row store.PersonRow, said string) error {
	if row.ID != v.ID {
		return s.done(w, r, v, peoplePath+"/"+row.ID, said)
	}
	putCookie(w, sessionCookie, "", 0)
	return s.done(w, r, v, signPath, said)
}
