package web

import (
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/lang"
	"vigie/store"
)

// caseBody is a case with its newest record, for its page and for programs.
type caseBody struct {
	store.CaseRow
	Record     casestudy.Record  `json:"record"`
	Faults     []casestudy.Fault `json:"faults"`
	Done       int               `json:"done_percent"`
	Missing    []string          `json:"missing"`
	Notes      []store.CaseNote  `json:"notes"`
	Amendments []store.Amendment `json:"amendments"`
}

// caseMore is what the page of a case shows beside it.
type caseMore struct {
	Badge     *badge
	Facts     []caseFact
	Acts      []deskButton
	Forms     []caseFold
	Links     []link
	Faults    []caseFact
	Missing   []string
	Alike     []caseAlike
	Lines     []caseShownLine
	General   []caseNote // notes on the whole, or on what the record no longer has
	Amends    []link
	Reviews   bool
	Annotate  *deskForm
	At        string // the field that is annotated
	Version   string
	Versions  *deskTable
	OpenNotes int
}

// caseFact is a name and what is said of it.
type caseFact struct{ Name, Value, Href string }

// caseFold is a form under a word that opens it.
type caseFold struct {
	Label string
	Form  *deskForm
}

// caseAlike is another case that says much the same.
type caseAlike struct{ Title, Href, Why string }

// caseShownLine is a field of the record with its notes.
type caseShownLine struct {
	ID, Label, Value string
	Picture          template.URL
	Notes            []caseNote
	Note             string // where to write one, "" for who may not
}

// caseNotes reads the notes of a case, by field.
func (s *Server) caseNotes(r *http.Request, v *visitor, id string) (map[string][]caseNote, error) {
	all, err := s.Office.DB.CaseNotes(r.Context(), id)
	out := map[string][]caseNote{}
	for _, n := range all {
		note := caseNote{ID: n.ID, Who: s.caseWriter(r, v, n.By), Text: n.Text, When: v.When(n.At), Open: n.Open()}
		if !note.Open {
			note.Closed = v.T("case.note_closed")
		}
		out[n.Field] = append(out[n.Field], note)
	}
	return out, err
}

func (s *Server) caseShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.caseShowWith(w, r, v, nil)
}

// caseShowWith shows a case, with why a step of it was refused.
func (s *Server) caseShowWith(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	body := caseBody{CaseRow: row}
	version, err := s.Office.DB.CaseVersion(r.Context(), row.ID, 0)
	if err != nil {
		return err
	}
	body.Record, body.Faults = version.Record, casestudy.Check(version.Record, lists.checked())
	whole := casestudy.Completeness(version.Record)
	body.Done, body.Missing = int(whole.Share*100), whole.Missing
	if body.Notes, err = s.Office.DB.CaseNotes(r.Context(), row.ID); err != nil {
		return err
	}
	if body.Amendments, err = s.Office.DB.Amendments(r.Context(), row.ID); err != nil {
		return err
	}
	more, err := s.caseAround(r, v, &body, lists)
	if err != nil {
		return err
	}
	p := deskPage{Template: "case_show", Title: row.Title, Kicker: v.T("case.kicker"), Crumbs: caseCrumbs(v, nil), Body: body, More: more, Err: wrong}
	for _, below := range []struct {
		action account.Action
		path   string
	}{{account.WriteCase, "/modifier"}, {account.CorrectCase, "/corriger"}} {
		if v.may(below.action, row.Object()) {
			p.Actions = append(p.Actions, link{Label: v.T("case.edit"), Href: caseOf(row.ID, below.path)})
		}
	}
	return s.show(w, r, v, p)
}

// caseAround makes what stands beside a case.
func (s *Server) caseAround(r *http.Request, v *visitor, body *caseBody, lists *caseLists) (*caseMore, error) {
	row := &body.CaseRow
	m := &caseMore{Badge: caseBadge(v, row.State), Version: strconv.Itoa(row.Version), Reviews: v.may(account.ReviewCase, row.Object())}
	m.Facts = s.caseFacts(r, v, row)
	s.caseSteps(v, row, m)
	for _, one := range body.Faults {
		m.Faults = append(m.Faults, caseFact{Name: casestudy.Label(v.l, one.Field), Value: joined(" ", sentence(v.l, one.What), sentence(v.l, one.Do))})
	}
	for _, path := range body.Missing {
		m.Missing = append(m.Missing, casestudy.Label(v.l, path))
	}
	notes, err := s.caseNotes(r, v, row.ID)
	if err != nil {
		return nil, err
	}
	m.At = r.URL.Query().Get("annoter")
	if below := caseSettling(v, row); below != "" {
		view := deskView{v: v, words: v.words}
		for _, list := range notes {
			for i := range list {
				if b := view.Quiet(caseOf(row.ID, below), v.T("case.note_settle"), "note", list[i].ID); list[i].Open {
					list[i].Settle = &b
				}
			}
		}
	}
	m.Lines = caseLines(v, body.Record, lists, notes)
	for i := range m.Lines {
		m.Lines[i].Picture = s.lineThumbnail(r, &body.Record, m.Lines[i].ID)
		if m.Reviews {
			m.Lines[i].Note = v.at.link(caseOf(row.ID, "")) + "?annoter=" + m.Lines[i].ID + "#" + fieldID("note."+m.Lines[i].ID)
		}
		delete(notes, m.Lines[i].ID)
	}
	for _, list := range notes {
		m.General = append(m.General, list...)
	}
	slices.SortFunc(m.General, func(a, b caseNote) int { return strings.Compare(a.ID, b.ID) })
	for _, n := range body.Notes {
		if n.Open() {
			m.OpenNotes++
		}
	}
	if m.Reviews {
		m.Annotate = &deskForm{Action: caseOf(row.ID, "/annoter"), Submit: v.T("case.note_add"), Version: m.Version, Hidden: []hiddenField{{"champ", m.At}},
			Fields: []deskField{{Kind: "area", Name: "texte", Label: v.T("case.note_text"), Rows: 3, Most: 2000, Wide: true, Required: true}}}
		m.Annotate = m.Annotate.ready(v, nil)
	}
	if v.may(account.AmendCase, row.Object()) {
		for _, a := range body.Amendments {
			if a.State == store.AmendmentOpen {
				m.Amends = append(m.Amends, link{Label: v.T("case.amendment_from", "who", amendmentSender(v, &a), "when", v.When(a.At)), Href: v.at.link(caseOf(row.ID, "/corrections/"+a.ID))})
			}
		}
	}
	if !row.State.Public() && row.State != casestudy.Archived && row.State != casestudy.Merged {
		if m.Alike, err = s.caseAlike(r, v, body.Record, row.ID); err != nil {
			return nil, err
		}
	}
	m.Versions, err = s.caseVersions(r, v, row, perPage)
	return m, err
}

// caseSettling is where the visitor settles notes of a case, "" for nowhere.
func caseSettling(v *visitor, row *store.CaseRow) string {
	switch o := row.Object(); {
	case v.may(account.ReviewCase, o):
		return "/clore"
	case v.may(account.WriteCase, o):
		return "/regler"
	}
	return ""
}

// caseLines are the values of a record, each list of codes on one line.
func caseLines(v *visitor, record casestudy.Record, lists *caseLists, notes map[string][]caseNote) []caseShownLine {
	var out []caseShownLine
	for _, leaf := range casestudy.Leaves(record) {
		parts := strings.Split(leaf.Path, ".")
		path, label := leaf.Path, casestudy.Label(v.l, leaf.Path)
		value := lists.label(leaf.Path, leaf.Value)
		switch {
		case slices.Contains(caseCodes, parts[0]) || parts[0] == "territories":
			path, label = parts[0], casestudy.Label(v.l, parts[0])
		case parts[0] == "media" && parts[2] != "alt" && parts[2] != "credit":
			continue
		case len(parts) == 3 && caseRowParts[parts[0]] != nil:
			path, label = parts[0]+"."+parts[1], casestudy.Label(v.l, parts[0]+"."+parts[1])
			if parts[2] == "source" {
				value = v.T("case.source_n", "n", value)
			}
		}
		if n := len(out); n > 0 && out[n-1].ID == path {
			out[n-1].Value += " · " + value
			continue
		}
		out = append(out, caseShownLine{ID: path, Label: label, Value: value})
	}
	for i := range out {
		for field, list := range notes {
			if field == out[i].ID || strings.HasPrefix(field, out[i].ID+".") && caseRowParts[strings.Split(out[i].ID, ".")[0]] != nil {
				out[i].Notes = append(out[i].Notes, list...)
				if field != out[i].ID {
					delete(notes, field)
				}
			}
		}
	}
	return out
}

// caseFacts says where a case stands.
func (s *Server) caseFacts(r *http.Request, v *visitor, row *store.CaseRow) []caseFact {
	all := []caseFact{
		{Name: v.T("case.author"), Value: s.caseWriter(r, v, row.Author)},
		{Name: v.T("case.network"), Value: joined(" · ", row.Network, row.ExternalID)},
		{Name: v.T("case.changed_at"), Value: v.When(row.ChangedAt)},
		{Name: v.T("case.reason"), Value: row.Reason},
	}
	if row.State == casestudy.InReview && row.ReviewedBy != "" {
		all = append(all, caseFact{Name: v.T("case.reviewer"), Value: s.caseWriter(r, v, row.ReviewedBy)})
	}
	if row.Published > 0 {
		all = append(all, caseFact{Name: v.T("case.public_page"), Value: "/pratiques/" + row.Slug, Href: v.at.link("/pratiques/" + row.Slug)},
			caseFact{Name: v.T("case.shown"), Value: v.T("case.version_n", "n", row.Published, "when", v.Day(row.PublishedAt))})
	}
	if row.Pending() {
		all = append(all, caseFact{Name: v.T("case.waiting"), Value: v.T("case.pending")})
	}
	if row.State.Public() {
		read := v.T("case.unread")
		if !row.ReviewedAt.IsZero() {
			read = joined(", ", s.caseWriter(r, v, row.ReviewedBy), v.When(row.ReviewedAt))
		}
		all = append(all, caseFact{Name: v.T("case.read"), Value: read}, caseFact{Name: v.T("case.due"), Value: isoDay(v, row.ReviewDue)})
	}
	if row.MergedInto != "" {
		all = append(all, caseFact{Name: v.T("case.merged_into"), Value: row.MergedInto, Href: v.at.link(caseOf(row.MergedInto, ""))})
	}
	return slices.DeleteFunc(all, func(f caseFact) bool { return f.Value == "" })
}

// caseSteps are the steps that the matrix and the state allow to the visitor.
func (s *Server) caseSteps(v *visitor, row *store.CaseRow, m *caseMore) {
	o, view := row.Object(), deskView{v: v, words: v.words}
	step := func(a account.Action, when bool, below, label string) {
		if !when || !v.may(a, o) {
			return
		}
		b := view.Button(caseOf(row.ID, below), label, "version", m.Version)
		if len(m.Acts) > 0 {
			b.Class = "quiet"
		}
		m.Acts = append(m.Acts, b)
	}
	fold := func(a account.Action, when bool, below, label string, f deskField) {
		if when && v.may(a, o) {
			form := deskForm{Action: caseOf(row.ID, below), Submit: label, Version: m.Version, Danger: below == "/archiver", Fields: []deskField{f}}
			m.Forms = append(m.Forms, caseFold{label, form.ready(v, nil)})
		}
	}
	area := func(name, label, hint string) deskField {
		return deskField{Kind: "area", Name: name, Label: label, Hint: hint, Rows: 3, Most: 2000, Wide: true}
	}
	st := row.State
	step(account.SubmitCase, st == casestudy.Draft, "/proposer", v.T("case.submit"))
	step(account.ReviewCase, st == casestudy.Submitted, "/relire", v.T("case.take"))
	step(account.PublishCase, st == casestudy.InReview, "/publier", v.T("case.publish"))
	step(account.PublishCase, row.Pending() && st.Public(), "/publier", v.T("case.publish_next"))
	step(account.ConfirmCase, st.Public(), "/confirmer", v.T("case.confirm"))
	step(account.ArchiveCase, st == casestudy.Archived, "/sortir", v.T("case.unarchive"))
	fold(account.ReviewCase, st == casestudy.Submitted || st == casestudy.InReview, "/renvoyer", v.T("case.return"), area("texte", v.T("case.return_note"), v.T("case.return_hint")))
	fold(account.FlagCase, st.Public(), "/signaler", v.T("case.flag"), area("motif", v.T("case.reason"), v.T("case.flag_hint")))
	fold(account.ArchiveCase, st != casestudy.Archived, "/archiver", v.T("case.archive"), area("motif", v.T("case.reason"), v.T("case.archive_hint")))
	if v.may(account.MergeCase, o) {
		m.Links = append(m.Links, link{Label: v.T("case.merge"), Href: v.at.link(caseOf(row.ID, "/reunir"))})
	}
	if v.may(account.CodeCase, o) {
		m.Links = append(m.Links, link{Label: v.T("case.code"), Href: v.at.link(caseOf(row.ID, "/codage"))})
	}
}

// caseAlike are the public cases that say much the same as a record.
func (s *Server) caseAlike(r *http.Request, v *visitor, record casestudy.Record, except string) (out []caseAlike, err error) {
	entries, _, err := s.Office.DB.Entries(r.Context())
	if err != nil {
		return nil, err
	}
	return alikeShown(v, casestudy.NewLikeness(entries).Alike(record, except)), nil
}

// alikeShown says which cases a record may be again.
func alikeShown(v *visitor, found []casestudy.Alike) (out []caseAlike) {
	for _, one := range found {
		var why []string
		for _, key := range one.Why {
			why = append(why, v.T("case.why."+key))
		}
		out = append(out, caseAlike{one.Title, v.at.link("/pratiques/" + one.Slug), strings.Join(why, ", ")})
	}
	return out
}

// caseAct takes a step in the life of a case: the last part of the address says
// which.
func (s *Server) caseAct(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id, version := r.PathValue("id"), atoi(r.PostFormValue("version"))
	row, err := s.Office.DB.Case(r.Context(), id)
	if err != nil {
		return err
	}
	walk, ctx := s.Office.Walk(v.actor(), nil), r.Context()
	step := v.at.path[strings.LastIndexByte(v.at.path, '/')+1:]
	switch step {
	case "proposer":
		_, err = walk.SubmitCase(ctx, row.ID, version)
	case "relire":
		_, err = walk.TakeCase(ctx, row.ID, version)
	case "renvoyer":
		var notes []store.CaseNoteInput
		if text := typedText(r.PostFormValue("texte")); text != "" {
			notes = append(notes, store.CaseNoteInput{Text: text})
		}
		_, err = walk.ReturnCase(ctx, row.ID, version, notes)
	case "publier":
		_, err = walk.PublishCase(ctx, row.ID, version)
	case "confirmer":
		_, err = walk.ConfirmCase(ctx, row.ID, version, v.may(account.FlagCase, row.Object()))
	case "signaler":
		_, err = walk.FlagCase(ctx, row.ID, version, r.PostFormValue("motif"))
	case "archiver":
		_, err = walk.ArchiveCase(ctx, row.ID, version, r.PostFormValue("motif"))
	case "sortir":
		_, err = walk.UnarchiveCase(ctx, row.ID, version)
	}
	return s.caseStepped(w, r, v, err, v.T("case.did_"+step))
}

// caseStepped answers a step: the page of the case, with why it was refused.
func (s *Server) caseStepped(w http.ResponseWriter, r *http.Request, v *visitor, err error, text string) error {
	if err == nil {
		return s.done(w, r, v, caseOf(r.PathValue("id"), ""), text)
	}
	if refused(err) {
		return s.caseShowWith(w, r, v, s.named(r, v, err))
	}
	return err
}

func (s *Server) caseNotePut(w http.ResponseWriter, r *http.Request, v *visitor) error {
	in := store.CaseNoteInput{Field: typedText(r.PostFormValue("champ")), Text: typedText(r.PostFormValue("texte"))}
	_, err := s.Office.DB.PutCaseNote(r.Context(), v.actor(), r.PathValue("id"), in, s.Now())
	return s.caseStepped(w, r, v, err, v.T("case.note_kept"))
}

func (s *Server) caseNoteSettle(w http.ResponseWriter, r *http.Request, v *visitor) error {
	err := s.Office.DB.SettleCaseNote(r.Context(), v.actor(), r.PathValue("id"), r.PostFormValue("note"), s.Now())
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return errForeign(v.words)
	}
	return s.caseStepped(w, r, v, err, v.T("case.note_settled"))
}

// amendmentSender says who proposes an amendment.
func amendmentSender(v *visitor, a *store.Amendment) string {
	if a.Sender != "" {
		return a.Sender
	}
	return lang.T(v.l, "case.writer_public")
}
