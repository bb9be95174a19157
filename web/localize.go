package web

import (
	"slices"

	"vigie/report"
)

// localize returns d with every link put under the prefix of an address. What
// d points to is copied where it changes: compositions may share it.
func localize(d report.Document, at address) report.Document {
	d.Crumbs = localLinks(d.Crumbs, at)
	d.Links = localLinks(d.Links, at)
	d.Answer = localTexts(d.Answer, at)
	public := at // the permanent address of a preview's page is the one to come
	public.preview = nil
	d.Edition.Permanent = public.link(d.Edition.Permanent)
	d.Sections = slices.Clone(d.Sections)
	for i := range d.Sections {
		blocks := slices.Clone(d.Sections[i].Blocks)
		for k := range blocks {
			blocks[k] = localBlock(blocks[k], at)
		}
		d.Sections[i].Blocks = blocks
	}
	return d
}

func localBlock(b report.Block, at address) report.Block {
	b.Text, b.Note, b.List = localText(b.Text, at), localText(b.Note, at), localTexts(b.List, at)
	b.Facts, b.Cards = slices.Clone(b.Facts), slices.Clone(b.Cards)
	for i := range b.Facts {
		b.Facts[i].Href, b.Facts[i].Trace = at.link(b.Facts[i].Href), at.link(b.Facts[i].Trace)
	}
	for i := range b.Cards {
		b.Cards[i].Href = at.link(b.Cards[i].Href)
	}
	if b.Form != nil {
		f := *b.Form
		f.Action, f.Intro = at.link(f.Action), localText(f.Intro, at)
		b.Form = &f
	}
	if b.Finder != nil {
		f := *b.Finder
		f.Action, f.Chosen, f.Clear.Href = at.link(f.Action), localLinks(f.Chosen, at), at.link(f.Clear.Href)
		b.Finder = &f
	}
	if b.Results != nil {
		r := *b.Results
		r.Action, r.Items = at.link(r.Action), slices.Clone(r.Items)
		for i := range r.Items {
			r.Items[i].Href, r.Items[i].Text, r.Items[i].List = at.link(r.Items[i].Href), localText(r.Items[i].Text, at), localTexts(r.Items[i].List, at)
		}
		b.Results = &r
	}
	if b.Table != nil {
		t := localTable(*b.Table, at)
		b.Table = &t
	}
	if b.Figure != nil {
		f := *b.Figure
		f.Table, f.Chart = localTable(f.Table, at), localChart(f.Chart, at)
		b.Figure = &f
	}
	return b
}

func localLinks(links []report.Link, at address) []report.Link {
	links = slices.Clone(links)
	for i := range links {
		links[i].Href = at.link(links[i].Href)
	}
	return links
}

func localTexts(texts []report.Text, at address) []report.Text {
	texts = slices.Clone(texts)
	for i := range texts {
		texts[i] = localText(texts[i], at)
	}
	return texts
}

func localText(text report.Text, at address) report.Text {
	text = slices.Clone(text)
	for i := range text {
		text[i].Href = at.link(text[i].Href)
	}
	return text
}

func localTable(t report.Table, at address) report.Table {
	t.Rows = slices.Clone(t.Rows)
	for i := range t.Rows {
		cells := slices.Clone(t.Rows[i].Cells)
		for k := range cells {
			cells[k].Href, cells[k].Trace = at.link(cells[k].Href), at.link(cells[k].Trace)
		}
		t.Rows[i].Cells = cells
	}
	return t
}

// localChart is the same for the links of a drawing.
func localChart(c report.Chart, at address) report.Chart {
	switch c := c.(type) {
	case *report.Map:
		m := *c
		m.Areas = slices.Clone(m.Areas)
		for i := range m.Areas {
			m.Areas[i].Href = at.link(m.Areas[i].Href)
		}
		return &m
	case *report.Ranking:
		m := *c
		m.Rows = slices.Clone(m.Rows)
		for i := range m.Rows {
			m.Rows[i].Href = at.link(m.Rows[i].Href)
		}
		return &m
	case *report.Heat:
		m := *c
		m.Rows, m.Columns = slices.Clone(m.Rows), slices.Clone(m.Columns)
		for i := range m.Rows {
			m.Rows[i].Href = at.link(m.Rows[i].Href)
		}
		for i := range m.Columns {
			m.Columns[i].Href = at.link(m.Columns[i].Href)
		}
		return &m
	case *report.Profile:
		m := *c
		m.Rows = slices.Clone(m.Rows)
		for i := range m.Rows {
			m.Rows[i].Href = at.link(m.Rows[i].Href)
		}
		return &m
	case *report.Scatter:
		m := *c
		m.Points = slices.Clone(m.Points)
		for i := range m.Points {
			m.Points[i].Href = at.link(m.Points[i].Href)
		}
		return &m
	}
	return c
}
