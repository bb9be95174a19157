package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"vigie/account"
	"vigie/edition"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// The pages of the editions.
const (
	editionPath = "/atelier/editions"
	composePath = editionPath + "/composer"
	previewName = "/apercu"
)

// editionDesk is the way of an edition: composed, proposed by one person, seen
// as the public will see it, approved by another, corrected by an erratum.
func (s *Server) editionDesk() []deskRoute {
	of := func(method, below string, action account.Action, handle func(http.ResponseWriter, *http.Request, *visitor) error) deskRoute {
		return deskRoute{Pattern: method + " " + editionPath + "/{id}" + below, Action: action, Object: s.editionObject, Handle: handle}
	}
	preview, under := of("GET", previewName, account.PreviewEdition, s.previewShow), of("GET", previewName+"/{page...}", account.PreviewEdition, s.previewShow)
	preview.Forms = []form{asCSV, asSVG, asPDF, asEmbed}
	under.Forms = preview.Forms
	return []deskRoute{
		{Pattern: "GET " + editionPath, Action: account.PreviewEdition, Anywhere: true, Handle: s.editionList, Menu: "desk.nav.edition.edition"},
		{Pattern: "GET " + composePath, Action: account.ProposeEdition, Handle: s.composeShow},
		{Pattern: "POST " + composePath, Action: account.ProposeEdition, Handle: s.propose},
		of("GET", "", account.PreviewEdition, s.editionShow),
		preview, under,
		of("GET", "/indice", account.PreviewEdition, s.replay),
		of("POST", "/approuver", account.ApproveEdition, s.approve),
		of("POST", "/refuser", account.ApproveEdition, s.refuseEdition),
		of("POST", "/retirer", account.WithdrawProposal, s.withdraw),
		of("POST", "/rappeler", account.WithdrawProposal, s.recall),
		of("POST", "/erratum", account.CorrectEdition, s.erratum),
	}
}

func (s *Server) candidate(r *http.Request) (observatory.Candidate, error) {
	return observatory.FindCandidate(r.Context(), s.Office.DB, r.PathValue("id"), s.Now())
}

// editionObject is the edition that a request is about, as rights see it.
func (s *Server) editionObject(r *http.Request) (account.Object, error) {
	c, err := s.candidate(r)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		if run, none := s.Office.DB.ProposalRun(r.Context(), r.PathValue("id")); none == nil {
			return account.Object{State: account.Proposed, By: run.By.Person()}, nil
		}
	}
	return c.Object(), err
}

// actorName says who acted: the name of an account, or what else it was.
func (s *Server) actorName(ctx context.Context, w words, a journal.Actor) string {
	if a == "" {
		return ""
	}
	id := a.Person()
	if id == "" {
		_, name, _ := strings.Cut(string(a), ":")
		return w.T("edition.by_local", "name", name)
	}
	row, err := s.Office.DB.Person(ctx, id)
	if err != nil || row.Name == "" {
		return w.T("edition.by_gone")
	}
	return row.Name
}

// parisTime writes an instant as a clock in Paris shows it.
func parisTime(w words, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.When(t)
}

var editionTones = map[account.State]string{account.Proposed: "wait", account.Embargoed: "wait", account.Public: "good", account.Refused: "bad"}

func editionBadge(w words, c *observatory.Candidate) *badge {
	tone := editionTones[c.State]
	if tone == "" {
		tone = "plain"
	}
	key := "edition.state." + string(c.State)
	if c.Recalled {
		key = "edition.state.recalled"
	}
	return &badge{w.T(key), tone}
}

// editionList lists the editions and the proposals that the visitor may see.
func (s *Server) editionList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	all, err := s.candidates(r, v)
	if err != nil {
		return err
	}
	table := tableFor(r, v, v.T("edition.title"), v.T("edition.none"), all, []deskColumn[observatory.Candidate]{
		{Label: v.T("edition.number"), Cell: func(c observatory.Candidate) deskCell {
			return deskCell{Text: c.Number, Href: editionPath + "/" + c.Key, Badge: editionBadge(v.words, &c)}
		}},
		{Label: v.T("edition.date"), Cell: func(c observatory.Candidate) deskCell { return deskCell{Text: lang.Date(v.l, c.Date)} }},
		{Label: v.T("edition.embargo"), Cell: func(c observatory.Candidate) deskCell { return deskCell{Text: parisTime(v.words, c.Embargo)} }},
		{Label: v.T("edition.proposed_by"), Cell: func(c observatory.Candidate) deskCell {
			return deskCell{Text: s.actorName(r.Context(), v.words, c.By)}
		}},
	})
	page := deskPage{Template: "desk_list", Title: v.T("edition.title"), Lead: v.T("edition.lead"), Body: all, Table: table}
	if v.mayAnywhere(account.ProposeEdition) {
		page.Actions = []link{{Label: v.T("edition.compose"), Href: composePath}}
	}
	return s.show(w, r, v, page)
}

// candidates are the editions that the visitor may see.
func (s *Server) candidates(r *http.Request, v *visitor) ([]observatory.Candidate, error) {
	all, err := observatory.Candidates(r.Context(), s.Office.DB, s.Now())
	return slices.DeleteFunc(all, func(c observatory.Candidate) bool { return !v.may(account.PreviewEdition, c.Object()) }), err
}

// editionAwaits says which proposals wait for the visitor's decision, and what
// has become of the last ones.
func (s *Server) editionAwaits(r *http.Request, v *visitor, body *homeBody) error {
	all, err := s.candidates(r, v)
	if err != nil {
		return err
	}
	for i, c := range all {
		line := homeLine{Text: v.T("edition.one", "number", c.Number), Href: editionPath + "/" + c.Key,
			Small: lang.Date(v.l, c.Date), Badge: editionBadge(v.words, &c)}
		if v.may(account.ApproveEdition, c.Object()) {
			line.Text = v.T("edition.awaits", "number", c.Number, "by", s.actorName(r.Context(), v.words, c.By))
			body.Awaits = append(body.Awaits, line)
		} else if i < 3 {
			body.Latest = append(body.Latest, line)
		}
	}
	return nil
}

// editionState reads the edition of a request: what became of it, what it
// changes, what has changed since it was frozen.
func (s *Server) editionState(r *http.Request, v *visitor) (observatory.CandidateBody, error) {
	return s.walkOf(v).Candidate(r.Context(), r.PathValue("id"))
}

func (s *Server) editionShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.editionPage(w, r, v, "", nil)
}

// editionForms are the forms of an edition's page, each under its name in the
// address; nil when the visitor may not.
type editionForms struct {
	Facts                                      []editionFact
	Approve, Refuse, Withdraw, Recall, Erratum *deskForm
	Changes, Since                             []string
	Errata                                     []editionFact
	Preview, Public                            string
	Replay                                     []link
	Own                                        bool // somebody else has to approve
}

// editionFact is a line of what is known of something.
type editionFact struct {
	Name, Value string
	Badge       *badge
}

// editionPage shows an edition; sent is the name of the form that was refused.
func (s *Server) editionPage(w http.ResponseWriter, r *http.Request, v *visitor, sent string, wrong error) error {
	body, err := s.editionState(r, v)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return s.preparationPage(w, r, v)
	}
	if err != nil {
		return err
	}
	c := body.Candidate
	more := s.editionForms(r.Context(), v, &body)
	for name, f := range map[string]*deskForm{"approuver": more.Approve, "refuser": more.Refuse, "rappeler": more.Recall, "erratum": more.Erratum} {
		if f != nil && name == sent {
			f.fill(r)
		}
		if f != nil {
			*f = *f.ready(v, faultsOf(v, sent == name, wrong))
		}
	}
	if more.Withdraw != nil {
		*more.Withdraw = *more.Withdraw.ready(v, nil)
	}
	return s.show(w, r, v, deskPage{Template: "edition_show", Title: v.T("edition.one", "number", c.Number), Kicker: v.T("edition.kicker"),
		Crumbs: []link{{Label: v.T("edition.title"), Href: editionPath}}, Body: body, More: more, Err: wrong})
}

func faultsOf(v *visitor, here bool, wrong error) []deskFault {
	if !here {
		return nil
	}
	return deskFaults(v.l, wrong)
}

// editionForms makes ready what an edition's page shows and asks.
func (s *Server) editionForms(ctx context.Context, v *visitor, b *observatory.CandidateBody) editionForms {
	at := editionPath + "/" + b.Key
	f := editionForms{Replay: replays(v, &b.Candidate), Facts: s.editionFacts(ctx, v, &b.Candidate), Changes: said(v.l, b.Changes), Since: said(v.l, b.Since), Preview: v.at.link(at + previewName)}
	for _, e := range b.Errata {
		text := e.FR
		if v.l == lang.EN {
			text = e.EN
		}
		f.Errata = append(f.Errata, editionFact{Name: parisTime(v.words, e.At), Value: lang.Typeset(v.l, text)})
	}
	if b.State == account.Public || b.State == account.Superseded {
		f.Preview, f.Public = "", v.at.link("/editions/"+b.Number)
	}
	if v.may(account.ApproveEdition, b.Object()) {
		f.Approve = &deskForm{Action: at + "/approuver", Submit: v.T("edition.approve"), Intro: v.T("edition.approve_lead")}
		if len(b.Since) > 0 {
			f.Approve.Fields = []deskField{{Kind: "check", Name: "fige", Label: v.T("edition.knowing"), Required: true}}
		}
		f.Refuse = &deskForm{Action: at + "/refuser", Submit: v.T("edition.refuse"), Danger: true, Fields: []deskField{
			{Kind: "area", Name: "motif", Label: v.T("edition.reason"), Hint: v.T("edition.reason_hint"), Required: true, Most: 2000, Rows: 3}}}
	}
	f.Own = b.State == account.Proposed && f.Approve == nil && b.By.Person() == v.ID
	if f.Own && v.may(account.WithdrawProposal, b.Object()) {
		f.Withdraw = &deskForm{Action: at + "/retirer", Submit: v.T("edition.withdraw"), Danger: true}
	}
	if b.State == account.Embargoed && v.may(account.WithdrawProposal, b.Object()) {
		f.Recall = &deskForm{Action: at + "/rappeler", Submit: v.T("edition.recall"), Intro: v.T("edition.recall_lead"), Danger: true, Fields: []deskField{
			{Kind: "area", Name: "motif", Label: v.T("edition.reason"), Required: true, Most: 2000, Rows: 3}}}
	}
	if v.may(account.CorrectEdition, b.Object()) {
		f.Erratum = &deskForm{Action: at + "/erratum", Submit: v.T("edition.erratum_submit"), Intro: v.T("edition.erratum_lead"), Fields: erratumFields(v, true)}
	}
	return f
}

func erratumFields(v *visitor, required bool) []deskField {
	return []deskField{
		{Kind: "area", Name: "erratum_fr", Label: v.T("edition.erratum_fr"), Required: required, Most: 4000, Rows: 3},
		{Kind: "area", Name: "erratum_en", Label: v.T("edition.erratum_en"), Required: required, Most: 4000, Rows: 3},
	}
}

// editionFacts say where an edition stands and who has done what.
func (s *Server) editionFacts(ctx context.Context, v *visitor, c *observatory.Candidate) []editionFact {
	var all []editionFact
	add := func(key, value string) {
		if value != "" {
			all = append(all, editionFact{Name: v.T("edition." + key), Value: value})
		}
	}
	all = append(all, editionFact{Name: v.T("edition.state_name"), Badge: editionBadge(v.words, c)})
	add("date", lang.Date(v.l, c.Date))
	embargo := parisTime(v.words, c.Embargo)
	if c.State == account.Proposed && c.Embargo.Before(s.Now()) {
		embargo = v.T("edition.at_once")
	}
	add("embargo", embargo)
	add("supersedes", c.Supersedes)
	add("superseded_by", c.SupersededBy)
	if c.By != "" {
		add("proposed_by", joined(", ", s.actorName(ctx, v.words, c.By), parisTime(v.words, c.CreatedAt)))
	}
	decided := map[store.ProposalState]string{store.ProposalApproved: "approved_by", store.ProposalRefused: "refused_by",
		store.ProposalWithdrawn: "withdrawn_by", store.ProposalRecalled: "recalled_by"}[c.Proposal]
	if decided != "" {
		add(decided, joined(", ", s.actorName(ctx, v.words, c.DecidedBy), parisTime(v.words, c.DecidedAt)))
	}
	add("reason", lang.Typeset(v.l, c.Reason))
	add("note", lang.Typeset(v.l, c.Note))
	add("erratum_fr", lang.Typeset(lang.FR, c.ErratumFR))
	add("erratum_en", lang.Typeset(lang.EN, c.ErratumEN))
	add("manifest", c.Manifest)
	return all
}

// said are changes in a language.
func said(l lang.Lang, all []edition.Change) []string {
	var out []string
	for _, c := range all {
		text := c.FR
		if l == lang.EN {
			text = c.EN
		}
		out = append(out, lang.Typeset(l, text))
	}
	return out
}

// approve publishes a proposal, in the name of somebody else than who proposed
// it.
func (s *Server) approve(w http.ResponseWriter, r *http.Request, v *visitor) error {
	c, err := s.candidate(r)
	if err != nil {
		return err
	}
	row, err := s.walkOf(v).Approve(r.Context(), c.Key, r.PostFormValue("fige") != "")
	if err != nil {
		return s.editionRefused(w, r, v, "approuver", err)
	}
	said := v.T("edition.approved", "number", row.Number)
	if row.EmbargoAt.After(s.Now()) {
		said = v.T("edition.approved_later", "number", row.Number, "when", parisTime(v.words, row.EmbargoAt))
	}
	return s.done(w, r, v, editionPath+"/"+r.PathValue("id"), said)
}

// editionRefused shows the page again with what is wrong in one of its forms.
func (s *Server) editionRefused(w http.ResponseWriter, r *http.Request, v *visitor, name string, err error) error {
	if !refused(err) {
		return err
	}
	return s.editionPage(w, r, v, name, err)
}

// editionDone is the end of a write on an edition.
func (s *Server) editionDone(w http.ResponseWriter, r *http.Request, v *visitor, name, field, key string, err error) error {
	if err != nil {
		return s.editionRefused(w, r, v, name, aboutField(field, err))
	}
	return s.done(w, r, v, editionPath+"/"+r.PathValue("id"), v.T(key))
}

func (s *Server) refuseEdition(w http.ResponseWriter, r *http.Request, v *visitor) error {
	c, err := s.candidate(r)
	if err == nil {
		err = s.walkOf(v).Refuse(r.Context(), c.Key, r.PostFormValue("motif"))
	}
	return s.editionDone(w, r, v, "refuser", "motif", "edition.refused", err)
}

func (s *Server) withdraw(w http.ResponseWriter, r *http.Request, v *visitor) error {
	c, err := s.candidate(r)
	if err == nil {
		err = s.Office.DB.Withdraw(r.Context(), v.actor(), c.Key, s.Now())
	}
	return s.editionDone(w, r, v, "retirer", "", "edition.withdrawn", err)
}

func (s *Server) recall(w http.ResponseWriter, r *http.Request, v *visitor) error {
	c, err := s.candidate(r)
	if err == nil && c.State != account.Embargoed {
		err = &fault.Error{Kind: fault.Conflict, What: v.T("edition.recall_none"), Do: v.T("edition.recall_none_do")}
	}
	if err == nil {
		err = s.Office.DB.Recall(r.Context(), v.actor(), c.Number, r.PostFormValue("motif"), s.Now())
	}
	if err != nil {
		return s.editionRefused(w, r, v, "rappeler", aboutField("motif", err))
	}
	to := editionPath
	if c.Proposal != "" {
		to += "/" + c.Key // an edition published without a proposal is no more
	}
	return s.done(w, r, v, to, v.T("edition.recalled"))
}

func (s *Server) erratum(w http.ResponseWriter, r *http.Request, v *visitor) error {
	c, err := s.candidate(r)
	if err == nil {
		_, err = s.Office.DB.PutErratum(r.Context(), v.actor(), store.Erratum{Edition: c.Number, FR: r.PostFormValue("erratum_fr"), EN: r.PostFormValue("erratum_en")}, s.Now())
	}
	field := "erratum_fr"
	if strings.TrimSpace(r.PostFormValue("erratum_fr")) != "" {
		field = "erratum_en"
	}
	return s.editionDone(w, r, v, "erratum", field, "edition.erratum_done", err)
}
