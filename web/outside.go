package web

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"vigie/fault"
)

// Outside is an OpenID Connect provider that people may sign in by. It is asked
// for its addresses and keys at the first need: the site starts, and other ways
// in work, while it is down.
type Outside struct {
	Name     string // as its people call it
	Issuer   string
	ClientID string
	Secret   string

	mu       sync.Mutex
	provider *oidc.Provider
}

// algorithms are those of signatures that are taken: none and those of a shared
// secret are not among them.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// providerWait is how long the provider may take to answer.
const providerWait = 10 * time.Second

// client asks the provider, and nobody that it redirects to.
var outsideClient = &http.Client{Timeout: providerWait, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// Check says what is wrong with the settings.
//
// Error: Invalid.
func (o *Outside) Check() error {
	u, err := url.Parse(o.Issuer)
	local := false
	if err == nil {
		ip, bad := netip.ParseAddr(u.Hostname())
		local = u.Hostname() == "localhost" || bad == nil && ip.IsLoopback()
	}
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && !(local && u.Scheme == "http") {
		return fault.Invalidf("donnez à oidc_issuer l’adresse en https qu’écrit le fournisseur", "adresse du fournisseur de connexion impossible")
	}
	if o.ClientID == "" || o.Secret == "" || o.Name == "" {
		return fault.Invalidf("donnez oidc_name, oidc_client_id et oidc_secret_file", "réglages du fournisseur de connexion incomplets")
	}
	return nil
}

// ready returns the provider, asked for its addresses when it has not been yet.
//
// Error: Unavailable when it does not answer as it should.
func (o *Outside) ready(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider != nil {
		return o.provider, nil
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, outsideClient), o.Issuer)
	if err != nil {
		return nil, o.away(err)
	}
	o.provider = p
	return p, nil
}

// settings of the code flow; back is the address that the provider sends to.
func (o *Outside) settings(p *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{ClientID: o.ClientID, ClientSecret: o.Secret, Endpoint: p.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID, "email"}}
}

// claims are what is read of an identity token.
type claims struct {
	Subject  string
	Mail     string
	Verified bool
	At       time.Time // of the proof that the person gave, zero when it is not told
}

// errToken is the refusal of a token. Why is for the log: no part of the token.
type errToken struct{ why string }

// Error says why.
func (e errToken) Error() string { return "identity token refused: " + e.why }

// redeem exchanges a code for an identity token and verifies it: signature,
// issuer, audience, instants, nonce, and that it goes with its access token.
//
// Error: errToken; Unavailable when the provider does not answer.
func (o *Outside) redeem(ctx context.Context, code, back, verifier, nonce string, now func() time.Time) (c claims, err error) {
	p, err := o.ready(ctx)
	if err != nil {
		return c, err
	}
	ctx = oidc.ClientContext(ctx, outsideClient)
	token, err := o.settings(p, back).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if _, answered := errors.AsType[*oauth2.RetrieveError](err); answered {
		return c, errToken{"code"}
	}
	if err != nil {
		return c, o.away(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: o.ClientID, SupportedSigningAlgs: algorithms, Now: now}).Verify(ctx, raw)
	if err != nil {
		if _, net := errors.AsType[*url.Error](err); net {
			return c, o.away(err)
		}
		return c, errToken{"signature, issuer, audience or instant"}
	}
	var more struct {
		Mail       string `json:"email"`
		Verified   bool   `json:"email_verified"`
		AuthTime   int64  `json:"auth_time"`
		Authorized string `json:"azp"`
	}
	if err := id.Claims(&more); err != nil {
		return c, errToken{"claims"}
	}
	switch {
	case nonce == "" || !sameText(id.Nonce, nonce):
		return c, errToken{"nonce"}
	case id.Subject == "" || len(id.Subject) > 255:
		return c, errToken{"subject"}
	case !slices.Contains(id.Audience, o.ClientID), len(id.Audience) > 1 && more.Authorized == "", more.Authorized != "" && more.Authorized != o.ClientID:
		return c, errToken{"authorised party"}
	case id.AccessTokenHash != "" && id.VerifyAccessToken(token.AccessToken) != nil:
		return c, errToken{"access token"}
	}
	c = claims{Subject: id.Subject, Mail: more.Mail, Verified: more.Verified}
	if c.Mail == "" { // many providers tell it apart from the token
		if told, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token)); err == nil && told.Subject == id.Subject {
			c.Mail, c.Verified = told.Email, told.EmailVerified
		}
	}
	if more.AuthTime > 0 {
		c.At = time.Unix(more.AuthTime, 0)
	}
	return c, nil
}

func (o *Outside) away(err error) error {
	return &fault.Error{Kind: fault.Unavailable, What: "le fournisseur de connexion ne répond pas", Do: "connectez-vous autrement, ou plus tard", Err: err}
}
