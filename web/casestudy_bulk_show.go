package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/observatory"
	"vigie/store"
)

// planBody is a file of cases, with what it would do. Rows are those of the part
// and of the page that the address asks for. Step, Done, Total and Ended are
// those of the work under way.
type planBody struct {
	ID      string                    `json:"id"`
	File    string                    `json:"file"`
	Network string                    `json:"network,omitempty"`
	Scope   string                    `json:"scope,omitempty"`
	Who     string                    `json:"who"`
	At      time.Time                 `json:"at"`
	State   planStand                 `json:"state"`
	Plan    *observatory.CasePlan     `json:"plan,omitempty"`
	Rows    []observatory.PlannedCase `json:"rows,omitempty"`
	Failed  *deskFault                `json:"failed,omitempty"`
	Step    string                    `json:"step,omitempty"`
	Done    int                       `json:"done"`
	Total   int                       `json:"total"`
	Ended   bool                      `json:"ended"`
}

// planMore is what the page of a file of cases shows beside its body.
type planMore struct {
	Badge    *badge
	From     string
	Progress *progressView
	Verdict  string
	Good     bool
	Kept     string // where the cases are once they are kept
	Header   []casestudy.Fault
	Parts    []planPart
	Shown    planPart
	Rows     []planRow
	Swept    bool // the rows are no more
	Before   string
	Next     string
	Unasked  string
	Keep     *deskButton
	Again    *deskButton
	Send     string
}

// planPart is the rows of which one thing is to be said.
type planPart struct {
	Name, Label, Href, Lead string
	Count                   int
	Here                    bool
	of                      func(*observatory.PlannedCase) bool
}

// planRow is what becomes of one row, in words.
type planRow struct {
	words
	Line, ID, Name, Href string
	Faults               []planFault
	Changes              []caseChange
	Changed              string
	Open                 bool // few rows: what changes is shown at once
	Conflicts            []caseFact
	Alike                []caseAlike
	Cut                  bool
}

// planFault is something wrong in a field, with what may have been meant.
type planFault struct {
	Field, What, Do string
	Severe          bool
	Proposals       []string
}

// planState reads where a file of cases stands.
func (s *Server) planState(r *http.Request) (planBody, error) {
	id := r.PathValue("id")
	args, err := s.planArgs(r)
	if err != nil {
		return planBody{}, err
	}
	row, err := s.Office.DB.Run(r.Context(), id)
	if err != nil {
		return planBody{}, err
	}
	kept, asked, err := s.Office.DB.RunOfEvent(r.Context(), observatory.CaseImportEvent(id))
	if err != nil {
		return planBody{}, err
	}
	b := planBody{ID: id, File: row.What, Network: args.Network, Scope: args.Scope, Who: s.namer(r)(row.By), At: row.CreatedAt}
	work := row
	if asked {
		b.State, b.Plan = standOf(row, &kept)
		if b.Plan != nil {
			work = kept
		}
	} else {
		b.State, b.Plan = standOf(row, nil)
	}
	b.work(work)
	return b, nil
}

// work notes where a run stands.
func (b *planBody) work(row store.RunRow) {
	b.Ended = b.State != planReading && b.State != planKeeping
	if !b.Ended {
		b.Step, b.Done, b.Total = row.Step, row.Done, row.Total
	}
	if row.FaultWhat != "" {
		b.Failed = &deskFault{What: row.FaultWhat, Do: row.FaultDo}
	}
}

func (s *Server) planShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.planPage(w, r, v, nil)
}

// planPage shows what a file of cases would do, with why a step was refused.
func (s *Server) planPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	b, err := s.planState(r)
	if err != nil {
		return err
	}
	m := &planMore{Badge: planBadge(v, b.State), From: v.T("bulk.by", "who", b.Who, "when", v.When(b.At)), Send: v.at.link(bulkPath)}
	p := deskPage{Template: "bulk_plan", Title: b.File, Kicker: v.T("bulk.kicker"), Crumbs: append(caseCrumbs(v, nil), link{Label: v.T("bulk.title"), Href: bulkPath}), More: m, Err: wrong}
	if !b.Ended {
		step := b.Step
		if step == "" {
			step = v.T("delivery.waiting")
		}
		m.Progress = &progressView{Step: step, Done: b.Done, Total: b.Total, Href: v.at.link(planPath + "/" + b.ID + ".json")}
		p.Refresh = 3
	}
	if b.Plan != nil && b.State != planKeeping {
		if err := s.planFound(r, v, &b, m); err != nil {
			return err
		}
	}
	if b.Failed != nil {
		b.Failed = &deskFault{What: sentence(v.l, b.Failed.What), Do: sentence(v.l, b.Failed.Do)}
	}
	s.planActs(v, &b, m)
	p.Body = b
	return s.show(w, r, v, p)
}

// planActs are what may be done with a file of cases.
func (s *Server) planActs(v *visitor, b *planBody, m *planMore) {
	d := deskView{v: v, words: v.words}
	switch b.State {
	case planReady:
		button := d.Button(planPath+"/"+b.ID+"/verser", v.T("bulk.keep", "n", b.Plan.Added+b.Plan.Changed))
		m.Keep = &button
	case planStopped, planFailed:
		button := d.Button(planPath+"/"+b.ID+"/relire", v.T("bulk.again"))
		m.Again = &button
	case planKept:
		m.Kept = v.at.link(casePath)
		if b.Network != "" {
			m.Kept += "?" + url.Values{networkInput: {b.Network}}.Encode()
		}
	}
}

// planFound sets what looking at the file has found.
func (s *Server) planFound(r *http.Request, v *visitor, b *planBody, m *planMore) error {
	p := b.Plan
	m.Good = p.Refused == 0
	m.Verdict = v.T("bulk.verdict_"+string(b.State), "n", p.Added+p.Changed+p.Same+p.Refused, "added", p.Added, "changed", p.Changed, "same", p.Same, "refused", p.Refused)
	m.Header = p.Header
	if p.Unasked > 0 {
		m.Unasked = v.T("bulk.unasked", "n", p.Unasked)
	}
	m.Parts = planParts(v, b.ID, p)
	asked := r.URL.Query().Get("voir")
	at := slices.IndexFunc(m.Parts, func(one planPart) bool { return one.Name == asked && one.Count > 0 })
	if at < 0 {
		at = max(0, slices.IndexFunc(m.Parts, func(one planPart) bool { return one.Count > 0 && (b.State != planKept || one.Name != "semblables") }))
	}
	m.Parts[at].Here = true
	m.Shown = m.Parts[at]
	rows, err := s.Office.Walk(v.actor(), nil).PlannedRows(r.Context(), p)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		m.Swept = true
		return nil
	}
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(one observatory.PlannedCase) bool { return !m.Shown.of(&one) })
	b.Rows = m.page(r, rows)
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	for i := range b.Rows {
		m.Rows = append(m.Rows, planRowOf(v, lists, &b.Rows[i], len(rows) <= 3))
	}
	return nil
}

// planParts are the rows by what becomes of them, those to look at first.
func planParts(v *visitor, id string, p *observatory.CasePlan) []planPart {
	is := func(a observatory.CaseAction) func(*observatory.PlannedCase) bool {
		return func(one *observatory.PlannedCase) bool { return one.Action == a }
	}
	all := []planPart{
		{Name: "refusees", Count: p.Refused, of: is(observatory.CaseRefused)},
		{Name: "semblables", Count: p.Alike, of: func(one *observatory.PlannedCase) bool { return len(one.Alike) > 0 }},
		{Name: "changees", Count: p.Changed, of: is(observatory.CaseChanged)},
		{Name: "nouvelles", Count: p.Added, of: is(observatory.CaseAdded)},
		{Name: "inchangees", Count: p.Same, of: is(observatory.CaseSame)},
	}
	for i := range all {
		all[i].Label, all[i].Lead = v.T("bulk.part_"+all[i].Name), v.T("bulk.lead_"+all[i].Name)
		all[i].Href = v.at.link(planPath+"/"+id) + "?voir=" + all[i].Name
	}
	return all
}

// page cuts the rows that the address asks for.
func (m *planMore) page(r *http.Request, rows []observatory.PlannedCase) []observatory.PlannedCase {
	page, _ := strconv.Atoi(r.URL.Query().Get("page")) // anything else is the first page
	from := min(max(page-1, 0), max(len(rows)-1, 0)/perPage) * perPage
	to := min(from+perPage, len(rows))
	at := func(page int) string { return m.Shown.Href + "&page=" + strconv.Itoa(page) }
	if from > 0 {
		m.Before = at(from / perPage)
	}
	if to < len(rows) {
		m.Next = at(from/perPage + 2)
	}
	return rows[from:to]
}

// planRowOf says what becomes of a row.
func planRowOf(v *visitor, lists *caseLists, one *observatory.PlannedCase, open bool) planRow {
	out := planRow{words: v.words, Line: v.T("bulk.line", "n", strconv.Itoa(one.Line)), ID: one.ExternalID, Name: cmp.Or(one.Title, v.T("bulk.untitled")), Cut: one.Cut, Open: open}
	if one.Case != "" {
		out.Href = v.at.link(caseOf(one.Case, ""))
	}
	for _, f := range one.Faults {
		said := planFault{Field: casestudy.Label(v.l, f.Field), What: sentence(v.l, f.What), Do: sentence(v.l, f.Do), Severe: f.Severe}
		for _, p := range one.Proposals {
			if p.Field == f.Field {
				said.Proposals = append(said.Proposals, p.Label+" ("+p.Code+")")
			}
		}
		out.Faults = append(out.Faults, said)
	}
	for _, c := range one.Changes {
		change := caseChange{words: v.words, Label: casestudy.Label(v.l, c.Field), Before: lists.label(c.Field, c.Before), After: lists.label(c.Field, c.After)}
		if c.Before != "" && c.After != "" && change.Before == c.Before && change.After == c.After {
			change.Words = casestudy.Words(c.Before, c.After)
		}
		out.Changes = append(out.Changes, change)
	}
	if len(out.Changes) > 0 {
		out.Changed = v.T("bulk.changes", "n", len(out.Changes))
	}
	for _, c := range one.Conflicts {
		out.Conflicts = append(out.Conflicts, caseFact{Name: casestudy.Label(v.l, c.Field), Value: v.T("bulk.conflict", "text", lists.label(c.Field, c.Theirs))})
	}
	out.Alike = alikeShown(v, one.Alike)
	return out
}
