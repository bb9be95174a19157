package observatory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/lang"
	"vigie/store"
)

// CasePlanRun looks at a file of cases that a network brings, and keeps nothing.
// Its arguments are CaseImportArgs.
const CasePlanRun = "case_plan"

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
// is there, without their words, which casestudy.Words tells; a conflict is a
// field that we and the network have both changed: ours stays, with a note for
// an editor. Alike are the public cases that a new one may be again.
type PlannedCase struct {
	Line       int                  `json:"line"`
	ExternalID string               `json:"external_id"`
	Title      string               `json:"title"`
	Action     CaseAction           `json:"action"`
	Case       string               `json:"case,omitempty"` // identifier of the one that is there
	Faults     []casestudy.Fault    `json:"faults,omitempty"`
	Proposals  []casestudy.Proposal `json:"proposals,omitempty"`
	Changes    []casestudy.Change   `json:"changes,omitempty"`
	Conflicts  []casestudy.Conflict `json:"conflicts,omitempty"`
	Alike      []casestudy.Alike    `json:"alike,omitempty"`
	Cut        bool                 `json:"cut,omitempty"` // more is to be said than a plan holds
}

// CasePlan is what a file would do, or has done when Applied. Mark is the same
// for two plans that would keep the same. A run leaves its rows in an artifact,
// whose key is Told.
type CasePlan struct {
	Network string            `json:"network"`
	Scope   string            `json:"scope,omitempty"`
	Within  []string          `json:"within,omitempty"`
	File    string            `json:"file"`
	Added   int               `json:"added"`
	Changed int               `json:"changed"`
	Same    int               `json:"same"`
	Refused int               `json:"refused"`
	Alike   int               `json:"alike"`             // new rows that resemble a case
	Unasked int               `json:"unasked,omitempty"` // new rows that were not compared with the base
	Header  []casestudy.Fault `json:"header,omitempty"`  // of the first line
	Rows    []PlannedCase     `json:"rows,omitempty"`    // in the order of the file
	Told    string            `json:"rows_in,omitempty"` // artifact
	Mark    string            `json:"mark"`
	Applied bool              `json:"applied"`

	room    int // for what rows say
	deliver []store.DeliveredCase
	news    []int // rows, in Rows, of those of deliver that are new
	wrong   fault.List
}

// What a plan holds: the bytes of all that its rows say, and those of a title.
const (
	mostPlanText  = 8 << 20
	mostPlanTitle = 250
)

// mostPairs is how many pairs of a new row and a case are compared: some twenty
// seconds of work.
const mostPairs = 20_000_000

// runCasePlan leaves the rows of a plan in an artifact: they are many.
func runCasePlan(ctx context.Context, _ *Shop, w *Walk, args CaseImportArgs) (any, error) {
	plan, err := w.planned(ctx, args)
	if err != nil {
		return nil, err
	}
	if err := w.CompareCases(ctx, plan); err != nil {
		return nil, err
	}
	rows, err := json.Marshal(plan.Rows)
	if err != nil {
		return nil, err
	}
	said := plan.brief()
	said.Told, err = w.DB.PutArtifact(ctx, "file", rows, w.Now)
	return said, err
}

// brief is a plan without its rows.
func (p *CasePlan) brief() *CasePlan {
	out := *p
	out.Rows = nil
	return &out
}

// PlannedRows reads the rows that a run has left.
//
// Error: NotFound once they are swept.
func (w *Walk) PlannedRows(ctx context.Context, p *CasePlan) (rows []PlannedCase, err error) {
	b, err := w.DB.Artifact(ctx, p.Told)
	if err == nil {
		err = json.Unmarshal(b, &rows)
	}
	return rows, err
}

// PlanCases reads a file of cases, csv, xlsx or JSON, and says what becomes of
// each row. Nothing is kept.
//
// Error: Invalid for a file that cannot be read at all.
func (w *Walk) PlanCases(ctx context.Context, in CaseFile) (*CasePlan, error) {
	w.step("lecture")
	g, err := w.CaseGround(ctx)
	if err != nil {
		return nil, err
	}
	plan := &CasePlan{Scope: in.Scope, Within: in.Within, File: in.Name, room: mostPlanText}
	if plan.Network, err = in.From(); err != nil {
		return nil, err
	}
	rows, err := w.caseRows(ctx, &g, plan, in)
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
	return plan, plan.mark()
}

// mark sums up what a plan would keep.
func (p *CasePlan) mark() error {
	h := sha256.New()
	out := json.NewEncoder(h)
	if err := out.Encode(p.Network); err != nil {
		return err
	}
	for i := range p.deliver {
		if err := out.Encode(&p.deliver[i]); err != nil {
			return err
		}
	}
	p.Mark = hex.EncodeToString(h.Sum(nil))[:32]
	return nil
}

// CompareCases looks in the base for what each new row of a plan may be again.
func (w *Walk) CompareCases(ctx context.Context, p *CasePlan) error {
	if len(p.news) == 0 {
		return nil
	}
	w.step("recherche de fiches semblables")
	entries, _, err := w.DB.Entries(ctx)
	if err != nil {
		return err
	}
	asked := min(len(p.news), mostPairs/max(1, len(entries)))
	p.Unasked = len(p.news) - asked
	like := casestudy.NewLikeness(entries)
	n := 0
	for i := range p.deliver {
		if p.deliver[i].ID != "" {
			continue
		}
		if n == asked {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if found := like.Alike(p.deliver[i].Record, ""); len(found) > 0 {
			if p.room -= 500 * len(found); p.room < 0 {
				found = found[:1]
			}
			p.Rows[p.news[n]].Alike = found
			p.Alike++
		}
		n++
		w.at(n, asked)
	}
	return nil
}

// row says what becomes of a row.
func (p *CasePlan) row(g *CaseGround, r *casestudy.Row, s store.CaseStanding, there bool) {
	one := PlannedCase{Line: r.Line, ExternalID: short(r.ExternalID, mostPlanTitle), Title: short(r.Record.Title, mostPlanTitle), Action: CaseAdded, Case: s.ID, Faults: r.Faults, Proposals: r.Proposals}
	if p.outside(g, r, &s, there) {
		one.Faults = append(one.Faults, casestudy.Fault{Field: "territories", Severe: true, What: "cette fiche n’est pas dans « " + p.Scope + " », pour quoi vous versez",
			Do: "retirez la ligne, ou demandez à quelqu’un qui peut la verser"})
	}
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
			c.Words = nil
			one.Changes = append(one.Changes, c)
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

// outside reports whether a row is about a case that its sender may not bring:
// as it is there, or as it becomes.
func (p *CasePlan) outside(g *CaseGround, r *casestudy.Row, s *store.CaseStanding, there bool) bool {
	if p.Scope == "" || strings.HasPrefix(p.Scope, "reseau:") {
		return false
	}
	return !slices.Contains(g.Within(&r.Record), p.Scope) || there && !slices.Contains(g.Within(&s.Newest), p.Scope)
}

// tell keeps a row for people to see, cut when all rows say more than a plan
// holds.
func (p *CasePlan) tell(one PlannedCase) {
	size := 0
	for _, f := range one.Faults {
		size += len(f.Field) + len(f.What) + len(f.Do) + 50
	}
	for _, c := range one.Proposals {
		size += len(c.Field) + len(c.Written) + len(c.Label) + 100
	}
	for _, c := range one.Changes {
		size += len(c.Field) + len(c.Before) + len(c.After) + 50
	}
	for _, c := range one.Conflicts {
		size += len(c.Field) + len(c.Base) + len(c.Mine) + len(c.Theirs) + 50
	}
	if p.room -= size; p.room < 0 && size > 0 {
		one.Cut, one.Proposals, one.Changes, one.Conflicts = true, nil, nil, nil
		one.Faults = slices.DeleteFunc(one.Faults, func(f casestudy.Fault) bool { return !f.Severe })
		one.Faults = one.Faults[:min(1, len(one.Faults))]
	}
	if one.Action == CaseAdded {
		p.news = append(p.news, len(p.Rows))
	}
	p.Rows = append(p.Rows, one)
}

// short cuts a text after so many characters.
func short(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func sameRecord(a, b *casestudy.Record) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}
