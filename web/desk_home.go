package web

import (
	"net/http"

	"vigie/account"
)

// homePath is the home of the back office: every page of it is below.
const homePath = "/atelier"

func (s *Server) homeDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + homePath, Action: account.ReadDesk, Anywhere: true, Handle: s.homeShow, Menu: "desk.nav.home.home"},
		{Pattern: "GET " + homePath + "/{rest...}", Action: account.ReadDesk, Anywhere: true, Handle: func(_ http.ResponseWriter, _ *http.Request, v *visitor) error {
			return errForeign(v.words) // no such page
		}},
	}
}

// homeBody is what the home of the back office says: what waits for the
// visitor, then what goes on. Each is put there by the noun that it is about.
type homeBody struct {
	Awaits []homeLine `json:"awaits"`
	Latest []homeLine `json:"latest"`
}

// homeLine is one line of the home: what, where to see it, in which state.
type homeLine struct {
	Text  string `json:"text"`
	Href  string `json:"href"`
	Small string `json:"small,omitempty"`
	Badge *badge `json:"-"`
}

// homeShow is the home of the back office.
func (s *Server) homeShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	body := homeBody{Awaits: []homeLine{}, Latest: []homeLine{}}
	for _, fill := range s.homeParts() {
		if err := fill(r, v, &body); err != nil {
			return err
		}
	}
	return s.show(w, r, v, deskPage{Template: "desk_home", Title: v.T("desk.home"), Lead: v.T("desk.home_lead", "name", v.Name), Body: body})
}

// homeParts lists what each noun tells the home: it adds the lines that the
// visitor may see.
func (s *Server) homeParts() []func(r *http.Request, v *visitor, body *homeBody) error {
	return []func(r *http.Request, v *visitor, body *homeBody) error{
		s.deliveryAwaits,
		s.specLatest,
		s.editionAwaits,
		s.mailAwaits,
		s.runLatest,
		s.ownAwaits,
	}
}

// ownAwaits says what is to do for one's own account.
func (s *Server) ownAwaits(r *http.Request, v *visitor, body *homeBody) error {
	if v.token != nil {
		return nil
	}
	row, err := s.Office.DB.Person(r.Context(), v.ID)
	if err != nil {
		return err
	}
	if !s.hasFactor(row) {
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("own.awaits_factor"), Href: factorPath})
	} else if row.TOTP && row.Recovery < 3 {
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("own.awaits_codes", "n", row.Recovery), Href: factorPath})
	}
	return nil
}
