package conformance

import (
	"context"
	"errors"
	"io/fs"

	"vigie/estimate"
	"vigie/source/microdata"
	stat "vigie/stat/survey"
)

// survey answers a case of the family survey: the analysis of its design, its
// preparation and its estimates, each under the name of its field; a field
// without name is the whole answer. A calibration that cannot be attained
// answers the state "infeasible".
func survey(ctx context.Context, dir fs.FS, c *Case) (any, error) {
	a, err := estimate.Case(c.Tree)
	if err != nil {
		return nil, err
	}
	r, err := estimate.Run(ctx, a, func(f estimate.File) (*stat.Frame, error) {
		raw, err := fs.ReadFile(dir, f.Path)
		if err != nil {
			return nil, err
		}
		return microdata.Parse(f.Path, raw)
	})
	if refusal, ok := errors.AsType[*stat.Refusal](err); ok && refusal.Infeasible {
		return map[string]any{"state": "infeasible", "message": err.Error()}, nil
	}
	if err != nil {
		return nil, err
	}
	answer := map[string]any{}
	for _, e := range r.Estimates {
		if e.Name != "" {
			answer[e.Name] = e.Value
			continue
		}
		whole, ok := e.Value.(map[string]any)
		if !ok {
			return e.Value, nil
		}
		for k, v := range whole {
			answer[k] = v
		}
	}
	return answer, nil
}
