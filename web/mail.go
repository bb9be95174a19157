package web

import (
	"net/http"
	"strings"

	"vigie/account"
	"vigie/job"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// postPath is the letters.
const postPath = "/atelier/courrier"

// mostLetters is how many are shown, the last ones.
const mostLetters = 1000

func (s *Server) mailDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + postPath, Action: account.ReadMail, Handle: s.mailList, Menu: "desk.nav.office.mail"},
		{Pattern: "POST " + postPath, Action: account.ResendMail, Handle: s.mailResend},
	}
}

func (s *Server) mailList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.mailPage(w, r, v, nil)
}

func (s *Server) mailPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	rows, err := observatory.ReadMail(r.Context(), s.Office.DB, v.actor(), mostLetters, s.Now())
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Event, _, _ = strings.Cut(rows[i].Event, ":") // the rest is of a link, or of a person
	}
	if rows == nil {
		rows = []store.LetterRow{}
	}
	return s.show(w, r, v, deskPage{Template: "desk_list", Title: v.T("mail.title"), Lead: v.T("mail.lead"), Body: rows, Table: mailTable(r, v, rows), Err: wrong})
}

func mailTable(r *http.Request, v *visitor, rows []store.LetterRow) *deskTable {
	d := deskView{v: v}
	return tableFor(r, v, v.T("mail.title"), v.T("mail.none"), rows, []deskColumn[store.LetterRow]{
		{Key: "date", Label: v.T("mail.posted"), Order: func(a, b store.LetterRow) int { return a.CreatedAt.Compare(b.CreatedAt) },
			Cell: func(l store.LetterRow) deskCell { return deskCell{At: l.CreatedAt} }},
		{Label: v.T("mail.about"), Cell: func(l store.LetterRow) deskCell { return deskCell{Text: aboutWord(v, l.Event), Small: l.Subject} }},
		{Label: v.T("mail.to"), Cell: func(l store.LetterRow) deskCell {
			if l.To == "" {
				return deskCell{Text: v.T("mail.forgotten")}
			}
			return deskCell{Text: l.To}
		}},
		{Label: v.T("mail.state"), Cell: func(l store.LetterRow) deskCell {
			c := deskCell{Badge: mailBadge(v, l), Small: joined(" ", sentence(v.l, l.FaultWhat), sentence(v.l, l.FaultDo))}
			if l.State == job.Waiting && l.Attempt > 0 {
				c.Small = joined(" ", c.Small, v.T("mail.next", "when", v.When(l.At)))
			}
			return c
		}},
		{Label: v.T("desk.do"), Cell: func(l store.LetterRow) deskCell {
			if !l.Perhaps || !v.may(account.ResendMail, account.Object{}) {
				return deskCell{}
			}
			return deskCell{Buttons: []deskButton{d.Quiet(postPath, v.T("mail.resend"), "courriel", l.ID)}}
		}},
	})
}

// aboutWord says what a letter tells.
func aboutWord(v *visitor, event string) string {
	if key := "mail.about_" + event; lang.Has(v.l, key) {
		return v.T(key)
	}
	return event
}

func mailBadge(v *visitor, l store.LetterRow) *badge {
	if l.Perhaps {
		return &badge{v.T("mail.state_perhaps"), "bad"}
	}
	tone := map[job.State]string{job.Waiting: "wait", job.Running: "wait", job.Done: "good", job.Failed: "bad"}[l.State]
	return &badge{v.T("mail.state_" + string(l.State)), tone}
}

// mailResend sends again a letter that may have gone.
func (s *Server) mailResend(w http.ResponseWriter, r *http.Request, v *visitor) error {
	err := s.Office.DB.ResendMail(r.Context(), v.actor(), r.PostFormValue("courriel"), s.Now())
	if err != nil && refused(err) {
		return s.mailPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, postPath, v.T("mail.resent"))
}

// mailAwaits tells the home of the letters that somebody must decide about.
func (s *Server) mailAwaits(r *http.Request, v *visitor, body *homeBody) error {
	if !v.may(account.ResendMail, account.Object{}) {
		return nil
	}
	rows, err := s.Office.DB.Mail(r.Context(), mostLetters)
	if err != nil {
		return err
	}
	perhaps, lost := 0, 0
	for _, l := range rows {
		switch {
		case l.Perhaps:
			perhaps++
		case l.State == job.Failed && l.To != "": // the address is forgotten after a week
			lost++
		}
	}
	if perhaps > 0 {
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("mail.awaits", "n", perhaps), Href: v.at.link(postPath)})
	}
	if lost > 0 {
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("mail.lost", "n", lost), Href: v.at.link(postPath)})
	}
	return nil
}
