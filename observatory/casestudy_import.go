package observatory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/lang"
	"vigie/source/sheet"
	"vigie/store"
	"vigie/territory"
)

// CaseImportRun looks at a file of cases that a network brings, or keeps them.
const CaseImportRun = "case_import"

// CaseImportArgs are those of such a run. Apply keeps the cases: all, or none.
type CaseImportArgs struct {
	File     string `json:"file"` // key of the artifact
	FileName string `json:"file_name"`
	Network  string `json:"network"`
	Apply    bool   `json:"apply"`
}

// CaseAction is what becomes of a row of a file.
type CaseAction string

// The actions: a case that was not there, one that changes, one that says what
// it said, one that cannot be taken.
const (
	CaseAdded   CaseAction = "added"
	CaseChanged CaseAction = "changed"
	CaseSame    CaseAction = "same"
	CaseRefused CaseAction = "refused"
)

// PlannedCase is what becomes of one row. Changes are those of the record that
// is there; a conflict is a field that we and the network have both changed: ours
// stays, with a note for an editor.
type PlannedCase struct {
	Line       int                  `json:"line"`
	ExternalID string               `json:"external_id"`
	Title      string               `json:"title"`
	Action     CaseAction           `json:"action"`
	Case       string               `json:"case,omitempty"` // identifier of the one that is there
	Faults     []casestudy.Fault    `json:"faults,omitempty"`
	Proposals  []casestudy.Proposal `json:"proposals,omitempty"`
	Changes    []string             `json:"changes,omitempty"` // paths of fields
	Conflicts  []casestudy.Conflict `json:"conflicts,omitempty"`
}

// CasePlan is what a file would do, or has done when Applied.
type CasePlan struct {
	Network string            `json:"network"`
	File    string            `json:"file"`
	Added   int               `json:"added"`
	Changed int               `json:"changed"`
	Same    int               `json:"same"`
	Refused int               `json:"refused"`
	Header  []casestudy.Fault `json:"header,omitempty"` // of the first line
	Rows    []PlannedCase     `json:"rows"`             // those with something to say, then others, so many
	Left    int               `json:"left"`             // rows that are not in Rows
	Applied bool              `json:"applied"`

	deliver []store.DeliveredCase
	wrong   fault.List
}

// How many rows a plan tells.
const (
	mostToldRows  = 500
	mostPlainRows = 100
)

func runCaseImport(ctx context.Context, s *Shop, w *Walk, args CaseImportArgs) (_ any, err error) {
	w.step("lecture")
	f, err := s.DB.OpenArtifact(ctx, args.File)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	plan, err := w.PlanCases(ctx, args.Network, args.FileName, f, f.Size())
	if err == nil && args.Apply {
		err = w.ApplyCases(ctx, plan, false)
	}
	return plan, err
}

// PlanCases reads a file of cases, csv, xlsx or JSON, and says what becomes of
// each row. Nothing is kept.
//
// Error: Invalid for a file that cannot be read at all.
func (w *Walk) PlanCases(ctx context.Context, network, name string, f io.ReaderAt, size int64) (*CasePlan, error) {
	g, err := w.CaseGround(ctx)
	if err != nil {
		return nil, err
	}
	plan := &CasePlan{Network: strings.TrimSpace(network), File: name}
	rows, err := w.caseRows(ctx, &g, plan, name, f, size)
	if err != nil {
		return nil, err
	}
	standing, err := w.DB.CaseStandings(ctx, plan.Network)
	if err != nil {
		return nil, err
	}
	w.step("examen")
	for i := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, there := standing[rows[i].ExternalID]
		plan.row(&g, &rows[i], s, there)
		w.at(i+1, len(rows))
	}
	return plan, nil
}

// caseRows reads the rows of a file.
func (w *Walk) caseRows(ctx context.Context, g *CaseGround, plan *CasePlan, name string, f io.ReaderAt, size int64) (rows []casestudy.Row, err error) {
	if strings.EqualFold(path.Ext(name), ".jsonl") { // a record a line
		name = name[:len(name)-1]
	}
	if err := CheckContent(name, f, size); err != nil {
		return nil, err
	}
	places := g.places()
	if strings.EqualFold(path.Ext(name), ".json") {
		b, err := io.ReadAll(io.NewSectionReader(f, 0, min(size, mostCaseFile+1)))
		if err == nil && int64(len(b)) > mostCaseFile {
			err = fault.Invalidf("versez-les en plusieurs fichiers", "fichier de plus de %d Mo", mostCaseFile>>20)
		}
		if err != nil {
			return nil, err
		}
		bulk, _ := casestudy.NewBulk([]string{"external_id", "title"}, g.lists(w.Now), places)
		return bulk.JSON(b)
	}
	file, err := sheet.Open(name, f, size, sheet.Options{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var bulk *casestudy.Bulk
	err = file.Rows(ctx, 0, func(r sheet.Row) error {
		cells := make([]string, len(r.Cells))
		for i, c := range r.Cells {
			cells[i] = string(c)
		}
		if bulk == nil {
			bulk, plan.Header = casestudy.NewBulk(cells, g.lists(w.Now), places)
			if casestudy.Severe(plan.Header) {
				return severe(plan.Header)
			}
			return nil
		}
		if len(rows) == mostCaseRows {
			return fault.Invalidf("versez-les en plusieurs fichiers", "plus de %d fiches", mostCaseRows)
		}
		rows = append(rows, bulk.Row(r.Line, cells))
		return nil
	})
	if err == nil && len(rows) == 0 {
		err = fault.Invalidf("la première ligne nomme les colonnes, une fiche par ligne ensuite", "le fichier ne contient aucune fiche")
	}
	return rows, err
}

// What a file of cases may hold.
const (
	mostCaseFile = 100 << 20
	mostCaseRows = 20000
)

// places finds territories by the names that people write.
func (g *CaseGround) places() func(string) []casestudy.PlaceMatch {
	if g.Places == nil {
		return func(string) []casestudy.PlaceMatch { return nil }
	}
	search := territory.NewSearch(g.Places, nil, nil)
	met := map[string][]casestudy.PlaceMatch{} // a file names the same places again and again
	return func(name string) []casestudy.PlaceMatch {
		if out, known := met[name]; known {
			return out
		}
		var out []casestudy.PlaceMatch
		for _, h := range search.Find(name, 5) {
			if h.Code != "" {
				label := h.LabelFR
				if h.Detail != "" {
					label += ", " + h.Detail
				}
				out = append(out, casestudy.PlaceMatch{Code: h.Code, Label: label, Exact: lang.Fold(h.LabelFR) == lang.Fold(name)})
			}
		}
		met[name] = out
		return out
	}
}

// row says what becomes of a row.
func (p *CasePlan) row(g *CaseGround, r *casestudy.Row, s store.CaseStanding, there bool) {
	one := PlannedCase{Line: r.Line, ExternalID: r.ExternalID, Title: r.Record.Title, Action: CaseAdded, Case: s.ID, Faults: r.Faults, Proposals: r.Proposals}
	if there && (s.State == casestudy.Archived || s.State == casestudy.Merged) {
		one.Faults = append(one.Faults, casestudy.Fault{Field: "external_id", Severe: true, What: "cette fiche est archivée ou réunie à une autre",
			Do: "remettez-la dans la base, ou retirez la ligne"})
	}
	d := store.DeliveredCase{ExternalID: r.ExternalID, Record: r.Record, Brought: r.Record}
	switch {
	case casestudy.Severe(one.Faults):
		one.Action = CaseRefused
	case !there:
		d.Within = g.Within(&d.Record)
	case sameRecord(&r.Record, &s.Brought):
		one.Action = CaseSame
	default:
		one.Action = CaseChanged
		d.ID, d.Version = s.ID, s.Version
		if s.Moved {
			d.Record, one.Conflicts = casestudy.Merge(s.Brought, s.Newest, r.Record)
			for _, c := range one.Conflicts {
				d.Notes = append(d.Notes, store.CaseNoteInput{Field: c.Field, Text: broughtNote(c.Theirs)})
			}
		}
		d.Within = g.Within(&d.Record)
		for _, c := range casestudy.Diff(s.Newest, d.Record) {
			one.Changes = append(one.Changes, c.Field)
		}
	}
	p.count(&one, r.Line)
	if one.Action == CaseAdded || one.Action == CaseChanged {
		p.deliver = append(p.deliver, d)
	}
	p.tell(one)
}

// broughtNote is the note beside a field that the network has changed too.
func broughtNote(theirs string) string {
	const most = 1500
	if len(theirs) > most {
		theirs = strings.ToValidUTF8(theirs[:most], "") + "…"
	}
	if theirs == "" {
		return "Le réseau a vidé ce champ, que nous avons changé."
	}
	return "Le réseau écrit, là où nous avons changé : " + theirs
}

func (p *CasePlan) count(one *PlannedCase, line int) {
	switch one.Action {
	case CaseAdded:
		p.Added++
	case CaseChanged:
		p.Changed++
	case CaseSame:
		p.Same++
	case CaseRefused:
		p.Refused++
		for _, f := range one.Faults {
			if f.Severe && !p.wrong.Full() {
				where := fmt.Sprintf("ligne %d", line)
				if f.Field != "" {
					where += ", " + casestudy.Label(lang.FR, f.Field)
				}
				p.wrong = append(p.wrong, &fault.Error{Kind: fault.Invalid, What: where + " : " + f.What, Do: f.Do})
			}
		}
	}
}

// tell keeps a row for people to see, those with something to say first.
func (p *CasePlan) tell(one PlannedCase) {
	says := len(one.Faults)+len(one.Proposals)+len(one.Conflicts) > 0
	switch {
	case says && len(p.Rows) < mostToldRows, len(p.Rows) < mostPlainRows:
		p.Rows = append(p.Rows, one)
	default:
		p.Left++
	}
}

func sameRecord(a, b *casestudy.Record) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// ApplyCases keeps what a plan says, all or nothing: new cases are handed in,
// changed ones get a version that waits. publish shows them at once, unread by an
// editor: it is for a base that was shown elsewhere. Planned and applied again,
// a file changes nothing.
//
// Error: Invalid when a row is refused, naming each; as store.DB.BringCases.
func (w *Walk) ApplyCases(ctx context.Context, p *CasePlan, publish bool) error {
	if p.Refused > 0 {
		return p.wrong.Err()
	}
	w.step("enregistrement")
	err := w.DB.BringCases(ctx, store.CaseDelivery{Network: p.Network, State: casestudy.Submitted, Publish: publish, Remark: p.File, By: w.By, Rows: p.deliver,
		Tell: func(done int) { w.at(done, len(p.deliver)) }}, w.Now)
	p.Applied = err == nil
	return err
}
