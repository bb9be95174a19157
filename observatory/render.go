package observatory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/render/chart"
	"vigie/render/pdf"
	"vigie/report"
	"vigie/store"
	"vigie/territory"
)

// Press prints documents: the PDF engine with the boundaries of an edition.
type Press struct {
	Engine    *pdf.Engine
	Geography *chart.Geography
	BaseURL   string // of the links in a PDF; "" prints them as text

	// Picture returns the bytes of a picture; nil prints none.
	Picture func(ctx context.Context, artifact string) ([]byte, error)
}

// NewPress returns a press for the documents of an edition.
func NewPress(e *pdf.Engine, c *edition.Content, baseURL string) *Press {
	return &Press{Engine: e, BaseURL: baseURL,
		Geography: chart.NewGeography(c.Topology[territory.Region], c.Topology[territory.Departement], c.Topology[territory.EPCI])}
}

// Print returns the PDF of a document.
func (p *Press) Print(ctx context.Context, d report.Document) ([]byte, error) {
	l, _ := lang.Parse(d.Lang)
	var failed error
	draw := func(narrow bool) func(*report.Figure) []byte {
		return func(f *report.Figure) []byte {
			b, err := chart.Bytes(f, chart.Options{Theme: chart.Print, Lang: l, Geography: p.Geography, Narrow: narrow})
			if err != nil {
				failed = err
			}
			return b
		}
	}
	opt := pdf.Options{BaseURL: p.BaseURL, SVG: draw(false), Narrow: draw(true)}
	if p.Picture != nil {
		opt.Picture = func(artifact string) []byte {
			b, err := p.Picture(ctx, artifact)
			if err != nil {
				failed = err
			}
			return b
		}
	}
	src := pdf.New(report.OnPaper(d), opt)
	if failed != nil {
		return nil, failed
	}
	return p.Engine.Compile(ctx, src)
}

// Fingerprint identifies what a document shows, and by which version of the
// program: a report with the same fingerprint need not be printed again.
func Fingerprint(d report.Document, version, baseURL string) (string, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	h.Write(b)
	h.Write([]byte(version + "\x00" + baseURL))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Kinds of printed documents.
const (
	ReportKind = "report"
	NoteKind   = "note"
)

// Printable composes the document of one kind for a territory.
func Printable(c *edition.Content, kind string, l lang.Lang, code territory.Code) (report.Document, error) {
	switch kind {
	case ReportKind:
		return report.Printed(c, report.Request{Lang: l, Path: "/territoires/" + string(code) + "/rapport"}, code)
	case NoteKind:
		return report.Note(c, report.Request{Lang: l, Path: "/territoires/" + string(code) + "/synthese"}, code)
	}
	return report.Document{}, fault.Invalidf("demandez report ou note", "« %s » n’est pas un genre de rapport", kind)
}

// Rendering says which reports to print. Territories nil takes those that the
// edition reports on.
type Rendering struct {
	Territories []territory.Code
	Kinds       []string
	Langs       []lang.Lang
}

// Rendered counts what a rendering did.
type Rendered struct {
	Printed, Unchanged int
}

// Render prints the reports of an edition that are not there yet or show
// something else than they did; it can be stopped and run again.
func (w *Walk) Render(ctx context.Context, c *edition.Content, p *Press, in Rendering) (Rendered, error) {
	w.step("rapports")
	var jobs []store.ReportInput
	if in.Territories == nil {
		in.Territories = c.Reported()
	}
	for _, code := range in.Territories {
		for _, kind := range in.Kinds {
			for _, l := range in.Langs {
				jobs = append(jobs, store.ReportInput{Edition: c.Manifest.Number, Territory: string(code), Kind: kind, Lang: string(l), CreatedAt: w.Now})
			}
		}
	}
	var printed, done atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	tell := make(chan struct{}, 1)
	tell <- struct{}{}
	for _, job := range jobs {
		g.Go(func() error {
			fresh, err := w.renderOne(ctx, c, p, job)
			if err != nil {
				return err
			}
			if fresh {
				printed.Add(1)
			}
			<-tell
			w.at(int(done.Add(1)), len(jobs))
			tell <- struct{}{}
			return nil
		})
	}
	err := g.Wait()
	return Rendered{Printed: int(printed.Load()), Unchanged: int(done.Load() - printed.Load())}, err
}

// renderOne prints one report unless the kept one shows the same.
func (w *Walk) renderOne(ctx context.Context, c *edition.Content, p *Press, job store.ReportInput) (fresh bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	d, err := Printable(c, job.Kind, lang.Lang(job.Lang), territory.Code(job.Territory))
	if err != nil {
		return false, err
	}
	if job.Document, err = Fingerprint(d, w.Version, p.BaseURL); err != nil {
		return false, err
	}
	if old, err := w.DB.Report(ctx, job.Edition, job.Territory, job.Kind, job.Lang); err == nil && old.Document == job.Document {
		return false, nil
	}
	if job.PDF, err = p.Print(ctx, d); err != nil {
		return false, err
	}
	return true, w.DB.PutReport(ctx, job)
}

// Kept returns the printed PDF of a document, false when it is not there or
// shows something else.
func Kept(ctx context.Context, db *store.DB, baseURL string, d report.Document, code territory.Code, version string) ([]byte, bool, error) {
	if !slices.Contains([]string{ReportKind, NoteKind}, d.Kind) {
		return nil, false, nil
	}
	print, err := Fingerprint(d, version, baseURL)
	if err != nil {
		return nil, false, err
	}
	row, err := db.Report(ctx, d.Edition.Number, string(code), d.Kind, d.Lang)
	if fault.KindOf(err) == fault.NotFound || err == nil && row.Document != print {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	b, err := db.Artifact(ctx, row.PDF)
	return b, err == nil, err
}
