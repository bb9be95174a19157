package casestudy

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"vigie/lang"
	"vigie/territory"
)

// Citing is what a citation needs besides the case.
type Citing struct {
	Base    string // name of the base: « Vigie, base de cas »
	Address string // permanent, of the case
	Read    string // ISO date on which it was read, "" to say nothing of it
	Names   Names  // of places and terms
}

// by returns who brought the case: a network, or the base.
func (c Citing) by(e *Entry) string { return cmp.Or(e.Network, c.Base) }

// textIn returns the text of a record in a language, its own when it has no
// translation, and which language that is.
func textIn(r *Record, l lang.Lang) (Text, string) {
	if t, ok := r.Translations[string(l)]; ok && t.Title != "" {
		return t, string(l)
	}
	return r.Text, r.Language
}

// changed returns the day of what the public sees, ISO, in Paris; "" when it is
// not known.
func (e *Entry) changed() string {
	at := e.ChangedAt
	if at.IsZero() {
		at = e.PublishedAt
	}
	if at.IsZero() {
		return ""
	}
	return at.In(lang.Paris).Format(time.DateOnly)
}

// Cite returns the citation of a case in words, ready to be copied.
func Cite(e *Entry, c Citing, l lang.Lang) string {
	t, _ := textIn(&e.Record, l)
	key, day := "record.cite.undated", e.changed()
	if day != "" {
		key = "record.cite.dated"
	}
	args := []any{"title", t.Title, "by", c.by(e), "base", c.Base, "name", e.Slug, "version", strconv.Itoa(e.Version), "day", lang.Date(l, day), "address", c.Address}
	out := lang.T(l, key, args...)
	if e.Network == "" {
		out = strings.Replace(out, c.Base+", "+c.Base, c.Base, 1)
	}
	if c.Read != "" {
		out += " " + lang.T(l, "record.cite.read", "day", lang.Date(l, c.Read))
	}
	if e.Record.Licence != "" {
		out += ". " + lang.T(l, "record.cite.licence", "licence", e.Record.Licence)
	}
	return out
}

var latex = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\{`, `}`, `\}`, `%`, `\%`, `&`, `\&`, `#`, `\#`, `$`, `\$`, `_`, `\_`,
	`~`, `\textasciitilde{}`, `^`, `\textasciicircum{}`, "\n", " ")

// BibTeX returns the citation of a case as one entry of a bibliography.
func BibTeX(e *Entry, c Citing, l lang.Lang) string {
	t, in := textIn(&e.Record, l)
	var b strings.Builder
	field := func(name, value string) {
		if value != "" {
			b.WriteString("  " + name + " = {" + value + "},\n")
		}
	}
	b.WriteString("@misc{" + key(e.Slug) + ",\n")
	field("title", "{"+latex.Replace(t.Title)+"}")
	field("author", "{"+latex.Replace(c.by(e))+"}")
	field("howpublished", latex.Replace(c.Base))
	day := e.changed()
	field("year", day[:min(4, len(day))])
	field("date", day)
	field("version", strconv.Itoa(e.Version))
	field("url", strings.NewReplacer("{", "%7B", "}", "%7D", `\`, "%5C", " ", "%20").Replace(c.Address))
	field("urldate", c.Read)
	field("language", map[string]string{"fr": "french", "en": "english"}[in])
	field("note", latex.Replace(e.Record.Licence))
	b.WriteString("}\n")
	return b.String()
}

// key keeps what a key of BibTeX may hold.
func key(slug string) string {
	return "vigie-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, slug)
}

// deeds are the addresses of licences.
var deeds = map[string]string{
	"CC0 1.0":             "https://creativecommons.org/publicdomain/zero/1.0/",
	"Licence Ouverte 2.0": "https://spdx.org/licenses/etalab-2.0.html",
}

// deed returns the address of a licence, its name when it has none.
func deed(licence string) string {
	if at := deeds[licence]; at != "" {
		return at
	}
	if kind, ok := strings.CutPrefix(licence, "CC "); ok {
		if name, version, ok := strings.Cut(kind, " "); ok {
			return "https://creativecommons.org/licenses/" + strings.ToLower(name) + "/" + version + "/"
		}
	}
	return licence
}

// JSONLD describes a case for machines in the words of schema.org, as a JSON
// object whose names are sorted: the same case gives the same bytes. Signs that
// HTML reads are escaped, so that it stands in a page as it is. Contacts are
// left out: what was agreed is that readers see them.
func JSONLD(e *Entry, c Citing, l lang.Lang) ([]byte, error) {
	r := &e.Record
	t, in := textIn(r, l)
	out := object{
		"@context": "https://schema.org", "@type": "Article", "@id": c.Address, "url": c.Address, "identifier": e.Slug, "version": strconv.Itoa(e.Version),
		"publisher": object{"@type": "Organization", "name": c.Base},
	}
	out.put("headline", t.Title)
	out.put("abstract", t.Summary)
	out.put("inLanguage", in)
	out.put("license", deed(r.Licence))
	out.put("temporalCoverage", coverage(r))
	for _, code := range sectionsOf(t) {
		out.add("hasPart", object{"@type": "CreativeWork", "name": cmp.Or(c.term("case_section", code, l), code), "text": t.Sections[code]})
	}
	for _, code := range r.Domains {
		out.add("about", object{"@type": "DefinedTerm", "termCode": code, "name": cmp.Or(c.term("domain", code, l), code)})
	}
	for _, n := range r.SDGs {
		code := strconv.Itoa(n)
		out.add("about", object{"@type": "DefinedTerm", "termCode": "SDG" + code, "name": cmp.Or(c.term("sdg", code, l), code), "url": "https://sdgs.un.org/goals/goal" + code})
	}
	for _, list := range []struct {
		name  string
		codes []string
	}{{"relation", r.Relations}, {"co_construction", r.Forms}, {"objective", r.Objectives}} {
		for _, code := range list.codes {
			out.add("keywords", cmp.Or(c.term(list.name, code, l), code))
		}
	}
	for _, a := range r.Actors {
		who := object{"@type": "Organization", "name": a.Name}
		if role := c.term("actor_role", a.Role, l); role != "" {
			who = object{"@type": "Role", "roleName": role, "contributor": who}
		}
		out.add("contributor", who)
	}
	for _, code := range r.Territories {
		out.add("spatialCoverage", c.place(code))
	}
	for _, s := range r.Sources {
		cited := object{"@type": "CreativeWork"}
		cited.put("name", s.Title)
		cited.put("datePublished", s.Date)
		if what, _ := refusedAddress(s.Address); what == "" {
			cited.put("url", s.Address)
		}
		out.add("citation", cited)
	}
	if !e.PublishedAt.IsZero() {
		out["datePublished"] = e.PublishedAt.UTC().Format(time.RFC3339)
	}
	if !e.ChangedAt.IsZero() {
		out["dateModified"] = e.ChangedAt.UTC().Format(time.RFC3339)
	}
	if e.Network != "" {
		out["sourceOrganization"] = object{"@type": "Organization", "name": e.Network}
	}
	if !e.Reviewed() {
		out["creativeWorkStatus"] = lang.T(l, "record.cite.unread")
	}
	return json.Marshal(out)
}

// object is a JSON object; its names are sorted when it is written.
type object map[string]any

func (o object) put(name, value string) {
	if value != "" {
		o[name] = value
	}
}

func (o object) add(name string, value any) {
	list, _ := o[name].([]any) // none yet
	o[name] = append(list, value)
}

func (c Citing) term(list, code string, l lang.Lang) string {
	if c.Names.Term == nil || code == "" {
		return ""
	}
	return c.Names.Term(list, code, l)
}

func (c Citing) place(code territory.Code) object {
	o := object{"@type": "AdministrativeArea", "identifier": string(code)}
	if c.Names.Place != nil {
		o.put("name", c.Names.Place(code))
	}
	return o
}

// coverage returns the years of a record as ISO 8601-2 writes an interval, open
// where it is not known to end.
func coverage(r *Record) string {
	switch from, to := r.StartYear, r.EndYear; {
	case from == 0 && to == 0:
		return ""
	case from == 0:
		return "../" + strconv.Itoa(to)
	case to == 0:
		return strconv.Itoa(from) + "/.."
	case from == to:
		return strconv.Itoa(from)
	default:
		return strconv.Itoa(from) + "/" + strconv.Itoa(to)
	}
}
