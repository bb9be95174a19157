package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"vigie/account"
	"vigie/job"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
)

// runPath is the work behind the pages.
const runPath = "/atelier/travaux"

func (s *Server) runDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + runPath, Action: account.ReadRun, Handle: s.runList, Menu: "desk.nav.office.run"},
		{Pattern: "GET " + runPath + "/{id}", Action: account.ReadRun, Object: s.runObject, Handle: s.runShow},
		{Pattern: "POST " + runPath + "/{id}/recommencer", Action: account.RetryRun, Object: s.runObject, Handle: s.runRetry},
		{Pattern: "POST " + runPath + "/{id}/annuler", Action: account.CancelRun, Object: s.runObject, Handle: s.runCancel},
	}
}

// runObject is a run as rights see it: it has no state of its own.
func (s *Server) runObject(r *http.Request) (account.Object, error) {
	_, err := s.Office.DB.Run(r.Context(), r.PathValue("id"))
	return account.Object{}, err
}

// runLine is a run as pages show it, with the name of who asked for it. What it
// has left is told by the object's own page, to whom may see it.
type runLine struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"`
	What      string    `json:"what"`
	Who       string    `json:"who"`
	State     job.State `json:"state"`
	Cancelled bool      `json:"cancelled,omitempty"`
	Step      string    `json:"step,omitempty"`
	Done      int       `json:"done"`
	Total     int       `json:"total"`
	Ended     bool      `json:"ended"`
	FaultWhat string    `json:"fault_what,omitempty"`
	FaultDo   string    `json:"fault_do,omitempty"`
	Attempt   int       `json:"attempt"`
	Object    string    `json:"object,omitempty"`
	At        time.Time `json:"at"`
	CreatedAt time.Time `json:"created_at"`
	StartedAt time.Time `json:"started_at,omitzero"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
	queued    bool
}

func lineOfRun(names *actorNames, r store.RunRow) runLine {
	return runLine{ID: r.ID, Kind: r.Kind, What: r.What, Who: names.of(r.By), State: r.State, Cancelled: r.Cancelled(), Step: r.Step, Done: r.Done,
		Total: r.Total, Ended: r.State == job.Done || r.State == job.Failed, FaultWhat: r.FaultWhat, FaultDo: r.FaultDo, Attempt: r.Attempt,
		Object: observatory.RunObject(r), At: r.At, CreatedAt: r.CreatedAt, StartedAt: r.StartedAt, EndedAt: r.EndedAt, queued: r.Queued}
}

// lastRun is the last run of a kind, nil when there is none.
func (s *Server) lastRun(r *http.Request, names *actorNames, kind string) (*runLine, error) {
	rows, err := s.Office.DB.Runs(r.Context(), store.RunFilter{Kind: kind, Most: 1})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	line := lineOfRun(names, rows[0])
	return &line, nil
}

func (s *Server) runList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	names, err := s.actorNames(r, v)
	if err != nil {
		return err
	}
	rows, err := s.Office.DB.Runs(r.Context(), store.RunFilter{Most: 1000})
	if err != nil {
		return err
	}
	lines, refresh := []runLine{}, 0
	for _, row := range rows {
		line := lineOfRun(names, row)
		lines = append(lines, line)
		if !line.Ended {
			refresh = 10
		}
	}
	return s.show(w, r, v, deskPage{Template: "desk_list", Title: v.T("run.title"), Lead: v.T("run.lead"), Body: lines, Refresh: refresh,
		Table: tableFor(r, v, v.T("run.title"), v.T("run.none"), lines, runColumns(v))})
}

func runColumns(v *visitor) []deskColumn[runLine] {
	return []deskColumn[runLine]{
		{Key: "travail", Label: v.T("run.run"), Order: func(a, b runLine) int {
			return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.What, b.What))
		},
			Cell: func(l runLine) deskCell {
				return deskCell{Text: kindWord(v, l.Kind), Href: runPath + "/" + l.ID, Small: l.What}
			}},
		{Key: "etat", Label: v.T("run.state"), Order: func(a, b runLine) int { return strings.Compare(string(a.State), string(b.State)) },
			Cell: func(l runLine) deskCell { return deskCell{Badge: runBadge(v, l.State, l.Cancelled), Small: l.Step} }},
		{Label: v.T("run.who"), Cell: func(l runLine) deskCell { return deskCell{Text: l.Who} }},
		{Key: "date", Label: v.T("run.asked"), Order: func(a, b runLine) int { return a.CreatedAt.Compare(b.CreatedAt) },
			Cell: func(l runLine) deskCell { return deskCell{At: l.CreatedAt} }},
		{Label: v.T("run.lasted"), Numeric: true, Cell: func(l runLine) deskCell { return deskCell{Text: lasted(v, l)} }},
	}
}

// lasted says how long a run took.
func lasted(v *visitor, l runLine) string {
	if l.StartedAt.IsZero() || l.EndedAt.IsZero() || l.EndedAt.Before(l.StartedAt) {
		return ""
	}
	seconds := int(l.EndedAt.Sub(l.StartedAt).Seconds())
	if seconds < 120 {
		return v.T("run.seconds", "n", v.Count(seconds))
	}
	return v.T("run.minutes", "n", v.Count((seconds+30)/60))
}

// kindWord says a kind of runs in words.
func kindWord(v *visitor, kind string) string {
	if key := "run.kind_" + kind; lang.Has(v.l, key) {
		return v.T(key)
	}
	return kind
}

func runBadge(v *visitor, state job.State, cancelled bool) *badge {
	if cancelled {
		return &badge{v.T("run.state_cancelled"), "plain"}
	}
	tone := map[job.State]string{job.Waiting: "wait", job.Running: "wait", job.Done: "good", job.Failed: "bad"}[state]
	return &badge{v.T("run.state_" + string(state)), tone}
}

// runProgress is what the template desk-progress shows.
type runProgress struct {
	Step        string
	Done, Total int
	Ended       bool
	Href        string
}

// runMore is what only the page of a run needs.
type runMore struct {
	Badge                       *badge
	By, Last                    string
	Asked, Started, Ended, Next *moment
	Progress                    *runProgress
	Retry, Cancel               *deskButton
	Object, ObjectHref          string
	Head                        string                 // of the journal that was verified
	Parts                       []observatory.Examined // of a doctor
	Command                     bool
}

func (s *Server) runShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.runPage(w, r, v, nil)
}

func (s *Server) runPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	row, err := s.Office.DB.Run(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	names, err := s.actorNames(r, v)
	if err != nil {
		return err
	}
	line := lineOfRun(names, row)
	if line.Object != "" && !s.mayObject(v, line.Object) {
		line.Object = ""
	}
	p := deskPage{Template: "run_show", Title: kindWord(v, line.Kind), Kicker: line.What, Body: line, Err: wrong,
		Crumbs: []link{{Label: v.T("run.title"), Href: runPath}}}
	if !line.Ended {
		p.Refresh = 3
	}
	p.More = s.runMore(v, line, row)
	return s.show(w, r, v, p)
}

func (s *Server) runMore(v *visitor, line runLine, row store.RunRow) *runMore {
	m := &runMore{Badge: runBadge(v, line.State, line.Cancelled), By: v.T("run.by", "who", line.Who, "when", v.When(line.CreatedAt)),
		Asked: v.At(line.CreatedAt), Started: v.At(line.StartedAt), Ended: v.At(line.EndedAt),
		Last: lasted(v, line), Command: !line.queued}
	if !line.Ended {
		m.Progress = &runProgress{Step: cmp.Or(line.Step, m.Badge.Text), Done: line.Done, Total: line.Total, Href: v.at.as(asJSON).String()}
	}
	if line.State == job.Waiting && line.Attempt > 0 {
		m.Next = v.At(line.At)
	}
	d := deskView{v: v}
	if line.State == job.Failed && line.queued && v.may(account.RetryRun, account.Object{}) {
		b := d.Button(runPath+"/"+line.ID+"/recommencer", v.T("run.retry"))
		m.Retry = &b
	}
	if !line.Ended && line.queued && v.may(account.CancelRun, account.Object{}) {
		b := d.Quiet(runPath+"/"+line.ID+"/annuler", v.T("run.cancel"))
		m.Cancel = &b
	}
	if line.Object != "" {
		m.Object, m.ObjectHref = objectWord(v, line.Object), v.at.link(s.objectPath(line.Object))
	}
	if line.State == job.Done && v.may(account.ReadSetting, account.Object{}) {
		m.Parts = examinedOf(row)
	}
	if line.State == job.Done && line.Kind == observatory.VerifyRun && v.may(account.ReadJournal, account.Object{}) {
		var said observatory.VerifyResult
		if json.Unmarshal(row.Result, &said) == nil {
			m.Head = said.Head.String()
		}
	}
	return m
}

// examinedOf is what a doctor's run found, nil for any other run.
func examinedOf(row store.RunRow) []observatory.Examined {
	var said observatory.ExamineResult
	if row.Kind != observatory.DoctorRun || json.Unmarshal(row.Result, &said) != nil {
		return nil
	}
	return said.Parts
}

// mayObject reports whether the visitor may go to the page of an object.
func (s *Server) mayObject(v *visitor, object string) bool {
	noun, _, _ := strings.Cut(object, ":")
	e, served := s.entries["GET "+objectPaths[noun]]
	return served && v.mayAnywhere(e.Action)
}

func (s *Server) runRetry(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.runTurn(w, r, v, s.Office.DB.RetryRun(r.Context(), v.actor(), r.PathValue("id"), s.Now()), v.T("run.retried"))
}

func (s *Server) runCancel(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.runTurn(w, r, v, s.Office.DB.CancelRun(r.Context(), v.actor(), r.PathValue("id"), s.Now()), v.T("run.cancelled"))
}

func (s *Server) runTurn(w http.ResponseWriter, r *http.Request, v *visitor, err error, said string) error {
	if err != nil && refused(err) {
		return s.runPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, runPath+"/"+r.PathValue("id"), said)
}

// recentFailure is how long a run that failed is spoken of.
const recentFailure = 7 * 24 * time.Hour

// runAwaits tells the home of the runs that failed lately, to who may have them
// tried again; one that was cancelled waits for nobody.
func (s *Server) runAwaits(r *http.Request, v *visitor, body *homeBody) error {
	if !v.may(account.RetryRun, account.Object{}) {
		return nil
	}
	names, err := s.actorNames(r, v)
	if err != nil {
		return err
	}
	rows, err := s.Office.DB.Runs(r.Context(), store.RunFilter{State: job.Failed, Most: 10})
	for _, row := range rows {
		if row.Cancelled() || v.now.Sub(row.CreatedAt) > recentFailure {
			continue
		}
		line := lineOfRun(names, row)
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("run.awaits", "what", joined(" : ", kindWord(v, line.Kind), line.What)),
			Href: v.at.link(runPath + "/" + line.ID), Small: joined(" · ", line.Who, v.When(line.CreatedAt)), Badge: runBadge(v, line.State, false)})
	}
	return err
}

// runLatest tells the home the last runs, those of the machine's own care left
// out.
func (s *Server) runLatest(r *http.Request, v *visitor, body *homeBody) error {
	if !v.may(account.ReadRun, account.Object{}) {
		return nil
	}
	names, err := s.actorNames(r, v)
	if err != nil {
		return err
	}
	rows, err := s.Office.DB.Runs(r.Context(), store.RunFilter{Most: 20})
	if err != nil {
		return err
	}
	most := len(body.Latest) + 5
	for _, row := range rows {
		if line := lineOfRun(names, row); row.By != journal.System && len(body.Latest) < most {
			body.Latest = append(body.Latest, homeLine{Text: joined(" : ", kindWord(v, line.Kind), line.What), Href: v.at.link(runPath + "/" + line.ID),
				Small: joined(" · ", line.Who, v.When(line.CreatedAt)), Badge: runBadge(v, line.State, line.Cancelled)})
		}
	}
	return nil
}
