package web

import (
	"net/http"
	"slices"
	"strings"

	"vigie/account"
	"vigie/fault"
	"vigie/observatory"
	"vigie/store"
)

// How a link is handed over: by letter, or shown once to be copied.
const (
	handInput = "remise"
	byLetter  = "courriel"
	byHand    = "lien"
)

// handField asks how to hand a link over, when letters can leave.
func (s *Server) handField(r *http.Request, v *visitor) []deskField {
	if s.post().Check() != nil {
		return nil
	}
	hand := r.PostFormValue(handInput)
	return []deskField{{Kind: "radio", Name: handInput, Label: v.T("person.hand"), Options: []deskOption{
		{Value: byLetter, Label: v.T("person.hand_letter"), Selected: hand != byHand},
		{Value: byHand, Label: v.T("person.hand_copy"), Selected: hand == byHand}}}}
}

// letters reports whether the link that was asked for goes by letter.
func (s *Server) letters(r *http.Request) bool {
	return s.post().Check() == nil && r.PostFormValue(handInput) != byHand
}

func (s *Server) personInviteShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.personInvitePage(w, r, v, nil)
}

func (s *Server) personInvitePage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	g, err := s.granting(r, v)
	if err != nil {
		return err
	}
	f := &deskForm{Action: invitePath, Submit: v.T("person.invite_submit"), Cancel: peoplePath, Fields: []deskField{
		{Kind: "email", Name: mailInput, Label: v.T("sign.mail"), Most: 254, Required: true},
		{Name: nameInput, Label: v.T("sign.name"), Hint: v.T("person.name_hint"), Most: 100, Required: true},
		langField(v.T("person.lang"), string(v.l)),
	}}
	f.Fields = append(f.Fields, g.fields(v.T("person.role_first"), v.T("person.role_none"))...)
	f.Fields = append(f.Fields, s.handField(r, v)...)
	if wrong != nil {
		f.fill(r)
	}
	lead := v.T("person.invite_lead")
	if s.post().Check() != nil {
		lead = v.T("person.invite_lead_copy")
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("person.invite"), Lead: lead, Crumbs: personCrumbs(v, nil), Form: f, Err: wrong})
}

// personInvite opens an account for somebody, with a link to take it.
func (s *Server) personInvite(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, l, err := s.invite(r, v)
	if err != nil && refused(err) {
		return s.personInvitePage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	if l.Path == "" {
		return s.done(w, r, v, peoplePath+"/"+row.ID, v.T("person.invited", "mail", row.Mail))
	}
	return s.personHandOver(w, r, v, row, l, v.T("person.invite_made"))
}

// invite makes the account; the link is zero when it went by letter.
func (s *Server) invite(r *http.Request, v *visitor) (row store.PersonRow, l observatory.Link, err error) {
	p := account.Person{Lang: r.PostFormValue("langue")}
	if p.Mail, err = account.ParseMail(r.PostFormValue(mailInput)); err != nil {
		return row, l, aboutField(mailInput, err)
	}
	if p.Name, err = account.ParseName(r.PostFormValue(nameInput)); err != nil {
		return row, l, aboutField(nameInput, err)
	}
	g, err := s.granting(r, v)
	if err != nil {
		return row, l, err
	}
	given, some, err := g.grant()
	if err != nil {
		return row, l, err
	}
	if some {
		p.Grants = []account.Grant{given}
	}
	if s.letters(r) {
		row, err = s.post().Invite(r.Context(), v.actor(), p, s.Now())
		return row, l, err
	}
	return observatory.Invite(r.Context(), s.Office.DB, v.actor(), p, account.Invitation, s.Now())
}

// handedBody is a link that is shown once.
type handedBody struct {
	Person string `json:"person"`
	Name   string `json:"name"`
}

// personHandOver shows a link, once: the observatory keeps its hash.
func (s *Server) personHandOver(w http.ResponseWriter, r *http.Request, v *visitor, row store.PersonRow, l observatory.Link, title string) error {
	path := l.Path
	if row.Lang == "en" {
		path = "/en" + path
	}
	more := struct{ Link, Until, Back string }{strings.TrimSuffix(s.base(r), "/") + path, v.T("person.link_until", "when", v.When(l.Expires)), peoplePath + "/" + row.ID}
	return s.show(w, r, v, deskPage{Template: "person_link", Title: title, Kicker: row.Name, Lead: v.T("person.link_lead", "name", row.Name),
		Crumbs: personCrumbs(v, &row), Body: handedBody{row.ID, row.Name}, More: more})
}

// linkPurpose is which link a person needs: to take the account, or to choose
// another password.
func (s *Server) linkPurpose(row store.PersonRow) account.Purpose {
	if s.standing(row) == invitedPerson {
		return account.Invitation
	}
	return account.Reset
}

// linkable is the person of a request, who can be given a link.
func (s *Server) linkable(r *http.Request, v *visitor) (store.PersonRow, error) {
	row, err := s.living(r, v)
	if err == nil && row.Disabled {
		err = &fault.Error{Kind: fault.Conflict, What: v.T("person.link_disabled"), Do: v.T("person.link_disabled_do")}
	}
	return row, err
}

func (s *Server) personLinkShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.linkable(r, v)
	if err != nil {
		return err
	}
	return s.personLinkPage(w, r, v, row, nil)
}

func (s *Server) personLinkPage(w http.ResponseWriter, r *http.Request, v *visitor, row store.PersonRow, wrong error) error {
	word := string(s.linkPurpose(row))
	f := &deskForm{Action: peoplePath + "/" + row.ID + "/lien", Submit: v.T("person.link_submit"), Cancel: peoplePath + "/" + row.ID, Fields: s.handField(r, v)}
	if row.TOTP {
		f.Fields = append(f.Fields, deskField{Kind: "check", Name: "facteur", Label: v.T("person.link_factor"), Hint: v.T("person.link_factor_hint")})
	}
	if wrong != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("person.link_" + word), Kicker: row.Name, Lead: v.T("person.link_" + word + "_lead"),
		Crumbs: personCrumbs(v, &row), Body: handedBody{row.ID, row.Name}, Form: f, Err: wrong})
}

// personLink gives somebody another link; the one before serves no more.
func (s *Server) personLink(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.linkable(r, v)
	if err != nil {
		return err
	}
	l, err := s.relink(r, v, row)
	if err != nil && refused(err) {
		return s.personLinkPage(w, r, v, row, err)
	}
	if err != nil {
		return err
	}
	if l.Path == "" {
		return s.done(w, r, v, peoplePath+"/"+row.ID, v.T("person.linked", "mail", row.Mail))
	}
	return s.personHandOver(w, r, v, row, l, v.T("person.link_made"))
}

func (s *Server) relink(r *http.Request, v *visitor, row store.PersonRow) (l observatory.Link, err error) {
	purpose := s.linkPurpose(row)
	if s.letters(r) {
		err = s.post().Link(r.Context(), v.actor(), row.Person, purpose, "", s.Now())
	} else {
		l, err = observatory.MakeLink(r.Context(), s.Office.DB, v.actor(), row.ID, purpose, "", s.Now())
	}
	if err != nil || r.PostFormValue("facteur") == "" || !row.TOTP {
		return l, err
	}
	return l, s.Office.DB.DropTOTP(r.Context(), v.actor(), row.ID, "", s.Now())
}

// personAwaits tells the home of who was invited and has no link any more, and of
// who has no role yet.
func (s *Server) personAwaits(r *http.Request, v *visitor, body *homeBody) error {
	if !v.mayAnywhere(account.InvitePerson) {
		return nil
	}
	rows, err := s.Office.DB.People(r.Context())
	if err != nil {
		return err
	}
	linked, err := s.Office.DB.Invited(r.Context(), v.now)
	if err != nil {
		return err
	}
	for _, row := range rows {
		line := homeLine{Badge: &badge{v.T("person.state_" + s.standing(row)), personTones[s.standing(row)]}}
		switch state := s.standing(row); {
		case state == invitedPerson && !slices.Contains(linked, row.ID):
			line.Text, line.Href = v.T("person.awaits_link", "name", row.Name), v.at.link(peoplePath+"/"+row.ID+"/lien")
		case state == activePerson && len(row.Grants) == 0:
			line.Text, line.Href = v.T("person.awaits_role", "name", row.Name), v.at.link(peoplePath+"/"+row.ID+"/roles")
		default:
			continue
		}
		body.Awaits = append(body.Awaits, line)
	}
	return nil
}
