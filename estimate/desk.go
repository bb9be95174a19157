package estimate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"vigie/stat/survey"
)

// File is a file of answers as a specification names it: its path, and what
// its bytes do not say.
type File struct {
	Path      string
	Encoding  string   // of a text
	Delimiter string   // of a text: one character
	Sheet     string   // of a workbook
	Text      []string // variables whose codes are texts, even when all are numbers
	Codes     bool     // keep codes rather than the texts of their labels
	Codebook  string   // path of the file that describes the variables, "" none
}

// Load returns the answers held in a file.
type Load func(f File) (*survey.Frame, error)

// Result is what an analysis found, with what makes it reproducible.
type Result struct {
	Title     string   `json:"title,omitempty"`
	Spec      string   `json:"spec"` // the hash of the specification
	Seed      uint64   `json:"seed"`
	Records   int      `json:"records"`
	DF        float64  `json:"df"`
	Estimates []Answer `json:"estimates"`
}

// Answer is the answer to one Ask.
type Answer struct {
	Name  string `json:"name"`
	Op    string `json:"op"`
	Value any    `json:"value"`
}

// desk holds an analysis at work: the answers and the design as the steps of
// preparation leave them.
type desk struct {
	load   Load
	seed   uint64
	frame  *survey.Frame
	design *survey.Design
}

// Run reads the data, builds the design, prepares it and answers each ask, in
// order.
//
// Error: a fault.Error that names the key, the variable and the row; when the
// cause is a *survey.Refusal it stays findable with errors.As. ctx is looked
// at between two steps.
func Run(ctx context.Context, a *Analysis, load Load) (r *Result, err error) {
	defer func() { err = a.places.add(err) }()
	defer recovered(&err)
	d := &desk{load: load, seed: a.Seed}
	d.build(a.design)
	for _, p := range a.prep {
		stop(ctx)
		c := d.call(d.inline(p))
		preps[p.get("kind").text()].run(c)
	}
	r = &Result{Title: a.Title, Spec: a.Hash, Seed: a.Seed, Records: d.frame.Rows, DF: d.design.DF()}
	for _, ask := range a.Asks {
		stop(ctx)
		r.Estimates = append(r.Estimates, Answer{ask.Name, ask.Op, clean(d.call(ask.args).answer(ask.Op))})
	}
	return r, nil
}

// stop unwinds when the work was cancelled.
func stop(ctx context.Context) {
	if ctx.Err() != nil {
		panic(refusal{ctx.Err()})
	}
}

// build reads the data of a design and makes it.
func (d *desk) build(n node) {
	d.frame = d.read(n.need("data"), File{
		Encoding: n.get("encoding").text(), Delimiter: n.get("delimiter").text(), Sheet: n.get("sheet").text(),
		Text: n.get("text").texts(), Codes: n.get("codes").flag(), Codebook: n.get("codebook").text(),
	})
	d.keep(n)
	d.join(n.get("join"))
	for _, c := range n.get("categorical").items() {
		d.replace(d.named(c).Categorical())
	}
	d.sample(n.get("keep"))
	s := survey.Sample{
		Nest: n.get("nest").flag(), PPS: n.get("pps").choice("", "brewer"),
		LonelyInDomain: n.get("lonely_psu_in_domain").flag(),
		Lonely:         lonely[n.get("lonely_psu").choice("", "remove", "adjust", "average", "certainty")],
	}
	if w := n.get("weights"); w.v != nil {
		s.Weights = d.positive(w, "le poids")
	}
	for _, c := range n.get("ids").items() {
		if label := c.label(); (label == "1" || label == "0") && d.frame.Column(label) == nil {
			continue // each record is a unit
		}
		s.Clusters = append(s.Clusters, d.named(c))
	}
	for _, c := range n.get("strata").items() {
		s.Strata = append(s.Strata, d.named(c))
	}
	for _, c := range n.get("fpc").items() {
		s.FPC = append(s.FPC, d.positive(c, "la population (ou la fraction de sondage)"))
	}
	if s.PPS != "" && s.FPC == nil {
		n.get("pps").refuse("donnez avec fpc la variable des probabilités d’inclusion", "un tirage à probabilités inégales demande ces probabilités")
	}
	design, err := survey.New(d.frame.Rows, s)
	n.check(err)
	d.design = design
}

// positive returns a variable of the design whose values must be positive: the
// first that is not is refused, with its variable and its record.
func (d *desk) positive(n node, called string) []float64 {
	c := d.numeric(n)
	for i, x := range c.Number {
		if x > 0 {
			continue
		}
		what := fmt.Sprintf("%s vaut %v : un nombre strictement positif est attendu", called, x)
		if math.IsNaN(x) {
			what = called + " manque"
		}
		n.check(&survey.Refusal{Variable: c.Name, Row: i + 1, What: what,
			Do: "corrigez cette valeur, ou retirez l’enregistrement avec drop_rows"})
	}
	return c.Number
}

// lonely names the rules for strata with one cluster.
var lonely = map[string]survey.Lonely{
	"": survey.Refuse, "remove": survey.Remove, "adjust": survey.Adjust, "average": survey.Average, "certainty": survey.Certainty,
}

// read loads the file a node names; f is what else is known of it.
func (d *desk) read(n node, f File) *survey.Frame {
	f.Path = n.text()
	frame, err := d.load(f)
	n.check(err)
	return frame
}

// keep leaves in the frame the rows that the design takes.
func (d *desk) keep(n node) {
	if n.has("rows") {
		rows := n.get("rows")
		d.frame = d.frame.Keep(positions(rows, d.frame.Rows))
	}
	if n.has("drop_rows") {
		dropped := positions(n.get("drop_rows"), d.frame.Rows)
		var rows []int
		for i := range d.frame.Rows {
			if !slices.Contains(dropped, i) {
				rows = append(rows, i)
			}
		}
		d.frame = d.frame.Keep(rows)
	}
}

// sample leaves in the frame the records where a variable holds: a file that
// stacks several samples has one of them taken out of it. A part of one sample
// is no sample: it is a domain.
func (d *desk) sample(n node) {
	if n.v == nil {
		return
	}
	var rows []int
	for i, in := range d.within(n) {
		if in {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		n.refuse("vérifiez la condition", "aucun enregistrement ne la remplit")
	}
	d.frame = d.frame.Keep(rows)
}

// positions returns the rows of a list of numbers from 1, as indices from 0.
func positions(n node, rows int) []int {
	var out []int
	for _, c := range n.items() {
		i := c.whole(0)
		if i < 1 || i > rows {
			c.refuse(fmt.Sprintf("donnez un numéro de 1 à %d", rows), "la ligne %d n’existe pas", i)
		}
		out = append(out, i-1)
	}
	return out
}

// replace puts a column in place of that of the same name, or adds it.
func (d *desk) replace(c *survey.Column) {
	columns := slices.Clone(d.frame.Columns)
	if i := slices.IndexFunc(columns, func(o *survey.Column) bool { return o.Name == c.Name }); i >= 0 {
		columns[i] = c
	} else {
		columns = append(columns, c)
	}
	d.frame = &survey.Frame{Rows: d.frame.Rows, Columns: columns}
}

// join adds the columns of other tables, matched by the value of a variable: a
// record whose value has no line there misses them.
func (d *desk) join(n node) {
	for _, j := range n.items() {
		j.only("data", "by")
		by := d.named(j.need("by"))
		other := d.read(j.need("data"), File{Text: textual(by)})
		line := map[string]int{}
		for i, level := range textOf(j.get("data"), other, by.Name) {
			if _, twice := line[level]; twice {
				j.get("data").refuse("gardez une ligne par valeur", "ligne %d : %s = %s est donné deux fois", i+2, by.Name, quote(level))
			}
			line[level] = i
		}
		levels := by.Categorical()
		rows := make([]int, d.frame.Rows)
		for i, k := range levels.Code {
			rows[i] = -1
			if k >= 0 {
				if at, ok := line[levels.Levels[k]]; ok {
					rows[i] = at
				}
			}
		}
		for _, c := range other.Columns {
			if c.Name == by.Name {
				continue
			}
			if d.frame.Column(c.Name) != nil {
				j.get("data").refuse("renommez-la dans l’un des deux fichiers", "la variable %s est déjà dans les données", quote(c.Name))
			}
			d.replace(c.Spread(rows))
		}
	}
}

// textual names a variable made of categories, which other tables must not
// read as a number.
func textual(c *survey.Column) []string {
	if c.Number == nil {
		return []string{c.Name}
	}
	return nil
}
