package observatory

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"vigie/fault"
	"vigie/indicator"
	"vigie/job"
	"vigie/lang"
	"vigie/store"
	"vigie/territory"
)

// The kinds of runs.
const (
	ImportRun  = "import"
	FetchRun   = "fetch" // of a file from an address
	CheckRun   = "check" // of a file sent
	KeepRun    = "keep"  // of a file sent: its import
	ComputeRun = "compute"
	RenderRun  = "render"
	TidyRun    = "tidy"
	VerifyRun  = "verify" // of the journal
	DoctorRun  = "doctor"
)

// ImportArgs are those of an import whose file is an artifact already.
type ImportArgs struct {
	Kind        store.DatasetKind         `json:"kind,omitempty"`
	Name        string                    `json:"name,omitempty"`        // of a reference file
	Description string                    `json:"description,omitempty"` // TOML, of a table
	FileName    string                    `json:"file_name"`
	File        string                    `json:"file"` // key of the artifact
	LeaveOut    map[indicator.Code]string `json:"leave_out,omitempty"`
}

// ImportResult is what an import run leaves.
type ImportResult struct {
	Dataset string `json:"dataset"`
	Name    string `json:"name"`
	File    string `json:"file"`
	Rows    int    `json:"rows"`
	Report  Report `json:"report"`
}

// ComputeArgs are those of a computation.
type ComputeArgs struct {
	Spec string `json:"spec"` // TOML
}

// ComputeResult is what a computation leaves.
type ComputeResult struct {
	Computations []string `json:"computations"`
}

// RenderArgs are those of a rendering; "" is the newest edition, nil
// territories those that it reports on.
type RenderArgs struct {
	Edition     string           `json:"edition,omitempty"`
	Territories []territory.Code `json:"territories,omitempty"`
	Kinds       []string         `json:"kinds"`
	Langs       []lang.Lang      `json:"langs"`
}

// runner does the runs of one kind: args is the JSON of its arguments.
type runner func(ctx context.Context, s *Shop, w *Walk, args json.RawMessage) (any, error)

// runners are the kinds of runs. A kind is a line here.
var runners = map[string]runner{
	ImportRun:  run(runImport),
	FetchRun:   run(runFetch),
	CheckRun:   run(runCheck),
	KeepRun:    run(runKeep),
	ComputeRun: run(runCompute),
	RenderRun:  run(runRender),
	EffectRun:  run(runEffect),
	ProposeRun: run(runPropose),
	TidyRun:    run(func(ctx context.Context, s *Shop, w *Walk, _ struct{}) (any, error) { return s.DB.Tidy(ctx, w.Now) }),
	VerifyRun:  run(runVerify),
	DoctorRun:  run(runDoctor),

	CasePlanRun:   run(runCasePlan),
	CaseImportRun: run(runCaseImport),
	CaseLinksRun:  run(runCaseLinks),
	CaseRemindRun: run(runCaseRemind),
	CaseAlertRun:  run(runCaseAlert),

	SurveyRun: run(runSurvey),
}

// RunKinds lists the kinds of runs.
func RunKinds() []string {
	var all []string
	for kind := range runners {
		all = append(all, kind)
	}
	slices.Sort(all)
	return all
}

// run reads the arguments of a runner.
func run[A any](do func(ctx context.Context, s *Shop, w *Walk, args A) (any, error)) runner {
	return func(ctx context.Context, s *Shop, w *Walk, args json.RawMessage) (any, error) {
		var a A
		if err := json.Unmarshal(args, &a); err != nil {
			return nil, &fault.Error{What: "arguments du travail illisibles", Do: "relancez-le depuis l’atelier", Err: err}
		}
		return do(ctx, s, w, a)
	}
}

func runImport(ctx context.Context, s *Shop, w *Walk, args ImportArgs) (_ any, err error) {
	w.step("lecture")
	f, err := s.DB.OpenArtifact(ctx, args.File)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w.step("import")
	row, said, err := w.Import(ctx, Importing{Kind: args.Kind, Name: args.Name, Description: []byte(args.Description),
		FileName: args.FileName, File: f, LeaveOut: args.LeaveOut})
	if err != nil {
		return nil, err
	}
	return ImportResult{row.ID, row.Name, row.File, row.Rows, said}, nil
}

func runCompute(ctx context.Context, _ *Shop, w *Walk, args ComputeArgs) (any, error) {
	w.step("calcul")
	rows, err := w.Compute(ctx, []byte(args.Spec))
	return Computed(rows), err
}

// Computed is the result of a computation that kept rows.
func Computed(rows []store.ComputationRow) (out ComputeResult) {
	for _, r := range rows {
		out.Computations = append(out.Computations, r.ID)
	}
	return out
}

func runRender(ctx context.Context, s *Shop, w *Walk, args RenderArgs) (any, error) {
	w.step("lecture de l’édition")
	if s.Press == nil {
		return nil, &fault.Error{Kind: fault.Conflict, What: "ce serveur ne compose pas de PDF", Do: "lancez « vigie render »"}
	}
	c, err := Frozen(ctx, s.DB, args.Edition, w.Now)
	if err != nil {
		return nil, err
	}
	press, err := s.Press(ctx, c)
	if err != nil {
		return nil, err
	}
	return w.Render(ctx, c, press, Rendering{Territories: args.Territories, Kinds: args.Kinds, Langs: args.Langs})
}

// AsRun does work in the foreground, seen by everyone as a run, and returns
// what it returned. What an analyst's page asks a worker to do, a command does
// so.
func AsRun[T any](ctx context.Context, w *Walk, kind, what string, do func(ctx context.Context) (T, error)) (T, error) {
	var out T
	task, err := w.DB.BeginRun(ctx, store.RunInput{Kind: kind, What: what, By: w.By}, w.Now)
	if err != nil {
		return out, err
	}
	teller := w.Tell
	defer func() { w.Tell = teller }()
	_, err = job.Hold(ctx, w.DB.RunTable(kind), task, steady(w.Now), func(ctx context.Context, _ job.Task, tell func(job.Progress)) (any, error) {
		w.Tell = &both{teller, &runTeller{tell: tell}}
		var err error
		out, err = do(ctx)
		return out, err
	})
	return out, err
}

// Finish does a run that waits, before the eyes of who asked for it, or follows
// it when a worker has it already; it returns the run once it has ended. What a
// page leaves to a worker, a command asks so.
//
// Error: that of the work; NotFound.
func (s *Shop) Finish(ctx context.Context, w *Walk, id string) (store.RunRow, error) {
	table, now := w.DB.RunTable(RunKinds()...), steady(w.Now)
	for {
		t, mine, err := table.TakeRun(ctx, id, rand.Text(), now(), now().Add(job.Lease))
		if err != nil {
			return store.RunRow{}, err
		}
		if mine {
			_, err := job.Hold(ctx, table, t, now, func(ctx context.Context, t job.Task, tell func(job.Progress)) (any, error) {
				own := *w
				own.By, own.Tell = t.By, &both{w.Tell, &runTeller{tell: tell}}
				return runners[t.Kind](ctx, s, &own, t.Args)
			})
			if err != nil && !errors.Is(err, job.ErrLost) {
				return store.RunRow{}, err
			}
		}
		row, err := w.DB.Run(ctx, id)
		switch {
		case err != nil, row.State == job.Done:
			return row, err
		case row.State == job.Failed:
			return row, &fault.Error{Kind: fault.Conflict, What: row.FaultWhat, Do: row.FaultDo}
		}
		select {
		case <-ctx.Done():
			return row, ctx.Err()
		case <-time.After(followed):
		}
	}
}

// followed is how often a command looks at a run that a worker has.
const followed = 300 * time.Millisecond

// runTeller tells a walk's progress to the table of runs, which writes it when
// it has time.
type runTeller struct {
	tell func(job.Progress)
	said job.Progress
}

// Step begins another step.
func (t *runTeller) Step(name string) {
	t.said = job.Progress{Step: name}
	t.tell(t.said)
}

// At says where the step stands.
func (t *runTeller) At(done, total int) {
	t.said.Done, t.said.Total = done, total
	t.tell(t.said)
}

// both tells two; the first may be nobody.
type both struct {
	first, second Teller
}

// Step tells both.
func (b *both) Step(name string) {
	if b.first != nil {
		b.first.Step(name)
	}
	b.second.Step(name)
}

// At tells both.
func (b *both) At(done, total int) {
	if b.first != nil {
		b.first.At(done, total)
	}
	b.second.At(done, total)
}

// steady is a clock that starts at an instant and never jumps.
func steady(start time.Time) func() time.Time {
	began := time.Now()
	return func() time.Time { return start.Add(time.Since(began)) }
}
