package study

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	analysis "vigie/estimate"
	"vigie/fault"
	"vigie/stat/survey"
	"vigie/territory"
)

// Reading is a plan met with its answers: every variable found, every answer
// given a code, the weights calibrated. It says nothing yet.
type Reading struct {
	plan   *Plan
	frame  *survey.Frame
	start  *survey.Design // before the calibration
	design *survey.Design
	items  []*asked
	by     []*survey.Column // one a breakdown, its levels the codes
	margin []calibrated
}

// asked is the answers to one item: its figures as lines, in the order of the
// plan, and the codes of the contract that name them.
type asked struct {
	item          *PlannedItem
	names         []string
	lines         []survey.Line
	base, unknown []bool
	category      *survey.Column // of a question with one answer
}

// reader gathers the faults of a reading.
type reader struct {
	planCheck
	frame   *survey.Frame
	weights []float64
}

// Vintages returns the geographic code of a year, false when the observatory
// has none of that year.
type Vintages func(year int) (*territory.Vintage, bool)

// Read reads the answers by the plan, which was settled, draws the design,
// calibrates it and meets every item. load reads the files that the plan names.
//
// Error: a fault.List of up to 20 faults, each with the key, the variable and
// the record, or the fault of the design or of the calibration. Nothing is
// tabulated then.
func (p *Plan) Read(ctx context.Context, load analysis.Load, vintages Vintages) (*Reading, error) {
	ready, err := p.preparation.Run(ctx, p.weighted(load))
	if err != nil {
		return nil, err
	}
	r := &Reading{plan: p, frame: ready.Frame, start: ready.Design}
	c := &reader{planCheck: planCheck{Plan: p}, frame: ready.Frame, weights: ready.Design.Weights()}
	for i := range p.Breakdowns {
		r.by = append(r.by, c.breakdown(fmt.Sprintf("breakdown[%d]", i+1), &p.Breakdowns[i]))
	}
	columns := make([][]*survey.Column, len(p.Items))
	for i := range p.Items {
		columns[i] = c.item(fmt.Sprintf("item[%d]", i+1), &p.Items[i])
	}
	if c.list != nil {
		return nil, c.list
	}
	if err := r.calibrate(load, vintages); err != nil {
		return nil, err
	}
	for i := range p.Items {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		a, err := p.Items[i].ask(r.design, columns[i])
		if err != nil {
			return nil, p.told(fmt.Sprintf("item[%d]", i+1), err)
		}
		r.items = append(r.items, a)
	}
	return r, nil
}

// told puts a refusal of stat at a key of the plan.
func (p *Plan) told(path string, err error) error {
	if r, ok := err.(*survey.Refusal); ok {
		what := r.What
		if r.Row > 0 {
			what = fmt.Sprintf("enregistrement %d : %s", r.Row, what)
		}
		if r.Variable != "" {
			what = "variable " + quoted(r.Variable) + ", " + what
		}
		f := p.fault(path, r.Do, "%s", what)
		f.Err = nil
		return f
	}
	return err
}

// weighted adds the variables of the file of weights to the answers as they are
// read. A line of weights that is nobody's shows that the two files do not go
// together; a record without weights is refused by the design.
func (p *Plan) weighted(load analysis.Load) analysis.Load {
	if p.Weights == nil {
		return load
	}
	return func(f analysis.File) (*survey.Frame, error) {
		frame, err := load(f)
		if err != nil || f.Path != p.Design["data"] {
			return frame, err
		}
		by := frame.Column(p.Weights.By)
		if by == nil {
			return nil, p.fault("weight_file.by", orNear(frame, p.Weights.By, "donnez la variable qui nomme le répondant"), "la variable %s n’est pas dans %s", quoted(p.Weights.By), f.Path)
		}
		other := analysis.File{Path: p.Weights.Data}
		if by.Number == nil {
			other.Text = []string{by.Name}
		}
		weights, err := load(other)
		if err != nil {
			return nil, err
		}
		return p.matched(frame, weights, by)
	}
}

// matched joins weights to answers, one line a respondent on both sides.
func (p *Plan) matched(frame, weights *survey.Frame, by *survey.Column) (*survey.Frame, error) {
	const do = "demandez à l’institut le fichier de poids de cette livraison"
	key := weights.Column(by.Name)
	if key == nil {
		return nil, p.fault("weight_file.by", orNear(weights, by.Name, do), "la variable %s n’est pas dans %s", quoted(by.Name), p.Weights.Data)
	}
	line, theirs := map[string]int{}, key.Categorical()
	for i, k := range theirs.Code {
		switch {
		case k < 0:
			return nil, p.fault("weight_file", do, "%s, ligne %d : %s est vide", p.Weights.Data, i+2, quoted(by.Name))
		case line[theirs.Levels[k]] > 0:
			return nil, p.fault("weight_file", do, "%s, ligne %d : le répondant %s y est deux fois", p.Weights.Data, i+2, quoted(theirs.Levels[k]))
		}
		line[theirs.Levels[k]] = i + 1
	}
	rows, ours, seen := make([]int, frame.Rows), by.Categorical(), map[string]bool{}
	for i, k := range ours.Code {
		if rows[i] = -1; k < 0 {
			continue
		}
		name := ours.Levels[k]
		if seen[name] {
			return nil, p.fault("weight_file", "prenez une variable qui nomme chaque répondant", "variable %s, enregistrement %d : %s y est deux fois", quoted(by.Name), i+1, quoted(name))
		}
		seen[name] = true
		rows[i] = line[name] - 1
	}
	extra, first := 0, ""
	for i, k := range theirs.Code {
		if name := theirs.Levels[k]; !seen[name] {
			if extra++; extra == 1 {
				first = fmt.Sprintf("ligne %d, répondant %s", i+2, quoted(name))
			}
		}
	}
	if extra > 0 {
		return nil, p.fault("weight_file", do, "le fichier de poids n’est pas celui de ces réponses : %d de ses %d lignes ne sont à personne (la première : %s)", extra, weights.Rows, first)
	}
	out := &survey.Frame{Rows: frame.Rows, Columns: slices.Clone(frame.Columns)}
	for _, c := range weights.Columns {
		if c.Name == by.Name {
			continue
		}
		if frame.Column(c.Name) != nil {
			return nil, p.fault("weight_file", "renommez-la dans l’un des deux fichiers", "la variable %s est aussi dans les réponses", quoted(c.Name))
		}
		out.Columns = append(out.Columns, c.Spread(rows))
	}
	return out, nil
}

func orNear(f *survey.Frame, name, do string) string {
	if near := proposed(f, name, ""); near != "" {
		return do + " ; proche : " + near
	}
	return do
}

// column returns a variable of the file, refusing one that is not there with
// those that it may have become.
func (c *reader) column(path, name, wording string) *survey.Column {
	found := c.frame.Column(name)
	if found == nil && !c.list.Full() {
		do := "vérifiez le nom dans vigie answers"
		if near := proposed(c.frame, name, wording); near != "" {
			do = "la question a peut-être été renommée : " + near
		}
		f := c.fault(path, do, "la variable %s n’est pas dans le fichier", quoted(name))
		f.Kind = fault.NotFound
		c.list = append(c.list, f)
	}
	return found
}

// coded gives each record the rank of its answer among the options, -1 for
// those that do not answer; why tells (0) who says not to know.
func (c *reader) coded(path string, from *survey.Column, options []PlannedOption, unknown []string) (code, why []int32) {
	rank := map[string]int32{}
	for k, o := range options {
		for _, a := range o.Answers {
			rank[a] = int32(k)
		}
	}
	levels := from.Categorical()
	code, why = make([]int32, from.Rows()), make([]int32, from.Rows())
	strange, first := map[string]int{}, map[string]int{}
	for i, k := range levels.Code {
		code[i], why[i] = -1, -1
		switch {
		case k < 0 && from.Why != nil && from.Why[i] >= 0:
			why[i] = 0
		case k < 0:
		case slices.Contains(unknown, levels.Levels[k]):
			why[i] = 0
		default:
			text := levels.Levels[k]
			if r, ok := rank[text]; ok {
				code[i] = r
			} else if c.weights[i] > 0 {
				if strange[text]++; strange[text] == 1 {
					first[text] = i + 1
				}
			}
		}
	}
	for _, text := range levels.Levels {
		if n := strange[text]; n > 0 {
			label := ""
			if l := from.Labels[text]; l != "" {
				label = " (" + l + ")"
			}
			c.refuse(path, "donnez-lui un code et un libellé, ou rangez-la parmi les « ne sait pas » avec unknown",
				"variable %s, enregistrement %d : la réponse %s%s n’a pas de libellé dans le plan (%d enregistrements)", quoted(from.Name), first[text], quoted(text), label, n)
		}
	}
	return code, why
}

var doesNotKnow = []survey.Declared{{Code: "", Label: "ne sait pas"}}

// category returns answers as categories whose levels are the codes of options.
func category(name string, code, why []int32, options []PlannedOption) *survey.Column {
	out := &survey.Column{Name: name, Code: code, Why: why, Declared: doesNotKnow}
	for _, o := range options {
		out.Levels = append(out.Levels, o.Code)
	}
	return out
}

// ranked returns answers as numbers: the rank of the option from 1.
func ranked(name string, code, why []int32) *survey.Column {
	out := &survey.Column{Name: name, Number: make([]float64, len(code)), Why: why, Declared: doesNotKnow}
	for i, k := range code {
		if out.Number[i] = float64(k + 1); k < 0 {
			out.Number[i] = math.NaN()
		}
	}
	return out
}

func (c *reader) breakdown(path string, b *PlannedBreakdown) *survey.Column {
	from := c.column(path+".x", b.X, b.Label.FR)
	if from == nil {
		return nil
	}
	code, _ := c.coded(path+".levels", from, b.Levels, nil)
	return category(b.Code, code, nil, b.Levels)
}

// item returns the columns of answers of an item, coded as its kind asks.
func (c *reader) item(path string, it *PlannedItem) []*survey.Column {
	kind := survey.QuestionKind(it.Kind)
	var out []*survey.Column
	switch {
	case kind == survey.MultipleQuestion:
		yesNo := []PlannedOption{{Answers: it.NotCited}, {Answers: it.Cited}}
		for k, o := range it.Options {
			at := fmt.Sprintf("%s.options[%d]", path, k+1)
			if from := c.column(at, o.X, o.Label.FR); from != nil {
				code, why := c.coded(at, from, yesNo, it.Unknown)
				column := ranked(o.Code, code, why)
				for i := range column.Number {
					column.Number[i]-- // 0 not cited, 1 cited
				}
				out = append(out, column)
			}
		}
	case kind == survey.ScoreQuestion && len(it.Options) > 0:
		for k, o := range it.Options {
			at := fmt.Sprintf("%s.options[%d]", path, k+1)
			if from := c.column(at, o.X, o.Label.FR); from != nil {
				out = append(out, c.number(at, from, it))
			}
		}
	case kind == survey.ScoreQuestion || kind == survey.NumberQuestion:
		if from := c.column(path+".x", it.X[0], it.Wording.FR); from != nil {
			out = append(out, c.number(path+".x", from, it))
		}
	default:
		for _, x := range it.X {
			if from := c.column(path+".x", x, it.Wording.FR); from != nil {
				code, why := c.coded(path+".options", from, it.Options, it.Unknown)
				out = append(out, category(x, code, why, it.Options))
			}
		}
		if kind == survey.RankedQuestion {
			c.twice(path, out)
			for k, column := range out {
				out[k] = ranked(column.Name, column.Code, column.Why)
			}
		}
	}
	return out
}

// number returns a variable as numbers within the scale of its item.
func (c *reader) number(path string, from *survey.Column, it *PlannedItem) *survey.Column {
	out := &survey.Column{Name: from.Name, Number: make([]float64, from.Rows()), Why: make([]int32, from.Rows()), Declared: doesNotKnow}
	levels := from.Categorical()
	for i, k := range levels.Code {
		out.Number[i], out.Why[i] = math.NaN(), -1
		switch {
		case k < 0 && from.Why != nil && from.Why[i] >= 0, k >= 0 && slices.Contains(it.Unknown, levels.Levels[k]):
			out.Why[i] = 0
		case k < 0:
		case from.Number == nil:
			if c.weights[i] > 0 {
				c.refuse(path, "déclarez cette réponse dans unknown, ou la question « single »", "variable %s, enregistrement %d : %s n’est pas un nombre", quoted(from.Name), i+1, quoted(levels.Levels[k]))
				return out
			}
		default:
			v := from.Number[i]
			score := it.Range != nil
			if score && c.weights[i] > 0 && (v < it.Range[0] || v > it.Range[1] || it.Kind == "score" && v != math.Trunc(v)) {
				c.refuse(path, "corrigez la donnée, l’échelle (range), ou déclarez ce code dans unknown", "variable %s, enregistrement %d : %s est hors de l’échelle de %g à %g",
					quoted(from.Name), i+1, quoted(levels.Levels[k]), it.Range[0], it.Range[1])
				return out
			}
			out.Number[i] = v
		}
	}
	return out
}

// twice refuses a record that ranks an option twice.
func (c *reader) twice(path string, ranks []*survey.Column) {
	for i, w := range c.weights {
		for a := range ranks {
			for _, other := range ranks[:a] {
				if k := ranks[a].Code[i]; w > 0 && k >= 0 && other.Code[i] == k {
					c.refuse(path+".x", "corrigez la donnée : un item n’a qu’un rang", "variable %s, enregistrement %d : %s est déjà cité dans %s",
						quoted(ranks[a].Name), i+1, quoted(ranks[a].Levels[k]), quoted(other.Name))
					return
				}
			}
		}
	}
}

// ask turns the coded answers of an item into lines.
func (it *PlannedItem) ask(d *survey.Design, columns []*survey.Column) (*asked, error) {
	a := &asked{item: it}
	q := survey.Question{Name: it.Code, Kind: survey.QuestionKind(it.Kind), Columns: columns, Everyone: it.Base == "everyone"}
	switch q.Kind {
	case survey.SingleQuestion, survey.LikertQuestion:
		q.Kind, a.category = survey.SingleQuestion, columns[0]
		if err := a.read(d, &q); err != nil {
			return nil, err
		}
		a.levels(d)
		if it.Kind == string(survey.LikertQuestion) {
			rank := ranked(it.Code, columns[0].Code, columns[0].Why)
			return a, a.mean(d, MeanLine, rank)
		}
		return a, nil
	case survey.RankedQuestion:
		for _, o := range it.Options {
			q.Items = append(q.Items, o.Code)
		}
		if err := a.read(d, &q); err != nil {
			return nil, err
		}
		a.ranks()
		return a, nil
	case survey.MultipleQuestion:
		if err := a.read(d, &q); err != nil {
			return nil, err
		}
		a.lines = a.lines[:len(it.Options)]
		for _, o := range it.Options {
			a.names = append(a.names, o.Code)
		}
		return a, nil
	}
	if len(it.Options) == 0 {
		return a, a.mean(d, MeanLine, columns[0])
	}
	for k, o := range it.Options {
		if err := a.mean(d, o.Code, columns[k]); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *asked) read(d *survey.Design, q *survey.Question) (err error) {
	a.lines, a.base, a.unknown, err = q.Lines(d)
	return err
}

// levels puts the lines of one answer in the order of the options; an option
// that nobody gives is a line of zeros.
func (a *asked) levels(d *survey.Design) {
	byName := map[string]survey.Line{}
	for _, l := range a.lines {
		byName[l.Name] = l
	}
	a.lines = nil
	for _, o := range a.item.Options {
		l, ok := byName[o.Code]
		if !ok {
			l = survey.Line{Name: o.Code, Percent: true, Num: make([]float64, d.Rows()), Den: make([]float64, d.Rows())}
			for i, in := range a.base {
				if in {
					l.Den[i] = 1
				}
			}
		}
		a.names, a.lines = append(a.names, o.Code), append(a.lines, l)
	}
}

// ranks keeps of a ranking who cites each option, and the mean rank among them.
func (a *asked) ranks() {
	of := a.lines
	a.lines = nil
	for k, o := range a.item.Options { // cited, first, mean rank, points
		a.names, a.lines = append(a.names, o.Code), append(a.lines, of[4*k])
	}
	for k, o := range a.item.Options {
		a.names, a.lines = append(a.names, RankLine+":"+o.Code), append(a.lines, of[4*k+2])
	}
}

// mean adds the mean of a number; those who answer one of the numbers of an
// item are its base.
func (a *asked) mean(d *survey.Design, name string, of *survey.Column) error {
	q := survey.Question{Name: of.Name, Kind: survey.NumberQuestion, Columns: []*survey.Column{of}}
	lines, base, unknown, err := q.Lines(d)
	if err != nil {
		return err
	}
	a.names, a.lines = append(a.names, name), append(a.lines, lines[0])
	if a.base == nil {
		a.base, a.unknown = base, unknown
		return nil
	}
	a.base, a.unknown = slices.Clone(a.base), slices.Clone(a.unknown)
	for i := range base {
		a.base[i] = a.base[i] || base[i]
		a.unknown[i] = (a.unknown[i] || unknown[i]) && !a.base[i]
	}
	return nil
}

// rankOf returns the option whose mean rank a line is, false for another line.
func rankOf(line string) (string, bool) { return strings.CutPrefix(line, RankLine+":") }
