package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"vigie/account"
	"vigie/fault"
	"vigie/store"
)

// ownPasskey is one of the person's passkeys.
type ownPasskey struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Created time.Time `json:"created"`
	Used    time.Time `json:"used,omitzero"`
	Copied  bool      `json:"copied,omitempty"`
}

// passkeyBody is the list of one's own passkeys.
type passkeyBody struct {
	Passkeys []ownPasskey `json:"passkeys"`
}

// passkeyMore is what the page says of where it is.
type passkeyMore struct{ Nowhere, NowhereDo string }

func (s *Server) passkeyList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.passkeyPage(w, r, v, nil)
}

func (s *Server) passkeyPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	keys, err := s.Office.DB.Passkeys(r.Context(), v.ID)
	if err != nil {
		return err
	}
	body := passkeyBody{Passkeys: []ownPasskey{}}
	for _, k := range keys {
		body.Passkeys = append(body.Passkeys, ownPasskey{ID: k.ID, Name: k.Name, Created: k.CreatedAt, Used: k.UsedAt, Copied: !k.CopiedAt.IsZero()})
	}
	p := deskPage{Template: "own_passkey", Title: v.T("passkey.title"), Lead: v.T("passkey.lead"), Crumbs: ownCrumbs(v), Body: body,
		Table: passkeyTable(r, v, body.Passkeys), Err: wrong}
	var more passkeyMore
	if _, err := s.relying(r, v.words); err != nil {
		more.Nowhere, more.NowhereDo = told(err)
		more.Nowhere, more.NowhereDo = sentence(v.l, more.Nowhere), sentence(v.l, more.NowhereDo)
	} else {
		p.Form = &deskForm{Action: passkeyOwn, Submit: v.T("passkey.add"), Ask: v.at.link(passkeyOwn + "/demande"), Failed: v.T("passkey.failed"),
			Hidden: []hiddenField{{newPasskeyInput, ""}}, Fields: []deskField{
				{Name: nameInput, Label: v.T("passkey.name"), Hint: v.T("passkey.name_hint"), Most: 100, Required: true}}}
		if wrong != nil {
			p.Form.fill(r)
		}
	}
	p.More = more
	return s.show(w, r, v, p)
}

func passkeyTable(r *http.Request, v *visitor, rows []ownPasskey) *deskTable {
	d := deskView{v: v}
	return tableFor(r, v, v.T("passkey.title"), v.T("passkey.none"), rows, []deskColumn[ownPasskey]{
		{Label: v.T("passkey.name"), Cell: func(k ownPasskey) deskCell {
			c := deskCell{Text: k.Name, Href: v.at.link(passkeyOwn + "/" + k.ID)}
			if k.Copied {
				c.Badge = &badge{v.T("passkey.copied_badge"), "bad"}
			}
			return c
		}},
		{Label: v.T("passkey.created"), Cell: func(k ownPasskey) deskCell { return deskCell{At: k.Created} }},
		{Label: v.T("passkey.used"), Cell: func(k ownPasskey) deskCell { return deskCell{At: k.Used} }},
		{Label: v.T("desk.do"), Cell: func(k ownPasskey) deskCell {
			return deskCell{Buttons: []deskButton{d.Quiet(passkeyOwn+"/"+k.ID+"/retirer", v.T("passkey.drop"))}}
		}},
	})
}

// passkeyNew asks the browser to make a passkey, another than those there are.
func (s *Server) passkeyNew(w http.ResponseWriter, r *http.Request, v *visitor) error {
	party, err := s.relying(r, v.words)
	if err != nil {
		return err
	}
	user, err := s.passkeyUserOf(r, v.ID)
	if err != nil {
		return err
	}
	options, session, err := party.BeginRegistration(user, webauthn.WithExclusions(webauthn.Credentials(user.WebAuthnCredentials()).CredentialDescriptors()))
	if err == nil {
		err = s.ask(w, r, addPasskey, v.ID, session)
	}
	if err != nil {
		return err
	}
	return sendOptions(w, r, options)
}

// passkeyAdd keeps the passkey that the browser made. Who had no second factor
// receives recovery codes with it.
func (s *Server) passkeyAdd(w http.ResponseWriter, r *http.Request, v *visitor) error {
	made, err := s.madePasskey(w, r, v)
	if err != nil && refused(err) {
		return s.passkeyPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	row, err := s.Office.DB.Person(r.Context(), v.ID)
	if err != nil {
		return err
	}
	var codes, hashes []string
	if row.Recovery == 0 {
		if codes, hashes, err = account.NewRecovery(s.Office.Random); err != nil {
			return err
		}
	}
	err = s.Office.DB.AddPasskey(r.Context(), v.actor(), made, hashes, v.session.ID, s.Now())
	if err != nil && refused(err) {
		return s.passkeyPage(w, r, v, aboutField(nameInput, err))
	}
	if err == nil {
		err = s.renew(w, r, v, methodPasskey)
	}
	if err != nil {
		return err
	}
	if codes != nil {
		return s.codesPage(w, r, v, codes)
	}
	return s.done(w, r, v, passkeyOwn, v.T("passkey.added"))
}

// madePasskey verifies what the browser made.
func (s *Server) madePasskey(w http.ResponseWriter, r *http.Request, v *visitor) (k store.Passkey, err error) {
	wrong := &fault.Error{Kind: fault.Invalid, What: v.T("passkey.unmade"), Do: v.T("passkey.unmade_do")}
	party, err := s.relying(r, v.words)
	if err != nil {
		return k, err
	}
	var session webauthn.SessionData
	if person, err := s.asked(w, r, addPasskey, &session, wrong); err != nil {
		return k, err
	} else if person != v.ID {
		return k, wrong
	}
	user, err := s.passkeyUserOf(r, v.ID)
	if err != nil {
		return k, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(r.PostFormValue(newPasskeyInput)))
	if err != nil {
		return k, wrong
	}
	c, err := party.CreateCredential(user, session, parsed)
	if err != nil {
		return k, wrong
	}
	id, err := account.NewID(s.Office.Random)
	k = store.Passkey{ID: id, Account: v.ID, Name: r.PostFormValue(nameInput), Credential: c.ID, PublicKey: c.PublicKey,
		Count: c.Authenticator.SignCount, Flags: byte(c.Flags.ProtocolValue())}
	for _, t := range c.Transport {
		k.Transports = append(k.Transports, string(t))
	}
	return k, err
}

// ownPasskeyOf returns one of the visitor's passkeys.
func (s *Server) ownPasskeyOf(r *http.Request, v *visitor) (store.Passkey, error) {
	keys, err := s.Office.DB.Passkeys(r.Context(), v.ID)
	for _, k := range keys {
		if k.ID == r.PathValue("id") {
			return k, nil
		}
	}
	return store.Passkey{}, errors.Join(err, errForeign(v.words))
}

// passkeyShow is the page that renames a passkey.
func (s *Server) passkeyShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.passkeyOne(w, r, v, nil)
}

func (s *Server) passkeyOne(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	k, err := s.ownPasskeyOf(r, v)
	if err != nil {
		return err
	}
	f := &deskForm{Action: passkeyOwn + "/" + k.ID, Submit: v.T("desk.save"), Cancel: passkeyOwn, Fields: []deskField{
		{Name: nameInput, Label: v.T("passkey.name"), Value: k.Name, Most: 100, Required: true}}}
	if wrong != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: k.Name, Kicker: v.T("passkey.one"),
		Crumbs: append(ownCrumbs(v), link{Label: v.T("passkey.title"), Href: passkeyOwn}), Form: f, Err: wrong})
}

func (s *Server) passkeyRename(w http.ResponseWriter, r *http.Request, v *visitor) error {
	err := s.Office.DB.RenamePasskey(r.Context(), v.actor(), v.ID, r.PathValue("id"), r.PostFormValue(nameInput), s.Now())
	if err != nil && refused(err) {
		return s.passkeyOne(w, r, v, aboutField(nameInput, err))
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, passkeyOwn, v.T("own.saved"))
}

// passkeyDrop removes a passkey, unless it is the second factor that the
// person's role asks for.
func (s *Server) passkeyDrop(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.Office.DB.Person(r.Context(), v.ID)
	if err != nil {
		return err
	}
	k, err := s.ownPasskeyOf(r, v)
	if err != nil {
		return err
	}
	if v.NeedsFactor(s.Office.Strong) && !row.TOTP && row.Passkeys < 2 && k.CopiedAt.IsZero() {
		return s.passkeyPage(w, r, v, &fault.Error{Kind: fault.Conflict, What: v.T("own.factor_needed"), Do: v.T("passkey.needed_do")})
	}
	err = s.Office.DB.DropPasskey(r.Context(), v.actor(), v.ID, k.ID, v.session.ID, s.Now())
	if err != nil && refused(err) {
		return s.passkeyPage(w, r, v, err)
	}
	if err == nil {
		err = s.renew(w, r, v, v.session.Method)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, passkeyOwn, v.T("passkey.dropped"))
}
