package web

import (
	"net/http"
	"strings"
	"time"

	"vigie/observatory"
)

// composeShow says what an edition would be made of today, and asks for what
// is to be chosen.
func (s *Server) composeShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.composePage(w, r, v, nil)
}

// composeMore is what only the page of a composition shows.
type composeMore struct {
	Changes []string
	What    string
	Blocked string // since another edition is under embargo
	Runs    []link // that prepare a proposal already
}

func (s *Server) composePage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	c, err := s.walkOf(v).Compose(r.Context())
	if err != nil {
		return err
	}
	more := composeMore{Changes: said(v.l, c.Changes)}
	if c.What != "" {
		more.What = sentence(v.l, c.What)
	}
	if !c.EmbargoedTo.IsZero() {
		more.Blocked = v.T("edition.blocked", "number", c.Supersedes, "when", parisTime(v.words, c.EmbargoedTo))
	}
	if more.Runs, err = s.preparing(r, v); err != nil {
		return err
	}
	table := tableFor(r, v, v.T("edition.parts"), v.T("edition.parts_none"), c.Parts, []deskColumn[observatory.ComposedPart]{
		{Label: v.T("edition.part"), Cell: func(p observatory.ComposedPart) deskCell { return deskCell{Text: p.Title.In(v.l), Small: p.FileName} }},
		{Label: v.T("edition.role"), Cell: func(p observatory.ComposedPart) deskCell { return deskCell{Text: v.T("edition.roles." + p.Role)} }},
		{Label: v.T("edition.rows"), Numeric: true, Cell: func(p observatory.ComposedPart) deskCell {
			if p.Rows == 0 {
				return deskCell{}
			}
			return deskCell{Text: v.Count(p.Rows)}
		}},
		{Label: v.T("edition.against"), Cell: func(p observatory.ComposedPart) deskCell {
			tone := map[string]string{"new": "wait", "updated": "wait"}[p.State]
			if tone == "" {
				tone = "plain"
			}
			return deskCell{Badge: &badge{v.T("edition.part_" + p.State), tone}}
		}},
	})
	f := composeForm(v, &c, s.Now())
	if wrong != nil {
		f.fill(r)
	}
	page := deskPage{Template: "edition_compose", Title: v.T("edition.compose"), Lead: v.T("edition.compose_lead"),
		Crumbs: []link{{Label: v.T("edition.title"), Href: editionPath}}, Body: c, More: more, Table: table, Err: wrong}
	if c.What == "" && len(more.Runs) == 0 || wrong != nil {
		page.Form = f
	}
	return s.show(w, r, v, page)
}

// preparationPage shows the proposal to come at its own address: how far its run
// is, or why it failed.
func (s *Server) preparationPage(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.Office.DB.ProposalRun(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	names, err := s.actorNames(r, v)
	if err != nil {
		return err
	}
	line := lineOfRun(names, row)
	p := deskPage{Template: "edition_preparing", Title: v.T("edition.preparing_title"), Kicker: line.What, Body: line, More: s.runMore(v, line, row),
		Crumbs: []link{{Label: v.T("edition.title"), Href: editionPath}}}
	if !line.Ended {
		p.Refresh = 3
	} else {
		p.Actions = []link{{Label: v.T("edition.compose"), Href: composePath}}
	}
	return s.show(w, r, v, p)
}

// preparing lead to the runs that prepare a proposal.
func (s *Server) preparing(r *http.Request, v *visitor) ([]link, error) {
	rows, err := s.walkOf(v).Preparing(r.Context())
	var out []link
	for _, row := range rows {
		out = append(out, link{Label: v.T("edition.preparing", "what", row.What), Href: v.at.link(runPath + "/" + row.ID)})
	}
	return out, err
}

func composeForm(v *visitor, c *observatory.Composition, now time.Time) *deskForm {
	f := &deskForm{Action: composePath, Submit: v.T("edition.propose"), Cancel: editionPath, Intro: v.T("edition.propose_lead"), Fields: []deskField{
		{Name: "numero", Label: v.T("edition.number"), Hint: v.T("edition.number_hint"), Value: c.Number, Required: true, Most: 8},
		{Kind: "date", Name: "jour", Label: v.T("edition.date"), Hint: v.T("edition.date_hint"), Value: observatory.ParisDay(now), Required: true},
		{Kind: "date", Name: "embargo_jour", Label: v.T("edition.embargo_day"), Hint: v.T("edition.embargo_hint"), Group: v.T("edition.embargo")},
		{Name: "embargo_heure", Label: v.T("edition.embargo_hour"), Hint: v.T("edition.hour_hint"), Most: 5, Group: v.T("edition.embargo")},
		{Kind: "area", Name: "note", Label: v.T("edition.note"), Hint: v.T("edition.note_hint"), Most: 2000, Rows: 3, Group: v.T("edition.word")},
	}}
	if c.Supersedes != "" {
		for _, field := range erratumFields(v, false) {
			field.Group = v.T("edition.corrects", "number", c.Supersedes)
			f.Fields = append(f.Fields, field)
		}
		f.Fields[len(f.Fields)-2].Hint = v.T("edition.corrects_hint")
	}
	return f
}

// propose asks for the run that freezes what was composed and hands it to
// somebody else.
func (s *Server) propose(w http.ResponseWriter, r *http.Request, v *visitor) error {
	in, err := s.proposing(r, v)
	if err != nil {
		return s.composePage(w, r, v, err)
	}
	id, _, err := s.walkOf(v).AskProposal(r.Context(), in)
	if err != nil && refused(err) {
		return s.composePage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, editionPath+"/"+id, v.T("edition.preparing_done"))
}

// proposing reads the form of a proposal. Days and hours are those of Paris.
func (s *Server) proposing(r *http.Request, v *visitor) (in observatory.Proposing, err error) {
	value := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	in = observatory.Proposing{Publishing: observatory.Publishing{Number: value("numero"), Date: value("jour")},
		Note: value("note"), ErratumFR: value("erratum_fr"), ErratumEN: value("erratum_en")}
	var wrong formFaults
	if day, hour := value("embargo_jour"), value("embargo_heure"); day != "" || hour != "" {
		if in.Embargo, err = observatory.ParisInstant(day, clock(hour)); err != nil {
			what, do := told(err)
			field := "embargo_heure"
			if day == "" {
				field = "embargo_jour"
			}
			wrong.add(field, what, do)
			in.Embargo = time.Time{}
		}
	}
	return in, s.checkProposing(v, &in, wrong)
}

// checkProposing adds to what is wrong in a proposal already; without embargo,
// it is for now.
func (s *Server) checkProposing(v *visitor, in *observatory.Proposing, wrong formFaults) error {
	if _, err := time.Parse(time.DateOnly, in.Date); err != nil {
		wrong.add("jour", v.T("edition.fault.day"), v.T("edition.fault.day_do"))
	}
	if (in.ErratumFR == "") != (in.ErratumEN == "") {
		field := "erratum_en"
		if in.ErratumFR == "" {
			field = "erratum_fr"
		}
		wrong.add(field, v.T("edition.fault.erratum"), v.T("edition.fault.erratum_do"))
	}
	if in.Embargo.IsZero() {
		in.Embargo = s.Now()
	} else if !in.Embargo.After(s.Now()) {
		wrong.add("embargo_jour", v.T("edition.fault.past"), v.T("edition.fault.past_do"))
	}
	return wrong.err()
}

// clock writes 8:00, 8h00 and 8 h as 08:00.
func clock(hour string) string {
	h, m, _ := strings.Cut(strings.NewReplacer("h", ":", "H", ":", " ", "", "\u00a0", "", "\u202f", "").Replace(hour), ":")
	if m == "" {
		m = "00"
	}
	if len(h) == 1 {
		h = "0" + h
	}
	return h + ":" + m
}
