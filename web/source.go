package web

import (
	"net/http"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
	"vigie/territory"
)

// The pages of the sources: how each producer's files are read.
const sourcePath = "/atelier/sources"

func (s *Server) sourceDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + sourcePath, Action: account.ReadSource, Anywhere: true, Handle: s.sourceList, Menu: "desk.nav.data.source"},
		{Pattern: "GET " + sourcePath + "/nouvelle", Action: account.WriteSource, Handle: s.sourceNew},
		{Pattern: "POST " + sourcePath + "/nouvelle", Action: account.WriteSource, Handle: s.sourceWrite},
		{Pattern: "GET " + sourcePath + "/{name}", Action: account.ReadSource, Anywhere: true, Handle: s.sourceShow},
		{Pattern: "GET " + sourcePath + "/{name}/modifier", Action: account.WriteSource, Handle: s.sourceEdit},
		{Pattern: "POST " + sourcePath + "/{name}/modifier", Action: account.WriteSource, Handle: s.sourceWrite},
	}
}

func (s *Server) sourceList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	all, err := observatory.Descriptions(r.Context(), s.Office.DB)
	if err != nil {
		return err
	}
	table := tableFor(r, v, v.T("source.title"), v.T("source.none"), all, []deskColumn[observatory.Described]{
		{Key: "titre", Label: v.T("source.what"), Order: func(a, b observatory.Described) int { return strings.Compare(a.Title, b.Title) },
			Cell: func(d observatory.Described) deskCell {
				return deskCell{Text: d.Title, Href: sourcePath + "/" + d.Name, Small: d.Name, Badge: sourceBadge(v, d)}
			}},
		{Key: "producteur", Label: v.T("source.producer"), Order: func(a, b observatory.Described) int { return strings.Compare(a.Producer, b.Producer) },
			Cell: func(d observatory.Described) deskCell { return deskCell{Text: d.Producer} }},
		{Label: v.T("source.levels"), Cell: func(d observatory.Described) deskCell { return deskCell{Text: levelWords(v, d.Levels)} }},
		{Label: v.T("source.files"), Cell: func(d observatory.Described) deskCell { return deskCell{Small: lang.List(v.l, d.Files)} }},
	})
	p := deskPage{Template: "desk_list", Title: v.T("source.title"), Lead: v.T("source.lead"), Body: all, Table: table}
	if v.may(account.WriteSource, account.Object{}) {
		p.Actions = []link{{Label: v.T("source.new"), Href: sourcePath + "/nouvelle"}}
	}
	return s.show(w, r, v, p)
}

func levelWords(v *visitor, levels []territory.Level) string {
	var out []string
	for _, l := range levels {
		out = append(out, v.T("report.level."+string(l)+".many"))
	}
	return lang.List(v.l, out)
}

func sourceBadge(v *visitor, d observatory.Described) *badge {
	switch {
	case d.Fault != "":
		return &badge{v.T("source.broken"), "bad"}
	case d.Version > 0:
		return &badge{v.T("source.own"), "good"}
	}
	return nil
}

// sourceVersion is one version of a description, in the page of its source.
type sourceVersion struct {
	store.DescriptionRow
	Who string `json:"who"`
}

// sourceBody is a source with its text.
type sourceBody struct {
	observatory.Described
	Text     string          `json:"text"`
	Shown    int             `json:"shown"` // the version shown
	Versions []sourceVersion `json:"versions"`
}

// sourceState reads the source of a request, with the text of a version, of the
// newest when it has none of that number.
func (s *Server) sourceState(r *http.Request, v *visitor, version int) (b sourceBody, err error) {
	d, err := observatory.Describe(r.Context(), s.Office.DB, r.PathValue("name"))
	if fault.KindOf(err) == fault.NotFound {
		return b, errForeign(v.words)
	}
	if err != nil {
		return b, err
	}
	versions, err := s.Office.DB.DescriptionVersions(r.Context(), d.Name)
	if err != nil {
		return b, err
	}
	b = sourceBody{Described: d, Text: string(d.Text), Shown: d.Version, Versions: []sourceVersion{}}
	names := s.namer(r)
	for _, one := range versions {
		b.Versions = append(b.Versions, sourceVersion{one, names(one.By)})
		if one.Version == version {
			text, err := s.Office.DB.Artifact(r.Context(), one.Text)
			if err != nil {
				return b, err
			}
			b.Text, b.Shown = string(text), one.Version
		}
	}
	return b, nil
}

func (s *Server) sourceShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	asked, _ := strconv.Atoi(r.URL.Query().Get("version")) // 0: the newest
	b, err := s.sourceState(r, v, asked)
	if err != nil {
		return err
	}
	d := b.Described
	table := tableFor(r, v, v.T("source.versions"), v.T("source.versions_none"), b.Versions, []deskColumn[sourceVersion]{
		{Label: v.T("source.version"), Cell: func(o sourceVersion) deskCell {
			return deskCell{Text: strconv.Itoa(o.Version), Href: sourcePath + "/" + d.Name + "?version=" + strconv.Itoa(o.Version)}
		}},
		{Label: v.T("source.by"), Cell: func(o sourceVersion) deskCell { return deskCell{Text: o.Who} }},
		{Label: v.T("source.at"), Cell: func(o sourceVersion) deskCell { return deskCell{At: o.At} }},
	})
	more := []fact{{v.T("source.name"), d.Name}, {v.T("source.producer"), d.Producer}, {v.T("source.licence"), d.Licence},
		{v.T("source.levels"), levelWords(v, d.Levels)}, {v.T("source.files"), lang.List(v.l, d.Files)}}
	p := deskPage{Template: "source_show", Title: d.Title, Kicker: v.T("source.kicker"), Crumbs: sourceCrumbs(v), Body: b, More: more, Table: table}
	if v.may(account.WriteSource, account.Object{}) {
		p.Actions = []link{{Label: v.T("source.edit"), Href: sourcePath + "/" + d.Name + "/modifier"}}
	}
	return s.show(w, r, v, p)
}

func sourceCrumbs(v *visitor) []link { return []link{{Label: v.T("source.title"), Href: sourcePath}} }

// sourceStart is what a new description is written from.
const sourceStart = `name = ""          # en minuscules, chiffres et _
title = ""         # ce qu’est le fichier
producer = ""
licence = "Licence Ouverte 2.0"
files = ["*.csv"]  # noms de fichiers qu’elle reconnaît
levels = ["departement"]
vintage = 2026     # année de la géographie des codes

[[table]]
territory = { column = "code", level = "departement" }
period = { column = "annee" }

[[table.series]]
code = ""
column = "valeur"
label = ""
unit = "percent"
`

// sourceDraft is a description being written. Delivery is the file that it is
// tried on, "" for none; Version that of the description which it is made from.
type sourceDraft struct {
	Name, Text string
	Delivery   *store.DeliveryRow
	Version    int
	Proposed   bool
}

// sourceNew begins a description: from what was proposed for a file, from what
// reads it now, from another source, or from nothing.
func (s *Server) sourceNew(w http.ResponseWriter, r *http.Request, v *visitor) error {
	draft := sourceDraft{Text: sourceStart}
	if from := r.URL.Query().Get("depuis"); from != "" {
		d, err := observatory.Describe(r.Context(), s.Office.DB, from)
		if err != nil {
			return errForeign(v.words)
		}
		draft.Text = string(d.Text)
	}
	if err := s.draftOn(r, v, r.URL.Query().Get("envoi"), &draft); err != nil {
		return err
	}
	if d := draft.Delivery; d != nil {
		state, err := s.deliveryState(r, d.ID)
		if err != nil {
			return err
		}
		switch {
		case d.Description != "":
			text, err := s.Office.DB.Artifact(r.Context(), d.Description)
			if err != nil {
				return err
			}
			draft.Text = string(text)
			if now, err := observatory.Describe(r.Context(), s.Office.DB, d.Name); err == nil {
				draft.Version = now.Version
			}
		case state.Checked != nil && state.Checked.Proposal != "":
			draft.Text, draft.Proposed = state.Checked.Proposal, true
		}
	}
	return s.sourcePage(w, r, v, draft, nil)
}

// draftOn finds the file that a description is tried on.
func (s *Server) draftOn(r *http.Request, v *visitor, id string, draft *sourceDraft) error {
	if id == "" {
		return nil
	}
	row, err := s.Office.DB.Delivery(r.Context(), id)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return errForeign(v.words)
	}
	if err != nil {
		return err
	}
	if !v.may(account.KeepDelivery, objectOfDelivery(row)) {
		return errForeign(v.words)
	}
	draft.Delivery = &row
	return nil
}

func (s *Server) sourceEdit(w http.ResponseWriter, r *http.Request, v *visitor) error {
	d, err := observatory.Describe(r.Context(), s.Office.DB, r.PathValue("name"))
	if err != nil {
		return errForeign(v.words)
	}
	draft := sourceDraft{Name: d.Name, Text: string(d.Text), Version: d.Version}
	if err := s.draftOn(r, v, r.URL.Query().Get("envoi"), &draft); err != nil {
		return err
	}
	return s.sourcePage(w, r, v, draft, nil)
}

func (s *Server) sourcePage(w http.ResponseWriter, r *http.Request, v *visitor, draft sourceDraft, wrong error) error {
	action := sourcePath + "/nouvelle"
	title := v.T("source.new")
	cancel := sourcePath
	if draft.Name != "" {
		action, cancel = sourcePath+"/"+draft.Name+"/modifier", sourcePath+"/"+draft.Name
		title = v.T("source.edit_title", "name", draft.Name)
	}
	f := &deskForm{Action: action, Submit: v.T("desk.save"), Cancel: cancel, Version: strconv.Itoa(draft.Version), Fields: []deskField{
		{Kind: "code", Name: "texte", Label: v.T("source.text"), Hint: v.T("source.text_hint"), Value: draft.Text, Rows: 28, Required: true, Wide: true}}}
	lead := v.T("source.write_lead")
	if draft.Delivery != nil {
		f.Hidden = []hiddenField{{"envoi", draft.Delivery.ID}, {"envoi-version", strconv.Itoa(draft.Delivery.Version)}}
		f.Cancel, f.Submit = deliveryPath+"/"+draft.Delivery.ID, v.T("source.go")
		f.Fields = append(f.Fields, deskField{Kind: "radio", Name: "faire", Label: v.T("source.do"), Options: []deskOption{
			{Value: "essayer", Label: v.T("source.try", "file", draft.Delivery.FileName), Hint: v.T("source.try_hint"), Selected: true},
			{Value: "garder", Label: v.T("source.keep"), Hint: v.T("source.keep_hint")}}})
		lead = v.T("source.write_for", "file", draft.Delivery.FileName)
		if draft.Proposed {
			lead = v.T("source.proposed", "file", draft.Delivery.FileName)
		}
	}
	var spots []lineFault
	if wrong != nil {
		f.fill(r)
		spots = lineFaults(v, draft.Text, wrong)
	}
	return s.show(w, r, v, deskPage{Template: "source_write", Title: title, Lead: lead, Crumbs: sourceCrumbs(v), Form: f, More: spots, Err: wrong,
		Body: map[string]any{"text": draft.Text, "version": draft.Version}})
}

// sourceWrite keeps a description, or tries it on a file.
func (s *Server) sourceWrite(w http.ResponseWriter, r *http.Request, v *visitor) error {
	text := strings.ReplaceAll(strings.ToValidUTF8(r.PostFormValue("texte"), "?"), "\r\n", "\n")
	draft := sourceDraft{Name: r.PathValue("name"), Text: text, Version: formVersion(r)}
	if err := s.draftOn(r, v, r.PostFormValue("envoi"), &draft); err != nil {
		return err
	}
	d, err := s.sourceDo(r, v, &draft)
	if err != nil && refused(err) {
		return s.sourcePage(w, r, v, draft, inField("texte", s.named(r, v, err)))
	}
	if err != nil {
		return err
	}
	if draft.Delivery != nil {
		return s.done(w, r, v, deliveryPath+"/"+draft.Delivery.ID, v.T("source.reading"))
	}
	return s.done(w, r, v, sourcePath+"/"+d.Name, v.T("source.saved", "n", d.Version))
}

// sourceDo keeps the description when that is asked, then reads the file with
// it when there is one.
func (s *Server) sourceDo(r *http.Request, v *visitor, draft *sourceDraft) (d observatory.Described, err error) {
	if draft.Delivery == nil || r.PostFormValue("faire") == "garder" {
		d, err = observatory.WriteDescription(r.Context(), s.Office.DB, v.actor(), []byte(draft.Text), draft.Version, s.Now())
	} else {
		d, err = observatory.ReadDescription([]byte(draft.Text))
	}
	if err != nil || draft.Delivery == nil {
		return d, err
	}
	if d.Version > 0 {
		draft.Version = d.Version // kept, whatever becomes of the file
	}
	version, _ := strconv.Atoi(r.PostFormValue("envoi-version")) // 0 is no version: a conflict
	_, err = s.Office.Walk(v.actor(), nil).ReadFile(r.Context(), draft.Delivery.ID, version,
		store.Reading{Kind: store.Observation, Name: d.Name, Description: []byte(draft.Text)})
	return d, err
}

// inField puts every fault of a list beside one field; others stay as they are.
func inField(field string, err error) error {
	var out formFaults
	for _, f := range deskFaults(lang.FR, err) {
		out.add(field, f.What, f.Do)
	}
	if fault.KindOf(err) != fault.Invalid || len(out) == 0 {
		return err
	}
	return out
}
