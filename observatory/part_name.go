package observatory

import (
	"context"
	"strings"

	"vigie/edition"
	"vigie/lang"
	"vigie/source"
)

// Title names something to people, in both languages.
type Title struct {
	FR string `json:"fr"`
	EN string `json:"en"`
}

// In returns the title in a language.
func (t Title) In(l lang.Lang) string {
	if l == lang.EN {
		return t.EN
	}
	return t.FR
}

// PartName names a part of an edition to people: by the title of its
// description, which is French, or by what its name stands for.
func (w *Walk) PartName(ctx context.Context, p edition.Part) (Title, error) {
	if titled(p) {
		text, err := w.DB.Artifact(ctx, p.Source)
		if err != nil {
			return Title{}, err
		}
		d, err := source.ParseDescription(text)
		if err != nil {
			return Title{}, err
		}
		return Title{d.Title, d.Title}, nil
	}
	if p.Role == edition.RoleSurvey {
		return w.surveyName(ctx, p)
	}
	return Title{partName(lang.FR, p), partName(lang.EN, p)}, nil
}

// titled reports whether a part was read by a description.
func titled(p edition.Part) bool {
	return p.Role == edition.RoleObservation || p.Role == edition.RoleZoning
}

// partName names, in a language, a part that has no description.
func partName(l lang.Lang, p edition.Part) string {
	if key := "taxonomy.name_" + p.Name; p.Role == edition.RoleTaxonomy && lang.Has(l, key) {
		return lang.T(l, "edition.list", "name", lang.T(l, key))
	}
	if key := "report.level." + p.Name + ".many"; lang.Has(l, key) {
		return lang.T(l, "edition.tier", "role", lang.T(l, "edition.roles."+p.Role), "level", lang.T(l, key))
	}
	name, year := p.Name, ""
	if p.Role == edition.RoleTerritory {
		at := strings.LastIndexByte(p.Name, '-')
		name, year = p.Name[:max(at, 0)], p.Name[at+1:]
	}
	if key := "edition.part_name." + p.Role + "_" + strings.ReplaceAll(name, "-", "_"); lang.Has(l, key) {
		return lang.T(l, key, "year", year)
	}
	return p.Name
}
