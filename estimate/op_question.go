package estimate

import (
	"fmt"
	"slices"

	"vigie/stat/survey"
)

var questionOps = map[string]operation{
	"question": {append(questionKeys, "level", "preferences"), opQuestion},
	"banner":   {[]string{"questions", "by", "adjust", "level"}, opBanner},
	"trend":    {append(questionKeys, "wave", "time", "level"), opTrend},
}

// questionKeys describe a question: how it was asked and where its answers
// stand.
var questionKeys = []string{"kind", "x", "title", "items", "points", "top", "unknown", "dont_know", "base"}

// question reads a question from the keys of n.
func (c *call) question(n node) survey.Question {
	q := survey.Question{
		Name: n.get("title").text(), Kind: survey.QuestionKind(n.get("kind").choice(survey.QuestionKinds...)),
		Items: n.get("items").texts(), Points: n.get("points").numbers(), Top: n.get("top").whole(0), Unknown: n.get("unknown").texts(),
		CountUnknown: n.get("dont_know").choice("exclude", "count") == "count",
		Everyone:     n.get("base").choice("answered", "everyone") == "everyone",
	}
	for _, v := range n.need("x").items() {
		q.Columns = append(q.Columns, c.desk.variable(v))
	}
	if q.Name == "" {
		q.Name = q.Columns[0].Label
	}
	if q.Name == "" {
		q.Name = q.Columns[0].Name
	}
	return q
}

// opQuestion answers the figures of one question over the whole domain, and
// with `preferences` those of a ranking two by two.
func opQuestion(c *call) any {
	q := c.question(c.args)
	level := c.args.get("level").number(0.95)
	b, err := c.design.Banner([]survey.Question{q}, nil, survey.BannerOption{Level: level})
	c.fail(err)
	block := b.Blocks[0]
	base := block.Bases[0]
	out := map[string]any{"question": q.Name, "base": baseAnswer(base), "head": []string{"réponse", "estimation", "erreur type", "bas", "haut", "réponses"}}
	var rows [][]any
	var lines []any
	add := func(name string, percent bool, f survey.Figure) {
		rows = append(rows, []any{name, f.Value, f.SE, f.Low, f.High, float64(f.N)})
		lines = append(lines, map[string]any{"name": name, "percent": percent, "est": f.Value, "se": f.SE, "ci": []float64{f.Low, f.High}, "n": f.N})
	}
	for _, l := range block.Lines {
		add(l.Name, l.Percent, l.Figures[0])
	}
	if c.args.get("preferences").flag() {
		preferences, err := q.Preferences(c.design)
		c.fail(err)
		for _, l := range preferences {
			f, err := c.design.Figure(l, level)
			c.fail(err)
			add(l.Name, true, f)
		}
	}
	nothing := any(nil)
	rows = append(rows,
		[]any{"Base", float64(base.N), nothing, nothing, nothing, float64(base.N)},
		[]any{"Base pondérée", base.Weighted, nothing, nothing, nothing, nothing},
		[]any{"Base efficace", base.Effective, nothing, nothing, nothing, nothing},
		[]any{"Ne savent pas", base.UnknownShare, nothing, nothing, nothing, float64(base.Unknown)})
	out["rows"], out["lines"] = rows, lines
	return out
}

func baseAnswer(b survey.Base) map[string]any {
	return map[string]any{"n": b.N, "weighted": b.Weighted, "effective": b.Effective, "unknown": b.Unknown, "unknown_share": b.UnknownShare, "weak": b.Weak()}
}

// opBanner answers the crossing of questions by the levels of variables.
func opBanner(c *call) any {
	var questions []survey.Question
	for _, n := range c.args.need("questions").items() {
		if _, ok := n.v.(map[string]any); !ok {
			n.refuse("écrivez { kind = \"single\", x = \"variable\" }", "une question est attendue")
		}
		n.only(questionKeys...)
		questions = append(questions, c.question(n))
	}
	b, err := c.design.Banner(questions, c.columns("by"), survey.BannerOption{
		Level: c.args.get("level").number(0.95), Adjustment: c.args.get("adjust").choice("holm", "bh", "none"),
	})
	c.fail(err)
	out := map[string]any{"head": bannerHead(b), "rows": bannerRows(b)}
	var columns, blocks []any
	for _, head := range b.Columns {
		columns = append(columns, map[string]any{"variable": head.Variable, "level": head.Level, "letter": head.Letter})
	}
	for _, block := range b.Blocks {
		blocks = append(blocks, blockAnswer(block))
	}
	out["columns"], out["questions"] = columns, blocks
	return out
}

// blockAnswer returns one question of a banner.
func blockAnswer(block survey.BannerBlock) map[string]any {
	var bases, lines []any
	for _, b := range block.Bases {
		bases = append(bases, baseAnswer(b))
	}
	for _, l := range block.Lines {
		var est, se, low, high []float64
		var pairs []any
		for _, f := range l.Figures {
			est, se, low, high = append(est, f.Value), append(se, f.SE), append(low, f.Low), append(high, f.High)
		}
		for _, p := range l.Pairs {
			pairs = append(pairs, map[string]any{"a": p.A + 1, "b": p.B + 1, "diff": p.Diff, "se": p.SE, "t": p.T, "df": p.DF, "p": p.P, "p_holm": p.Holm, "p_bh": p.BH})
		}
		lines = append(lines, map[string]any{"name": l.Name, "percent": l.Percent, "est": est, "se": se, "ci_low": low, "ci_high": high, "letters": l.Letters, "pairs": pairs})
	}
	return map[string]any{"question": block.Question, "bases": bases, "lines": lines}
}

// bannerHead returns the titles of the columns: the letter goes with its level,
// and beside each figure stands a column of letters.
func bannerHead(b *survey.Banner) []string {
	head := []string{"question", "ligne"}
	for _, c := range b.Columns {
		if c.Letter == "" {
			head = append(head, c.Variable)
			continue
		}
		head = append(head, fmt.Sprintf("%s %s (%s)", c.Variable, c.Level, c.Letter), c.Letter+" >")
	}
	return head
}

// bannerRows returns the three bases of each question, the share that does not
// know, then its lines.
func bannerRows(b *survey.Banner) [][]any {
	var rows [][]any
	for _, block := range b.Blocks {
		row := func(name string, value func(c int) any, letters []string) {
			cells := []any{block.Question, name}
			for c, head := range b.Columns {
				cells = append(cells, value(c))
				if head.Letter != "" && letters != nil {
					cells = append(cells, letters[c])
				} else if head.Letter != "" {
					cells = append(cells, "")
				}
			}
			rows = append(rows, cells)
		}
		weak := make([]string, len(b.Columns))
		for c, base := range block.Bases {
			if base.Weak() {
				weak[c] = "base faible"
			}
		}
		row("Base", func(c int) any { return float64(block.Bases[c].N) }, nil)
		row("Base pondérée", func(c int) any { return block.Bases[c].Weighted }, nil)
		row("Base efficace", func(c int) any { return block.Bases[c].Effective }, weak)
		if slices.ContainsFunc(block.Bases, func(b survey.Base) bool { return b.Unknown > 0 }) {
			row("Ne savent pas", func(c int) any { return block.Bases[c].UnknownShare }, nil)
		}
		for _, l := range block.Lines {
			row(l.Name, func(c int) any { return l.Figures[c].Value }, l.Letters)
		}
	}
	return rows
}

// opTrend answers the course of each figure of a question over waves.
func opTrend(c *call) any {
	q := c.question(c.args)
	lines, _, _, err := q.Lines(c.design)
	c.fail(err)
	wave := c.column("wave")
	var rows [][]any
	var out []any
	for _, l := range lines {
		t, err := c.design.Trend(l, wave, c.args.get("time").numbers(), c.args.get("level").number(0.95))
		c.fail(err)
		out = append(out, trendAnswer(t))
		rows = append(rows, trendRows(t)...)
	}
	return map[string]any{"question": q.Name, "lines": out, "rows": rows,
		"head": []string{"ligne", "vague ou écart", "estimation", "erreur type", "bas", "haut", "p", "p de Holm"}}
}

func trendAnswer(t *survey.Trend) map[string]any {
	var est, se []float64
	var steps []any
	for _, f := range t.Figures {
		est, se = append(est, f.Value), append(se, f.SE)
	}
	for k, s := range t.Steps {
		step := differenceAnswer(s)
		step["p_holm"] = t.Holm[k]
		steps = append(steps, step)
	}
	out := map[string]any{
		"name": t.Name, "percent": t.Percent, "waves": t.Waves, "time": t.Time, "est": est, "se": se, "df": t.DF, "shared": t.Shared,
		"steps": steps, "overall": differenceAnswer(t.Overall), "slope": differenceAnswer(t.Slope), "equality": testAnswer(&t.Equality),
	}
	if t.Curvature != nil {
		out["curvature"] = testAnswer(t.Curvature)
	}
	return out
}

func differenceAnswer(d survey.Difference) map[string]any {
	return map[string]any{"est": d.Value, "se": d.SE, "ci": []float64{d.Low, d.High}, "t": d.T, "p": d.P}
}

// trendRows lays a trend out: the waves, the differences, the slope, the tests.
func trendRows(t *survey.Trend) [][]any {
	var rows [][]any
	for k, f := range t.Figures {
		rows = append(rows, []any{t.Name, t.Waves[k], f.Value, f.SE, f.Low, f.High, nil, nil})
	}
	difference := func(name string, d survey.Difference, holm any) {
		rows = append(rows, []any{t.Name, name, d.Value, d.SE, d.Low, d.High, d.P, holm})
	}
	for k, s := range t.Steps {
		difference(t.Waves[k+1]+" − "+t.Waves[k], s, t.Holm[k])
	}
	if len(t.Waves) > 2 {
		difference(t.Waves[len(t.Waves)-1]+" − "+t.Waves[0], t.Overall, nil)
	}
	difference("pente par unité de temps", t.Slope, nil)
	rows = append(rows, []any{t.Name, "toutes les vagues égales", nil, nil, nil, nil, t.Equality.P, nil})
	if t.Curvature != nil {
		rows = append(rows, []any{t.Name, "écart à une droite", nil, nil, nil, nil, t.Curvature.P, nil})
	}
	return rows
}
