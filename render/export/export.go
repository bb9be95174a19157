// Package export writes what a document shows in the formats that other
// programs read: CSV for machines, CSV for spreadsheets, JSON.
//
// It knows report.Document and nothing of HTTP, files or sources: everything
// it writes was already on the page. Machine forms hold no French formatting;
// text cells that a spreadsheet could take for a formula are neutralised.
// Start with Find, which chooses the figure or the table, then CSV.
package export

import (
	"encoding/json"
	"fmt"

	"vigie/fault"
	"vigie/report"
)

// Item is one exportable piece of a document: a figure, or a table that
// stands alone. Figure is nil for a table; Table is never nil.
type Item struct {
	ID     string
	Title  string
	Figure *report.Figure
	Table  *report.Table
}

// Items returns the figures and the tables of d in reading order. A table
// without ID is called tableau-1, tableau-2, … by its place in the document.
func Items(d report.Document) []Item {
	var items []Item
	unnamed := 0
	for _, section := range d.Sections {
		for _, block := range section.Blocks {
			if f := block.Figure; f != nil {
				items = append(items, Item{ID: f.ID, Title: f.Title, Figure: f, Table: &f.Table})
			}
			if t := block.Table; t != nil {
				id := t.ID
				if id == "" {
					unnamed++
					id = fmt.Sprintf("tableau-%d", unnamed)
				}
				items = append(items, Item{ID: id, Title: t.Caption, Table: t})
			}
		}
	}
	return items
}

// Find returns the item of d called id, the first one when id is "".
//
// Error: NotFound when there is no such item.
func Find(d report.Document, id string) (Item, error) {
	for _, item := range Items(d) {
		if id == "" || item.ID == id {
			return item, nil
		}
	}
	if id == "" {
		return Item{}, fault.NotFoundf("demandez la page elle-même, ou sa forme .json",
			"la page « %s » n’a ni figure ni tableau", d.Title)
	}
	return Item{}, fault.NotFoundf("reprenez l’adresse de la figure depuis les liens placés sous elle",
		"la page « %s » n’a pas de figure « %s »", d.Title, id)
}

// FindChart returns the figure of d called id, the first that has a drawing
// when id is "".
//
// Error: NotFound when there is none, or when the item has no drawing.
func FindChart(d report.Document, id string) (*report.Figure, error) {
	for _, item := range Items(d) {
		if item.Figure != nil && item.Figure.Chart != nil && (id == "" || item.ID == id) {
			return item.Figure, nil
		}
	}
	if id == "" {
		return nil, fault.NotFoundf("demandez la page elle-même, ou son tableau par .csv",
			"la page « %s » n’a pas de dessin", d.Title)
	}
	return nil, fault.NotFoundf("reprenez l’adresse de la figure depuis les liens placés sous elle",
		"la page « %s » n’a pas de dessin « %s »", d.Title, id)
}

// cube is the JSON of one item with what makes it citable.
type cube struct {
	Document string         `json:"document"`
	Title    string         `json:"title"`
	Lang     string         `json:"lang"`
	Edition  report.Edition `json:"edition"`
	Figure   *report.Figure `json:"figure,omitempty"`
	Table    *report.Table  `json:"table,omitempty"`
}

// JSON returns the whole document, indented, with a final newline.
//
// Error: Internal when a number is NaN or infinite.
func JSON(d report.Document) ([]byte, error) { return encode(d) }

// ItemJSON returns one item with the document, the edition and the permanent
// address it comes from.
//
// Error: Internal when a number is NaN or infinite.
func ItemJSON(d report.Document, item Item) ([]byte, error) {
	c := cube{Document: d.ID, Title: d.Title, Lang: d.Lang, Edition: d.Edition, Figure: item.Figure}
	if item.Figure == nil {
		c.Table = item.Table
	}
	return encode(c)
}

func encode(v any) ([]byte, error) {
	out, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, &fault.Error{Kind: fault.Internal, What: "cette page ne s’écrit pas en JSON",
			Do: "signalez l’adresse de la page à l’hébergeur", Err: err}
	}
	return append(out, '\n'), nil
}
