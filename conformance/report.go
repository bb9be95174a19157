package conformance

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"vigie/fault"
)

// Report is what a run found, group by group in the order of the cases.
type Report struct {
	Family    string  `json:"family"`
	Dir       string  `json:"dir"`
	Cases     int     `json:"cases"`
	Agreed    int     `json:"agreed"`
	Unchecked int     `json:"unchecked"`
	Groups    []Group `json:"groups"`

	results []result
}

// Group is the agreement of a group of cases.
type Group struct {
	Family    string    `json:"family"`
	Group     string    `json:"group"`
	Cases     int       `json:"cases"`
	Agreed    int       `json:"agreed"`
	Unchecked int       `json:"unchecked"`
	MaxRelErr float64   `json:"max_rel_err"`
	Failures  []Failure `json:"failures"`
	Skipped   []Skip    `json:"skipped"`
	Answers   []Shown   `json:"answers,omitempty"`
}

// Shown is an answer that somebody else may want to check: a pattern of
// suppressed cells, or rounded cells.
type Shown struct {
	ID      string `json:"id"`
	Pattern any    `json:"pattern,omitempty"`
	Cells   any    `json:"cells,omitempty"`
}

// Failure is a case that disagrees, with its worst field.
type Failure struct {
	ID    string `json:"id"`
	Field string `json:"field"`
	Got   any    `json:"got"`
	Want  any    `json:"want"`
}

// Skip is a case left out for an input it says is missing.
type Skip struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// report gathers results by group.
func report(family string, results []result) *Report {
	r := &Report{Family: family, Cases: len(results), results: results}
	at := map[string]int{}
	for _, one := range results {
		k, ok := at[one.c.Group]
		if !ok {
			k = len(r.Groups)
			at[one.c.Group] = k
			r.Groups = append(r.Groups, Group{Family: family, Group: one.c.Group, Failures: []Failure{}, Skipped: []Skip{}})
		}
		r.Groups[k].count(one)
	}
	for _, g := range r.Groups {
		r.Agreed += g.Agreed
		r.Unchecked += g.Unchecked
	}
	return r
}

func (g *Group) count(one result) {
	g.Cases++
	g.MaxRelErr = max(g.MaxRelErr, one.compared.largest)
	switch {
	case one.err != nil:
		f := Failure{ID: one.c.ID, Field: "error", Got: one.err.Error()}
		if fault.KindOf(one.err) == fault.NotFound { // an operation, a step or a value that the program does not know
			f.Field, f.Got = "function", nil
		}
		g.Failures = append(g.Failures, f)
	case one.compared.failed:
		k := one.compared
		g.Failures = append(g.Failures, Failure{ID: one.c.ID, Field: k.field, Got: k.got, Want: k.want})
	case one.unchecked:
		g.Unchecked++
		g.show(one)
	default:
		g.Agreed++
		g.show(one)
	}
}

// show keeps the answers of the functions that are checked from outside.
func (g *Group) show(one result) {
	answer, _ := one.answer.(map[string]any)
	switch one.c.Function {
	case "suppress":
		g.Answers = append(g.Answers, Shown{ID: one.c.ID, Pattern: answer["pattern"]})
	case "controlled_rounding":
		g.Answers = append(g.Answers, Shown{ID: one.c.ID, Cells: answer["cells"]})
	}
}

// OK tells whether every case agrees, or, compared with nothing, was answered.
func (r *Report) OK() bool { return r.Agreed+r.Unchecked == r.Cases }

// Print writes the table: a line a group, then the total.
func (r *Report) Print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "group\tcases\tagreed\tmax rel err\tfirst disagreement (id: field got / want)")
	var worst float64
	for _, g := range r.Groups {
		first := ""
		if len(g.Failures) > 0 {
			f := g.Failures[0]
			first = fmt.Sprintf("%s: %s %s / %s", f.ID, f.Field, short(f.Got), short(f.Want))
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%.1e\t%s\n", g.Group, g.Cases, g.Agreed, g.MaxRelErr, first)
		worst = max(worst, g.MaxRelErr)
	}
	fmt.Fprintf(t, "total\t%d\t%d\t%.1e\t", r.Cases, r.Agreed, worst)
	if r.Unchecked > 0 {
		fmt.Fprintf(t, "%d unchecked", r.Unchecked)
	}
	fmt.Fprintln(t)
	return t.Flush()
}

// short writes a value on one line, cut when it is long.
func short(v any) string {
	if x, ok := v.(float64); ok {
		return strconv.FormatFloat(x, 'g', 12, 64)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if r := []rune(string(raw)); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return string(raw)
}

// WriteAnswers writes one JSON line a case, {"id", "answer"}, in the order of
// the cases; the answer of a case that failed is null.
func (r *Report) WriteAnswers(w io.Writer) error {
	e := json.NewEncoder(w)
	for _, one := range r.results {
		line := struct {
			ID     string `json:"id"`
			Answer any    `json:"answer"`
		}{one.c.ID, one.answer}
		if err := e.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
