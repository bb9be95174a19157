package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/report"
)

// searchPath is the page of the searches that a person follows.
const (
	searchPath  = report.FollowPath
	searchInput = "recherche"
)

func (s *Server) searchDesk() []deskRoute {
	own := func(pattern string, handle func(http.ResponseWriter, *http.Request, *visitor) error) deskRoute {
		return deskRoute{Pattern: pattern, Action: account.ManageOwn, Anywhere: true, Handle: handle}
	}
	return []deskRoute{
		own("GET "+searchPath, s.searchShow),
		own("POST "+searchPath, s.searchFollow),
		own("POST "+searchPath+"/retirer", s.searchDrop),
	}
}

// followed is a search that a person follows, or may follow. Found is how many
// cases answer it today, below zero where nobody knows.
type followed struct {
	ID    string    `json:"id,omitempty"`
	Query string    `json:"query"`
	Said  string    `json:"said"`
	Href  string    `json:"href"`
	Found int       `json:"found"`
	At    time.Time `json:"at,omitzero"`
	Told  time.Time `json:"told_at,omitzero"`
}

// searchSaid says a search in words, and what it finds.
func (s *Server) searchSaid(r *http.Request, v *visitor, text string) (followed, error) {
	one := followed{Query: text, Said: v.T("follow.whole"), Href: strings.TrimSuffix(report.PracticePath+"?"+text, "?"), Found: -1}
	values, err := url.ParseQuery(text)
	if err != nil {
		return one, fault.NotFoundf(v.T("desk.fault.foreign_do"), "%s", v.T("desk.fault.foreign"))
	}
	c, err := s.newest(r)
	if err != nil || c == nil || s.Cases == nil {
		if text != "" {
			one.Said = text
		}
		return one, err
	}
	h, err := s.Cases.get(r.Context(), c)
	if err != nil {
		return one, err
	}
	said, href := report.SearchSaid(c, h.base, v.l, values)
	if one.Href = href; len(said) > 0 {
		one.Said = strings.Join(said, " · ")
	}
	q, _ := casestudy.ParseQuery(values)
	q.Language, q.Offset, q.Limit = v.l, 0, 1
	one.Found = h.base.Search(q).Total
	return one, nil
}

// searches are those that the visitor follows.
func (s *Server) searches(r *http.Request, v *visitor) ([]followed, error) {
	all, err := s.Office.DB.CaseAlerts(r.Context(), v.ID)
	out := []followed{}
	for i := len(all) - 1; i >= 0; i-- { // the last one first
		one, err := s.searchSaid(r, v, all[i].Query)
		if err != nil {
			return nil, err
		}
		one.ID, one.At, one.Told = all[i].ID, all[i].At, all[i].ToldAt
		out = append(out, one)
	}
	return out, err
}

// searchTable lists the searches that a person follows.
func searchTable(r *http.Request, v *visitor, rows []followed) *deskTable {
	d := deskView{v: v}
	return tableFor(r, v, v.T("follow.title"), v.T("follow.none"), rows, []deskColumn[followed]{
		{Label: v.T("follow.search"), Cell: func(f followed) deskCell { return deskCell{Text: f.Said, Href: f.Href} }},
		{Label: v.T("desk.do"), Cell: func(f followed) deskCell {
			return deskCell{Buttons: []deskButton{d.Quiet(searchPath+"/retirer", v.T("follow.drop"), searchInput, f.ID)}}
		}},
		{Label: v.T("follow.found"), Numeric: true, Cell: func(f followed) deskCell {
			if f.Found < 0 {
				return deskCell{}
			}
			return deskCell{Text: v.Count(f.Found)}
		}},
		{Label: v.T("follow.since"), Cell: func(f followed) deskCell { return deskCell{At: f.At} }},
	})
}

// searchMail says what mail is sent, and when.
func (s *Server) searchMail(v *visitor) string {
	if s.post().Check() != nil {
		return v.T("follow.no_mail")
	}
	return v.T("follow.mail", "mail", v.Mail)
}

func (s *Server) searchShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.searchPage(w, r, v, nil)
}

// searchMore is what the page shows beside the searches.
type searchMore struct {
	Mail string
	Ask  *followed // the search that the visitor came to follow
	Now  string
	Do   *deskButton
	Said string
}

// searchPage lists the searches that the visitor follows; from a search that
// asks for it, it offers to follow that one.
func (s *Server) searchPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	rows, err := s.searches(r, v)
	if err != nil {
		return err
	}
	more := searchMore{Mail: s.searchMail(v)}
	if r.Method == http.MethodGet && r.URL.Query().Has(report.FollowInput) {
		if err := s.searchAsked(r, v, rows, &more); err != nil {
			return err
		}
	}
	return s.show(w, r, v, deskPage{Template: "own_search", Title: v.T("follow.title"), Lead: v.T("follow.lead"), Crumbs: ownCrumbs(v), Body: rows, More: more,
		Table: searchTable(r, v, rows), Actions: []link{{Label: v.T("follow.browse"), Href: report.PracticePath}}, Err: wrong})
}

// searchAsked offers the search of the address.
func (s *Server) searchAsked(r *http.Request, v *visitor, rows []followed, more *searchMore) error {
	q, _ := casestudy.ParseQuery(r.URL.Query())
	q.Offset, q.Limit, q.Sort = 0, 0, ""
	one, err := s.searchSaid(r, v, q.Values().Encode())
	if err != nil {
		return err
	}
	one.Href = v.at.link(one.Href)
	more.Ask = &one
	if one.Found >= 0 {
		more.Now = v.T("follow.ask_now", "n", one.Found)
	}
	for _, have := range rows {
		if have.Query == one.Query {
			more.Said = v.T("follow.already")
			return nil
		}
	}
	b := deskView{v: v}.Button(searchPath, v.T("follow.follow"), searchInput, one.Query)
	more.Do = &b
	return nil
}

// searchFollow keeps a search.
func (s *Server) searchFollow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	values, err := url.ParseQuery(r.PostFormValue(searchInput))
	if err != nil {
		return errForeign(v.words)
	}
	err = s.Office.Walk(v.actor(), nil).AskCaseAlert(r.Context(), v.ID, values)
	if err != nil && refused(err) {
		return s.searchPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, searchPath, v.T("follow.followed"))
}

// searchDrop lets go of a search; of nobody else's.
func (s *Server) searchDrop(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if err := s.Office.DB.DropCaseAlert(r.Context(), v.ID, r.PostFormValue(searchInput)); err != nil {
		return err
	}
	return s.done(w, r, v, searchPath, v.T("follow.dropped"))
}
