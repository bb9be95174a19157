package main

import (
	"fmt"
	"os"
	"strings"

	"vigie/source/microdata"
	"vigie/stat/survey"
	"vigie/tool/cost"
)

// clock runs a work several times and prints its median CPU time, or its
// elapsed time, and what it found.
func clock(name string, times int, elapsed bool, f func() ([]float64, error)) error {
	var check []float64
	spent, err := cost.Median(times, elapsed, func() (err error) {
		check, err = f()
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	fmt.Printf("%s\t%.6g", name, spent)
	for _, v := range check {
		fmt.Printf("\t%.17g", v)
	}
	fmt.Println()
	return nil
}

// bench holds the sample while works are measured.
type bench struct {
	frame, margins *survey.Frame
	design         *survey.Design
	calibrated     *survey.Design
	items          *survey.Values
}

// measure runs the works of a spec: "all:path", or "replicates:path" for the
// elapsed time of the replicates alone.
func measure(spec string) error {
	which, path, _ := strings.Cut(spec, ":")
	b := &bench{}
	var err error
	if err := clock("read", 1, false, func() ([]float64, error) {
		b.frame, err = read(path)
		return nil, err
	}); err != nil {
		return err
	}
	if b.margins, err = read(path + ".margins"); err != nil {
		return err
	}
	if err := clock("design", 3, false, b.draw); err != nil {
		return err
	}
	b.items = b.questions()
	type job struct {
		name  string
		times int
		run   func() ([]float64, error)
	}
	jobs := []job{
		{"rake", 5, b.rake},
		{"calibrate linear", 3, func() ([]float64, error) { return b.calibrate(survey.Linear) }},
		{"calibrate logit", 3, func() ([]float64, error) { return b.calibrate(survey.Logit) }},
		{"calibrate raking", 3, func() ([]float64, error) { return b.calibrate(survey.Raking) }},
		{"means", 3, b.means},
		{"table", 3, b.table},
		{"on replicates", 1, b.replicates},
	}
	if which == "replicates" {
		jobs = jobs[len(jobs)-1:]
	}
	for _, j := range jobs {
		if err := clock(j.name, j.times, which == "replicates", j.run); err != nil {
			return err
		}
	}
	return nil
}

func read(path string) (*survey.Frame, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return microdata.Parse(strings.TrimSuffix(path, ".margins"), raw)
}

// draw makes the design.
func (b *bench) draw() (_ []float64, err error) {
	f := b.frame
	b.design, err = survey.New(f.Rows, survey.Sample{
		Weights: f.Column("pw").Number, Strata: []*survey.Column{f.Column("stratum")}, FPC: [][]float64{f.Column("Nh").Number},
	})
	return nil, err
}

// questions returns the items.
func (b *bench) questions() *survey.Values {
	var columns []*survey.Column
	for j := range items {
		columns = append(columns, b.frame.Column(fmt.Sprintf("q%02d", j+1)))
	}
	return survey.Indicators(columns...)
}

// levels calls f on each line of the margins.
func (b *bench) levels(f func(c *survey.Column, level string, total float64)) {
	variable, level := b.margins.Column("variable"), b.margins.Column("level")
	for i, total := range b.margins.Column("total").Number {
		f(b.frame.Column(variable.Levels[variable.Code[i]]), level.Levels[level.Code[i]], total)
	}
}

// squares sums the squares of the weights.
func squares(d *survey.Design) []float64 {
	sum := 0.0
	for _, w := range d.Weights() {
		sum += w * w
	}
	return []float64{sum}
}

func (b *bench) rake() ([]float64, error) {
	var margins []survey.Margin
	b.levels(func(c *survey.Column, level string, total float64) {
		if len(margins) == 0 || margins[len(margins)-1].Column != c {
			margins = append(margins, survey.Margin{Column: c, Counts: map[string]float64{}})
		}
		margins[len(margins)-1].Counts[level] = total
	})
	d, err := b.design.Rake(margins, 1e-9)
	if err != nil {
		return nil, err
	}
	return squares(d), nil
}

func (b *bench) calibrate(distance survey.Distance) (_ []float64, err error) {
	k := survey.Calibration{Distance: distance, Totals: make([]survey.Constraint, 1)}
	if distance == survey.Logit {
		k.Lower, k.Upper = .3, 3
	}
	b.levels(func(c *survey.Column, level string, total float64) {
		if c.Name == "region" {
			k.Totals[0].Total += total
		}
		if level != c.Levels[0] {
			k.Totals = append(k.Totals, survey.Constraint{Column: c, Level: level, Total: total})
		}
	})
	if b.calibrated, err = b.design.Calibrate(k); err != nil {
		return nil, err
	}
	return squares(b.calibrated), nil
}

func (b *bench) means() ([]float64, error) {
	e, err := b.design.Mean(b.items, survey.Option{})
	if err != nil {
		return nil, err
	}
	return append(e.Value[:3:3], e.SE()[:3]...), nil
}

// table is the proportions of every region, with their standard errors that
// know about the calibration.
func (b *bench) table() ([]float64, error) {
	groups, err := b.calibrated.Groups(b.frame.Column("region"))
	if err != nil {
		return nil, err
	}
	values, errors := make([]float64, 3), []float64(nil)
	for k, g := range groups {
		e, err := g.Design.Mean(g.Values(b.items), survey.Option{})
		if err != nil {
			return nil, err
		}
		if k < 3 {
			values[k] = e.Value[0] // R's coef: the first item of the first regions
		}
		if k == 0 {
			errors = e.SE()[:3]
		}
	}
	return append(values, errors...), nil
}

// replicates makes 500 replicates and estimates the proportions on them.
func (b *bench) replicates() ([]float64, error) {
	d, err := b.design.Resample(survey.Plan{Kind: survey.Subbootstrap, Count: 500, Seed: 1})
	if err != nil {
		return nil, err
	}
	e, err := d.Mean(b.items, survey.Option{})
	if err != nil {
		return nil, err
	}
	return e.SE()[:3], nil
}
