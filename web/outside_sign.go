package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"vigie/account"
	"vigie/fault"
	"vigie/lang"
	"vigie/store"
)

// The addresses of the sign-in by an outside provider.
const (
	outsidePath     = "/connexion/externe"
	outsideBackPath = "/connexion/externe/retour"
	outsideOwn      = "/atelier/compte/externe"

	methodOutside = "oidc"
	askOutside    = "outside" // a kind of challenge
)

// outsideDesk is the way in by an outside provider. It begins by a GET, since a
// form may not lead to another site; what links an identity to an account that
// is open begins by a form all the same.
func (s *Server) outsideDesk() []deskRoute {
	own := func(pattern string, recent bool, handle func(http.ResponseWriter, *http.Request, *visitor) error) deskRoute {
		return deskRoute{Pattern: pattern, Action: account.ManageOwn, Anywhere: true, Recent: recent, Handle: handle}
	}
	return []deskRoute{
		{Pattern: "GET " + outsidePath, Action: account.SignIn, Handle: s.outsideIn},
		{Pattern: "GET " + outsideBackPath, Action: account.SignIn, Handle: s.outsideBack},
		{Pattern: "GET " + welcomePath + "/{code}/externe", Action: account.SignIn, Handle: s.outsideAccept},
		own("GET "+outsideOwn+"/confirmer", false, s.outsideConfirm),
		own("POST "+outsideOwn, true, s.outsideLink),
		own("POST "+outsideOwn+"/retirer", true, s.outsideDrop),
	}
}

// flow is what is kept of a sign-in while the provider has the person.
type flow struct {
	Use        string // what the identity is for: sign, accept, link, confirm
	State      string // hash
	Nonce      string
	Verifier   string
	Back       string
	Lang       string
	Invitation string          // hash, of accept
	Purpose    account.Purpose // of accept
	Began      time.Time
}

// outsideStart keeps a flow and returns the provider's address to send the
// person to.
func (s *Server) outsideStart(w http.ResponseWriter, r *http.Request, v *visitor, f flow) (string, error) {
	o := s.Office.Outside
	if o == nil {
		return "", errForeign(v.words)
	}
	if err := s.post().Check(); err != nil { // the address to come back to is never taken from a request
		return "", &fault.Error{Kind: fault.Unavailable, What: v.T("outside.no_site"), Do: v.T("outside.no_site_do")}
	}
	if !s.limits.allow(s.client(r), 1) {
		return "", busy(v.l)
	}
	p, err := o.ready(r.Context())
	if err != nil {
		s.Log.Warn("outside provider away", "error", err)
		return "", s.awayFault(v)
	}
	state, hash, err := account.NewSecret(s.Office.Random)
	if err == nil {
		f.Nonce, _, err = account.NewSecret(s.Office.Random)
	}
	if err != nil {
		return "", err
	}
	f.State, f.Verifier, f.Lang, f.Began = hash, oauth2.GenerateVerifier(), string(v.l), s.Now()
	if err := s.ask(w, r, askOutside, v.ID, f); err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)}
	if f.Use == "confirm" {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return o.settings(p, s.BaseURL+outsideBackPath).AuthCodeURL(state, options...), nil
}

func (s *Server) awayFault(v *visitor) error {
	return &fault.Error{Kind: fault.Unavailable, What: v.T("outside.away", "provider", s.Office.Outside.Name), Do: v.T("outside.away_do")}
}

// outsideGo begins a flow by sending the person to the provider; when that
// cannot be, they are told on the page at path.
func (s *Server) outsideGo(w http.ResponseWriter, r *http.Request, v *visitor, f flow, path string) error {
	to, err := s.outsideStart(w, r, v, f)
	if err != nil && fault.KindOf(err) == fault.Unavailable {
		return s.outsideFailed(w, r, v, path, err)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// outsideFailed tells what is wrong on a page whose address holds nothing of
// the provider's answer.
func (s *Server) outsideFailed(w http.ResponseWriter, r *http.Request, v *visitor, path string, err error) error {
	what, do := told(err)
	return s.done(w, r, v, path, joined(" ", sentence(v.l, what), sentence(v.l, do)))
}

func (s *Server) outsideIn(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.outsideGo(w, r, v, flow{Use: "sign", Back: comeBack(v.at, r.URL.Query().Get(backInput))}, signPath)
}

func (s *Server) outsideAccept(w http.ResponseWriter, r *http.Request, v *visitor) error {
	secret, _, err := s.invited(r)
	if err != nil {
		return s.dead(w, r, v, account.Invitation, err)
	}
	return s.outsideGo(w, r, v, flow{Use: "accept", Invitation: secret.Hash, Purpose: secret.Purpose}, signPath)
}

func (s *Server) outsideConfirm(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.outsideGo(w, r, v, flow{Use: "confirm", Back: comeBack(v.at, r.URL.Query().Get(backInput))}, ownPath)
}

// outsideLink begins to link an identity to the account that is open: the page
// leads on to the provider.
func (s *Server) outsideLink(w http.ResponseWriter, r *http.Request, v *visitor) error {
	to, err := s.outsideStart(w, r, v, flow{Use: "link"})
	if err != nil && fault.KindOf(err) == fault.Unavailable {
		return s.outsideFailed(w, r, v, ownPath, err)
	}
	if err != nil {
		return err
	}
	name := s.Office.Outside.Name
	return s.show(w, r, v, deskPage{Template: "own_outside", Title: v.T("outside.link", "provider", name), Lead: v.T("outside.link_lead", "provider", name),
		Crumbs: ownCrumbs(v), More: struct {
			To, Name string
		}{to, name}})
}

func (s *Server) outsideDrop(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if s.Office.Outside == nil {
		return errForeign(v.words)
	}
	err := s.Office.DB.DropIdentity(r.Context(), v.actor(), v.ID, s.Office.Outside.Issuer, v.session.ID, s.Now())
	if err != nil && refused(err) {
		return s.ownPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, ownPath, v.T("outside.dropped", "provider", s.Office.Outside.Name))
}

// outsideBack is where the provider sends the person back to.
func (s *Server) outsideBack(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if s.Office.Outside == nil {
		return errForeign(v.words)
	}
	w.Header().Set("Referrer-Policy", "no-referrer")
	var f flow
	asker, err := s.asked(w, r, askOutside, &f, errToken{"nothing was asked of this browser"})
	if l, ok := lang.Parse(f.Lang); ok {
		v.at, v.words = v.at.in(l), words{l}
	}
	path := signPath
	if f.Use == "link" || f.Use == "confirm" {
		path = ownPath
	}
	var c claims
	if err == nil {
		c, err = s.outsideClaims(r, v, f)
	}
	if err == nil && asker != v.ID && path == ownPath {
		err = errToken{"asked in another session"}
	}
	if err == nil {
		err = s.outsideUse(w, r, v, f, c)
	}
	if why, ok := errors.AsType[errToken](err); ok {
		s.Log.Warn("outside sign-in refused", "why", why.why)
		err = &fault.Error{Kind: fault.Denied, What: v.T("outside.refused", "provider", s.Office.Outside.Name), Do: v.T("outside.refused_do")}
	}
	if err != nil && refused(err) {
		return s.outsideFailed(w, r, v, path, err)
	}
	return err
}

// outsideClaims verifies the provider's answer.
func (s *Server) outsideClaims(r *http.Request, v *visitor, f flow) (c claims, err error) {
	q := r.URL.Query()
	if !sameText(account.HashSecret(q.Get("state")), f.State) {
		return c, errToken{"state"}
	}
	if iss := q.Get("iss"); iss != "" && iss != s.Office.Outside.Issuer {
		return c, errToken{"issuer of the answer"}
	}
	if q.Get("error") == "access_denied" {
		return c, &fault.Error{Kind: fault.Denied, What: v.T("outside.denied", "provider", s.Office.Outside.Name), Do: v.T("outside.denied_do")}
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		return c, errToken{"error of the provider"}
	}
	if err := s.attempt(r.Context(), account.Attempt{Address: account.CoarseAddress(s.client(r).String())}, v.l); err != nil {
		return c, err
	}
	c, err = s.Office.Outside.redeem(r.Context(), q.Get("code"), s.BaseURL+outsideBackPath, f.Verifier, f.Nonce, s.Now)
	if err != nil && fault.KindOf(err) == fault.Unavailable {
		s.Log.Warn("outside provider away", "error", err)
		err = s.awayFault(v)
	}
	return c, err
}

// outsideUse does with a verified identity what the flow was begun for.
func (s *Server) outsideUse(w http.ResponseWriter, r *http.Request, v *visitor, f flow, c claims) error {
	ctx, o := r.Context(), s.Office.Outside
	who := store.Identity{Issuer: o.Issuer, Subject: c.Subject}
	if err := s.Office.DB.Succeeded(ctx, account.Attempt{Address: account.CoarseAddress(s.client(r).String())}, s.Now()); err != nil {
		return err
	}
	switch f.Use {
	case "accept":
		row, err := s.Office.DB.AcceptOutside(ctx, f.Purpose, f.Invitation, who, s.Now())
		if err != nil {
			return err
		}
		say(w, v.T("sign.welcomed", "name", row.Name))
		return s.passed(w, r, v, row, methodOutside, "")
	case "link":
		if err := s.Office.DB.LinkIdentity(ctx, v.actor(), v.ID, who, s.Now()); err != nil {
			return err
		}
		return s.done(w, r, v, ownPath, v.T("outside.linked", "provider", o.Name))
	case "confirm":
		return s.outsideConfirmed(w, r, v, f, c)
	}
	row, err := s.Office.DB.PersonByIdentity(ctx, o.Issuer, c.Subject, s.Now())
	if err != nil && fault.KindOf(err) == fault.NotFound {
		row, err = s.outsideByMail(r, who, c)
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil || row.Disabled {
		return &fault.Error{Kind: fault.Denied, What: v.T("outside.unknown", "provider", o.Name), Do: v.T("outside.unknown_do")}
	}
	return s.passed(w, r, v, row, methodOutside, f.Back)
}

// outsideByMail finds the account of an identity that is new here. The rule: the
// provider has verified the mail, that mail was invited, the invitation still
// holds, and nobody has taken the account. An account that somebody has taken is
// linked by its person alone, signed in.
//
// Error: NotFound.
func (s *Server) outsideByMail(r *http.Request, who store.Identity, c claims) (row store.PersonRow, err error) {
	if !c.Verified || c.Mail == "" {
		return row, fault.NotFoundf("", "no verified mail")
	}
	if row, err = s.Office.DB.PersonByMail(r.Context(), c.Mail); err != nil {
		return row, err
	}
	hash, err := s.Office.DB.PendingInvitation(r.Context(), row.ID, s.Now())
	if err != nil {
		return row, err
	}
	return s.Office.DB.AcceptOutside(r.Context(), account.Invitation, hash, who, s.Now())
}

// outsideConfirmed notes that the person has just proved to the provider who
// they are. The session keeps its secret, so that a form that waits in another
// tab is still good.
func (s *Server) outsideConfirmed(w http.ResponseWriter, r *http.Request, v *visitor, f flow, c claims) error {
	row, err := s.Office.DB.PersonByIdentity(r.Context(), s.Office.Outside.Issuer, c.Subject, s.Now())
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	if err != nil || row.ID != v.ID {
		return errToken{"another person"}
	}
	if c.At.Before(f.Began.Add(-time.Minute)) {
		return errToken{"no fresh proof"}
	}
	if err := s.Office.DB.ConfirmSession(r.Context(), v.session.Hash, v.session.Hash, v.session.Method, s.Now()); err != nil {
		return err
	}
	http.Redirect(w, r, f.Back, http.StatusSeeOther)
	return nil
}

// withOutside adds the way in by the provider to a form; path is bare.
func (s *Server) withOutside(v *visitor, f *deskForm, path, back string) {
	if s.Office.Outside == nil || s.BaseURL == "" {
		return
	}
	to := v.at.link(path)
	if back != "" {
		to += "?" + url.Values{backInput: {back}}.Encode()
	}
	f.Other = &link{Label: v.T("outside.by", "provider", s.Office.Outside.Name), Href: to}
}
