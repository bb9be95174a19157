package web

import (
	"net/http"
	"strings"

	"vigie/account"
	"vigie/casestudy"
	"vigie/fault"
	"vigie/store"
)

// caseNewForm is the form of a new case.
func caseNewForm(v *visitor) *caseEditing {
	return &caseEditing{action: caseNew, cancel: casePath, title: v.T("case.new"), lead: v.T("case.new_lead"), crumbs: caseCrumbs(v, nil), images: true,
		base: casestudy.Record{Language: string(v.l)}, acts: []caseAct{{Do: "enregistrer", Label: v.T("case.save_draft")}}}
}

func (s *Server) caseNewShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	return s.casePage(w, r, v, caseNewForm(v), lists, nil)
}

func (s *Server) caseNewSend(w http.ResponseWriter, r *http.Request, v *visitor) error {
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	e := caseNewForm(v)
	c := s.readCase(r, v, e)
	network := ""
	if c.final() {
		network, c.err = caseNetwork(v, account.WriteCase, lists, c.record)
	}
	if !c.final() {
		return s.casePage(w, r, v, e, lists, c)
	}
	row, said, err := s.Office.Walk(v.actor(), nil).CreateCase(r.Context(), store.CaseInput{Record: c.record, Network: network})
	if err != nil {
		if c.err = err; refused(err) {
			return s.casePage(w, r, v, e, lists, c)
		}
		return err
	}
	return s.done(w, r, v, caseOf(row.ID, ""), caseSaved(v, v.T("case.created"), said))
}

// caseSaved says that a record is kept, and what of it had to be cleaned.
func caseSaved(v *visitor, text string, said []casestudy.Fault) string {
	if len(said) == 0 {
		return text
	}
	var fields []string
	for _, one := range said {
		fields = append(fields, casestudy.Label(v.l, one.Field))
	}
	return text + " " + v.T("case.cleaned", "fields", strings.Join(once(fields), ", "))
}

// networkScope begins the scope of a role that holds for a network.
const networkScope = "reseau:"

// caseWithin refuses a record that is about places, when what the visitor may
// write is of others, or of a network that the case is not of.
func caseWithin(v *visitor, a account.Action, lists *caseLists, r casestudy.Record, network string) error {
	o := account.Object{Scopes: lists.within(r)}
	if network != "" {
		o.Scopes = append(o.Scopes, networkScope+network)
	}
	if v.may(a, o) {
		return nil
	}
	return aboutField(placeSearch, fault.Invalidf(v.T("case.fault.scope_do"), "%s", v.T("case.fault.scope")))
}

// caseNetwork is the network that a new case is of: that of who writes it, when
// they write for a network, and none otherwise.
//
// Error: as caseWithin.
func caseNetwork(v *visitor, a account.Action, lists *caseLists, r casestudy.Record) (string, error) {
	wrong := caseWithin(v, a, lists, r, "")
	if wrong == nil {
		return "", nil
	}
	for _, g := range v.Grants {
		if network, ok := strings.CutPrefix(g.Scope, networkScope); ok && caseWithin(v, a, lists, r, network) == nil {
			return network, nil
		}
	}
	return "", wrong
}

// caseEditForm is the form of the newest version of a case.
func (s *Server) caseEditForm(r *http.Request, v *visitor) (*caseEditing, error) {
	row, err := s.Office.DB.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	version, err := s.Office.DB.CaseVersion(r.Context(), row.ID, 0)
	if err != nil {
		return nil, err
	}
	notes, err := s.caseNotes(r, v, row.ID)
	if err != nil {
		return nil, err
	}
	below := "/modifier"
	lead := v.T("case.edit_lead")
	if row.State == casestudy.Submitted || row.State == casestudy.InReview {
		below = "/corriger"
	} else if row.State.Public() {
		lead = v.T("case.edit_public")
	}
	return &caseEditing{id: row.ID, network: row.Network, turn: row.Version, number: row.Latest, base: version.Record, action: caseOf(row.ID, below), cancel: caseOf(row.ID, ""), images: true,
		title: row.Title, kicker: v.T("case.edit"), lead: lead, crumbs: caseCrumbs(v, &row), notes: notes,
		acts:  []caseAct{{Do: "enregistrer", Label: v.T("case.save")}},
		after: []deskField{{Name: "remarque", Label: v.T("case.remark"), Hint: v.T("case.remark_hint"), Most: 500, Wide: true}}}, nil
}

func (s *Server) caseEdit(w http.ResponseWriter, r *http.Request, v *visitor) error {
	e, err := s.caseEditForm(r, v)
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	return s.casePage(w, r, v, e, lists, nil)
}

// caseWrite keeps a version, or shows the form again.
func (s *Server) caseWrite(w http.ResponseWriter, r *http.Request, v *visitor) error {
	e, err := s.caseEditForm(r, v)
	if err != nil {
		return err
	}
	lists, err := s.caseLists(r, v)
	if err != nil {
		return err
	}
	e.turnOf(r)
	c := s.readCase(r, v, e)
	if c.final() {
		c.err = caseWithin(v, account.WriteCase, lists, c.record, e.network)
	}
	if !c.final() {
		return s.casePage(w, r, v, e, lists, c)
	}
	remark, err := shortText(v, r.PostFormValue("remarque"), 500)
	if err != nil {
		c.err = aboutField("remarque", err)
		return s.casePage(w, r, v, e, lists, c)
	}
	_, said, err := s.Office.Walk(v.actor(), nil).SaveCase(r.Context(), e.id, e.turn, c.record, remark)
	if err == nil {
		return s.done(w, r, v, e.cancel, caseSaved(v, v.T("case.saved"), said))
	}
	return s.caseRefused(w, r, v, e, lists, c, err)
}

// caseRefused shows the form again with why what was sent is not kept; what
// somebody else kept meanwhile is put together with it.
func (s *Server) caseRefused(w http.ResponseWriter, r *http.Request, v *visitor, e *caseEditing, lists *caseLists, c *caseSent, err error) error {
	conflict, merging := s.caseConflict(r, v, e, c, err)
	switch {
	case merging != nil:
		return merging
	case !conflict && !refused(err):
		return err
	case !conflict:
		c.err = err
	}
	return s.casePage(w, r, v, e, lists, c)
}
