package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"vigie/account"
	"vigie/fault"
	"vigie/store"
)

// The addresses of passkeys, and the fields that their answers come in.
const (
	passkeyPath    = "/connexion/cle"
	passkeyAskPath = "/connexion/cle/demande"
	passkeyOwn     = "/atelier/compte/cles"

	proofInput      = "preuve"       // the answer of a passkey that is known
	newPasskeyInput = "cle-nouvelle" // that of a new one

	askCookie = "__Host-vigie-demande" // what a browser was asked

	usePasskey = "passkey.use" // kinds of challenges
	addPasskey = "passkey.add"
)

// passkeyDesk is the way in by passkeys, and the page of one's own.
func (s *Server) passkeyDesk() []deskRoute {
	own := func(pattern string, recent bool, handle func(http.ResponseWriter, *http.Request, *visitor) error) deskRoute {
		return deskRoute{Pattern: pattern, Action: account.ManageOwn, Anywhere: true, Recent: recent, Handle: handle}
	}
	return []deskRoute{
		{Pattern: "POST " + passkeyAskPath, Action: account.SignIn, Handle: s.passkeyAsk},
		{Pattern: "POST " + passkeyPath, Action: account.SignIn, Handle: s.passkeyIn},
		own("GET "+passkeyOwn, false, s.passkeyList),
		own("POST "+passkeyOwn+"/demande", true, s.passkeyNew),
		own("POST "+passkeyOwn, true, s.passkeyAdd),
		own("GET "+passkeyOwn+"/{id}", false, s.passkeyShow),
		own("POST "+passkeyOwn+"/{id}", false, s.passkeyRename),
		own("POST "+passkeyOwn+"/{id}/retirer", true, s.passkeyDrop),
	}
}

// relying is the site as passkeys know it: its configured address, or the
// machine itself by the name localhost. They do not work at a bare IP address,
// nor without HTTPS.
//
// Error: Unavailable.
func (s *Server) relying(r *http.Request, w words) (*webauthn.WebAuthn, error) {
	site := s.BaseURL
	if site == "" {
		site = "http://" + r.Host
	}
	u, err := url.Parse(site)
	var host string
	if err == nil {
		host = u.Hostname()
	}
	_, bare := netip.ParseAddr(host)
	if host == "" || bare == nil || host != "localhost" && (u.Scheme != "https" || s.BaseURL == "") {
		return nil, &fault.Error{Kind: fault.Unavailable, What: w.T("passkey.nowhere"), Do: w.T("passkey.nowhere_do")}
	}
	return webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: w.T("web.brand.name"), RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired,
			RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired}})
}

// passkeyUser is a person as WebAuthn wants one.
type passkeyUser struct {
	row  store.PersonRow
	keys []store.Passkey
}

// WebAuthnID is the account's identifier, which names nobody.
func (u *passkeyUser) WebAuthnID() []byte { return []byte(u.row.ID) }

// WebAuthnName is what the browser lists the passkey under.
func (u *passkeyUser) WebAuthnName() string { return u.row.Mail }

// WebAuthnDisplayName is the person's name.
func (u *passkeyUser) WebAuthnDisplayName() string { return u.row.Name }

// WebAuthnCredentials are the passkeys of the person.
func (u *passkeyUser) WebAuthnCredentials() []webauthn.Credential {
	var all []webauthn.Credential
	for _, k := range u.keys {
		c := webauthn.Credential{ID: k.Credential, PublicKey: k.PublicKey, AttestationType: "none", AttestationFormat: "none",
			Flags:         webauthn.NewCredentialFlags(protocol.AuthenticatorFlags(k.Flags)),
			Authenticator: webauthn.Authenticator{SignCount: k.Count}}
		for _, t := range k.Transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		all = append(all, c)
	}
	return all
}

// passkeyUserOf reads a person and their passkeys.
func (s *Server) passkeyUserOf(r *http.Request, person string) (*passkeyUser, error) {
	row, err := s.Office.DB.Person(r.Context(), person)
	if err != nil {
		return nil, err
	}
	keys, err := s.Office.DB.Passkeys(r.Context(), person)
	return &passkeyUser{row, keys}, err
}

// ask keeps what a browser is asked, under a cookie of its own, until it
// answers.
func (s *Server) ask(w http.ResponseWriter, r *http.Request, kind, person string, data any) error {
	secret, hash, err := account.NewSecret(s.Office.Random)
	if err != nil {
		return err
	}
	kept, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if err := s.Office.DB.PutChallenge(r.Context(), store.Challenge{Hash: hash, Kind: kind, Account: person, Data: string(kept)}, s.Now()); err != nil {
		return err
	}
	putCookie(w, askCookie, secret, store.ChallengeLife)
	return nil
}

// asked takes what the browser was asked: it can answer once.
func (s *Server) asked(w http.ResponseWriter, r *http.Request, kind string, data any) (person string, err error) {
	c, err := r.Cookie(askCookie)
	if err != nil {
		return "", fault.NotFoundf("", "nothing was asked")
	}
	putCookie(w, askCookie, "", 0)
	taken, err := s.Office.DB.TakeChallenge(r.Context(), kind, account.HashSecret(c.Value), s.Now())
	if err != nil {
		return "", err
	}
	return taken.Account, json.Unmarshal([]byte(taken.Data), data)
}

// sendOptions answers a script with what to ask the authenticator.
func sendOptions(w http.ResponseWriter, r *http.Request, options any) error {
	body, err := json.Marshal(options)
	if err == nil {
		send(w, r, answer{status: http.StatusOK, kind: "application/json; charset=utf-8", body: body, cache: never})
	}
	return err
}

// passkeyAsk asks any passkey of the site for an answer.
func (s *Server) passkeyAsk(w http.ResponseWriter, r *http.Request, v *visitor) error {
	party, err := s.relying(r, v.words)
	if err != nil {
		return err
	}
	options, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err == nil {
		err = s.ask(w, r, usePasskey, "", session)
	}
	if err != nil {
		return err
	}
	return sendOptions(w, r, options)
}

// passkeyIn signs in with a passkey, which counts for both proofs: something
// that one has, and the PIN or the finger that it asks for.
func (s *Server) passkeyIn(w http.ResponseWriter, r *http.Request, v *visitor) error {
	back := r.PostFormValue(backInput)
	row, err := s.provePasskey(w, r, v)
	if err != nil && refused(err) {
		return s.signPage(w, r, v, back, err)
	}
	if err != nil {
		return err
	}
	return s.enter(w, r, v, row.Person, methodPasskey, back)
}

// provePasskey verifies the answer of a passkey and returns whose it is. What
// is wrong with an answer is not told, except that its passkey was copied.
func (s *Server) provePasskey(w http.ResponseWriter, r *http.Request, v *visitor) (row store.PersonRow, err error) {
	wrong := &fault.Error{Kind: fault.Denied, What: v.T("passkey.wrong"), Do: v.T("passkey.wrong_do")}
	party, err := s.relying(r, v.words)
	if err != nil {
		return row, err
	}
	try := account.Attempt{Address: account.CoarseAddress(s.client(r).String())}
	if err := s.attempt(r.Context(), try, v.l); err != nil {
		return row, err
	}
	var session webauthn.SessionData
	if _, err := s.asked(w, r, usePasskey, &session); fault.KindOf(err) == fault.NotFound && err != nil {
		return row, wrong
	} else if err != nil {
		return row, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(r.PostFormValue(proofInput)))
	if err != nil {
		return row, wrong
	}
	var ours error
	found, _, err := party.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		user, err := s.passkeyUserOf(r, string(handle))
		if err != nil && fault.KindOf(err) != fault.NotFound {
			ours = err
		}
		return user, err
	}, session, parsed)
	if ours != nil {
		return row, ours
	}
	if err != nil {
		return row, wrong
	}
	user := found.(*passkeyUser)
	if user.row.Disabled || user.row.Erased {
		return row, wrong
	}
	data := parsed.Response.AuthenticatorData
	ok, err := s.Office.DB.UsePasskey(r.Context(), user.row.ID, parsed.RawID, data.Counter, byte(data.Flags), s.Now())
	if err != nil {
		return row, err
	}
	if !ok {
		return row, &fault.Error{Kind: fault.Denied, What: v.T("passkey.copied"), Do: v.T("passkey.copied_do")}
	}
	return user.row, s.Office.DB.Succeeded(r.Context(), try, s.Now())
}

// tryPasskey checks a passkey of who is known already.
func (s *Server) tryPasskey(w http.ResponseWriter, r *http.Request, v *visitor, person string) error {
	row, err := s.provePasskey(w, r, v)
	if err == nil && row.ID != person {
		err = &fault.Error{Kind: fault.Denied, What: v.T("passkey.other"), Do: v.T("passkey.other_do")}
	}
	return err
}

// passkeyForm offers to answer a form with a passkey in place of its fields: a
// script shows it where browsers can.
type passkeyForm struct {
	Ask, Action, Label, Failed string
}

// withPasskey adds the offer to a form; action is a bare path.
func (s *Server) withPasskey(r *http.Request, v *visitor, f *deskForm, action string) {
	if _, err := s.relying(r, v.words); err == nil {
		f.Passkey = &passkeyForm{Ask: v.at.link(passkeyAskPath), Action: v.at.link(action), Label: v.T("passkey.use"), Failed: v.T("passkey.failed")}
	}
}

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
		{Label: v.T("passkey.created"), Cell: func(k ownPasskey) deskCell { return deskCell{Text: v.Day(k.Created)} }},
		{Label: v.T("passkey.used"), Cell: func(k ownPasskey) deskCell { return deskCell{Text: v.When(k.Used)} }},
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
	person, err := s.asked(w, r, addPasskey, &session)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return k, err
	}
	if err != nil || person != v.ID {
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
