package taxonomy

import (
	"slices"
	"strings"

	"vigie/fault"
)

// Set is the versions in force together, one per taxonomy. It is never
// modified once built.
type Set struct {
	versions []Version // by taxonomy
	alias    map[[2]string]int
}

// NewSet gathers versions and checks what no single list can: one version per
// taxonomy, parents and "|"-separated aliases that lead to one term.
func NewSet(versions ...Version) (*Set, error) {
	s := &Set{versions: slices.Clone(versions), alias: map[[2]string]int{}}
	slices.SortFunc(s.versions, func(a, b Version) int { return strings.Compare(a.Taxonomy, b.Taxonomy) })
	var l fault.List
	refuse := func(do, format string, args ...any) {
		if !l.Full() {
			l = append(l, fault.Invalidf(do, format, args...))
		}
	}
	for i, v := range s.versions {
		if i > 0 && s.versions[i-1].Taxonomy == v.Taxonomy {
			refuse("gardez une seule version à la fois", "liste « %s » donnée deux fois", v.Taxonomy)
		}
		for k, t := range v.Terms {
			if t.ParentTaxonomy != "" {
				if _, ok := s.Term(t.ParentTaxonomy, t.Parent); !ok {
					refuse("ajoutez ce terme ou corrigez le parent", "liste « %s », terme « %s » : parent « %s/%s » inconnu",
						v.Taxonomy, t.Code, t.ParentTaxonomy, t.Parent)
				}
			}
			for _, written := range append(aliases(t), t.Code) {
				key := [2]string{v.Taxonomy, written}
				if other, ok := s.alias[key]; ok && other != k {
					refuse("un alias ne mène qu'à un terme", "liste « %s » : « %s » mène à deux termes", v.Taxonomy, written)
				}
				s.alias[key] = k
			}
		}
	}
	return s, l.Err()
}

func aliases(t Term) []string {
	if t.Attributes["aliases"] == "" {
		return nil
	}
	return strings.Split(t.Attributes["aliases"], "|")
}

// Versions returns the versions, ordered by taxonomy.
func (s *Set) Versions() []Version { return s.versions }

// Terms returns a taxonomy's terms by position, nil when it is unknown.
func (s *Set) Terms(taxonomy string) []Term {
	i, ok := slices.BinarySearchFunc(s.versions, taxonomy, func(v Version, name string) int {
		return strings.Compare(v.Taxonomy, name)
	})
	if !ok {
		return nil
	}
	return s.versions[i].Terms
}

// Term returns one term by its code.
func (s *Set) Term(taxonomy, code string) (Term, bool) {
	terms := s.Terms(taxonomy)
	i := slices.IndexFunc(terms, func(t Term) bool { return t.Code == code })
	if i < 0 {
		return Term{}, false
	}
	return terms[i], true
}

// Written returns the term that a source names by its code or by one of the
// attribute aliases: "maires" for the audience local_elected.
func (s *Set) Written(taxonomy, text string) (Term, bool) {
	i, ok := s.alias[[2]string{taxonomy, text}]
	if !ok {
		return Term{}, false
	}
	return s.Terms(taxonomy)[i], true
}

// Children returns the terms of a taxonomy under one parent, by position.
func (s *Set) Children(taxonomy, parent string) []Term {
	var children []Term
	for _, t := range s.Terms(taxonomy) {
		if t.Parent == parent {
			children = append(children, t)
		}
	}
	return children
}
