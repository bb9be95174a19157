package report_test

import (
	"slices"
	"strconv"
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

// TestNationalOnPaper: the maps of the national report have no table of their
// own on paper; every number of theirs is in the tables that gather them, and
// the published results keep their study, their sample and their source.
func TestNationalOnPaper(t *testing.T) {
	c := observatorytest.Content(t)
	d, err := report.Printed(c, request("fr", "FR", "/rapport"), "FR")
	if err != nil {
		t.Fatal(err)
	}
	paper := map[string]string{} // what the gathered tables print of a territory
	p := report.OnPaper(d)
	for _, s := range p.Sections {
		for _, b := range s.Blocks {
			if b.Table == nil || !strings.HasPrefix(b.Table.ID, "nombres_") {
				continue
			}
			for _, r := range b.Table.Rows {
				for i, cell := range r.Cells[1:] {
					paper[b.Table.Head[0].Label+"/"+r.Cells[0].Text+"/"+b.Table.Head[i+1].Label] = cell.Text
				}
			}
		}
	}
	maps, numbers := 0, 0
	for i, s := range d.Sections {
		for k, b := range s.Blocks {
			if b.Figure == nil {
				continue
			}
			if _, ok := b.Figure.Chart.(*report.Map); !ok {
				continue
			}
			on := p.Sections[i].Blocks[k].Figure
			maps++
			if len(on.Table.Rows) > 0 || !strings.HasPrefix(on.Alt, b.Figure.Alt+" ") {
				t.Errorf("%s: %d rows on paper; %q", b.Figure.ID, len(on.Table.Rows), on.Alt)
			}
			domain := "Ensemble"
			if code, ok := strings.CutPrefix(b.Figure.ID, "carte-"); ok {
				term, _ := c.Term("domain", code)
				domain = term.Short("fr")
			}
			for _, r := range b.Figure.Table.Rows {
				said, ok := paper[b.Figure.Table.Head[0].Label+"/"+r.Cells[0].Text+"/"+domain]
				if want := printedStanding(r); !ok || said != want {
					t.Errorf("%s, %s: %q on paper; want %q", b.Figure.ID, r.Cells[0].Text, said, want)
				}
				numbers++
			}
		}
	}
	if maps != 17 || numbers < 1500 {
		t.Errorf("%d maps, %d rows", maps, numbers)
	}
}

// printedStanding is what paper prints of a row of standings: score, rank in
// brackets overseas, bounds.
func printedStanding(r report.Row) string {
	if r.Cells[2].Value == nil {
		return ""
	}
	rank := strconv.FormatFloat(*r.Cells[3].Value, 'f', -1, 64)
	if strings.HasPrefix(r.Cells[3].Text, "se placerait") {
		rank = "(" + rank + ")"
	}
	if r.Cells[4].Value != nil {
		rank += " [" + r.Cells[4].Text + "–" + r.Cells[5].Text + "]"
	}
	return r.Cells[2].Text + " · " + rank
}

// TestStudyHeads: published results on paper stand under a heading that says all
// that their columns said.
func TestStudyHeads(t *testing.T) {
	c := observatorytest.Content(t)
	d, err := report.Printed(c, request("fr", "FR", "/rapport"), "FR")
	if err != nil {
		t.Fatal(err)
	}
	p := report.OnPaper(d)
	rows := 0
	for i, s := range d.Sections {
		for k, b := range s.Blocks {
			if b.Table == nil || !slices.ContainsFunc(b.Table.Head, func(h report.Head) bool { return h.Key == "study" }) {
				continue
			}
			heading, at := "", 0
			for _, r := range p.Sections[i].Blocks[k].Table.Rows {
				if len(r.Cells) == 1 {
					heading = r.Cells[0].Text
					continue
				}
				from := b.Table.Rows[at]
				if want := from.Cells[1].Text + " " + from.Cells[2].Text; r.Cells[0].Text != from.Cells[0].Text || r.Cells[1].Text != want {
					t.Errorf("row %d says %q %q; want %q %q", at, r.Cells[0].Text, r.Cells[1].Text, from.Cells[0].Text, want)
				}
				for h, cell := range from.Cells[3:] {
					if key := b.Table.Head[h+3].Key; key != "territory" && !strings.Contains(heading, cell.Text) {
						t.Errorf("row %d: the heading %q does not say the %s %q", at, heading, key, cell.Text)
					}
				}
				at++
				rows++
			}
			if at != len(b.Table.Rows) {
				t.Errorf("%d rows of %d", at, len(b.Table.Rows))
			}
		}
	}
	if rows < 20 {
		t.Errorf("%d published results", rows)
	}
}
