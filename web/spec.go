package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/fault"
	"vigie/index"
	"vigie/observatory"
	"vigie/store"
)

// specPath is the specifications of the index, computationPath what was
// computed with them.
const (
	specPath        = "/atelier/indices"
	computationPath = "/atelier/calculs"
)

func (s *Server) specDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + specPath, Action: account.ReadSpec, Anywhere: true, Handle: s.specList, Menu: "desk.nav.index.spec"},
		{Pattern: "POST " + specPath, Action: account.WriteSpec, Anywhere: true, Handle: s.specStart},
		{Pattern: "GET " + specPath + "/{id}", Action: account.ReadSpec, Object: s.specObject, Handle: s.specShow},
		{Pattern: "POST " + specPath + "/{id}", Action: account.WriteSpec, Object: s.specObject, Handle: s.specSave, Body: mostSpecForm},
		{Pattern: "POST " + specPath + "/{id}/choix", Action: account.WriteSpec, Object: s.specObject, Handle: s.specAmend},
		{Pattern: "POST " + specPath + "/{id}/retenir", Action: account.WriteSpec, Object: s.specObject, Handle: s.specKeep},
		{Pattern: "POST " + specPath + "/{id}/supprimer", Action: account.WriteSpec, Object: s.specObject, Handle: s.specDrop},
		{Pattern: "GET " + specPath + "/{id}/essai", Action: account.ReadSpec, Object: s.specObject, Handle: s.specTry},
		{Pattern: "GET " + specPath + "/{id}/effet", Action: account.ReadSpec, Object: s.specObject, Handle: s.effectShow},
		{Pattern: "POST " + specPath + "/{id}/effet", Action: account.Compute, Object: s.specThere, Handle: s.effectAsk},
		{Pattern: "POST " + specPath + "/{id}/calculer", Action: account.Compute, Object: s.specThere, Handle: s.specCompute},
		{Pattern: "GET " + computationPath, Action: account.ReadSpec, Anywhere: true, Handle: s.computationList, Menu: "desk.nav.index.computation"},
	}
}

// mostSpecForm is a text of a megabyte, as a form writes it.
const mostSpecForm = 4 << 20

// specObject is the specification of the address.
func (s *Server) specObject(r *http.Request) (account.Object, error) {
	one, _, err := s.specAt(r, nil)
	return account.Object{State: one.State()}, err
}

// specThere is the same for what has no state: a computation.
func (s *Server) specThere(r *http.Request) (account.Object, error) {
	_, _, err := s.specAt(r, nil)
	return account.Object{}, err
}

func (s *Server) specAt(r *http.Request, v *visitor) (observatory.Specification, []byte, error) {
	return s.walkOf(v).Specification(r.Context(), r.PathValue("id"))
}

// walkOf is a walk in the name of the visitor, of nobody for what is only read.
func (s *Server) walkOf(v *visitor) *observatory.Walk {
	if v == nil {
		return s.Office.Walk("", nil)
	}
	return s.Office.Walk(v.actor(), nil)
}

// specName is what a specification is called.
func specName(v *visitor, one *observatory.Specification) string {
	switch one.ID {
	case observatory.EmbeddedSpec:
		return v.T("spec.embedded")
	case observatory.EditionSpec:
		return v.T("spec.edition", "number", one.Edition)
	}
	return one.Name
}

// specBadge says whether a specification is computed with, kept or a draft.
func specBadge(v *visitor, one *observatory.Specification) *badge {
	switch {
	case one.Current:
		return &badge{v.T("spec.current"), "good"}
	case one.State() == account.Draft:
		return &badge{v.T("spec.draft"), "wait"}
	case one.Row != nil:
		return &badge{v.T("spec.kept"), "plain"}
	}
	return nil
}

// specListBody is the list of the specifications.
type specListBody struct {
	Specifications []observatory.Specification `json:"specifications"`
}

func (s *Server) specList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.specListPage(w, r, v, nil)
}

func (s *Server) specListPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	all, err := s.specs(r, v)
	if err != nil {
		return err
	}
	body := specListBody{all}
	p := deskPage{Template: "spec_list", Title: v.T("spec.title"), Lead: v.T("spec.lead"), Body: body, Err: wrong,
		Actions: []link{{Label: v.T("computation.title"), Href: computationPath}}}
	d := deskView{v: v}
	p.Table = tableFor(r, v, v.T("spec.title"), v.T("spec.none"), body.Specifications, []deskColumn[observatory.Specification]{
		{Key: "nom", Label: v.T("spec.name"), Order: func(a, b observatory.Specification) int { return cmp.Compare(specName(v, &a), specName(v, &b)) },
			Cell: func(o observatory.Specification) deskCell {
				c := deskCell{Text: specName(v, &o), Href: specPath + "/" + o.ID, Badge: specBadge(v, &o)}
				if o.Row != nil {
					c.Small = o.Row.Note
				}
				return c
			}},
		{Label: v.T("spec.version"), Cell: func(o observatory.Specification) deskCell {
			if o.Version == "" {
				return deskCell{Text: v.T("spec.unread")}
			}
			return deskCell{Text: o.Version}
		}},
		{Key: "date", Label: v.T("spec.changed"), Order: func(a, b observatory.Specification) int { return cmp.Compare(changedAt(&a), changedAt(&b)) },
			Cell: func(o observatory.Specification) deskCell {
				if o.Row == nil {
					return deskCell{}
				}
				return deskCell{At: o.Row.ChangedAt, Small: s.author(r, o.Row.ChangedBy)}
			}},
		{Label: v.T("desk.do"), Cell: func(o observatory.Specification) deskCell {
			if !v.mayAnywhere(account.WriteSpec) {
				return deskCell{}
			}
			return deskCell{Buttons: []deskButton{d.Quiet(specPath, v.T("spec.start"), "depuis", o.ID)}}
		}},
	})
	return s.show(w, r, v, p)
}

// specs are the specifications that the visitor may see.
func (s *Server) specs(r *http.Request, v *visitor) ([]observatory.Specification, error) {
	all, err := s.walkOf(v).Specifications(r.Context())
	return slices.DeleteFunc(all, func(one observatory.Specification) bool {
		return !v.may(account.ReadSpec, account.Object{State: one.State()})
	}), err
}

func changedAt(o *observatory.Specification) string {
	if o.Row == nil {
		return ""
	}
	return o.Row.ChangedAt.UTC().Format("2006-01-02T15:04:05")
}

// specStart makes a draft of another specification.
func (s *Server) specStart(w http.ResponseWriter, r *http.Request, v *visitor) error {
	walk := s.walkOf(v)
	one, text, err := walk.Specification(r.Context(), r.PostFormValue("depuis"))
	if fault.KindOf(err) == fault.NotFound || err == nil && !v.may(account.ReadSpec, account.Object{State: one.State()}) {
		return errForeign(v.words)
	}
	if err != nil {
		return err
	}
	name := v.T("spec.copy", "name", specName(v, &one))
	row, err := s.Office.DB.PutSpec(r.Context(), store.SpecInput{Name: cutText(name, 100), Text: text, By: v.actor()}, s.Now())
	if err != nil {
		return err
	}
	return s.done(w, r, v, specPath+"/"+row.ID, v.T("spec.started"))
}

// cutText is the start of a text.
func cutText(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// specSave takes the name, the note and the text of a draft.
func (s *Server) specSave(w http.ResponseWriter, r *http.Request, v *visitor) error {
	text := strings.ReplaceAll(r.PostFormValue("texte"), "\r\n", "\n")
	row, faults, err := s.writeSpec(r.Context(), v, r.PathValue("id"), versionSent(r), store.SpecInput{Name: r.PostFormValue("nom"), Note: r.PostFormValue("note"), Text: []byte(text)})
	if err != nil {
		return s.specAgain(w, r, v, formOfText, err)
	}
	said := v.T("spec.saved")
	if n := len(faults); n > 0 {
		said = v.T("spec.saved_faults", "n", n)
	}
	return s.done(w, r, v, specPath+"/"+row.ID, said)
}

// writeSpec keeps the text of a draft, of a new one when id is "", and says what
// is wrong in it. A text with faults is kept: it is a draft.
func (s *Server) writeSpec(ctx context.Context, v *visitor, id string, version int, in store.SpecInput) (row store.SpecRow, faults []observatory.SpecFault, err error) {
	in.By = v.actor()
	if id == "" {
		row, err = s.Office.DB.PutSpec(ctx, in, s.Now())
	} else {
		row, err = s.Office.DB.ChangeSpec(ctx, id, version, in, s.Now())
	}
	if err != nil {
		return row, nil, specFixed(v, err)
	}
	read, err := s.walkOf(v).ReadSpec(ctx, in.Text)
	if err != nil {
		return row, nil, err
	}
	return row, read.Faults, nil
}

// specFixed says of a specification without row that it is never changed; that
// there is one at all is known.
func specFixed(v *visitor, err error) error {
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return &fault.Error{Kind: fault.Conflict, What: v.T("spec.fixed"), Do: v.T("spec.fixed_do")}
	}
	return err
}

func versionSent(r *http.Request) int {
	version, _ := strconv.Atoi(r.PostFormValue("version")) // 0 is no version: a conflict
	return version
}

// specAgain shows the page again with why it was refused.
func (s *Server) specAgain(w http.ResponseWriter, r *http.Request, v *visitor, of int, err error) error {
	err = specFixed(v, err)
	if !refused(err) {
		return err
	}
	return s.specPage(w, r, v, of, err)
}

// specAmend rewrites a few choices in the text of a draft.
func (s *Server) specAmend(w http.ResponseWriter, r *http.Request, v *visitor) error {
	one, text, err := s.specAt(r, v)
	if err != nil {
		return err
	}
	if one.Row == nil {
		return s.specAgain(w, r, v, formOfChoices, fault.NotFoundf("", "%s", one.ID))
	}
	read, err := s.walkOf(v).ReadSpec(r.Context(), text)
	if err != nil {
		return err
	}
	a, err := s.amendment(r, v, read)
	if err == nil {
		text, err = index.Amend(v.T("spec.text"), text, a)
	}
	if err == nil {
		_, err = s.Office.DB.ChangeSpec(r.Context(), one.ID, versionSent(r), store.SpecInput{Name: one.Name, Note: one.Row.Note, Text: text, By: v.actor()}, s.Now())
	}
	if err != nil {
		return s.specAgain(w, r, v, formOfChoices, err)
	}
	return s.done(w, r, v, specPath+"/"+one.ID, v.T("spec.amended"))
}

// specKeep makes a specification the one to compute with.
func (s *Server) specKeep(w http.ResponseWriter, r *http.Request, v *visitor) error {
	row, err := s.keepSpec(r, v, versionSent(r))
	if err != nil {
		if !refused(err) {
			return err
		}
		return s.specPage(w, r, v, formOfText, err)
	}
	return s.done(w, r, v, specPath+"/"+row.ID, v.T("spec.kept_done"))
}

func (s *Server) keepSpec(r *http.Request, v *visitor, version int) (store.SpecRow, error) {
	one, _, err := s.specAt(r, v)
	if err != nil {
		return store.SpecRow{}, err
	}
	return s.walkOf(v).KeepSpec(r.Context(), one.ID, version, specName(v, &one))
}

// specDrop removes a draft.
func (s *Server) specDrop(w http.ResponseWriter, r *http.Request, v *visitor) error {
	if err := s.Office.DB.DropSpec(r.Context(), v.actor(), r.PathValue("id"), versionSent(r), s.Now()); err != nil {
		return s.specAgain(w, r, v, formOfText, err)
	}
	return s.done(w, r, v, specPath, v.T("spec.dropped"))
}

// specCompute asks for the index under a specification.
func (s *Server) specCompute(w http.ResponseWriter, r *http.Request, v *visitor) error {
	id, err := s.askComputation(r, v)
	if err != nil {
		if !refused(err) {
			return err
		}
		return s.specPage(w, r, v, formOfText, err)
	}
	return s.done(w, r, v, computationPath+"?travail="+id, v.T("computation.asked"))
}

// askComputation puts the computation under the specification of a request in
// the queue, and returns the run.
func (s *Server) askComputation(r *http.Request, v *visitor) (string, error) {
	one, text, err := s.specAt(r, v)
	if err != nil {
		return "", err
	}
	if err := s.computable(r, v, text); err != nil {
		return "", err
	}
	return s.Office.DB.Enqueue(r.Context(), store.RunInput{Kind: observatory.ComputeRun, What: specName(v, &one),
		Args: observatory.ComputeArgs{Spec: string(text)}, By: v.actor()}, s.Now())
}

// computable refuses a text with faults before a run is asked for.
func (s *Server) computable(r *http.Request, v *visitor, text []byte) error {
	read, err := s.walkOf(v).ReadSpec(r.Context(), text)
	if err != nil || len(read.Faults) == 0 {
		return err
	}
	return &fault.Error{Kind: fault.Invalid, What: v.T("spec.faulty", "n", len(read.Faults)), Do: v.T("spec.faulty_do")}
}

// specLatest tells the home the drafts that the visitor has in hand.
func (s *Server) specLatest(r *http.Request, v *visitor, body *homeBody) error {
	if !v.mayAnywhere(account.WriteSpec) {
		return nil
	}
	rows, err := s.Office.DB.Specs(r.Context())
	for _, row := range rows {
		if row.State() == account.Draft && row.ChangedBy.Person() == v.ID {
			body.Latest = append(body.Latest, homeLine{Text: v.T("spec.yours", "name", row.Name), Href: v.at.link(specPath + "/" + row.ID), Small: v.When(row.ChangedAt)})
		}
	}
	return err
}
