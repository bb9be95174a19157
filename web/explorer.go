package web

import (
	"context"

	"vigie/edition"
	"vigie/observatory"
	"vigie/report"
	"vigie/study"
)

// ExplorerPages adds the crosses of surveys to a site. It reads closed answers,
// which the role of the public pages may not: x has a handle of its own, and
// gives answers to crosses and nothing else.
func ExplorerPages(p Pages, x *observatory.Explorers) Pages {
	p.Explorer = func(ctx context.Context, e *edition.Content, q report.Request, _ string) (report.Document, error) {
		return report.Explorer(e, q, func(wave, audience string, cross study.CrossQuery) (*study.Crossed, error) {
			return x.Ask(ctx, e, wave, audience, cross)
		})
	}
	return p
}
