package web

import (
	"context"
	"html/template"
	"sync"

	"vigie/edition"
	"vigie/lang"
	"vigie/render/chart"
	"vigie/report"
	"vigie/territory"
)

// alone is the drawing of a file of its own, with its title and its source.
const alone = chart.Standalone

// atlas keeps the projected boundaries of the editions in use: a projection
// takes longer than a page.
type atlas struct {
	mu   sync.Mutex
	held map[string]*chart.Geography
}

// mostHeld is the number of editions whose boundaries are kept projected.
const mostHeld = 4

// of returns the boundaries of an edition.
func (a *atlas) of(e *edition.Content) *chart.Geography {
	a.mu.Lock()
	defer a.mu.Unlock()
	if g, ok := a.held[e.ID]; ok {
		return g
	}
	if len(a.held) >= mostHeld {
		clear(a.held)
	}
	g := chart.NewGeography(e.Topology[territory.Region], e.Topology[territory.Departement], e.Topology[territory.EPCI])
	a.held[e.ID] = g
	return g
}

// draw returns one drawing of a figure, on the boundaries of an edition.
func (s *Server) draw(e *edition.Content, f *report.Figure, l lang.Lang, theme chart.Theme) ([]byte, error) {
	return chart.Bytes(f, chart.Options{Theme: theme, Lang: l, Geography: s.atlas.of(e)})
}

// drawPage returns the drawing that stands in a page, in a wide and a narrow
// version. This is the one place where text is declared to be HTML: chart
// escapes every text that it writes.
func (s *Server) drawPage(e *edition.Content, f *report.Figure, l lang.Lang) (template.HTML, error) {
	b, err := chart.Fragment(f, chart.Options{Lang: l, Geography: s.atlas.of(e)})
	return template.HTML(b), err
}

// Warm reads the newest edition and projects its boundaries, so that the first
// reader does not wait for it; call it behind the start of a server.
func (s *Server) Warm(ctx context.Context) error {
	e, err := s.Edition(ctx, "", s.Now())
	if err != nil {
		return err
	}
	s.atlas.of(e).Warm()
	return nil
}
