package web

import (
	"bytes"
	"encoding/csv"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"vigie/account"
	"vigie/doc"
	"vigie/lang"
)

// The pages of the guides: how each person does their work here.
const (
	guidePath    = "/atelier/aide"
	exercisePath = guidePath + "/exercice"
)

func (s *Server) guideDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + guidePath, Action: account.ReadDesk, Anywhere: true, Handle: s.guideList, Menu: "desk.nav.own.guide"},
		{Pattern: "GET " + exercisePath, Action: account.ReadDesk, Anywhere: true, Handle: s.exerciseShow, Forms: []form{asCSV}},
		{Pattern: "GET " + guidePath + "/{name}", Action: account.ReadDesk, Anywhere: true, Handle: s.guideShow},
	}
}

// guide is one of them: its name in the address, the file of doc/operate that
// says it, its language, and the role whose work it is, "" for everybody's.
type guide struct {
	Name string       `json:"name"`
	File string       `json:"-"`
	Lang lang.Lang    `json:"lang"`
	Role account.Role `json:"role,omitempty"`
}

var guides = []guide{
	{"compte", "account.md", lang.FR, ""},
	{"analyste", "analyst.md", lang.FR, account.Analyst},
	{"editeur", "editor.md", lang.FR, account.Editor},
	{"publication", "publisher.md", lang.FR, account.Publisher},
	{"administrateur", "administrator.md", lang.FR, account.Administrator},
	{"descriptions", "import.md", lang.EN, ""},
	{"programmes", "api.md", lang.FR, ""},
}

func (g guide) title(v *visitor) string { return v.T("guide.title_" + g.Name) }

func (s *Server) guideList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	var lines []homeLine
	for _, g := range guides {
		l := homeLine{Text: g.title(v), Href: v.at.link(guidePath + "/" + g.Name), Small: v.T("guide.about_" + g.Name)}
		if g.Role != "" && slices.ContainsFunc(v.Grants, func(held account.Grant) bool { return held.Role == g.Role }) {
			l.Badge = &badge{v.T("guide.yours"), "good"}
		}
		lines = append(lines, l)
	}
	return s.show(w, r, v, deskPage{Template: "guide_list", Title: v.T("guide.title"), Lead: v.T("guide.lead"), Body: lines})
}

// guideBody is a guide as it is written.
type guideBody struct {
	guide
	Text string `json:"text"` // Markdown
}

func (s *Server) guideShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	at := slices.IndexFunc(guides, func(g guide) bool { return g.Name == r.PathValue("name") })
	if at < 0 {
		return errForeign(v.words)
	}
	text, err := doc.Guide(guides[at].File)
	if err != nil {
		return err
	}
	p := deskPage{Template: "guide_show", Title: guides[at].title(v), Body: guideBody{guides[at], string(text)}, More: v.guideProse(guides[at].Lang, string(text)),
		Crumbs: []link{{Label: v.T("guide.title"), Href: guidePath}}}
	if of := guides[at].Lang; of != v.l {
		p.Lead = v.T("guide.only_" + string(of))
	}
	return s.show(w, r, v, p)
}

// guideProse sets a guide: its title is the page's, and a link to another file
// leads to the page that shows it; one that no page shows is left as words.
func (v *visitor) guideProse(l lang.Lang, text string) template.HTML {
	if l == lang.FR {
		text = typesetGuide(text)
	}
	if title, rest, ok := strings.Cut(text, "\n"); ok && strings.HasPrefix(title, "# ") {
		text = rest
	}
	return setProse(text, proseSetting{at: v.at, to: guideTarget}, guideWall())
}

// typesetGuide gives the words of a French guide their spaces, and leaves what
// is to be typed as it is.
func typesetGuide(text string) string {
	lines := strings.Split(text, "\n")
	fenced := false
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
		} else if !fenced {
			parts := strings.Split(line, "`")
			for k := 0; k < len(parts); k += 2 {
				parts[k] = lang.Typeset(lang.FR, parts[k])
			}
			lines[i] = strings.Join(parts, "`")
		}
	}
	return strings.Join(lines, "\n")
}

// guideTarget is where a link of a guide leads on the site.
func guideTarget(to string) string {
	switch at := slices.IndexFunc(guides, func(g guide) bool { return g.File == to }); {
	case at >= 0:
		return guidePath + "/" + guides[at].Name
	case to == "analyst/"+doc.Exercise:
		return exercisePath
	case to == "roles.md":
		return rolePath
	}
	return to
}

// exerciseShow shows the file that the analyst's guide learns with, or gives it.
func (s *Server) exerciseShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	b, err := doc.ExerciseFile()
	if err != nil {
		return err
	}
	if v.at.form == asCSV {
		w.Header().Set("Content-Disposition", `attachment; filename="`+doc.Exercise+`"`)
		send(w, r, answer{status: http.StatusOK, kind: "text/csv; charset=utf-8", body: b, cache: never})
		return nil
	}
	in := csv.NewReader(bytes.NewReader(b))
	in.Comma = ';'
	rows, err := in.ReadAll()
	if err != nil {
		return err
	}
	var columns []deskColumn[[]string]
	for i, name := range rows[0] {
		columns = append(columns, deskColumn[[]string]{Label: name, Cell: func(cells []string) deskCell { return deskCell{Text: cells[i]} }})
	}
	return s.show(w, r, v, deskPage{Template: "desk_list", Title: v.T("guide.exercise"), Lead: v.T("guide.exercise_lead"), Body: rows,
		Table:   tableFor(r, v, doc.Exercise, "", rows[1:], columns),
		Actions: []link{{Label: v.T("guide.exercise_get"), Href: exercisePath + ".csv"}},
		Crumbs:  []link{{Label: v.T("guide.title"), Href: guidePath}, {Label: v.T("guide.title_analyste"), Href: guidePath + "/analyste"}}})
}
