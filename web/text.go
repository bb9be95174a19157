package web

import (
	"cmp"
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

// textHead is the column that a line of a text is known by.
var textHead = map[string]string{"publications": "title", "publications-fr": "title", "published-figures": "item_fr", "published-items": "id",
	"studies": "title_fr", "events": "title_fr", "partners": "organisation"}

// textShown are the columns of the table of a text beside its head; the others
// are in its form.
var textShown = map[string][]string{
	"publications":      {"programme", "kind", "date", "audience_or_territory"},
	"publications-fr":   {"title_fr", "title_en", "about_fr", "note_fr"},
	"published-figures": {"study", "date", "audience", "value", "unit"},
	"published-items":   {"item_fr", "item_en"},
	"studies":           {"programme", "audience", "published", "sample_size"},
	"events":            {"programme", "kind", "date", "place"},
	"partners":          {"kind", "programmes", "role_fr"},
}

func (s *Server) textShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	t, err := s.textTable(r, v)
	if err != nil {
		return err
	}
	terms, err := s.textTerms(r, v, &t)
	if err != nil {
		return err
	}
	rows := make([]numbered, len(t.Rows))
	for i, cells := range t.Rows {
		rows[i] = numbered{i, cells}
	}
	writes := v.may(account.WriteText, account.Object{})
	p := deskPage{Template: "desk_list", Title: textTitle(v, t.Name), Lead: v.T("text.about_" + textWord(t.Name)), Body: t, Crumbs: textCrumbs(v),
		Table: tableFor(r, v, textTitle(v, t.Name), v.T("text.none"), rows, textColumns(v, &t, terms, writes))}
	if writes {
		p.Actions = []link{{Label: v.T("text.add"), Href: textPath + "/" + t.Name + "/nouveau"}}
	}
	return s.show(w, r, v, p)
}

// textColumns are the columns of the table of a text: its head, that leads to
// the form of the line for who writes, then those of textShown that the file has.
func textColumns(v *visitor, t *observatory.TextTable, terms map[string][]textTerm, writes bool) []deskColumn[numbered] {
	var columns []deskColumn[numbered]
	for _, name := range append([]string{textHead[t.Name]}, textShown[t.Name]...) {
		i := slices.Index(t.Columns, name)
		if i < 0 {
			continue
		}
		head := name == textHead[t.Name]
		at := func(n numbered) string {
			if i < len(n.cells) {
				if name == "programme" { // known by their code
					return n.cells[i]
				}
				return termLabel(terms[name], n.cells[i])
			}
			return ""
		}
		columns = append(columns, deskColumn[numbered]{Key: name, Label: textColumn(v, name), Wide: head && name != "id", Numeric: name == "value",
			Order: func(a, b numbered) int { return textOrder(at(a), at(b)) },
			Cell: func(n numbered) deskCell {
				c := deskCell{Text: at(n)}
				if name == "value" {
					c.Text = textNumber(v, c.Text)
				}
				if head {
					c.Small = v.T("text.line_n", "n", strconv.Itoa(n.at+1))
				}
				if head && writes {
					c.Href, c.Text = textPath+"/"+t.Name+"/"+strconv.Itoa(n.at+1), cmp.Or(c.Text, v.T("text.untitled"))
				}
				return c
			}})
	}
	return columns
}

// textOrder sorts two cells, as numbers when they are.
func textOrder(a, b string) int {
	x, errX := strconv.ParseFloat(strings.TrimPrefix(a, ">"), 64)
	y, errY := strconv.ParseFloat(strings.TrimPrefix(b, ">"), 64)
	if errX == nil && errY == nil {
		return cmp.Compare(x, y)
	}
	return lang.Compare(a, b)
}

// textNumber is a value as people read it: « > 12,5 » for >12.5.
func textNumber(v *visitor, cell string) string {
	digits, more := strings.CutPrefix(cell, ">")
	x, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return cell
	}
	_, after, _ := strings.Cut(digits, ".")
	if more {
		return ">\u00a0" + lang.Number(v.l, x, len(after))
	}
	return lang.Number(v.l, x, len(after))
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
var long = []string{"item_fr", "item_en", "note", "note_fr", "title", "title_fr", "title_en", "source_address", "source", "study", "programme", "construct",
	"universe_fr", "universe_en", "design_fr", "design_en", "documents", "note_en", "outcome_fr", "outcome_en", "role_fr", "role_en", "organisation", "cited_as"}

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
	terms, err := s.textTerms(r, v, &t)
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
		if list, ok := terms[name]; ok {
			field.Kind, field.Options = "select", textOptions(v, list, field.Value, append(cellsOf(t.Rows, i), r.PostFormValue(field.Name)))
			if list := textLists[t.Name][name]; list != "" {
				field.Hint = v.T("text.hint_list", "list", taxonomyTitle(v, list))
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
