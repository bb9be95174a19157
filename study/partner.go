package study

import (
	"slices"

	"vigie/taxonomy"
)

// Partner is one organisation in one part: what a line of partners.csv says.
type Partner struct {
	ID           string
	Organisation string
	Kind         string // term of the taxonomy partner_kind
	Role         Words
	Programmes   []string // terms of the taxonomy programme; none of the observatory itself
	Studies      []string // IDs of waves; none when it is of the whole
	Period       Words    // "" when not published
	Sources      []string
}

var partnerColumns = []string{"id", "organisation", "kind", "role_fr", "role_en", "programmes", "studies", "period_fr", "period_en", "source"}

// parsePartners reads the partners in their file's order.
func parsePartners(data []byte, lists *taxonomy.Set, known func(string) bool) ([]Partner, error) {
	l, err := taxonomy.ReadList("partners.csv", data, partnerColumns...)
	if err != nil {
		return nil, err
	}
	var out []Partner
	seen := map[string]int{}
	for _, row := range l.Rows {
		identify(row, seen)
		p := Partner{ID: row.Cell("id"), Organisation: row.Cell("organisation"), Kind: term(row, "kind", "partner_kind", lists), Role: required(row, "role"),
			Programmes: terms(row, "programmes", "programme", lists), Studies: parts(row.Cell("studies"), "+"), Period: wordsOf(row, "period"), Sources: sources(row)}
		for _, column := range []string{"organisation", "kind"} {
			if row.Cell(column) == "" {
				row.Refuse(column, "remplissez-la", "cellule vide")
			}
		}
		presents(row, p.Studies, known)
		out = append(out, p)
	}
	return out, l.Err()
}

// Partners returns the partners in their file's order; not to be modified.
func (r *Register) Partners() []Partner { return r.partners }

// PartnersWhere returns the partners that keep holds for, in order.
func (r *Register) PartnersWhere(keep func(*Partner) bool) []*Partner {
	var out []*Partner
	for i := range r.partners {
		if keep(&r.partners[i]) {
			out = append(out, &r.partners[i])
		}
	}
	return out
}

// PartnersOf returns those who had a part in a study.
func (r *Register) PartnersOf(s *Study) []*Partner {
	return r.PartnersWhere(func(p *Partner) bool {
		return slices.ContainsFunc(s.Waves, func(w *Wave) bool { return slices.Contains(p.Studies, w.ID) })
	})
}
