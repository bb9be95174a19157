package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
)

// The pages of the texts: publications and figures that others have published.
const textPath = "/atelier/textes"

func (s *Server) textDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + textPath, Action: account.ReadText, Anywhere: true, Handle: s.textList, Menu: "desk.nav.text.text"},
		{Pattern: "GET " + textPath + "/{name}", Action: account.ReadText, Anywhere: true, Handle: s.textShow},
		{Pattern: "GET " + textPath + "/{name}/{line}", Action: account.WriteText, Handle: s.textEdit},
		{Pattern: "POST " + textPath + "/{name}/{line}", Action: account.WriteText, Handle: s.textWrite},
	}
}

// textLine is a text in the list.
type textLine struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	None  bool   `json:"none,omitempty"` // the observatory has none yet
}

// texts lists them all.
func (s *Server) texts(r *http.Request, v *visitor) ([]textLine, error) {
	lines := []textLine{}
	for _, f := range observatory.TextTables() {
		t, err := s.walkOf(v).TextTable(r.Context(), f.Name)
		if err != nil && fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Invalid {
			return nil, err
		}
		lines = append(lines, textLine{f.Name, len(t.Rows), err != nil})
	}
	return lines, nil
}

func (s *Server) textList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	lines, err := s.texts(r, v)
	if err != nil {
		return err
	}
	table := tableFor(r, v, v.T("text.title"), "", lines, []deskColumn[textLine]{
		{Label: v.T("text.what"), Cell: func(l textLine) deskCell {
			c := deskCell{Text: textTitle(v, l.Name), Small: v.T("text.about_" + textWord(l.Name))}
			if !l.None {
				c.Href = textPath + "/" + l.Name
			}
			return c
		}},
		{Label: v.T("text.count"), Numeric: true, Cell: func(l textLine) deskCell { return deskCell{Text: v.Count(l.Count)} }},
	})
	return s.show(w, r, v, deskPage{Template: "desk_list", Title: v.T("text.title"), Lead: v.T("text.lead"), Body: lines, Table: table})
}

// textWord is a table's name as a key of the catalogue.
func textWord(name string) string { return strings.ReplaceAll(name, "-", "_") }

func textTitle(v *visitor, name string) string { return v.T("text.name_" + textWord(name)) }

// textColumn names a column to people.
func textColumn(v *visitor, name string) string {
	if key := "text.column_" + name; lang.Has(v.l, key) {
		return v.T(key)
	}
	return name
}

// textTable reads the table of a request.
func (s *Server) textTable(r *http.Request, v *visitor) (observatory.TextTable, error) {
	t, err := s.Office.Walk(v.actor(), nil).TextTable(r.Context(), r.PathValue("name"))
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return t, errForeign(v.words)
	}
	return t, err
}

// numbered is a row with its place.
type numbered struct {
	at    int
	cells []string
}

// mostShown bounds the columns of a table of texts; the others are in its form.
const mostShown = 6

func (s *Server) textShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	t, err := s.textTable(r, v)
	if err != nil {
		return err
	}
	rows := make([]numbered, len(t.Rows))
	for i, cells := range t.Rows {
		rows[i] = numbered{i, cells}
	}
	writes := v.may(account.WriteText, account.Object{})
	columns := []deskColumn[numbered]{{Label: v.T("text.line"), Numeric: true, Cell: func(n numbered) deskCell {
		c := deskCell{Text: strconv.Itoa(n.at + 1)}
		if writes {
			c.Href, c.Text = textPath+"/"+t.Name+"/"+strconv.Itoa(n.at+1), v.T("text.change_n", "n", strconv.Itoa(n.at+1))
		}
		return c
	}}}
	for i, name := range t.Columns {
		if i == mostShown {
			break
		}
		at := func(n numbered) string {
			if i < len(n.cells) {
				return n.cells[i]
			}
			return ""
		}
		columns = append(columns, deskColumn[numbered]{Key: name, Label: textColumn(v, name), Order: func(a, b numbered) int { return strings.Compare(at(a), at(b)) },
			Cell: func(n numbered) deskCell { return deskCell{Text: at(n)} }})
	}
	p := deskPage{Template: "desk_list", Title: textTitle(v, t.Name), Lead: v.T("text.about_" + textWord(t.Name)), Body: t, Crumbs: textCrumbs(v),
		Table: tableFor(r, v, textTitle(v, t.Name), v.T("text.none"), rows, columns)}
	if writes {
		p.Actions = []link{{Label: v.T("text.add"), Href: textPath + "/" + t.Name + "/nouveau"}}
	}
	return s.show(w, r, v, p)
}

func textCrumbs(v *visitor) []link { return []link{{Label: v.T("text.title"), Href: textPath}} }

// lineOfRequest is the line that a request is about, from 0; as many as there
// are lines for a new one.
func lineOfRequest(r *http.Request, t *observatory.TextTable) (int, bool) {
	if r.PathValue("line") == "nouveau" {
		return len(t.Rows), true
	}
	n, err := strconv.Atoi(r.PathValue("line"))
	return n - 1, err == nil && n > 0 && n <= len(t.Rows)
}

func (s *Server) textEdit(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.textPage(w, r, v, nil)
}

// long are the columns that are written in several lines.
var long = []string{"item_fr", "item_en", "note", "note_fr", "title", "title_fr", "title_en", "source_address", "source", "study"}

func (s *Server) textPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	t, err := s.textTable(r, v)
	if err != nil {
		return err
	}
	at, ok := lineOfRequest(r, &t)
	if !ok && wrong == nil {
		return errForeign(v.words)
	}
	isNew := at >= len(t.Rows)
	f := &deskForm{Action: textPath + "/" + t.Name + "/" + r.PathValue("line"), Submit: v.T("desk.save"), Cancel: textPath + "/" + t.Name, Version: t.Dataset}
	kinds, err := s.kindTerms(r, v, t.Name)
	if err != nil {
		return err
	}
	for i, name := range t.Columns {
		field := deskField{Name: "c-" + name, Label: textColumn(v, name), Most: 2000, Wide: slices.Contains(long, name)}
		if !isNew && i < len(t.Rows[at]) {
			field.Value = t.Rows[at][i]
		}
		if key := "text.hint_" + name; lang.Has(v.l, key) {
			field.Hint = v.T(key)
		}
		if name == "kind" && len(kinds) > 0 {
			field.Kind, field.Options = "select", slices.Clone(kinds)
			if !slices.ContainsFunc(kinds, func(o deskOption) bool { return o.Value == field.Value }) {
				field.Options = append([]deskOption{{Value: field.Value, Label: field.Value}}, field.Options...) // as the file writes it
			}
			for k := range field.Options {
				field.Options[k].Selected = field.Options[k].Value == field.Value
			}
		}
		f.Fields = append(f.Fields, field)
	}
	title := v.T("text.add")
	if !isNew {
		title = v.T("text.change_n", "n", strconv.Itoa(at+1))
		f.Fields = append(f.Fields, deskField{Kind: "check", Name: "retirer", Label: v.T("text.remove")})
	}
	if wrong != nil {
		f.fill(r)
	}
	return s.show(w, r, v, deskPage{Template: "desk_form", Title: title, Kicker: textTitle(v, t.Name), Lead: v.T("text.write_lead"), Form: f, Err: wrong,
		Crumbs: append(textCrumbs(v), link{Label: textTitle(v, t.Name), Href: textPath + "/" + t.Name}), Body: t})
}

// kindTerms are the kinds of publications to choose from.
func (s *Server) kindTerms(r *http.Request, v *visitor, table string) ([]deskOption, error) {
	if table != "publications" {
		return nil, nil
	}
	terms, err := s.Office.DB.Terms(r.Context(), "publication_kind", s.Now())
	if err != nil {
		return nil, err
	}
	var out []deskOption
	for _, t := range terms {
		label := t.LabelFR
		if v.l == lang.EN {
			label = t.LabelEN
		}
		out = append(out, deskOption{Value: t.Code, Label: label})
	}
	return out, nil
}

// textWrite makes the next delivery of a text, with one line changed.
func (s *Server) textWrite(w http.ResponseWriter, r *http.Request, v *visitor) error {
	t, err := s.textTable(r, v)
	if err != nil {
		return err
	}
	at, ok := lineOfRequest(r, &t)
	change := observatory.TextChange{Name: t.Name, Dataset: r.PostFormValue("version"), At: at}
	if !ok && change.Dataset == t.Dataset {
		return errForeign(v.words)
	}
	if !ok {
		change.At = 0 // another table: refused below, with who changed it
	}
	said := v.T("text.removed")
	if r.PostFormValue("retirer") == "" {
		said = v.T("text.saved")
		for _, name := range t.Columns {
			cell, err := shortText(v, strings.Join(strings.Fields(r.PostFormValue("c-"+name)), " "), 2000)
			if err != nil {
				return s.textPage(w, r, v, aboutField("c-"+name, err))
			}
			change.Cells = append(change.Cells, cell)
		}
	}
	if _, err := s.Office.Walk(v.actor(), nil).ChangeText(r.Context(), change); err != nil {
		if refused(err) {
			return s.textPage(w, r, v, s.named(r, v, err))
		}
		return err
	}
	return s.done(w, r, v, textPath+"/"+t.Name, said)
}
