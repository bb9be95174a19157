package survey

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// QuestionKind says how a question was asked.
type QuestionKind string

// The kinds of question: one answer among several; several answers; choose and
// rank; an ordered scale of agreement; a score, such as 0 to 10; a number.
const (
	SingleQuestion   QuestionKind = "single"
	MultipleQuestion QuestionKind = "multiple"
	RankedQuestion   QuestionKind = "ranking"
	LikertQuestion   QuestionKind = "likert"
	ScoreQuestion    QuestionKind = "score"
	NumberQuestion   QuestionKind = "number"
)

// QuestionKinds lists the kinds of question.
var QuestionKinds = []string{"single", "multiple", "ranking", "likert", "score", "number"}

// Question is one question of a survey and the columns that hold its answers.
//
// Columns are one column, or a 0/1 column an item (multiple), or the item cited
// at each rank, first to last (ranking, items numbered from 1). Items names the
// items (default: the columns, or the numbers). Points are those of each rank
// (default k, …, 1). Top is the number of levels at each end of a Likert scale
// (default 2). Unknown lists the answers that mean « don't know », besides those
// that the file declares missing; they leave the base, or with CountUnknown
// stay in it as a line of their own. Everyone puts in the base the records that
// cite no item (multiple, ranking); else they are taken not to have answered.
type Question struct {
	Name         string
	Kind         QuestionKind
	Columns      []*Column
	Items        []string
	Points       []float64
	Top          int
	Unknown      []string
	CountUnknown bool
	Everyone     bool
}

// Line is one figure of a question: the ratio Σ w Num / Σ w Den over the
// records. Den is 1 on the base of the line, or a number of citations; both are
// 0 outside the base. Percent says that the figure is a share.
type Line struct {
	Name     string
	Percent  bool
	Num, Den []float64
}

// Lines returns the figures of the question, in reading order, its base, and
// the records that do not know.
//
//   - single, likert: the share of each level; likert adds the shares of the Top
//     highest and lowest levels, their difference and the mean rank of the level;
//   - score: the mean; the shares of promoters (9 and 10), passives (7 and 8) and
//     detractors (0 to 6) and the difference promoters − detractors when the
//     scale goes from 0 to 10; the share of each score;
//   - multiple: the share of the base that cites each item, then the share of
//     all citations, and the mean number of citations;
//   - ranking: for each item the share that cites it, the share that puts it
//     first, the mean rank among those who cite it and the mean Borda points;
//   - number: the mean.
//
// Refusals: a number of columns that is not that of the kind; an answer that is
// not an item, a score, or 0 or 1; nobody in the base.
//
// Source: Borda (1781), Mémoire sur les élections au scrutin; Marden (1995),
// Analyzing and Modeling Rank Data; Reichheld (2003), Harvard Business Review
// 81(12), 46-54, for promoters and detractors.
func (q *Question) Lines(d *Design) (lines []Line, base, unknown []bool, err error) {
	if err := q.valid(d); err != nil {
		return nil, nil, nil, err
	}
	columns := q.known()
	base, unknown = q.base(d, columns)
	if !slices.Contains(base, true) {
		return nil, nil, nil, refuse(q.Name, 0, "vérifiez le filtre et les réponses déclarées « ne sait pas »", "personne n’a répondu à cette question dans le domaine")
	}
	all := func(i int) bool { return base[i] }
	switch q.Kind {
	case MultipleQuestion:
		lines, err = q.multiple(columns, all)
	case RankedQuestion:
		lines, err = q.ranking(columns, all)
	case NumberQuestion:
		lines = []Line{meanLine("Moyenne", false, columns[0].Number, all)}
	case ScoreQuestion:
		lines, err = q.score(columns[0], all)
	default:
		lines = q.levels(columns[0], base)
	}
	if q.CountUnknown && err == nil {
		lines = append(lines, meanLine("Ne sait pas", true, truths(unknown), all))
	}
	return lines, base, unknown, err
}

// valid refuses columns that the kind cannot have.
func (q *Question) valid(d *Design) error {
	several := q.Kind == MultipleQuestion || q.Kind == RankedQuestion
	switch {
	case len(q.Columns) == 0 || len(q.Columns) > 1 && !several:
		return refuse(q.Name, 0, "donnez une colonne, ou plusieurs pour « multiple » et « ranking »", "%d colonnes pour une question « %s »", len(q.Columns), q.Kind)
	case q.Kind == MultipleQuestion && q.Items != nil && len(q.Items) != len(q.Columns):
		return refuse(q.Name, 0, "donnez un nom par colonne", "%d noms d’items pour %d colonnes", len(q.Items), len(q.Columns))
	case !slices.Contains(QuestionKinds, string(q.Kind)):
		return refuse(q.Name, 0, "choisissez parmi "+strings.Join(QuestionKinds, ", "), "question de nature « %s » inconnue", q.Kind)
	}
	for _, c := range q.Columns {
		check(d.n, c.Rows())
		if c.Number == nil && (q.Kind == NumberQuestion || q.Kind == ScoreQuestion || q.Kind == MultipleQuestion) {
			return refuse(c.Name, 0, "prenez une variable numérique, ou le rang de ses modalités (level_number)", "une question « %s » demande des nombres", q.Kind)
		}
	}
	return nil
}

// known returns the columns without the answers that mean « don't know ».
func (q *Question) known() []*Column {
	out := make([]*Column, len(q.Columns))
	for j, c := range q.Columns {
		out[j] = c
		if len(q.Unknown) == 0 {
			continue
		}
		keep := make([]bool, c.Rows())
		for i := range keep {
			keep[i] = !slices.Contains(q.Unknown, c.text(i))
		}
		if c.Number == nil {
			out[j] = c.within(keep)
			continue
		}
		kept := *c
		kept.Number = slices.Clone(c.Number)
		for i := range keep {
			if !keep[i] {
				kept.Number[i] = math.NaN()
			}
		}
		out[j] = &kept
	}
	return out
}

// text returns the answer of a record as it is written, "" when missing.
func (c *Column) text(i int) string {
	switch {
	case c.Missing(i):
		return ""
	case c.Number != nil:
		return fmt.Sprint(c.Number[i])
	}
	return c.Levels[c.Code[i]]
}

// base returns the records of the domain that belong to the base, and those
// that do not know: they were asked, and have no other answer.
func (q *Question) base(d *Design, known []*Column) (base, unknown []bool) {
	base, unknown = make([]bool, d.n), make([]bool, d.n)
	for i, w := range d.weights {
		if w == 0 {
			continue
		}
		for j, c := range known {
			base[i] = base[i] || !c.Missing(i)
			asked := q.Columns[j]
			unknown[i] = unknown[i] || c.Missing(i) && (!asked.Missing(i) || asked.Why != nil && asked.Why[i] >= 0)
		}
		unknown[i] = unknown[i] && !base[i]
		base[i] = base[i] || q.Everyone && !unknown[i] || q.CountUnknown && unknown[i]
	}
	return base, unknown
}

func truths(of []bool) []float64 {
	out := make([]float64, len(of))
	for i, yes := range of {
		if yes {
			out[i] = 1
		}
	}
	return out
}

// meanLine is the mean of x over the records of a base; a missing x counts for
// zero when percent, and leaves the base of a mean.
func meanLine(name string, percent bool, x []float64, in func(i int) bool) Line {
	out := Line{name, percent, make([]float64, len(x)), make([]float64, len(x))}
	for i, v := range x {
		missing := v != v
		if !in(i) || missing && !percent {
			continue
		}
		if out.Den[i] = 1; !missing {
			out.Num[i] = v
		}
	}
	return out
}

// levels returns the lines of a question with one answer among several.
func (q *Question) levels(c *Column, base []bool) []Line {
	scale := c.Categorical().within(base)
	rank := make([]float64, len(scale.Code))
	for i, k := range scale.Code {
		if rank[i] = float64(k + 1); k < 0 {
			rank[i] = math.NaN()
		}
	}
	all := func(i int) bool { return base[i] }
	share := func(name string, value func(rank float64) float64) Line {
		x := make([]float64, len(rank))
		for i, r := range rank {
			if r == r {
				x[i] = value(r)
			}
		}
		return meanLine(name, true, x, all)
	}
	var out []Line
	for k, level := range scale.Levels {
		if label := scale.Labels[level]; label != "" {
			level = label
		}
		out = append(out, share(level, func(r float64) float64 { return truth(r == float64(k+1)) }))
	}
	if q.Kind != LikertQuestion {
		return out
	}
	top, last := q.Top, float64(len(scale.Levels))
	if top == 0 {
		top = 2
	}
	high := func(r float64) float64 { return truth(r > last-float64(top)) }
	low := func(r float64) float64 { return truth(r <= float64(top)) }
	return append(out,
		share(fmt.Sprintf("%d niveaux les plus hauts", top), high),
		share(fmt.Sprintf("%d niveaux les plus bas", top), low),
		share("Solde", func(r float64) float64 { return high(r) - low(r) }),
		meanLine(fmt.Sprintf("Moyenne (1 à %d)", int(last)), false, rank, all))
}

func truth(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// score returns the lines of a score.
func (q *Question) score(c *Column, in func(i int) bool) ([]Line, error) {
	out := []Line{meanLine("Moyenne", false, c.Number, in)}
	values := map[float64]bool{}
	least, most := math.Inf(1), math.Inf(-1)
	for i, v := range c.Number {
		if !in(i) || v != v {
			continue
		}
		if v != math.Trunc(v) {
			return nil, refuse(c.Name, i+1, "déclarez cette question « number »", "%g n’est pas un score entier", v)
		}
		values[v] = true
		least, most = min(least, v), max(most, v)
	}
	share := func(name string, value func(v float64) float64) {
		x := make([]float64, len(c.Number))
		for i, v := range c.Number {
			if v == v {
				x[i] = value(v)
			}
		}
		out = append(out, meanLine(name, true, x, in))
	}
	if least >= 0 && most <= 10 && most > 7 {
		share("Promoteurs (9 et 10)", func(v float64) float64 { return truth(v >= 9) })
		share("Passifs (7 et 8)", func(v float64) float64 { return truth(v == 7 || v == 8) })
		share("Détracteurs (0 à 6)", func(v float64) float64 { return truth(v <= 6) })
		share("Promoteurs − détracteurs", func(v float64) float64 { return truth(v >= 9) - truth(v <= 6) })
	}
	for v := least; v <= most && most-least <= 100; v++ {
		if values[v] {
			share(fmt.Sprint(v), func(x float64) float64 { return truth(x == v) })
		}
	}
	return out, nil
}

// multiple returns the lines of a question with several answers.
func (q *Question) multiple(columns []*Column, in func(i int) bool) ([]Line, error) {
	cited := make([]float64, len(columns[0].Number))
	for _, c := range columns {
		for i, v := range c.Number {
			if !in(i) || v != v {
				continue
			}
			if v != 0 && v != 1 {
				return nil, refuse(c.Name, i+1, "codez chaque item 1 (cité) ou 0 (non cité)", "%g n’est ni 0 ni 1", v)
			}
			cited[i] += v
		}
	}
	var out, citations []Line
	for j, c := range columns {
		one := meanLine(q.item(j, c.Name), true, c.Number, in)
		out = append(out, one)
		citations = append(citations, Line{one.Name + " (part des citations)", true, one.Num, cited})
	}
	return append(append(out, citations...), meanLine("Nombre moyen de citations", false, cited, in)), nil
}

// item returns the name of item j, from 0.
func (q *Question) item(j int, other string) string {
	if j < len(q.Items) {
		return q.Items[j]
	}
	return other
}

// ranking returns the lines of a « choose and rank » question.
func (q *Question) ranking(columns []*Column, in func(i int) bool) ([]Line, error) {
	ranked, items, err := q.ranked(columns)
	if err != nil {
		return nil, err
	}
	var out []Line
	for j := range items {
		name, of := q.item(j, fmt.Sprint(j+1)), ranked[4*j:4*j+4]
		out = append(out, meanLine(name+" (cité)", true, of[0].Number, in), meanLine(name+" (en premier)", true, of[1].Number, in),
			meanLine(name+" (rang moyen)", false, of[3].Number, in), meanLine(name+" (points)", false, of[2].Number, in))
	}
	return out, nil
}

// ranked returns the columns of Ranking and the number of items: those named,
// or up to the last one cited.
func (q *Question) ranked(columns []*Column) ([]*Column, int, error) {
	items := len(q.Items)
	for _, c := range columns {
		for _, v := range c.Number {
			if q.Items == nil && v == v {
				items = max(items, int(v))
			}
		}
		if c.Number == nil && q.Items == nil {
			items = max(items, len(c.Levels))
		}
	}
	points := q.Points
	for k := len(columns); points == nil || len(q.Points) == 0 && k > 0; k-- {
		points = append(points, float64(k))
	}
	out, err := Ranking(columns, items, points)
	return out, items, err
}

// Preferences returns, for a « choose and rank » question, the share that
// prefers the first item to the second among the records that cite one of the
// two, for every pair of items: an item cited is preferred to one that is not,
// and an earlier rank to a later one.
//
// Refusals: a question of another kind, and those of Lines.
//
// Source: Marden (1995), chapter 2.
func (q *Question) Preferences(d *Design) ([]Line, error) {
	if q.Kind != RankedQuestion {
		return nil, refuse(q.Name, 0, "déclarez la question « ranking »", "les préférences deux à deux demandent un classement")
	}
	if err := q.valid(d); err != nil {
		return nil, err
	}
	columns := q.known()
	base, _ := q.base(d, columns)
	ranked, items, err := q.ranked(columns)
	if err != nil {
		return nil, err
	}
	var out []Line
	for a := range items {
		for b := a + 1; b < items; b++ {
			name := q.item(a, fmt.Sprint(a+1)) + " plutôt que " + q.item(b, fmt.Sprint(b+1))
			prefers := Preference(name, ranked[4*a+3].Number, ranked[4*b+3].Number).Number
			out = append(out, meanLine(name, true, prefers, func(i int) bool { return base[i] && prefers[i] == prefers[i] }))
		}
	}
	return out, nil
}
