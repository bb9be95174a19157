package casestudy

import (
	"strings"

	"vigie/lang"
)

// column is one column that a table may have. Name is what the guide calls it,
// aliases what else people write.
type column struct {
	path    string
	name    string
	aliases []string
}

// columns lists what a table may say, in the order of the guide; sections of
// the reference list come besides. The first three belong to every row.
var columns = []column{
	{"external_id", "Identifiant", []string{"id", "identifiant du réseau", "référence", "code fiche"}},
	{"title", "Titre", []string{"nom", "intitulé", "nom du projet", "titre de la fiche"}},
	{"summary", "Résumé", []string{"description", "présentation", "chapeau"}},
	{"language", "Langue", nil},
	{"territories", "Territoires", []string{"territoire", "lieux", "lieu", "commune", "communes", "codes territoires"}},
	{"scope", "Échelle", []string{"portée"}},
	{"domains", "Domaines", []string{"domaine", "thématique", "thématiques", "thème", "thèmes"}},
	{"sdgs", "ODD", []string{"sdg", "objectifs de développement durable"}},
	{"actors", "Acteurs", []string{"acteur", "partenaires", "partenaire"}},
	{"relationship_types", "Types de relation", []string{"type de relation", "relations", "relation"}},
	{"co_construction_forms", "Formes de co-construction", []string{"forme", "formes", "forme de co-construction"}},
	{"objectives", "Objectifs", []string{"objectif", "objectifs de l'alliance"}},
	{"phase", "Phase", nil},
	{"start_year", "Année de début", []string{"début", "année", "année de création", "date de début"}},
	{"end_year", "Année de fin", []string{"fin", "date de fin"}},
	{"impacts.performance", "Effet performance", []string{"performance", "impact performance"}},
	{"impacts.innovation", "Effet innovation", []string{"innovation", "impact innovation"}},
	{"impacts.trust", "Effet confiance", []string{"confiance", "impact confiance", "trust"}},
	{"evidence", "Preuves", []string{"preuve", "chiffres", "chiffres clés"}},
	{"sources", "Sources", []string{"source", "liens", "lien", "site", "url"}},
	{"contacts", "Contacts", []string{"contact"}},
	{"licence", "Licence", []string{"license"}},
	{"consent.by", "Accord de", []string{"accord", "consentement", "organisation qui a donné son accord"}},
	{"consent.on", "Date de l'accord", []string{"date du consentement"}},
	{"parent", "Fiche mère", []string{"fiche parente"}},
}

// columnOf returns a column of the list by its path.
func columnOf(path string) *column {
	for i := range columns {
		if columns[i].path == path {
			return &columns[i]
		}
	}
	return nil
}

// columnNamed returns the column that a header names, nil when none does.
func (b *Bulk) columnNamed(header string) *column {
	want := lang.Fold(header)
	if want == "" {
		return nil
	}
	for i := range columns {
		c := &columns[i]
		for _, name := range append([]string{c.name, c.path}, c.aliases...) {
			if lang.Fold(name) == want {
				return c
			}
		}
	}
	if b.in.Terms == nil {
		return nil
	}
	for _, t := range b.in.Terms.Terms("case_section") {
		for _, name := range append(namesOf(t), "sections."+t.Code) {
			if name != "" && lang.Fold(name) == want {
				return &column{path: "sections." + t.Code, name: t.LabelFR}
			}
		}
	}
	return nil
}

// nearestColumn returns the name of the column most like a header, "" if none is.
func (b *Bulk) nearestColumn(header string) string {
	best, most := "", nearEnough
	try := func(shown string, names ...string) {
		for _, name := range names {
			if like := alikeName(header, name); like > most {
				best, most = shown, like
			}
		}
	}
	for _, c := range columns {
		try(c.name, append([]string{c.name}, c.aliases...)...)
	}
	if b.in.Terms != nil {
		for _, t := range b.in.Terms.Terms("case_section") {
			try(t.LabelFR, namesOf(t)...)
		}
	}
	return best
}

// several cuts a cell at « | », at the ends of its lines and, where values hold
// none themselves, at « ; ».
func several(cell string, semicolon bool) []string {
	cell = strings.NewReplacer("\r\n", "|", "\n", "|", "\r", "|").Replace(cell)
	if semicolon {
		cell = strings.ReplaceAll(cell, ";", "|")
	}
	var out []string
	for v := range strings.SplitSeq(cell, "|") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// Column is one column that a table of cases may have: what it is called, and
// the reference lists of the codes in it.
type Column struct {
	Path  string   `json:"path"`
	Name  string   `json:"name"`
	Lists []string `json:"lists,omitempty"`
}

// Columns lists the columns that a table of cases may have, in the order of the
// guide: those of the sections of the reference list come before the effects.
func Columns(in Lists) []Column {
	var out []Column
	for _, c := range columns {
		if strings.HasPrefix(c.path, "impacts.") && in.Terms != nil && !strings.HasPrefix(out[len(out)-1].Path, "impacts.") {
			for _, t := range in.Terms.Terms("case_section") {
				out = append(out, Column{Path: "sections." + t.Code, Name: t.LabelFR})
			}
		}
		one := Column{Path: c.path, Name: c.name}
		if f := fieldOf(c.path); f != nil {
			for _, list := range append([]string{f.list}, f.lists...) {
				if list != "" {
					one.Lists = append(one.Lists, list)
				}
			}
		}
		out = append(out, one)
	}
	return out
}
