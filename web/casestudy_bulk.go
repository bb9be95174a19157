package web

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/observatory"
	"vigie/store"
)

// The pages by which cases are brought many at once: a file is sent, a run looks
// at it, and its page, planPath/{id}, says what the file would do.
const (
	bulkPath  = casePath + "/verser"
	bulkModel = bulkPath + "/modele"
	bulkLists = bulkPath + "/listes"
	planPath  = "/atelier/versements"

	mostBulk = 50 << 20
)

func (s *Server) caseBulkDesk() []deskRoute {
	of := func(method, below string, handle func(http.ResponseWriter, *http.Request, *visitor) error) deskRoute {
		return deskRoute{Pattern: method + " " + planPath + "/{id}" + below, Action: account.ImportCase, Object: s.planObject, Handle: handle}
	}
	return []deskRoute{
		{Pattern: "GET " + bulkPath, Action: account.ImportCase, Anywhere: true, Handle: s.bulkShow},
		{Pattern: "POST " + bulkPath, Action: account.ImportCase, Anywhere: true, Handle: s.bulkSend, Body: mostBulk},
		{Pattern: "GET " + bulkModel, Action: account.ImportCase, Anywhere: true, Handle: s.bulkModelShow, Forms: []form{asCSV, asXLSX}},
		{Pattern: "GET " + bulkLists, Action: account.ImportCase, Anywhere: true, Handle: s.bulkListsShow, Forms: []form{asCSV}},
		of("GET", "", s.planShow),
		of("POST", "/verser", s.planKeep),
		of("POST", "/relire", s.planAgain),
	}
}

// planArgs is what a run that looks at a file of cases was asked.
func (s *Server) planArgs(r *http.Request) (args observatory.CaseImportArgs, err error) {
	text, err := s.Office.DB.RunArgs(r.Context(), observatory.CasePlanRun, r.PathValue("id"))
	if err == nil && len(text) == 0 {
		err = fault.NotFoundf("lancez la commande de nouveau", "versement d’une commande")
	}
	if err != nil {
		return args, err
	}
	return args, json.Unmarshal(text, &args)
}

// planObject is a file of cases as rights see it: it lies in what its sender
// brings cases for.
func (s *Server) planObject(r *http.Request) (account.Object, error) {
	args, err := s.planArgs(r)
	return account.Object{Scopes: args.Within}, err
}

// planLine is a file of cases in the list of the latest.
type planLine struct {
	ID      string    `json:"id"`
	File    string    `json:"file"`
	Network string    `json:"network,omitempty"`
	Who     string    `json:"who"`
	At      time.Time `json:"at"`
	stand   planStand
	plan    *observatory.CasePlan
}

// planStand is where a file of cases stands.
type planStand string

const (
	planReading planStand = "reading"
	planFailed  planStand = "failed"
	planRefused planStand = "refused"
	planReady   planStand = "ready"
	planNothing planStand = "nothing"
	planKeeping planStand = "keeping"
	planStopped planStand = "stopped" // kept nothing
	planKept    planStand = "kept"
)

// standOf says where a plan stands; kept is the run that keeps it, if one was
// asked for.
func standOf(row store.RunRow, kept *store.RunRow) (planStand, *observatory.CasePlan) {
	var p observatory.CasePlan
	switch {
	case row.State == job.Failed:
		return planFailed, nil
	case row.State != job.Done || json.Unmarshal(row.Result, &p) != nil:
		return planReading, nil
	case kept != nil && kept.State == job.Done:
		return planKept, &p
	case kept != nil && kept.State == job.Failed:
		return planStopped, &p
	case kept != nil:
		return planKeeping, &p
	case p.Refused > 0:
		return planRefused, &p
	case p.Added+p.Changed == 0:
		return planNothing, &p
	}
	return planReady, &p
}

var planTones = map[planStand]string{planReading: "wait", planFailed: "bad", planRefused: "bad", planReady: "wait", planNothing: "plain",
	planKeeping: "wait", planStopped: "bad", planKept: "good"}

func planBadge(v *visitor, stand planStand) *badge {
	return &badge{v.T("bulk.stand_" + string(stand)), planTones[stand]}
}

// plans are the latest files of cases that the visitor may see, the last first;
// by narrows them to those of somebody.
func (s *Server) plans(r *http.Request, v *visitor, by journal.Actor, most int) ([]planLine, error) {
	rows, err := s.Office.DB.Runs(r.Context(), store.RunFilter{Kind: observatory.CasePlanRun, By: by, Most: most})
	if err != nil {
		return nil, err
	}
	names, lines := s.namer(r), []planLine{}
	for _, row := range rows {
		if !row.Queued {
			continue // a command's
		}
		var kept *store.RunRow
		if one, asked, err := s.Office.DB.RunOfEvent(r.Context(), observatory.CaseImportEvent(row.ID)); err != nil {
			return nil, err
		} else if asked {
			kept = &one
		}
		line := planLine{ID: row.ID, File: row.What, Who: names(row.By), At: row.CreatedAt}
		line.stand, line.plan = standOf(row, kept)
		object := account.Object{}
		if line.plan != nil {
			line.Network, object.Scopes = line.plan.Network, line.plan.Within
		}
		if row.By.Person() == v.ID || v.may(account.ImportCase, object) {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// scopesFor are the scopes for which the visitor may do an action, "" the whole.
func scopesFor(v *visitor, a account.Action) []string {
	var all []string
	for _, g := range v.Grants {
		if slices.Contains(account.Matrix[a].Roles, g.Role) && !slices.Contains(all, g.Scope) {
			all = append(all, g.Scope)
		}
	}
	slices.Sort(all)
	return all
}

func (s *Server) bulkShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.bulkPage(w, r, v, nil)
}

// bulkPage is the form that sends a file of cases, and the latest ones.
func (s *Server) bulkPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	lines, err := s.plans(r, v, "", 50)
	if err != nil {
		return err
	}
	f, err := s.bulkForm(r, v)
	if err != nil {
		return err
	}
	if wrong != nil {
		f.fill(r)
	}
	table := tableFor(r, v, v.T("bulk.latest"), v.T("bulk.latest_none"), lines, []deskColumn[planLine]{
		{Label: v.T("bulk.file"), Cell: func(l planLine) deskCell {
			return deskCell{Text: l.File, Href: planPath + "/" + l.ID, Small: l.Network}
		}},
		{Label: v.T("case.state"), Cell: func(l planLine) deskCell { return deskCell{Badge: planBadge(v, l.stand)} }},
		{Label: v.T("case.by"), Cell: func(l planLine) deskCell { return deskCell{Text: l.Who} }},
		{Label: v.T("case.at"), Cell: func(l planLine) deskCell { return deskCell{At: l.At} }},
	})
	more := []link{{Label: v.T("bulk.model_csv"), Href: v.at.link(bulkModel + ".csv")}, {Label: v.T("bulk.model_xlsx"), Href: v.at.link(bulkModel + ".xlsx")},
		{Label: v.T("bulk.model"), Href: v.at.link(bulkModel)}, {Label: v.T("bulk.lists"), Href: v.at.link(bulkLists)}}
	return s.show(w, r, v, deskPage{Template: "bulk_send", Title: v.T("bulk.title"), Lead: v.T("bulk.lead"), Crumbs: caseCrumbs(v, nil), Body: lines, More: more, Table: table, Form: f, Err: wrong})
}

// bulkForm asks for a file and the network that it comes from.
func (s *Server) bulkForm(r *http.Request, v *visitor) (*deskForm, error) {
	f := &deskForm{Action: bulkPath, Submit: v.T("bulk.send"), Cancel: casePath, Upload: true, Fields: []deskField{
		{Kind: "file", Name: fileInput, Label: v.T("bulk.file"), Hint: v.T("bulk.file_hint", "most", megabytes(v.l, mostBulk)), Required: true, Accept: ".csv,.tsv,.txt,.xlsx,.xlsm,.json,.jsonl"},
	}}
	scopes := scopesFor(v, account.ImportCase)
	if len(scopes) > 1 || len(scopes) == 1 && scopes[0] != "" {
		field := deskField{Kind: "select", Name: scopeInput, Label: v.T("bulk.scope"), Hint: v.T("bulk.scope_hint")}
		for i, scope := range scopes {
			label := cmp.Or(scope, v.T("bulk.scope_whole"))
			if network, named := strings.CutPrefix(scope, "reseau:"); named {
				label = v.T("bulk.scope_network", "network", network)
			}
			field.Options = append(field.Options, deskOption{Value: scope, Label: label, Selected: i == 0})
		}
		f.Fields = append(f.Fields, field)
	}
	if slices.ContainsFunc(scopes, func(scope string) bool { return !strings.HasPrefix(scope, "reseau:") }) {
		_, networks, err := s.caseRows(r, v, caseFilter{})
		if err != nil {
			return nil, err
		}
		hint := v.T("bulk.network_hint")
		if len(networks) > 0 {
			hint += " " + v.T("bulk.network_known", "networks", strings.Join(networks, ", "))
		}
		f.Fields = append(f.Fields, deskField{Name: networkInput, Label: v.T("case.network"), Hint: hint, Most: 60})
	}
	return f, nil
}

// bulkSend takes a file and asks for the run that looks at it.
func (s *Server) bulkSend(w http.ResponseWriter, r *http.Request, v *visitor) error {
	run, err := s.bulkReceive(r, v)
	if err != nil && refused(err) {
		return s.bulkPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, planPath+"/"+run, v.T("bulk.sent"))
}

func (s *Server) bulkReceive(r *http.Request, v *visitor) (string, error) {
	scopes := scopesFor(v, account.ImportCase)
	scope := r.PostFormValue(scopeInput)
	if !r.PostForm.Has(scopeInput) && len(scopes) > 0 {
		scope = scopes[0]
	}
	walk := s.Office.Walk(v.actor(), nil)
	within, err := walk.Within(r.Context(), scope)
	if err != nil {
		return "", err
	}
	if !slices.Contains(scopes, scope) || !v.may(account.ImportCase, account.Object{Scopes: within}) {
		return "", aboutField(scopeInput, fault.Invalidf(v.T("delivery.scope_wrong_do"), "%s", v.T("delivery.scope_wrong")))
	}
	file, ok := v.sent(fileInput)
	if !ok {
		return "", aboutField(fileInput, fault.Invalidf(v.T("bulk.file_missing_do"), "%s", v.T("bulk.file_missing")))
	}
	in := observatory.CaseFile{Network: r.PostFormValue(networkInput), Name: file.Name, Scope: scope, Within: within, Content: file}
	if _, err := in.From(); err != nil {
		return "", aboutField(networkInput, err)
	}
	run, err := walk.AskCasePlan(r.Context(), in)
	return run, aboutField(fileInput, err)
}

// planKeep asks for what the file says to be kept.
func (s *Server) planKeep(w http.ResponseWriter, r *http.Request, v *visitor) error {
	_, err := s.Office.Walk(v.actor(), nil).AskCaseImport(r.Context(), r.PathValue("id"))
	if err != nil && refused(err) {
		return s.planPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, planPath+"/"+r.PathValue("id"), v.T("bulk.keeping"))
}

// planAgain asks for the same file to be looked at once more.
func (s *Server) planAgain(w http.ResponseWriter, r *http.Request, v *visitor) error {
	run, err := s.Office.Walk(v.actor(), nil).AskCasePlanAgain(r.Context(), r.PathValue("id"))
	if err != nil && refused(err) {
		return s.planPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, planPath+"/"+run, v.T("bulk.again_sent"))
}

// recentPlan is how long the home speaks of a file of cases.
const recentPlan = 7 * 24 * time.Hour

// bulkAwaits tells the home which files of cases of the visitor wait for them.
func (s *Server) bulkAwaits(r *http.Request, v *visitor, body *homeBody) error {
	if !v.mayAnywhere(account.ImportCase) {
		return nil
	}
	lines, err := s.plans(r, v, v.actor(), 5)
	for _, l := range lines {
		if s.Now().Sub(l.At) > recentPlan {
			continue
		}
		line := homeLine{Text: v.T("bulk.awaits", "file", l.File), Href: v.at.link(planPath + "/" + l.ID), Small: joined(" · ", l.Network, v.When(l.At)), Badge: planBadge(v, l.stand)}
		switch l.stand {
		case planReady, planRefused, planStopped, planFailed:
			body.Awaits = append(body.Awaits, line)
		default:
			if v.mayAnywhere(account.ReadRun) {
				continue // told with the other works
			}
			body.Latest = append(body.Latest, line)
		}
	}
	return err
}
