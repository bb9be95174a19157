package report_test

import (
	"slices"
	"strings"
	"testing"

	"vigie/observatory/observatorytest"
	"vigie/report"
)

// TestOnPaper: paper prints no number that the page does not have, loses no
// figure's numbers, and leaves the document itself as it was.
func TestOnPaper(t *testing.T) {
	c := observatorytest.Content(t)
	for _, code := range always {
		d, err := report.Printed(c, request("fr", code, "/rapport"), code)
		if err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		before := tables(d)
		p := report.OnPaper(d)
		for id, text := range tables(d) {
			if text != before[id] {
				t.Errorf("%s: OnPaper changed %s of the document it was given", code, id)
			}
		}
		for i, s := range d.Sections {
			for k, b := range s.Blocks {
				on := p.Sections[i].Blocks[k]
				if b.Table != nil {
					shorter(t, *b.Table, *on.Table)
				}
				if f := b.Figure; f != nil && len(f.Table.Rows) > 0 {
					if len(on.Figure.Table.Rows) == 0 && !strings.HasPrefix(on.Figure.Alt, f.Alt+" ") {
						t.Errorf("%s, figure %s: neither a table nor its numbers in words: %q", code, f.ID, on.Figure.Alt)
					}
					shorter(t, f.Table, on.Figure.Table)
				}
			}
		}
	}
}

// shorter checks that each cell of a printed table is made of the same row of
// the page's.
func shorter(t *testing.T, page, paper report.Table) {
	t.Helper()
	if len(paper.Head) > len(page.Head) {
		t.Errorf("%s: %d columns on paper for %d", page.Caption, len(paper.Head), len(page.Head))
	}
	if len(page.Head) > 0 && page.Head[0].Key == "indicator" && !slices.ContainsFunc(paper.Rows, func(r report.Row) bool { return len(r.Cells) == 1 }) {
		t.Errorf("%s: no heading among %d rows", page.Caption, len(paper.Rows))
	}
	at := 0
	for _, r := range paper.Rows {
		if len(r.Cells) == 1 {
			continue
		}
		if len(r.Cells) != len(paper.Head) {
			t.Errorf("%s: %d cells under %d heads", page.Caption, len(r.Cells), len(paper.Head))
		}
		for at < len(page.Rows) && !strings.HasPrefix(r.Cells[0].Text, page.Rows[at].Cells[0].Text) {
			at++
		}
		if at == len(page.Rows) {
			t.Errorf("%s: row %q is not the page's, or not in its order", page.Caption, r.Cells[0].Text)
			return
		}
		whole := ""
		for _, c := range page.Rows[at].Cells {
			whole += c.Text + " "
		}
		for _, c := range r.Cells {
			for _, word := range strings.Fields(strings.NewReplacer("[", " ", "]", " ", "–", " ", "(", " ", ")", " ").Replace(c.Text)) {
				if !strings.Contains(whole, word) {
					t.Errorf("%s: %q is not in the page's row %q", page.Caption, word, whole)
				}
			}
		}
		if low := slices.IndexFunc(page.Head, func(h report.Head) bool { return h.Key == "rank_low" }); low >= 0 && page.Rows[at].Cells[low].Value != nil {
			bounds := "[" + page.Rows[at].Cells[low].Text + "–" + page.Rows[at].Cells[low+1].Text + "]"
			if !slices.ContainsFunc(r.Cells, func(c report.Cell) bool { return strings.HasSuffix(c.Text, bounds) }) {
				t.Errorf("%s: %q without its bounds %s", page.Caption, r.Cells[0].Text, bounds)
			}
		}
		at++
	}
}
