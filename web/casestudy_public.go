package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/report"
	"vigie/store"
)

// The pages where who has no account writes: by a secret link, or to correct
// what is shown.
const (
	contributePath = "/proposer"
	practicePath   = "/pratiques"

	contributeCost = 8 // of an address's allowance, for what an editor has to read
	mostAmendForm  = 2 << 20
)

func (s *Server) contributeDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + contributePath + "/{code}", Action: account.ContributeCase, Before: s.linkServes, Handle: s.contributeShow},
		{Pattern: "POST " + contributePath + "/{code}", Action: account.ContributeCase, Before: s.linkServes, Handle: s.contribute, Body: mostCaseForm},
		{Pattern: "GET " + contributePath + "/{code}/{id}", Action: account.ContributeCase, Before: s.linkServes, Handle: s.contributedShow},
		{Pattern: "POST " + contributePath + "/{code}/{id}", Action: account.ContributeCase, Before: s.linkServes, Handle: s.contributed, Body: mostCaseForm},
		{Pattern: "GET " + practicePath + "/{id}" + report.CorrectionWord, Action: account.ProposeAmendment, Object: s.caseObject, Handle: s.caseProposeShow},
		{Pattern: "POST " + practicePath + "/{id}" + report.CorrectionWord, Action: account.ProposeAmendment, Object: s.caseObject, Handle: s.casePropose, Body: mostAmendForm},
	}
}

// The inputs of who has no account.
const (
	senderInput  = "nom"
	writerMail   = "courriel"
	agreeInput   = "accord"
	anywayInput  = "doublon"
	whyInput     = "raison"
	verbSend     = "envoyer"
	verbDraft    = "brouillon"
	freeLicence  = "CC BY 4.0"
	receivedWord = "recue"
)

// linkServes looks at the secret address before anything is read of what is
// sent to it. Who tries addresses that are none is kept waiting, for a good one
// too: nothing is learnt any faster.
func (s *Server) linkServes(w http.ResponseWriter, r *http.Request, v *visitor) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	from := s.client(r)
	if left, _ := s.guesses.take(from, 0); left == 0 {
		return busy(v.l)
	}
	hash, id := account.HashSecret(r.PathValue("code")), r.PathValue("id")
	var err error
	if id == "" {
		_, err = s.Office.DB.CaseLinkOf(r.Context(), hash, s.Now())
	} else {
		_, _, err = s.Office.DB.CaseOfLink(r.Context(), hash, id, s.Now())
	}
	if kind := fault.KindOf(err); err != nil && (kind == fault.Denied || kind == fault.NotFound) {
		s.guesses.allow(from, 1)
	}
	return err
}

// contributing is the form of who has a secret link.
func (s *Server) contributing(v *visitor, code string, l *store.CaseLink) *caseEditing {
	return &caseEditing{action: contributePath + "/" + code, title: v.T("case.contribute"), kicker: l.Label, lead: v.T("case.contribute_lead"), images: true, simple: true, out: true,
		base: casestudy.Record{Language: string(v.l), Licence: freeLicence},
		acts: []caseAct{{Do: verbDraft, Label: v.T("case.contribute_draft"), Quiet: true}, {Do: verbSend, Label: v.T("case.contribute_send")}},
		before: []deskField{{Name: senderInput, Label: v.T("case.contribute_name"), Most: 100, Auto: "name", Wide: true},
			{Kind: "email", Name: writerMail, Label: v.T("case.contribute_mail"), Hint: v.T("case.contribute_mail_hint"), Most: 254, Auto: "email", Wide: true}},
		after: consentFields(v, "")}
}

// consentFields ask who agrees that the record is shown, and under what terms.
func consentFields(v *visitor, by string) []deskField {
	return []deskField{{Name: "consent.by", Label: v.T("record.field.consent_by"), Hint: v.T("case.contribute_by_hint"), Value: by, Most: 200, Auto: "organization", Wide: true},
		{Kind: "check", Name: agreeInput, Label: v.T("case.contribute_agree", "licence", freeLicence)}}
}

func (s *Server) contributeShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	code := r.PathValue("code")
	l, err := s.Office.DB.CaseLinkOf(r.Context(), account.HashSecret(code), s.Now())
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	return s.casePage(w, r, v, s.contributing(v, code, &l), lists, nil)
}

// agreed puts in a record who agrees, as the box says, and refuses what is sent
// without: what a draft has no need of, an editor does.
func (s *Server) agreed(r *http.Request, v *visitor, e *caseEditing, lists *caseLists, c *caseSent) error {
	var faults formFaults
	c.record.Consent.By = typedText(r.PostFormValue("consent.by"))
	c.record.Licence = freeLicence
	if r.PostFormValue(agreeInput) != "" && c.record.Consent.On == "" {
		c.record.Consent.On = lists.on
	}
	if c.verb != verbSend {
		return nil
	}
	if r.PostFormValue(agreeInput) == "" {
		faults.add(agreeInput, v.T("case.fault.consent"), v.T("case.fault.consent_do"))
	}
	for _, one := range casestudy.Check(c.record, lists.checked()) {
		if one.Severe {
			faults.add(one.Field, one.What, one.Do)
		}
	}
	alike, err := s.caseAlike(r, v, c.record, e.id)
	if err != nil {
		return err
	}
	if len(alike) > 0 {
		e.after = append(slices.Clone(e.after), deskField{Kind: "check", Name: anywayInput, Label: v.T("case.anyway")})
		if r.PostFormValue(anywayInput) == "" {
			faults.add(anywayInput, v.T("case.fault.alike", "title", alike[0].Title), v.T("case.fault.alike_do"))
		}
	}
	return faults.err()
}

// contribute keeps a first version: a draft to come back to, or one handed in.
func (s *Server) contribute(w http.ResponseWriter, r *http.Request, v *visitor) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	code := r.PathValue("code")
	l, err := s.Office.DB.CaseLinkOf(r.Context(), account.HashSecret(code), s.Now())
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	e := s.contributing(v, code, &l)
	c := s.readCase(r, v, e)
	if c.final() {
		c.err = s.agreed(r, v, e, lists, c)
	}
	if c.final() && !s.limits.allow(s.client(r), contributeCost) {
		return busy(v.l)
	}
	if !c.final() {
		return s.casePage(w, r, v, e, lists, c)
	}
	who := store.Contributor{Name: typedText(r.PostFormValue(senderInput)), Mail: typedText(r.PostFormValue(writerMail)), Lang: string(v.l)}
	if who.Mail != "" {
		if _, err := account.ParseMail(who.Mail); err != nil {
			c.err = aboutField(writerMail, err)
			return s.casePage(w, r, v, e, lists, c)
		}
	}
	row, said, err := s.Office.Walk(journal.LinkActor(l.ID), nil).Contribute(r.Context(), observatory.Contribution{Code: code, Record: c.record, Contributor: who, Draft: c.verb != verbSend})
	if err != nil && refused(err) {
		c.err = err
		return s.casePage(w, r, v, e, lists, c)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, contributePath+"/"+code+"/"+row.ID, caseSaved(v, contributedWord(v, c.verb), said))
}

func contributedWord(v *visitor, verb string) string {
	if verb == verbSend {
		return v.T("case.contribute_sent")
	}
	return v.T("case.contribute_kept")
}

// contributedCase finds what was contributed before by the link of a request.
func (s *Server) contributedCase(r *http.Request) (store.CaseRow, store.CaseLink, error) {
	return s.Office.DB.CaseOfLink(r.Context(), account.HashSecret(r.PathValue("code")), r.PathValue("id"), s.Now())
}

// contributedForm is the form of a draft that somebody comes back to.
func (s *Server) contributedForm(r *http.Request, v *visitor, row *store.CaseRow, l *store.CaseLink) (*caseEditing, error) {
	version, err := s.Office.DB.CaseVersion(r.Context(), row.ID, 0)
	if err != nil {
		return nil, err
	}
	e := s.contributing(v, r.PathValue("code"), l)
	if e.notes, err = s.caseNotes(r, v, row.ID); err != nil {
		return nil, err
	}
	e.id, e.turn, e.number, e.base, e.action = row.ID, row.Version, row.Latest, version.Record, e.action+"/"+row.ID
	e.before, e.title, e.lead = nil, row.Title, v.T("case.contribute_back", "address", s.base(r)+e.action)
	e.after = consentFields(v, version.Record.Consent.By)
	return e, nil
}

// contributedShow is where who contributed comes back to: the form of a draft,
// or where the case stands.
func (s *Server) contributedShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	row, l, err := s.contributedCase(r)
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	if row.State == casestudy.Draft {
		e, err := s.contributedForm(r, v, &row, &l)
		if err != nil {
			return err
		}
		return s.casePage(w, r, v, e, lists, nil)
	}
	return s.contributedState(w, r, v, &row, lists)
}

// contributedState says where a case that was handed in stands.
func (s *Server) contributedState(w http.ResponseWriter, r *http.Request, v *visitor, row *store.CaseRow, lists *caseLists) error {
	version, err := s.Office.DB.CaseVersion(r.Context(), row.ID, 0)
	if err != nil {
		return err
	}
	more := struct {
		Badge *badge
		Links []link
		Lines []caseShownLine
	}{Badge: caseBadge(v, row.State), Lines: caseLines(v, version.Record, lists, nil)}
	if row.State.Public() {
		more.Links = []link{{Label: v.T("case.public_page"), Href: v.at.link(practicePath + "/" + row.Slug)}, {Label: v.T("case.propose"), Href: v.at.link(practicePath + "/" + row.Slug + report.CorrectionWord)}}
	}
	return s.show(w, r, v, deskPage{Template: "case_contributed", Title: row.Title, Kicker: v.T("case.contribute"), Lead: v.T("case.contributed_" + string(row.State)), More: more,
		Body: struct {
			State casestudy.State `json:"state"`
		}{row.State}})
}

// contributed keeps another version of a draft, and hands it in.
func (s *Server) contributed(w http.ResponseWriter, r *http.Request, v *visitor) error {
	w.Header().Set("Referrer-Policy", "no-referrer")
	row, l, err := s.contributedCase(r)
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	if row.State != casestudy.Draft {
		return s.contributedState(w, r, v, &row, lists)
	}
	e, err := s.contributedForm(r, v, &row, &l)
	if err != nil {
		return err
	}
	e.turnOf(r)
	c := s.readCase(r, v, e)
	if c.final() {
		c.err = s.agreed(r, v, e, lists, c)
	}
	if !c.final() {
		return s.casePage(w, r, v, e, lists, c)
	}
	walk := s.Office.Walk(journal.LinkActor(l.ID), nil)
	row, said, err := walk.SaveCase(r.Context(), row.ID, e.turn, c.record, "")
	if err == nil && c.verb == verbSend {
		_, err = walk.SubmitCase(r.Context(), row.ID, row.Version)
	}
	if err != nil {
		return s.caseRefused(w, r, v, e, lists, c, err)
	}
	return s.done(w, r, v, e.action, caseSaved(v, contributedWord(v, c.verb), said))
}

// caseProposing is the form of who reads a case and would write it otherwise.
func (s *Server) caseProposing(r *http.Request, v *visitor) (*caseEditing, error) {
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	number := row.Published
	if n := atoi(r.PostFormValue(caseBaseInput)); n > 0 && n <= row.Published {
		number = n
	}
	version, err := s.Office.DB.CaseVersion(r.Context(), row.ID, number)
	if err != nil {
		return nil, err
	}
	public := practicePath + "/" + row.Slug
	return &caseEditing{id: row.ID, number: number, base: version.Record, action: public + report.CorrectionWord, cancel: public, title: row.Title, kicker: v.T("case.propose"), lead: v.T("case.propose_lead"),
		simple: true, out: v.ID == "", acts: []caseAct{{Do: verbSend, Label: v.T("case.propose_send")}},
		after: []deskField{{Kind: "area", Name: whyInput, Label: v.T("case.propose_why"), Hint: v.T("case.propose_why_hint"), Most: 2000, Rows: 3, Wide: true},
			{Name: senderInput, Label: v.T("case.propose_name"), Hint: v.T("case.propose_name_hint"), Most: 120, Auto: "name", Wide: true}}}, nil
}

func (s *Server) caseProposeShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	e, err := s.caseProposing(r, v)
	if err != nil {
		return err
	}
	if r.URL.Query().Has(receivedWord) {
		return s.show(w, r, v, deskPage{Template: "case_thanks", Title: v.T("case.proposed"), Kicker: e.title, Lead: v.T("case.proposed_lead"), More: v.at.link(e.cancel)})
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	return s.casePage(w, r, v, e, lists, nil)
}

// casePropose keeps an amendment for an editor.
func (s *Server) casePropose(w http.ResponseWriter, r *http.Request, v *visitor) error {
	e, err := s.caseProposing(r, v)
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	c := s.readCase(r, v, e)
	if c.final() && len(casestudy.Diff(e.base, c.record)) == 0 {
		c.err = aboutField("title", fault.Invalidf(v.T("case.fault.unchanged_do"), "%s", v.T("case.fault.unchanged")))
	}
	if c.final() && !s.limits.allow(s.client(r), contributeCost) {
		return busy(v.l)
	}
	if !c.final() {
		return s.casePage(w, r, v, e, lists, c)
	}
	by := journal.Visitor
	if v.ID != "" {
		by = v.actor()
	}
	in := store.AmendmentInput{Case: e.id, Base: e.number, Record: c.record, Sender: typedText(r.PostFormValue(senderInput)), Remark: typedText(r.PostFormValue(whyInput))}
	if _, err = s.Office.Walk(by, nil).ProposeAmendment(r.Context(), in); err != nil && refused(err) {
		c.err = err
		return s.casePage(w, r, v, e, lists, c)
	}
	if err != nil {
		return err
	}
	to := e.action + "?" + url.Values{receivedWord: {s.Now().In(lang.Paris).Format(time.DateOnly)}}.Encode()
	return s.done(w, r, v, to, "")
}
