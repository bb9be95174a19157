package web

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"

	"vigie/account"
	"vigie/fault"
	"vigie/observatory"
	"vigie/store"
)

func sortedKeys(v url.Values) []string { return slices.Sorted(maps.Keys(v)) }

// factorView is what the page of the second factor shows: the code to scan and
// the key to type of one that is being set.
type factorView struct {
	TOTP     bool
	Recovery int
	Image    template.URL // made by drawQR of nothing but a PNG
	Key      string
}

const keyInput = "cle"

// factorShow is the page of one's second factor: a new one to set, or what
// there is.
func (s *Server) factorShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.Office.DB.Person(r.Context(), v.ID)
	if err != nil {
		return err
	}
	if row.TOTP && !r.URL.Query().Has("changer") {
		return s.show(w, r, v, deskPage{Template: "own_factor", Title: v.T("own.factor"), Lead: v.T("own.factor_set"), Crumbs: ownCrumbs(v),
			More: factorView{TOTP: true, Recovery: row.Recovery}})
	}
	secret, _, err := account.NewTOTP(s.Office.Random, v.T("web.brand.name"), v.Mail)
	if err != nil {
		return err
	}
	return s.factorPage(w, r, v, secret, nil)
}

// factorPage shows a key that is being set. It is kept nowhere before its first
// code has been given: the form holds it.
func (s *Server) factorPage(w http.ResponseWriter, r *http.Request, v *visitor, secret string, wrong error) error {
	issuer := v.T("web.brand.name")
	uri := "otpauth://totp/" + url.PathEscape(issuer+":"+v.Mail) + "?" + url.Values{"secret": {secret}, "issuer": {issuer}}.Encode()
	drawn, err := drawQR(uri)
	if err != nil {
		return err
	}
	f := &deskForm{Action: factorPath, Submit: v.T("own.factor_submit"), Cancel: ownPath, Hidden: []hiddenField{{keyInput, secret}}, Fields: []deskField{
		{Name: codeInput, Label: v.T("own.factor_code"), Hint: v.T("own.factor_code_hint"), Auto: "one-time-code", Most: 10, Required: true}}}
	lead := v.T("own.factor_lead")
	if v.NeedsFactor(s.Office.Strong) && !strong(v.session) {
		lead = v.T("own.factor_must")
	}
	return s.show(w, r, v, deskPage{Template: "own_factor", Title: v.T("own.factor"), Lead: lead, Crumbs: ownCrumbs(v), Form: f, Err: wrong,
		More: factorView{Image: drawn, Key: spaced(secret)}})
}

// spaced cuts a key into groups of four, to be typed.
func spaced(key string) string {
	var groups []string
	for part := range slices.Chunk([]byte(key), 4) {
		groups = append(groups, string(part))
	}
	return strings.Join(groups, " ")
}

// quiet is the white margin of a QR code, scale the dots of one module.
const (
	quietZone = 4
	scale     = 4
)

// drawQR returns a QR code as a PNG in a data address.
func drawQR(text string) (template.URL, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return "", err
	}
	n := code.Bounds().Dx()
	side := (n + 2*quietZone) * scale
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range n * scale {
		for x := range n * scale {
			if grey, _, _, _ := code.At(x/scale, y/scale).RGBA(); grey == 0 {
				img.SetColorIndex(x+quietZone*scale, y+quietZone*scale, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return "", err
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes())), nil
}

// factorSet keeps a new key once its first code has been given, and shows the
// recovery codes, which nobody sees again.
func (s *Server) factorSet(w http.ResponseWriter, r *http.Request, v *visitor) error {
	secret := strings.ToUpper(r.PostFormValue(keyInput))
	if len(secret) != 32 || strings.Trim(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return fault.Invalidf(v.T("desk.fault.cut_do"), "%s", v.T("desk.fault.cut"))
	}
	step, ok := account.VerifyTOTP(secret, r.PostFormValue(codeInput), s.Now(), 0)
	if !ok {
		return s.factorPage(w, r, v, secret, aboutField(codeInput, fault.Invalidf(v.T("own.factor_wrong_do"), "%s", v.T("own.factor_wrong"))))
	}
	codes, hashes, err := account.NewRecovery(s.Office.Random)
	if err != nil {
		return err
	}
	if err := s.Office.DB.SetTOTP(r.Context(), v.actor(), v.ID, secret, step, hashes, v.session.ID, s.Now()); err != nil {
		return err
	}
	if err := s.renew(w, r, v, methodTOTP); err != nil {
		return err
	}
	return s.codesPage(w, r, v, codes)
}

func (s *Server) codesPage(w http.ResponseWriter, r *http.Request, v *visitor, codes []string) error {
	return s.show(w, r, v, deskPage{Template: "own_codes", Title: v.T("own.codes"), Lead: v.T("own.codes_lead"), Crumbs: ownCrumbs(v), More: codes})
}

// recoveryRenew makes new recovery codes; those before serve no more.
func (s *Server) recoveryRenew(w http.ResponseWriter, r *http.Request, v *visitor) error {
	codes, hashes, err := account.NewRecovery(s.Office.Random)
	if err != nil {
		return err
	}
	if err := s.Office.DB.SetRecovery(r.Context(), v.actor(), v.ID, hashes, s.Now()); err != nil {
		return err
	}
	return s.codesPage(w, r, v, codes)
}

// factorDrop removes the second factor, unless the person's role asks for one.
func (s *Server) factorDrop(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.Office.DB.Person(r.Context(), v.ID)
	if err != nil {
		return err
	}
	if v.NeedsFactor(s.Office.Strong) && row.Passkeys == 0 {
		return &fault.Error{Kind: fault.Conflict, What: v.T("own.factor_needed"), Do: v.T("own.factor_needed_do")}
	}
	if err := s.Office.DB.DropTOTP(r.Context(), v.actor(), v.ID, v.session.ID, s.Now()); err != nil {
		return err
	}
	if err := s.renew(w, r, v, methodPassword); err != nil {
		return err
	}
	return s.done(w, r, v, ownPath, v.T("own.factor_dropped"))
}

// tokenLives are the days that a token may be asked to live.
var tokenLives = []int{30, 90, 365}

// tokenScopes are the scopes in the order that people read them.
var tokenScopes = []account.Scope{account.ScopeRead, account.ScopeImport, account.ScopeText, account.ScopeCase, account.ScopeCompute, account.ScopePropose}

// tokenBody is the list of one's own tokens.
type tokenBody struct {
	Tokens []ownToken `json:"tokens"`
}

type ownToken struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Scopes  []account.Scope `json:"scopes"`
	Created time.Time       `json:"created"`
	Expires time.Time       `json:"expires"`
	Used    time.Time       `json:"used,omitzero"`
}

func (s *Server) tokenList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.tokenPage(w, r, v, "", nil)
}

// tokenPage lists one's tokens, with the form to make one; made is the one that
// was just made, shown this once.
func (s *Server) tokenPage(w http.ResponseWriter, r *http.Request, v *visitor, made string, wrong error) error {
	rows, err := s.Office.DB.Tokens(r.Context(), v.ID, v.now)
	if err != nil {
		return err
	}
	body := tokenBody{Tokens: []ownToken{}}
	for _, t := range rows {
		body.Tokens = append(body.Tokens, ownToken{ID: t.ID, Name: t.Name, Scopes: t.Scopes, Created: t.CreatedAt, Expires: t.ExpiresAt, Used: t.UsedAt})
	}
	f := tokenForm(v)
	if wrong != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "own_token", Title: v.T("own.tokens"), Lead: v.T("own.tokens_lead"), Crumbs: ownCrumbs(v),
		Body: body, More: made, Form: f, Table: tokenTable(r, v, body.Tokens), Err: wrong})
}

func tokenForm(v *visitor) *deskForm {
	scopes := deskField{Kind: "checks", Name: "portee", Label: v.T("own.token_scopes")}
	for _, scope := range tokenScopes {
		scopes.Options = append(scopes.Options, deskOption{Value: string(scope), Label: v.T("own.scope." + string(scope))})
	}
	life := deskField{Kind: "select", Name: "duree", Label: v.T("own.token_life")}
	for _, days := range tokenLives {
		life.Options = append(life.Options, deskOption{Value: v.Count(days), Label: v.T("own.token_days", "n", days), Selected: days == 90})
	}
	return &deskForm{Action: tokenPath, Submit: v.T("own.token_make"), Fields: []deskField{
		{Name: nameInput, Label: v.T("own.token_name"), Hint: v.T("own.token_name_hint"), Most: 80, Required: true, Wide: true}, scopes, life}}
}

func tokenTable(r *http.Request, v *visitor, rows []ownToken) *deskTable {
	d := deskView{v: v}
	return tableFor(r, v, v.T("own.tokens"), v.T("own.tokens_none"), rows, []deskColumn[ownToken]{
		{Label: v.T("own.token_name"), Cell: func(t ownToken) deskCell { return deskCell{Text: t.Name, Small: scopeWords(v, t.Scopes)} }},
		{Label: v.T("own.created"), Cell: func(t ownToken) deskCell { return deskCell{At: t.Created} }},
		{Label: v.T("own.token_used"), Cell: func(t ownToken) deskCell { return deskCell{At: t.Used} }},
		{Label: v.T("own.token_ends"), Cell: func(t ownToken) deskCell { return deskCell{At: t.Expires} }},
		{Label: v.T("desk.do"), Cell: func(t ownToken) deskCell {
			return deskCell{Buttons: []deskButton{d.Quiet(tokenPath+"/terminer", v.T("own.end"), "jeton-api", t.ID)}}
		}},
	})
}

func scopeWords(v *visitor, scopes []account.Scope) string {
	var out []string
	for _, scope := range scopes {
		out = append(out, v.T("own.scope."+string(scope)))
	}
	return strings.Join(out, " · ")
}

// tokenMake makes a token and shows it once.
func (s *Server) tokenMake(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if v.NeedsFactor(s.Office.Strong) && !strong(v.session) {
		return elsewhere{v.at.link(factorPath)} // a token is worth a session that has shown both proofs
	}
	scopes, err := account.ParseScopes(strings.Join(r.PostForm["portee"], " "))
	if err != nil {
		return s.tokenPage(w, r, v, "", aboutField("portee", err))
	}
	days := 90
	for _, d := range tokenLives {
		if v.Count(d) == r.PostFormValue("duree") {
			days = d
		}
	}
	in := store.TokenInput{Person: v.ID, Name: r.PostFormValue(nameInput), Scopes: scopes, ExpiresAt: s.Now().AddDate(0, 0, days)}
	_, text, err := observatory.MakeToken(r.Context(), s.Office.DB, v.actor(), in, s.Now())
	if err != nil && refused(err) {
		return s.tokenPage(w, r, v, "", aboutField(nameInput, err))
	}
	if err != nil {
		return err
	}
	return s.tokenPage(w, r, v, text, nil)
}

func (s *Server) tokenEnd(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if err := s.Office.DB.EndToken(r.Context(), v.actor(), v.ID, r.PostFormValue("jeton-api"), s.Now()); err != nil {
		return err
	}
	return s.done(w, r, v, tokenPath, v.T("own.token_ended"))
}
