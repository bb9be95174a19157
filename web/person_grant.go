package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/edition"
	"vigie/fault"
	"vigie/store"
	"vigie/territory"
)

// The fields that give a role.
const (
	keptInput    = "garde"
	roleInput    = "role"
	scopeInput   = "etendue"
	placeInput   = "territoire"
	networkInput = "reseau"

	mostPlaces = 12
)

// granting is the part of a form that gives a role: the role, then where it
// holds. A name that is no code leads to a choice, without script.
type granting struct {
	v     *visitor
	c     *edition.Content // names territories; nil without an edition
	sent  bool
	role  string
	scope string // chosen in the list
	place string // written
	net   string
}

// granting reads what was sent of a role.
func (s *Server) granting(r *http.Request, v *visitor) (granting, error) {
	c, err := s.newest(r)
	g := granting{v: v, c: c, sent: r.Method == http.MethodPost}
	if g.sent {
		g.role, g.scope = r.PostFormValue(roleInput), r.PostFormValue(scopeInput)
		g.place = strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue(placeInput), "?"))
		g.net = strings.TrimSpace(strings.ToValidUTF8(r.PostFormValue(networkInput), "?"))
	}
	return g, err
}

// fields are those of a role. legend is what stands above them.
func (g *granting) fields(legend, none string) []deskField {
	v := g.v
	role := deskField{Kind: "select", Name: roleInput, Label: v.T("person.role"), Group: legend, Options: []deskOption{{Label: none, Selected: g.role == ""}}}
	for _, one := range account.Roles {
		role.Options = append(role.Options, deskOption{Value: string(one), Label: v.T("person.role_" + string(one)), Selected: g.role == string(one)})
	}
	out := []deskField{role}
	if options := g.places(); len(options) > 0 {
		out = append(out, deskField{Kind: "radio", Name: scopeInput, Label: v.T("person.scope_choose", "q", g.place), Group: legend, Options: options})
	}
	return append(out,
		deskField{Name: placeInput, Label: v.T("person.place"), Hint: v.T("person.place_hint"), Value: g.place, Most: 80, Group: legend},
		deskField{Name: networkInput, Label: v.T("person.network"), Hint: v.T("person.network_hint"), Value: g.net, Most: 60, Group: legend})
}

// places are the territories that the written name may mean.
func (g *granting) places() []deskOption {
	if g.c == nil || g.c.Search == nil || g.place == "" {
		return nil
	}
	var out []deskOption
	for _, h := range g.c.Search.Find(g.place, mostPlaces) {
		if h.Code == "" || (account.Grant{Role: account.Contributor, Scope: string(h.Code)}).Check() != nil {
			continue // a domain, or a territory that somebody composed
		}
		out = append(out, deskOption{Value: string(h.Code), Label: h.Label(g.v.l), Selected: g.scope == string(h.Code),
			Hint: joined(" · ", g.v.T("report.level."+string(h.Code.Level())+".one"), h.Detail, string(h.Code))})
	}
	return out
}

// grant is the role that was asked for, false when none was.
//
// Error: Invalid, at the field to mend; a name still to be chosen is one.
func (g *granting) grant() (account.Grant, bool, error) {
	v := g.v
	if g.role == "" {
		if g.place+g.net != "" {
			return account.Grant{}, false, aboutField(roleInput, fault.Invalidf(v.T("person.role_missing_do"), "%s", v.T("person.role_missing")))
		}
		return account.Grant{}, false, nil
	}
	out := account.Grant{Role: account.Role(g.role)}
	field := placeInput
	switch {
	case g.place != "" && g.net != "":
		return out, false, aboutField(placeInput, fault.Invalidf(v.T("person.scope_both_do"), "%s", v.T("person.scope_both")))
	case g.net != "":
		out.Scope, field = "reseau:"+g.net, networkInput
	case g.place != "":
		scope, err := g.chosen()
		if err != nil {
			return out, false, err
		}
		out.Scope = scope
	}
	if out.Scope != "" && (out.Role == account.Administrator || out.Role == account.Publisher) {
		return out, false, aboutField(field, fault.Invalidf(v.T("person.scope_whole_do"), "%s", v.T("person.scope_whole")))
	}
	return out, true, aboutField(field, out.Check())
}

// chosen is the territory that was chosen for the written name, or whose code
// was written.
func (g *granting) chosen() (string, error) {
	v := g.v
	if code := strings.ToUpper(g.place); g.known(code) {
		return code, nil
	}
	places := g.places()
	for _, o := range places {
		if o.Selected {
			return o.Value, nil
		}
	}
	if len(places) == 0 {
		return "", aboutField(placeInput, fault.Invalidf(v.T("person.place_none_do"), "%s", v.T("person.place_none", "q", g.place)))
	}
	return "", aboutField(scopeInput, fault.Invalidf(v.T("person.place_choose_do"), "%s", v.T("person.place_choose")))
}

// known reports whether a text is the code of a territory; without an edition,
// whether it can be one.
func (g *granting) known(code string) bool {
	if g.c == nil || g.c.Territory == nil {
		return (account.Grant{Role: account.Contributor, Scope: code}).Check() == nil && strings.Contains(code, "-")
	}
	_, ok := g.c.Territory.Get(territory.Code(code))
	return ok
}

func (s *Server) personGrantShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.living(r, v)
	if err != nil {
		return err
	}
	return s.personGrantPage(w, r, v, row, nil)
}

// grantBody is the roles of a person.
type grantBody struct {
	Person  string          `json:"person"`
	Version int             `json:"version"`
	Grants  []account.Grant `json:"grants"`
}

func (s *Server) personGrantPage(w http.ResponseWriter, r *http.Request, v *visitor, row store.PersonRow, wrong error) error {
	g, err := s.granting(r, v)
	if err != nil {
		return err
	}
	f := &deskForm{Action: peoplePath + "/" + row.ID + "/roles", Submit: v.T("person.grant_submit"), Cancel: peoplePath + "/" + row.ID, Version: strconv.Itoa(row.Version)}
	if len(row.Grants) > 0 {
		names, err := s.scopeNames(r, v)
		if err != nil {
			return err
		}
		kept := deskField{Kind: "checks", Name: keptInput, Label: v.T("person.grants_now"), Hint: v.T("person.grants_now_hint")}
		for _, one := range row.Grants {
			kept.Options = append(kept.Options, deskOption{Value: one.String(), Label: names(one), Hint: one.Scope,
				Selected: !g.sent || slices.Contains(r.PostForm[keptInput], one.String())})
		}
		f.Fields = append(f.Fields, kept)
	}
	f.Fields = append(f.Fields, g.fields(v.T("person.grant_more"), v.T("person.role_none"))...)
	p := deskPage{Template: "desk_form", Title: v.T("person.grant_title", "name", row.Name), Lead: v.T("person.grant_lead"), Crumbs: personCrumbs(v, &row),
		Body: grantBody{row.ID, row.Version, row.Grants}, Form: f, Err: wrong}
	if row.ID == v.ID {
		p.More = []string{v.T("person.grant_own")}
		f.Fields = append(f.Fields, deskField{Kind: "check", Name: "oui", Label: v.T("person.grant_own_yes"), Required: true, Value: r.PostFormValue("oui")})
	}
	return s.show(w, r, v, p)
}

// personGrant gives a person the roles that stay checked and the one asked for.
func (s *Server) personGrant(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.living(r, v)
	if err != nil {
		return err
	}
	changed, err := s.regrant(r, v, row)
	if err != nil && refused(err) {
		return s.personGrantPage(w, r, v, row, s.toldWho(r, v, err))
	}
	if err != nil {
		return err
	}
	if changed.Version == row.Version {
		return s.done(w, r, v, peoplePath+"/"+row.ID, v.T("person.granted_same", "name", row.Name))
	}
	return s.after(w, r, v, row, v.T("person.granted", "name", row.Name))
}

func (s *Server) regrant(r *http.Request, v *visitor, row store.PersonRow) (store.PersonRow, error) {
	g, err := s.granting(r, v)
	if err != nil {
		return row, err
	}
	more, given, err := g.grant()
	if err != nil {
		return row, err
	}
	var grants []account.Grant
	for _, text := range r.PostForm[keptInput] {
		one, err := account.ParseGrant(text)
		if err != nil {
			return row, err
		}
		if !slices.Contains(row.Grants, one) { // taken away meanwhile: it does not come back by itself
			return row, &store.Changed{By: row.ChangedBy, At: row.ChangedAt}
		}
		grants = append(grants, one)
	}
	if given {
		grants = append(grants, more)
	}
	if row.ID == v.ID && r.PostFormValue("oui") == "" {
		return row, aboutField("oui", fault.Invalidf(v.T("own.erase_no_do"), "%s", v.T("person.grant_own_no")))
	}
	version, _ := strconv.Atoi(r.PostFormValue("version")) // 0 is no version: a conflict
	return s.Office.DB.SetGrants(r.Context(), v.actor(), row.ID, grants, version, s.Now())
}
