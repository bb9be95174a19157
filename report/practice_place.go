package report

import (
	"vigie/casestudy"
	"vigie/lang"
	"vigie/territory"
)

// fewCases is the number of cases under which shares are not written.
const fewCases = 5

// dynamicsBlocks say, from the cases of a base, who allies in a territory, how
// and how far along, beside the rest of the base, and what that represents.
func (w *composer) dynamicsBlocks(at territory.Code) []Block {
	b := w.c.Cases
	if b == nil {
		return nil
	}
	out := []Block{{Heading: w.t("dynamics.heading")}}
	d := b.Dynamics(casestudy.Selection{Place: at, Members: w.members(at)})
	if at == territory.France {
		d = b.Dynamics(casestudy.Selection{})
	}
	if len(d.Cases) == 0 {
		return append(out, paragraph(plain(w.t("dynamics.none", "of", d.Of))))
	}
	out = append(out, paragraph(plain(w.t("dynamics.lead", "n", len(d.Cases), "of", d.Of, "reviewed", d.Reviewed, "dated", d.Dated > 0, "from", year(d.From), "to", year(d.To)))))
	if t := w.dynamicsTable(d); len(t.Rows) > 0 {
		out = append(out, Block{Table: t})
	}
	return append(out, Block{Note: plain(w.t("dynamics.note", "few", len(d.Cases) < fewCases))},
		paragraph(Text{{Text: w.t("dynamics.link"), Href: OverviewPath}}))
}

// dynamicsList is the reference list of each side that is shown.
var dynamicsList = []struct {
	facet casestudy.Facet
	list  string
}{{casestudy.Profile, "actor_profile"}, {casestudy.Relation, "relation"}, {casestudy.Form, "co_construction"}, {casestudy.Phase, "evaluation_phase"}}

// dynamicsTable has a row a value of a side: cases here and share of the rest.
func (w *composer) dynamicsTable(d *casestudy.Dynamics) *Table {
	t := &Table{ID: "dynamique", Open: true, Caption: w.t("dynamics.caption"), Head: []Head{{Key: "side", Label: w.t("dynamics.head.side")}, {Key: "value", Label: w.t("dynamics.head.value")},
		{Key: "cases", Label: w.t("dynamics.head.cases"), Numeric: true}, {Key: "share", Label: w.t("dynamics.head.share"), Numeric: true}, {Key: "elsewhere", Label: w.t("dynamics.head.elsewhere"), Numeric: true}}}
	for _, side := range dynamicsList {
		for _, s := range d.Sides {
			if s.Facet != side.facet {
				continue
			}
			for _, r := range s.Rows {
				if r.Count == 0 {
					continue
				}
				label := r.Value
				if term, ok := w.c.Term(side.list, r.Value); ok {
					label = lang.Typeset(w.l, term.Label(w.l))
				}
				share := absent()
				if len(d.Cases) >= fewCases {
					share = w.known(100*r.Share, 0)
				}
				t.Rows = append(t.Rows, Row{Cells: []Cell{word(w.t("dynamics.side." + string(side.facet))), word(label), w.count(r.Count), share, w.known(100*r.Elsewhere, 0)}})
			}
		}
	}
	return t
}
