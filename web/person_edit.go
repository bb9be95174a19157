package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"vigie/account"
	"vigie/mail"
	"vigie/observatory"
	"vigie/source/sheet"
	"vigie/store"
)

// personExport says what the file of accounts holds, or sends it.
func (s *Server) personExport(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if v.at.form != asCSV {
		return s.show(w, r, v, deskPage{Template: "person_export", Title: v.T("person.export"), Crumbs: personCrumbs(v, nil), More: v.at.as(asCSV).String()})
	}
	people, err := s.people(r, v, account.ExportPerson)
	if err != nil {
		return err
	}
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.RFC3339)
	}
	lines := [][]string{{"id", "mail", "name", "lang", "state", "roles", "second_factor", "created", "signed_in"}}
	for _, p := range people {
		roles := make([]string, len(p.Grants))
		for i, g := range p.Grants {
			roles[i] = g.String()
		}
		lines = append(lines, []string{p.ID, sheet.Harmless(p.Mail), sheet.Harmless(p.Name), p.Lang, p.State, sheet.Harmless(strings.Join(roles, " ")),
			strconv.FormatBool(p.Factor), day(p.Created), day(p.SignedIn)})
	}
	return sendCSV(w, r, "personnes", lines)
}

// personEditShow is the page that corrects somebody's name and address.
func (s *Server) personEditShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.readPerson(r, v)
	if err == nil && row.Erased {
		err = errForeign(v.words)
	}
	if err != nil {
		return err
	}
	return s.personEditPage(w, r, v, row, nil)
}

func (s *Server) personEditPage(w http.ResponseWriter, r *http.Request, v *visitor, row store.PersonRow, wrong error) error {
	hint := v.T("person.edit_mail_hint")
	if !row.Taken() {
		hint = v.T("person.edit_mail_invited")
	}
	f := &deskForm{Action: peoplePath + "/" + row.ID + "/modifier", Submit: v.T("desk.save"), Cancel: peoplePath + "/" + row.ID, Version: strconv.Itoa(row.Version), Fields: []deskField{
		{Name: nameInput, Label: v.T("sign.name"), Value: row.Name, Most: 100, Required: true},
		langField(v.T("person.lang"), row.Lang),
		{Kind: "email", Name: mailInput, Label: v.T("sign.mail"), Hint: hint, Value: row.Mail, Most: 254, Required: true, Wide: true}}}
	for _, field := range s.handField(r, v) {
		field.Hint = v.T("person.edit_hand_hint")
		f.Fields = append(f.Fields, field)
	}
	if wrong != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("person.edit"), Kicker: row.Name, Lead: v.T("person.edit_lead"), Crumbs: personCrumbs(v, &row),
		Body: handedBody{row.ID, row.Name}, Form: f, Err: wrong})
}

// langField chooses the language that somebody is spoken to in.
func langField(label, chosen string) deskField {
	return deskField{Kind: "select", Name: "langue", Label: label, Options: []deskOption{
		{Value: "fr", Label: "Français", Selected: chosen == "fr"}, {Value: "en", Label: "English", Selected: chosen == "en"}}}
}

// personEdit corrects somebody's name and language; another address is written
// to first.
func (s *Server) personEdit(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.living(r, v)
	if err != nil {
		return err
	}
	in, err := correction(r)
	var l observatory.Link
	if err == nil {
		_, l, err = s.post().Correct(r.Context(), v.actor(), row, in, !s.letters(r), s.Now())
	}
	if err != nil && refused(err) {
		return s.personEditPage(w, r, v, row, s.toldWho(r, v, err))
	}
	if err != nil {
		return err
	}
	switch {
	case l.Path != "":
		return s.personHandOver(w, r, v, row, l, v.T("person.link_made"))
	case in.Mail != row.Mail:
		return s.done(w, r, v, peoplePath+"/"+row.ID, v.T("person.edited_mail", "name", row.Name, "mail", in.Mail))
	}
	return s.done(w, r, v, peoplePath+"/"+row.ID, v.T("person.edited", "name", row.Name))
}

// correction reads the form, and says at which field something is wrong.
func correction(r *http.Request) (in observatory.Correction, err error) {
	if in.Name, err = account.ParseName(r.PostFormValue(nameInput)); err != nil {
		return in, aboutField(nameInput, err)
	}
	if in.Mail, err = account.ParseMail(r.PostFormValue(mailInput)); err == nil {
		err = mail.CheckAddress(in.Mail)
	}
	if in.Lang = r.PostFormValue("langue"); in.Lang == "" {
		in.Lang = "fr"
	}
	in.Version, _ = strconv.Atoi(r.PostFormValue("version")) // 0 is no version: a conflict
	return in, aboutField(mailInput, err)
}
