package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/store"
)

// mostCaseForm is how many bytes a form of a record may have, its picture
// included.
const mostCaseForm = 40 << 20

// caseEditing is a form of a record, and what it is for.
type caseEditing struct {
	id             string           // of the case, "" for a new one
	network        string           // that brought it
	turn           int              // version of its row that the form was made of
	number         int              // version of its record that the form was made of
	base           casestudy.Record // that record
	action, cancel string
	title, kicker  string
	lead           string
	crumbs         []link
	acts           []caseAct
	before, after  []deskField
	notes          map[string][]caseNote
	images, simple bool
	out            bool // for who has no account
}

// caseSent is what came in such a form.
type caseSent struct {
	sheet   caseSheet
	record  casestudy.Record
	verb    string
	extra   string // the list with a row more
	typed   string // the place that is looked for
	focus   string // where the page is come back to
	clashes []casestudy.Conflict
	err     error
}

// final reports whether the form was sent to be kept, and can be.
func (c *caseSent) final() bool {
	return c.err == nil && c.extra == "" && c.typed == "" && !strings.ContainsAny(c.verb, ":") && c.verb != "image" && c.verb != "chercher"
}

// readCase reads a form of a record and does what its button says, as far as the
// form alone is concerned.
func (s *Server) readCase(r *http.Request, v *visitor, e *caseEditing) *caseSent {
	c := &caseSent{verb: cmp.Or(r.PostFormValue(doInput), e.acts[0].Do)}
	sent := r.PostForm
	verb, arg, _ := strings.Cut(c.verb, ":")
	if verb == "retirer" {
		sent = without(sent, arg)
	}
	var faults formFaults
	if f, ok := v.sent(pictureInput); ok && e.images {
		if sent, c.err = s.withPicture(r, v, e, sent, f); c.err != nil {
			what, do := told(c.err)
			faults.add(pictureInput, what, do)
		}
	} else if c.verb == "image" {
		faults.add(pictureInput, v.T("case.fault.no_picture"), v.T("case.fault.no_picture_do"))
	}
	if verb == "choisir" {
		sent = withPlace(sent, arg)
	}
	c.sheet = tidy(sent)
	switch verb {
	case "ajouter":
		c.extra = arg
	case "chercher":
		c.typed = typedText(sent.Get(placeSearch))
	default: // a place that was typed and not looked for yet, as when Enter is pressed there
		if typed := typedText(sent.Get(placeSearch)); typed != sent.Get(placeAsked) && c.final() {
			c.typed = typed
		}
	}
	c.focus = c.comesBack(verb, arg)
	c.clashes = readClashes(sent)
	if c.final() && len(c.clashes) > 0 {
		for _, one := range c.clashes {
			side := sent.Get("choix." + one.Field)
			if side != "mine" && side != "theirs" {
				faults.add("choix."+one.Field, v.T("case.fault.unsettled", "field", casestudy.Label(v.l, one.Field)), v.T("case.fault.unsettled_do"))
			}
		}
		if len(faults) == 0 {
			c.sheet = settled(c.sheet, c.clashes, func(path string) bool { return sent.Get("choix."+path) == "theirs" })
		}
	}
	record, wrong := recordOf(c.sheet, e.base, v.words)
	if e.simple {
		record.Contacts, record.Licence, record.Consent, record.Parent = e.base.Contacts, e.base.Licence, e.base.Consent, e.base.Parent
	}
	if !e.images {
		record.Media = e.base.Media
	}
	c.record = record
	if c.final() {
		faults = append(faults, wrong...)
		if record.Title == "" {
			faults.add("title", v.T("case.fault.title"), v.T("case.fault.title_do"))
		}
		faults = append(faults, s.strangePictures(r, v, record, e.base)...)
	}
	c.err = faults.err()
	return c
}

// comesBack says where somebody goes on after a button of the form: to the row
// that was added, to the button that adds one after one was taken off.
func (c *caseSent) comesBack(verb, arg string) string {
	next := func(list string) int { return len(rowsOf(url.Values(c.sheet), list)) }
	list, _, _ := strings.Cut(arg, ".")
	switch {
	case c.err != nil:
		return ""
	case verb == "ajouter" && caseRowParts[arg] != nil:
		return rowPart(arg, next(arg)+1, caseRowParts[arg][0])
	case verb == "image":
		return rowPart("media", next("media"), "alt")
	case verb == "choisir", list == "territories":
		return placeSearch
	case verb == "retirer":
		return "ajouter:" + list
	}
	return ""
}

// without takes a row off.
func without(sent url.Values, row string) url.Values {
	out := url.Values{}
	for name, values := range sent {
		if name != row && !strings.HasPrefix(name, row+".") {
			out[name] = values
		}
	}
	return out
}

// withPlace adds a place after the others.
func withPlace(sent url.Values, code string) url.Values {
	next := 1
	for _, n := range rowsOf(sent, "territories") {
		if next = n + 1; sent.Get(rowPart("territories", n, "")) == code {
			return sent
		}
	}
	return with(sent, rowPart("territories", next, ""), code)
}

// readClashes are the conflicts that the form was to settle.
func readClashes(sent url.Values) (out []casestudy.Conflict) {
	for _, text := range sent[clashInput] {
		var one casestudy.Conflict
		if json.Unmarshal([]byte(text), &one) == nil && one.Field != "" && len(out) < mostRows {
			out = append(out, one)
		}
	}
	return out
}

// casePage shows a form of a record: as it is kept, or as it was sent.
func (s *Server) casePage(w http.ResponseWriter, r *http.Request, v *visitor, e *caseEditing, lists *caseLists, c *caseSent) error {
	sent := c != nil
	if !sent {
		c = &caseSent{sheet: sheetOf(e.base, v.l), record: e.base}
	}
	form := &casePaper{words: v.words, lists: lists, sheet: c.sheet, lang: cmp.Or(c.record.Language, string(v.l)), extra: c.extra, typed: c.typed, focus: c.focus, notes: e.notes,
		faults: deskFaults(v.l, c.err), images: e.images, simple: e.simple, suggest: v.at.link("/recherche.json")}
	form.thumb = func(artifact string) template.URL { return s.thumbnail(r.Context(), artifact) }
	if !sent && e.id != "" {
		form.faults = caseFaults(v, lists, c.record)
	}
	f := &caseForm{words: v.words, Action: v.at.link(e.action), Cancel: v.at.link(e.cancel), Acts: e.acts, Groups: form.groups()}
	if v.secret != "" {
		f.Token = formToken(v.secret)
	}
	f.Hidden = []hiddenField{{caseTurnInput, strconv.Itoa(e.turn)}, {caseBaseInput, strconv.Itoa(e.number)}}
	f.Settle = form.settle(c.clashes, func(name string) string { return r.PostFormValue(name) })
	for _, one := range f.Settle {
		f.Hidden = append(f.Hidden, hiddenField{clashInput, one.Sent})
	}
	for to, fields := range map[*[]caseField][]deskField{&f.Before: e.before, &f.After: e.after} {
		for _, field := range fields {
			made := form.field(field)
			if made.Value = field.Value; sent {
				made.Value = typedText(r.PostFormValue(field.Name))
			}
			*to = append(*to, made)
		}
	}
	whole := casestudy.Completeness(c.record)
	f.Done = int(whole.Share * 100)
	for _, path := range whole.Missing {
		f.Missing = append(f.Missing, link{Label: casestudy.Label(v.l, path), Href: "#" + f.anchor(path)})
	}
	p := deskPage{Template: "case_form", Title: e.title, Kicker: e.kicker, Lead: e.lead, Crumbs: e.crumbs, More: f, Err: f.anchored(c.err)}
	if e.out {
		w.Header().Set("Referrer-Policy", "no-referrer")
	}
	return s.show(w, r, v, p)
}

// anchor is the element where a field of a record is written: its own, that of
// its row, or that of its group.
func (f *caseForm) anchor(path string) string {
	list, _, _ := strings.Cut(path, ".")
	for _, g := range f.Groups {
		for _, field := range g.Fields {
			if field.Name == path || field.Name == list {
				return field.ID
			}
		}
		for _, row := range g.Rows {
			for _, field := range row.Fields {
				if field.Name == path {
					return field.ID
				}
			}
		}
		if g.ID == plainName(list) || list == "territories" && g.ID == "territoires" || list == "consent" && g.ID == "droits" || list == "sections" && g.ID == "recit" {
			return "partie-" + g.ID
		}
	}
	return "contenu"
}

// anchored keeps the summary of faults from leading to fields that the form
// does not have.
func (f *caseForm) anchored(err error) error {
	list, ok := errors.AsType[formFaults](err)
	if !ok {
		return err
	}
	out := slices.Clone(list)
	for i, one := range out {
		if f.anchor(one.Field) == "contenu" && !strings.HasPrefix(one.Field, "choix.") && one.Field != pictureInput && !f.asks(one.Field) {
			out[i].Field = ""
		}
	}
	return out
}

func (f *caseForm) asks(name string) bool {
	return slices.ContainsFunc(slices.Concat(f.Before, f.After), func(one caseField) bool { return one.Name == name })
}

// caseFaults are what the rules say of a record, field by field.
func caseFaults(v *visitor, lists *caseLists, record casestudy.Record) (out []deskFault) {
	for _, one := range casestudy.Check(record, lists.checked()) {
		field := one.Field
		if list, _, _ := strings.Cut(field, "."); slices.Contains(caseCodes, list) {
			field = list
		}
		out = append(out, deskFault{Field: field, What: sentence(v.l, one.What), Do: sentence(v.l, one.Do)})
	}
	return out
}

// caseConflict puts what was sent together with what somebody else has kept
// meanwhile, and says which fields are to be settled. It reports whether err is
// about that.
func (s *Server) caseConflict(r *http.Request, v *visitor, e *caseEditing, c *caseSent, err error) (bool, error) {
	changed, ok := errors.AsType[*store.Changed](err)
	if !ok {
		return false, nil
	}
	base, err := s.Office.DB.CaseVersion(r.Context(), e.id, e.number)
	if err != nil {
		return false, err
	}
	row, err := s.Office.DB.Case(r.Context(), e.id)
	if err != nil {
		return false, err
	}
	theirs, err := s.Office.DB.CaseVersion(r.Context(), e.id, row.Latest)
	if err != nil {
		return false, err
	}
	merged, clashes := casestudy.Merge(base.Record, c.record, theirs.Record)
	c.sheet, c.record, c.clashes = sheetOf(merged, v.l), merged, clashes
	e.turn, e.number, e.base = row.Version, row.Latest, theirs.Record
	what := v.T("case.changed", "who", s.caseWriter(r, v, changed.By), "when", v.When(changed.At))
	c.err = &fault.Error{Kind: fault.Conflict, What: what, Do: v.T("case.changed_do", "n", len(clashes))}
	return true, nil
}

// caseWriter names who wrote, to people: by their name; a contributor, a reader
// or the observatory by what they are.
func (s *Server) caseWriter(r *http.Request, v *visitor, by journal.Actor) string {
	if by.Person() != "" {
		return cmp.Or(s.doer(r, v, by), v.T("case.someone"))
	}
	kind, _, _ := strings.Cut(string(by), ":")
	if key := "case.writer_" + kind; lang.Has(v.l, key) {
		return v.T(key)
	}
	return s.doer(r, v, by)
}

// turnOf reads from which versions a form was made.
func (e *caseEditing) turnOf(r *http.Request) {
	if n, err := strconv.Atoi(r.PostFormValue(caseTurnInput)); err == nil {
		e.turn = n
	}
	if n, err := strconv.Atoi(r.PostFormValue(caseBaseInput)); err == nil && n > 0 {
		e.number = n
	}
}
