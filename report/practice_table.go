package report

import (
	"strconv"
	"strings"

	"vigie/casestudy"
)

// caseTable lists the cases of a selection, a row each: codes for machines,
// labels for readers.
func (w *practices) caseTable(entries []*casestudy.Entry) *Table {
	t := &Table{ID: "pratiques", Open: true, Caption: w.p("table.caption"), Licence: w.p("licence"), Source: w.p("source.base")}
	for _, key := range []string{"title", "slug", "places", "domains", "start_year", "end_year", "summary", "leads", "actors", "relations", "forms", "objectives",
		"phase", "scope", "sdgs", "evidence", "level", "sources", "reviewed", "network", "external_id", "version", "changed", "licence"} {
		t.Head = append(t.Head, Head{Key: key, Label: w.p("table." + key), Numeric: key == "start_year" || key == "end_year" || key == "evidence" || key == "sources" || key == "version"})
	}
	for _, e := range entries {
		t.Rows = append(t.Rows, Row{Cells: w.caseCells(e)})
	}
	return t
}

func (w *practices) caseCells(e *casestudy.Entry) []Cell {
	r := &e.Record
	text := w.said(r)
	coded := func(list string, codes []string) Cell {
		return Cell{Text: strings.Join(w.terms(list, codes), ", "), Raw: strings.Join(codes, " ")}
	}
	var leads, actors, goals, places, placeCodes []string
	for _, a := range r.Actors {
		actors = append(actors, w.typeset(a.Name))
		if a.Role == "lead" {
			leads = append(leads, w.typeset(a.Name))
		}
	}
	for _, g := range r.SDGs {
		goals = append(goals, strconv.Itoa(g))
	}
	for _, p := range r.Territories {
		places, placeCodes = append(places, w.placed(p)), append(placeCodes, string(p))
	}
	return []Cell{
		linked(w.typeset(text.Title), practiceHref(e.Slug)), word(e.Slug), {Text: strings.Join(places, ", "), Raw: strings.Join(placeCodes, " ")},
		coded("domain", r.Domains), yearCell(r.StartYear), yearCell(r.EndYear), word(w.typeset(text.Summary)), word(strings.Join(leads, ", ")), word(strings.Join(actors, ", ")),
		coded("relation", r.Relations), coded("co_construction", r.Forms), coded("objective", r.Objectives), coded("evaluation_phase", nonEmpty(r.Phase)),
		coded("partnership_scope", nonEmpty(r.Scope)), word(strings.Join(goals, " ")), num(float64(len(r.Evidence)), strconv.Itoa(len(r.Evidence))),
		coded("evidence_level", nonEmpty(w.bestLevel(r))), num(float64(len(r.Sources)), strconv.Itoa(len(r.Sources))),
		word(isoDay(e)), word(e.Network), word(e.ExternalID), num(float64(e.Version), strconv.Itoa(e.Version)), word(e.ChangedAt.UTC().Format("2006-01-02")), word(r.Licence)}
}

// isoDay is the day when a case was reviewed, "" when it was not.
func isoDay(e *casestudy.Entry) string {
	if !e.Reviewed() {
		return ""
	}
	return e.ReviewedAt.UTC().Format("2006-01-02")
}

func yearCell(y int) Cell {
	if y == 0 {
		return absent()
	}
	return num(float64(y), year(y))
}

// hitEntries are the cases that were found.
func hitEntries(found casestudy.Found) []*casestudy.Entry {
	out := make([]*casestudy.Entry, len(found.Hits))
	for i, h := range found.Hits {
		out[i] = h.Entry
	}
	return out
}
