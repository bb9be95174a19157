package estimate

import (
	"context"

	"vigie/place"
	"vigie/stat/survey"
)

// Preparation is a design and its steps of preparation, without an estimate:
// what a plan of tabulation shares with an analysis, key for key.
type Preparation struct {
	places places
	design node
	prep   []node
}

// Prepared is the answers and their design as the steps left them.
type Prepared struct {
	Frame  *survey.Frame
	Design *survey.Design
}

// NewPreparation reads the keys design and prep of a decoded file, whose lines
// are at. kinds lists the steps that may stand there, nil for all.
//
// Error: a fault.List that names the lines and the keys.
func NewPreparation(design map[string]any, prep []map[string]any, at place.Lines, kinds []string) (p *Preparation, err error) {
	tree := map[string]any{"design": design}
	steps := make([]any, len(prep))
	for i, step := range prep {
		steps[i] = step
	}
	tree["prep"] = steps
	n := node{v: plain(tree)}
	p = &Preparation{places: places{at}}
	var list faults
	check := func(step func()) {
		if err := attempt(step); err != nil {
			if t, ok := err.(*told); ok {
				list = append(list, t)
			}
		}
	}
	check(func() {
		p.design = n.need("design")
		p.design.only(designKeys...)
		p.design.need("data")
	})
	p.prep = n.get("prep").items()
	for _, step := range p.prep {
		check(func() {
			if kinds != nil {
				step.need("kind").choice(kinds...)
			}
			checkPrep(step)
		})
	}
	if len(list) > 0 {
		return nil, p.places.add(list)
	}
	return p, nil
}

// Run reads the data, builds the design and prepares it. Its errors are those
// of the function Run.
func (p *Preparation) Run(ctx context.Context, load Load) (out *Prepared, err error) {
	defer func() { err = p.places.add(err) }()
	defer recovered(&err)
	d := &desk{load: load}
	d.build(p.design)
	for _, step := range p.prep {
		stop(ctx)
		preps[step.get("kind").text()].run(d.call(d.inline(step)))
	}
	return &Prepared{d.frame, d.design}, nil
}
