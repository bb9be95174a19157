package web

import (
	"context"
	"strings"
	"sync"
	"time"

	"vigie/edition"
	"vigie/fault"
	"vigie/lang"
	"vigie/observatory"
	"vigie/render/pdf"
	"vigie/report"
	"vigie/store"
	"vigie/territory"
)

// Printer hands out PDFs: the one that was rendered when it still shows what
// the page shows, otherwise one printed now. It opens the PDF engine the first
// time one is asked for, so that a server that prints nothing carries none.
// Close it when the server has stopped.
type Printer struct {
	DB      *store.DB
	Library *observatory.Library
	Now     func() time.Time
	Version string
	BaseURL string
	Cache   string // folder of the compiled engine

	opening sync.Once
	opened  chan struct{} // closed when engine or err is set
	engine  *pdf.Engine
	err     error

	mu      sync.Mutex
	presses map[string]*observatory.Press
}

// patience is how long a request waits for the engine: long enough to load a
// compiled one, not to compile it.
const patience = 5 * time.Second

// open starts the opening of the engine, once.
func (p *Printer) open() {
	p.opening.Do(func() {
		p.opened = make(chan struct{})
		go func() {
			defer close(p.opened)
			// A request that gives up does not stop what others wait for; Close waits for it.
			p.engine, p.err = pdf.Open(context.Background(), p.Cache)
		}()
	})
}

// Press returns the press of an edition, waiting for the engine as long as ctx
// and wait allow; wait 0 is without limit.
//
// Error: Unavailable while the engine is getting ready.
func (p *Printer) Press(ctx context.Context, c *edition.Content, wait time.Duration) (*observatory.Press, error) {
	p.open()
	if wait > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, wait)
		defer cancel()
	}
	select {
	case <-p.opened:
	case <-ctx.Done():
		return nil, &fault.Error{Kind: fault.Unavailable, What: "le moteur PDF se prépare", Do: "réessayez dans une minute ; la page dit la même chose"}
	}
	if p.err != nil {
		return nil, p.err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if press, ok := p.presses[c.ID]; ok {
		return press, nil
	}
	if len(p.presses) >= mostHeld {
		clear(p.presses)
	}
	if p.presses == nil {
		p.presses = map[string]*observatory.Press{}
	}
	press := observatory.NewPress(p.engine, c, p.BaseURL)
	press.Picture = p.DB.Artifact
	p.presses[c.ID] = press
	return press, nil
}

// PDF returns the PDF of a document of a public edition.
func (p *Printer) PDF(ctx context.Context, d report.Document) ([]byte, error) {
	c, err := p.Library.Edition(ctx, d.Edition.Number, p.Now())
	if err != nil {
		return nil, err
	}
	_, code, _ := strings.Cut(d.ID, "/")
	if b, ok, err := observatory.Kept(ctx, p.DB, p.BaseURL, d, territory.Code(code), p.Version); ok || err != nil {
		return b, err
	}
	return p.Print(ctx, c, d)
}

// Print prints a document of an edition that need not be public; it is kept
// nowhere.
func (p *Printer) Print(ctx context.Context, c *edition.Content, d report.Document) (b []byte, err error) {
	err = printing.through(lang.Lang(d.Lang), func() error {
		press, err := p.Press(ctx, c, patience)
		if err == nil {
			b, err = press.Print(ctx, d)
		}
		return err
	})
	return b, err
}

// Close closes the engine if it was ever opened.
func (p *Printer) Close(ctx context.Context) error {
	none := false
	p.opening.Do(func() { none = true })
	if none {
		return nil
	}
	<-p.opened
	if p.engine == nil {
		return nil
	}
	return p.engine.Close(ctx)
}
