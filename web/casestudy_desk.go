package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"vigie/account"
	"vigie/casestudy"
	"vigie/journal"
	"vigie/lang"
	"vigie/store"
)

// The pages of the case base for those who write and review it.
const (
	casePath       = "/atelier/pratiques"
	caseNew        = casePath + "/nouvelle"
	caseLinksPath  = casePath + "/liens"
	caseBrokenPath = casePath + "/adresses"
)

func (s *Server) caseDesk() []deskRoute {
	of := func(method, below string, a account.Action, handle func(http.ResponseWriter, *http.Request, *visitor) error) deskRoute {
		return deskRoute{Pattern: method + " " + casePath + "/{id}" + below, Action: a, Object: s.caseObject, Handle: handle}
	}
	heavy := func(p deskRoute) deskRoute {
		p.Body = mostCaseForm
		return p
	}
	return append(s.caseBulkDesk(), []deskRoute{
		{Pattern: "GET " + casePath, Action: account.ReadCase, Anywhere: true, Handle: s.caseList, Menu: "desk.nav.text.case"},
		{Pattern: "GET " + caseNew, Action: account.WriteCase, Anywhere: true, Handle: s.caseNewShow},
		heavy(deskRoute{Pattern: "POST " + caseNew, Action: account.WriteCase, Anywhere: true, Handle: s.caseNewSend}),
		{Pattern: "GET " + caseLinksPath, Action: account.LinkCase, Handle: s.caseLinkList},
		{Pattern: "POST " + caseLinksPath, Action: account.LinkCase, Handle: s.caseLinkMake},
		{Pattern: "POST " + caseLinksPath + "/retirer", Action: account.LinkCase, Handle: s.caseLinkRevoke},
		{Pattern: "GET " + caseBrokenPath, Action: account.ReadCase, Anywhere: true, Handle: s.caseBroken},
		of("GET", "", account.ReadCase, s.caseShow),
		of("GET", "/modifier", account.WriteCase, s.caseEdit),
		heavy(of("POST", "/modifier", account.WriteCase, s.caseWrite)),
		of("GET", "/corriger", account.CorrectCase, s.caseEdit),
		heavy(of("POST", "/corriger", account.CorrectCase, s.caseWrite)),
		of("POST", "/proposer", account.SubmitCase, s.caseAct),
		of("POST", "/relire", account.ReviewCase, s.caseAct),
		of("POST", "/renvoyer", account.ReviewCase, s.caseAct),
		of("POST", "/publier", account.PublishCase, s.caseAct),
		of("POST", "/confirmer", account.ConfirmCase, s.caseAct),
		of("POST", "/signaler", account.FlagCase, s.caseAct),
		of("POST", "/archiver", account.ArchiveCase, s.caseAct),
		of("POST", "/sortir", account.ArchiveCase, s.caseAct),
		of("POST", "/annoter", account.ReviewCase, s.caseNotePut),
		of("POST", "/regler", account.WriteCase, s.caseNoteSettle),
		of("POST", "/clore", account.ReviewCase, s.caseNoteSettle),
		of("GET", "/histoire", account.ReadCase, s.caseHistory),
		of("POST", "/revenir", account.WriteCase, s.caseRestore),
		of("GET", "/reunir", account.MergeCase, s.caseMergeShow),
		of("POST", "/reunir", account.MergeCase, s.caseMerge),
		of("GET", "/corrections/{amendment}", account.AmendCase, s.caseAmendShow),
		heavy(of("POST", "/corrections/{amendment}", account.AmendCase, s.caseAmend)),
		of("POST", "/corrections/{amendment}/refuser", account.AmendCase, s.caseAmendRefuse),
		of("GET", "/codage", account.CodeCase, s.caseCodeShow),
		of("POST", "/codage", account.CodeCase, s.caseCode),
		of("POST", "/codage/retirer", account.CodeCase, s.caseCodeDrop),
	}...)
}

// caseObject is the case that a request is about, as rights see it.
func (s *Server) caseObject(r *http.Request) (account.Object, error) {
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return account.Object{}, err
	}
	return row.Object(), nil
}

// caseOf is the address of a page of a case.
func caseOf(id, below string) string { return casePath + "/" + id + below }

// caseTones are the tones of the states.
var caseTones = map[casestudy.State]string{casestudy.Submitted: "wait", casestudy.InReview: "wait", casestudy.Published: "good", casestudy.ToUpdate: "wait"}

func caseBadge(v *visitor, s casestudy.State) *badge {
	tone := caseTones[s]
	if tone == "" {
		tone = "plain"
	}
	return &badge{v.T("case.state_" + string(s)), tone}
}

// caseLine is a case in the list.
type caseLine struct {
	store.CaseRow
	Writer string `json:"writer_name"`
}

// caseFilter is what the list is asked for in its address.
type caseFilter struct {
	State, Network string
	Own, Due       bool
}

func caseFilterOf(q url.Values) caseFilter {
	return caseFilter{State: q.Get("etat"), Network: q.Get("reseau"), Own: q.Get("auteur") == "moi", Due: q.Get("echeance") == "1"}
}

// rows reads the cases that a filter keeps and the visitor may see.
func (s *Server) caseRows(r *http.Request, v *visitor, f caseFilter) (lines []caseLine, networks []string, err error) {
	in := store.CaseFilter{}
	if f.State != "" {
		in.States = []casestudy.State{casestudy.State(f.State)}
	}
	if f.Own {
		in.Author = journal.PersonActor(v.ID)
	}
	if f.Due {
		in.Due = s.Now().In(lang.Paris).Format(time.DateOnly)
	}
	rows, err := s.Office.DB.Cases(r.Context(), in)
	lines = []caseLine{}
	for _, row := range rows {
		if !v.may(account.ReadCase, row.Object()) {
			continue
		}
		networks = append(networks, row.Network)
		if f.Network == "" || f.Network == row.Network {
			lines = append(lines, caseLine{row, s.caseWriter(r, v, row.Author)})
		}
	}
	slices.Sort(networks)
	return lines, slices.DeleteFunc(slices.Compact(networks), func(n string) bool { return n == "" }), err
}

func (s *Server) caseList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	f := caseFilterOf(r.URL.Query())
	lines, networks, err := s.caseRows(r, v, f)
	if err != nil {
		return err
	}
	table := tableFor(r, v, v.T("case.title"), v.T("case.none"), lines, []deskColumn[caseLine]{
		{Key: "titre", Label: v.T("case.case"), Wide: true, Order: func(a, b caseLine) int { return lang.Compare(a.Title, b.Title) }, Cell: func(l caseLine) deskCell {
			return deskCell{Text: l.Title, Href: caseOf(l.ID, ""), Small: joined(" · ", l.Network, l.ExternalID)}
		}},
		{Label: v.T("case.state"), Cell: func(l caseLine) deskCell {
			c := deskCell{Badge: caseBadge(v, l.State)}
			switch {
			case l.State.Public() && l.ReviewedAt.IsZero():
				c.Small = v.T("case.unread")
			case l.Pending():
				c.Small = v.T("case.pending")
			}
			return c
		}},
		{Label: v.T("case.author"), Cell: func(l caseLine) deskCell { return deskCell{Text: l.Writer} }},
		{Key: "echeance", Label: v.T("case.due"), Order: func(a, b caseLine) int { return strings.Compare(a.ReviewDue, b.ReviewDue) }, Cell: func(l caseLine) deskCell { return deskCell{Text: isoDay(v, l.ReviewDue)} }},
		{Key: "date", Label: v.T("case.changed_at"), Order: func(a, b caseLine) int { return a.ChangedAt.Compare(b.ChangedAt) }, Cell: func(l caseLine) deskCell { return deskCell{At: l.ChangedAt} }},
	})
	p := deskPage{Template: "case_list", Title: v.T("case.title"), Lead: v.T("case.lead"), Body: lines, Table: table, More: caseChoices(v, f, networks)}
	if v.mayAnywhere(account.WriteCase) {
		p.Actions = append(p.Actions, link{Label: v.T("case.new"), Href: caseNew})
	}
	if v.mayAnywhere(account.ImportCase) {
		p.Actions = append(p.Actions, link{Label: v.T("bulk.title"), Href: bulkPath})
	}
	if v.may(account.LinkCase, account.Object{}) {
		p.Actions = append(p.Actions, link{Label: v.T("case.links"), Href: caseLinksPath})
	}
	p.Actions = append(p.Actions, link{Label: v.T("case.broken"), Href: caseBrokenPath})
	return s.show(w, r, v, p)
}

// isoDay writes an ISO day to people.
func isoDay(v *visitor, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, lang.Paris)
	if err != nil {
		return day
	}
	return v.Day(t)
}

// caseChoices are the filters of the list, each an address.
func caseChoices(v *visitor, f caseFilter, networks []string) []deskField {
	pick := func(name, label, value string, options ...deskOption) deskField {
		all := append([]deskOption{{Label: v.T("case.any")}}, options...)
		for i := range all {
			all[i].Selected = all[i].Value == value
		}
		return deskField{Kind: "select", Name: name, Label: label, ID: fieldID(name), Options: all}
	}
	var states, nets []deskOption
	for _, st := range []casestudy.State{casestudy.Draft, casestudy.Submitted, casestudy.InReview, casestudy.Published, casestudy.ToUpdate, casestudy.Archived, casestudy.Merged} {
		states = append(states, deskOption{Value: string(st), Label: v.T("case.state_" + string(st))})
	}
	for _, n := range networks {
		nets = append(nets, deskOption{Value: n, Label: n})
	}
	own, due := "", ""
	if f.Own {
		own = "moi"
	}
	if f.Due {
		due = "1"
	}
	return []deskField{pick("etat", v.T("case.state"), f.State, states...), pick("reseau", v.T("case.network"), f.Network, nets...),
		pick("auteur", v.T("case.author"), own, deskOption{Value: "moi", Label: v.T("case.mine_only")}),
		pick("echeance", v.T("case.due"), due, deskOption{Value: "1", Label: v.T("case.due_only")})}
}

func caseCrumbs(v *visitor, row *store.CaseRow) []link {
	crumbs := []link{{Label: v.T("case.title"), Href: casePath}}
	if row != nil {
		crumbs = append(crumbs, link{Label: row.Title, Href: caseOf(row.ID, "")})
	}
	return crumbs
}

// caseAwaits tells the home what waits for the visitor.
func (s *Server) caseAwaits(r *http.Request, v *visitor, body *homeBody) error {
	if !v.mayAnywhere(account.ReviewCase) {
		return nil
	}
	rows, err := s.Office.DB.Cases(r.Context(), store.CaseFilter{States: []casestudy.State{casestudy.Submitted, casestudy.InReview}})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if v.may(account.ReviewCase, row.Object()) && len(body.Awaits) < 20 {
			body.Awaits = append(body.Awaits, homeLine{Text: v.T("case.awaits", "title", row.Title), Href: v.at.link(caseOf(row.ID, "")), Badge: caseBadge(v, row.State)})
		}
	}
	waiting, err := s.Office.DB.Amendments(r.Context(), "")
	if err == nil && len(waiting) > 0 {
		body.Awaits = append(body.Awaits, homeLine{Text: v.T("case.awaits_amendments", "n", len(waiting)), Href: v.at.link(caseOf(waiting[0].Case, "/corrections/"+waiting[0].ID))})
	}
	return err
}

// atoi reads a number of a form, 0 when it is none.
func atoi(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

func decimal(n int) string { return strconv.Itoa(n) }

// lastPart is the last part of an address, or of a path.
func lastPart(text string) string {
	text = strings.TrimRight(strings.TrimSpace(text), "/")
	return text[strings.LastIndexByte(text, '/')+1:]
}
