package web

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"

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

// asked takes what the browser was asked, of whom: it can answer once. wrong is
// the error when nothing was asked of it.
func (s *Server) asked(w http.ResponseWriter, r *http.Request, kind string, data any, wrong error) (person string, err error) {
	c, err := r.Cookie(askCookie)
	if err != nil {
		return "", wrong
	}
	putCookie(w, askCookie, "", 0)
	taken, err := s.Office.DB.TakeChallenge(r.Context(), kind, account.HashSecret(c.Value), s.Now())
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return "", wrong
	case err != nil:
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
	if _, err := s.asked(w, r, usePasskey, &session, wrong); err != nil {
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
