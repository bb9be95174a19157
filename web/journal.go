package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/job"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/source/sheet"
	"vigie/store"
)

// The pages of the journal.
const (
	journalPath = "/atelier/journal"
	verifyPath  = "/atelier/journal/verification"

	mostExported = 100_000 // entries
)

func (s *Server) journalDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + journalPath, Action: account.ReadJournal, Handle: s.journalList, Menu: "desk.nav.office.journal", Forms: []form{asCSV}},
		{Pattern: "GET " + journalPath + "/{number}", Action: account.ReadJournal, Handle: s.journalShow},
		{Pattern: "POST " + verifyPath, Action: account.Examine, Handle: s.journalVerify},
	}
}

// journalLine is an entry with the name of who acted.
type journalLine struct {
	journal.Entry
	Who string `json:"who"`
}

// journalBody is a page of the journal, its head, and what the last
// verification said.
type journalBody struct {
	Entries  []journalLine `json:"entries"`
	Older    int64         `json:"older,omitempty"` // the next page is before this entry
	Head     journal.Head  `json:"head"`
	Verified *runLine      `json:"verified,omitempty"`
}

// journalFilter reads the filter of the address, false for a day that is none.
// Days are those of Paris.
func journalFilter(q url.Values) (f store.JournalFilter, ok bool) {
	f = store.JournalFilter{Action: q.Get("acte"), Object: strings.TrimSpace(q.Get("objet")), Most: perPage + 1}
	if f.Actor = q.Get("qui"); strings.HasPrefix(f.Actor, "person:") {
		f.Person, f.Actor = strings.TrimPrefix(f.Actor, "person:"), ""
	}
	f.Below, _ = strconv.ParseInt(q.Get("avant"), 10, 64) // anything else is the first page
	ok = true
	for _, bound := range []struct {
		day string
		to  *time.Time
		add int
	}{{q.Get("du"), &f.From, 0}, {q.Get("au"), &f.To, 1}} {
		if bound.day == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, bound.day, lang.Paris)
		if ok = ok && err == nil; err == nil {
			*bound.to = day.AddDate(0, 0, bound.add)
		}
	}
	return f, ok
}

func (s *Server) journalList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	q := r.URL.Query()
	f, ok := journalFilter(q)
	var wrong error
	if !ok {
		wrong = fault.Invalidf(v.T("journal.day_do"), "%s", v.T("journal.day_wrong"))
	}
	if v.at.form == asCSV {
		if wrong != nil {
			return wrong
		}
		return s.journalExport(w, r, v, f)
	}
	names, err := s.actorNames(r, v)
	if err != nil {
		return err
	}
	entries, err := s.Office.DB.Journal(r.Context(), f)
	if err != nil {
		return err
	}
	body := journalBody{Entries: []journalLine{}}
	if len(entries) > perPage {
		entries = entries[:perPage]
		body.Older = entries[perPage-1].Seq
	}
	for _, e := range entries {
		body.Entries = append(body.Entries, journalLine{e, names.of(e.Actor)})
	}
	if body.Head, err = s.Office.DB.JournalHead(r.Context()); err != nil {
		return err
	}
	if body.Verified, err = s.lastRun(r, names, observatory.VerifyRun); err != nil {
		return err
	}
	more, err := s.journalMore(r, v, q, names, &body)
	if err != nil {
		return err
	}
	return s.show(w, r, v, deskPage{Template: "journal_list", Title: v.T("journal.title"), Lead: v.T("journal.lead"), Body: body, More: more,
		Table: s.journalTable(r, v, body.Entries), Err: wrong})
}

// journalMore is what only the page needs: the filter, the links, the form of a
// verification.
type journalMore struct {
	Who, Acts                []deskOption
	Object, From, To, Action string
	Older, First, CSV        string
	Head                     string
	RunHref                  string
	VerifiedAt               *moment
	Verdict                  *badge
	Verify                   *deskForm
	Filtered                 bool
}

func (s *Server) journalMore(r *http.Request, v *visitor, q url.Values, names *actorNames, body *journalBody) (*journalMore, error) {
	acts, err := s.Office.DB.JournalActions(r.Context())
	if err != nil {
		return nil, err
	}
	m := &journalMore{Object: q.Get("objet"), From: q.Get("du"), To: q.Get("au"), Action: v.at.String()}
	m.Who = append([]deskOption{{Label: v.T("journal.anybody")}}, names.options(q.Get("qui"))...)
	m.Acts = []deskOption{{Label: v.T("journal.anything")}}
	for _, a := range acts {
		m.Acts = append(m.Acts, deskOption{Value: a, Label: actWord(v, a), Selected: a == q.Get("acte")})
	}
	kept := with(q, "avant", "")
	m.CSV = v.at.as(asCSV).String() + "?" + kept.Encode()
	m.Filtered = q.Get("qui")+q.Get("acte")+q.Get("objet")+q.Get("du")+q.Get("au") != ""
	if q.Get("avant") != "" {
		m.First = v.at.String() + "?" + kept.Encode()
	}
	if body.Older > 0 {
		m.Older = v.at.String() + "?" + with(kept, "avant", strconv.FormatInt(body.Older, 10)).Encode()
	}
	if body.Head.Seq > 0 {
		m.Head = body.Head.String()
	}
	if last := body.Verified; last != nil {
		m.Verdict, m.RunHref, m.VerifiedAt = runBadge(v, last.State, last.Cancelled), v.at.link(runPath+"/"+last.ID), v.At(last.CreatedAt)
		if last.State == job.Done {
			m.Verdict = &badge{v.T("journal.intact"), "good"}
		}
	}
	if v.may(account.Examine, account.Object{}) {
		m.Verify = (&deskForm{Action: verifyPath, Submit: v.T("journal.verify"), Fields: []deskField{
			{Name: "tete", Label: v.T("journal.noted"), Hint: v.T("journal.noted_hint"), Wide: true, Most: 100}}}).ready(v, nil)
	}
	return m, nil
}

func (s *Server) journalTable(r *http.Request, v *visitor, lines []journalLine) *deskTable {
	return tableFor(r, v, v.T("journal.title"), v.T("journal.none"), lines, []deskColumn[journalLine]{
		{Label: v.T("journal.when"), Cell: func(e journalLine) deskCell {
			return deskCell{At: e.At, Href: journalPath + "/" + strconv.FormatInt(e.Seq, 10), Small: v.T("journal.number", "n", v.Count(int(e.Seq)))}
		}},
		{Label: v.T("journal.who"), Cell: func(e journalLine) deskCell { return deskCell{Text: e.Who} }},
		{Label: v.T("journal.act"), Cell: func(e journalLine) deskCell { return deskCell{Text: actWord(v, e.Action)} }},
		{Label: v.T("journal.object"), Cell: func(e journalLine) deskCell {
			return deskCell{Text: objectWord(v, e.Object), Href: s.objectPath(e.Object)}
		}},
	})
}

// journalExport writes the entries of a filter as csv: persons by their
// identifiers, which say nothing once an account is erased.
func (s *Server) journalExport(w http.ResponseWriter, r *http.Request, v *visitor, f store.JournalFilter) error {
	f.Most, f.Below = mostExported, 0
	entries, err := s.Office.DB.Journal(r.Context(), f)
	if err != nil {
		return err
	}
	act := journal.Act{Actor: v.actor(), Action: "journal.export", Object: "journal:" + strconv.Itoa(len(entries))}
	if err := s.Office.DB.Enter(r.Context(), s.Now(), act); err != nil {
		return err
	}
	lines := [][]string{{"seq", "at", "actor", "action", "object", "before", "after", "previous", "hash"}}
	for _, e := range entries {
		lines = append(lines, []string{strconv.FormatInt(e.Seq, 10), e.At.Format(time.RFC3339), sheet.Harmless(string(e.Actor)), sheet.Harmless(e.Action),
			sheet.Harmless(e.Object), sheet.Harmless(string(e.Before)), sheet.Harmless(string(e.After)), e.Previous, e.Hash})
	}
	return sendCSV(w, r, "journal", lines)
}

// sendCSV sends lines as a file to keep; name is one of ours.
func sendCSV(w http.ResponseWriter, r *http.Request, name string, lines [][]string) error {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	if err := out.WriteAll(lines); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	send(w, r, answer{status: http.StatusOK, kind: "text/csv; charset=utf-8", body: b.Bytes(), cache: never})
	return nil
}

// entryBody is one entry, and what it changed.
type entryBody struct {
	journalLine
	Changes []change `json:"changes"`
}

func (s *Server) journalShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err != nil || number < 1 {
		return errForeign(v.words)
	}
	entries, err := s.Office.DB.Journal(r.Context(), store.JournalFilter{Below: number + 1, Most: 1})
	if err != nil {
		return err
	}
	if len(entries) == 0 || entries[0].Seq != number {
		return errForeign(v.words)
	}
	names, err := s.actorNames(r, v)
	if err != nil {
		return err
	}
	e := entries[0]
	body := entryBody{journalLine{e, names.of(e.Actor)}, changesOf(v, names, e)}
	more := struct {
		When                              *moment
		Act, Object, ObjectHref, Same, By string
	}{v.At(e.At), actWord(v, e.Action), objectWord(v, e.Object),
		v.at.link(s.objectPath(e.Object)), v.at.link(journalPath) + "?" + url.Values{"objet": {e.Object}}.Encode(), ""}
	if id := e.Actor.Person(); id != "" {
		more.By = v.at.link(journalPath) + "?" + url.Values{"qui": {"person:" + id}}.Encode()
	}
	return s.show(w, r, v, deskPage{Template: "journal_show", Title: v.T("journal.entry", "n", v.Count(int(e.Seq))), Body: body, More: more,
		Crumbs: []link{{Label: v.T("journal.title"), Href: journalPath}}})
}

// journalVerify asks for the whole journal to be read again.
func (s *Server) journalVerify(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id, err := observatory.AskVerify(r.Context(), s.Office.Walk(v.actor(), nil), strings.TrimSpace(r.PostFormValue("tete")))
	if err != nil && refused(err) {
		f := &deskForm{Action: verifyPath, Submit: v.T("journal.verify"), Cancel: journalPath, Fields: []deskField{
			{Name: "tete", Label: v.T("journal.noted"), Hint: v.T("journal.noted_hint"), Wide: true, Most: 100}}}
		f.fill(r)
		return s.show(w, r, v, deskPage{Template: "desk_form", Title: v.T("journal.verify"), Form: f, Err: aboutField("tete", err),
			Crumbs: []link{{Label: v.T("journal.title"), Href: journalPath}}})
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, runPath+"/"+id, v.T("journal.verifying"))
}

// actWord says an act in words, or its key when there is none.
func actWord(v *visitor, act string) string {
	for _, key := range []string{"journal.act_" + strings.ReplaceAll(act, ".", "_"), "action." + act} {
		if lang.Has(v.l, key) {
			return v.T(key)
		}
	}
	return act
}

// objectWord says what an object is and its identifier, cut when it is a hash.
func objectWord(v *visitor, object string) string {
	noun, id, _ := strings.Cut(object, ":")
	if key := "journal.noun_" + noun; lang.Has(v.l, key) {
		noun = v.T(key)
	}
	if len(id) > 24 {
		id = id[:8] + "…"
	}
	return joined(" ", noun, id)
}

// objectPaths are where the objects of the journal and of runs are shown.
var objectPaths = map[string]string{
	"dataset": datasetPath + "/{id}", "delivery": deliveryPath + "/{id}", "source": sourcePath + "/{name}", "run": runPath + "/{id}",
	"spec": "/atelier/indices/{id}", "computation": "/atelier/calculs", "proposal": "/atelier/editions/{id}", "edition": "/atelier/editions/{id}",
	"person": "/atelier/personnes/{id}", "taxonomy": "/atelier/listes/{name}", "mail": postPath,
}

// objectPath is the page of an object, "" where there is none.
func (s *Server) objectPath(object string) string {
	noun, id, _ := strings.Cut(object, ":")
	path := objectPaths[noun]
	if _, served := s.entries["GET "+path]; !served || path == "" {
		return ""
	}
	return strings.NewReplacer("{id}", url.PathEscape(id), "{name}", url.PathEscape(id)).Replace(path)
}
