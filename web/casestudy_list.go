package web

import (
	"net/http"
	"slices"
	"strings"

	"vigie/casestudy"
	"vigie/edition"
	"vigie/lang"
	"vigie/taxonomy"
	"vigie/territory"
)

// caseLists is what a record is written with: the reference lists as they stand
// and the places of the newest edition.
type caseLists struct {
	set *taxonomy.Set
	c   *edition.Content // nil before the first edition: places are then written by code
	on  string           // ISO day
	l   lang.Lang
}

// caseLists reads them.
func (s *Server) caseLists(r *http.Request, v *visitor) (*caseLists, error) {
	c, err := s.newest(r)
	if err != nil {
		return nil, err
	}
	rows, err := s.Office.DB.Taxonomies(r.Context())
	if err != nil {
		return nil, err
	}
	var versions []taxonomy.Version
	for _, row := range rows {
		b, err := s.Office.DB.Artifact(r.Context(), row.File)
		if err != nil {
			return nil, err
		}
		version, err := taxonomy.ParseVersion(row.Name, b)
		if err != nil {
			return nil, err
		}
		versions = append(versions, version)
	}
	lists := &caseLists{c: c, on: s.Now().In(lang.Paris).Format("2006-01-02"), l: v.l}
	if lists.set, err = taxonomy.NewSet(versions...); err != nil || len(rows) == 0 && c != nil {
		lists.set, err = nil, nil // an observatory whose lists come one by one
		if c != nil {
			lists.set = c.Taxonomy
		}
	}
	return lists, err
}

// checked are the lists as the rules of a record need them.
func (c *caseLists) checked() casestudy.Lists {
	out := casestudy.Lists{Terms: c.set, On: c.on}
	if c.set == nil {
		out.Terms = &taxonomy.Set{}
	}
	if c.c != nil {
		out.Place = func(code territory.Code) bool {
			_, known := c.c.Territory.Get(code)
			return known
		}
	}
	return out
}

// terms are those of a list that can be chosen today.
func (c *caseLists) terms(list string) []taxonomy.Term {
	if c.set == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.set.Terms(list)), func(t taxonomy.Term) bool { return !t.ValidOn(c.on) })
}

// options are the choices of a list, and what is chosen outside it, which is not
// lost for that.
func (c *caseLists) options(w words, list string, chosen []string, explain string) []deskOption {
	var out []deskOption
	for _, t := range c.terms(list) {
		o := deskOption{Value: t.Code, Label: t.Label(c.l), Selected: slices.Contains(chosen, t.Code)}
		if explain != "" {
			o.Hint = t.Attribute(explain, c.l)
		}
		out = append(out, o)
	}
	for _, code := range chosen {
		if !slices.ContainsFunc(out, func(o deskOption) bool { return o.Value == code }) {
			out = append(out, deskOption{Value: code, Label: w.T("text.unlisted", "text", code), Selected: true})
		}
	}
	return out
}

// label says the value of a field to people: the label of a term, the name of a
// place, otherwise what is written.
func (c *caseLists) label(path, value string) string {
	if strings.HasPrefix(path, "territories") {
		var out []string
		for _, code := range strings.Split(value, "\n") {
			out = append(out, c.place(code))
		}
		return strings.Join(out, "\n")
	}
	if key := "case.language." + value; path == "language" && lang.Has(c.l, key) {
		return lang.T(c.l, key)
	}
	list := casestudy.ListOf(path)
	if list == "" || c.set == nil {
		return value
	}
	var out []string
	for _, code := range strings.Split(value, "\n") {
		if t, ok := c.set.Term(list, code); ok {
			code = t.Label(c.l)
		}
		out = append(out, code)
	}
	return strings.Join(out, "\n")
}

// place is the name of a place with its level, or its code when no edition
// knows it.
func (c *caseLists) place(code string) string {
	if c.c != nil {
		if t, ok := c.c.Territory.Get(territory.Code(code)); ok {
			return joined(", ", c.c.Territory.Label(t.Code), lang.T(c.l, "report.level."+string(t.Code.Level())+".one"))
		}
	}
	return code
}

// mostPlacesFound is how many places a search of a form proposes.
const mostPlacesFound = 8

// placesLike are the places that what was typed may mean: their names, or one
// code.
func (c *caseLists) placesLike(typed string) []deskOption {
	if c.c == nil || c.c.Search == nil {
		if code := territory.Code(strings.ToUpper(strings.TrimSpace(typed))); code.Level() != "" {
			return []deskOption{{Value: string(code), Label: string(code)}}
		}
		return nil
	}
	var out []deskOption
	for _, h := range c.c.Search.Find(typed, 2*mostPlacesFound) {
		if _, known := c.c.Territory.Get(h.Code); known && len(out) < mostPlacesFound {
			out = append(out, deskOption{Value: string(h.Code), Label: h.Label(c.l), Hint: joined(" · ", lang.T(c.l, "report.level."+string(h.Code.Level())+".one"), h.Detail)})
		}
	}
	return out
}

// within are the places that a record is about, and all that contain them: what
// rights are held on.
func (c *caseLists) within(r casestudy.Record) []string {
	var out []string
	for _, code := range r.Territories {
		out = append(out, string(code))
		if c.c == nil {
			continue
		}
		for _, above := range c.c.Above(code) {
			out = append(out, string(above))
		}
	}
	return once(out)
}
