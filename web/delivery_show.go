package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/dataset"
	"vigie/lang"
	"vigie/observatory"
	"vigie/source"
	"vigie/store"
)

// deliveryMore is what the page of a file sent shows beside its body.
type deliveryMore struct {
	Badge           *badge
	From            string // who sent it, when, how much
	Next            string // when what failed is tried again
	Gone            bool   // the file is no more
	Progress        *progressView
	Reading         string // what reads the file
	Verdict         string
	Good            bool
	Facts           []fact
	Faults          []spottedView
	Findings        []spottedView
	Joined          *deskTable
	Changes, First  *deskTable
	Changed         string
	Columns         *deskTable
	Again           *deskButton
	Keep, Discard   *deskButton
	Describe, Write string // addresses of the editor
	Dataset         string
	Choose          *deskForm
}

// progressView is what the template desk-progress shows.
type progressView struct {
	Step        string
	Done, Total int
	Ended       bool
	Href        string
}

// fact is a line of a list of facts.
type fact struct{ Name, Value string }

// spottedView is something wrong with what stands around it.
type spottedView struct {
	observatory.Spotted
	Caption string
	Head    []string
	Rows    []excerptRow
}

type excerptRow struct {
	Line  string
	Here  bool
	Cells []excerptCell
}

type excerptCell struct {
	Text  string
	Wrong bool
}

func (s *Server) deliveryShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.deliveryPage(w, r, v, r.PathValue("id"), nil)
}

func (s *Server) deliveryPage(w http.ResponseWriter, r *http.Request, v *visitor, id string, wrong error) error {
	b, err := s.deliveryState(r, id)
	if err != nil {
		return err
	}
	more := deliveryMore{Badge: deliveryBadge(v, &b.DeliveryRow), From: deliveryFrom(v, &b), Gone: b.Gone()}
	p := deskPage{Template: "delivery_show", Title: b.FileName, Kicker: v.T("delivery.kicker"), Crumbs: deliveryCrumbs(v), Body: b, Err: wrong}
	if !b.Ended {
		step := b.Step
		if step == "" {
			step = v.T("delivery.waiting")
		}
		more.Progress = &progressView{Step: step, Done: b.Done, Total: b.Total, Href: v.at.link(deliveryPath + "/" + id + ".json")}
		p.Refresh = 3
		more.Next = v.When(b.Next)
	}
	if b.Name != "" {
		word, name := "delivery.read_by", b.Name // a description is called by its name, as its text does
		if b.Kind != store.Observation && b.Kind != store.Zoning {
			title, err := s.datasetTitles(r, v)
			if err != nil {
				return err
			}
			word, name = "delivery.read_as", title(b.Kind, b.Name)
		}
		more.Reading = v.T(word, "name", name)
	}
	if b.Dataset != "" && v.mayAnywhere(account.ReadDataset) {
		more.Dataset = v.at.link(datasetPath + "/" + b.Dataset)
	}
	if b.Checked != nil {
		more.found(r, v, b.FileName, b.Checked)
	}
	if place := objectOfDelivery(b.DeliveryRow); b.Ended && b.State == account.Sent && !b.Arrived() {
		place.State = account.None
		if v.may(account.SendDelivery, place) {
			button := deskView{v: v}.Button(deliveryPath+"/"+id+"/telecharger", v.T("delivery.again"), "version", strconv.Itoa(b.Version))
			more.Again = &button
		}
	}
	if b.Ended && b.Arrived() && v.may(account.KeepDelivery, objectOfDelivery(b.DeliveryRow)) {
		if err := s.deliveryActs(r, v, &b, &more, wrong); err != nil {
			return err
		}
	}
	if b.Ended && v.may(account.DiscardDelivery, objectOfDelivery(b.DeliveryRow)) {
		button := deskView{v: v}.Quiet(deliveryPath+"/"+id+"/ecarter", v.T("delivery.discard"), "version", strconv.Itoa(b.Version))
		more.Discard = &button
	}
	p.More = more
	return s.show(w, r, v, p)
}

// deliveryFrom says who sent a file, when, and how much it weighs.
func deliveryFrom(v *visitor, b *deliveryBody) string {
	if !b.Arrived() {
		return v.T("delivery.asked_by", "who", b.Sender, "when", v.When(b.CreatedAt))
	}
	return v.T("delivery.from", "who", b.Sender, "when", v.When(b.CreatedAt), "weight", fileSize(v.l, b.Size))
}

// deliveryActs are what an analyst may do with a file that waits.
func (s *Server) deliveryActs(r *http.Request, v *visitor, b *deliveryBody, more *deliveryMore, wrong error) error {
	d := deskView{v: v}
	version := strconv.Itoa(b.Version)
	if b.Checked != nil && b.Checked.Good() && b.Kind != "" {
		button := d.Button(deliveryPath+"/"+b.ID+"/garder", v.T("delivery.keep"), "version", version)
		more.Keep = &button
	}
	if b.Kind == store.Observation && b.Description != "" {
		more.Write = v.at.link(sourcePath + "/nouvelle?envoi=" + b.ID)
	}
	if b.Checked != nil && b.Checked.Proposal != "" {
		more.Describe = v.at.link(sourcePath + "/nouvelle?envoi=" + b.ID)
	}
	f, err := s.readingForm(r, v, b)
	if err != nil {
		return err
	}
	if wrong != nil {
		f.fill(r)
	}
	more.Choose = f.ready(v, deskFaults(v.l, wrong))
	return nil
}

// readingForm is the choice of how a file is to be read: the descriptions that
// recognise its name first.
func (s *Server) readingForm(r *http.Request, v *visitor, b *deliveryBody) (*deskForm, error) {
	all, err := observatory.Descriptions(r.Context(), s.Office.DB)
	if err != nil {
		return nil, err
	}
	choice := deskField{Kind: "select", Name: "lecture", Label: v.T("delivery.reading"), Hint: v.T("delivery.reading_hint"), Wide: true,
		Options: []deskOption{{Value: "", Label: v.T("delivery.reading_propose"), Selected: b.Kind == ""}}}
	matches := func(d observatory.Described) bool { return d.Description != nil && d.Description.Matches(b.FileName) }
	slices.SortStableFunc(all, func(x, y observatory.Described) int {
		switch {
		case matches(x) == matches(y):
			return 0
		case matches(x):
			return -1
		}
		return 1
	})
	for _, d := range all {
		if d.Description != nil {
			choice.Options = append(choice.Options, deskOption{Value: "source:" + d.Name, Label: d.Title + " (" + d.Name + ")",
				Selected: b.Kind == store.Observation && b.Name == d.Name})
		}
	}
	year := ""
	for _, f := range observatory.ReferenceFiles() {
		name, dated, _ := strings.Cut(b.Name, "-")
		if f.Dated && b.Kind == f.Kind {
			year = dated
		} else {
			name = b.Name
		}
		choice.Options = append(choice.Options, deskOption{Value: string(f.Kind) + "/" + f.Name,
			Label: v.T("delivery.reference", "title", referenceTitle(v, f.Kind, f.Name), "name", f.Name), Selected: b.Kind == f.Kind && name == f.Name})
	}
	return &deskForm{Action: deliveryPath + "/" + b.ID + "/lecture", Submit: v.T("delivery.reading_submit"), Version: strconv.Itoa(b.Version), Fields: []deskField{choice,
		{Kind: "number", Name: "annee", Label: v.T("delivery.year"), Hint: v.T("delivery.year_hint"), Value: year}}}, nil
}

// found sets what looking at the file has found.
func (m *deliveryMore) found(r *http.Request, v *visitor, fileName string, c *observatory.Checked) {
	m.Good = c.Good()
	for _, f := range c.Faults {
		m.Faults = append(m.Faults, spotted(v, fileName, f))
	}
	for _, f := range c.Findings {
		if !f.Refused {
			m.Findings = append(m.Findings, spotted(v, fileName, f))
		}
	}
	switch {
	case c.Proposal != "":
		m.Verdict = v.T("delivery.unknown")
	case !m.Good:
		m.Verdict = v.T("delivery.refused", "n", len(c.Faults))
	case c.Report == nil:
		m.Verdict = v.T("delivery.good_reference", "n", c.Rows)
	default:
		m.Verdict = v.T("delivery.good", "n", c.Report.Kept, "series", c.Report.Indicators, "places", c.Report.Territories, "span", span(v, c.Report.Periods))
	}
	if len(c.Columns) > 0 {
		m.Columns = tableFor(r, v, v.T("delivery.columns"), "", c.Columns, []deskColumn[observatory.ProposedColumn]{
			{Label: v.T("delivery.column"), Cell: func(c observatory.ProposedColumn) deskCell { return deskCell{Text: c.Name, Small: c.Sheet} }},
			{Label: v.T("delivery.role"), Cell: func(c observatory.ProposedColumn) deskCell {
				return deskCell{Text: v.T("delivery.role_" + roleWord(string(c.Role)))}
			}}})
	}
	if c.Report == nil {
		return
	}
	if c.Report.Rows > 0 {
		m.report(r, v, c.Report)
	}
	if len(c.First) > 0 {
		m.First = firstTable(r, v, c.First)
	}
}

func roleWord(role string) string {
	if role == "" {
		return "none"
	}
	return role
}

// span says the periods of a file.
func span(v *visitor, periods []string) string {
	switch len(periods) {
	case 0:
		return v.T("delivery.span_none")
	case 1:
		return periods[0]
	}
	return v.T("delivery.span", "first", periods[0], "last", periods[len(periods)-1])
}

// report sets the account of the rows, of the territories, of what changed.
func (m *deliveryMore) report(r *http.Request, v *visitor, said *observatory.Report) {
	add := func(name, value string) { m.Facts = append(m.Facts, fact{name, value}) }
	add(v.T("delivery.rows"), v.Count(said.Rows))
	add(v.T("delivery.kept"), v.Count(said.Kept))
	for _, l := range said.LeftOut {
		add(v.T("delivery.left", "reason", l.Reason), v.Count(l.Rows))
	}
	for _, st := range said.ByStatus {
		if st.Status != string(rune(dataset.Normal)) {
			add(v.T("delivery.status_"+strings.ToLower(st.Status)), v.Count(st.Rows))
		}
	}
	add(v.T("delivery.matched"), v.Count(said.Join.Matched))
	if said.Said != said.ReadIn {
		add(v.T("delivery.geography"), v.T("delivery.geography_other", "said", strconv.Itoa(said.Said), "read", strconv.Itoa(said.ReadIn)))
	}
	for _, note := range said.Notes {
		add(v.T("delivery.note"), note)
	}
	for _, sheet := range said.Sheets {
		if sheet.Read && len(sheet.Unread) > 0 {
			add(v.T("delivery.unread"), lang.List(v.l, sheet.Unread))
		}
	}
	m.joined(r, v, said)
	if said.Revision != nil {
		m.Changed = revisionSaid(v, said.Revision)
		m.Changes = revisionTable(r, v, said.Revision)
	}
}

// joinedLine is a territory of the file that did not simply match.
type joinedLine struct {
	source.Joined
	How, Place string
}

func (m *deliveryMore) joined(r *http.Request, v *visitor, said *observatory.Report) {
	var lines []joinedLine
	for _, part := range []struct {
		how  string
		list []source.Joined
	}{{"unmatched", said.Join.Unmatched}, {"ambiguous", said.Join.Ambiguous}, {"converted", said.Join.Converted}, {"left", said.Join.LeftOut}} {
		for _, j := range part.list {
			lines = append(lines, joinedLine{j, v.T("delivery.join_" + part.how), said.Place(int32(j.Line))})
		}
	}
	if len(lines) == 0 {
		return
	}
	m.Joined = tableFor(r, v, v.T("delivery.join"), "", lines, []deskColumn[joinedLine]{
		{Label: v.T("delivery.join_text"), Cell: func(j joinedLine) deskCell { return deskCell{Text: j.Text, Small: string(j.Code)} }},
		{Label: v.T("delivery.join_how"), Cell: func(j joinedLine) deskCell { return deskCell{Text: j.How, Small: j.Said} }},
		{Label: v.T("delivery.place"), Cell: func(j joinedLine) deskCell { return deskCell{Text: j.Place} }},
		{Label: v.T("delivery.rows"), Numeric: true, Cell: func(j joinedLine) deskCell { return deskCell{Text: v.Count(j.Rows)} }},
	})
}

func firstTable(r *http.Request, v *visitor, rows []observatory.FirstRow) *deskTable {
	return tableFor(r, v, v.T("delivery.first"), "", rows, []deskColumn[observatory.FirstRow]{
		{Label: v.T("delivery.place"), Cell: func(o observatory.FirstRow) deskCell { return deskCell{Text: o.Place} }},
		{Label: v.T("delivery.series"), Cell: func(o observatory.FirstRow) deskCell { return deskCell{Text: o.Indicator} }},
		{Label: v.T("delivery.territory"), Cell: func(o observatory.FirstRow) deskCell { return deskCell{Text: o.Territory} }},
		{Label: v.T("delivery.period"), Cell: func(o observatory.FirstRow) deskCell { return deskCell{Text: o.Period} }},
		{Label: v.T("delivery.value"), Numeric: true, Cell: func(o observatory.FirstRow) deskCell { return deskCell{Text: valueText(v, o.Value, o.Status)} }},
	})
}

// valueText writes a value, or why there is none.
func valueText(v *visitor, x *float64, status string) string {
	if x == nil {
		return v.T("delivery.status_" + strings.ToLower(status))
	}
	for d := range 5 {
		if lang.Round(*x, d) == *x {
			return lang.Number(v.l, *x, d)
		}
	}
	return lang.Number(v.l, *x, 4)
}

// revisionSaid says in a sentence what changed.
func revisionSaid(v *visitor, r *dataset.Revision) string {
	if r.Empty() {
		return v.T("delivery.same", "n", r.Same)
	}
	return v.T("delivery.changed", "same", r.Same, "revised", r.Revised, "added", r.Added, "removed", r.Removed, "gained", r.Gained, "lost", r.Lost, "marked", r.Marked)
}

// revisionTable lists the largest changes, nil when no value is revised.
func revisionTable(r *http.Request, v *visitor, rev *dataset.Revision) *deskTable {
	if len(rev.Largest) == 0 {
		return nil
	}
	return tableFor(r, v, v.T("delivery.largest"), "", rev.Largest, []deskColumn[dataset.Revised]{
		{Label: v.T("delivery.series"), Cell: func(c dataset.Revised) deskCell { return deskCell{Text: string(c.Indicator), Small: c.Period} }},
		{Label: v.T("delivery.territory"), Cell: func(c dataset.Revised) deskCell { return deskCell{Text: string(c.Territory)} }},
		{Label: v.T("delivery.old"), Numeric: true, Cell: func(c dataset.Revised) deskCell { return deskCell{Text: valueText(v, &c.Old, "A")} }},
		{Label: v.T("delivery.new"), Numeric: true, Cell: func(c dataset.Revised) deskCell { return deskCell{Text: valueText(v, &c.New, "A")} }},
		{Label: v.T("delivery.change"), Numeric: true, Cell: func(c dataset.Revised) deskCell {
			return deskCell{Text: lang.Percent(v.l, 100*c.Change(), 1)}
		}},
	})
}

// spotted sets something wrong, with the rows around it.
func spotted(v *visitor, fileName string, f observatory.Spotted) spottedView {
	f.What = strings.TrimPrefix(f.What, fileName+", ")                          // the page is about that file
	if first, _, _ := strings.Cut(f.What, " "); !strings.Contains(first, "_") { // the code of a series keeps its letters
		f.What = sentence(v.l, f.What)
	}
	f.Do = sentence(v.l, f.Do)
	out := spottedView{Spotted: f}
	e := f.Excerpt
	if e == nil {
		return out
	}
	out.Caption = v.T("delivery.excerpt")
	if e.Sheet != "" {
		out.Caption = v.T("delivery.excerpt_sheet", "sheet", e.Sheet)
	}
	wide := len(e.Header)
	for _, row := range e.Rows {
		wide = max(wide, len(row.Cells))
	}
	for i := range wide {
		name := v.T("delivery.column_n", "n", strconv.Itoa(columnNumber(e, i)))
		if i < len(e.Header) && e.Header[i] != "" {
			name = e.Header[i]
		}
		out.Head = append(out.Head, name)
	}
	for _, row := range e.Rows {
		line := excerptRow{Line: strconv.Itoa(row.Line), Here: row.Here}
		for i := range wide {
			cell := excerptCell{Wrong: row.Here && i == e.At}
			if i < len(row.Cells) {
				cell.Text = row.Cells[i]
			}
			line.Cells = append(line.Cells, cell)
		}
		out.Rows = append(out.Rows, line)
	}
	return out
}

// columnNumber is the number in the file, from 1, of the i-th column shown.
func columnNumber(e *source.Excerpt, i int) int {
	if i == 0 {
		return 1
	}
	return e.First + i - 1
}
