package web

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"time"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/lang"
	"vigie/render/export"
	"vigie/report"
)

// renderXLSX writes the tables of a page as the sheets of a workbook.
func renderXLSX(h http.Header, v visit, d report.Document) (answer, error) {
	if !slices.Contains(d.Feeds, "xlsx") {
		return answer{}, noSuchForm(v)
	}
	var sheets []export.Sheet
	for _, item := range export.Items(d) {
		sheets = append(sheets, export.Sheet{Name: item.Title, Rows: sheetRows(item.Table)})
	}
	body, err := export.XLSX(sheets)
	h.Set("Content-Disposition", `attachment; filename="`+fileName(d, v)+`.xlsx"`)
	return answer{kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body: body}, err
}

// noSuchForm is the fault of a page that does not have a form.
func noSuchForm(v visit) error {
	return fault.NotFoundf(lang.T(v.at.lang, "web.fault.nopdf_do"), "%s", lang.T(v.at.lang, "web.fault.noform"))
}

// sheetRows are the rows of a table, its head first; numbers stay numbers.
func sheetRows(t *report.Table) [][]any {
	head := make([]any, len(t.Head))
	for i, c := range t.Head {
		head[i] = c.Label
	}
	rows := [][]any{head}
	for _, r := range t.Rows {
		row := make([]any, len(r.Cells))
		for i, c := range r.Cells {
			switch {
			case c.Value != nil:
				row[i] = *c.Value
			case c.Text != "":
				row[i] = c.Text
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// mostFed is the number of entries of a feed.
const mostFed = 100

// renderAtom writes the cases of a selection as a feed, the last changed first.
func renderAtom(_ http.Header, v visit, d report.Document) (answer, error) {
	all, ok := d.Data.([]casestudy.Entry)
	if !ok || !slices.Contains(d.Feeds, "atom") {
		return answer{}, noSuchForm(v)
	}
	w := words{v.at.lang}
	page := v.base + v.here(asHTML, "")
	f := atomFeed{Lang: string(w.l), ID: page, Title: w.T("practice.feed", "what", d.Answer[0].Plain()), Author: w.T("web.brand.name"),
		Links: []atomLink{{"self", atomKind, v.base + v.here(asAtom, "")}, {"alternate", "text/html", page}}, Updated: time.Unix(0, 0).UTC().Format(time.RFC3339)}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b casestudy.Entry) int { return b.ChangedAt.Compare(a.ChangedAt) })
	for i := range all[:min(len(all), mostFed)] {
		e := &all[i]
		at := v.base + address{lang: w.l}.link(report.PracticePath+"/"+e.Slug)
		f.Entries = append(f.Entries, atomEntry{ID: v.base + report.PracticePath + "/" + e.Slug, Title: plainXML(e.Record.Title), Updated: e.ChangedAt.UTC().Format(time.RFC3339),
			Link: atomLink{"alternate", "text/html", at}, Content: plainXML(e.Record.Summary)})
	}
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].Updated
	}
	out := bytes.NewBufferString(xml.Header)
	err := xml.NewEncoder(out).Encode(f)
	return answer{kind: atomKind + "; charset=utf-8", body: out.Bytes()}, err
}

// plainXML leaves out the signs that no XML can hold.
func plainXML(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return r
		case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
