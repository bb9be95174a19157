package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"vigie/account"
	"vigie/dataset"
	"vigie/fault"
	"vigie/journal"
	"vigie/lang"
	"vigie/observatory"
	"vigie/source/sheet"
	"vigie/store"
)

// The pages of the datasets.
const datasetPath = "/atelier/jeux"

func (s *Server) datasetDesk() []deskRoute {
	return []deskRoute{
		{Pattern: "GET " + datasetPath, Action: account.ReadDataset, Anywhere: true, Handle: s.datasetList, Menu: "desk.nav.data.dataset"},
		{Pattern: "GET " + datasetPath + "/{id}", Action: account.ReadDataset, Object: s.datasetObject, Handle: s.datasetShow},
		{Pattern: "GET " + datasetPath + "/{id}/donnees", Action: account.ExportDataset, Object: s.datasetObject, Handle: s.datasetExport, Forms: []form{asCSV}},
		{Pattern: "POST " + datasetPath + "/{id}/retirer", Action: account.WithdrawDataset, Object: s.datasetObject, Handle: s.datasetWithdraw},
		{Pattern: "POST " + datasetPath + "/{id}/remettre", Action: account.WithdrawDataset, Object: s.datasetObject, Handle: s.datasetRestore},
	}
}

// datasetObject is the dataset that a request is about, as rights see it.
func (s *Server) datasetObject(r *http.Request) (account.Object, error) {
	row, err := s.Office.DB.Dataset(r.Context(), r.PathValue("id"))
	if err != nil {
		return account.Object{}, err
	}
	return objectOfDataset(row), nil
}

func objectOfDataset(row store.DatasetRow) account.Object {
	if row.Withdrawn() {
		return account.Object{State: account.Withdrawn}
	}
	return account.Object{State: account.Kept}
}

// datasetLine is a dataset in a list. Deliveries counts those of its name.
type datasetLine struct {
	ID         string            `json:"id"`
	Name       string            `json:"name"`
	Kind       store.DatasetKind `json:"kind"`
	FileName   string            `json:"file_name"`
	File       string            `json:"file"`
	Rows       int               `json:"rows"`
	First      string            `json:"period_first,omitempty"`
	Last       string            `json:"period_last,omitempty"`
	Imported   string            `json:"imported_at"`
	Withdrawn  string            `json:"withdrawn_for,omitempty"`
	Deliveries int               `json:"deliveries"`

	row   store.DatasetRow
	title string // in the list
}

func lineOfDataset(row store.DatasetRow) datasetLine {
	return datasetLine{row.ID, row.Name, row.Kind, row.FileName, row.File, row.Rows, row.PeriodFirst, row.PeriodLast,
		row.ImportedAt.Format("2006-01-02T15:04:05Z"), row.WithdrawnFor, 1, row, row.Name}
}

func (s *Server) datasetList(w http.ResponseWriter, r *http.Request, v *visitor) error {
	rows, err := s.Office.DB.Datasets(r.Context(), "")
	if err != nil {
		return err
	}
	lines := []datasetLine{}
	for _, row := range rows {
		if !v.may(account.ReadDataset, objectOfDataset(row)) {
			continue
		}
		at := slices.IndexFunc(lines, func(l datasetLine) bool { return l.Name == row.Name && l.Kind == row.Kind })
		switch {
		case at < 0:
			lines = append(lines, lineOfDataset(row))
		case lines[at].row.Withdrawn() && !row.Withdrawn(): // the newest that is not withdrawn stands for the name
			n := lines[at].Deliveries + 1
			lines[at] = lineOfDataset(row)
			lines[at].Deliveries = n
		default:
			lines[at].Deliveries++
		}
	}
	title, err := s.datasetTitles(r, v)
	if err != nil {
		return err
	}
	for i, l := range lines {
		lines[i].title = title(l.Kind, l.Name)
	}
	p := deskPage{Template: "desk_list", Title: v.T("dataset.title"), Lead: v.T("dataset.lead"), Body: lines, Table: datasetTable(r, v, v.T("dataset.title"), lines)}
	if v.mayAnywhere(account.SendDelivery) {
		p.Actions = []link{{Label: v.T("delivery.send"), Href: sendPath}}
	}
	return s.show(w, r, v, p)
}

func datasetTable(r *http.Request, v *visitor, caption string, lines []datasetLine) *deskTable {
	return tableFor(r, v, caption, v.T("dataset.none"), lines, []deskColumn[datasetLine]{
		{Key: "nom", Label: v.T("dataset.name"), Wide: true, Order: func(a, b datasetLine) int { return lang.Compare(a.title, b.title) },
			Cell: func(l datasetLine) deskCell {
				return deskCell{Text: l.title, Href: datasetPath + "/" + l.ID, Small: joined(" · ", l.Name, l.FileName), Badge: datasetBadge(v, l.row)}
			}},
		{Key: "genre", Label: v.T("dataset.kind"), Order: func(a, b datasetLine) int { return strings.Compare(string(a.Kind), string(b.Kind)) },
			Cell: func(l datasetLine) deskCell { return deskCell{Text: v.T("delivery.kind_" + string(l.Kind))} }},
		{Key: "lignes", Label: v.T("dataset.rows"), Numeric: true, Order: func(a, b datasetLine) int { return a.Rows - b.Rows },
			Cell: func(l datasetLine) deskCell {
				if l.Rows == 0 {
					return deskCell{} // a file that has none
				}
				return deskCell{Text: v.Count(l.Rows)}
			}},
		{Label: v.T("dataset.periods"), Cell: func(l datasetLine) deskCell { return deskCell{Text: periodsSaid(v, l.First, l.Last)} }},
		{Key: "livraisons", Label: v.T("dataset.deliveries"), Numeric: true, Order: func(a, b datasetLine) int { return a.Deliveries - b.Deliveries },
			Cell: func(l datasetLine) deskCell { return deskCell{Text: v.Count(l.Deliveries)} }},
		{Key: "date", Label: v.T("dataset.imported"), Order: func(a, b datasetLine) int { return strings.Compare(a.Imported, b.Imported) },
			Cell: func(l datasetLine) deskCell { return deskCell{At: l.row.ImportedAt} }},
	})
}

func periodsSaid(v *visitor, first, last string) string {
	if first == last {
		return first
	}
	return v.T("delivery.span", "first", first, "last", last)
}

func datasetBadge(v *visitor, row store.DatasetRow) *badge {
	if row.Withdrawn() {
		return &badge{v.T("dataset.withdrawn"), "bad"}
	}
	return nil
}

// datasetBody is one dataset, with what its import said and the others of its
// name.
type datasetBody struct {
	datasetLine
	Source   string              `json:"source"`
	Newest   bool                `json:"newest"` // what computations and editions take
	By       string              `json:"withdrawn_by,omitempty"`
	Report   *observatory.Report `json:"report,omitempty"`
	Series   []seriesLine        `json:"series,omitempty"`
	Others   []datasetLine       `json:"others"`
	Revision *dataset.Revision   `json:"revision,omitempty"`
}

// seriesLine is a series of a dataset.
type seriesLine struct {
	Code    string   `json:"code"`
	Periods []string `json:"periods"`
}

// datasetMore is what the page of a dataset shows beside its body.
type datasetMore struct {
	deliveryMore
	Provenance       []fact
	Others, Series   *deskTable
	Compare          string // who is compared
	Restore          *deskButton
	Withdraw         *deskForm
	Data, SourceHref string
}

func (s *Server) datasetShow(w http.ResponseWriter, r *http.Request, v *visitor) error {
	return s.datasetPage(w, r, v, nil)
}

// datasetState reads a dataset and the others of its name.
func (s *Server) datasetState(r *http.Request, v *visitor) (b datasetBody, all []store.DatasetRow, err error) {
	row, err := s.Office.DB.Dataset(r.Context(), r.PathValue("id"))
	if err != nil {
		return b, nil, err
	}
	b = datasetBody{datasetLine: lineOfDataset(row), Source: row.SourceName, Others: []datasetLine{}}
	if row.Withdrawn() {
		b.By = s.namer(r)(row.WithdrawnBy)
	}
	rows, err := s.Office.DB.Datasets(r.Context(), row.Kind)
	if err != nil {
		return b, nil, err
	}
	all = slices.DeleteFunc(rows, func(o store.DatasetRow) bool { return o.Name != row.Name })
	if current := store.Current(all); len(current) > 0 {
		b.Newest = current[0].ID == row.ID
	}
	for _, o := range all {
		if o.ID != row.ID && v.may(account.ReadDataset, objectOfDataset(o)) {
			b.Others = append(b.Others, lineOfDataset(o))
		}
	}
	var said observatory.Report
	if json.Unmarshal(row.Note, &said) == nil && said.Rows > 0 {
		b.Report = &said
	}
	if row.Kind == store.Observation {
		if b.Series, err = s.seriesOf(r, row); err != nil {
			return b, nil, err
		}
	}
	b.Deliveries = len(all)
	return b, all, nil
}

// seriesOf lists the series of a dataset.
func (s *Server) seriesOf(r *http.Request, row store.DatasetRow) ([]seriesLine, error) {
	table, err := s.Office.DB.OpenTable(r.Context(), row)
	if err != nil {
		return nil, err
	}
	var out []seriesLine
	for _, c := range table.Columns() {
		if n := len(out); n == 0 || out[n-1].Code != string(c.Indicator) {
			out = append(out, seriesLine{Code: string(c.Indicator)})
		}
		last := &out[len(out)-1]
		last.Periods = append(last.Periods, c.Period)
	}
	return out, nil
}

func (s *Server) datasetPage(w http.ResponseWriter, r *http.Request, v *visitor, wrong error) error {
	b, all, err := s.datasetState(r, v)
	if err != nil {
		return err
	}
	more := datasetMore{Provenance: provenance(v, &b)}
	if b.Report != nil {
		more.report(r, v, b.Report)
		for _, f := range b.Report.Findings {
			more.Findings = append(more.Findings, spotted(v, b.FileName, observatory.Spotted{What: f.Told(b.Report.Place), Do: f.Do}))
		}
	}
	if len(b.Others) > 0 {
		more.Others = s.othersTable(r, v, &b)
	}
	if len(b.Series) > 0 {
		more.Series = seriesTable(r, v, b.ID, b.Series)
	}
	if err := s.compared(r, v, &b, all, &more); err != nil {
		return err
	}
	o := objectOfDataset(b.row)
	if b.Kind == store.Observation && v.may(account.ExportDataset, o) {
		more.Data = v.at.link(datasetPath + "/" + b.ID + "/donnees")
	}
	if (b.Kind == store.Observation || b.Kind == store.Zoning) && v.mayAnywhere(account.ReadSource) {
		more.SourceHref = v.at.link(sourcePath + "/" + b.Source)
	}
	if v.may(account.WithdrawDataset, o) {
		more.acts(r, v, &b, wrong)
	}
	title, err := s.datasetTitles(r, v)
	if err != nil {
		return err
	}
	p := deskPage{Template: "dataset_show", Title: title(b.Kind, b.Name), Kicker: kindAndName(v, b.row), Body: b, More: more, Err: wrong,
		Crumbs: []link{{Label: v.T("dataset.title"), Href: datasetPath}}}
	switch {
	case b.row.Withdrawn():
		p.Lead = v.T("dataset.withdrawn_lead", "day", v.When(b.row.WithdrawnAt), "who", b.By, "reason", b.row.WithdrawnFor)
	case b.Newest:
		p.Lead = v.T("dataset.newest_lead")
	default:
		p.Lead = v.T("dataset.older_lead")
	}
	return s.show(w, r, v, p)
}

func provenance(v *visitor, b *datasetBody) []fact {
	facts := []fact{{v.T("dataset.file"), b.FileName}, {v.T("dataset.sum"), b.File}, {v.T("dataset.source"), b.Source},
		{v.T("dataset.imported"), v.When(b.row.ImportedAt)}, {v.T("dataset.rows"), v.Count(b.Rows)}}
	if b.row.Origin != "" {
		facts = slices.Insert(facts, 1, fact{v.T("dataset.origin"), b.row.Origin})
	}
	if b.First != "" {
		facts = append(facts, fact{v.T("dataset.periods"), periodsSaid(v, b.First, b.Last)})
	}
	return append(facts, fact{v.T("dataset.id"), b.ID})
}

// othersTable lists the other deliveries of a name, each to be compared.
func (s *Server) othersTable(r *http.Request, v *visitor, b *datasetBody) *deskTable {
	return tableFor(r, v, v.T("dataset.others"), "", b.Others, []deskColumn[datasetLine]{
		{Label: v.T("dataset.imported"), Cell: func(l datasetLine) deskCell {
			return deskCell{At: l.row.ImportedAt, Href: datasetPath + "/" + l.ID, Small: l.FileName, Badge: datasetBadge(v, l.row)}
		}},
		{Label: v.T("dataset.rows"), Numeric: true, Cell: func(l datasetLine) deskCell { return deskCell{Text: v.Count(l.Rows)} }},
		{Label: v.T("dataset.periods"), Cell: func(l datasetLine) deskCell { return deskCell{Text: periodsSaid(v, l.First, l.Last)} }},
		{Label: v.T("dataset.compare"), Cell: func(l datasetLine) deskCell {
			if l.Kind != store.Observation {
				return deskCell{}
			}
			return deskCell{Text: v.T("dataset.compare_do"), Href: datasetPath + "/" + b.ID + "?avec=" + l.ID}
		}},
	})
}

func seriesTable(r *http.Request, v *visitor, id string, rows []seriesLine) *deskTable {
	return tableFor(r, v, v.T("dataset.series"), "", rows, []deskColumn[seriesLine]{
		{Key: "serie", Label: v.T("delivery.series"), Order: func(a, b seriesLine) int { return strings.Compare(a.Code, b.Code) },
			Cell: func(l seriesLine) deskCell {
				c := deskCell{Text: l.Code}
				if v.mayAnywhere(account.ExportDataset) {
					c.Href = datasetPath + "/" + id + "/donnees?serie=" + l.Code
				}
				return c
			}},
		{Label: v.T("dataset.periods"), Cell: func(l seriesLine) deskCell {
			return deskCell{Text: periodsSaid(v, l.Periods[0], l.Periods[len(l.Periods)-1])}
		}},
		{Label: v.T("dataset.period_count"), Numeric: true, Cell: func(l seriesLine) deskCell { return deskCell{Text: v.Count(len(l.Periods))} }},
	})
}

// compared says what changed between the dataset and another of its name: the
// one that the address names.
func (s *Server) compared(r *http.Request, v *visitor, b *datasetBody, all []store.DatasetRow, more *datasetMore) error {
	with := r.URL.Query().Get("avec")
	if with == "" || b.Kind != store.Observation {
		return nil
	}
	i := slices.IndexFunc(all, func(o store.DatasetRow) bool { return o.ID == with })
	if i < 0 || !v.may(account.ReadDataset, objectOfDataset(all[i])) {
		return errForeign(v.words)
	}
	old, now := all[i], b.row
	if old.ImportedAt.After(now.ImportedAt) {
		old, now = now, old
	}
	rev, err := observatory.Revision(r.Context(), s.Office.DB, old, now)
	if err != nil {
		return err
	}
	b.Revision = &rev
	more.Compare = v.T("dataset.compared", "old", v.When(old.ImportedAt), "new", v.When(now.ImportedAt))
	more.Changed, more.Changes = revisionSaid(v, &rev), revisionTable(r, v, &rev)
	return nil
}

// acts are what an analyst may do with a dataset.
func (m *datasetMore) acts(r *http.Request, v *visitor, b *datasetBody, wrong error) {
	if b.row.Withdrawn() {
		button := deskView{v: v}.Button(datasetPath+"/"+b.ID+"/remettre", v.T("dataset.restore"))
		m.Restore = &button
		return
	}
	f := &deskForm{Action: datasetPath + "/" + b.ID + "/retirer", Submit: v.T("dataset.withdraw"), Danger: true, Fields: []deskField{
		{Name: "raison", Label: v.T("dataset.reason"), Hint: v.T("dataset.reason_hint"), Required: true, Wide: true, Most: 500}}}
	if wrong != nil {
		f.fill(r)
	}
	m.Withdraw = f.ready(v, deskFaults(v.l, wrong))
}

// datasetWithdraw takes a dataset out of what comes next.
func (s *Server) datasetWithdraw(w http.ResponseWriter, r *http.Request, v *visitor) error {
	reason, err := shortText(v, r.PostFormValue("raison"), 500)
	if err == nil {
		_, err = s.Office.DB.WithdrawDataset(r.Context(), v.actor(), r.PathValue("id"), reason, s.Now())
	}
	return s.datasetDone(w, r, v, aboutField("raison", err), v.T("dataset.withdrawn_done"))
}

// datasetRestore puts it back.
func (s *Server) datasetRestore(w http.ResponseWriter, r *http.Request, v *visitor) error {
	_, err := s.Office.DB.RestoreDataset(r.Context(), v.actor(), r.PathValue("id"), s.Now())
	return s.datasetDone(w, r, v, err, v.T("dataset.restored_done"))
}

func (s *Server) datasetDone(w http.ResponseWriter, r *http.Request, v *visitor, err error, said string) error {
	if err != nil && refused(err) {
		return s.datasetPage(w, r, v, err)
	}
	if err != nil {
		return err
	}
	return s.done(w, r, v, datasetPath+"/"+r.PathValue("id"), said)
}

// dataRow is an observation of a series.
type dataRow struct {
	Territory string   `json:"territory"`
	Value     *float64 `json:"value"`
	Status    string   `json:"status"`
	Line      int32    `json:"line"`
}

// seriesShown is a series of a dataset at a period, among its columns.
type seriesShown struct {
	*dataset.Column
	row     store.DatasetRow
	columns []dataset.Column
	rows    []dataRow
}

// seriesAt reads a series of the dataset of a request, the first when code is
// "", at a period, the last when that is "".
func (s *Server) seriesAt(r *http.Request, v *visitor, code, period string) (one seriesShown, err error) {
	if one.row, err = s.Office.DB.Dataset(r.Context(), r.PathValue("id")); err != nil {
		return one, err
	}
	table, err := s.Office.DB.OpenTable(r.Context(), one.row)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return one, errForeign(v.words)
	}
	if err != nil {
		return one, err
	}
	one.columns = table.Columns()
	at := -1
	for i, c := range one.columns {
		if (code == "" || string(c.Indicator) == code) && (period == "" || c.Period == period) && (at < 0 || c.Indicator == one.columns[at].Indicator) {
			at = i
		}
	}
	if at < 0 {
		return one, errForeign(v.words)
	}
	if one.Column, err = table.Column(one.columns[at].Indicator, one.columns[at].Period); err != nil {
		return one, err
	}
	for i, place := range one.Territory {
		d := dataRow{string(place), nil, string(rune(one.Status[i])), one.Line[i]}
		if one.Status[i].HasValue() {
			d.Value = &one.X[i]
		}
		one.rows = append(one.rows, d)
	}
	return one, nil
}

// datasetExport shows a series of a dataset, or gives it as CSV.
func (s *Server) datasetExport(w http.ResponseWriter, r *http.Request, v *visitor) error {
	col, err := s.seriesAt(r, v, r.URL.Query().Get("serie"), r.URL.Query().Get("periode"))
	if err != nil {
		return err
	}
	row, columns, rows := col.row, col.columns, col.rows
	if v.at.form == asCSV {
		act := journal.Act{Actor: v.actor(), Action: "dataset.export", Object: "dataset:" + row.ID}
		if err := s.Office.DB.Enter(r.Context(), s.Now(), act); err != nil {
			return err
		}
		return sendSeries(w, r, row, string(col.Indicator), col.Period, rows)
	}
	periods := []deskOption{}
	series := []deskOption{}
	for i, c := range columns {
		if c.Indicator == col.Indicator {
			periods = append(periods, deskOption{Value: c.Period, Label: c.Period, Selected: c.Period == col.Period})
		}
		if i == 0 || columns[i-1].Indicator != c.Indicator {
			series = append(series, deskOption{Value: string(c.Indicator), Label: string(c.Indicator), Selected: c.Indicator == col.Indicator})
		}
	}
	list := tableFor(r, v, v.T("dataset.data_of", "series", string(col.Indicator), "period", col.Period), "", rows, []deskColumn[dataRow]{
		{Key: "territoire", Label: v.T("delivery.territory"), Order: func(a, b dataRow) int { return strings.Compare(a.Territory, b.Territory) },
			Cell: func(d dataRow) deskCell { return deskCell{Text: d.Territory} }},
		{Label: v.T("delivery.value"), Numeric: true, Cell: func(d dataRow) deskCell { return deskCell{Text: valueText(v, d.Value, d.Status)} }},
		{Label: v.T("dataset.status"), Cell: func(d dataRow) deskCell { return deskCell{Text: v.T("delivery.status_" + strings.ToLower(d.Status))} }},
		{Label: v.T("delivery.line"), Numeric: true, Cell: func(d dataRow) deskCell { return deskCell{Text: strconv.Itoa(int(d.Line))} }},
	})
	more := struct {
		Series, Periods []deskOption
		Action, CSV     string
	}{series, periods, v.at.String(), v.at.as(asCSV).String() + "?serie=" + string(col.Indicator) + "&periode=" + col.Period}
	title, err := s.datasetTitles(r, v)
	if err != nil {
		return err
	}
	name := title(row.Kind, row.Name)
	return s.show(w, r, v, deskPage{Template: "dataset_data", Title: v.T("dataset.data"), Kicker: name, Table: list, More: more, Body: rows,
		Crumbs: []link{{Label: v.T("dataset.title"), Href: datasetPath}, {Label: name, Href: datasetPath + "/" + row.ID}}})
}

// sendSeries answers with a series as CSV, in which no cell can be taken for a
// formula.
func sendSeries(w http.ResponseWriter, r *http.Request, row store.DatasetRow, series, period string, rows []dataRow) error {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.UseCRLF = true
	lines := [][]string{{"indicator", "territory", "period", "value", "status", "line"}}
	for _, d := range rows {
		value := ""
		if d.Value != nil {
			value = strconv.FormatFloat(*d.Value, 'f', -1, 64)
		}
		lines = append(lines, []string{sheet.Harmless(series), sheet.Harmless(d.Territory), sheet.Harmless(period), value, d.Status, strconv.Itoa(int(d.Line))})
	}
	if err := out.WriteAll(lines); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+plainName(row.Name+"-"+series+"-"+period)+`.csv"`)
	send(w, r, answer{status: http.StatusOK, kind: "text/csv; charset=utf-8", body: b.Bytes(), cache: never})
	return nil
}
