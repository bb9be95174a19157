package web

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"vigie/account"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/store"
	"vigie/taxonomy"
)

// The pages of the reference lists.
const (
	taxonomyPath = "/atelier/listes"
	taxonomyNew  = taxonomyPath + "/nouvelle"

	mostList  = 1 << 20 // bytes of a list
	textInput = "texte"
	stepInput = "etape"
)

func (s *Server) taxonomyDesk() []deskRoute {
	edit := taxonomyPath + "/{name}/modifier"
	return []deskRoute{
		{Pattern: "GET " + taxonomyPath, Action: account.ReadTaxonomy, Anywhere: true, Handle: s.taxonomyList, Menu: "desk.nav.text.taxonomy"},
		{Pattern: "GET " + taxonomyNew, Action: account.WriteTaxonomy, Handle: s.taxonomyEdit},
		{Pattern: "POST " + taxonomyNew, Action: account.WriteTaxonomy, Handle: s.taxonomyWrite, Body: 3 * mostList},
		{Pattern: "GET " + taxonomyPath + "/{name}", Action: account.ReadTaxonomy, Anywhere: true, Handle: s.taxonomyShow},
		{Pattern: "GET " + edit, Action: account.WriteTaxonomy, Handle: s.taxonomyEdit},
		{Pattern: "POST " + edit, Action: account.WriteTaxonomy, Handle: s.taxonomyWrite, Body: 3 * mostList},
	}
}

// taxonomyLine is a list among the others.
type taxonomyLine struct {
	Name    string    `json:"name"`
	Title   string    `json:"title"`
	Version int       `json:"version"`
	Source  string    `json:"source"`
	At      time.Time `json:"at"`
}

// taxonomyTitle names a list to people: the names of ours are in the catalogue.
func taxonomyTitle(v *visitor, name string) string {
	if key := "taxonomy.name_" + name; lang.Has(v.l, key) {
		return v.T(key)
	}
	return name
}

// lists are the newest versions of all.
func (s *Server) lists(r *http.Request, v *visitor) ([]taxonomyLine, error) {
	rows, err := s.Office.DB.Taxonomies(r.Context())
	lines := make([]taxonomyLine, len(rows))
	for i, row := range rows {
		lines[i] = taxonomyLine{row.Name, taxonomyTitle(v, row.Name), row.Version, row.Source, row.CreatedAt}
	}
	return lines, err
}

func (s *Server) taxonomyList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	lines, err := s.lists(r, v)
	if err != nil {
		return err
	}
	table := tableFor(r, v, v.T("taxonomy.title"), v.T("taxonomy.none"), lines, []deskColumn[taxonomyLine]{
		{Key: "nom", Label: v.T("taxonomy.what"), Order: func(a, b taxonomyLine) int { return strings.Compare(a.Title, b.Title) }, Cell: func(l taxonomyLine) deskCell {
			return deskCell{Text: l.Title, Href: taxonomyPath + "/" + l.Name, Small: l.Name}
		}},
		{Label: v.T("taxonomy.version"), Numeric: true, Cell: func(l taxonomyLine) deskCell { return deskCell{Text: strconv.Itoa(l.Version)} }},
		{Key: "date", Label: v.T("taxonomy.at"), Order: func(a, b taxonomyLine) int { return a.At.Compare(b.At) }, Cell: func(l taxonomyLine) deskCell { return deskCell{At: l.At} }},
	})
	p := deskPage{Template: "desk_list", Title: v.T("taxonomy.title"), Lead: v.T("taxonomy.lead"), Body: lines, Table: table}
	if v.may(account.WriteTaxonomy, account.Object{}) {
		p.Actions = []link{{Label: v.T("taxonomy.new"), Href: taxonomyNew}}
	}
	return s.show(w, r, v, p)
}

// taxonomyBody is a version of a list with its terms.
type taxonomyBody struct {
	taxonomyLine
	Newest   int                   `json:"newest"`
	Terms    []termLine            `json:"terms"`
	Versions []taxonomyVersionLine `json:"versions"`
	Text     string                `json:"text"`
}

// termLine is a term of a list.
type termLine struct {
	Code       string            `json:"code"`
	LabelFR    string            `json:"label_fr"`
	LabelEN    string            `json:"label_en"`
	Parent     string            `json:"parent,omitempty"`
	Status     string            `json:"status"`
	ValidFrom  string            `json:"valid_from,omitempty"`
	ValidTo    string            `json:"valid_to,omitempty"`
	Source     string            `json:"source,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// taxonomyVersionLine is one version among the others.
type taxonomyVersionLine struct {
	Version int       `json:"version"`
	Source  string    `json:"source"`
	At      time.Time `json:"at"`
	Who     string    `json:"who"`
}

// list reads the list of a request, in the version asked for, 0 for the newest.
func (s *Server) list(r *http.Request, v *visitor, version int) (taxonomyBody, error) {
	var b taxonomyBody
	rows, err := s.Office.DB.TaxonomyVersions(r.Context(), r.PathValue("name"))
	if err != nil {
		return b, err
	}
	if len(rows) == 0 {
		return b, errForeign(v.words)
	}
	at := -1
	for i, row := range rows {
		who := ""
		if row.By != "" {
			who = s.doer(r, v, row.By)
		}
		b.Versions = append(b.Versions, taxonomyVersionLine{row.Version, row.Source, row.CreatedAt, who})
		if row.Version == version || version == 0 && i == 0 {
			at = i
		}
	}
	if at < 0 {
		return b, errForeign(v.words)
	}
	row := rows[at]
	b.taxonomyLine, b.Newest = taxonomyLine{row.Name, taxonomyTitle(v, row.Name), row.Version, row.Source, row.CreatedAt}, rows[0].Version
	text, err := s.Office.DB.Artifact(r.Context(), row.File)
	if err != nil {
		return b, err
	}
	b.Text = string(text)
	terms, err := taxonomy.Parse(row.Name, text)
	b.Terms = make([]termLine, len(terms))
	for i, t := range terms {
		b.Terms[i] = termLine{t.Code, t.LabelFR, t.LabelEN, path.Join(t.ParentTaxonomy, t.Parent), string(t.Status), t.ValidFrom, t.ValidTo, t.Source, t.Attributes}
	}
	return b, err
}

func taxonomyCrumbs(v *visitor, name string) []link {
	crumbs := []link{{Label: v.T("taxonomy.title"), Href: taxonomyPath}}
	if name != "" {
		crumbs = append(crumbs, link{Label: taxonomyTitle(v, name), Href: taxonomyPath + "/" + name})
	}
	return crumbs
}

func (s *Server) taxonomyShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	version, _ := strconv.Atoi(r.URL.Query().Get("version")) // 0: the newest
	b, err := s.list(r, v, version)
	if err != nil {
		return err
	}
	terms := tableFor(r, v, v.T("taxonomy.terms", "n", len(b.Terms)), "", b.Terms, []deskColumn[termLine]{
		{Key: "code", Label: v.T("taxonomy.code"), Order: func(a, b termLine) int { return strings.Compare(a.Code, b.Code) }, Cell: func(t termLine) deskCell { return deskCell{Text: t.Code} }},
		{Key: "libelle", Label: v.T("taxonomy.label_fr"), Order: func(a, b termLine) int { return strings.Compare(a.LabelFR, b.LabelFR) }, Cell: func(t termLine) deskCell { return deskCell{Text: t.LabelFR} }},
		{Label: v.T("taxonomy.label_en"), Cell: func(t termLine) deskCell { return deskCell{Text: t.LabelEN} }},
		{Label: v.T("taxonomy.parent"), Cell: func(t termLine) deskCell { return deskCell{Text: t.Parent} }},
		{Label: v.T("taxonomy.status"), Cell: func(t termLine) deskCell {
			return deskCell{Text: v.T("taxonomy.status_" + t.Status), Small: validity(v, t)}
		}},
		{Label: v.T("taxonomy.origin"), Cell: func(t termLine) deskCell { return deskCell{Text: t.Source} }},
	})
	more := tableFor(r, v, v.T("taxonomy.versions"), "", b.Versions, []deskColumn[taxonomyVersionLine]{
		{Label: v.T("taxonomy.version"), Cell: func(l taxonomyVersionLine) deskCell {
			c := deskCell{Text: strconv.Itoa(l.Version), Href: taxonomyPath + "/" + b.Name + "?version=" + strconv.Itoa(l.Version), Small: l.Source}
			if l.Version == b.Version {
				c.Badge = &badge{v.T("taxonomy.shown"), "plain"}
			}
			return c
		}},
		{Label: v.T("taxonomy.at"), Cell: func(l taxonomyVersionLine) deskCell { return deskCell{At: l.At} }},
		{Label: v.T("taxonomy.by"), Cell: func(l taxonomyVersionLine) deskCell { return deskCell{Text: l.Who} }},
	})
	p := deskPage{Template: "taxonomy_show", Title: b.Title, Kicker: v.T("taxonomy.kicker"), Crumbs: taxonomyCrumbs(v, ""), Body: b, More: more, Table: terms}
	if b.Version != b.Newest {
		p.Lead = v.T("taxonomy.former", "version", b.Version, "newest", b.Newest)
	}
	if v.may(account.WriteTaxonomy, account.Object{}) {
		p.Actions = []link{{Label: v.T("taxonomy.edit"), Href: taxonomyPath + "/" + b.Name + "/modifier"}}
	}
	return s.show(w, r, v, p)
}

func validity(v *visitor, t termLine) string {
	switch {
	case t.ValidFrom != "" && t.ValidTo != "":
		return v.T("taxonomy.valid_between", "from", t.ValidFrom, "to", t.ValidTo)
	case t.ValidFrom != "":
		return v.T("taxonomy.valid_from", "from", t.ValidFrom)
	case t.ValidTo != "":
		return v.T("taxonomy.valid_to", "to", t.ValidTo)
	}
	return ""
}

// taxonomyHeader is what a new list is written from.
const taxonomyHeader = "taxonomy,code,label_fr,label_en,parent,position,status,valid_from,valid_to,source\n"

func (s *Server) taxonomyEdit(w http.ResponseWriter, r *http.Request, v *visitor) error {
	text, version := taxonomyHeader, 0
	if r.PathValue("name") != "" {
		b, err := s.list(r, v, 0)
		if err != nil {
			return err
		}
		text, version = b.Text, b.Version
	}
	return s.taxonomyForm(w, r, v, text, strconv.Itoa(version), nil)
}

// wrongLine is a line of a text that a fault names.
type wrongLine struct {
	Line int
	Text string
}

var lineNamed = regexp.MustCompile(`, ligne (\d+)`)

// wrongLines are the lines of a text that faults name, each once.
func wrongLines(text string, err error) (out []wrongLine) {
	if err == nil {
		return nil
	}
	lines, seen := strings.Split(text, "\n"), map[int]bool{}
	for _, found := range lineNamed.FindAllStringSubmatch(err.Error(), -1) {
		n, _ := strconv.Atoi(found[1])
		if n > 0 && n <= len(lines) && !seen[n] {
			seen[n] = true
			out = append(out, wrongLine{n, lines[n-1]})
		}
	}
	return out
}

func (s *Server) taxonomyForm(w http.ResponseWriter, r *http.Request, v *visitor, text, version string, wrong error) error {
	name := r.PathValue("name")
	action, back, title := taxonomyNew, taxonomyPath, v.T("taxonomy.new")
	if name != "" {
		back = taxonomyPath + "/" + name
		action, title = back+"/modifier", v.T("taxonomy.edit_title", "name", taxonomyTitle(v, name))
	}
	f := &deskForm{Action: action, Submit: v.T("taxonomy.preview"), Cancel: back, Version: version, Upload: true, Fields: []deskField{
		{Kind: "code", Name: textInput, Label: v.T("taxonomy.text"), Hint: v.T("taxonomy.text_hint"), Value: text, Rows: 24, Wide: true},
		{Kind: "file", Name: fileInput, Label: v.T("taxonomy.file"), Hint: v.T("taxonomy.file_hint"), Accept: ".csv"}}}
	return s.show(w, r, v, deskPage{Template: "taxonomy_edit", Title: title, Lead: v.T("taxonomy.edit_lead"), Crumbs: taxonomyCrumbs(v, name),
		Body: struct {
			Text string `json:"text"`
		}{text}, More: wrongLines(text, wrong), Form: f, Err: wrong})
}

// sentList is the text of a list that was sent: the file when there is one.
func sentList(r *http.Request, v *visitor) (name, text string, err error) {
	text = strings.ReplaceAll(r.PostFormValue(textInput), "\r\n", "\n")
	name = cmp.Or(r.PathValue("name"), "liste") + ".csv"
	if f, ok := v.sent(fileInput); ok {
		b, err := io.ReadAll(io.NewSectionReader(f, 0, mostList+1))
		if err != nil {
			return name, text, err
		}
		if err := observatory.CheckContent(f.Name, bytes.NewReader(b), int64(len(b))); err != nil {
			return name, text, aboutField(fileInput, err)
		}
		text = string(b)
	}
	if len(text) > mostList {
		return name, "", aboutField(textInput, fault.Invalidf(v.T("taxonomy.long_do"), "%s", v.T("taxonomy.long", "most", megabytes(v.l, mostList))))
	}
	return name, text, nil
}

// taxonomyWrite shows what the text would change, then keeps it.
func (s *Server) taxonomyWrite(w http.ResponseWriter, r *http.Request, v *visitor) error {
	name, text, err := sentList(r, v)
	if err == nil && r.PostFormValue(stepInput) == "corriger" {
		return s.taxonomyForm(w, r, v, text, r.PostFormValue("version"), nil)
	}
	var change observatory.ListChange
	if err == nil {
		change, err = s.taxonomyChange(r, v, name, text)
	}
	if err == nil && r.PostFormValue(stepInput) == "garder" {
		over, _ := strconv.Atoi(r.PostFormValue("version")) // 0: there was none
		var fresh bool
		if _, fresh, err = s.Office.Walk(v.actor(), nil).ReplaceTaxonomy(r.Context(), name, []byte(text), &over); err == nil {
			said := v.T("taxonomy.kept", "name", taxonomyTitle(v, change.Taxonomy))
			if !fresh {
				said = v.T("taxonomy.same")
			}
			return s.done(w, r, v, taxonomyPath+"/"+change.Taxonomy, said)
		}
	}
	if err != nil && refused(err) {
		version, err := s.listConflict(r, v, err)
		return s.taxonomyForm(w, r, v, strings.ToValidUTF8(text, "?"), version, err)
	}
	if err != nil {
		return err
	}
	return s.taxonomyPreview(w, r, v, text, change)
}

// taxonomyChange reads the text as the next version of the list of the request.
func (s *Server) taxonomyChange(r *http.Request, v *visitor, name, text string) (observatory.ListChange, error) {
	c, err := s.newest(r)
	if err != nil {
		return observatory.ListChange{}, err
	}
	change, err := s.Office.Walk(v.actor(), nil).PreviewTaxonomy(r.Context(), name, []byte(text), c)
	if err != nil {
		return change, err
	}
	if of := r.PathValue("name"); of != "" && change.Taxonomy != of {
		return change, aboutField(textInput, fault.Invalidf(v.T("taxonomy.other_do", "name", of), "%s", v.T("taxonomy.other", "name", change.Taxonomy)))
	}
	if r.PathValue("name") == "" && change.Version > 0 {
		return change, &fault.Error{Kind: fault.Conflict, What: v.T("taxonomy.exists", "name", change.Taxonomy), Do: v.T("taxonomy.exists_do")}
	}
	if seen, _ := strconv.Atoi(r.PostFormValue("version")); seen != change.Version {
		rows, err := s.Office.DB.TaxonomyVersions(r.Context(), change.Taxonomy)
		if err != nil {
			return change, err
		}
		return change, &store.Changed{By: rows[0].By, At: rows[0].CreatedAt}
	}
	return change, nil
}

// listConflict says who else has changed a list, and gives the version that the
// text is compared with from now on: the newest, in case of a conflict.
func (s *Server) listConflict(r *http.Request, v *visitor, err error) (version string, said error) {
	c, ok := errors.AsType[*store.Changed](err)
	if !ok {
		return r.PostFormValue("version"), err
	}
	said = &fault.Error{Kind: fault.Conflict, What: v.T("taxonomy.conflict", "who", s.doer(r, v, c.By), "when", v.When(c.At)), Do: v.T("taxonomy.conflict_do")}
	rows, err := s.Office.DB.TaxonomyVersions(r.Context(), r.PathValue("name"))
	if err != nil || len(rows) == 0 {
		return r.PostFormValue("version"), said
	}
	return strconv.Itoa(rows[0].Version), said
}

// taxonomyPreview shows what a text would change, before it is kept.
func (s *Server) taxonomyPreview(w http.ResponseWriter, r *http.Request, v *visitor, text string, change observatory.ListChange) error {
	name := r.PathValue("name")
	action := taxonomyNew
	if name != "" {
		action = taxonomyPath + "/" + name + "/modifier"
	}
	table := tableFor(r, v, v.T("taxonomy.changes"), v.T("taxonomy.changes_none"), change.Changes, []deskColumn[observatory.TermChange]{
		{Label: v.T("taxonomy.term"), Cell: func(t observatory.TermChange) deskCell {
			return deskCell{Text: t.LabelFR, Small: t.Code, Badge: &badge{v.T("taxonomy.how_" + t.How), map[string]string{"added": "good", "removed": "bad", "changed": "wait"}[t.How]}}
		}},
		{Label: v.T("taxonomy.cells"), Cell: func(t observatory.TermChange) deskCell {
			var said []string
			for _, c := range t.Cells {
				said = append(said, v.T("taxonomy.cell", "column", c.Column, "before", cmp.Or(c.Before, v.T("taxonomy.empty")), "after", cmp.Or(c.After, v.T("taxonomy.empty"))))
			}
			return deskCell{Text: strings.Join(said, " ; ")}
		}},
		{Label: v.T("taxonomy.use"), Cell: func(t observatory.TermChange) deskCell {
			c := deskCell{Text: useWords(v, t.Use)}
			for _, page := range t.Use.Pages {
				c.Links = append(c.Links, link{Label: page, Href: page})
			}
			return c
		}},
	})
	f := &deskForm{Action: action, Submit: v.T("taxonomy.keep"), Version: strconv.Itoa(change.Version), Upload: true,
		Hidden: []hiddenField{{textInput, text}, {stepInput, "garder"}}, Danger: len(change.Broken) > 0}
	again := deskView{v: v}.Quiet(action, v.T("taxonomy.again"), textInput, text, stepInput, "corriger", "version", strconv.Itoa(change.Version))
	return s.show(w, r, v, deskPage{Template: "taxonomy_preview", Title: v.T("taxonomy.preview_title", "name", taxonomyTitle(v, change.Taxonomy)),
		Lead: v.T("taxonomy.preview_lead", "n", change.Terms), Crumbs: taxonomyCrumbs(v, name), Body: change, More: again, Table: table, Form: f})
}

// useWords says what of the newest edition names a term.
func useWords(v *visitor, u observatory.TermUse) string {
	var said []string
	for _, one := range []struct {
		key string
		n   int
	}{{"series", u.Series}, {"figures", u.Figures}, {"publications", u.Publications}} {
		if one.n > 0 {
			said = append(said, v.T("taxonomy.use_"+one.key, "n", one.n))
		}
	}
	return cmp.Or(strings.Join(said, ", "), v.T("taxonomy.use_none"))
}
