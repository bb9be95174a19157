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
// visitor, what goes on, and what to begin with where nothing does. Each is put
// there by the noun that it is about.
type homeBody struct {
	Awaits []homeLine `json:"awaits"`
	Latest []homeLine `json:"latest"`
	First  []homeLine `json:"first,omitempty"`
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
		s.caseAwaits,
		s.bulkAwaits,
		s.specLatest,
		s.editionAwaits,
		s.mailAwaits,
		s.runAwaits,
		s.runLatest,
		s.personAwaits,
		s.ownAwaits,
		s.firstSteps,
	}
}

// ownAwaits says what is to do for one's own account.
func (s *Server) ownAwaits(r *http.Request, v *visitor, body *homeBody) error {
	if v.token != nil {
		return nil
	}
	if len(v.Grants) == 0 {
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("own.awaits_role"), Href: v.at.link(rolePath)})
	}
	row, err := s.Office.DB.Person(r.Context(), v.ID)
	if err != nil {
		return err
	}
	if !s.hasFactor(row) {
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("own.awaits_factor"), Href: v.at.link(factorPath)})
	} else if row.TOTP && row.Recovery < 3 {
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("own.awaits_codes", "n", row.Recovery), Href: v.at.link(factorPath)})
	}
	return nil
}

// firstSteps says what to begin with, to who may, as long as there is nothing
// of it: people, files, an edition.
func (s *Server) firstSteps(r *http.Request, v *visitor, body *homeBody) error {
	add := func(key, path string) {
		body.First = append(body.First, homeLine{Text: v.T("desk.first." + key), Href: v.at.link(path), Small: v.T("desk.first." + key + "_why")})
	}
	if v.mayAnywhere(account.InvitePerson) {
		if n, err := s.Office.DB.CountPeople(r.Context()); err != nil {
			return err
		} else if n == 1 {
			add("people", invitePath)
		}
	}
	sets, err := s.Office.DB.Datasets(r.Context(), "")
	if err != nil {
		return err
	}
	if len(sets) == 0 && v.mayAnywhere(account.SendDelivery) {
		add("file", deliveryPath)
	}
	editions, err := s.Office.DB.Editions(r.Context())
	if err != nil {
		return err
	}
	if len(sets) > 0 && len(editions) == 0 && v.mayAnywhere(account.ProposeEdition) {
		add("edition", editionPath)
	}
	if len(editions) > 0 && len(body.Awaits)+len(body.Latest)+len(body.First) == 0 {
		add("read", "/")
	}
	return nil
}
