package observatory

import (
	"context"
	"maps"
	"path"
	"slices"
	"strings"

	"vigie/edition"
	"vigie/fault"
	"vigie/store"
	"vigie/study"
	"vigie/taxonomy"
)

// ListChange is what a file would change in a reference list.
type ListChange struct {
	Taxonomy string       `json:"taxonomy"`
	Version  int          `json:"version"` // that it would replace, 0 for a new list
	Terms    int          `json:"terms"`
	Changes  []TermChange `json:"changes"`
	Broken   []string     `json:"broken,omitempty"` // what of the texts could no longer be read
}

// How a term changes.
const (
	TermAdded   = "added"
	TermRemoved = "removed"
	TermChanged = "changed"
)

// TermChange is one term that is added, removed or changed, and what of the
// newest edition is about it.
type TermChange struct {
	How     string       `json:"how"`
	Code    string       `json:"code"`
	LabelFR string       `json:"label_fr"`
	LabelEN string       `json:"label_en"`
	Cells   []CellChange `json:"cells,omitempty"`
	Use     TermUse      `json:"use"`
}

// CellChange is one column of a term before and after.
type CellChange struct {
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// TermUse counts what of an edition names a term, and lists the pages that show
// it, as paths.
type TermUse struct {
	Series       int      `json:"series"`
	Figures      int      `json:"figures"`
	Publications int      `json:"publications"`
	Pages        []string `json:"pages,omitempty"`
}

// PreviewTaxonomy reads a file as the next version of its list, keeps nothing,
// and says what it would change. c is the newest edition, nil without one.
//
// Error: those of ImportTaxonomy.
func (w *Walk) PreviewTaxonomy(ctx context.Context, fileName string, file []byte, c *edition.Content) (ListChange, error) {
	v, err := taxonomy.ParseVersion(path.Base(fileName), file)
	if err != nil {
		return ListChange{}, err
	}
	if err := w.checkList(ctx, v); err != nil {
		return ListChange{}, err
	}
	out := ListChange{Taxonomy: v.Taxonomy, Terms: len(v.Terms), Changes: []TermChange{}}
	rows, err := w.DB.Taxonomies(ctx)
	if err != nil {
		return out, err
	}
	var before taxonomy.Version
	if i := slices.IndexFunc(rows, func(r store.TaxonomyRow) bool { return r.Name == v.Taxonomy }); i >= 0 {
		out.Version = rows[i].Version
		b, err := w.DB.Artifact(ctx, rows[i].File)
		if err != nil {
			return out, err
		}
		if before, err = taxonomy.ParseVersion(rows[i].Name, b); err != nil {
			return out, err
		}
	}
	out.Changes = append(out.Changes, CompareTerms(before.Terms, v.Terms)...)
	for i := range out.Changes {
		out.Changes[i].Use = UseOf(c, v.Taxonomy, out.Changes[i].Code)
	}
	if len(out.Changes) > 0 {
		out.Broken, err = w.brokenBy(ctx, v)
	}
	return out, err
}

// CompareTerms lists what changes from one version of a list to another, in the
// order of the new one, then what is removed.
func CompareTerms(before, after []taxonomy.Term) []TermChange {
	var out []TermChange
	find := func(all []taxonomy.Term, code string) int {
		return slices.IndexFunc(all, func(t taxonomy.Term) bool { return t.Code == code })
	}
	for _, t := range after {
		change := TermChange{How: TermAdded, Code: t.Code, LabelFR: t.LabelFR, LabelEN: t.LabelEN}
		if i := find(before, t.Code); i >= 0 {
			change.How, change.Cells = TermChanged, compareCells(before[i], t)
			if len(change.Cells) == 0 {
				continue
			}
		}
		out = append(out, change)
	}
	for _, t := range before {
		if find(after, t.Code) < 0 {
			out = append(out, TermChange{How: TermRemoved, Code: t.Code, LabelFR: t.LabelFR, LabelEN: t.LabelEN})
		}
	}
	return out
}

func compareCells(a, b taxonomy.Term) (out []CellChange) {
	note := func(column, before, after string) {
		if before != after {
			out = append(out, CellChange{column, before, after})
		}
	}
	parent := func(t taxonomy.Term) string { return path.Join(t.ParentTaxonomy, t.Parent) }
	note("label_fr", a.LabelFR, b.LabelFR)
	note("label_en", a.LabelEN, b.LabelEN)
	note("parent", parent(a), parent(b))
	note("status", string(a.Status), string(b.Status))
	note("valid_from", a.ValidFrom, b.ValidFrom)
	note("valid_to", a.ValidTo, b.ValidTo)
	note("source", a.Source, b.Source)
	both := maps.Clone(a.Attributes)
	if both == nil {
		both = map[string]string{}
	}
	maps.Copy(both, b.Attributes)
	for _, column := range slices.Sorted(maps.Keys(both)) {
		note(column, a.Attributes[column], b.Attributes[column])
	}
	return out
}

// brokenBy says what of the texts could no longer be read with a list: the next
// edition could not be composed before they are corrected.
func (w *Walk) brokenBy(ctx context.Context, v taxonomy.Version) (out []string, err error) {
	now, err := w.lists(ctx)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Clone(now.Versions()), func(o taxonomy.Version) bool { return o.Taxonomy == v.Taxonomy })
	lists, err := taxonomy.NewSet(append(all, v)...)
	if err != nil {
		return nil, nil // a new observatory, whose lists come one by one
	}
	refs, err := w.references(ctx)
	if err != nil {
		return nil, err
	}
	read := map[string]func(name string, main, words []byte) error{
		publishedName: func(name string, main, words []byte) error {
			_, err := study.ParsePublishedFigures(name, main, words, lists)
			return err
		},
		publicationName: func(name string, main, words []byte) error {
			_, err := study.ParsePublications(name, main, words, lists)
			return err
		},
	}
	for _, of := range []struct {
		kind        store.DatasetKind
		name, words string
	}{{store.Published, publishedName, itemName}, {store.Publication, publicationName, translationName}} {
		if _, ok := refs.file(of.kind, of.name); !ok {
			continue
		}
		main, err := refs.bytes(of.kind, of.name)
		if err != nil {
			return nil, err
		}
		var words []byte
		if _, ok := refs.file(of.kind, of.words); ok {
			if words, err = refs.bytes(of.kind, of.words); err != nil {
				return nil, err
			}
		}
		if err := read[of.name](of.name, main, words); err != nil {
			if fault.KindOf(err) != fault.Invalid {
				return nil, err
			}
			out = append(out, strings.Split(err.Error(), "\n")...)
		}
	}
	register, err := refs.register()
	if err != nil {
		return nil, err
	}
	if _, err := study.ParseRegister(register, lists); fault.KindOf(err) == fault.Invalid {
		out = append(out, strings.Split(err.Error(), "\n")...)
	}
	return out, nil
}

// UseOf counts what of an edition names a term of a list.
func UseOf(c *edition.Content, list, code string) (u TermUse) {
	if c == nil || c.Taxonomy == nil {
		return u
	}
	t, known := c.Taxonomy.Term(list, code)
	if c.Catalogue != nil && list == "domain" {
		u.Series = len(c.Catalogue.ByDomain(code))
	}
	if c.Published != nil {
		for _, p := range c.Published.All() {
			if list == "audience" && p.Audience == code || list == "domain" && p.Domain == code || list == "programme" && p.ProgrammeCode == code {
				u.Figures++
			}
		}
	}
	for _, p := range c.Publication {
		if list == "publication_kind" && p.Kind == code {
			u.Publications++
		}
	}
	switch list {
	case "domain":
		u.Pages = []string{"/domaines"}
		if known {
			u.Pages = append(u.Pages, "/domaines/"+t.Code)
		}
	case "dimension":
		u.Pages = []string{"/domaines"}
	case "publication_kind":
		u.Pages = []string{"/publications"}
	case "audience", "programme_phase", "survey_mode", "partner_kind":
		u.Pages = []string{"/etudes"}
	case "programme":
		u.Pages = []string{"/etudes"}
		if known {
			u.Pages = append(u.Pages, "/programmes/"+t.Code)
		}
	case "event_kind":
		u.Pages = []string{"/calendrier"}
	case "construct":
		u.Pages = []string{"/tendances"}
		if known {
			u.Pages = append(u.Pages, "/tendances/"+t.Code)
		}
	}
	return u
}
