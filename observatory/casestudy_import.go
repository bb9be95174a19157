package observatory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode"

	"vigie/casestudy"
	"vigie/fault"
	"vigie/job"
	"vigie/lang"
	"vigie/source/fetch"
	"vigie/source/sheet"
	"vigie/store"
	"vigie/territory"
)

// CaseImportRun keeps a file of cases that a network brings: all, or none.
const CaseImportRun = "case_import"

// CaseImportArgs are those of such a run, and of one that only looks. Mark is
// that of the plan that somebody has read: when the file would do something else
// by now, nothing is kept. "" asks for none.
type CaseImportArgs struct {
	File     string   `json:"file"` // key of the artifact
	FileName string   `json:"file_name"`
	Network  string   `json:"network"`
	Scope    string   `json:"scope,omitempty"`
	Within   []string `json:"within,omitempty"`
	Mark     string   `json:"mark,omitempty"`
}

// CaseFile is a file of cases: csv, xlsx or JSON. Scope is what its sender may
// bring cases for: a territory, a network as reseau:NAME, "" for all; Within are
// the scope and those that contain it.
type CaseFile struct {
	Network string
	Name    string
	Scope   string
	Within  []string
	Content store.RawFile
}

// planned plans the file of a run.
func (w *Walk) planned(ctx context.Context, args CaseImportArgs) (plan *CasePlan, err error) {
	f, err := w.DB.OpenArtifact(ctx, args.File)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return w.PlanCases(ctx, CaseFile{Network: args.Network, Name: args.FileName, Scope: args.Scope, Within: args.Within, Content: f})
}

func runCaseImport(ctx context.Context, _ *Shop, w *Walk, args CaseImportArgs) (any, error) {
	plan, err := w.planned(ctx, args)
	if err != nil {
		return nil, err
	}
	nothing := plan.Refused+plan.Added+plan.Changed == 0 // as after a halt once it was kept
	if !nothing && args.Mark != "" && args.Mark != plan.Mark {
		return nil, &fault.Error{Kind: fault.Conflict, What: "la base a changé depuis que vous avez lu l’aperçu : ce fichier n’y ferait plus la même chose",
			Do: "relisez le fichier, puis confirmez le nouvel aperçu"}
	}
	if err := w.ApplyCases(ctx, plan, false); err != nil {
		return nil, err
	}
	return plan.brief(), nil
}

// AskCasePlan keeps a file of cases and asks for the run that looks at it. Rights
// are the caller's to ask.
//
// Error: as CheckContent; Invalid for a file or a name that is too long; as
// store.DB.AskFile.
func (w *Walk) AskCasePlan(ctx context.Context, in CaseFile) (run string, err error) {
	in.Name = fetch.FileName(in.Name)
	if in.Network, err = in.From(); err != nil {
		return "", err
	}
	if err := CheckContent(contentName(in.Name), in.Content, in.Content.Size()); err != nil {
		return "", err
	}
	return w.DB.AskFile(ctx, in.Content, func(file string) store.RunInput {
		return store.RunInput{Kind: CasePlanRun, What: in.Name, By: w.By, Args: CaseImportArgs{File: file, FileName: in.Name, Network: in.Network, Scope: in.Scope, Within: in.Within}}
	}, w.Now)
}

// AskCaseImport asks for what a plan says to be kept; plan is the run that made
// it. Asked twice, it is done once.
//
// Error: NotFound; Conflict for a plan that is not there yet, that refuses a row
// or has nothing to keep.
func (w *Walk) AskCaseImport(ctx context.Context, plan string) (run string, err error) {
	args, err := w.planArgs(ctx, plan)
	if err != nil {
		return "", err
	}
	row, err := w.DB.Run(ctx, plan)
	if err != nil {
		return "", err
	}
	var p CasePlan
	if row.State != job.Done || json.Unmarshal(row.Result, &p) != nil || p.Mark == "" {
		return "", &fault.Error{Kind: fault.Conflict, What: "ce fichier n’a pas encore été lu", Do: "attendez son aperçu"}
	}
	if p.Refused > 0 {
		return "", &fault.Error{Kind: fault.Conflict, What: fmt.Sprintf("%d ligne(s) sont refusées : rien n’est versé", p.Refused), Do: "corrigez-les dans le fichier et envoyez-le de nouveau"}
	}
	if p.Added+p.Changed == 0 {
		return "", &fault.Error{Kind: fault.Conflict, What: "ce fichier ne change rien à la base", Do: "il n’y a rien à faire"}
	}
	args.Mark = p.Mark
	return w.DB.Enqueue(ctx, store.RunInput{Kind: CaseImportRun, What: args.FileName, Args: args, By: w.By, Event: CaseImportEvent(plan)}, w.Now)
}

// AskCasePlanAgain asks for the file of a plan to be looked at once more; asked
// twice, it is done once.
//
// Error: NotFound.
func (w *Walk) AskCasePlanAgain(ctx context.Context, plan string) (run string, err error) {
	args, err := w.planArgs(ctx, plan)
	if err != nil {
		return "", err
	}
	return w.DB.Enqueue(ctx, store.RunInput{Kind: CasePlanRun, What: args.FileName, Args: args, By: w.By, Event: CasePlanRun + "/" + plan}, w.Now)
}

func (w *Walk) planArgs(ctx context.Context, plan string) (args CaseImportArgs, err error) {
	text, err := w.DB.RunArgs(ctx, CasePlanRun, plan)
	if err == nil {
		err = json.Unmarshal(text, &args)
	}
	return args, err
}

// CaseImportEvent is the event of the run that keeps what a plan says.
func CaseImportEvent(plan string) string { return CaseImportRun + "/" + plan }

// From is the network that a file of cases comes from; who sends for one
// sends for no other.
//
// Error: Invalid.
func (in CaseFile) From() (string, error) {
	network := strings.Join(strings.Fields(in.Network), " ")
	own, named := strings.CutPrefix(in.Scope, "reseau:")
	switch {
	case named && network == "":
		network = own
	case named && network != own:
		return "", fault.Invalidf("laissez « "+own+" »", "vous versez pour le réseau « %s »", own)
	}
	strange := func(r rune) bool { return !unicode.IsPrint(r) || r == '<' || r == '>' }
	if strings.ContainsFunc(network, strange) || len([]rune(network)) > mostNetwork {
		return "", fault.Invalidf("60 caractères au plus, sur une ligne, sans mise en forme", "nom de réseau refusé")
	}
	return network, nil
}

const mostNetwork = 60

// caseRows reads the rows of a file.
func (w *Walk) caseRows(ctx context.Context, g *CaseGround, plan *CasePlan, in CaseFile) (rows []casestudy.Row, err error) {
	name, f, size := contentName(in.Name), in.Content, in.Content.Size()
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

// contentName is the name of a file as its content is read: a record a line is
// JSON too.
func contentName(name string) string {
	if strings.EqualFold(path.Ext(name), ".jsonl") {
		name = name[:len(name)-1]
	}
	return name
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
